"""The `shop …` command line of each thing the storefront does, to copy, script and repeat."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.domain.records import Order


def order(made: Order) -> str:
    """Place an order like this one."""
    lines = [
        line.sku if line.quantity == 1 else f"{line.sku}:{line.quantity}" for line in made.lines
    ]
    coupon = [] if made.coupon is None else ["--coupon", made.coupon]
    return _line("order", *lines, *coupon, "-u", made.user)


def charge(user: str, amount_major: str) -> str:
    """Charge a balance."""
    return _line("charge", amount_major, "-u", user)


def claim(user: str, code: str) -> str:
    """Claim a coupon."""
    return _line("claim", code, "-u", user)


def cancel(order_id: str) -> str:
    """Cancel an order."""
    return _line("cancel", order_id)


def restock(sku: str, quantity: int) -> str:
    """Restock a product."""
    return _line("product", "restock", sku, str(quantity))


def retry(event_id: str) -> str:
    """Deliver an event again."""
    return _line("outbox", "retry", event_id)


def add_user(user: str) -> str:
    """Add a user."""
    return _line("user", "add", user)


def _line(*words: str) -> str:
    return shlex.join(_plain(("shop", *words)))


def _plain(words: Iterable[str]) -> Iterable[str]:
    # Values come from the database; a clipboard is pasted into shells.
    return ("".join(c if c.isprintable() else "?" for c in word) for word in words)
