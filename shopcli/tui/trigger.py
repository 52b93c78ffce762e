"""The key that confirms a payment: after a change it confirms nothing for a while."""

from __future__ import annotations

from collections.abc import Callable

CALM_SECONDS = 1.0
"""So long nothing may be pressed after a change before a press counts again."""


class Trigger:
    """Tells presses that were meant for what is shown from those meant for what was shown.

    Args:
        clock: Seconds that only go on.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calm_at = clock()

    def disarm(self) -> None:
        """What is about to be confirmed changed: presses count again after a calm second."""
        self._calm_at = self._clock() + CALM_SECONDS

    def press(self) -> bool:
        """Whether a press counts; one that comes too early begins the wait again."""
        if self._clock() >= self._calm_at:
            return True
        self.disarm()
        return False
