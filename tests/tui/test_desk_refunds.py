"""The desk gives parts of orders back, and undoes what was booked by mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.errors import OutcomeUnknown
from shopcli.domain.records import Refund, Undo
from shopcli.tui.app import make_app
from shopcli.tui.desk.entries import JournalScreen
from shopcli.tui.desk.lines import LinesScreen
from shopcli.tui.desk.refunding import ReasonBox
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.widgets.field import Field
from tests.clocks import SettableClock
from tests.factories import id_of
from tests.tui.stage import Stage, perform

SIZES = [(80, 24), (40, 12), (40, 20)]


def _who(shop: Shop) -> str:
    return f"{shop.runtime.origin.actor}@{shop.runtime.origin.host}"


async def _open_journal(stage: Stage, user: str) -> None:
    await stage.press("f5", "slash")
    await stage.type(user)
    await stage.press("enter", "enter")
    await stage.until(lambda: isinstance(stage.screen, JournalScreen))


@pytest.mark.parametrize("size", SIZES)
def test_part_of_an_order_is_given_back_from_the_journal(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """Which product, how many, why, whether to stock; what it makes is shown before and after."""
    order = stocked.order("kim", {"LATTE": 2, "MUG": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("f")
        await stage.sees("Refund what of order", "Latte", "9,000", "12,000")
        await stage.press("enter")
        await stage.sees("2 of 2")
        await stage.press("backspace")
        await stage.type("3")
        await stage.press("enter")
        await stage.sees("at most 2")
        await stage.press("backspace")
        await stage.type("1")
        await stage.press("enter", "enter")
        await stage.sees("Say why", "They go to stock.")
        await stage.press("f4")
        await stage.sees("They do not go back to stock.")
        await stage.type("spilt")
        await stage.press("enter")
        await stage.sees("4,500 KRW go back to kim", "33,500 KRW", "Nothing goes back", "spilt")
        assert stocked.balance("kim").balance == 29_000
        await stage.press("enter")
        await stage.sees("Refunded 1 × Latte: 4,500 KRW")  # noqa: RUF001  # as shown
        assert isinstance(stage.screen, JournalScreen)
        await stage.sees("kim · 김민지 · 33,500 KRW", "Refunded 1 ×")  # noqa: RUF001  # as shown
        await stage.press("up")
        assert "Refunded 1" not in stage.text
        await stage.press("f")
        await stage.until(lambda: isinstance(stage.screen, LinesScreen))
        await stage.press("escape")
        await stage.sees("f Refund", "x Cancel order")
        rest = stocked.refund(id_of(order), {"LATTE": 1, "MUG": 1}, reason="elsewhere")
        await stage.until(lambda: "f Refund" not in stage.text)
        assert "x Cancel order" not in stage.text
        for key in ("f", "x"):
            await stage.press(key)
            await stage.sees("All of this order was given back")
            assert isinstance(stage.screen, JournalScreen)
        assert rest.refunded == 16_500

    perform(make_app(stocked, desk=True), play, size=size)

    refund, _ = stocked.receipt(id_of(order)).refunds
    assert (refund.refunded, refund.lost, refund.reason) == (4_500, True, "spilt")


def test_esc_goes_back_one_step_with_what_was_typed(stocked: Shop) -> None:
    """From the question to the reason: neither it nor what becomes of the units is lost."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("f7", "enter", "f", "enter", "enter")
        await stage.type("spilt")
        await stage.press("f4", "enter")
        await stage.sees("9,000 KRW go back to kim")
        await stage.press("escape")
        await stage.sees("Why is 2 ×", "spilt", "They do not go back to stock.")  # noqa: RUF001  # as shown
        await stage.press("enter", "enter")
        await stage.sees("Refunded 2 ×")  # noqa: RUF001  # as shown

    perform(make_app(stocked, desk=True), play)

    (refund,) = stocked.receipt(id_of(order)).refunds
    assert (refund.lost, refund.reason) == (True, "spilt")


