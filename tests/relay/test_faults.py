"""Each fault from its first attempt to the delivery after it: rows, breaker, the same bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from shopcli import Shop
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.moments import system_clock
from shopcli.domain.records import Flush, Order
from shopcli.relay.daemon import RelayDaemon
from shopcli.relay.platform import Arrival, Misbehaviour, Platform
from tests import factories
from tests.clocks import SettableClock
from tests.relay.conftest import to
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

Buy = Callable[[], Order]

HASTY_SECONDS = 1.0
"""The deadline of an attempt in these tests."""

SOON = Policy(delays_seconds=(0.3,) * 20, pauses_seconds=(0.2,), attempt_seconds=1.0)

HUGE = b"HTTP/1.1 500 No\r\nContent-Length: 314572800\r\n\r\n"


def _far_too_much(connection: socket.socket) -> None:
    connection.sendall(HUGE)
    while True:
        connection.sendall(b"y" * 65_536)


def _late(connection: socket.socket) -> None:
    # Later than the sender waits: the behaviour under test.
    time.sleep(HASTY_SECONDS + 0.4)
    connection.sendall(OK)


FAULTS: dict[str, tuple[Script, int | None, str]] = {
    **{
        str(code): (answering(status(code)), code, "closed")
        for code in (400, 401, 403, 404, 409, 413, 422, 500, 502, 503, 504)
    },
    **{
        f"redirect {code}": (
            answering(status(code, "Location: http://127.0.0.1:1/")),
            code,
            "closed",
        )
        for code in (301, 302, 303, 307, 308)
    },
    "410": (answering(status(410)), 410, "stopped"),
    "429": (answering(status(429)), 429, "closed"),
    "429 in a while": (answering(status(429, "Retry-After: 20")), 429, "open"),
    "429 by a date": (
        answering(status(429, "Retry-After: Thu, 12 Mar 2026 12:00:20 GMT")),
        429,
        "open",
    ),
    "429 in the past": (answering(status(429, "Retry-After: -1")), 429, "closed"),
    "429 in a year": (answering(status(429, "Retry-After: 31536000")), 429, "open"),
    "503 sometime": (answering(status(503, "Retry-After: soon")), 503, "closed"),
    "101": (answering(status(101, "Upgrade: x")), 101, "closed"),
    "102 for ever": (answering(status(102) * 30), 102, "closed"),
    "drip": (dripping(OK, 0.2), None, "open"),
    "half an answer": (hanging_up(b"HTTP/1.1 20"), None, "open"),
    "reset": (hanging_up(with_reset=True), None, "open"),
    "garbage": (hanging_up(b"\x00\xff\x1b[2J garbage"), None, "open"),
    "300 MB": (_far_too_much, 500, "closed"),
    "accepted, then dropped": (hanging_up(), None, "open"),
    "late 2xx": (_late, None, "open"),
}
"""What the platform does, the status on record, and the breaker after one such attempt."""


@pytest.mark.parametrize("name", FAULTS)
def test_after_a_fault_the_event_arrives_unchanged(
    selling: Shop, buy: Buy, clock: SettableClock, name: str
) -> None:
    """One failed attempt on record, later the same id and the same bytes; an order in its order."""
    script, code, breaker = FAULTS[name]
    with HostilePlatform(_first(script)) as platform:
        selling.cancel(factories.id_of(buy()))
        relay = to(platform.url, selling)
        assert relay.flush() == Flush(0, 1, 2)
        assert relay.status().breaker == breaker
        if breaker == "stopped":
            selling.outbox.resume(reason="it is there again")
        clock.advance(hours=1, seconds=10)
        assert relay.flush() == Flush(2, 0, 0)
        first, again, last = platform.requests
    paid, cancelled = sorted(selling.outbox.list(), key=lambda event: event.sequence)
    assert platform.ids == [paid.id, paid.id, cancelled.id]
    assert body(first) == body(again) != body(last)
    attempts = selling.outbox.show(paid.id).attempts
    assert [(one.number, one.outcome) for one in attempts] == [(1, "failed"), (2, "delivered")]
    assert attempts[0].status == code
    assert attempts[0].reason or code is not None
    assert len(attempts[0].answer or "") <= 1024
    assert relay.status().breaker == "closed"
    assert selling.verify().ok


def _first(script: Script) -> Script:
    """A script for the first request; the others are taken."""
    turns = iter([script])

    def play(connection: socket.socket) -> None:
        next(turns, answering(OK))(connection)

    return play


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_each_2xx_delivers(selling: Shop, buy: Buy, code: int) -> None:
    """Any status of the two hundreds is a delivery, with no word about it."""
    with HostilePlatform(answering(status(code))) as platform:
        buy()
        assert to(platform.url, selling).flush() == Flush(1, 0, 0)
        assert [event.last_error for event in selling.outbox.list()] == [None]


def test_a_late_success_is_not_taken_for_the_next(selling: Shop, buy: Buy) -> None:
    """A 2xx that comes after the deadline delivers nothing, above all not another event."""
    with HostilePlatform(_first(_late)) as platform:
        first, second = buy(), buy()
        relay = to(platform.url, selling)
        assert relay.flush() == Flush(0, 1, 2)
        event = next(one for one in selling.outbox.list() if one.attempts)
        assert (event.order in {first.order, second.order}, event.state) == (True, "pending")
        assert event.last_error == "no answer in time"
        threading.Event().wait(HASTY_SECONDS)
        selling.outbox.resume()
        selling.outbox.retry(event.id)
        assert relay.flush() == Flush(2, 0, 0)
        assert sorted(platform.ids) == sorted([event.id, *(e.id for e in selling.outbox.list())])


def test_a_dropped_answer_makes_a_duplicate_the_receiver_knows(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """Accepted, then dropped: the second arrival has the same id, is stored once and explained."""
    arrivals = list[Arrival]()
    misbehaviour = Misbehaviour(drop=True, every=2)
    with Platform(misbehaviour=misbehaviour, report=arrivals.append, clock=clock) as platform:
        relay = to(platform.url, selling)
        for _ in range(4):
            buy()
            relay.flush()
        while selling.outbox.status().pending:
            clock.advance(hours=1)
            relay.flush()
        stored = [one.event["id"] for one in arrivals if one.event and one.outcome == "stored"]
        twice = [one.event["id"] for one in arrivals if one.event and one.outcome == "duplicate"]
    assert sorted(stored) == sorted(event.id for event in selling.outbox.list())
    assert twice
    for event_id in twice:
        outcomes = [one.outcome for one in selling.outbox.show(event_id).attempts]
        assert len(outcomes) > 1
        assert outcomes == ["failed"] * (len(outcomes) - 1) + ["delivered"]
        assert twice.count(event_id) < len(outcomes)
    assert selling.outbox.status().delivered == 4


class _JumpingClock:
    """The system's clock, set off by what a test says."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.offset


