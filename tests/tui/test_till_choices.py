"""A scan that fits several products: the till asks, and nothing of another scan answers it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events

from shopcli import Shop
from shopcli.domain.errors import UnknownProduct
from shopcli.domain.records import Product
from shopcli.tui.app import make_app
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.till.fitting import fits
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.till.scanning import Scan, Several, look_up
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


@pytest.fixture
def waters(stocked: Shop) -> Shop:
    """A shop where `water` and `latt` fit several."""
    stocked.add_product("WATER-S", name="Water, still", price=1_000, stock=9)
    stocked.add_product("WATER-G", name="Water with gas", price=1_100, stock=9)
    stocked.add_product("ICED-LATTE", name="Latte on ice", price=5_000, stock=9)
    return stocked


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _cart(stage: Stage) -> dict[str, int]:
    return dict(stage.app.visit.cart.request)


def test_a_scan_that_fits_several_asks_which(waters: Shop) -> None:
    """A number and enter choose, and the quantity before the text is kept."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "3*water")
        await stage.sees("Which is water?", "3 of it.", "1  Water with gas", "2  Water, still")
        assert _cart(stage) == {}
        await _scan(stage, "2")
        await stage.sees("3 × Water, still", "cart 3")  # noqa: RUF001  # as shown
        assert _cart(stage) == {"WATER-S": 3}

    perform(make_app(waters, kiosk=True), play)


def test_the_arrows_and_enter_choose(waters: Shop) -> None:
    """An enter with nothing marked chooses nothing and says how."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "latt")
        await stage.sees("Which is latt?", "1  Latte", "ICED-LATTE")
        await stage.press("enter")
        await stage.sees("Choose first")
        assert _cart(stage) == {}
        await stage.press("down", "down", "enter")
        await stage.until(lambda: _cart(stage) == {"ICED-LATTE": 1})

    perform(make_app(waters, kiosk=True), play)


def test_keys_from_before_the_question_do_not_answer_it(waters: Shop) -> None:
    """A digit, an arrow and enters that come at once with the text choose nothing."""

    async def play(stage: Stage) -> None:
        stage.burst("water\r1\r↓\r\r")
        await stage.sees("Which is water?", "Not in the cart: 1.")
        await stage.settle()
        assert _cart(stage) == {}

    perform(make_app(waters, kiosk=True), play)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_scan_does_not_answer_an_open_question(waters: Shop, end: str) -> None:
    """It goes into the cart, also where the scanner sends two line ends; the question stays."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "water")
        await stage.sees("Which is water?")
        await stage.press("down")
        stage.burst(f"8801234560016{end}".replace("\n", "\r"))
        await stage.until(lambda: _cart(stage) == {"COLDBREW": 1})
        await stage.settle()
        await stage.sees("Which is water?")
        assert _cart(stage) == {"COLDBREW": 1}
        await _scan(stage, "1")
        await stage.until(lambda: _cart(stage) == {"COLDBREW": 1, "WATER-G": 1})

    perform(make_app(waters, kiosk=True), play)


def test_questions_wait_for_each_other(waters: Shop) -> None:
    """Two texts pasted are asked one after the other; a text that is left is told."""

    async def play(stage: Stage) -> None:
        stage.screen.query_one("#scan").post_message(events.Paste("water\nMUG\n2*latt\n"))
        await stage.sees("Which is water?", "1 more question waits", "cart 1")
        await stage.press("escape")
        await stage.sees("Which is latt?", "2 of it.", "Not in the cart: water.")
        await _scan(stage, "1")
        await stage.until(lambda: _cart(stage) == {"MUG": 1, "LATTE": 2})

    perform(make_app(waters, kiosk=True), play)


