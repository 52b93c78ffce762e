"""What is shown is whole at every width: no code, number, user or label of ours is cut."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.rows import RowList
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform

SIZES = [(40, 20), (64, 20), (80, 24), (120, 40)]
NARROW_AND_USUAL = [(40, 20), (80, 24)]
SKU, USER = f"S{'K' * 62}9", f"u{'s' * 62}7"
CODES = [f"{letter}{'O' * 62}{letter}" for letter in "ABCDEF"]
LARGE = 9_007_199_254_740_000
PRICE = 1_234_567_890_123_456


@pytest.fixture
def vast(shop: Shop) -> Shop:
    """A shop in which every code is as long and every amount as large as the shop takes."""
    shop.add_product(SKU, name="아메리카노 시럽 추가 얼음 많이", price=PRICE, stock=3, low_stock=9)
    shop.add_product("MUG", name="Mug", price=12_000, stock=9)
    shop.add_user(USER, name="김민지 김민지 김민지")
    shop.charge(USER, LARGE)
    for code in CODES:
        shop.add_coupon(code, amount=1_000, limit=1)
        shop.claim(USER, code)
    shop.add_coupon("OPEN", percent=10, limit=2_000_000_000)
    shop.order(USER, {SKU: 1})
    return shop


def _said(stage: Stage, widget: str) -> str:
    """What a widget says, without blanks and marks, so that what is folded is whole again."""
    region = stage.screen.query_one(widget).region
    strips = stage.screen._compositor.render_strips()  # noqa: SLF001  # what is drawn, as drawn
    lines = [strip.crop(region.x, region.right).text for strip in strips[region.y : region.bottom]]
    drawn = "".join(lines)
    return "".join(character for character in drawn if character not in " ▌▏│▁▂▃▄▅▆▇█")


@pytest.mark.parametrize("size", SIZES)
def test_lists_show_codes_users_and_numbers_whole(vast: Shop, size: tuple[int, int]) -> None:
    """On every tab, whatever has to give way; the cursor's row is in sight, wherever it is."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        for code in CODES:
            assert code in _said(stage, "#coupons")
            await stage.press("down")
        assert "OPEN" in _said(stage, "#coupons")
        assert "2,000,000,000/2,000,000,000" in _said(stage, "#coupons")
        await stage.press("3")
        assert f"-{PRICE:,}" in _said(stage, "#journal")
        await stage.press("end")
        assert CODES[0] in _said(stage, "#event")
        await stage.press("4")
        assert "1" in _said(stage, "#sellers")
        await stage.press("5", "end")
        assert CODES[-1] in _said(stage, "#need")
        await stage.press("f7")
        assert USER in _said(stage, "#incoming")
        await stage.press("u")
        assert USER in _said(stage, "#users")

    perform(make_app(vast, user=USER), play, size=size)


