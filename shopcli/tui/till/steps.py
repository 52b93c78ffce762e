"""The steps of the till: where each stands on its way, what the field asks, what keys do."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """The steps of a way, as the bar over the field names them."""

    names: tuple[str, ...]
    numbers: dict[str, int]
    """Where on it a step of the till stands, from 1; 0 is none of it."""


SELLING = Way(
    ("scan", "who", "pay"),
    {
        "products": 1,
        "which": 1,
        "user": 2,
        "confirm": 3,
        "short": 3,
        "left": 3,
        "doubt": 3,
        "amount": 3,
        "charge": 3,
        "undo": 0,
    },
)
"""The way of a sale.

`which` asks which of several is meant.
`short` is a bill that cannot be paid as it is, and `doubt` one of which it is not known whether it
is paid. `left` asks whether who is named pays what another left unpaid, too.
At `amount` an amount is typed, and `charge` asks whether to charge it.
`undo`, which asks whether to take the last sale back, is none of that way.

In the tables of texts `more` is `products` once there is one in the cart, and `sent` is any of them
while money is on its way. `sent_charge` is `charge` of one that was sent before, and `other_amount`
that of another one without a bill.
"""

CHARGING = Way(("who", "amount", "charge"), {"account": 1, "amount": 2, "charge": 3})
"""The way of a charge without a sale."""

ASKS = {
    "products": "scan or type SKU, 3*SKU for three",
    "more": "scan more, or press enter to go on",
    "user": "who pays? scan or type the user name",
    "confirm": "press enter to pay, esc to go back",
    "short": "scan or type SKU, 3*SKU for three",
    "left": "enter is yes, esc goes back",
    "doubt": "enter pays if not paid, esc: next",
    "amount": "type the amount that comes in",
    "charge": "enter charges it, esc goes back",
    "undo": "enter undoes it, esc goes back",
    "which": "type its number or scan on",
    "account": "whose balance? scan or type a name",
    "sent": "wait: what you scan comes after it",
}
"""The placeholder of the field."""

ENTER = {
    "products": "Take it",
    "more": "Take, go on",
    "user": "Take the name",
    "confirm": "Pay",
    "short": "Another user",
    "left": "Yes",
    "doubt": "Pay if not paid",
    "amount": "Take it",
    "charge": "Charge",
    "undo": "Undo the sale",
    "which": "Choose",
    "account": "Take the name",
    "sent": "Let it wait",
}
"""What Enter does, in a word or two."""

ENTER_TYPED = {
    "more": "Take it",
    "confirm": "Take it",
    "short": "Take it",
    "left": "Take it",
    "doubt": "Go on",
    "charge": "Take it",
    "undo": "Take it",
}
"""The same with something typed, where it is another."""

ENTER_DOES = {
    "products": "Take the product",
    "more": "Take the product; with nothing typed: go on to paying",
    "user": "Take the name of who pays, or one more product",
    "confirm": "Take one more product; with nothing typed: pay, a second after any change",
    "short": "Take one more product, or another user; with nothing typed: ask for another user",
    "left": "Yes: who is named pays it, too; with something typed: take one more product",
    "doubt": "Pay it, if it is not paid yet; with something typed: go on with the next",
    "amount": "Take the amount, or one more product",
    "charge": "Charge the balance; with something typed: take another amount, or one more product",
    "sent_charge": "Charge that one, once in any case; with something typed: take one more product",
    "undo": "Undo the last sale; with something typed: take the product",
    "which": "Take what is marked, or has the number typed; a code typed is the next scan",
    "account": "Take the name of who charges; what is no name is a product",
    "sent": "Let what is typed wait until it is known what became of the money",
}
"""What Enter does, as the help says it."""

ESCAPE_DOES = {
    "products": "Take away what is told",
    "more": "Put everything down, if pressed twice",
    "user": "Back to the products",
    "confirm": "Back to the products",
    "short": "Back to the products",
    "left": "Back to the products",
    "doubt": "Put it down, and go on with the next",
    "amount": "Back to the bill",
    "charge": "Back to the bill",
    "undo": "Back to the products",
    "which": "Take none of them; what was typed is in the field again",
    "account": "Back to the products",
    "other_amount": "Back to the amount",
}
"""What Escape does, as the help says it."""
