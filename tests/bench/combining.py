"""What one process gives at most that puts the orders of others into its own transactions.

Nothing is handed over here: the process places orders of one product, several in each transaction,
by the shop's own code. Beside it stand processes that order for themselves, as the shop does it.
A hand-over between processes can only cost more, so this is the bound of decision 40 for SQLite.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import ClassVar
from unittest.mock import patch

from shopcli.storage.sqlite import transactions
from shopcli.storage.sqlite.connections import SqliteSession
from tests.bench import contention
from tests.bench.contention import USER_COUNT, WARMING, Crowd
from tests.bench.measure import Figure
from tests.bench.orders import close_the_books
from tests.bench.server import Server
from tests.bench.shops import stocked

SIZES = (16, 64)
"""Processes that order, and as many orders in each transaction of the one."""
WORTHWHILE_RATIO = 3.0


class Combined(transactions.Writing):
    """A block whose transaction is committed with those of the blocks after it."""

    size: ClassVar[int]
    """How many blocks a transaction has."""
    done_count: ClassVar[int]

    def __enter__(self) -> SqliteSession:
        session = self._database.pool.take()
        self._database.pool.give_back(session)
        if not session.connection.in_transaction:
            return super().__enter__()
        self._session = self._database.pool.take()
        return self._session

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        Combined.done_count += 1
        if error is not None or self.done_count % self.size == 0:
            super().__exit__(kind, error, trace)
        else:
            self._database.pool.give_back(self._session)


def combining(_server: Server, *, quick: bool) -> list[Figure]:
    """Orders of one product by one process that combines, beside a crowd that does not."""
    rounds, duration_seconds = (2, 3.0) if quick else (5, 8.0)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "shop.db")
        shop = stocked(url, user_count=USER_COUNT)
        for size in SIZES:
            with Crowd(size, url) as crowd:
                _by_all(crowd, 1.0)  # until all of them have started, they take the processors
                pairs = [
                    (_by_one(url, size, duration_seconds), _by_all(crowd, duration_seconds))
                    for _ in range(rounds)
                ]
            figures.append(_figure(size, pairs))
        close_the_books(shop)
    return figures


def _by_one(url: str, size: int, duration_seconds: float) -> tuple[float, float]:
    """Orders a second, and the processor's milliseconds of an order."""
    place = contention.hot_order(url, 0)
    for _ in range(WARMING):
        place()
    Combined.size, Combined.done_count = size, 0
    count = 0
    with patch.object(transactions, "Writing", Combined):
        started, processor_started = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < duration_seconds:
            for _ in islice(iter(place, None), size):
                count += 1
        seconds = time.perf_counter() - started
        processor_seconds = time.process_time() - processor_started
    assert Combined.done_count == count, "an order is not one transaction any more"
    return count / seconds, processor_seconds / count * 1000


def _by_all(crowd: Crowd, duration_seconds: float) -> float:
    waits = crowd.run(contention.hot_order, duration_seconds)
    return contention.load([waits], duration_seconds).rate


def _figure(size: int, pairs: list[tuple[tuple[float, float], float]]) -> Figure:
    ratios = sorted(rate / others for (rate, _), others in pairs)
    ratio = statistics.median(ratios)
    return Figure(
        f"one product, SQLite, {size} orders in a transaction (floor: {size} processes)",
        statistics.median(rate for (rate, _), _ in pairs),
        statistics.median(others for _, others in pairs),
        ratio,
        (ratios[0], ratios[-1]),
        f"worth building from {WORTHWHILE_RATIO:g}",
        None,
        remark=f"{statistics.median(ms for (_, ms), _ in pairs):.2f} ms of one processor an order",
    )
