"""The storefront on a terminal, beside a bare Textual application on another, in turn.

The bare one has what any such screen has: a field, a table of twenty rows, a line of keys; and a
second screen of the same kind. It opens no shop.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from math import nan
from pathlib import Path

from shopcli.domain.moments import to_microseconds
from shopcli.domain.records import JournalPlace
from tests.bench.history import fill
from tests.bench.measure import Figure
from tests.bench.server import Server
from tests.bench.shops import stocked, user
from tests.tui.terminals import PATIENCE_SECONDS, Pty, bare_pty

PRODUCT_COUNT = 100_000
BYTES_MAX, MEGABYTES_MAX, KEY_MILLISECONDS_MAX, TAB_MILLISECONDS_MAX = 20_000, 120, 100, 150
FIRST_PAINT_RATIO_MAX = 1.3
IDLE_SECONDS = 5.0
SETTLED_SECONDS = 0.4
"""So long nothing must be written for an answer to be complete: longer than a page is read."""
LOADED_SECONDS = 3.0
"""By then an idle storefront has loaded its other screens."""
LOOK_SECONDS = 0.001

SHOP = str(Path(sys.executable).with_name("shop"))
"""As users start it: `python -m shopcli` would be forked from a process that has loaded it all."""

LISTED = b"Product"
"""The beginning of each name."""

UP, DOWN, END, HOME = b"\x1b[A", b"\x1b[B", b"\x1b[F", b"\x1b[H"
PAGE_DOWN, PAGE_UP, ESCAPE = b"\x1b[6~", b"\x1b[5~", b"\x1b"
KEYS = (
    *(("down", DOWN), ("up", UP), ("page down", PAGE_DOWN), ("page up", PAGE_UP), ("end", END)),
    *(("home", HOME), ("+", b"+"), ("-", b"-"), ("/", b"/"), ("a letter of a search", b"7")),
    *(("another", b"7"), ("escape", ESCAPE), ("?", b"?"), ("escape from the help", ESCAPE)),
)
"""Pressed one after another in a shop of many products; each changes the screen."""
TABS = {"Coupons": b"2", "Me": b"3", "Best": b"4", "Desk": b"5"}

BARE = """
from textual.app import App
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input

class Listing(Screen):
    BINDINGS = [("2", "app.push_screen('second')", "Second")]
    AUTO_FOCUS = "DataTable"

    def compose(self):
        yield Input(placeholder="search")
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("SKU", "NAME", "PRICE")
        for number in range(20):
            table.add_row(f"S{number}", f"Name {number}", str(number))

class Bare(App):
    SCREENS = {"second": Listing}

    def get_default_screen(self):
        return Listing()

