"""Looks at and damages a shop's tables behind its back; knows SQL, never the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from shopcli.storage.sqlite.library import sqlite_library
from tests.kept_connections import KEPT

Rows = list[tuple[Any, ...]]


class RawDatabase(Protocol):
    """Runs SQL text without parameters, each statement a transaction of its own."""

    def run(self, statement: str) -> Rows:
        """Run a statement and answer with its rows."""

    def unguard(self) -> None:
        """Switch triggers, foreign keys and checks off."""

    def tables(self) -> list[str]:
        """The names of all tables."""

    def dump(self) -> dict[str, list[str]]:
        """Every row of every table as text, in an order of its own, not that of its storage."""


class _Sqlite:
    def __init__(self, path: str) -> None:
        # The library the shop itself uses: a second one would drop the first one's locks.
        self.connection = sqlite_library().module.connect(path, isolation_level=None)

    def run(self, statement: str) -> Rows:
        return [tuple(row) for row in self.connection.execute(statement)]

    def unguard(self) -> None:
        self.run("PRAGMA foreign_keys = OFF")
        self.run("PRAGMA ignore_check_constraints = ON")
        for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run(f"DROP TRIGGER {name}")

    def tables(self) -> list[str]:
        rows = self.run(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%'"
            " ESCAPE '!' ORDER BY name"
        )
        return [row[0] for row in rows]

    def dump(self) -> dict[str, list[str]]:
        return {
            table: sorted(repr(row) for row in self.run(f"SELECT * FROM {table}"))  # noqa: S608 - names from the catalogue
            for table in self.tables()
        }


class _Postgres:
    def __init__(self, url: str) -> None:
        # Imported late, as most readers of a file need no driver of a server.
        import psycopg

        self.connection = KEPT.connect(psycopg.Connection, url, autocommit=True)

    def run(self, statement: str) -> Rows:
        # Bytes, because a text that was put together is no literal.
        cursor = self.connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    def unguard(self) -> None:
        self.run("SET session_replication_role = replica")
        checks = self.run(
            "SELECT conrelid::regclass, conname FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
        for table, name in checks:
            self.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    def tables(self) -> list[str]:
        rows = self.run(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        return [row[0] for row in rows]

    def dump(self) -> dict[str, list[str]]:
        # One statement: each is planned anew, which takes longer than reading some rows.
        found: dict[str, list[str]] = {table: [] for table in self.tables()}
        selects = (f"SELECT '{table}', t::text FROM {table} AS t" for table in found)  # noqa: S608 - names from the catalogue
        for table, row in self.run(" UNION ALL ".join(selects)):
            found[table].append(row)
        return {table: sorted(rows) for table, rows in found.items()}


@contextmanager
def raw_database(url: str) -> Iterator[RawDatabase]:
    """Open a shop's database behind the shop's back."""
    database: _Sqlite | _Postgres
    if url.startswith("sqlite:///"):
        database = _Sqlite(url.removeprefix("sqlite:///"))
    else:
        database = _Postgres(url)
    try:
        yield database
    finally:
        database.connection.close()


def dump(url: str) -> dict[str, list[str]]:
    """Every row of every table as text, in an order that does not depend on how it is stored."""
    with raw_database(url) as database:
        return database.dump()
