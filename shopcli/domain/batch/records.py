"""Splits CSV and TSV into records and cells; a line inside a quoted cell is never a record.

A cell that begins with a quote ends with one, and may contain separators and line ends between them
(RFC 4180). A record that breaks this rule is malformed and ends where its quotes are balanced, so
that no row is ever read from the inside of a cell. A text that a spreadsheet writes as a formula,
`="0400"`, needs no quotes around it. In TSV a quote inside a cell has no special meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Format = Literal["csv", "tsv", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "tsv", "jsonl")

STANDARD_INPUT = "Standard input"
"""What the input that has no file is called."""

LINE_LENGTH_MAX = 1_000_000
"""Characters of a record; a longer one is a mistake, such as a missing quote or line end."""

Record = tuple[int, str]
"""Number of the first line, and the text with the line ends inside it."""

SEPARATORS = {"csv": ",", "tsv": "\t"}
_REST = re.compile(r'[^"]*(?:""[^"]*)*("|$)')
"""The rest of a quoted cell, up to its closing quote or the end of the line."""

_BLANK_QUOTE = re.compile(' +"')
_FORMULA = re.compile(r'="[^",\t\n]*"')
_WELL_QUOTED = re.compile(
    r'(?<![^,\n])(?:"[^"]*(?:""[^"]*)*"|="[^",\n]*")(?![^,\n])',
)


class BrokenRecord(InvalidInput):
    """A record with a missing or misplaced quote.

    Args:
        fact: The message.
        reason: The `reason` in the details.
        cell_index: Index of the malformed cell.
    """

    def __init__(self, fact: str, reason: str, cell_index: int) -> None:
        super().__init__(fact, details={"reason": reason})
        self.cell_index = cell_index


def split_record(text: str, form: Format) -> list[str]:
    """Split a record of CSV or TSV into cells.

    Raises:
        BrokenRecord: A quote is not closed or is misplaced.
    """
    separator = SEPARATORS[form]
    if '"' not in text:
        return text.split(separator)
    return list(_cells(text, separator))


def _cells(text: str, separator: str) -> Iterator[str]:
    start = index = 0
    while True:
        if text.startswith('"', start):
            found = _REST.match(text, start + 1)
            if found is None or not found[1]:
                raise BrokenRecord(
                    "A quote is opened and not closed.",
                    "open_quote",
                    index,
                )
            end = found.end()
            if end < len(text) and text[end] != separator:
                raise BrokenRecord(
                    "Something stands behind the quote that closes a cell.",
                    "quote_in_quotes",
                    index,
                )
            yield text[start + 1 : end - 1].replace('""', '"')
        else:
            end = text.find(separator, start)
            end = len(text) if end < 0 else end
            cell = text[start:end]
            if '"' in cell and separator == "," and not _FORMULA.fullmatch(cell):
                raise BrokenRecord(
                    "A quote stands in a cell that does not begin with one.",
                    "stray_quote",
                    index,
                )
            yield cell
        if end == len(text):
            return
        start, index = end + 1, index + 1


def is_well_quoted(lines: Sequence[str]) -> bool:
    """Whether no quote in these CSV records is misplaced."""
    return '"' not in _WELL_QUOTED.sub("", "\n".join(lines))


class Records:
    """Joins the lines of a file into records.

    Args:
        form: csv or tsv.
    """

    def __init__(self, form: Format) -> None:
        self._separator = SEPARATORS[form]
        self._lines: list[str] = []
        self._length = 0
        self._first = 0
        self._is_broken = False
        self.is_open = False
        """Whether the last line taken ended inside a quoted cell."""

    def take(self, first: int, lines: Sequence[str]) -> Iterator[Record]:
        """Add lines, and yield the records that end in them.

        Args:
            first: Number of the first of these lines.
            lines: The lines, without their line ends.
        """
        for number, line in enumerate(lines, first):
            if not self.is_open:
                if '"' not in line:
                    yield number, line
                    continue
                self._first, self._lines, self._length = number, [], 0
                self._is_broken = False
            self._keep(line)
            self.is_open = self._is_open_after(line)
            if not self.is_open:
                yield self._first, "\n".join(self._lines)

    def finish(self) -> Iterator[Record]:
        """Yield the record that is still open at the end of the input, if any."""
        if self.is_open:
            self.is_open = False
            yield self._first, "\n".join(self._lines)

    def _keep(self, line: str) -> None:
        # A record that is too long is cut, but stays long enough to be refused.
        if self._length <= LINE_LENGTH_MAX:
            self._lines.append(line[: LINE_LENGTH_MAX + 1])
            self._length += len(line) + 1

    def _is_open_after(self, line: str) -> bool:
        start, is_open = 0, self.is_open
        while True:
            if self._is_broken:
                return is_open ^ (line.count('"', start) % 2 == 1)
            if is_open or line.startswith('"', start):
                found = _REST.match(line, start if is_open else start + 1)
                if found is None or not found[1]:
                    return True
                start, is_open = found.end(), False
                if start < len(line) and line[start] != self._separator:
                    self._is_broken = True
                    continue
            elif self._separator == "," and _BLANK_QUOTE.match(line, start):
                self._is_broken = True  # a quote after a blank was meant to open the cell
                continue
            else:
                start = line.find(self._separator, start)
            if not 0 <= start < len(line):
                return False
            start += 1
