"""A storefront on a stage: keys go in, what the screen says comes out; waits for facts alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any

from textual import events
from textual._context import visible_screen_stack
from textual.pilot import Pilot

from shopcli import Shop
from shopcli.tui.app import Storefront
from shopcli.tui.key_order import CHECK_SECONDS
from tests.tui.stillness import is_still, laid_out, quick

if TYPE_CHECKING:
    from textual.screen import Screen

    from shopcli.domain.errors import ShopError

NORMAL = (80, 24)
PATIENCE_SECONDS = 30.0
"""Ends only what has failed already: a machine with other work takes long over a keystroke."""

LOOK_SECONDS = 0.02
"""Between two looks for what an answer, a timer or another process brings."""


class Stage:
    """A running storefront.

    Args:
        app: The storefront.
        pilot: Presses its keys.
    """

    def __init__(self, app: Storefront, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> Screen[object]:
        """The screen on top."""
        return self.app.screen

    @property
    def text(self) -> str:
        """Everything the screen on top says, and what shows behind it, a line a line."""
        visible_screen_stack.set(self.app._background_screens)  # noqa: SLF001  # as Textual draws
        strips = self.screen._compositor.render_strips()  # noqa: SLF001  # what is drawn, as drawn
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def prose(self) -> str:
        """What is said, in the box where one is open, as if it fitted into one line."""
        lines = self.text.splitlines()
        boxed = [line.split("│")[1] for line in lines if line.count("│") > 1]
        return " ".join(" ".join(boxed or lines).split())

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until what they asked for is answered."""
        await self.pilot.press(*keys)
        await self.settle()

    def burst(self, typed: str) -> None:
        r"""Let keys arrive all at once, as one read of a terminal brings them.

        Args:
            typed: Characters; \r, \x1b and \x7f are Enter, Escape and Backspace, ↑ ↓ → arrows.
        """
        for character in typed:
            key = _KEYS_OF_TERMINALS.get(character) or _KEYS.get(character, character)
            self.app.post_message(events.Key(key, None if character in "↑↓→" else character))

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*(_KEYS.get(character, character) for character in text))

    async def settle(self) -> None:
        """Wait until no question is open and nothing moves any more."""
        while not await is_still(self.app) or self.app.keys_wait:
            await self.app.workers.wait_for_complete()
            if self.app.keys_wait:
                await asyncio.sleep(CHECK_SECONDS)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; fail with the screen's text if it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await self._holds_now(holds):
            if time.monotonic() > deadline:
                message = f"it never held; the screen says:\n{self.text}"
                raise AssertionError(message)
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(asyncio.CancelledError):
                await self.app.workers.wait_for_complete()

    async def sees_now(self, *texts: str) -> None:
        """Wait until the screen says all of these, while questions are still open."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await self._holds_now(lambda: self._says(texts)):
            assert time.monotonic() < deadline, self.text
            await asyncio.sleep(LOOK_SECONDS)

    async def _holds_now(self, holds: Callable[[], bool]) -> bool:
        """Whether something holds once all is laid out that is known by now."""
        await laid_out(self.app)
        return holds()

    async def sees(self, *texts: str) -> None:
        """Wait until the screen says all of these."""
        await self.until(lambda: self._says(texts))

    async def reads(self, *texts: str) -> None:
        """Wait until the screen says all of these, wherever its lines end."""
        await self.until(lambda: all(text in self.prose for text in texts))

    def _says(self, texts: tuple[str, ...]) -> bool:
        """Whether the screen says all of these; draws it once for all of them."""
        shown = self.text
        return all(text in shown for text in texts)

    async def leave(self) -> None:
        """End the storefront as one who quits does, if it is not ended: behind keys under way."""
        app = self.app
        if app.is_running:
            app.exit(return_code=app.return_code or 0)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while app.is_running:
            assert time.monotonic() < deadline, "the storefront does not end"
            await asyncio.sleep(0)


Play = Callable[[Stage], Awaitable[None]]
"""Presses keys and looks at what is shown."""


class Held:
    """Holds verbs of a shop back until it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.error: ShopError | None = None
        """What they end with instead."""

    def shop(self, stocked: Shop, *verbs: str) -> Shop:
        """A shop that answers these verbs late; a dry run is no change, and not late."""
        names = {verb: self._late(getattr(Shop, verb)) for verb in verbs}
        held: Shop = type("HeldShop", (Shop,), names)(stocked.runtime)
        return held

    def _late(self, verb: Callable[..., object]) -> Callable[..., object]:
        @wraps(verb)
        def wait(shop: Shop, *values: Any, **named: Any) -> object:  # noqa: ANN401  # passed on
            if not named.get("dry_run"):
                self.released.wait(10)
                if self.error is not None:
                    raise self.error
            return verb(shop, *values, **named)

        return wait


def perform(
    app: Storefront,
    play: Play,
    *,
    size: tuple[int, int] = NORMAL,
    draws: bool = False,
) -> None:
    """Run a storefront without a terminal and play on it.

    Args:
        app: The storefront.
        play: Presses its keys and looks at its screens.
        size: Columns and rows.
        draws: Whether each change is drawn as on a terminal, and not just what is looked at.
    """

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot)
            await stage.settle()
            await play(stage)
            await stage.leave()

    with quick(draws=draws):
        asyncio.run(run())


def counting_bytes() -> Callable[[int], bytes]:
    """A random source that counts instead."""
    numbers: Iterator[int] = count(1)
    return lambda length: next(numbers).to_bytes(length, "big")


_KEYS = {" ": "space", "-": "minus", ":": "colon", ".": "full_stop"}
_KEYS_OF_TERMINALS = {
    "\r": "enter",
    "\x1b": "escape",
    "\x7f": "backspace",
    "↑": "up",
    "↓": "down",
    "→": "right",
    "/": "slash",
    "+": "plus",
    "\t": "tab",
    "\x10": "ctrl+p",
}
