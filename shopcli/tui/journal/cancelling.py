"""Cancelling an order as it was shown: what is left of it by then is what goes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import TotalChanged
from shopcli.domain.records import Order

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Cancellation
    from shopcli.tui.operations import Operation


@dataclass(frozen=True, slots=True)
class LessLeft:
    """Nothing was cancelled: this is the order now, of which less is left than was shown."""

    order: Order


def cancel_as_shown(shop: Shop, shown: Order, operation: Operation) -> Cancellation | LessLeft:
    """Cancel an order if as much is left of it as was shown and confirmed; else read it again."""
    order_id = shown.order or ""
    try:
        return operation.carry_out(lambda: shop.cancel(order_id, key=operation.key, expected=shown))
    except TotalChanged:
        return LessLeft(shop.receipt(order_id))
