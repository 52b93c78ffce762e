"""Where records of CSV and TSV end, and their cells: within an open quote nothing is a row.

A cell that begins with a quote ends with one, and may hold separators and line ends between them
(RFC 4180). What breaks these rules is malformed, and then the quotes still open say how far the
damage goes: no row is ever read out of the inside of a cell. A text that a spreadsheet keeps as a
formula, `="0400"`, needs no quotes round it. In TSV a quote inside of a cell is like any mark.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Format = Literal["csv", "tsv", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "tsv", "jsonl")

LINE_LENGTH_MAX = 1_000_000
"""Characters of a record; a longer one is a mistake, such as a quote or line end gone missing."""

Record = tuple[int, str]
"""(number of its first line, text with its own line ends)."""

SEPARATORS = {"csv": ",", "tsv": "\t"}
_REST = re.compile(r'[^"]*(?:""[^"]*)*("|$)')
"""What follows inside a quoted cell, and how it ends: with its quote, or with the line."""

_BLANK_QUOTE = re.compile(' +"')
_FORMULA = re.compile(r'="[^",\t\n]*"')
_WELL_QUOTED = re.compile(
    r'(?<![^,\n])(?:"[^"]*(?:""[^"]*)*"|="[^",\n]*")(?![^,\n])',
)


class BrokenRecord(InvalidInput):
    """A record whose quotes do not go together.

    Args:
        fact: What is wrong.
        reason: The same in one word.
        cell_index: The cell that is broken, counted from 0.
    """

    def __init__(self, fact: str, reason: str, cell_index: int) -> None:
        super().__init__(fact, details={"reason": reason})
        self.cell_index = cell_index


def split_record(text: str, form: Format) -> list[str]:
    """The cells of one record of CSV or TSV.

    Raises:
        BrokenRecord: A quote is not closed, or stands where none may.
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
    """Whether every quote of some records of CSV stands where one may."""
    return '"' not in _WELL_QUOTED.sub("", "\n".join(lines))


class Records:
    """Joins lines to records.

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
        """Whether a quote is open at the end of the last line taken."""

    def take(self, first: int, lines: Sequence[str]) -> Iterator[Record]:
        """The records that end in some lines.

        Args:
            first: Number of the first of these lines.
            lines: Without their ends.
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
        """The record whose quote is still open at the end of the input."""
        if self.is_open:
            self.is_open = False
            yield self._first, "\n".join(self._lines)

    def _keep(self, line: str) -> None:
        # Of a record that is too long just enough is kept for it to be refused.
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
                self._is_broken = True  # meant to open, but a blank stands before it
                continue
            else:
                start = line.find(self._separator, start)
            if not 0 <= start < len(line):
                return False
            start += 1
