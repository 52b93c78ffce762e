"""The desk: what needs somebody, the day, and what is done about products."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import ShopError
from shopcli.domain.moments import from_microseconds, zone
from shopcli.domain.records import Closing, OutboxStatus
from shopcli.engine.moving import retiring
from shopcli.tui.app import make_app
from shopcli.tui.desk import sales
from shopcli.tui.desk.page import PageScreen
from shopcli.tui.desk.view import NAMES
from shopcli.tui.desk.watch import read_status
from shopcli.tui.screens.desk import DeskScreen
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.wording import bar
from tests.clocks import SettableClock
from tests.factories import id_of
from tests.tui.conftest import give_up
from tests.tui.stage import Held, Stage, perform

NOWHERE = "http://127.0.0.1:9/hook"
WHOLE = bar(1, 1, 1)
"""A cell of a bar."""

SIZES = [(40, 12), (40, 20), (80, 24), (120, 36), (200, 60)]


def test_what_needs_somebody_is_a_line_each_and_enter_mends_it(stocked: Shop) -> None:
    """Dead deliveries, what waits without a relay, what is low, what is running out.

    What was discarded on purpose needs nobody.
    """
    for user in ("sato", "jo", "kim"):
        stocked.claim(user, "FIRST3")
    give_up(stocked)
    for key in ("sold-2", "sold-3"):
        stocked.order("kim", {"LATTE": 1}, key=key)
    stocked.outbox.discard(stocked.outbox.list()[1].id, reason="wrong address")
    stocked.set_setting("platform.url", NOWHERE)

    async def play(stage: Stage) -> None:
        await stage.sees(
            "Needs you 6",
            "1 delivery was given up: ",
            "No relay runs. 1 waits.",
            "none left",
            "4 left of Bagel, sesame, low at 4",
            "0 of 3 left of coupon FIRST3",
            "enter Try again",
        )
        await stage.press("end")
        await stage.sees("enter Add more")
        await stage.press("enter")
        await stage.sees("Add more of FIRST3: 3 of 3 are claimed")
        await stage.type("7")
        stocked.set_coupon("FIRST3", limit=10)  # as much as it would be
        await stage.press("enter")
        await stage.sees("Nothing was changed: it has another limit by now")
        await stage.sees("21:00). Add more of FIRST3: 3 of 10")
        stocked.set_coupon("FIRST3", disabled=True)
        await stage.press("enter")
        await stage.sees("FIRST3: 14 left, but nobody can claim one: it is switched off.")
        stocked.set_coupon("FIRST3", disabled=False, limit=20)
        await stage.sees("Needs you 5")
        await stage.press("home", "enter")
        await stage.sees("Try 1 delivery again?")
        await stage.press("enter")
        await stage.sees("1 event due again: no relay runs", "No relay runs. 2 wait.")

    perform(make_app(stocked, desk=True, platform_variables={}), play)

    assert stocked.coupon("FIRST3").limit == 20
    states = [event.state for event in stocked.outbox.list()]
    assert states == ["pending", "dead", "pending"]


def test_enter_on_a_product_restocks_it_and_its_line_goes(stocked: Shop) -> None:
    """Only the quantity is asked for, and anew where others have come in; it is told in a line."""

    async def play(stage: Stage) -> None:
        await stage.sees("4 left of Bagel, sesame", "enter Restock")
        await stage.press("end", "enter")
        await stage.sees("Restock BAGEL: Bagel, sesame, 4 left")
        await stage.type("x")
        await stage.press("enter")
        await stage.sees("'x' is no whole number")
        await stage.press("backspace")
        await stage.type("20")
        stocked.restock("BAGEL", 20)
        await stage.press("enter")
        await stage.sees("Nothing was restocked: more came in meanwhile", "21:00). Restock BAGEL:")
        assert stocked.product("BAGEL").stock == 24
        stocked.order("kim", {"BAGEL": 4}, key="sold meanwhile")
        await stage.press("enter")
        await stage.sees("Bagel, sesame: 40 in stock now.")
        await stage.until(lambda: "4 left of Bagel, sesame" not in stage.text)
        await stage.press("y")
        await stage.sees("Copied (typed again it restocks again): shop product restock BAGEL 20")

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("BAGEL").stock == 40


def test_where_nothing_needs_anybody_that_is_said(shop: Shop) -> None:
    """An empty desk says so, and Enter too."""

    async def play(stage: Stage) -> None:
        await stage.sees("Nothing needs you.")
        assert "s Restock" not in stage.text
        await stage.press("s")
        await stage.sees("f4 restocks any product")
        await stage.press("enter")
        await stage.sees("Nothing needs you.")

    perform(make_app(shop, desk=True), play)


def test_a_held_shop_is_let_go_after_a_question(stocked: Shop, clock: SettableClock) -> None:
    """A copy that sends would send twice: the reason is shown before; a repeated answer is new."""
    stocked.outbox.hold(reason="a copy [of] the shop")

    async def play(stage: Stage) -> None:
        await stage.sees("Deliveries are held: a copy [of] the shop. 1 waits.", "enter Let go")
        await stage.press("f")
        told = "0 sent; 1 waits, as deliveries are held: a copy [of] the shop."
        await stage.sees(told)
        assert "(21:00" not in stage.text
        clock.advance(seconds=7)
        await stage.press("f")
        await stage.sees(f"{told} (21:00:07)")
        await stage.press("enter")
        await stage.sees("Let deliveries go?", "the shop itself may be sending")
        await stage.press("enter")
        await stage.sees("Deliveries go again")

    perform(make_app(stocked, desk=True, platform_variables={}), play)

    assert stocked.outbox.status().held is None


def test_a_shop_that_has_moved_says_where_it_is(stocked: Shop) -> None:
    """Nobody need look in a shell why every change is refused."""
    retiring.retire(stocked.runtime, "/srv/new.db")

    async def play(stage: Stage) -> None:
        await stage.sees("This shop has moved to /srv/new.db.")
        await stage.press("enter")
        await stage.sees("open the shop where it is now")
        await stage.press("f6")
        await stage.sees("retired: the shop has moved to /srv/new.db")

    perform(make_app(stocked, desk=True), play)


def test_a_day_that_is_not_closed_is_closed_from_its_line(
    stocked: Shop, clock: SettableClock
) -> None:
    """What would be closed is shown, the drawer is asked for, and yes; then the page of it."""
    clock.advance(timedelta(days=1))

    async def play(stage: Stage) -> None:
        await stage.sees("The books were never closed.")
        await stage.press("end", "enter")
        await stage.sees("Close the books? The drawer should hold 81,000 KRW", "Balances in KRW")
        assert stocked.closings() == ()
        await stage.type("8o000")
        await stage.press("enter")
        await stage.reads("'8o000' is no amount", "Type it like 81000.")
        await stage.press("end", *("backspace",) * len("8o000"))
        await stage.type("80000")
        await stage.press("enter")
        await stage.sees("Close the books now?", "Counted 80,000 KRW, should be 81,000: a")
        await stage.press("escape")
        await stage.sees("Close the books? The drawer should hold 81,000 KRW", "80000")
        assert stocked.closings() == ()
        await stage.press("enter", "enter")
        await stage.until(lambda: isinstance(stage.screen, PageScreen))
        await stage.sees("Close 1 · difference -1,000", "closed by")
        await stage.press("escape")
        await stage.sees("Closed: close 1, difference -1,000, sold 17,000 KRW.")
        await stage.until(lambda: "never closed" not in stage.text)
        await stage.press("y")
        assert "shop close --counted 80000 --key " in stage.app.clipboard

    perform(make_app(stocked, desk=True), play)

    (closing,) = stocked.closings()
    assert closing.difference == -1_000


def test_an_enter_for_the_amount_does_not_close(stocked: Shop) -> None:
    """Two Enters at once: the second was pressed before the question was there."""

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.sees("The drawer should hold")
        stage.burst("\r\r")
        await stage.sees("Close the books now?", "That enter came before this was shown.")
        assert stocked.closings() == ()

    perform(make_app(stocked, desk=True), play)


def test_a_close_in_doubt_is_sent_again_with_its_key(stocked: Shop, held: Held) -> None:
    """Its answer is lost: that is told with the line that does it once, and d sends it again."""
    from shopcli.domain.errors import OutcomeUnknown

    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.sees("The drawer should hold")
        held.error = OutcomeUnknown("The connection was lost.")
        await stage.press("enter", "enter")
        await stage.sees("The close of the books may have been made or not.", "shop close --key")
        (operation,) = stage.app.visit.operations.values()
        held.error = None
        held.released.clear()
        await stage.pilot.press("d")
        await stage.sees_now("Sending it again with its key: it is made once in any case")
        held.released.set()
        await stage.until(lambda: isinstance(stage.screen, PageScreen))
        assert not stage.app.visit.operations
        (closing,) = stocked.closings()
        assert closing.key == operation.key

    perform(make_app(held.shop(stocked, "close_books"), desk=True), play)


def test_where_there_is_nothing_to_close_the_drawer_can_be_counted(shop: Shop) -> None:
    """It says so before: without a count nothing is closed, with one the count is kept."""

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees("Nothing was sold.")
        await stage.press("right")
        await stage.sees("Today is the last day.")
        await stage.press("d")
        await stage.sees("Nothing to close, only a drawer to count. It should hold 0 KRW")
        await stage.press("enter")
        await stage.sees("Nothing was booked since the last close: type what was counted")
        await stage.type("5")
        await stage.press("enter")
        await stage.sees("Close the books now?", "Entries that it would close: 0.")
        await stage.press("enter")
        await stage.sees("Close 1")

    perform(make_app(shop, desk=True), play)

    (closing,) = shop.closings()
    assert (closing.entries, closing.difference) == (0, 5)


def test_an_enter_before_the_drawer_is_asked_for_leaves_nothing_uncounted(stocked: Shop) -> None:
    """It is dropped; behind an amount that was typed blind it counts. Cash moves are told."""
    stocked.cash_out(1_000, reason="eggs")

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        stage.burst("d\r")
        await stage.sees(
            "The drawer should hold 80,000 KRW", "That enter came before this was shown"
        )
        await stage.press("escape")
        stage.burst("d80000\r")
        await stage.sees("Close the books now?", "taken out of it 1,000 KRW")
        await stage.press("escape")

    perform(make_app(stocked, desk=True), play)


def test_a_close_by_somebody_else_is_told_and_made_once(
    stocked: Shop, clock: SettableClock
) -> None:
    """Two ask at once: the second is told of the other's close, and what is left, with no count."""

    async def play(stage: Stage) -> None:
        for number, counted in enumerate((("81000",), ()), 1):
            await stage.press("f3", "d")
            await stage.sees("The drawer should hold 81,000 KRW")
            await stage.type("".join(counted))
            await stage.press("enter")
            await stage.sees("Close the books now?")
            clock.advance(timedelta(seconds=1))
            closing = stocked.close_books(counted=81_000)
            await stage.press("enter")
            await stage.sees(f"Nothing was closed: close {number} was made ({closing.actor}@")
            await stage.sees("It counted 81,000 KRW.", "Nothing is left to close.")
            assert ("Not recorded: 81,000 KRW." in stage.text) is bool(counted)
            assert isinstance(stage.screen, DeskScreen)
            stocked.charge("kim", 1_000, method="card", key=f"later-{number}")

    perform(make_app(stocked, desk=True), play, size=(120, 36))

    assert len(stocked.closings()) == 2


