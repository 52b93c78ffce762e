"""The relay that stays: prompt, alone on a file, shared on Postgres, unharmed by kill -9."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from shopcli import Shop, ShopError
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.moments import system_clock
from shopcli.relay.daemon import RelayDaemon
from tests import factories, warm_processes
from tests.relay.conftest import to
from tests.relay.hostile import OK, SILENCE, HostilePlatform, answering, body, status

SHORT = Policy(delays_seconds=(1, 1, 1), pauses_seconds=(1,), attempt_seconds=1.0)


@pytest.fixture
def open_shop(shop_url: str) -> Iterator[Shop]:
    """A stocked shop by the system's clock, as relays of other processes see it."""
    with Shop.open(shop_url, clock=system_clock) as shop:
        factories.stocked(shop, balance=10_000_000)
        shop.restock("LATTE", 10_000)
        yield shop


@contextmanager
def _watching(shop: Shop, url: str, policy: Policy = SHORT) -> Iterator[list[str]]:
    stop, said = threading.Event(), list[str]()
    watch = RelayDaemon(to(url, shop, policy=policy, concurrency=2), stop, report=said.append)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        _until(lambda: any("sending" in sentence for sentence in said))
        yield said
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


class RelayProcess:
    """`shop outbox relay` as a process of its own."""

    def __init__(self, shop_url: str, platform_url: str) -> None:
        environment = os.environ | {
            "SHOP_PLATFORM_URL": platform_url,
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }
        command = [sys.executable, "-m", "shopcli", "outbox", "relay", "--db", shop_url]
        self.process = warm_processes.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.strip())

    def wait_for(self, word: str) -> None:
        """Wait until it has said that."""
        _until(lambda: any(word in line for line in self.said), 20)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        self._reader.join(5)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


def _until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.005)


def _check_books(shop: Shop, platform: HostilePlatform) -> None:
    """Nothing lost, order kept, every duplicate explained by an attempt row."""
    first_seen: dict[str, list[int]] = {}
    count: dict[str, int] = {}
    for request in platform.requests:
        event = json.loads(body(request))
        if event["id"] not in count:
            first_seen.setdefault(event["subject"], []).append(int(event["sequence"]))
        count[event["id"]] = count.get(event["id"], 0) + 1
    events = shop.outbox.list()
    assert set(count) == {event.id for event in events}
    assert all(seen == sorted(seen) for seen in first_seen.values())
    for event in events:
        assert event.state == "delivered"
        assert count[event.id] <= len(shop.outbox.show(event.id).attempts)


def test_events_arrive_as_they_come(open_shop: Shop) -> None:
    """With a relay running an order's event arrives without anybody asking."""
    with HostilePlatform(answering(OK)) as platform, _watching(open_shop, platform.url):
        for number in range(1, 6):
            open_shop.order("kim", {"LATTE": 1})
            open_shop.outbox.deliveries.wake()
            _until(partial(_has_received, platform, number))
        _until(lambda: open_shop.outbox.status().delivered == 5)
        assert open_shop.outbox.status().relay is not None
    assert open_shop.outbox.status().relay is None


def test_it_recovers_when_the_platform_does(open_shop: Shop) -> None:
    """After failures that opened the breaker everything is delivered, each order in order."""
    trouble = [status(503)] * 8
    with HostilePlatform(answering(*trouble, OK)) as platform:
        for _ in range(10):
            order = open_shop.order("kim", {"LATTE": 1})
            open_shop.cancel(order.order or "")
        with _watching(open_shop, platform.url) as said:
            _until(lambda: open_shop.outbox.status().delivered == 20, 30)
        assert any("trouble" in sentence for sentence in said)
        assert any("again" in sentence for sentence in said)
        _check_books(open_shop, platform)


def test_a_silent_platform_gets_one_probe_at_a_time(open_shop: Shop) -> None:
    """While nothing answers there is a probe now and then, not a storm."""
    for _ in range(50):
        open_shop.order("kim", {"LATTE": 1})
    with HostilePlatform(SILENCE) as platform:
        with _watching(open_shop, platform.url):
            _until(lambda: open_shop.outbox.deliveries.endpoint(platform.url).breaker == "open")
            before = len(platform.requests)
            threading.Event().wait(2.0)
            assert len(platform.requests) - before <= 2
        assert open_shop.outbox.status().leased == 0


def test_it_finishes_what_is_in_hand(open_shop: Shop, shop_url: str) -> None:
    """SIGTERM lets the request in hand end, gives the rest back, and the exit code is 0."""
    answer = threading.Event()

    def slowly(connection: object) -> None:
        answer.wait(60)
        connection.sendall(OK)  # type: ignore[attr-defined]  # a socket

    for _ in range(20):
        open_shop.order("kim", {"LATTE": 1})
    with HostilePlatform(slowly) as platform:
        relay = RelayProcess(shop_url, platform.url)
        _until(lambda: len(platform.requests) == 4)
        relay.process.send_signal(signal.SIGTERM)
        threading.Timer(0.3, answer.set).start()
        assert relay.process.wait(20) == 0
        found = open_shop.outbox.status()
        assert (found.delivered, found.leased) == (len(platform.requests), 0)
        _release(relay)


