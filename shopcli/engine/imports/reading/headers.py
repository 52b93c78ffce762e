"""The header of CSV and TSV: finds the columns, and recognises headers of other formats."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shopcli.domain.batch.grammar import STATES, check_header
from shopcli.domain.batch.records import LINE_LENGTH_MAX, SEPARATORS, split_record
from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from shopcli.domain.batch.grammar import Grammar
    from shopcli.domain.batch.records import Format

_SEPARATOR_LINE = re.compile(r"sep=(.?)[,;\t]*")


@dataclass(slots=True)
class Header:
    """The columns of the input, in its order."""

    names: list[str] = field(default_factory=list)
    """Names as written, without nameless columns and `_` columns that are ignored."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """(index in the line, index in the grammar; -1 for `currency`)."""
    states: list[tuple[int, str]] = field(default_factory=list)
    """(index in the line, name) of state columns: what has happened to a row since its export."""
    nameless: list[int] = field(default_factory=list)
    """Indexes of columns without a name, which must be empty."""
    own: list[int] = field(default_factory=list)
    """The index in the line of each of `names`."""
    width: int = 0

    def read(self, line: str, form: Format, rules: Grammar, *, historical: bool) -> None:
        """Read the header line.

        Raises:
            InvalidInput: It is no header of this import.
        """
        try:
            _check_is_header(line)
            names = [name.strip(" ") for name in split_record(line, form)]
            check_header(rules, names, historical=historical)
        except InvalidInput as error:
            column = (error.details.get("columns") or [None])[0]
            problem = {"line": 1, "column": column, "code": error.code, "message": str(error)}
            raise InvalidInput(
                "Line 1: {cause}",
                details={
                    **error.details,
                    "errors": [problem],
                    "error_count": 1,
                    "reason": _what_it_is(line, form) or "header",
                },
            ) from error
        self.width = len(names)
        self.names.clear()
        states = STATES.get(rules.kind, {})
        for index, name in enumerate(names):
            if not name:
                self.nameless.append(index)
            elif name in rules.names or not name.startswith("_"):
                place = rules.names.index(name) if name in rules.names else -1
                self.places.append((index, place))
                self._own(index, name)
            elif name in states:
                self.states.append((index, name))
                self._own(index, name)

    def _own(self, index: int, name: str) -> None:
        self.names.append(name)
        self.own.append(index)


def says_separator(line: str, form: Format) -> bool:
    """Whether a first line is a `sep=` line for spreadsheets with the right separator."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found is not None and found[1] == SEPARATORS[form]


def _check_is_header(line: str) -> None:
    if len(line) > LINE_LENGTH_MAX:
        raise InvalidInput(
            "It is no header: longer than {most:,} characters.", details={"most": LINE_LENGTH_MAX}
        )
    if "\x00" in line:
        raise InvalidInput("It is no header: it holds a NUL.")
    if not line.strip(",;\t "):
        raise InvalidInput("It is empty.")


def _what_it_is(header: str, form: Format) -> str:
    """The reason code for a header of another format, or ""."""
    if header.lstrip().startswith(("{", "[")):
        return "header_of_json"
    said = _SEPARATOR_LINE.fullmatch(header)
    if said is not None:
        header = said[1] * 2
    if form != "csv" or "," in header:
        return ""
    if "\t" in header:
        return "header_of_tabs"
    if ";" in header:
        return "header_of_semicolons"
    return ""
