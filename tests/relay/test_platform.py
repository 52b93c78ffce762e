"""The bundled receiver: what it stores, refuses and pretends to be."""

from __future__ import annotations

import base64
import json
import socket
import threading
import tracemalloc
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shopcli import Relay, Shop, ShopError
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


def test_a_store_that_is_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """Events are not added to what a link points to."""
    target, store = tmp_path / "precious", tmp_path / "events.jsonl"
    target.write_text("mine", encoding="utf-8")
    store.symlink_to(target)
    with pytest.raises(ShopError, match="symbolic link"):
        Platform(store=store)
    assert target.read_text(encoding="utf-8") == "mine"


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    """An event with a lone surrogate, which no file of UTF-8 can hold, is answered with 400."""
    event = {"specversion": "1.0", "id": "\ud800", "source": "a", "type": "b"}
    headers = {"content-type": "application/cloudevents+json"}
    with Platform(store=tmp_path / "events.jsonl") as platform:
        assert platform.receive(headers, json.dumps(event).encode()) == 400
        event["id"] = "\U0001f600"
        assert platform.receive(headers, json.dumps(event).encode()) == 204


@pytest.mark.parametrize(
    ("length", "expected"), [("9" * 5000, 413), ("16777217", 413), ("-1", 411), ("²", 411)]
)
def test_a_length_that_is_none_is_answered(length: str, expected: int) -> None:
    """A Content-Length of any number of digits gets an answer."""
    with Platform() as platform:
        assert _status(platform, f"Content-Length: {length}\r\n") == expected


def test_unsigned_bodies_are_not_kept() -> None:
    """Large bodies without a signature get their 401 and take no memory."""
    body = bytes(4 * 1024 * 1024)
    with (
        Platform(keys=parse_secrets(SECRET, "test")) as platform,
        ThreadPoolExecutor(8) as senders,
    ):
        tracemalloc.start()
        try:
            head = f"Content-Length: {len(body)}\r\n"
            found = list(senders.map(lambda _: _status(platform, head, body), range(20)))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found == [401] * 20
    assert peak < len(body)


def test_large_bodies_are_taken_one_at_a_time() -> None:
    """Without keys too, large bodies that come at once wait for one another."""
    size = 1024 * 1024
    body = (
        b" " * size
        + json.dumps({"specversion": "1.0", "id": "a", "source": "a", "type": "b"}).encode()
    )
    head = f"Content-Type: application/cloudevents+json\r\nContent-Length: {len(body)}\r\n"
    together: list[int] = []
    with Platform() as platform:
        receive = platform.receive
        inside = threading.Semaphore(1)

        def watched(headers: Mapping[str, str], body: bytes) -> int | None:
            is_alone = inside.acquire(blocking=False)
            together.append(not is_alone)
            try:
                return receive(headers, body)
            finally:
                if is_alone:
                    inside.release()

        platform.receive = watched  # type: ignore[method-assign]  # to look inside
        with ThreadPoolExecutor(8) as senders:
            found = list(senders.map(lambda _: _status(platform, head, body), range(8)))
    assert (found, together) == ([204] * 8, [False] * 8)


def _status(platform: Platform, headers: str, body: bytes = b"") -> int:
    """The status that a request is answered with."""
    place = urlsplit(platform.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as sender:
        sender.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode("latin-1"))
        sender.sendall(body)
        return int(sender.makefile("rb").readline().split()[1])
