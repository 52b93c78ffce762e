"""Picks one of many categories: type a part of its name, or move to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from shopcli.engine import Category
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.rows import Cell, Row, RowList

_ALL = ":all"
"""Key of the row for all categories; those of categories begin otherwise."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The category that was picked, empty for what has none; None is all of them."""

    category: str | None


class CategoriesScreen(Dialog[Picked]):
    """Ends with a category.

    Args:
        categories: To choose among.
        chosen: The one that is chosen already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]
    HINTS = (("enter", "Choose"), ("↑↓", "Move"))

    def __init__(self, categories: Sequence[Category], chosen: str | None) -> None:
        super().__init__()
        self._categories = categories
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Compose a field and the list of categories."""
        say = self.visit.wording.catalogue.text
        columns = (Column("CATEGORY"), Column("PRODUCTS", 8, right=True))
        with Box(classes="tall"):
            yield Static(say("Which category?"), classes="dialog--title", markup=False)
            yield Field(say("type a part of its name"), id="category")
            yield RowList(columns, empty=say("No category has that in its name."), id="found")
            yield Answer()
            yield KeyHints()

    def on_mount(self) -> None:
        """List all of them, the one that is chosen marked."""
        self._list("")
        if self._chosen is not None:
            self._found.follow(f"={self._chosen}")

    @on(Input.Changed, "#category")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._list(event.value)

    @on(Input.Submitted, "#category")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(RowList.Chosen, "#found")
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()

    def action_move(self, step: int) -> None:
        """Move the cursor of the list while the field has the focus."""
        self._found.action_move(step)

    def action_choose(self) -> None:
        """End with the category under the cursor."""
        key = self._found.current_key
        if key:
            self.dismiss(Picked(None if key == _ALL else key[1:]))

    @property
    def _found(self) -> RowList:
        return self.query_one("#found", RowList)

    def _list(self, typed: str) -> None:
        say, part = self.visit.wording.catalogue.text, typed.strip().casefold()
        named = [(one, one.category or say("no category")) for one in self._categories]
        rows = [
            Row(f"={one.category}", (Cell(name), Cell(f"{one.count:,}", "muted")))
            for one, name in named
            if part in name.casefold()
        ]
        if not part:
            everything = sum(one.count for one in self._categories)
            rows.insert(0, Row(_ALL, (Cell(say("All")), Cell(f"{everything:,}", "muted"))))
        self._found.show(rows)
        if part:
            self._found.cursor = 0
