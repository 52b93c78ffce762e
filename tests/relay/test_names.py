"""A host's name that is not resolved, or not in time, ends an attempt and never a command."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.moments import system_clock
from shopcli.domain.records import Flush, Order
from shopcli.relay.endpoint import Endpoint
from shopcli.relay.prompt_delivery import deliver_after
from shopcli.relay.transport import Answer, Sender
from tests.relay.conftest import to

Buy = Callable[[], Order]

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 0.5
GRACE_SECONDS = 2.0
UNKNOWN = "platform.invalid"

SILENT_NAME_SERVER = f"""
import socket, subprocess, sys, time
from shopcli.domain.moments import system_clock
from shopcli.relay.endpoint import Endpoint
from shopcli.relay.transport import Sender

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
subprocess.run(["mount", "--bind", sys.argv[2], "/etc/nsswitch.conf"], check=True)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("127.0.0.1", 53))
    sender = Sender(Endpoint("", "https", "platform.example", 443, "/"), system_clock)
    started = time.monotonic()
    answer = sender.post("one", "text/plain", b"", started + {DEADLINE_SECONDS})
    assert server.recv(512), "nobody asked"
    print(answer.reason, time.monotonic() - started, sep=";", flush=True)
"""


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A resolver that answers nothing until the test is over; the names it was asked for."""
    asked, is_over = list[str](), threading.Event()

    def hang(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        is_over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield asked
    is_over.set()


def _post(host: str) -> tuple[Answer, float]:
    started = time.monotonic()
    sender = Sender(Endpoint("", "http", host, 80, "/"), system_clock)
    answer = sender.post("one", "text/plain", b"", started + DEADLINE_SECONDS)
    return answer, time.monotonic() - started


def test_a_resolver_that_hangs_ends_with_the_deadline(hanging: list[str]) -> None:
    """The attempt is over by its deadline and says why, though the system's resolver is not."""
    answer, seconds = _post(UNKNOWN)
    assert (answer.status, answer.reason) == (None, "the name was not resolved in time")
    assert DEADLINE_SECONDS <= seconds < DEADLINE_SECONDS + 0.5
    assert hanging == [UNKNOWN]


def test_a_failing_resolver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown host is told as that, at once."""

    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    answer, seconds = _post(UNKNOWN)
    assert answer.status is None
    assert (answer.reason or "").startswith("unknown host")
    assert seconds < DEADLINE_SECONDS


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example", "xn--\N{SNOWMAN}"])
def test_what_is_no_name_is_told(host: str) -> None:
    """A name the resolver cannot even encode ends the attempt, not the sender."""
    answer, seconds = _post(host)
    assert answer.status is None
    assert seconds < DEADLINE_SECONDS + 0.5


def test_a_hanging_resolver_delays_a_command_once(
    selling: Shop, buy: Buy, hanging: list[str]
) -> None:
    """The first command gives up within the grace period, the next one does not even ask."""
    environment = {"SHOP_PLATFORM_URL": f"http://{UNKNOWN}/"}
    started = time.monotonic()
    assert not deliver_after(selling, buy().order or "", environment=environment)
    assert time.monotonic() - started < GRACE_SECONDS + 0.5
    started = time.monotonic()
    assert not deliver_after(selling, buy().order or "", environment=environment)
    assert time.monotonic() - started < 0.5
    assert hanging == [UNKNOWN]
    assert {event.state for event in selling.outbox.list()} == {"pending"}


def test_events_for_an_unknown_host_wait(
    selling: Shop, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that does not exist costs one probe; nothing is lost, and the reason is on record."""

    def fail(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    for _ in range(3):
        buy()
    relay = to(f"http://{UNKNOWN}/", selling)
    assert relay.flush() == Flush(0, 1, 3)
    assert relay.status().breaker == "open"
    tried = [event for event in selling.outbox.list() if event.attempts]
    assert [event.last_error for event in tried] == ["unknown host: Name or service not known"]


def test_a_silent_name_server_ends_with_the_deadline(tmp_path: Path) -> None:
    """With the system's own resolver and a name server that says nothing, all ends in time."""
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "--map-root-user", "--net", "--mount"]
    if unshare is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("this machine lends no namespace of its own")
    resolver, order = tmp_path / "resolv.conf", tmp_path / "nsswitch.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
    order.write_text("hosts: dns\n")
    done = subprocess.run(
        [*alone, sys.executable, "-c", SILENT_NAME_SERVER, str(resolver), str(order)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reason, _, seconds = done.stdout.partition(";")
    assert reason == "the name was not resolved in time"
    assert float(seconds) < DEADLINE_SECONDS + 0.5
