"""Makes users, products, coupons and orders with defaults; tests state only what matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import Claim, Coupon, Order, Product, User

Given = TypeVar("Given")
Value = TypeVar("Value")

REASON = "told so at the counter"


def user(shop: Shop, user: str = "kim", *, balance: int = 0, name: str | None = None) -> User:
    """Add a user, charged with a balance."""
    shop.add_user(user, name=name)
    if balance:
        shop.charge(user, balance)
    return shop.user(user)


def product(
    shop: Shop, sku: str = "LATTE", *, price: int = 4500, stock: int = 20, name: str | None = None
) -> Product:
    """Add a product."""
    return shop.add_product(sku, name=name or f"Name of {sku}", price=price, stock=stock)


def coupon(
    shop: Shop,
    code: str = "TENTH",
    *,
    percent: int | None = None,
    amount: int | None = None,
    cap: int | None = None,
    limit: int = 100,
    min_order: int | None = None,
    opens: datetime | None = None,
    closes: datetime | None = None,
    use_by: datetime | None = None,
    valid_days: int | None = None,
) -> Coupon:
    """Add a coupon; ten per cent where no discount is stated."""
    if percent is None and amount is None:
        percent = 10
    return shop.add_coupon(
        code,
        percent=percent,
        amount=amount,
        cap=cap,
        limit=limit,
        min_order=min_order,
        opens=opens,
        closes=closes,
        use_by=use_by,
        valid_days=valid_days,
    )


def claimed(shop: Shop, user: str = "kim", code: str = "TENTH") -> Claim:
    """Add a coupon of ten per cent and claim it."""
    coupon(shop, code)
    return shop.claim(user, code)


def stocked(shop: Shop, *, balance: int = 100_000) -> None:
    """Add the user kim with a balance, and twenty LATTE at 4500 and twenty BEANS at 9900."""
    user(shop, "kim", balance=balance)
    product(shop, "LATTE", price=4500)
    product(shop, "BEANS", price=9900)


def paid(shop: Shop, *, user: str = "kim", coupon: str | None = None, **quantities: int) -> Order:
    """Place an order; one LATTE where no product is named."""
    return shop.order(user, quantities or {"LATTE": 1}, coupon=coupon)


def id_of(order: Order) -> str:
    """The id of an order that was really placed."""
    assert order.order is not None
    return order.order


def refusal(code: str, call: Callable[..., object], *values: object, **named: object) -> ShopError:
    """Make a call that must be refused with a code; answer with the refusal."""
    with pytest.raises(ShopError) as caught:
        call(*values, **named)
    assert caught.value.code == code, caught.value
    return caught.value


def accepted(call: Callable[[Given], Value], value: Given) -> Value | None:
    """What a check makes of a value; None where it is refused as invalid."""
    try:
        return call(value)
    except InvalidInput:
        return None
