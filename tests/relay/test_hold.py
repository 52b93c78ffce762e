"""Deliveries that are held: nothing is leased or sent by anybody until they are resumed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from shopcli import Shop
from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.deliveries.values import HELD, Trouble, troubles
from shopcli.domain.errors import InvalidInput, TotalChanged
from shopcli.domain.records import Flush, Order, Resumption
from shopcli.relay.daemon import RelayDaemon
from shopcli.relay.prompt_delivery import deliver_after
from shopcli.storage.outbox.holding import UNKNOWN_COPY
from tests.raw_rows import raw_database
from tests.relay.conftest import to
from tests.relay.hostile import OK, HostilePlatform, answering, status
from tests.relay.test_watch import _until

Buy = Callable[[], Order]

WHY = "the platform moves"


def test_nobody_sends_what_is_held(selling: Shop, buy: Buy) -> None:
    """Neither a flush, nor the command of an order, nor a lease of its own takes an event."""
    with HostilePlatform(answering(OK)) as platform:
        selling.outbox.hold(reason=WHY)
        order = buy()
        assert to(platform.url, selling).flush() == Flush(0, 0, 1)
        environment = {"SHOP_PLATFORM_URL": platform.url}
        assert not deliver_after(selling, order.order or "", environment=environment)
        deliveries = selling.outbox.deliveries
        assert deliveries.lease("somebody", 10) == ()
        assert deliveries.lease("somebody", 10, order_id=order.order) == ()
        assert deliveries.endpoint(platform.url).breaker == HELD
        found = selling.outbox.status(platform.url)
        assert (found.held, found.breaker, found.pending) == (WHY, "closed", 1)
        assert troubles(found, is_awaited=True) == (Trouble("held"),)

        assert selling.outbox.resume(reason="it has moved") == Resumption((), WHY)
        assert selling.outbox.status().held is None
        assert to(platform.url, selling).flush() == Flush(1, 0, 0)
        assert len(platform.requests) == 1
    told = [(one.action, one.reason) for one in selling.changes("outbox", "deliveries")]
    assert told == [("resume", "it has moved"), ("hold", WHY)]


def test_a_hold_is_given_another_reason(selling: Shop) -> None:
    """It lasts since its beginning; the same reason once more is no change."""
    first = selling.outbox.hold(reason=WHY)
    assert selling.outbox.hold(reason=WHY) == first
    again = selling.outbox.hold(reason="still")
    assert (again.held, again.held_at) == ("still", first.held_at)
    assert len(selling.changes("outbox", "deliveries")) == 2
    with pytest.raises(InvalidInput):
        selling.outbox.hold(reason=" ")
    assert selling.outbox.resume() == Resumption((), "still")
    assert selling.outbox.resume() == Resumption((), None)


def test_only_the_hold_that_was_looked_at_is_changed(selling: Shop, buy: Buy) -> None:
    """Where something else holds deliveries by now, or stopped them since, nothing is done."""
    free = selling.outbox.status()
    selling.outbox.hold(reason=WHY, expected=free)
    with pytest.raises(TotalChanged):
        selling.outbox.hold(reason="mine", expected=free)
    with pytest.raises(TotalChanged):
        selling.outbox.resume(expected=free)
    look = selling.outbox.status()
    assert (look.held, len(selling.changes("outbox"))) == (WHY, 1)
    assert selling.outbox.resume(expected=look) == Resumption((), WHY)
    with HostilePlatform(answering(status(410))) as platform:
        look = to(platform.url, selling).status()
        buy()
        to(platform.url, selling).flush()
        with pytest.raises(TotalChanged):
            selling.outbox.resume(expected=look)
        look = to(platform.url, selling).status()
        assert selling.outbox.resume(expected=look) == Resumption((platform.url,), None)


def test_resume_frees_a_stopped_endpoint_too(selling: Shop, buy: Buy) -> None:
    """A hold hides neither that an endpoint is stopped, nor is the stop left behind."""
    with HostilePlatform(answering(status(410), OK)) as platform:
        buy()
        relay = to(platform.url, selling)
        relay.flush()
        selling.outbox.hold(reason=WHY)
        assert (relay.status().held, relay.status().breaker) == (WHY, "stopped")
        assert selling.outbox.resume() == Resumption((platform.url,), WHY)
        assert relay.flush() == Flush(1, 0, 0)


def test_what_is_leased_when_a_hold_begins_is_told(selling: Shop, buy: Buy) -> None:
    """Its sender may still settle it; what comes back is not leased again."""
    buy()
    buy()
    deliveries = selling.outbox.deliveries
    events = deliveries.lease("somebody", 2)
    assert selling.outbox.hold(reason=WHY).leased == 2
    deliveries.release("somebody", events)
    assert deliveries.lease("somebody", 2) == ()
    assert selling.outbox.status().pending == 2


def test_a_copy_that_is_not_known_holds(selling: Shop, shop_url: str, buy: Buy) -> None:
    """Where the row that says what this copy is has been lost, nothing is sent."""
    buy()
    with raw_database(shop_url) as raw:
        raw.unguard()
        raw.run("DELETE FROM shop_copy")
    assert selling.outbox.deliveries.lease("somebody", 1) == ()
    assert selling.outbox.deliveries.endpoint("https://platform.example/").breaker == HELD
    assert selling.outbox.status().held == UNKNOWN_COPY
    assert selling.maintenance.copy_id() is None


def test_a_relay_that_is_sending_stops_at_a_hold(selling: Shop, buy: Buy) -> None:
    """Requests in flight end and are booked, what it has leased beside them comes back."""
    answers = threading.Event()

    def slowly(connection: socket.socket) -> None:
        answers.wait(30)
        connection.sendall(OK)

    for _ in range(12):
        buy()
    said, stop = list[str](), threading.Event()
    with HostilePlatform(slowly) as platform:
        daemon = RelayDaemon(to(platform.url, selling, policy=Policy()), stop, report=said.append)
        thread = threading.Thread(target=daemon.run, daemon=True)
        thread.start()
        try:
            _until(lambda: len(platform.requests) == 1)
            assert selling.outbox.hold(reason=WHY).leased == 12
            _until(lambda: any(WHY in sentence for sentence in said))
            answers.set()
            _until(lambda: selling.outbox.status().leased == 0)
            found = selling.outbox.status()
            assert (found.delivered, found.pending) == (1, 11)
            selling.outbox.resume()
            _until(lambda: selling.outbox.status().delivered == 12)
        finally:
            stop.set()
            thread.join(20)
    assert len(platform.requests) == 12
    assert [one for one in said if "again" in one] == []
