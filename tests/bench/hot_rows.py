"""Clients that all want the same product, or the same coupon, on Postgres: direct and pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from itertools import product, starmap
from typing import NamedTuple

from shopcli import Shop
from tests.bench import contention, floors_postgres
from tests.bench.contention import Crowd, Load, Waits, Work
from tests.bench.measure import Figure
from tests.bench.orders import close_the_books
from tests.bench.server import Server
from tests.bench.shops import stocked
from tests.storage import pooler

CLIENT_COUNTS = (4, 16, 64)
USER_COUNT = 60_000
"""So many that most of a run goes by before a coupon is everybody's and the next one is claimed."""
WAYS = ("direct", "PgBouncer")
POOLED_CONNECTION_COUNT = 20
"""PgBouncer's own default."""

SHARES_OF_BEST = {64: 0.9}
"""At least so much of the best rate of any number of clients."""
P99_SECONDS_MAX = {16: 0.1}
BUSIEST_BY_IDLEST_MAX = 2.0
LONGEST_TIMES_MEDIAN_MAX = 20.0


class _Row(NamedTuple):
    """Of the table."""

    kind: str
    way: str
    client_count: int

    @property
    def name(self) -> str:
        return f"{self.kind}, Postgres, {self.way}, {self.client_count} clients (floor: the best)"


def claim(url: str, number: int) -> Callable[[], object]:
    """Claims of the coupon that all others claim too."""
    shop = Shop.open(url)
    mine = contention.places(number, contention.CLAIMED, max(CLIENT_COUNTS), USER_COUNT)

    def take() -> object:
        code, name = next(mine)
        return shop.claim(name, code)

    return take


KINDS: dict[str, Work] = {"one product": contention.hot_order, "one coupon": claim}
FLOOR: dict[str, Work] = {"one product by hand": contention.bare_hot_order_postgres}
"""What a stored function that checks no rule and stands in no queue does, direct."""
ROWS = [
    *starmap(_Row, product(KINDS, WAYS, CLIENT_COUNTS)),
    *starmap(_Row, product(FLOOR, ["direct"], CLIENT_COUNTS)),
]


def hot_rows(server: Server, *, quick: bool) -> list[Figure]:
    """Each kind by each way and number of clients, beside the best rate of that kind and way."""
    rounds, duration_seconds = (2, 2.0) if quick else (3, 6.0)
    loads: dict[_Row, Load] = {}
    for way in WAYS:
        if way == "direct" or pooler.program() is not None:
            loads |= _by_one_way(server, way, KINDS, rounds, duration_seconds)
    loads |= _by_one_way(server, "direct", FLOOR, rounds, duration_seconds)
    return [_figure(row, loads) if row in loads else _skipped(row) for row in ROWS]


def _by_one_way(
    server: Server, way: str, works: dict[str, Work], rounds: int, duration_seconds: float
) -> dict[_Row, Load]:
    """Numbers of clients in turn, so that whatever else the machine does is shared by all."""
    waits: dict[_Row, list[Waits]] = {}
    with ExitStack() as closing:
        crowds = [
            closing.enter_context(_crowd(server, way, count, is_shop=works is KINDS))
            for count in CLIENT_COUNTS
        ]
        for _, kind, crowd in product(range(rounds), works, crowds):
            row = _Row(kind, way, crowd.process_count)
            waits.setdefault(row, []).append(crowd.run(works[kind], duration_seconds))
    return {row: contention.load(of_row, duration_seconds) for row, of_row in waits.items()}


@contextmanager
def _crowd(server: Server, way: str, client_count: int, *, is_shop: bool) -> Iterator[Crowd]:
    """A crowd with a shop of its own, whose books add up in the end if it sold by the shop."""
    with server.database() as url, stocked(url, user_count=USER_COUNT) as shop:
        for code in contention.CLAIMED:
            shop.add_coupon(code, percent=10, limit=USER_COUNT)
        if not is_shop:
            floors_postgres.prepare(url)
        pooled = pooler.pooled(url, server_connection_count=POOLED_CONNECTION_COUNT)
        way_there = nullcontext(url) if way == "direct" else pooled
        with way_there as address, Crowd(client_count, address) as crowd:
            yield crowd
        if is_shop:
            close_the_books(shop)


def _skipped(row: _Row) -> Figure:
    nothing = (0.0, 0.0)
    return Figure(row.name, 0, 0, 0, nothing, "", met=None, remark="skipped: needs pgbouncer")


def _figure(row: _Row, loads: dict[_Row, Load]) -> Figure:
    load = loads[row]
    best = max(loads[row._replace(client_count=count)].rate for count in CLIENT_COUNTS)
    share, ratio = SHARES_OF_BEST.get(row.client_count, 0.0), load.rate / best
    longest_by_median = load.longest_wait_seconds / load.p50_seconds
    is_good: bool | None = (
        ratio >= share
        and not load.busy_count
        and load.busiest_by_idlest <= BUSIEST_BY_IDLEST_MAX
        and load.p99_seconds <= P99_SECONDS_MAX.get(row.client_count, load.p99_seconds)
        and longest_by_median <= LONGEST_TIMES_MEDIAN_MAX
    )
    if row.kind in FLOOR:
        share, is_good = 0.0, None
    return Figure(
        row.name,
        load.rate,
        best,
        ratio,
        (ratio, ratio),
        f">= {share:g}" if share else "",
        is_good,
        remark=(
            f"p50 {load.p50_seconds * 1000:.1f} ms, p99 {load.p99_seconds * 1000:.0f} ms,"
            f" longest {load.longest_wait_seconds * 1000:.0f} ms ({longest_by_median:.1f} medians),"
            f" busiest:idlest {load.busiest_by_idlest:.2f}, busy {load.busy_count}"
        ),
    )
