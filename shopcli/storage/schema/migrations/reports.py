"""What version 0002 adds for reports; like the versions never edited once released."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from shopcli.storage.schema.migrations.building import (
    check,
    counts,
    create_index,
    create_table,
    primary,
    references,
    texts,
    within,
)

_SUMS = ("order_count", "sold_units", "gross_minor", "discount_minor", "refunded_minor")
_SUM_CHECKS = {f"ck_sales_hours_{column}": f"{column} BETWEEN 0 AND {2**62}" for column in _SUMS}
_LENGTH_CHECK = ("ck_shop_sales_bucket_seconds", "sales_bucket_seconds IN (900, 1800, 3600)")
_ADD_UP = """
INSERT INTO sales_hours (bucket_start_at, sku, units, revenue_minor, order_count, sold_units,
                         gross_minor, discount_minor, refunded_minor)
SELECT bucket, sku, SUM(units), SUM(revenue), SUM(orders), SUM(sold), SUM(gross), SUM(discount),
       SUM(refunded)
FROM (
    SELECT o.placed_at - o.placed_at % :width AS bucket, l.sku,
           CASE WHEN c.order_id IS NULL THEN l.quantity ELSE 0 END AS units,
           CASE WHEN c.order_id IS NULL THEN l.line_total_minor - l.discount_minor ELSE 0 END
               AS revenue,
           1 AS orders, l.quantity AS sold, l.line_total_minor AS gross,
           l.discount_minor AS discount, 0 AS refunded
    FROM orders o JOIN order_lines l ON l.order_id = o.order_id
    LEFT JOIN cancellations c ON c.order_id = o.order_id
    UNION ALL
    SELECT c.cancelled_at - c.cancelled_at % :width, l.sku, 0, 0, 0, 0, 0, 0,
           l.line_total_minor - l.discount_minor
    FROM cancellations c JOIN order_lines l ON l.order_id = c.order_id
) s
GROUP BY bucket, sku ORDER BY bucket, sku
"""
_OLD_PROCEDURES = """
SELECT p.oid::regprocedure::text FROM pg_catalog.pg_proc p
WHERE p.proname = 'shop_place_order'
  AND p.pronamespace = pg_catalog.quote_ident(current_schema())::regnamespace
"""


def add_report_buckets() -> None:
    """Make hour buckets that reports read too, and fill them from the orders there are."""
    create_index("ix_cancellations_cancelled_at", "cancellations", "cancelled_at")
    create_index(
        "ix_balance_entries_at",
        "balance_entries",
        "at",
        where="kind <> 'payment' AND kind <> 'refund'",
    )
    connection = op.get_bind()
    timezone = connection.execute(sa.text("SELECT timezone FROM shop")).scalar()
    seconds = 3600 if timezone is None else _bucket_seconds(timezone)
    if connection.dialect.name == "sqlite":
        _remake_shop(seconds)
        op.drop_table("sales_hours")
        _make_sales_hours()
    else:
        _extend(seconds)
    connection.execute(sa.text(_ADD_UP), {"width": seconds * 1_000_000})


def _bucket_seconds(timezone: str) -> int:
    """How long buckets are that begin with each hour of a zone's clocks."""
    here, moment, offsets = ZoneInfo(timezone), datetime(1970, 1, 1, tzinfo=UTC), set()
    while moment.year < 2070:  # noqa: PLR2004 - far enough
        offsets.add(int((moment.astimezone(here).utcoffset() or timedelta()).total_seconds()))
        moment += timedelta(days=10)
    lengths = (3600, 1800, 900)
    return next((one for one in lengths if all(offset % one == 0 for offset in offsets)), 900)


def _remake_shop(seconds: int) -> None:
    """SQLite cannot add a column that is never NULL without a default."""
    create_table(
        "shop_new",
        *counts("singleton"),
        *texts("shop_id", "currency"),
        *counts("exponent"),
        *texts("timezone"),
        *counts("created_at", "sales_bucket_seconds"),
        primary("shop", "singleton"),
        check("ck_shop_singleton", "singleton = 1"),
        check("ck_shop_exponent", "exponent BETWEEN 0 AND 4"),
        check(*_LENGTH_CHECK),
    )
    insert = sa.text("INSERT INTO shop_new SELECT *, :seconds FROM shop")
    op.get_bind().execute(insert, {"seconds": seconds})
    op.drop_table("shop")
    op.rename_table("shop_new", "shop")


def _make_sales_hours() -> None:
    create_table(
        "sales_hours",
        *counts("bucket_start_at"),
        *texts("sku"),
        *counts("units", "revenue_minor", *_SUMS),
        primary("sales_hours", "bucket_start_at", "sku"),
        references("sales_hours", "sku", "products.sku"),
        *within("sales_hours", "revenue_minor", "units"),
        *(check(name, condition) for name, condition in _SUM_CHECKS.items()),
        rowid=False,
    )


def _extend(seconds: int) -> None:
    """On Postgres tables keep the rights that were granted on them, so columns are added."""
    _add_column("shop", "sales_bucket_seconds", seconds)
    op.create_check_constraint(_LENGTH_CHECK[0], "shop", _LENGTH_CHECK[1])
    op.execute("DELETE FROM sales_hours")
    for column in _SUMS:
        _add_column("sales_hours", column, 0)
    for name, condition in _SUM_CHECKS.items():
        op.create_check_constraint(name, "sales_hours", condition)
    # The procedure takes one more argument from now on; its old form would stay beside it.
    for (procedure,) in op.get_bind().execute(sa.text(_OLD_PROCEDURES)).fetchall():
        op.execute(f"DROP FUNCTION {procedure}")


def _add_column(table: str, column: str, value: int) -> None:
    (added,) = counts(column)
    added.server_default = sa.DefaultClause(str(value))
    op.add_column(table, added)
    op.alter_column(table, column, server_default=None)