def test_the_day_shows_hours_with_bars_and_money_by_method(
    stocked: Shop, clock: SettableClock
) -> None:
    """Today's orders by hour, what was cancelled, what came in; and the day before."""
    clock.advance(timedelta(days=1, hours=-2))
    stocked.order("kim", {"LATTE": 2}, key="a")
    clock.advance(timedelta(hours=2))
    order = stocked.order("kim", {"LATTE": 1}, key="b")
    stocked.cancel(order.order or "")
    stocked.charge("kim", 700, method="card")

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees(
            "Today", "13,500 KRW sold", "2 orders, 3 units", "1 of them cancelled", "card 700"
        )
        lines = [line for line in stage.text.splitlines() if ":00" in line]
        assert [line.split()[-1] for line in lines if WHOLE in line] == ["9,000", "4,500"]
        assert len(lines) == 3
        assert lines[0].count(WHOLE) > lines[2].count(WHOLE) > 0
        await stage.press("left")
        await stage.sees("2026-03-12", "17,000 KRW sold", "cash 81,000")
        assert "d Close the books" not in stage.text
        await stage.press("d")
        await stage.sees("A close covers all until now, not this day alone: → goes to today")
        await stage.press("right")
        await stage.sees("Today")

    perform(make_app(stocked, desk=True), play)


