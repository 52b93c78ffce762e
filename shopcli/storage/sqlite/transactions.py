"""Transactions on a shop in an SQLite file; knows no table.

Writers queue for the one write lock before BEGIN IMMEDIATE, so a transaction that has begun never
waits again (in the DELETE journal mode its COMMIT may wait for readers). All waits are bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import NoShop, NotAShop
from shopcli.storage.lock_waits import TIMEOUT_SECONDS, wait_until
from shopcli.storage.sqlite.connections import (
    SYNCHRONOUS_NAMES,
    SqlitePool,
    SqliteSession,
)
from shopcli.storage.sqlite.failures import (
    SETTLED_AT_COMMIT,
    SQLITE_BUSY,
    outcome_unknown,
    primary_code,
    translated,
)
from shopcli.storage.sqlite.library import sqlite_library

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from shopcli.storage.addresses import SqliteAddress
    from shopcli.storage.instants import ServerTime
    from shopcli.storage.session import Dialect

# Reading anything takes the snapshot; this reads nothing else.
_TAKE_SNAPSHOT = "PRAGMA schema_version"


class SqliteDatabase:
    """A shop's SQLite file; opens nothing until first used.

    Args:
        address: The file.
        timeout_seconds: Bound on waiting for other processes.
    """

    __slots__ = (
        "_address", "change_count", "error", "pool", "server_time", "timeout_seconds",
    )  # fmt: skip

    dialect: Dialect = "sqlite"

    def __init__(self, address: SqliteAddress, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._address = address
        self.timeout_seconds = timeout_seconds
        self.change_count = 0
        self.server_time: ServerTime | None = None
        self.error: type[Exception] = sqlite_library().module.Error
        self.pool = SqlitePool(address.path, timeout_seconds)

    @property
    def display(self) -> str:
        """The path of the file."""
        return self._address.display

    def read(self, *, long: bool = False) -> Reading:  # noqa: ARG002  # a file never keeps silent
        """One snapshot, read only."""
        return Reading(self, None)

    def write(self, key: str | None = None, *, long: bool = False) -> Writing:  # noqa: ARG002  # as above
        """One write transaction, committed at exit."""
        return Writing(self, key)

    def write_at_once(self, key: str | None = None) -> Writing:
        """The same as `write`: a transaction costs no round trip here."""
        return Writing(self, key)

    def close(self) -> None:
        """Close the idle connections."""
        self.pool.close()

    def facts(self) -> dict[str, str]:
        """Library, version, journal mode, and how much is flushed at COMMIT."""
        library = sqlite_library()
        facts = {
            "database": "sqlite",
            "library": library.name,
            "version": library.version,
            "preferred_journal_mode": library.journal_mode,
        }
        try:
            with self.read() as session:
                row = session.row("PRAGMA journal_mode")
                facts["journal_mode"] = str(row[0]).upper() if row else ""
                level = session.row("PRAGMA synchronous")
                facts["synchronous"] = SYNCHRONOUS_NAMES[int(level[0])] if level else ""
        except (NoShop, NotAShop):
            facts["journal_mode"] = ""
        return facts


class Reading:
    """A block that reads one snapshot."""

    __slots__ = ("_database", "_key", "_session")

    _session: SqliteSession

    def __init__(self, database: SqliteDatabase, key: str | None) -> None:
        self._database = database
        self._key = key

    def __enter__(self) -> SqliteSession:
        session = self._session = self._database.pool.take()
        execute = session.connection.execute
        try:
            execute("BEGIN")
            execute(_TAKE_SNAPSHOT).fetchall()
        except self._database.error as error:
            self._begin_later(_TAKE_SNAPSHOT, error, writing=False)
        return session

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._undo(error, writing=False)
            return
        # Should a reading block have written by mistake, nothing of it stays.
        self._session.connection.execute("ROLLBACK")
        self._database.pool.give_back(self._session)

    def _begin_later(self, statement: str, error: Exception, *, writing: bool) -> None:
        """Begin when others let go of the file, or give up in time."""
        failure = self._retry(statement, error, self._session.queue.is_next)
        if failure is not None:
            self._undo(failure, writing=writing)
            raise failure

    def _retry(
        self, statement: str, error: Exception, is_alone: Callable[[], bool]
    ) -> Exception | None:
        """Run a statement again while the file is busy, within the bound.

        Returns:
            The last error; None once the statement has run.
        """
        failure: Exception | None = error
        execute = self._session.connection.execute

        def is_settled() -> bool:
            nonlocal failure
            try:
                execute(statement).fetchall()
            except self._database.error as latest:
                failure = latest
                return primary_code(latest) != SQLITE_BUSY
            failure = None
            return True

        if primary_code(error) == SQLITE_BUSY:
            try:
                wait_until(is_settled, self._database.timeout_seconds, is_alone=is_alone)
            except BaseException:  # an interrupt: nobody else ends this transaction
                self._session.close()
                raise
        return failure

    def _undo(self, error: BaseException, *, writing: bool) -> None:
        """Roll back after an error, and say what it means.

        Raises:
            ShopError: What a driver's error means; other errors are left to go on.
        """
        database, connection = self._database, self._session.connection
        try:
            # A full disk and some other errors have rolled back already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except database.error:
            self._session.close()  # which rolls back
        else:
            database.pool.give_back(self._session)
        if isinstance(error, database.error):
            meaning = translated(error, database.display, writing=writing)
            if meaning is not error:
                raise meaning from error


class Writing(Reading):
    """A block that writes, alone, and commits at its end."""

    __slots__ = ()

    def __enter__(self) -> SqliteSession:
        session = self._session = self._database.pool.take()
        queue = session.queue
        try:
            queue.enter(self._database.timeout_seconds)
            session.connection.execute("BEGIN IMMEDIATE")
        except self._database.error as error:
            self._begin_later("BEGIN IMMEDIATE", error, writing=True)
        finally:
            queue.leave()
        return session

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._undo(error, writing=True)
            return
        try:
            self._session.connection.execute("COMMIT")
        except self._database.error as failure:
            self._commit_later(failure)
        self._database.change_count += 1
        self._database.pool.give_back(self._session)

    def _commit_later(self, error: Exception) -> None:
        """Commit when readers let go of the file, or say what has become of the transaction."""
        # Readers hold up a COMMIT in the DELETE journal mode only; it may simply be repeated, and
        # soon: new readers are kept out meanwhile.
        failure = self._retry("COMMIT", error, lambda: True)
        if failure is None:
            return
        if primary_code(failure) in SETTLED_AT_COMMIT:
            self._undo(failure, writing=True)
        self._session.close()
        self._database.change_count += 1
        raise outcome_unknown(self._key) from failure
