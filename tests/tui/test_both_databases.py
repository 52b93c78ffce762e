"""One whole visit on each database: browse, claim, pay, charge, cancel, look at what sells."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name: str = request.param
    return name


def test_a_whole_visit(stocked: Shop, shop_url: str) -> None:
    """Every screen works on both databases, and shows what others do meanwhile."""

    async def play(stage: Stage) -> None:
        await stage.sees("Latte", "4,500", "★", "coffee")
        await stage.press("slash")
        await stage.type("LAT")
        await stage.sees("LATTE · coffee")
        await stage.press("enter", "plus", "plus", "2")
        await stage.sees("100/100")
        await stage.press("end", "enter")
        await stage.sees("number 1 of 100")
        await stage.press("c")
        await stage.sees("● WELCOME10", "saves 900", "8,100 KRW", "41,900", "enter  Pay")
        await stage.press("enter")
        await stage.sees("Paid", "41,900 KRW")
        await stage.press("escape", "3", "m")
        await stage.type("100")
        await stage.press("enter")
        await stage.sees("+100", "42,000")
        await stage.press("enter")
        await stage.sees("Receipt")
        await stage.press("x", "enter")
        await stage.sees("Cancelled:", "The coupon is yours")
        await stage.press("escape", "4")
        await stage.sees("3 days", "Latte")
        await stage.press("5")
        await stage.sees("Bagel, sesame: 4 left", "Deliveries")
        for key, text in (
            ("f3", "1 cancelled"),
            ("f4", "Mug [large]"),
            ("f5", "佐藤 葵"),
            ("f6", "3 pending"),
            ("f7", "sato"),
        ):
            await stage.press(key)
            await stage.sees(text)
        with Shop.open(shop_url) as other:
            other.restock("BAGEL", 73)
        await stage.press("1", "escape")
        await stage.sees("77")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim")[0].state == "cancelled"
    assert stocked.verify().ok
