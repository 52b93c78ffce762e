"""Coupons, me, best sellers and the operator's desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from shopcli.domain.errors import OutcomeUnknown
from shopcli.domain.records import BalanceChange
from shopcli.tui.app import make_app
from shopcli.tui.desk.deeds import read_quantity
from shopcli.tui.screens.dialogs import ConfirmDialog, EntryDialog
from shopcli.tui.screens.help import KeysScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SettableClock
from tests.tui.stage import Stage, perform

LOSSES = 2


def test_claiming_tells_the_number(stocked: Shop) -> None:
    """Enter claims the coupon under the cursor and says number n of N; again is an answer too."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("WELCOME10", "100/100", "FIRST3", "50 %, at most 5,000")
        await stage.press("end", "enter")
        await stage.sees("number 1 of 100", "no. 1, ready", "99/100")
        assert "enter Claim" not in stage.text
        await stage.press("enter")
        await stage.sees("WELCOME10 is yours, number 1: choose it when you pay.")
        await stage.press("up")
        assert "choose it" not in stage.text
        await stage.sees("enter Claim")

    perform(make_app(stocked, user="kim"), play)

    assert [one.coupon for one in stocked.coupons("kim")] == ["WELCOME10"]


def test_a_used_coupon_says_so(stocked: Shop) -> None:
    """It is not told to be chosen again, and no key offers to claim it."""
    stocked.claim("kim", "WELCOME10")
    stocked.order("kim", {"LATTE": 1}, coupon="WELCOME10", key="one")

    async def play(stage: Stage) -> None:
        await stage.press("2", "end")
        await stage.sees("used ")
        assert "enter Claim" not in stage.text
        await stage.press("enter")
        await stage.sees("You have used WELCOME10 already, in order")

    perform(make_app(stocked, user="kim"), play)


def test_best_says_what_its_sum_is_of(stocked: Shop) -> None:
    """The sum is of the rows that are shown, and not of all that was sold."""

    async def play(stage: Stage) -> None:
        await stage.press("4")
        await stage.sees(" 1 day   3 days   7 days   30 days", "first 5: 4 units for 17,000 KRW")
        await stage.press("l")
        await stage.sees("first 20: 4 units")

    perform(make_app(stocked, user="kim"), play, size=(40, 20))


def test_a_coupon_that_others_took_is_sold_out(stocked: Shop) -> None:
    """The last one goes to somebody else while the list is open: that is said, and seen."""
    for user in ("sato", "jo"):
        stocked.claim(user, "FIRST3")

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("1/3")
        stocked.add_user("quick")
        stocked.claim("quick", "FIRST3")
        await stage.sees("0/3", "sold out")
        await stage.press("enter")
        await stage.sees("FIRST3 is sold out (3 of 3 claimed)")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.coupons("kim") == ()


def test_no_coupon_takes_the_place_of_one_that_is_gone(stocked: Shop) -> None:
    """Enter on what others took claims nothing else; who comes back to the list finds it gone."""
    for user in ("sato", "jo"):
        stocked.claim(user, "FIRST3")

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("1/3", "TEAM2000")
        stocked.add_user("quick")
        stocked.claim("quick", "FIRST3")
        await stage.sees("no more", "FIRST3 cannot be claimed any more")
        assert "enter Claim" not in stage.text
        await stage.press("enter")
        await stage.sees("FIRST3 cannot be claimed any more.")
        await stage.press("1", "2")
        await stage.sees("FIRST3 cannot be claimed any more")
        await stage.press("down", "1", "2")
        await stage.until(lambda: "FIRST3" not in stage.text)

    perform(make_app(stocked, user="kim", bound=True), play)

    assert stocked.coupons("kim") == ()


def test_a_coupon_that_opens_later_says_when(stocked: Shop, clock: SettableClock) -> None:
    """Members see it coming, with the time where it is today; once that has come it is claimed.

    Below the list it opens until then, and has opened then.
    """
    soon = stocked.now() + timedelta(minutes=90)
    stocked.add_coupon("LATER", percent=5, limit=3, opens=soon + timedelta(days=1))
    stocked.add_coupon("SOON", percent=5, limit=3, opens=soon)
    local = soon.astimezone(ZoneInfo(stocked.timezone))

    async def play(stage: Stage) -> None:
        await stage.press("2", "down", "down")
        tomorrow = local + timedelta(days=1)
        await stage.sees(f"opens {local:%H:%M}", f"opens {tomorrow:%m-%d %H:%M}")
        await stage.press("enter")
        await stage.sees("Coupon SOON cannot be claimed before", f"opens {local:%Y-%m-%d %H:%M}")
        assert "enter Claim" not in stage.text
        stage.app._is_polling = True  # noqa: SLF001  # no minute that passes brings it
        clock.advance(timedelta(minutes=90))
        await stage.until(lambda: stage.text.count("enter claims") == 4)
        await stage.sees("enter Claim", f"opened {local:%Y-%m-%d %H:%M}")
        await stage.press("enter")
        await stage.sees("Yours: SOON, number 1 of 3.")

    perform(make_app(stocked, user="kim", bound=True), play)


