"""A page to read: what belongs to one row of the desk, as long as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from shopcli.domain.showing import inert
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.content import Content

    from shopcli import Shop

_WIDTH = 71
_AROUND = 9
"""Cells of the box that are no text, a scroll bar among them."""


class PageScreen(Dialog[None]):
    """Shows a text that may be longer than the screen.

    Args:
        title: What it is.
        draw: Makes the text, for a width in cells.
        read: Reads both anew, in a thread; None where they do not change.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "cancel", "Back")]

    def __init__(
        self,
        title: str,
        draw: Callable[[int], Content],
        read: Callable[[Shop], tuple[str, Callable[[int], Content]]] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._draw = draw
        self._read = read

    def compose(self) -> ComposeResult:
        """Compose the title, the text and the keys."""
        with Box(classes="page"):
            yield Static(inert(self._title), id="page-title", classes="dialog--title", markup=False)
            with VerticalScroll(id="page"):
                yield Static(id="page-text", markup=False)
            yield Answer()
            yield KeyHints()

    def on_mount(self) -> None:
        """Draw the text."""
        self._fit()

    def on_resize(self) -> None:
        """Draw the text at the new width."""
        self._fit()

    def reload(self) -> None:
        """Read it again: somebody else may have gone on with it."""
        if self._read is not None:
            self.ask("page", self._read)

    def told(self, value: object) -> None:
        """Show it as read again."""
        self._title, self._draw = cast("tuple[str, Callable[[int], Content]]", value)
        self.query_one("#page-title", Static).update(inert(self._title))
        self._fit()

    def _fit(self) -> None:
        width = max(20, min(_WIDTH, self.app.size.width - _AROUND))
        self.query_one("#page-text", Static).update(self._draw(width))
