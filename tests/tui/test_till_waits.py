"""The till while money is on its way: nothing typed is lost, and nothing is said that is not so."""

from __future__ import annotations

import threading

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.payment import Lines, Review, review
from shopcli.tui.screens.till import TillScreen
from tests.tui.stage import Held, Stage, perform

SAYS_WAIT = ("wait: what you scan comes after it", "wait Keys do nothing now")


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _offers_no_key(stage: Stage) -> None:
    """No key is named that does nothing while money is on its way, and nothing is asked."""
    named = ("enter ", "esc", "↑↓", "↓", "f4", "f5", "f7", "f8", "?")
    assert [key for key in named if key in stage.text] == []


def test_a_small_screen_names_the_help_while_money_is_on_its_way(stocked: Shop, held: Held) -> None:
    """What is told is whole there, where it is cut."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await stage.pilot.press("enter")
        await stage.pilot.press("down")
        await stage.sees_now("Wait: keys do nothing now", "wait Keys do nothing now  f1 Help")
        held.released.set()
        await stage.sees("Paid")

    perform(make_app(held.shop(stocked, "order"), kiosk=True), play, size=(40, 12))


@pytest.mark.parametrize("end", ["paid", "refused"])
def test_keys_pressed_while_paying_change_no_other_cart(
    stocked: Shop, held: Held, end: str
) -> None:
    """They do nothing, then or later, and it says so; scans are told to wait, and come."""
    slow = held.shop(stocked, "order")
    stocked.charge("sato", 20_000, key="more")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await stage.pilot.press("enter")
        await stage.sees_now("Paying…", *SAYS_WAIT, "Balance before", "▌3 pay")
        _offers_no_key(stage)
        assert "Balance after" not in stage.text
        await stage.pilot.press("f1")
        await stage.sees_now("Let what is typed wait")
        assert "One more" not in stage.text
        await stage.pilot.press("escape")
        await stage.pilot.press("down")
        await stage.sees_now("Paying…", "keys do nothing now, and scans wait")
        till = stage.screen
        assert isinstance(till, TillScreen)
        till.tell("Asking whether it is paid…", "warn")
        await stage.sees_now("Asking whether", "keys do nothing now, and scans wait")
        stage.burst("2*MUG\r")
        await stage.sees_now("Waits for its turn: 2*MUG.")
        await stage.pilot.press("down", "down", "f7", "f9", "escape", "escape")
        stage.burst("sato\r")
        await stage.sees_now("Waits for its turn: 2*MUG, sato.")
        assert stage.text.count("keys do nothing now") == 1
        if end == "refused":
            stocked.set_user("kim", state="blocked", reason="test")
        held.released.set()
        if end == "refused":
            await stage.sees("Waits until that is paid or put down: 2*MUG, sato.")
            await stage.press("down")
        await stage.sees("cart 2 · 24,000 KRW", "sato is a user: press enter first")
        assert "Waits" not in stage.text
        assert "keys do nothing" not in stage.text
        if end == "paid":
            await _scan(stage, "", "sato")
            await stage.sees("✓ Paid: 4,500 KRW of kim, order ", "45,500 KRW left.", "enter Pay")
            await stage.press("enter")
            await stage.sees("✓ Paid · order")
            assert "of kim" not in stage.text

    perform(make_app(slow, kiosk=True), play)

    assert len(stocked.orders("kim")) == (end == "paid")


@pytest.mark.parametrize("deed", ["charge", "charge at a bill", "refused charge", "undo"])
def test_what_became_of_money_stays_beside_the_scan_behind_it(
    stocked: Shop, held: Held, deed: str
) -> None:
    """A charge with and without a sale, one that is refused, and an undo; escape takes it away."""
    slow = held.shop(stocked, "charge", "cancel")

    async def play(stage: Stage) -> None:
        if deed == "undo":
            await _scan(stage, "LATTE", "", "kim", "")
            await stage.sees("Paid")
            await stage.press("f8")
            await stage.sees("Undo the sale")
        elif deed == "charge at a bill":
            await _scan(stage, "LATTE", "", "kim")
            await stage.press("f7")
            await _scan(stage, "500")
        else:
            await stage.press("f7")
            await _scan(stage, "kim", "500")
        await stage.pilot.press("enter")
        await stage.sees_now("on its way", *SAYS_WAIT)
        _offers_no_key(stage)
        stage.burst("MUG")
        await stage.sees_now("enter Let it wait")
        stage.burst("\r")
        await stage.sees_now("Waits for its turn: MUG.")
        if deed == "refused charge":
            stocked.set_user("kim", state="blocked", reason="test")
        held.released.set()
        told = {
            "charge": "Charged 500 KRW by cash: kim has 50,500 KRW.",
            "charge at a bill": "Charged 500 KRW by cash: kim has 50,500 KRW.",
            "refused charge": "kim is blocked",
            "undo": "4,500 KRW went back, kim has 50,000 KRW.",
        }[deed]
        await stage.sees("1 × Mug [large]", told)  # noqa: RUF001  # as shown
        await stage.press("escape", "escape")
        await stage.until(lambda: told not in stage.text)

    perform(make_app(slow, kiosk=True), play)


@pytest.mark.parametrize("behind", ["a charge", "a change"])
def test_keys_wait_until_the_bill_behind_the_money_is_shown(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, behind: str
) -> None:
    """It is read again: what is pressed meanwhile changes nothing, and a scan joins no bill."""
    read = threading.Event()
    read.set()

    def slow(shop: Shop, user: str, lines: Lines, coupon: str | None) -> Review:
        read.wait(10)
        return review(shop, user, lines, coupon)

    monkeypatch.setattr("shopcli.tui.till.scanning.review", slow)

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("enter Pay")
        if behind == "a charge":
            await stage.press("f7")
            await _scan(stage, "500")
            await stage.sees("Charge 500 KRW by cash?")
        else:
            stocked.set_product("LATTE", price=5_000)
        read.clear()
        await stage.pilot.press("enter")
        if behind == "a charge":
            while stocked.balance("kim").balance == 50_000:
                await stage.sees_now("wait Keys do nothing now")
        else:
            await stage.sees_now("Paying…")
        await stage.pilot.press("down")
        await stage.sees_now("keys do nothing now, and scans wait")
        stage.burst("MUG\r")
        await stage.sees_now("Waits for its turn: MUG.")
        read.set()
        if behind == "a charge":
            await stage.sees("kim  cart 2 · 16,500 KRW", "Charged 500 KRW")
        else:
            await stage.sees(
                "kim  cart 1 · 5,000 KRW", "Waits until that is paid or put down: MUG."
            )

    perform(make_app(stocked, kiosk=True), play)
