"""What a checkout keeps: a bill paid elsewhere, coupons it cannot use, lines that stop it."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.offer_list import OfferList
from tests.tui.stage import Stage, perform


def _answer(stage: Stage) -> str:
    text: str = stage.screen.query_one("#answer").text  # type: ignore[attr-defined]  # an Answer
    return text


def test_a_bill_whose_cart_changed_at_another_tab_is_read_again(stocked: Shop) -> None:
    """Lines and total are those of the cart as it is now."""
    stocked.order("kim", {"LATTE": 1}, key="before")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("3", "a")
        await stage.sees("cart 2")
        await stage.press("1")
        await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
        await stage.sees("TOTAL  8,000 KRW")

    perform(make_app(stocked, user="kim"), play)


def test_a_receipt_is_read_again_once_what_was_over_it_closes(stocked: Shop) -> None:
    """What became of the order meanwhile is seen without another key."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("x")
        await stage.sees("Cancel order 0000")
        stage.app._is_polling = True  # noqa: SLF001  # nobody looks
        stocked.cancel(stocked.orders("kim")[0].order or "")
        await stage.press("escape")
        await stage.sees("Cancelled · order 0000")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("key", ["enter", "space"])
def test_a_coupon_that_the_bill_cannot_use_is_not_claimed(stocked: Shop, key: str) -> None:
    """It says what is missing; nothing is claimed, and the bill can be paid as before."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("tab", "end")
        await stage.sees("TEAM2000:", "11,500 more.", "enter Why not")
        assert "claims one" not in _answer(stage)
        await stage.press(key)
        await stage.sees("Nothing is claimed.", "● none", "p  Pay 3,500 KRW")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.coupons("kim") == ()


def test_the_hint_goes_with_the_coupon_under_the_cursor(stocked: Shop) -> None:
    """To none and back again, each time; back at the order it is gone."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("tab")
        await stage.sees("none: enter uses no coupon.")
        for _ in range(2):
            await stage.press("down")
            code = stage.screen.query_one(OfferList).current_key
            assert _answer(stage).startswith(f"{code}: ")
            await stage.press("up")
            assert _answer(stage) == "none: enter uses no coupon."
        await stage.press("tab")
        assert not _answer(stage)
        await stage.press("tab", "end", "enter")
        await stage.sees("Nothing is claimed.")
        await stage.press("tab")
        assert not _answer(stage)

    perform(make_app(stocked, user="kim"), play)


def test_what_keeps_a_bill_from_being_paid_is_named_and_marked(stocked: Shop) -> None:
    """By the name of the row; the cursor goes there, and - takes out of it."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "down", "down", "plus", "c")
        await stage.sees("TOTAL  8,500 KRW")
        stocked.set_product("COLDBREW", on_sale=False)
        await stage.sees("Not on sale at present: 콜드브루 500 ml.", "! 콜드브루")
        assert "COLDBREW" not in stage.text
        await stage.press("enter")
        await stage.until(lambda: stage.screen.query_one(CartLines).current_key == "COLDBREW")
        await stage.press("minus")
        await stage.sees("TOTAL  3,500 KRW")

    perform(make_app(stocked, user="kim"), play)


def test_too_few_are_named_and_marked_from_the_first_bill_on(stocked: Shop) -> None:
    """Opened with it, the cursor is there already."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "down", "down", "plus", "plus")
        stage.app._is_polling = True  # noqa: SLF001  # nobody looks
        stocked.adjust_stock("COLDBREW", to=1, reason="lost")
        await stage.press("c")
        await stage.sees("콜드브루 500 ml (1 left, 2 wanted)")
        assert stage.screen.query_one(CartLines).current_key == "COLDBREW"

    perform(make_app(stocked, user="kim"), play)


def test_the_till_names_what_is_not_on_sale(stocked: Shop) -> None:
    """By the name that its line shows, and marks it."""

    async def play(stage: Stage) -> None:
        await stage.type("COLDBREW")
        await stage.press("enter")
        await stage.sees("cart 1")
        stocked.set_product("COLDBREW", on_sale=False)
        await stage.press("enter")
        await stage.type("kim")
        await stage.press("enter")
        await stage.sees("Not on sale at present:", "! 콜드브루")
        assert "COLDBREW" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_a_coupon_of_which_most_is_lost_is_used_by_hand_alone(stocked: Shop) -> None:
    """It says what it would save, and b uses it; where half of it is saved, it is put on itself."""
    stocked.add_coupon("BIG", amount=30_000, limit=5)
    for code in ("BIG", "WELCOME10"):
        stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("● WELCOME10", "○ BIG", "saves 3,500 of 30,000 best", "b Best")
        await stage.sees("BIG saves 3,500 of 30,000: b uses it.")
        await stage.press("b")
        await stage.sees("● BIG", "Best of yours: BIG saves 3,500 of 30,000.", "TOTAL  0 KRW")
        assert "b Best" not in stage.text
        await stage.press("b")
        await stage.sees("● BIG", "Best of yours: BIG saves 3,500 of 30,000.")
        stage.app.visit.cart.coupon_choice = None  # as for the next cart
        await stage.press("n", "4", "enter")
        await stage.sees("● WELCOME10", "saves 14,000 of 30,000", "b Best")
        await stage.press("plus")
        await stage.sees("● BIG", "saves 17,500 of 30,000", "TOTAL  0 KRW")

    perform(make_app(stocked, user="kim"), play, size=(120, 36))


