"""Keeps a key pressed too soon after a change from confirming a payment."""

from __future__ import annotations

from collections.abc import Callable

CALM_SECONDS = 1.0
"""How long after a change no press counts."""

HELD_SECONDS = 0.3
"""Presses that follow each other faster are a key held down, and nobody's answer."""


class Trigger:
    """Accepts a press only if what it confirms has been shown for a while without change.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calm_at = clock()
        self._too_soon_at: float | None = None
        self._why = ""

    @property
    def is_calm(self) -> bool:
        """Whether a press would count."""
        return self._clock() >= self._calm_at

    @property
    def why(self) -> str:
        """What has changed, in words; empty where that was not told."""
        return self._why

    def disarm(self, why: str = "") -> None:
        """Accept no press for `CALM_SECONDS`: what it would confirm has changed.

        Args:
            why: What has changed, in words; it is told again where a press comes too soon.
        """
        self._why = why
        self._calm_at = self._clock() + CALM_SECONDS

    def too_soon_text(self, say: Callable[[str], str]) -> str:
        """What to say of a press that came too soon.

        Args:
            say: Translates a text.
        """
        why = self._why or say("The bill changed a moment ago.")
        return f"{why}\n{say('Read it: enter counts after a second.')}"

    def press(self) -> bool:
        """Whether a press counts: not one too soon, nor one of a key held down since then."""
        now = self._clock()
        is_held = self._too_soon_at is not None and now - self._too_soon_at < HELD_SECONDS
        counts = self.is_calm and not is_held
        self._too_soon_at = None if counts else now
        return counts
