"""One request against every misbehaviour of a platform: bounded in time, and told apart."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable

import pytest

from shopcli.domain.moments import system_clock
from shopcli.relay.endpoint import Endpoint
from shopcli.relay.transport import ANSWER_CHARACTERS_KEPT, Answer, Sender
from tests.relay.hostile import (
    OK,
    HostilePlatform,
    Script,
    answering,
    dripping,
    hanging_up,
    status,
    unused_port,
)

DEADLINE_SECONDS = 0.6
PATIENCE_SECONDS = 1.5


def _endpoint(host: str, port: int, scheme: str = "http") -> Endpoint:
    return Endpoint(f"{scheme}://{host}:{port}/", scheme, host, port, "/events")


def _post(sender: Sender, body: bytes = b"{}") -> Answer:
    started = time.monotonic()
    deadline = started + DEADLINE_SECONDS
    answer = sender.post("one", "application/cloudevents+json", body, deadline)
    assert time.monotonic() - started < PATIENCE_SECONDS
    return answer


def _send_once(script: Script) -> Answer:
    with HostilePlatform(script) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])
        sender = Sender(_endpoint("127.0.0.1", port), system_clock)
        try:
            return _post(sender)
        finally:
            sender.close()


def _silence(connection: socket.socket) -> None:
    connection.recv(1)


SLOW_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500
SLOW_HEADERS = b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 500 + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(answering(OK), 204, id="204"),
        pytest.param(answering(status(200)), 200, id="200"),
        pytest.param(answering(status(299)), 299, id="299"),
        *[
            pytest.param(answering(status(code)), code, id=str(code))
            for code in (400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503, 504, 511)
        ],
        *[
            pytest.param(
                answering(status(code, "Location: http://127.0.0.1:1/")), code, id=f"to {code}"
            )
            for code in (301, 302, 303, 307, 308)
        ],
        pytest.param(answering(b"HTTP/1.1 100 Continue\r\n\r\n" + OK), 204, id="100 then 204"),
        pytest.param(answering(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK), 204, id="103 first"),
        pytest.param(answering(status(101, "Upgrade: x")), 101, id="101"),
        pytest.param(answering(status(102) * 30), 102, id="102 for ever"),
        pytest.param(_silence, None, id="silence"),
        pytest.param(dripping(OK), None, id="dripping status line"),
        pytest.param(dripping(SLOW_HEADERS, 0.01), 200, id="dripping headers of a 200"),
        pytest.param(dripping(SLOW_BODY, 0.01), 200, id="dripping body of a 200"),
        pytest.param(hanging_up(), None, id="no answer"),
        pytest.param(hanging_up(with_reset=True), None, id="reset"),
        pytest.param(hanging_up(b"HTTP/1.1 2"), None, id="half a status line"),
        pytest.param(hanging_up(SLOW_BODY[:60]), 200, id="half a body of a 200"),
        pytest.param(hanging_up(SLOW_BODY[:60], with_reset=True), 200, id="200 then reset"),
        pytest.param(hanging_up(b"\x00\xff garbage \x1b[2J" * 100), None, id="garbage"),
        pytest.param(answering(b"HTTP/1.1 999999 No\r\n\r\n"), None, id="impossible status"),
        pytest.param(answering(b"HTTP/1.1 2O0 OK\r\n\r\n"), None, id="letters for a status"),
        pytest.param(hanging_up(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300), 200, id="headers 300"),
        pytest.param(hanging_up(b"x" * 200_000), None, id="endless line"),
    ],
)
def test_each_answer_is_told_apart_in_time(script: Script, expected: int | None) -> None:
    """Whatever the platform does, the attempt ends by its deadline with the status that came."""
    answer = _send_once(script)
    assert answer.status == expected
    assert answer.status is not None or answer.reason


def test_a_redirect_is_not_followed() -> None:
    """The place a redirect names never sees a request."""
    with HostilePlatform(answering(OK)) as other:
        answer = _send_once(answering(status(307, f"Location: {other.url}")))
        assert (answer.status, other.requests) == (307, [])


def test_an_endless_answer_is_cut() -> None:
    """Of 300 MB at most 64 KiB are read; 1 KiB is kept."""
    sent = 0

    def play(connection: socket.socket) -> None:
        nonlocal sent
        size = 300 * 1024 * 1024
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        while sent < size:
            sent += connection.send(b"y" * 65_536)

    answer = _send_once(play)
    assert answer.status == 200
    assert answer.text == "y" * ANSWER_CHARACTERS_KEPT
    assert sent < 16 * 1024 * 1024


def test_a_gzip_bomb_stays_packed() -> None:
    """A compressed answer is never unpacked."""
    bomb = gzip.compress(b"\0" * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    answer = _send_once(answering(head.encode() + bomb))
    assert answer.status == 200
    assert answer.text == f"({len(bomb)} bytes, compressed)"


def test_what_is_kept_cannot_act_on_a_terminal() -> None:
    """Escape sequences in the reason and body are kept as visible text."""
    evil = b"HTTP/1.1 500 \x1b[2Jgone\r\nContent-Length: 8\r\n\r\n\x1b]0;pwn\x07"
    answer = _send_once(answering(evil))
    assert answer.status == 500
    assert "\x1b" not in f"{answer.reason}{answer.text}"
    assert "\x07" not in f"{answer.reason}{answer.text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("99999999999999999999", 1e12),
        ("-5", None),
        ("soon", None),
        ("1e3", None),
        ("٣", None),
        ("Wed, 99 Nov 2026 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_if_it_makes_sense(value: str, expected: float | None) -> None:
    """Seconds are read, everything else that is no date is ignored."""
    answer = _send_once(answering(status(503, f"Retry-After: {value}").decode().encode("utf-8")))
    assert answer.retry_after_seconds == expected


def test_retry_after_may_be_a_date() -> None:
    """A date in the past or future is turned into seconds from now."""
    answer = _send_once(answering(status(503, "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT")))
    assert answer.retry_after_seconds is not None
    assert answer.retry_after_seconds > 1e9


def test_nobody_listens() -> None:
    """A refused connection is told as that."""
    answer = _post(Sender(_endpoint("127.0.0.1", unused_port()), system_clock))
    assert (answer.status, answer.reason) == (None, "connection refused")


def test_an_unknown_host() -> None:
    """A name that does not exist ends the attempt in time."""
    answer = _post(Sender(_endpoint("shop.invalid", 80), system_clock))
    assert answer.status is None


def test_a_connection_that_hangs() -> None:
    """A full backlog, where connecting neither works nor fails, ends by the deadline."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = []
        for _ in range(8):
            filler = socket.socket()
            filler.settimeout(0)
            filler.connect_ex(address)
            fillers.append(filler)
        try:
            answer = _post(Sender(_endpoint(*address), system_clock))
        finally:
            for filler in fillers:
                filler.close()
    assert answer.status is None


