"""Use cases about orders: place and pay, list, receipt. One transaction holds all effects."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shopcli.domain import events
from shopcli.domain.accounts import check_state
from shopcli.domain.fingerprints import booking_fingerprint, order_fingerprint
from shopcli.domain.moments import from_microseconds
from shopcli.domain.ordering import (
    HeldCoupon,
    check_on_sale,
    check_total,
    decide,
    summed_quantities,
)
from shopcli.domain.pricing import Discount, Price, price
from shopcli.domain.records import Order
from shopcli.domain.text import checked_code, checked_key
from shopcli.engine.audit import origin_values
from shopcli.engine.lookups import (
    checked_user,
    unknown_coupon,
    unknown_products,
    unknown_user,
)
from shopcli.engine.price_cache import FACT_COUNT_MAX
from shopcli.engine.receipts import as_sold, record
from shopcli.engine.requests import key_conflict
from shopcli.engine.runtime import LOST, retried
from shopcli.storage import orders as table
from shopcli.storage import placement
from shopcli.storage.orders import OfferRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    if dry_run:
        return _price(runtime, request, expected_total)
    if runtime.database.is_remote:
        order = _place_by_cache(runtime, request, expected_total)
        if order is not None:
            return order
    return _place(runtime, request, expected_total)


@retried
def _price(runtime: Runtime, request: Request, expected_total: int | None) -> Order:
    with runtime.reading() as session:
        rows = request.context(session)
        if rows[0].made_order_id is not None:
            return replay(runtime, session, request)
        placed_at = runtime.now()
        priced = _judge(runtime, session, request, rows, placed_at, expected_total)
    return sold(runtime, request, priced, placed_at, rows[0].balance_minor, order_id=None)


@retried
def _place(runtime: Runtime, request: Request, expected_total: int | None) -> Order:
    with runtime.writing_at_once(request.key) as session:
        reading = session.reading
        rows = request.context(reading)
        if rows[0].made_order_id is not None:
            return replay(runtime, reading, request)
        placed_at = runtime.now()
        priced = _judge(runtime, reading, request, rows, placed_at, expected_total)
        return write(runtime, session, request, priced, rows[0].user_id, placed_at)


def _place_by_cache(runtime: Runtime, request: Request, expected_total: int | None) -> Order | None:
    """Write an order priced by the cache, in one step; the guards of the write check every fact.

    Returns:
        The order; None where something is not known, has changed or may be refused.
    """
    prices = runtime.prices
    known = prices.recall(request.username, request.quantities, request.code)
    if known is None:
        if prices.is_worth_filling():
            _fill_cache(runtime)
        return None
    priced = price(request.quantities, known.offered, known.discount)
    if known.discount is not None and not known.discount.is_met_by(priced.subtotal_minor):
        return None
    if expected_total not in (None, priced.total_minor):
        return None
    try:
        with runtime.writing_at_once(request.key) as session:
            return write(runtime, session, request, priced, known.user_id, runtime.now())
    except LOST:
        return None


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

    def context(self, session: Reader) -> list[ContextRow]:
        """All that decides it, in one read."""
        return table.context(session, self.username, [*self.quantities], self.code, self.key)


@retried
def _fill_cache(runtime: Runtime) -> None:
    with runtime.reading() as session:
        runtime.prices.fill(
            table.buyers(session, FACT_COUNT_MAX), table.offers(session, FACT_COUNT_MAX)
        )


def _judge(
    runtime: Runtime,
    session: Reader,
    request: Request,
    rows: Sequence[ContextRow],
    placed_at: int,
    expected_total: int | None,
) -> Price:
    """What a request costs by what was just read, if every rule allows it."""
    username, first = request.username, rows[0]
    check_buyer(session, username, first)
    offered = offered_products(session, request, rows)
    check_on_sale(request.quantities, offered)
    held = None if request.code is None else _held_coupon(session, request.code, first)
    if runtime.database.is_remote:
        runtime.prices.learn(username, first.user_id, map(_offer, offered.values()), held)
    currency = runtime.identity.currency
    priced = decide(
        username, first.balance_minor, request.quantities, offered, held, placed_at, currency
    )
    check_total(expected_total, priced.total_minor, currency)
    return priced


def check_buyer(session: Reader, username: str, row: ContextRow) -> None:
    """Refuse an order of somebody who is not there or may not buy.

    Raises:
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
    """
    if row.state is None:
        raise unknown_user(session, username)
    check_state(username, row.state)


def offered_products(
    session: Reader, request: Request, rows: Sequence[ContextRow]
) -> dict[str, ContextRow]:
    """The products a request names, out of the rows of its context.

    Raises:
        UnknownProduct: Details name every SKU that does not exist.
    """
    offered = {row.sku: row for row in rows if row.sku is not None}
    if len(offered) < len(request.quantities):
        raise unknown_products(session, [sku for sku in request.quantities if sku not in offered])
    return offered


def _offer(row: ContextRow) -> OfferRow:
    return OfferRow(row.sku or "", row.name, row.price_minor, row.stock, row.on_sale)


def _held_coupon(session: Reader, code: str, row: ContextRow) -> HeldCoupon:
    if row.code is None:
        raise unknown_coupon(session, code)
    return HeldCoupon(
        code=code,
        discount=Discount(row.percent, row.amount_minor, row.cap_minor, row.min_order_minor),
        disabled=bool(row.disabled),
        number=row.number,
        usable_until_at=row.usable_until_at,
        used_by_order=row.used_by_order,
    )


def write(
    runtime: Runtime,
    session: Session,
    request: Request,
    priced: Price,
    user_id: str,
    placed_at: int,
    *,
    historical: bool = False,
) -> Order:
    """Write an order with all its effects, its event's body frozen.

    Raises:
        GuardFailed: Something has changed since it was priced; nothing may be kept.
    """
    event_id = runtime.ids.new()
    body = events.paid_event(
        runtime.identity, event_id, request.order_id, user_id, placed_at, priced, request.code
    ).encode()
    balance_after = placement.write(
        session,
        {
            "order_id": request.order_id,
            "username": request.username,
            "subtotal_minor": priced.subtotal_minor,
            "discount_minor": priced.discount_minor,
            "total_minor": priced.total_minor,
            "coupon_code": request.code,
            "placed_at": placed_at,
            "key": request.key,
            "fingerprint": request.fingerprint,
            "historical": int(historical),
            "event_id": event_id,
            "event_sequence": events.PAID_SEQUENCE,
            "event_type": events.PAID,
            "event_body": body,
            "event_sha256": hashlib.sha256(body).hexdigest(),
            **origin_values(runtime, runtime.now() if historical else placed_at),
        },
        priced.lines,
    )
    had = balance_after + priced.total_minor
    return sold(runtime, request, priced, placed_at, had, order_id=request.order_id)


def sold(
    runtime: Runtime,
    request: Request,
    priced: Price,
    placed_at: int,
    balance_minor: int,
    *,
    order_id: str | None,
) -> Order:
    """The public record of an order paid from a balance that was `balance_minor` before."""
    return Order(
        order=order_id,
        user=request.username,
        state="paid",
        lines=priced.lines,
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
