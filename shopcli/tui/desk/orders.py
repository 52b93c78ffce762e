"""Orders as rows of a list, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted, fate, with_fate

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.domain.records import Order
    from shopcli.tui.wording import Wording


def coming_in(say: Callable[[str], str], *, id: str) -> RowList:  # noqa: A002  # Textual's word
    """A list of orders as they come in."""
    columns = (
        Column(say("TIME"), 11, leave_out=1),
        Column(say("USER"), 10, whole=True),
        Column(say("PRODUCTS"), from_width=46, leave_out=2, cuts_end=True),
        Column(say("TOTAL"), 8, right=True),
    )
    return RowList(columns, empty=say("No orders yet."), id=id, newest_first=True)


def order_row(order: Order, wording: Wording) -> Row:
    """An order in such a list; its key is the order's id."""
    return Row(
        order.order or "",
        (
            Cell(wording.short_moment(order.placed_at), "muted"),
            Cell(order.user),
            Cell(
                products_of(order, wording.catalogue.text),
                "muted" if order.state == "cancelled" else "",
            ),
            Cell(wording.money(order.total)),
        ),
    )


def products_of(order: Order, say: Callable[[str], str]) -> str:
    """What was bought, and what became of it."""
    sold = ", ".join(counted(line.quantity, line.name) for line in order.lines)
    return with_fate(fate(order, say), sold, say)
