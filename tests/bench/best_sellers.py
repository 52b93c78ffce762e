"""The exact top 5 of three days at the worst time of day, beside adding up the order lines."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from tests.bench.measure import Figure, seconds
from tests.bench.server import Server
from tests.bench.shops import stocked

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_LINES = """
{numbers}, scrambled (n, once) AS (SELECT n, (n * 1103515245 + 12345) % 2147483647 FROM numbers),
chosen (n, share) AS (
    SELECT n, ((once / 65536 * 1103515245 + once * 2654435761) % 2147483647) / 2147483647.0
    FROM scrambled
)
INSERT INTO order_lines
SELECT {order_id}, 1, {sku}, 'Product', 1, 100, 100, 0 FROM chosen
"""
_BUCKETS = """
INSERT INTO sales_{tier}s
SELECT o.placed_at - o.placed_at % {width}, l.sku, SUM(l.quantity), SUM(l.line_total_minor)
FROM orders o JOIN order_lines l ON l.order_id = o.order_id
GROUP BY o.placed_at - o.placed_at % {width}, l.sku ORDER BY 1, 2
"""
_BARE = """
SELECT l.sku, SUM(l.quantity) FROM orders o JOIN order_lines l ON l.order_id = o.order_id
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
            with _address(name, server) as url:
                measured = _top(url, size, name)
            figures += measured
            medians.append(measured[0].candidate)
        if not quick:
            figures.append(_growth(name, medians[0], medians[1]))
    return figures


@contextmanager
def _address(name: str, server: Server) -> Iterator[str]:
    if name == "Postgres":
        with server.database() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "shop.db")


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
    with shop.runtime.database.write() as session:
        if dialect == "postgres":
            session.change("SET LOCAL session_replication_role = replica")
        session.change(_PRODUCTS.format(**products))
        session.change(_ORDERS.format(**words))
        session.change(_LINES.format(**words))
        for tier, width in (("hour", HOUR), ("day", DAY)):
            session.change(_BUCKETS.format(tier=tier, width=width))
        if dialect == "postgres":
            session.change("ANALYZE")


def _top(url: str, size: Size, name: str) -> list[Figure]:
    stocked(url, user_count=1, product_count=1).close()
    end = from_microseconds(NEWEST)
    with Shop.open(url, clock=lambda: end) as shop:
        fill(shop, size)

        def by_lines(until: int) -> Callable[[], object]:
            parameters = {"start": until - 3 * DAY, "until": until}

            def add_up() -> object:
                with shop.runtime.database.read() as session:
                    return session.rows(_BARE, parameters)

            return add_up

        label = f"top 5, {name}, {size.line_count:,} lines, {size.product_count:,} products"
        before = end - timedelta(days=1)
        return [
            _figure(f"{label}, now", size, shop.top, by_lines(NEWEST)),
            _figure(
                f"{label}, as of a day ago",
                size,
                lambda: shop.top(as_of=before),
                by_lines(NEWEST - DAY),
            ),
        ]


def _figure(
    name: str, size: Size, report: Callable[[], object], add_up: Callable[[], object]
) -> Figure:
    report()
    ours = sorted(seconds(report) for _ in range(21))
    floor = statistics.median(seconds(add_up) for _ in range(3))
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
