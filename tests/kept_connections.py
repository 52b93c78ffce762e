"""Connections to Postgres that are closed by one test and opened again by the next.

A new server process reads the catalogue anew, and with it each table that a statement names: most
of the server's time of a test that sells something went into that. `DISCARD ALL` makes a session
what it was when it began, and the process keeps what it knows of the catalogue. Whoever opens a
connection makes all settings and checks as on a new one. Folders whose tests are about connections
switch it off (`keeps_connections`).
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from weakref import ref

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn

Kind = TypeVar("Kind", bound="psycopg.Connection[Any]")
Place = tuple[object, ...]

_IDLE_COUNT_MAX = 4
"""For each way to connect to a database."""

# A session learns of these only when it begins, and has them to its end.
_HAS_DEFAULTS = b"SELECT FROM pg_catalog.pg_db_role_setting LIMIT 1"


class KeptConnections:
    """Connections of this process, by database and by all that they were opened with."""

    def __init__(self) -> None:
        self.is_on = False
        self._process_id = os.getpid()
        self._idle: dict[str, dict[Place, list[PGconn]]] = {}

    def connect(self, kind: type[Kind], conninfo: str, *, autocommit: bool) -> Kind:
        """Open a connection, and keep its session when it is closed.

        Args:
            kind: What it is in this process.
            conninfo: As libpq takes it.
            autocommit: As the driver takes it.
        """
        if not self._is_in_use:
            return kind.connect(conninfo, autocommit=autocommit)
        words = conninfo_to_dict(conninfo)
        name = str(words.pop("dbname", ""))
        variables = (item for item in os.environ.items() if item[0].startswith("PG"))
        place = (kind, *sorted(words.items()), *sorted(variables))
        idle = self._idle.setdefault(name, {}).setdefault(place, [])
        opened = None
        while idle and opened is None:
            session = idle.pop()
            if _begins_without_defaults(session):
                opened = kind(session)
                opened.autocommit = autocommit
            else:
                session.finish()
        if opened is None:
            opened = kind.connect(conninfo, autocommit=autocommit)
            if not _begins_without_defaults(opened.pgconn):
                return opened
        opened.close = partial(self._close, ref(opened), idle)  # type: ignore[method-assign]  # what this module is for
        return opened

    def process_ids(self, name: str) -> list[int]:
        """The server processes that are kept for a database."""
        kept = self._idle.get(name, {}).values()
        return [session.backend_pid for idle in kept for session in idle]

    def rename(self, name: str, to: str) -> None:
        """Find the connections to a database by its new name."""
        if name in self._idle:
            self._idle[to] = self._idle.pop(name)

    def end(self, name: str) -> None:
        """End the connections to a database."""
        for idle in self._idle.get(name, {}).values():
            while idle:
                idle.pop().finish()

    @property
    def _is_in_use(self) -> bool:
        """What a process has forked it has inherited, and must not use."""
        return self.is_on and self._process_id == os.getpid()

    def _close(self, of: ref[psycopg.Connection[Any]], idle: list[PGconn]) -> None:
        connection = of()
        if connection is None or connection.closed:
            return
        session = connection.pgconn
        if self._is_in_use and len(idle) < _IDLE_COUNT_MAX and _begins_anew(session):
            # Whoever holds it still may do as much with it as with any that is closed.
            connection.pgconn = _CLOSED
            connection.wait = _refuse  # type: ignore[method-assign]  # what this module is for
            idle.append(session)
        type(connection).close(connection)


def _begins_anew(session: PGconn) -> bool:
    """Make a session what it was at first; False if it is not at rest, or lost."""
    is_at_rest = (
        session.status == ConnStatus.OK and session.transaction_status == TransactionStatus.IDLE
    )
    return is_at_rest and session.exec_(b"DISCARD ALL").status == ExecStatus.COMMAND_OK


def _begins_without_defaults(session: PGconn) -> bool:
    """Whether no database and no login gives its sessions settings; False as well if it is lost."""
    found = session.exec_(_HAS_DEFAULTS)
    return found.status == ExecStatus.TUPLES_OK and found.ntuples == 0


def _refuse(*_arguments: object, **_options: object) -> NoReturn:
    message = "the connection is closed"
    raise psycopg.OperationalError(message)


def _closed() -> PGconn:
    session = pq.PGconn.connect_start(b"host=/nowhere")
    session.finish()
    return session


_CLOSED = _closed()

KEPT = KeptConnections()
"""Of this process."""
