"""Recognises a shop of this release in a database; only reads, and loads no heavy library."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.amounts import EXPONENTS
from shopcli.domain.errors import NoShop, NotAShop, SchemaNew, SchemaOld
from shopcli.domain.moments import SECOND_MICROSECONDS
from shopcli.domain.showing import excerpt
from shopcli.storage.failures import TableMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.storage.database import Database
    from shopcli.storage.session import Session

_MIGRATIONS = os.path.join(os.path.dirname(__file__), "migrations", "versions")  # noqa: PTH118, PTH120  # pathlib costs 3 ms

SCHEMA_VERSIONS = tuple(
    sorted(name[:4] for name in os.listdir(_MIGRATIONS) if name[:4].isdigit())  # noqa: PTH208  # as above
)
"""Every schema version this release knows, oldest first: the numbers of its migrations."""

SCHEMA_VERSION = SCHEMA_VERSIONS[-1]

# A shop of schema 0001 has no `sales_bucket_seconds`: the name then means the column of `absent`.
_IDENTITY = """
SELECT s.shop_id, s.currency, s.exponent, s.timezone, v.version_num,
       (SELECT sales_bucket_seconds FROM shop), {has_moved}
FROM shop s CROSS JOIN alembic_version v CROSS JOIN (SELECT 3600 AS sales_bucket_seconds) absent
"""
# A function keeps the name of the schema it was created in, even if the schema is renamed.
_HAS_MOVED = {
    "sqlite": "0",
    "postgres": """
EXISTS (
    SELECT FROM pg_catalog.pg_proc p CROSS JOIN LATERAL unnest(p.proconfig) AS made (setting),
         LATERAL (SELECT 'search_path=' || pg_catalog.quote_ident(current_schema()) || ','
                 ) AS own (pin)
    WHERE p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
      AND p.proname LIKE 'shop\\_%' AND made.setting LIKE 'search\\_path=%'
      AND left(made.setting || ',', length(own.pin)) <> own.pin
)
""",
}
# Tables that users created, without those of Postgres extensions.
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1",
    "postgres": """
SELECT c.relname FROM pg_catalog.pg_class c
WHERE c.relnamespace = pg_catalog.quote_ident(current_schema())::regnamespace
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
LIMIT 1
""",
}


_HAS_SHOP = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'shop'",
    "postgres": "SELECT 1 WHERE to_regclass('shop') IS NOT NULL",
}


class Identity(NamedTuple):
    """The identity of a shop; only `schema_version` ever changes."""

    shop_id: str
    currency: str
    exponent: int
    timezone: str
    schema_version: str
    sales_bucket_seconds: int = 3600
    """How long the buckets of `sales_hours` are: whole parts of an hour of the shop's clocks."""
    has_moved: bool = False
    """Whether its functions look for its tables in a schema of another name."""

    @property
    def sales_bucket_microseconds(self) -> int:
        """The same in the unit of stored times."""
        return self.sales_bucket_seconds * SECOND_MICROSECONDS

    def sales_bucket(self, at: int) -> int:
        """The bucket of `sales_hours` that an instant belongs to; both in microseconds."""
        return at - at % self.sales_bucket_microseconds


def recognise(database: Database) -> Identity:
    """The identity of the shop in a database.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
        SchemaOld: A shop of an older release, or one whose schema was renamed, to be upgraded.
        SchemaNew: A shop of a newer release.
    """
    identity = identify(database)
    if identity.schema_version != SCHEMA_VERSION:
        raise other_release(database.display, identity)
    if identity.has_moved:
        raise SchemaOld(
            "The schema of the shop in {database} was renamed, and its functions look for its"
            " tables under the old name.",
            details={
                "schema_version": identity.schema_version,
                "wanted": SCHEMA_VERSION,
                "database": database.display,
                "reason": "renamed",
            },
        )
    if identity.currency not in EXPONENTS:
        raise NotAShop(
            "The shop in {database} has a currency that this release does not know: {currency}.",
            details={
                "currency": excerpt(identity.currency),
                "database": database.display,
                # Every release with this schema knows the same currencies.
                "reason": "damaged_file" if database.dialect == "sqlite" else "damaged_server",
            },
        )
    return identity


def identify(database: Database) -> Identity:
    """The identity of a shop of any release.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
    """
    try:
        with database.read() as session:
            row = session.row(_IDENTITY.format(has_moved=_HAS_MOVED[session.dialect]))
    except TableMissing:
        with database.read() as session:
            refuse_foreign(session, database.display)
        raise no_shop(database.display) from None
    if row is None:
        raise not_a_shop(database.display)
    return Identity(*row)


def stored_version(session: Session) -> str | None:
    """The schema version that a database says it has."""
    row = session.row("SELECT version_num FROM alembic_version")
    return None if row is None else str(row[0])


def refuse_other(shop_id: str, display: str) -> Callable[[Session], None]:
    """What refuses a connection to another shop than the one with this id."""

    def check(session: Session) -> None:
        is_shop = session.row(_HAS_SHOP[session.dialect]) is not None
        row = session.row("SELECT shop_id FROM shop") if is_shop else None
        if row is None or row[0] != shop_id:
            raise NoShop(
                "The shop that was open is not in {database} any more; something else is.",
                details={"database": display, "reason": "replaced"},
            )

    return check


def refuse_foreign(session: Session, display: str) -> None:
    """Refuse a database that is not empty.

    Raises:
        NotAShop: It has tables.
    """
    if session.row(_TABLES[session.dialect]) is not None:
        raise not_a_shop(display)


def no_shop(display: str) -> NoShop:
    """The error where the database exists and is empty."""
    return NoShop("There is no shop in {database}.", details={"database": display})


def not_a_shop(display: str) -> NotAShop:
    """The error where the database holds other tables."""
    return NotAShop(
        "{database} holds other tables, but no shop.",
        details={"database": display, "reason": "other_tables"},
    )


def other_release(display: str, identity: Identity) -> SchemaOld | SchemaNew:
    """The error where an older or a newer release made the shop."""
    details = {
        "schema_version": identity.schema_version,
        "wanted": SCHEMA_VERSION,
        "database": display,
    }
    if identity.schema_version in SCHEMA_VERSIONS:
        return SchemaOld("The shop in {database} was made by an older release.", details=details)
    return SchemaNew(
        "The shop in {database} was made by a newer release than this one.", details=details
    )
