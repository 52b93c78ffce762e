"""Creates and upgrades the schema of a shop, each in one transaction.

The only module that changes tables. A lock lets one process in at a time: on SQLite a lock file
beside the shop's, on Postgres an advisory lock of the transaction.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from shopcli.domain.errors import CurrencyMismatch, NoShop
from shopcli.domain.sales.buckets import sales_bucket_seconds
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.database import connect
from shopcli.storage.failures import TableMissing
from shopcli.storage.postgres import procedures
from shopcli.storage.schema import retirement, triggers
from shopcli.storage.schema.identity import (
    SCHEMA_VERSION,
    SCHEMA_VERSIONS,
    Identity,
    identify,
    other_release,
    recognise,
    refuse_foreign,
    refuse_other,
)
from shopcli.storage.schema.tables import metadata, shop, shop_copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from shopcli.storage.addresses import Address
    from shopcli.storage.session import Dialect, Session

_ALEMBIC = threading.Lock()
"""Alembic keeps its current database in a global, so one thread at a time may use it."""

LOCK_TIMEOUT_SECONDS = 30.0
"""Bound on waiting for another process that creates or upgrades the same schema."""


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """The schema version of a shop, and the one this release works with."""

    schema_version: str
    wanted_version: str
    has_moved: bool = False
    """Whether its functions look for its tables in a schema of another name."""
    retired_to: str | None = None
    """Where a retired shop has moved, without a password."""
    backup: str | None = None
    """The file that an upgrade made before; None where it made none."""

    @property
    def is_current(self) -> bool:
        """Whether the shop can be used."""
        return self.schema_version == self.wanted_version and not self.has_moved


def create(
    address_text: str,
    *,
    shop_id: str,
    currency: str,
    exponent: int,
    timezone: str,
    created_at: int,
) -> Identity:
    """Create a shop; a no-op if the shop exists with this currency.

    Args:
        address_text: The database.
        shop_id: Its permanent id, if it is created now.
        currency: ISO 4217 code; it can never change.
        exponent: Decimals of the currency.
        timezone: IANA name of the zone in which times are typed.
        created_at: Microseconds since 1970.

    Returns:
        The identity of the shop, new or not.

    Raises:
        CurrencyMismatch: A shop of another currency is there.
        NotAShop: Something else is there; it was not touched.
        SchemaOld: A shop of an older release is there.
    """
    found, bucket_seconds = _existing(address_text), sales_bucket_seconds(timezone)
    if found is None and _make(
        address_text,
        {
            "singleton": 1,
            "shop_id": shop_id,
            "currency": currency,
            "exponent": exponent,
            "timezone": timezone,
            "created_at": created_at,
            "sales_bucket_seconds": bucket_seconds,
        },
    ):
        return Identity(shop_id, currency, exponent, timezone, SCHEMA_VERSION, bucket_seconds)
    # It existed before, or another process created it while this one waited for the lock.
    found = found or _recognised(address_text)
    if found.currency != currency:
        raise CurrencyMismatch(
            "The shop exists already and its currency is {currency}, not {requested}.",
            details={"currency": found.currency, "requested": currency},
        )
    return found


def status(address_text: str) -> SchemaStatus:
    """The schema version of the shop at an address.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
    """
    found, gone = _identified(address_text)
    return SchemaStatus(found.schema_version, SCHEMA_VERSION, found.has_moved, gone)


def upgrade(address_text: str) -> SchemaStatus:
    """Upgrade a shop of an older release; a no-op if it is current.

    If only the Postgres schema was renamed, functions are created again for its new name.

    Returns:
        The version it was, and the one it is now.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
        SchemaNew: A newer release made it.
    """
    found, gone = _identified(address_text)
    if found.schema_version not in SCHEMA_VERSIONS:
        raise other_release(parse_address(address_text).display, found)
    if found.schema_version != SCHEMA_VERSION:
        with _schema_transaction(address_text) as connection:
            _migrate(connection)
    elif found.has_moved:
        with _schema_transaction(address_text) as connection:
            for statement in (
                *triggers.functions("postgres"),
                *procedures.statements("postgres"),
                *retirement.functions(_session(connection, parse_address(address_text))),
            ):
                connection.exec_driver_sql(statement)
    return SchemaStatus(found.schema_version, SCHEMA_VERSION, retired_to=gone)


class Filling(NamedTuple):
    """New tables that are filled with rows, in a transaction."""

    session: Session

    def refer(self) -> None:
        """Make the references between tables that were left out while rows came.

        Raises:
            ConstraintViolated: A row refers to nothing.
        """
        if self.session.dialect == "postgres":
            for statement in _references("ADD CONSTRAINT {name} {form}"):
                self.session.change(statement)


def _references(change: str) -> Iterator[str]:
    """The statements that change every reference of the tables."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            columns = ", ".join(column.name for column in key.columns)
            there = ", ".join(element.column.name for element in key.elements)
            form = f"FOREIGN KEY ({columns}) REFERENCES {key.referred_table.name} ({there})"
            yield f"ALTER TABLE {table.name} {change.format(name=key.name, form=form)}"


