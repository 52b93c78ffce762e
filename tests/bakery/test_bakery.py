"""A bakery's five months booked at their own instants: the books are clean, the report exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from tests.bakery import sales
from tests.bakery.sales import Bakery, Transaction

OPENED_AT = "2016-10-01"
LONDON = ZoneInfo(sales.TIMEZONE)
INSTANT_COUNT = 50
EVERY = 12
"""The default session books every twelfth transaction, the long one books all."""


@pytest.fixture(scope="module")
def bakery(bakery_csv: Path) -> Bakery:
    """The whole till roll."""
    return sales.read(bakery_csv)


@pytest.fixture
def london(empty_database_url: str) -> Iterator[Shop]:
    """An empty shop in the till's time zone."""
    with Shop.create(empty_database_url, currency="GBP", timezone=sales.TIMEZONE) as shop:
        yield shop


def _open(shop: Shop, bakery: Bakery) -> None:
    """Add what the transactions need: products without stock, users with enough money."""
    opened_at = shop.moment(OPENED_AT)
    for sku, name in bakery.items.items():
        shop.add_product(sku, name=name, price=bakery.prices[sku])
    for user, amount in bakery.needed().items():
        shop.add_user(user)
        shop.charge(user, amount, key=f"first-{user}", at=opened_at)


def _book(shop: Shop, bakery: Bakery, transaction: Transaction) -> bool:
    """Book one transaction; whether it was booked before."""
    prices = {sku: bakery.prices[sku] for sku in transaction.quantities}
    order = shop.book(
        transaction.user,
        transaction.quantities,
        # As the till printed it, without a zone: the shop knows its own.
        ordered_at=transaction.placed_at.replace(tzinfo=None),
        unit_prices=prices,
        key=transaction.key,
    )
    assert order.placed_at == transaction.placed_at
    return order.replayed


def _check(shop: Shop, bakery: Bakery) -> None:
    """Verify, and compare the report with a count of the roll for many instants."""
    transactions = bakery.transactions
    assert shop.verify().ok
    assert {user.balance for user in shop.users()} == {0}
    random = Random(9531)  # noqa: S311 - a fixed sequence, no secret
    tick = timedelta(microseconds=1)
    for number in range(INSTANT_COUNT):
        sold_at = random.choice(transactions).placed_at
        days = random.choice([1, 3, 3, 7, 30])
        # At a sale, at the moment it leaves the window, a tick beside either, and anywhere else.
        as_of = sold_at.astimezone(tz=None) + random.choice(
            [
                timedelta(0),
                -tick,
                timedelta(days=days),
                timedelta(days=days) - tick,
                timedelta(seconds=random.randrange(400_000)),
            ]
        )
        expected = sales.best_sellers(transactions, as_of - timedelta(days=days), as_of)
        limit = None if number % 2 else 5
        rows = shop.top(days=days, limit=limit, as_of=as_of).rows
        assert [(row.sku, row.units) for row in rows] == expected[:limit]
        assert all(row.revenue == row.units * bakery.prices[row.sku] for row in rows)


def _check_months(shop: Shop, bakery: Bakery) -> None:
    """Compare reports of sales with a count of the roll, by day and by product."""
    for month in ("2016-10", "2017-03"):
        window = shop.window(month=month)
        sold = [
            t for t in bakery.transactions if f"{t.placed_at.astimezone(LONDON):%Y-%m}" == month
        ]
        days: Counter[str] = Counter()
        products: Counter[str] = Counter()
        for transaction in sold:
            day = f"{transaction.placed_at.astimezone(LONDON):%Y-%m-%d}"
            days[day] += sum(transaction.quantities.values())
            products.update(transaction.quantities)
        by_day = shop.report_sales("day", window.since, window.until)
        by_product = shop.report_sales("product", window.since, window.until)
        told: Any = by_day.rows
        assert [(row.day, row.units) for row in told] == sorted(days.items())
        told = by_product.rows
        assert [(row.sku, row.units) for row in told] == sorted(products.items())
        assert by_day.totals == by_product.totals
        assert by_day.totals.orders == len(sold)
        assert by_day.totals.net == sum(
            count * bakery.prices[sku] for sku, count in products.items()
        )


def test_the_roll_is_read_as_it_is(bakery: Bakery) -> None:
    """Every row is one unit of one item, also where the item is not known."""
    assert len(bakery.items) == 95
    assert sum(sum(t.quantities.values()) for t in bakery.transactions) == 21_293
    assert len(bakery.transactions) == 9531
    assert len({transaction.user for transaction in bakery.transactions}) == sales.USER_COUNT


def test_a_part_of_the_roll_is_booked_and_reported_exactly(london: Shop, bakery: Bakery) -> None:
    """Booked twice under the same keys, sales count once, and the report equals the count."""
    part = replace(bakery, transactions=bakery.transactions[::EVERY])
    _open(london, part)

    booked = [_book(london, part, transaction) for transaction in part.transactions]
    again = [_book(london, part, transaction) for transaction in part.transactions[:50]]

    assert not any(booked)
    assert all(again)
    assert len(london.orders()) == len(part.transactions)
    assert {product.stock for product in london.products()} == {0}
    _check(london, part)
    _check_months(london, part)


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_the_whole_roll_is_booked_and_reported_exactly(london: Shop, bakery: Bakery) -> None:
    """All transactions of five months are booked, verify is clean, and the report is exact."""
    _open(london, bakery)

    for transaction in bakery.transactions:
        assert not _book(london, bakery, transaction)

    assert len(london.orders()) == len(bakery.transactions)
    _check(london, bakery)
    _check_months(london, bakery)
