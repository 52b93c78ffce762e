"""The floors of imports: the databases' own loaders, and the same rows in our schema by hand.

None of them checks a rule, asks whether a row is there already, or can be run again.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from shopcli.storage.bulk import writing
from shopcli.storage.inserts import Constant, Insert
from tests.bench.floors_sqlite import Floor

_LOOP_CHARGES = 1000
_LOADED_ROWS = 100_000
_ORIGIN = ("root", "host", "import")
_PRODUCT = (
    "products (sku, name, price_minor, search_text, stock, movement_count, on_sale, created_at,"
    " recorded_at, actor, host, channel)"
)


def dot_import(url: str, path: Path, sku: str = "sku") -> None:
    """The loader of SQLite's shell into a plain table; the standard library where there is none."""
    target, table = f"{url}.floor", f"CREATE TABLE plain ({sku}, name, price)"
    shell = shutil.which("sqlite3")
    if shell is None:
        with closing(sqlite3.connect(target)) as connection, path.open(newline="") as file:
            connection.execute(table)
            connection.executemany("INSERT INTO plain VALUES (?, ?, ?)", csv.reader(file))
            connection.commit()
        return
    subprocess.run(
        [
            shell,
            target,
            table,
            ".mode csv",
            f".import {path} plain",
        ],
        check=True,
        capture_output=True,
    )


def copy(url: str, path: Path, sku: str = "sku text") -> None:
    """COPY of the file's bytes into a plain table."""
    import psycopg  # only with Postgres

    with psycopg.connect(url) as connection, path.open("rb") as file:
        connection.execute(f"CREATE TABLE plain ({sku}, name text, price bigint)")
        with connection.cursor().copy("COPY plain FROM STDIN (FORMAT csv, HEADER)") as copying:
            while block := file.read(1 << 18):
                copying.write(block)


def products_by_hand_sqlite(url: str, path: Path) -> None:
    """Products of a file into the shop's table with `executemany`, 100,000 a transaction."""
    floor = Floor(url)
    rows = _products(path)
    statement = f"INSERT INTO {_PRODUCT} VALUES (?, ?, ?, ?, 0, 0, 1, 1, 1, ?, ?, ?)"  # noqa: S608 - ours
    while part := list(islice(rows, _LOADED_ROWS)):
        floor.begin()
        floor.connection.executemany(statement, part)
        floor.connection.execute("COMMIT")
    floor.close()


def products_by_hand_postgres(url: str, path: Path) -> None:
    """Products of a file into the shop's table by COPY, 100,000 a transaction."""
    import psycopg  # only with Postgres

    rows = _products(path)
    with psycopg.connect(url) as connection:
        while part := list(islice(rows, _LOADED_ROWS)):
            with connection.cursor().copy(f"COPY {_PRODUCT} FROM STDIN") as copying:
                for row in part:
                    copying.write_row((*row[:4], 0, 0, 1, 1, 1, *row[4:]))
            connection.commit()


def _products(path: Path) -> Iterator[tuple[str | int, ...]]:
    with path.open(newline="") as file:
        for sku, name, price in islice(csv.reader(file), 1, None):
            yield sku, name, int(price), f"{sku}\n{name}\n".lower(), *_ORIGIN


def charge_loop(url: str, path: Path) -> None:
    """Charges of a file one by one, two statements each, 1000 a transaction."""
    floor = Floor(url)
    execute = floor.connection.execute
    with path.open(newline="") as file:
        rows = islice(csv.reader(file), 1, None)
        while part := list(islice(rows, _LOOP_CHARGES)):
            floor.begin()
            for key, user, amount in part:
                ((balance, sequence),) = execute(
                    "UPDATE balances SET balance_minor = balance_minor + ?, entry_count ="
                    " entry_count + 1 WHERE username = ? RETURNING balance_minor, entry_count",
                    (int(amount), user),
                ).fetchall()
                execute(
                    "INSERT INTO balance_entries (username, sequence, kind, amount_minor,"
                    " balance_after_minor, at, key, fingerprint, recorded_at, actor, host, channel,"
                    " method) VALUES (?, ?, 'charge', ?, ?, 1, ?, ?, 1, ?, ?, ?, 'cash')",
                    (user, sequence, int(amount), balance, key, "0" * 32, *_ORIGIN),
                )
            execute("COMMIT")
    floor.close()


def insert_by_hand(
    session: Any,  # noqa: ANN401  # of the dialect it is asked for
    into: Insert,
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    same: Mapping[str, Constant],
) -> None:
    """Rows that an import wrote, by `executemany` on SQLite and by COPY on Postgres."""
    if session.dialect == "postgres":
        writing.insert(session, into, columns, rows, same)
        return
    # As the import does it: to bind a BLOB, a NULL or the same value again would only cost more.
    marks = [
        {"body": "CAST(? AS BLOB)", "coupon_code": "NULLIF(?, '')"}.get(c, "?") for c in columns
    ]
    rest = into.rest(columns, same)
    told = [str(v) if isinstance(v, int) else f"'{v}'" for v in rest.values()]
    names = ", ".join([*columns, *rest])
    statement = f"INSERT INTO {into.table} ({names}) VALUES ({', '.join([*marks, *told])})"  # noqa: S608 - ours
    session.connection.executemany(statement, rows)
