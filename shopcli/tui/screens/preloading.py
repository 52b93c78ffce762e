"""Loads what is not on the first screen while nobody presses a key.

Else the first opening of a tab would take a tenth of a second longer than each after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Final

STEP_SECONDS: Final = 0.05
"""Between two steps; a key comes in between."""

QUIET_SECONDS: Final = 0.3
"""How long nothing must have been pressed."""

SCREENS: Final = "shopcli.tui.screens"
BEHIND_TABS: Final = (
    *("checkout", "coupons", "me", "best", "desk", "dialogs", "users", "charging", "receipt"),
    "help",
)
"""Modules of screens, those that are opened most first."""


def load(module: str) -> None:
    """Load a module of `SCREENS`."""
    import_module(f"{SCREENS}.{module}")


class Preloading:
    """Takes one step after the other, each on its own turn of the event loop.

    Args:
        steps: What loads something.
        later: Calls a function after some seconds.
        is_quiet: Whether no key waits, and none came for `QUIET_SECONDS`.
        done: Called once all are taken.
    """

    def __init__(
        self,
        steps: Iterable[Callable[[], object]],
        later: Callable[[float, Callable[[], None]], object],
        is_quiet: Callable[[], bool],
        done: Callable[[], object],
    ) -> None:
        self._steps = deque(steps)
        self._later = later
        self._is_quiet = is_quiet
        self._done = done

    def step(self) -> None:
        """Take the next step, unless somebody is at the keys, and come again."""
        if self._is_quiet():
            if not self._steps:
                self._done()
                return
            self._steps.popleft()()
        self._later(STEP_SECONDS, self.step)