def test_what_is_over_of_a_coupon_is_told_as_past(stocked: Shop, clock: SettableClock) -> None:
    """It could be claimed and was usable until a time gone by; of a used one no end is told."""
    soon = stocked.now() + timedelta(minutes=90)
    stocked.add_coupon("AAENDS", percent=5, limit=3, closes=soon, use_by=soon)
    stocked.add_coupon("AAUSED", percent=5, limit=3, use_by=soon)
    stocked.claim("kim", "AAENDS")
    stocked.claim("kim", "AAUSED")
    stocked.order("kim", {"MUG": 1}, coupon="AAUSED")
    until = f"{soon.astimezone(ZoneInfo(stocked.timezone)):%Y-%m-%d %H:%M}"

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees(f"can be claimed until {until}", f", usable until {until}")
        clock.advance(timedelta(minutes=91))
        await stage.sees(f"could be claimed until {until}", f"was usable until {until}")
        await stage.press("down")
        await stage.sees("yours since", "used")
        assert "usable until" not in stage.text
        for key in ("3", "end"):  # its end, and its claim
            await stage.press(key)
            await stage.sees("Coupon AAENDS", "was usable", until)

    perform(make_app(stocked, user="kim", bound=False), play)


def test_a_coupon_of_mine_that_was_switched_off_is_not_ready(stocked: Shop) -> None:
    """It says what paying with it would be refused for."""
    stocked.claim("kim", "FIRST3")
    stocked.set_coupon("FIRST3", disabled=True)

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("FIRST3", "switched off")
        assert "ready" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_a_name_that_no_user_can_have_is_refused_before_the_question(stocked: Shop) -> None:
    """What is left of a paste with control characters, too."""

    async def play(stage: Stage) -> None:
        await stage.press("u", *"evil", "right_square_bracket", *"0", "enter")
        await stage.sees("evil]0")
        assert not isinstance(stage.screen, ConfirmDialog)

    perform(make_app(stocked), play)

    assert [user.user for user in stocked.users()] == ["jo", "kim", "sato"]


def test_charging_adds_to_balance_and_history(stocked: Shop) -> None:
    """A charge typed in major units shows in the balance and as the newest entry."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("kim · 김민지", "50,000 KRW")
        await stage.press("m")
        await stage.type("12,5")
        await stage.press("enter")
        await stage.sees("'12,5' is no amount")
        await stage.press("backspace", "backspace")
        await stage.type("x")
        await stage.press("enter")
        await stage.sees("'12x' is no amount: it is written in digits, 0 to 9,")
        await stage.press("backspace")
        await stage.type("500")
        await stage.press("enter")
        await stage.sees("Charged 12,500 KRW", "62,500 KRW", "+12,500")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.balance("kim").balance == 62_500


def test_a_charge_in_doubt_keeps_its_key_and_is_settled_by_it(stocked: Shop) -> None:
    """The connection is lost at COMMIT: the key is shown, and the next m asks with it, once."""

    class LosingShop(Shop):
        """Books the first charge, and answers that it does not know."""

        lost = 0

        def charge(self, *values: Any, **named: Any) -> BalanceChange:  # noqa: ANN401  # passed on
            """As the shop's, but the first two answers are lost."""
            change = super().charge(*values, **named)
            self.lost += 1
            if self.lost <= LOSSES:
                raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
            return change

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("5000")
        await stage.press("enter")
        await stage.reads("not known whether", "sends it again with the same key")
        key = next(iter(stage.app.visit.operations))
        await stage.sees(key[-12:])
        assert stage.app.visit.command.endswith(f"--key {key}")
        await stage.press("m")
        await stage.sees("not known whether")
        await stage.press("m")
        await stage.sees("by cash before, and only once")
        assert stage.app.visit.operations == {}
        await stage.press("m")
        await stage.sees("amount in KRW")

    perform(make_app(LosingShop(stocked.runtime), user="kim"), play)

    assert stocked.balance("kim").balance == 55_000


