"""An app that paints its first screen once, then what changed, and parses no style twice."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Any

from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.theme import Theme

from shopcli.tui.styles.contrast import readable


class KeptStyles(Stylesheet):
    """Keeps what was parsed as long as the colours stay as they are.

    Textual parses all rules anew, twice, whenever a tab is opened for the first time.
    """

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the theme's colours; what was parsed with others is forgotten."""
        if variables != self._variables:
            super().set_variables(variables)

    def learn(self, path: Path) -> None:
        """Read and parse a sheet before the screen is there that it is for."""
        if not self.has_source(str(path)):
            self.read(path)
            self.parse()

    def reparse(self) -> None:
        """Take in what was added since; Textual would parse into a new stylesheet."""
        self.parse()


class PaintedOnce(App[None]):
    """Skips all paints but the first until `opened` is called."""

    def __init__(self) -> None:
        self._made_readable: Theme | None = None
        super().__init__()
        self.stylesheet: KeptStyles = KeptStyles(variables=self.get_css_variables())
        self._is_opening = True
        self._first_paint: list[Strip] = []

    @property
    def is_opening(self) -> bool:
        """Whether only the first paint was painted yet."""
        return self._is_opening

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, made readable; computed once, though Textual asks thrice."""
        theme = self.current_theme
        if self._made_readable is not theme:
            self._made_readable = theme
            self.theme_variables = readable(super().get_css_variables())
        return self.theme_variables

    def opened(self) -> None:
        """Paint at once what changed since the first paint, and everything from now on."""
        if not self._is_opening:
            return
        self._is_opening = False
        width = self.size.width
        now = self.screen._compositor.render_strips()  # noqa: SLF001  # no public way to compare
        changed = [
            Region(0, y, width, 1)
            for y, (before, after) in enumerate(zip_longest(self._first_paint, now))
            if before != after
        ]
        self._first_paint = []
        if changed:
            self.screen.refresh(*changed)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:  # noqa: ANN401  # Textual's
        """Skip all but the first paint while the storefront opens.

        Textual draws a screen several times over until it is mounted, focused and resumed, which
        would cost a slow line more than everything after it.
        """
        if not self._is_opening:
            super()._display(screen, renderable)
        elif not self._first_paint:
            super()._display(screen, renderable)
            self._first_paint = screen._compositor.render_strips()  # noqa: SLF001  # as above
