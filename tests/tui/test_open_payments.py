"""While the outcome of a payment is open, nothing is shown or done that is not known to be true."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, OutcomeUnknown
from shopcli.domain.records import Order
from shopcli.tui.app import make_app
from shopcli.tui.payment import Intent, find
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.dialogs import LeaveDialog
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.screens.till import TillScreen
from tests.tui.stage import Held, Stage, perform

PARTY = ("end", "up", "plus", "c")
WAITS = "ctrl+q leaves without waiting"
NOT_KNOWN = "it is not known whether"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes are asked for at once."""
    monkeypatch.setattr("shopcli.tui.paying.SETTLE_SECONDS", 0.02)


@dataclass
class Losses:
    """What happens to the orders of a shop, and what was asked with a key; True is an order."""

    commits: bool = False
    busy_count: int = 10_000
    sent: list[bool] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def losses(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> Losses:
    """A shop whose first order is lost on the way, and whose later ones find it locked."""
    found, verb = Losses(), type(stocked).order  # what it has sold is not lost
    found.released.set()

    def order(shop: Shop, *arguments: Any, **options: Any) -> Order:  # noqa: ANN401  # passed on
        if options.get("key"):
            found.sent.append(not options.get("dry_run"))
        if options.get("dry_run"):
            return verb(shop, *arguments, **options)
        if found.sent.count(True) == 1:
            if found.commits:
                verb(shop, *arguments, **options)
            raise OutcomeUnknown("The connection was lost.", details={"key": options["key"]})
        found.released.wait(10)
        if found.busy_count:
            found.busy_count -= 1
            raise Busy("Other processes kept the database busy.", details={"reason": "locks"})
        return verb(shop, *arguments, **options)

    monkeypatch.setattr(Shop, "order", order)
    return found


async def _pay(stage: Stage) -> None:
    await stage.press(*PARTY)
    await stage.sees("enter  Pay 25,000")
    await stage.pilot.press("enter")


async def _pay_at_till(stage: Stage) -> None:
    await stage.type("PARTY")
    await stage.press("enter", "enter")
    await stage.type("kim")
    await stage.press("enter")
    await stage.sees("press enter to pay")
    await stage.pilot.press("enter")


@pytest.mark.parametrize("key", ["q", "u", "2", "3"])
def test_while_it_is_paid_no_key_leads_away(stocked: Shop, held: Held, key: str) -> None:
    """Leaving, another user and other tabs: none is obeyed, then or later, and it says why."""

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees_now("Paying…")
        await stage.pilot.press(key)
        await stage.sees_now(WAITS)
        assert isinstance(stage.screen, CheckoutScreen)
        held.released.set()
        await stage.sees("Paid", "25,000 KRW")
        assert isinstance(stage.screen, ReceiptScreen)
        assert stage.app.visit.user == "kim"

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_while_it_is_paid_no_key_is_offered_that_does_nothing(stocked: Shop, held: Held) -> None:
    """The bar names those of the bill again where it was not paid."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})
    of_the_bill = ("enter Pay", "c Cart", "esc Back", "tab Coupons", "Qty")

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees_now("Paying…", "? Help")
        assert not any(key in stage.text for key in of_the_bill)
        await stage.pilot.press("minus", "b", "escape", "enter")
        held.released.set()
        await stage.sees("kept the database busy", "enter Pay", "esc Back", "tab Coupons", "Qty")

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_another_user_never_stands_over_a_payment(stocked: Shop, held: Held) -> None:
    """Neither name, nor balance, nor cart changes until the payment is answered."""

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees_now("Paying…")
        await stage.pilot.press("u", *"jo", "enter")
        await stage.sees_now("kim 50,000", "cart 1 · 25,000 KRW")
        stage.app.action_user()  # by the palette
        held.released.set()
        await stage.sees("Paid")
        assert stage.app.visit.user == "kim"
        await stage.press("escape", "u")
        await stage.sees("Who is shopping?")

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_q_right_behind_the_enter_that_pays_asks_nothing(stocked: Shop, held: Held) -> None:
    """In one read of the terminal: there is no moment in which it is taken for not paid."""

    async def play(stage: Stage) -> None:
        await stage.press(*PARTY)
        await stage.sees("enter  Pay 25,000")
        stage.burst("\rqqu")
        await stage.sees_now(WAITS)
        assert isinstance(stage.screen, CheckoutScreen)
        held.released.set()
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_the_end_of_a_payment_is_told_on_its_page_whatever_is_on_top(
    stocked: Shop, held: Held
) -> None:
    """Behind a box, too: nothing says that it is paid any more, and the error is not lost."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees_now("Paying…")
        stage.app.push_screen(LeaveDialog(1))
        await stage.until(lambda: isinstance(stage.screen, LeaveDialog))
        held.released.set()
        await stage.sees("kept the database busy")
        await stage.press("escape")
        await stage.sees("YOUR ORDER", "kept the database busy")
        assert "Paying" not in stage.text

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


@pytest.mark.parametrize("changes", ["claim", "cancel"])
def test_the_end_of_other_changes_is_told_on_their_page(
    stocked: Shop, held: Held, changes: str
) -> None:
    """A claim and a cancellation that are refused behind the question whether to leave."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})
    stocked.order("kim", {"MUG": 1}, key="to-cancel")
    keys = {"claim": ("2", "home", "enter"), "cancel": ("3", "x", "enter")}[changes]

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        for key in keys[:-1]:
            await stage.press(key)
        await stage.pilot.press(keys[-1])
        await stage.sees_now("is on its way…" if changes == "claim" else "Cancelling…")
        await stage.pilot.press("q")
        await stage.sees_now("Leave with 1 thing")
        held.released.set()
        await stage.sees("kept the database busy")
        await stage.press("escape")
        await stage.sees("kept the database busy")
        assert "on its way" not in stage.text
        assert "Cancelling" not in stage.text

    perform(make_app(held.shop(stocked, changes), user="kim"), play)


@pytest.mark.parametrize(
    ("tab", "keys", "then"),
    [("2", ("home", "enter"), ("u",)), ("3", ("m", "5", "enter"), ("escape", "u"))],
)
def test_what_is_sent_shows_that_it_is(
    stocked: Shop, held: Held, tab: str, keys: tuple[str, ...], then: tuple[str, ...]
) -> None:
    """A claim and a charge that wait for others say so; nobody else takes the screen meanwhile."""

    async def play(stage: Stage) -> None:
        await stage.press(tab, *keys[:-1])
        await stage.pilot.press(keys[-1])
        await stage.sees_now("is on its way…")
        await stage.pilot.press(*then)
        await stage.sees_now("u works then")
        held.released.set()
        await stage.until(lambda: not stage.app.visit.operations)
        assert "on its way" not in stage.text

    perform(make_app(held.shop(stocked, "claim", "charge"), user="kim"), play)


def test_a_claim_at_the_checkout_shows_that_it_is_sent(stocked: Shop, held: Held) -> None:
    """There as in the tab of coupons."""

    async def play(stage: Stage) -> None:
        await stage.press(*PARTY)
        await stage.sees("Balance after")
        await stage.press("tab", "down")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way…")
        held.released.set()
        await stage.sees("number 1 of")
        assert "on its way" not in stage.text

    perform(make_app(held.shop(stocked, "claim"), user="kim"), play)


@pytest.mark.parametrize("kiosk", [False, True])
def test_what_was_paid_is_asked_for_and_not_sent_again(
    stocked: Shop, losses: Losses, *, kiosk: bool
) -> None:
    """The answer was lost, the order was made: a read by its key finds it."""
    losses.commits = True

    async def play(stage: Stage) -> None:
        await (_pay_at_till if kiosk else _pay)(stage)
        await stage.sees("Paid", "25,000 KRW")
        assert losses.sent == [False, True, False]

    perform(make_app(stocked, user=None if kiosk else "kim", kiosk=kiosk), play)

    assert len(stocked.orders("kim")) == 1


@pytest.mark.parametrize("kiosk", [False, True])
def test_what_is_not_there_is_sent_again_and_that_is_said(
    stocked: Shop, losses: Losses, *, kiosk: bool
) -> None:
    """First a read by the key, then the order with it, which is paid once."""
    losses.busy_count = 0
    losses.released.clear()

    async def play(stage: Stage) -> None:
        await (_pay_at_till if kiosk else _pay)(stage)
        await stage.sees_now("Sending it again under its key")
        losses.released.set()
        await stage.sees("Paid", "25,000 KRW")
        assert losses.sent == [False, True, False, False, True]

    perform(make_app(stocked, user=None if kiosk else "kim", kiosk=kiosk), play)

    assert len(stocked.orders("kim")) == 1


def test_an_outcome_is_asked_for_within_the_bound(stocked: Shop, losses: Losses) -> None:
    """Then it is told as not known, with the key and what to type; Enter pays if it is not paid."""

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees(NOT_KNOWN, "25,000 KRW of kim")
        (operation,) = stage.app.visit.operations.values()
        text = "".join(stage.text.split())
        assert operation.key in text
        assert "".join(operation.again.split()) in text
        assert stage.app.visit.command == operation.again
        count = len(losses.sent)
        await stage.press("u", "2", "plus", "escape")
        assert isinstance(stage.screen, CheckoutScreen)
        assert len(losses.sent) == count, "nothing asks any more"
        losses.busy_count = 0
        await stage.reads("Press enter to send it again with the same key", "it is paid once.")
        await stage.sees("enter  Pay 25,000 KRW, if it is not paid yet", "enter Pay if not paid")
        assert not any(key in stage.text for key in ("c Cart", "esc Back", "tab Coupons", "Qty"))
        await stage.press("f1")
        await stage.sees("enter  p     Pay if not paid")
        assert "Say who shops" not in stage.text
        await stage.press("escape", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        assert not stage.app.visit.operations

    perform(make_app(stocked, user="kim", wait_max=0.2), play)

    (order,) = stocked.orders("kim")
    assert order.total == 25_000


@pytest.mark.usefixtures("losses")
def test_leaving_with_an_unknown_outcome_claims_nothing(stocked: Shop) -> None:
    """Then q does not ask whether to put down what may be paid: it ends, and the end tells."""

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees(NOT_KNOWN)
        await stage.pilot.press("q")
        assert not stage.app.was_left
        assert [one.is_payment for one in stage.app.visit.unread()] == [True]
        assert stage.app.visit.payment is not None

    app = make_app(stocked, user="kim", wait_max=0.2)
    perform(app, play)

    assert app.return_code == 0


def test_an_answer_behind_the_bound_is_told(stocked: Shop, losses: Losses) -> None:
    """The order that was on its way still when the wait was over: paid is paid."""
    losses.busy_count = 0
    losses.released.clear()

    async def play(stage: Stage) -> None:
        await _pay(stage)
        await stage.sees_now(NOT_KNOWN)
        await stage.pilot.press("p")
        losses.released.set()
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        assert losses.sent.count(True) == 2

    perform(make_app(stocked, user="kim", wait_max=0.2), play)

    assert len(stocked.orders("kim")) == 1


@pytest.mark.usefixtures("losses")
def test_a_till_asks_again_or_goes_on(stocked: Shop) -> None:
    """Enter asks with the same key; a scan is the next one's, and the key is told until esc.

    One that came while it was asked puts nothing down: it waits, and is named if it is not taken.
    """

    async def play(stage: Stage) -> None:
        await _pay_at_till(stage)
        await stage.sees(NOT_KNOWN, "Press enter")
        (operation,) = stage.app.visit.operations.values()
        await stage.pilot.press("enter")
        await stage.sees_now("Asking whether it is paid…", "wait Keys do nothing now")
        stage.burst("NOSUCH\r")
        await stage.sees(NOT_KNOWN, "Press enter")
        await stage.sees("enter Pay if not paid  esc Put it down  f1 Help")
        await stage.sees("Waits until that is paid or put down: NOSUCH.")
        await stage.press("up", "f9")
        await stage.sees(NOT_KNOWN, "Answer first: enter pays if not paid, esc puts it down.")
        assert dict(stage.app.visit.cart.request) == {"PARTY": 1}
        await stage.type("MUG")
        await stage.press("enter")
        await stage.sees("cart 1 · 12,000 KRW", operation.key, "Not in the cart: NOSUCH.")
        assert stage.text.index("NOSUCH") < stage.text.index(operation.key)
        assert stage.app.visit.user is None
        assert stage.app.visit.payment is None
        await stage.press("escape")
        assert operation.key not in stage.text
        assert stage.app.visit.unread() == [operation]
        await stage.press("f8")
        await stage.sees("25,000 KRW of kim", "f8 again is for")
        await stage.press("f8")
        await stage.sees("no sale here that f8")
        await stage.press("enter")
        await stage.type("kim")
        await stage.press("enter")
        await stage.sees("38,000 KRW", "Not paid so far: 25,000 KRW of kim", "scan it again")

    perform(make_app(stocked, kiosk=True, wait_max=0.2), play)

    assert stocked.orders("kim") == ()


def test_an_undo_asks_about_the_last_sale_and_no_payment_before_it(
    stocked: Shop, losses: Losses
) -> None:
    """Who undoes what was paid just now means no older payment in doubt."""
    stocked.charge("sato", 20_000, key="more")

    async def play(stage: Stage) -> None:
        await _pay_at_till(stage)
        await stage.sees(NOT_KNOWN)
        await stage.press("escape")
        losses.busy_count = 0
        await stage.press(*"MUG", "enter", "enter", *"sato", "enter")
        await stage.sees("enter Pay")
        await stage.press("enter")
        await stage.sees("Paid", "Next, please.")
        await stage.press("f8")
        await stage.sees("Undo the sale", "12,000 KRW go back to sato")

    perform(make_app(stocked, kiosk=True, wait_max=0.2), play)


def test_a_payment_that_was_put_down_is_looked_for_once_the_database_answers(
    stocked: Shop, losses: Losses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so where it was put down, warns at the next bill, and tells the outcome."""
    losses.commits, away = True, [Busy("Other processes kept the database busy.")]

    def finding(shop: Shop, intent: Intent) -> Order | None:
        if away:
            raise away[0]
        return find(shop, intent)

    monkeypatch.setattr("shopcli.tui.paying.find", finding)

    async def play(stage: Stage) -> None:
        await _pay_at_till(stage)
        await stage.sees(NOT_KNOWN, "Press enter")
        till = stage.screen
        assert isinstance(till, TillScreen)
        till.reload()  # balance and stock are others by then, as it is paid
        await stage.settle()
        await stage.sees(NOT_KNOWN, "enter Pay if not paid")
        await stage.press("escape")
        await stage.sees("Let it not be paid again", "scan or type SKU")
        await stage.press("escape", *"MUG", "enter", "enter", *"kim", "enter")
        await stage.sees("not known whether 25,000 KRW of kim are paid already", "enter Pay")
        away.clear()
        till.reload()
        await stage.sees("Paid meanwhile: 25,000 KRW of kim")
        assert not stage.app.visit.operations
        assert losses.sent.count(True) == 1

    perform(make_app(stocked, kiosk=True, wait_max=0.2), play)

    assert len(stocked.orders("kim")) == 1


def test_a_till_asks_again_until_it_is_paid(stocked: Shop, losses: Losses) -> None:
    """The bill stays for it, and the next one begins behind it."""

    async def play(stage: Stage) -> None:
        await _pay_at_till(stage)
        await stage.sees(NOT_KNOWN)
        losses.busy_count = 0
        await stage.press("enter")
        await stage.sees("Paid", "Next, please.")
        assert not stage.app.visit.operations

    perform(make_app(stocked, kiosk=True, wait_max=0.2), play)

    assert len(stocked.orders("kim")) == 1
