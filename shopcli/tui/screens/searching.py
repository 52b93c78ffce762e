"""A box with a field that narrows the list below it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.rows import RowList

Value = TypeVar("Value")


class SearchDialog(Dialog[Value]):
    """Ends with a row of its list; the field keeps the focus, arrows move in the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]
    HINTS = (("enter", "Choose"), ("↑↓", "Move"))

    def parts(self, title: str, field: Field, rows: RowList) -> ComposeResult:
        """Compose the question, the field, and the list that it narrows."""
        with Box(classes="tall"):
            yield Static(title, classes="dialog--title", markup=False)
            yield field
            yield rows
            yield Answer()
            yield KeyHints()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def narrow(self, typed: str) -> None:
        """List what matches a text, without blanks around it."""
        raise NotImplementedError

    def action_choose(self) -> None:
        """Do what Enter does with the row under the cursor."""
        raise NotImplementedError

    def action_move(self, step: int) -> None:
        """Move the cursor of the list while the field has the focus."""
        self.rows.action_move(step)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.narrow(event.value.strip())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()
