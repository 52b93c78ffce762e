"""Times a close beside reading the rows that it covers by hand, and taking a digest of them."""

from __future__ import annotations

import hashlib
import io
import statistics
from collections.abc import Callable
from functools import partial

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from shopcli.engine import Choices
from tests.bench import history
from tests.bench.best_sellers import NEWEST, new_database
from tests.bench.measure import Figure, seconds
from tests.bench.server import Server
from tests.bench.shops import stocked, user

ENTRIES, QUICK_ENTRIES = 100_000, 20_000
ROUNDS, QUICK_ROUNDS = 3, 1
SECONDS_MOST = 2.0
USERS = 1_000

_BY_HAND = (
    "SELECT * FROM balance_entries ORDER BY username, sequence",
    "SELECT * FROM orders ORDER BY order_id",
    "SELECT * FROM order_lines ORDER BY order_id, position",
)


def closes(server: Server, *, quick: bool) -> list[Figure]:
    """A close of so many entries, all orders of two lines or all charges, on both databases."""
    count = QUICK_ENTRIES if quick else ENTRIES
    rounds = QUICK_ROUNDS if quick else ROUNDS
    figures = []
    for name in ("SQLite", "Postgres"):
        for kind, fill in (("orders", _orders), ("charges", _charges)):
            timed = [_once(name, server, partial(fill, count=count)) for _ in range(rounds)]
            figures.append(_figure(f"close of {count:,} {kind}, {name}", timed))
    return figures


def _figure(label: str, timed: list[tuple[float, float]]) -> Figure:
    ratios = [ours / theirs for ours, theirs in timed]
    ours = statistics.median(ours for ours, _ in timed)
    return Figure(
        label,
        ours * 1000,
        statistics.median(theirs for _, theirs in timed) * 1000,
        statistics.median(ratios),
        (min(ratios), max(ratios)),
        f"<= {SECONDS_MOST:g} s",
        ours <= SECONDS_MOST,
        unit=" ms",
        remark="floor: reading the same rows and a digest of them",
    )


def _orders(shop: Shop, count: int) -> None:
    history.fill(shop, count, newest=NEWEST, round_size=USERS)


def _charges(shop: Shop, count: int) -> None:
    rows = (f"bench{number},{user(number % USERS)},{number % 7 + 1}\n" for number in range(count))
    file = io.BytesIO(("key,user,amount\n" + "".join(rows)).encode())
    shop.imports.run("charges", "-", stream=file, form="csv", choices=Choices())


def _once(name: str, server: Server, fill: Callable[[Shop], None]) -> tuple[float, float]:
    with new_database(name, server) as (url, _):
        stocked(url, user_count=USERS, product_count=USERS).close()
        end = from_microseconds(NEWEST)
        with Shop.open(url, clock=lambda: end) as shop:
            fill(shop)

            def by_hand() -> None:
                taken = hashlib.sha256()
                with shop.runtime.database.read(long=True) as session:
                    for statement in _BY_HAND:
                        for row in session.stream(statement):
                            taken.update(repr(row).encode())

            theirs = seconds(by_hand)
            return seconds(shop.close_books), theirs
