"""Keeps a key pressed too soon after a change from confirming a payment."""

from __future__ import annotations

from collections.abc import Callable

from shopcli.domain.facts import filled

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
        self._is_guarded = False

    @property
    def is_calm(self) -> bool:
        """Whether a press would count."""
        return self._clock() >= self._calm_at

    @property
    def counts_in_seconds(self) -> float:
        """How long to wait until a press counts that is one of its own."""
        return max(HELD_SECONDS, self._calm_at - self._clock())

    @property
    def why(self) -> str:
        """What has changed, in words; empty where that was not told."""
        return self._why

    def disarm(self, why: str = "") -> None:
        """Accept no press for `CALM_SECONDS`: what it would confirm has changed.

        Args:
            why: What has changed, in words; it is told again where a press comes too soon.
        """
        self._why, self._is_guarded = why, False
        self._calm_at = self._clock() + CALM_SECONDS

    def too_soon_text(self, say: Callable[[str], str], key: str = "enter") -> str:
        """What to say of a press that came too soon.

        Args:
            say: Translates a text.
            key: The key that was pressed.
        """
        if self.is_calm and self._is_guarded:
            told = say("That {key} came right behind the key before: press it again.")
            return filled(told, {"key": key})
        why = self._why or _changed(say)
        return f"{why}\n{_read_it(say, key)}"

    def calm_text(self, told: str, say: Callable[[str], str], key: str = "enter") -> str:
        """What is left of that once a press counts: that the one before did not.

        Args:
            told: What is told now, of whatever it is.
            say: Translates a text.
            key: The key that was pressed.
        """
        if not (self.is_calm and told.endswith(_read_it(say, key))):
            return told
        return f"{self.alone(told, say, key)}\n{_press_again(say, key)}".strip()

    def alone(self, told: str, say: Callable[[str], str], key: str = "enter") -> str:
        """What is told, without what became of a press, and when the next one counts.

        Args:
            told: What is told now, of whatever it is.
            say: Translates a text.
            key: The key that was pressed.
        """
        ends = [end for end in (_read_it(say, key), _press_again(say, key)) if told.endswith(end)]
        if not ends:
            return told
        told = told.removesuffix(ends[0]).strip()
        return told if self._why else told.removesuffix(_changed(say)).strip()

    def guard(self) -> None:
        """Let no press count that follows at once: it was meant for what is done now."""
        if self.is_calm:
            self._why, self._is_guarded = "", True
        self._too_soon_at = self._clock()

    def press(self) -> bool:
        """Whether a press counts: not one too soon, nor one of a key held down since then."""
        now = self._clock()
        is_held = self._too_soon_at is not None and now - self._too_soon_at < HELD_SECONDS
        counts = self.is_calm and not is_held
        self._too_soon_at = None if counts else now
        return counts


def _changed(say: Callable[[str], str]) -> str:
    return say("The bill changed a moment ago.")


def _read_it(say: Callable[[str], str], key: str) -> str:
    return filled(say("Read it: {key} counts after a second."), {"key": key})


def _press_again(say: Callable[[str], str], key: str) -> str:
    return filled(say("That {key} did not count: press it again."), {"key": key})
