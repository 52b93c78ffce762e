"""The desk: members with charge, block and journal; deliveries with send, retry and replay."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import OutcomeUnknown
from shopcli.domain.records import BalanceChange, Order
from shopcli.relay.platform import Misbehaviour, Platform
from shopcli.tui.app import make_app
from shopcli.tui.desk.entries import JournalScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SettableClock
from tests.factories import id_of
from tests.tui.conftest import give_up
from tests.tui.stage import Stage, perform


def test_a_member_is_charged_by_the_chosen_method(stocked: Shop) -> None:
    """f4 takes the next method; the new balance is told, and its command has its key."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "slash")
        await stage.type("김민")
        await stage.press("enter", "m")
        await stage.sees("Charge kim, who has 50,000 KRW", "It comes by cash.", "f4 Method")
        await stage.press("f4", "f4")
        await stage.sees("It comes by card.")
        await stage.type("2500")
        await stage.press("enter")
        await stage.sees("Charged 2,500 KRW by card: kim has 52,500 KRW.", "52,500  active")
        await stage.press("y")
        assert stage.app.clipboard.startswith("shop charge 2500 --method card -u kim --key ")

    perform(make_app(stocked, user="jo", desk=True), play)

    assert stocked.history("kim")[-1].method == "card"
    assert stocked.balance("jo").balance == 1_000


@pytest.mark.parametrize("amount", ["8000", "800000"])
def test_a_charge_that_others_have_made_meanwhile_is_told_before_another(
    stocked: Shop, amount: str
) -> None:
    """Two who are handed one note would both book it; orders and charges undone are no matter."""
    other = _by_ana(stocked)

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m")
        await stage.sees("Charge kim, who has 50,000 KRW")
        other.charge("kim", 5_000, method="cash")
        stocked.order("kim", {"LATTE": 1})
        await stage.press("f4", "f4")
        await stage.type(amount)
        await stage.press("enter")
        if amount == "800000":
            await stage.sees("That is a lot")
            await stage.press("enter")
        told = "Nothing was charged: kim was charged 5,000 KRW by cash meanwhile"
        asked = "(ana@front, 2026-03-12 21:00). Charge kim, who has 50,500 KRW"
        await stage.reads(f"{told} {asked}")
        await stage.sees("It comes by card.")
        other.order("kim", {"LATTE": 1})
        wrong = other.charge("kim", 700, method="cash")
        other.undo(wrong.entry, reason="another's")
        await stage.press("ctrl+u")
        await stage.type("3000")
        await stage.press("enter")
        await stage.sees("Charged 3,000 KRW by card: kim has 49,000 KRW.")

    perform(make_app(stocked, desk=True), play, size=(120, 36))

    charges = [one.amount for one in stocked.history("kim") if one.kind == "charge"]
    assert charges[-3:] == [5_000, 700, 3_000]


def test_an_operator_at_a_members_journal_is_told_of_charges_of_others(stocked: Shop) -> None:
    """The box of the other tabs asks anew, too, with what was typed."""
    other = _by_ana(stocked)

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("8000")
        other.charge("kim", 5_000, method="cash")
        other.charge("kim", 1_000, method="card")
        await stage.press("enter")
        told = "kim was charged 2 times meanwhile, 6,000 KRW in all (ana@front, 2026-03-12 21:00)."
        await stage.reads(told)
        await stage.press("enter")
        await stage.sees("Charged 8,000 KRW by cash: kim has 64,000 KRW.")

    perform(make_app(stocked, user="kim"), play, size=(120, 36))


def _by_ana(shop: Shop) -> Shop:
    """The shop, as another operator has it open at another host."""
    return Shop(
        replace(shop.runtime, origin=shop.runtime.origin._replace(actor="ana", host="front"))
    )


def test_a_charge_in_doubt_is_sent_again_with_its_key_and_method(stocked: Shop) -> None:
    """The connection is lost at COMMIT: m sends it again with its key, and it is booked once."""

    class LosingShop(Shop):
        """Books the first charge, and answers that it does not know."""

        lost = 0

        def charge(self, *values: Any, **named: Any) -> BalanceChange:  # noqa: ANN401  # passed on
            """As the shop's, but the first answer is lost."""
            change = super().charge(*values, **named)
            self.lost += 1
            if self.lost == 1:
                raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
            return change

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m", "f4", "f4")
        await stage.type("5000")
        await stage.press("enter")
        await stage.sees("not known whether 5,000 KRW of kim are charged", "sends it again with")
        await stage.press("m")
        await stage.sees("before, and only once", "55,000")
        assert not stage.app.visit.deposits
        assert not stage.app.visit.operations

    perform(make_app(LosingShop(stocked.runtime), desk=True), play)

    assert stocked.balance("kim").balance == 55_000


