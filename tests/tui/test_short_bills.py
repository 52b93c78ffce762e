"""A short bill is charged and paid by one key where that is allowed: two deeds, two keys."""

from __future__ import annotations

from functools import partial

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, OutcomeUnknown
from shopcli.domain.records import BalanceChange, BalanceEntry
from shopcli.tui import app
from shopcli.tui.app import make_app
from shopcli.tui.checkout.bill import PayButton
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.help import KeysScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.widgets.bars import Answer
from tests.clocks import SteadyClock
from tests.tui.stage import Held, Stage, perform

TO_MUG = (*["down"] * 5, "plus", "c")
MUG = 12_000


async def _to_bill(stage: Stage, *texts: str) -> None:
    """One mug, of which jo lacks 11,000."""
    await stage.press(*TO_MUG)
    await stage.sees("11,000 short", *texts)


def _charges(shop: Shop) -> list[BalanceEntry]:
    """What was charged for jo behind the first 1,000, the oldest first."""
    return [one for one in shop.history("jo") if one.kind == "charge"][1:]


@pytest.mark.parametrize("bound", [False, True])
def test_what_is_short_is_charged_and_paid_by_enter(stocked: Shop, *, bound: bool) -> None:
    """By an operator, and by members whom the shop lets charge; each deed has its own key."""
    stocked.set_setting("members_charge", "yes")
    stocked.set_setting("methods", "cash")

    async def play(stage: Stage) -> None:
        await _to_bill(stage, "enter  Charge 12,000 and pay", "m Amount")
        await stage.press("enter")
        await stage.sees("Paid", "Charged first: 12,000 KRW by cash.", "1,000 KRW")
        assert not stage.app.visit.operations
        assert len({one.operation.key for one in stage.app.visit.reported}) == 2

    perform(make_app(stocked, user="jo", bound=bound), play)

    (order,) = stocked.orders("jo")
    (charged,) = _charges(stocked)
    assert (order.total, charged.amount, stocked.balance("jo").balance) == (MUG, 12_000, 1_000)


def test_who_may_not_charge_is_told_whom_to_ask(stocked: Shop) -> None:
    """Enter and m say why they do nothing."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage, "Ask whoever runs the shop to charge it.")
        assert "Charge" not in stage.text
        await stage.press("enter")
        assert "11,000 short" in stage.screen.query_one("#answer").visual.plain  # type: ignore[attr-defined]  # a Static
        await stage.press("m")
        await stage.sees("Ask whoever runs the shop")
        assert isinstance(stage.screen, CheckoutScreen)

    perform(make_app(stocked, user="jo", bound=True), play)

    assert stocked.orders("jo") == ()


def test_whom_to_ask_is_told_no_longer_where_it_may_be_charged(stocked: Shop) -> None:
    """The button charges by then, and the line that m has written would deny it."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.press("m")
        await stage.until(lambda: "Ask whoever" in stage.screen.query_one("#answer", Answer).text)
        stocked.set_setting("members_charge", "yes")
        await stage.sees("m Amount", "Charge 12,000 by cash and pay")
        await stage.until(lambda: not stage.screen.query_one("#answer", Answer).text)

    perform(make_app(stocked, user="jo", bound=True), play)


def test_no_more_is_charged_than_the_shop_takes_at_once(stocked: Shop) -> None:
    """As far as one charge reaches it charges and pays; else it charges, and asks once more."""
    stocked.set_setting("charge_max", "6000")
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_bill(stage, "enter  Charge 6,000 by cash")
        assert "and pay" not in stage.text
        await stage.press("enter")
        await stage.sees("Charged 6,000 KRW", "5,000 short", "Balance now 7,000")
        await stage.press("enter")
        await stage.sees("counts after")
        seconds.seconds += 2
        await stage.press("f4")
        await stage.sees("enter  Charge 5,000 by transfer and pay")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert [(one.amount, one.method) for one in _charges(stocked)] == [
        (6_000, "cash"),
        (5_000, "transfer"),
    ]
    assert len(stocked.orders("jo")) == 1


