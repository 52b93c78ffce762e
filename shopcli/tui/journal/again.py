"""An order once more: into the cart comes what is still sold of it; nothing is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.domain.records import OrderLine, Product
    from shopcli.tui.cart import Cart
    from shopcli.tui.wording import Wording


@dataclass(frozen=True, slots=True)
class Again:
    """An order whose products are to be put into the cart, as they are now."""

    order: str
    """Its id."""
    lines: tuple[OrderLine, ...]
    products: tuple[Product, ...]


def read_again(shop: Shop, order: str, lines: tuple[OrderLine, ...]) -> Again:
    """Read the products of an order as they are now.

    Args:
        shop: Where.
        order: Its id.
        lines: Its lines.
    """
    return Again(order, lines, shop.browsing.named([line.sku for line in lines]))


def put_again(
    again: Again, cart: Cart, wording: Wording, *, is_basket: bool = False
) -> tuple[str, bool]:
    """Put into the cart what is still sold, beside what is in it already.

    Args:
        again: The order, and its products as they are now.
        cart: The cart, which is changed.
        wording: Writes prices and texts.
        is_basket: Whether a usual basket was chosen, and the order is only its latest.

    Returns:
        What to say, and whether all of it is in the cart, at the prices of then.
    """
    say, before = wording.catalogue.text, cart.count
    products = {product.sku: product for product in again.products}
    put: list[str] = []
    remarks: list[str] = []
    for line in again.lines:
        product = products.get(line.sku)
        added = 0 if product is None else _added(cart, product, line.quantity)
        if added:
            put.append(counted(added, inert(line.name)))
        if added < line.quantity:
            held = cart.quantity(line.sku) - added
            remarks.append(_why_not(line, product, added, held, wording))
        elif product is not None and product.price != line.unit_price:
            facts = {
                "name": inert(product.name),
                "price": wording.money(product.price),
                "before": wording.money(line.unit_price),
            }
            remarks.append(filled(say("{name} costs {price} now (was {before})."), facts))
    count = cart.count - before
    facts = {
        "count": f"{count:,}",
        "before": f"{before:,}",
        "what": ", ".join(put),
        "order": ending(again.order),
    }
    told = _told(say, count, before, is_basket=is_basket)
    return " ".join([filled(told, facts), *remarks]), not remarks


def _told(say: Callable[[str], str], count: int, before: int, *, is_basket: bool) -> str:
    """What to say once so many units are in the cart, beside those that were in it before."""
    if is_basket:
        if not count:
            return say("Nothing of it can be put into the cart.")
        if before:
            return say("Put {what} into the cart, to the {before} in it: c pays.")
        return say("Put {what} into the cart: c pays.")
    if not count:
        return say("Nothing of order {order} can be put into the cart.")
    if before:
        return say("Put {count} of order {order} into the cart, to the {before} in it: c pays.")
    return say("Put {count} of order {order} into the cart: c pays.")


def _added(cart: Cart, product: Product, quantity: int) -> int:
    before = cart.quantity(product.sku)
    return cart.change(product, quantity) - before


def _why_not(
    line: OrderLine, product: Product | None, added: int, held: int, wording: Wording
) -> str:
    say = wording.catalogue.text
    facts = {
        "what": counted(line.quantity - added, inert(line.name)),
        "held": f"{held:,}",
        "stock": "" if product is None else f"{product.stock:,}",
    }
    if product is None:
        told = say("Not {what}: it is not there any more.")
    elif not product.on_sale:
        told = say("Not {what}: not on sale.")
    elif not product.stock:
        told = say("Not {what}: sold out.")
    elif held:
        told = say("Not {what}: of the {stock} left, {held} were in the cart.")
    else:
        told = say("Not {what}: only {stock} left.")
    return filled(told, facts)
