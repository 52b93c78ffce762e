"""Opens a Postgres database to change its tables, one process at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from shopcli.storage.postgres.connections import Bounds, open_connection
from shopcli.storage.postgres.failures import outcome_unknown, tells_of_a_rollback, translated
from shopcli.storage.postgres.search_path import pin, pinned
from shopcli.storage.postgres.waiting import LONG_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.addresses import PostgresAddress
    from shopcli.storage.postgres.waiting import BoundedConnection

ADVISORY_LOCK = 0x5348_4F50
"""The advisory lock held while tables change; an arbitrary number that must never change."""


@contextmanager
def schema_transaction(address: PostgresAddress, timeout_seconds: float) -> Iterator[sa.Connection]:
    """A transaction that may change tables; only one runs at a time.

    Raises:
        Busy: Another process held the lock for longer than the timeout.
        NotAllowed: The login may not make or change tables.
        DatabaseUnreachable: The server does not answer.
        NotAShop: Several schemas hold a shop, or no schema may be used.
        OutcomeUnknown: The connection was lost during COMMIT.
    """
    bounds = Bounds(lock=timeout_seconds, answer=LONG_SECONDS)
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: open_connection(address, bounds, autocommit=False),
        poolclass=sa.NullPool,
        hide_parameters=True,
    )
    is_committing, login = False, None
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(timeout_seconds * 1000)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            driver = driver_of(connection)
            login = driver.login
            pinned(driver.round_trip(pin(locally="true").encode()), address.display, login)
            yield connection
            is_committing = True
            transaction.commit()
    except (sa.exc.DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if not isinstance(cause, psycopg.Error):
            raise
        lost = _is_lost(error)
        if is_committing and not tells_of_a_rollback(cause, is_lost=lost):
            raise outcome_unknown(None) from error
        raise translated(cause, address.display, is_lost=lost, login=login) from error


def _is_lost(error: sa.exc.DBAPIError | psycopg.Error) -> bool:
    """Whether the connection broke: it is closed by now in any case."""
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def driver_of(connection: sa.Connection) -> BoundedConnection:
    """The driver's connection, for what is not put through SQLAlchemy."""
    driver: BoundedConnection = connection.connection.driver_connection  # type: ignore[assignment] # what the creator makes
    return driver