@contextmanager
def _watching(shop: Shop, url: str) -> Iterator[None]:
    stop = threading.Event()
    watch = RelayDaemon(to(url, shop, policy=SOON), stop, report=lambda _sentence: None)
    thread = threading.Thread(target=watch.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.mark.parametrize("code", [422, 500, None])
def test_a_clock_set_back_an_hour_stalls_no_retry(shop_url: str, code: int | None) -> None:
    """While a relay runs, neither what failed before the jump nor what came after it waits."""
    clock = _JumpingClock()
    fault = hanging_up() if code is None else answering(status(code))
    with (
        Shop.open(shop_url, clock=clock) as shop,
        HostilePlatform(_first(fault)) as platform,
        _watching(shop, platform.url),
    ):
        factories.stocked(shop, balance=1_000_000)
        order = factories.id_of(shop.order("kim", {"LATTE": 1}))
        _until(lambda: shop.outbox.list()[0].last_error is not None)
        clock.offset = -timedelta(hours=1)
        shop.cancel(order)
        shop.order("kim", {"LATTE": 1})
        _until(lambda: shop.outbox.status().delivered == 3)
        assert platform.ids[0] in platform.ids[1:]
        assert len(platform.ids) == 4
        assert [one.sequence for one in shop.outbox.list(order=order)] == [2, 1]
        assert shop.verify().ok


def _until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        threading.Event().wait(0.01)
