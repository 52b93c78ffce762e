"""Charging a balance at the till without a sale: whose, how much, the old and the new balance."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from shopcli import Shop
from shopcli.domain.errors import Busy, OutcomeUnknown
from shopcli.domain.records import BalanceChange
from shopcli.tui.app import make_app
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.till.charging import send
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.visit import Deposit
from shopcli.tui.widgets.bars import Answer
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (200, 60)])
def test_a_balance_is_charged_without_a_sale(stocked: Shop, size: tuple[int, int]) -> None:
    """F7 asks whose and how much; Enter charges; both balances stand there for the next scan."""

    async def play(stage: Stage) -> None:
        await stage.sees("f7 Charge")
        await stage.press("f7")
        await stage.sees("▌1 who", "whose balance?", "enter Take the name")
        await _scan(stage, "jo")
        await stage.sees("▌2 amount", "type the amount", "jo", "1,000 KRW")
        await _scan(stage, "7000")
        await stage.sees("▌3 charge", "Charge 7,000 KRW by cash?", "8,000 KRW", "enter Charge")
        await stage.press("enter")
        await stage.sees("▌1 scan", "✓ Charged", "Balance before", "1,000 KRW", "8,000 KRW")
        assert stage.app.visit.user is None
        await _scan(stage, "MUG")
        await stage.sees("cart 1")
        assert "8,000" not in stage.text

    perform(make_app(stocked, kiosk=True), play, size=size)

    charged = [entry.amount for entry in stocked.history("jo") if entry.kind == "charge"]
    assert sorted(charged) == [1_000, 7_000]


def test_a_name_typed_before_the_key_is_taken(stocked: Shop) -> None:
    """The field is empty then; an unknown name is told and asked for again."""

    async def play(stage: Stage) -> None:
        await stage.type(" jo ")
        await stage.press("f7")
        await stage.sees("▌2 amount", "1,000 KRW", "type the amount")
        await stage.press("escape")
        await stage.sees("▌1 scan")
        assert "1,000" not in stage.text
        await stage.press("f7")
        await _scan(stage, "nobody")
        await stage.sees("no user nobody", "▌1 who")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("lines", [("3*", "jo", "500"), ("jo", "3*", "500")])
def test_a_number_with_a_star_counts_neither_name_nor_amount(
    stocked: Shop, lines: tuple[str, ...]
) -> None:
    """It is over with either; the scan behind it, of the next customer, is one."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, *lines)
        await stage.sees("Charge 500 KRW by cash?")
        await stage.press("enter")
        await stage.sees("✓ Charged")
        await _scan(stage, "MUG")
        await stage.sees("cart 1")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("lines", [(), ("jo",), ("jo", "500")])
