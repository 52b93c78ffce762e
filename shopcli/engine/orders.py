"""Use cases about orders: place and pay, list, receipt. One transaction holds all effects."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain import events
from shopcli.domain.fingerprints import booking_fingerprint, order_fingerprint
from shopcli.domain.moments import from_microseconds
from shopcli.domain.ordering import (
    Buyer,
    HeldCoupon,
    OfferedProduct,
    check_on_sale,
    check_state,
    check_total,
    decide,
    summed_quantities,
)
from shopcli.domain.pricing import Discount, Price, price
from shopcli.domain.records import Order, OrderLine
from shopcli.domain.text import checked_code, checked_key
from shopcli.engine.balances import key_conflict
from shopcli.engine.lookups import (
    checked_user,
    unknown_coupon,
    unknown_products,
    unknown_user,
)
from shopcli.engine.price_cache import FACT_COUNT_MAX
from shopcli.engine.receipts import as_sold, record
from shopcli.storage import orders as table
from shopcli.storage.failures import GuardFailed
from shopcli.storage.placement import Placement, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shopcli.engine.price_cache import Memory, Remembered
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.orders import ContextRow
    from shopcli.storage.session import Reader, Session


def place(
    runtime: Runtime,
    user: str,
    lines: Mapping[str, int] | Iterable[tuple[str, int]],
    coupon: str | None = None,
    key: str | None = None,
    dry_run: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    *,
    expected_total: int | None = None,
) -> Order:
    """Order several products at once and pay from the balance.

    Args:
        runtime: What every use case is given.
        user: Who orders.
        lines: (SKU, quantity); the same SKU twice is one line.
        coupon: Code of a coupon the user holds.
        key: Idempotency key; a new one is made where None.
        dry_run: Take the same path and change nothing.
        expected_total: What the buyer was shown, in minor units; anything else is refused.

    Raises:
        KeyConflict: The key was used for another request.
        UnknownUser: No such user.
        UnknownProduct: Details name every SKU that does not exist.
        UnknownCoupon: No such coupon.
        Refused: See `domain.ordering.decide` for the rules and their order.
        TotalChanged: All rules hold, but the total is not the one expected.

    Emits:
        shop.order.paid
    """
    request = Request(
        runtime,
        checked_user(user),
        summed_quantities(lines),
        None if coupon is None else checked_code(coupon),
        key,
    )

    def work(session: Session) -> Order:
        return _place(runtime, session, request, dry_run=dry_run, expected_total=expected_total)

    if dry_run:
        return runtime.read(work)
    memory = runtime.memory
    remembered = memory.recall(request.username, request.quantities, request.code)
    if remembered is None and memory.is_worth_filling():
        runtime.read(lambda session: _learn_all(memory, session))
    if remembered is None:
        return runtime.write_at_once(work, request.key)
    return runtime.write_boldly(
        lambda session: _place_remembered(runtime, session, request, remembered, expected_total),
        lambda: runtime.write_at_once(work, request.key),
        request.key,
    )


class Request:
    """A checked request to order, and the id of the order it makes if it makes one."""

    __slots__ = ("code", "fingerprint", "key", "order_id", "quantities", "username")

    def __init__(
        self,
        runtime: Runtime,
        username: str,
        quantities: dict[str, int],
        code: str | None,
        key: str | None,
        ordered_at: int | None = None,
    ) -> None:
        self.username = username
        self.quantities = quantities
        self.code = code
        # An order without a key of its caller's has its own id as key: one id less to make and
        # keep.
        self.order_id = runtime.ids.new()
        self.key = self.order_id if key is None else checked_key(key)
        self.fingerprint = (
            order_fingerprint(username, quantities, code)
            if ordered_at is None
            else booking_fingerprint(username, quantities, ordered_at)
        )


def _place(
    runtime: Runtime,
    session: Session,
    request: Request,
    *,
    dry_run: bool,
    expected_total: int | None,
) -> Order:
    reading = session.reading
    rows = table.context(
        reading, request.username, list(request.quantities), request.code, request.key
    )
    first = rows[0]
    if first.made_order_id is not None:
        return replay(runtime, reading, request)
    if first.state is None:
        raise unknown_user(reading, request.username)
    check_state(request.username, first.state)
    offered = offered_products(reading, request, rows)
    check_on_sale(request.quantities, offered)
    held = _held_coupon(reading, request.code, first)
    buyer = Buyer(first.user_id, first.balance_minor)
    runtime.memory.learn(request.username, buyer.user_id, offered, held)
    placed_at = runtime.now()
    priced = decide(
        request.username,
        buyer,
        request.quantities,
        offered,
        held,
        placed_at,
        runtime.identity.currency,
    )
    check_total(expected_total, priced.total_minor, runtime.identity.currency)
    order = order_record(runtime, request, priced, offered, placed_at, buyer.balance_minor)
    if dry_run:
        return replace(order, order=None)
    placement = placement_of(runtime, request, order, buyer.user_id, placed_at)
    balance_after = write(session, placement)
    if balance_after != order.balance_after:
        return replace(order, balance_after=balance_after)
    return order


def offered_products(
    session: Reader, request: Request, rows: Sequence[ContextRow]
) -> dict[str, OfferedProduct]:
    """The products a request names, out of the rows of its context.

    Raises:
        UnknownProduct: Details name every SKU that does not exist.
    """
    offered = {
        row.sku: OfferedProduct(row.sku, row.name, row.price_minor, row.stock, bool(row.on_sale))
        for row in rows
        if row.sku is not None
    }
    missing = [sku for sku in request.quantities if sku not in offered]
    if missing:
        raise unknown_products(session, missing)
    return offered


def _learn_all(memory: Memory, session: Session) -> None:
    memory.fill(
        dict(table.buyers(session, FACT_COUNT_MAX)),
        {
            row.sku: OfferedProduct(
                row.sku, row.name, row.price_minor, row.stock, bool(row.on_sale)
            )
            for row in table.offers(session, FACT_COUNT_MAX)
        },
    )


def _place_remembered(
    runtime: Runtime,
    session: Session,
    request: Request,
    remembered: Remembered,
    expected_total: int | None,
) -> Order:
    """Write an order priced from memory; the guards of the write check every fact and rule."""
    offered = remembered.offered
    lines = [
        (sku, quantity, offered[sku].price_minor) for sku, quantity in request.quantities.items()
    ]
    priced = price(lines, remembered.discount)
    if priced.subtotal_minor < (remembered.min_order_minor or 0):
        raise GuardFailed("coupon")
    if expected_total not in (None, priced.total_minor):
        raise GuardFailed("total")
    placed_at = runtime.now()
    order = order_record(runtime, request, priced, offered, placed_at, priced.total_minor)
    placement = placement_of(runtime, request, order, remembered.user_id, placed_at)
    return replace(order, balance_after=write(session, placement))


def _held_coupon(session: Reader, code: str | None, row: ContextRow) -> HeldCoupon | None:
    if code is None:
        return None
    if row.code is None:
        raise unknown_coupon(session, code)
    return HeldCoupon(
        code=code,
        discount=Discount(row.percent, row.amount_minor, row.cap_minor),
        min_order_minor=row.min_order_minor,
        disabled=bool(row.disabled),
        number=row.number,
        usable_until_at=row.usable_until_at,
        used_by_order=row.used_by_order,
    )


def order_record(
    runtime: Runtime,
    request: Request,
    priced: Price,
    offered: Mapping[str, OfferedProduct],
    placed_at: int,
    balance_minor: int,
) -> Order:
    """The public record of an order that is about to be written."""
    return Order(
        order=request.order_id,
        user=request.username,
        state="paid",
        lines=tuple(
            OrderLine(
                line.sku,
                offered[line.sku].name,
                line.quantity,
                line.unit_price_minor,
                line.line_total_minor,
                line.discount_minor,
                line.line_total_minor - line.discount_minor,
            )
            for line in priced.lines
        ),
        subtotal=priced.subtotal_minor,
        discount=priced.discount_minor,
        total=priced.total_minor,
        currency=runtime.identity.currency,
        coupon=request.code,
        balance_after=balance_minor - priced.total_minor,
        placed_at=from_microseconds(placed_at),
        key=request.key,
        replayed=False,
    )


def placement_of(
    runtime: Runtime, request: Request, order: Order, user_id: str, placed_at: int
) -> Placement:
    """What is written for an order placed now, its event's body frozen."""
    event_id = runtime.ids.new()
    body = events.paid_event(
        event_id=event_id,
        shop_id=runtime.identity.shop_id,
        sequence=1,
        order=order,
        user_id=user_id,
        exponent=runtime.identity.exponent,
    )
    return Placement(
        order_id=order.order or "",
        username=request.username,
        lines=order.lines,
        subtotal_minor=order.subtotal,
        discount_minor=order.discount,
        coupon_code=request.code,
        placed_at=placed_at,
        recorded_at=placed_at,
        key=request.key,
        fingerprint=request.fingerprint,
        historical=False,
        event_id=event_id,
        event_type=events.PAID,
        event_body=body,
        event_sha256=hashlib.sha256(body).hexdigest(),
        actor=runtime.origin.actor,
        host=runtime.origin.host,
        channel=runtime.origin.channel,
    )


def replay(runtime: Runtime, session: Reader, request: Request) -> Order:
    """The order a key has made before, as it was answered then.

    Raises:
        KeyConflict: The key was used for another request.
    """
    row = table.order_by_key(session, request.key)
    if row is None or row.fingerprint != request.fingerprint:
        raise key_conflict(
            request.key, runtime.told({} if row is None else {"order": row.order_id})
        )
    lines = table.lines(session, [row.order_id])
    order = record(runtime, row, lines[row.order_id])
    return as_sold(order, replayed=True)
