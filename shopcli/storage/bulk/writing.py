"""Reads, inserts and changes many rows at once, in each database's quickest way; decides nothing.

SQLite takes many rows a statement; Postgres takes rows by COPY and changes by arrays.
Callers hold the locks: what is written here was read in the same transaction.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from shopcli.storage.bulk.copy_text import lines_to_copy
from shopcli.storage.inserts import literal
from shopcli.storage.lists import among, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from shopcli.storage.inserts import Adding, Constant, Insert
    from shopcli.storage.postgres.connections import PostgresSession
    from shopcli.storage.session import Row, Session
    from shopcli.storage.sqlite.connections import SqliteSession
    from shopcli.storage.sqlite.library import Connection

TEXT = "text"
COUNT = "bigint"

# The driver takes a microsecond to bind None or bytes, and next to nothing to bind a text.
_SQLITE_MARKS = {"body": "CAST(? AS BLOB)", "coupon_code": "NULLIF(?, '')"}
_MARKS_AT_ONCE = 100
"""About how many values one statement is given; more gain nothing (measured)."""


def find(
    session: Session, statement: str, values: Collection[str], *, lock: str | None = None
) -> list[Row]:
    """Rows of a query whose `{among}` is a list of texts.

    Args:
        session: The open transaction.
        statement: A SELECT with `{among}` in the place of a condition on `:listed`.
        values: The texts.
        lock: The alias of the table whose rows are kept from changing, by their order in the query.
    """
    if not values:
        return []
    text = statement.format(among=among(session, "listed"))
    if lock is not None and session.dialect == "postgres":
        text += f" FOR NO KEY UPDATE OF {lock}"
    return session.rows(text, {"listed": listed(session, values)})


def insert(
    session: Session,
    into: Insert,
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    same: Mapping[str, Constant],
) -> None:
    """Insert rows; any conflict refuses them all.

    Args:
        session: The open transaction.
        into: What a row of the table is.
        columns: Columns that differ from row to row.
        rows: Their values.
        same: Columns that are the same in every row. On SQLite they stand in the statement: to bind
            a value takes as long as to store it.

    `body` is given as text and stored as its bytes; a `coupon_code` of "" is stored as NULL.
    """
    insert_rows(session, into.table, columns, rows, into.rest(columns, same))


def insert_rows(
    session: Session,
    table: str,
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    rest: Mapping[str, Constant],
) -> None:
    """As `insert`, into any columns of any table."""
    names = ", ".join([*columns, *rest])
    if session.dialect == "sqlite":
        marks = [_SQLITE_MARKS.get(column, "?") for column in columns]
        row = ", ".join([*marks, *map(literal, rest.values())])
        sqlite = cast("SqliteSession", session)
        _insert_many(sqlite.connection, f"{table} ({names})", f"({row})", len(columns), rows)
        return
    postgres = cast("PostgresSession", session)
    with (
        postgres.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy,
    ):
        for text in lines_to_copy(columns, rows, tuple(rest.values())):
            copy.write(text)


def _insert_many(
    connection: Connection, target: str, row: str, width: int, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert with many rows a statement: to start and end one costs as much as to store a row."""
    values = list(chain.from_iterable(rows))
    size = max(1, _MARKS_AT_ONCE // width) * width
    whole = len(values) - len(values) % size
    # OR FAIL keeps no journal of the statement: a conflict undoes the whole transaction anyway.
    head = f"INSERT OR FAIL INTO {target} VALUES "
    if whole:
        several = (values[start : start + size] for start in range(0, whole, size))
        connection.executemany(head + ", ".join([row] * (size // width)), several)
    if whole < len(values):
        rest = values[whole:]
        connection.execute(head + ", ".join([row] * (len(rest) // width)), rest)


def update(
    session: Session,
    table: str,
    key: Sequence[tuple[str, str]],
    values: Sequence[tuple[str, str]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Change rows by their key.

    Args:
        session: The open transaction.
        table: Which table.
        key: (column, type) of the key.
        values: (column, type) of what is set.
        rows: Values, then key, of each row.
    """
    if not rows:
        return
    if session.dialect == "sqlite":
        setting = ", ".join(f"{name} = ?" for name, _ in values)
        where = " AND ".join(f"{name} = ?" for name, _ in key)
        sqlite = cast("SqliteSession", session)
        sqlite.connection.executemany(f"UPDATE {table} SET {setting} WHERE {where}", rows)
        return
    setting = ", ".join(f"{name} = given.{name}" for name, _ in values)
    where = " AND ".join(f"changed.{name} = given.{name}" for name, _ in key)
    source, parameters = _arrays([*values, *key], rows)
    session.change(
        f"UPDATE {table} AS changed SET {setting} FROM {source} WHERE {where}", parameters
    )


def add_to(session: Session, tier: Adding, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add sales to buckets that may not exist yet, in the order of the rows given.

    Args:
        session: The open transaction.
        tier: Which buckets.
        rows: Key, then sums, of each row; sorted, each key once.
    """
    if not rows:
        return
    columns = [*tier.key, *tier.sums]
    if session.dialect == "sqlite":
        sqlite = cast("SqliteSession", session)
        marks = ", ".join("?" * len(columns))
        sqlite.connection.executemany(tier.text(f"VALUES ({marks})"), rows)
        return
    source, parameters = _arrays(
        [(name, TEXT if name == "sku" else COUNT) for name in columns], rows
    )
    names, key = ", ".join(columns), ", ".join(tier.key)
    session.change(tier.text(f"SELECT {names} FROM {source} ORDER BY {key}"), parameters)


def _arrays(
    columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]
) -> tuple[str, dict[str, list[Any]]]:
    """A `FROM` source with an array a column, and its parameters."""
    names = ", ".join(name for name, _ in columns)
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in columns)
    parameters = {
        name: list(values)
        for (name, _), values in zip(columns, zip(*rows, strict=True), strict=True)
    }
    return f"unnest({arrays}) AS given({names})", parameters
