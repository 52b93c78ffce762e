"""Whether orders and charges stay as fast as history grows, and what an order takes of the disk."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from shopcli import Shop
from tests.bench.measure import Figure
from tests.bench.shops import Requests, stocked, user

SAMPLE = 600


def growth(*, quick: bool) -> list[Figure]:
    """Medians with a thousand orders behind, and with many more, on SQLite."""
    many = 20_000 if quick else 200_000
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "shop.db")
        shop = stocked(url)
        requests = Requests(3)
        for request in requests.take(1000):
            shop.order(request.user, request.lines)
        size_before, few = _size(shop), _medians(shop, requests)
        for request in requests.take(many):
            shop.order(request.user, request.lines)
        bytes_an_order = (_size(shop) - size_before) / (many + SAMPLE)
        lots = _medians(shop, requests)
        shop.close()
    return [
        Figure(
            f"{name}, {many:,} orders behind : 1,000",
            after,
            before,
            after / before,
            (after / before, after / before),
            "<= 1.15",
            after / before <= 1.15,
            unit=" us",
            remark=f"{bytes_an_order:,.0f} bytes an order" if name == "order" else "",
        )
        for name, before, after in zip(("order", "charge"), few, lots, strict=True)
    ]


def _medians(shop: Shop, requests: Requests) -> tuple[float, float]:
    """Median microseconds of an order and of a charge."""
    now = time.perf_counter
    orders, charges = [], []
    for number, request in enumerate(requests.take(SAMPLE)):
        started = now()
        shop.order(request.user, request.lines)
        between = now()
        shop.charge(user(number % 1000), 5)
        orders.append(between - started)
        charges.append(now() - between)
    return statistics.median(orders) * 1e6, statistics.median(charges) * 1e6


def _size(shop: Shop) -> int:
    with shop.runtime.database.read() as session:
        row = session.row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return int(row[0]) if row else 0
