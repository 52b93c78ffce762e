"""Reads, inserts and updates many rows at once, in each database's fastest way.

SQLite inserts many rows with one statement; Postgres inserts with COPY and updates from arrays.
Callers hold the locks: they read in the same transaction what is written here.
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

# The driver binds a text much faster than None or bytes, which take a microsecond each.
_SQLITE_PLACEHOLDERS = {"body": "CAST(? AS BLOB)", "coupon_code": "NULLIF(?, '')"}
_VALUES_PER_STATEMENT = 100
"""About how many values one statement binds; more is not faster (measured)."""


def find(
    session: Session, statement: str, values: Collection[str], *, lock: str | None = None
) -> list[Row]:
    """Rows of a query whose `{among}` is a list of texts.

    Args:
        session: The open transaction.
        statement: A SELECT with `{among}` in the place of a condition on `:listed`.
        values: The texts.
        lock: The alias of the table whose rows are locked, in the order of the query; None: none.
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
        into: The table and its columns.
        columns: The columns that differ from row to row.
        rows: Their values.
        same: The columns that are the same in every row. On SQLite they are literals in the
            statement, because binding a value takes as long as storing it.

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
    """Insert rows as `insert` does, into any columns of any table."""
    names = ", ".join([*columns, *rest])
    if session.dialect == "sqlite":
        marks = [_SQLITE_PLACEHOLDERS.get(column, "?") for column in columns]
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
    """Insert many rows with each statement: running one costs as much as storing a row."""
    values = list(chain.from_iterable(rows))
    size = max(1, _VALUES_PER_STATEMENT // width) * width
    whole = len(values) - len(values) % size
    # OR FAIL needs no statement journal: a conflict rolls the whole transaction back anyway.
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
        table: The table's name.
        key: (column, type) of the key.
        values: (column, type) of each column that is set.
        rows: The values, then the key, of each row.
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
        tier: Buckets by hour or by day.
        rows: The key, then the sums, of each row; sorted, each key once.
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
    """A `FROM` source that reads each column from an array, and its parameters."""
    names = ", ".join(name for name, _ in columns)
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in columns)
    parameters = {
        name: list(values)
        for (name, _), values in zip(columns, zip(*rows, strict=True), strict=True)
    }
    return f"unnest({arrays}) AS given({names})", parameters