def test_its_command_has_its_key(stocked: Shop) -> None:
    """Pasted, what was copied answers the refund that was made, and makes no other."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("f7", "enter", "f", "enter", "enter")
        await stage.type("cold")
        await stage.press("enter", "enter")
        await stage.sees("Refunded 2 ×", "Given back", "cold")  # noqa: RUF001  # as shown
        await stage.until(lambda: "f Refund" not in stage.text)
        await stage.press("f")
        await stage.sees("All of this order was given back before.")
        await stage.press("escape", "y")
        (refund,) = stocked.receipt(id_of(order)).refunds
        assert stage.app.clipboard == (
            f"shop refund {order.order} LATTE:2 --reason cold --key {refund.key}"
        )

    perform(make_app(stocked, desk=True), play)


def test_too_late_is_said_and_refunded_all_the_same(stocked: Shop, clock: SettableClock) -> None:
    """The shop's rule is for members; the receipt says why x does nothing any more."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine")
    clock.advance(days=3)

    async def play(stage: Stage) -> None:
        await stage.press("f7", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("x")
        await stage.sees("could be cancelled", "f gives it back")
        await stage.press("f", "enter", "enter")
        await stage.type("cold")
        await stage.press("enter")
        await stage.sees("could be refunded until", "It is too late", "goes to stock")
        await stage.press("enter")
        await stage.sees("Refunded 1 ×", "50,000 KRW.")  # noqa: RUF001  # as shown

    perform(make_app(stocked, desk=True), play)

    assert stocked.receipt(id_of(order)).refunded == 4_500


def test_what_somebody_else_gave_back_meanwhile_is_asked_about_anew(stocked: Shop) -> None:
    """Two desks give back the same unit: the second gives nothing, and asks with what is left."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("f", "enter", "backspace")
        await stage.type("1")
        await stage.press("enter")
        await stage.type("cold")
        await stage.press("enter")
        await stage.sees("4,500 KRW go back to kim, who then has 45,500 KRW")
        stocked.refund(order, {"LATTE": 1}, reason="the other desk")
        await stage.press("enter")
        await stage.sees("Nothing was refunded", "Latte 1 of 2 are left", "who then has 50,000 KRW")
        assert stocked.receipt(id_of(order)).refunded == 4_500
        stocked.charge("kim", 100)
        await stage.press("enter")
        await stage.sees("4,500 KRW went back, kim has 50,100 KRW")
        assert not stage.app.visit.operations

    perform(make_app(stocked, desk=True), play)

    assert [one.reason for one in stocked.receipt(id_of(order)).refunds][1:] == ["cold"]


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_where_too_little_is_left_meanwhile_nothing_is_refunded(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """What is left is asked about anew, with what was typed; of nothing it is told why."""
    latte = stocked.order("kim", {"LATTE": 4}, key="mine")
    mug = stocked.order("kim", {"MUG": 1}, key="gift")

    def told(stage: Stage) -> str:
        return " ".join(stage.text.replace("│", " ").split())

    def asks(stage: Stage, text: str) -> bool:
        return any(text in str(one.render()) for one in stage.screen.query(".dialog--title"))

    async def play(stage: Stage) -> None:
        await stage.press("f7", "down", "enter", "f")
        await stage.until(lambda: isinstance(stage.screen, LinesScreen))
        stocked.refund(latte, {"LATTE": 1}, reason="elsewhere")
        await stage.press("enter")
        await stage.until(lambda: asks(stage, "Latte? 3 of 4 are left"))
        await stage.press("enter")
        await stage.type("cold")
        await stage.press("f4")
        stocked.refund(latte, {"LATTE": 1}, reason="at the till")
        await stage.press("enter")
        await stage.until(
            lambda: asks(stage, "meanwhile. Refund how many of Latte? 2 of 4 are left")
        )
        await stage.press("enter")
        await stage.sees("'3' is too much")
        await stage.press("backspace")
        await stage.type("2")
        await stage.press("enter")
        await stage.sees("cold", "They do not go back to stock.")
        await stage.press("enter")
        await stage.sees("9,000 KRW go back to kim")
        stocked.refund(latte, {"LATTE": 1}, reason="spilt")
        await stage.press("enter")
        await stage.until(
            lambda: asks(stage, "meanwhile. Refund how many of Latte? 1 of 4 are left")
        )
        await stage.press("backspace")
        await stage.type("1")
        await stage.press("enter", "enter")
        await stage.sees("4,500 KRW go back to kim")
        stocked.refund(latte, {"LATTE": 1}, reason="spilt")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        text = told(stage)
        said = f"refunded: of Latte 0 of 4 are left ({_who(stocked)}, 2026-03-12 21:00): spilt."
        assert said in text
        assert "Not recorded: cold." in text
        assert "Placed" in text
        await stage.press("escape", "up", "enter", "f", "enter", "enter")
        stocked.cancel(id_of(mug))
        await stage.type("cracked")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        text = told(stage)
        assert (
            f"Nothing was refunded: it was cancelled ({_who(stocked)}, 2026-03-12 21:00)." in text
        )
        assert "Not recorded: cracked." in text

    perform(make_app(stocked, desk=True), play, size=size)

    assert stocked.receipt(id_of(latte)).refunded == 18_000


def test_a_refund_in_doubt_is_sent_again_with_its_key(stocked: Shop) -> None:
    """Its answer is lost: f sends it again, from another screen too, and it is made once."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    class LosingShop(Shop):
        """Makes the first refund, and answers that it does not know."""

        lost = 0

        def refund(self, *values: Any, **named: Any) -> Refund:  # noqa: ANN401  # passed on
            """As the shop's, but the first answer is lost."""
            made = super().refund(*values, **named)
            self.lost += not named["dry_run"]
            if self.lost == 1 and not named["dry_run"]:
                raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
            return made

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("f", "enter", "enter")
        await stage.type("cold")
        await stage.press("enter", "enter")
        await stage.sees("may have been made or not", "shop refund")
        await stage.press("escape", "f7", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("f")
        await stage.sees("before, and only once: kim had")
        assert not stage.app.visit.doubts
        assert not stage.app.visit.operations

    perform(make_app(LosingShop(stocked.runtime), desk=True), play)

    assert len(stocked.receipt(id_of(order)).refunds) == 1


def test_keys_pressed_before_the_lines_are_shown_give_nothing_back(stocked: Shop) -> None:
    """Enters behind f stop where something is to be read; without a reason nothing goes on."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        stage.burst("f\r\r\r")
        await stage.settle()
        await stage.sees("That enter came before this was shown")
        assert isinstance(stage.screen, LinesScreen)
        await stage.press("enter", "enter")
        stage.burst("\r\r")
        await stage.settle()
        assert isinstance(stage.screen, ReasonBox)
        await stage.sees("Say why")

    perform(make_app(stocked, desk=True), play)

    assert not stocked.receipt(id_of(order)).refunded


def test_a_charge_is_undone_with_a_reason(stocked: Shop) -> None:
    """It says what the balance becomes; what is undone or spent already says so instead."""
    stocked.charge("jo", 500, method="card")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "jo")
        await stage.sees("charge, by card", "x Undo")
        await stage.press("x")
        await stage.sees("Undo the charge of 500 KRW, by card? jo then has 1,000", "enter Undo")
        await stage.press("enter")
        await stage.sees("Say why")
        stage.screen.query_one("#entry", Field).value = "typed twice" + "!" * 488
        await stage.press("end")
        await stage.type("!?")
        await stage.sees("No more fits: this takes 500 characters.")
        await stage.press("enter")
        await stage.sees("Undone: jo:0002. jo has 1,000 KRW.", "was undone: charge, by card")
        await stage.sees("charge undone: typed twice")
        (undo,) = [one for one in stocked.history("jo") if one.reverses == "jo:0002"]
        assert undo.reason == "typed twice" + "!" * 489
        await stage.press("home", "x")
        await stage.sees("What undid something cannot be undone itself")
        await stage.press("down", "x")
        await stage.sees("That is undone already.")
        await stage.press("f")
        await stage.sees("This is no order: enter and f are for orders. That is undone already.")
        await stage.press("home", "f")
        await stage.sees("enter and f are for orders. What undid something")
        await stage.press("end", "f")
        await stage.sees("x undoes this")
        await stage.press("escape", "y")
        assert "shop undo jo:0002 --reason 'typed twice!!!" in stage.app.clipboard
        await _open_journal(stage, "sato")
        await stage.press("end", "x")
        await stage.sees(
            "sato has 13,000 KRW: 17,000 KRW are missing", "where it went", "m charges sato"
        )

    perform(make_app(stocked, desk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_the_cursor_stays_on_its_entry_when_another_is_booked(stocked: Shop) -> None:
    """Also on the first one: x would take back what nobody chose."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "enter")
        await stage.sees("▌ ", "charge, by cash", "x Undo")
        stocked.order("kim", {"LATTE": 1}, key="meanwhile")
        stage.app.refresh_soon()
        await stage.sees("payment ")
        (line,) = [line for line in stage.text.splitlines() if "│ ▌" in line]
        assert "charge, by cash" in line
        await stage.sees("x Undo")

    perform(make_app(stocked, desk=True), play)


def test_what_was_taken_back_elsewhere_is_told_with_when_and_why(stocked: Shop) -> None:
    """Nothing is done twice, and neither balance nor reason is told that is not recorded."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine")
    stocked.charge("kim", 500)
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin))

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("x")
        await stage.type("typed twice")
        other.undo("kim:0003", reason="the other desk")
        await stage.press("enter")
        await stage.reads("kim:0003 was undone before, and only once (ana@front, 2026-03-12 21:00)")
        await stage.reads("): the other desk. Not recorded: typed twice.", "was undone: charge")
        await stage.press("end", "up", "x")
        await stage.sees("Cancel order")
        other.cancel(order.order or "", reason="the other till")
        stocked.charge("kim", 100, key="later")
        await stage.press("enter")
        await stage.sees("was cancelled before, and only once", "the other till", "Cancelled")
        await stage.sees("(ana@front, 2026-03-12 21:00): the other till.")
        assert "went back." not in stage.text
        await stage.press("escape")
        await stage.sees("kim · 김민지 · 50,100 KRW")

    perform(make_app(stocked, user="kim", desk=True), play, size=(120, 36))


def test_an_undo_that_another_cannot_pay_names_them(stocked: Shop) -> None:
    """It is given back by who was given to: they are named, and the keys are those of the desk.

    The row and the question name both sides; a question that is over tells no balance any more.
    """
    stocked.transfer("kim", "jo", 4_000, key="gave")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.sees("transfer to jo")
        await stage.press("x")
        await stage.sees("Undo the transfer of 4,000 KRW from kim to jo?")
        await stage.sees("has 50,000 KRW, jo has 1,000 KRW")
        await stage.type("by mistake")
        stocked.order("jo", {"LATTE": 1}, key="spent")
        await stage.press("enter")
        await stage.sees("jo has 500 KRW: 3,500 KRW are missing", "m charges jo")
        assert "Press m" not in stage.text
        assert "then has" not in stage.text
        await stage.press("x")
        await stage.sees("jo has 500 KRW: 3,500 KRW are missing")
        assert "then has" not in stage.text
        stocked.charge("jo", 5_000, key="charged")
        await stage.press("x")
        await stage.sees("jo has 1,500 KRW")
        await stage.type("by mistake")
        await stage.press("enter")
        await stage.sees("Undone: kim:0002. kim has 50,000 KRW, jo 1,500 KRW.")

    perform(make_app(stocked, user="sato", desk=True), play)


def test_of_an_order_of_the_past_nothing_goes_to_stock_and_that_is_said(
    stocked: Shop, clock: SettableClock
) -> None:
    """Where it is cancelled and where some of it is refunded; f4 says so, too."""
    at = clock() - timedelta(minutes=2)
    stocked.book("kim", {"LATTE": 2}, ordered_at=at, unit_prices={"LATTE": 101})
    stocked.order("kim", {"MUG": 1}, key="now")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("x")
        await stage.sees("Stock and sales go back too.")
        await stage.press("escape", "escape", "down", "x")
        await stage.sees("Sales go back too. Stock stays")
        await stage.press("escape", "f", "enter", "enter")
        await stage.sees("Nothing goes to stock: it is an order of the past.")
        assert "f4" not in stage.text
        await stage.press("f4")
        await stage.type("cold")
        await stage.press("enter")
        await stage.sees("202 KRW go back to kim", "Nothing goes to stock")
        await stage.press("enter")
        await stage.sees("Refunded 2")

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("LATTE").stock == 17


def test_an_undo_in_doubt_is_sent_again_with_its_key(stocked: Shop) -> None:
    """Its answer is lost: x sends it again, and it is undone once."""

    class LosingShop(Shop):
        """Undoes, and answers the first time that it does not know."""

        lost = 0

        def undo(self, *values: Any, **named: Any) -> Undo:  # noqa: ANN401  # passed on
            """As the shop's, but the first answer is lost."""
            made = super().undo(*values, **named)
            self.lost += 1
            if self.lost == 1:
                raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
            return made

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "jo")
        await stage.press("x")
        await stage.type("twice")
        await stage.press("enter")
        await stage.sees("may have been made or not")
        await stage.press("end", "x")
        await stage.sees("before, and only once")
        assert not stage.app.visit.operations

    perform(make_app(LosingShop(stocked.runtime), desk=True), play)

    assert stocked.balance("jo").balance == 0
    assert len(stocked.history("jo")) == 2


def test_x_on_an_order_of_the_journal_asks_whether_to_cancel_it(stocked: Shop) -> None:
    """The same key takes back what the row is."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await _open_journal(stage, "kim")
        await stage.press("x")
        await stage.sees("Cancel order", "4,500 KRW go back to kim")
        await stage.press("enter")
        await stage.sees("Cancelled: 4,500 KRW went back.")
        await stage.press("f")
        await stage.sees("This order is cancelled already.")
        await stage.press("escape")
        await stage.sees("cancelled 0", "payment 0", "kim · 김민지 · 50,000 KRW")
        assert "Cancel order" not in stage.text
        await stage.press("x")
        await stage.sees("This order is cancelled already.")
        assert isinstance(stage.screen, JournalScreen)
        await stage.press("up")
        assert "cancelled already" not in stage.text
        await stage.press("x")
        await stage.sees("This order is cancelled already.")
        await stage.press("f")
        await stage.sees("This order is cancelled: nothing of it is left.")

    perform(make_app(stocked, desk=True), play)

    assert stocked.receipt(id_of(order)).state == "cancelled"


def test_members_are_offered_no_refund(stocked: Shop) -> None:
    """At Me f opens nothing: giving back is the operator's."""
    stocked.order("kim", {"LATTE": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        assert "Refund" not in stage.text
        await stage.press("f")
        assert isinstance(stage.screen, ReceiptScreen)

    perform(make_app(stocked.as_member("kim"), user="kim"), play)
