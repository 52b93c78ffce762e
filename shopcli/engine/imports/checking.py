"""The first phase of an import: reads the whole input, checks every row, keeps the checked ones.

Needs the memory of one block whatever the input's size, beside eight bytes a row for finding keys
that come twice. Nothing of the shop is read or written here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from shopcli.domain.batch import (
    CURRENCY_COLUMN,
    Column,
    Grammar,
    Value,
    cell,
    check_header,
    check_row,
    json_cell,
)
from shopcli.domain.batch_columns import read_column
from shopcli.domain.batch_text import (
    LINE_LENGTH_MAX,
    Format,
    armed,
    broken_cell,
    split_block,
    split_line,
    split_lines,
)
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.engine.imports.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shopcli.engine.imports.malformed import Malformed
    from shopcli.engine.imports.source import Source

_ARMED_FORMS = frozenset({"sku", "user", "key", "text", "barcode"})
_CHUNK_ROW_COUNT = 2000
_NAMES = "The first line names the columns."
_ONE_A_LINE = "Each line is one JSON object; those of an array: jq -c '.[]'"


@dataclass(slots=True)
class Header:
    """The columns of the input, in its own order."""

    names: list[str] = field(default_factory=list)
    """As written, without those that begin with an underscore."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """(index in the line, index in the grammar; -1 for `currency`)."""
    width: int = 0


class Checker:
    """Reads an input into checked rows.

    Args:
        rules: What rows may look like.
        form: csv, tsv or jsonl.
        historical: Orders of the past.
        malformed: Takes what is wrong.
    """

    def __init__(
        self, rules: Grammar, form: Format, malformed: Malformed, *, historical: bool
    ) -> None:
        self._rules = rules
        self._form = form
        self._malformed = malformed
        self._historical = historical
        self.header = Header(list(rules.names))
        self.row_count = 0

    def rows(self, source: Source, progress: Callable[[int], None]) -> Iterator[Rows]:
        """Checked rows in small batches, in the order of the input."""
        blocks = source.blocks()
        if self._form == "jsonl":
            yield from self._json_rows(blocks, progress)
        else:
            yield from self._cell_rows(blocks, progress)

    def _cell_rows(
        self, blocks: Iterator[tuple[int, str]], progress: Callable[[int], None]
    ) -> Iterator[Rows]:
        for number, text in blocks:
            first, body = number, text
            if number == 1:
                header, end, body = text.partition("\n")
                self._read_header(header)
                first = 2
                if not end:
                    continue
            rows = self._plain(first, body)
            if rows is None:
                yield from self._parts(first, body.split("\n"))
            else:
                yield from rows.parts(_CHUNK_ROW_COUNT)
            progress(self.row_count)

    def _plain(self, first: int, text: str) -> Rows | None:
        """The checked rows of a whole block, unless something in it is out of the ordinary."""
        columns = split_block(text, self._form, self.header.width)
        return None if columns is None else self._fast(first, columns, may_be_armed=False)

    def _parts(self, first: int, lines: list[str]) -> Iterator[Rows]:
        for start in range(0, len(lines), _CHUNK_ROW_COUNT):
            rows = self._part(first + start, lines[start : start + _CHUNK_ROW_COUNT])
            if len(rows.lines):
                yield rows

    def _read_header(self, line: str) -> None:
        try:
            _check_is_header(line)
            names = [name.strip(" ") for name in split_line(line, self._form)]
            check_header(self._rules, names, historical=self._historical)
        except InvalidInput as error:
            column = (error.details.get("columns") or [None])[0]
            problem = {
                "line": 1,
                "column": column,
                "code": error.code,
                "message": error.message,
            }
            raise InvalidInput(
                f"Line 1: {error.message}",
                fix=_what_it_is(line, self._form) or f"{_NAMES} {error.fix}".rstrip(),
                details={**error.details, "errors": [problem], "error_count": 1},
            ) from None
        self.header.width = len(names)
        self.header.names.clear()
        known = self._rules.names
        for index, name in enumerate(names):
            if not name.startswith("_"):
                self.header.names.append(name)
                self.header.places.append((index, known.index(name) if name in known else -1))

    def _part(self, first: int, lines: list[str]) -> Rows:
        """The checked rows of some lines; the fast way if nothing is out of the ordinary."""
        width = self.header.width
        cells = split_lines(lines, self._form)
        if cells is not None and set(map(len, cells)) == {width} and "" not in lines:
            rows = self._fast(first, list(zip(*cells, strict=True)), may_be_armed=True)
            if rows is not None and max(map(len, lines)) <= LINE_LENGTH_MAX:
                return rows
        return self._slow(first, lines)

    def _fast(
        self, first: int, by_column: Sequence[Sequence[str]], *, may_be_armed: bool
    ) -> Rows | None:
        if self._rules.kind == "coupons":
            return None  # cells that depend on one another
        found: list[list[Value] | None] = [None] * len(self._rules.columns)
        for index, place in self.header.places:
            column = CURRENCY_COLUMN if place < 0 else self._rules.columns[place]
            texts = by_column[index]
            if may_be_armed and self._form == "csv" and column.form in _ARMED_FORMS:
                texts = _armed_all(texts)
            if not column.required and not any(texts):
                continue
            values = read_column(column, texts, self._rules)
            if values is None:
                return None
            if place >= 0:
                found[place] = values
        count = len(by_column[0])
        self.row_count += count
        return Rows(range(first, first + count), found)

    def _slow(self, first: int, lines: list[str]) -> Rows:
        kept: list[tuple[int, list[Value]]] = []
        for number, line in enumerate(lines, first):
            if line == "":
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
                number, None, f"The line is longer than {LINE_LENGTH_MAX:,} characters.", ()
            )
            return None
        try:
            texts = split_line(line, self._form)
        except InvalidInput as error:
            own = (line,)
            self._malformed.add_error(number, self._name_of(broken_cell(line)), error, own)
            return None
        if len(texts) != self.header.width:
            is_short = len(texts) < self.header.width
            what = "too few" if is_short else "too many"
            message = (
                f"The line has {len(texts)} cells, {what}: the header has {self.header.width}."
            )
            if not is_short and self._form == "csv":
                message += " A cell that holds commas stands in quotes."
            column = self._missing_column(len(texts))
            self._malformed.add(number, column, message, self._own(texts))
            return None
        return self._values(number, texts)

    def _name_of(self, index: int) -> str | None:
        """The column a cell stands under, by its place in the line."""
        own = [self._rules.names[p] for i, p in self.header.places if i == index and p >= 0]
        return own[0] if own else None

    def _missing_column(self, width: int) -> str | None:
        return next((self._rules.names[p] for i, p in self.header.places if i >= width > -1), None)

    def _own(self, texts: list[str]) -> tuple[str, ...]:
        """The cells of the columns that are not ignored."""
        return tuple(texts[i] if i < len(texts) else "" for i, _ in self.header.places)

    def _values(self, number: int, texts: list[str]) -> list[Value] | None:
        values: list[Value] = [None] * len(self._rules.columns)
        is_good = True
        for index, place in self.header.places:
            column = CURRENCY_COLUMN if place < 0 else self._rules.columns[place]
            text = texts[index]
            if self._form == "csv" and column.form in _ARMED_FORMS:
                text = armed(text)
            try:
                value = cell(column, text, self._rules)
            except ShopError as error:
                self._malformed.add_error(number, column.name, error, self._own(texts))
                is_good = False
                continue
            if place >= 0:
                values[place] = value
        if not is_good or not self._row_holds(number, values, self._own(texts)):
            return None
        return values

    def _row_holds(self, number: int, values: list[Value], own: tuple[Any, ...]) -> bool:
        wrong = check_row(self._rules, dict(zip(self._rules.names, values, strict=True)))
        if wrong is not None:
            self._malformed.add(number, wrong[0], wrong[1], own)
        return wrong is None

    def _json_rows(
        self, blocks: Iterator[tuple[int, str]], progress: Callable[[int], None]
    ) -> Iterator[Rows]:
        by_name: dict[str, tuple[int, Column]] = {
            column.name: (place, column) for place, column in enumerate(self._rules.columns)
        }
        by_name[CURRENCY_COLUMN.name] = (-1, CURRENCY_COLUMN)
        for first, text in blocks:
            lines = text.split("\n")
            for start in range(0, len(lines), _CHUNK_ROW_COUNT):
                kept = []
                for number, line in enumerate(
                    lines[start : start + _CHUNK_ROW_COUNT], first + start
                ):
                    if line and not line.isspace():
                        self.row_count += 1
                        values = self._json_row(number, line, by_name)
                        if values is not None:
                            kept.append((number, values))
                if kept:
                    yield self._columns(kept)
            progress(self.row_count)

    def _json_row(
        self, number: int, line: str, by_name: dict[str, tuple[int, Column]]
    ) -> list[Value] | None:
        found = self._json_object(number, line)
        if found is None:
            return None
        own = tuple(found.get(name) for name in self._rules.names)
        try:
            check_header(self._rules, list(found), historical=self._historical)
        except InvalidInput as error:
            column = (error.details.get("columns") or [None])[0]
            if error.details.get("problem") in {"unknown", "not for this import"}:
                self._malformed.refuse_input(number, column, error)
            self._malformed.add(number, column, error.message, own)
            return None
        values: list[Value] = [None] * len(self._rules.columns)
        is_good = True
        for name, value in found.items():
            if name.startswith("_"):
                continue
            place, column = by_name[name]
            try:
                read = json_cell(column, value, self._rules)
            except ShopError as error:
                self._malformed.add_error(number, column.name, error, own)
                is_good = False
                continue
            if place >= 0:
                values[place] = read
        return values if is_good and self._row_holds(number, values, own) else None

    def _json_object(self, number: int, line: str) -> dict[str, Any] | None:
        if len(line) > LINE_LENGTH_MAX:
            message = f"The line is longer than {LINE_LENGTH_MAX:,} characters."
            self._malformed.add(number, None, message, ())
            return None
        try:
            found = json.loads(line, object_pairs_hook=_each_key_once)
        except json.JSONDecodeError as error:
            message = f"This is not JSON: {error.msg} at character {error.pos + 1}."
            if line.strip() in {"[", "{"}:
                message += f" {_ONE_A_LINE}"
            self._malformed.add(number, None, message, (line,))
            return None
        except (ValueError, RecursionError) as error:
            self._malformed.add(number, None, f"This is not JSON: {error}.", (line,))
            return None
        if not isinstance(found, dict):
            self._malformed.add(number, None, _ONE_A_LINE, (line,))
            return None
        return found


def _check_is_header(line: str) -> None:
    if len(line) > LINE_LENGTH_MAX:
        raise InvalidInput(f"It is no header: longer than {LINE_LENGTH_MAX:,} characters.")
    if "\x00" in line:
        raise InvalidInput("It is no header: it holds a NUL.")
    if not line.strip(",;\t "):
        raise InvalidInput("It is empty.")


def _what_it_is(header: str, form: Format) -> str:
    """What to do about a first line that looks like another format's."""
    if header.lstrip().startswith(("{", "[")):
        return "It looks like JSON: one object a line, with --format jsonl."
    if form != "csv" or "," in header:
        return ""
    if "\t" in header:
        return "The cells are set apart by tabs: add --format tsv."
    if ";" in header:
        return "The cells are set apart by semicolons: save the file with commas, or as TSV."
    return ""


def _armed_all(texts: Sequence[str]) -> Sequence[str]:
    return list(map(armed, texts)) if "'" in set(map(itemgetter(slice(0, 1)), texts)) else texts


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key comes twice"
        raise ValueError(message)
    return found
