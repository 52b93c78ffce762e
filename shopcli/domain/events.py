"""Builds the event bodies the platform receives: CloudEvents 1.0 in structured JSON; never sends.

A body is built once, stored with the order, and sent as the same bytes on every attempt. It carries
an opaque user id and amounts, never balances, idempotency keys or personal names.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING, Any, Final

from shopcli.domain.moments import rfc3339

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.records import Order

PAID: Final = "shop.order.paid"
CANCELLED: Final = "shop.order.cancelled"
CONTENT_TYPE: Final = "application/cloudevents+json"
BATCH_CONTENT_TYPE: Final = "application/cloudevents-batch+json"
SCHEMA: Final = 1
"""Version of `data`; a receiver refuses a number it does not know."""

_encode = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def paid_event(
    *, event_id: str, shop_id: str, sequence: int, order: Order, user_id: str, exponent: int
) -> bytes:
    """The body of `shop.order.paid`, whose time is the order's.

    Args:
        event_id: Identifies the event for ever; receivers drop duplicates by it.
        shop_id: The id the shop got when it was made.
        sequence: The event's place among those of its order, from 1.
        order: The order as paid.
        user_id: Opaque id of the buyer, not the name.
        exponent: Decimals of the order's currency.
    """
    data = _order_data(order, user_id, "paid", exponent)
    return _envelope(event_id, shop_id, PAID, sequence, data["placed_at"], data)


def cancelled_event(
    *,
    event_id: str,
    shop_id: str,
    sequence: int,
    order: Order,
    user_id: str,
    exponent: int,
    cancelled_at: datetime,
    reason: str | None,
    refunded: int,
) -> bytes:
    """The body of `shop.order.cancelled`, whose time is the cancellation's.

    Args:
        event_id: Identifies the event for ever; receivers drop duplicates by it.
        shop_id: The id the shop got when it was made.
        sequence: The event's place among those of its order, from 1.
        order: The order that was cancelled.
        user_id: Opaque id of the buyer, not the name.
        exponent: Decimals of the order's currency.
        cancelled_at: When it was cancelled.
        reason: Why, as given, or None.
        refunded: What went back to the balance, in minor units.
    """
    data = _order_data(order, user_id, "cancelled", exponent)
    data["cancelled_at"] = time = rfc3339(cancelled_at)
    data["reason"] = reason
    data["refunded"] = refunded
    return _envelope(event_id, shop_id, CANCELLED, sequence, time, data)


def _order_data(order: Order, user_id: str, state: str, exponent: int) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "order": order.order,
        "user_id": user_id,
        "state": state,
        "placed_at": rfc3339(order.placed_at),
        "currency": order.currency,
        "exponent": exponent,
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "line_total": line.line_total,
                "discount": line.discount,
                "net": line.net,
            }
            for line in order.lines
        ],
        "subtotal": order.subtotal,
        "discount": order.discount,
        "total": order.total,
        "coupon": order.coupon,
    }


def _envelope(
    event_id: str, shop_id: str, type_: str, sequence: int, time: str, data: dict[str, Any]
) -> bytes:
    return _encode(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": f"urn:shopcli:{shop_id}",
            "type": type_,
            "subject": data["order"],
            "time": time,
            "datacontenttype": "application/json",
            "sequence": str(sequence),
            "data": data,
        }
    ).encode()
