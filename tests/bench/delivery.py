"""Deliveries: events a second beside bare HTTP, commit to arrival, and the cost of a status."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shopcli import Relay, Shop
from tests.bench.measure import Figure, paired, seconds
from tests.bench.server import postgres

ROOT = Path(__file__).parents[2]


def delivery(*, quick: bool) -> list[Figure]:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        return [
            *_on(str(Path(folder) / "shop.db"), "SQLite", quick=quick),
            *_on(url, "Postgres", quick=quick),
        ]


def _on(url: str, name: str, *, quick: bool) -> list[Figure]:
    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        shop.add_user("kim")
        shop.charge("kim", 10**12)
        shop.add_product("LATTE", name="Latte", price=4500, stock=10**9)
        figures = [*_latency(shop, url, name, count=40 if quick else 400)]
        count = _fill(shop, 5_000 if quick else 40_000)
        with _receiver() as (_, port):
            figures += _rates(shop, name, port, count)
        figures.append(_status(shop, name))
        return figures


@contextmanager
def _receiver(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "tests.bench.receiver", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def _fill(shop: Shop, count: int) -> int:
    """Copy the events there are until there are about that many; how many there are then."""
    while (there := len(shop.outbox.list())) < count:
        generation = there
        with shop.runtime.database.write() as session:
            session.change(
                "INSERT INTO orders SELECT order_id || 'x' || CAST(:g AS TEXT), username,"
                " subtotal_minor, discount_minor, total_minor, coupon_code, balance_after_minor,"
                " placed_at, key || 'x' || CAST(:g AS TEXT), fingerprint, historical, recorded_at,"
                " actor, host, channel, reason FROM orders",
                {"g": generation},
            )
            session.change(
                "INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256,"
                " created_at, state, attempt_count, next_attempt_at)"
                " SELECT event_id || 'x' || CAST(:g AS TEXT),"
                " order_id || 'x' || CAST(:g AS TEXT), sequence, type, body, body_sha256,"
                " created_at, 'pending', 0, 0 FROM outbox",
                {"g": generation},
            )
    return there


def _rates(shop: Shop, name: str, port: int, count: int) -> list[Figure]:
    body = shop.outbox.show(shop.outbox.list(limit=1)[0].id).body.encode()
    environment = {"SHOP_PLATFORM_URL": f"http://127.0.0.1:{port}/"}

    def flush(batch: int) -> Callable[[], int]:
        def work() -> int:
            sent = Relay(shop, environment=environment, batch=batch).flush().sent
            assert sent == count
            return sent

        return work

    def bare(per_request: int) -> Callable[[], int]:
        whole = body if per_request == 1 else b"[" + b",".join([body] * per_request) + b"]"

        def work() -> int:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for _ in range(count // per_request):
                connection.request("POST", "/", whole, {"Content-Type": "application/json"})
                connection.getresponse().read()
            connection.close()
            return count

        return work

    figures = []
    for per_request, batch, at_least in ((1, 200, 3_000 / 14_900), (100, 2_000, 50_000 / 378_000)):
        shop.set_setting("platform.batch_size", str(per_request))
        figures.append(
            paired(
                f"{name}: events delivered, {per_request} a request",
                candidate=_after(shop, flush(batch)),
                floor=bare(per_request),
                rounds=3,
                at_least=round(at_least, 2),
                remark="floor: http.client alone",
            )
        )
    return figures


def _after(shop: Shop, work: Callable[[], int]) -> Callable[[], int]:
    """Make everything due again before the work, which the first time it is anyway."""

    def prepared() -> int:
        shop.outbox.replay(None)
        return work()

    return prepared


def _latency(shop: Shop, url: str, name: str, count: int) -> list[Figure]:
    """From the commit of an order to its arrival, with a relay running."""
    arrived: dict[str, float] = {}
    with _receiver("--report") as (process, port):
        reader = threading.Thread(target=_note_arrivals, args=(process, arrived), daemon=True)
        reader.start()
        environment = os.environ | {"SHOP_PLATFORM_URL": f"http://127.0.0.1:{port}/"}
        relay = subprocess.Popen(
            [sys.executable, "-m", "shopcli", "outbox", "relay", "--db", url],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            waits = [_one_latency(shop, arrived) for _ in range(count)][count // 10 :]
        finally:
            relay.terminate()
            relay.wait()
            process.kill()
        reader.join()
    waits.sort()
    middle, late = statistics.median(waits), waits[int(len(waits) * 0.99)]
    return [
        _milliseconds(f"{name}: commit to arrival, median", middle, 20),
        _milliseconds(f"{name}: commit to arrival, 99 %", late, 100),
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


def _status(shop: Shop, name: str) -> Figure:
    spent = statistics.median(seconds(shop.outbox.status) for _ in range(20))
    return _milliseconds(
        f"{name}: outbox status, {shop.outbox.status().delivered:,} rows", spent, 50
    )


def _milliseconds(name: str, spent: float, most: float) -> Figure:
    candidate = spent * 1000
    ratio = candidate / most
    met = candidate <= most
    return Figure(name, candidate, most, ratio, (ratio, ratio), f"<= {most} ms", met, unit=" ms")
