"""Best sellers and the catalogue at size, beside their bare queries."""

from __future__ import annotations

import random
import tempfile
from datetime import timedelta
from pathlib import Path

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from tests.bench.measure import Figure, paired, seconds
from tests.bench.server import postgres
from tests.bench.shops import stocked

HOUR = 3_600_000_000
DAY = 24 * HOUR


def fill_sales(shop: Shop, *, line_count: int, product_count: int, day_count: int = 60) -> int:
    """Write orders of one line each, with buckets, spread over days; answers the newest instant."""
    chooser = random.Random(7)  # noqa: S311  # a workload, not a secret
    newest = 1_700_000_000_000_000 // DAY * DAY + 23 * HOUR + 33 * 60_000_000
    span = day_count * DAY
    hours: dict[tuple[int, str], int] = {}
    days: dict[tuple[int, str], int] = {}
    with shop.runtime.database.write() as session:
        for first in range(0, line_count, 20_000):
            count = min(20_000, line_count - first)
            orders, lines = [], []
            for number in range(first, first + count):
                at = newest - chooser.randrange(span)
                sku = f"P{int(chooser.random() ** 3 * product_count):06d}"
                order_id = f"{number:026d}"
                orders.append({"id": order_id, "at": at})
                lines.append({"id": order_id, "sku": sku})
                hour, day = (at // HOUR * HOUR, sku), (at // DAY * DAY, sku)
                hours[hour] = hours.get(hour, 0) + 1
                days[day] = days.get(day, 0) + 1
            session.change_many(
                "INSERT INTO orders (order_id, username, subtotal_minor, discount_minor,"
                " total_minor,"
                " balance_after_minor, placed_at, key, fingerprint, historical, recorded_at, actor,"
                " host, channel) VALUES (:id, 'user00000', 100, 0, 100, 0, :at, :id, '', 1, :at,"
                " 'b',"
                " 'b', 'b')",
                orders,
            )
            session.change_many(
                "INSERT INTO order_lines VALUES (:id, 1, :sku, 'Name', 1, 100, 100, 0)", lines
            )
        for table, sold in (("sales_hours", hours), ("sales_days", days)):
            session.change_many(
                f"INSERT INTO {table} VALUES (:at, :sku, :units, :revenue)",  # noqa: S608  # ours
                [
                    {"at": at, "sku": sku, "units": units, "revenue": 100 * units}
                    for (at, sku), units in sorted(sold.items())
                ],
            )
    return newest


def best_sellers(*, quick: bool) -> list[Figure]:
    """The exact top 5 at the worst time of day, on both databases."""
    line_count = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        figures = _top(str(Path(folder) / "shop.db"), line_count, "SQLite")
    with postgres() as url:
        return figures + _top(url, line_count, "Postgres")


def _top(url: str, line_count: int, name: str) -> list[Figure]:
    shop = stocked(url, user_count=1, product_count=1000)
    newest = fill_sales(shop, line_count=line_count, product_count=1000)
    if shop.runtime.database.dialect == "postgres":
        with shop.runtime.database.write() as session:
            session.change("ANALYZE")
    as_of = from_microseconds(newest) - timedelta(seconds=1)
    bare = (
        "SELECT l.sku, SUM(l.quantity) FROM orders o JOIN order_lines l ON l.order_id = o.order_id"
        " WHERE o.placed_at > :start AND o.placed_at <= :until GROUP BY l.sku"
        " ORDER BY SUM(l.quantity) DESC, l.sku LIMIT 5"
    )

    def by_lines() -> object:
        with shop.runtime.database.read() as session:
            return session.rows(bare, {"start": newest - 3 * DAY, "until": newest})

    times = sorted(seconds(lambda: shop.top(as_of=as_of)) for _ in range(21))
    naive = sorted(seconds(by_lines) for _ in range(5))
    shop.close()
    median = times[10] * 1000
    return [
        Figure(
            f"top 5, {name}, {line_count:,} lines, worst time",
            median,
            naive[2] * 1000,
            times[10] / naive[2],
            (times[0] / naive[2], times[-1] / naive[2]),
            "<= 6 ms",
            median <= 6,
            unit=" ms",
            remark="floor: summing the order lines",
        )
    ]


def catalogue(*, quick: bool) -> list[Figure]:
    """Listing and searching 100,000 products beside the bare query, on both databases."""
    size = 20_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        figures = _catalogue(str(Path(folder) / "shop.db"), size, "SQLite")
    with postgres() as url:
        return figures + _catalogue(url, size, "Postgres")


def _catalogue(url: str, size: int, name: str) -> list[Figure]:
    shop = stocked(url, user_count=1, product_count=size)
    database = shop.runtime.database
    if database.dialect == "postgres":
        with database.write() as session:
            session.change("ANALYZE")
    columns = "sku, name, price_minor, stock, on_sale, category, barcode, low_stock"

    def bare(condition: str) -> int:
        with database.read() as session:
            return len(
                session.rows(f"SELECT {columns} FROM products {condition} ORDER BY sku")  # noqa: S608 - ours
            )

    figures = [
        paired(
            f"list {size:,} products, {name}",
            candidate=lambda: len(shop.products()),
            floor=lambda: bare(""),
            rounds=5 if size < 100_000 else 9,
            at_least=0.77,
        ),
        paired(
            f"search {size:,} products, {name}",
            candidate=lambda: len(shop.products("number 777")) and 1,
            floor=lambda: bare("WHERE search_text LIKE '%number 777%'") and 1,
            rounds=7,
            at_least=0.77,
        ),
    ]
    shop.close()
    return figures
