"""What was sent is answered on whatever screen is open by then, and at the end of the sitting."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, OutcomeUnknown
from shopcli.tui.app import make_app
from shopcli.tui.operations import Operation
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.coupons import CouponsScreen
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.screens.help import KeysScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.visit import READ_SECONDS
from tests.clocks import SteadyClock
from tests.tui.stage import Held, Stage, perform
from tests.tui.terminals import environment

_TURNED_AWAY = """
import sys, threading
from shopcli.tui import ending as module

def last_word(*, may_ask):
    if may_ask:
        threading.Event().wait()
    sys.stderr.write("what is known")
    sys.stderr.flush()
    return 6

module.QUIT_SECONDS = 1.5
ending = module.Ending(lambda code: None, last_word, lambda: sys.stderr.write("wait "))
with ending.watching():
    ending.left() if sys.argv[1] == "left" else ending.begin(143)
    threading.Event().wait()
"""
"""Its orderly end never comes, and the shop does not answer."""

_ENDED_WHILE_LEFT = """
import os, signal, threading
from shopcli.tui import ending as module

def terminate():
    os.kill(os.getpid(), signal.SIGTERM)

module.QUIT_SECONDS = 600
ending = module.Ending(lambda code: None, lambda *, may_ask: None, terminate)
with ending.watching():
    ending.left()
    threading.Event().wait()
