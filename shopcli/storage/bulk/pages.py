"""Statements that read whole tables page by page, each page after the last key before it."""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shopcli.storage.lists import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Row, Session

PAGE_ROW_COUNT = 2000

_PRODUCTS = """
SELECT sku, name, price_minor, stock, category, barcode, low_stock, on_sale FROM products
WHERE sku > :after_1{conditions} ORDER BY sku LIMIT :row_limit
"""
_USERS = """
SELECT u.username, u.name, b.state, b.balance_minor
FROM users u JOIN balances b ON b.username = u.username
WHERE u.username > :after_1{conditions} ORDER BY u.username LIMIT :row_limit
"""
_COUPONS = """
SELECT c.code, c.percent, c.amount_minor, c.claim_limit, c.cap_minor, c.min_order_minor,
       c.opens_at, c.closes_at, c.use_by_at, c.valid_days, c.claim_count,
       (SELECT COUNT(*) FROM user_coupons h WHERE h.code = c.code AND h.order_id IS NOT NULL),
       c.disabled
FROM coupons c WHERE c.code > :after_1 ORDER BY c.code LIMIT :row_limit
"""
_CLAIMS = """
SELECT code, number, key, username, claimed_at, usable_until_at, order_id FROM user_coupons
WHERE (code, number) > (:after_1, CAST(:after_2 AS BIGINT))
  AND claimed_at >= :since_at AND claimed_at < :until_at
ORDER BY code, number LIMIT :row_limit
"""
_HISTORY = """
SELECT username, sequence, at, recorded_at, kind, amount_minor, balance_after_minor, order_id,
       key, reason, method,
       (SELECT r.reversed_sequence FROM reversed_entries r
        WHERE r.username = balance_entries.username AND r.sequence = balance_entries.sequence)
FROM balance_entries
WHERE (username, sequence) > (:after_1, CAST(:after_2 AS BIGINT))
  AND at >= :since_at AND at < :until_at
ORDER BY username, sequence LIMIT :row_limit
"""
_ORDERS = """
SELECT o.placed_at, o.order_id, o.key, o.username, o.discount_minor, o.coupon_code,
       CASE WHEN c.order_id IS NULL THEN 'paid' ELSE 'cancelled' END
FROM orders o LEFT JOIN cancellations c ON c.order_id = o.order_id
WHERE (o.placed_at, o.order_id) > (CAST(:after_1 AS BIGINT), :after_2)
  AND o.placed_at < :until_at{conditions}
ORDER BY o.placed_at, o.order_id LIMIT :row_limit
"""

Kind = TypeVar("Kind", bound=tuple[Any, ...])


class ProductRow(NamedTuple):
    """A product's current state."""

    sku: str
    name: str
    price_minor: int
    stock: int
    category: str | None
    barcode: str | None
    low_stock: int | None
    on_sale: int


class UserRow(NamedTuple):
    """A user with the balance."""

    username: str
    name: str | None
    state: str
    balance_minor: int


class CouponRow(NamedTuple):
    """A coupon with its counts; times in microseconds."""

    code: str
    percent: int | None
    amount_minor: int | None
    claim_limit: int
    cap_minor: int | None
    min_order_minor: int | None
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None
    claim_count: int
    redeemed_count: int
    disabled: int


class ClaimRow(NamedTuple):
    """A coupon that a user holds; `order_id` is the order that redeemed it."""

    code: str
    number: int
    key: str
    username: str
    claimed_at: int
    usable_until_at: int | None
    order_id: str | None


class EntryRow(NamedTuple):
    """A balance entry."""

    username: str
    sequence: int
    at: int
    recorded_at: int
    kind: str
    amount_minor: int
    balance_after_minor: int
    order_id: str | None
    key: str | None
    reason: str | None
    method: str | None
    reversed_sequence: int | None
    """Of a reversal, the number of the entry that it takes back."""


class OrderRow(NamedTuple):
    """An order without its lines."""

    placed_at: int
    order_id: str
    key: str
    username: str
    discount_minor: int
    coupon_code: str | None
    state: str


_COUNTED = {
    "balances": "users",
    "claims": "user_coupons",
    "history": "balance_entries",
    "orders": "order_lines",
    "sales": "order_lines WHERE order_id NOT IN (SELECT order_id FROM cancellations)",
}
"""What an export counts where that is not the table of the export's own name."""