def _release(relay: RelayProcess) -> None:
    if relay.process.poll() is None:
        relay.end(signal.SIGKILL)
    elif relay.process.stderr is not None:
        relay._reader.join(5)  # noqa: SLF001 (of this file)
        relay.process.stderr.close()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_stand_by_takes_over_within_a_second(open_shop: Shop, shop_url: str) -> None:
    """After kill -9 of the leader the stand-by frees its leases and goes on at once."""
    with HostilePlatform(answering(OK)) as platform:
        leader = RelayProcess(shop_url, platform.url)
        leader.wait_for("sending")
        stand_by = RelayProcess(shop_url, platform.url)
        stand_by.wait_for("standing by")
        leader.process.send_signal(signal.SIGSTOP)
        for _ in range(5):
            open_shop.order("kim", {"LATTE": 1})
        leader.process.send_signal(signal.SIGCONT)
        leader.end(signal.SIGKILL)
        started = time.monotonic()
        stand_by.wait_for("leading")
        assert time.monotonic() - started < 1.0
        _until(lambda: open_shop.outbox.status().delivered == 5)
        assert stand_by.end() == 0
        _check_books(open_shop, platform)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("open_shop")
def test_a_stand_by_ends_when_told(shop_url: str) -> None:
    """A stand-by that never led also ends with 0."""
    with HostilePlatform(answering(OK)) as platform:
        leader = RelayProcess(shop_url, platform.url)
        leader.wait_for("leading")
        stand_by = RelayProcess(shop_url, platform.url)
        stand_by.wait_for("standing by")
        assert stand_by.end(signal.SIGHUP) == 0
        assert leader.end(signal.SIGINT) == 0


def test_kill_9_between_sending_and_settling_loses_nothing(open_shop: Shop, shop_url: str) -> None:
    """A relay killed once its platform has the events sends them again, the loss on record."""
    killed: list[RelayProcess] = []

    def kill_then_answer(connection: object) -> None:
        if len(killed) < 1 and len(platform.requests) >= 3:
            killed.append(relays[0])
            relays[0].process.kill()
        connection.sendall(OK)  # type: ignore[attr-defined]  # a socket

    for _ in range(12):
        open_shop.order("kim", {"LATTE": 1})
    with HostilePlatform(kill_then_answer) as platform:
        relays = [RelayProcess(shop_url, platform.url)]
        assert relays[0].process.wait(20) == -signal.SIGKILL
        _release(relays[0])
        # On Postgres the dead relay's leases run out; nobody has to wait that long for the test.
        _end_leases(open_shop)
        open_shop.outbox.deliveries.free_expired()
        relays.append(RelayProcess(shop_url, platform.url))
        _until(lambda: open_shop.outbox.status().delivered == 12, 20)
        assert relays[1].end() == 0
        _check_books(open_shop, platform)
    outcomes = [
        a.outcome for e in open_shop.outbox.list() for a in open_shop.outbox.show(e.id).attempts
    ]
    assert "lost" in outcomes
    assert open_shop.verify().ok


def test_an_ordering_process_killed_while_sending_loses_nothing(
    open_shop: Shop, shop_url: str
) -> None:
    """A command killed between its commit and the platform's answer leaves the event to others."""
    with HostilePlatform(SILENCE) as silent:
        environment = os.environ | {
            "SHOP_PLATFORM_URL": silent.url,
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }
        command = [sys.executable, "-m", "shopcli", "order", "LATTE", "-u", "kim"]
        with warm_processes.Popen(
            [*command, "--db", shop_url], env=environment, stdout=subprocess.PIPE
        ) as ordering:
            _until(lambda: len(silent.requests) == 1)
            ordering.kill()
    event = open_shop.outbox.list()[0]
    assert (event.state, event.attempts) == ("leased", 1)
    _end_leases(open_shop)
    with HostilePlatform(answering(OK)) as platform, _watching(open_shop, platform.url):
        _until(lambda: open_shop.outbox.status().delivered == 1)
        assert platform.ids == silent.ids
    outcomes = [one.outcome for one in open_shop.outbox.show(event.id).attempts]
    assert outcomes == ["lost", "delivered"]
    assert open_shop.verify().ok


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
def test_lost_connections_are_survived(open_shop: Shop, shop_url: str) -> None:
    """A server that ends every connection again and again delays deliveries and loses none."""
    with HostilePlatform(answering(OK)) as platform, _watching(open_shop, platform.url):
        with psycopg.connect(shop_url, autocommit=True) as connection:
            for number in range(30):
                _has_ordered(open_shop, f"order-{number}")
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        for number in range(30):
            _until(partial(_has_ordered, open_shop, f"order-{number}"))
        _end_leases(open_shop)
        _until(lambda: open_shop.outbox.status().delivered == 30, 30)
        _check_books(open_shop, platform)
    assert open_shop.verify().ok


def _has_received(platform: HostilePlatform, count: int) -> bool:
    return len(platform.requests) == count


def _has_ordered(shop: Shop, key: str) -> bool:
    """Repeat an order by its key; False if the connection had just been ended."""
    try:
        shop.order("kim", {"LATTE": 1}, key=key)
    except ShopError:
        return False
    return True


def _end_leases(shop: Shop) -> None:
    with shop.runtime.writing() as session:
        session.change("UPDATE outbox SET leased_until_at = leased_at - 1 WHERE state = 'leased'")


@pytest.mark.usefixtures("open_shop")
def test_its_words_hold_no_secret(shop_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a relay says names the platform without its query and never a secret."""
    monkeypatch.setenv("SHOP_PLATFORM_SECRET", "whsec_" + "QUFB" * 8)
    with HostilePlatform(answering(OK)) as platform:
        relay = RelayProcess(shop_url, platform.url + "?token=hush")
        relay.wait_for("sending")
        assert relay.end() == 0
    assert not re.search("hush|QUFB", "\n".join(relay.said))