def test_a_block_wants_a_reason_and_is_ended_with_the_same_key(stocked: Shop) -> None:
    """Who is blocked cannot be charged, and the key says so; nobody who left can be either."""
    stocked.add_user("zed")
    stocked.set_user("zed", state="closed")

    async def play(stage: Stage) -> None:
        await stage.press("f5")
        await stage.sees("b Block")
        await stage.press("b")
        await stage.sees("Block jo?")
        await stage.press("enter")
        await stage.sees("Say why")
        await stage.type("lost card")
        await stage.press("enter")
        await stage.sees("jo is blocked.", "b Unblock")
        await stage.press("m")
        await stage.sees("jo is blocked: nothing can be charged until b ends that.")
        stocked.set_user("jo", state="active", reason="at the till")
        await stage.press("m")
        await stage.sees("Charge jo, who has 1,000 KRW")
        await stage.press("escape")
        stocked.set_user("jo", state="blocked", reason="lost card")
        await stage.sees("b Unblock")
        await stage.press("b", "enter")
        await stage.sees("jo is blocked no longer.")
        await stage.press("y")
        assert stage.app.clipboard == "shop user set jo --active"
        await stage.press("end")
        await stage.until(lambda: "b Block" not in stage.text)
        await stage.press("b")
        await stage.sees("zed is closed, and cannot be blocked.", "shop user set zed --active")

    perform(make_app(stocked, desk=True), play)

    assert stocked.user("jo").state == "active"
    assert [change.reason for change in stocked.changes("user", "jo")] == [
        None,
        "lost card",
        "at the till",
        "lost card",
    ]


def test_a_block_that_somebody_else_has_made_is_told_with_who_and_why(stocked: Shop) -> None:
    """The reason typed now is in no record, and that is said; so too where a block is ended."""
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin))

    async def play(stage: Stage) -> None:
        await stage.press("f5", "b")
        await stage.type("lost card")
        other.set_user("jo", state="blocked", reason="left")
        await stage.press("enter")
        await stage.sees("jo was blocked before (ana@front, 2026-03-12 21:00): left.")
        await stage.sees("Not recorded: lost card.", "b Unblock")
        await stage.press("b")
        await stage.sees("Let jo charge, claim and order again? jo is blocked", "): left.")
        other.set_user("jo", state="active")
        await stage.press("enter")
        await stage.sees("The block of jo was ended before (ana@front, 2026-03-12 21:00).")
        assert "Not recorded" not in stage.text

    perform(make_app(stocked, desk=True), play, size=(120, 36))

    assert [change.reason for change in stocked.changes("user", "jo")] == [None, "left"]


def test_only_the_block_that_was_shown_is_ended(stocked: Shop) -> None:
    """Why and since when it is stands beside the list and in the question; another is asked of."""
    stocked.set_user("jo", state="blocked", reason="lost card")

    async def play(stage: Stage) -> None:
        await stage.press("f5")
        await stage.sees("jo is blocked (", "lost card.", "b Unblock")
        await stage.press("b")
        await stage.type("found")
        stocked.set_user("jo", state="active")
        stocked.set_user("jo", state="blocked", reason="FRAUD")
        await stage.press("enter")
        await stage.sees("Nothing was changed: that is another block", "): FRAUD.")
        assert stocked.user("jo").state == "blocked"
        await stage.press("enter")
        await stage.sees("jo is blocked no longer.")
        await stage.press("b")
        await stage.type("stolen")
        stocked.charge("jo", 500, method="cash")
        stocked.payout("jo", 1_500, reason="leaves")
        stocked.set_user("jo", state="closed", reason="left")
        await stage.press("enter")
        await stage.sees("jo was closed before", "): left. Not recorded: stolen.")
        assert stocked.user("jo").state == "closed"

    perform(make_app(stocked, desk=True), play, size=(120, 36))

    reasons = [change.reason for change in stocked.changes("user", "jo")]
    assert reasons == ["left", "found", "FRAUD", None, "lost card"]


