"""What is refused again takes no lock that those who are served need, and is as exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from shopcli import Shop, ShopError


class Case(NamedTuple):
    """A rush for what runs out."""

    code: str
    try_it: Callable[[Shop, int], object]
    """Try as somebody else each time, where it has run out for all."""
    refill: Callable[[Shop], object]
    left: Callable[[ShopError], object]
    """What the refusal says is left."""


def _order_mug(shop: Shop, number: int) -> object:
    return shop.order(f"u{number}", {"MUG": 1})


def _order_beans(shop: Shop, number: int) -> object:
    assert number >= 0
    return shop.order("poor", {"BEANS": 1})


def _claim_first(shop: Shop, number: int) -> object:
    return shop.claim(f"u{number}", "FIRST")


def _claim_again(shop: Shop, number: int) -> object:
    assert number >= 0
    return shop.claim("poor", "MANY")


CASES = [
    Case(
        "out_of_stock",
        _order_mug,
        lambda shop: shop.restock("MUG", 5),
        lambda error: error.details["items"][0]["available"],
    ),
    Case(
        "insufficient_balance",
        _order_beans,
        lambda shop: shop.charge("poor", 10_000),
        lambda error: error.details["balance"],
    ),
    Case(
        "coupon_sold_out",
        _claim_first,
        lambda shop: shop.set_coupon("FIRST", limit=9),
        lambda error: error.details["limit"],
    ),
]
ALREADY = Case("coupon_already_claimed", _claim_again, lambda _: None, lambda _: None)
"""What a user has claimed can never be claimed again."""


@pytest.fixture
def rush(shop: Shop) -> Shop:
    """A shop in which one of each is left."""
    shop.add_product("MUG", name="Mug", price=100, stock=1)
    shop.add_product("BEANS", name="Beans", price=9_000, stock=100)
    shop.add_coupon("FIRST", amount=10, limit=1)
    shop.add_coupon("MANY", amount=10, limit=100)
    shop.add_user("poor")
    for number in range(9):
        shop.add_user(f"u{number}")
        shop.charge(f"u{number}", 1_000)
    shop.order("u0", {"MUG": 1})
    shop.claim("u0", "FIRST")
    shop.claim("poor", "MANY")
    return shop


@contextmanager
def _others_write(url: str, dialect: str) -> Iterator[None]:
    """Nobody else can change anything while this lasts."""
    with Shop.open(url) as other, other.runtime.database.write() as session:
        if dialect == "postgres":
            session.change("LOCK TABLE balances, coupons, products IN EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("case", [*CASES, ALREADY], ids=lambda case: case.code)
def test_a_refusal_waits_for_nobody(rush: Shop, shop_url: str, dialect: str, case: Case) -> None:
    """Once it has run out, the next ones are refused while others hold every lock."""
    for number in (1, 2):
        with pytest.raises(ShopError) as first:
            case.try_it(rush, number)
        assert first.value.code == case.code
    with _others_write(shop_url, dialect), pytest.raises(ShopError) as again:
        case.try_it(rush, 3)
    assert again.value.code == case.code
    assert case.left(again.value) == case.left(first.value)
    assert rush.verify().ok


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_is_there_again_is_had(rush: Shop, shop_url: str, case: Case) -> None:
    """A refusal is never older than the moment: what another process refilled is sold at once."""
    with pytest.raises(ShopError):
        case.try_it(rush, 1)
    with Shop.open(shop_url) as other:
        case.refill(other)
    case.try_it(rush, 1)
    assert rush.verify().ok


def test_a_key_that_was_served_is_answered(rush: Shop) -> None:
    """Whoever repeats a request gets what it made, although it has run out since."""
    rush.restock("MUG", 1)
    order = rush.order("u1", {"MUG": 1}, key="O")
    rush.set_coupon("FIRST", limit=2)
    claim = rush.claim("u1", "FIRST", key="C")
    for attempt in (_order_mug, _claim_first):
        with pytest.raises(ShopError):
            attempt(rush, 2)
    again = rush.order("u1", {"MUG": 1}, key="O")
    assert (again.replayed, again.order) == (True, order.order)
    repeated = rush.claim("u1", "FIRST", key="C")
    assert (repeated.replayed, repeated.number) == (True, claim.number)
