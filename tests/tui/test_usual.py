"""What a user orders again and again goes into the cart by two keys."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.usual import UsualScreen
from tests.clocks import SettableClock
from tests.tui.stage import Stage, perform


@pytest.fixture
def regular(stocked: Shop, clock: SettableClock) -> Shop:
    """A shop where kim had breakfast three times, and a mug twice."""
    for lines in ({"MUG": 1}, {"LATTE": 1, "BAGEL": 1}):
        for _ in range(2):
            clock.advance(hours=1)
            stocked.order("kim", lines)
    stocked.restock("BAGEL", 5)
    stocked.order("kim", {"BAGEL": 1, "LATTE": 1})
    return stocked


def _cart(stage: Stage) -> dict[str, int]:
    return dict(stage.app.visit.cart.request)


def test_a_digit_puts_a_usual_basket_into_the_cart(regular: Shop) -> None:
    """Beside what is in it; keys typed at once wait for the box, and nothing is paid."""

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("kim orders again", "1 × Bagel", "1 × Mug", "TIMES")  # noqa: RUF001  # as shown
        await stage.press("1")
        await stage.sees("Put 1 × Bagel, sesame, 1 × Latte into", "cart 2 · 7,800")  # noqa: RUF001  # as shown
        stage.burst("b2c")
        await stage.sees("TOTAL", "19,800")
        assert _cart(stage) == {"BAGEL": 1, "LATTE": 1, "MUG": 1}
        assert len(regular.orders("kim")) == 5

    perform(make_app(regular, user="kim"), play)


def test_arrows_and_enter_choose_and_escape_takes_none(regular: Shop) -> None:
    """A digit of no basket says so."""

    async def play(stage: Stage) -> None:
        await stage.press("b", "5")
        await stage.sees("There are 2 only")
        await stage.press("escape", "b", "down", "enter")
        await stage.until(lambda: _cart(stage) == {"MUG": 1})
        await stage.press("b", "escape")
        await stage.settle()
        assert _cart(stage) == {"MUG": 1}

    perform(make_app(regular, user="kim"), play)


def test_what_is_not_sold_any_more_is_told(regular: Shop) -> None:
    """Before it is chosen, and behind it; the rest goes into the cart."""
    regular.set_product("BAGEL", on_sale=False)

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("Not now: 1 × Bagel, sesame.")  # noqa: RUF001  # as shown
        await stage.press("enter")
        await stage.sees("Not 1 × Bagel, sesame: not on", "cart 1")  # noqa: RUF001  # as shown
        assert _cart(stage) == {"LATTE": 1}

    perform(make_app(regular, user="kim"), play)


def test_what_enter_puts_into_the_cart_follows_the_shop(regular: Shop) -> None:
    """Prices and what is on sale are those of now while the box is open; its rows stay."""

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("1 × Bagel", "7,800")  # noqa: RUF001  # as shown
        regular.set_product("LATTE", price=6_000)
        await stage.sees("9,300")
        regular.set_product("BAGEL", on_sale=False)
        await stage.sees("1 of 2", "Not now: 1 × Bagel, sesame.")  # noqa: RUF001  # as shown
        await stage.press("1")
        await stage.sees("cart 1 · 6,000")

    perform(make_app(regular, user="kim"), play)


def test_who_has_no_habits_is_told(regular: Shop) -> None:
    """No box opens, and keys behind it are obeyed."""

    async def play(stage: Stage) -> None:
        stage.burst("b+")
        await stage.until(lambda: stage.app.visit.cart.count == 1)
        assert not isinstance(stage.screen, UsualScreen)
        await stage.press("b")
        await stage.sees("Nothing was ordered twice")

    perform(make_app(regular, user="sato"), play)


def test_nobody_is_asked_for_their_name_first(regular: Shop) -> None:
    """Then their baskets are offered."""

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("Who")
        await stage.type("kim")
        await stage.press("enter")
        await stage.sees("kim orders again")

    perform(make_app(regular), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (200, 60)])
def test_the_box_is_whole_at_every_size(regular: Shop, size: tuple[int, int]) -> None:
    """The baskets, what is in the one under the cursor, and the keys."""

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("1  1 × ", "2  1 × Mug", "7,800", "Bagel, sesame", "1-2 Into", "esc Back")  # noqa: RUF001  # as shown

    perform(make_app(regular, user="kim"), play, size=size)


def test_now_says_how_many_enter_puts_into_the_cart(stocked: Shop) -> None:
    """Some where less is left; none where the rest is in the cart, and that is told."""
    stocked.charge("kim", 100_000)
    for _ in range(2):
        stocked.order("kim", {"LATTE": 7})
    stocked.adjust_stock("LATTE", to=3, reason="counted")

    async def play(stage: Stage) -> None:
        await stage.press("b")
        await stage.sees("3 of 7", "Not now: 4 × Latte.")  # noqa: RUF001  # as shown
        assert "In the cart" not in stage.text
        await stage.press("enter")
        await stage.until(lambda: _cart(stage) == {"LATTE": 3})
        await stage.press("b")
        await stage.sees("none", "In the cart already: 3 × Latte.")  # noqa: RUF001  # as shown
        await stage.press("enter")
        await stage.sees("of the 3 left, 3 were")
        assert _cart(stage) == {"LATTE": 3}

    perform(make_app(stocked, user="kim"), play)
