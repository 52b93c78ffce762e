"""What a stranger found at the till: the arrows change what is told, and nothing unseen."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _cart(stage: Stage) -> dict[str, int]:
    return dict(stage.app.visit.cart.request)


@pytest.mark.parametrize("is_at_bill", [True, False])
def test_what_is_missing_is_what_the_arrows_take_out(stocked: Shop, is_at_bill: bool) -> None:  # noqa: FBT001  # a case
    """Found at paying, and at the bill: the mark moves to the line that the refusal names."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY:2", "LATTE", "")
        await stage.sees("who pays?")
        if is_at_bill:
            stocked.order("jo", {"PARTY": 2}, key="other")
        await _scan(stage, "kim")
        if not is_at_bill:
            await stage.sees("press enter to pay")
            stocked.order("jo", {"PARTY": 2}, key="other")
            await stage.press("enter")
        await stage.sees("Not enough in stock: Party")
        await stage.press("down")
        assert _cart(stage) == {"PARTY": 1, "LATTE": 1}

    stocked.charge("jo", 100_000, key="much")
    stocked.charge("kim", 100_000, key="more")
    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("why", ["sold out", "more", "off sale"])
@pytest.mark.parametrize("user", ["", "kim"])
def test_a_refused_scan_marks_its_line(stocked: Shop, why: str, user: str) -> None:
    """What cannot be scanned again is told, and the arrows take it out; at a bill, too."""
    stocked.charge("jo", 100_000, key="much")
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY", "LATTE")
        if user:
            await _scan(stage, "", user)
            await stage.sees("press enter to pay")
        if why == "sold out":
            stocked.order("jo", {"PARTY": 3}, key="other")
        elif why == "off sale":
            stocked.set_product("PARTY", on_sale=False)
        await _scan(stage, "PARTY:3" if why == "more" else "PARTY")
        await stage.sees("The arrows change 1 ×", "Not in the cart: PARTY")  # noqa: RUF001  # as shown
        await stage.press("down")
        assert _cart(stage) == {"LATTE": 1}

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)
