"""The use case that gives part of an order back: money, stock and sales, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.deliveries import events
from shopcli.domain.errors import Internal
from shopcli.domain.fingerprints import refund_fingerprint
from shopcli.domain.giving_back import check_cancellable, check_expected, expects_no_order, parts
from shopcli.domain.ledger.accounts import check_limit, check_state
from shopcli.domain.ordering import summed_quantities
from shopcli.domain.pricing import Price
from shopcli.domain.records import Order, Refund
from shopcli.engine.audit import origin_values
from shopcli.engine.lookups import order_id as whole_order_id
from shopcli.engine.requests import key_conflict, key_or_new, required_reason
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.giving_back import (
    insert_event,
    next_sequence,
    pay_back,
    put_back,
    sold_lines,
)
from shopcli.engine.use_cases.receipts import line_records, refund_lines
from shopcli.engine.use_cases.settings import cancel_within
from shopcli.storage import orders as order_table
from shopcli.storage import refunds as table
from shopcli.storage import sales, users
from shopcli.storage.refunds import GivenBack, RefundLineRow, RefundRow

if TYPE_CHECKING:
    from shopcli.domain.giving_back import Part
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.orders import LineRow, OrderRow
    from shopcli.storage.session import Session
    from shopcli.storage.users import BalanceRow, UserRow


class _Request(NamedTuple):
    """A checked request; the order is not looked up yet."""

    order: object
    quantities: dict[str, int]
    reason: str
    lost: bool
    force: bool
    key: str
    expected: Order | None


def refund(
    runtime: Runtime,
    order: str | Order,
    lines: Mapping[str, int] | Iterable[tuple[str, int]],
    *,
    reason: str,
    lost: bool = False,
    force: bool = False,
    key: str | None = None,
    dry_run: bool = False,
    expected: Order | None = None,
) -> Refund:
    """Give some units of an order back: pay for them, return them to stock, subtract their sales.

    After k of a line's q units floor(net * k / q) has been paid back in all, so it does not matter
    in how many steps they come. Units of an order of the past do not go to stock. The coupon stays
    used; `cancel` gives back what is left.

    Args:
        runtime: What every use case is given.
        order: The order, its id, or a unique ending of at least 4 characters.
        lines: Pairs of SKU and quantity (at least 1); repeated SKUs are added up.
        reason: Text of up to 500 characters.
        lost: The units do not go back to stock.
        force: Refund even after the time that the setting `cancel_within` allows.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        dry_run: Only look: nothing is changed, and the answer is what would have become of it.
        expected: The order as it was looked at: nothing is given back where some of these products
            came back since. A replay asks for nothing.

    Raises:
        UnknownOrder: No such order.
        KeyConflict: The key was used for another request.
        UserClosed: The buyer is closed and must be made active first.
        RefundExceedsOrder: Details name what is not in the order, or not so many times any more; a
            cancelled order has nothing left.
        TotalChanged: Some of it came back since it was looked at.
        OrderNotCancellable: It is too late, and `force` was not given.
        BalanceLimit: With the refund the balance would pass 2**53 - 1 minor units.
        InvalidInput: An argument is out of bounds, or the ending fits several orders.

    Emits:
        shop.order.refunded
    """
    if not isinstance(expected, Order | None):
        raise expects_no_order()
    request = _Request(
        order.order if isinstance(order, Order) else order,
        summed_quantities(lines),
        required_reason(reason),
        bool(lost),
        bool(force),
        key_or_new(runtime, key),
        expected,
    )
    return _look(runtime, request) if dry_run else _refund(runtime, request)


class _Judged(NamedTuple):
    """A refund that every rule allows, not written yet."""

    row: OrderRow
    sold: list[LineRow]
    before: list[GivenBack]
    given: list[Part]
    amount_minor: int
    balance_minor: int
    """Before it."""
    now: int

    def lines(self, *, lost: bool) -> list[RefundLineRow]:
        """The lines to write."""
        number, returns = len(self.before) + 1, not (lost or self.row.historical)
        return [
            RefundLineRow(self.row.order_id, number, *part, part.quantity if returns else 0)
            for part in self.given
        ]


@retried
def _look(runtime: Runtime, request: _Request) -> Refund:
    with runtime.reading() as session:
        judged = _judged(runtime, session, request, users.user)
    if isinstance(judged, Refund):
        return judged
    return Refund(
        order=judged.row.order_id,
        lines=refund_lines(judged.lines(lost=request.lost)),
        refunded=judged.amount_minor,
        state="paid",
        balance=judged.balance_minor + judged.amount_minor,
        currency=runtime.identity.currency,
        key=request.key,
        replayed=False,
    )


@retried
def _refund(runtime: Runtime, request: _Request) -> Refund:
    with runtime.writing(request.key) as session:
        judged = _judged(runtime, session, request, users.locked_balance)
        if isinstance(judged, Refund):
            return judged
        row, now = judged.row, judged.now
        values = {
            "order_id": row.order_id,
            "number": len(judged.before) + 1,
            "refunded_minor": judged.amount_minor,
            "lost": int(request.lost),
            "at": now,
            "refunded_at": now,
            "key": request.key,
            "fingerprint": _fingerprint(row.order_id, request),
            "reason": request.reason,
            **origin_values(runtime, now),
        }
        made = _write(runtime, session, judged, values)
        sequence = next_sequence(judged.before)
        _insert_event(runtime, session, row, judged.sold, made, sequence, values)
        return _answer(runtime, made, replayed=False)


def _fingerprint(order_id: str, request: _Request) -> str:
    return refund_fingerprint(order_id, request.quantities, lost=request.lost)


def _judged(
    runtime: Runtime,
    session: Session,
    request: _Request,
    account: Callable[[Session, str], BalanceRow | UserRow | None],
) -> _Judged | Refund:
    """Judge a refund; the one that the key has made already, where it has.

    Args:
        runtime: As of `refund`.
        session: The open transaction.
        request: What is asked for.
        account: Reads state and balance of the buyer; locks them where something is to be written.
    """
    order_id = whole_order_id(session, request.order, runtime.owner)
    row = order_table.order(session, order_id)
    if row is None:
        raise Internal("An order vanished.")
    # Refunds and the cancellation of an order come one after the other by this lock.
    buyer = account(session, row.username)
    bound = table.by_key(session, request.key)
    before = table.of_orders(session, [order_id]).get(order_id, [])
    if bound is not None:
        if bound.fingerprint != _fingerprint(order_id, request):
            others = runtime.details_of_others({"order": bound.order_id})
            raise key_conflict(request.key, others)
        return _answer(runtime, before[bound.number - 1], replayed=True)
    if buyer is None:
        raise Internal("A user vanished.")
    if buyer.state == "closed":
        check_state(row.username, buyer.state)
    sold = order_table.lines(session, [order_id])[order_id]
    units = table.units(before)
    given = parts(
        order_id,
        sold_lines(sold),
        units,
        request.quantities,
        is_cancelled=order_table.cancellation(session, order_id) is not None,
    )
    if request.expected is not None:
        quantities, expected = request.quantities, request.expected
        check_expected(order_id, sold_lines(sold), units, quantities, expected)
    now = runtime.now()
    if not request.force:
        within = cancel_within(session)
        check_cancellable(order_id, row.placed_at, within, now, is_refund=True)
    amount = sum(part.refunded_minor for part in given)
    check_limit(row.username, buyer.balance_minor, amount, runtime.identity.currency)
    return _Judged(row, sold, before, given, amount, buyer.balance_minor, now)


def _write(
    runtime: Runtime, session: Session, judged: _Judged, values: dict[str, Any]
) -> GivenBack:
    """Write a refund with all its effects but the event."""
    row, lines = judged.row, judged.lines(lost=values["lost"])
    moved = pay_back(session, row.username, values["refunded_minor"], values)
    put_back(session, [(line.sku, line.restocked) for line in lines if line.restocked], values)
    written = {
        **values,
        "username": row.username,
        "entry_sequence": moved.sequence,
        "balance_after_minor": moved.balance_after_minor,
    }
    table.insert_refund(session, written, lines)
    sales.give_back(session, runtime.identity, row.placed_at, values["at"], judged.given)
    return GivenBack(RefundRow._make(written[name] for name in RefundRow._fields), lines)


def _insert_event(
    runtime: Runtime,
    session: Session,
    row: OrderRow,
    sold: list[LineRow],
    made: GivenBack,
    sequence: int,
    values: dict[str, Any],
) -> None:
    event_id = runtime.ids.new()
    body = events.refunded_event(
        runtime.identity,
        event_id,
        row.order_id,
        row.user_id,
        row.placed_at,
        Price(line_records(sold), row.subtotal_minor, row.discount_minor),
        row.coupon_code,
        sequence=sequence,
        refunded_at=made.refund.refunded_at,
        reason=made.refund.reason,
        refunded_lines=refund_lines(made.lines),
        refunded_minor=made.refund.refunded_minor,
    ).encode()
    insert_event(session, event_id, events.REFUNDED, sequence, body, values)


def _answer(runtime: Runtime, made: GivenBack, *, replayed: bool) -> Refund:
    return Refund(
        order=made.refund.order_id,
        lines=refund_lines(made.lines),
        refunded=made.refund.refunded_minor,
        state="paid",
        balance=made.refund.balance_after_minor,
        currency=runtime.identity.currency,
        key=made.refund.key,
        replayed=replayed,
    )
