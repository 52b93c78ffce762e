"""A clock that never runs backwards, so that a clock set back does not delay retries."""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """The shop's time, but after a jump back the last time plus the time elapsed since.

    Args:
        now: Returns the shop's time in microseconds.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._latest = now()
        self._latest_monotonic = time.monotonic_ns()

    def __call__(self) -> int:
        """Microseconds since 1970, never less than before."""
        monotonic = time.monotonic_ns()
        passed = (monotonic - self._latest_monotonic) // 1000
        self._latest = max(self._now(), self._latest + passed)
        self._latest_monotonic += passed * 1000
        return self._latest
