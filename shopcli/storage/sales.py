"""Statements about the sales window: buckets by hour and day, and order lines at its two ends.

Adding rows up is slow (they are sorted or hashed by product), reading them is fast. So where it is
known which products can be among the first, only their buckets are added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.moments import DAY_MICROSECONDS
from shopcli.storage.inserts import SALES_DAYS, SALES_HOURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.domain.sales.candidates import Candidates
    from shopcli.domain.sales.windows import Tiling
    from shopcli.storage.schema.identity import Identity
    from shopcli.storage.session import Dialect, Session


class SoldRow(NamedTuple):
    """A product and what was sold of it in a window."""

    sku: str
    name: str
    price_minor: int
    stock: int
    units: int
    revenue_minor: int


_CANDIDATES = """
WITH candidates (sku) AS MATERIALIZED (
    SELECT sku FROM sales_days
    WHERE bucket_start_at >= :days_first AND bucket_start_at < :days_last AND units >= :day_units
    UNION SELECT sku FROM sales_hours
    WHERE bucket_start_at >= :dawn_first AND bucket_start_at < :dawn_last AND units >= :hour_units
    UNION SELECT sku FROM sales_hours
    WHERE bucket_start_at >= :dusk_first AND bucket_start_at < :dusk_last AND units >= :hour_units
), """
_OF_CANDIDATES = "AND sku IN (SELECT sku FROM candidates)"
_BUCKETS = """
SELECT sku, :{name}_sign * units, :{name}_sign * revenue_minor FROM sales_{tier}s
WHERE bucket_start_at >= :{name}_first AND bucket_start_at < :{name}_last {of_candidates}
"""
_SOLD = """o.placed_at >= :{name}_first AND o.placed_at < :{name}_last
  AND NOT EXISTS (SELECT 1 FROM cancellations c WHERE c.order_id = o.order_id)
"""
_LINES = {
    "sqlite": f"""
SELECT l.sku, :{{name}}_sign * l.quantity, :{{name}}_sign * (l.line_total_minor - l.discount_minor)
FROM orders o JOIN order_lines l ON l.order_id = o.order_id WHERE {_SOLD}
UNION ALL
SELECT r.sku, -:{{name}}_sign * r.quantity, -:{{name}}_sign * r.refunded_minor
FROM orders o JOIN refund_lines r ON r.order_id = o.order_id WHERE {_SOLD}
""",
    # A sorted array searches the index once for all orders, a join once for each.
    "postgres": f"""
