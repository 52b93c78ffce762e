"""How long to pause between attempts to take a lock that others hold.

SQLite's busy handler backs off: the oldest waiter tries least often, and starves. Here those that
have waited long try more often. They are few, so it costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TIMEOUT_SECONDS = 5.0
"""The default bound on waiting for others."""

WAIT_MAX_SECONDS = 15.0
"""The default bound on waiting for any reply of a database server."""

PAUSE_SECONDS = 0.004
"""Between two attempts, where many wait."""

OLD_PAUSE_SECONDS = 0.002
OLD_SECONDS = 0.25
"""After waiting this long the pauses are shorter."""

ALONE_PAUSE_SECONDS = 0.0002
"""Between two attempts of the only waiter, for a short wait."""


class Stopwatch:
    """Seconds since it was made; not affected by a test that freezes a module's clock."""

    __slots__ = ("_started",)

    now = staticmethod(time.monotonic)
    """Its clock, in seconds; the same for all processes of a host."""

    def __init__(self) -> None:
        self._started = self.now()

    def seconds(self) -> float:
        """The time that has passed."""
        return self.now() - self._started


def pause_seconds(age_seconds: float) -> float:
    """How long to pause before the next attempt, after waiting this long, where many wait."""
    return PAUSE_SECONDS if age_seconds < OLD_SECONDS else OLD_PAUSE_SECONDS


def scattered_pause_seconds(age_seconds: float) -> float:
    """`pause_seconds`, shortened or lengthened at random by up to half, so that waiters spread."""
    return pause_seconds(age_seconds) * (0.5 + (age_seconds * 1_000_000 % 100) / 100)


def wait_until(
    attempt: Callable[[], bool],
    timeout_seconds: float,
    *,
    pause: Callable[[float], float] = scattered_pause_seconds,
) -> bool:
    """Call `attempt` until it returns True, for at most the timeout.

    Args:
        attempt: Tries once; True on success.
        timeout_seconds: Bound on the whole.
        pause: How long to pause before the next attempt, given how long it has waited.

    Returns:
        Whether an attempt succeeded.
    """
    stopwatch = Stopwatch()
    while not attempt():
        waited = stopwatch.seconds()
        if waited >= timeout_seconds:
            return False
        time.sleep(min(pause(waited), timeout_seconds - waited))
    return True
