"""The `with` blocks in which statements run on Postgres, and the outcome of each.

Where the connection breaks decides the outcome of a change: before anything that commits was sent,
nothing has happened; after that, until the reply arrives, the outcome is unknown.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

import psycopg
from psycopg.pq import TransactionStatus

from shopcli.domain.errors import Internal
from shopcli.storage.failures import SerializationFailure
from shopcli.storage.postgres.connections import (
    long_bounds,
    settings_of_transaction,
    within_transaction,
)
from shopcli.storage.postgres.failures import (
    conflict,
    not_replicated,
    outcome_unknown,
    tells_of_a_rollback,
    translated,
    unreachable,
)
from shopcli.storage.postgres.waiting import LONG_SECONDS, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import NoReturn, TypeAlias

    from psycopg import Cursor
    from sqlalchemy.pool import PoolProxiedConnection

    from shopcli.storage.postgres.connections import Bounds, PostgresSession
    from shopcli.storage.session import Dialect, Parameters, Reader, Row

    _Runner: TypeAlias = "PostgresSession | TransactionsInOneTrip"


class Beginning(NamedTuple):
    """The statements that begin a transaction, with its settings.

    Behind a pooler they make all settings, because none are made when it connects.
    """

    direct: bytes
    begin: str
    pooled: dict[str, str]
    """All settings but the search path."""

    def on(self, session: PostgresSession) -> bytes:
        """The statements for a connection."""
        if session.is_behind_pooler:
            return b";".join(self.pooled_steps(session))
        return self.direct

    def pooled_steps(self, session: PostgresSession) -> tuple[bytes, bytes]:
        """The statements for a connection behind a pooler."""
        settings = settings_of_transaction({"search_path": session.search_path, **self.pooled})
        return self.begin.encode(), settings.encode()


class Lender(Protocol):
    """The part of the database that blocks use: it lends connections and counts changes."""

    bounds: Bounds
    begin_write: Beginning
    begin_look: Beginning
    change_count: int

    @property
    def display(self) -> str:
        """The address without a password."""

    def take(self) -> PoolProxiedConnection:
        """A connection that is not known to be broken."""

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """Keep a connection for the next block."""


class _Block:
    """A `with` block that holds a pooled connection."""

    __slots__ = ("_database", "_pooled", "_session")

    _pooled: PoolProxiedConnection
    _session: PostgresSession

    def __init__(self, database: Lender) -> None:
        self._database = database

    def _take(self) -> PostgresSession:
        self._pooled = self._database.take()
        self._session = self._pooled.dbapi_connection  # type: ignore[assignment] # as in take()
        return self._session

    def _give_back(self) -> None:
        """Return the connection to the pool, or drop it if it is broken or mid-transaction."""
        connection = self._session.connection
        if connection.pgconn.transaction_status == TransactionStatus.IDLE:
            connection.wait_max_seconds = self._database.bounds.answer
            self._database.give_back(self._pooled)
        else:
            self._pooled.invalidate()

    def _end(self) -> None:
        """Roll back what is not finished, and return the connection."""
        session = self._session
        session.connection.wait_max_seconds = self._database.bounds.answer
        try:
            if session.connection.pgconn.transaction_status != TransactionStatus.IDLE:
                with suppress(psycopg.Error):  # the server rolls back open transactions itself
                    session.run(b"ROLLBACK")
        finally:
            self._give_back()

    def _raise_meaning(self, error: BaseException | None) -> None:
        """Raise the shop's error for a driver's error; let other errors pass."""
        if isinstance(error, psycopg.Error):
            meaning = self._meaning(error)
            if meaning is not error:
                raise meaning from error

    def _meaning(self, error: psycopg.Error) -> Exception:
        session, display = self._session, self._database.display
        return translated(error, display, is_lost=session.is_lost, login=session.connection.login)


class _Transaction(_Block):
    """A block in one transaction; rolls back on an exception."""

    __slots__ = ("_begin", "_long")

    def __init__(self, database: Lender, begin: Beginning, *, long: bool) -> None:
        super().__init__(database)
        self._begin = begin
        self._long = long

    def __enter__(self) -> PostgresSession:
        session = self._take()
        if not self._has_begun(session):
            # It broke while idle and nothing has run yet, so a new connection can replace it.
            self._pooled.invalidate()
            session = self._take()
            if not self._has_begun(session):
                self._pooled.invalidate()
                raise unreachable(self._database.display)
        return session

    def _has_begun(self, session: PostgresSession) -> bool:
        """Begin; False if the connection turns out to be broken."""
        try:
            self._run_begin(session)
        except BaseException as error:
            broken = isinstance(error, psycopg.Error) and not isinstance(error, NoAnswer)
            if broken and session.is_lost:
                return False
            self._end()
            self._raise_meaning(error)
            raise
        return True

    def _run_begin(self, session: PostgresSession) -> None:
        begin = self._begin.on(session)
        if self._long:
            bounds = long_bounds(reading=isinstance(self, ReadTransaction))
            begin = begin + b";" + within_transaction(bounds).encode()
        session.run(begin)
        if self._long:
            session.connection.wait_max_seconds = LONG_SECONDS

    def _run_commit(self) -> bool:
        """Send COMMIT; False if the server rolled back instead."""
        self._session.connection.wait_max_seconds = self._database.bounds.answer
        return self._session.run(b"COMMIT").command_status == b"COMMIT"


class ReadTransaction(_Transaction):
    """A block that reads one snapshot."""

    __slots__ = ()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            # The reads are complete, so losing the connection now does not matter.
            with suppress(psycopg.Error):
                self._run_commit()
            self._give_back()
            return
        self._end()
        self._raise_meaning(error)

    def _meaning(self, error: psycopg.Error) -> Exception:
        meaning = super()._meaning(error)
        return conflict() if isinstance(meaning, SerializationFailure) else meaning


class WriteTransaction(_Transaction):
    """A block that writes, and commits at its end."""

    __slots__ = ("_key",)

    def __init__(
        self, database: Lender, begin: Beginning, key: str | None, *, long: bool = False
    ) -> None:
        super().__init__(database, begin, long=long)
        self._key = key

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._end()
            self._raise_meaning(error)
            return
        session = self._session
        if not session.is_alive():
            self._pooled.invalidate()
            raise unreachable(self._database.display)
        session.connection.unreplicated = False
        # Counted first: an interrupt may come between the COMMIT and the next line.
        self._database.change_count += 1
        try:
            is_committed = self._run_commit()
        except psycopg.Error as failure:
            self._commit_failed(failure)
        except BaseException as stop:
            self._give_back()
            stop.add_note(_interrupt_note(self._key))
            raise
        self._give_back()
        if not is_committed:
            self._database.change_count -= 1
            raise Internal("A statement had failed unnoticed; the transaction was rolled back.")
        if session.connection.unreplicated:
            raise not_replicated(self._key)

    def _commit_failed(self, error: psycopg.Error) -> NoReturn:
        """Raise the outcome of a transaction whose COMMIT failed."""
        lost = self._session.is_lost
        self._give_back()
        if tells_of_a_rollback(error, is_lost=lost):
            self._database.change_count -= 1
            raise self._meaning(error) from error
        raise outcome_unknown(self._key) from error


class SingleStatements(_Block):
    """A block in which each statement commits itself.

    Behind a pooler, where settings hold only within a transaction, each is sent together with the
    beginning and the end of a transaction of its own. So a row is not locked for the time of a
    round trip, and the outcome of a change is known or unknown as it is without a pooler.
    """

    __slots__ = ("_key", "_single")

    _single: SingleStatementSession

    def __init__(self, database: Lender, key: str | None) -> None:
        super().__init__(database)
        self._key = key

    def __enter__(self) -> SingleStatementSession:
        session, database = self._take(), self._database
        session.connection.unreplicated = False
        if session.is_behind_pooler:
            changing = TransactionsInOneTrip(session, database.begin_write)
            looking = TransactionsInOneTrip(session, database.begin_look)
            self._single = SingleStatementSession(changing, looking, database)
        else:
            self._single = SingleStatementSession(session, session, database)
        return self._single

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = self._session
        lost = session.is_lost
        self._end()
        if self._single.is_unanswered and error is not None:
            if isinstance(error, psycopg.Error):
                if not tells_of_a_rollback(error, is_lost=lost):
                    self._database.change_count += 1
                    raise outcome_unknown(self._key) from error
            elif not isinstance(error, Exception):
                self._database.change_count += 1
                error.add_note(_interrupt_note(self._key))
        elif session.connection.unreplicated:
            raise not_replicated(self._key) from error
        self._raise_meaning(error)


class TransactionsInOneTrip:
    """Runs each statement in a transaction of its own, which is sent and answered as one."""

    __slots__ = ("_begin", "_session")

    dialect: Dialect = "postgres"

    def __init__(self, session: PostgresSession, begin: Beginning) -> None:
        self._session = session
        self._begin = begin

    def is_alive(self) -> bool:
        """Whether the server has not closed the connection while it was idle."""
        return self._session.is_alive()

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        """All rows of a statement."""
        return self._run(statement, parameters).fetchall()

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        """The same; they have all arrived, as the transaction is over."""
        return iter(self.rows(statement, parameters))

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        """The first row of a statement, or None."""
        return self._run(statement, parameters).fetchone()

    def change(self, statement: str, parameters: Parameters = {}) -> int:  # noqa: B006 - read
        """The number of rows a change touched."""
        return self._run(statement, parameters).rowcount

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The number of rows touched over all parameter sets, each a transaction of its own."""
        return sum(self.change(statement, each) for each in parameters)

    def _run(self, statement: str, parameters: Parameters) -> Cursor[Row]:
        steps = self._begin.pooled_steps(self._session)
        return self._session.in_one_trip(steps, statement, parameters, b"COMMIT")


