"""Waits until a storefront has nothing left to do, and draws no screen that nobody sees.

Textual's pilot sleeps for 20 ms and more, twice a key, until the processor is idle; and a headless
application draws each change of the screen, to throw it away. Both were most of the time of these
tests. Each application parses all its styles, too, which are the same for all of a theme.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from textual._compositor import Compositor
from textual._context import active_app, visible_screen_stack
from textual.css.stylesheet import Stylesheet

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.app import App
    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation
    from textual.screen import Screen

_GLANCE_SECONDS = 0.003
_IDLE_SECONDS = 0.02
_IDLE_SHARE = 0.1

_render_update = Compositor.render_update
_parse_rules = Stylesheet._parse_rules  # noqa: SLF001  # what is parsed is the same for all

_parsed: dict[tuple[object, ...], list[RuleSet]] = {}
"""Rules of this process by all that they depend on."""


@contextmanager
def quick(*, draws: bool) -> Iterator[None]:
    """Let the pilot wait for an empty loop.

    Args:
        draws: Whether each change of the screen is drawn; else only what is looked at.
    """
    with (
        patch("textual.app.wait_for_idle", _nothing_is_ready),
        patch("textual.pilot.wait_for_idle", _nothing_is_ready),
        patch.object(Stylesheet, "_parse_rules", _parse_once),
        nullcontext() if draws else patch.object(Compositor, "render_update", _draw_if_seen),
    ):
        yield


async def loop_is_empty() -> None:
    """Wait until every callback has run that was ready, and all those that they made ready."""
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:  # noqa: ASYNC110, SLF001  # no event tells it
        await asyncio.sleep(0)


def has_open_questions(app: App[Any]) -> bool:
    """Whether a thread still works for the application."""
    return any(not worker.is_finished for worker in app.workers)


async def is_still(app: App[Any]) -> bool:
    """Whether no thread works for the application once all is laid out."""
    await laid_out(app)
    return not has_open_questions(app)


async def laid_out(app: App[Any]) -> None:
    """Wait until the loop is empty and all screens are laid out, whatever threads still do."""
    loop: Any = asyncio.get_running_loop()
    while True:
        await loop_is_empty()
        if app._batch_count:  # noqa: SLF001  # Textual lays nothing out for 50 ms after some changes
            await asyncio.sleep(_GLANCE_SECONDS)
            continue
        for screen in app.screen_stack:
            # One behind a dialog asks to be drawn again whenever it was drawn.
            marks = (screen._layout_required, screen._dirty_widgets)  # noqa: SLF001  # told nowhere
            is_changed = any(marks)
            if screen is app.screen or is_changed:
                screen._on_timer_update()  # noqa: SLF001  # as Textual's pilot does it
        if not loop._ready:  # noqa: SLF001  # no event tells it
            break


async def _nothing_is_ready(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until the loop is empty and threads are done, or do nothing as far as can be told."""
    del min_sleep
    app = active_app.get()
    end = time.monotonic() + max_sleep
    looked, worked = time.monotonic(), time.process_time()
    await loop_is_empty()
    while has_open_questions(app) and (now := time.monotonic()) < end:
        if now - looked > _IDLE_SECONDS:
            if time.process_time() - worked < _IDLE_SHARE * (now - looked):
                break  # it waits for the test
            looked, worked = now, time.process_time()
        await asyncio.sleep(_GLANCE_SECONDS)
        await loop_is_empty()


def _parse_once(
    self: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,  # noqa: FBT001, FBT002  # as Textual declares it
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """Take the rules of the same text with the same variables; nothing changes a rule."""
    text = (css, read_from, is_default_rules, tie_breaker, scope)
    key = (*text, frozenset(self._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(self, *text)
    return _parsed[key]


def _draw_if_seen(
    self: Compositor,
    full: bool = False,  # noqa: FBT001, FBT002  # as Textual declares it
    screen_stack: list[Screen[Any]] | None = None,
    simplify: bool = False,  # noqa: FBT001, FBT002  # as Textual declares it
) -> RenderableType | None:
    """Draw a picture that was asked for; else note alone that all is drawn."""
    if full:
        return _render_update(self, full, screen_stack, simplify)
    visible_screen_stack.set([] if screen_stack is None else screen_stack)
    self._dirty_regions.clear()
    return None
