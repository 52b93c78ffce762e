"""The lines of a cart, as checkout and till show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from shopcli.tui.cart import CartLine
    from shopcli.tui.visit import Visit

STOPS = "! "
"""Marks a line that keeps the cart from being paid, also where there are no colours."""


class CartLines(RowList):
    """Lists the cart, a product a line.

    Args:
        heading: The heading over the names.
        empty: The text where there are no rows.
    """

    def __init__(self, heading: str, *, empty: str) -> None:
        columns = (
            Column(heading),
            Column("QTY", 3, right=True, leave_out=1),
            Column("EACH", 6, right=True, from_width=46, leave_out=9),
            Column("TOTAL", 7, right=True),
        )
        super().__init__(columns, empty=empty, id="lines")

    def tell(self, visit: Visit) -> None:
        """Show the lines of a cart."""
        money = visit.wording.money
        self.show(
            [
                Row(
                    line.product.sku,
                    (
                        Cell(line.product.name)
                        if line.is_there
                        else Cell(f"{STOPS}{line.product.name}", "bad"),
                        Cell(f"{line.quantity:,}", "" if line.is_there else "bad"),
                        Cell(money(line.product.price), "muted"),
                        Cell(money(line.total)),
                    ),
                )
                for line in visit.cart.lines
            ]
        )

    def to_what_stops(self, visit: Visit) -> None:
        """Move the cursor to a line that keeps the cart from being paid, unless it is on one."""
        stopping = [line.product.sku for line in visit.cart.lines if not line.is_there]
        if stopping and self.current_key not in stopping:
            self.follow(stopping[0])

    def line(self, visit: Visit) -> CartLine | None:
        """The cart line under the cursor."""
        key = self.current_key
        return next((line for line in visit.cart.lines if line.product.sku == key), None)