@contextmanager
def filling(address_text: str) -> Iterator[Filling]:
    """A transaction that makes this release's tables in an empty database, to be filled.

    Until it is committed, at exit, the database is as empty as it was. On Postgres references are
    made by `refer`, once all rows are there: looking up each row's takes twice as long as writing
    it. On SQLite that wins nothing.

    Raises:
        Busy: Another process makes a shop there.
        NotAShop: It is not empty.
        ConstraintViolated: A row was refused.
        ReadOnly: The login may make no tables, or the permissions no file.
        DatabaseUnreachable: It does not answer, or its disk is full.
        OutcomeUnknown: The connection was lost during COMMIT.
    """
    address = parse_address(address_text)
    with _schema_transaction(address_text, fills=True) as connection:
        session = _session(connection, address)
        refuse_foreign(session, address.display)
        _migrate(connection)
        if session.dialect == "postgres":
            for statement in _references("DROP CONSTRAINT {name}"):
                session.change(statement)
        yield Filling(session)


@contextmanager
def refilling(address_text: str, shop_id: str) -> Iterator[Filling]:
    """A transaction that empties the tables of a shop on Postgres, and fills them anew.

    Until it is committed, at exit, everybody sees the shop as it was; whoever looks at it by then
    waits. An older schema is brought up to date on the way. References are made as in `filling`.

    Raises:
        Busy: Others held the tables for too long, or another process makes or upgrades the shop.
        NoShop: Another shop has come to be there.
        ConstraintViolated: A row was refused.
        NotAllowed: The login does not own the tables.
        DatabaseUnreachable: It does not answer, or its disk is full.
        OutcomeUnknown: The connection was lost during COMMIT.
    """
    address = parse_address(address_text)
    with _schema_transaction(address_text) as connection:
        session = _session(connection, address)
        refuse_other(shop_id, address.display)(session)
        _migrate(connection)
        retirement.unretire(session)
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        _switch_triggers(connection, "DISABLE")
        connection.exec_driver_sql(f"TRUNCATE {names}")
        _switch_triggers(connection, "ENABLE")
        for statement in _references("DROP CONSTRAINT {name}"):
            session.change(statement)
        yield Filling(session)


def _switch_triggers(connection: sa.Connection, how: str) -> None:
    """Switch the shop's triggers off or on; those of references stay on."""
    for table in metadata.sorted_tables:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} {how} TRIGGER USER")


def _session(connection: sa.Connection, address: Address) -> Session:
    """The same transaction for statements that go past SQLAlchemy."""
    if isinstance(address, SqliteAddress):
        from shopcli.storage.sqlite.connections import SqliteSession
        from shopcli.storage.sqlite.queue import WriterQueue
        from shopcli.storage.sqlite.schema import driver_of as sqlite_driver_of

        queue = WriterQueue(address.path)
        return SqliteSession(sqlite_driver_of(connection), queue, is_lasting=False)
    from shopcli.storage.postgres.connections import PostgresSession
    from shopcli.storage.postgres.schema import driver_of

    return PostgresSession(driver_of(connection), is_behind_pooler=False, search_path="")


def _existing(address_text: str) -> Identity | None:
    try:
        return _recognised(address_text)
    except NoShop:
        return None


def _recognised(address_text: str) -> Identity:
    database = connect(address_text)
    try:
        return recognise(database)
    finally:
        database.close()


def _identified(address_text: str) -> tuple[Identity, str | None]:
    """The shop of any release at an address, and where it has moved."""
    database = connect(address_text)
    try:
        found, gone = identify(database), None
        with suppress(TableMissing), database.read() as session:  # of schema 0001
            gone = retirement.retired_to(session)
        return found, gone
    finally:
        database.close()


def _make(address_text: str, row: dict[str, str | int]) -> bool:
    """Create tables, triggers and the shop's row; False if another process just did."""
    with _schema_transaction(address_text) as connection:
        if shop.name in sa.inspect(connection).get_table_names():
            return False
        _migrate(connection)
        connection.execute(sa.insert(shop).values(row))
        # The first copy of a shop is named as the shop; every copy of it gets an id of its own.
        connection.execute(sa.insert(shop_copy).values(singleton=1, copy_id=row["shop_id"]))
    return True


def _migrate(connection: sa.Connection) -> None:
    """Run the missing migrations, then create triggers and procedures again."""
    config = Config()
    config.set_main_option("script_location", "shopcli.storage.schema:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, SCHEMA_VERSION)
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgres"
    for statement in (*triggers.statements(dialect), *procedures.statements(dialect)):
        connection.exec_driver_sql(statement)


def _schema_transaction(
    address_text: str, *, fills: bool = False
) -> AbstractContextManager[sa.Connection]:
    """A transaction that may change tables; one runs at a time; commits at exit."""
    address = parse_address(address_text)
    if isinstance(address, SqliteAddress):
        from shopcli.storage.sqlite import schema as sqlite_schema

        return sqlite_schema.schema_transaction(address, LOCK_TIMEOUT_SECONDS, fills=fills)
    from shopcli.storage.postgres import schema as postgres_schema

    return postgres_schema.schema_transaction(address, LOCK_TIMEOUT_SECONDS)
