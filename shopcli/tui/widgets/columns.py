"""The widths of a list's columns: numbers and codes are never cut, names may be."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells

from shopcli.tui.widgets.fitting import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 2
"""Cells between two columns."""

_SENTENCE_END = re.compile(r"\.(?=\s)")

_NAME_WIDTH_MIN = 8
_NAME_WIDTH = 24
_CODE_WIDTH_MIN = 12
"""Least width of a column whose codes are written on lines of their own."""


class Column(NamedTuple):
    """One column: `width` 0 takes the room left, and is what is cut where room is short.

    A right-aligned column and a `whole` one grow with their contents: they hold numbers and codes.
    Where that does not fit, columns are left out, the one with the highest `leave_out` first;
    those with 0 stay. What is `whole` and still does not fit is written on lines of its own. Lists
    narrower than `from_width` never show the column.
    """

    heading: str
    width: int = 0
    right: bool = False
    whole: bool = False
    from_width: int = 0
    leave_out: int = 0
    cuts_end: bool = False
    """Whether a text loses its end, not its middle: a sentence does, a name does not."""


def widths_for(
    columns: Sequence[Column], widest: Sequence[int], list_width: int, margin: int = 0
) -> tuple[int, ...]:
    """The width of each column in cells; 0 hides it.

    Args:
        columns: In their order.
        widest: The widest content of each, in cells.
        list_width: Of the list with gaps and margin, in cells.
        margin: Cells of that which belong to no column.
    """
    room = list_width - margin
    least = [_least(column, content) for column, content in zip(columns, widest, strict=True)]
    shown = _shown(columns, least, list_width, room)
    if _needed(shown, least) > room:  # then codes get lines of their own
        least = [
            min(width, max(column.width, _CODE_WIDTH_MIN)) if column.whole else width
            for column, width in zip(columns, least, strict=True)
        ]
        shown = _shown(columns, least, list_width, room)
    widths = [width if is_shown else 0 for width, is_shown in zip(least, shown, strict=True)]
    spare = room - _needed(shown, least)
    growing = _growing(columns, shown)
    # Names first, as far as one reads them; then codes, until they are whole; then the names.
    steps = [(index, _NAME_WIDTH) for index in growing if not columns[index].width]
    steps += [(index, widest[index]) for index in growing if columns[index].whole]
    steps += [(index, room) for index in growing[:1]]
    for index, wanted in steps:
        more = max(0, min(spare, wanted - widths[index]))
        widths[index] += more
        spare -= more
    for index in _cuttable(columns, widths):
        if spare >= 0:
            break
        less = min(-spare, widths[index] - 1)
        widths[index] -= less
        spare += less
    return tuple(widths)


def folded(text: str, width: int) -> list[str]:
    """Break a text into lines of at most that many cells, at blanks or inside a long code."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
            continue
        parts = chop_cells(word, max(2, width))
        lines = [*lines, *parts] if lines[-1] else parts
    return lines


def in_lines(text: str, width: int, count: int) -> list[str]:
    """Break a text into at most so many lines; where it is longer, its end is cut, and that shows.

    Args:
        text: The text.
        width: Of a line, in cells.
        count: Of lines, at least 1.
    """
    lines = folded(text, width)
    if len(lines) <= count:
        return lines
    return [*lines[: count - 1], cut(" ".join(lines[count - 1 :]), width, keeps_end=False)]


def whole_sentences(text: str, width: int, count: int) -> list[str]:
    """Wrap as many sentences of a text of our own as so many lines hold.

    Where not even the first one fits, there is as much of it as does.
    """
    ends = [len(text), *(found.end() for found in reversed([*_SENTENCE_END.finditer(text)]))]
    for end in ends:
        lines = wrapped(text[:end], width)
        if len(lines) <= count:
            return lines
    return wrapped(text, width)[:count]


def wrapped(text: str, width: int) -> list[str]:
    """Wrap a text of our own to that many cells; commands in it can still be copied."""
    lines = []
    for line in text.splitlines():
        is_command = line.startswith("shop ")
        parts = wrap(line, max(8, width - 2 * is_command), break_on_hyphens=False) or [""]
        lines += [f"{part} \\" for part in parts[:-1]] if is_command else parts[:-1]
        lines.append(parts[-1])
    return lines


def _least(column: Column, content: int) -> int:
    if column.right or column.whole:
        return max(column.width, content)
    return column.width or _NAME_WIDTH_MIN


def _shown(
    columns: Sequence[Column], least: Sequence[int], list_width: int, room: int
) -> list[bool]:
    """Choose the columns that fit, by their priority."""
    shown = [list_width >= column.from_width for column in columns]
    while _needed(shown, least) > room:
        droppable = [i for i, column in enumerate(columns) if shown[i] and column.leave_out]
        if not droppable:
            break
        shown[max(droppable, key=lambda i: columns[i].leave_out)] = False
    return shown


def _needed(shown: Sequence[bool], least: Sequence[int]) -> int:
    widths = [width for width, is_shown in zip(least, shown, strict=True) if is_shown]
    return sum(widths) + GAP * max(0, len(widths) - 1)


def _growing(columns: Sequence[Column], shown: Sequence[bool]) -> list[int]:
    """Columns that may grow into the room left, in this order: names, then codes; no numbers."""
    left = [i for i, column in enumerate(columns) if shown[i] and not column.right]
    return sorted(left, key=lambda i: (columns[i].width > 0, not columns[i].whole))


def _cuttable(columns: Sequence[Column], widths: Sequence[int]) -> list[int]:
    """Columns that may shrink as a last resort, in this order: names, then codes; no numbers."""
    left = [i for i, column in enumerate(columns) if widths[i] and not column.right]
    return sorted(left, key=lambda i: (columns[i].whole, -widths[i]))
