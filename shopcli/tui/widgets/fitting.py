"""Fits texts of any script into cells of a terminal: what is too long loses its middle.

Names differ at both ends: "Sourdough … 800 g" is another bread than "Sourdough … 400 g".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import bidirectional, category

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterator

_CUT = "…"
_PART_WIDTH_MIN = 3
"""Less of the end of a word says nothing."""

_NUMBER = re.compile(r"(?<!\w)[0-9][0-9.,]*[0-9]")
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_LEFT_TO_RIGHT = "\u200e"
"""A mark of no width: what follows it is not drawn as a part of a text from right to left."""

_FROM_RIGHT = frozenset({"R", "AL", "AN"})


def fitted(text: str, width: int, *, keeps_end: bool = True) -> str:
    """Pad or cut a text to exactly that many cells; a cut leaves both its ends.

    No number is cut: one that does not fit whole is left out.

    Args:
        text: The text.
        width: In cells.
        keeps_end: Whether it is a name; of a list or a sentence the beginning matters.
    """
    text = cut(text, width, keeps_end=keeps_end)
    return f"{apart(text)}{' ' * (width - cell_len(text))}"


def cut(text: str, width: int, *, keeps_end: bool = True) -> str:
    """Take out the middle, or the end, of a text that is longer than that many cells."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    room = width - cell_len(_CUT)
    tail = (_tail(text, room // 3) or _tail(text, room // 2)) if keeps_end else ""
    return f"{_head(text, room - cell_len(tail)).rstrip()}{_CUT}{tail}"


def cut_address(url: str, width: int) -> str:
    """Cut an address to that many cells: its host stays readable, and how it ends if there is room.

    Args:
        url: The address.
        width: In cells.
    """
    if cell_len(url) <= width:
        return url
    scheme, separator, rest = url.partition("://")
    host, *path = re.split(r"(?=[/?#])", rest, maxsplit=1)
    for begins in (f"{scheme}{separator}{host}", host):
        room = width - cell_len(begins) - cell_len(_CUT)
        if not path and room >= -cell_len(_CUT):
            return begins
        if room >= 0:
            end = path[0][-room:] if room >= _PART_WIDTH_MIN else ""
            return f"{begins}{_CUT}{end}"
    return cut(host, width)


def apart(text: str) -> str:
    """Keep a text that may run from right to left apart from what is drawn behind it.

    A terminal that knows such scripts would draw a number behind it before it, and so in another
    column.
    """
    if text.isascii() or not any(bidirectional(one) in _FROM_RIGHT for one in text):
        return text
    return f"{text}{_LEFT_TO_RIGHT}"


def _head(text: str, room: int) -> str:
    end = 0
    for start, stop in _letters(text):
        if cell_len(text[:stop]) > room:
            break
        end = max(start, stop)
    for number in _NUMBER.finditer(text):
        if number.start() < end < number.end():
            end = number.start()
    return text[:end]


def _tail(text: str, room: int) -> str:
    """The end of a text, from the beginning of a word if there is one; nothing within a number."""
    start = len(text)
    for first, _ in reversed(list(_letters(text))):
        if cell_len(text[first:]) > room:
            break
        start = first
    if text[start - 1 : start] not in {"", " "} and " " in text[start:]:
        start = text.index(" ", start)
    within = any(one.start() < start < one.end() for one in _NUMBER.finditer(text))
    # A unit behind its number says nothing without it.
    behind = any(not text[one.end() : start].strip() for one in _NUMBER.finditer(text[:start]))
    tail = text[start:].rstrip()
    is_scrap = text[start : start + 1] != " " and cell_len(tail) < _PART_WIDTH_MIN
    return "" if within or behind or is_scrap else tail


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Where each letter begins and ends, with all that is drawn on it or joined to it."""
    start = 0
    for place in range(1, len(text)):
        if not _belongs(text, start, place):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _belongs(text: str, start: int, place: int) -> bool:
    """Whether the character at a place is a part of the letter that begins at `start`."""
    one, before = text[place], text[place - 1]
    return (
        category(one).startswith("M")
        or _JOINER in {one, before}
        or not cell_len(one)
        or ord(one) in _SKIN
        or (ord(one) in _FLAG_LETTERS and place == start + 1 and ord(before) in _FLAG_LETTERS)
    )