def test_a_scan_meanwhile_begins_a_sale(stocked: Shop, lines: tuple[str, ...]) -> None:
    """At each step; nothing is charged, and that is told."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, *lines, "8801234560016")
        await stage.sees("▌1 scan", "cart 1", "Nothing was charged")
        assert stage.app.visit.user is None

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_an_enter_before_the_question_charges_nobody(stocked: Shop) -> None:
    """Name, amount and Enter that come at once only ask."""

    async def play(stage: Stage) -> None:
        stage.app.post_message(events.Key("f7", None))
        stage.burst("jo\r500\r\r\r")
        await stage.sees("Charge 500 KRW by cash?")
        await stage.settle()

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_a_key_that_charges_nothing_here_says_why(stocked: Shop) -> None:
    """With something in the cart F7 is for its bill, to which a name leads; the others are, too."""

    async def play(stage: Stage) -> None:
        await stage.press("f5")
        await stage.sees("f7 asks whose balance")
        await _scan(stage, "MUG")
        await stage.press("f5")
        await stage.sees("press enter, then type who pays")
        await stage.press("f7")
        await stage.sees("f7 charges at its bill: press enter", "cart 1")
        for user, told in (("nobody", "no user nobody"), ("jo", "11,000 short")):
            await stage.type(user)
            await stage.press("f7")
            await stage.sees(told, "cart 1")
            assert stage.screen.query_one("#scan", Input).value == ""

    perform(make_app(stocked, kiosk=True), play)


def test_who_is_blocked_is_refused_at_the_name(stocked: Shop) -> None:
    """Before any money is taken; the next name is a name, there and after f7."""
    stocked.add_user("dora")
    stocked.set_user("kim", state="blocked", reason="test")

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "kim")
        await stage.sees("kim is blocked", "▌1 who", "whose balance?")
        await _scan(stage, "dora")
        await stage.sees("▌2 amount", "dora")
        await stage.press("f7")
        await _scan(stage, "jo")
        await stage.sees("▌2 amount", "jo", "1,000 KRW")
        stage.app._is_polling = True  # noqa: SLF001  # nobody looks before the amount is typed
        stocked.set_user("jo", state="blocked", reason="test")
        await _scan(stage, "500", "")
        await stage.sees("jo is blocked", "▌1 who", "whose balance?")
        await _scan(stage, "dora")
        await stage.sees("▌2 amount")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_bill_of_who_is_blocked_charges_nothing(stocked: Shop, size: tuple[int, int]) -> None:
    """No key of charging is offered there, and each repeats why."""
    stocked.set_user("kim", state="blocked", reason="test")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("▌3 pay", "kim is blocked", "enter Another user")
        assert "f7" not in stage.text
        for key in ("f4", "f5", "f7"):
            await stage.press(key)
            await stage.settle()
            assert stage.screen.query_one("#answer", Answer).text.startswith("User kim is blocked")
            assert "type the amount" not in stage.text
        await stage.press("f1")
        await stage.sees("Keys")
        assert "f7" not in stage.text

    perform(make_app(stocked, kiosk=True), play, size=size)


def test_keys_of_charging_are_never_silent(stocked: Shop) -> None:
    """F4 before there is an amount, or with one method, and F5 where nothing is short."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.sees("3,500 short")
        await stage.press("f4")
        await stage.sees("Name the amount first", "3,500 short")
        await stage.press("escape", "escape", "escape")
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await stage.press("f5")
        await stage.sees("f5 and f6 charge what is short")
        await stage.press("f7", "f4")
        await stage.sees("Name the amount first")
        await stage.press("1", "f4")
        await stage.sees("Press enter for the amount first")

    perform(make_app(stocked, kiosk=True), play)


def test_an_amount_is_corrected_where_it_is_asked_about(stocked: Shop) -> None:
    """Typed there, or with f7; the method that was chosen stays, and what is no amount says so."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.press("f5", "f4")
        await stage.sees("Charge 3,500 KRW by transfer?", "f7 Other amount")
        await _scan(stage, "4000")
        await stage.sees("Charge 4,000 KRW by transfer?")
        await stage.press("f7")
        await stage.sees("4,000 KRW are not charged: type the other amount", "type the amount")
        await _scan(stage, "7,5oo")
        await stage.sees("'7,5oo' is no amount: it is written in digits", "it like 10000.")
        await _scan(stage, "abc")
        await stage.sees("abc is no amount, and no product")
        assert "Not in the cart" not in stage.text
        await stage.press("escape", "escape")
        await stage.sees("3,500 short")
        await stage.press("f5")
        await stage.sees("by transfer?")
        await stage.press("escape", "escape", "f7")
        await stage.press("escape", "enter")
        await _scan(stage, "jo")
        await stage.press("f5")
        await stage.sees("by cash?")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_an_amount_stays_while_a_price_changes(stocked: Shop) -> None:
    """No enter counts for a second then; what takes the question away says what is not charged."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.press("f7")
        await stage.sees("The balance is 3,500 short.", "type the amount")
        assert "f5" not in stage.text  # which does nothing here that a key line names
        await stage.type("90")
        stocked.set_product("LATTE", price=5_000)
        await stage.sees("costs 5,000 now")
        await stage.type("00")
        await stage.press("enter", "f4")
        await stage.sees("Charge 9,000 KRW by transfer?")
        stocked.set_product("LATTE", price=14_000)
        await stage.sees("costs 14,000 now", "Charge 9,000 KRW by transfer?")
        await stage.settle()  # while it is read, an enter counts for nothing either
        await stage.press("enter")
        await stage.sees("costs 14,000 now", "counts after a second", "Charge 9,000 KRW")
        seconds.seconds += 2
        await stage.sees("That enter did not count: press it again.", "Charge 9,000 KRW")
        assert stocked.balance("jo").balance == 1_000
        await stage.press("up")
        await stage.sees("9,000 KRW are not charged.", "27,000 short")
        await stage.press("f7", *"9000", "enter", "enter")
        await stage.sees("Charged 9,000 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert stocked.balance("jo").balance == 10_000


def test_the_only_method_is_told_as_that(stocked: Shop) -> None:
    """F4 says that there is no other."""
    stocked.set_setting("methods", "cash")

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "500")
        await stage.sees("Charge 500 KRW by cash?")
        await stage.press("f4")
        await stage.sees("no other method", "Charge 500 KRW by cash?")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize(("amount", "is_large"), [("499999", False), ("500000", True)])
