"""Builds the event bodies the platform receives: CloudEvents 1.0 in structured JSON; never sends.

A body is built once, stored with the order, and sent as the same bytes on every attempt. It carries
an opaque user id and amounts, never balances, idempotency keys or personal names. It is written as
text at once, because a general encoder takes twice as long, and imports make many.
"""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final

from shopcli.domain.moments import from_microseconds, rfc3339

if TYPE_CHECKING:
    from typing import Protocol

    from shopcli.domain.pricing import Price

    class Source(Protocol):
        """What events tell of the shop they come from."""

        @property
        def shop_id(self) -> str:
            """The id the shop got when it was made."""

        @property
        def currency(self) -> str:
            """Of every amount."""

        @property
        def exponent(self) -> int:
            """Decimals of the currency."""


PAID: Final = "shop.order.paid"
PAID_SEQUENCE: Final = 1
CANCELLED: Final = "shop.order.cancelled"
CANCELLED_SEQUENCE: Final = 2
CONTENT_TYPE: Final = "application/cloudevents+json"
BATCH_CONTENT_TYPE: Final = "application/cloudevents-batch+json"
SCHEMA: Final = 1
"""Version of `data`; a receiver refuses a number it does not know."""


def paid_event(
    source: Source,
    event_id: str,
    order_id: str,
    user_id: str,
    placed_at: int,
    priced: Price,
    coupon: str | None,
) -> str:
    """The body of `shop.order.paid`, whose time is the order's; its UTF-8 bytes are what is sent.

    Args:
        source: The shop.
        event_id: Identifies the event for ever; receivers drop duplicates by it.
        order_id: Which order.
        user_id: Opaque id of the buyer, not the name.
        placed_at: When, in microseconds.
        priced: Lines and amounts as paid.
        coupon: Code, if one was used.
    """
    data = _order_data(source, order_id, user_id, "paid", placed_at, priced, coupon)
    return _envelope(source, event_id, order_id, PAID, PAID_SEQUENCE, placed_at, data)


def cancelled_event(
    source: Source,
    event_id: str,
    order_id: str,
    user_id: str,
    placed_at: int,
    priced: Price,
    coupon: str | None,
    *,
    cancelled_at: int,
    reason: str | None,
    refunded_minor: int,
) -> str:
    """The body of `shop.order.cancelled`, whose time is the cancellation's.

    Args:
        source: The shop.
        event_id: Identifies the event for ever; receivers drop duplicates by it.
        order_id: Which order.
        user_id: Opaque id of the buyer, not the name.
        placed_at: When it was placed, in microseconds.
        priced: Lines and amounts as paid.
        coupon: Code, if one was used.
        cancelled_at: When it was cancelled, in microseconds.
        reason: Why, as given, or None.
        refunded_minor: What went back to the balance.
    """
    data = (
        f"{_order_data(source, order_id, user_id, 'cancelled', placed_at, priced, coupon)},"
        f'"cancelled_at":"{_moment(cancelled_at)}","reason":{_text_or_null(reason)},'
        f'"refunded":{refunded_minor}'
    )
    return _envelope(source, event_id, order_id, CANCELLED, CANCELLED_SEQUENCE, cancelled_at, data)


def _envelope(
    source: Source, event_id: str, order_id: str, kind: str, sequence: int, at: int, data: str
) -> str:
    return (
        f'{{"specversion":"1.0","id":"{event_id}",'
        f'"source":{encode_basestring("urn:shopcli:" + source.shop_id)},"type":"{kind}",'
        f'"subject":"{order_id}","time":"{_moment(at)}","datacontenttype":"application/json",'
        f'"sequence":"{sequence}","data":{{{data}}}}}'
    )


def _order_data(
    source: Source,
    order_id: str,
    user_id: str,
    state: str,
    placed_at: int,
    priced: Price,
    coupon: str | None,
) -> str:
    lines = ",".join(
        [
            f'{{"sku":{encode_basestring(line.sku)},"name":{encode_basestring(line.name)},'
            f'"quantity":{line.quantity},"unit_price":{line.unit_price},'
            f'"line_total":{line.line_total},"discount":{line.discount},"net":{line.net}}}'
            for line in priced.lines
        ]
    )
    return (
        f'"schema":{SCHEMA},"order":"{order_id}","user_id":"{user_id}","state":"{state}",'
        f'"placed_at":"{_moment(placed_at)}","currency":{encode_basestring(source.currency)},'
        f'"exponent":{source.exponent},"lines":[{lines}],"subtotal":{priced.subtotal_minor},'
        f'"discount":{priced.discount_minor},"total":{priced.total_minor},'
        f'"coupon":{_text_or_null(coupon)}'
    )


def _text_or_null(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


@lru_cache(maxsize=2)
def _moment(at: int) -> str:
    """An instant as events tell it; most have one instant twice, and an import one in all."""
    return rfc3339(from_microseconds(at))
