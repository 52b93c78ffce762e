"""How long to wait for a lock held by others: polls that grow more frequent with age.

SQLite's own busy handler backs off: who has waited longest asks least often, and starves. Here it
is the other way round, so that writers are served about in the order in which they came.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_PAUSE_SECONDS = 0.001
LAST_PAUSE_SECONDS = 0.0001
AGEING_SECONDS = 0.05
"""After this long the pauses have shrunk from the first to the last length."""


class Stopwatch:
    """Seconds since it was made; also right where a test freezes the clock of a module."""

    __slots__ = ("_started",)

    _now = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self._started = self._now()

    def seconds(self) -> float:
        """Seconds since it was made."""
        return self._now() - self._started


def wait_until(attempt: Callable[[], bool], timeout_seconds: float) -> bool:
    """Call `attempt` until it says True, for at most the timeout.

    Returns:
        Whether it did.
    """
    stopwatch = Stopwatch()
    while not attempt():
        waited = stopwatch.seconds()
        if waited >= timeout_seconds:
            return False
        youth = max(0.0, 1.0 - waited / AGEING_SECONDS)
        pause = LAST_PAUSE_SECONDS + (FIRST_PAUSE_SECONDS - LAST_PAUSE_SECONDS) * youth
        # The odd microseconds of the clock keep two waiters from asking in step for ever.
        time.sleep(pause * (0.75 + (waited * 1_000_000 % 100) / 200))
    return True
