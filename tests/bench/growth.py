"""Whether orders and charges stay as fast as history grows, and what an order takes of the disk.

`python -m tests.bench.growth 10000000` measures with ten million past orders: a quarter of an hour
for each database, 20 GB of disk for SQLite and 35 GB for Postgres.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from shopcli import Shop
from shopcli.domain.moments import to_microseconds
from tests.bench.history import fill
from tests.bench.measure import Figure, table
from tests.bench.server import Server
from tests.bench.shops import Requests, stocked, user

FEW = 1000
QUICK, FULL = 20_000, 300_000


def growth(server: Server, *, quick: bool) -> list[Figure]:
    """Medians with a thousand orders behind, and with many more, on both databases."""
    return of(server, QUICK, sample=300) if quick else of(server, FULL)


def of(
    server: Server,
    many: int,
    *,
    databases: tuple[str, ...] = ("SQLite", "Postgres"),
    sample: int = 1000,
) -> list[Figure]:
    """The same for so many orders."""
    figures = []
    if "SQLite" in databases:
        with tempfile.TemporaryDirectory() as folder:
            urls = [str(Path(folder) / f"{name}.db") for name in ("few", "many")]
            figures += _compare("SQLite", urls, many, sample)
    if "Postgres" in databases:
        with server.database() as few, server.database() as lots:
            figures += _compare("Postgres", [few, lots], many, sample)
    return figures


def _compare(name: str, urls: list[str], many: int, sample: int) -> list[Figure]:
    """Let two shops take turns, so that both see the same weather."""
    shops = stocked(urls[0]), stocked(urls[1])
    newest = to_microseconds(shops[0].runtime.clock())
    before = _size(shops[1])
    for shop, count in zip(shops, (FEW, many), strict=True):
        fill(shop, count, newest=newest)
    bytes_an_order = (_size(shops[1]) - before) / many
    few, lots = _medians(*shops, sample)
    for shop in shops:
        shop.close()
    return [
        Figure(
            f"{verb}, {name}, {many:,} orders behind : {FEW:,}",
            after,
            first,
            after / first,
            (after / first, after / first),
            "<= 1.15",
            after / first <= 1.15,
            unit=" us",
            remark=f"{bytes_an_order:,.0f} bytes an order" if verb == "order" else "",
        )
        for verb, first, after in zip(("order", "charge"), few, lots, strict=True)
    ]


def _medians(few: Shop, many: Shop, sample: int) -> tuple[list[float], list[float]]:
    """Median microseconds of an order and of a charge in each of two shops."""
    times: dict[str, list[list[float]]] = {"few": [[], []], "many": [[], []]}
    for number, request in enumerate(Requests(3).take(2 * sample)):
        for name, shop in (("few", few), ("many", many)):
            took = (
                _seconds(lambda: shop.order(request.user, request.lines)),  # noqa: B023  # called at once
                _seconds(lambda: shop.charge(user(number % 1000), 5)),  # noqa: B023  # called at once
            )
            if number >= sample:  # before that, pages and plans are not in memory
                for kept, one in zip(times[name], took, strict=True):
                    kept.append(one)
    few_medians, many_medians = (
        [statistics.median(of_verb) * 1e6 for of_verb in times[name]] for name in ("few", "many")
    )
    return few_medians, many_medians


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _size(shop: Shop) -> int:
    """Bytes of the database on disk."""
    question = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        "postgres": "SELECT pg_database_size(current_database())",
    }
    with shop.runtime.database.read() as session:
        row = session.row(question[shop.runtime.database.dialect])
    return int(row[0]) if row else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("orders", type=int, help="how many lie behind")
    parser.add_argument("databases", nargs="*", help="SQLite, Postgres; else both")
    arguments = parser.parse_args()
    chosen = tuple(arguments.databases) or ("SQLite", "Postgres")
    with Server() as alone:
        sys.stdout.write(table(of(alone, arguments.orders, databases=chosen)) + "\n")