def test_another_amount_is_typed(stocked: Shop) -> None:
    """M asks for it and charges it; the bill is paid by Enter then."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.press("m", *"11000", "enter")
        await stage.sees("Charged 11,000 KRW", "Balance after 0 KRW")
        await stage.press("enter")
        await stage.sees("counts after")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert stocked.balance("jo").balance == 0


def test_the_box_of_another_amount_charges_what_is_short_by_the_method_of_the_button(
    stocked: Shop,
) -> None:
    """F4 at the bill holds for m: the box names it, and what is said and booked is the same."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_bill(stage, "by cash and pay")
        await stage.press("f4", "f4")
        await stage.sees("by card and pay")
        await stage.press("m")
        await stage.sees("Charge the balance of jo, 11,000 short", "11000", "by card.")
        await stage.press("enter")
        await stage.sees("Charged 11,000 KRW by card: jo has 12,000", "Balance after 0")

    stocked.set_setting("methods", "cash,transfer,card")
    perform(make_app(stocked, user="jo", steady_clock=seconds), play)


def test_every_box_that_charges_names_the_method(stocked: Shop) -> None:
    """At Me, too: f4 in the box takes the next one, which is booked, told and in the command."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.sees("It comes by cash.", "f4 Method")
        await stage.press(*"700", "f4")
        await stage.sees("It comes by transfer.")
        await stage.press("enter")
        await stage.sees("Charged 700 KRW by transfer: jo has 1,700 KRW.")
        assert "--method transfer" in stage.app.visit.command

    perform(make_app(stocked, user="jo"), play)

    assert [one.method for one in _charges(stocked)] == ["transfer"]


def test_f4_says_why_it_does_nothing_where_nothing_is_short(stocked: Shop) -> None:
    """The method of m is chosen in its box."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("enter  Pay 3,500 KRW")
        await stage.press("f4")
        await stage.sees("f4 there is the method")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("count", [7, 50])
def test_mashed_keys_charge_and_pay_once(stocked: Shop, count: int) -> None:
    """One charge and one order, however often Enter is pressed."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        stage.burst("\r" * count)
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo"), play)

    assert len(_charges(stocked)) == len(stocked.orders("jo")) == 1


def test_a_charge_that_is_refused_pays_nothing(stocked: Shop, held: Held) -> None:
    """It says why; the next Enter is a new charge."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})
    held.released.set()

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.press("enter")
        await stage.sees("nothing was changed", "enter  Charge 12,000")
        held.error = None
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(held.shop(stocked, "charge"), user="jo"), play)

    assert len(_charges(stocked)) == 1


@pytest.mark.parametrize("is_booked", [False, True])
def test_a_charge_whose_outcome_is_unknown_is_sent_again_with_its_key(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, *, is_booked: bool
) -> None:
    """Booked or not, the next Enter sends the same key: charged once; the one behind it pays."""
    charge, seconds, keys = Shop.charge, SteadyClock(), []

    def lost(shop: Shop, user: str, amount: int, **named: str | None) -> BalanceChange:
        keys.append(named["key"])
        if len(keys) > 1 or is_booked:
            made = charge(shop, user, amount, **named)  # type: ignore[arg-type]  # passed on
        if len(keys) == 1:
            raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
        return made

    monkeypatch.setattr(Shop, "charge", lost)

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.press("enter")
        await stage.sees("It is not known whether 12,000 KRW of jo are charged.")
        await stage.reads("Press enter to send it again with the same key", "it is charged once.")
        again = ("Charge 12,000 KRW, if it is not charged yet", "Charge if not charged")
        await stage.sees(f"enter  {again[0]}", f"enter {again[1]}")
        await stage.press("tab")
        await stage.sees(f"p  {again[0]}", f"p {again[1]}")
        await stage.press("tab")
        assert stage.app.visit.command.endswith(f"--key {keys[0]}")
        assert stocked.orders("jo") == ()
        await stage.press("enter")
        await stage.sees("Charged 12,000 KRW", "Balance after 1,000 KRW")
        assert stocked.orders("jo") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert len(set(keys)) == 1
    assert len(_charges(stocked)) == 1


