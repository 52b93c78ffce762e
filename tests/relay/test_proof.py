"""Thousands of events through relays that are killed all the time, to a platform at its worst."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.moments import system_clock
from tests import factories
from tests.relay.hostile import (
    OK,
    HostilePlatform,
    Script,
    answering,
    body,
    dripping,
    hanging_up,
    status,
)

ORDER_COUNT = 1_000
SECONDS_MAX = 300
KILL_SECONDS = 1.0
LONG_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 100_000

RELAY = """
import signal, sys, threading
from shopcli import Relay, Shop
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.relay.daemon import RelayDaemon

policy = Policy(
    delays_seconds=(0.2, 0.3) + (0.5,) * 100, pauses_seconds=(0.05, 0.1), attempt_seconds=0.5,
    lease_seconds=3.0, retry_after_seconds_max=0.5,
)
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
with Shop.open(sys.argv[1]) as shop:
    environment = {"SHOP_PLATFORM_URL": sys.argv[2]}
    relay = Relay(shop, environment=environment, policy=policy, batch=40)
    RelayDaemon(relay, stop, report=lambda sentence: None).run()
"""


def _accept_then_answer_late(connection: socket.socket) -> None:
    # Later than the relay waits: the behaviour under test.
    time.sleep(0.7)
    connection.sendall(OK)


BEHAVIOURS: list[tuple[str, int, Script]] = [
    ("accepted", 300, answering(OK)),
    ("500", 6, answering(status(500))),
    ("503", 3, answering(status(503, "Retry-After: 1"))),
    ("429", 3, answering(status(429, "Retry-After: soon"))),
    ("404", 3, answering(status(404))),
    ("422", 6, answering(status(422))),
    ("redirect", 3, answering(status(307, "Location: http://127.0.0.1:1/"))),
    ("accepted, then dropped", 6, hanging_up()),
    ("reset", 3, hanging_up(with_reset=True)),
    ("garbage", 3, hanging_up(b"\x00\xff\x1b[2J")),
    ("half a status line", 3, hanging_up(b"HTTP/1.1 2")),
    ("half a body", 6, hanging_up(LONG_BODY)),
    ("dripping", 1, dripping(b"HTTP/1.1 5" * 9, 0.05)),
    ("late", 2, _accept_then_answer_late),
    ("early hints", 6, answering(b"HTTP/1.1 103 Early\r\n\r\n" + OK)),
]


class _Worst:
    """Chooses a behaviour for each request, by one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 (chance, not a secret)
        self._lock = threading.Lock()
        self.shown: Counter[str] = Counter()

    def __call__(self, connection: socket.socket) -> None:
        with self._lock:
            weights = [weight for _, weight, _ in BEHAVIOURS]
            name, _, script = self._random.choices(BEHAVIOURS, weights)[0]
            self.shown[name] += 1
        script(connection)


def _start(shop_url: str, platform_url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", RELAY, shop_url, platform_url]
    return subprocess.Popen(command, cwd=Path(__file__).resolve().parents[2])


@pytest.mark.proof
@pytest.mark.timeout(SECONDS_MAX + 60)
def test_everything_arrives_complete_and_in_order(
    shop_url: str, dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With relays killed each second nothing is lost, order is kept, duplicates are explained."""
    relay_count = 4 if dialect == "postgres" else 2
    seed = random.SystemRandom().randrange(2**32)
    chooser = random.Random(seed)  # noqa: S311 (chance, not a secret)
    worst, started, kills = _Worst(seed), time.monotonic(), 0
    with (
        Shop.open(shop_url, clock=system_clock) as shop,
        HostilePlatform(worst) as platform,
    ):
        factories.stocked(shop, balance=100_000_000)
        shop.restock("LATTE", ORDER_COUNT)
        relays = [_start(shop_url, platform.url) for _ in range(relay_count)]
        try:
            for number in range(ORDER_COUNT):
                order = shop.order("kim", {"LATTE": 1}, key=f"proof-{number}")
                shop.cancel(order.order or "")
            while shop.outbox.status().delivered < 2 * ORDER_COUNT:
                assert time.monotonic() - started < SECONDS_MAX, (seed, shop.outbox.status())
                victim = chooser.randrange(relay_count)
                relays[victim].kill()
                relays[victim].wait()
                kills += 1
                relays[victim] = _start(shop_url, platform.url)
                threading.Event().wait(KILL_SECONDS)
        finally:
            for relay in relays:
                relay.terminate()
        assert [relay.wait(30) for relay in relays] == [0] * relay_count
        seconds = time.monotonic() - started
        received = [json.loads(body(request)) for request in platform.requests]
        count = Counter(event["id"] for event in received)
        first_seen: dict[str, list[int]] = {}
        for event in received:
            seen = first_seen.setdefault(event["subject"], [])
            if int(event["sequence"]) not in seen:
                seen.append(int(event["sequence"]))
        events = shop.outbox.list()
        attempts = {event.id: shop.outbox.show(event.id).attempts for event in events}
        assert set(count) == set(attempts), seed
        assert all(seen == [1, 2] for seen in first_seen.values()), seed
        assert all(count[one] <= len(attempts[one]) for one in attempts), seed
        assert {event.state for event in events} == {"delivered"}, seed
        assert shop.outbox.status().delivered == len(events)
        assert shop.verify().ok, seed
    lost = sum(one.outcome == "lost" for each in attempts.values() for one in each)
    with capsys.disabled():
        print(  # noqa: T201 (the figures are what it is for)
            f"\n{dialect}: seed {seed}, {len(events)} events in {seconds:.0f} s, {kills} kills, "
            f"{len(received)} requests, {lost} attempts lost, {dict(worst.shown)}"
        )
