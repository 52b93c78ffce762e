"""Postgres databases that are lent again and again, each time as their template is.

Making one takes many times as long as emptying it. Whatever a borrower does, the next one sees the
template: rows are put back, and a database whose schema, settings, statistics or size are not what
they were is thrown away. It has another name each time, so that nobody who still knows the old one
(a thread, a process left behind) reaches it.

A connection to each is kept meanwhile: a new one learns the catalogue anew, six times the work.
So are those that were closed where `tests.kept_connections` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from tests.kept_connections import KEPT
from tests.postgres_server import DatabaseServer, name_of

_GROWN_BYTES = 8 * 1024 * 1024
"""Emptied by DELETE the files stay long; from here on that costs more than a new database."""

_END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT pid = ANY(%s)
"""

# Each change of a catalogue row leaves another `xmin`, but what VACUUM and ANALYZE write.
_CHANGED = " UNION ALL ".join(
    f"SELECT '{catalogue}', count(*), sum(xmin::text::bigint) FROM {catalogue} WHERE {ours}"  # noqa: S608 - as below
    for catalogue, ours in (
        ("pg_class", "oid >= 16384 AND relpersistence <> 't'"),
        ("pg_attribute", "attrelid >= 16384"),
        ("pg_attrdef", "true"),
        ("pg_constraint", "true"),
        ("pg_trigger", "true"),
        ("pg_rewrite", "true"),
        ("pg_policy", "true"),
        ("pg_proc", "true"),
        ("pg_type", "oid >= 16384"),
        ("pg_index", "indexrelid >= 16384"),
        ("pg_sequence", "true"),
        ("pg_namespace", "nspname !~ '^pg_(toast_)?temp_'"),
        ("pg_extension", "true"),
        ("pg_collation", "true"),
        ("pg_event_trigger", "true"),
        ("pg_statistic_ext", "true"),
        ("pg_default_acl", "true"),
        ("pg_largeobject_metadata", "true"),
        ("pg_statistic", "starelid >= 16384"),
    )
)
_FINGERPRINT = f"""
{_CHANGED}
UNION ALL
SELECT 'pages', sum(relpages), sum(reltuples)::bigint FROM pg_class
WHERE oid >= 16384 AND relpersistence <> 't'
UNION ALL
SELECT 'settings', count(*), sum(hashtext(setconfig::text)) FROM pg_db_role_setting
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
UNION ALL
SELECT 'itself', datdba::bigint, hashtext(concat_ws(' ', datconnlimit, datallowconn, datacl))
FROM pg_database WHERE datname = current_database()
"""  # noqa: S608 - made of constants

Fingerprint = list[tuple[object, ...]]


class _Kept(NamedTuple):
    """A database, and the connection that puts it back."""

    url: str
    connection: psycopg.Connection


class ReusedDatabases:
    """Lends databases; makes one when none is there to be lent.

    Args:
        server: Where they are.
        template: The address of the database they are like; nobody may be connected to it.
    """

    def __init__(self, server: DatabaseServer, template: str) -> None:
        self._server = server
        self._template = template
        self._idle: list[_Kept] = []
        self._fingerprint: Fingerprint = []
        self._put_back = ""
        self._size_bytes = 0

    @contextmanager
    def lent(self) -> Iterator[str]:
        """A database for the time of a block."""
        kept = self._idle.pop() if self._idle else self._make()
        if not KEPT.is_on:
            KEPT.end(name_of(kept.url))
        try:
            yield kept.url
        finally:
            self._take_back(kept)

    def drop(self) -> None:
        """Drop what is kept."""
        while self._idle:
            self._drop(self._idle.pop())

    def _make(self) -> _Kept:
        url = self._server.create(self._template)
        connection = _connect(url)
        self._fingerprint = _fingerprint(connection)
        self._put_back = _put_back(connection)
        self._size_bytes = _size_bytes(connection)
        return _Kept(url, connection)

    def _take_back(self, kept: _Kept) -> None:
        """Make it as the template is, or drop it."""
        try:
            if _is_ended(kept.connection):  # by the test, with all others
                kept.connection.close()
                kept = _Kept(kept.url, _connect(kept.url))
            connection = kept.connection
            # First, as whoever is ended may come again.
            name = name_of(kept.url)
            kept = _Kept(self._server.rename(connection), connection)
            KEPT.rename(name, name_of(kept.url))
            connection.execute(_END_OTHERS, [KEPT.process_ids(name_of(kept.url))], prepare=True)
            if (
                _fingerprint(connection) == self._fingerprint
                and _size_bytes(connection) < self._size_bytes + _GROWN_BYTES
            ):
                with connection.transaction():
                    connection.execute(self._put_back.encode())
                self._idle.append(kept)
                return
        except psycopg.Error:
            pass  # a test may leave a database that takes nobody or nothing
        self._drop(kept)

    def _drop(self, kept: _Kept) -> None:
        kept.connection.close()
        self._server.drop(kept.url)


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


def _is_ended(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return True
    return False


def _fingerprint(connection: psycopg.Connection) -> Fingerprint:
    return connection.execute(_FINGERPRINT, prepare=True).fetchall()


def _size_bytes(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    size: int = row[0]
    return size


def _put_back(connection: psycopg.Connection) -> str:
    """The statements that make all rows and numbers what they are now."""
    # As a replica no trigger refuses: neither those that guard history nor foreign keys.
    statements = ["SET LOCAL session_replication_role = replica"]
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    for schema, name in tables:
        table = sql.Identifier(schema, name).as_string(connection)
        statements.append(f"DELETE FROM {table}")  # noqa: S608 - quoted
        rows = connection.execute(f"SELECT json_agg(t)::text FROM {table} AS t").fetchone()  # noqa: S608 - quoted
        if rows is not None and rows[0] is not None:
            kept = sql.Literal(rows[0]).as_string(connection)
            statements.append(
                f"INSERT INTO {table} SELECT * FROM json_populate_recordset(null::{table}, {kept})"  # noqa: S608 - quoted
            )
    statements += [
        f"SELECT setval({oid}::regclass, {start}, false)"
        for oid, start in connection.execute("SELECT seqrelid::bigint, seqstart FROM pg_sequence")
    ]
    return ";\n".join(statements)