def test_escape_keeps_what_was_typed(waters: Shop) -> None:
    """It is in the field again; a scan replaces it, and typing on begins behind it with End."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "2*water")
        await stage.press("escape")
        await stage.sees("2*water", "Nothing was taken", "scan")
        await _scan(stage, "MUG")
        await stage.until(lambda: _cart(stage) == {"MUG": 1})
        await _scan(stage, "2*water")
        await stage.press("escape", "end")
        await _scan(stage, " w")
        await stage.until(lambda: _cart(stage) == {"MUG": 1, "WATER-G": 2})

    perform(make_app(waters, kiosk=True), play)


@pytest.mark.parametrize("answer", ["1", "escape"])
def test_a_question_at_the_bill_leads_back_to_it(waters: Shop, answer: str) -> None:
    """With what was chosen on it, or as it was; nothing is paid by the enter that chose."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "", "kim")
        await stage.sees("press enter to pay", "38,000 KRW")
        await _scan(stage, "water")
        await stage.sees("Which is water?")
        await _scan(stage, "PARTY")
        await stage.sees("Which is water?", "cart 2")
        if answer == "escape":
            await stage.press("escape")
            await stage.sees("Balance after", "13,000 KRW")
        else:
            await _scan(stage, answer)
            await stage.sees("Balance after", "11,900 KRW", "on the bill now")
        assert waters.orders("kim") == ()

    perform(make_app(waters, kiosk=True, steady_clock=SteadyClock()), play)


def test_a_question_at_the_name_leads_back_to_the_name(waters: Shop) -> None:
    """There only what has the text as its SKU, in other letters, is meant before a user's slip."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "", "wat")
        await stage.sees("no user wat", "who pays?")
        await _scan(stage, "latte")
        await stage.sees("who pays?", "cart 2")
        await _scan(stage, "2*wat", "2")
        await stage.until(lambda: _cart(stage) == {"MUG": 1, "LATTE": 1, "WATER-S": 2})
        await stage.sees("who pays?")

    perform(make_app(waters, kiosk=True), play)


def test_a_number_that_is_a_code_too_chooses_nothing(waters: Shop) -> None:
    """It may be a scan: the arrows say what is meant."""
    waters.add_product("2", name="Two", price=100, stock=9)

    async def play(stage: Stage) -> None:
        await _scan(stage, "water", "2")
        await stage.sees("2 is the code of Two, too", "Which is water?")
        assert _cart(stage) == {}

    perform(make_app(waters, kiosk=True), play)


def test_a_choice_that_is_sold_out_is_told(waters: Shop) -> None:
    """The list says so before, and what is chosen anyway is not in the cart."""
    waters.add_product("TEA-2", name="Tea, green", price=100, stock=5)
    waters.add_product("TEA-3", name="Tea, red", price=100, stock=0)

    async def play(stage: Stage) -> None:
        await _scan(stage, "2*tea-")
        await stage.sees("Which is tea-?", "sold out")
        await _scan(stage, "2")
        await stage.sees("is sold out", "Not in the cart: 2*tea-")
        assert _cart(stage) == {}

    perform(make_app(waters, kiosk=True), play)


@pytest.mark.parametrize("others", [(), ("MUG",), ("MUG", "", "kim")])
def test_what_is_chosen_from_is_as_it_is_by_now(waters: Shop, others: tuple[str, ...]) -> None:
    """Prices and what is sold are shown anew, and told; a mark stays; so does what waits behind."""

    async def play(stage: Stage) -> None:
        await _scan(stage, *others, "latt", "water")
        await stage.sees("1  Latte", "4,500", "2  Latte on ice")
        await stage.press("down", "down")
        waters.set_product("LATTE", price=9_900)
        waters.set_product("ICED-LATTE", on_sale=False)
        waters.set_product("WATER-G", price=1_300)
        await stage.until(lambda: "9,900" in stage.text.replace("costs 9,900", ""))
        await stage.sees("Latte costs 9,900 now (was 4,500).", "Latte on ice is not on sale")
        await stage.sees("not on sale", "9,900")
        assert "1,300" not in stage.text
        await stage.press("enter")
        await stage.sees("Latte on ice is not on sale at present.", "Which is water?", "1,300")
        await _scan(stage, "1")
        await stage.until(lambda: _cart(stage).get("WATER-G") == 1)
        cart = stage.app.visit.cart
        assert next(one.product.price for one in cart.lines if one.product.sku == "WATER-G") == 1300
        assert "ICED-LATTE" not in cart.skus

    perform(make_app(waters, kiosk=True), play)


def test_a_till_left_alone_with_a_question_forgets_it(waters: Shop) -> None:
    """Cart and question are put down."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "MUG", "water")
        seconds.seconds += IDLE_SECONDS
        till.clear_if_idle()
        await stage.sees("cart empty", "scan or type SKU")
        assert "Which is" not in stage.text

    perform(make_app(waters, kiosk=True, steady_clock=seconds), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (200, 60)])
