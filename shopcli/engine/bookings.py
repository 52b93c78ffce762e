"""The use case that books an order of the past: price, payment, sale and event at its own instant.

Today's stock is left alone, no coupon is taken; whether a product is on sale now is not asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import checked_amount
from shopcli.domain.ordering import (
    Buyer,
    OfferedProduct,
    check_balance,
    check_state,
    summed_quantities,
)
from shopcli.domain.pricing import Price, price
from shopcli.domain.text import checked_identifier
from shopcli.engine.lookups import checked_user, unknown_user
from shopcli.engine.orders import (
    Request,
    offered_products,
    order_record,
    placement_of,
    replay,
)
from shopcli.engine.requests import checked_moment
from shopcli.storage import orders as table
from shopcli.storage.placement import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shopcli.domain.records import Order
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session


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
    """Book an order that happened before, paid from the balance of now.

    Args:
        runtime: What every use case is given.
        user: Who ordered.
        lines: (SKU, quantity); the same SKU twice is one line.
        ordered_at: When; a datetime without a zone is meant in the shop's.
        unit_prices: What a unit cost then, in minor units by SKU; today's price if none is given.
        discount: What was taken off the whole order, in minor units.
        key: Idempotency key; a new one is made where None.

    Raises:
        KeyConflict: The key was used for another request.
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
        UnknownProduct: Details name every SKU that does not exist.
        InsufficientBalance: The balance is below the total.
        InvalidInput: A value breaks its grammar, or the discount passes the subtotal.

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
    return runtime.write_at_once(
        lambda session: _book(runtime, session, request, placed_at, known, reduction), request.key
    )


def priced_then(
    quantities: Mapping[str, int],
    offered: Mapping[str, OfferedProduct],
    unit_prices: Mapping[str, int],
    discount_minor: int,
) -> Price:
    """What an order of the past cost.

    Raises:
        InvalidInput: The discount passes the subtotal, or the subtotal the largest amount.
    """
    lines = [
        (sku, quantity, unit_prices.get(sku, offered[sku].price_minor))
        for sku, quantity in quantities.items()
    ]
    if discount_minor > sum(quantity * unit_price for _, quantity, unit_price in lines):
        raise InvalidInput("The discount is larger than the subtotal.")
    return price(lines, discount_minor)


def _book(
    runtime: Runtime,
    session: Session,
    request: Request,
    placed_at: int,
    unit_prices: Mapping[str, int],
    discount_minor: int,
) -> Order:
    reading = session.reading
    rows = table.context(reading, request.username, list(request.quantities), None, request.key)
    first = rows[0]
    if first.made_order_id is not None:
        return replay(runtime, reading, request)
    if first.state is None:
        raise unknown_user(reading, request.username)
    check_state(request.username, first.state)
    offered = offered_products(reading, request, rows)
    buyer = Buyer(first.user_id, first.balance_minor)
    priced = priced_then(request.quantities, offered, unit_prices, discount_minor)
    currency = runtime.identity.currency
    check_balance(request.username, buyer.balance_minor, priced.total_minor, currency)
    order = order_record(runtime, request, priced, offered, placed_at, buyer.balance_minor)
    placement = placement_of(runtime, request, order, buyer.user_id, placed_at)
    balance_after = write(session, replace(placement, historical=True, recorded_at=runtime.now()))
    return replace(order, balance_after=balance_after)
