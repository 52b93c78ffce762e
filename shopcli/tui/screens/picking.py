"""Picks one of many categories: type a part of its name, or move to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from shopcli.engine import Category
from shopcli.tui.screens.searching import SearchDialog
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.rows import Cell, Row, RowList

_ALL = ":all"
"""Key of the row for all categories; those of categories begin otherwise."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The category that was picked, empty for what has none; None is all of them."""

    category: str | None


class CategoriesScreen(SearchDialog[Picked]):
    """Ends with a category.

    Args:
        categories: To choose among.
        chosen: The one that is chosen already.
    """

    def __init__(self, categories: Sequence[Category], chosen: str | None) -> None:
        super().__init__()
        self._categories = categories
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Compose a field and the list of categories."""
        say = self.visit.wording.catalogue.text
        columns = (Column("CATEGORY"), Column("PRODUCTS", 8, right=True))
        yield from self.parts(
            say("Which category?"),
            Field(say("type a part of its name"), id="category"),
            RowList(columns, empty=say("No category has that in its name."), id="found"),
        )

    def on_mount(self) -> None:
        """List all of them, the one that is chosen marked."""
        self.narrow("")
        if self._chosen is not None:
            self.rows.follow(f"={self._chosen}")

    def action_choose(self) -> None:
        """End with the category under the cursor."""
        key = self.rows.current_key
        if key:
            self.dismiss(Picked(None if key == _ALL else key[1:]))

    def narrow(self, typed: str) -> None:
        """List the categories with a text in their names, or all of them."""
        say, part = self.visit.wording.catalogue.text, typed.casefold()
        named = [(one, one.category or say("no category")) for one in self._categories]
        rows = [
            Row(f"={one.category}", (Cell(name), Cell(f"{one.count:,}", "muted")))
            for one, name in named
            if part in name.casefold()
        ]
        if not part:
            everything = sum(one.count for one in self._categories)
            rows.insert(0, Row(_ALL, (Cell(say("All")), Cell(f"{everything:,}", "muted"))))
        self.rows.show(rows)
        if part:
            self.rows.cursor = 0
            called = [one.category for one, name in named if name.casefold() == part]
            if called:
                self.rows.go_to(f"={called[0]}")
