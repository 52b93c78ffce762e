"""A rush for what is not there for all, as the peers of this shop measure it, and its refusals.

Each process takes its share of the users, who come once each. The peers' own figures are beside the
table in `RESULTS.md`.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from shopcli import Relay, Shop, ShopError
from tests.bench import events
from tests.bench.contention import Crowd, Share
from tests.bench.measure import Figure, compared
from tests.bench.orders import close_the_books
from tests.bench.server import Server
from tests.bench.shops import stocked, user

PROCESS_COUNTS = (4, 16)
REFUSED_TO_SERVED_MIN = 3.0
USER_COUNT = 10_000
COUPON_COUNT = 5
ROUND_COUNT = 2
WARMING_COUNT = 10
"""Attempts of each process that are not counted: the first prepare statements and plans."""

Attempt = Callable[[int], object]
"""What the user of a number wants."""

_MUG = "MUG"
_COUPON = "RUSH"


class Rush(NamedTuple):
    """So many users come, each once, for what is there so many times."""

    name: str
    comer_count: int
    there_count: int
    kind: str


RUSHES = (
    Rush("500 users, 100 coupons", 500, 100, "claim"),
    Rush("2,000 users, 1,000 coupons", 2_000, 1_000, "claim"),
    Rush("10,000 users, 1,000 coupons", 10_000, 1_000, "claim"),
    Rush("1,000 buyers, stock of 100", 1_000, 100, "order"),
    Rush("1,000 buyers, all served", 1_000, 1_000, "order"),
    Rush("the same 200 keys from each process", 200, 200, "same keys"),
)


class Served(NamedTuple):
    """What one process did: when it began and ended, each wait, and how often each outcome."""

    started_at: float
    ended_at: float
    waits: list[float]
    outcomes: Counter[str]


def rush(server: Server, *, quick: bool) -> list[Figure]:
    """Every rush by 4 and 16 processes on both databases, and the rates of refusals."""
    rushes = [one for one in RUSHES if one.comer_count <= 2_000] if quick else list(RUSHES)
    duration_seconds = 0.5 if quick else 2.0
    figures = []
    for process_count in PROCESS_COUNTS:
        with Crowd(process_count, "") as crowd:  # each of its shares names a shop
            for dialect in ("SQLite", "Postgres"):
                figures += [_rush(server, one, crowd, dialect) for one in rushes]
                figures += [
                    _refusals(server, refusal, crowd, dialect, duration_seconds)
                    for refusal in REFUSALS
                ]
    return figures


@contextmanager
def _shop(server: Server, dialect: str, comer_count: int) -> Iterator[tuple[Shop, str]]:
    """A new shop with so many users."""
    if dialect == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            url = str(Path(folder) / "shop.db")
            with stocked(url, user_count=comer_count) as shop:
                yield shop, url
        return
    with server.database() as url, stocked(url, user_count=comer_count) as shop:
        yield shop, url


def _rush(server: Server, wanted: Rush, crowd: Crowd, dialect: str) -> Figure:
    with _shop(server, dialect, wanted.comer_count) as (shop, url):
        shop.add_product(_MUG, name="Mug", price=100, stock=wanted.there_count)
        shop.add_coupon(_COUPON, percent=10, limit=wanted.there_count)
        done = crowd.share(_come, wanted, url)
        sums: Counter[str] = sum((one.outcomes for one in done), Counter())
        sold = len(shop.orders()) if wanted.kind != "claim" else 0
        delivered_count = _delivered_count(shop)
        is_exact = (
            sums["new"] == min(wanted.there_count, wanted.comer_count) and delivered_count == sold
        )
        close_the_books(shop)
    waits = sorted(wait for one in done for wait in one.waits)
    seconds = max(one.ended_at for one in done) - min(one.started_at for one in done)
    rate = len(waits) / seconds
    p50, p95, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.95, 0.99))
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(sums.items()))
    return Figure(
        f"{wanted.name}, {dialect}, {crowd.process_count} processes",
        rate,
        rate,
        1.0,
        (1.0, 1.0),
        "exact",
        is_exact,
        remark=(
            f"p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.0f}, longest {waits[-1] * 1000:.0f} ms;"
            f" {told}; {delivered_count} events of {sold} orders"
        ),
    )


def _delivered_count(shop: Shop) -> int:
    with events.receiver() as (_, port):
        relay = Relay(shop, environment={"SHOP_PLATFORM_URL": f"http://127.0.0.1:{port}/"})
        return relay.flush().sent


def _come(wanted: Rush, url: str, share: Share) -> Served:
    """The share of one process; with the same keys each process comes for all of them."""
    with Shop.open(url) as shop:
        shop.balance(user(0))
        everybody = range(wanted.comer_count)
        mine = (
            everybody
            if wanted.kind == "same keys"
            else everybody[share.number :: share.process_count]
        )
        come: dict[str, Attempt] = {
            "claim": lambda comer: shop.claim(user(comer), _COUPON),
            "order": lambda comer: shop.order(user(comer), {_MUG: 1}),
            "same keys": lambda comer: shop.order(user(comer), {_MUG: 1}, key=f"key{comer}"),
        }
        share.barrier.wait(120)
        return _served(come[wanted.kind], iter(mine), math.inf)


def _served(attempt: Attempt, comers: Iterator[int], duration_seconds: float) -> Served:
    """Let users come one after the other, until all have come or the time is over."""
    waits, outcomes = [], Counter[str]()
    started_at = before = time.monotonic()
    for comer in comers:
        try:
            done = attempt(comer)
        except ShopError as error:
            outcomes[error.code] += 1
        else:
            outcomes["replayed" if getattr(done, "replayed", False) else "new"] += 1
        after = time.monotonic()
        waits.append(after - before)
        before = after
        if after - started_at >= duration_seconds:
            break
    return Served(started_at, before, waits, outcomes)


class Refusal(NamedTuple):
    """What everybody is refused, the code that says so, and what is served instead."""

    name: str
    code: str
    served: str


REFUSALS = (
    Refusal("sold out", "out_of_stock", "order"),
    Refusal("not enough money", "insufficient_balance", "order"),
    Refusal("all claimed", "coupon_sold_out", "claim"),
    Refusal("claimed already", "coupon_already_claimed", "claim"),
)


def _refusals(
    server: Server, refusal: Refusal, crowd: Crowd, dialect: str, duration_seconds: float
) -> Figure:
    """The rate of refusals beside the rate of what is done where it is there."""
    rates: dict[str, list[float]] = {refusal.name: [], refusal.served: []}
    with _shop(server, dialect, USER_COUNT) as (shop, url):
        shop.add_product(_MUG, name="Mug", price=100, stock=0)
        shop.add_product("DEAR", name="Dear", price=10**13, stock=10)
        shop.add_coupon(_COUPON, percent=10, limit=1)
        shop.claim(user(0), _COUPON)
        for turn in range(ROUND_COUNT):
            for number in range(COUPON_COUNT):
                shop.add_coupon(f"OPEN{turn}{number}", percent=10, limit=USER_COUNT)
        shop.claim(user(0), "OPEN00")
        for turn in range(ROUND_COUNT):
            for what in (refusal.served, refusal.name):
                done = crowd.share(_repeat, what, turn, duration_seconds, url)
                outcomes: Counter[str] = sum((one.outcomes for one in done), Counter())
                expected = "new" if what == refusal.served else refusal.code
                if set(outcomes) != {expected}:
                    message = f"{what}: {outcomes}"
                    raise SystemExit(message)
                rates[what].append(outcomes.total() / duration_seconds)
        close_the_books(shop)
    pairs = list(zip(rates[refusal.name], rates[refusal.served], strict=True))
    return compared(
        f"refused: {refusal.name}, {dialect}, {crowd.process_count} (floor: {refusal.served})",
        pairs,
        REFUSED_TO_SERVED_MIN,
    )


def _repeat(what: str, turn: int, duration_seconds: float, url: str, share: Share) -> Served:
    """Let the users of one process come again and again."""
    with Shop.open(url) as shop:
        comers = range(1 + share.number, USER_COUNT, share.process_count)
        places = (
            (f"OPEN{turn}{number}", comer) for number in range(COUPON_COUNT) for comer in comers
        )

        def claim(_comer: int) -> object:
            code, comer = next(places)
            return shop.claim(user(comer), code)

        attempts: dict[str, Attempt] = {
            "order": lambda comer: shop.order(user(comer), {"P000000": 1}),
            "claim": claim,
            "sold out": lambda comer: shop.order(user(comer), {_MUG: 1}),
            "not enough money": lambda _comer: shop.order(user(share.number), {"DEAR": 1}),
            "all claimed": lambda comer: shop.claim(user(comer), _COUPON),
            "claimed already": lambda _comer: shop.claim(user(0), "OPEN00"),
        }
        endless = cycle(comers)
        _served(attempts[what], islice(endless, WARMING_COUNT), math.inf)
        share.barrier.wait(120)
        return _served(attempts[what], endless, duration_seconds)
