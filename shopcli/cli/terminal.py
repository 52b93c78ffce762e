"""Tables for people, on a terminal or in a pipe; imported only for them, never hold markup.

Numbers, the ends of ids and codes are never cut. Where the terminal is too narrow, texts are
wrapped, then whole columns are left out, and their titles are returned to the caller.
"""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple, TextIO

from shopcli.cli.configuration import styling_is_off
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

GAP_WIDTH = 2
"""Blanks between columns."""

_WRAPPED_WIDTH_MIN = 12
"""Least width of a wrapped column; a narrower one is left out."""


class Column(NamedTuple):
    """One column of a table: the key it shows and its heading.

    `wraps` marks a text that may be wrapped; `whole_words` one whose words are codes or numbers,
    and are not broken. Columns with a `spare` of 1 or more may be left out: empty ones first, then
    those with the highest.
    """

    key: str
    heading: str | None = None
    right: bool = False
    wraps: bool = False
    whole_words: bool = False
    spare: int = 0

    @property
    def title(self) -> str:
        """The heading; made of the key where none is given."""
        return self.key.replace("_", " ") if self.heading is None else self.heading


class _Sized:
    """A column with its cells, its width and its least width."""

    __slots__ = ("cells", "column", "narrowest", "title", "width")

    def __init__(
        self, column: Column, title: str, cells: list[str], width: int, narrowest: int
    ) -> None:
        self.column = column
        self.title = title
        self.cells = cells
        self.width = width
        self.narrowest = narrowest


def draw_table(
    stream: TextIO,
    rows: Sequence[object],
    columns: Sequence[Column],
    shown: Callable[[str, object], str],
    *,
    currency_of: Callable[[str], str] = lambda _: "",
) -> list[str]:
    """Draw rows as a table that fits the terminal; every cell is inert text.

    Args:
        stream: A terminal.
        rows: Records or mappings.
        columns: What to show of each.
        shown: Turns a key and its value into text.
        currency_of: The currency of a key's values; empty where they are no amounts.

    Returns:
        The titles of columns that were left out, because the terminal is too narrow for them.
    """
    from rich.console import Console  # 30 ms that only a person waits for

    console = Console(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None if styling_is_off() else "auto",
    )
    sized = [_sized(column, rows, shown, currency_of(column.key)) for column in columns]
    kept, left_out = _fitting(sized, console.width)
    # Columns that are never left out may still not fit: then the terminal breaks the lines.
    console.width = max(console.width, _total(kept))
    _print(console, kept)
    return left_out


def plain_table(
    rows: Sequence[object],
    columns: Sequence[Column],
    shown: Callable[[str, object], str],
    *,
    currency_of: Callable[[str], str] = lambda _: "",
) -> str:
    """The same table as text for a pipe: every column, as wide as it needs; no colour."""
    from rich.cells import cell_len  # a Hangul letter takes two cells

    sized = [_sized(column, rows, shown, currency_of(column.key)) for column in columns]

    def padded(one: _Sized, cell: str) -> str:
        blanks = " " * (one.width - cell_len(cell))
        return blanks + cell if one.column.right else cell + blanks

    lines = zip(*([one.title, *one.cells] for one in sized), strict=True)
    gap = " " * GAP_WIDTH
    return "".join(
        f"{gap.join(starmap(padded, zip(sized, cells, strict=True))).rstrip()}\n" for cells in lines
    )


def markdown_table(
    rows: Sequence[object],
    columns: Sequence[Column],
    shown: Callable[[str, object], str],
    *,
    currency_of: Callable[[str], str] = lambda _: "",
) -> str:
    """The same table in Markdown."""
    from shopcli.cli.markdown import table  # only where it is asked for

    sized = [_sized(column, rows, shown, currency_of(column.key)) for column in columns]
    return table(
        [one.title for one in sized],
        [column.right for column in columns],
        list(zip(*(one.cells for one in sized), strict=True)),
    )


def _sized(
    column: Column,
    rows: Sequence[object],
    shown: Callable[[str, object], str],
    currency: str,
) -> _Sized:
    from rich.cells import cell_len  # a Hangul letter takes two cells

    cells = []
    for row in rows:
        value = row.get(column.key) if isinstance(row, dict) else getattr(row, column.key)
        cells.append(inert(shown(column.key, value)))
    title = f"{column.title} {currency}".strip()
    words = [title.split(), *(cell.split() for cell in cells)] if column.whole_words else []
    width = max(cell_len(text) for text in [title, *cells])
    if not column.wraps:
        return _Sized(column, title, cells, width, width)
    longest_word = max((cell_len(word) for line in words for word in line), default=0)
    narrowest = max(_WRAPPED_WIDTH_MIN, cell_len(title), longest_word)
    return _Sized(column, title, cells, width, min(width, narrowest))


def _fitting(sized: list[_Sized], width: int) -> tuple[list[_Sized], list[str]]:
    """The columns that fit, with their widths, and the titles of those that do not."""
    kept, left_out = list(sized), []
    while _total(kept, narrowest=True) > width:
        spare = max(kept, key=_leave_out_first)
        if spare.column.spare == 0:
            break
        kept.remove(spare)
        left_out.append(spare.column.title)
    excess = _total(kept) - width
    for one in sorted(kept, key=lambda one: one.width - one.narrowest, reverse=True):
        given = min(max(excess, 0), one.width - one.narrowest)
        one.width -= given
        excess -= given
    return kept, [one.column.title for one in sized if one.column.title in left_out]


def _leave_out_first(one: _Sized) -> tuple[bool, int]:
    """Sort key of the column to leave out next, the highest first: an empty one before others."""
    may_go = one.column.spare > 0
    return may_go and not any(one.cells), one.column.spare


def _total(kept: Sequence[_Sized], *, narrowest: bool = False) -> int:
    widths = [one.narrowest if narrowest else one.width for one in kept]
    return sum(widths) + GAP_WIDTH * (len(kept) - 1)


def _print(console: Console, kept: Sequence[_Sized]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, GAP_WIDTH, 0, 0),
        header_style="bold",
    )
    for one in kept:
        table.add_column(
            Text(one.title),
            width=one.width,
            justify="right" if one.column.right else "left",
            no_wrap=not one.column.wraps,
            overflow="fold",
        )
    for cells in zip(*(one.cells for one in kept), strict=True):
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
