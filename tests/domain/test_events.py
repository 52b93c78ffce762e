"""Event bodies: the very bytes that a JSON encoder makes of what an event is to tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.deliveries.events import cancelled_event, paid_event, refunded_event
from shopcli.domain.pricing import Price
from shopcli.domain.records import OrderLine, RefundLine
from shopcli.storage.schema.identity import Identity

SHOP = Identity("s" * 26, "KRW", 0, "Asia/Seoul", "0002")
ORDER, EVENT, BUYER = "o" * 26, "e" * 26, "u" * 26

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_AMOUNTS = st.integers(0, 2**53 - 1)
_MOMENTS = st.integers(0, 2 * 10**15)
_PRICES = st.builds(
    Price,
    st.lists(st.builds(OrderLine, _TEXTS, _TEXTS, *[_AMOUNTS] * 5), min_size=1, max_size=4).map(
        tuple
    ),
    _AMOUNTS,
    _AMOUNTS,
)
_COUPONS = st.none() | st.sampled_from(["WELCOME10", "ÄÖ-1"])


def _told(at: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _expected(
    kind: str, sequence: int, at: int, placed_at: int, priced: Price, coupon: str | None
) -> dict[str, Any]:
    state = {"shop.order.cancelled": "cancelled"}.get(kind, "paid")
    data = {
        "schema": 1,
        "order": ORDER,
        "user_id": BUYER,
        "state": state,
        "placed_at": _told(placed_at),
        "currency": "KRW",
        "exponent": 0,
        "lines": [vars(line) for line in priced.lines],
        "subtotal": priced.subtotal_minor,
        "discount": priced.discount_minor,
        "total": priced.subtotal_minor - priced.discount_minor,
        "coupon": coupon,
    }
    return {
        "specversion": "1.0",
        "id": EVENT,
        "source": f"urn:shopcli:{SHOP.shop_id}",
        "type": kind,
        "subject": ORDER,
        "time": _told(at),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }


def _encoded(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@given(_MOMENTS, _PRICES, _COUPONS)
def test_a_paid_order_is_told_as_an_encoder_would(
    placed_at: int, priced: Price, coupon: str | None
) -> None:
    """The body of a payment is compact JSON with its keys in their order, whatever names hold."""
    body = paid_event(SHOP, EVENT, ORDER, BUYER, placed_at, priced, coupon)

    assert body == _encoded(_expected("shop.order.paid", 1, placed_at, placed_at, priced, coupon))


@given(_MOMENTS, _MOMENTS, _PRICES, _COUPONS, st.none() | _TEXTS)
def test_a_cancelled_order_is_told_as_an_encoder_would(
    placed_at: int, cancelled_at: int, priced: Price, coupon: str | None, reason: str | None
) -> None:
    """The body of a cancellation tells of the order as paid, then when, why and what went back."""
    body = cancelled_event(
        SHOP,
        EVENT,
        ORDER,
        BUYER,
        placed_at,
        priced,
        coupon,
        sequence=2,
        cancelled_at=cancelled_at,
        reason=reason,
        refunded_minor=7,
    )

    expected = _expected("shop.order.cancelled", 2, cancelled_at, placed_at, priced, coupon)
    expected["data"] |= {"cancelled_at": _told(cancelled_at), "reason": reason, "refunded": 7}
    assert body == _encoded(expected)


@given(_MOMENTS, _MOMENTS, _PRICES, _COUPONS, _TEXTS, _TEXTS)
def test_a_refund_is_told_as_an_encoder_would(
    placed_at: int, refunded_at: int, priced: Price, coupon: str | None, reason: str, sku: str
) -> None:
    """The body of a refund tells of the order as paid, then what went back, when and why."""
    lines = [RefundLine(sku, 2, 7, 0), RefundLine("B", 1, 0, 1)]
    body = refunded_event(
        SHOP,
        EVENT,
        ORDER,
        BUYER,
        placed_at,
        priced,
        coupon,
        sequence=3,
        refunded_at=refunded_at,
        reason=reason,
        refunded_lines=lines,
        refunded_minor=7,
    )

    expected = _expected("shop.order.refunded", 3, refunded_at, placed_at, priced, coupon)
    expected["data"] |= {
        "refunded_lines": [vars(line) for line in lines],
        "refunded": 7,
        "refunded_at": _told(refunded_at),
        "reason": reason,
    }
    assert body == _encoded(expected)
