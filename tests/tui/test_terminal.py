"""The storefront in real terminals: a whole purchase, silence, hang-ups, no colour, no terminal."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from shopcli import Shop
from tests.command_lines import carry_out
from tests.raw_rows import raw_database
from tests.tui.terminals import COMMAND, Pty, bare_pty, terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

FIRST_SCREEN_BYTES_MAX = 20_000
IDLE_SECONDS = 5.0
ENDS_SECONDS = 8.0
"""The promise is 5; the rest is for a machine that does other things as well."""

ENTER, ESCAPE, HOME, DOWN = b"\r", b"\x1b", b"\x1b[H", b"\x1b[B"


def test_a_purchase_in_a_real_terminal(stocked: Shop, shop_url: str) -> None:
    """Start, search, add two things, claim and use a coupon, pay, read the receipt, quit."""
    with terminal([*COMMAND, "--db", shop_url, "-u", "kim"]) as screen:
        screen.sees("Latte", "4,500", "아메리카노", "3,500", "Mug [large]", "? Help")
        screen.press(b"/latt")
        screen.sees("LATTE · coffee")
        screen.press(ENTER)
        screen.press(b"++")
        screen.sees("cart 2 · 9,000 KRW")
        screen.press(ESCAPE)
        screen.sees("Mug [large]")
        screen.press(HOME + DOWN + b"+")
        screen.sees("cart 3 · 12,500 KRW")
        screen.press(b"c")
        screen.sees("WELCOME10", "claim: saves 1,250", "Balance after")
        screen.press(b"\t")
        screen.sees("▌ ● none")
        screen.press(DOWN * 2)
        screen.sees("enter claims one and uses it")
        screen.press(ENTER)
        screen.sees("saves 1,250", "11,250 KRW")
        screen.sees("enter  Pay 11,250 KRW")
        screen.press(ENTER)
        screen.sees("Paid", "38,750 KRW")
        screen.press(ESCAPE)
        screen.no_longer_sees("Paid")
        screen.sees("cart empty")
        screen.press(b"q")
        screen.read_until_quiet()
        assert screen.process.wait(20) == 0

    order = stocked.orders("kim")[0]
    assert (order.total, order.coupon) == (11_250, "WELCOME10")
    assert stocked.verify().ok


def test_the_first_screen_is_small_and_then_there_is_silence(stocked: Shop, shop_url: str) -> None:
    """At most 20 kB to the first full screen, and not one byte in five idle seconds."""
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.read_until_quiet()
        assert len(terminal.written) <= FIRST_SCREEN_BYTES_MAX
        terminal.press(b"/la")
        terminal.read_until_quiet()
        assert terminal.read(IDLE_SECONDS) == 0
        terminal.press(b"\x11")
        assert terminal.read(1.0) > 0
        assert terminal.process.wait(20) == 0


def test_a_terminal_that_nobody_reads_does_not_keep_the_process(
    stocked: Shop, shop_url: str
) -> None:
    """The other side stops reading, so that writing waits for ever: SIGTERM still ends it."""
    assert stocked.verify().ok
    with bare_pty([*COMMAND, "--db", shop_url], size=(200, 60)) as terminal:
        terminal.read_until(b"puts it into your cart")
        for _ in range(60):
            terminal.press(b"2345123451")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(ENDS_SECONDS) == 143


@pytest.mark.parametrize("keys", [b"", b"2", b"2345123451", b"+c", b"\x10"])
def test_sigterm_ends_with_its_own_code_whatever_goes_on(
    stocked: Shop, shop_url: str, keys: bytes
) -> None:
    """In the middle of a change of tabs as well: 143, and no report of a bug."""
    assert stocked.verify().ok
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.press(keys)
        terminal.process.send_signal(signal.SIGTERM)
        until_ended(terminal)
        assert terminal.process.returncode == 143
        assert b"error" not in terminal.written.rpartition(b"?1049l")[2]


def test_a_payment_that_waits_is_told_of_when_the_storefront_is_ended(
    stocked: Shop, shop_url: str
) -> None:
    """The database is held by others while it pays: SIGTERM ends it in time, with the key."""
    with bare_pty([*COMMAND, "--db", shop_url]) as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.press(b"+c")
        terminal.read_until(b"Who is shopping?")
        terminal.press(b"kim\r")
        terminal.read_until(b"Pay 4,500 KRW")
        with stocked.runtime.writing():
            terminal.press(b"\r")
            terminal.read_until(b"Paying")
            terminal.process.send_signal(signal.SIGTERM)
            until_ended(terminal)
        told = terminal.written.rpartition(b"?1049l")[2]
        assert terminal.process.returncode == 6
        assert b"shop receipt --key" in told
        assert b"shop order LATTE --expect 4500 -u kim --key" in told, "safe in any case"

    assert stocked.orders("kim") == ()


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_whoever_pressed_enter_learns_what_became_of_it(
    stocked: Shop, shop_url: str, seconds: float
) -> None:
    """SIGTERM right behind the key that pays: paid, not paid or unknown is said, and is true."""
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.press(b"+c")
        terminal.read_until(b"Balance after")
        terminal.read_until_quiet()
        terminal.press(b"\r")
        terminal.read(seconds)
        terminal.process.send_signal(signal.SIGTERM)
        until_ended(terminal)
        told = terminal.written.rpartition(b"?1049l")[2]

    if b"was made" in told:
        assert [str(order.order).encode() in told for order in stocked.orders("kim")] == [True]
    elif b"shop receipt --key" not in told:
        assert b"was not made" in told or b"Not paid" in told
        assert stocked.orders("kim") == ()


@pytest.mark.parametrize(("by_signal", "code"), [(False, 0), (True, 130)])
def test_a_payment_given_up_by_the_keyboard_is_told(
    stocked: Shop, shop_url: str, *, by_signal: bool, code: int
) -> None:
    """ctrl+q right behind the key that pays, in one write, and SIGINT tell what became of it."""
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.press(b"+c")
        terminal.read_until(b"Balance after")
        terminal.read_until_quiet()
        assert b"Desk" not in terminal.written, "the option binds"
        if by_signal:
            terminal.press(b"\r")
            terminal.process.send_signal(signal.SIGINT)
        else:
            terminal.press(b"\r\x11")
        until_ended(terminal)
        told = terminal.written.rpartition(b"?1049l")[2]

    orders = [str(order.order).encode() for order in stocked.orders("kim")]
    if terminal.process.returncode == 6:
        assert b"shop receipt --key" in told
        return
    assert terminal.process.returncode == code
    if orders:
        assert b"The payment was made: order " + orders[0] in told
    else:
        assert (
            b"Not paid, and not kept: 1 thing in the cart." in told
            or b"The payment was not made." in told
        )


@pytest.mark.parametrize("charges", [False, True])
def test_a_till_that_is_left_right_behind_an_enter_has_obeyed_it(
    stocked: Shop, shop_url: str, *, charges: bool
) -> None:
    """ctrl+q in one read of the terminal with the key that pays, or charges, comes after it."""
    keys, question = (
        (b"\x1b[18~jo\r500\r", b"by cash?") if charges else (b"LATTE\r\rjo\r", b"Balance after")
    )
    stocked.charge("jo", 9_000)
    with bare_pty([*COMMAND, "--kiosk", "--db", shop_url]) as terminal:
        terminal.read_until(b"Scan or type a product")
        terminal.press(keys)
        terminal.read_until(question)
        terminal.read_until_quiet()
        terminal.press(b"\r\x11")
        until_ended(terminal)
        told = terminal.written.rpartition(b"?1049l")[2]

    assert terminal.process.returncode == 0
    assert b"Not paid, and not kept" not in told
    assert stocked.balance("jo").balance == (10_500 if charges else 5_500)
    assert b" was made" in told


def test_who_leaves_is_told_that_an_answer_is_waited_for(stocked: Shop, shop_url: str) -> None:
    """ctrl+q while others keep the database busy: it says so, and then what became of it."""
    is_postgres = shop_url.startswith("postgresql")
    with (
        raw_database(shop_url) as raw,
        bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"]) as terminal,
    ):
        terminal.read_until(b"puts it into your cart")
        terminal.press(b"+c")
        terminal.read_until(b"Balance after")
        terminal.read_until_quiet()
        raw.run("BEGIN" if is_postgres else "BEGIN IMMEDIATE")
        if is_postgres:
            raw.run("LOCK TABLE balances IN EXCLUSIVE MODE")
        terminal.press(b"\r")
        terminal.read_until("Paying…".encode())
        terminal.press(b"\x11")
        terminal.read_until(b"What was sent is not answered yet")
        raw.run("ROLLBACK")
        until_ended(terminal)

    (order,) = stocked.orders("kim")
    assert f"The payment was made: order {order.order}".encode() in terminal.written
    assert terminal.process.returncode == 0


@pytest.mark.parametrize("asks", ["charge", "cancel"])
def test_a_charge_or_cancellation_given_up_is_told(stocked: Shop, shop_url: str, asks: str) -> None:
    """ctrl+q right behind the answer to a dialog: made or not made is said, and is true."""
    stocked.set_setting("cancel_within", "3650d")  # the process lives by another clock
    order_id = stocked.order("kim", {"MUG": 1}).order or ""
    before = stocked.balance("kim").balance
    with bare_pty([*COMMAND, "--db", shop_url], SHOP_USER="kim") as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.press(b"3")
        terminal.read_until(b"38,000")
        assert b"Desk" in terminal.written, "the variable does not bind"
        terminal.read_until_quiet()
        terminal.press(b"m" if asks == "charge" else b"x")
        terminal.read_until(b"Charge the balance" if asks == "charge" else b"cannot be taken back")
        terminal.read_until_quiet()
        terminal.press(b"1000\r\x11" if asks == "charge" else b"\r\x11")
        until_ended(terminal)
        told = terminal.written.rpartition(b"?1049l")[2]

    what = b"The charge" if asks == "charge" else b"The cancellation of order " + order_id.encode()
    is_done = stocked.balance("kim").balance != before
    assert terminal.process.returncode == 0
    assert what in told
    assert (b" was made." in told, b" was not made." in told) == (is_done, not is_done)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_without_a_screen_is_refused(stocked: Shop, shop_url: str, term: str) -> None:
    """TERM says that escape sequences are text there: exit 2 before anything is drawn."""
    assert stocked.verify().ok
    with bare_pty([*COMMAND, "--db", shop_url], TERM=term) as terminal:
        terminal.read_until(b"shop order")
        assert terminal.process.wait(20) == 2
        assert b"\x1b[?1049h" not in terminal.written


@pytest.mark.parametrize(
    ("more", "named", "mends"),
    [
        ({"PYTHONIOENCODING": "ascii"}, b"ascii", "PYTHONIOENCODING=utf-8"),
        (
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            b"ascii",
            "PYTHONUTF8=1",
        ),
    ],
)
def test_an_encoding_without_letters_of_all_scripts_is_refused(
    stocked: Shop, shop_url: str, more: dict[str, str], named: bytes, mends: str
) -> None:
    """Names would be escapes, and prices be pushed off the edge; what is advised helps."""
    assert stocked.verify().ok
    with bare_pty([*COMMAND, "--db", shop_url], size=(80, 24), **more) as terminal:
        terminal.read_until(f"{mends} shop tui".encode())
        assert terminal.process.wait(20) == 2
        assert named in terminal.written
        assert b"\x1b[?1049h" not in terminal.written
    name, _, value = mends.partition("=")
    with bare_pty([*COMMAND, "--db", shop_url], size=(80, 24), **{**more, name: value}) as terminal:
        terminal.read_until("아메리카노".encode())


@pytest.mark.parametrize(
    "flags", [["-u", "kim", "--kiosk"], ["-u", "kim", "--desk"], ["--kiosk", "--desk"]]
)
def test_the_ways_to_open_it_exclude_each_other(
    stocked: Shop, shop_url: str, flags: list[str]
) -> None:
    """A member's, a till's and the operator's storefront are not one another."""
    assert stocked.verify().ok
    with bare_pty([*COMMAND, "--db", shop_url, *flags]) as terminal:
        terminal.read_until(b"contradict each other")
        assert terminal.process.wait(20) == 2


