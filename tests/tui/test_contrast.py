"""Whatever is written can be read: 4.5 to 1 between text and ground, as WCAG AA asks."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.contrast import READABLE, contrast
from tests.tui.stage import Stage, perform

THEMES = ["textual-dark", "textual-light", "nord"]


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out_from_its_ground(stocked: Shop, theme: str) -> None:
    """On every screen, chosen or not, enabled or not, in dark and light."""
    stocked.claim("kim", "WELCOME10")
    faint: list[str] = []

    async def play(stage: Stage) -> None:
        stage.app.theme = theme
        await stage.settle()
        for key in ("plus", "slash", "escape", "2", "3", "4", "5", "1", "c", "tab", "p", "escape"):
            await stage.press(key)
            faint.extend(_faint(stage, key))
        await stage.press("escape", "question_mark")
        faint.extend(_faint(stage, "help"))

    perform(make_app(stocked, user="kim"), play, size=(120, 36))

    async def at_the_till(stage: Stage) -> None:
        stage.app.theme = theme
        await stage.settle()
        faint.extend(_faint(stage, "till"))
        await stage.type("MUG")
        await stage.press("enter", "enter")
        await stage.type("jo")
        await stage.press("enter")
        faint.extend(_faint(stage, "short at the till"))

    perform(make_app(stocked, kiosk=True), at_the_till)

    assert faint == []


def _faint(stage: Stage, where: str) -> list[str]:
    strips = stage.screen._compositor.render_strips()  # noqa: SLF001  # what is drawn, as drawn
    for dialog in stage.screen.query(".dialog"):  # what is under it is dimmed on purpose
        region = dialog.region
        strips = [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
    return [
        f"{where}: {segment.text.strip()!r} {ratio:.2f}"
        for strip in strips
        for segment in strip
        if _is_text(segment.text) and (ratio := _ratio(segment)) < READABLE
    ]


def _is_text(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _ratio(segment: Segment) -> float:
    style = segment.style
    if style is None or style.color is None or style.bgcolor is None:
        return READABLE
    if style.color.is_default or style.bgcolor.is_default:
        return READABLE
    text, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
    return contrast(Color(*text), Color(*ground))
