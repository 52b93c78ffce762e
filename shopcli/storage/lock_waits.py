"""How long to wait for a lock held by others: pauses that never take the processor from them.

SQLite's own busy handler backs off: who has waited longest asks least often, and starves. Here
whoever has waited long asks somewhat more often. Few ever have, so that costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TIMEOUT_SECONDS = 5.0
"""Bound on waiting for others, where nobody says another."""

WAIT_MAX_SECONDS = 15.0
"""Bound on waiting for any answer of a database server, where nobody says another."""

PAUSE_SECONDS = 0.004
"""Between two questions of one among many."""

OLD_PAUSE_SECONDS = 0.002
OLD_SECONDS = 0.25
"""From this age on the pauses are shorter."""

ALONE_PAUSE_SECONDS = 0.0002
"""Between two questions of somebody who is the only one to ask."""


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
    """How long to pause before asking again, for one of many, who has waited for so long."""
    return PAUSE_SECONDS if age_seconds < OLD_SECONDS else OLD_PAUSE_SECONDS


def wait_until(
    attempt: Callable[[], bool],
    timeout_seconds: float,
    *,
    is_alone: Callable[[], bool] = lambda: False,
) -> bool:
    """Call `attempt` until it says True, for at most the timeout.

    Args:
        attempt: Asks once.
        timeout_seconds: Bound on the whole.
        is_alone: Whether nobody else asks at the same time, so that it may be asked often.

    Returns:
        Whether it did.
    """
    stopwatch = Stopwatch()
    while not attempt():
        waited = stopwatch.seconds()
        if waited >= timeout_seconds:
            return False
        # The odd microseconds of the clock keep two waiters from asking in step for ever.
        oddity = 0.5 + (waited * 1_000_000 % 100) / 100
        time.sleep((ALONE_PAUSE_SECONDS if is_alone() else pause_seconds(waited)) * oddity)
    return True