def test_a_price_that_changes_while_it_is_charged_is_not_paid(stocked: Shop, held: Held) -> None:
    """The charge is told as booked, and the bill as changed; Enter pays it once it was read."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way…", "Charging…")
        stocked.set_product("MUG", price=13_000)
        held.released.set()
        await stage.sees("Charged 12,000 KRW by cash", "Nothing is paid.", "12,000 → 13,000")
        await stage.press("enter")
        await stage.sees("counts after", "Charged 12,000 KRW by cash")
        assert stocked.orders("jo") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(held.shop(stocked, "charge"), user="jo", steady_clock=seconds), play)

    assert (stocked.orders("jo")[0].total, len(_charges(stocked))) == (13_000, 1)


@pytest.mark.parametrize("price", [200, 40_000])
def test_nothing_is_charged_for_a_bill_that_is_another_by_now(
    stocked: Shop, price: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A price that changed before the key is told first: no money comes in for the old one."""
    monkeypatch.setattr(app, "POLL_SECONDS", 1_000.0)  # or the screen might know it before
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        stocked.set_product("MUG", price=price)
        await stage.press("enter")
        await stage.sees("Nothing is charged.", f"12,000 → {price:,}")

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert (_charges(stocked), stocked.orders("jo")) == ([], ())


def test_the_keys_say_what_enter_does_with_money(stocked: Shop) -> None:
    """It charges where the bill is short, and pays where it is not."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage, "enter Charge")
        assert "enter Pay" not in stage.text
        stocked.charge("jo", 20_000)
        await stage.sees("enter Pay")

    perform(make_app(stocked, user="jo"), play)


def _shows_a_form(stage: Stage, whole: str) -> bool:
    return f"enter  {whole}" in stage.text or "enter  Charge it" in stage.text


def test_what_the_button_says_is_never_cut(stocked: Shop) -> None:
    """Of a text that is a cell too long the next form is taken: it would be drawn on two lines."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        button = stage.screen.query_one(PayButton)
        for length in range(26, 36):
            whole = "Charge and ".ljust(length, "!")
            button.tell("enter", [whole, "Charge it"])
            await stage.until(partial(_shows_a_form, stage, whole))

    perform(make_app(stocked, user="jo"), play, size=(40, 20))


def test_a_charge_that_is_booked_and_a_payment_that_is_refused_are_both_told(
    stocked: Shop, held: Held
) -> None:
    """The shop is busy between the two."""
    seconds = SteadyClock()
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})
    held.released.set()

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.press("enter")
        await stage.sees("Charged 12,000 KRW by cash", "Nothing is paid.", "kept the database busy")
        assert stocked.orders("jo") == ()
        held.error = None
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(held.shop(stocked, "order"), user="jo", steady_clock=seconds), play)

    assert len(_charges(stocked)) == len(stocked.orders("jo")) == 1


def test_nothing_is_paid_behind_a_screen_that_was_opened_meanwhile(
    stocked: Shop, held: Held
) -> None:
    """The charge is told on it; the bill waits for Enter."""

    async def play(stage: Stage) -> None:
        await _to_bill(stage)
        await stage.pilot.press("enter", "question_mark")
        await stage.until(lambda: isinstance(stage.screen, KeysScreen))
        held.released.set()
        await stage.until(lambda: not stage.app.visit.operations)
        await stage.press("escape")
        await stage.sees("Charged 12,000 KRW by cash", "Nothing is paid.", "Balance after 1,000")

    perform(make_app(held.shop(stocked, "charge"), user="jo"), play)

    assert stocked.orders("jo") == ()