def test_a_coupon_with_a_last_day_reads_well(stocked: Shop) -> None:
    """What it is for comes first, then until when."""
    stocked.add_coupon("AUTUMN", amount=100, limit=5, use_by=datetime(2099, 12, 1, 1, tzinfo=UTC))

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("AUTUMN: 100 off for any order, until 2099-12-01 10:00")

    perform(make_app(stocked, user="kim"), play)


def test_an_order_is_cancelled_after_a_confirmation(stocked: Shop) -> None:
    """The receipt opens from the list; cancelling asks first, and undoes everything once."""
    stocked.order("kim", {"LATTE": 2, "MUG": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("2 × Latte, Mug", "-21,000")  # noqa: RUF001 - as shown
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.sees("2 × Latte", "1 × Mug [large]")  # noqa: RUF001 - as shown
        await stage.press("x")
        await stage.sees("Cancel order", "21,000 KRW go back")
        await stage.press("escape")
        assert stocked.orders("kim")[0].state == "paid"
        await stage.press("x")
        await stage.press("enter")
        await stage.sees("Cancelled:", "21,000 KRW went back")
        await stage.press("x", "escape")
        await stage.sees("cancelled: 2 ×", "kim 50,000")  # noqa: RUF001  # as shown

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim")[0].state == "cancelled"


def test_a_member_is_told_when_an_order_was_cancelled_before_and_not_by_whom(
    stocked: Shop,
) -> None:
    """Who works at the shop is for operators."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine").order or ""

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("x")
        await stage.sees("Cancel order", "4,500 KRW go back")
        stocked.cancel(order, reason="sold out")
        await stage.press("enter")
        await stage.sees("was cancelled before, and only once", "(2026-03-12 21:00): sold out.")

    app = make_app(stocked, user="kim", bound=True)
    perform(app, play)

    (made,) = app.visit.reported  # at the end it is told so, too
    assert not made.operation.is_done
    assert "was cancelled before, and only once (2026" in made.operation.told


def test_without_a_user_me_says_what_to_press(stocked: Shop) -> None:
    """Nobody yet: the screen names the key; a name typed there becomes the user."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("Press u")
        assert "/ Find" not in stage.text
        await stage.press("slash")
        await stage.until(lambda: stage.text.count("Press u") == 2)
        await stage.press("u")
        await stage.type("sat")
        await stage.press("enter")
        await stage.sees("佐藤", "3 × Latte")  # noqa: RUF001 - as shown

    perform(make_app(stocked), play)


@pytest.mark.parametrize("listed", [2, 500])
def test_who_is_called_as_typed_is_chosen(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, listed: int
) -> None:
    """Though others have that in their names, and more users are there than are listed."""
    monkeypatch.setattr("shopcli.tui.screens.users.USER_COUNT_MAX", listed)
    for user in ("anjo", "banjo"):
        stocked.add_user(user)

    async def play(stage: Stage) -> None:
        stage.burst("ujo\r")
        await stage.until(lambda: stage.app.visit.user == "jo")
        stage.burst("u\u4f50\r")
        await stage.until(lambda: stage.app.visit.user == "sato")
        stage.burst("ubanj\r")
        await stage.until(lambda: stage.app.visit.user == "banjo")

    perform(make_app(stocked), play)


def test_a_bound_storefront_cannot_switch(stocked: Shop) -> None:
    """Bound to one user, u does nothing and is not offered."""

    async def play(stage: Stage) -> None:
        await stage.press("u")
        assert len(stage.app.screen_stack) == 1
        await stage.press("question_mark")
        await stage.sees("Everywhere")
        assert "Say who shops" not in stage.text
        assert stage.app.visit.user == "kim"

    perform(make_app(stocked, user="kim", bound=True), play)


def test_the_balance_of_others_is_never_shown_as_mine(stocked: Shop) -> None:
    """The operator cancels somebody else's order at the desk: the bar keeps to who shops."""

    async def play(stage: Stage) -> None:
        await stage.sees("jo 1,000")
        await stage.press("5", "f7", "enter")
        await stage.sees("Receipt")
        await stage.press("x")
        await stage.sees("go back to sato")
        await stage.press("enter")
        await stage.sees("Cancelled:", "sato has 30,000 KRW")
        assert stage.app.visit.balance == 1_000
        await stage.press("escape")
        await stage.sees("jo 1,000")

    perform(make_app(stocked, user="jo", bound=False), play)

    assert stocked.orders("sato")[0].state == "cancelled"


def test_y_on_a_receipt_copies_the_command_of_that_order(stocked: Shop) -> None:
    """Whatever was done last, the receipt that is open is what y is about."""
    stocked.order("kim", {"MUG": 2}, key="long-ago")

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("100")
        await stage.press("enter")
        await stage.sees("Charged 100 KRW")
        await stage.press("enter")
        await stage.sees("Receipt", "Balance then")
        await stage.press("y")
        assert stage.app.clipboard == f"shop receipt {stocked.orders('kim')[0].order}"
        await stage.press("x", "enter")
        await stage.sees("Cancelled:")
        await stage.press("y")
        command, key = stage.app.clipboard.split(" --key ")
        assert command == f"shop cancel {stocked.orders('kim')[0].order}"
        assert stocked.cancel(stocked.orders("kim")[0].order or "", key=key).replayed

    perform(make_app(stocked, user="kim", bound=False), play)


def test_best_sellers_follow_the_window(stocked: Shop, clock: SettableClock) -> None:
    """Three days by default, ranked with bars; another window at a key."""
    clock.advance(timedelta(days=5))
    stocked.order("kim", {"MUG": 1}, key="later")

    async def play(stage: Stage) -> None:
        await stage.press("4")
        await stage.sees("3 days", "Mug [large]", "1 unit for 12,000 KRW")
        assert "Latte" not in stage.text
        await stage.press("w")
        await stage.sees("Latte", "5 units", "█")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("coupon", [None, "WELCOME10"])
def test_cancelling_names_a_coupon_only_where_one_was_used(
    stocked: Shop, coupon: str | None
) -> None:
    """What would go back is what was given, and that it is final is said plainly."""
    stocked.claim("kim", "WELCOME10")
    order = stocked.order("kim", {"LATTE": 1}, coupon=coupon, key="one")

    async def play(stage: Stage) -> None:
        stage.app.push_screen(ReceiptScreen(order, just_paid=False))
        await stage.settle()
        await stage.press("x")
        await stage.sees("go back to kim", "cannot be taken back")
        assert ("WELCOME10 comes back." in stage.text) == (coupon is not None)

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("is_till", [True, False])
def test_help_names_no_key_twice(stocked: Shop, *, is_till: bool) -> None:
    """What a key does here is said once, at the till as in the shop."""

    async def play(stage: Stage) -> None:
        await stage.press("f1")
        await stage.sees("Keys", "Here")
        drawn = stage.text.splitlines()
        lines = [line.split("│")[1].strip() for line in drawn if line.count("│") > 1]
        for key in ("enter  ", "esc  ", "f1  ", "ctrl+q  ", "c  "):
            assert sum(line.startswith(key) for line in lines) <= 1, key

    app = make_app(stocked, kiosk=True) if is_till else make_app(stocked, user="kim")
    perform(app, play, size=(80, 50))


def test_an_answer_is_told_to_its_user_and_for_its_tab_alone(stocked: Shop) -> None:
    """Another user, another tab and the next deed clear it: it is of before."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("777")
        await stage.press("enter")
        await stage.sees("Charged 777")
        await stage.press("u")
        await stage.type("jo")
        await stage.press("enter")
        await stage.sees("jo")
        assert "Charged" not in stage.text
        await stage.press("y")
        await stage.sees("Copied")
        await stage.press("2", "3")
        assert "Copied" not in stage.text
        await stage.press("y")
        await stage.sees("Copied")
        stage.app.done("shop verify")
        await stage.settle()
        assert "Copied" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_a_refused_quantity_is_told_whole_on_a_narrow_terminal(stocked: Shop) -> None:
    """What was typed and how to write it both show in a dialog of a small window."""

    async def play(stage: Stage) -> None:
        stage.app.push_screen(
            EntryDialog(
                "The restock",
                "Restock",
                "how many",
                read_quantity,
                explain=lambda error: error.message,
                send=lambda _box, _quantity: None,
            )
        )
        await stage.settle()
        await stage.type("1x" * 90)
        await stage.press("enter")
        await stage.sees("1x1x", "12.")

    perform(make_app(stocked, desk=True), play, size=(24, 20))


def test_each_box_lists_its_keys(stocked: Shop) -> None:
    """A receipt has them, too, and the choice of a category, whose field takes letters."""
    stocked.order("kim", {"LATTE": 1}, key="o")

    async def play(stage: Stage) -> None:
        for keys in (("g", "f1"), ("3", "enter", "f1"), ("3", "enter", "question_mark")):
            await stage.press(*keys)
            await stage.until(lambda: isinstance(stage.screen, KeysScreen))
            await stage.press("escape", "escape")

    perform(make_app(stocked, user="kim"), play)
