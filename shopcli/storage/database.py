"""The door to a database of either kind: what it promises, and how to open one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shopcli.domain.errors import InvalidInput
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.patience import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from shopcli.storage.session import Dialect, Session


class Database(Protocol):
    """Hands out transactions; thread-safe, and usable after a fork.

    Waiting for others is bounded by the timeout it was opened with. Leaving a block with an
    exception rolls back; errors of the driver come out as domain errors or `StorageFailure`.
    """

    dialect: Dialect

    @property
    def display(self) -> str:
        """The address without secrets."""

    def read(self) -> AbstractContextManager[Session]:
        """One snapshot, read only: all statements see the same committed state."""

    def write(self, key: str | None = None) -> AbstractContextManager[Session]:
        """One write transaction, committed at exit.

        Args:
            key: What the caller repeats the request with if the commit's outcome is unknown.

        Raises:
            Busy: Others held the database for longer than the timeout; nothing changed.
            DatabaseUnreachable: Lost before the commit was sent; nothing changed.
            OutcomeUnknown: Lost during the commit; details hold the key.
            ConstraintViolated: A constraint refused; nothing changed.
            SerializationFailure: Chosen to give way; nothing changed.
            ReadOnly: The database takes no writes.
        """

    def write_at_once(self, key: str | None = None) -> AbstractContextManager[Session]:
        """A session for one changing statement that commits itself where the database can.

        On Postgres each call in the block is a transaction of its own (one round trip); on SQLite
        it is `write`. Raises what `write` raises.
        """

    def close(self) -> None:
        """Close the pooled connections; the database opens new ones if used again."""

    def facts(self) -> dict[str, str]:
        """What runs underneath, for a diagnosis: library, version, durability settings."""


def connect(address_text: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Database:
    """The database at an address; opens nothing until first used.

    Raises:
        InvalidInput: The address is none, or needs a package that is not installed.
    """
    address = parse_address(address_text)
    if isinstance(address, SqliteAddress):
        # Imported here: a shop on Postgres needs no SQLite.
        from shopcli.storage.sqlite import SqliteDatabase

        return SqliteDatabase(address, timeout_seconds=timeout_seconds)
    # Imported here: a command on SQLite must not load the Postgres driver and pool.
    try:
        from shopcli.storage.postgres import PostgresDatabase
    except ImportError as error:
        raise InvalidInput(
            "A shop on Postgres needs a package that is not installed.",
            fix='Run pip install "shopcli[postgres]".',
        ) from error
    return PostgresDatabase(address, timeout_seconds=timeout_seconds)