def test_the_day_and_the_sales_say_what_the_report_and_the_close_say(stocked: Shop) -> None:
    """What came in is not net of what went out, nor what was sold of what was given back."""
    stocked.claim("kim", "FIRST3")
    order = stocked.order("kim", {"LATTE": 2, "MUG": 1}, coupon="FIRST3", key="a")
    stocked.refund(order.order or "", {"LATTE": 1}, reason="cold")
    stocked.cancel(stocked.order("sato", {"LATTE": 1}, key="b").order or "")
    stocked.charge("kim", 700, method="card")
    stocked.undo(stocked.charge("jo", 9_000, key="typed-twice").entry, reason="typed twice")
    stocked.payout("sato", 3_000, reason="leaves")
    stocked.adjust("jo", 50, reason="found")
    look, report = stocked.close_books(dry_run=True), stocked.report_sales()
    assert (look.charged, look.reversed, look.paid_out) == (
        {"card": 700, "cash": 90_000},
        {"cash": 9_000},
        {"cash": 3_000},
    )
    totals = report.totals
    given_back = look.refunds.amount + look.cancels.amount
    assert (look.sold, look.orders, given_back) == (totals.net, totals.orders, totals.refunded)
    sold, refunded = f"{totals.net:,} KRW sold", f"given back {totals.refunded:,}"

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees(sold, f"3 orders, {totals.units} units", "1 of them cancelled", refunded)
        await stage.sees("charged: card 700 · cash 90,000  taken back: cash 9,000  paid out: ")
        await stage.sees("paid out: cash 3,000  adjusted: +50", "discounts 5,000")
        await stage.press("f7")
        await stage.sees(f"Last 15 minutes: {sold}  3 orders  {refunded}")

    perform(make_app(stocked, desk=True), play, size=(120, 36))


