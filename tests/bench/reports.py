"""Times a report of a month beside adding up the same buckets by hand."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import timedelta

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from shopcli.domain.records import SalesReport
from shopcli.storage.session import Row
from tests.bench.best_sellers import NEWEST, Size, fill, new_database
from tests.bench.measure import Figure, repeated
from tests.bench.server import Server
from tests.bench.shops import stocked

LINES, QUICK_LINES = 10_000_000, 200_000
MONTH = timedelta(days=30)
RATIO_MOST = 3.0

_BY_HAND = """
SELECT {key}, SUM(order_count), SUM(sold_units), SUM(gross_minor), SUM(discount_minor),
       SUM(refunded_minor)
FROM sales_hours WHERE bucket_start_at >= :first AND bucket_start_at < :last GROUP BY {key}
"""
_KEYS = {"product": "sku", "day": "bucket_start_at - bucket_start_at % 86400000000"}


def reports(server: Server, *, quick: bool) -> list[Figure]:
    """Sales of a month by product and by day, on both databases; half of the lines are in it."""
    size = Size(QUICK_LINES if quick else LINES, 1_000, 0)
    figures = []
    for name in ("SQLite", "Postgres"):
        with new_database(name, server) as (url, _):
            stocked(url, user_count=1, product_count=1).close()
            end = from_microseconds(NEWEST)
            with Shop.open(url, clock=lambda end=end: end) as shop:  # type: ignore[misc]  # bound
                fill(shop, size)
                figures += [_month(shop, name, size, by) for by in _KEYS]
    return figures


def _month(shop: Shop, name: str, size: Size, by: str) -> Figure:
    until = shop.now().replace(minute=0, second=0, microsecond=0)
    since = until - MONTH
    bounds = {
        "first": round(since.timestamp() * 1_000_000),
        "last": round(until.timestamp() * 1_000_000),
    }

    def report() -> SalesReport:
        return shop.report_sales(by, since, until)

    def by_hand() -> list[Row]:
        with shop.runtime.database.read() as session:
            return session.rows(_BY_HAND.format(key=_KEYS[by]), bounds)

    units = sum(int(row[2]) for row in by_hand())
    if report().totals.units != units:
        message = f"The report says {report().totals.units} units, the buckets {units}"
        raise SystemExit(message)
    label = f"sales of a month by {by}, {name}, {units:,} lines"
    return _figure(label, report, by_hand)


def _figure(label: str, report: Callable[[], object], by_hand: Callable[[], object]) -> Figure:
    pairs = [
        (statistics.median(repeated(report, 1)), statistics.median(repeated(by_hand, 1)))
        for _ in range(7)
    ]
    ratios = [ours / theirs for ours, theirs in pairs]
    ratio = statistics.median(ratios)
    return Figure(
        label,
        statistics.median(ours for ours, _ in pairs) * 1000,
        statistics.median(theirs for _, theirs in pairs) * 1000,
        ratio,
        (min(ratios), max(ratios)),
        f"<= {RATIO_MOST:g}",
        ratio <= RATIO_MOST,
        unit=" ms",
        remark="floor: adding up the same hour buckets; ours counts the orders too",
    )
