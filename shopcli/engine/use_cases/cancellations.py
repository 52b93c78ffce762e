"""The use case that cancels an order: stock, balance, coupon and sales, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.deliveries import events
from shopcli.domain.errors import Internal, InvalidInput
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.giving_back import (
    check_cancellable,
    check_expected,
    coupon_comes_back,
    expects_no_order,
    rest,
)
from shopcli.domain.ledger.accounts import check_limit, check_state
from shopcli.domain.pricing import Price
from shopcli.domain.records import Cancellation, Order
from shopcli.engine.audit import origin_values
from shopcli.engine.lookups import order_id as whole_order_id
from shopcli.engine.requests import key_conflict, key_or_new, optional_reason
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.giving_back import (
    insert_event,
    next_sequence,
    pay_back,
    put_back,
    sold_lines,
)
from shopcli.engine.use_cases.receipts import line_records
from shopcli.engine.use_cases.settings import cancel_within
from shopcli.storage import coupons, sales, users
from shopcli.storage import orders as table
from shopcli.storage import refunds as refund_table
from shopcli.storage.orders import CancellationRow

if TYPE_CHECKING:
    from shopcli.domain.giving_back import Part
    from shopcli.domain.records import OrderLine
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.orders import LineRow, OrderRow
    from shopcli.storage.session import Session
    from shopcli.storage.users import BalanceRow


@retried
def cancel(
    runtime: Runtime,
    order: str,
    reason: str | None = None,
    key: str | None = None,
    force: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    expected: Order | None = None,
) -> Cancellation:
    """Cancel an order: refund its total, return its stock, subtract its sales.

    What was given back of it before is left out of all three. Its coupon can be used again unless
    it has expired. Cancelling a cancelled order returns the first result, whatever the key.

    Args:
        runtime: What every use case is given.
        order: Id of the order, or a unique ending of at least 4 characters.
        reason: Text of up to 500 characters; required with `force`.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        force: Cancel even after the time that the setting `cancel_within` allows.
        expected: The order as it was looked at: nothing is cancelled where some of it was given
            back since. A replay asks for nothing.

    Raises:
        UnknownOrder: No such order.
        OrderNotCancellable: It is too late, and `force` was not given.
        TotalChanged: Some of it was given back since it was looked at.
        UserClosed: The buyer is closed and must be made active first.
        BalanceLimit: With the refund the balance would pass 2**53 - 1 minor units.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, the ending fits several orders, or `force` was
            given without a reason.

    Emits:
        shop.order.cancelled
    """
    reason, final_key = optional_reason(reason), key_or_new(runtime, key)
    _check_request(reason, expected, force=force)
    with runtime.writing(final_key) as session:
        order_id = whole_order_id(session, order, runtime.owner)
        request_fingerprint = fingerprint("cancel", order_id)
        if key is not None:
            bound = table.cancellation_by_key(session, final_key)
            if bound is not None and bound.fingerprint != request_fingerprint:
                raise key_conflict(final_key, runtime.details_of_others({"order": bound.order_id}))
        row = table.order(session, order_id)
        if row is None:
            raise Internal("An order vanished.")
        locked = users.locked_balance(session, row.username)
        done = table.cancellation(session, order_id)
        if done is not None:
            return _answer(runtime, done, replayed=True)
        now = runtime.now()
        if not force:
            check_cancellable(order_id, row.placed_at, cancel_within(session), now)
        if locked is None:
            raise Internal("A user vanished.")
        lines = table.lines(session, [order_id])[order_id]
        left = _left(session, order_id, lines, expected)
        _check_buyer(runtime, row, locked, left.amount_minor)
        values = {
            "order_id": order_id,
            "at": now,
            "key": final_key,
            "fingerprint": request_fingerprint,
            "reason": reason,
            **origin_values(runtime, now),
        }
        return _undo(runtime, session, row, lines, left, values)


def _check_request(reason: str | None, expected: object, *, force: bool) -> None:
    if not isinstance(expected, Order | None):
        raise expects_no_order()
    if force and reason is None:
        raise InvalidInput(
            "Forcing a cancellation needs a reason.", details={"reason": "no_reason"}
        )


class _Left(NamedTuple):
    """What is left of an order: it was not given back before."""

    parts: list[Part]
    amount_minor: int
    event_sequence: int


def _left(session: Session, order_id: str, lines: list[LineRow], expected: Order | None) -> _Left:
    refunds = refund_table.of_orders(session, [order_id]).get(order_id, [])
    sold, before = sold_lines(lines), refund_table.units(refunds)
    if expected is not None:
        check_expected(order_id, sold, before, {line.sku for line in sold}, expected)
    parts = rest(sold, before)
    return _Left(parts, sum(part.refunded_minor for part in parts), next_sequence(refunds))


def _check_buyer(runtime: Runtime, row: OrderRow, locked: BalanceRow, added_minor: int) -> None:
    if locked.state == "closed":
        check_state(row.username, locked.state)
    currency = runtime.identity.currency
    check_limit(row.username, locked.balance_minor, added_minor, currency)


def _undo(
    runtime: Runtime,
    session: Session,
    row: OrderRow,
    lines: list[LineRow],
    left: _Left,
    values: dict[str, Any],
) -> Cancellation:
    order_id, username = row.order_id, row.username
    restored = _restore_coupon(session, row, values["at"])
    moved = pay_back(session, username, left.amount_minor, values)
    if not row.historical:
        put_back(session, [(part.sku, part.quantity) for part in left.parts], values)
    done = CancellationRow(
        order_id, left.amount_minor, int(restored), moved.balance_after_minor, values["key"]
    )
    table.insert_cancellation(session, {**values, "cancelled_at": values["at"], **done._asdict()})
    sales.give_back(session, runtime.identity, row.placed_at, values["at"], left.parts)
    _insert_event(runtime, session, row, line_records(lines), left, values)
    return _answer(runtime, done, replayed=False)


def _restore_coupon(session: Session, row: OrderRow, now: int) -> bool:
    if row.coupon_code is None:
        return False
    held = coupons.held(session, row.username, row.coupon_code)
    if (
        held is None
        or held.order_id != row.order_id
        or not coupon_comes_back(held.usable_until_at, now)
    ):
        return False
    return coupons.restore(session, row.username, row.coupon_code, row.order_id)


def _insert_event(
    runtime: Runtime,
    session: Session,
    row: OrderRow,
    as_sold: tuple[OrderLine, ...],
    left: _Left,
    values: dict[str, Any],
) -> None:
    event_id = runtime.ids.new()
    body = events.cancelled_event(
        runtime.identity,
        event_id,
        row.order_id,
        row.user_id,
        row.placed_at,
        Price(as_sold, row.subtotal_minor, row.discount_minor),
        row.coupon_code,
        sequence=left.event_sequence,
        cancelled_at=values["at"],
        reason=values["reason"],
        refunded_minor=left.amount_minor,
    ).encode()
    insert_event(session, event_id, events.CANCELLED, left.event_sequence, body, values)


def _answer(runtime: Runtime, done: CancellationRow, *, replayed: bool) -> Cancellation:
    return Cancellation(
        order=done.order_id,
        state="cancelled",
        refunded=done.refunded_minor,
        coupon_restored=bool(done.coupon_restored),
        balance=done.balance_after_minor,
        currency=runtime.identity.currency,
        key=done.key,
        replayed=replayed,
    )