def test_the_hours_go_from_the_first_sale_until_now(stocked: Shop, clock: SettableClock) -> None:
    """Now is in view; what was given back before the first sale stands by itself above it."""
    clock.set(datetime(2026, 3, 12, 15, 10, tzinfo=UTC))
    stocked.cancel(stocked.orders("sato")[0].order or "")
    clock.advance(hours=9)
    stocked.order("kim", {"LATTE": 1}, key="a")
    clock.advance(hours=2)

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees("▌ 11:00")
        hours = re.findall(r"\b\d\d:00\b", stage.text)
        assert hours == ["00:00", "09:00", "10:00", "11:00"]
        await stage.press("left")
        await stage.sees("▌ 21:00")

    perform(make_app(stocked, desk=True), play)


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
def test_what_stands_above_a_list_breaks_between_figures(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """No number stands apart from what it counts."""

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees("Today  17,000 KRW sold", "1 order, 4 units", "charged: cash 81,000")
        await stage.press("f6")
        await stage.sees("1 pending  0 given up  0 delivered", "the oldest waits 0 s")
        await stage.press("f7")
        await stage.sees("Last 15 minutes: 17,000 KRW sold", "1 order")

    perform(make_app(stocked, desk=True, platform_variables={}), play, size=size)


def test_a_list_ends_where_it_can_still_be_read(stocked: Shop) -> None:
    """At 200 columns no total stands far from whose it is."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await stage.sees("17,000")
        screen = stage.screen
        assert isinstance(screen, DeskScreen)
        assert screen.view.main.size.width == 110

    perform(make_app(stocked, desk=True), play, size=(200, 60))


def test_more_orders_than_are_listed_are_counted_whole(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a rush only the newest are listed: the sum is of all, and says whose orders it names."""
    monkeypatch.setattr(sales, "ROW_COUNT_MAX", 1)
    stocked.order("kim", {"MUG": 1}, key="a")

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await stage.sees("Last 15 minutes: 29,000 KRW sold  2 orders  the newest 1: tui ")

    perform(make_app(stocked, desk=True), play, size=(120, 36))


def test_any_product_is_found_and_its_price_changed_after_a_question(stocked: Shop) -> None:
    """The question shows both prices; an Enter typed before it answers nothing, esc goes back."""

    async def play(stage: Stage) -> None:
        await stage.press("f4")
        stage.burst("/mug\rp13000\r\r")
        await stage.sees("Change the price of Mug [large]?", "12,000 KRW → 13,000 KRW")
        assert stocked.product("MUG").price == 12_000
        assert "far from the old price" not in stage.text
        await stage.press("escape")
        await stage.sees("New price of Mug [large]", "13000")
        await stage.type("1300000")  # instead of it
        await stage.press("enter")
        await stage.sees("1,300,000 KRW", "That is far from the old price")
        await stage.press("escape", "end", "backspace", "backspace", "enter", "enter")
        await stage.sees("Mug [large] costs 13,000 KRW now.")
        await stage.press("p")
        await stage.sees("now 13,000 KRW")
        await stage.type("o")
        await stage.press("enter")
        await stage.reads("'o' is no amount: ", "Type it like 13000.")
        await stage.type("o")
        await stage.until(lambda: "is no amount" not in stage.text)
        await stage.press("ctrl+u")
        await stage.type("13000")
        await stage.press("enter")
        await stage.sees("Mug [large] costs 13,000 KRW already.")
        await stage.press("y")
        assert stage.app.clipboard == "shop product set MUG --price 13000"

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("MUG").price == 13_000


def test_what_is_typed_at_a_question_answers_nothing(stocked: Shop) -> None:
    """Who forgot that it asks types on: that is told, and the Enter behind it does nothing."""

    async def play(stage: Stage) -> None:
        await stage.press("f4")
        stage.burst("/mug\ro")
        await stage.sees("Take Mug [large] off sale?")
        stage.burst("p1e5\r")
        await stage.sees("This is a question: enter and esc answer it.")
        await stage.settle()
        assert stocked.product("MUG").on_sale
        await stage.press("f1")
        await stage.sees("Keys", "Quit; ctrl+q at once")
        assert "Cart: coupon" not in stage.text
        await stage.press("escape", "enter")
        await stage.sees("Mug [large] is off sale now.")

    perform(make_app(stocked, desk=True), play)


def test_a_price_that_somebody_else_changed_is_asked_about_anew(stocked: Shop) -> None:
    """What takes the place of another price than the one shown is told, and not done."""
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin))

    async def play(stage: Stage) -> None:
        await stage.press("f4")
        stage.burst("/mug\rp13000")
        await stage.sees("New price of Mug [large], now 12,000 KRW")
        other.set_product("MUG", price=14_000)
        await stage.press("enter")
        await stage.sees("14,000 KRW → 13,000 KRW")
        await stage.reads("costs 14,000 KRW by now, not 12,000 (ana@front, 2026-03-12 21:00).")
        other.set_product("MUG", price=9_999)
        await stage.press("enter")
        await stage.reads("Nothing was changed: Mug [large] costs 9,999 KRW by now, not 14,000")
        await stage.sees("9,999 KRW → 13,000 KRW")
        assert stocked.product("MUG").price == 9_999
        await stage.press("enter")
        await stage.sees("Mug [large] costs 13,000 KRW now.")
        await stage.press("p")
        await stage.type("15000")
        other.set_product("MUG", price=15_000, reason="theirs")
        await stage.press("enter")
        told = "Mug [large] was set to 15,000 KRW before (ana@front, 2026-03-12 21:00): theirs."
        await stage.reads(told)
        await stage.sees("15,000 KRW", "MUG")
        await stage.press("p")
        await stage.type("16000")
        await stage.press("enter")
        await stage.sees("15,000 KRW → 16,000 KRW")
        other.set_product("MUG", price=16_000, reason="too")
        await stage.press("enter")
        await stage.reads("Mug [large] was set to 16,000 KRW before (ana@front, ", "): too.")
        await stage.press("y")
        assert stage.app.clipboard == "shop product set MUG --price 13000"

    perform(make_app(stocked, desk=True), play)

    assert [change.reason for change in stocked.changes("product", "MUG")][:2] == ["too", "theirs"]