"""
"""Its user has left, which would take ten minutes, and while that is told it is terminated."""


def test_a_cancellation_is_told_after_its_receipt_was_closed(stocked: Shop, held: Held) -> None:
    """Escape while it is under way: the screen below says what went back, and whose it is."""
    stocked.order("kim", {"MUG": 1}, key="mine")
    operations: list[str] = []

    async def play(stage: Stage) -> None:
        await stage.press("3", "x")
        await stage.sees("Cancel order")
        await stage.pilot.press("enter")
        await stage.sees_now("Cancelling")
        operations.extend(operation.what for operation in stage.app.visit.operations.values())
        await stage.pilot.press("escape")
        assert not isinstance(stage.screen, ReceiptScreen)
        held.released.set()
        await stage.sees("Cancelled order", "12,000 KRW went back", "kim has 50,000 KRW")
        assert not stage.app.visit.operations

    perform(make_app(held.shop(stocked, "cancel"), user="kim"), play)

    assert stocked.orders("kim")[0].state == "cancelled"
    assert operations == [f"The cancellation of order {stocked.orders('kim')[0].order}"]


def test_a_refused_cancellation_is_told_as_well(stocked: Shop, held: Held) -> None:
    """Why it was not done is said although the receipt is gone."""
    stocked.order("kim", {"MUG": 1}, key="mine")
    held.error = DatabaseUnreachable("It is away.")

    async def play(stage: Stage) -> None:
        await stage.press("3", "x")
        await stage.sees("Cancel order")
        await stage.pilot.press("enter")
        await stage.pilot.press("escape", "1")
        held.released.set()
        await stage.reads("was not made: It is away; nothing was changed.", "PRODUCT")
        assert [operation.is_done for operation in stage.app.visit.unread()] == [False]

    perform(make_app(held.shop(stocked, "cancel"), user="kim"), play)


@pytest.mark.parametrize(
    ("verb", "keys", "told"),
    [
        ("claim", ("2", "enter", "1"), "Yours: FIRST3, number 1 of 3"),
        ("claim", ("plus", "c", "tab", "down", "enter", "escape"), "Coupon FIRST3: number 1"),
        ("restock", ("5", "down", "s", "9", "enter", "1"), "12 in stock now"),
        ("add_user", ("u", *"ann", "enter", "enter", "escape"), "Added the user ann"),
    ],
)
def test_what_was_sent_is_answered_on_the_screen_that_is_open(
    stocked: Shop, held: Held, verb: str, keys: tuple[str, ...], told: str
) -> None:
    """A claim, a restock, a new user: nothing that was done is silent."""

    async def play(stage: Stage) -> None:
        *before, enter, leave = keys
        for key in before:
            await stage.press(key)
        await stage.pilot.press(enter, leave)
        await stage.pilot.pause()
        assert told not in stage.text
        held.released.set()
        await stage.sees(told, "PRODUCT")

    perform(make_app(held.shop(stocked, verb), user="kim"), play)


@pytest.mark.parametrize(
    ("verb", "keys", "what"),
    [
        ("claim", ("2", "enter", "1"), "The claim of FIRST3 for kim"),
        ("claim", ("plus", "2", "enter", "q"), "The claim of FIRST3 for kim"),
        ("claim", ("plus", "c", "tab", "down", "enter", "escape"), "The claim of FIRST3 for kim"),
        ("set_product", ("5", "f4", "o", "enter", "f5"), "The taking of AMERICANO off sale"),
        ("set_product", ("5", "f4", "o", "enter", "1"), "The taking of AMERICANO off sale"),
        ("add_user", ("u", *"ann", "enter", "enter", "escape"), "The new user ann"),
        ("cancel", ("3", "x", "enter", "escape"), "The cancellation of order"),
    ],
)
def test_a_refusal_names_what_it_is_about_on_another_screen(
    stocked: Shop, held: Held, verb: str, keys: tuple[str, ...], what: str
) -> None:
    """In a box or a tab that was opened meanwhile it would be about what is shown there."""
    stocked.order("kim", {"MUG": 1}, key="mine")
    held.error = Busy("Other processes kept the database busy.")

    async def play(stage: Stage) -> None:
        *before, enter, leave = keys
        for key in before:
            await stage.press(key)
        await stage.pilot.press(enter, leave)
        await stage.pilot.pause()
        assert "was not made" not in stage.text
        held.released.set()
        await stage.reads(what, "was not made: Other processes kept the database busy; nothing was")

    perform(make_app(held.shop(stocked, verb), user="kim"), play)


@pytest.mark.parametrize(
    ("verb", "before", "keys"),
    [("claim", ("2",), ("enter",)), ("order", ("plus", "c"), ("enter", "f1"))],
)
def test_a_refusal_where_it_was_sent_is_told_without_its_name(
    stocked: Shop, held: Held, verb: str, before: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    """What is meant is seen there, also behind the help."""
    held.error = Busy("Other processes kept the database busy.")

    async def play(stage: Stage) -> None:
        for key in before:
            await stage.press(key)
        await stage.pilot.press(*keys)
        held.released.set()
        await stage.sees("Other processes kept the database busy; nothing was changed.")
        assert "was not made" not in stage.text

    perform(make_app(held.shop(stocked, verb), user="kim"), play)


@pytest.mark.parametrize(
    ("verb", "keys", "look"),
    [
        ("claim", ("2", "enter"), "shop claim FIRST3 -u kim --key "),
        ("claim", ("plus", "c", "tab", "down", "enter"), "shop claim FIRST3 -u kim --key "),
        ("restock", ("5", "down", "s", "9", "enter"), "shop product history "),
        ("add_user", ("u", *"ann", "enter", "enter"), "shop user show ann"),
    ],
)
def test_whatever_was_sent_is_kept_for_the_end_until_it_is_answered(
    stocked: Shop, held: Held, verb: str, keys: tuple[str, ...], look: str
) -> None:
    """A claim, a restock, a new user: as a payment, with a line that can be typed."""

    async def play(stage: Stage) -> None:
        *before, enter = keys
        for key in before:
            await stage.press(key)
        await stage.pilot.press(enter)
        visit = stage.app.visit
        await stage.until(lambda: bool(visit.operations))
        (sent,) = visit.unread()
        assert (sent.is_done, sent.in_doubt) == (False, False)
        assert sent.look.startswith(look)
        assert sent.is_repeatable == ("--key" in look)
        assert not visit.asked
        held.released.set()
        await stage.until(lambda: not visit.operations)
        assert visit.unread() == [sent]
        assert sent.is_done

    perform(make_app(held.shop(stocked, verb), user="kim"), play)


@pytest.mark.parametrize(
    ("keys", "what"),
    [(("u", *"ann", "enter"), "The new user ann"), (("5", "down", "s"), "The restock of")],
)
def test_what_a_dialog_asks_is_kept_until_it_is_closed(
    stocked: Shop, keys: tuple[str, ...], what: str
) -> None:
    """The answer may have been typed and not read any more when the storefront ends."""

    async def play(stage: Stage) -> None:
        for key in keys:
            await stage.press(key)
        (asked,) = stage.app.visit.asked.values()
        assert asked.startswith(what)
        await stage.press("escape")
        assert not stage.app.visit.asked

    perform(make_app(stocked, user="kim"), play)


def test_a_claim_in_doubt_is_sent_again_with_its_key(stocked: Shop, held: Held) -> None:
    """Its answer was lost: Enter claims with the same key if it is not claimed, and says so."""
    held.error = OutcomeUnknown("The connection was lost.")

    async def play(stage: Stage) -> None:
        visit = stage.app.visit
        held.released.set()
        await stage.press("2", "enter")
        await stage.sees("The connection was lost.", "enter Claim if not claimed")
        ((key, operation),) = visit.operations.items()
        assert operation.in_doubt
        held.error = Busy("Other processes kept the database busy.")
        await stage.press("enter")
        await stage.sees("kept the database busy. Try again", "enter Claim if not claimed")
        held.error = None
        await stage.press("enter")
        await stage.sees("Yours: FIRST3")
        assert not visit.operations
        assert operation.is_done
        assert visit.command.endswith(f"--key {key}")

    perform(make_app(held.shop(stocked, "claim"), user="kim"), play)


def test_a_claim_in_doubt_is_named_as_that_before_anything_is_read_again(
    stocked: Shop, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database that lost it is away for a while yet."""
    held.error = OutcomeUnknown("The connection was lost.")
    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("enter Claim")
        monkeypatch.setattr(CouponsScreen, "reload", lambda _: None)
        await stage.press("enter")
        await stage.sees("The connection was lost.", "enter Claim if not claimed")

    perform(make_app(held.shop(stocked, "claim"), user="kim"), play)


