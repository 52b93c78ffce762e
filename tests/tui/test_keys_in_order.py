"""Keys are obeyed in the order in which they came, however fast, whatever the till is doing."""

from __future__ import annotations

import sys

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.key_order import KeysInOrder, Passed
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.screen import Dialog
from tests.tui.stage import Held, Stage, perform
from tests.tui.terminals import COMMAND, terminal

unix_alone = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

WHO_PAYS = "who pays?"
SIX_SCANS = "LATTE\rBAGEL\rMUG\rAMERICANO\rCOLDBREW\rMATCHA\r"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name: str = request.param
    return name


@pytest.mark.parametrize(
    ("typed", "lines", "shown"),
    [
        ("LATTE\rBAGEL\r", {"LATTE": 1, "BAGEL": 1}, "scan more"),
        (SIX_SCANS, dict.fromkeys(SIX_SCANS.split(), 1), "scan more"),
        ("LATTE\r" * 12, {"LATTE": 12}, "scan more"),
        ("LATTE\r\r", {"LATTE": 1}, WHO_PAYS),
        ("LATTE:5\r\r", {"LATTE": 5}, WHO_PAYS),
        ("LATTE\r\rMUG\r\r", {"LATTE": 1, "MUG": 1}, WHO_PAYS),
        ("XY\x7f\x7fMUG\r\x7fTEAX\x7f\x7f\x7f\x7fBAGEL\r", {"MUG": 1, "BAGEL": 1}, "scan more"),
        ("MUG\r↑↑↓LATTE\r↑", {"MUG": 2, "LATTE": 2}, "scan more"),
        ("TEA\x1bMUG\r\r\x1bLATTE\r", {"MUG": 1, "LATTE": 1}, "scan more"),
    ],
)
def test_what_comes_at_once_is_taken_one_after_another(
    stocked: Shop, typed: str, lines: dict[str, int], shown: str
) -> None:
    """No scan is lost, taken twice or run together with the next; Enter counts after its scan."""

    async def play(stage: Stage) -> None:
        stage.burst(typed)
        await stage.until(lambda: dict(stage.app.visit.cart.request) == lines)
        await stage.sees(shown)
        assert "No product" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize(
    "name", ["kim\r\r", "nobody\x7f\x7f\x7f\x7f\x7f\x7fkim\r", "MUG\rkim\r\r\r"]
)
def test_the_name_is_taken_in_its_turn(stocked: Shop, name: str) -> None:
    """What follows the name at once is no product, and pays nothing that was not shown."""

    async def play(stage: Stage) -> None:
        stage.burst(f"LATTE\r\r{name}")
        await stage.sees("press enter to pay", "Balance after")
        assert "There is no" not in stage.text
        assert "No product" not in stage.text
        assert stage.app.visit.user == "kim"

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim") == ()


def test_scans_while_paying_are_the_next_bill(stocked: Shop, held: Held) -> None:
    """They wait; so does the Enter behind them; Escape, arrows and an Enter alone mean nothing."""
    slow = held.shop(stocked, "order")

    async def play(stage: Stage) -> None:
        stage.burst("LATTE\r\rkim\r")
        await stage.sees("press enter to pay")
        stage.burst("\r")
        await stage.sees_now("Paying")
        stage.burst("\r\x1b↓AMERICANO\rMUG\r↑BAGEL\r\r")
        await stage.sees_now("Waits for its turn: AMERICANO, MUG, BAGEL.")
        held.released.set()
        await stage.until(
            lambda: dict(stage.app.visit.cart.request) == {"AMERICANO": 1, "MUG": 1, "BAGEL": 1}
        )
        await stage.sees(WHO_PAYS)

    perform(make_app(slow, kiosk=True), play)

    assert [order.total for order in stocked.orders("kim")] == [4_500]


