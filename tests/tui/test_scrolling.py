"""Boxes that are longer than the screen: all of it can be scrolled to, and nothing covers it."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll
from textual.content import Content

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.desk.page import PageScreen
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.widgets.box import Box
from tests.tui.stage import Stage, perform

SIZES = [(40, 12), (40, 20), (80, 24), (200, 60)]


def _assert_nothing_is_covered(stage: Stage) -> None:
    """All that is in the box is inside of it, one below the other."""
    box = stage.screen.query_one(Box)
    room = box.content_region
    for child in box.displayed_children:
        assert child.region.height == 0 or room.contains_region(child.region), stage.text
    tops = [child.region.y for child in box.displayed_children]
    ends = [child.region.bottom for child in box.displayed_children]
    assert all(end <= top for end, top in zip(ends, tops[1:], strict=False)), stage.text


async def _reads_to_the_end(stage: Stage) -> str:
    """Page down until nothing moves any more; what was seen on the way."""
    body = stage.screen.query_one(VerticalScroll)
    seen = stage.text
    while body.scroll_y < body.max_scroll_y:
        before = body.scroll_y
        await stage.press("pagedown")
        await stage.until(lambda: body.scroll_y > before)  # noqa: B023  # it waits here
        await stage.settle()
        seen += stage.text
    _assert_nothing_is_covered(stage)
    return seen


@pytest.mark.parametrize("size", SIZES)
def test_a_long_receipt_is_read_to_its_end(stocked: Shop, size: tuple[int, int]) -> None:
    """Its total and balance are in sight from the first; so is what a cancellation gave back."""
    line_count = size[1] - 4
    for number in range(line_count):
        stocked.add_product(f"P{number:02}", name=f"Tea {number:02}", price=100, stock=1)
    stocked.claim("kim", "WELCOME10")
    wanted = {f"P{number:02}": 1 for number in range(line_count)}
    stocked.order("kim", wanted, coupon="WELCOME10", key="many")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.sees("Total", f"{line_count * 90:,} KRW", "Balance then")
        seen = await _reads_to_the_end(stage)
        assert all(f"Tea {number:02}" in seen for number in range(line_count))
        assert f"-{line_count * 10} KRW" in seen
        await stage.press("x")
        await stage.sees("Cancel order")
        await stage.press("enter")
        await stage.sees("went back", "yours")
        _assert_nothing_is_covered(stage)
        assert "Cancelled 20" in await _reads_to_the_end(stage)

    perform(make_app(stocked, user="kim", bound=True), play, size=size)


def test_a_line_kept_for_answers_hides_no_amount(stocked: Shop) -> None:
    """On a small screen a receipt is seen whole before a line is kept for what is not said."""
    stocked.claim("kim", "WELCOME10")
    stocked.order("kim", {"LATTE": 1, "MUG": 1, "BAGEL": 1}, coupon="WELCOME10", key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.sees("Mug", "Subtotal", "19,800 KRW", "Coupon WELCOME10", "Total")
        _assert_nothing_is_covered(stage)

    perform(make_app(stocked, user="kim"), play, size=(40, 20))


@pytest.mark.parametrize("size", SIZES)
def test_the_help_is_read_to_its_end(stocked: Shop, size: tuple[int, int]) -> None:
    """Its last key is the one that quits."""

    async def play(stage: Stage) -> None:
        await stage.press("f1")
        assert "q  ctrl+q" in await _reads_to_the_end(stage)

    perform(make_app(stocked, user="kim"), play, size=size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["page", "question"])
def test_any_long_box_is_read_to_its_end(stocked: Shop, size: tuple[int, int], kind: str) -> None:
    """Such as the page of a close, attempts and a body, and a question with much behind it."""
    lines = [f"line {number:02}" for number in range(size[1])]
    text = Content("\n".join(lines))

    async def play(stage: Stage) -> None:
        stage.app.push_screen(
            PageScreen("Page", lambda _: text)
            if kind == "page"
            else ConfirmDialog("Sure?", text, "Yes")
        )
        await stage.sees("line 00")
        stage.app.say("An answer that takes more than one line of the box, told below what is read")
        seen = await _reads_to_the_end(stage)
        assert all(line in seen for line in lines)

    perform(make_app(stocked), play, size=size)
