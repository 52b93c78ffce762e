"""Batched mode, for a platform known to take it: fewer requests, the same promises."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.records import Flush, Order
from shopcli.relay.platform import Arrival, Platform
from tests.clocks import SettableClock
from tests.relay.conftest import to
from tests.relay.hostile import OK, HostilePlatform, answering, body, header, status

Buy = Callable[[], Order]


def test_batches_are_off_unless_asked_for(selling: Shop, buy: Buy) -> None:
    """Without the setting each event is a request of its own."""
    with HostilePlatform(answering(OK)) as platform:
        for _ in range(3):
            buy()
        to(platform.url, selling).flush()
        kinds = {header(request, "content-type") for request in platform.requests}
    assert (len(platform.requests), kinds) == (3, {"application/cloudevents+json"})


def test_a_batch_is_a_list_of_the_same_bytes(selling: Shop, buy: Buy) -> None:
    """A batch holds the stored bodies, unchanged, at most as many as the setting says."""
    selling.set_setting("platform.batch_size", "4")
    with HostilePlatform(answering(OK)) as platform:
        for _ in range(10):
            buy()
        assert to(platform.url, selling).flush() == Flush(10, 0, 0)
        batches = [request for request in platform.requests if body(request).startswith(b"[")]
    assert batches
    for request in batches:
        assert header(request, "content-type") == "application/cloudevents-batch+json"
        events = json.loads(body(request))
        assert 2 <= len(events) <= 4
        stored = [selling.outbox.show(event["id"]).body for event in events]
        assert body(request).decode() == f"[{','.join(stored)}]"


def test_the_bundled_platform_takes_batches(selling: Shop, buy: Buy) -> None:
    """Each event of a batch is stored and reported by itself; per order in order."""
    selling.set_setting("platform.batch_size", "100")
    arrivals = list[Arrival]()
    with Platform(report=arrivals.append) as platform:
        for _ in range(6):
            selling.cancel(buy().order or "")
        assert to(platform.url, selling, concurrency=2).flush() == Flush(12, 0, 0)
    seen: dict[str, list[str]] = {}
    for arrival in arrivals:
        assert arrival.event is not None
        seen.setdefault(arrival.event["subject"], []).append(arrival.event["sequence"])
    assert list(seen.values()) == [["1", "2"]] * 6


def test_after_a_failed_batch_events_go_alone(
    selling: Shop, buy: Buy, clock: SettableClock
) -> None:
    """A refused batch counts for each of its events; next time each goes by itself."""
    selling.set_setting("platform.batch_size", "100")
    with HostilePlatform(answering(status(422), OK)) as platform:
        for _ in range(5):
            buy()
        relay = to(platform.url, selling)
        first = relay.flush()
        clock.advance(seconds=10)
        assert first.sent + relay.flush().sent == 5
        alone = [request for request in platform.requests if body(request).startswith(b"{")]
    assert len(alone) >= first.failed
    assert all(event.attempts <= 2 for event in selling.outbox.list())


@pytest.mark.parametrize("value", ["0", "-1", "1000000", "many"])
def test_a_size_that_makes_no_sense_is_refused(selling: Shop, value: str) -> None:
    """The setting takes a small whole number."""
    with pytest.raises(ShopError) as refusal:
        selling.set_setting("platform.batch_size", value)
    assert refusal.value.code == "invalid_input"
