"""Times a copy of a shop beside writing the same rows by hand, and takes its peak of memory.

By hand is what one would write for it: tables of the same schema, rows read as they come, one
COPY or executemany for each table, one commit; nothing is compared or verified.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from shopcli import Shop
from shopcli.domain.moments import from_microseconds
from shopcli.engine.moving.copying import VERIFIED
from shopcli.storage.bulk.whole_tables import WholeTable, whole_tables
from shopcli.storage.schema.making import filling
from tests.bench import history
from tests.bench.best_sellers import NEWEST
from tests.bench.measure import Figure, seconds
from tests.bench.server import Server
from tests.bench.shops import stocked

if TYPE_CHECKING:
    from shopcli.storage.postgres.connections import PostgresSession
    from shopcli.storage.session import Row, Session
    from shopcli.storage.sqlite.connections import SqliteSession

ORDERS, QUICK_ORDERS = 10_000, 5_000
ROUNDS, QUICK_ROUNDS = 3, 1
RATIO_LEAST = 0.5
MEGABYTES_MOST = 200
USERS = 1_000

_PEAK = """
import resource, sys
from shopcli import Shop
with Shop.open(sys.argv[1]) as shop:
    shop.maintenance.copy(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def copies(server: Server, *, quick: bool) -> list[Figure]:
    """A copy each way between the databases, of orders of two lines."""
    count = QUICK_ORDERS if quick else ORDERS
    rounds = QUICK_ROUNDS if quick else ROUNDS
    figures = []
    with TemporaryDirectory() as folder, server.database() as postgres:
        file = f"sqlite:///{folder}/shop.db"
        end = from_microseconds(NEWEST)
        stocked(file, user_count=USERS, product_count=USERS).close()
        with Shop.open(file, clock=lambda: end) as shop:
            history.fill(shop, count, newest=NEWEST, round_size=USERS)
            shop.maintenance.copy(postgres)
        figures += _each_way(server, folder, file, "Postgres", rounds)
        figures += _each_way(server, folder, postgres, "SQLite", rounds)
    return figures


def _each_way(server: Server, folder: str, url: str, to: str, rounds: int) -> list[Figure]:
    ours, theirs, verifying, rows = [], [], [], 0
    with Shop.open(url) as shop:
        for _ in range(rounds):
            with _empty(server, folder, to) as target:
                theirs.append(seconds(lambda: _by_hand(shop, target)))
            with _empty(server, folder, to) as target:
                spent, verified, rows = _copy(shop, target)
            ours.append(spent - verified)
            verifying.append(verified)
    ratios = [hand / copy for hand, copy in zip(theirs, ours, strict=True)]
    ratio = statistics.median(ratios)
    with _empty(server, folder, to) as target:
        peak = subprocess.run(
            [sys.executable, "-c", _PEAK, url, target], capture_output=True, text=True, check=True
        )
    megabytes = int(peak.stdout) / 1024
    return [
        Figure(
            f"copy of {rows:,} rows to {to}",
            rows / statistics.median(ours),
            rows / statistics.median(theirs),
            ratio,
            (min(ratios), max(ratios)),
            f">= {RATIO_LEAST:g}",
            ratio >= RATIO_LEAST,
            remark="floor: COPY or executemany by hand; ours is compared too, and verified in"
            f" {statistics.median(verifying):.1f} s more",
        ),
        Figure(
            f"copy of {rows:,} rows to {to}, memory",
            megabytes,
            MEGABYTES_MOST,
            megabytes / MEGABYTES_MOST,
            (megabytes / MEGABYTES_MOST,) * 2,
            f"<= {MEGABYTES_MOST} MB",
            megabytes <= MEGABYTES_MOST,
            unit=" MB",
        ),
    ]


def _copy(shop: Shop, target_url: str) -> tuple[float, float, int]:
    """The seconds of a copy, and of those what `verify` took; the number of its rows."""
    at: list[float] = []

    def note(phase: str, _done: int, _total: int | None) -> None:
        if phase == VERIFIED:
            at.append(time.perf_counter())

    made = []
    spent = seconds(lambda: made.append(shop.maintenance.copy(target_url, progress=note)))
    return spent, at[-1] - at[0], made[0].rows


@contextmanager
def _empty(server: Server, folder: str, kind: str) -> Iterator[str]:
    if kind == "Postgres":
        with server.database() as url:
            yield url
        return
    yield f"sqlite:///{folder}/copy.db"
    for path in Path(folder).glob("copy.db*"):
        path.unlink()


def _by_hand(shop: Shop, target_url: str) -> None:
    with filling(target_url) as tables, shop.runtime.database.read(long=True) as source:
        target = tables.session
        tables.refer()  # whoever does it by hand has the schema as it is
        for table in whole_tables():
            names = ", ".join(table.columns)
            _write(target, table, source.stream(f"SELECT {names} FROM {table.name}"))  # noqa: S608  # our own names


def _write(target: Session, table: WholeTable, rows: Iterator[Row]) -> None:
    into = f"{table.name} ({', '.join(table.columns)})"
    if target.dialect == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        sqlite = cast("SqliteSession", target)
        sqlite.connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608  # our own names
        return
    postgres = cast("PostgresSession", target)
    with (
        postgres.connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy,
    ):
        for row in rows:
            copy.write_row(row)
