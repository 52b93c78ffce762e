"""Best sellers: exact for any window, whatever was cancelled."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from shopcli import Shop
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import id_of

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def _units(shop: Shop, as_of: datetime | None = None, *, days: int = 3) -> dict[str, int]:
    return {row.sku: row.units for row in shop.top(days=days, limit=None, as_of=as_of).rows}


def test_the_report_shows_products_as_they_are_and_sales_as_they_were(
    shop: Shop, clock: SettableClock
) -> None:
    """Rank, name, price and stock of now; units and revenue net of discounts of the window."""
    factories.stocked(shop)
    factories.claimed(shop)
    shop.order("kim", {"LATTE": 3, "BEANS": 1}, coupon="TENTH")
    shop.set_product("LATTE", name="Caffe latte", price=5000)

    top = shop.top()

    assert (top.window_start, top.window_end) == (clock() - 3 * DAY, clock())
    assert top.currency == "KRW"
    first, second = top.rows
    assert (first.rank, first.sku, first.name, first.price) == (1, "LATTE", "Caffe latte", 5000)
    assert (first.stock, first.units, first.revenue) == (17, 3, 12_150)
    assert (second.rank, second.sku, second.units, second.revenue) == (2, "BEANS", 1, 8910)


@pytest.mark.parametrize("offset", [timedelta(0), TICK, -TICK, timedelta(minutes=17)])
@pytest.mark.parametrize("days", [1, 3, 40])
def test_a_window_is_open_at_its_start_and_closed_at_its_end(
    shop: Shop, clock: SettableClock, offset: timedelta, days: int
) -> None:
    """A sale counts at the very end and not at the very start, on bucket edges and off them."""
    factories.stocked(shop)
    sold = DEFAULT_START.replace(hour=0) + offset
    clock.set(sold)
    factories.paid(shop, LATTE=1)

    assert _units(shop, sold - TICK, days=days) == {}
    assert _units(shop, sold, days=days) == {"LATTE": 1}
    assert _units(shop, sold + days * DAY - TICK, days=days) == {"LATTE": 1}
    assert _units(shop, sold + days * DAY, days=days) == {}


def test_ties_are_ranked_by_sku_in_code_point_order(shop: Shop) -> None:
    """Equal units are ordered by SKU, capital letters before small ones before other scripts."""
    factories.user(shop, "kim", balance=10**6)
    skus = ["b", "A", "콩", "a", "_", "é", "B"]
    for sku in skus:
        factories.product(shop, sku, price=10)
    shop.order("kim", dict.fromkeys(skus, 2))

    rows = shop.top(limit=None).rows

    assert [row.sku for row in rows] == sorted(skus)
    assert [row.rank for row in rows] == list(range(1, 8))
    assert [row.sku for row in shop.top(limit=5).rows] == sorted(skus)[:5]
    assert len(shop.top().rows) == 5


def test_cancelled_sales_count_nowhere(shop: Shop, clock: SettableClock) -> None:
    """Cancelling takes a sale out of its own window, whenever it happens, and out of no other."""
    factories.stocked(shop)
    first_at = clock()
    first = factories.paid(shop, LATTE=2)
    clock.advance(hours=23)
    factories.paid(shop, LATTE=1)
    second_at = clock()
    assert _units(shop, first_at) == {"LATTE": 2}

    clock.advance(hours=1)
    shop.cancel(id_of(first))

    assert _units(shop, first_at) == {}
    assert _units(shop, second_at) == {"LATTE": 1}
    assert _units(shop) == {"LATTE": 1}


def test_a_sale_outside_the_window_is_cancelled_without_a_trace_inside(
    shop: Shop, clock: SettableClock
) -> None:
    """Cancelling an old order leaves the sales of now as they are."""
    factories.stocked(shop)
    old = factories.paid(shop, LATTE=5)
    clock.advance(days=10)
    factories.paid(shop, LATTE=1, BEANS=2)

    shop.cancel(id_of(old), reason="found later", force=True)

    assert _units(shop) == {"LATTE": 1, "BEANS": 2}
    assert _units(shop, old.placed_at) == {}
    assert shop.verify().ok


def test_nothing_sold_is_an_empty_report(shop: Shop) -> None:
    """A shop without sales has a window and no rows; products off sale still count."""
    factories.stocked(shop)
    assert shop.top().rows == ()

    factories.paid(shop, LATTE=1)
    shop.set_product("LATTE", on_sale=False)
    assert _units(shop) == {"LATTE": 1}


def test_the_report_equals_a_count_for_any_window(shop: Shop, clock: SettableClock) -> None:
    """Buckets and odd ends together give what counting the orders gives."""
    random = Random(20260312)  # noqa: S311 - a fixed sequence, no secret
    factories.user(shop, "kim", balance=10**7)
    for sku in ("A", "B", "C"):
        factories.product(shop, sku, price=7, stock=10**6)
    sales: list[tuple[datetime, str, int]] = []
    for _ in range(60):
        clock.advance(
            random.choice(
                [TICK, timedelta(hours=1), DAY, timedelta(seconds=random.randrange(90_000))]
            )
        )
        wanted = {sku: random.randint(1, 5) for sku in random.sample("ABC", random.randint(1, 3))}
        order = shop.order("kim", wanted)
        if random.random() < 0.2:
            shop.cancel(id_of(order))
        else:
            sales += [(clock(), sku, units) for sku, units in wanted.items()]

    for _ in range(60):
        sold_at = random.choice(sales)[0]
        days = random.choice([1, 2, 3, 7, 30])
        as_of = sold_at + random.choice([0, days]) * DAY + random.choice([-1, 0, 1]) * TICK
        counted: Counter[str] = Counter()
        for at, sku, units in sales:
            if as_of - days * DAY < at <= as_of:
                counted[sku] += units
        expected = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        rows = shop.top(days=days, limit=None, as_of=as_of).rows
        assert [(row.sku, row.units) for row in rows] == expected
    assert shop.verify().ok


@pytest.mark.parametrize("seed", [1, 2])
def test_the_first_few_are_the_first_of_all(shop: Shop, clock: SettableClock, seed: int) -> None:
    """A short report begins like the whole one, where few products of many make up most sales."""
    random = Random(seed)  # noqa: S311 - a fixed sequence, no secret
    factories.user(shop, "kim", balance=10**9)
    skus = [f"P{number:02d}" for number in range(40)]
    for sku in skus:
        factories.product(shop, sku, price=1, stock=10**7)
    for _ in range(120):
        clock.advance(seconds=random.randrange(7_000))
        chosen = {skus[int(40 * random.random() ** 3)] for _ in range(4)}
        shop.order("kim", {sku: random.choice([1, 5, 3_000]) for sku in chosen})

    for as_of in (
        None,
        *(clock() - timedelta(seconds=random.randrange(200_000)) for _ in range(9)),
    ):
        whole = shop.top(limit=None, as_of=as_of).rows
        for limit in (1, 2, 5, 20, 60):
            assert shop.top(limit=limit, as_of=as_of).rows == whole[:limit]


def test_a_window_may_begin_before_there_was_a_shop(shop: Shop, refuse: Refuse) -> None:
    """A hundred years are counted as well; more days than that, or none, are refused."""
    factories.stocked(shop)
    factories.paid(shop, LATTE=1)

    assert _units(shop, days=36_500) == {"LATTE": 1}
    for days in (0, -1, 36_501, 1.5, True, "3"):
        refuse("invalid_input", shop.top, days=days)
