"""Tables in Markdown (GitHub's), as chats and wikis take them; no text in a cell is markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
"""Characters that would be markup; an underscore between letters or digits is none."""


def escaped(text: str) -> str:
    """A text as it must be written to be read as it stands."""
    return _MARKUP.sub(r"\\\g<0>", inert(text)).translate(_HTML)


def table(titles: Sequence[str], rights: Sequence[bool], rows: Sequence[Sequence[str]]) -> str:
    """Draw a table whose columns are as wide as their cells, so that it reads well unrendered.

    Args:
        titles: The heading of each column.
        rights: Whether a column is set to the right.
        rows: The cells of each row.
    """
    from rich.cells import cell_len  # a Hangul letter takes two cells

    lines = [[escaped(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(3, *map(cell_len, column)) for column in zip(*lines, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            " " * (width - cell_len(cell)) + cell
            if right
            else cell + " " * (width - cell_len(cell))
            for cell, width, right in zip(cells, widths, rights, strict=True)
        )
        return f"| {' | '.join(padded)} |\n"

    rule = [
        f"{'-' * (width - 1)}{':' if right else '-'}"
        for width, right in zip(widths, rights, strict=True)
    ]
    return "".join(map(line, (lines[0], rule, *lines[1:])))
