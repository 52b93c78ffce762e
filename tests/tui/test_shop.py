"""The shop's screen: what it lists, finds and puts into the cart."""

from __future__ import annotations

import pytest
from textual import events

from shopcli import Shop
from shopcli.engine import PAGE_SIZE_MAX
from shopcli.tui.app import make_app
from shopcli.tui.widgets.product_list import ProductList
from tests.tui.stage import Stage, perform


def _list(stage: Stage) -> ProductList:
    return stage.screen.query_one("#products", ProductList)


def test_the_first_screen_shows_products_with_prices_and_exact_stock(stocked: Shop) -> None:
    """At 80x24 the first screen lists products with prices in major units and what is left."""

    async def play(stage: Stage) -> None:
        await stage.sees("Latte", "4,500", "17", "抹茶ラテ", "5,200", "12,000", "kim 50,000")

    perform(make_app(stocked, user="kim"), play)


def test_search_finds_as_one_types_in_any_script(stocked: Shop) -> None:
    """Typing narrows the list by SKU, name and barcode; Escape brings everything back."""

    async def play(stage: Stage) -> None:
        for typed, sku in (("抹茶", "MATCHA"), ("mug", "MUG"), ("88012", "COLDBREW")):
            await stage.press("slash")
            await stage.type(typed)
            await stage.until(lambda: _list(stage).row_count == 1)
            product = _list(stage).product
            assert product is not None
            assert product.sku == sku
            await stage.press("escape")
            await stage.until(lambda: _list(stage).row_count == 8)

    perform(make_app(stocked, user="kim"), play)


def test_a_search_without_result_says_what_to_do(stocked: Shop) -> None:
    """Nothing found is said, with the key that leads back."""

    async def play(stage: Stage) -> None:
        await stage.press("slash")
        await stage.type("zzz")
        await stage.sees("Nothing matches", "esc")
        assert "Choose a product" not in stage.text
        await stage.press("enter")
        for key in ("plus", "n"):
            await stage.press(key)
            await stage.sees("No product is listed here")
            stage.app.forget_answers()
        assert stage.app.visit.cart.count == 0

    perform(make_app(stocked, user="kim"), play)


def test_categories_narrow_the_list(stocked: Shop) -> None:
    """The arrow keys choose a category."""

    async def play(stage: Stage) -> None:
        await stage.sees("coffee", "merchandise")
        await stage.press("right")
        await stage.until(lambda: _list(stage).row_count == 3)
        await stage.press("left")
        await stage.until(lambda: _list(stage).row_count == 8)

    perform(make_app(stocked, user="kim"), play)


def test_plus_and_minus_change_the_quantity_in_place(stocked: Shop) -> None:
    """The line, the header and the side show the quantity and the total at once."""

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "down", "plus", "plus")
        await stage.sees("×2", "cart 2 · 9,000 KRW", "in cart: 9,000")  # noqa: RUF001 - as shown
        await stage.press("minus")
        await stage.sees("cart 1 · 4,500 KRW")
        await stage.press("minus", "minus")
        await stage.sees("cart empty")

    perform(make_app(stocked, user="kim"), play)


def test_no_more_than_is_left_goes_into_the_cart(stocked: Shop) -> None:
    """What is sold out, and more than the last unit, is refused where one looks."""

    async def play(stage: Stage) -> None:
        await stage.press("end", "plus")
        await stage.sees("is sold out")
        stage.app.forget_answers()
        await stage.press("n")
        await stage.sees("is sold out")
        await stage.press("up", *["plus"] * 4)
        await stage.sees("All 3 that are left")
        assert stage.app.visit.cart.request == (("PARTY", 3),)

    perform(make_app(stocked, user="kim"), play)


def test_best_sellers_wear_a_badge(stocked: Shop) -> None:
    """What sold most in three days is marked in the list and explained beside it."""

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "down")
        await stage.sees("★ Latte", "No. 1, 3 sold in 3 days")

    perform(make_app(stocked, user="kim"), play)


def test_what_others_do_shows_within_a_moment(stocked: Shop, shop_url: str) -> None:
    """Stock and price changed by another process appear, and the cursor stays."""

    async def play(stage: Stage) -> None:
        await stage.press("down")
        with Shop.open(shop_url) as other:
            other.restock("BAGEL", 73)
            other.set_product("BAGEL", price=3333)
        await stage.sees("77", "3,333")
        product = _list(stage).product
        assert product is not None
        assert product.sku == "BAGEL"

    perform(make_app(stocked, user="kim"), play)


def test_an_empty_shop_says_what_to_type(shop: Shop) -> None:
    """Without products the screen names the command that adds one."""

    async def play(stage: Stage) -> None:
        await stage.sees("shop product add", "4500")
        await stage.press("plus", "c")
        await stage.sees("The cart is empty")
        await stage.press("2")
        await stage.sees("shop coupon add", "--limit 100")

    perform(make_app(shop), play, size=(40, 20))


def test_an_empty_shop_tells_members_no_command_that_is_not_theirs(shop: Shop) -> None:
    """Adding products and coupons is not a member's, so they read only that there are none."""
    shop.add_user("kim")

    async def play(stage: Stage) -> None:
        await stage.sees("No products yet")
        await stage.press("2")
        await stage.sees("No coupons yet")
        assert "in a shell" not in stage.text

    perform(make_app(shop, user="kim", bound=True), play)


