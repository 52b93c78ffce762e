"""What a user orders again and again, among the latest 200 orders."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.domain.sales.habits import Habit, habits
from shopcli.engine import usual
from tests import factories
from tests.clocks import SettableClock
from tests.factories import id_of, refusal

BREAKFAST = {"LATTE": 1, "BEANS": 2}


def _baskets(shop: Shop) -> list[tuple[dict[str, int], int]]:
    return [
        ({line.sku: line.quantity for line in one.lines}, one.order_count)
        for one in shop.browsing.usual("kim")
    ]


def _order(shop: Shop, clock: SettableClock, lines: dict[str, int], user: str = "kim") -> str:
    clock.advance(hours=1)
    return id_of(shop.order(user, lines))


def test_the_same_lines_are_one_basket(shop: Shop, clock: SettableClock) -> None:
    """In any order; not with another quantity, not once, not of others, not cancelled ones."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=50_000)
    _order(shop, clock, BREAKFAST)
    for lines in ({"LATTE": 2}, {"LATTE": 1}, {"LATTE": 1}, {"BEANS": 1}):
        _order(shop, clock, lines)
    latest = _order(shop, clock, dict(reversed(BREAKFAST.items())))
    _order(shop, clock, {"LATTE": 2}, "lee")
    shop.cancel(_order(shop, clock, {"BEANS": 1}))

    assert _baskets(shop) == [(BREAKFAST, 2), ({"LATTE": 1}, 2)]
    first = shop.browsing.usual("kim")[0]
    assert first.order == latest
    assert first.lines == shop.receipt(latest).lines
    assert first.placed_at == shop.receipt(latest).placed_at


def test_the_most_often_comes_first(shop: Shop, clock: SettableClock) -> None:
    """Then the latest."""
    factories.stocked(shop)
    for quantity in (1, 1, 1, 2, 3, 2, 3):
        _order(shop, clock, {"LATTE": quantity})

    assert _baskets(shop) == [({"LATTE": 1}, 3), ({"LATTE": 3}, 2), ({"LATTE": 2}, 2)]


def test_only_the_latest_orders_count(
    shop: Shop, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled ones are among them: no more is read however many there are."""
    monkeypatch.setattr(usual, "ORDER_COUNT", 3)
    factories.stocked(shop)
    for lines in ({"LATTE": 1}, {"LATTE": 1}, {"BEANS": 1}):
        _order(shop, clock, lines)
    shop.cancel(_order(shop, clock, {"BEANS": 1}))

    assert _baskets(shop) == []


def test_a_name_of_nobody_is_refused(shop: Shop) -> None:
    """As everywhere."""
    refusal("unknown_user", shop.browsing.usual, "nobody")


def test_what_occurs_again_is_a_habit() -> None:
    """The most often first, among those the latest, no more than are wanted."""
    assert habits("abcabca", least=2, most=9) == [Habit(0, 3), Habit(1, 2), Habit(2, 2)]
    assert habits("abcabca", least=2, most=2) == [Habit(0, 3), Habit(1, 2)]
    assert habits("abc", least=2, most=9) == []
