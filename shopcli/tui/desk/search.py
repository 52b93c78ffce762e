"""A view with a field that searches: what is typed narrows the list below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from shopcli.tui.desk.beside import SidePane, ViewWithPane
from shopcli.tui.desk.view import KeyOf, in_column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.tui.widgets.columns import Column

SETTLED_SECONDS = 0.06
"""So long after the last letter what was typed is searched for."""


class SearchView(ViewWithPane):
    """A view with a field that searches; a subclass composes the field and the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False),
        Binding("escape", "everything", show=False),
        Binding("down", "to_list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""
        """What is searched for."""
        self.listed: str | None = None
        """What was searched for by the time that the list was read; None before that."""

    def parts(self, hint: str, columns: Sequence[Column], empty: str) -> ComposeResult:
        """The field, the list with the pane beside it, and how much of all it shows.

        Args:
            hint: What the empty field says.
            columns: Of the list.
            empty: What the list says where nothing was found.
        """
        yield Field(hint, id=f"{self.NAME}-search")
        with Horizontal(classes="desk--columns"):
            yield in_column(RowList(columns, empty=empty, id=f"desk-{self.NAME}-list"), "main")
            yield SidePane(id=f"{self.NAME}-beside")
        yield Panel(id=f"{self.NAME}-count")

    @property
    def is_settled(self) -> bool:
        """Whether the list is of what was typed."""
        return self.listed == self.typed

    @property
    def main(self) -> RowList:
        """The list of what was found."""
        return self.query(RowList).first()

    @property
    def is_typing(self) -> bool:
        """Whether the field has the focus."""
        return isinstance(self.screen.focused, Field)

    def search_keys(self) -> Iterable[KeyOf]:
        """The keys of the field, or the one that leads to it."""
        say = self.say
        if self.is_typing:
            yield KeyOf("enter", say("To the list"), "to_list")
            yield KeyOf("esc", say("List all"), "everything")
        else:
            yield KeyOf("/", say("Search"), "search")

    def action_search(self) -> None:
        """Move the focus to the field."""
        self.query_one(Field).focus()

    def action_to_list(self) -> None:
        """Move the focus to the list."""
        self.main.focus()

    def action_everything(self) -> None:
        """Search no longer."""
        self.query_one(Field).value = ""
        self._search("")
        self.main.focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        typed = event.value.strip()
        if typed != self.typed:
            self.typed = typed
            self.set_timer(SETTLED_SECONDS, lambda: self._search_if(typed))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_to_list()

    def _search_if(self, typed: str) -> None:
        if typed == self.typed and self.is_attached:
            self.reload()

    def _search(self, typed: str) -> None:
        if typed != self.typed or not self.is_settled:
            self.typed = typed
            self.reload()
