"""Deliveries: events a second beside bare HTTP, and from commit to arrival."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from shopcli import Relay, Shop
from tests.bench import events
from tests.bench.measure import Figure, seconds
from tests.bench.server import Server

SINGLE_PER_SECOND = 3_000
BATCHED_PER_SECOND = 50_000
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Sizes:
    """Orders to wait for, events to deliver one by one and in batches, and bare posts."""

    orders: int
    single: int
    batched: int
    posts: int


FULL = Sizes(200, 10_000, 50_000, 5_000)
QUICK = Sizes(40, 2_000, 10_000, 2_500)


def delivery(server: Server, *, quick: bool) -> list[Figure]:
    """Both databases."""
    sizes = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as folder, server.database() as url:
        return [
            *_on(str(Path(folder) / "shop.db"), "SQLite", sizes),
            *_on(url, "Postgres", sizes),
        ]


def _on(url: str, name: str, sizes: Sizes) -> list[Figure]:
    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        events.seed(shop)
        figures = [*_latency(shop, url, name, sizes.orders)]
        with events.receiver() as (_, port):
            figures.append(_rate(shop, name, port, 1, sizes.single, sizes.posts))
            figures.append(_rate(shop, name, port, 100, sizes.batched, sizes.posts))
        return figures


def _rate(
    shop: Shop, name: str, port: int, per_request: int, count: int, post_count: int
) -> Figure:
    environment = {"SHOP_PLATFORM_URL": f"http://127.0.0.1:{port}/"}
    shop.set_setting("platform.batch_size", str(per_request))
    body = shop.outbox.show(shop.outbox.list(limit=1)[0].id).body.encode()
    pairs = []
    for turn in range(ROUNDS + 1):
        events.add_waiting(shop, count, f"{per_request % 10}{turn}")
        bare = events.bare_posts(port, body, post_count)
        relay = Relay(shop, environment=environment)
        pairs.append((count / seconds(relay.flush), bare))
        assert shop.outbox.status().pending == 0
    # The first round is for warming up.
    target = SINGLE_PER_SECOND if per_request == 1 else BATCHED_PER_SECOND
    return events.per_second(
        f"{name}: events delivered, {per_request} a request", pairs[1:], target
    )


def _latency(shop: Shop, url: str, name: str, count: int) -> list[Figure]:
    """From the commit of an order to its arrival, with a relay running."""
    arrived: dict[str, float] = {}
    with events.receiver("--report") as (process, port):
        reader = threading.Thread(target=_note_arrivals, args=(process, arrived), daemon=True)
        reader.start()
        relay = events.start_relay(url, port)
        try:
            waits = [_one_latency(shop, arrived) for _ in range(count)][count // 10 :]
        finally:
            relay.terminate()
            relay.wait()
            process.kill()
        reader.join()
    waits.sort()
    middle, late = statistics.median(waits) * 1000, waits[int(len(waits) * 0.99)] * 1000
    return [
        events.at_most(f"{name}: commit to arrival, median", middle, 20, " ms"),
        events.at_most(f"{name}: commit to arrival, 99 %", late, 100, " ms"),
    ]


def _note_arrivals(process: subprocess.Popen[str], arrived: dict[str, float]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        order, moment = line.split()
        arrived[order] = float(moment)


def _one_latency(shop: Shop, arrived: dict[str, float]) -> float:
    order = shop.order("kim", {"LATTE": 1}).order or ""
    committed = time.monotonic()
    shop.outbox.deliveries.wake()
    while order not in arrived:
        time.sleep(0.002)
    time.sleep(0.02)
    return max(arrived[order] - committed, 0.0)
