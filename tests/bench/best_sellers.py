"""The exact top 5 of three days at the worst time of day, beside adding up the order lines."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from tests.bench import floors_duckdb
from tests.bench.history import Filler
from tests.bench.measure import Figure, repeated
from tests.bench.server import Server
from tests.bench.shops import stocked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopcli.domain.records import Top
    from shopcli.storage.session import Row

HOUR = 3_600_000_000
DAY = 24 * HOUR
DAY_COUNT = 60
# Half past noon: as many hours and minutes as can be lie between the window's edges and the nearest
# edges of buckets.
NEWEST = 1_700_000_000_000_000 // DAY * DAY + 12 * HOUR + HOUR // 2

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers (n) AS"
    " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})",
    "postgres": "WITH numbers (n) AS (SELECT generate_series(0, {count} - 1)::bigint)",
}
_SKU = {"sqlite": "printf('P%06d', {number})", "postgres": "'P' || to_char({number}, 'FM000000')"}
_ORDER_ID = {
    "sqlite": "printf('%026d', n)",
    "postgres": "to_char(n, 'FM00000000000000000000000000')",
}
_PRODUCTS = """
{numbers}
INSERT INTO products (sku, name, price_minor, stock, movement_count, on_sale, search_text,
                      created_at, recorded_at, actor, host, channel)
SELECT {sku}, 'Product', 100, 0, 0, 1, 'product', 0, 0, 'bench', 'bench', 'bench' FROM numbers
WHERE n >= {first}
"""
# In the order of time, as a till writes them.
_ORDERS = """
{numbers}
INSERT INTO orders (order_id, username, subtotal_minor, discount_minor, total_minor,
                    balance_after_minor, placed_at, key, fingerprint, historical, recorded_at,
                    actor, host, channel)
SELECT {order_id}, 'user00000', 100, 0, 100, 0, {at}, {order_id}, '', 1, {at},
       'bench', 'bench', 'bench'
FROM numbers
"""
# A number is scrambled to one between 0 and 1, whose third power is the product: few sell often.
_CHOSEN = """
{numbers}, scrambled (n, once) AS (SELECT n, (n * 1103515245 + 12345) % 2147483647 FROM numbers),
chosen (n, share) AS (
    SELECT n, ((once / 65536 * 1103515245 + once * 2654435761) % 2147483647) / 2147483647.0
    FROM scrambled
)
"""
_LINES = """
INSERT INTO order_lines
SELECT {order_id}, 1, {sku}, 'Product', 1, 100, 100, 0 FROM chosen
"""
_HOURS = """
, sold (bucket_start_at, sku) AS (SELECT {at} - ({at}) % {hour}, {sku} FROM chosen)
INSERT INTO sales_hours
SELECT bucket_start_at, sku, COUNT(*), 100 * COUNT(*),
       COUNT(*), COUNT(*), 100 * COUNT(*), 0, 0 FROM sold
GROUP BY bucket_start_at, sku ORDER BY bucket_start_at, sku
"""
_DAYS = """
INSERT INTO sales_days
SELECT bucket_start_at - bucket_start_at % {day}, sku, SUM(units), SUM(revenue_minor)
FROM sales_hours GROUP BY bucket_start_at - bucket_start_at % {day}, sku ORDER BY 1, 2
"""
_BARE = """
SELECT l.sku, SUM(l.quantity), SUM(l.line_total_minor - l.discount_minor)
FROM orders o JOIN order_lines l ON l.order_id = o.order_id
WHERE o.placed_at > :start AND o.placed_at <= :until GROUP BY l.sku
ORDER BY SUM(l.quantity) DESC, l.sku LIMIT 5
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much was sold in 60 days, and how long a report may take."""

    line_count: int
    product_count: int
    most_milliseconds: float


SIZES = (Size(1_000_000, 1_000, 6), Size(5_000_000, 1_000, 9), Size(5_000_000, 100_000, 50))
QUICK_SIZES = (Size(100_000, 1_000, 6),)


def best_sellers(server: Server, *, quick: bool) -> list[Figure]:
    """On both databases, now and as of an instant with sales after it."""
    figures = []
    for name in ("SQLite", "Postgres"):
        medians = []
        for size in QUICK_SIZES if quick else SIZES:
            with new_database(name, server) as (url, folder):
                measured = _top(url, size, name, folder)
            figures += measured
            medians.append(measured[0].candidate)
        if not quick:
            figures.append(_growth(name, medians[0], medians[1]))
    return figures


@contextmanager
def new_database(name: str, server: Server) -> Iterator[tuple[str, Path]]:
    """A new database, and a folder for what goes beside it."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "Postgres":
            with server.database() as url:
                yield url, Path(folder)
        else:
            yield str(Path(folder) / "shop.db"), Path(folder)


