"""Waits for notices on a connection of its own; a notice is a hint, the tables are the truth.

LISTEN needs one connection that lasts. A pooler in transaction mode does not give one, and LISTEN
would stay set on a connection that others use. So nothing listens behind a pooler; a caller must
poll from time to time anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from shopcli.domain.errors import ShopError
from shopcli.storage.postgres.connections import is_behind_pooler, open_connection
from shopcli.storage.postgres.transactions import PostgresDatabase

if TYPE_CHECKING:
    from shopcli.storage.database import Database

_CHECK_SECONDS = 0.5
_RECONNECT_SECONDS = 2.0


def listen(
    database: Database, channel: str, stop: threading.Event, tell: Callable[[], object]
) -> None:
    """Call `tell` at each notice, and after each reconnection, until stopped.

    Args:
        database: A Postgres database, not behind a pooler; nothing happens for another.
        channel: The channel to listen to.
        stop: Ends listening within half a second.
        tell: Called in this thread.
    """
    if not isinstance(database, PostgresDatabase):
        return
    while not stop.is_set():
        try:
            with open_connection(database.address, database.bounds) as connection:
                if is_behind_pooler(connection):
                    return
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                tell()
                _forward_notices(connection, stop, tell)
        except (psycopg.Error, ShopError, OSError):
            stop.wait(_RECONNECT_SECONDS)


def _forward_notices(
    connection: psycopg.Connection, stop: threading.Event, tell: Callable[[], object]
) -> None:
    while not stop.is_set():
        for _ in connection.notifies(timeout=_CHECK_SECONDS, stop_after=1):
            tell()