def test_a_question_is_whole_at_every_size(waters: Shop, size: tuple[int, int]) -> None:
    """What is asked, numbers, SKU, price, and how to answer are on the screen."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "3*water")
        await stage.sees(
            "Which is water?", "3 of it", "1  Water", "2  Water", "WATER-S", "1,000", "1-9 enter"
        )

    perform(make_app(waters, kiosk=True), play, size=size)


def test_a_code_of_two_products_asks(waters: Shop) -> None:
    """From before codes were unique; none of them is taken."""
    code = "8801234560016"
    shared = waters.browsing.scanned(code)
    assert shared is not None
    with waters.runtime.writing() as session:
        session.change(
            "INSERT INTO product_codes (code, sku, place) VALUES (:code, 'MUG', 1)",
            {"code": code.zfill(14)},
        )

    several = look_up(waters, f"2*{code}")

    assert isinstance(several, Several)
    assert {one.sku for one in several.products} == {"COLDBREW", "MUG"}
    assert several.quantity == 2


def test_what_one_product_fits_is_taken_and_named(waters: Shop) -> None:
    """A part of a name or SKU, unless it is digits alone, which may be a code half read."""
    waters.add_product("A-5512", name="Nuts", price=100, stock=5, barcode="4006381333931")

    found = look_up(waters, "2*nut")
    assert isinstance(found, Scan)
    assert (found.product.sku, found.quantity, found.fitted) == ("A-5512", 2, "nut")
    assert isinstance(look_up(waters, "5512"), Several)
    for text in ("4006381", "400638133393", "n", "nuts2"):
        with pytest.raises(UnknownProduct):
            look_up(waters, text)


def test_a_whole_sku_in_other_letters_is_meant(waters: Shop) -> None:
    """Before what it is a part of, with a quantity, too; of two such SKUs it is asked which."""
    for text, quantity in (("latte", 1), ("2*Latte", 2), ("latte:3", 3)):
        found = look_up(waters, text)
        assert isinstance(found, Scan)
        assert (found.product.sku, found.quantity, found.fitted) == ("LATTE", quantity, "")
    waters.add_product("laTTe", name="Another", price=1, stock=1)
    assert isinstance(look_up(waters, "latte"), Several)


def test_the_most_likely_comes_first() -> None:
    """The SKU in other letters, what is sold, what begins with it; nine, and the rest counted."""
    plain = Product("", "", 1, "KRW", 1, on_sale=True, category=None, barcode=None, low_stock=None)
    products = [replace(plain, sku=f"X{number:02}", name="Green tea") for number in range(12)]
    products += [
        replace(plain, sku="TEA", name="The tea", stock=0),
        replace(plain, sku="Y1", name="Tea, black"),
        replace(plain, sku="Y2", name="Tea, red", on_sale=False),
        replace(plain, sku="Y3", name="Steam"),
        replace(plain, sku="Y4", name="Rice", barcode="tea"),
    ]

    found = fits("tea", products, 30)

    assert [one.sku for one in found.products][:2] == ["TEA", "X00"]
    assert len(found.products) == 9
    assert found.more == 16 - 9 + 30 - 17
