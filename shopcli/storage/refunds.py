"""Statements about refunds: parts of orders that were given back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.inserts import REFUND_LINES, REFUNDS
from shopcli.storage.lists import among, listed
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.storage.session import Parameters, Reader, Session


class RefundRow(NamedTuple):
    """A refund."""

    order_id: str
    number: int
    refunded_minor: int
    lost: int
    balance_after_minor: int
    refunded_at: int
    key: str
    fingerprint: str
    reason: str


class RefundLineRow(NamedTuple):
    """The units of a product that a refund gave back, and those of them that went to stock."""

    order_id: str
    number: int
    sku: str
    quantity: int
    refunded_minor: int
    restocked: int


class GivenBack(NamedTuple):
    """A refund with its lines, by SKU."""

    refund: RefundRow
    lines: list[RefundLineRow]


class Back(NamedTuple):
    """What was given back of a line of an order, in all."""

    quantity: int = 0
    refunded_minor: int = 0


_COLUMNS = """
SELECT order_id, number, refunded_minor, lost, balance_after_minor, refunded_at, key, fingerprint,
       reason
FROM refunds
"""
_BY_KEY = f"{_COLUMNS} WHERE key = :key"
_OF_ORDERS = f"{_COLUMNS} WHERE order_id {{among}} ORDER BY order_id, number"
_LINES = """
SELECT order_id, number, sku, quantity, refunded_minor, restocked
FROM refund_lines WHERE order_id {among} ORDER BY order_id, number, sku
"""
_SUMS = """
SELECT order_id, sku, CAST(SUM(quantity) AS BIGINT), CAST(SUM(refunded_minor) AS BIGINT)
FROM refund_lines WHERE order_id {among} GROUP BY order_id, sku
"""
_OF_ENTRIES = """
SELECT r.entry_sequence, l.sku, l.quantity, l.refunded_minor
FROM refunds r JOIN refund_lines l ON l.order_id = r.order_id AND l.number = r.number
WHERE r.username = :username AND r.entry_sequence > :after AND r.entry_sequence <= :last
"""
_INSERT = REFUNDS.single()
_INSERT_LINE = REFUND_LINES.single()


def by_key(session: Session, key: str) -> RefundRow | None:
    """The refund made with an idempotency key."""
    return if_found(RefundRow._make, session.row(_BY_KEY, {"key": key}))


def of_orders(session: Reader, order_ids: Sequence[str]) -> dict[str, list[GivenBack]]:
    """The refunds of these orders, in their order, by order id; most orders have none."""
    values = {"order_ids": listed(session, order_ids)}
    condition = among(session, "order_ids")
    rows = list(map(RefundRow._make, session.rows(_OF_ORDERS.format(among=condition), values)))
    if not rows:
        return {}
    lines: dict[tuple[str, int], list[RefundLineRow]] = {}
    for row in map(RefundLineRow._make, session.rows(_LINES.format(among=condition), values)):
        lines.setdefault((row.order_id, row.number), []).append(row)
    by_order: dict[str, list[GivenBack]] = {}
    for refund in rows:
        made = GivenBack(refund, lines.get((refund.order_id, refund.number), []))
        by_order.setdefault(refund.order_id, []).append(made)
    return by_order


def of_entries(
    session: Session, username: str, after: int, last: int
) -> dict[int, dict[str, Back]]:
    """What refunds of a user gave back, by SKU, by the number of their entry in (after, last]."""
    rows = session.rows(_OF_ENTRIES, {"username": username, "after": after, "last": last})
    found: dict[int, dict[str, Back]] = {}
    for sequence, sku, *back in rows:
        found.setdefault(sequence, {})[sku] = Back._make(back)
    return found


def units(refunds: Iterable[GivenBack]) -> Counter[str]:
    """The units that some refunds gave back, by SKU."""
    back: Counter[str] = Counter()
    for refund in refunds:
        for line in refund.lines:
            back[line.sku] += line.quantity
    return back


def sums_by_line(session: Reader, order_ids: Sequence[str]) -> dict[tuple[str, str], Back]:
    """What was given back of each line of these orders, by order and SKU."""
    values = {"order_ids": listed(session, order_ids)}
    found = session.rows(_SUMS.format(among=among(session, "order_ids")), values)
    return {(order_id, sku): Back._make(sums) for order_id, sku, *sums in found}


def insert_refund(session: Session, values: Parameters, lines: Iterable[RefundLineRow]) -> None:
    """Add a refund and its lines."""
    session.change(_INSERT, values)
    session.change_many(_INSERT_LINE, [line._asdict() for line in lines])
