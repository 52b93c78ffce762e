"""Reads CSV and TSV in blocks and checks every row by the grammar of its kind.

Memory is that of one block, whatever the size of the input. The shop is neither read nor written.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from shopcli.domain.batch.columns import read_column
from shopcli.domain.batch.grammar import (
    CURRENCY_COLUMN,
    STATES,
    Grammar,
    Value,
    cell,
    check_row,
)
from shopcli.domain.batch.records import (
    LINE_LENGTH_MAX,
    SEPARATORS,
    BrokenRecord,
    Format,
    Record,
    Records,
    split_record,
)
from shopcli.domain.batch.text import split_block, split_lines, unescape_formula
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.showing import shown
from shopcli.engine.imports.reading.headers import Header, says_separator
from shopcli.engine.imports.reading.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shopcli.engine.imports.reading.malformed import Malformed, Own
    from shopcli.engine.imports.reading.source import Source

_BLANK_LINES_MAX = 1_000_000
"""Largest number of consecutive blank lines; an input with more is refused."""

_WITH_APOSTROPHE = frozenset({"sku", "barcode", "key", "text"})
"""Forms whose cells may begin with an apostrophe of their own, or are rid of it by their check."""

_TOTALS = frozenset({"total", "totals", "sum", "summe", "gesamt", "합계", "총계", "소계"})
CHUNK_ROW_COUNT = 2000


class Checker:
    """Reads an input into checked rows.

    Args:
        rules: Grammar of the rows.
        form: csv, tsv or jsonl.
        malformed: Collects the errors.
        historical: The orders are historical ones.
        ignores_state: Accept rows whatever their state columns say.
    """

    def __init__(
        self,
        rules: Grammar,
        form: Format,
        malformed: Malformed,
        *,
        historical: bool,
        ignores_state: bool = False,
    ) -> None:
        self._rules = rules
        self._form = form
        self._malformed = malformed
        self._historical = historical
        self.header = Header([*rules.names, *STATES.get(rules.kind, {})])
        self._states = {} if ignores_state else STATES.get(rules.kind, {})
        self._has_header = False
        self._blank_count = 0
        self.row_count = 0
        self.swallowed_count = 0
        """Number of lines within a quoted cell that look like rows: a quote may be one too many."""
        self.first_swallowed: tuple[int, int] | None = None
        """First and last line of the first record with such lines."""

    def rows(self, source: Source, progress: Callable[[int], None]) -> Iterator[Rows]:
        """Checked rows in chunks, in the order of the input."""
        records = Records(self._form)
        for number, text in source.blocks():
            first, body = number, text
            if not records.is_open and '"' not in text:
                end = "\n"
                while end and not self._has_header:
                    header, end, body = body.partition("\n")
                    first += 1
                    self._read_header(header)
                if not end:
                    continue
                if self._is_blank(first, body):
                    continue
                rows = self._plain(first, body)
                if rows is None:
                    lines = body.split("\n")
                    yield from self._parts(range(first, first + len(lines)), lines)
                else:
                    yield from rows.parts(CHUNK_ROW_COUNT)
            else:
                yield from self._of_records(records.take(first, body.split("\n")))
            progress(self.row_count)
        yield from self._of_records(records.finish())

    def _of_records(self, records: Iterator[Record]) -> Iterator[Rows]:
        """The checked rows of records, whose cells may hold quotes and line ends."""
        found = list(records)
        while found and not self._has_header:
            _, header = found.pop(0)
            self._read_header(header)
        for number, text in found:
            if "\n" in text:
                self._note_swallowed(number, text)
        if found:
            yield from self._parts([number for number, _ in found], [text for _, text in found])

    def _note_swallowed(self, number: int, text: str) -> None:
        """Count the lines of a record, after its first, that have as many cells as a row."""
        _, *inner = text.split("\n")
        separators = self.header.width - 1
        count = sum(line.count(SEPARATORS[self._form]) == separators for line in inner)
        if not (count and separators):
            return
        self.swallowed_count += count
        if self.first_swallowed is None:
            self.first_swallowed = (number, number + len(inner))

    def _is_blank(self, number: int, text: str) -> bool:
        """Whether a block is blank; refuses an input with too many blank lines in a row."""
        if text and not text.isspace():
            self._blank_count = 0
            return False
        self._blank_count += text.count("\n")
        if self._blank_count > _BLANK_LINES_MAX:
            error = InvalidInput(
                "More than {most:,} lines on end hold nothing.", details={"most": _BLANK_LINES_MAX}
            )
            self._malformed.refuse_input(number, None, error)
        return True

    def _plain(self, first: int, text: str) -> Rows | None:
        """The checked rows of a whole block; None if a cell needs the slow path."""
        columns = split_block(text, self._form, self.header.width)
        if columns is None:
            return None
        return self._fast(range(first, first + len(columns[0])), columns, may_be_armed=False)

    def _parts(self, numbers: Sequence[int], lines: list[str]) -> Iterator[Rows]:
        for start in range(0, len(lines), CHUNK_ROW_COUNT):
            part = slice(start, start + CHUNK_ROW_COUNT)
            rows = self._part(numbers[part], lines[part])
            if len(rows.lines):
                yield rows

    def _read_header(self, line: str) -> None:
        if says_separator(line, self._form):
            return
        self.header.read(line, self._form, self._rules, historical=self._historical)
        if not self._states:
            self.header.states.clear()
        self._has_header = True

    def _part(self, numbers: Sequence[int], lines: list[str]) -> Rows:
        """The checked rows of some records: by columns if possible, else row by row."""
        width = self.header.width
        cells = split_lines(lines, self._form)
        if cells is not None and set(map(len, cells)) == {width} and "" not in lines:
            rows = self._fast(numbers, list(zip(*cells, strict=True)), may_be_armed=True)
            if rows is not None and max(map(len, lines)) <= LINE_LENGTH_MAX:
                return rows
        return self._slow(numbers, lines)

    def _fast(
        self, numbers: Sequence[int], by_column: Sequence[Sequence[str]], *, may_be_armed: bool
    ) -> Rows | None:
        if self._rules.kind == "coupons":
            return None  # cells that depend on one another
        if not self._is_plain_beside(by_column):
            return None
        found: list[list[Value] | None] = [None] * len(self._rules.columns)
        for index, place in self.header.places:
            column = CURRENCY_COLUMN if place < 0 else self._rules.columns[place]
            texts = by_column[index]
            if may_be_armed and any("\n" in text for text in texts):
                return None
            if may_be_armed:
                texts = _unguarded_all(column.form, texts)
            if not column.required and not any(texts):
                continue
            values = read_column(column, texts, self._rules)
            if values is None:
                return None
            if place >= 0:
                found[place] = values
        self.row_count += len(by_column[0])
        return Rows(numbers, found)

    def _is_plain_beside(self, by_column: Sequence[Sequence[str]]) -> bool:
        """Whether nameless columns are empty and state columns say that nothing has happened."""
        has_nothing = not any(any(by_column[index]) for index in self.header.nameless)
        return has_nothing and all(
            set(by_column[index]) <= self._states[name] for index, name in self.header.states
        )

    def _slow(self, numbers: Sequence[int], lines: list[str]) -> Rows:
        kept: list[tuple[int, list[Value]]] = []
        for number, line in zip(numbers, lines, strict=True):
            if not line.strip(_NOTHING[self._form]):
                continue
            self.row_count += 1
            values = self._row(number, line)
            if values is not None:
                kept.append((number, values))
        return self._columns(kept)

    def _columns(self, kept: list[tuple[int, list[Value]]]) -> Rows:
        columns: list[list[Value] | None] = []
        for i in range(len(self._rules.columns)):
            values = [row[i] for _, row in kept]
            columns.append(values if any(value is not None for value in values) else None)
        return Rows([number for number, _ in kept], columns)

    def _row(self, number: int, line: str) -> list[Value] | None:
        if len(line) > LINE_LENGTH_MAX:
            self._malformed.add(
                number, None, f"The line is longer than {LINE_LENGTH_MAX:,} characters.", ""
            )
            return None
        try:
            texts = split_record(line, self._form)
        except BrokenRecord as error:
            told: InvalidInput = error
            if more := line.count("\n"):
                told = InvalidInput(
                    "{cause} The record is lines {line} to {last_line}.",
                    details={**error.details, "line": number, "last_line": number + more},
                )
                told.__cause__ = error
            self._malformed.add_error(number, self._name_of(error.cell_index), told, line)
            return None
        if len(texts) != self.header.width:
            is_short = len(texts) < self.header.width
            what = "too few" if is_short else "too many"
            message = (
                f"The line has {len(texts)} cells, {what}: the header has {self.header.width}."
            )
            if not is_short and self._form == "csv":
                message += " A cell that holds commas stands in quotes."
            message += _lines_of(number, line)
            column = self._missing_column(len(texts))
            self._malformed.add(number, column, message, line)
            return None
        return self._values(number, line, texts)

    def _name_of(self, index: int) -> str | None:
        """The column of a cell, by its index in the line."""
        own = (self._rules.names[p] for i, p in self.header.places if i == index and p >= 0)
        return next(own, None)

    def _missing_column(self, width: int) -> str | None:
        return next((self._rules.names[p] for i, p in self.header.places if i >= width > -1), None)

    def keys_of(self, own: Own) -> set[str]:
        """The keys that a malformed row may be of, as far as they can be read."""
        place = self.header.names.index("key")
        if not isinstance(own, str) and own[place]:
            return {unescape_formula(own[place])}
        # In a rejects file a record that does not fit the header stands whole in another cell.
        record = own if isinstance(own, str) else next(filter(None, own), "")
        if not record:
            return set()
        index = self.header.own[place]
        rows = [line.split(SEPARATORS[self._form]) for line in record.split("\n")]
        return {unescape_formula(row[index].strip('"')) for row in rows if len(row) > index}

    def _own(self, line: str, texts: list[str]) -> Own:
        """The cells of the columns that are not ignored; the line if others hold something."""
        if any(texts[index].strip() for index in self.header.nameless):
            return line
        return tuple(texts[index] for index in self.header.own)

    def _values(self, number: int, line: str, texts: list[str]) -> list[Value] | None:
        values: list[Value] = [None] * len(self._rules.columns)
        own = self._own(line, texts)
        is_good = self._states_are_plain(number, texts, own) and self._nameless_are_empty(
            number, texts, own
        )
        for index, place in self.header.places:
            column = CURRENCY_COLUMN if place < 0 else self._rules.columns[place]
            text = _unguarded(column.form, texts[index])
            try:
                value = cell(column, text, self._rules)
            except ShopError as error:
                (first, _), *_ = self.header.places
                if texts[first].strip(" :").casefold() in _TOTALS:
                    told = type(error)("{cause}", details={**error.details, "reason": "totals"})
                    told.__cause__ = error
                else:
                    told = error
                self._malformed.add_error(number, column.name, told, own)
                is_good = False
                continue
            if place >= 0:
                values[place] = value
        if not is_good or not self._row_holds(number, values, own):
            return None
        return values

    def _nameless_are_empty(self, number: int, texts: list[str], own: Own) -> bool:
        for index in self.header.nameless:
            if texts[index].strip():
                message = (
                    f"{shown(texts[index])} stands in column {index + 1}, which has no name in the"
                    " first line."
                )
                self._malformed.add(number, None, message, own)
                return False
        return True

    def _states_are_plain(self, number: int, texts: list[str], own: Own) -> bool:
        return all(
            self._is_plain(number, name, _unguarded("state", texts[index]), own)
            for index, name in self.header.states
        )

    def _is_plain(self, number: int, name: str, text: str, own: Own) -> bool:
        """Whether a state column says that nothing happened to the row; adds an error if not."""
        if text in self._states[name]:
            return True
        message = (
            f"{name} is {shown(text)}: imported, the row would be as if that had never happened."
            " Leave it out, or take it so all the same with --ignore-state."
        )
        self._malformed.add(number, name, message, own)
        return False

    def _row_holds(self, number: int, values: list[Value], own: Own) -> bool:
        wrong = check_row(self._rules, dict(zip(self._rules.names, values, strict=True)))
        if wrong is None:
            return True
        column, message = wrong
        self._malformed.add(number, column, message, own)
        return False


def _lines_of(number: int, record: str) -> str:
    """A sentence that names the lines of a record, if it has more than one."""
    more = record.count("\n")
    return f" The record is lines {number} to {number + more}." if more else ""


_NOTHING = {"csv": ", \t", "tsv": " \t"}
"""The characters of a line whose cells are all empty."""


def _unguarded(form: str, text: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from executing it.

    Where no value begins with an apostrophe it is taken off whatever follows: in a rejects file
    `-5` stands as `'-5`, and whoever takes out the sign leaves `'5`.
    """
    if form in _WITH_APOSTROPHE:
        return unescape_formula(text)
    return text[1:] if text[:1] == "'" and len(text) > 1 else text


def _unguarded_all(form: str, texts: Sequence[str]) -> Sequence[str]:
    if "'" not in set(map(itemgetter(slice(0, 1)), texts)):
        return texts
    return [_unguarded(form, text) for text in texts]