def test_the_journal_of_a_member_opens(stocked: Shop) -> None:
    """Every entry with the balance then, newest first."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "end", "enter")
        await stage.until(lambda: isinstance(stage.screen, JournalScreen))
        await stage.sees("sato · 佐藤 葵 · 13,000 KRW", "-17,000   13,000", "charge, by cash")
        await stage.press("question_mark")
        await stage.sees("Keys", "The receipt of its order")
        await stage.press("escape")
        await stage.press("enter")
        await stage.sees("Receipt · order")
        await stage.press("escape", "escape")
        await stage.sees("MEMBER")

    perform(make_app(stocked, desk=True), play)


def test_a_delivery_is_retried_and_says_what_sends_it(stocked: Shop) -> None:
    """A dead event comes first; r makes it pending again, and what is delivered says why not."""
    stocked.outbox.discard(stocked.outbox.list()[0].id, reason="wrong address")

    async def play(stage: Stage) -> None:
        await stage.press("f6")
        await stage.sees("0 given up  1 discarded", "no platform", "no relay runs")
        await stage.press("R")
        await stage.reads("No delivery is given up. 1 that was discarded stays so: r tries it")
        await stage.press("r")
        await stage.sees(
            "1 pending  0 given up  0 delivered",
            "000004 paid is due again: it is sent once there is",
        )
        await stage.press("R")
        await stage.sees("No delivery is given up.")
        await stage.press("f")
        await stage.sees("Nothing is sent: there is no platform.", "shop settings set platform.url")

    perform(make_app(stocked, desk=True, platform_variables={}), play)

    assert stocked.outbox.list()[0].state == "pending"


def test_what_somebody_discards_in_the_same_moment_stays_so(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R is for the delivery as it was listed: who has seen to it since is told, and why."""
    other, (event,) = _by_ana(stocked).outbox, stocked.outbox.list()
    deeds: list[Callable[[], object]] = [
        lambda: other.discard(event.id, reason="no more"),
        lambda: other.retry(event.id),
    ]

    def first_waiting(*_: object) -> None:
        if deeds:
            deeds.pop(0)()

    monkeypatch.setattr("shopcli.tui.desk.delivering.first_waiting", first_waiting)

    async def play(stage: Stage) -> None:
        await stage.press("f6", "r")
        await stage.reads(
            "000004 paid was discarded before (ana@front, 2026-03-12 21:00): no more."
        )
        assert stocked.outbox.show(event.id).event.state == "dead"
        await stage.sees("1 discarded")
        await stage.press("r")
        await stage.reads("000004 paid was made due before (ana@front, 2026-03-12 21:00).")
        await stage.sees("1 pending")
        await stage.press("r")
        await stage.reads("000004 paid is due again: ")

    perform(make_app(stocked, desk=True, platform_variables={}), play)

    shown = stocked.outbox.show(event.id)
    assert [change.action for change in shown.changes] == ["discard", "retry", "retry"]


