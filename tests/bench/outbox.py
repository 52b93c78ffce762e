"""The outbox of years: what a look costs beside millions of deliveries, and a backlog as large.

`python -m tests.bench.outbox` measures beside ten million deliveries and with a backlog of a
million: five minutes, ten gigabytes of disk.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from shopcli import Shop
from tests.bench import events
from tests.bench.measure import Figure, repeated, table
from tests.bench.server import Server

LOOKS = 20
LEASED = 200
BACKLOGS = (10_000, 100_000, 1_000_000)
BATCHED_PER_SECOND = 50_000
WORTH_A_RATE = 100_000
"""Of fewer events only the start of the process would be measured."""
POST_COUNT = 5_000


def outbox(server: Server, *, quick: bool) -> list[Figure]:
    """A tenth of the size, or a two-hundredth."""
    return of(server, 200 if quick else 10)


def of(server: Server, part: int) -> list[Figure]:
    """Both databases, at such a part of the size."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        figures += _on(str(Path(folder) / "shop.db"), "SQLite", part)
    with server.database() as url:
        figures += _on(url, "Postgres", part)
    return figures


def _on(url: str, name: str, part: int) -> list[Figure]:
    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        events.seed(shop)
        events.add_delivered(shop, 10_000_000 // part)
        return [
            *_looks(shop, name),
            *_backlogs(shop, url, name, [count // part for count in BACKLOGS]),
        ]


def _looks(shop: Shop, name: str) -> list[Figure]:
    deliveries = shop.outbox.deliveries
    events.add_waiting(shop, LEASED, "l")

    def lease() -> None:
        deliveries.release("bench", deliveries.lease("bench", LEASED))

    looks: dict[str, Callable[[], object]] = {
        "status": shop.outbox.status,
        "list of the newest 20": lambda: shop.outbox.list(limit=20),
        "list of 20 pending": lambda: shop.outbox.list(state="pending", limit=20),
        "list of 20 dead": lambda: shop.outbox.list(state="dead", limit=20),
        "is anything due": lambda: deliveries.has_due(deliveries.now()),
        f"{LEASED} leased and given back": lease,
    }
    count = shop.outbox.status().delivered
    return [
        events.at_most(f"{name}: {what}, {count:,} delivered", _milliseconds(look), 50, " ms")
        for what, look in looks.items()
    ]


def _milliseconds(look: Callable[[], object]) -> float:
    return statistics.median(repeated(look, LOOKS)) * 1000


def _backlogs(shop: Shop, url: str, name: str, counts: list[int]) -> list[Figure]:
    """Let one relay process after the other empty a larger outbox."""
    shop.set_setting("platform.batch_size", "100")
    peaks, pairs, status = [], [], 0.0
    with events.receiver() as (_, port):
        for count, lot in zip(counts, "abc", strict=True):
            events.add_waiting(shop, count, lot)
            status = _milliseconds(shop.outbox.status)
            bare = events.bare_posts(port, b"x" * 600, POST_COUNT) if count >= WORTH_A_RATE else 0
            spent, peak = events.empty(url, port)
            if bare:
                pairs.append((count / spent, bare))
            assert shop.outbox.status().pending == 0
            peaks.append(peak)
    least, most = peaks[0], peaks[-1]
    figures = [
        Figure(f"{name}: status, {counts[-1]:,} pending", status, 0, 0, (0, 0), "", None, " ms"),
        events.at_most(
            f"{name}: memory of a relay at its peak, {counts[0]:,} / {counts[1]:,} /"
            f" {counts[2]:,} pending: {least:.0f} / {peaks[1]:.0f} / {most:.0f} MB",
            most,
            round(least * 1.3),
            " MB",
        ),
    ]
    if pairs:
        figures.append(
            events.per_second(
                f"{name}: {counts[-1]:,} delivered by a relay process, 100 a request",
                pairs[-1:],
                BATCHED_PER_SECOND,
            )
        )
    return figures


if __name__ == "__main__":
    with Server() as alone:
        sys.stdout.write(table(of(alone, 1)) + "\n")