def fill(shop: Shop, size: Size) -> None:
    """Write orders of one line each, with their buckets, the last of them just now."""
    dialect = shop.runtime.database.dialect
    step = (DAY_COUNT * DAY) // size.line_count
    words = {
        "numbers": _NUMBERS[dialect].format(count=size.line_count),
        "order_id": _ORDER_ID[dialect],
        "at": f"{NEWEST - DAY_COUNT * DAY} + (n + 1) * {step}",
        "sku": _SKU[dialect].format(
            number=f"CAST(FLOOR(share * share * share * {size.product_count}) AS INTEGER)"
        ),
    }
    products = {
        "numbers": _NUMBERS[dialect].format(count=size.product_count),
        "sku": _SKU[dialect].format(number="n"),
        "first": 1,
    }
    statements = [
        _PRODUCTS.format(**products),
        _ORDERS.format(**words),
        (_CHOSEN + _LINES).format(**words),
        (_CHOSEN + _HOURS).format(**words, hour=HOUR),
        _DAYS.format(day=DAY),
    ]
    with closing(Filler(shop)) as filler:
        filler.run(statements, {})
        filler.vacuum()


def _top(url: str, size: Size, name: str, folder: Path) -> list[Figure]:
    stocked(url, user_count=1, product_count=1).close()
    end = from_microseconds(NEWEST)
    with Shop.open(url, clock=lambda: end) as shop:
        fill(shop, size)

        def before() -> Top:
            return shop.top(as_of=end - timedelta(days=1))

        def by_lines(until: int) -> list[Row]:
            with shop.runtime.database.read() as session:
                return session.rows(_BARE, {"start": until - 3 * DAY, "until": until})

        label = f"top 5, {name}, {size.line_count:,} lines, {size.product_count:,} products"
        with floors_duckdb.loaded(shop, folder) as duck:
            for report, until in ((shop.top, NEWEST), (before, NEWEST - DAY)):
                theirs = None if duck is None else duck.top(until - 3 * DAY, until)
                _agree(report(), by_lines(until), theirs)
            figures = [
                _figure(f"{label}, now", size, shop.top, lambda: by_lines(NEWEST)),
                _figure(f"{label}, as of a day ago", size, before, lambda: by_lines(NEWEST - DAY)),
            ]
            if duck is not None:
                ask = duck.top
                figures.append(
                    _beside_duckdb(label, shop.top, lambda: ask(NEWEST - 3 * DAY, NEWEST))
                )
        return figures


def _agree(
    top: Top, by_lines: Sequence[Row], by_duckdb: Sequence[tuple[str, int, int]] | None
) -> None:
    """Compare the answers: SKU, units and revenue, in their order."""
    ours = [(row.sku, row.units, row.revenue) for row in top.rows]
    bare = [tuple(row) for row in by_lines]
    if ours != bare or by_duckdb not in (None, ours):
        message = f"The best sellers differ: {ours}, by lines {bare}, by DuckDB {by_duckdb}"
        raise SystemExit(message)


def _figure(
    name: str, size: Size, report: Callable[[], object], add_up: Callable[[], object]
) -> Figure:
    report()
    ours = sorted(repeated(report, 21))
    floor = statistics.median(repeated(add_up, 3))
    median = ours[10] * 1000
    return Figure(
        name,
        median,
        floor * 1000,
        ours[10] / floor,
        (ours[0] / floor, ours[-1] / floor),
        f"<= {size.most_milliseconds:g} ms",
        median <= size.most_milliseconds,
        unit=" ms",
        remark="floor: adding up the order lines",
    )


def _beside_duckdb(label: str, report: Callable[[], object], ask: Callable[[], object]) -> Figure:
    rounds = [
        (statistics.median(repeated(report, 5)), statistics.median(repeated(ask, 5)))
        for _ in range(9)
    ]
    ratios = [ours / theirs for ours, theirs in rounds]
    return Figure(
        f"{label}, now, beside DuckDB",
        statistics.median(ours for ours, _ in rounds) * 1000,
        statistics.median(theirs for _, theirs in rounds) * 1000,
        statistics.median(ratios),
        (min(ratios), max(ratios)),
        "",
        None,
        unit=" ms",
        remark="floor: DuckDB's own table of these lines, prepared and warm; a wish, no target",
    )


def _growth(name: str, before: float, after: float) -> Figure:
    ratio = after / before
    return Figure(
        f"top 5, {name}, 5,000,000 lines : 1,000,000",
        after,
        before,
        ratio,
        (ratio, ratio),
        "<= 2",
        ratio <= 2,
        unit=" ms",
    )
