"""What an operator asks about the database: what runs underneath, its clock, shared barcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine.runtime import retried
from shopcli.storage.addresses import SqliteAddress, parse_address
from shopcli.storage.instants import database_now

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


def lasting_address(url: str) -> str:
    """A database address that means the same wherever it is used: a path is absolute.

    Raises:
        InvalidInput: It is none.
    """
    address = parse_address(url)
    return address.path if isinstance(address, SqliteAddress) else url


def facts(runtime: Runtime) -> dict[str, str]:
    """Library, version and durability settings of the database."""
    return runtime.database.facts()


@retried
def shared_codes(runtime: Runtime) -> list[str]:
    """The barcodes that several products share since before each could have but one.

    Each as a text: the code in the form in which codes compare, and the SKUs.
    """
    from shopcli.engine.codes import shared  # only where somebody asks

    with runtime.reading() as session:
        return shared(session)


@retried
def clock_difference_seconds(runtime: Runtime) -> float:
    """How far the database's clock is ahead of this machine's, the way there not counted."""
    with runtime.reading() as session:
        before = runtime.now()
        there = database_now(session)
        # Anything between the two looks is no difference that could be told.
        return (there - min(max(there, before), runtime.now())) / 1_000_000
