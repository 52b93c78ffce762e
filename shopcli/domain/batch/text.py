"""Joins cells into lines of CSV or TSV and splits them again; escapes formulas.

A text that a spreadsheet would execute as a formula (CWE-1236) is written with an apostrophe in
front, which is removed when the text is read.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from shopcli.domain.batch.records import LINE_LENGTH_MAX, SEPARATORS, is_well_quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.batch.records import Format

_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_ESCAPED = re.compile("'+[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_NEEDS_QUOTES = {
    "csv": re.compile('[",\r\n]|^ | $'),
    "tsv": re.compile('^"|[\t\r\n]'),
}
"""In TSV, spreadsheets treat a cell as quoted only if it begins with a quote."""


def split_lines(lines: Sequence[str], form: Format) -> list[list[str]] | None:
    """Split many records into cells; None if they must be parsed one by one."""
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
    """Split many lines into columns of cells; None if they must be parsed one by one.

    Args:
        text: Lines, separated by line feeds.
        form: csv or tsv.
        width: Number of cells in each line.
    """
    separator = SEPARATORS[form]
    if not text or len(text) > LINE_LENGTH_MAX:
        return None
    if '"' in text or text[0] == "'" or f"{separator}'" in text or "\n'" in text:
        return None
    # Each line end becomes a cell: if these are evenly spaced, all lines are equally wide.
    cells = text.replace("\n", f"{separator}\n{separator}").split(separator)
    line_ends, stride = text.count("\n"), width + 1
    if len(cells) + 1 != (line_ends + 1) * stride or cells[width::stride].count("\n") != line_ends:
        return None
    if width == 1 and "" in cells:
        return None  # an empty line
    return [cells[place::stride] for place in range(width)]


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`."""
    return text[1:] if text[:1] == "'" and _ESCAPED.match(text) else text


def escape_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would execute as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def join_cells(cells: Iterable[str], form: Format) -> str:
    """Join cells into a line of CSV or TSV, without its line end."""
    needs_quotes = _NEEDS_QUOTES[form].search
    return SEPARATORS[form].join(
        '"' + cell.replace('"', '""') + '"' if needs_quotes(cell) else cell for cell in cells
    )
