"""Many processes at once: rates, longest waits and fairness, beside the floor under that load."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

from shopcli import Shop
from shopcli.domain.errors import ShopError
from tests.bench import floors_postgres, floors_sqlite
from tests.bench.shops import Request, Requests, user

Work = Callable[[str, int], Callable[[], object]]
"""Given an address and the number of the process: one operation, to be called again and again."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a crowd of processes achieved together."""

    rate: float
    longest_wait_seconds: float
    p99_seconds: float
    busiest_by_idlest: float


def run(work: Work, url: str, process_count: int, duration_seconds: float) -> Load:
    """Start processes that repeat one operation for some seconds, all from the same moment."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(process_count)
    with context.Pool(process_count, initializer=_remember, initargs=(barrier,)) as pool:
        results = pool.starmap(
            _repeat,
            [(work, url, number, duration_seconds) for number in range(process_count)],
            chunksize=1,
        )
    waits = sorted(wait for spent in results for wait in spent)
    counts = [len(spent) for spent in results]
    return Load(
        sum(counts) / duration_seconds,
        waits[-1],
        waits[int(len(waits) * 0.99)],
        max(counts) / max(1, min(counts)),
    )


_barrier: Barrier


def _remember(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603  # the only way into a pool's process
    _barrier = barrier


def _repeat(work: Work, url: str, number: int, duration_seconds: float) -> list[float]:
    operation = work(url, number)
    operation()
    _barrier.wait(60)
    spent: list[float] = []
    now = time.perf_counter
    started = before = now()
    while before - started < duration_seconds:
        operation()
        after = now()
        spent.append(after - before)
        before = after
    return spent


def _requests(number: int, *, hot: bool = False) -> Callable[[], Request]:
    requests = Requests(1000 + number, hot=hot)
    return lambda: requests.take(1)[0]


def order(url: str, number: int) -> Callable[[], object]:
    """Orders through the public API."""
    shop, request = Shop.open(url), _requests(number)

    def place() -> object:
        wanted = request()
        return shop.order(wanted.user, wanted.lines)

    return place


def hot_order(url: str, number: int) -> Callable[[], object]:
    """Orders that all hold the same product."""
    shop, request = Shop.open(url), _requests(number, hot=True)

    def place() -> object:
        wanted = request()
        return shop.order(wanted.user, wanted.lines)

    return place


def bare_order_sqlite(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on SQLite."""
    floor, request = floors_sqlite.Floor(url), _requests(number)
    return lambda: floor.order(request())


def bare_order_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on Postgres."""
    floor, request = floors_postgres.Floor(url), _requests(number)
    return lambda: floor.order(request())


def bare_hot_order_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of orders on Postgres that all hold the same product."""
    floor, request = floors_postgres.Floor(url), _requests(number, hot=True)
    return lambda: floor.order(request())


def claim(url: str, number: int) -> Callable[[], object]:
    """Claims of one coupon after another, each by every user once."""
    shop = Shop.open(url)
    places = _places(url, number)

    def take() -> object:
        code, name = next(places)
        try:
            return shop.claim(name, code)
        except ShopError:
            return None

    return take


def bare_claim_sqlite(url: str, number: int) -> Callable[[], object]:
    """The floor of claims on SQLite."""
    floor, places = floors_sqlite.Floor(url), _places(url, number)
    return lambda: floor.claim(*reversed(next(places)))


def bare_claim_postgres(url: str, number: int) -> Callable[[], object]:
    """The floor of claims on Postgres."""
    floor, places = floors_postgres.Floor(url), _places(url, number)
    return lambda: floor.claim(*reversed(next(places)))


CROWD = 4
"""Processes that share the users of a coupon among them."""


def _places(url: str, number: int) -> Iterator[tuple[str, str]]:
    """(code, user) that nobody has claimed; the processes of a crowd share out the users."""
    with Shop.open(url) as shop:
        untouched = [coupon.code for coupon in shop.coupon_list() if coupon.claimed <= CROWD]
    for code in untouched:
        for member in range(number, 10_000, CROWD):
            yield code, user(member)


def medians(loads: list[Load]) -> Load:
    """The median of each figure."""
    return Load(
        statistics.median(load.rate for load in loads),
        max(load.longest_wait_seconds for load in loads),
        statistics.median(load.p99_seconds for load in loads),
        statistics.median(load.busiest_by_idlest for load in loads),
    )
