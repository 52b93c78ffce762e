"""The terminal changes its size while a question is open: it stays, and is answered once."""

from __future__ import annotations

from functools import partial

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.desk.page import PageScreen
from tests.tui.stage import Stage, perform

LARGE, SMALL, HUGE = (120, 36), (40, 12), (200, 60)


async def _resize(stage: Stage, *sizes: tuple[int, int]) -> None:
    for width, height in sizes:
        await stage.pilot.resize_terminal(width, height)
        await stage.until(partial(_is_drawn, stage, height))


def _is_drawn(stage: Stage, height: int) -> bool:
    return len(stage.text.splitlines()) == height


def test_a_close_is_asked_about_through_sizes(stocked: Shop) -> None:
    """What was typed stays in its field, the question keeps its figures, one Enter closes."""

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.type("81")
        await _resize(stage, SMALL)
        await stage.sees(" 81", "enter Go on")
        await stage.type("000")
        await _resize(stage, HUGE, SMALL)
        await stage.press("enter")
        await stage.sees("Close the books now?", "Counted 81,000 KRW", "enter Close the books")
        await _resize(stage, HUGE, LARGE, SMALL)
        await stage.sees("Counted 81,000 KRW, should be", "a difference of 0")
        assert stocked.closings() == ()
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, PageScreen))
        await _resize(stage, HUGE)
        await stage.sees("Close 1 · difference 0")

    perform(make_app(stocked, desk=True), play, size=LARGE)

    assert [closing.difference for closing in stocked.closings()] == [0]


def test_a_refund_is_asked_about_through_sizes(stocked: Shop) -> None:
    """The chosen line, the quantity and the reason stay, each in its box."""
    order = stocked.order("kim", {"LATTE": 2, "MUG": 3}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("f7", "enter", "f", "down")
        await _resize(stage, SMALL, HUGE)
        await stage.press("enter")
        await stage.sees("Refund how many of Mug")
        await stage.press("backspace")
        await stage.type("2")
        await _resize(stage, SMALL)
        await stage.press("enter", "f4")
        await stage.type("bro")
        await _resize(stage, HUGE)
        await stage.sees("They do not go back to stock.", " bro")
        await stage.type("ken")
        await stage.press("enter")
        await _resize(stage, SMALL)
        await stage.sees("24,000 KRW go back to kim", "Reason: broken")
        await stage.press("enter")
        await stage.sees("Refunded 2 ×")  # noqa: RUF001  # as shown

    perform(make_app(stocked, desk=True), play, size=LARGE)

    (refund,) = stocked.receipt(order.order or "").refunds
    assert (refund.refunded, refund.lost, refund.reason) == (24_000, True, "broken")


@pytest.mark.parametrize("sizes", [(SMALL,), (SMALL, HUGE), (HUGE, SMALL, LARGE)])
def test_a_bill_is_paid_once_through_sizes(
    stocked: Shop, sizes: tuple[tuple[int, int], ...]
) -> None:
    """The checkout keeps its total and its coupon, and one Enter pays."""
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await stage.press("down", "plus", "c")
        await stage.sees("WELCOME10", "TOTAL")
        await _resize(stage, *sizes)
        await stage.sees("Pay", "2,970")
        await stage.press("enter")
        await stage.sees("Paid")
        await _resize(stage, *sizes)
        await stage.sees("Paid")

    perform(make_app(stocked, user="kim"), play, size=LARGE)

    (order,) = stocked.orders("kim")
    assert (order.total, order.coupon) == (2_970, "WELCOME10")


def test_a_question_at_the_till_is_answered_once_through_sizes(stocked: Shop) -> None:
    """A charge that is asked about stays asked about; the bill behind it keeps its lines."""

    async def play(stage: Stage) -> None:
        await stage.type("LATTE")
        await stage.press("enter", "enter")
        await stage.type("jo")
        await stage.press("enter")
        await stage.sees("3,500 short", "f6 +5,000")
        await stage.press("f6")
        await stage.sees("enter")
        await _resize(stage, SMALL, HUGE, SMALL)
        assert stocked.balance("jo").balance == 1_000
        await stage.press("enter")
        await stage.until(lambda: stocked.balance("jo").balance == 6_000)
        await _resize(stage, HUGE, SMALL, LARGE)
        await stage.press("enter")
        await stage.until(lambda: len(stocked.orders("jo")) == 1)

    perform(make_app(stocked, kiosk=True), play, size=LARGE)

    assert stocked.balance("jo").balance == 1_500


async def _come_to(stage: Stage, lines: tuple[str, ...], seen: str) -> None:
    for line in lines:
        await (stage.press(line) if line.startswith("f") else stage.type(line))
        await stage.press(*([] if line.startswith("f") else ["enter"]))
    await stage.sees(seen)


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        (("MUG", "", "kim"), "press enter to pay"),
        (("MUG", "", "jo"), "11,000 short"),
        (("MUG", "", "jo", "f5"), "by cash?"),
        (("MUG:9", ""), "who pays?"),
        (("la",), "WHICH ONE?"),
        (("f7", "jo"), "type the amount"),
    ],
)
def test_what_stands_at_a_till_is_drawn_as_if_it_had_begun_at_that_size(
    stocked: Shop, lines: tuple[str, ...], seen: str
) -> None:
    """No amount stays on a line of its own, and nothing is cut that has room by now."""
    begun: dict[tuple[int, int], str] = {}

    async def begin(stage: Stage) -> None:
        await _come_to(stage, lines, seen)
        begun[stage.app.size.width, stage.app.size.height] = stage.text

    async def resize(stage: Stage) -> None:
        await _come_to(stage, lines, seen)
        for size, text in begun.items():
            await _resize(stage, size)
            await stage.sees(text)

    for size in ((80, 24), (40, 20), (100, 30), SMALL):
        perform(make_app(stocked, kiosk=True), begin, size=size)
    for size in (LARGE, SMALL):
        perform(make_app(stocked, kiosk=True), resize, size=size)
