"""The use case that places and pays an order, with all its effects in one transaction."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.deliveries import events
from shopcli.domain.errors import InsufficientBalance, OutOfStock
from shopcli.domain.fingerprints import booking_fingerprint, order_fingerprint
from shopcli.domain.ledger.accounts import check_state
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
from shopcli.engine.requests import key_conflict
from shopcli.engine.runtime import LOST, retried
from shopcli.engine.use_cases.receipts import as_sold, record
from shopcli.storage import orders as table
from shopcli.storage import placement
from shopcli.storage.orders import OfferRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shopcli.engine.recent_refusals import Subject
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
    """Order one or more products and pay them from the balance.

    Args:
        runtime: What every use case is given.
        user: Name of the user who orders.
        lines: Pairs of SKU and quantity (at least 1), up to 1000 SKUs; repeated SKUs are added up.
        coupon: Code of a coupon the user has claimed.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        dry_run: Check everything and return the order without placing it.
        expected_total: The total shown to the buyer, in minor units; any other is refused.

    Raises:
        KeyConflict: The key was used for another request.
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
        UnknownProduct: Details name every SKU that does not exist.
        ProductOffSale: Details name every product that is not on sale.
        UnknownCoupon: No such coupon.
        Refused: CouponDisabled, CouponNotHeld, CouponAlreadyUsed, CouponExpired,
            CouponMinimumNotMet, OutOfStock or InsufficientBalance, the first that applies.
        TotalChanged: Every rule holds, but the total is not the expected one.
        InvalidInput: An argument is out of bounds.

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
    if runtime.refusals.hold_any(request.needs()):
        order = _look(runtime, request, expected_total)
        if order is not None:
            return order
        runtime.refusals.discard(request.needs())
    try:
        return _buy(runtime, request, expected_total)
    except OutOfStock as refused:
        runtime.refusals.add([("product", item["sku"]) for item in refused.details["items"]])
        raise
    except InsufficientBalance:
        runtime.refusals.add([("user", request.username)])
        raise


class _Decision(NamedTuple):
    """An order that every rule allows, not placed yet."""

    buyer: ContextRow
    priced: Price
    at: int


def _decide(
    runtime: Runtime, session: Reader, request: Request, expected_total: int | None
) -> _Decision | Order:
    """Decide a request by what the shop is now; the order itself where the key has made one."""
    rows = request.context(session)
    if rows[0].made_order_id is not None:
        return replay(runtime, session, request)
    now = runtime.now()
    priced = _judge(runtime, session, request, rows, now, expected_total)
    return _Decision(rows[0], priced, now)


@retried
def _price(runtime: Runtime, request: Request, expected_total: int | None) -> Order:
    with runtime.reading() as session:
        found = _decide(runtime, session, request, expected_total)
    if isinstance(found, Order):
        return found
    balance_after = found.buyer.balance_minor - found.priced.total_minor
    return _sold(runtime, request, found.priced, found.at, balance_after, order_id=None)


@retried
def _look(runtime: Runtime, request: Request, expected_total: int | None) -> Order | None:
    """The order that the key has made; else None where every rule holds."""
    with runtime.reading_at_once() as session:
        found = _decide(runtime, session.reading, request, expected_total)
    return found if isinstance(found, Order) else None


def _buy(runtime: Runtime, request: Request, expected_total: int | None) -> Order:
    if runtime.database.is_remote:
        order = _place_by_cache(runtime, request, expected_total)
        if order is not None:
            return order
    return _place(runtime, request, expected_total)


@retried
def _place(runtime: Runtime, request: Request, expected_total: int | None) -> Order:
    with runtime.writing_at_once(request.key) as session:
        found = _decide(runtime, session.reading, request, expected_total)
        if isinstance(found, Order):
            return found
        return write(runtime, session, request, found.priced, found.buyer.user_id, found.at)


def _place_by_cache(runtime: Runtime, request: Request, expected_total: int | None) -> Order | None:
    """Place an order priced from the cache in one statement; its guards check every cached fact.

    Returns:
        The order; None if a fact is not cached or has changed, or the order may be refused.
    """
    prices = runtime.prices
    known = prices.get(request.username, request.quantities, request.code)
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
    """A checked request to order, with the id that the order will have if it is placed."""

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
        # Without a key from the caller, the order's id is its key: one id fewer to make and store.
        self.order_id = runtime.ids.new()
        self.key = self.order_id if key is None else checked_key(key)
        self.fingerprint = (
            order_fingerprint(username, quantities, code)
            if ordered_at is None
            else booking_fingerprint(username, quantities, ordered_at)
        )

    def needs(self) -> Iterator[Subject]:
        """What may run out."""
        yield ("user", self.username)
        for sku in self.quantities:
            yield ("product", sku)

    def context(self, session: Reader) -> list[ContextRow]:
        """Read everything the decision needs, in one statement."""
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
    """Price a request by the rows just read; raises the error of the first rule that fails."""
    username, first = request.username, rows[0]
    check_buyer(session, username, first)
    offered = offered_products(session, request, rows)
    check_on_sale(request.quantities, offered)
    held = None if request.code is None else _held_coupon(session, request.code, first)
    if runtime.database.is_remote:
        runtime.prices.add(username, first.user_id, map(_offer, offered.values()), held)
    currency = runtime.identity.currency
    priced = decide(
        username, first.balance_minor, request.quantities, offered, held, placed_at, currency
    )
    check_total(expected_total, priced.total_minor, currency)
    return priced


def check_buyer(session: Reader, username: str, row: ContextRow) -> None:
    """Raise unless the user exists and may buy.

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
    """The products of a request by SKU, from the rows of its context.

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
    """Write a priced order with all its effects and the final body of its event.

    Raises:
        GuardFailed: Something has changed since it was priced; the caller must roll back.
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
            "sales_bucket_at": runtime.identity.sales_bucket(placed_at),
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
    return _sold(runtime, request, priced, placed_at, balance_after, order_id=request.order_id)


def _sold(
    runtime: Runtime,
    request: Request,
    priced: Price,
    placed_at: int,
    balance_after: int,
    *,
    order_id: str | None,
) -> Order:
    """The public record of an order just paid, or of a dry run, which has no id."""
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
        balance_after=balance_after,
        placed_at=from_microseconds(placed_at),
        key=request.key,
        replayed=False,
    )


def replay(runtime: Runtime, session: Reader, request: Request) -> Order:
    """The order that the key made, as first returned.

    Raises:
        KeyConflict: The key was used for another request.
    """
    row = table.order_by_key(session, request.key)
    if row is None or row.fingerprint != request.fingerprint:
        raise key_conflict(
            request.key, runtime.details_of_others({} if row is None else {"order": row.order_id})
        )
    lines = table.lines(session, [row.order_id])
    order = record(runtime, row, lines[row.order_id])
    return as_sold(order, replayed=True)