SELECT sku, :{{name}}_sign * quantity, :{{name}}_sign * (line_total_minor - discount_minor)
FROM order_lines
WHERE order_id = ANY(ARRAY(SELECT o.order_id FROM orders o WHERE {_SOLD} ORDER BY o.order_id))
UNION ALL
SELECT sku, -:{{name}}_sign * quantity, -:{{name}}_sign * refunded_minor
FROM refund_lines
WHERE order_id = ANY(ARRAY(SELECT o.order_id FROM orders o WHERE {_SOLD} ORDER BY o.order_id))
""",
}


def _top(dialect: Dialect, opening: str, of_candidates: str) -> str:
    pieces = [
        *(
            _BUCKETS.format(tier=tier, name=name, of_candidates=of_candidates)
            for tier, name in (("day", "days"), ("hour", "early"), ("hour", "late"))
        ),
        *(_LINES[dialect].format(name=name) for name in ("head", "tail")),
    ]
    return f"""
{opening} sold (sku, units, revenue_minor) AS ({"UNION ALL".join(pieces)}
), ranked (sku, units, revenue_minor) AS (
    SELECT sku, CAST(SUM(units) AS BIGINT), CAST(SUM(revenue_minor) AS BIGINT)
    FROM sold GROUP BY sku HAVING SUM(units) > 0
    ORDER BY SUM(units) DESC, sku LIMIT :row_limit
)
SELECT p.sku, p.name, p.price_minor, p.stock, r.units, r.revenue_minor
FROM ranked r JOIN products p ON p.sku = r.sku
ORDER BY r.units DESC, p.sku
"""


_DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres")
_TOP = {dialect: _top(dialect, "WITH", "") for dialect in _DIALECTS}
_TOP_OF_CANDIDATES = {dialect: _top(dialect, _CANDIDATES, _OF_CANDIDATES) for dialect in _DIALECTS}
_UNITS_OF_RANK = """
SELECT units FROM sales_days WHERE bucket_start_at = :day ORDER BY units DESC LIMIT 1 OFFSET :above
"""
_SUBTRACT = """
UPDATE {table} SET units = units - :quantity, revenue_minor = revenue_minor - :net_minor
WHERE bucket_start_at = :bucket_start_at AND sku = :sku
"""
_SUBTRACT_FROM_HOURS = _SUBTRACT.format(table=SALES_HOURS.table)
_SUBTRACT_FROM_DAYS = _SUBTRACT.format(table=SALES_DAYS.table)
_ADD_REFUNDED = SALES_HOURS.text("VALUES (:bucket_start_at, :sku, 0, 0, 0, 0, 0, 0, :net_minor)")


def units_of_rank(session: Session, day: int, rank: int) -> int:
    """Units sold of the product at a rank (from 1) on one day; 0 if fewer products were sold."""
    row = session.row(_UNITS_OF_RANK, {"day": day, "above": rank - 1})
    return int(row[0]) if row else 0


def top(
    session: Session, tiling: Tiling, row_limit: int, candidates: Candidates | None = None
) -> list[SoldRow]:
    """The products sold most in a window.

    Args:
        session: The open transaction.
        tiling: The window, as days, hours and ends.
        row_limit: Bound on the rows.
        candidates: The products that can be among them; None if any can.
    """
    stretches = {
        "days": tiling.days,
        "early": tiling.hours[0],
        "late": tiling.hours[1],
        "head": tiling.ends[0],
        "tail": tiling.ends[1],
    }
    parameters = {"row_limit": row_limit}
    for name, stretch in stretches.items():
        parameters[f"{name}_first"] = stretch.first
        parameters[f"{name}_last"] = stretch.last
        parameters[f"{name}_sign"] = stretch.sign
    if candidates is None:
        return list(map(SoldRow._make, session.rows(_TOP[session.dialect], parameters)))
    dawn, dusk = candidates.hours
    parameters |= {
        "day_units": candidates.day_units,
        "hour_units": candidates.hour_units,
        "dawn_first": dawn.first,
        "dawn_last": dawn.last,
        "dusk_first": dusk.first,
        "dusk_last": dusk.last,
    }
    found = session.rows(_TOP_OF_CANDIDATES[session.dialect], parameters)
    return list(map(SoldRow._make, found))


def give_back(
    session: Session,
    identity: Identity,
    placed_at: int,
    given_back_at: int,
    lines: Iterable[tuple[str, int, int]],
) -> None:
    """Book (sku, quantity, net) of what is given back of an order.

    Best sellers lose it from the buckets of its sale; reports tell it in the bucket in which it is
    given back. Buckets are locked as everywhere: hours before days, each ascending.
    """
    sold_at, back_at = identity.sales_bucket(placed_at), identity.sales_bucket(given_back_at)
    day_at = placed_at - placed_at % DAY_MICROSECONDS
    given = sorted(lines)
    hours = [
        (bucket, sku, statement, quantity, net_minor)
        for bucket, statement in ((sold_at, _SUBTRACT_FROM_HOURS), (back_at, _ADD_REFUNDED))
        for sku, quantity, net_minor in given
    ]
    days = [(day_at, sku, _SUBTRACT_FROM_DAYS, quantity, net) for sku, quantity, net in given]
    for bucket, sku, statement, quantity, net_minor in (*sorted(hours), *days):
        values = {"bucket_start_at": bucket, "sku": sku, "net_minor": net_minor}
        if statement is not _ADD_REFUNDED:
            values["quantity"] = quantity
        session.change(statement, values)
