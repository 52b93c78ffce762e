"""A clock that stands still until a test moves it; must never look at the system's."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

# A Thursday noon, far from midnight, month ends and daylight-saving changes in the zones used here.
DEFAULT_START = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


class SettableClock:
    """Answers with the instant it was set to; safe to share between threads.

    Args:
        start: The first instant, aware.
    """

    def __init__(self, start: datetime = DEFAULT_START) -> None:
        self._lock = threading.Lock()
        self._now = _in_utc(start)

    def __call__(self) -> datetime:
        """Return the current instant in UTC."""
        with self._lock:
            return self._now

    def set(self, moment: datetime) -> None:
        """Jump to an aware instant, also backwards."""
        with self._lock:
            self._now = _in_utc(moment)

    def advance(self, step: timedelta | None = None, **units: float) -> datetime:
        """Move on and return the new instant: `advance(hours=3)`.

        Args:
            step: The time to move by.
            units: Or the same as keywords of `timedelta`; both add up.
        """
        with self._lock:
            self._now += (step or timedelta()) + timedelta(**units)
            return self._now


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = f"not an aware time: {moment!r}"
        raise ValueError(message)
    return moment.astimezone(UTC)


class SteadyClock:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Return the seconds so far."""
        return self.seconds
