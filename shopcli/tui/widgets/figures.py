"""What stands above a list, a few words each, laid out so that none of them is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from shopcli.tui.widgets.product_side import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_APART = "  "


class Figure(NamedTuple):
    """A few words that stay on one line where that is wide enough."""

    text: str
    style: str = ""


class Figures(Panel):
    """Shows lines of figures, each broken between two of them alone."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's word
        super().__init__(id=id)
        self._lines: tuple[tuple[Figure, ...], ...] = ()

    def tell(self, *lines: Sequence[Figure]) -> None:
        """Show these lines; one without figures is left out."""
        self._lines = tuple(tuple(line) for line in lines if line)
        self._fit()

    def on_resize(self) -> None:
        """Lay the figures out for the new width."""
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width or self.app.size.width
        parts: list[tuple[str, str]] = []
        for line in self._lines:
            parts += [("\n", "")] if parts else []
            parts += _laid_out(line, width)
        self.put(Content.assemble(*parts))


def _laid_out(line: Sequence[Figure], width: int) -> Iterable[tuple[str, str]]:
    room = width
    for place, figure in enumerate(line):
        needed = cell_len(figure.text)
        if place and room < needed + len(_APART):
            yield "\n", ""
            room = width
        elif place:
            yield _APART, ""
            room -= len(_APART)
        yield figure.text, figure.style
        room -= needed
