"""The bar that names the views of the desk and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from shopcli.tui.widgets.bars import LineBar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.strip import Strip

FIRST_KEY = 2
"""f1 is the help."""


def key_of(number: int) -> str:
    """The key of a view, by its place from 0 on."""
    return f"f{number + FIRST_KEY}"


class DeskTabs(LineBar):
    """Names the views; those that do not fit in a line stand in the next.

    Args:
        names: Of the views, with what each is called here.
        chosen: The view that is shown.
    """

    def __init__(self, names: Sequence[tuple[str, str]], chosen: str) -> None:
        super().__init__(id="desk-tabs")
        self._names = names
        self._chosen = chosen
        self._count = 0

    def tell(self, chosen: str, count: int) -> None:
        """Show which view is open, and how much needs somebody; draws only if that changed."""
        if (chosen, count) != (self._chosen, self._count):
            self._chosen, self._count = chosen, count
            self._fit()
            self.refresh()

    def on_resize(self) -> None:
        """Take as many lines as there must be."""
        self._fit()

    def render_line(self, y: int) -> Strip:
        """Draw a line of names."""
        lines = self._lines()
        pieces = []
        for key, label, name in lines[y] if y < len(lines) else ():
            is_chosen = name == self._chosen
            action = f"show('{name}')"
            mark = "▌" if is_chosen else " "  # colours alone do not reach everybody
            pieces.append((f"{mark}{key} ", "chosen" if is_chosen else "strong", action))
            pieces.append((f"{label} ", "chosen" if is_chosen else "", action))
        return self.line(y, pieces)

    def _fit(self) -> None:
        height = len(self._lines())
        if self.size.width and self.styles.height is not None:
            self.styles.height = height

    def _lines(self) -> list[list[tuple[str, str, str]]]:
        lines: list[list[tuple[str, str, str]]] = [[]]
        room = most = max(1, self.size.width - 1)
        for key, label, name in self._labels():
            length = cell_len(key) + cell_len(label) + 3
            if room < length and lines[-1]:
                lines.append([])
                room = most
            lines[-1].append((key, label, name))
            room -= length
        return lines

    def _labels(self) -> Iterable[tuple[str, str, str]]:
        for number, (name, label) in enumerate(self._names):
            count = f" {self._count:,}" if not number and self._count else ""
            yield key_of(number), f"{label}{count}", name