def test_plain_http_stays_on_this_machine() -> None:
    """Without TLS nothing is sent to an address that is not loopback."""
    answer = _post(Sender(_endpoint("203.0.113.7", 80), system_clock))
    assert answer.status is None
    assert "https" in (answer.reason or "")


def test_a_connection_is_used_again() -> None:
    """Requests one after the other share a connection."""
    connections = set()

    def play(connection: socket.socket) -> None:
        connections.add(connection.getpeername())
        connection.sendall(OK)

    with HostilePlatform(play) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])
        sender = Sender(_endpoint("127.0.0.1", port), system_clock)
        assert [_post(sender).status for _ in range(5)] == [204] * 5
        sender.close()
    assert len(connections) == 1


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(hanging_up(OK), id="closed"),
        pytest.param(answering(OK + status(200)), id="an answer too many"),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"z" * 100_000),
            id="a long body",
        ),
    ],
)
def test_a_spoilt_connection_is_not_used_again(first: Callable[[socket.socket], None]) -> None:
    """A connection the platform closed, or that holds left-over bytes, is replaced unseen."""
    count, is_spoilt = 0, threading.Event()

    def play(connection: socket.socket) -> None:
        nonlocal count
        count += 1
        (first if count == 1 else answering(status(202)))(connection)
        is_spoilt.set()

    with HostilePlatform(play) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])
        sender = Sender(_endpoint("127.0.0.1", port), system_clock)
        _post(sender)
        assert is_spoilt.wait(5)
        assert _post(sender).status == 202
        sender.close()
