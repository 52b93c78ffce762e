"""Makes ids that sort by their time: 48 bits of milliseconds and 80 random bits, in base 32.

Source: the ULID specification (Crockford's alphabet, but in lower case). The clock and the random
source are injected, so that tests get the same ids.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING

from shopcli.domain.moments import to_microseconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
ID_LENGTH = 26
_LOW_BITS = (1 << 60) - 1


class Ids:
    """Makes ids from a clock and a random source.

    Args:
        clock: Returns the current time as an aware datetime.
        random_bytes: Returns the requested number of random bytes.
    """

    __slots__ = ("_clock", "_last", "_lock", "_random_bytes")

    def __init__(
        self, clock: Callable[[], datetime], random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._last = 0
        self._lock = Lock()

    def several(self, count: int) -> list[str]:
        """Make several ids, in a third of the time that single ones take."""
        number = self._milliseconds() << 80
        number |= int.from_bytes(self._random_bytes(10), "big") >> 1  # leaves room for the steps
        steps = self._random_bytes(4 * count)
        found = []
        with self._lock:
            number = max(number, self._last)
            head_number, head = -1, ""
            for place in range(0, 4 * count, 4):
                number += 1 + int.from_bytes(steps[place : place + 4], "big")
                if number >> 60 != head_number:
                    head_number = number >> 60
                    head = _text(head_number, 60)
                found.append(head + _text(number & _LOW_BITS, 50))
            self._last = number
        return found

    def new(self) -> str:
        """Make an id of 26 characters; it sorts after all ids made before by this object."""
        milliseconds = self._milliseconds()
        random_bits = int.from_bytes(self._random_bytes(10), "big")
        number = (milliseconds << 80) | random_bits
        with self._lock:
            if number <= self._last:
                # The same millisecond, or the clock was set back. The step is random, so that a
                # forked process does not make the same id.
                number = self._last + 1 + (random_bits & 0xFFFFFFFF)
            self._last = number
        return _text(number, 120)

    def _milliseconds(self) -> int:
        # With integers: a float of seconds is too coarse for milliseconds in distant years.
        return to_microseconds(self._clock()) // 1000


def may_be_id(text: str) -> bool:
    """Whether a text can be an id or the end of one."""
    return len(text) <= ID_LENGTH and text.isascii() and text.isalnum()


def _text(number: int, highest_shift: int) -> str:
    """A number in base 32, two digits for each ten bits from the highest shift down."""
    pairs = _PAIRS
    return "".join([pairs[(number >> shift) & 1023] for shift in range(highest_shift, -1, -10)])
