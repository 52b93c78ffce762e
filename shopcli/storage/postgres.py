"""Transactions on a shop in a Postgres database; knows no table.

Beginning and committing are one round trip each. Settings are made once for a connection; behind a
connection pooler, where a transaction may be on another than the last, they travel with BEGIN. A
connection that broke while idle is replaced without a word; one
that breaks during COMMIT leaves the outcome unknown, and that is what the caller is told.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from shopcli.domain.errors import Internal
from shopcli.storage.patience import TIMEOUT_SECONDS
from shopcli.storage.postgres_connections import (
    ALL_PLANS,
    HOT_PLANS,
    REPORT_PLANS,
    PostgresSession,
    commit_durably,
    open_session,
    waiting_bounds,
    within_transaction,
)
from shopcli.storage.postgres_failures import busy, outcome_unknown, translated, unreachable

if TYPE_CHECKING:
    from types import TracebackType

    from psycopg.pq.abc import PGresult
    from sqlalchemy.pool import PoolProxiedConnection

    from shopcli.storage.addresses import PostgresAddress
    from shopcli.storage.session import Dialect

CONNECTION_COUNT_MAX = 16
"""Bound on the connections of one process; more threads wait for one."""

_FORGOTTEN: list[object] = []
"""Pools made before a fork: the child must neither use nor close their connections."""


class Beginning(NamedTuple):
    """What begins a transaction on a connection of our own, and on one behind a pooler."""

    direct: bytes
    pooled: bytes


class PostgresDatabase:
    """A shop's Postgres database; connects when first used.

    Args:
        address: Where the server is.
        timeout_seconds: Bound on connecting, on waiting for a lock, and for a free connection.
    """

    dialect: Dialect = "postgres"

    def __init__(
        self, address: PostgresAddress, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        always = {**waiting_bounds(timeout_seconds), **ALL_PLANS}
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        durably = commit_durably(within=True)
        self.begin_write = Beginning(
            begin.encode(),
            f"{begin};{durably};{within_transaction({**always, **HOT_PLANS})}".encode(),
        )
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        self.begin_read = Beginning(
            f"{begin};{within_transaction(REPORT_PLANS)}".encode(),
            f"{begin};{within_transaction({**always, **REPORT_PLANS})}".encode(),
        )
        self._pool = self._new_pool()
        self._spare: list[PoolProxiedConnection] = []
        """At most one connection kept out of the pool: going through it costs 8 microseconds."""
        self._process_id = os.getpid()

    @property
    def address(self) -> PostgresAddress:
        """Where the server is, for a connection of another kind."""
        return self._address

    @property
    def display(self) -> str:
        """The address without a password."""
        return self._address.display

    def read(self) -> Transaction:
        """One snapshot, read only."""
        return Transaction(self, self.begin_read, None)

    def write(self, key: str | None = None) -> Transaction:
        """One write transaction, committed at exit."""
        return Transaction(self, self.begin_write, key)

    def write_at_once(self, key: str | None = None) -> SingleStatements:
        """A session on which each statement is its own transaction."""
        return SingleStatements(self, key)

    def close(self) -> None:
        """Close the idle connections."""
        if self._process_id == os.getpid():
            while self._spare:
                self._spare.pop().close()
            self._pool.dispose()

    def facts(self) -> dict[str, str]:
        """Server, client library, durability settings, and whether a pooler stands between."""
        facts = {
            "database": "postgres",
            "library": f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__})",
        }
        with self.read() as session:
            if session.is_behind_pooler:
                facts["connection"] = "behind a pooler (a relay hears no notices, it looks)"
            for name in ("server_version", "synchronous_commit", "fsync", "full_page_writes"):
                row = session.row("SELECT current_setting(:name)", {"name": name})
                facts[name] = str(row[0]) if row else ""
        return facts

    def take(self) -> PoolProxiedConnection:
        """A pooled connection that is not known to be broken.

        Raises:
            Busy: All connections of this process are in use, or the server has none left.
            DatabaseUnreachable: The server does not answer.
        """
        if self._process_id != os.getpid():
            _FORGOTTEN.append((self._pool, self._spare))
            self._pool, self._spare = self._new_pool(), []
            self._process_id = os.getpid()
        while True:
            try:
                pooled = self._spare.pop()
            except IndexError:
                pooled = self._connect()
            session: PostgresSession = pooled.dbapi_connection  # type: ignore[assignment] # what the pool's creator makes
            if session.is_alive():
                return pooled
            pooled.invalidate()

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """Keep a connection for the next block; where others may wait for one, the pool gets it."""
        if not self._spare and self._pool.checkedout() < CONNECTION_COUNT_MAX:
            self._spare.append(pooled)
        else:
            pooled.close()

    def _connect(self) -> PoolProxiedConnection:
        try:
            return self._pool.connect()
        except PoolTimeout:
            raise busy() from None

    def _new_pool(self) -> QueuePool:
        return QueuePool(
            lambda: open_session(self._address, self._timeout_seconds),  # type: ignore[arg-type] # a session has what the pool needs of a connection: close()
            pool_size=CONNECTION_COUNT_MAX,
            max_overflow=0,
            timeout=self._timeout_seconds,
            use_lifo=True,
            reset_on_return=None,
        )


class _Block:
    """A pooled connection for the time of a `with` block."""

    __slots__ = ("_database", "_key", "_pooled", "_session")

    _pooled: PoolProxiedConnection
    _session: PostgresSession

    def __init__(self, database: PostgresDatabase, key: str | None) -> None:
        self._database = database
        self._key = key

    def _take(self) -> PostgresSession:
        self._pooled = self._database.take()
        self._session = self._pooled.dbapi_connection  # type: ignore[assignment] # as in take()
        return self._session

    def _give_back(self) -> None:
        """Return the connection to the pool, or drop it if it is broken or mid-transaction."""
        pgconn = self._session.connection.pgconn
        if pgconn.transaction_status == TransactionStatus.IDLE:
            self._database.give_back(self._pooled)
        else:
            self._pooled.invalidate()

    def _explain(self, error: BaseException | None) -> None:
        """Raise what a driver's error means; other errors are left to go on."""
        if isinstance(error, psycopg.Error):
            lost = self._session.is_lost
            meaning = translated(error, self._database.display, is_lost=lost)
            if meaning is not error:
                raise meaning from error


