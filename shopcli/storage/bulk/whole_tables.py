"""Reads and writes whole tables of a shop, in pages of bounded memory, and their digests.

Tables and columns come from the definitions, so that none can be forgotten. What belongs to one
copy of a shop alone is neither read nor written here: its own row, and which relays live.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.storage.bulk.writing import insert_rows
from shopcli.storage.schema.tables import metadata, outbox, relays, shop_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopcli.storage.session import Row, Session

PAGE_ROW_COUNT = 2000
"""Rows read at once: some megabytes, where each has the body of an event."""

_OF_ONE_COPY = frozenset({shop_copy, relays})


class WholeTable(NamedTuple):
    """A table that is copied."""

    name: str
    columns: tuple[str, ...]
    key: tuple[int, ...]
    """The places of its primary key among the columns."""


class Entry(NamedTuple):
    """A balance entry, by what names it."""

    recorded_at: int
    username: str
    sequence: int


@lru_cache(maxsize=1)
def whole_tables() -> tuple[WholeTable, ...]:
    """Every table that is copied; those that others refer to come first."""
    return tuple(
        WholeTable(
            table.name,
            tuple(column.name for column in table.columns),
            tuple(list(table.columns).index(column) for column in table.primary_key),
        )
        for table in metadata.sorted_tables
        if table not in _OF_ONE_COPY
    )


def row_count(session: Session, table: WholeTable) -> int:
    """How many rows a table has."""
    row = session.row(f"SELECT COUNT(*) FROM {table.name}")
    return 0 if row is None else int(row[0])


def pages(session: Session, table: WholeTable) -> Iterator[Sequence[Row]]:
    """The rows of a table by its key, a page at a time, in the order of columns.

    Leases come as if they had never been taken: their holders serve the shop that is read.
    """
    columns, keys = ", ".join(table.columns), [table.columns[place] for place in table.key]
    key = ", ".join(keys)
    after = f"({key}) > ({', '.join(f':{name}' for name in keys)})"
    first = f"SELECT {columns} FROM {table.name} ORDER BY {key} LIMIT {PAGE_ROW_COUNT}"
    following = (
        f"SELECT {columns} FROM {table.name} WHERE {after} ORDER BY {key} LIMIT {PAGE_ROW_COUNT}"
    )
    page = session.rows(first)
    while page:
        yield _unleased(page) if table.name == outbox.name else page
        if len(page) < PAGE_ROW_COUNT:
            return
        last = page[-1]
        page = session.rows(
            following, {name: last[place] for name, place in zip(keys, table.key, strict=True)}
        )


def write(session: Session, table: WholeTable, rows: Sequence[Row]) -> None:
    """Insert rows as `pages` gives them."""
    insert_rows(session, table.name, table.columns, [tuple(row) for row in rows], {})


class TableDigest:
    """The SHA-256 of a table: its rows in the order of the key, as one JSON array of arrays.

    Bytes are hexadecimal; there is no blank, and no character outside ASCII.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"[")
        self.row_count = 0

    def add(self, rows: Sequence[Row]) -> str:
        """Add the following rows; the JSON of them is returned."""
        text = _JSON.encode(rows)[1:-1]
        self._digest.update((f",{text}" if self.row_count else text).encode())
        self.row_count += len(rows)
        return text

    def hex(self) -> str:
        """The digest of what was added."""
        whole = self._digest.copy()
        whole.update(b"]")
        return whole.hexdigest()


def _hexadecimal(value: Any) -> str:  # noqa: ANN401  # whatever JSON has no form for
    found: str = value.hex()
    return found


_JSON = json.JSONEncoder(separators=(",", ":"), default=_hexadecimal)

_LEASE_ENDED = {"state": "pending", "lease_owner": None, "leased_at": None, "leased_until_at": None}


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {column.name: place for place, column in enumerate(outbox.columns)}


def _unleased(rows: Sequence[Row]) -> Sequence[Row]:
    """Events, of which those that are leased wait again, their attempt not counted."""
    state = _places()["state"]
    if all(row[state] != "leased" for row in rows):
        return rows
    return [_ended(row) if row[state] == "leased" else row for row in rows]


def _ended(row: Row) -> Row:
    values = dict(zip(_places(), row, strict=True))
    values.update(_LEASE_ENDED)
    values["attempt_count"] -= 1
    return tuple(values.values())


_LAST_ENTRY = """
SELECT recorded_at, username, sequence FROM balance_entries
ORDER BY recorded_at DESC, username DESC, sequence DESC LIMIT 1
"""


def last_entry(session: Session) -> Entry | None:
    """The balance entry that was recorded last; None where there is none."""
    row = session.row(_LAST_ENTRY)
    return None if row is None else Entry(*row)