def test_a_number_that_may_be_a_card_is_warned_of(
    stocked: Shop, amount: str, *, is_large: bool
) -> None:
    """As from what the desk asks about once more; the sentence names amount and user."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", amount)
        await stage.sees(f"Charge {int(amount):,} KRW by cash?", "jo")
        told = f"{int(amount):,} KRW for jo is a lot"
        assert (told in stage.text) is is_large

    perform(make_app(stocked, kiosk=True), play)


def test_more_than_one_charge_may_be_is_refused_and_asked_again(stocked: Shop) -> None:
    """The name stays, and a smaller amount is taken."""
    stocked.set_setting("charge_max", "4000")

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "4001", "")
        await stage.sees("more than one charge may be", "▌2 amount", "1,000 KRW")
        await _scan(stage, "4000", "")
        await stage.sees("✓ Charged", "5,000 KRW")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.usefixtures("away")
def test_a_charge_in_doubt_is_asked_for_with_its_key(
    stocked: Shop, keys_of_charges: list[str]
) -> None:
    """F7 and the name show it again; Enter sends it with the same key, and it is booked once."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "5000", "")
        await stage.sees("not known whether 5,000 KRW of jo are", "same key")
        assert "on its way" not in stage.text
        await stage.press("escape", "f7", "f4")
        await _scan(stage, "jo")
        await stage.sees("▌3 charge", "Charge 5,000 KRW by cash?", "not known whether this")
        assert "Balance then" not in stage.text  # it may be in that of now
        await _scan(stage, "9")
        await stage.sees("Answer first", "Charge 5,000 KRW")
        await stage.press("escape")
        await stage.sees("▌1 scan")  # no other amount is asked for, as none would be charged
        await stage.press("f8")
        await stage.sees("not known whether 5,000 KRW of jo are charged already", "No key here")
        await stage.press("f7")
        await _scan(stage, "jo", "")
        await stage.sees("✓ Charged", "6,000 KRW")

    perform(make_app(stocked, kiosk=True), play)

    assert len(keys_of_charges) == 2
    assert len(set(keys_of_charges)) == 1
    assert stocked.balance("jo").balance == 6_000
    assert stocked.verify().ok


