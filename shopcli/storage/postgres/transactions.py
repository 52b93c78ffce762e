"""Transactions on a shop in a Postgres database; knows no table.

BEGIN and COMMIT are one round trip each. Settings are made once for a connection; behind a pooler,
where each transaction may use another connection, they are sent with BEGIN. A connection that broke
while idle is replaced silently. The blocks are in `storage.postgres.blocks`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from shopcli.storage.lock_waits import TIMEOUT_SECONDS, WAIT_MAX_SECONDS
from shopcli.storage.postgres.blocks import (
    Beginning,
    ReadTransaction,
    SingleStatements,
    WriteTransaction,
)
from shopcli.storage.postgres.connections import (
    ALL_PLANS,
    DURABLE,
    HOT_PLANS,
    REPORT_PLANS,
    Bounds,
    PostgresSession,
    open_session,
    waiting_bounds,
    within_transaction,
)
from shopcli.storage.postgres.failures import busy, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.pool import PoolProxiedConnection

    from shopcli.storage.addresses import PostgresAddress
    from shopcli.storage.session import Dialect, ServerTime, Session

CONNECTION_COUNT_MAX = 16
"""Bound on the connections of one process; further threads wait for a free one."""

_REPORTED_SETTINGS = (
    "server_version", "synchronous_commit", "fsync", "full_page_writes", "search_path",
)  # fmt: skip

_SCHEMA_OPEN_TO_ALL = """
SELECT current_schema()
WHERE has_schema_privilege('public', CAST(current_schema() AS text), 'CREATE')
"""
"""Before version 15 every login may create tables and functions in the schema `public`."""

_WHAT_FORBIDS_WRITES = """
SELECT CASE
    WHEN pg_is_in_recovery() THEN 'stand_by'
    WHEN current_setting('default_transaction_read_only') = 'on' THEN 'read_only'
    ELSE ''
END
"""

_FORGOTTEN: list[object] = []
"""Pools made before a fork: the child must neither use nor close their connections."""


class PostgresDatabase:
    """A shop's Postgres database; connects when first used.

    Args:
        address: Where the server is.
        timeout_seconds: Bound on connecting, on waiting for a lock, and for a free connection.
        wait_max_seconds: Bound on waiting for any reply of the server.
    """

    dialect: Dialect = "postgres"
    is_remote = True

    def __init__(
        self,
        address: PostgresAddress,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        wait_max_seconds: float = WAIT_MAX_SECONDS,
    ) -> None:
        self._address = address
        self.bounds = Bounds(lock=timeout_seconds, answer=wait_max_seconds)
        self.change_count = 0
        self.server_time: ServerTime | None = None
        self.check_new: Callable[[Session], None] | None = None
        always = {**waiting_bounds(self.bounds), **ALL_PLANS}
        hot = {**always, **HOT_PLANS}
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        self.begin_write = Beginning(begin.encode(), begin, {**hot, **DURABLE})
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
        self.begin_look = Beginning(begin.encode(), begin, hot)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        self.begin_read = Beginning(
            f"{begin};{within_transaction(REPORT_PLANS)}".encode(),
            begin,
            {**always, **REPORT_PLANS},
        )
        self._pool = self._new_pool()
        self._spare: list[PoolProxiedConnection] = []
        """At most one connection kept outside the pool, which costs 8 microseconds a use."""
        self._process_id = os.getpid()

    @property
    def address(self) -> PostgresAddress:
        """The server's address, for connections outside the pool."""
        return self._address

    @property
    def display(self) -> str:
        """The address without a password."""
        return self._address.display

    def read(self, *, long: bool = False) -> ReadTransaction:
        """One snapshot, read only."""
        return ReadTransaction(self, self.begin_read, long=long)

    def write(self, key: str | None = None, *, long: bool = False) -> WriteTransaction:
        """One write transaction, committed at exit."""
        return WriteTransaction(self, self.begin_write, key, long=long)

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
        """Server, client library, durability settings, and whether there is a pooler."""
        facts = {
            "database": "postgres",
            "library": f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__})",
        }
        with self.read() as session:
            if session.is_behind_pooler:
                facts["connection"] = "behind a pooler (a relay hears no notices, it looks)"
            for name in _REPORTED_SETTINGS:
                row = session.row("SELECT current_setting(:name)", {"name": name})
                facts[name] = str(row[0]) if row else ""
            facts["pinned_path"] = session.search_path
            row = session.row(_SCHEMA_OPEN_TO_ALL)
            facts["schema_open_to_all"] = str(row[0]) if row else ""
            row = session.row(_WHAT_FORBIDS_WRITES)
            facts["forbids_writes"] = str(row[0]) if row else ""
        return facts

    def take(self) -> PoolProxiedConnection:
        """A pooled connection that is not known to be broken.

        Raises:
            Busy: All connections of this process are in use, or the server has no free one.
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
        """Keep a connection for the next block; the pool gets it where threads may wait."""
        if not self._spare and self._pool.checkedout() < CONNECTION_COUNT_MAX:
            self._spare.append(pooled)
        else:
            pooled.close()

    def _connect(self) -> PoolProxiedConnection:
        try:
            return self._pool.connect()
        except PoolTimeout:
            raise busy() from None

    def _open(self) -> PostgresSession:
        opened = open_session(self._address, self.bounds)
        self.server_time = opened.server_time
        if self.check_new is not None:
            try:
                self.check_new(opened.session)
            except psycopg.Error as error:
                is_lost = opened.session.is_lost
                opened.session.close()
                login = opened.session.connection.login
                raise translated(error, self.display, is_lost=is_lost, login=login) from error
            except BaseException:
                opened.session.close()
                raise
        return opened.session

    def _new_pool(self) -> QueuePool:
        return QueuePool(
            self._open,  # type: ignore[arg-type] # a session has what the pool needs of a connection: close()
            pool_size=CONNECTION_COUNT_MAX,
            max_overflow=0,
            timeout=self.bounds.lock,
            use_lifo=True,
            reset_on_return=None,
        )
