"""A program that embeds the shop: its orders arrive at once while a relay runs, and never wait."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.moments import system_clock
from shopcli.engine import relay_notices
from shopcli.engine.use_cases.deliveries import Deliveries
from shopcli.relay.daemon import RelayDaemon
from tests import factories
from tests.relay.conftest import to
from tests.relay.hostile import OK, HostilePlatform, answering

MEDIAN_SECONDS_MAX = 0.06
"""Three times what is asked of an idle machine, and half of what looking alone would take."""


@pytest.fixture
def embedded(shop_url: str) -> Iterator[Shop]:
    """A stocked shop opened by a program."""
    with Shop.open(shop_url, clock=system_clock) as shop:
        factories.stocked(shop, balance=10_000_000)
        shop.restock("LATTE", 10_000)
        yield shop


@contextmanager
def _watching(url: str, shop_url: str) -> Iterator[None]:
    """A relay with connections of its own, at work."""
    stop, is_sending = threading.Event(), threading.Event()

    def hear(sentence: str) -> None:
        if "sending" in sentence:
            is_sending.set()

    with Shop.open(shop_url, clock=system_clock, channel="cli") as shop:
        watch = RelayDaemon(to(url, shop, concurrency=2), stop, report=hear)
        thread = threading.Thread(target=watch.run, daemon=True)
        thread.start()
        try:
            assert is_sending.wait(20)
            yield
        finally:
            stop.set()
            thread.join(20)
            assert not thread.is_alive()


def test_orders_of_a_program_arrive_at_once(embedded: Shop, shop_url: str) -> None:
    """Orders, bookings and cancellations wake the relay: the median stays far below its looks."""
    arrived = threading.Event()

    def take(connection: Any) -> None:  # noqa: ANN401 (a socket)
        connection.sendall(OK)
        arrived.set()

    verbs: list[Callable[[], object]] = []
    for _ in range(7):
        verbs += [
            lambda: embedded.order("kim", {"LATTE": 1}),
            lambda: embedded.cancel(factories.id_of(embedded.orders(limit=1)[0])),
            lambda: embedded.book("kim", {"LATTE": 1}, ordered_at=embedded.now()),
        ]
    delays = []
    with HostilePlatform(take) as platform, _watching(platform.url, shop_url):
        for verb in verbs:
            arrived.clear()
            verb()
            committed = time.monotonic()
            assert arrived.wait(10)
            delays.append(time.monotonic() - committed)
            # Until the relay has settled, it looks by itself.
            _until(lambda: embedded.outbox.status().pending + embedded.outbox.status().leased == 0)
    assert statistics.median(delays) < MEDIAN_SECONDS_MAX, sorted(delays)


def test_without_a_relay_an_order_asks_nothing(
    embedded: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a relay lives is looked up once a second at most, and nobody is told."""
    looks, notices = 0, 0
    live = Deliveries.live_relays

    def look(self: Deliveries) -> Any:  # noqa: ANN401 (as the original)
        nonlocal looks
        looks += 1
        return live(self)

    def tell(_self: Deliveries) -> None:
        nonlocal notices
        notices += 1

    monkeypatch.setattr(Deliveries, "live_relays", look)
    monkeypatch.setattr(Deliveries, "wake", tell)
    started = time.monotonic()
    for _ in range(20):
        embedded.order("kim", {"LATTE": 1})
    seconds = time.monotonic() - started
    assert looks <= 1 + seconds / relay_notices.LOOK_SECONDS
    assert notices == 0


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
def test_a_relay_is_noticed_and_missed(embedded: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that signs on is told of orders within a second; one that signs off no longer."""
    notices = list[int]()
    monkeypatch.setattr(Deliveries, "wake", lambda _self: notices.append(1))
    monkeypatch.setattr(relay_notices, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(relay_notices, "NOTICE_SECONDS", 0.0)
    embedded.order("kim", {"LATTE": 1})
    embedded.outbox.deliveries.beat("relay")
    embedded.order("kim", {"LATTE": 1})
    assert len(notices) == 1
    embedded.outbox.deliveries.sign_off("relay")
    embedded.order("kim", {"LATTE": 1})
    assert len(notices) == 1


def test_a_burst_sends_few_notices_and_arrives_at_once(
    embedded: Shop, shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most orders of a burst send no notice, and the last one arrives as soon as the others."""
    notices = list[int]()
    tell = Deliveries.wake

    def count(self: Deliveries) -> None:
        notices.append(1)
        tell(self)

    monkeypatch.setattr(Deliveries, "wake", count)
    waits = []
    with HostilePlatform(answering(OK)) as platform, _watching(platform.url, shop_url):
        for number in range(1, 8):
            started = time.monotonic()
            for _ in range(number):
                embedded.order("kim", {"LATTE": 1})
            seconds = time.monotonic() - started
            wanted = number * (number + 1) // 2
            _until(lambda wanted=wanted: len(platform.requests) >= wanted)  # type: ignore[misc]  # bound now
            waits.append(time.monotonic() - started - seconds)
            assert len(notices) <= 1 + seconds / relay_notices.NOTICE_SECONDS
            notices.clear()
            _until(lambda: embedded.outbox.status().pending + embedded.outbox.status().leased == 0)
            # Until a relay that works looks no more than it must.
            threading.Event().wait(0.4)
    assert statistics.median(waits) < MEDIAN_SECONDS_MAX, sorted(waits)


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
def test_a_notice_that_fails_fails_no_order(
    embedded: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the notice cannot be sent, the order stands and is answered."""
    from shopcli.domain.errors import DatabaseUnreachable

    def fail(_self: Deliveries) -> None:
        raise DatabaseUnreachable("gone")

    embedded.outbox.deliveries.beat("relay")
    monkeypatch.setattr(Deliveries, "wake", fail)
    assert embedded.order("kim", {"LATTE": 1}).state == "paid"


@pytest.mark.parametrize("channel", ["cli", "tui", "import"])
def test_who_delivers_after_its_answer_wakes_nobody(shop_url: str, channel: str) -> None:
    """Commands, storefront and imports have their own ways; their orders cost nothing more."""
    with Shop.open(shop_url, channel=channel) as shop:
        assert not relay_notices.are_needed(shop.runtime)


def test_a_platform_at_rest_is_reached(embedded: Shop, shop_url: str) -> None:
    """A relay that idles is woken also by the first order of a program."""
    with HostilePlatform(answering(OK)) as platform, _watching(platform.url, shop_url):
        embedded.order("kim", {"LATTE": 1})
        _until(lambda: embedded.outbox.status().delivered == 1)


def _until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.005)