def test_off_sale_asks_and_on_sale_does_not(stocked: Shop) -> None:
    """What takes something from customers is asked; what somebody else did before is told."""
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin))

    async def play(stage: Stage) -> None:
        await stage.press("f4", "slash")
        await stage.type("latte")
        await stage.press("enter")
        await stage.sees("o Off sale")
        await stage.press("o")
        await stage.sees("Take Latte off sale?")
        await stage.press("escape")
        assert stocked.product("LATTE").on_sale
        await stage.press("o", "enter")
        await stage.sees("Latte is off sale now.", "o On sale")
        assert not stocked.product("LATTE").on_sale
        await stage.press("o")
        await stage.sees("Latte is on sale again.", "o Off sale")
        other.set_product("LATTE", on_sale=False)
        await stage.until(lambda: "on sale again" not in stage.text and "o On sale" in stage.text)
        await stage.press("o")
        await stage.sees("Latte is on sale again", "o Off sale")
        await stage.press("o")
        await stage.sees("Take Latte off sale?")
        other.set_product("LATTE", on_sale=False, reason="mould")
        await stage.press("enter")
        await stage.sees("Latte was taken off sale before (ana@front, 2026-03-12 21:00): mould.")
        await stage.sees("o On sale")
        other.set_product("LATTE", on_sale=True)
        await stage.press("o")
        await stage.sees("Latte was put on sale before (ana@front, 2026-03-12 21:00).")
        await stage.press("enter")
        await stage.sees("Latte: 17 in stock", "sale")
        await stage.press("escape", "escape")
        await stage.sees("Mug [large]")

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("LATTE").on_sale


