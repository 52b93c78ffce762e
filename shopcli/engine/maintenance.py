"""What an operator asks about the database: schema version, upgrade, what runs underneath."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shopcli.storage.instants import database_now

if TYPE_CHECKING:
    from shopcli.engine.shop import Shop
    from shopcli.storage.schema.making import SchemaStatus
    from shopcli.storage.session import Session


def lasting_address(url: str) -> str:
    """A database address that means the same wherever it is used: a path is absolute.

    Raises:
        InvalidInput: It is none.
    """
    from shopcli.storage.addresses import SqliteAddress, parse_address

    address = parse_address(url)
    return address.path if isinstance(address, SqliteAddress) else url


def schema_status(url: str) -> SchemaStatus:
    """The schema version of the shop at an address, and the one this release works with.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
    """
    from shopcli.storage.schema import making  # loads SQLAlchemy and Alembic

    return making.status(url)


def upgrade_schema(url: str) -> SchemaStatus:
    """Bring the schema of a shop up to date; a no-op if it is.

    Returns:
        The version it was, and the one it is now.

    Raises:
        NoShop: Nothing is there.
        NotAShop: Something else is there.
        SchemaNew: A newer release made it.
    """
    from shopcli.storage.schema import making  # loads SQLAlchemy and Alembic

    return making.upgrade(url)


def underneath(shop: Shop) -> dict[str, str]:
    """Library, version and durability settings of the database of an open shop."""
    return shop.runtime.database.facts()


def server_ahead_microseconds(shop: Shop) -> int:
    """How far the server's clock is ahead by what it said when last connected, asking nothing.

    Too small by what the answer took to come here; 0 for a file.
    """
    runtime = shop.runtime
    told = runtime.database.server_time
    if told is None:
        return 0
    return told.at + int((time.monotonic() - told.told_at_seconds) * 1_000_000) - runtime.now()


def shared_codes(shop: Shop) -> list[str]:
    """The barcodes that several products share since before each could have but one.

    Each as a text: the code in the form in which codes compare, and the SKUs.
    """
    from shopcli.engine.codes import shared  # only where somebody asks

    return shop.runtime.read(shared)


def clock_difference_microseconds(shop: Shop) -> int:
    """How far the database's clock is ahead of this machine's, the way there not counted."""
    runtime = shop.runtime

    def work(session: Session) -> int:
        before = runtime.now()
        there = database_now(session)
        # Anything between the two looks is no difference that could be told.
        return there - min(max(there, before), runtime.now())

    return runtime.read(work)
