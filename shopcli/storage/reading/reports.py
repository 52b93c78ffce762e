"""Statements of reports: sums of hour buckets, and of single sales where a boundary cuts one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.lists import among, listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcli.domain.sales.reports import Span
    from shopcli.storage.session import Row, Session


class Sums(NamedTuple):
    """What was sold and given back."""

    order_count: int = 0
    units: int = 0
    gross_minor: int = 0
    discount_minor: int = 0
    refunded_minor: int = 0

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums._make(map(int.__add__, self, other))


class KeySums(NamedTuple):
    """The same for one key."""

    key: str | int | None
    sums: Sums


class NamedRow(NamedTuple):
    """What a product is called and belongs to now."""

    sku: str
    name: str
    category: str | None


def _summed(*expressions: str) -> str:
    return ", ".join(f"CAST(SUM({expression}) AS BIGINT)" for expression in expressions)


_SOLD = _summed("sold_units", "gross_minor", "discount_minor", "refunded_minor")
_WHOLE = "FROM sales_hours WHERE bucket_start_at >= :first AND bucket_start_at < :last"
_BUCKETS_BY_SKU = f"""
SELECT sku, {_summed("order_count")}, {_SOLD} {_WHOLE} GROUP BY sku
"""
# Counted from the index bucket by bucket, orders need not be sorted into buckets.
_BUCKETS_BY_START = f"""
SELECT bucket_start_at,
       (SELECT COUNT(*) FROM orders o
        WHERE o.placed_at >= bucket_start_at AND o.placed_at < bucket_start_at + :width), {_SOLD}
{_WHOLE} GROUP BY bucket_start_at
"""
# SQLite joins in the order of a CROSS JOIN: first what happened in the window, found by its index.
_SOLD_BETWEEN = "WHERE o.placed_at >= :first AND o.placed_at < :last"
_GIVEN_BACK_BETWEEN = "WHERE c.cancelled_at >= :first AND c.cancelled_at < :last"
_REFUNDED_BETWEEN = "WHERE r.refunded_at >= :first AND r.refunded_at < :last"
_LINES = f"""
SELECT l.sku, COUNT(*), {_summed("l.quantity", "l.line_total_minor", "l.discount_minor")}, 0
FROM orders o CROSS JOIN order_lines l
{_SOLD_BETWEEN} AND l.order_id = o.order_id GROUP BY l.sku
UNION ALL
SELECT l.sku, 0, 0, 0, 0, {_summed("l.line_total_minor - l.discount_minor")}
FROM cancellations c CROSS JOIN order_lines l
{_GIVEN_BACK_BETWEEN} AND l.order_id = c.order_id
GROUP BY l.sku
UNION ALL
SELECT l.sku, 0, 0, 0, 0, {_summed("-l.refunded_minor")}
FROM cancellations c CROSS JOIN refund_lines l
{_GIVEN_BACK_BETWEEN} AND l.order_id = c.order_id
GROUP BY l.sku
UNION ALL
SELECT l.sku, 0, 0, 0, 0, {_summed("l.refunded_minor")}
FROM refunds r CROSS JOIN refund_lines l
{_REFUNDED_BETWEEN} AND l.order_id = r.order_id AND l.number = r.number GROUP BY l.sku
"""
_UNITS = "(SELECT SUM(l.quantity) FROM order_lines l WHERE l.order_id = o.order_id)"
_ORDERS = f"""
SELECT o.{{key}}, COUNT(*), {_summed(_UNITS, "o.subtotal_minor", "o.discount_minor")}, 0
FROM orders o {_SOLD_BETWEEN} GROUP BY o.{{key}}
UNION ALL
SELECT o.{{key}}, 0, 0, 0, 0, {_summed("c.refunded_minor")}
FROM cancellations c CROSS JOIN orders o
{_GIVEN_BACK_BETWEEN} AND o.order_id = c.order_id
GROUP BY o.{{key}}
UNION ALL
SELECT o.{{key}}, 0, 0, 0, 0, {_summed("r.refunded_minor")}
FROM refunds r CROSS JOIN orders o
{_REFUNDED_BETWEEN} AND o.order_id = r.order_id
GROUP BY o.{{key}}
"""
_ORDER_COUNT = f"SELECT COUNT(*) FROM orders o {_SOLD_BETWEEN}"
_ORDER_COUNTS_OF_CATEGORIES = f"""
SELECT category, COUNT(*) FROM (
    SELECT DISTINCT p.category, l.order_id
    FROM orders o CROSS JOIN order_lines l CROSS JOIN products p
    {_SOLD_BETWEEN} AND l.order_id = o.order_id AND p.sku = l.sku
) once GROUP BY category
"""
_NEITHER_PAID_NOR_REFUNDED = """
WHERE e.kind <> 'payment' AND e.kind <> 'refund' AND e.at >= :first AND e.at < :last
"""
_ENTRIES = (
    f"SELECT e.at, e.kind, e.amount_minor FROM balance_entries e {_NEITHER_PAID_NOR_REFUNDED}"
)
_ENTRIES_BY = f"""
SELECT e.{{key}}, e.kind, {_summed("e.amount_minor")}
FROM balance_entries e {_NEITHER_PAID_NOR_REFUNDED} GROUP BY e.{{key}}, e.kind
"""
# What schema 0001 booked has no method, and neither has what takes it back.
_ENTRIES_BY_METHOD = f"""
SELECT method, kind, {_summed("amount_minor")} FROM (
    SELECT CASE WHEN COALESCE(o.kind, e.kind) IN ('charge', 'payout')
                THEN COALESCE(e.method, 'unknown') END AS method, e.kind, e.amount_minor
    FROM balance_entries e
    LEFT JOIN reversed_entries r ON r.username = e.username AND r.sequence = e.sequence
    LEFT JOIN balance_entries o ON o.username = r.username AND o.sequence = r.reversed_sequence
    {_NEITHER_PAID_NOR_REFUNDED}
) told GROUP BY method, kind
"""
_SOLD_BY = f"""
SELECT o.{{key}}, {_summed("o.total_minor")} FROM orders o {_SOLD_BETWEEN} GROUP BY o.{{key}}
"""
# Who gives back may be another than who sold.
_REFUNDED_BY = f"""
SELECT {{given}}.{{key}}, {_summed("c.refunded_minor")}
FROM cancellations c CROSS JOIN orders o
{_GIVEN_BACK_BETWEEN} AND o.order_id = c.order_id
GROUP BY {{given}}.{{key}}
"""
_REFUNDED_PARTS_BY = f"""
SELECT r.{{key}}, {_summed("r.refunded_minor")}
FROM refunds r {_REFUNDED_BETWEEN} GROUP BY r.{{key}}
"""
_NAMES = "SELECT sku, name, category FROM products WHERE sku {among}"


def buckets_by_sku(session: Session, span: Span) -> list[KeySums]:
    """What whole buckets hold, by product; `order_count` is of the orders with the product."""
    return _sums(session.rows(_BUCKETS_BY_SKU, span._asdict()))


def buckets_by_start(session: Session, span: Span, width: int) -> list[KeySums]:
    """What whole buckets of a width hold, by their start; each order is counted once."""
    return _sums(session.rows(_BUCKETS_BY_START, {**span._asdict(), "width": width}))


def lines_by_sku(session: Session, span: Span) -> list[KeySums]:
    """What single sales were in a span, by product; a product may come twice."""
    return _sums(session.rows(_LINES, span._asdict()))


def orders_by(session: Session, key: str, span: Span) -> list[KeySums]:
    """What orders were in a span, by a column of orders; a value may come twice."""
    return _sums(session.rows(_ORDERS.format(key=key), span._asdict()))


def order_count(session: Session, span: Span) -> int:
    """How many orders were placed in a span, cancelled ones included."""
    ((count,),) = session.rows(_ORDER_COUNT, span._asdict())
    return int(count)


def order_counts_by_category(session: Session, span: Span) -> dict[str | None, int]:
    """How many orders of a span have a product of each category."""
    rows = session.rows(_ORDER_COUNTS_OF_CATEGORIES, span._asdict())
    return {category: int(count) for category, count in rows}


class Booked(NamedTuple):
    """The sum of some entries of a kind; signed as they are."""

    key: str | int | None
    kind: str
    amount_minor: int


def entries(session: Session, span: Span) -> list[Booked]:
    """All entries of a span but payments and refunds, by their instants."""
    return list(map(Booked._make, session.rows(_ENTRIES, span._asdict())))


def entries_by(session: Session, key: str, span: Span) -> list[Booked]:
    """The same, added up by `username` or `actor`."""
    return list(map(Booked._make, session.rows(_ENTRIES_BY.format(key=key), span._asdict())))


def entries_by_method(session: Session, span: Span) -> list[Booked]:
    """The same, added up by how the money came or went; None for what has no such thing."""
    return list(map(Booked._make, session.rows(_ENTRIES_BY_METHOD, span._asdict())))


def payments_by(session: Session, key: str, span: Span) -> list[Booked]:
    """What was paid for orders and given back in a span, by `username` or `actor`."""
    given = "c" if key == "actor" else "o"
    sold = session.rows(_SOLD_BY.format(key=key), span._asdict())
    refunded = session.rows(_REFUNDED_BY.format(key=key, given=given), span._asdict())
    parts = session.rows(_REFUNDED_PARTS_BY.format(key=key), span._asdict())
    return [
        *(Booked(named, "payment", -amount) for named, amount in sold),
        *(Booked(named, "refund", amount) for named, amount in (*refunded, *parts)),
    ]


def named(session: Session, skus: Collection[str]) -> dict[str, NamedRow]:
    """What products are called now, by SKU."""
    if not skus:
        return {}
    rows = session.rows(
        _NAMES.format(among=among(session, "skus")), {"skus": listed(session, skus)}
    )
    return {row[0]: NamedRow._make(row) for row in rows}


def _sums(rows: list[Row]) -> list[KeySums]:
    return [KeySums(key, Sums._make(sums)) for key, *sums in rows]
