"""A lease whose answer was lost on the way: its events are free as soon as the holder can ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.deliveries.values import LeasedEvent
from shopcli.domain.errors import OutcomeUnknown
from shopcli.domain.records import Order
from shopcli.engine.use_cases.deliveries import Deliveries
from shopcli.relay.daemon import RelayDaemon
from tests.relay.conftest import to
from tests.relay.hostile import OK, HostilePlatform, answering

LEASE_SECONDS = 30.0
"""What nobody may have to wait for."""


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[LeasedEvent]:
    """What the first lease took: it is committed, and its answer never arrives."""
    taken: list[LeasedEvent] = []
    lease = Deliveries.lease

    def losing(self: Deliveries, *args: Any, **named: Any) -> tuple[LeasedEvent, ...]:  # noqa: ANN401 - passed on
        events = lease(self, *args, **named)
        if taken or not events:
            return events
        taken.extend(events)
        message = "the connection broke"
        raise OutcomeUnknown(message)

    monkeypatch.setattr(Deliveries, "lease", losing)
    return taken


def test_a_flush_gives_back_what_it_does_not_know_of(
    selling: Shop, buy: Callable[[], Order], lost: list[LeasedEvent]
) -> None:
    """After a flush that failed so the next one sends everything, each event for the first time."""
    buy()
    buy()
    with HostilePlatform(answering(OK)) as platform:
        with pytest.raises(OutcomeUnknown):
            to(platform.url, selling).flush()
        assert len(lost) == 2
        assert (selling.outbox.status().pending, selling.outbox.status().leased) == (2, 0)
        assert to(platform.url, selling).flush().sent == 2
        assert len(platform.requests) == 2
    assert [event.attempts for event in selling.outbox.list()] == [1, 1]


def test_a_relay_takes_them_again_at_once(
    selling: Shop, buy: Callable[[], Order], lost: list[LeasedEvent]
) -> None:
    """A relay that stays delivers them long before the lease it does not know of is over."""
    buy()
    buy()
    stop, begun = threading.Event(), time.monotonic()
    with HostilePlatform(answering(OK)) as platform:
        settled = threading.Semaphore(0)
        watch = RelayDaemon(
            to(platform.url, selling),
            stop,
            report=lambda _: None,
            on_settled=lambda _: settled.release(),
        )
        thread = threading.Thread(target=watch.run, daemon=True)
        thread.start()
        try:
            while selling.outbox.status().delivered < 2:
                assert settled.acquire(timeout=LEASE_SECONDS - (time.monotonic() - begun) - 2)
        finally:
            stop.set()
            thread.join(20)
    assert len(lost) == 2
    assert [event.attempts for event in selling.outbox.list()] == [1, 1]


def test_what_is_known_stays_leased(selling: Shop, buy: Callable[[], Order]) -> None:
    """Only what a holder does not know of is given back, and nothing of another's."""
    for _ in range(3):
        buy()
    deliveries = selling.outbox.deliveries
    known = deliveries.lease("one", 1)
    unknown = deliveries.lease("one", 1)
    others = deliveries.lease("two", 1)
    assert deliveries.release_unknown("one", known) == 1
    assert deliveries.lease("three", 5)[0].event_id == unknown[0].event_id
    states = {event.id: event.state for event in selling.outbox.list()}
    assert states[known[0].event_id] == states[others[0].event_id] == "leased"
