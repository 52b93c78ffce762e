"""Where events may go: judged by the number that is connected to, whatever a name says."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import system_clock
from shopcli.relay.endpoint import Endpoint, checked_url
from shopcli.relay.network_addresses import is_loopback, never_a_platform
from shopcli.relay.transport import Answer, Sender
from tests.relay.hostile import OK, HostilePlatform, answering, unused_port

NEVER = [
    "169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1",
    "0.0.0.0", "0.1.2.3", "::",  # noqa: S104 - nothing listens there
    "224.0.0.1", "239.255.255.255", "ff02::1",
    "240.0.0.1", "255.255.255.255",
    "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::ffff:0.0.0.0",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
    "::ffff:100.100.100.200", "64:ff9b::6464:64c8",
]  # fmt: skip
PERHAPS = [
    "93.184.216.34", "2606:2800:220:1::1",
    "10.0.0.7", "172.16.0.1", "192.168.1.20", "fd12:3456::7", "100.64.0.9",
    "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::ffff:192.168.1.20",
    "64:ff9b::5db8:d822",
]  # fmt: skip


@pytest.mark.parametrize("address", NEVER)
def test_what_is_never_a_platform(address: str) -> None:
    """Link-local, unspecified, of a group, reserved, a cloud's: in every way to write it."""
    assert never_a_platform(address)


@pytest.mark.parametrize("address", PERHAPS)
def test_what_may_be_one(address: str) -> None:
    """Public and private networks and this machine: a canteen's platform is next door."""
    assert never_a_platform(address) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.1.2.3", True),
        ("10.0.0.7", False),
        ("fe80::1%lo", False),
        ("::ffff:10.0.0.7", False),
    ],
)
def test_this_machine_is_known_by_its_numbers(address: str, expected: bool) -> None:  # noqa: FBT001 - a case
    """An IPv6 address that holds a loopback one is loopback, and no other."""
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "http://0.0.0.0:8080/",
        "ftp://platform.example/",
        "file:///etc/passwd",
        "gopher://platform.example/",
        "https://kim@platform.example/",
        "https://:secret@platform.example/",
    ],
)
def test_such_an_address_is_not_taken(url: str) -> None:
    """Schemes other than http and https, users and such numbers are refused when they are set."""
    with pytest.raises(InvalidInput):
        checked_url(url)


def _post(host: str, port: int) -> Answer:
    sender = Sender(Endpoint(f"http://{host}:{port}/", "http", host, port, "/"), system_clock)
    try:
        return sender.post("one", "application/json", b"{}", time.monotonic() + 1.0)
    finally:
        sender.close()


Resolver = Callable[..., list[Any]]


def _answering(*rounds: list[str]) -> tuple[Resolver, list[str]]:
    """A resolver that answers one thing after the other, and what it was asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[Any]:
        numbers = rounds[min(len(asked), len(rounds) - 1)]
        asked.append(host)
        return [
            (
                socket.AF_INET6 if ":" in number else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (number, port, 0, 0) if ":" in number else (number, port),
            )
            for number in numbers
        ]

    return look_up, asked


@pytest.mark.parametrize("number", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_a_name_that_leads_there_gets_nothing(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """A name is judged by what it resolves to, before anything is connected to."""
    monkeypatch.setattr(socket, "getaddrinfo", _answering([number])[0])
    monkeypatch.setattr(socket, "socket", _no_socket)

    answer = _post("platform.example", 80)

    assert answer.status is None
    assert "no platform can be at" in (answer.reason or "")


def _no_socket(*_: object) -> None:
    pytest.fail("a connection was made")


@pytest.mark.parametrize(
    "host", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.16689662"]
)
def test_other_ways_to_write_a_number_lead_to_the_same(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Decimal, hexadecimal, octal and short forms of 169.254.169.254 are that address."""
    assert socket.getaddrinfo(host, 80)[0][4][0] == "169.254.169.254"
    monkeypatch.setattr(socket, "socket", _no_socket)

    assert "no platform can be at 169.254.169.254" in (_post(host, 80).reason or "")


def test_what_was_judged_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when it is asked again is not asked again."""
    with HostilePlatform(answering(OK)) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])
        resolver, asked = _answering(["127.0.0.1"], ["169.254.169.254"])
        monkeypatch.setattr(socket, "getaddrinfo", resolver)

        assert _post("platform.example", port).status == 204
        assert asked == ["platform.example"]
        assert "no platform" in (_post("platform.example", port).reason or "")
        assert len(platform.requests) == 1


def test_a_good_address_beside_a_bad_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of a local network often has a link-local address too; that one is left out."""
    with HostilePlatform(answering(OK)) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])
        monkeypatch.setattr(socket, "getaddrinfo", _answering(["fe80::7", "127.0.0.1"])[0])

        assert _post("platform.lan", port).status == 204


def test_plain_http_needs_every_address_to_be_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with one address here and one elsewhere is not sent to in plain text."""
    monkeypatch.setattr(socket, "getaddrinfo", _answering(["127.0.0.1", "10.0.0.7"])[0])
    monkeypatch.setattr(socket, "socket", _no_socket)

    assert "plain http" in (_post("platform.example", 80).reason or "")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Variables that name a proxy are for browsers: events go to the platform alone."""
    monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    with HostilePlatform(answering(OK)) as platform:
        port = int(platform.url.rsplit(":", 1)[1].partition("/")[0])

        assert _post("127.0.0.1", port).status == 204
