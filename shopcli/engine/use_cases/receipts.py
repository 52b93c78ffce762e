"""Use cases that read orders: list, receipt; with amounts as paid, and refunds since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, UnknownOrder
from shopcli.domain.moments import from_microseconds
from shopcli.domain.records import Order, OrderLine, OrderRefund, RefundLine
from shopcli.domain.showing import excerpt
from shopcli.domain.text import checked_key
from shopcli.engine.filters import Filters
from shopcli.engine.lookups import checked_sku, checked_user, order_id, product_row, user_row
from shopcli.engine.requests import checked_limit, window_bounds
from shopcli.engine.runtime import retried
from shopcli.storage import orders as table
from shopcli.storage import refunds as refund_table
from shopcli.storage.lists import orders as orders_chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.lists import Chosen
    from shopcli.storage.orders import LineRow, OrderRow
    from shopcli.storage.refunds import GivenBack, RefundLineRow
    from shopcli.storage.session import Session


ORDER_STATES = ("paid", "cancelled", "refunded")
"""What orders can be chosen by."""


def record(
    runtime: Runtime,
    row: OrderRow,
    lines: Sequence[LineRow],
    refunds: Sequence[GivenBack] = (),
) -> Order:
    """The public record of an order's row and lines, and of what was given back since."""
    return Order(
        order=row.order_id,
        user=row.username,
        state="paid" if row.cancelled_at is None else "cancelled",
        lines=line_records(lines),
        subtotal=row.subtotal_minor,
        discount=row.discount_minor,
        total=row.total_minor,
        currency=runtime.identity.currency,
        coupon=row.coupon_code,
        balance_after=row.balance_after_minor,
        placed_at=from_microseconds(row.placed_at),
        key=row.key,
        replayed=False,
        refunded=(row.refunded_minor or 0) + sum(given.refund.refunded_minor for given in refunds),
        cancelled_at=None if row.cancelled_at is None else from_microseconds(row.cancelled_at),
        reason=row.cancel_reason,
        refunds=tuple(map(_refund_record, refunds)),
    )


def _refund_record(given: GivenBack) -> OrderRefund:
    refund = given.refund
    return OrderRefund(
        number=refund.number,
        lines=refund_lines(given.lines),
        refunded=refund.refunded_minor,
        lost=bool(refund.lost),
        refunded_at=from_microseconds(refund.refunded_at),
        reason=refund.reason,
        key=refund.key,
    )


def refund_lines(rows: Iterable[RefundLineRow]) -> tuple[RefundLine, ...]:
    """The public records of a refund's lines."""
    return tuple(
        RefundLine(row.sku, row.quantity, row.refunded_minor, row.restocked) for row in rows
    )


def line_records(rows: Iterable[LineRow]) -> tuple[OrderLine, ...]:
    """The public records of an order's lines."""
    return tuple(
        OrderLine(sku, name, quantity, unit_price, total, discount, total - discount)
        for sku, name, quantity, unit_price, total, discount in rows
    )


def as_sold(order: Order, *, replayed: bool) -> Order:
    """An order as it was returned when it was placed, without what was given back since."""
    return replace(
        order,
        state="paid",
        refunded=0,
        cancelled_at=None,
        reason=None,
        refunds=(),
        replayed=replayed,
    )


@retried
def listing(
    runtime: Runtime,
    user: str | None = None,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    sku: str | None = None,
    state: str | None = None,
) -> tuple[Order, ...]:
    """List the orders of a user, or of all users, newest first.

    Args:
        runtime: What every use case is given.
        user: Name of the user; all users if None.
        limit: Largest number of orders, at least 1; all if None.
        since: Only orders placed at or after this instant. Without a zone, the shop's is meant.
        until: Only orders placed before this instant, likewise.
        sku: Only orders with this product; all if None.
        state: Only orders that are paid or cancelled, or (refunded) of which a part was given
            back, cancelled later or not; all if None.

    Raises:
        UnknownUser: No such user.
        UnknownProduct: No such product.
        InvalidInput: An argument is out of bounds.
    """
    username = None if user is None else checked_user(user)
    row_limit, bounds = checked_limit(limit), window_bounds(runtime, since, until)
    with runtime.reading() as session:
        if username is not None:
            user_row(session, username)
        chosen = chosen_orders(session, Filters(sku=sku, state=state))
        rows = table.orders(session, username, *bounds, row_limit, runtime.owner, chosen)
        ids = [row.order_id for row in rows]
        lines, refunds = table.lines(session, ids), refund_table.of_orders(session, ids)
        return tuple(
            record(runtime, row, lines[row.order_id], refunds.get(row.order_id, ())) for row in rows
        )


def chosen_orders(session: Session, filters: Filters) -> Chosen:
    """The conditions of a list or an export of orders.

    Raises:
        UnknownProduct: No such product.
        InvalidInput: The SKU breaks its grammar, or no order has such a state.
    """
    if filters.state is not None and filters.state not in ORDER_STATES:
        raise InvalidInput(
            "'{value}' is no state of an order: that is one of {choices}.",
            details={
                "field": "state",
                "value": excerpt(filters.state),
                "choices": list(ORDER_STATES),
                "reason": "choice",
            },
        )
    if filters.sku is None:
        return orders_chosen(None, filters.state)
    sku = checked_sku(filters.sku)
    product_row(session, sku)
    return orders_chosen(sku, filters.state)


@retried
def receipt(runtime: Runtime, order: str | None = None, *, key: str | None = None) -> Order:
    """Read an order in its present state, with amounts as paid; named by its id or its key.

    Args:
        runtime: What every use case is given.
        order: Id of the order, or a unique ending of at least 4 characters.
        key: Idempotency key of the order, instead of its id.

    Raises:
        UnknownOrder: No such order, or none with that key.
        InvalidInput: Neither or both were given, or the ending fits several orders.
    """
    if (order is None) == (key is None):
        raise InvalidInput("Name an order, or a key.", details={"reason": "no_order_or_key"})
    checked = None if key is None else checked_key(key)
    with runtime.reading() as session:
        if checked is not None:
            row = table.order_by_key(session, checked, runtime.owner)
        else:
            row = table.order(session, order_id(session, order, runtime.owner))
        if row is None and runtime.owner is not None:
            raise UnknownOrder(
                "No order of yours has been made with the key {key} so far.",
                details={"key": checked, "suggestions": [], "reason": "own_key"},
            )
        if row is None:
            raise UnknownOrder(
                "No order has been made with the key {key} so far.",
                details={"key": checked, "suggestions": [], "reason": "key"},
            )
        lines = table.lines(session, [row.order_id])[row.order_id]
        refunds = refund_table.of_orders(session, [row.order_id]).get(row.order_id, ())
        return record(runtime, row, lines, refunds)