def test_a_copied_restock_says_that_it_restocks_again(stocked: Shop) -> None:
    """It has no key; what has one is copied without that remark."""

    async def play(stage: Stage) -> None:
        await stage.press("5", "down", "s", "9", "enter")
        await stage.sees("12 in stock now")
        await stage.press("y")
        await stage.sees("Copied (typed again it restocks again): shop product restock")
        await stage.press("2", "enter")
        await stage.sees("Yours: FIRST3")
        await stage.press("y")
        await stage.sees("Copied: shop claim FIRST3")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20)])
def test_an_answer_without_room_says_so_and_f1_shows_all_of_it(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """At the desk, where it ends in a command, at a till, and in a box; what has room is whole."""
    shop_file = f"/srv/{'shops/' * 12}shop.db"
    stocked.add_product("LONG", name="n" * 80, price=1, stock=99)

    async def play(stage: Stage) -> None:
        await stage.press("5", "down", "s", "9", "enter")
        await stage.sees("12 in stock now", "Wrong?", "… f1: all of it")
        await stage.press("f1")
        await stage.sees("What was told", "12 in stock now", "shop.db")
        await stage.press("escape", "s")
        box = stage.screen
        assert isinstance(box, EntryDialog)
        for told, is_cut in (("x " * 400, True), ("Told.", False)):
            box.say(told)
            await stage.until(lambda is_cut=is_cut: ("f1: all" in stage.text) == is_cut)  # type: ignore[misc]  # bound now
            await stage.press("f1")
            await stage.until(lambda is_cut=is_cut: ("was told" in stage.text) == is_cut)  # type: ignore[misc]  # bound now
            await stage.press("escape")

    async def sell(stage: Stage) -> None:
        for line in ("MUG", "", "n" * 60):
            await stage.type(line)
            await stage.press("enter")
        await stage.until(lambda: ("… f1: all of it" in stage.text) == (size[1] < 20))
        await stage.press("f1")
        await stage.until(lambda: ("What was told" in stage.text) == (size[1] < 20))
        if size[1] < 20:
            await stage.sees("product, press esc and", "type it there.")

    def pasted(text: str) -> str:
        return f"{text} --db {shop_file}"

    perform(make_app(stocked, user="kim", pasted=pasted), play, size=size)
    perform(make_app(stocked, kiosk=True), sell, size=size)


def test_a_payment_is_told_where_another_screen_is_open(stocked: Shop, held: Held) -> None:
    """That screen stays, and the receipt comes behind it."""

    async def play(stage: Stage) -> None:
        await stage.press("end", "up", "plus", "c")
        await stage.sees("enter  Pay 25,000")
        await stage.pilot.press("enter", "question_mark")
        await stage.until(lambda: isinstance(stage.screen, KeysScreen))
        held.released.set()
        await stage.until(lambda: not stage.app.visit.cart.count)
        assert isinstance(stage.screen, KeysScreen)
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("escape")
        await stage.sees("PRODUCT")

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)

    assert [order.total for order in stocked.orders("kim")] == [25_000]


