"""Cancelling an order as it was shown: what is left of it by then is what goes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import TotalChanged
from shopcli.domain.records import Order
from shopcli.tui.journal.booked import given_back_before

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Cancellation
    from shopcli.tui.journal.before import Before
    from shopcli.tui.operations import Operation


@dataclass(frozen=True, slots=True)
class LessLeft:
    """Nothing was cancelled: this is the order now, of which less is left than was shown."""

    order: Order


@dataclass(frozen=True, slots=True)
class CancelledBefore:
    """It was cancelled before under another key, so that nothing went back now."""

    order: Order
    before: Before


def cancel_once(
    shop: Shop, shown: Order, operation: Operation
) -> Cancellation | LessLeft | CancelledBefore:
    """Cancel an order as it was shown; one that somebody else has cancelled is read again."""
    made = cancel_as_shown(shop, shown, operation)
    if isinstance(made, LessLeft) or not made.replayed or made.key == operation.key:
        return made
    operation.is_done = False  # it was somebody else's that was made
    order = shop.receipt(made.order)
    return CancelledBefore(order, given_back_before(shop, order))


def cancel_as_shown(shop: Shop, shown: Order, operation: Operation) -> Cancellation | LessLeft:
    """Cancel an order if as much is left of it as was shown and confirmed; else read it again."""
    order_id = shown.order or ""
    try:
        return operation.carry_out(lambda: shop.cancel(order_id, key=operation.key, expected=shown))
    except TotalChanged:
        return LessLeft(shop.receipt(order_id))