class SingleStatementSession:
    """A session on which each statement commits itself, except those of its `reading`."""

    __slots__ = ("_database", "_looking", "_session", "is_unanswered")

    dialect: Dialect = "postgres"

    def __init__(self, session: _Runner, looking: _Runner, database: Lender) -> None:
        self._session = session
        self._looking = looking
        self._database = database
        self.is_unanswered = False
        """Whether a statement was sent and its reply has not arrived."""

    @property
    def reading(self) -> Reader:
        """A session for statements that only read."""
        return ReadingSession(self._looking)

    def rows(self, statement: str, parameters: Parameters = {}) -> list[Row]:  # noqa: B006 - read
        """All rows of a change with RETURNING, or of a procedure."""
        self._about_to_send()
        rows = self._session.rows(statement, parameters)
        self._answered()
        return rows

    def stream(self, statement: str, parameters: Parameters = {}) -> Iterator[Row]:  # noqa: B006 - read
        """As `rows`, some at a time."""
        self._about_to_send()
        rows = self._session.stream(statement, parameters)
        self._answered()
        return rows

    def row(self, statement: str, parameters: Parameters = {}) -> Row | None:  # noqa: B006 - read
        """The first row of a change with RETURNING, or of a procedure; or None."""
        self._about_to_send()
        row = self._session.row(statement, parameters)
        self._answered()
        return row

    def change(self, statement: str, parameters: Parameters = {}) -> int:  # noqa: B006 - read
        """The number of rows a change touched."""
        self._about_to_send()
        count = self._session.change(statement, parameters)
        self._answered()
        return count

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The number of rows touched over all parameter sets, each a transaction of its own."""
        self._about_to_send()
        count = self._session.change_many(statement, parameters)
        self._answered()
        return count

    def _about_to_send(self) -> None:
        """Raise before sending if the connection is lost, while nothing has happened yet."""
        if not self._session.is_alive():
            raise unreachable(self._database.display)
        self.is_unanswered = True

    def _answered(self) -> None:
        self._database.change_count += 1  # first, as an interrupt may come between the lines
        self.is_unanswered = False


class ReadingSession:
    """A read-only view of a session on which each statement commits itself."""

    __slots__ = ("row", "rows", "stream")

    dialect: Dialect = "postgres"

    def __init__(self, session: _Runner) -> None:
        self.rows = session.rows
        self.row = session.row
        self.stream = session.stream


def _interrupt_note(key: str | None) -> str:
    """The note added to an interrupt during a commit: its outcome is unknown."""
    again = "" if key is None else f" The same request with the key {key} cannot happen twice."
    return f"The change may or may not have happened.{again}"
