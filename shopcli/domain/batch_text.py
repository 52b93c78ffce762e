"""How cells become a line of CSV or TSV and back; a cell no spreadsheet would execute.

A text that a spreadsheet would run as a formula (CWE-1236) gets an apostrophe in front, which
reading takes off again.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from shopcli.domain.batch_records import LINE_LENGTH_MAX, SEPARATORS, is_well_quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.batch_records import Format

_RUNS = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_DISARMED = re.compile("'+[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_NEEDS_QUOTES = {
    "csv": re.compile('[",\r\n]|^ | $'),
    "tsv": re.compile('^"|[\t\r\n]'),
}
"""In TSV spreadsheets take only a cell that begins with a quote for a quoted one."""


def split_lines(lines: Sequence[str], form: Format) -> list[list[str]] | None:
    """The cells of many records, or None where some record must be looked at by itself."""
    separator = SEPARATORS[form]
    if not any('"' in line for line in lines):
        return [line.split(separator) for line in lines]
    csv.field_size_limit(LINE_LENGTH_MAX + 1)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    is_whole = len(rows) == len(lines) == reader.line_num
    return rows if is_whole and (form == "tsv" or is_well_quoted(lines)) else None


def split_block(text: str, form: Format, width: int) -> list[list[str]] | None:
    """The cells of many lines by column, or None where some line must be looked at by itself.

    Args:
        text: Lines, with a line feed between one and the next.
        form: csv or tsv.
        width: How many cells each line has.
    """
    separator = SEPARATORS[form]
    if not text or len(text) > LINE_LENGTH_MAX:
        return None
    if '"' in text or text[0] == "'" or f"{separator}'" in text or "\n'" in text:
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
    """A text cell as it was before it was made inert."""
    return text[1:] if text[:1] == "'" and _DISARMED.match(text) else text


def disarmed(text: str) -> str:
    """A text that no spreadsheet executes."""
    return f"'{text}" if _RUNS.match(text) else text


def join_cells(cells: Iterable[str], form: Format) -> str:
    """A line of CSV or TSV, without its end."""
    needs_quotes = _NEEDS_QUOTES[form].search
    return SEPARATORS[form].join(
        '"' + cell.replace('"', '""') + '"' if needs_quotes(cell) else cell for cell in cells
    )
