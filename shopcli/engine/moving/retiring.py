"""Use cases that retire a shop which has moved, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.addresses import HIDDEN
from shopcli.domain.errors import DatabaseUnreachable, NoShop, ShopError, ShopExists
from shopcli.domain.records import Unretirement
from shopcli.engine.runtime import retried
from shopcli.storage.database import connect
from shopcli.storage.failures import retired
from shopcli.storage.schema import retirement
from shopcli.storage.schema.identity import recognise

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

LOOK_SECONDS_MAX = 10.0
"""Bound on waiting for an answer of the database that a shop has moved to."""


class _NewShop(NamedTuple):
    """What is at the address that a shop has moved to."""

    state: str
    """none, as_it_was, went_on or unknown."""
    added_row_count: int = 0


@retried
def retire(runtime: Runtime, to: str) -> None:
    """Let nobody change the shop any more, whoever has it open; it can be read.

    Args:
        runtime: What every use case is given.
        to: Where it is from now on, without a password.
    """
    with runtime.writing() as session:
        retirement.retire(session, to, runtime.now())


def unretire(runtime: Runtime, *, anyway: bool = False) -> Unretirement:
    """Let the shop be changed again after it was retired; deliveries go on as well.

    It looks at the new address, as far as that can be reached within some seconds: what was sold
    there is not here, and two shops would sell from now on.

    Args:
        runtime: What every use case is given.
        anyway: Also where the shop went on at the new address, or may have.

    Raises:
        ShopExists: The shop went on at the new address.
        DatabaseUnreachable: The new address cannot be looked at.
    """
    gone = retired_to(runtime)
    if gone is None:
        return Unretirement(runtime.database.display, None, None, 0)
    found = _looked_at(runtime, gone)
    if found.state == "went_on" and not anyway:
        raise ShopExists(
            "The shop went on at {database}. Rows there that are not here: {rows}.",
            details={
                "database": gone,
                "shop": runtime.identity.shop_id,
                "rows": found.added_row_count,
                "reason": "unretire_beside",
            },
        )
    if found.state == "unknown" and not anyway:
        raise DatabaseUnreachable(
            "Whether the shop went on at {database} is not known, as that cannot be read.",
            details={"database": gone, "reason": "unretire_unseen"},
        )
    was = take_back(runtime, gone)
    return Unretirement(runtime.database.display, was, found.state, found.added_row_count)


@retried
def take_back(runtime: Runtime, moved_to: str) -> str | None:
    """Let the shop be changed again, whatever is at the address that it has moved to.

    Args:
        runtime: What every use case is given.
        moved_to: Only if it has moved there.

    Returns:
        Where it had moved; None where it had not moved there, and nothing was changed.
    """
    if retired_to(runtime) != moved_to:
        return None
    with runtime.writing() as session:
        if retirement.retired_to(session) != moved_to:
            return None
        retirement.unretire(session)
        return moved_to


def _looked_at(runtime: Runtime, address: str) -> _NewShop:
    """Look whether the shop went on there; a password is not known any more."""
    database = connect(address.replace(f":{HIDDEN}@", "@"), wait_max_seconds=LOOK_SECONDS_MAX)
    try:
        if recognise(database).shop_id != runtime.identity.shop_id:
            return _NewShop("none")
        with database.read() as session:
            there, has_moved_on = _row_counts(session), retirement.retired_to(session) is not None
        here = _counted(runtime)
    except NoShop:
        return _NewShop("none")
    except ShopError:
        return _NewShop("unknown")
    finally:
        database.close()
    added = sum(max(0, there[table] - here[table]) for table in here)
    return _NewShop("went_on" if added or has_moved_on else "as_it_was", added)


@retried
def _counted(runtime: Runtime) -> dict[str, int]:
    with runtime.reading(long=True) as session:
        return _row_counts(session)


def _row_counts(session: Session) -> dict[str, int]:
    # It loads SQLAlchemy, which whoever only asks where deliveries stand need not wait for.
    from shopcli.storage.bulk.whole_tables import row_count, whole_tables

    return {table.name: row_count(session, table) for table in whole_tables()}


def refuse_retired(runtime: Runtime, session: Session) -> None:
    """Refuse what a retired shop does not do, also where no table would be changed by it.

    Raises:
        ReadOnly: The shop is retired.
    """
    gone = retirement.retired_to(session)
    if gone is not None:
        raise retired(runtime.database.display, gone)


@retried
def retired_to(runtime: Runtime) -> str | None:
    """Where the shop has moved, without a password; None where it is not retired."""
    with runtime.reading() as session:
        return retirement.retired_to(session)
