"""Reads JSON Lines into checked rows: one object a line, no key twice."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from shopcli.domain.batch.grammar import CURRENCY_COLUMN, Column, Value, check_header, json_cell
from shopcli.domain.batch.records import LINE_LENGTH_MAX
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.engine.imports.reading.cells import CHUNK_ROW_COUNT, Checker
from shopcli.engine.imports.reading.malformed import INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.engine.imports.reading.malformed import Own
    from shopcli.engine.imports.reading.rows import Rows
    from shopcli.engine.imports.reading.source import Source

_KEY = re.compile(r'"key"\s*:\s*"([^"\\]*)"')
"""A key in a line that is no object."""

_ONE_A_LINE = "Each line is one JSON object; those of an array: jq -c '.[]'"


class JsonChecker(Checker):
    """Reads an input of JSON Lines into checked rows."""

    def rows(self, source: Source, progress: Callable[[int], None]) -> Iterator[Rows]:
        """Checked rows in chunks, in the order of the input."""
        by_name: dict[str, tuple[int, Column]] = {
            column.name: (place, column) for place, column in enumerate(self._rules.columns)
        }
        by_name[CURRENCY_COLUMN.name] = (-1, CURRENCY_COLUMN)
        for first, text in source.blocks():
            if self._is_blank(first, text):
                continue
            lines = text.split("\n")
            for start in range(0, len(lines), CHUNK_ROW_COUNT):
                kept = []
                for number, line in enumerate(
                    lines[start : start + CHUNK_ROW_COUNT], first + start
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
        if found.pop("", None) not in {None, ""}:
            self._malformed.add(number, None, "A value has no name.", line)
            return None
        own = self._own_values(found)
        try:
            check_header(self._rules, list(found), historical=self._historical)
        except InvalidInput as error:
            column = (error.details.get("columns") or [None])[0]
            if error.details.get("problem") in {"unknown", "not for this import"}:
                self._malformed.refuse_input(number, column, error)
            self._malformed.add(number, column, error.message, own)
            return None
        values: list[Value] = [None] * len(self._rules.columns)
        is_good = all(
            self._is_plain(number, name, _as_text(found.get(name)), own) for name in self._states
        )
        for name, value in found.items():
            if name.startswith("_") and name not in by_name:
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

    def keys_of(self, own: Own) -> set[str]:
        """The keys that a malformed row may be of, as far as they can be read."""
        if isinstance(own, str):
            return set(_KEY.findall(own))
        key = own[self.header.names.index("key")]
        return {key} if isinstance(key, str) else set()

    def _own_values(self, found: dict[str, Any]) -> Own:
        """The values of an object; of a rejected line that was none, its text."""
        text = found.get(INPUT)
        if isinstance(text, str) and not any(name in found for name in self.header.names):
            return text
        return tuple(found.get(name) for name in self.header.names)

    def _json_object(self, number: int, line: str) -> dict[str, Any] | None:
        if len(line) > LINE_LENGTH_MAX:
            message = f"The line is longer than {LINE_LENGTH_MAX:,} characters."
            self._malformed.add(number, None, message, "")
            return None
        try:
            found = json.loads(line, object_pairs_hook=_each_key_once)
        except json.JSONDecodeError as error:
            message = f"This is not JSON: {error.msg} at character {error.pos + 1}."
            if line.strip() in {"[", "{"}:
                message += f" {_ONE_A_LINE}"
            self._malformed.add(number, None, message, line)
            return None
        except (ValueError, RecursionError) as error:
            self._malformed.add(number, None, f"This is not JSON: {error}.", line)
            return None
        if not isinstance(found, dict):
            self._malformed.add(number, None, _ONE_A_LINE, line)
            return None
        return found


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key comes twice"
        raise ValueError(message)
    return found
