"""Opens one snapshot of a whole shop that may be read for long without holding anybody up."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.database import Database
    from shopcli.storage.session import Session
    from shopcli.storage.sqlite.connections import SqliteSession


HELD_UP_SECONDS_MAX = 3.0
"""Bound on holding up those who write; they wait for longer, so they only come later."""


@contextmanager
def lasting_snapshot(database: Database) -> Iterator[Session]:
    """One snapshot, read only, however long it is read and whoever writes meanwhile.

    With the DELETE journal of SQLite who reads holds up who writes. There the file is copied first,
    as fast as the disk reads it, to a temporary database that SQLite removes by itself, even where
    this process is killed.

    Raises:
        Busy: Others held the database for too long, or it would have held them up for too long.
        DatabaseUnreachable: The connection was lost, or there is no room for the temporary file.
        ReadConflict: A stand-by server cancelled the read.
    """
    if database.dialect == "postgres" or not blocks_writers(database):
        with database.read(long=True) as session:
            yield session
        return
    with database.read() as held:
        copy = _temporary_copy(cast("SqliteSession", held), database.display)
    try:
        yield copy
    finally:
        copy.close()


def blocks_writers(database: Database) -> bool:
    """Whether who reads the database holds up who writes: with the DELETE journal of SQLite."""
    if database.dialect == "postgres":
        return False
    with database.read() as session:
        row = session.row("PRAGMA journal_mode")
    return row is not None and str(row[0]).lower() != "wal"


def _temporary_copy(held: SqliteSession, path: str) -> SqliteSession:
    from shopcli.storage.sqlite.connections import SqliteSession
    from shopcli.storage.sqlite.failures import translated
    from shopcli.storage.sqlite.library import sqlite_library
    from shopcli.storage.sqlite.queue import WriterQueue
    from shopcli.storage.sqlite.whole_files import copy_pages

    module = sqlite_library().module
    # A database without a name lies in a file that nobody sees, removed once it is open.
    connection = module.connect("", isolation_level=None, check_same_thread=False)
    try:
        copy_pages(held.connection, connection, seconds_max=HELD_UP_SECONDS_MAX)
    except BaseException as error:
        connection.close()
        if not isinstance(error, module.Error):
            raise
        raise translated(error, "temporary files", writing=True) from error
    return SqliteSession(connection, WriterQueue(path), is_lasting=False)
