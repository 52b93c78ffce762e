"""Fills a shop's outbox by the set, and runs platforms and relays to empty it."""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from shopcli import Shop
from shopcli.storage.outbox import events as outbox
from tests.bench.measure import Figure, seconds

ROOT = Path(__file__).parents[2]

FLOOR_PER_SECOND = 14_900
"""What a bare loop of `http.client` posts where the targets were set."""

_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series"
    " WHERE n < :last) SELECT n FROM series",
    "postgres": "SELECT n FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n",
}
_NUMBER = {"sqlite": "printf('%015d', n)", "postgres": "lpad(CAST(n AS text), 15, '0')"}
_BODY = {"sqlite": "x'7b7d'", "postgres": "CAST('{}' AS bytea)"}
_PIECE = 1_000_000


def seed(shop: Shop) -> None:
    """A user, a product and one order with its event, the model of all others."""
    shop.add_user("kim")
    shop.charge("kim", 10**12)
    shop.add_product("LATTE", name="Latte", price=4500, stock=10**9)
    shop.order("kim", {"LATTE": 1}, key="model")


def add_waiting(shop: Shop, count: int, lot: str) -> None:
    """Add orders like the model, each with an event that is due; `lot` is one letter."""
    dialect = shop.runtime.database.dialect
    series, number = f"({_SERIES[dialect]}) AS series", _NUMBER[dialect]
    parameters = {"first": 1, "last": count}
    with shop.runtime.database.write() as session:
        session.change(
            f"INSERT INTO orders SELECT '01orders{lot}xx' || {number}, username, subtotal_minor,"  # noqa: S608 - the fragments above
            " discount_minor, total_minor, coupon_code, balance_after_minor, placed_at,"
            f" '{lot}' || {number}, fingerprint, historical, recorded_at, actor, host, channel,"
            f" reason FROM orders, {series} WHERE key = 'model'",
            parameters,
        )
        session.change(
            "INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256,"  # noqa: S608 - the fragments above
            f" created_at, state, attempt_count, next_attempt_at) SELECT '01events{lot}xx' ||"
            f" {number}, '01orders{lot}xx' || {number}, 1, type, body, body_sha256, created_at,"
            f" 'pending', 0, 0 FROM outbox, {series}"
            " WHERE order_id = (SELECT order_id FROM orders WHERE key = 'model') AND sequence = 1",
            parameters,
        )


def add_delivered(shop: Shop, count: int) -> None:
    """Add delivered events with bodies as small as can be, all of the model's order."""
    dialect = shop.runtime.database.dialect
    for first in range(2, count + 2, _PIECE):
        parameters = {"first": first, "last": min(first + _PIECE, count + 2) - 1}
        with shop.runtime.database.write() as session:
            session.change(
                "INSERT INTO outbox (event_id, order_id, sequence, type, body, body_sha256,"  # noqa: S608 - the fragments above
                " created_at, state, attempt_count, next_attempt_at, settled_at)"
                f" SELECT '00delivered' || {_NUMBER[dialect]}, order_id, n, 'shop.order.paid',"
                f" {_BODY[dialect]}, '', n, 'delivered', 1, 0, n"
                f" FROM orders, ({_SERIES[dialect]}) AS series WHERE key = 'model'",
                parameters,
            )
    with shop.runtime.database.write() as session:
        outbox.add_delivered(session, 0, count)
    if dialect == "postgres":
        # What was delivered over years is long tidied up and written out.
        with psycopg.connect(shop.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE outbox")
            connection.execute("CHECKPOINT")


@contextmanager
def receiver(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a platform that costs next to nothing; lends its process and port."""
    command = [sys.executable, "-m", "tests.bench.receiver", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def start_relay(url: str, port: int) -> subprocess.Popen[bytes]:
    """Run `shop outbox relay`."""
    return subprocess.Popen(
        _relay_command(url), cwd=ROOT, env=_environment(port), stderr=subprocess.DEVNULL
    )


def empty(url: str, port: int) -> tuple[float, float]:
    """Let a relay process send all that is due; its seconds, and its memory at the peak in MB."""
    # A process's peak counts what its parent had when it was forked; this parent is small.
    command = [sys.executable, "-c", _RUN_MEASURED, *_relay_command(url), "--once"]
    answer = subprocess.run(
        command, cwd=ROOT, env=_environment(port), capture_output=True, text=True, check=True
    )
    spent, peak_kilobytes = answer.stdout.split()
    return float(spent), int(peak_kilobytes) / 1024


_RUN_MEASURED = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(time.perf_counter() - started, peak)
"""


def _relay_command(url: str) -> list[str]:
    return [sys.executable, "-m", "shopcli", "outbox", "relay", "--db", url]


def _environment(port: int) -> dict[str, str]:
    return {**os.environ, "SHOP_PLATFORM_URL": f"http://127.0.0.1:{port}/"}


def bare_posts(port: int, body: bytes, count: int) -> float:
    """How many events a second `http.client` posts, one by one, and nothing else."""

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(count):
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            connection.getresponse().read()
        connection.close()

    return count / seconds(work)


def per_second(name: str, pairs: list[tuple[float, float]], target: int) -> Figure:
    """Rates beside those of bare posts, held against a target of the machine that posts 14,900."""
    scale = target / FLOOR_PER_SECOND
    ratios = [ours / (bare * scale) for ours, bare in pairs]
    ratio = statistics.median(ratios)
    return Figure(
        name,
        statistics.median(ours for ours, _ in pairs),
        statistics.median(bare for _, bare in pairs) * scale,
        ratio,
        (min(ratios), max(ratios)),
        ">= 1",
        ratio >= 1,
        remark=f"floor: what http.client posts one by one, times {scale:.2f}",
    )


def at_most(name: str, value: float, most: float, unit: str) -> Figure:
    """A value with a bound."""
    ratio, met = value / most, value <= most
    return Figure(name, value, most, ratio, (ratio, ratio), f"<= {most:g}{unit}", met, unit=unit)