class Transaction(_Block):
    """A block in one transaction: commits at exit, rolls back on an exception."""

    __slots__ = ("_begin",)

    def __init__(self, database: PostgresDatabase, begin: Beginning, key: str | None) -> None:
        super().__init__(database, key)
        self._begin = begin

    def __enter__(self) -> PostgresSession:
        session = self._take()
        result = self._run_begin(session)
        if result.status != ExecStatus.COMMAND_OK and session.is_lost:
            # Broken while idle; nothing was asked yet, so a new connection does as well.
            self._pooled.invalidate()
            session = self._take()
            result = self._run_begin(session)
        if result.status != ExecStatus.COMMAND_OK:
            self._roll_back()
            self._explain(_error_of(result))
        return session

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._roll_back()
            self._explain(error)
            return
        session = self._session
        if not session.is_alive():
            self._pooled.invalidate()
            raise unreachable(self._database.display)
        result = session.run(b"COMMIT")
        if result.status == ExecStatus.COMMAND_OK and result.command_status == b"COMMIT":
            self._database.give_back(self._pooled)
        else:
            self._commit_failed(result)

    def _run_begin(self, session: PostgresSession) -> PGresult:
        return session.run(self._begin.pooled if session.is_behind_pooler else self._begin.direct)

    def _roll_back(self) -> None:
        session = self._session
        if not session.is_lost:
            session.run(b"ROLLBACK")
        self._give_back()

    def _commit_failed(self, result: PGresult) -> None:
        """Say what has become of the transaction."""
        lost = self._session.is_lost
        self._give_back()
        if lost:
            raise outcome_unknown(self._key) from _error_of(result)
        if result.status == ExecStatus.COMMAND_OK:
            raise Internal("A statement had failed unnoticed; the transaction was rolled back.")
        error = _error_of(result)
        raise translated(error, self._database.display, is_lost=False) from error


class SingleStatements(_Block):
    """A block in which each statement is a transaction of its own, or all are one.

    Behind a pooler they are: only within a transaction are the settings ours.
    """

    __slots__ = ("_transaction",)

    _transaction: Transaction | None

    def __enter__(self) -> PostgresSession:
        session = self._take()
        self._transaction = None
        if session.is_behind_pooler:
            self._give_back()
            database = self._database
            self._transaction = Transaction(database, database.begin_write, self._key)
            return self._transaction.__enter__()
        return session

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._transaction is not None:
            self._transaction.__exit__(kind, error, trace)
            return
        session = self._session
        lost = session.is_lost
        self._give_back()
        if lost and isinstance(error, psycopg.Error) and not _only_reads(session.latest):
            raise outcome_unknown(self._key) from error
        self._explain(error)


def _error_of(result: PGresult) -> psycopg.Error:
    return psycopg.errors.error_from_result(result)


def _only_reads(statement: str) -> bool:
    return statement.lstrip()[:6].upper() == "SELECT"
