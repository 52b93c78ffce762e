"""What a user orders again and again, among the latest orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds
from shopcli.domain.records.baskets import UsualBasket
from shopcli.domain.sales.habits import habits
from shopcli.engine.lookups import checked_user, user_row
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.receipts import line_records
from shopcli.storage import orders as table

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime

ORDER_COUNT = 200
"""How many of the latest orders are looked at."""

BASKET_COUNT_MAX = 9
"""Most baskets that are returned: each has a digit."""

_LEAST_COUNT = 2


@retried
def usual(runtime: Runtime, user: str) -> tuple[UsualBasket, ...]:
    """List what a user has ordered at least twice, the most often first, then the latest.

    A basket is the same products in the same quantities. Of the latest `ORDER_COUNT` orders those
    count that are paid and not cancelled.

    Args:
        runtime: What every use case is given.
        user: Name of the user.

    Returns:
        At most `BASKET_COUNT_MAX`.

    Raises:
        UnknownUser: No such user.
        InvalidInput: The name breaks its grammar.
    """
    username = checked_user(user)
    with runtime.reading() as session:
        user_row(session, username)
        latest = table.orders(session, username, 0, LATEST_MICROSECONDS, ORDER_COUNT, runtime.owner)
        paid = [row for row in latest if row.cancelled_at is None]
        lines = table.lines(session, [row.order_id for row in paid])
    baskets = [frozenset((line.sku, line.quantity) for line in lines[row.order_id]) for row in paid]
    return tuple(
        UsualBasket(
            lines=line_records(lines[paid[habit.latest].order_id]),
            order_count=habit.times,
            order=paid[habit.latest].order_id,
            placed_at=from_microseconds(paid[habit.latest].placed_at),
        )
        for habit in habits(baskets, least=_LEAST_COUNT, most=BASKET_COUNT_MAX)
    )
