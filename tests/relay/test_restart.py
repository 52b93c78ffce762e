"""A Postgres server that stops at once and starts again, under a relay and under orders."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, OutcomeUnknown
from shopcli.domain.moments import system_clock
from tests import factories, postgres_server, warm_processes
from tests.relay.hostile import OK, HostilePlatform, answering, body

ROOT = Path(__file__).resolve().parents[2]
RESTART_COUNT = 3
ARRIVALS_BETWEEN = 20

pytestmark = pytest.mark.postgres


@pytest.fixture
def own_server(database_server: object) -> Iterator[tuple[Path, str]]:
    """A server of this test alone, which may be stopped, and a shop's address on it."""
    del database_server  # only so that machines without a server say so in one way
    folder = postgres_server.make_folder()
    try:
        url = postgres_server.start(folder)
        Shop.create(url, currency="KRW", timezone="Asia/Seoul").close()
        yield folder, url
    finally:
        postgres_server.stop(folder)


def _ordered(shop: Shop, key: str) -> bool:
    """Order or cancel by a key, again and again if need be; whether it is known to be done."""
    try:
        order = shop.order("kim", {"LATTE": 1}, key=key)
        shop.cancel(factories.id_of(order), key=f"cancel-{key}")
    except (DatabaseUnreachable, OutcomeUnknown, Busy):
        return False
    return True


class _Till:
    """Orders and cancels without a pause, each by its key until it knows."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._trade, daemon=True)
        self.count = 0
        self._thread.start()

    def _trade(self) -> None:
        with Shop.open(self._url, clock=system_clock) as shop:
            while not self._stop.is_set():
                while not _ordered(shop, f"order-{self.count}"):
                    self._stop.wait(0.05)
                self.count += 1
                self._stop.wait(0.005)

    def end(self) -> None:
        """Finish the order in hand."""
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def _until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.02)


def test_a_restarted_database_is_taken_up_again(own_server: tuple[Path, str]) -> None:
    """Relay and tills go on by themselves; nothing is lost, doubled without a trace, or reordered.

    The relay is one process throughout, and never told that anything happened.
    """
    folder, url = own_server
    with Shop.open(url, clock=system_clock) as shop:
        factories.stocked(shop, balance=10_000_000)
        shop.restock("LATTE", 1_000)
    with HostilePlatform(answering(OK)) as platform:
        relay = warm_processes.Popen(
            [sys.executable, "-m", "shopcli", "outbox", "relay", "--db", url],
            env=os.environ | {"SHOP_PLATFORM_URL": platform.url, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        till = _Till(url)
        try:
            for _ in range(RESTART_COUNT):
                wanted = len(platform.requests) + ARRIVALS_BETWEEN
                _until(lambda wanted=wanted: len(platform.requests) >= wanted)  # type: ignore[misc]  # bound now
                postgres_server.stop_at_once(folder)
                postgres_server.start(folder)
            till.end()
            assert relay.poll() is None
            with Shop.open(url, clock=system_clock) as shop:
                _until(lambda: shop.outbox.status().delivered == 2 * till.count)
                _check_books(shop, platform)
            relay.send_signal(signal.SIGTERM)
            assert relay.wait(20) == 0
        finally:
            relay.kill()
            relay.wait()


def _check_books(shop: Shop, platform: HostilePlatform) -> None:
    received = [json.loads(body(request)) for request in platform.requests]
    count = Counter(event["id"] for event in received)
    events = shop.outbox.list()
    assert set(count) == {event.id for event in events}
    for event in events:
        outcomes = [one.outcome for one in shop.outbox.show(event.id).attempts]
        assert outcomes[-1] == "delivered"
        assert count[event.id] <= len(outcomes), outcomes
    first_seen: dict[str, list[str]] = {}
    for event in received:
        seen = first_seen.setdefault(event["subject"], [])
        if event["sequence"] not in seen:
            seen.append(event["sequence"])
    assert set(map(tuple, first_seen.values())) == {("1", "2")}
    assert shop.verify().ok