def test_keys_behind_a_search_are_for_what_it_finds(stocked: Shop) -> None:
    """However fast it is typed, the restock is of the product that was searched for."""

    async def play(stage: Stage) -> None:
        await stage.press("f4")
        stage.burst("/party\rs5\r")
        await stage.sees("8 in stock now.")

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("PARTY").stock == 8
    assert stocked.product("AMERICANO").stock == 29


def test_a_search_that_finds_nothing_says_so_and_keys_say_why(stocked: Shop) -> None:
    """Nothing is done to what is not there."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "slash")
        await stage.type("nothing")
        await stage.sees("No product is like that.", "esc List all")
        await stage.press("enter", "p")
        await stage.sees("No product is chosen")
        await stage.press("f5", "slash")
        await stage.type("nobody")
        await stage.press("enter", "m")
        await stage.sees("No member is chosen")

    perform(make_app(stocked, desk=True), play)


def test_orders_of_others_come_in_while_the_desk_is_open(stocked: Shop) -> None:
    """An order placed by another process appears within a moment, and opens."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await stage.sees("sato", "17,000")
        assert "12,000" not in stage.text
        stocked.order("kim", {"MUG": 1}, key="from-elsewhere")
        await stage.sees("12,000", "Last 15 minutes: 29,000 KRW sold  2 orders  tui ")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.sees("1 × Mug [large]")  # noqa: RUF001  # as shown

    perform(make_app(stocked, desk=True), play)


@pytest.mark.parametrize("size", SIZES)
def test_every_view_is_named_with_its_keys(stocked: Shop, size: tuple[int, int]) -> None:
    """At each size the bar names all views, the list has rows, and the last line has the keys."""

    async def play(stage: Stage) -> None:
        for number, name in enumerate(NAMES):
            await stage.press(f"f{number + 2}")
            await stage.sees(*NAMES.values(), "? Help")
            screen = stage.screen
            assert isinstance(screen, DeskScreen)
            assert name == screen.view.NAME
            assert screen.view.main.size.height >= 2
            assert screen.focused is screen.view.main

    perform(make_app(stocked, desk=True), play, size=size)


def test_the_help_lists_the_keys_of_the_view(stocked: Shop) -> None:
    """f1 on the desk tells what the view's keys do, and how to come to the others."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "f1")
        await stage.sees("Add units that came in", "Change its price", "f6", "Deliveries")

    perform(make_app(stocked, desk=True), play, size=(80, 40))


def test_wide_shows_orders_beside_what_needs_somebody(stocked: Shop) -> None:
    """Two columns where there is room, and Enter in the second opens the order."""
    order = stocked.order("kim", {"LATTE": 2}, key="partly given back")
    stocked.refund(id_of(order), {"LATTE": 1}, reason="cold")

    async def play(stage: Stage) -> None:
        await stage.sees("4 left of Bagel, sesame", "TIME", "17,000", "1 given back: 2 ")
        await stage.press("tab")
        await stage.sees("enter Receipt")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, desk=True), play, size=(120, 36))


def test_wide_shows_beside_each_list_what_belongs_to_its_row(stocked: Shop) -> None:
    """The history of a product, the journal of a member, the attempts of a delivery."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "down")
        await stage.sees("+4 → 4", "initial", "Bagel, sesame: 4 in stock")
        await stage.press("f5", "end")
        await stage.sees("-17,000 → 13,000", "charge, by cash", "sato · 佐藤 葵 · 13,000 KRW")
        await stage.press("f6")
        await stage.sees("It was not tried yet.", "specversion", "order 000004 · pending")
        await stage.press("f4", "slash")
        await stage.type("nothing like it")
        await stage.until(lambda: "→" not in stage.text)

    perform(make_app(stocked, desk=True), play, size=(120, 36))


