"""A short list of products, each with a number, to choose from while a field has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from shopcli.domain.records import Product
    from shopcli.tui.wording import Wording

NONE = -1
"""The cursor of a list in which nothing is marked: an enter alone chooses nothing."""


class Choices(RowList, can_focus=False):
    """Lists products; none is marked at first."""

    def __init__(self) -> None:
        columns = (
            Column("", 1),
            Column("WHICH ONE?"),
            Column("SKU", 4, whole=True),
            Column("EACH", 6, right=True),
        )
        super().__init__(columns, empty="", id="choices")

    def on_resize(self, _: events.Resize) -> None:
        """Measure again what was shown while this was hidden, and had no width."""
        self._measure()
        self.resize_contents()

    def tell(self, products: Sequence[Product], wording: Wording) -> None:
        """Show these products, numbered from 1.

        Args:
            products: To choose from.
            wording: Writes their prices.
        """
        self.renew(products, wording)
        self.cursor = NONE
        self.scroll_to(y=0, animate=False)

    def renew(self, products: Sequence[Product], wording: Wording) -> None:
        """Show the same products as they were read now; what is marked stays so.

        Args:
            products: As of `tell`.
            wording: Writes their prices.
        """
        cursor = self.cursor
        self.show(
            [
                Row(
                    str(number),
                    (
                        Cell(str(number), "accent"),
                        Cell(product.name),
                        Cell(product.sku, "muted"),
                        _price(product, wording),
                    ),
                )
                for number, product in enumerate(products, 1)
            ]
        )
        self.cursor = cursor


def _price(product: Product, wording: Wording) -> Cell:
    say = wording.catalogue.text
    if not product.on_sale:
        return Cell(say("not on sale"), "bad")
    if not product.stock:
        return Cell(say("sold out"), "bad")
    return Cell(wording.money(product.price))