_PLACED = (
    "order_lines l JOIN orders o ON o.order_id = l.order_id"
    " WHERE o.placed_at >= :since_at AND o.placed_at < :until_at"
)
_COUNTED_WITHIN = {
    "claims": "user_coupons WHERE claimed_at >= :since_at AND claimed_at < :until_at",
    "history": "balance_entries WHERE at >= :since_at AND at < :until_at",
    "orders": _PLACED,
    "sales": f"{_PLACED} AND o.order_id NOT IN (SELECT order_id FROM cancellations)",
}
"""The same within a window."""


class Span(NamedTuple):
    """From an instant, included, to another one, excluded; microseconds since 1970."""

    since_at: int
    until_at: int


def count(session: Session, what: str, span: Span | None = None) -> int:
    """How many rows an export will have; counting is cheap beside writing them."""
    if span is None:
        ((row_count,),) = session.rows(f"SELECT COUNT(*) FROM {_COUNTED.get(what, what)}")
    else:
        counted = f"SELECT COUNT(*) FROM {_COUNTED_WITHIN[what]}"
        ((row_count,),) = session.rows(counted, span._asdict())
    return int(row_count)


def products(session: Session, chosen: Chosen = ALL) -> Iterator[ProductRow]:
    """Products by SKU."""
    statement = _PRODUCTS.format(conditions=chosen.conditions)
    return chain.from_iterable(
        _pages(
            session,
            statement,
            ProductRow._make,
            lambda row: (row.sku,),
            ("",),
            chosen.parameters,
        )
    )


def users(session: Session, chosen: Chosen = ALL) -> Iterator[UserRow]:
    """Users by name."""
    statement = _USERS.format(conditions=chosen.conditions)
    return chain.from_iterable(
        _pages(
            session,
            statement,
            UserRow._make,
            lambda row: (row.username,),
            ("",),
            chosen.parameters,
        )
    )


def coupons(session: Session) -> Iterator[CouponRow]:
    """Coupons by code."""
    return chain.from_iterable(
        _pages(session, _COUPONS, CouponRow._make, lambda row: (row.code,), ("",))
    )


def claims(session: Session, span: Span) -> Iterator[ClaimRow]:
    """Claims of a span of time, by code and number."""
    return chain.from_iterable(
        _pages(
            session,
            _CLAIMS,
            ClaimRow._make,
            lambda row: (row.code, row.number),
            ("", 0),
            span._asdict(),
        )
    )


def history(session: Session, span: Span) -> Iterator[EntryRow]:
    """Balance entries of a span of time by user, in recording order."""
    return chain.from_iterable(
        _pages(
            session,
            _HISTORY,
            EntryRow._make,
            lambda row: (row.username, row.sequence),
            ("", 0),
            span._asdict(),
        )
    )


def orders(session: Session, span: Span, chosen: Chosen = ALL) -> Iterator[list[OrderRow]]:
    """Pages of the orders of a span of time, oldest first."""
    return _pages(
        session,
        _ORDERS.format(conditions=chosen.conditions),
        OrderRow._make,
        lambda row: (row.placed_at, row.order_id),
        (span.since_at, ""),
        {**chosen.parameters, **span._asdict()},
    )


def _pages(
    session: Session,
    statement: str,
    make: Callable[[Row], Kind],
    place_of: Callable[[Kind], tuple[str | int, ...]],
    after: tuple[str | int, ...],
    parameters: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[list[Kind]]:
    """All pages of a query.

    Args:
        session: Where to read.
        statement: A query with the parameters `:after_1` (and so on) and `:row_limit`.
        make: Makes a named row of the columns.
        place_of: The key of a row; the next page begins after that of the last row.
        after: The key after which the first page begins.
        parameters: Those of the query besides these.
    """
    while True:
        bounds = {f"after_{place}": value for place, value in enumerate(after, 1)}
        found = session.rows(statement, {**parameters, **bounds, "row_limit": PAGE_ROW_COUNT})
        if not found:
            return
        rows = list(map(make, found))
        yield rows
        after = place_of(rows[-1])
