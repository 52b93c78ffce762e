"""Ids that sort by the time they were made: 48 bits of milliseconds, 80 random bits, base 32.

Source: the ULID specification (Crockford's alphabet, lower case here). The clock and the random
source are given, so that tests and replays get the same ids.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
ID_LENGTH = 26


class Ids:
    """Makes ids from a clock and a random source.

    Args:
        clock: Gives the time now as an aware datetime.
        random_bytes: Gives that many random bytes.
    """

    __slots__ = ("_clock", "_random_bytes")

    def __init__(
        self, clock: Callable[[], datetime], random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._clock = clock
        self._random_bytes = random_bytes

    def new(self) -> str:
        """A new id of 26 characters."""
        milliseconds = int(self._clock().timestamp() * 1000)
        number = (milliseconds << 80) | int.from_bytes(self._random_bytes(10), "big")
        pairs = _PAIRS
        return "".join([pairs[(number >> shift) & 1023] for shift in range(120, -1, -10)])