def test_without_colour_nothing_is_coloured(stocked: Shop, shop_url: str) -> None:
    """NO_COLOR leaves text, bold and reverse, and shades of grey at most."""
    with bare_pty([*COMMAND, "--db", shop_url, "-u", "kim"], NO_COLOR="1") as terminal:
        terminal.read_until(b"puts it into your cart")
        terminal.read_until_quiet()
        assert _hues(terminal.written) == set()
        terminal.press(b"q")
        terminal.read(1.0)
        assert terminal.process.wait(20) == 0


@pytest.mark.parametrize(("bell", "count"), [("yes", 3), ("no", 0)])
def test_the_till_rings_for_what_is_not_taken(
    stocked: Shop, shop_url: str, bell: str, count: int
) -> None:
    """Two scans that are no product and a payer who is blocked ring once each, if wanted."""
    with bare_pty([*COMMAND, "--db", shop_url, "--kiosk"], SHOP_BELL=bell) as terminal:
        terminal.read_until(b"SKU for three")
        terminal.read_until_quiet()
        before = terminal.written.count(b"\a")
        terminal.press(b"77\r88\rLATTE\r")
        terminal.read_until(b"4,500")
        terminal.read_until_quiet()
        terminal.press(b"\rkim\r")
        terminal.read_until(b"45,500")
        stocked.set_user("kim", state="blocked", reason="lost")
        terminal.read_until_quiet()
        terminal.press(b"\r")
        terminal.read_until(b"blocked")
        terminal.read_until_quiet()
        assert terminal.written.count(b"\a") - before == count
        terminal.press(b"\x11")
        terminal.read(1.0)
        assert terminal.process.wait(20) == 0


def test_without_a_terminal_it_refuses_at_once(shop_url: str, tmp_path: Path) -> None:
    """Neither stdin nor stdout is a terminal: exit 2, and the way that works is named."""
    for more in ([], ["--kiosk"], ["--json"], ["-u", "kim"]):
        done = carry_out("tui", "--db", shop_url, *more, cwd=tmp_path)

        assert (done.returncode, done.stdout) == (2, b""), more
        assert b"shop order" in done.stderr, more


def until_ended(terminal: Pty) -> None:
    """Read what a process writes until it has ended."""
    while terminal.process.poll() is None:
        terminal.read(0.2)
    terminal.read(0.5)


def _hues(written: bytes) -> set[tuple[int, int, int]]:
    """Colours in SGR sequences that are no grey."""
    import re

    found = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", written)
    colours = {(int(red), int(green), int(blue)) for red, green, blue in found}
    return {colour for colour in colours if len(set(colour)) > 1}
