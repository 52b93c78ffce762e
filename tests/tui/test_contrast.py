"""Whatever is written can be read: 4.5 to 1 between text and ground, as WCAG AA asks."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.widgets import Input

from shopcli import Shop
from shopcli.tui import styles
from shopcli.tui.app import make_app
from shopcli.tui.styles.contrast import READABLE, contrast
from tests.tui.stage import Stage, perform

THEMES = ["shop-dark", "shop-light", "textual-light"]
"""Those that are drawn; the colours of all others are computed."""

TEXTS = {
    "$foreground",
    "$foreground-muted",
    "$text-accent",
    "$text-success",
    "$text-warning",
    "$text-error",
}
GROUNDS = {"$background", "$surface", "$panel"}
CHOSEN = ("$on-chosen", "$chosen")


def test_every_theme_is_readable(stocked: Shop) -> None:
    """Each text of each theme that is shipped, ours and Textual's, on each ground."""
    app = make_app(stocked)
    faint = []
    for name, theme in app.available_themes.items():
        if name.startswith("ansi"):  # the terminal's own colours, which nobody knows
            continue
        app.set_reactive(App.theme, name)
        colours = {f"${key}": value for key, value in app.get_css_variables().items()}
        pairs = [*product(TEXTS, GROUNDS), CHOSEN]
        faint += [
            (theme.name, text, ground)
            for text, ground in pairs
            if contrast(Color.parse(colours[text]), Color.parse(colours[ground])) < READABLE
        ]
    assert {"shop-dark", "shop-light", "dracula"} <= set(app.available_themes)
    assert faint == []


def test_the_style_sheet_uses_only_colours_that_are_readable() -> None:
    """So that what is computed of all themes is true of all that is drawn."""
    sheets = [*Path(styles.__file__).parent.glob("*.tcss")]
    sheet = "".join(one.read_text(encoding="utf-8") for one in sheets)
    texts = set(re.findall(r"[{;]\s*color:\s*([^;]+);", sheet))
    grounds = set(re.findall(r"background:\s*([^;]+);", sheet))

    assert len(sheets) == 2
    assert texts <= TEXTS | {CHOSEN[0]}
    assert grounds - {"$background 60%", "transparent"} <= GROUNDS | {CHOSEN[1]}


def test_nothing_moves_by_itself(stocked: Shop) -> None:
    """No animation, and no cursor that blinks, in the palette either."""

    async def play(stage: Stage) -> None:
        assert stage.app.animation_level == "none"
        for keys in (("slash",), ("escape", "u"), ("escape", "ctrl+p")):
            await stage.press(*keys)
            assert not any(field.cursor_blink for field in stage.screen.query(Input))

    perform(make_app(stocked), play)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out_from_its_ground(stocked: Shop, theme: str) -> None:
    """On every screen, chosen or not, enabled or not, in dark and light."""
    stocked.claim("kim", "WELCOME10")
    faint: list[str] = []

    async def play(stage: Stage) -> None:
        stage.app.theme = theme
        await stage.settle()
        keys = ("plus", "slash", "escape", "2", "3", "4", "5", "1", "c", "tab", "plus", "escape")
        for key in keys:
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
