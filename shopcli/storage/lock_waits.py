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
"""Between two questions of somebody who is the only one to ask, and for a short time."""


class Stopwatch:
    """Seconds since it was made; also right where a test freezes the clock of a module."""

    __slots__ = ("_started",)

    now = staticmethod(time.monotonic)
    """The clock it goes by, in seconds; all processes of a host have the same."""

    def __init__(self) -> None:
        self._started = self.now()

    def seconds(self) -> float:
        """Seconds since it was made."""
        return self.now() - self._started


def pause_seconds(age_seconds: float) -> float:
    """How long to pause before asking again, for one of many, who has waited for so long."""
    return PAUSE_SECONDS if age_seconds < OLD_SECONDS else OLD_PAUSE_SECONDS


def scattered_pause_seconds(age_seconds: float) -> float:
    """The same, half as long to half as long again, so that no two ask in step for ever."""
    return pause_seconds(age_seconds) * (0.5 + (age_seconds * 1_000_000 % 100) / 100)


def wait_until(
    attempt: Callable[[], bool],
    timeout_seconds: float,
    *,
    pause: Callable[[float], float] = scattered_pause_seconds,
) -> bool:
    """Call `attempt` until it says True, for at most the timeout.

    Args:
        attempt: Asks once.
        timeout_seconds: Bound on the whole.
        pause: How long to pause before asking again, given for how long it has waited.

    Returns:
        Whether it did.
    """
    stopwatch = Stopwatch()
    while not attempt():
        waited = stopwatch.seconds()
        if waited >= timeout_seconds:
            return False
        time.sleep(min(pause(waited), timeout_seconds - waited))
    return True
