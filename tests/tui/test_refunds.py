"""What was given back of an order, as the storefront shows it."""

from __future__ import annotations

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.factories import REASON
from tests.tui.stage import Stage, perform


def test_me_tells_what_was_given_back(stocked: Shop) -> None:
    """The list says how much, the receipt what, when and why; a cancel says what is left."""
    order = stocked.order("kim", {"LATTE": 2, "MUG": 1}, key="mine")
    stocked.refund(order, {"LATTE": 1}, reason="spilt", lost=True)

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("1 given back: 2 ×", "given back: Latte")  # noqa: RUF001 - as shown
        await stage.press("down", "enter")
        await stage.sees("Receipt", "Given back", "4,500 KRW", "not back in stock", "spilt")
        await stage.press("x")
        await stage.sees("16,500 KRW go back to kim", "4,500 KRW went back before")
        await stage.press("enter")
        await stage.sees("Cancelled:", "16,500 KRW went back", "kim has 50,000 KRW")
        await stage.press("escape")
        await stage.sees("cancelled: 2 ×")  # noqa: RUF001 - as shown

    perform(make_app(stocked, user="kim"), play)

    assert stocked.receipt(order.order).refunded == order.total


def test_the_desk_tells_what_was_given_back_whole(stocked: Shop) -> None:
    """An order of which all came back stays paid, and is told as given back."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")
    stocked.refund(order, {"LATTE": 2}, reason=REASON)

    async def play(stage: Stage) -> None:
        await stage.press("5", "f7")
        await stage.sees("given back: 2 × Latte")  # noqa: RUF001  # as shown

    perform(make_app(stocked, user="kim", bound=False), play)
