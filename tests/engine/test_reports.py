"""Reports of sales and money: every figure agrees with a count of the rows by other means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from shopcli.domain.sales.reports import MONEY_KEYS, SALES_KEYS
from tests import factories
from tests.clocks import SettableClock
from tests.engine.counted import count_money, count_sales
from tests.factories import REASON, id_of, refusal
from tests.raw_rows import raw_database

ZONES = {
    "Asia/Seoul": datetime(2026, 3, 12, 15, tzinfo=UTC),
    # Clocks that are a quarter, half an hour, or in summer half an hour more from whole hours.
    "Asia/Kathmandu": datetime(1985, 12, 31, 18, 30, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 5, 31, 18, 30, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),
    # An hour that comes twice, one that is left out, and midnight that is left out.
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Europe/London": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "America/Santiago": datetime(2026, 9, 6, 4, tzinfo=UTC),
    # A day that is left out; clocks set back at one minute past midnight; not even whole minutes.
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),
    "America/St_Johns": datetime(2006, 10, 29, 2, 31, tzinfo=UTC),
    "Africa/Monrovia": datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC),
}
"""An instant at which clocks were changed, or that is an edge of months."""


@pytest.fixture
def traded(
    request: pytest.FixtureRequest, empty_database_url: str
) -> Iterator[tuple[Shop, str, datetime, Random]]:
    """A shop in a zone with orders of all kinds around an instant, some given back."""
    zone = str(request.param)
    moment, random = ZONES[zone], Random(zone)  # noqa: S311 - the same on every machine
    clock = SettableClock(moment - timedelta(days=3))
    Shop.create(empty_database_url, timezone=zone, clock=clock)
    with Shop.open(empty_database_url, clock=clock) as shop:
        _trade(shop, clock, moment, random)
        yield shop, zone, moment, random


def _trade(shop: Shop, clock: SettableClock, moment: datetime, random: Random) -> None:
    for sku, price, category in (
        ("LATTE", 450, "drinks"),
        ("MOCHA", 333, "drinks"),
        ("bagel", 120, None),
        ("FREE", 0, "gifts"),
    ):
        shop.add_product(sku, name=f"A {sku}", price=price, stock=10_000, category=category)
    skus = ["LATTE", "MOCHA", "bagel", "FREE"]
    for user in ("kim", "Lee", "ann"):
        factories.user(shop, user, balance=1_000_000)
        factories.coupon(shop, f"OF-{user}", percent=17)
        shop.claim(user, f"OF-{user}")
    spans = [timedelta(0), timedelta(minutes=1), timedelta(minutes=40), timedelta(hours=30)]
    times = sorted(
        moment + random.choice(spans) * random.uniform(-1, 1) + timedelta(microseconds=step)
        for step in range(-1, 34)
    )
    placed = []
    unused = {"kim", "Lee", "ann"}
    for at in times:
        clock.set(at)
        user = random.choice(["kim", "Lee", "ann"])
        lines = {sku: random.randint(1, 4) for sku in random.sample(skus, random.randint(1, 3))}
        code = f"OF-{user}" if user in unused and random.random() < 0.3 else None
        unused -= {user} if code else set()
        placed.append(id_of(shop.order(user, lines, coupon=code)))
        if random.random() < 0.5:
            sku = random.choice(list(lines))
            shop.refund(placed[-1], {sku: 1}, reason=REASON, lost=random.random() < 0.5)
        if random.random() < 0.3:
            shop.cancel(random.choice(placed), reason=REASON, force=True)
        _move_money(shop, user, random)
    past = moment - timedelta(days=50, microseconds=random.randint(0, 10**10))
    book = shop.book("kim", {"LATTE": 3, "bagel": 1}, ordered_at=past, discount=7)
    shop.refund(book, {"LATTE": 2}, reason=REASON, force=True)
    shop.cancel(id_of(book), reason=REASON, force=True)


def _move_money(shop: Shop, user: str, random: Random) -> None:
    amount = random.randint(1, 99)
    entry = shop.charge(user, amount, method=random.choice(["cash", "card"])).entry
    if random.random() < 0.2:
        shop.undo(entry, reason=REASON)
    if random.random() < 0.2:
        shop.payout(user, amount, reason=REASON)
        entry = shop.adjust(user, -amount, reason=REASON).entry
        shop.transfer(user, "Lee" if user == "kim" else "kim", amount)
    if random.random() < 0.1:
        shop.undo(entry, reason=REASON)


def _told(row: Any) -> dict[str, Any]:  # noqa: ANN401 - mypy does not see that each is a dataclass
    return asdict(row)


def _windows(moment: datetime, random: Random) -> Iterator[tuple[datetime | None, datetime | None]]:
    yield None, None
    yield moment, None
    yield None, moment
    yield moment - timedelta(microseconds=1), moment + timedelta(microseconds=1)
    yield moment - timedelta(hours=12), moment + timedelta(hours=12)
    yield moment + timedelta(days=9), moment + timedelta(days=10)
    for _ in range(4):
        begins = moment + timedelta(hours=30) * random.uniform(-1, 1)
        yield begins, begins + timedelta(hours=40) * random.random()


@pytest.mark.parametrize("traded", ZONES, indirect=True)
def test_every_figure_is_that_of_the_rows(
    traded: tuple[Shop, str, datetime, Random], empty_database_url: str
) -> None:
    """By each key, for windows that cut hours anywhere, in zones of every kind."""
    shop, zone, moment, random = traded
    for since, until in _windows(moment, random):
        for by in SALES_KEYS:
            report = shop.report_sales(by=by, since=since, until=until)
            counted = count_sales(empty_database_url, zone, by, since, until)
            assert [tuple(_told(row).values()) for row in report.rows] == counted.rows
            assert astuple(report.totals) == counted.totals
            assert (report.since, report.until, report.by) == (since, until, by)
        for by in MONEY_KEYS:
            money = shop.report_money(by=by, since=since, until=until)
            counted = count_money(empty_database_url, zone, by, since, until)
            assert [tuple(_told(row).values()) for row in money.rows] == counted.rows
            assert astuple(money.totals) == counted.totals
            assert (money.since, money.until, money.by) == (since, until, by)
    assert shop.verify().ok, shop.verify()


def test_the_net_of_all_time_is_what_the_ledger_was_paid(shop: Shop, clock: SettableClock) -> None:
    """What was sold is the sum of payments, what was given back that of refunds."""
    _trade(shop, clock, clock() + timedelta(days=3), Random(7))  # noqa: S311 - as above
    entries = [entry for user in shop.users() for entry in shop.history(user.user)]
    totals = shop.report_sales(by="day").totals

    assert totals.net == -sum(entry.amount for entry in entries if entry.kind == "payment")
    assert totals.refunded == sum(entry.amount for entry in entries if entry.kind == "refund")
    assert totals.orders == len(shop.orders())


def test_an_hour_that_comes_twice_is_one_row(empty_database_url: str) -> None:
    """`2026-11-01T01:00` of New York is two hours long, and lies in one day of 25."""
    clock = SettableClock(datetime(2026, 11, 1, 5, 59, tzinfo=UTC))
    Shop.create(empty_database_url, timezone="America/New_York", clock=clock)
    with Shop.open(empty_database_url, clock=clock) as shop:
        factories.stocked(shop)
        for _ in range(3):
            shop.order("kim", {"LATTE": 1})
            clock.advance(minutes=30)
        hours = shop.report_sales(by="hour").rows
        days = shop.report_sales(by="day", since=datetime(2026, 11, 1), until=datetime(2026, 11, 2))  # noqa: DTZ001 - in the shop's zone

    assert [_told(row) for row in hours] == [
        {
            "hour": "2026-11-01T01:00",
            "units": 3,
            "orders": 3,
            "gross": 13_500,
            "discount": 0,
            "net": 13_500,
            "refunded": 0,
        }
    ]
    assert days.until is not None
    assert days.since is not None
    assert days.until - days.since == timedelta(hours=25)
    assert days.totals.units == 3


def test_an_empty_window_has_no_rows_and_zeros(shop: Shop) -> None:
    """Nothing sold is no row, and totals of 0."""
    for by in MONEY_KEYS:
        money = shop.report_money(by=by)
        assert money.rows == ()
        assert astuple(money.totals) == (0,) * 7
    for by in SALES_KEYS:
        report = shop.report_sales(by=by)
        assert report.rows == ()
        assert astuple(report.totals) == (0,) * 6


def test_rows_have_the_keys_of_their_kind(shop: Shop) -> None:
    """Each row begins with what it is added up by; the record of it can be asked for its fields."""
    factories.stocked(shop)
    shop.order("kim", {"LATTE": 1})
    heads = {"product": ["sku", "name"]}
    figures = ["units", "orders", "gross", "discount", "net", "refunded"]
    for by in SALES_KEYS:
        (row,) = shop.report_sales(by=by).rows
        names = [*_told(row)]
        assert names == [*heads.get(by, [by]), *figures]


def test_money_of_all_time_is_what_balances_hold(shop: Shop, clock: SettableClock) -> None:
    """All that came in, less all that went out, is in the balances."""
    _trade(shop, clock, clock() + timedelta(days=3), Random(8))  # noqa: S311 - as above
    held = sum(user.balance for user in shop.users())
    for by in MONEY_KEYS:
        told = shop.report_money(by=by).totals
        came = told.charged - told.reversed + told.adjusted + told.transferred + told.refunded
        assert came - told.paid_out - told.sold == held


def test_money_without_method_is_told_last_and_old_one_as_unknown(
    shop: Shop, shop_url: str
) -> None:
    """What schema 0001 booked is never taken for cash; what takes it back neither."""
    factories.user(shop, "kim", balance=500)
    old = shop.charge("kim", 70, method="card")
    shop.adjust("kim", 5, reason=REASON)
    with raw_database(shop_url) as raw:
        raw.unguard()
        raw.run("UPDATE balance_entries SET method = NULL WHERE amount_minor = 70")
    shop.undo(old.entry, reason=REASON)
    rows = [_told(row) for row in shop.report_money(by="method").rows]

    assert [(row["method"], row["charged"], row["reversed"], row["adjusted"]) for row in rows] == [
        ("cash", 500, 0, 0),
        ("unknown", 70, 70, 0),
        (None, 0, 0, 5),
    ]


@pytest.mark.parametrize("by", ["products", "", "sku", 7])
def test_an_unknown_key_is_refused(shop: Shop, by: str) -> None:
    """It is repeated, with the keys that there are."""
    error = refusal("invalid_input", shop.report_sales, by=by)
    assert error.details["choices"] == list(SALES_KEYS)
    error = refusal("invalid_input", shop.report_money, by=by)
    assert error.details["choices"] == list(MONEY_KEYS)


def test_what_is_given_back_later_lessens_best_sellers_only(
    shop: Shop, clock: SettableClock
) -> None:
    """An old sale stays in the report of its day; its return is told on the day it came back."""
    factories.stocked(shop)
    order = shop.order("kim", {"LATTE": 2})
    clock.advance(days=1)
    shop.cancel(id_of(order), reason=REASON, force=True)
    days = [_told(row) for row in shop.report_sales(by="day").rows]
    told = [(row["day"], row["units"], row["net"], row["refunded"]) for row in days]
    here = ZoneInfo(shop.timezone)
    today = clock().astimezone(here).date()

    assert told == [
        (str(today - timedelta(days=1)), 2, 9_000, 0),
        (str(today), 0, 0, 9_000),
    ]
    assert shop.top().rows == ()