def test_of_equal_savings_the_coupon_that_loses_least_is_best(stocked: Shop) -> None:
    """It is put on, no key offers the other, and what another would lose is said before its claim.

    Of those yet to be claimed the same one is marked.
    """
    stocked.add_product("STICKER", name="Sticker", price=500, stock=9)
    stocked.add_coupon("AAA-BIG20000", amount=20_000, limit=5)
    stocked.add_coupon("BBB-FREE100", percent=100, cap=4_000, limit=5)

    async def play(stage: Stage) -> None:
        await stage.press("slash", *"sticker", "enter", "plus", "c")
        await stage.sees("claim: saves 500 best", "claim: saves 500 of 20,000")
        await stage.press("tab", "down", "down")
        await stage.sees("It saves 500 of 20,000 here. 5 left: enter claims one and uses it.")
        for code in ("AAA-BIG20000", "BBB-FREE100"):
            stocked.claim("kim", code)
        await stage.sees("● BBB-FREE100", "saves 500 best", "TOTAL  0 KRW")
        assert "b uses it" not in stage.text
        assert "b Best" not in stage.text
        await stage.press("b")
        await stage.sees("● BBB-FREE100", "Best of yours: BBB-FREE100 saves 500.")

    perform(make_app(stocked, user="kim"), play, size=(120, 36))


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_what_a_coupon_is_worth_is_whole_however_long_its_code(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """What is lost and what is missing stands in words beside it, and best is not left out.

    Of the coupon that is put on, what is lost is said below the list, too.
    """
    long = "ANNIVERSARY-2026-OF-THE-SHOP-X"
    stocked.add_coupon(long, amount=6_000, limit=5)
    stocked.add_coupon("SPECIALLY-FOR-LARGE-ORDERS-99", amount=100, limit=5, min_order=20_600)
    stocked.add_coupon("SMALL", amount=456, limit=5)
    for code in (long, "SPECIALLY-FOR-LARGE-ORDERS-99", "SMALL"):
        stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees(f"● {long}", "saves 3,500 of 6,000 best")
        assert f"{long} saves 3,500 of 6,000." in _answer(stage)
        await stage.press("tab", "home", "down")
        assert f"{long}: 6,000 off, any order. It saves 3,500 of 6,000 here." in _answer(stage)
        shown = stage.text
        for _ in range(4):
            await stage.press("down")
            shown += stage.text
        for text in ("SPECIALLY-FOR-LARGE-ORDERS-99", "needs 17,100 more", "saves 456"):
            assert text in shown

    perform(make_app(stocked, user="kim"), play, size=size)


def test_a_low_screen_says_once_why_it_cannot_be_paid(stocked: Shop) -> None:
    """Enter moves the sentence into the answer line."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("TOTAL  3,500 KRW")
        stocked.set_product("AMERICANO", on_sale=False)
        await stage.sees("Not on sale at present")
        await stage.press("enter")
        await stage.until(lambda: "Not on sale" in _answer(stage))
        await stage.settle()
        assert stage.text.count("Not on sale at present") == 1, stage.text

    perform(make_app(stocked, user="kim"), play, size=(40, 20))


def test_a_narrow_checkout_lists_the_keys_of_quantity_and_method(stocked: Shop) -> None:
    """What Enter does stands on the button, and takes no room of the others."""

    async def play(stage: Stage) -> None:
        await stage.press(*["down"] * 5, "plus", "c")
        await stage.sees(
            "enter  Charge 12,000 by cash and pay", "m Amount", "f4 Method", "+ - n Qty", "esc Back"
        )
        await stage.press("f4")
        await stage.sees("enter  12,000 by transfer + pay")

    perform(make_app(stocked, user="jo"), play, size=(40, 20))


def test_the_line_under_the_cursor_stays_in_view_where_the_window_shrinks(stocked: Shop) -> None:
    """The last of many lines is drawn at every size."""

    async def play(stage: Stage) -> None:
        await stage.press(*("plus", "down") * 7, "c")
        await stage.sees("Party")
        await stage.press("end")
        for size in (Size(40, 20), Size(40, 12), Size(80, 24), Size(40, 20)):
            await stage.pilot.resize_terminal(*size)
            await stage.sees("▌ Party")

    perform(make_app(stocked, user="kim"), play)
