"""Orders, charges and claims beside their floors: one process, crowds, one hot product."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from shopcli import Shop
from tests.bench import contention, floors_postgres, floors_sqlite
from tests.bench.contention import USER_COUNT, Crowd, Load, Waits, Work
from tests.bench.measure import Figure, paired
from tests.bench.server import Server
from tests.bench.shops import Request, Requests, hold_coupons, stocked, user

OSCAR_PER_SECOND = 48.7
"""django-oscar 4.2.1 on SQLite: basket, two products, voucher on every fifth."""


class Floor(Protocol):
    """A bare connection to either database."""

    def order(self, request: Request) -> None:
        """Place an order."""

    def charge(self, user: str) -> None:
        """Charge a balance."""

    def close(self) -> None:
        """Hang up."""


def sqlite(_server: Server, *, quick: bool) -> list[Figure]:
    """SQLite with full durability: alone, then four processes on one file."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "shop.db")
        shop = stocked(url, user_count=USER_COUNT)
        figures = _alone(shop, floors_sqlite.Floor(url), "SQLite", quick=quick, goals=(0.65, 0.6))
        add_crowd_coupons(shop)
        with Crowd(4, url) as four:
            figures += [
                _crowd(
                    "order, SQLite, 4 processes",
                    (contention.order, contention.bare_order_sqlite),
                    four,
                    quick=quick,
                    goal=0.65,
                    is_good=lambda load: (
                        load.longest_wait_seconds <= 0.25 and load.busiest_by_idlest <= 1.5
                    ),
                ),
                _crowd(
                    "claim, SQLite, 4 processes",
                    (contention.claim, contention.bare_claim_sqlite),
                    four,
                    quick=quick,
                    goal=0.6,
                ),
            ]
        close_the_books(shop)
    return figures


def on_postgres(server: Server, *, quick: bool) -> list[Figure]:
    """Postgres with default durability: one client, crowds, one hot product."""
    with server.database() as url:
        shop = stocked(url, user_count=USER_COUNT)
        floors_postgres.prepare(url)
        figures = _alone(
            shop, floors_postgres.Floor(url), "Postgres", quick=quick, goals=(0.8, 0.8)
        )
        add_crowd_coupons(shop)
        pair = (contention.order, contention.bare_order_postgres)
        hot = (contention.hot_order, contention.bare_hot_order_postgres)
        claims = (contention.claim, contention.bare_claim_postgres)
        with Crowd(16, url) as many:
            figures += [
                _crowd("order, Postgres, 16 clients", pair, many, quick=quick, goal=0.8),
                _crowd(
                    "hot product, Postgres, 16 clients",
                    hot,
                    many,
                    quick=quick,
                    goal=0.8,
                    is_good=lambda load: load.p99_seconds <= 0.06,
                ),
            ]
        with Crowd(4, url) as four:
            figures += [
                _crowd("hot product, Postgres, 4 clients", hot, four, quick=quick, goal=0.8),
                _crowd("claim, Postgres, 4 clients", claims, four, quick=quick, goal=0.8),
            ]
        close_the_books(shop)
    return figures


def _alone(
    shop: Shop, floor: Floor, database: str, *, quick: bool, goals: tuple[float, float]
) -> list[Figure]:
    rounds, size = (3, 500) if quick else (5, 2000)
    requests = Requests(1, user_count=USER_COUNT)
    requests.coupons = hold_coupons(shop, (rounds + 1) * size, user_count=USER_COUNT)

    def orders() -> int:
        for request in requests.take(size):
            shop.order(request.user, request.lines, request.coupon)
        return size

    def bare_orders() -> int:
        for request in requests.take(size):
            floor.order(request)
        return size

    def charges() -> int:
        for number in range(size):
            shop.charge(user(number), 5)
        return size

    def bare_charges() -> int:
        for number in range(size):
            floor.charge(user(number))
        return size

    order = paired(
        f"order, {database}, alone",
        candidate=orders,
        floor=bare_orders,
        rounds=rounds,
        at_least=goals[0],
    )
    charge = paired(
        f"charge, {database}, alone",
        candidate=charges,
        floor=bare_charges,
        rounds=rounds,
        at_least=goals[1],
    )
    floor.close()
    times = order.candidate / OSCAR_PER_SECOND
    return [_remarked(order, f"{times:.0f} x django-oscar's {OSCAR_PER_SECOND}/s"), charge]


def _crowd(
    name: str,
    works: tuple[Work, Work],
    crowd: Crowd,
    *,
    quick: bool,
    goal: float,
    is_good: Callable[[Load], bool] = lambda load: True,  # noqa: ARG005  # no second goal
) -> Figure:
    rounds, duration_seconds = (2, 2.0) if quick else (3, 3.0)
    kept: tuple[list[Waits], list[Waits]] = ([], [])
    for turn in range(rounds):
        # In turns also who is first, as in `paired`.
        for side in (0, 1) if turn % 2 else (1, 0):
            kept[side].append(crowd.run(works[side], duration_seconds))
    ours, bare = (contention.load(of_side, duration_seconds) for of_side in kept)
    counts = ([sum(len(done.waits) for done in waits) for waits in of_side] for of_side in kept)
    ratios = [mine / other for mine, other in zip(*counts, strict=True)]
    ratio = statistics.median(ratios)
    return Figure(
        name,
        ours.rate,
        bare.rate,
        ratio,
        (min(ratios), max(ratios)),
        f">= {goal:g}",
        ratio >= goal and is_good(ours),
        remark=(
            f"longest {ours.longest_wait_seconds * 1000:.0f} ms,"
            f" p99 {ours.p99_seconds * 1000:.1f} ms,"
            f" busiest:idlest {ours.busiest_by_idlest:.2f} (floor: longest"
            f" {bare.longest_wait_seconds * 1000:.0f} ms, {bare.busiest_by_idlest:.2f})"
        ),
    )


def add_crowd_coupons(shop: Shop) -> None:
    """Coupons for `contention.claim` and its floors."""
    for code in (*contention.CLAIMED, *contention.CLAIMED_BARE):
        shop.add_coupon(code, percent=10, limit=USER_COUNT)


_UNTRUE_ON_THE_FLOOR = {
    "claims_follow_terms",
    "discounts_are_shared_out",
    "entries_are_as_requested",
    "event_bodies_are_frozen",
    "orders_are_as_requested",
}
"""It knows no fingerprints, shares discounts out in its own way, and has no true bodies."""


def close_the_books(shop: Shop) -> None:
    """Check the books; what the floor does not write truly is not asked."""
    broken = [
        check.name
        for check in shop.verify().checks
        if not check.ok and check.name not in _UNTRUE_ON_THE_FLOOR
    ]
    shop.close()
    if broken:
        message = f"The books do not add up: {broken}"
        raise SystemExit(message)


def _remarked(figure: Figure, remark: str) -> Figure:
    return replace(figure, remark=remark)
