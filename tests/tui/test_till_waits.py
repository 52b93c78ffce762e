"""The till while money is on its way: nothing typed is lost, and nothing is said that is not so."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.tui.stage import Held, Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


@pytest.mark.parametrize("end", ["paid", "refused"])
def test_keys_pressed_while_paying_change_no_other_cart(
    stocked: Shop, held: Held, end: str
) -> None:
    """They do nothing, then or later, and it says so; scans are told to wait, and come."""
    slow = held.shop(stocked, "order")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await stage.pilot.press("enter", "down")
        await stage.sees_now("Paying…", "keys do nothing now, and scans wait")
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

    perform(make_app(slow, kiosk=True), play)

    assert len(stocked.orders("kim")) == (end == "paid")
