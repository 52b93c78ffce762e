"""Where the keys go is seen without colours: by text, reverse, bold or a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform

if TYPE_CHECKING:
    from rich.style import Style
    from textual.widget import Widget

    from shopcli import Shop

Drawn = list[list[tuple[str, bool, bool, bool]]]
"""Of each line of a control its characters, and whether each is reverse, bold or underlined."""


def _drawn(stage: Stage, widget: Widget) -> Drawn:
    """A control as it stands on the screen, without its colours."""
    strips = stage.screen._compositor.render_strips()  # noqa: SLF001  # what is drawn, as drawn
    region = widget.region
    found: Drawn = []
    for strip in strips[region.y : region.bottom]:
        line: list[tuple[str, bool, bool, bool]] = []
        for text, style, _ in strip.crop(region.x, region.right):
            marks = (
                (False, False, False)
                if style is None
                else (_is_dark_on_light(style), bool(style.bold), bool(style.underline))
            )
            line += [(character, *marks) for character in text]
        found.append(line)
    return found


def _is_dark_on_light(style: Style) -> bool:
    """Whether text is darker than its ground, which is reverse in a dark theme."""
    if style.color is None or style.bgcolor is None:
        return bool(style.reverse)
    text, ground = (sum(one.get_truecolor()) for one in (style.color, style.bgcolor))
    return (text < ground) != bool(style.reverse)


async def _check(stage: Stage, seen: set[str]) -> None:
    """Give each control of the screen the focus in turn: it is drawn in another way with it."""
    focused = stage.screen.focused
    for widget in stage.screen.focus_chain:
        stage.screen.set_focus(None)
        await stage.settle()
        without = _drawn(stage, widget)
        stage.screen.set_focus(widget, scroll_visible=False)
        await stage.settle()
        if isinstance(widget, Input):
            assert not widget.cursor_blink, widget
        assert _drawn(stage, widget) != without, f"{stage.screen}: {widget}"
        seen.add(type(widget).__name__)
    stage.screen.set_focus(focused)
    await stage.settle()


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 36), marks=pytest.mark.proof)])
def test_the_focus_is_seen_without_colours(
    stocked: Shop, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of control, on tabs, on the desk, in checkout and in boxes."""
    monkeypatch.setenv("NO_COLOR", "1")
    seen: set[str] = set()

    async def play(stage: Stage) -> None:
        for key in ("1", "3", "4", "5", "f4", "1", "u", "escape", "plus", "c", "m"):
            await stage.press(key)
            if key not in {"1", "escape", "plus"} or "ProductList" not in seen:
                await _check(stage, seen)

    perform(make_app(stocked, user="kim"), play, size=size)
    assert {"Field", "ProductList", "CartLines", "OfferList", "JournalList"} <= seen


def test_the_question_that_is_open_is_seen_without_colours(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A till has one field, which always has the focus and its cursor."""
    monkeypatch.setenv("NO_COLOR", "1")

    async def play(stage: Stage) -> None:
        await _check(stage, set())

    perform(make_app(stocked, kiosk=True), play)
