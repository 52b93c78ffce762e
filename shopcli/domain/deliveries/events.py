"""Builds the bodies of events: CloudEvents 1.0 in structured JSON; sends nothing.

A body is built once, stored with the order, and sent as the same bytes on every attempt. It holds
an opaque user id and amounts, but no balances, idempotency keys or names of people. It is formatted
by hand: `json.dumps` takes twice as long, and imports make many events.
"""

from __future__ import annotations

from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final

from shopcli.domain.moments import from_microseconds, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from shopcli.domain.pricing import Price
    from shopcli.domain.records import RefundLine

    class Source(Protocol):
        """The shop's data in an event."""

        @property
        def shop_id(self) -> str:
            """Id of the shop."""

        @property
        def currency(self) -> str:
            """Currency of all amounts."""

        @property
        def exponent(self) -> int:
            """Decimals of the currency."""


PAID: Final = "shop.order.paid"
PAID_SEQUENCE: Final = 1
CANCELLED: Final = "shop.order.cancelled"
REFUNDED: Final = "shop.order.refunded"
CONTENT_TYPE: Final = "application/cloudevents+json"
BATCH_CONTENT_TYPE: Final = "application/cloudevents-batch+json"
SCHEMA: Final = 1
"""Version of `data`; a receiver must refuse a version it does not know."""


def paid_event(
    source: Source,
    event_id: str,
    order_id: str,
    user_id: str,
    placed_at: int,
    priced: Price,
    coupon: str | None,
) -> str:
    """Build the body of `shop.order.paid`; it is sent in UTF-8.

    Args:
        source: The shop.
        event_id: Id of the event; receivers recognise duplicates by it.
        order_id: Id of the order.
        user_id: Opaque id of the buyer, not the name.
        placed_at: Time of the order, and so of the event, in microseconds.
        priced: Lines and amounts as paid.
        coupon: Code of the coupon used, if any.
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
    sequence: int,
    cancelled_at: int,
    reason: str | None,
    refunded_minor: int,
) -> str:
    """Build the body of `shop.order.cancelled`; it is sent in UTF-8.

    Args:
        source: The shop.
        event_id: Id of the event; receivers recognise duplicates by it.
        order_id: Id of the order.
        user_id: Opaque id of the buyer, not the name.
        placed_at: Time of the order in microseconds.
        priced: Lines and amounts as paid.
        coupon: Code of the coupon used, if any.
        sequence: Number of the event among those of the order.
        cancelled_at: Time of the cancellation, and so of the event, in microseconds.
        reason: Reason of the cancellation, if one was given.
        refunded_minor: Amount paid back to the balance now, without earlier refunds.
    """
    data = (
        f"{_order_data(source, order_id, user_id, 'cancelled', placed_at, priced, coupon)},"
        f'"cancelled_at":"{_moment(cancelled_at)}","reason":{_text_or_null(reason)},'
        f'"refunded":{refunded_minor}'
    )
    return _envelope(source, event_id, order_id, CANCELLED, sequence, cancelled_at, data)


def refunded_event(
    source: Source,
    event_id: str,
    order_id: str,
    user_id: str,
    placed_at: int,
    priced: Price,
    coupon: str | None,
    *,
    sequence: int,
    refunded_at: int,
    reason: str,
    refunded_lines: Iterable[RefundLine],
    refunded_minor: int,
) -> str:
    """Build the body of `shop.order.refunded`; it is sent in UTF-8.

    Args:
        source: The shop.
        event_id: Id of the event; receivers recognise duplicates by it.
        order_id: Id of the order.
        user_id: Opaque id of the buyer, not the name.
        placed_at: Time of the order in microseconds.
        priced: Lines and amounts as paid, whatever was given back.
        coupon: Code of the coupon used, if any.
        sequence: Number of the event among those of the order.
        refunded_at: Time of the refund, and so of the event, in microseconds.
        reason: Reason of the refund.
        refunded_lines: The units given back now.
        refunded_minor: Amount paid back to the balance now, in minor units.
    """
    lines = ",".join(
        [
            f'{{"sku":{encode_basestring(line.sku)},"quantity":{line.quantity},'
            f'"refunded":{line.refunded},"restocked":{line.restocked}}}'
            for line in refunded_lines
        ]
    )
    data = (
        f"{_order_data(source, order_id, user_id, 'paid', placed_at, priced, coupon)},"
        f'"refunded_lines":[{lines}],"refunded":{refunded_minor},'
        f'"refunded_at":"{_moment(refunded_at)}","reason":{encode_basestring(reason)}'
    )
    return _envelope(source, event_id, order_id, REFUNDED, sequence, refunded_at, data)


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
    """Format a time; cached, as an event has most times twice and an import has the same in all."""
    return rfc3339(from_microseconds(at))
