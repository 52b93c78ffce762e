"""The terminal is gone, whatever goes on: no process and no transaction is left two seconds later.

What was sent is known then: it was done once and completely, or not at all.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from shopcli import Shop
from shopcli.storage.lock_waits import wait_until
from shopcli.storage.sqlite.library import sqlite_library
from tests.raw_rows import RawDatabase, raw_database
from tests.tui.terminals import COMMAND, PATIENCE_SECONDS, Pty, bare_pty

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

ENDS_SECONDS = 2.0
ENTER, TAB, DOWN, PAGE_DOWN, F5 = b"\r", b"\t", b"\x1b[B", b"\x1b[6~", b"\x1b[15~"
BEGUN, LISTED = b"\x1b[?1049h", b"puts it into your cart"
AT_ONCE = b""
"""Nothing need be shown before."""


class Moment(NamedTuple):
    """Keys, each pressed once something is shown; the terminal goes right behind the last."""

    steps: tuple[tuple[bytes, bytes], ...]
    words: tuple[str, ...] = ()
    may_change: bool = False
    """Whether the last key changes the shop."""


def _browsing(keys: bytes) -> Moment:
    return Moment(((LISTED, keys),))


def _at_till(*steps: tuple[bytes, bytes], may_change: bool = False) -> Moment:
    return Moment(((b"scan", b"LATTE\r"), *steps), ("--kiosk",), may_change)


BILL = ((LISTED, b"+c"),)
ASKED = b"Balance after"
CHARGE = ((LISTED, b"3"), (b"50,000", b"m"))
# The cursor stands on the first letter of what an empty field says.
WHO = ((b"Latte", ENTER), (b"ho pays?", b"kim\r"))
MOMENTS = {
    "start": Moment(((AT_ONCE, b""),)),
    "full screen": Moment(((BEGUN, b""),)),
    "first screen": _browsing(b""),
    "coupons": _browsing(b"2"),
    "me": _browsing(b"3"),
    "best": _browsing(b"4"),
    "desk": _browsing(b"5"),
    "all tabs": _browsing(b"2345123451"),
    "scrolling": _browsing(DOWN * 40 + PAGE_DOWN * 3),
    "search": _browsing(b"/lat"),
    "user": _browsing(b"uk"),
    "palette": _browsing(b"\x10char"),
    "help": _browsing(b"?"),
    "leaving": _browsing(b"+q"),
    "checkout": _browsing(b"+c"),
    "coupon": Moment(((LISTED, b"+c"), (b"Balance after", TAB + DOWN + ENTER)), may_change=True),
    "paying": Moment((*BILL, (ASKED, ENTER)), may_change=True),
    "amount": Moment((*CHARGE, (b"Charge the balance", b"1000"))),
    "charging": Moment((*CHARGE, (b"Charge the balance", b"1000\r")), may_change=True),
    "scans": _at_till((AT_ONCE, b"MUG\rLATTE:2\r")),
    "who": _at_till(WHO[0]),
    "till's bill": _at_till(*WHO),
    "till's charge": _at_till(*WHO, (b"Balance after", F5)),
    "till's payment": _at_till(*WHO, (b"Balance after", ENTER), may_change=True),
}
ALWAYS = ("all tabs", "paying", "till's payment")


@pytest.mark.parametrize("moment", ALWAYS)
def test_a_terminal_that_goes_leaves_nothing(stocked: Shop, shop_url: str, moment: str) -> None:
    """While tabs change, and right behind the key that pays."""
    _hang_up(MOMENTS[moment], stocked, shop_url)


@pytest.mark.proof
@pytest.mark.parametrize(
    "dialect", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_terminal_that_goes_at_any_moment_leaves_nothing(
    stocked: Shop, shop_url: str, moment: str
) -> None:
    """At the start, on each tab, in each dialog, with an answer under way; on both databases."""
    _hang_up(MOMENTS[moment], stocked, shop_url)


@pytest.mark.parametrize(
    "dialect", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_payment_that_waits_for_others_is_left_with_its_terminal(
    stocked: Shop, shop_url: str
) -> None:
    """Others hold the database while it pays: nobody is there to be told, so it does not wait."""
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal:
        for shown, keys in BILL:
            _press(terminal, shown, keys)
        terminal.read_until(ASKED)
        with stocked.runtime.writing() as session:
            session.change("UPDATE balances SET balance_minor = balance_minor")
            terminal.press(ENTER)
            terminal.read_until(b"Paying")
            assert terminal.hang_up(ENDS_SECONDS) in {129, -signal.SIGHUP}

    with raw_database(shop_url) as raw:
        assert wait_until(lambda: not _has_transaction(raw, shop_url), ENDS_SECONDS)
    # A server that has it already may do it once the others are done, and does all of it.
    assert len(stocked.orders("kim")) <= (not shop_url.startswith("sqlite"))
    assert stocked.verify().ok


def _hang_up(moment: Moment, shop: Shop, url: str) -> None:
    """Do what leads there, hang up, and look what is left two seconds later."""
    before = _sold(shop)
    with (
        raw_database(url) as raw,
        bare_pty([*COMMAND, "--db", url, *moment.words], SHOP_USER="kim") as terminal,
    ):
        for shown, keys in moment.steps:
            _press(terminal, shown, keys)
        deadline = time.monotonic() + ENDS_SECONDS
        assert terminal.hang_up(ENDS_SECONDS) in {129, -signal.SIGHUP}
        assert wait_until(lambda: not _processes(terminal.process.pid), deadline - time.monotonic())
        assert wait_until(lambda: not _has_transaction(raw, url), deadline - time.monotonic())
    assert (_sold(shop) == before) or moment.may_change
    assert shop.verify().ok


def _press(terminal: Pty, shown: bytes, keys: bytes) -> None:
    """Press keys once something is shown that was not shown before."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    before = terminal.__dict__.setdefault("pressed_at", 0)
    while shown not in terminal.written[before:]:
        assert time.monotonic() < deadline, terminal.written[before:]
        terminal.read(0.02)
    terminal.__dict__["pressed_at"] = len(terminal.written)
    terminal.press(keys)


def _sold(shop: Shop) -> tuple[object, ...]:
    return shop.orders("kim"), shop.history("kim"), shop.coupons("kim")


def _processes(session: int) -> list[str]:
    """The processes that are left of those that a terminal had."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            state, _, _, session_id = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(session_id) == session and state != "Z":
                found.append((process / "cmdline").read_text())
    return found


def _has_transaction(raw: RawDatabase, url: str) -> bool:
    """Whether another has a transaction open; of a file, whether it keeps writers waiting."""
    if not url.startswith("sqlite"):
        return bool(
            raw.run(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
        )
    raw.run("PRAGMA busy_timeout = 0")
    try:
        raw.run("BEGIN IMMEDIATE")
    except sqlite_library().module.OperationalError:
        return True
    raw.run("ROLLBACK")
    return False
