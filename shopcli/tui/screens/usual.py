"""What a user orders again and again: a digit, or enter, puts it into the cart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from shopcli.domain.facts import filled
from shopcli.domain.records import OrderLine, UsualBasket
from shopcli.domain.showing import inert
from shopcli.tui.journal.usual import Usual, read_products
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
            Column(
                "NOW",
                max(6, *map(cell_len, map(self._now, self._baskets))),
                right=True,
            ),
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
        self._show()
        self.set_focus(self._list)

    def reload(self) -> None:
        """Ask for the products of these baskets as they are by now; the baskets stay."""
        baskets, user = self._baskets, self._user
        self.ask("usual", lambda shop: Usual(user, baskets, read_products(shop, baskets)))

    def told(self, value: object) -> None:
        """Show what enter would put into the cart by now."""
        if isinstance(value, Usual):
            self._products = {product.sku: product for product in value.products}
            self._show()
            self._show_basket()

    @on(RowList.Moved, "#baskets")
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._show_basket()

    def _show(self) -> None:
        self._list.show(
            [self._row(number, basket) for number, basket in enumerate(self._baskets, 1)]
        )

    def _show_basket(self) -> None:
        """What the basket under the cursor is, and what of it is not sold now."""
        basket = self._baskets[self._list.cursor]
        told = [self._why_not_all(basket), _names(basket.lines)]
        self.query_one("#basket", Static).update("\n".join(filter(None, told)))

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
        is_whole = all(self._added(line) == line.quantity for line in basket.lines)
        return Row(
            str(number),
            (
                Cell(str(number), "accent"),
                Cell(_names(basket.lines)),
                Cell(f"{basket.order_count:,}", "muted"),
                Cell(self._now(basket), "" if is_whole else "warn"),
            ),
        )

    def _now(self, basket: UsualBasket) -> str:
        """What enter would put into the cart: what all costs, how many of it, or none."""
        say, money = self.visit.wording.catalogue.text, self.visit.wording.money
        wanted = sum(line.quantity for line in basket.lines)
        added = sum(self._added(line) for line in basket.lines)
        if not added:
            return say("none")
        if added < wanted:
            facts = {"count": f"{added:,}", "wanted": f"{wanted:,}"}
            return filled(say("{count} of {wanted}"), facts)
        return money(sum(line.quantity * self._products[line.sku].price for line in basket.lines))

    def _why_not_all(self, basket: UsualBasket) -> str:
        """What of a basket is not sold now, and of what the rest is in the cart; empty for none."""
        say, cart = self.visit.wording.catalogue.text, self.visit.cart
        sold = {line.sku: self._sold(line) for line in basket.lines}
        missing = [
            counted(line.quantity - sold[line.sku], inert(line.name))
            for line in basket.lines
            if sold[line.sku] < line.quantity
        ]
        held = [
            counted(cart.quantity(line.sku), inert(line.name))
            for line in basket.lines
            if self._added(line) < sold[line.sku]
        ]
        told = []
        if missing:
            told.append(filled(say("Not now: {missing}."), {"missing": ", ".join(missing)}))
        if held:
            told.append(filled(say("In the cart already: {held}."), {"held": ", ".join(held)}))
        return " ".join(told)

    def _added(self, line: OrderLine) -> int:
        """Units of a line that enter would put into the cart."""
        product = self._products.get(line.sku)
        return 0 if product is None else self.visit.cart.addable(product, line.quantity)

    def _sold(self, line: OrderLine) -> int:
        """Units of a line that are sold now, in the cart or not."""
        product = self._products.get(line.sku)
        return min(line.quantity, product.stock) if product is not None and product.on_sale else 0


def _names(lines: Sequence[OrderLine]) -> str:
    return ", ".join(counted(line.quantity, inert(line.name)) for line in lines)
