"""Headers that the platform asks for: sent with each event, and shown nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import InvalidInput
from shopcli.domain.records import Order
from shopcli.relay.own_headers import (
    COUNT_MAX,
    HEADERS_FILE_VARIABLE,
    LENGTH_MAX,
    Header,
    own_headers,
    without_values,
)
from shopcli.wording.advice import advice
from tests.raw_rows import dump
from tests.relay.conftest import HASTY
from tests.relay.hostile import OK, HostilePlatform, answering, header

CANARY = "canary-4f1c0de5"
LINES = f"Authorization: Bearer {CANARY}\nX-Tenant: snacks\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of two headers that only its owner may read."""
    return _written(tmp_path / "headers", LINES)


def _written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path


def _read(path: Path) -> tuple[Header, ...]:
    return own_headers({HEADERS_FILE_VARIABLE: str(path)})


def _relay(shop: Shop, url: str, file: Path) -> Relay:
    variables = {"SHOP_PLATFORM_URL": url, HEADERS_FILE_VARIABLE: str(file)}
    return Relay(shop, environment=variables, policy=HASTY)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_a_file_is_read(tmp_path: Path, ends: str) -> None:
    """Empty lines, blanks around a value and any line ends do no harm."""
    text = ends.join(["Authorization:  Bearer one two ", "", "  ", "X-Empty-Not:a:b", ""])
    assert _read(_written(tmp_path / "headers", text)) == (
        Header("Authorization", "Bearer one two"),
        Header("X-Empty-Not", "a:b"),
    )


def test_without_the_variable_there_are_none() -> None:
    """Nothing is read where nothing is named."""
    assert own_headers({}) == own_headers({HEADERS_FILE_VARIABLE: ""}) == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"Authorization Bearer {CANARY}", "no colon"),
        (f": {CANARY}", "no name"),
        (f"X A: {CANARY}", "no name"),
        (f" X-A: {CANARY}", "no name"),
        (f"X-A : {CANARY}", "no name"),
        ("X-A:", "no value"),
        (f"X-A: {CANARY}\x07", "no value"),
        (f"X-A: {CANARY}\x0bX-B: 1", "no value"),
        ("Host: elsewhere", "set by the shop"),
        ("content-LENGTH: 5", "set by the shop"),
        ("Content-Type: text/plain", "set by the shop"),
        ("Transfer-Encoding: chunked", "set by the shop"),
        ("Connection: close", "set by the shop"),
        ("Expect: 100-continue", "set by the shop"),
        ("Webhook-Signature: v1,x", "set by the shop"),
        ("webhook-id: x", "set by the shop"),
        (f"x-tenant: {CANARY}", "a line before"),
    ],
)
def test_a_line_that_is_no_header_of_the_platforms_is_named(
    tmp_path: Path, line: str, told: str
) -> None:
    """Its number and what is wrong are told, and nothing of what stands there."""
    with pytest.raises(InvalidInput) as caught:
        _read(_written(tmp_path / "headers", f"X-Tenant: snacks\n{line}\n"))

    assert told in str(caught.value)
    assert caught.value.details["line"] == 2
    assert CANARY not in str(caught.value)
    assert CANARY not in str(caught.value.details)
    assert "Authorization: Bearer TOKEN" in advice(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("".join(f"X-{number}: 1\n" for number in range(COUNT_MAX + 1)), "more than"),
        (f"X-A: {'a' * LENGTH_MAX}\n", "longer"),
        ("X-A: schlüssel\n", "ASCII"),
        ("X-A: 1\0\n", "no text"),
    ],
    ids=["many", "long", "utf-8", "nul"],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """Bounds on number, length and characters hold for all lines together."""
    with pytest.raises(InvalidInput, match=told):
        _read(_written(tmp_path / "headers", text))


def test_as_many_and_as_long_as_is_allowed(tmp_path: Path) -> None:
    """The bounds themselves are within."""
    lines = [f"X-{number}: 1\n" for number in range(COUNT_MAX - 1)]
    rest = LENGTH_MAX - len("".join(lines)) - len("X-A: \n")
    lines.append(f"X-A: {'a' * rest}\n")

    assert len(_read(_written(tmp_path / "headers", "".join(lines)))) == COUNT_MAX


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """Whoever may read it has the token; whoever may write it sends what they like."""
    with pytest.raises(InvalidInput) as caught:
        _read(_written(tmp_path / "headers", LINES, mode))
    assert "by others" in str(caught.value)
    assert "chmod 600" in advice(caught.value)


@pytest.mark.parametrize(
    "make",
    [lambda path: path.exists(), Path.mkdir, os.mkfifo],
    ids=["none", "folder", "fifo"],
)
def test_what_is_no_file_is_named(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A path to something else is told, and holds nothing up."""
    path = tmp_path / "headers"
    make(path)
    with pytest.raises(InvalidInput) as caught:
        _read(path)
    assert caught.value.details["variable"] == HEADERS_FILE_VARIABLE


def test_each_event_carries_them(selling: Shop, buy: Callable[[], Order], file: Path) -> None:
    """They stand beside the shop's own headers, once each, on every request."""
    buy()
    buy()
    with HostilePlatform(answering(OK)) as platform:
        assert _relay(selling, platform.url, file).flush().sent == 2

    for request in platform.requests:
        assert header(request, "authorization") == f"Bearer {CANARY}"
        assert header(request, "x-tenant") == "snacks"
        assert header(request, "content-type").startswith("application/cloudevents+json")
        assert request.lower().count(b"\r\nauthorization:") == 1


def test_they_do_not_follow_a_redirect(selling: Shop, buy: Callable[[], Order], file: Path) -> None:
    """Whoever the platform points at gets neither event nor token."""
    buy()
    with HostilePlatform(answering(OK)) as other:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n"
        with HostilePlatform(answering(moved.encode())) as platform:
            assert _relay(selling, platform.url, file).flush().failed == 1
        assert platform.requests
        assert not other.requests


def test_a_platform_that_repeats_them_teaches_nobody(
    selling: Shop, shop_url: str, buy: Callable[[], Order], file: Path
) -> None:
    """No row and no record holds a value, whole or as the word behind `Bearer`."""
    order = buy()
    body = f"refused: Bearer {CANARY}; token {CANARY}; {'x' * 980}{CANARY}"
    answer = f"HTTP/1.1 401 no {CANARY}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    with HostilePlatform(answering(answer.encode())) as platform:
        relay = _relay(selling, platform.url, file)
        assert relay.flush().failed == 1

    assert CANARY.encode() in platform.requests[0]
    (event,) = selling.outbox.list()
    told = f"{selling.outbox.show(event.id)}{relay.status()}{order}{dump(shop_url)}"
    assert "***" in told
    for part in (CANARY, CANARY[:8]):
        assert part not in told


def test_short_words_of_a_value_hide_nothing_else() -> None:
    """A value itself is hidden however short; of its words only what is long enough to guess at."""
    headers = [Header("Authorization", "Basic v1 secretword"), Header("X-A", "no")]

    hidden = without_values("Basic v1 secretword, v1 secretword, no", headers)

    assert hidden == "***, v1 ***, ***"