def test_what_follows_a_value_at_once_does_not_change_it(stocked: Shop) -> None:
    """At the desk's field for an amount, keys behind its Enter are no part of the amount."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        stage.burst("100\r0")
        await stage.sees("50,100")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.balance("kim").balance == 50_100


@pytest.mark.parametrize(
    ("typed", "user"),
    [("usato\r", "sato"), ("ukim\rusato\r", "sato"), ("u\r", None), ("2usato\r", "sato")],
)
def test_the_name_behind_the_key_that_asks_for_it_is_whole(
    stocked: Shop, typed: str, user: str | None
) -> None:
    """No letter is lost while the dialog opens; an Enter without a name chooses nobody."""
    stocked.add_user("amelie")

    async def play(stage: Stage) -> None:
        stage.burst(typed)
        await stage.settle()
        assert stage.app.visit.user == user

    perform(make_app(stocked), play)


def test_keys_behind_a_tab_are_for_that_tab(stocked: Shop) -> None:
    """An amount behind 3 and m is charged whole; a search behind 1 finds, puts and goes on."""

    async def play(stage: Stage) -> None:
        stage.burst("3m777\r")
        await stage.sees("50,777")
        stage.burst("2")
        stage.burst("1/mug\r+c")
        await stage.sees("YOUR ORDER")
        assert dict(stage.app.visit.cart.request) == {"MUG": 1}

    perform(make_app(stocked, user="kim"), play)

    assert stocked.balance("kim").balance == 50_777


def test_a_question_is_not_answered_before_it_is_asked(stocked: Shop) -> None:
    """Enter that came with the keys that open a question pays nothing that nobody saw."""

    async def play(stage: Stage) -> None:
        stage.burst("/mug\r+c\r\r\r")
        await stage.sees("TOTAL  12,000 KRW", "That enter came before the bill was shown")
        stage.burst("\x1bq\r")
        await stage.sees("Leave with")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim") == ()


@pytest.mark.parametrize("typed", ["3x\r\r", "3\rx\r"])
def test_keys_behind_one_that_opens_a_box_are_for_the_box(
    stocked: Shop, held: Held, typed: str
) -> None:
    """However late it opens; it says that an Enter which came before it answers nothing."""
    slow = held.shop(stocked, "coupons", "receipt")

    async def play(stage: Stage) -> None:
        stage.burst(typed)
        await stage.pilot.pause(0.1)
        held.released.set()
        await stage.sees("Cancel order", "That enter came before")
        assert isinstance(stage.screen, ConfirmDialog)
        await stage.press("escape", "escape")
        assert getattr(stage.app.focused, "id", "") == "journal"

    perform(make_app(slow, user="sato"), play)

    assert stocked.orders("kim") == ()
    assert stocked.receipt(key="sold-1").state == "paid"


def test_an_early_enter_chooses_nobody_and_that_is_said(stocked: Shop) -> None:
    """Where no name was typed before it."""

    async def play(stage: Stage) -> None:
        stage.burst("u\r")
        await stage.sees("Who is shopping?", "That enter came before")

    perform(make_app(stocked), play)


def test_keys_behind_a_box_that_never_opens_do_nothing(
    stocked: Shop, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are given up with it, which is told; it does not open later, over something else."""
    monkeypatch.setattr("shopcli.tui.key_order.WAIT_SECONDS", 0.2)
    slow = held.shop(stocked, "coupons", "receipt")

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        stage.burst("3x\r1")
        await stage.sees_now("does not answer yet")
        held.released.set()
        await stage.settle()
        assert not isinstance(stage.screen, Dialog)
        assert dict(stage.app.visit.cart.request) == {"AMERICANO": 1}
        assert stage.app.current_mode == "me"

    perform(make_app(slow, user="sato"), play)


def test_a_key_whose_widget_went_with_its_messages_is_over_at_last(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although no key comes behind it: nothing waits for it, and the next one is obeyed at once."""
    monkeypatch.setattr("shopcli.tui.key_order.STUCK_SECONDS", 0.05)

    async def lost(_self: KeysInOrder, passed: Passed) -> None:
        passed.stop()

    async def play(stage: Stage) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(KeysInOrder, "on_passed", lost)
            stage.burst("+")
            await stage.until(lambda: stage.app.visit.cart.count == 1)
            await stage.until(lambda: not stage.app.keys_wait)
        await stage.press("plus")
        assert stage.app.visit.cart.count == 2

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize(
    ("typed", "sku", "stock"),
    [("5s12\r", "TEA", 12), ("5\t↓s12\r", "PARTY", 15), ("5[]\x10restock a\r7\r", "TEA", 7)],
)
def test_keys_on_a_tab_wait_for_what_it_lists(
    stocked: Shop, typed: str, sku: str, stock: int
) -> None:
    """A key that is for a row is not lost, nor answered by what is not known yet."""
    first, _, rest = typed.partition("[]")

    async def play(stage: Stage) -> None:
        stage.burst(first)
        if rest:
            await stage.settle()
            stage.burst(rest)
        await stage.sees("in stock now")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.product(sku).stock == stock


def test_keys_behind_a_new_user_are_for_the_screen_below(stocked: Shop) -> None:
    """The dialog closes once the user is added; no key is typed into its field until then."""

    async def play(stage: Stage) -> None:
        stage.burst("uzoe\r")
        await stage.sees("Add the new user zoe?")
        stage.burst("\r+")
        await stage.until(lambda: dict(stage.app.visit.cart.request) == {"AMERICANO": 1})
        assert stage.app.visit.user == "zoe"

    perform(make_app(stocked, user="kim"), play)


@unix_alone
def test_enters_behind_the_key_that_pays_in_a_real_terminal(stocked: Shop, shop_url: str) -> None:
    """One write of all of them opens the bill, which is paid once Enter comes by itself."""
    with terminal([*COMMAND, "--db", shop_url, "--user", "kim"]) as screen:
        screen.sees("Bagel")
        screen.press(b"+++c\r\r\r")
        screen.sees("That enter came before", "enter  Pay 13,500 KRW")
        screen.press(b"\r")
        screen.sees("Paid")

    assert [order.total for order in stocked.orders("kim")] == [13_500]


@unix_alone
def test_one_write_of_many_scans_in_a_real_terminal(stocked: Shop, shop_url: str) -> None:
    """Scans, names and Enters that one read brings, at each step and while it pays."""
    with terminal([*COMMAND, "--db", shop_url, "--kiosk"]) as screen:
        screen.sees("Scan or type a product")
        screen.press(b"LATTE\rBAGEL\r" + b"AMERICANO\r" * 4)
        screen.sees("cart 6 · 21,800 KRW")
        screen.press(b"LATTE\r\r")
        screen.sees("cart 7 · 26,300 KRW", WHO_PAYS)
        screen.press(b"nobody" + b"\x7f" * 6 + b"kim\r")
        screen.sees("press enter to pay", "23,700 KRW")
        with stocked.runtime.writing():  # keeps the payment waiting on SQLite
            screen.press(b"\rMATCHA\rMUG\rCOLDBREW\r")
            screen.read(0.3)
        screen.sees("cart 3 · 22,200 KRW")
        assert "No product" not in screen.text
        screen.press(b"\rkim\r")
        screen.sees("press enter to pay", "1,500 KRW")

    assert [order.total for order in stocked.orders("kim")] == [26_300]
    assert stocked.verify().ok