def test_a_deed_is_told_on_whatever_is_open(stocked: Shop, held: Held) -> None:
    """The answer to a change of the desk comes behind another tab."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "o")
        assert isinstance(stage.screen, ConfirmDialog)
        await stage.pilot.press("enter", "1")
        held.released.set()
        await stage.sees("아메리카노 is off sale now.", "PRODUCT")

    perform(make_app(held.shop(stocked, "set_product"), desk=True), play)


def test_a_close_books_only_what_was_shown(stocked: Shop) -> None:
    """Another process charges behind the box or the question: it is told, and asked anew."""

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.sees("The drawer should hold 81,000 KRW")
        assert "not counted" not in stage.text.split("empty: not counted")[-1]
        await stage.type("81000")
        stocked.charge("kim", 200, method="cash")
        await stage.press("enter")
        await stage.reads("Nothing was closed", "(was 81,000)")
        await stage.reads("Counted 81,000 KRW, should be 81,200: a difference of -200.")
        await stage.press("escape")
        await stage.sees("The drawer should hold 81,200 KRW")
        assert "taken out" not in stage.text
        await stage.press("pagedown", "pagedown")
        await stage.sees("charged, cash", "taken out")
        await stage.press("pageup", "pageup")
        await stage.until(lambda: "taken out" not in stage.text)
        await stage.press("ctrl+u")
        await stage.type("81200")
        await stage.press("enter")
        await stage.reads("a difference of 0")
        stocked.charge("kim", 500, method="cash")
        await stage.press("enter")
        await stage.reads("Nothing was closed", "(was 81,200)", "difference of -500")
        assert stocked.closings() == ()
        await stage.press("enter")
        await stage.sees("Close 1 · difference -500")
        await stage.press("escape")
        await stage.sees("Closed: close 1")
        await stage.press("left")
        await stage.until(lambda: "Closed: close 1" not in stage.text)

    perform(make_app(stocked, desk=True), play)

    (closing,) = stocked.closings()
    assert closing.difference == -500


@pytest.mark.parametrize("wrong", ["90,00", "-5"])
@pytest.mark.parametrize("size", SIZES)
def test_a_wrong_count_is_refused_beside_its_field(
    stocked: Shop, wrong: str, size: tuple[int, int]
) -> None:
    """However long the page below is, it is seen why nothing goes on."""

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.type(wrong)
        await stage.press("enter")
        await stage.sees(f"'{wrong}'")

    perform(make_app(stocked, desk=True), play, size=size)


def test_narrow_days_and_sales_tell_what_was_given_back(stocked: Shop) -> None:
    """A cancelled order is no sale, at 40 columns either."""
    order = stocked.order("kim", {"LATTE": 1}, key="b")
    stocked.cancel(order.order or "")

    async def play(stage: Stage) -> None:
        await stage.press("f3")
        await stage.sees("SOLD", "GIVEN BACK", "4,500")
        await stage.press("f7")
        await stage.sees("cancelled")

    perform(make_app(stocked, desk=True), play, size=(40, 20))


def test_what_became_of_orders_is_told_at_each_size(stocked: Shop) -> None:
    """A terminal made narrower lists no cancelled order as sold; made wider, it lists orders."""
    order = stocked.order("kim", {"LATTE": 1}, key="b")
    stocked.cancel(order.order or "")

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await stage.sees("cancelled: 1", "4,500")
        await stage.pilot.resize_terminal(40, 20)
        await stage.until(lambda: "Latte" not in stage.text and "cancelled" in stage.text)
        (line,) = (line for line in stage.text.splitlines() if "kim" in line)
        assert "4,500" not in line
        await stage.pilot.resize_terminal(80, 24)
        await stage.sees("cancelled: 1", "4,500")
        await stage.press("f2")
        await stage.until(lambda: "Latte" not in stage.text)
        await stage.pilot.resize_terminal(160, 36)
        await stage.sees("cancelled: 1", "Latte")

    perform(make_app(stocked, desk=True), play)


def test_letting_go_promises_only_what_is_so(stocked: Shop) -> None:
    """Without a relay nothing is sent until somebody sends it."""
    stocked.set_setting("platform.url", NOWHERE)
    stocked.outbox.hold(reason="a copy")

    async def play(stage: Stage) -> None:
        await stage.sees("held")
        await stage.press("enter")
        await stage.sees("Let deliveries go?", "No relay runs")
        await stage.press("escape", "f6")
        await stage.sees(f"sent to {NOWHERE}")

    perform(make_app(stocked, desk=True, platform_variables={}), play)


def test_a_second_enter_of_a_restock_opens_no_box(stocked: Shop) -> None:
    """The box drops it, or the list before it is renewed: what was done stays told."""

    async def play(stage: Stage) -> None:
        await stage.sees("4 left of Bagel, sesame, low at 4")
        await stage.press("enter")
        await stage.sees("none left", "how many came in")
        stage.burst("1\r\r")
        await stage.sees("1 in stock now")
        assert isinstance(stage.screen, DeskScreen)
        await stage.sees("1 left of ", "low at 4")  # now it is renewed
        await stage.press("enter")
        await stage.sees("how many came in")

    perform(make_app(stocked, desk=True), play)


def test_a_restock_out_of_proportion_is_asked_about_once_more(stocked: Shop) -> None:
    """A barcode scanned into the field adds nothing; what takes a restock back is told."""

    async def play(stage: Stage) -> None:
        await stage.press("end", "enter")
        await stage.type("8801234567890")
        await stage.press("enter")
        await stage.sees("at most 999,999,999,999")
        await stage.press("backspace", "enter")
        await stage.sees("Restock 880,123,456,789 units of Bagel, sesame?")
        await stage.press("f1")
        await stage.sees("Keys", "enter", "Restock")
        await stage.press("escape", "escape")
        await stage.sees("Restock BAGEL", "880123456789")
        assert stocked.product("BAGEL").stock == 4
        await stage.press("ctrl+u")
        await stage.type("2")
        await stage.press("enter")
        await stage.sees("shop product adjust BAGEL --by=-2")

    perform(make_app(stocked, desk=True), play)

    assert stocked.product("BAGEL").stock == 6


def test_what_comes_in_at_the_last_moment_is_not_closed_unseen(stocked: Shop) -> None:
    """Between Enter and the close another process charges: it is asked anew, nothing is closed."""

    class BusyShop(Shop):
        """Books a charge right before the first close."""

        closes = 0

        def close_books(self, *values: Any, **named: Any) -> Closing:  # noqa: ANN401  # passed on
            """As the shop's, a charge later."""
            if not named.get("dry_run"):
                self.closes += 1
                if self.closes == 1:
                    stocked.charge("kim", 500, method="cash")
            return super().close_books(*values, **named)

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d", "enter", "enter")
        await stage.sees("Nothing was closed", "Entries: 5 (were 4)")
        assert stocked.closings() == ()
        await stage.press("enter")
        await stage.sees("Close 1")

    perform(make_app(BusyShop(stocked.runtime), desk=True), play)

    (closing,) = stocked.closings()
    assert closing.entries == 5


