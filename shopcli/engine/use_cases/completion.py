"""Shell completion: the names that begin with a prefix, each with a short description.

TAB must answer at once: no shop is opened, timeouts are short, and few rows are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from shopcli.storage.database import connect
from shopcli.storage.failures import TableMissing
from shopcli.storage.reading import names as table
from shopcli.storage.schema.identity import no_shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shopcli.storage.session import Session

Kind: TypeAlias = Literal["sku", "user", "code", "order"]
Named: TypeAlias = list[tuple[str, str]]

COUNT_MAX = 200
"""Largest number of names returned."""

ORDER_COUNT_MAX = 20
"""Largest number of orders returned for an empty prefix."""

TIMEOUT_SECONDS = 0.5
ANSWER_SECONDS = 2.0
"""Timeouts: of waiting for a lock, and for any answer of a server."""


def beginning_with(
    address: str, kind: Kind, beginning: str, *, clock: Callable[[], datetime] | None = None
) -> Named:
    """The names that begin with a prefix, each with a short description.

    Args:
        address: Path or address of the database.
        kind: What the names are of; only the newest orders are searched.
        beginning: The prefix; coupon codes are returned in lower case if it is in lower case.
        clock: Returns the time now, for the state of coupons; the system's clock if None.

    Raises:
        NoShop: The database has no shop.
        ShopError: The database does not answer within the timeouts.
    """
    database = connect(address, timeout_seconds=TIMEOUT_SECONDS, wait_max_seconds=ANSWER_SECONDS)
    try:
        with database.read() as session:
            if kind == "sku":
                found = [(sku, name) for sku, name in table.skus(session, beginning, COUNT_MAX)]
            elif kind == "user":
                rows = table.users(session, beginning, COUNT_MAX)
                found = [(username, name or "") for username, name in rows]
            elif kind == "code":
                found = _codes(session, beginning, clock)
            else:
                found = _orders(session)[: None if beginning else ORDER_COUNT_MAX]
    except TableMissing:
        raise no_shop(database.display) from None
    finally:
        database.close()
    return [(name, word) for name, word in found if name.startswith(beginning)]


def _codes(session: Session, beginning: str, clock: Callable[[], datetime] | None) -> Named:
    from shopcli.domain.couponing import terms_state  # other names need no clock
    from shopcli.domain.moments import system_clock, to_microseconds
    from shopcli.engine.coupon_terms import terms_of

    now = to_microseconds((clock or system_clock)())
    written = str.lower if beginning.islower() else str
    rows = table.codes(session, beginning.upper(), COUNT_MAX)
    return [(written(row.code), terms_state(terms_of(row), now)) for row in rows]


def _orders(session: Session) -> Named:
    buyers: dict[str, str] = {}
    skus: dict[str, list[str]] = {}
    for order_id, username, sku in table.newest_orders(session, COUNT_MAX):
        buyers[order_id] = username
        skus.setdefault(order_id, []).append(sku)
    return [
        (order_id, f"{username}: {', '.join(skus[order_id])}")
        for order_id, username in buyers.items()
    ]
