"""The column beside a list, where there is room: what belongs to the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from shopcli.domain.showing import inert
from shopcli.tui.desk.view import DeskView
from shopcli.tui.widgets.columns import folded

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from shopcli import Shop

STILL_SECONDS = 0.12
"""So long the cursor stands on a row before what belongs to it is read."""

_AROUND = 4
"""Cells of the column that are no text."""


class Beside(NamedTuple):
    """What belongs to a row."""

    key: str
    value: Any


class SidePane(VerticalScroll, can_focus=False):
    """Shows a text that is drawn for its width."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's word
        super().__init__(id=id, classes="desk--side")
        self._draw: Callable[[int], Content] = lambda _: Content("")

    def compose(self) -> ComposeResult:
        """Compose the text."""
        yield Static(classes="desk--beside", markup=False)

    def put(self, draw: Callable[[int], Content]) -> None:
        """Show a text."""
        self._draw = draw
        self._fit()

    def on_resize(self) -> None:
        """Draw the text at the new width."""
        self._fit()

    def _fit(self) -> None:
        if self.size.width > _AROUND and self.is_mounted:
            self.query_one(Static).update(self._draw(self.size.width - _AROUND))


class ViewWithPane(DeskView):
    """A view whose rows have something to read beside them."""

    def work_beside(self, key: str) -> Callable[[Shop], object]:
        """What to read of the row of this key, in a thread."""
        raise NotImplementedError

    def title_beside(self, value: Any) -> str:  # noqa: ANN401  # as it was read
        """Whose it is, or what it is of."""
        raise NotImplementedError

    def draw_beside(self, value: Any, width: int) -> Content:  # noqa: ANN401  # as it was read
        """The text about it."""
        raise NotImplementedError

    def moved(self) -> None:
        """Read what belongs to the row, once the cursor stands still."""
        key = self.main.current_key
        self.set_timer(STILL_SECONDS, lambda: self._read_beside(key))

    def show_beside(self, found: Beside) -> None:
        """Show what was read, if its row still has the cursor."""
        if found.key == self.main.current_key:
            pane = self.query_one(SidePane)
            pane.put(lambda width: self._drawn_beside(found.value, width))

    def _drawn_beside(self, value: Any, width: int) -> Content:  # noqa: ANN401  # as it was read
        title = "\n".join(folded(inert(self.title_beside(value)), width))
        return Content.assemble((title, "bold"), "\n\n", self.draw_beside(value, width))

    def read_beside(self) -> None:
        """Read again what is shown: it may have changed."""
        self._read_beside(self.main.current_key)

    def _read_beside(self, key: str) -> None:
        if not (self.is_attached and self.is_wide and key == self.main.current_key):
            return
        if not key:
            self.query_one(SidePane).put(lambda _: Content(""))
            return
        work = self.work_beside(key)
        self.ask(f"beside {self.NAME}", lambda shop: Beside(key, work(shop)))
