"""A view with a field that searches: what is typed narrows the list below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from shopcli.tui.desk.beside import Beside, SidePane, ViewWithPane
from shopcli.tui.desk.view import KeyOf, in_column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from shopcli import Shop
    from shopcli.tui.widgets.columns import Column
    from shopcli.tui.wording import Wording

Item = TypeVar("Item")

SETTLED_SECONDS = 0.06
"""So long after the last letter what was typed is searched for."""


class SearchView(ViewWithPane, Generic[Item]):
    """A view with a field that searches; a subclass composes the field and the list.

    Enter opens what belongs to the row under the cursor.

    Args:
        read: Reads, in a thread, what belongs to the row of a key.
        title: Whose that is, or what it is of.
        draw: The text about that, for a width in cells.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", show=False),
        Binding("escape", "everything", show=False),
        Binding("down", "to_list", show=False),
        Binding("enter", "enter", show=False),
    ]

    def __init__(
        self,
        read: Callable[[Shop, str], Any],
        title: Callable[[Any, Wording], str],
        draw: Callable[[Any, Wording, int], Content],
    ) -> None:
        super().__init__()
        self._read_page, self._title_of_page, self._draw_page = read, title, draw
        self._found: Mapping[str, Item] = {}
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

    def show_found(self, value: Any) -> None:  # noqa: ANN401  # as it was read
        """Show what was found, by `list_found`."""
        raise NotImplementedError

    def open_page(self, value: Any) -> None:  # noqa: ANN401  # as it was read
        """Open what belongs to a row."""
        raise NotImplementedError

    def row_keys(self) -> Iterable[KeyOf]:
        """The keys of what is under the cursor."""
        raise NotImplementedError

    def no_row(self) -> str:
        """What is said of such a key where nothing is under the cursor."""
        raise NotImplementedError

    def shown(self, value: object) -> None:
        """Show what was found, or what belongs to a row of it."""
        if isinstance(value, Beside):
            self.show_beside(value)
        else:
            self.show_found(value)

    def list_found(
        self, query: str, found: Mapping[str, Item], rows: Sequence[Row], others: str
    ) -> None:
        """List what was found.

        Args:
            query: What was searched for.
            found: What was found, by key.
            rows: A row for each.
            others: That there are others; empty where there are none.
        """
        self.listed, self._found = query, found
        self.main.show(rows)
        count = self.query_one(f"#{self.NAME}-count", Panel)
        count.put(Content(others))
        count.display = bool(others)
        self.read_beside()
        self.screen.refresh_bindings()

    def record(self, key: str) -> Item | None:
        """What is listed by a key."""
        return self._found.get(key)

    @property
    def under_cursor(self) -> Item | None:
        """What is under the cursor."""
        return self._found.get(self.main.current_key)

    def wanted(self) -> Item | None:
        """What is under the cursor, once that is read; says so where there is nothing."""
        if not self.is_read():
            return None
        if self.under_cursor is None:
            self.tell_empty(self.no_row())
        return self.under_cursor

    def action_enter(self) -> None:
        """Read what belongs to the row under the cursor, and open it."""
        if self.wanted() is not None:
            self.open_with(self.work_beside(self.main.current_key), self.open_page)

    def work_beside(self, key: str) -> Callable[[Shop], object]:
        """Read what belongs to a row."""
        return lambda shop: self._read_page(shop, key)

    def title_beside(self, value: Any) -> str:  # noqa: ANN401  # as it was read
        """Whose it is, or what it is of."""
        return self._title_of_page(value, self.visit.wording)

    def draw_beside(self, value: Any, width: int) -> Content:  # noqa: ANN401  # as it was read
        """The text about it."""
        return self._draw_page(value, self.visit.wording, width)

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

    def key_list(self) -> Iterable[KeyOf]:
        """The keys of the field while typing; else the one that leads to it, and those of a row."""
        say = self.say
        if self.is_typing:
            yield KeyOf("enter", say("To the list"), "to_list")
            yield KeyOf("esc", say("List all"), "everything")
        else:
            yield KeyOf("/", say("Search"), "search")
            yield from self.row_keys()

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
