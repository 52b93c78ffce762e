"""How long to wait for a lock held by others: polls that grow more frequent with age.

SQLite's own busy handler backs off: who has waited longest asks least often, and starves. Here it
is the other way round, so that writers are served about in the order in which they came.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TIMEOUT_SECONDS = 5.0
"""Bound on waiting for others, where nobody says another."""

FIRST_PAUSE_SECONDS = 0.003
GROWN_PAUSE_SECONDS = 0.0003
GROWN_AT_SECONDS = 0.06
"""Up to this age the pauses shrink from the first length to the grown one, then as 1 / age."""

SHORTEST_PAUSE_SECONDS = 0.00005


class Stopwatch:
    """Seconds since it was made; also right where a test freezes the clock of a module."""

    __slots__ = ("_started",)

    _now = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self._started = self._now()

    def seconds(self) -> float:
        """Seconds since it was made."""
        return self._now() - self._started


def pause_seconds(age_seconds: float) -> float:
    """How long to pause before asking again, for one who has waited for so long."""
    if age_seconds < GROWN_AT_SECONDS:
        growth = age_seconds / GROWN_AT_SECONDS
        return FIRST_PAUSE_SECONDS + (GROWN_PAUSE_SECONDS - FIRST_PAUSE_SECONDS) * growth
    return max(SHORTEST_PAUSE_SECONDS, GROWN_PAUSE_SECONDS * GROWN_AT_SECONDS / age_seconds)


def wait_until(
    attempt: Callable[[], bool], timeout_seconds: float, *, age_seconds: float = 0.0
) -> bool:
    """Call `attempt` until it says True, for at most the timeout.

    Args:
        attempt: Asks once.
        timeout_seconds: Bound on the whole.
        age_seconds: Start as one who has waited for so long.

    Returns:
        Whether it did.
    """
    stopwatch = Stopwatch()
    while not attempt():
        waited = stopwatch.seconds()
        if waited >= timeout_seconds:
            return False
        # The odd microseconds of the clock keep two waiters from asking in step for ever.
        oddity = 0.75 + (waited * 1_000_000 % 100) / 200
        time.sleep(pause_seconds(age_seconds + waited) * oddity)
    return True
