"""Chooses a line of an order to give something back of it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Static

from shopcli.domain.facts import filled
from shopcli.domain.giving_back import given_back_of
from shopcli.domain.showing import inert
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Key, Mount

    from shopcli.domain.records import Order, OrderLine


def left_of(order: Order) -> dict[str, int]:
    """How many units of each product of an order may still be given back, by SKU."""
    before = given_back_of(order)
    return {line.sku: line.quantity - before[line.sku] for line in order.lines}


class LinesScreen(Dialog[None]):
    """Lists the lines of an order with what is left of each.

    Args:
        order: The order, which is not cancelled.
        choose: Called with the line that was chosen; this closes then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", show=False),
    ]
    HINTS = (("enter", "Choose"), ("↑↓", "Move"))
    TOO_SOON = "That enter came before this was shown. Read it: the next one counts."

    def __init__(self, order: Order, choose: Callable[[OrderLine], object]) -> None:
        super().__init__()
        self._order = order
        self._choose = choose
        self._shown_at = inf

    def compose(self) -> ComposeResult:
        """Compose the question and the lines."""
        say = self.visit.wording.catalogue.text
        columns = (
            Column(say("PRODUCT")),
            Column(say("LEFT"), 4, right=True),
            Column(say("SOLD"), 4, right=True, leave_out=2),
            Column(say("PAID"), 7, right=True, leave_out=1),
        )
        facts = {"order": ending(self._order.order), "user": self._order.user}
        title = filled(say("Refund what of order {order} of {user}?"), facts)
        with Box():
            yield Static(inert(title), classes="dialog--title", markup=False)
            yield RowList(columns, empty="", id="lines-left")
            yield Answer()
            yield KeyHints()

    def on_mount(self, event: Mount) -> None:
        """List the lines; the first of which something is left is chosen."""
        self._shown_at = event.time
        left, money = left_of(self._order), self.visit.wording.money
        rows = [
            Row(
                line.sku,
                (
                    Cell(line.name, "" if left[line.sku] else "muted"),
                    Cell(f"{left[line.sku]:,}", "" if left[line.sku] else "muted"),
                    Cell(f"{line.quantity:,}", "muted"),
                    Cell(money(line.net), "muted"),
                ),
            )
            for line in self._order.lines
        ]
        self._lines.show(rows)
        self._lines.cursor = next(
            (place for place, line in enumerate(self._order.lines) if left[line.sku]), 0
        )

    def takes(self, key: Key) -> bool:
        """Drop an Enter that was pressed before the lines were shown."""
        return key.key != "enter" or key.time >= self._shown_at

    def action_choose(self) -> None:
        """End with the line under the cursor, if something is left of it."""
        say, sku = self.visit.wording.catalogue.text, self._lines.current_key
        if not left_of(self._order).get(sku):
            self.say(say("All of it was given back before."), "warn")
            return
        self._choose(next(line for line in self._order.lines if line.sku == sku))
        self.dismiss()

    @property
    def _lines(self) -> RowList:
        return self.query_one("#lines-left", RowList)

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()
