"""The strip of categories: one line, the chosen category always in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.message import Message
from textual.strip import Strip

from shopcli.domain.showing import inert
from shopcli.tui.widgets.bars import LineBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from shopcli.engine import Category

_CLEARS = " ×"  # noqa: RUF001  # the sign for it
"""Behind the category that is chosen: pressed again, it is not."""


class CategoryStrip(LineBar):
    """Shows all categories, one of them or none chosen.

    Args:
        all_text: What stands for all of them.
        rest_text: What stands for the products that have none.
    """

    class Chosen(Message):
        """Another category was chosen, empty for what has none; None means all."""

        def __init__(self, category: str | None) -> None:
            super().__init__()
            self.category = category

    def __init__(self, all_text: str, rest_text: str) -> None:
        super().__init__(id="categories")
        self._texts = {None: all_text, "": rest_text}
        self._names: list[str | None] = [None]
        self._position = 0

    @property
    def chosen(self) -> str | None:
        """The category that is chosen; None is all of them."""
        return self._names[self._position]

    def offer(self, categories: Sequence[Category]) -> None:
        """Show these categories; the chosen one stays chosen."""
        names = [None, *(one.category for one in categories)]
        if names != self._names:
            chosen = self.chosen
            self._names = names
            self._position = names.index(chosen) if chosen in names else 0
            self.refresh()

    def choose(self, category: str | None) -> None:
        """Mark a category as chosen without posting `Chosen`."""
        self._position = self._names.index(category) if category in self._names else 0
        self.refresh()

    def step(self, step: int) -> None:
        """Choose the next or previous category, wrapping around at the ends."""
        self._choose((self._position + step) % len(self._names))

    def on_click(self, event: events.Click) -> None:
        """Choose the category under the pointer."""
        for start, end, action in self._spots.get(event.y, ()):
            if start <= event.x < end:
                event.stop()
                position = int(action)
                self._choose(0 if position == self._position else position)

    def render_line(self, _y: int) -> Strip:
        """Draw as many categories as fit, the chosen one among them."""
        if len(self._names) == 1:
            return Strip.blank(self.size.width, self.rich_style)
        names = [self._texts.get(name) or inert(name or "") for name in self._names]
        if self._position:
            names[self._position] += _CLEARS
        first, last = self._position, self._position + 1
        room = self.size.width - 4 - cell_len(names[first])
        while True:
            grown = False
            for index in (last, first - 1):
                if 0 <= index < len(names) and cell_len(names[index]) + 2 <= room:
                    room -= cell_len(names[index]) + 2
                    first, last = min(first, index), max(last, index + 1)
                    grown = True
            if not grown:
                break
        pieces = [("< " if first else "  ", "muted", "")]
        for index in range(first, last):
            tone = "chosen" if index == self._position else "muted"
            pieces += [(names[index], tone, str(index)), ("  ", "", "")]
        if last < len(names):
            pieces[-1] = (" >", "muted", "")
        return self.line(0, pieces)

    def _choose(self, position: int) -> None:
        if position != self._position:
            self._position = position
            self.refresh()
            self.post_message(self.Chosen(self._names[position]))
