"""Statements about the sales window: buckets by hour and day, odd ends from the order lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli.domain.windows import Tiling
    from shopcli.storage.session import Row, Session

_BUCKETS = """
SELECT sku, units, revenue_minor FROM sales_{tier}s
WHERE bucket_start_at >= :{name}_first AND bucket_start_at < :{name}_last
"""
_LINES = """
SELECT l.sku, l.quantity, l.line_total_minor - l.discount_minor
FROM orders o JOIN order_lines l ON l.order_id = o.order_id
WHERE o.placed_at > :{name}_after AND o.placed_at <= :{name}_until
  AND NOT EXISTS (SELECT 1 FROM cancellations c WHERE c.order_id = o.order_id)
"""
_TOP = f"""
WITH sold (sku, units, revenue_minor) AS (
{_BUCKETS.format(tier="day", name="days")}
UNION ALL {_BUCKETS.format(tier="hour", name="early")}
UNION ALL {_BUCKETS.format(tier="hour", name="late")}
UNION ALL {_LINES.format(name="head")}
UNION ALL {_LINES.format(name="tail")}
), ranked (sku, units, revenue_minor) AS (
    SELECT sku, CAST(SUM(units) AS BIGINT), CAST(SUM(revenue_minor) AS BIGINT)
    FROM sold GROUP BY sku HAVING SUM(units) > 0
    ORDER BY SUM(units) DESC, sku LIMIT :row_limit
)
SELECT p.sku, p.name, p.price_minor, p.stock, r.units, r.revenue_minor
FROM ranked r JOIN products p ON p.sku = r.sku
ORDER BY r.units DESC, p.sku
"""
_SUBTRACT = """
UPDATE sales_{tier}s SET units = units - :quantity, revenue_minor = revenue_minor - :net_minor
WHERE bucket_start_at = :bucket_start_at AND sku = :sku
"""


def top(session: Session, tiling: Tiling, row_limit: int) -> list[Row]:
    """(sku, name, price, stock, units, revenue) of the products sold most in a window."""
    (early, late), (head, tail) = tiling.hours, tiling.ends
    return session.rows(
        _TOP,
        {
            "days_first": tiling.days[0],
            "days_last": tiling.days[1],
            "early_first": early[0],
            "early_last": early[1],
            "late_first": late[0],
            "late_last": late[1],
            "head_after": head[0],
            "head_until": head[1],
            "tail_after": tail[0],
            "tail_until": tail[1],
            "row_limit": row_limit,
        },
    )


def subtract(session: Session, placed_at: int, lines: Iterable[tuple[str, int, int]]) -> None:
    """Take a cancelled order's (sku, quantity, net) out of the buckets of its sale."""
    by_sku = sorted(lines)
    for tier, width in (("hour", HOUR_MICROSECONDS), ("day", DAY_MICROSECONDS)):
        bucket_start_at = placed_at // width * width
        for sku, quantity, net_minor in by_sku:
            session.change(
                _SUBTRACT.format(tier=tier),
                {
                    "bucket_start_at": bucket_start_at,
                    "sku": sku,
                    "quantity": quantity,
                    "net_minor": net_minor,
                },
            )