@pytest.mark.parametrize("has_relay", [True, False])
def test_a_platform_that_does_not_answer_is_told_until_when(
    stocked: Shop, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, *, has_relay: bool
) -> None:
    """The time of the next try stands there until it has come, where a relay is there to try."""
    if has_relay:

        def read(
            *values: Any,  # noqa: ANN401  # passed on
        ) -> tuple[OutboxStatus, bool, ShopError | None]:
            status, is_awaited, fault = read_status(*values)
            return replace(status, relay="ana@front:1"), is_awaited, fault

        monkeypatch.setattr("shopcli.tui.desk.deliveries.read_status", read)
    stocked.set_setting("platform.url", NOWHERE)
    Relay(stocked, environment={}).flush()
    state = stocked.outbox.deliveries.endpoint(NOWHERE)
    until = from_microseconds(state.next_try_at).astimezone(zone(stocked.timezone))
    assert until > clock()

    async def play(stage: Stage) -> None:
        await stage.press("f6")
        if not has_relay:
            await stage.sees(f"{NOWHERE} takes nothing  no relay runs: f sends what waits")
            return
        await stage.sees("nothing is sent by itself", f"until {until:%H:%M}")
        clock.advance(hours=1)
        await stage.press("f3", "f6")
        await stage.sees("nothing is sent by itself for now")

    perform(make_app(stocked, desk=True, platform_variables={}), play, size=(120, 36))


def test_a_key_for_what_is_behind_a_box_says_why_it_does_nothing(stocked: Shop) -> None:
    """The bar below names it, and the box over the list takes it: nobody is to guess which."""

    async def play(stage: Stage) -> None:
        for view, keys in (("f5", "mb5"), ("f6", "hfR"), ("f4", "ps")):
            await stage.press(view, "enter")
            for key in (*keys, "f3"):
                await stage.press(key)
                await stage.sees(f"{key} is for what is behind this: esc goes back to it.")
            await stage.press("escape")
            await stage.until(lambda: isinstance(stage.screen, DeskScreen))
        await stage.press("f5", "m", "f2")
        await stage.sees("f2 is for what is behind this: esc goes back to it.")
        await stage.type("500")
        await stage.press("enter")
        await stage.sees("Charged 500 KRW by cash")

    perform(make_app(stocked, desk=True, platform_variables={}), play)
