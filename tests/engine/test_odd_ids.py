"""Ids, names and keys that no database takes: each verb answers with a refusal of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopcli import Shop, ShopError
from tests.factories import coupon, stocked

ODD = ["1\x00", "\x00", "\udc80", "a\udc80b", "'; --", "x" * 100_000, "", " ", "%", "\u0661" * 5]

VERBS: dict[str, tuple[Callable[[Shop, str], object], str]] = {
    "receipt": (lambda shop, odd: shop.receipt(odd), "unknown_order"),
    "receipt by key": (lambda shop, odd: shop.receipt(key=odd), "unknown_order"),
    "cancel": (lambda shop, odd: shop.cancel(odd), "unknown_order"),
    "events of an order": (lambda shop, odd: shop.outbox.list(order=odd), "unknown_order"),
    "event": (lambda shop, odd: shop.outbox.show(odd), "unknown_event"),
    "user": (lambda shop, odd: shop.user(odd), "unknown_user"),
    "balance": (lambda shop, odd: shop.balance(odd), "unknown_user"),
    "product": (lambda shop, odd: shop.product(odd), "unknown_product"),
    "coupon": (lambda shop, odd: shop.coupon(odd), "unknown_coupon"),
    "claim": (lambda shop, odd: shop.claim("kim", odd), "unknown_coupon"),
    "order": (lambda shop, odd: shop.order("kim", {odd: 1}), "unknown_product"),
    "order with a key": (
        lambda shop, odd: shop.order("kim", {"NONE": 1}, key=odd),
        "unknown_product",
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_no_text_makes_a_bug(shop: Shop, verb: str) -> None:
    """NUL, lone surrogates, quotes, nothing and very much are unknown or invalid, no bug."""
    stocked(shop)
    coupon(shop)
    shop.order("kim", {"LATTE": 1})  # on empty tables SQLite compares nothing
    call, unknown = VERBS[verb]
    for odd in ODD:
        with pytest.raises(ShopError) as caught:
            call(shop, odd)
        assert caught.value.code in {"invalid_input", unknown}, caught.value
        assert len(caught.value.message) < 1000
