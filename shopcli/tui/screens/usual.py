"""What a user orders again and again: a digit, or enter, puts it into the cart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from shopcli.domain.facts import filled
from shopcli.domain.records import OrderLine, UsualBasket
from shopcli.domain.showing import inert
from shopcli.tui.journal.usual import Usual
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted


class UsualScreen(Dialog[UsualBasket]):
    """Ends with a basket.

    Args:
        usual: To choose among, at least one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", show=False),
        *(Binding(str(number), f"take({number})", show=False) for number in range(1, 10)),
        Binding("f1,question_mark", "app.help", show=False),
    ]

    def __init__(self, usual: Usual) -> None:
        super().__init__()
        self._baskets = usual.baskets
        self._products = {product.sku: product for product in usual.products}
        self._user = usual.user

    def key_hints(self) -> list[tuple[str, str]]:
        """The digits that choose."""
        count = len(self._baskets)
        say = self.visit.wording.catalogue.text
        digits = "1" if count == 1 else f"1-{count}"
        return [(digits, say("Into the cart")), ("enter", say("This one"))]

    def compose(self) -> ComposeResult:
        """Compose the list of baskets."""
        say = self.visit.wording.catalogue.text
        columns = (
            Column("", 1),
            Column("WHAT"),
            Column("TIMES", 5, right=True, leave_out=1),
            Column("NOW", 6, right=True),
        )
        title = filled(say("What {user} orders again and again"), {"user": inert(self._user)})
        with Box(classes="page"):
            yield Static(title, classes="dialog--title", markup=False)
            yield RowList(columns, empty="", id="baskets")
            yield Static("", id="basket", markup=False)
            yield Answer()
            yield KeyHints()

    def on_mount(self) -> None:
        """List the baskets, in no more lines than there are."""
        self._list.styles.height = len(self._baskets) + 1
        self._list.show(
            [self._row(number, basket) for number, basket in enumerate(self._baskets, 1)]
        )
        self.set_focus(self._list)

    @on(RowList.Moved, "#baskets")
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        basket = self._baskets[self._list.cursor]
        told = _names(basket.lines)
        if missing := [line for line in basket.lines if not self._is_there(line)]:
            say = self.visit.wording.catalogue.text
            refused = filled(say("Not now: {missing}."), {"missing": _names(missing)})
            told = f"{refused}\n{told}"
        self.query_one("#basket", Static).update(told)

    @on(RowList.Chosen, "#baskets")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """End with the basket under the cursor."""
        self.dismiss(self._baskets[self._list.cursor])

    def action_take(self, number: int) -> None:
        """End with the basket of a number; where there is none, say so."""
        if number <= len(self._baskets):
            self.dismiss(self._baskets[number - 1])
            return
        form = self.visit.wording.catalogue.counted(
            len(self._baskets), "There is {count} only.", "There are {count} only."
        )
        self.say(filled(form, {"count": len(self._baskets)}), "warn")

    @property
    def _list(self) -> RowList:
        return self.query_one("#baskets", RowList)

    def _row(self, number: int, basket: UsualBasket) -> Row:
        wording = self.visit.wording
        there = [line for line in basket.lines if self._is_there(line)]
        price = sum(line.quantity * self._products[line.sku].price for line in there)
        tone = "" if len(there) == len(basket.lines) else "warn"
        return Row(
            str(number),
            (
                Cell(str(number), "accent"),
                Cell(_names(basket.lines)),
                Cell(f"{basket.order_count:,}", "muted"),
                Cell(wording.money(price) if there else wording.catalogue.text("none"), tone),
            ),
        )

    def _is_there(self, line: OrderLine) -> bool:
        """Whether all of a line can be bought now."""
        product = self._products.get(line.sku)
        return product is not None and product.on_sale and product.stock >= line.quantity


def _names(lines: Sequence[OrderLine]) -> str:
    return ", ".join(counted(line.quantity, inert(line.name)) for line in lines)
