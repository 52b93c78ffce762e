"""Transactions on a shop in an SQLite file; knows no table.

Writers queue for the one write lock before BEGIN IMMEDIATE, so a transaction that has begun never
waits again (in the DELETE journal mode its COMMIT may wait for readers). All waits are bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import NoShop, NotAShop
from shopcli.storage.lock_waits import (
    ALONE_PAUSE_SECONDS,
    TIMEOUT_SECONDS,
    Stopwatch,
    scattered_pause_seconds,
    wait_until,
)
from shopcli.storage.sqlite.connections import (
    SYNCHRONOUS_NAMES,
    SqlitePool,
    SqliteSession,
)
from shopcli.storage.sqlite.failures import (
    SETTLED_AT_COMMIT,
    SQLITE_BUSY,
    damaged,
    outcome_unknown,
    primary_code,
    translated,
)
from shopcli.storage.sqlite.library import sqlite_library

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from shopcli.storage.addresses import SqliteAddress
    from shopcli.storage.session import Dialect, ServerTime, Session

# Any read takes the snapshot; this one reads the least.
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
    is_remote = False

    def __init__(self, address: SqliteAddress, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._address = address
        self.timeout_seconds = timeout_seconds
        self.change_count = 0
        self.server_time: ServerTime | None = None
        self.error: type[Exception] = sqlite_library().module.Error
        self.pool = SqlitePool(address.path, timeout_seconds)

    @property
    def check_new(self) -> Callable[[Session], None] | None:
        """What judges each new connection."""
        return self.pool.check_new

    @check_new.setter
    def check_new(self, check: Callable[[Session], None] | None) -> None:
        self.pool.check_new = check

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
        """As `write`: a transaction costs no round trip here."""
        return Writing(self, key)

    def close(self) -> None:
        """Close the idle connections."""
        self.pool.close()

    def facts(self) -> dict[str, str]:
        """Library, version, journal mode, and what is flushed at COMMIT."""
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
            failure = self._retry(_TAKE_SNAPSHOT, error, scattered_pause_seconds)
            if failure is not None:
                self._undo(failure, writing=False)
                raise failure from None
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
        # ROLLBACK, so that nothing is kept if the block wrote by mistake.
        self._session.connection.execute("ROLLBACK")
        self._database.pool.give_back(self._session)

    def _retry(
        self, statement: str, error: Exception, pause: Callable[[float], float]
    ) -> Exception | None:
        """Retry a statement while the file is busy, within the bound.

        Returns:
            The last error; None once the statement has run.
        """
        if primary_code(error) != SQLITE_BUSY:
            return error
        return self._until_free(statement, self._database.timeout_seconds, pause)

    def _until_free(
        self, statement: str, timeout_seconds: float, pause: Callable[[float], float]
    ) -> Exception | None:
        failure: Exception | None = None
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

        try:
            wait_until(is_settled, timeout_seconds, pause=pause)
        except BaseException:  # an interrupt: nothing else ends this transaction
            self._session.close()
            raise
        return failure

    def _undo(self, error: BaseException, *, writing: bool) -> None:
        """Roll back after an error, and raise the shop's error for it.

        Raises:
            ShopError: The translation of a driver's error; other errors are not raised here.
        """
        database, connection = self._database, self._session.connection
        try:
            # Some errors, such as a full disk, have rolled back already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except database.error:
            self._session.close()  # which rolls back
        else:
            database.pool.give_back(self._session)
        if isinstance(error, UnicodeDecodeError):
            # The driver could not word an error, which quotes the damaged text of a definition.
            raise damaged(database.display) from error
        if isinstance(error, database.error):
            meaning = translated(error, database.display, writing=writing)
            if meaning is not error:
                raise meaning from error


class Writing(Reading):
    """A block that writes, alone, and commits at its end."""

    __slots__ = ()

    def __enter__(self) -> SqliteSession:
        session = self._session = self._database.pool.take()
        try:
            failure = self._begin(session)
        except BaseException:  # an interrupt: nothing else leaves the queue
            session.close()
            raise
        if failure is not None:
            session.queue.leave()
            self._undo(failure, writing=True)
            raise failure
        return session

    def _begin(self, session: SqliteSession) -> Exception | None:
        """Begin at once in a turn or where nobody waits; otherwise queue first.

        Returns:
            The last error; None once the transaction has begun.
        """
        queue = session.queue
        has_turn = Stopwatch.now() < queue.turn_ends_at
        if has_turn or queue.is_free():
            try:
                session.connection.execute("BEGIN IMMEDIATE")
            except self._database.error as error:
                if primary_code(error) != SQLITE_BUSY:
                    return error
            else:
                if not has_turn:
                    queue.begin_turn()
                return None
        bound, stopwatch = self._database.timeout_seconds, Stopwatch()
        queue.get_in_line(bound)
        left = max(0.0, bound - stopwatch.seconds())
        failure = self._until_free("BEGIN IMMEDIATE", left, queue.pause_seconds)
        if failure is None:
            queue.begin_turn()
        return failure

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._undo(error, writing=True)
            return
        # Counted first: an interrupt may come between the COMMIT and the next line.
        self._database.change_count += 1
        try:
            self._session.connection.execute("COMMIT")
        except self._database.error as failure:
            self._commit_later(failure)
        self._database.pool.give_back(self._session)

    def _commit_later(self, error: Exception) -> None:
        """Retry COMMIT until readers release the file, or raise the outcome."""
        # Readers block a COMMIT only in the DELETE journal mode. It can be retried, and soon,
        # because new readers are locked out meanwhile.
        failure = self._retry("COMMIT", error, lambda _: ALONE_PAUSE_SECONDS)
        if failure is None:
            return
        if primary_code(failure) in SETTLED_AT_COMMIT:
            self._database.change_count -= 1
            self._undo(failure, writing=True)
        self._session.close()
        raise outcome_unknown(self._key) from failure
