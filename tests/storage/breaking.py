"""Has a statement fail on SQLite as if the disk had."""

from __future__ import annotations

from typing import Any

from shopcli.storage.sqlite import connections as sqlite_connections
from shopcli.storage.sqlite.library import sqlite_library
from shopcli.storage.sqlite.transactions import SqliteDatabase

DISK_ERROR = 1034
"""SQLITE_IOERR_FSYNC."""


class _Breaking:
    """A connection on which one statement fails as if the disk had."""

    def __init__(self, connection: Any, statement: str, code: int, *, after: bool) -> None:  # noqa: ANN401 - a driver's
        self._connection = connection
        self._statement = statement
        self._code = code
        self._after = after

    def execute(self, statement: str, parameters: Any = ()) -> Any:  # noqa: ANN401 - a driver's
        if statement != self._statement:
            return self._connection.execute(statement, parameters)
        if self._after:
            self._connection.execute(statement, parameters)
        error = sqlite_library().module.OperationalError("disk I/O error")
        error.sqlite_errorcode = self._code
        raise error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a driver's
        return getattr(self._connection, name)


def break_at(database: SqliteDatabase, statement: str, code: int, *, after: bool = False) -> None:
    """Have a statement fail on the next connection that is used.

    Args:
        database: Which.
        statement: Its whole text.
        code: The extended error code of SQLite.
        after: Do it before failing.
    """
    session = database.pool.take()
    breaking: Any = _Breaking(session.connection, statement, code, after=after)
    broken = sqlite_connections.SqliteSession(breaking, session.queue, is_lasting=True)
    database.pool.give_back(broken)