Bare().run()
"""
BARE_DRAWN = b"search"
BARE_COMMAND = [sys.executable, "-c", BARE]


def storefront(_server: Server, *, quick: bool) -> list[Figure]:
    """First screen, first opening of each tab, every key, idle bytes, memory, a long journal."""
    rounds = 5 if quick else 15
    with tempfile.TemporaryDirectory() as name:
        small, large = (f"sqlite:///{name}/{size}.db" for size in ("small", "large"))
        stocked(small, user_count=3, product_count=40).close()
        stocked(large, user_count=3, product_count=PRODUCT_COUNT).close()
        return [
            _first_paint("40", small, rounds),
            _first_paint(f"{PRODUCT_COUNT:,}", large, rounds),
            *_in_use(large, 3 if quick else 7),
            _journal(f"sqlite:///{name}/journal.db", 20_000 if quick else 100_000, rounds),
        ]


def _shop(url: str) -> list[str]:
    return [SHOP, "tui", "--db", url]


def _running(command: list[str]) -> AbstractContextManager[Pty]:
    """Run it compiled: where a container forbids that, each run would compile it anew."""
    return bare_pty(command, PYTHONDONTWRITEBYTECODE="", SHOP_USER=user(0))


def _first_paint(count: str, url: str, rounds: int) -> Figure:
    """From the start of the process to its first row."""
    pairs = [
        (_seconds_to(LISTED, _shop(url)), _seconds_to(BARE_DRAWN, BARE_COMMAND))
        for _ in range(rounds + 1)
    ][1:]
    return _figure(
        f"first screen of `shop tui`, {count} products (a bare Textual application)",
        [(ours * 1000, bare * 1000) for ours, bare in pairs],
        f"ratio <= {FIRST_PAINT_RATIO_MAX:g}",
        " ms",
        is_met=lambda _, ratio: ratio <= FIRST_PAINT_RATIO_MAX,
    )


def _seconds_to(mark: bytes, command: list[str]) -> float:
    started = time.perf_counter()
    with _running(command) as terminal:
        while mark not in terminal.written:
            assert time.perf_counter() - started < PATIENCE_SECONDS, terminal.written
            terminal.read(LOOK_SECONDS)
        return time.perf_counter() - started


def _in_use(url: str, rounds: int) -> list[Figure]:
    """What is measured while both run: several times each, as it is the first time each time."""
    tabs: dict[str, list[tuple[float, float]]] = {}
    keys: dict[str, list[tuple[float, float]]] = {}
    sizes, idle, memory = [], [], []
    for _ in range(rounds):
        with _running(_shop(url)) as ours, _running(BARE_COMMAND) as bare:
            ours.read_until(LISTED)
            bare.read_until(BARE_DRAWN)
            ours.read(SETTLED_SECONDS)
            bare.read(SETTLED_SECONDS)
            sizes.append((float(len(ours.written)), float(len(bare.written))))
            ours.read(LOADED_SECONDS)
            bare_tab = _milliseconds(bare, b"2")
            for name, key in TABS.items():
                tabs.setdefault(name, []).append((_milliseconds(ours, key), bare_tab))
            _milliseconds(ours, b"1")
            for name, key in KEYS:
                pair = _milliseconds(ours, key), _milliseconds(bare, DOWN)
                keys.setdefault(name, []).append(pair)
            idle.append((float(ours.read(IDLE_SECONDS)), float(bare.read(0.1))))
            memory.append((_megabytes(ours), _megabytes(bare)))
    return [
        *(
            _at_most(
                f"first opening of {name} (processor)",
                pairs,
                TAB_MILLISECONDS_MAX,
                " ms",
            )
            for name, pairs in tabs.items()
        ),
        *(
            _at_most(
                f"{name}, {PRODUCT_COUNT:,} products (processor)",
                pairs,
                KEY_MILLISECONDS_MAX,
                " ms",
            )
            for name, pairs in keys.items()
        ),
        _at_most("bytes of the first screen, 80x24", sizes, BYTES_MAX, ""),
        _at_most(f"bytes in {IDLE_SECONDS:g} idle seconds", idle, 0, ""),
        _at_most(f"memory after that, {PRODUCT_COUNT:,} products", memory, MEGABYTES_MAX, " MB"),
    ]


def _journal(url: str, order_count: int, rounds: int) -> Figure:
    """How long a page of one user's journal is read, half of all behind, beside the newest."""
    with stocked(url, user_count=2, product_count=2) as shop:
        newest = to_microseconds(shop.now()) - 1_000_000
        fill(shop, 2 * order_count, newest=newest, round_size=2)
        older = shop.browsing.journal(user(0)).older
        assert older is not None
        far = replace(older, sequence=order_count // 2)

        def milliseconds(place: JournalPlace | None) -> float:
            started = time.perf_counter()
            shop.browsing.journal(user(0), older_than=place)
            return (time.perf_counter() - started) * 1000

        pairs = [(milliseconds(far), milliseconds(None)) for _ in range(rounds)]
    return _at_most(
        f"a page of a journal of {order_count:,} orders, half of them newer (the newest)",
        pairs,
        KEY_MILLISECONDS_MAX,
        " ms",
    )


def _milliseconds(terminal: Pty, keys: bytes) -> float:
    """The processor's time from a key to the end of what it changes.

    Whoever sits at an idle machine waits that long; on a busy one others would be measured.
    """
    before = _processor_seconds(terminal)
    terminal.press(keys)
    while terminal.read(SETTLED_SECONDS):
        pass
    return (_processor_seconds(terminal) - before) * 1000


def _processor_seconds(terminal: Pty) -> float:
    """What the threads of a process have taken."""
    taken = 0
    for thread in Path(f"/proc/{terminal.process.pid}/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile
            taken += int((thread / "schedstat").read_text("utf-8").split()[0])
    return taken / 1e9


def _megabytes(terminal: Pty) -> float:
    """The most memory that a process had."""
    lines = Path(f"/proc/{terminal.process.pid}/status").read_text("utf-8").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1000


def _at_most(name: str, pairs: list[tuple[float, float]], most: float, unit: str) -> Figure:
    return _figure(name, pairs, f"<= {most:,g}{unit}", unit, lambda ours, _: ours <= most)


def _figure(
    name: str,
    pairs: list[tuple[float, float]],
    target: str,
    unit: str,
    is_met: Callable[[float, float], bool],
) -> Figure:
    """The figure of pairs: ours, and that of the bare application."""
    ours, bare = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratios = [mine / other for mine, other in pairs if other] or [nan]
    ratio = statistics.median(ratios)
    spread = (min(ratios), max(ratios))
    return Figure(name, ours, bare, ratio, spread, target, is_met(ours, ratio), unit)
