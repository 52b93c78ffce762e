"""The interface to a database of either kind, and how to open one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shopcli.domain.errors import InvalidInput
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.lock_waits import TIMEOUT_SECONDS, WAIT_MAX_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from shopcli.storage.session import Dialect, ServerTime, Session


class Database(Protocol):
    """Hands out transactions; thread-safe, and usable after a fork.

    The timeout it was opened with bounds every wait for locks. An exception in a block rolls back;
    errors of the driver become domain errors or `StorageFailure`.
    """

    dialect: Dialect
    is_remote: bool
    """Whether each statement is a round trip."""
    change_count: int
    """How many transactions have committed, or may have; exact only where one thread uses it."""

    check_new: Callable[[Session], None] | None
    """Judges each new connection, as another shop may be at the address by then; None: any will do.

    It raises what whoever wanted the connection gets.
    """

    server_time: ServerTime | None
    """The server's clock when it last connected; None before that, and for a file."""

    @property
    def display(self) -> str:
        """The address without secrets."""

    def read(self, *, long: bool = False) -> AbstractContextManager[Session]:
        """One snapshot, read only: all statements see the same committed state.

        Args:
            long: Its statements may take an hour instead of the usual bound.

        Raises:
            Busy: Others held the database for longer than the timeout, or it took too long.
            DatabaseUnreachable: The connection was lost, or the server does not answer.
            ReadConflict: A stand-by server cancelled the read.
        """

    def write(
        self, key: str | None = None, *, long: bool = False
    ) -> AbstractContextManager[Session]:
        """One write transaction, committed at exit.

        Args:
            key: The key to repeat the request with if the commit's outcome is unknown.
            long: Its statements may take an hour instead of the usual bound.

        Raises:
            Busy: Others held the database for longer than the timeout; it was rolled back.
            DatabaseUnreachable: The connection was lost before COMMIT; it was rolled back.
            OutcomeUnknown: The connection was lost during COMMIT; details hold the key.
            ConstraintViolated: A constraint refused; it was rolled back.
            SerializationFailure: The database aborted it because of another; it was rolled back.
            ReadOnly: The database takes no writes.
            NotAllowed: The login lacks a right.
        """

    def write_at_once(self, key: str | None = None) -> AbstractContextManager[Session]:
        """A session for one changing statement that commits itself where the database can.

        On Postgres each call in the block is a transaction of its own (one round trip); on SQLite
        it is `write`. Statements that only read use its `reading`; every other counts as a change,
        so its outcome is unknown if the reply is lost. Raises what `write` raises.
        """

    def close(self) -> None:
        """Close the pooled connections; the database opens new ones if used again."""

    def facts(self) -> dict[str, str]:
        """Library, version and durability settings, for diagnosis."""


def connect(
    address_text: str,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    wait_max_seconds: float = WAIT_MAX_SECONDS,
) -> Database:
    """The database at an address; opens nothing until first used.

    Args:
        address_text: A path or a URL.
        timeout_seconds: Bound on waiting for locks that others hold.
        wait_max_seconds: Bound on waiting for any reply of a server; where it is less than
            `timeout_seconds`, for locks too.

    Raises:
        InvalidInput: It is not an address, or needs a package that is not installed.
    """
    address = parse_address(address_text)
    timeout_seconds = min(timeout_seconds, wait_max_seconds)
    if isinstance(address, SqliteAddress):
        # Imported here: a shop on Postgres needs no SQLite.
        from shopcli.storage.sqlite.transactions import SqliteDatabase

        return SqliteDatabase(address, timeout_seconds=timeout_seconds)
    # Imported here: a command on SQLite must not load the Postgres driver and pool.
    try:
        from shopcli.storage.postgres.transactions import PostgresDatabase
    except ImportError as error:
        raise InvalidInput(
            "A shop on Postgres needs a package that is not installed.",
            details={"reason": "no_driver"},
        ) from error
    return PostgresDatabase(
        address, timeout_seconds=timeout_seconds, wait_max_seconds=wait_max_seconds
    )