def test_a_retry_leads_to_the_delivery_that_is_sent_before_it(stocked: Shop) -> None:
    """Those of an order go out one after another: the one that keeps it is shown, and retried."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine")
    stocked.cancel(id_of(order))

    with Platform(misbehaviour=Misbehaviour(status=500)) as platform:
        stocked.set_setting("platform.url", platform.url)
        Relay(stocked, environment={}).flush()
        (cancelled, paid) = stocked.outbox.list(order=order.order)
        assert paid.attempts == 1

        async def play(stage: Stage) -> None:
            await stage.press("f6")
            await stage.sees("▌ 000006 cancelled")
            await stage.press("r")
            await stage.sees("000006 cancelled waits until 000006 paid is sent", "▌ 000006 paid")
            assert stocked.outbox.show(paid.id).event.last_error is not None
            await stage.press("r")
            await stage.sees("000006 paid is due again: no relay runs, f sends it now.")
            await stage.press("enter")
            origin = stocked.runtime.origin
            await stage.reads(f"made due by {origin.actor}@{origin.host}, no reason given")
            await stage.sees("No relay runs: it is not")
            await stage.press("escape", "up", "enter")
            await stage.sees("It is sent after 000006 paid, the delivery before it.")
            stocked.outbox.hold(reason="a copy")
            await stage.press("escape", "enter")
            await stage.sees("Deliveries are held: it is not sent until they are let go.")
            assert "to come" not in stage.text

        perform(make_app(stocked, desk=True, platform_variables={}), play)

    assert stocked.outbox.show(paid.id).event.last_error is None
    assert not stocked.outbox.show(cancelled.id).changes


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_just_those_are_sent_again_that_were_shown(
    stocked: Shop, clock: SettableClock, size: tuple[int, int]
) -> None:
    """Where they are sent again behind the question, who did so is told, and it is asked anew."""
    with Platform() as platform:
        stocked.set_setting("platform.url", platform.url)
        relay = Relay(stocked, environment={})
        relay.flush()

        async def play(stage: Stage) -> None:
            await stage.press("f6", "e")
            await stage.type("1h")
            await stage.press("enter")
            await stage.sees("Send 1 delivered event again?")
            clock.advance(seconds=1)
            _by_ana(stocked).outbox.replay(None)
            await stage.press("enter")
            told = "1 delivered event was made due again meanwhile (ana@front, 2026-03-12 21:00)."
            await stage.reads(told)
            await stage.press("e")
            await stage.type("1h")
            await stage.press("enter")
            gone = "Nothing written since 2026-03-12 20:00 stands as delivered now."
            await stage.reads(gone)
            clock.advance(seconds=1)
            relay.flush()
            await stage.press("e")
            await stage.type("1h")
            await stage.press("enter")
            clock.advance(seconds=1)
            _by_ana(stocked).outbox.replay(None)
            relay.flush()
            await stage.press("enter")
            await stage.sees("Send 1 delivered event again?")
            await stage.reads(f"Nothing was sent again: {told}")
            clock.advance(seconds=1)
            stocked.order("kim", {"LATTE": 1}, key="a")
            relay.flush()
            assert stocked.outbox.status().delivered == 2
            await stage.press("enter")
            await stage.sees("1 event due again")

        perform(make_app(stocked, desk=True, platform_variables={}), play, size=size)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_just_those_are_tried_again_that_were_shown(
    stocked: Shop, clock: SettableClock, size: tuple[int, int]
) -> None:
    """Where others are given up behind the question, it is asked anew of them."""
    with Platform() as platform:
        stocked.set_setting("platform.url", platform.url)
        Relay(stocked, environment={}).flush()

        async def play(stage: Stage) -> None:
            await stage.press("f6")
            first, second, third = (stocked.order("kim", {"LATTE": 1}, key=key) for key in "bcd")
            stocked.outbox.discard(_event(stocked, third), reason="a test")
            give_up(stocked)
            await stage.until(lambda: "2 given up  1 discarded" in stage.text)
            await stage.press("R")
            await stage.sees("Try 2 deliveries again?", "1 that was discarded")
            other = _by_ana(stocked)
            other.outbox.retry(_event(stocked, first))
            other.outbox.retry(_event(stocked, second))
            other.outbox.discard(_event(stocked, second), reason="that too")
            clock.advance(seconds=1)
            stocked.order("kim", {"LATTE": 1}, key="e")
            give_up(stocked)
            await stage.press("enter")
            await stage.sees("Try 2 deliveries again?", "Nothing was tried again")
            told = "somebody has seen to some of them meanwhile (ana@front, "
            await stage.reads(told)
            await stage.sees("2 that were discarded")
            assert stocked.outbox.status().dead == 4
            await stage.press("enter")
            await stage.sees("2 events due again")
            assert stocked.outbox.status().dead == 2

        perform(make_app(stocked, desk=True, platform_variables={}), play, size=size)


def _event(shop: Shop, order: Order) -> str:
    return shop.outbox.list(order=order.order)[0].id


def test_deliveries_are_held_with_a_reason_and_let_go(stocked: Shop) -> None:
    """The same key does both; the reason stands where deliveries are told."""

    async def play(stage: Stage) -> None:
        await stage.press("f6")
        await stage.sees("h Hold")
        await stage.press("h")
        await stage.type("the platform moves")
        await stage.press("enter")
        await stage.sees("Held: the platform moves.", "held, nothing is sent", "h Let go")
        await stage.press("r")
        await stage.sees("000004 paid is due again: it waits until deliveries are let go.")
        await stage.press("h", "enter")
        await stage.sees("Deliveries go again: they are sent once there is a platform.", "h Hold")

    perform(make_app(stocked, desk=True, platform_variables={}), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20)])
def test_where_deliveries_go_is_read_on_a_small_terminal(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """A long address keeps its host; on few lines what is wrong comes before the figures."""
    path = "of/the/shops/that/we/have/and/of/those/that/are/to/come"
    stocked.set_setting("platform.url", f"https://events.example.org/{path}")

    async def play(stage: Stage) -> None:
        is_flat = size[1] == 12
        await stage.press("f6")
        await stage.sees("1 pending", "0 given up", "no relay runs: " if is_flat else "sent to")
        await stage.sees("events.example.org…" if is_flat else "https://events.example.org…")
        stocked.set_setting("platform.url", f"http://127.0.0.1:9/{path}")
        await stage.press("f")
        await stage.sees("127.0.0.1:9…", "takes nothing", "1 pending  0 given up")
        stocked.outbox.hold(reason="the platform moves " * 20)
        await stage.sees("held, nothing is sent: ", "1 pending", "000004 paid")

    perform(make_app(stocked, desk=True, platform_variables={}), play, size=size)


def test_no_hold_of_somebody_else_is_undone_unseen(stocked: Shop) -> None:
    """Its reason stays, and is shown before deliveries are let go."""
    origin = stocked.runtime.origin._replace(actor="ana", host="front")
    other = Shop(replace(stocked.runtime, origin=origin)).outbox

    async def play(stage: Stage) -> None:
        await stage.press("f6", "h")
        await stage.type("mine")
        other.hold(reason="AUDIT")
        await stage.press("enter")
        await stage.sees("Deliveries were held before (ana@front, 2026-03-12 21:00): AUDIT.")
        await stage.sees("Not recorded: mine.", "h Let go")
        await stage.press("h")
        await stage.sees("They are held: AUDIT.")
        other.resume()
        other.hold(reason="TAX")
        await stage.press("enter")
        await stage.sees("Nothing was let go: what holds them has changed", "They are held: TAX.")
        await stage.sees("(ana@front, 2026-03-12 21:00).")
        assert stocked.outbox.status().held == "TAX"
        other.resume()
        await stage.press("enter")
        await stage.sees("Deliveries were let go before (ana@front, 2026-03-12 21:00).", "h Hold")

    perform(make_app(stocked, desk=True, platform_variables={}), play, size=(120, 36))

    changes = stocked.changes("outbox", "deliveries")
    assert [change.reason for change in changes] == [None, "TAX", None, "AUDIT"]


def test_who_let_deliveries_go_after_a_stop_is_told(stocked: Shop, clock: SettableClock) -> None:
    """Not who ended a hold before it."""
    stocked.outbox.hold(reason="long ago")
    stocked.outbox.resume()
    clock.advance(seconds=3600)
    with Platform(misbehaviour=Misbehaviour(status=410)) as platform:
        stocked.set_setting("platform.url", platform.url)
        Relay(stocked, environment={}).flush()

        async def play(stage: Stage) -> None:
            await stage.press("f6")
            await stage.sees("h Let go")
            await stage.press("h")
            await stage.sees("The platform asked for no more.")
            _by_ana(stocked).outbox.resume(reason="they are back")
            await stage.press("enter")
            told = "Deliveries were let go before (ana@front, 2026-03-12 22:00): they are back."
            await stage.reads(told)

        perform(make_app(stocked, desk=True, platform_variables={}), play)


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_due_is_sent_and_told_and_sent_again(stocked: Shop, *, fails: bool) -> None:
    """F sends; Enter shows the attempts; e sends delivered ones again, after a question."""
    with Platform(misbehaviour=Misbehaviour(status=500 if fails else None)) as platform:
        stocked.set_setting("platform.url", platform.url)

        async def play(stage: Stage) -> None:
            await stage.press("f6", "f")
            if fails:
                await stage.sees("0 sent, 1 failed", "500")
                await stage.press("enter")
                await stage.sees("attempt 1: failed 500", "No relay runs: it is not sent by")
                assert "to come" not in stage.text
                return
            await stage.sees("1 sent; nothing waits.", "1 delivered")
            await stage.press("r")
            await stage.sees("It is delivered: only what waits or was given up is tried again.")
            await stage.press("enter")
            await stage.sees("attempt 1: delivered 2")
            await stage.press("end")
            await stage.sees("null}}")
            assert not re.search(r"│ +\S +\S?│", stage.text), stage.text
            await stage.press("question_mark")
            await stage.sees("Keys", "Back")
            await stage.press("escape", "escape", "o")
            await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
            stocked.outbox.hold(reason="a copy")
            await stage.press("escape", "e")
            await stage.type("1h")
            await stage.press("enter")
            await stage.sees("Send 1 delivered event again?")
            assert stocked.outbox.list()[0].state == "delivered"
            await stage.press("enter")
            await stage.sees("1 event due again: it waits until deliveries are let go.")

        perform(make_app(stocked, desk=True, platform_variables={}), play, size=(80, 18))


def test_what_is_refused_is_said_and_leads_to_its_delivery(stocked: Shop) -> None:
    """Not that no relay runs: sending again is of no use until the platform takes it."""
    with Platform(misbehaviour=Misbehaviour(status=500)) as platform:
        stocked.set_setting("platform.url", platform.url)

        async def play(stage: Stage) -> None:
            await stage.sees("No relay runs", "enter Send now")
            await stage.press("enter")
            await stage.sees("The platform takes nothing: ", "enter Show them")
            await stage.press("enter")
            await stage.sees("DELIVERY", "r makes the delivery under the cursor due now")
            await stage.press("f2", "f")
            await stage.sees("r shows it")
            await stage.press("r")
            await stage.sees("DELIVERY")

        perform(make_app(stocked, desk=True, platform_variables={}), play)


def test_what_is_being_sent_keeps_its_line_and_its_place(stocked: Shop) -> None:
    """The cursor stays on it: an Enter behind it is for no other line that took its place."""
    stocked.set_setting("platform.url", "http://127.0.0.1:9/hook")
    (first,) = stocked.outbox.list()
    stocked.order("kim", {"LATTE": 1}, key="later")
    deliveries = stocked.outbox.deliveries

    async def play(stage: Stage) -> None:
        await stage.sees("No relay runs. 2 wait.", "enter Send now")
        leased = deliveries.lease("somebody", 2)
        await stage.press("f6")
        await stage.sees("0 pending  2 being sent")
        await stage.press("f2")
        await stage.sees("No relay runs. 2 wait.", "enter Send now")
        deliveries.release("somebody", leased)
        await stage.press("f6", "end")
        await stage.sees("2 pending", "▌ 000004 paid")
        deliveries.lease("somebody", 1, order_id=first.order)
        await stage.sees("1 pending  1 being sent", "▌ 000004 paid       being sent")

    perform(make_app(stocked, desk=True, platform_variables={}), play)


def test_a_large_charge_is_asked_about_once_more(stocked: Shop) -> None:
    """A forgotten point is seen before it is booked; what takes it back is told after."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m")
        await stage.sees("amount in KRW, like 10000")
        await stage.press("f4")
        await stage.type("500000")
        await stage.press("enter")
        await stage.sees("Charge kim 500,000 KRW, by transfer?")
        await stage.press("escape")
        await stage.sees("Charge kim, who has 50,000 KRW", "500000", "It comes by transfer.")
        await stage.press("enter")
        await stage.sees("Charge kim 500,000 KRW, by transfer?")
        assert stocked.balance("kim").balance == 50_000
        await stage.press("enter")
        await stage.sees("kim has 550,000 KRW.", "kim:0002 --reason WHY")

    perform(make_app(stocked, desk=True), play)

    assert stocked.balance("kim").balance == 550_000


def test_a_moment_to_come_stays_in_its_field(stocked: Shop) -> None:
    """Nothing was delivered since then: it may be mended where it was typed."""

    async def play(stage: Stage) -> None:
        await stage.press("f6", "e")
        await stage.type("2099-01-01")
        await stage.press("enter")
        await stage.sees("'2099-01-01' is yet to come.", "Send delivered events again")

    perform(make_app(stocked, desk=True), play)


def test_a_block_without_a_reason_names_no_option(stocked: Shop) -> None:
    """There is a field for it, and f1 tells the keys of the box."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "b", "enter")
        await stage.sees("Say why")
        assert "--reason" not in stage.text
        await stage.press("f1")
        await stage.sees("Keys", "enter", "OK")
        await stage.press("escape", "escape", "down", "m", "f1")
        await stage.sees("Method")

    perform(make_app(stocked, desk=True), play)