@pytest.mark.parametrize("size", NARROW_AND_USUAL)
def test_checkout_shows_codes_and_amounts_whole(vast: Shop, size: tuple[int, int]) -> None:
    """In the list, the totals and the receipt; the labels tell amounts apart."""

    async def play(stage: Stage) -> None:
        left = LARGE - PRICE
        await stage.press("plus", "c")
        await stage.sees("Balance after", "Pay 11,000 KRW")
        assert f"●{CODES[0]}" in _said(stage, "#offers")
        await stage.press("tab")
        for code in CODES[1:]:
            await stage.press("down")
            assert f"○{code}" in _said(stage, "#offers")
        said = _said(stage, "#totals")
        assert "Coupon-1,000TOTAL11,000KRW" in said or f"{CODES[0]}-1,000" in said
        assert f"Balancenow{left:,}" in said
        assert f"Balanceafter{left - 11_000:,}" in said
        await stage.press("tab", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        assert f"Order{vast.orders(USER)[0].order}" in _said(stage, ".dialog")
        assert f"User{USER}" in _said(stage, ".dialog")

    perform(make_app(vast, user=USER), play, size=size)


@pytest.mark.parametrize("size", NARROW_AND_USUAL)
def test_the_till_shows_users_and_amounts_whole(vast: Shop, size: tuple[int, int]) -> None:
    """The bill tells what there is now from what there is after it."""

    async def play(stage: Stage) -> None:
        left = LARGE - PRICE
        for text in ("MUG", "", USER):
            await stage.type(text)
            await stage.press("enter")
        said = _said(stage, "#next")
        assert said.startswith(f"{USER}Balancenow{left:,}KRW")
        assert f"Balanceafter{left - 12_000:,}KRW" in said

    perform(make_app(vast, kiosk=True), play, size=size)


def test_a_click_on_a_folded_row_chooses_that_row(vast: Shop) -> None:
    """Each line of a row that takes several is that row."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        coupons = stage.screen.query_one("#coupons", RowList)
        lines = [line.strip(" ▌▏│▁▂▃▄▅▆▇█") for line in stage.text.splitlines()]
        top = coupons.region.y
        for number, code in ((1, CODES[1]), (0, CODES[0])):
            first = next(y for y, line in enumerate(lines) if line and code.startswith(line))
            await stage.pilot.click("#coupons", offset=(5, first - top + 1))
            await stage.settle()
            assert coupons.cursor == number

    perform(make_app(vast, user=USER), play, size=(40, 20))


def test_names_in_the_bar_are_cut_in_the_middle(vast: Shop) -> None:
    """Users that differ at either end stay apart, and what is in the cart is still told."""

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        await stage.sees("7,772,631,364,616,544  cart 1", "u", "…", "s7 ")

    perform(make_app(vast, user=USER), play, size=(40, 20))


@pytest.mark.parametrize(
    ("keys", "hints"),
    [
        ((), ("+ Add", "c Pay", "/ search", "- Take out", "b Usual", "? Help", "q Quit")),
        (("3",), ("m Charge", "enter Receipt", "a Again", "x Cancel", "/ Find")),
        (("5",), ("enter Restock", "f Send now", "f7 Sales")),
        (("plus", "c"), ("enter Pay", "tab Coupons", "+ - n Qty", "esc Back")),
        (("plus", "c", "tab"), ("enter Use coupon", "p Pay", "tab Order", "esc Back")),
        (("3", "x"), ("enter Cancel the order", "esc Back")),
    ],
)
def test_narrow_screens_name_the_keys_that_are_needed(
    stocked: Shop, keys: tuple[str, ...], hints: tuple[str, ...]
) -> None:
    """At 40 columns the keys take a second line instead of being left out."""
    stocked.order("kim", {"MUG": 1})

    async def play(stage: Stage) -> None:
        await stage.press(*keys)
        await stage.sees(*hints)

    perform(make_app(stocked, user="kim"), play, size=(40, 20))


def test_what_can_be_searched_fits_its_field(stocked: Shop) -> None:
    """At 40 columns in fewer words, and after a resize in all of them again."""

    async def play(stage: Stage) -> None:
        await stage.sees("/ search name or SKU")
        await stage.pilot.resize_terminal(80, 24)
        await stage.sees("/ search name, SKU or barcode")

    perform(make_app(stocked, user="kim"), play, size=(40, 20))


def test_a_narrow_till_names_its_keys(stocked: Shop) -> None:
    """How to go back, to get help and to end it stand there as well."""

    async def play(stage: Stage) -> None:
        await stage.sees("enter Take it", "f7 Charge", "esc Back", "f1 Help", "ctrl+q Quit")
        await stage.type("MUG")
        await stage.press("enter")
        await stage.sees("enter Take, go on", "↑↓ Quantity", "esc Back", "f1 Help", "ctrl+q Quit")

    perform(make_app(stocked, kiosk=True), play, size=(40, 20))


def test_a_till_says_no_seconds_left_only_when_there_are_none(stocked: Shop) -> None:
    """In the last half of a second it says one, and in the next moment it is over."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await stage.type("MUG")
        await stage.press("enter")
        seconds.seconds += IDLE_SECONDS - 0.25
        till.clear_if_idle()
        await stage.sees("resets in 1 s")
        seconds.seconds += 0.25
        till.clear_if_idle()
        await stage.sees("cart empty")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


@pytest.mark.parametrize("kiosk", [False, True])
def test_lists_end_where_eyes_can_follow(stocked: Shop, *, kiosk: bool) -> None:
    """On a very wide screen, in checkout and at the till, with what is beside them close by."""

    async def play(stage: Stage) -> None:
        if kiosk:
            await stage.type("LATTE")
            await stage.press("enter")
        else:
            await stage.press("plus", "c")
        await stage.sees("TOTAL")
        lines = stage.screen.query_one("#lines").region
        beside = stage.screen.query_one("#paying" if kiosk else "#offers").region
        assert lines.width <= 110
        assert 0 <= beside.x - lines.right <= 1
        assert beside.right <= 182

    perform(make_app(stocked, kiosk=kiosk, user=None if kiosk else "kim"), play, size=(200, 60))


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (64, 14)])
def test_what_is_told_at_length_pushes_nothing_off_the_screen(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """At a till, where several things are told at once, and on every tab."""
    told = "word " * 60

    async def all_is_there(stage: Stage) -> None:
        await stage.settle()
        hints = stage.screen.query_one(KeyHints).region
        shown = [one.region for one in stage.screen.query(Answer) if one.text and one.display]
        assert shown
        assert all(one.bottom <= hints.y for one in shown)
        assert not stage.screen.max_scroll_y
        is_cut = any(one.is_cut for one in stage.screen.query(Answer) if one.display)
        assert ("… f1: all of it" in stage.text) == is_cut

    async def sell(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        for lines in (("MUG", "LATTE"), ("",), ("sato",), ("", "jo"), ("co",)):
            for line in lines:
                await stage.type(line)
                await stage.press("enter")
            till._tell_outcome("k", told)  # noqa: SLF001  # as what became of a payment
            for text in ("", told):
                till.say(text)
                till.query_one("#trouble", Answer).say(text)
                await all_is_there(stage)
            till.query_one("#trouble", Answer).say("")
            till.say("")
            till._tell_outcome("k", "")  # noqa: SLF001  # it is seen

    async def look(stage: Stage) -> None:
        for tab in "12345":
            await stage.press(tab)
            stage.app.say(told)
            await all_is_there(stage)

    perform(make_app(stocked, kiosk=True), sell, size=size)
    perform(make_app(stocked, user="kim"), look, size=size)
