"""The panels beside the list: the product under the cursor, and the cart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.store import Store
from shopcli.tui.widgets.fitting import apart, fitted
from shopcli.tui.wording import counted, stock_text, trend_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.visual import VisualType

    from shopcli.domain.records import Product
    from shopcli.tui.visit import Visit


class Panel(Static):
    """A text that is drawn again only when it changes."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's word
        super().__init__("", id=id, markup=False)
        self._shown: VisualType = ""

    def put(self, content: Content) -> None:
        """Show a text, if it is another than before."""
        if content != self._shown or (
            isinstance(self._shown, Content) and content.spans != self._shown.spans
        ):
            self._shown = content
            self.update(content)


class ProductDetail(Panel):
    """Shows everything about the product under the cursor."""

    class Stepped(Message):
        """More or less was clicked."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="detail")

    def tell(self, visit: Visit, product: Product | None, trend: Sequence[int]) -> None:
        """Show a product; None shows nothing, as the list says why there is none."""
        if product is None:
            self.put(Content(""))
            return
        is_low, say = visit.is_low(product), visit.wording.catalogue.text
        is_narrow = self.screen.has_class("-narrow")  # and there is little room below the list
        about = [product.sku, product.category or "", product.barcode or ""]
        gap = "\n" if is_narrow else "\n\n"
        parts: list[Content | str | tuple[str, str]] = [
            (inert(product.name), "bold"),
            "\n",
            (" · ".join(apart(inert(part)) for part in about if part), "$foreground-muted"),
            gap,
            (visit.wording.price(product.price), "bold $text-accent"),
            "   ",
            (stock_text(product, say, is_low=is_low), _stock_style(product, is_low=is_low)),
        ]
        row = visit.best.get(product.sku)
        if row is not None:
            sold = {"rank": row.rank, "units": row.units}
            parts += [
                "\n",
                (filled(say("★ No. {rank}, {units:,} sold in 3 days"), sold), "$text-warning"),
                f"\n  {trend_line(trend)}" if any(trend) and not is_narrow else "",
            ]
        quantity = visit.cart.quantity(product.sku)
        parts += [gap, self._stepper(visit, product, quantity)]
        self.put(Content.assemble(*parts))

    def action_more(self) -> None:
        """Post a click on more."""
        self.post_message(self.Stepped(1))

    def action_less(self) -> None:
        """Post a click on less."""
        self.post_message(self.Stepped(-1))

    def _stepper(self, visit: Visit, product: Product, quantity: int) -> Content:
        # Constant markup: no text of the product is in it.
        less = Content.from_markup("[@click=less] - [/]")
        more = Content.from_markup("[@click=more] + [/]")
        say = visit.wording.catalogue.text
        if not quantity:
            if not product.on_sale or not product.stock:
                return Content("")
            return Content.assemble(more, f" {say('puts it into your cart')}")
        total = visit.wording.money(product.price * quantity)
        told = filled(say("in cart: {total}"), {"total": total})
        return Content.assemble(less, (f" {quantity} ", "bold"), more, f"  {told}")


class CartPanel(Panel):
    """Shows the lines and the total of the cart."""

    def __init__(self) -> None:
        super().__init__(id="cart")

    def tell(self, visit: Visit) -> None:
        """Show the lines and the total."""
        lines, catalogue = visit.cart.lines, visit.wording.catalogue
        say = catalogue.text
        if not lines:
            self.put(
                Content.assemble(
                    (say("CART"), "bold $foreground-muted"),
                    "\n",
                    (say("empty: press + or enter"), "$foreground-muted"),
                )
            )
            return
        width = max(16, self.content_size.width or 28)
        parts: list[str | tuple[str, str]] = [(say("CART"), "bold $foreground-muted")]
        room = max(2, self.screen.size.height // 3 - 3)
        for line in lines[:room]:
            total = visit.wording.money(line.total)
            name = fitted(counted(line.quantity, inert(line.product.name)), width - len(total) - 1)
            parts.append(f"\n{name} {total}")
        if len(lines) > room:
            more = sum(line.quantity for line in lines[room:])
            form = catalogue.counted(more, "and {count:,} more thing", "and {count:,} more things")
            parts.append(f"\n{filled(form, {'count': more})}")
        total = visit.wording.price(visit.cart.total)
        parts += [
            "\n",
            (f"{total:>{width}}", "bold"),
            (f"\n{say('press c to pay')}", "$foreground-muted"),
        ]
        self.put(Content.assemble(*parts))

    def on_resize(self) -> None:
        """Fit the amounts to the new width."""
        self.app.call_later(self._tell_again)

    def _tell_again(self) -> None:
        if isinstance(self.app, Store):
            self.tell(self.app.visit)


def _stock_style(product: Product, *, is_low: bool) -> str:
    if not product.on_sale or not product.stock:
        return "$text-error"
    return "$text-warning" if is_low else "$text-success"
