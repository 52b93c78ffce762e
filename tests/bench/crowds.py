"""Crowds: of growing size on one SQLite file, and in a rush for what is not there for all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import contention
from tests.bench.contention import USER_COUNT, Crowd, Load, Work
from tests.bench.hot_rows import hot_rows
from tests.bench.measure import Figure
from tests.bench.orders import add_crowd_coupons, close_the_books
from tests.bench.rush import rush
from tests.bench.server import Server
from tests.bench.shops import stocked

SIZES = (4, 16, 24, 48, 96)
KINDS: dict[str, Work] = {
    "order": contention.order,
    "claim": contention.claim_of_many,
    "charge": contention.charge,
    "charge by `shop run`": contention.line_of_a_script,
}

SECONDS_EACH = 0.125
"""Long enough for each to come so often that their counts can be compared."""

SHARES = {24: 0.6, 96: 0.4}
"""At least so much of the rate of four."""
P99_SECONDS_MAX = {24: 0.5}
LONGEST_SECONDS_MAX = {48: 2.0}
BUSIEST_BY_IDLEST_MAX = 2.0


def crowds(server: Server, *, quick: bool) -> list[Figure]:
    """Crowds on one file, on one row, then the rushes of this shop's peers on both databases."""
    return [
        *_on_one_file(quick=quick),
        *hot_rows(server, quick=quick),
        *rush(server, quick=quick),
    ]


def _on_one_file(*, quick: bool) -> list[Figure]:
    """Processes that order, claim and charge, beside the rate of four; nobody is told `busy`."""
    rounds, at_least_seconds = (1, 3.0) if quick else (3, 5.0)
    loads: dict[tuple[str, int], Load] = {}
    for size in SIZES:
        duration_seconds = max(at_least_seconds, size * SECONDS_EACH)
        with tempfile.TemporaryDirectory() as folder:
            url = str(Path(folder) / "shop.db")
            shop = stocked(url, user_count=USER_COUNT)
            add_crowd_coupons(shop)
            with Crowd(size, url) as crowd:
                for kind, work in KINDS.items():
                    waits = [crowd.run(work, duration_seconds) for _ in range(rounds)]
                    loads[kind, size] = contention.load(waits, duration_seconds)
            close_the_books(shop)
    return [
        _figure(kind, size, loads[kind, size], loads[kind, SIZES[0]])
        for kind in KINDS
        for size in SIZES
    ]


def _figure(kind: str, size: int, load: Load, least: Load) -> Figure:
    share, ratio = SHARES.get(size, 0.0), load.rate / least.rate
    is_good = (
        ratio >= share
        and not load.busy_count
        and load.busiest_by_idlest <= BUSIEST_BY_IDLEST_MAX
        and load.p99_seconds <= P99_SECONDS_MAX.get(size, load.p99_seconds)
        and load.longest_wait_seconds <= LONGEST_SECONDS_MAX.get(size, load.longest_wait_seconds)
    )
    return Figure(
        f"{kind}, SQLite, {size} processes (floor: {SIZES[0]})",
        load.rate,
        least.rate,
        ratio,
        (ratio, ratio),
        f">= {share:g}" if share else "",
        is_good,
        remark=(
            f"p50 {load.p50_seconds * 1000:.1f} ms, p99 {load.p99_seconds * 1000:.0f} ms,"
            f" longest {load.longest_wait_seconds * 1000:.0f} ms,"
            f" busiest:idlest {load.busiest_by_idlest:.2f}, busy {load.busy_count}"
        ),
    )
