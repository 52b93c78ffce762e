"""When a till that nobody touches puts everything down."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

IDLE_SECONDS = 45.0
"""How long a till may be idle before it puts everything down."""

IDLE_SHOWN_SECONDS = 15.0
"""How long before that the time left is shown."""


class IdleWatch:
    """Counts since the last key.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._touched_at = clock()

    def touch(self) -> None:
        """Begin anew: a key was pressed."""
        self._touched_at = self._clock()

    @property
    def is_over(self) -> bool:
        """Whether nothing was pressed for too long."""
        return self._left <= 0

    @property
    def shown_seconds(self) -> int | None:
        """The time left, where it is to be shown.

        It is rounded up: nothing is put down while this says that there is time left.
        """
        left = self._left
        return ceil(left) if 0 < left <= IDLE_SHOWN_SECONDS else None

    @property
    def _left(self) -> float:
        return self._touched_at + IDLE_SECONDS - self._clock()
