"""The use case that books a past order: price, payment, sale and event carry its own time.

It changes no stock, redeems no coupon, and does not check whether products are on sale now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.ledger.accounts import check_balance
from shopcli.domain.money import checked_amount
from shopcli.domain.ordering import summed_quantities
from shopcli.domain.pricing import price
from shopcli.domain.text import checked_identifier
from shopcli.engine.lookups import checked_user
from shopcli.engine.requests import checked_moment
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.orders import Request, check_buyer, offered_products, replay, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shopcli.domain.records import Order
    from shopcli.engine.runtime import Runtime


def book(
    runtime: Runtime,
    user: str,
    lines: Mapping[str, int] | Iterable[tuple[str, int]],
    *,
    ordered_at: datetime,
    unit_prices: Mapping[str, int] | None = None,
    discount: int | None = None,
    key: str | None = None,
) -> Order:
    """Book an order of the past, paid from the present balance; stock stays as it is.

    Args:
        runtime: What every use case is given.
        user: Name of the user who ordered.
        lines: Pairs of SKU and quantity (at least 1), up to 1000 SKUs; repeated SKUs are added up.
        ordered_at: When it was ordered. Without a zone, the shop's is meant.
        unit_prices: Unit prices of that time by SKU, in minor units; others have today's price.
        discount: Minor units taken off the whole order, at least 0.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        KeyConflict: The key was used for another request.
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
        UnknownProduct: Details name every SKU that does not exist.
        InsufficientBalance: The balance is below the total.
        InvalidInput: An argument is out of bounds, or the discount passes the subtotal.

    Emits:
        shop.order.paid
    """
    placed_at = checked_moment(runtime, ordered_at, "Ordered at")
    if placed_at is None:
        raise InvalidInput("An order of the past needs its time.", details={"reason": "no_time"})
    username, quantities = checked_user(user), summed_quantities(lines)
    request = Request(runtime, username, quantities, None, key, placed_at)
    known = {
        checked_identifier(sku, "SKU"): checked_amount(unit_price, "Unit price of {sku}", sku=sku)
        for sku, unit_price in (unit_prices or {}).items()
    }
    reduction = 0 if discount is None else checked_amount(discount, "Discount")
    return _book(runtime, request, placed_at, known, reduction)


@retried
def _book(
    runtime: Runtime,
    request: Request,
    placed_at: int,
    unit_prices: Mapping[str, int],
    discount_minor: int,
) -> Order:
    username = request.username
    with runtime.writing_at_once(request.key) as session:
        reading = session.reading
        rows = request.context(reading)
        first = rows[0]
        if first.made_order_id is not None:
            return replay(runtime, reading, request)
        check_buyer(reading, username, first)
        offered = offered_products(reading, request, rows)
        priced = price(request.quantities, offered, discount_minor, unit_prices)
        currency = runtime.identity.currency
        check_balance(username, first.balance_minor, priced.total_minor, currency)
        return write(runtime, session, request, priced, first.user_id, placed_at, historical=True)
