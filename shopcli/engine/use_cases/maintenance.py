"""Facts about the database for operators: version and settings, its clock, shared barcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine.runtime import retried
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.session import database_now

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


def lasting_address(url: str) -> str:
    """The database's address with an absolute path, so that it is valid in any folder.

    Raises:
        InvalidInput: It is no address of a database.
    """
    address = parse_address(url)
    return address.path if isinstance(address, SqliteAddress) else url


def facts(runtime: Runtime) -> dict[str, str]:
    """Return the database's library, version and durability settings."""
    return runtime.database.facts()


@retried
def copy_id(runtime: Runtime) -> str | None:
    """Return the id of this copy of the shop; None if the row that says so is missing."""
    from shopcli.storage.outbox import holding  # as below

    with runtime.reading() as session:
        return holding.copy_id(session)


@retried
def shared_codes(runtime: Runtime) -> list[str]:
    """List barcodes that several products share, from before barcodes were unique.

    Each is a text: the code in its canonical form, and the SKUs.
    """
    from shopcli.engine.codes import shared  # loaded only if called

    with runtime.reading() as session:
        return shared(session)


@retried
def clock_difference_seconds(runtime: Runtime) -> float:
    """Measure how far the database's clock is ahead of this machine's, without the round trip."""
    with runtime.reading() as session:
        before = runtime.now()
        there = database_now(session)
        # The database was read between `before` and now: within that span no difference is known.
        return (there - min(max(there, before), runtime.now())) / 1_000_000
