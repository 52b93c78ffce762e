"""Asks how many of a product are wanted, instead of one key for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.facts import filled
from shopcli.domain.showing import excerpt, inert
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from shopcli.domain.records import Product
    from shopcli.tui.store import Store


def ask_quantity(store: Store, product: Product, then: Callable[[str], object]) -> None:
    """Ask for a quantity and put so many units into the cart, as far as there are.

    Args:
        store: Shows the question.
        product: As it stands now.
        then: Called once the cart is changed, with what to say: fewer are left than were wanted.
    """
    say, cart = store.visit.wording.catalogue.text, store.visit.cart

    def entered(box: EntryDialog[int], wanted: int) -> None:
        put = cart.change(product, wanted - cart.quantity(product.sku))
        box.close()
        facts = {"name": product.name, "count": f"{put:,}"}
        fewer = filled(say("No more of {name} is left: {count} in the cart."), facts)
        then(fewer if put < wanted else "")

    store.forget_answers()  # what it says is of before
    store.push_screen(
        EntryDialog(
            "",
            filled(say("How many of {name}?"), {"name": inert(product.name)}),
            say("a number, like 2; 0 takes it out"),
            _read,
            explain=store.visit.wording.explained,
            send=entered,
        )
    )


def _read(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(
            "'{value}' is no whole number from 0, like 2.", details={"value": excerpt(text)}
        )
    return int(text)
