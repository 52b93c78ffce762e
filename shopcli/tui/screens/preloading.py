"""Loads what is not on the first screen while nobody presses a key.

Else the first opening of a tab would take a tenth of a second longer than each after it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

STEP_SECONDS: Final = 0.05
"""Between two modules; a key comes in between."""

QUIET_SECONDS: Final = 0.3
"""How long nothing must have been pressed."""

SCREENS: Final = "shopcli.tui.screens"
BEHIND_TABS: Final = (
    *("checkout", "coupons", "me", "best", "desk", "dialogs", "users", "charging", "receipt"),
    "help",
)
"""Modules of screens, those that are opened most first."""


class Preloading:
    """Loads one module after the other, each on its own turn of the event loop.

    Args:
        modules: Names of modules of `SCREENS`.
        later: Calls a function after some seconds.
        is_quiet: Whether no key waits, and none came for `QUIET_SECONDS`.
        done: Called once all are loaded.
    """

    def __init__(
        self,
        modules: tuple[str, ...],
        later: Callable[[float, Callable[[], None]], object],
        is_quiet: Callable[[], bool],
        done: Callable[[], object],
    ) -> None:
        self._modules = list(modules)
        self._later = later
        self._is_quiet = is_quiet
        self._done = done

    def step(self) -> None:
        """Load the next one, unless somebody is at the keys, and come again."""
        if self._is_quiet():
            if not self._modules:
                self._done()
                return
            import_module(f"{SCREENS}.{self._modules.pop(0)}")
        self._later(STEP_SECONDS, self.step)
