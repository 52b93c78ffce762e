"""The bundled receiver: what it stores, refuses and pretends to be."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcli import Relay, Shop
from shopcli.domain.moments import system_clock
from shopcli.domain.records import Flush, Order
from shopcli.relay.endpoint import Endpoint
from shopcli.relay.platform import Arrival, Misbehaviour, Platform
from shopcli.relay.signature import parse_secrets
from shopcli.relay.transport import Sender
from tests.clocks import SettableClock
from tests.relay.conftest import to

Buy = Callable[[], Order]

SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()


def _post(platform: Platform, body: bytes, content_type: str) -> int | None:
    port = int(platform.url.rsplit(":", 1)[1].rstrip("/"))
    endpoint = Endpoint(platform.url, "http", "127.0.0.1", port, "/")
    sender = Sender(endpoint, system_clock)
    try:
        import time

        return sender.post("x", content_type, body, time.monotonic() + 5).status
    finally:
        sender.close()


def test_events_are_stored_once_and_reported(selling: Shop, buy: Buy, tmp_path: Path) -> None:
    """Each event is one line of the file, however often it comes, also after a restart."""
    store, arrivals = tmp_path / "events.jsonl", list[Arrival]()
    for _ in range(2):
        with Platform(store=store, report=arrivals.append) as platform:
            for _ in range(2):
                buy()
            assert to(platform.url, selling, concurrency=2).flush() == Flush(2, 0, 0)
            selling.outbox.replay(None)
            to(platform.url, selling).flush()
    lines = [json.loads(line) for line in store.read_text(encoding="utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == 4
    outcomes = [arrival.outcome for arrival in arrivals]
    assert (outcomes.count("stored"), outcomes.count("duplicate")) == (4, 6)
    assert store.stat().st_mode & 0o077 == 0


def test_only_what_is_signed_is_taken(selling: Shop, buy: Buy, clock: SettableClock) -> None:
    """With a key the platform refuses unsigned, wrongly signed and old requests with 401."""
    keys = parse_secrets(SECRET, "test")
    with Platform(keys=keys, clock=clock) as platform:
        buy()
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
        selling.outbox.retry(selling.outbox.list()[0].id)
        environment = {"SHOP_PLATFORM_URL": platform.url, "SHOP_PLATFORM_SECRET": SECRET}
        assert Relay(selling, environment=environment).flush() == Flush(1, 0, 0)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", b"{}"),
        ("application/cloudevents+json", b"not json"),
        ("application/cloudevents+json", b"[]"),
        ("application/cloudevents+json", b'{"id": 1}'),
        ("application/cloudevents+json", b"[" * 100_000),
        ("application/cloudevents-batch+json", b"{}"),
        ("application/cloudevents-batch+json", b"[1]"),
    ],
)
def test_what_is_no_event_is_refused(content_type: str, body: bytes) -> None:
    """Anything but events in structured JSON is answered with 400."""
    with Platform() as platform:
        assert _post(platform, body, content_type) == 400


def test_it_fails_every_third_time(selling: Shop, buy: Buy) -> None:
    """Told to fail every third request it refuses exactly those, and asks to wait."""
    behaviour = Misbehaviour(status=500, every=3, retry_after_seconds=7)
    with Platform(misbehaviour=behaviour) as platform:
        for _ in range(9):
            buy()
        assert to(platform.url, selling).flush() == Flush(6, 3, 3)


def test_it_drops_connections(selling: Shop, buy: Buy) -> None:
    """Told to drop, it stores the event and hangs up: the sender must send again."""
    arrivals = list[Arrival]()
    with Platform(misbehaviour=Misbehaviour(drop=True), report=arrivals.append) as platform:
        buy()
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
        assert len(platform.journal) == 1
    assert [arrival.outcome for arrival in arrivals] == ["stored", "dropped"]


def test_it_is_gone_after_some(selling: Shop, buy: Buy) -> None:
    """Told to be gone after two requests, it answers the third with 410."""
    with Platform(misbehaviour=Misbehaviour(gone_after=2)) as platform:
        for _ in range(4):
            buy()
        assert to(platform.url, selling).flush() == Flush(2, 1, 2)


def test_it_is_slow(selling: Shop, buy: Buy) -> None:
    """Told to be slower than the sender's deadline, it lets the sender give up."""
    with Platform(misbehaviour=Misbehaviour(slow_seconds=30)) as platform:
        buy()
        assert to(platform.url, selling).flush() == Flush(0, 1, 1)