def test_a_long_list_is_read_in_pages(shop: Shop) -> None:
    """Only pages in view are read; the end of the list is one key away."""
    for number in range(450):
        shop.add_product(f"P{number:04d}", name=f"Product {number}", price=100, stock=1)

    async def play(stage: Stage) -> None:
        assert _list(stage).row_count == 450
        await stage.press("end")
        await stage.sees("Product 449")
        await stage.press("home")
        await stage.sees("Product 0")
        await stage.press(*["pagedown"] * 13)
        assert _list(stage).cursor > PAGE_SIZE_MAX
        await stage.sees(f"Product {_list(stage).cursor}")

    perform(make_app(shop), play)


def test_keys_that_are_letters_are_not_offered_while_typing(stocked: Shop) -> None:
    """In the search the hints leave out what would be typed into it."""

    async def play(stage: Stage) -> None:
        await stage.press("down")
        await stage.sees("+ Add", "- Take out")
        await stage.press("slash")
        await stage.until(lambda: "Take out" not in stage.text)
        assert "+ Add" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_a_fast_typist_loses_no_letter(stocked: Shop) -> None:
    """What is typed right behind the slash is searched for, not obeyed."""

    async def play(stage: Stage) -> None:
        driver = stage.app._driver  # noqa: SLF001  # the pilot waits after each key
        assert driver is not None
        for key in ("slash", *"mug"):
            driver.send_message(events.Key(key, "/" if key == "slash" else key))
        await stage.until(lambda: _list(stage).row_count == 1)

    perform(make_app(stocked, user="kim"), play)


def test_another_mark_for_low_stock_is_shown_at_once(stocked: Shop) -> None:
    """An open storefront judges stock by the setting of now, on the desk as well."""
    stocked.set_setting("low_stock", "1")

    async def play(stage: Stage) -> None:
        await stage.press("end", "up")
        await stage.sees("3 left")
        assert "Only 3 left" not in stage.text
        stocked.set_setting("low_stock", "17")
        await stage.sees("Only 3 left")
        await stage.press("5")
        await stage.until(
            lambda: any("Party" in line and "low at 17" in line for line in stage.text.splitlines())
        )

    perform(make_app(stocked, user="kim"), play)


def test_what_is_sold_out_is_not_offered(stocked: Shop) -> None:
    """The panel of a product that cannot be bought does not say which key buys it."""

    async def play(stage: Stage) -> None:
        await stage.press("end")
        await stage.sees("Sold out")
        assert "puts it into your cart" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_why_nothing_was_put_into_the_cart_goes_when_it_is_no_longer_true(stocked: Shop) -> None:
    """A product that is on sale again takes the sentence off the screen."""
    stocked.set_product("AMERICANO", on_sale=False)

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        await stage.sees("not on sale at present")
        stocked.set_product("AMERICANO", on_sale=True)
        stage.app.refresh_soon()
        await stage.until(lambda: "not on sale" not in stage.text)
        await stage.press("plus")
        await stage.sees("cart 1")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("keys", [("ctrl+c",), ("slash", "ctrl+c")])
def test_ctrl_c_says_which_key_quits_and_covers_nothing(
    stocked: Shop, keys: tuple[str, ...]
) -> None:
    """In the answer line, where no figure is; in a field as well, where nothing is selected."""

    async def play(stage: Stage) -> None:
        await stage.press(*keys)
        await stage.sees("ctrl+q quits")
        assert "Do you want to quit" not in stage.text

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("typed", ["/mug\r+", "/mug\r++-", "→→→+"])
def test_a_key_behind_a_search_is_for_what_it_finds(stocked: Shop, typed: str) -> None:
    """Not for what was listed before, however fast it comes; nor behind a category."""

    async def play(stage: Stage) -> None:
        await stage.sees("tea")
        stage.burst(typed)
        await stage.until(lambda: stage.app.visit.cart.request == (("MUG", 1),))

    perform(make_app(stocked, user="kim"), play)


def test_every_hint_can_be_clicked(stocked: Shop) -> None:
    """Also those of the whole application: the last ones are help and quitting."""

    async def play(stage: Stage) -> None:
        await _click(stage, "? Help")
        await stage.sees("Everywhere")
        await stage.press("escape", "2")
        await stage.sees("FIRST3")
        await stage.press("1", "plus")
        await _click(stage, "q Quit")
        await stage.sees("Leave with 1 thing in the cart?")

    async def _click(stage: Stage, hint: str) -> None:
        lines = stage.text.split("\n")
        row = next(number for number, line in enumerate(lines) if hint in line)
        await stage.pilot.click(offset=(lines[row].index(hint), row))
        await stage.settle()

    perform(make_app(stocked, user="kim"), play)


def test_taking_out_what_is_not_in_the_cart_is_told(stocked: Shop) -> None:
    """The key is offered, so it does not do nothing in silence."""

    async def play(stage: Stage) -> None:
        await stage.press("minus")
        await stage.sees("아메리카노 is not in the cart.")
        await stage.press("plus")
        assert "is not in the cart" not in stage.text
        assert stage.app.visit.cart.count == 1

    perform(make_app(stocked, user="kim"), play)
