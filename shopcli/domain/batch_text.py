"""How cells become a line of CSV or TSV and back; a cell no spreadsheet would execute.

A record is one line: no text the shop takes holds a line end, so a quote left open is found on its
own line. In CSV a text that a spreadsheet would run as a formula (CWE-1236) gets an apostrophe in
front, which reading takes off again.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Literal

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Format = Literal["csv", "tsv", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "tsv", "jsonl")
LINE_LENGTH_MAX = 1_000_000
"""Characters of a line; a longer one is a mistake, such as a line end that went missing."""

_RUNS = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_DISARMED = re.compile("'+[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_CELL = re.compile('(?:"(?:[^"]|"")*"|[^",][^,]*|)(?=,|$)')
_NEEDS_QUOTES = re.compile('[",\r\n]|^ | $')


def split_line(line: str, form: Format) -> list[str]:
    """The cells of one line of CSV or TSV.

    Raises:
        InvalidInput: A quote is not closed, or something stands behind a closing one.
    """
    if form == "tsv":
        return line.split("\t")
    if '"' not in line:
        return line.split(",")
    csv.field_size_limit(LINE_LENGTH_MAX + 1)
    try:
        records = list(csv.reader([line], strict=True))
    except csv.Error as error:
        what = str(error)
        if "unexpected end" in what:
            raise InvalidInput(
                "A quote is opened and not closed on this line.",
                fix="Close it; a line end cannot be part of a cell.",
            ) from None
        raise InvalidInput(
            f"This is not CSV: {what}.", fix='Write "" for each quote within quotes.'
        ) from None
    return records[0] if records else [""]


def broken_cell(line: str) -> int:
    """How many cells of a line that is no CSV come before the one that is broken."""
    count = start = 0
    while (found := _CELL.match(line, start)) is not None and found.end() < len(line):
        count, start = count + 1, found.end() + 1
    return count


def split_lines(lines: Sequence[str], form: Format) -> list[list[str]] | None:
    """The cells of many lines, or None where some line must be looked at by itself."""
    if form == "tsv":
        return [line.split("\t") for line in lines]
    if not any('"' in line for line in lines):
        return [line.split(",") for line in lines]
    csv.field_size_limit(LINE_LENGTH_MAX + 1)
    reader = csv.reader(lines, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) == reader.line_num else None


def split_block(text: str, form: Format, width: int) -> list[list[str]] | None:
    """The cells of many lines by column, or None where some line must be looked at by itself.

    Args:
        text: Lines, with a line feed between one and the next.
        form: csv or tsv.
        width: How many cells each line has.
    """
    separator = "\t" if form == "tsv" else ","
    if not text or len(text) > LINE_LENGTH_MAX:
        return None
    if form == "csv" and (
        '"' in text or text[0] == "'" or f"{separator}'" in text or "\n'" in text
    ):
        return None
    # A cell of its own for each line end tells whether all lines are equally wide.
    cells = text.replace("\n", f"{separator}\n{separator}").split(separator)
    line_ends, stride = text.count("\n"), width + 1
    if len(cells) + 1 != (line_ends + 1) * stride or cells[width::stride].count("\n") != line_ends:
        return None
    if width == 1 and "" in cells:
        return None  # an empty line
    return [cells[place::stride] for place in range(width)]


def armed(text: str) -> str:
    """A text cell of CSV as it was before it was made inert."""
    return text[1:] if text[:1] == "'" and _DISARMED.match(text) else text


def disarmed(text: str) -> str:
    """A text that no spreadsheet executes."""
    return f"'{text}" if _RUNS.match(text) else text


def join_cells(cells: Iterable[str], form: Format) -> str:
    """A line of CSV or TSV, without its end."""
    if form == "tsv":
        return "\t".join(cells)
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
        for cell in cells
    )
