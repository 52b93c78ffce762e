"""After an import its events are sent: with progress, unless told not to, harming nothing."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.relay import leadership
from shopcli.relay.platform import Arrival, Platform
from tests import warm_processes
from tests.batch.files import command, environment, run, stock_up, write
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock
from tests.tui.terminals import bare_pty

ORDER_COUNT = 200
HELD_SECONDS = 0.3


class Gate:
    """A platform that holds what arrives until the test lets go."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.opened = threading.Event()
        self.ids: list[str] = []

    def report(self, arrival: Arrival) -> None:
        """Take note of an event, and wait at the gate."""
        self.ids.append(str((arrival.event or {}).get("id")))
        self.arrived.set()
        assert self.opened.wait(60)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A platform that the environment names."""
    gate = Gate()
    with Platform(report=gate.report) as platform:
        monkeypatch.setenv("SHOP_PLATFORM_URL", platform.url)
        yield gate
        gate.opened.set()


@pytest.fixture
def orders(shop: Shop, tmp_path: Path) -> Path:
    """Orders that can all be placed."""
    stock_up(shop, amount=9_000_000)
    shop.restock("LATTE", ORDER_COUNT)
    rows = (f"o{n},kim,LATTE,1" for n in range(ORDER_COUNT))
    return write(tmp_path / "orders.csv", "key,user,sku,quantity", *rows)


def test_sending_has_its_own_progress(gate: Gate, orders: Path, shop_url: str) -> None:
    """The answer comes first, then a bar of what is sent, then how much was."""
    words = command("import", "orders", str(orders), url=shop_url, cwd=orders.parent)
    with bare_pty(words) as terminal:
        terminal.read_until(b" created")
        assert gate.arrived.wait(60)
        terminal.read(HELD_SECONDS)  # sending took a while, so it is worth a bar
        gate.opened.set()
        terminal.read_until(b"delivered.")
        assert terminal.process.wait(30) == 0
    bar = rb"\[[#.]+\] delivered [\d,]+ of 200 events, [\d,]+/s, [\d:]+ left"
    assert re.search(bar, terminal.written)
    assert len(gate.ids) == ORDER_COUNT


def test_an_interrupt_while_sending(gate: Gate, orders: Path, shop: Shop, shop_url: str) -> None:
    """All rows are applied, which is answered and said; a flush sends the rest, nothing is lost."""
    process = warm_processes.Popen(
        command("import", "orders", str(orders), "--json", url=shop_url, cwd=orders.parent),
        env=environment(),
        cwd=orders.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert gate.arrived.wait(60)
    process.send_signal(signal.SIGINT)
    gate.opened.set()
    out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["created"] == ORDER_COUNT
    assert "outbox flush" in json.loads(told)["error"]["fix"]
    assert shop.outbox.status().delivered < ORDER_COUNT
    assert run("outbox", "flush", url=shop_url, cwd=orders.parent).returncode == 0
    assert shop.outbox.status().delivered == ORDER_COUNT
    assert len(set(gate.ids)) == ORDER_COUNT


def test_no_deliver_leaves_the_events(gate: Gate, orders: Path, shop: Shop, shop_url: str) -> None:
    """--no-deliver sends nothing; the same import without it places nothing and sends all."""
    gate.opened.set()
    words = ("import", "orders", str(orders), "--json")
    assert run(*words, "--no-deliver", url=shop_url, cwd=orders.parent).returncode == 0
    assert (gate.ids, shop.outbox.status().pending) == ([], ORDER_COUNT)
    again = run(*words, url=shop_url, cwd=orders.parent)
    assert json.loads(again.stdout)["replayed"] == ORDER_COUNT
    assert (len(gate.ids), shop.outbox.status().pending) == (ORDER_COUNT, 0)


def test_history_that_is_skipped_is_not_sent(
    gate: Gate, orders: Path, shop: Shop, shop_url: str
) -> None:
    """--events skip asks for no delivery, of nothing else that waits either."""
    gate.opened.set()
    path = write(
        orders.parent / "old.csv",
        "key,user,sku,quantity,ordered_at",
        "h1,kim,LATTE,1,2026-01-05T10:00",
    )
    words = ("import", "orders", str(path), "--historical", "--events", "skip")
    assert run(*words, url=shop_url, cwd=orders.parent).returncode == 0
    assert gate.ids == []
    assert shop.outbox.status().pending == 0


def test_an_endpoint_that_cannot_be_used_fails_no_import(
    orders: Path, shop: Shop, shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are applied whatever the configuration of deliveries; the events wait."""
    monkeypatch.setenv("SHOP_PLATFORM_URL", "ftp://nowhere.example")
    done = run("import", "orders", str(orders), url=shop_url, cwd=orders.parent)
    assert done.returncode == 0
    assert b"wait" in done.stderr
    assert shop.outbox.status().pending == ORDER_COUNT


def test_a_relay_that_runs_is_left_to_send(
    gate: Gate,
    orders: Path,
    shop: Shop,
    shop_url: str,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An import does not compete with the relay for its events."""
    monkeypatch.setattr(leadership, "relay_runs", lambda *_: True)
    answer = Prompt(shop_url, clock)("import", "orders", str(orders))
    assert answer.code == 0
    assert "relay" in answer.err
    assert (gate.ids, shop.outbox.status().pending) == ([], ORDER_COUNT)
