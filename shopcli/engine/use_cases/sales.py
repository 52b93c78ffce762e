"""Best sellers of any window, exact, from sales buckets and partial ends; and what to reorder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import (
    DAY_MICROSECONDS,
    HOUR_MICROSECONDS,
    from_microseconds,
    out_of_range,
    rfc3339,
)
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import Top, TopRow
from shopcli.domain.sales.candidates import candidates, yardstick_day
from shopcli.domain.sales.windows import tile
from shopcli.engine.requests import checked_limit, checked_moment
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.settings import effective
from shopcli.storage import sales as table
from shopcli.storage.reading import browsing

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.records import StockRow
    from shopcli.engine.runtime import Runtime

DAYS_MAX = 36_500
_STOCK_DAYS = 7


@retried
def top(
    runtime: Runtime, days: int = 3, limit: int | None = 5, as_of: datetime | None = None
) -> Top:
    """Rank the products by units sold in the `days` times 24 hours that end at `as_of`.

    Cancelled orders are not counted; ties are ordered by SKU in code point order. The window
    excludes its first instant and includes its last.

    Args:
        runtime: What every use case is given.
        days: Length of the window in days of 24 hours, 1 to 36,500.
        limit: Largest number of products, at least 1; all if None.
        as_of: End of the window; now if None. Without a zone, the shop's is meant.

    Raises:
        InvalidInput: An argument is out of bounds.
    """
    checked_amount(days, "Days", least=1, most=DAYS_MAX)
    row_limit = checked_limit(limit)
    given_end = checked_moment(runtime, as_of, "As-of")
    end = runtime.now() if given_end is None else given_end
    start = end - days * DAY_MICROSECONDS
    if end < 0:
        raise out_of_range(rfc3339(from_microseconds(end)))
    # No sale is older than 1970, so an earlier start can be cut off.
    tiling = tile(max(start, -1), end, is_latest=given_end is None)
    yardstick = None if limit is None else yardstick_day(start, end)
    with runtime.reading() as session:
        units = 0
        if yardstick is not None:
            units = table.units_of_rank(session, yardstick, row_limit)
        parts = HOUR_MICROSECONDS // runtime.identity.sales_bucket_microseconds
        likely = candidates(tiling, units, buckets_an_hour=parts)
        rows = table.top(session, tiling, row_limit, likely)
    return Top(
        window_start=from_microseconds(start),
        window_end=from_microseconds(end),
        currency=runtime.identity.currency,
        rows=tuple(TopRow(rank, *row) for rank, row in enumerate(rows, start=1)),
    )


@retried
def stock(runtime: Runtime, limit: int | None = None) -> tuple[StockRow, ...]:
    """List what to reorder: products on sale whose stock is at or below their mark, lowest first.

    A product without a mark of its own has that of the setting `low_stock`. `sold_7_days` is what
    was sold and not given back in the last seven days of 24 hours.

    Args:
        runtime: What every use case is given.
        limit: Largest number of products, at least 1; all if None.

    Raises:
        InvalidInput: The limit is out of bounds.
    """
    from shopcli.domain.records import StockRow  # with all records of reports

    now, row_limit = runtime.now(), checked_limit(limit)
    tiling = tile(max(now - _STOCK_DAYS * DAY_MICROSECONDS, -1), now, is_latest=True)
    with runtime.reading() as session:
        mark = int(effective(session)["low_stock"] or 0)
        low = browsing.low_stock(session, mark, row_limit)
        rows = table.top(session, tiling, AMOUNT_MAX) if low else []
    sold = {row.sku: row.units for row in rows}
    return tuple(
        StockRow(
            row.sku,
            row.name,
            row.stock,
            mark if row.low_stock is None else row.low_stock,
            sold.get(row.sku, 0),
        )
        for row in low
    )