@pytest.fixture
def _booked_and_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first charge of the till is booked, and its answer lost."""

    def lossy(shop: Shop, deposit: Deposit) -> BalanceChange:
        monkeypatch.setattr("shopcli.tui.screens.till_charges.send", send)

        def lost() -> BalanceChange:
            shop.charge(deposit.user, deposit.amount, key=deposit.operation.key)
            raise OutcomeUnknown("The database was lost.", details={"key": "k"})

        return deposit.operation.carry_out(lost)

    monkeypatch.setattr("shopcli.tui.screens.till_charges.send", lossy)


@pytest.mark.usefixtures("away", "_booked_and_lost")
@pytest.mark.parametrize("is_at_bill", [True, False])
def test_a_charge_that_was_booked_before_its_answer_was_lost_is_told_as_that(
    stocked: Shop, *, is_at_bill: bool
) -> None:
    """Asked again with its key it tells the balance of then, as such; it is booked once."""
    bill = ("MUG", "", "jo") if is_at_bill else ("jo",)

    async def play(stage: Stage) -> None:
        if not is_at_bill:
            await stage.press("f7")
        await _scan(stage, *bill)
        if is_at_bill:
            await stage.press("f7")
        await _scan(stage, "5000", "")
        await stage.sees("not known whether 5,000 KRW of jo are")
        stocked.charge("jo", 700, key="other")
        await stage.press(*(["enter"] if is_at_bill else ["f7"]))
        await _scan(stage, "jo")
        await stage.press(*(["f7"] if is_at_bill else []), "enter")
        await stage.sees("Charged 5,000 KRW by cash before, and only once: jo had 6,000 KRW")
        if is_at_bill:
            await stage.sees("Balance now", "6,700 KRW")
        else:
            await stage.sees("✓ Charged before, only once", "Balance then", "6,000 KRW")
            assert "Balance now" not in stage.text
        assert "not known" not in stage.text

    perform(make_app(stocked, kiosk=True), play, size=(120, 36))

    assert stocked.balance("jo").balance == 6_700


@pytest.mark.usefixtures("_booked_and_lost")
@pytest.mark.parametrize("asked", [False, True])
def test_a_charge_is_looked_for_by_its_key_once_the_database_answers(
    stocked: Shop, away: list[Busy], *, asked: bool
) -> None:
    """Booked, it is told with the balance of now; nothing asks whether to charge it any more."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "5000", "")
        await stage.sees("not known whether 5,000 KRW of jo are")
        if asked:
            await stage.press("f7")
            await _scan(stage, "jo")
            await stage.sees("Charge 5,000 KRW by cash?", "not known whether this")
        stocked.payout("jo", 500, reason="test")
        away.clear()
        stage.app.refresh_soon()
        await stage.sees("Charged meanwhile: 5,000 KRW of jo, who had 5,500 KRW then")
        assert "not known" not in stage.text
        assert not stage.app.visit.operations
        if asked:
            await stage.sees("▌2 amount", "5,500 KRW")
            await stage.press("enter")
            await stage.sees("▌2 amount")

    perform(make_app(stocked, kiosk=True), play)

    assert [one.amount for one in stocked.history("jo")] == [1_000, 5_000, -500]


def test_a_charge_that_was_sent_again_is_in_doubt_again(
    stocked: Shop, keys_of_charges: list[str], away: list[Busy]
) -> None:
    """That it was not booked before it was sent again says nothing of now."""
    why = away.pop()

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "5000", "")
        await stage.sees("Not charged so far: 5,000 KRW of jo")
        keys_of_charges.clear()  # the next one is lost, too
        away.append(why)
        await stage.press("f7")
        await _scan(stage, "jo", "")
        await stage.sees("not known whether 5,000 KRW of jo are")
        assert "Not charged" not in stage.text
        await stage.press("f7")
        await _scan(stage, "jo")
        await stage.sees("not known whether this is charged")
        assert "Not charged" not in stage.text
        away.clear()
        stage.app.refresh_soon()
        await stage.sees("Not charged so far: enter")
        await stage.press("escape")
        await stage.sees("Not charged so far: 5,000 KRW of jo")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.usefixtures("keys_of_charges")
def test_a_charge_that_is_not_booked_is_told_as_that_by_itself(stocked: Shop) -> None:
    """Once, with what to do; what became of a payment is told beside it, and not instead."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "5000", "")
        await stage.sees("Not charged so far: 5,000 KRW of jo", "once in any case")
        assert "not known whether" not in stage.text
        stage.screen._tell_outcome("other", "Paid meanwhile.")  # type: ignore[attr-defined]  # noqa: SLF001  # as a payment does
        await stage.sees("Not charged so far: 5,000 KRW", "Paid meanwhile.")
        await stage.press("escape")
        stage.app.refresh_soon()
        await stage.settle()
        assert "Not charged" not in stage.text
        await stage.press("f8")
        await stage.sees("Not charged so far: 5,000 KRW of jo")
        await stage.press("f7")
        await _scan(stage, "jo")
        await stage.sees("Charge 5,000 KRW by cash?", "Not charged so far: enter charges it")

    perform(make_app(stocked, kiosk=True), play)


def test_a_till_left_alone_while_charging_forgets_who(stocked: Shop) -> None:
    """Name and balance are gone, and so are those of the last charge."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        for lines, shown in ((("jo",), "1,000"), (("jo", "500", ""), "1,500")):
            await stage.press("f7")
            await _scan(stage, *lines)
            await stage.sees(shown)
            seconds.seconds += IDLE_SECONDS
            till.clear_if_idle()
            await stage.until(lambda shown=shown: shown not in stage.text)  # type: ignore[misc]  # bound now
            assert stage.app.visit.user is None

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)