def test_a_price_that_changed_meanwhile_is_asked_on_the_way_back(stocked: Shop, held: Held) -> None:
    """Nothing is paid while another screen is open, and the new bill is told behind it."""

    async def play(stage: Stage) -> None:
        await stage.press("end", "up", "plus", "c")
        await stage.sees("enter  Pay 25,000")
        await stage.pilot.press("enter", "question_mark")
        await stage.until(lambda: isinstance(stage.screen, KeysScreen))
        stocked.set_product("PARTY", price=26_000)
        held.released.set()
        await stage.until(lambda: stage.app.visit.payment is None)
        await stage.press("escape")
        await stage.sees("box 25,000 → 26,000", "TOTAL  26,000 KRW")

    perform(make_app(held.shop(stocked, "order"), user="kim", steady_clock=SteadyClock()), play)

    assert stocked.orders("kim") == ()


def test_what_was_answered_a_moment_ago_is_told_at_the_end(stocked: Shop) -> None:
    """A storefront that is ended right behind the answer: nobody can have read it."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("Paid")
        assert not stage.app.visit.operations
        assert [operation.is_done for operation in stage.app.visit.unread()] == [True]
        seconds.seconds += READ_SECONDS
        assert stage.app.visit.unread() == []

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_after_a_bug_it_is_not_known_whether_a_change_was_made() -> None:
    """A bug may come after the commit, so the end must not say that nothing was done."""

    def fail() -> None:
        raise LookupError

    operation = Operation("mine", "The charge", "shop charge 5 -u kim")
    with pytest.raises(LookupError):
        operation.carry_out(fail)

    assert operation.in_doubt
    assert operation.refusal is None
    assert not operation.is_done


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(("how", "told"), [("turned away", ""), ("left", "wait ")])
def test_the_end_speaks_even_where_the_shop_does_not_answer(how: str, told: str) -> None:
    """What is known without asking is said, with its exit code, within the promised seconds."""
    done = subprocess.run(
        [sys.executable, "-c", _TURNED_AWAY, how],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 6
    assert done.stderr.endswith(f"{told}what is known")


def test_a_signal_ends_it_in_its_own_time_after_its_user_has_left() -> None:
    """The bound of a signal holds behind that of ctrl+q, which leaves more time."""
    done = subprocess.run(
        [sys.executable, "-c", _ENDED_WHILE_LEFT], env=environment(), timeout=30, check=False
    )

    assert done.returncode == 143
