"""The orders of the shop's list: by category under headings, by name, price, and what is sold."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.engine.use_cases import browsing
from shopcli.tui.app import make_app
from shopcli.tui.screens.picking import CategoriesScreen
from shopcli.tui.widgets.product_list import ProductList
from tests.tui.stage import Stage, perform

BY_CATEGORY = ["LATTE", "AMERICANO", "COLDBREW", "BAGEL", "MUG", "PARTY", "TEA", "MATCHA"]


def _list(stage: Stage) -> ProductList:
    return stage.screen.query_one("#products", ProductList)


def _skus(stage: Stage) -> list[str]:
    rows = [_list(stage).row_at(index) for index in range(_list(stage).row_count)]
    return [row.key for row in rows if row is not None]


def test_each_category_stands_under_its_heading(stocked: Shop) -> None:
    """Under each heading its products by name; the cursor is on products alone."""
    stocked.add_product("BAG", name="Bag", price=100, stock=5)

    async def play(stage: Stage) -> None:
        assert _skus(stage) == [*BY_CATEGORY, "BAG"]
        lines = [line[:20].strip(" ▌★") for line in stage.text.splitlines()[4:18]]
        assert [lines[place] for place in (0, 4, 6, 9, 12)] == [
            "coffee",
            "lunch",
            "merchandise",
            "tea",
            "no category",
        ]
        for sku in (*BY_CATEGORY[1:], "BAG"):
            await stage.press("down")
            assert _list(stage).current_key == sku
        await stage.press("home", "plus")
        assert stage.app.visit.cart.request == (("LATTE", 1),)

    perform(make_app(stocked, user="kim", sort="category"), play)


def test_a_click_means_the_product_under_the_pointer(stocked: Shop) -> None:
    """Headings take lines, so the lines below them are other products."""

    async def play(stage: Stage) -> None:
        lines = stage.text.splitlines()
        top = _list(stage).region.y
        place = next(number for number, line in enumerate(lines) if "Mug [large]" in line)
        await stage.pilot.click("#products", offset=(5, place - top))
        await stage.until(lambda: _list(stage).current_key == "MUG")

    perform(make_app(stocked, user="kim", sort="category"), play)


def test_o_sorts_and_says_how(stocked: Shop) -> None:
    """Each press takes the next order, from its first product on."""

    async def play(stage: Stage) -> None:
        for told, first in (
            ("by category", "LATTE"),
            ("by name", "BAGEL"),
            ("by price", "TEA"),
            ("best sold", "LATTE"),
            ("by SKU", "AMERICANO"),
        ):
            await stage.press("down", "o")
            await stage.sees(told)
            assert _skus(stage)[0] == first
            assert _list(stage).cursor == 0

    for size in ((120, 36), (40, 20)):
        perform(make_app(stocked, user="kim"), play, size=size)


def test_a_product_that_changes_its_category_moves(stocked: Shop) -> None:
    """The list follows, and the cursor stays on its product."""

    async def play(stage: Stage) -> None:
        await stage.press("down")
        stocked.set_product("AMERICANO", category="warm")
        stage.app.refresh_soon()
        await stage.until(lambda: _skus(stage)[-1:] == ["AMERICANO"])
        assert _list(stage).current_key == "AMERICANO"
        await stage.sees("warm")

    perform(make_app(stocked, user="kim", sort="category"), play)


def test_more_products_than_are_sorted_are_listed_by_sku(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is told where an order was asked for; a category of few is sorted again."""
    monkeypatch.setattr(browsing, "SORTED_COUNT_MAX", 3)

    async def play(stage: Stage) -> None:
        await stage.sees("by SKU")
        assert "not sorted" not in stage.text
        await stage.press("o")
        await stage.sees("not sorted", "by SKU")
        await stage.press("right")
        await stage.sees("by name")
        assert _skus(stage) == ["LATTE", "AMERICANO", "COLDBREW"]

    perform(make_app(stocked, user="kim", sort="category"), play, size=(120, 36))


def test_g_picks_one_of_many_categories(shop: Shop) -> None:
    """Its name, or a part of it, and Enter; what is chosen stands there to be cleared by Escape."""
    for number in range(60):
        name = f"shelf {number:02d}"
        shop.add_product(f"P{number}", name=f"Thing {number}", price=9, stock=1, category=name)
    shop.add_product("BESIDE", name="Beside", price=9, stock=1, category="a shelf 47")

    async def play(stage: Stage) -> None:
        assert "esc All products" not in stage.text
        stage.burst("gShelf 47\r+")
        await stage.until(lambda: stage.app.visit.cart.request == (("P47", 1),))
        await stage.sees("shelf 47 ×", "esc All products")  # noqa: RUF001  # as shown
        await stage.press("g")
        assert isinstance(stage.screen, CategoriesScreen)
        await stage.press("enter")
        assert _list(stage).row_count == 1
        await stage.press("escape")
        await stage.until(lambda: _list(stage).row_count == 61)

    perform(make_app(shop, sort="category"), play)


def test_no_category_is_chosen_like_one(stocked: Shop) -> None:
    """By ← from all, by its name, and by Escape no more; where each has one, it is not offered."""

    async def play(stage: Stage) -> None:
        assert "no category" not in stage.text
        stocked.add_product("BAG", name="Bag", price=100, stock=5)
        stage.app.refresh_soon()
        await stage.until(lambda: _list(stage).row_count == 9)
        await stage.sees("no category")  # the categories are read by themselves
        await stage.press("left")
        await stage.sees("no category ×")  # noqa: RUF001  # as shown
        assert _skus(stage) == ["BAG"]
        await stage.press("escape", "g", *"no c")
        await stage.sees("no category")
        await stage.press("enter")
        await stage.until(lambda: _skus(stage) == ["BAG"])
        await stage.press("g")
        await stage.sees("All", "9", "no category")
        await stage.press("escape", "slash", *"zz", "enter")
        await stage.sees("Nothing matches")

    perform(make_app(stocked, user="kim"), play, size=(120, 36))


def test_without_categories_g_says_so(shop: Shop) -> None:
    """There is nothing to pick from."""

    async def play(stage: Stage) -> None:
        await stage.press("g")
        await stage.sees("No product has a category yet")

    perform(make_app(shop), play)
