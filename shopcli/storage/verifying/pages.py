"""Reads what `verify` recomputes row by row, in pages by key, with bounded memory.

It cannot stream, because the Postgres driver keeps the whole result of a query in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from shopcli.storage.session import STREAMED_COUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shopcli.storage.session import Parameters, Session


class ShopRow(NamedTuple):
    """The shop's own row."""

    shop_id: str
    currency: str
    exponent: int


class OrderRow(NamedTuple):
    """An order, its buyer, the terms of its coupon, its cancellation; None where there is none."""

    order_id: str
    username: str
    user_id: str | None
    subtotal_minor: int
    discount_minor: int
    total_minor: int
    coupon_code: str | None
    placed_at: int
    fingerprint: str
    historical: int
    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    min_order_minor: int | None
    cancelled_at: int | None
    cancelled_for: str | None
    refunded_minor: int | None
    cancelled_by: str | None
    """The fingerprint of the request to cancel."""


class LineRow(NamedTuple):
    """An order line, and its product's current name and price."""

    order_id: str
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    line_total_minor: int
    discount_minor: int
    present_name: str | None
    present_price_minor: int | None


class EventRow(NamedTuple):
    """An event, as stored."""

    order_id: str
    event_id: str
    sequence: int
    type: str
    state: str
    body: bytes
    body_sha256: str


class RefundRow(NamedTuple):
    """A refund of a part of an order."""

    order_id: str
    number: int
    refunded_minor: int
    lost: int
    refunded_at: int
    fingerprint: str
    reason: str


class RefundLineRow(NamedTuple):
    """A line of a refund."""

    order_id: str
    number: int
    sku: str
    quantity: int
    refunded_minor: int
    restocked: int


class EntryRow(NamedTuple):
    """A balance entry made with an idempotency key."""

    username: str
    sequence: int
    kind: str
    amount_minor: int
    balance_after_minor: int
    at: int
    recorded_at: int
    fingerprint: str | None
    to_username: str | None
    """Of a transfer, the user who was given to."""


class UndoneRow(NamedTuple):
    """What was asked to be undone, as ids of entries: by the giver of a transfer."""

    key: str
    fingerprint: str
    username: str | None
    reversed_sequence: int | None
    reversed_number: int | None


class CashMoveRow(NamedTuple):
    """A cash move made with an idempotency key."""

    number: int
    kind: str
    amount_minor: int
    fingerprint: str


class ClaimRow(NamedTuple):
    """A claim, and the current terms of its coupon."""

    code: str
    number: int
    username: str
    claim_limit: int
    claimed_at: int
    recorded_at: int
    usable_until_at: int | None
    fingerprint: str
    present_limit: int
    claim_count: int
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None


class ProductRow(NamedTuple):
    """The names that a product is found by."""

    sku: str
    name: str
    barcode: str | None
    search_text: str


class ChangeRow(NamedTuple):
    """A recorded change, and the current state of its subject; None where it is missing."""

    subject_kind: str
    subject: str
    change_id: str
    action: str
    before: str | None
    after: str | None
    product: str | None
    name: str | None
    price_minor: int | None
    on_sale: int | None
    category: str | None
    barcode: str | None
    low_stock: int | None
    coupon: str | None
    claim_limit: int | None
    closes_at: int | None
    disabled: int | None
    user: str | None
    user_name: str | None
    state: str | None
    value: str | None


Kind = TypeVar("Kind", bound=tuple[Any, ...])

_SHOP = "SELECT shop_id, currency, exponent FROM shop"
_ORDERS = """
SELECT o.order_id, o.username, u.user_id, o.subtotal_minor, o.discount_minor, o.total_minor,
       o.coupon_code, o.placed_at, o.fingerprint, o.historical,
       t.percent, t.amount_minor, t.cap_minor, t.min_order_minor,
       c.cancelled_at, c.reason, c.refunded_minor, c.fingerprint
FROM orders o LEFT JOIN users u ON u.username = o.username
LEFT JOIN coupons t ON t.code = o.coupon_code
LEFT JOIN cancellations c ON c.order_id = o.order_id
WHERE o.order_id > :order_id ORDER BY o.order_id LIMIT :row_limit
"""
_LINES = """
SELECT l.order_id, l.sku, l.name, l.quantity, l.unit_price_minor, l.line_total_minor,
       l.discount_minor, p.name, p.price_minor
FROM order_lines l LEFT JOIN products p ON p.sku = l.sku
WHERE l.order_id BETWEEN :first AND :last ORDER BY l.order_id, l.position
"""
_EVENTS = """
SELECT order_id, event_id, sequence, type, state, body, body_sha256 FROM outbox
WHERE order_id BETWEEN :first AND :last ORDER BY order_id, sequence
"""
_REFUNDS = """
SELECT order_id, number, refunded_minor, lost, refunded_at, fingerprint, reason FROM refunds
WHERE order_id BETWEEN :first AND :last ORDER BY order_id, number
"""
_REFUND_LINES = """
SELECT order_id, number, sku, quantity, refunded_minor, restocked FROM refund_lines
WHERE order_id BETWEEN :first AND :last ORDER BY order_id, number, sku
"""
_ENTRIES = """
SELECT e.username, e.sequence, e.kind, e.amount_minor, e.balance_after_minor, e.at, e.recorded_at,
       e.fingerprint, t.to_username
FROM balance_entries e
LEFT JOIN transfers t ON t.username = e.username AND t.sequence = e.sequence
WHERE (e.username, e.sequence) > (:username, :sequence) AND e.key IS NOT NULL
ORDER BY e.username, e.sequence LIMIT :row_limit
"""
_UNDONE = """
SELECT q.key, q.fingerprint, e.username, e.reversed_sequence, c.reversed_number
FROM reversals q
LEFT JOIN reversed_cash_moves c ON c.key = q.key
LEFT JOIN reversed_entries e ON e.key = q.key AND NOT EXISTS (
    SELECT 1 FROM transfers t WHERE t.to_username = e.username
                                AND t.to_sequence = e.reversed_sequence)
WHERE q.key > :key ORDER BY q.key LIMIT :row_limit
"""
_CASH_MOVES = """
SELECT number, kind, amount_minor, fingerprint FROM cash_moves
WHERE number > :number AND key IS NOT NULL ORDER BY number LIMIT :row_limit
"""
_CLAIMS = """
SELECT h.code, h.number, h.username, h.claim_limit, h.claimed_at, h.recorded_at, h.usable_until_at,
       h.fingerprint, c.claim_limit, c.claim_count, c.opens_at, c.closes_at, c.use_by_at,
       c.valid_days
FROM user_coupons h JOIN coupons c ON c.code = h.code
WHERE (h.code, h.number) > (:code, :number) ORDER BY h.code, h.number LIMIT :row_limit
"""
_PRODUCTS = """
SELECT sku, name, barcode, search_text FROM products
WHERE sku > :sku ORDER BY sku LIMIT :row_limit
"""
_CHANGES = """
SELECT a.subject_kind, a.subject, a.change_id, a.action, a.before, a.after,
       p.sku, p.name, p.price_minor, p.on_sale, p.category, p.barcode, p.low_stock,
       c.code, c.claim_limit, c.closes_at, c.disabled, b.username, u.name, b.state, s.value
FROM admin_changes a
LEFT JOIN products p ON a.subject_kind = 'product' AND p.sku = a.subject
LEFT JOIN coupons c ON a.subject_kind = 'coupon' AND c.code = a.subject
LEFT JOIN balances b ON a.subject_kind = 'user' AND b.username = a.subject
LEFT JOIN users u ON u.username = b.username
LEFT JOIN shop_settings s ON a.subject_kind = 'setting' AND s.name = a.subject
WHERE (a.subject_kind, a.subject, a.change_id) > (:subject_kind, :subject, :change_id)
ORDER BY a.subject_kind, a.subject, a.change_id LIMIT :row_limit
"""
_CHANGES_OF = """
SELECT before, after FROM admin_changes WHERE subject_kind = :subject_kind AND subject = :subject
"""
_SETTINGS_NOBODY_SET = """
SELECT s.name, s.value FROM shop_settings s
WHERE NOT EXISTS (SELECT 1 FROM admin_changes a
                  WHERE a.subject_kind = 'setting' AND a.subject = s.name)
"""
_PRUNINGS = """
SELECT after FROM admin_changes WHERE subject_kind = 'outbox' AND action = 'prune'
"""


def _pages(
    session: Session,
    statement: str,
    make: Callable[[Sequence[Any]], Kind],
    key: Callable[[Kind], Parameters],
    start: Parameters,
) -> Iterator[list[Kind]]:
    """All pages of a query, each after the last key of the page before."""
    place = start
    while True:
        rows = session.rows(statement, {**place, "row_limit": STREAMED_COUNT})
        page = [make(row) for row in rows]
        if page:
            yield page
        if len(page) < STREAMED_COUNT:
            return
        place = key(page[-1])


def shop(session: Session) -> ShopRow:
    """The shop's own row."""
    (row,) = session.rows(_SHOP)
    return ShopRow._make(row)


def orders(session: Session) -> Iterator[list[OrderRow]]:
    """All orders."""
    return _pages(
        session, _ORDERS, OrderRow._make, lambda row: {"order_id": row.order_id}, {"order_id": ""}
    )


def lines(session: Session, first: str, last: str) -> list[LineRow]:
    """The lines of the orders with an id from the first to the last, by order and place."""
    return [LineRow._make(row) for row in session.rows(_LINES, {"first": first, "last": last})]


def events(session: Session, first: str, last: str) -> list[EventRow]:
    """The events of the orders with an id from the first to the last, by order and sequence."""
    return [EventRow._make(row) for row in session.rows(_EVENTS, {"first": first, "last": last})]


def refunds(session: Session, first: str, last: str) -> list[RefundRow]:
    """The refunds of the orders with an id from the first to the last, by order and number."""
    return [RefundRow._make(row) for row in session.rows(_REFUNDS, {"first": first, "last": last})]


def refund_lines(session: Session, first: str, last: str) -> list[RefundLineRow]:
    """The lines of these refunds, by order, number and SKU."""
    found = session.rows(_REFUND_LINES, {"first": first, "last": last})
    return [RefundLineRow._make(row) for row in found]


def entries(session: Session) -> Iterator[list[EntryRow]]:
    """All balance entries made with idempotency keys."""
    return _pages(
        session,
        _ENTRIES,
        EntryRow._make,
        lambda row: {"username": row.username, "sequence": row.sequence},
        {"username": "", "sequence": 0},
    )


def undone(session: Session) -> Iterator[list[UndoneRow]]:
    """All requests to undo."""
    return _pages(session, _UNDONE, UndoneRow._make, lambda row: {"key": row.key}, {"key": ""})


def cash_moves(session: Session) -> Iterator[list[CashMoveRow]]:
    """All cash moves made with idempotency keys."""
    return _pages(
        session, _CASH_MOVES, CashMoveRow._make, lambda row: {"number": row.number}, {"number": 0}
    )


def claims(session: Session) -> Iterator[list[ClaimRow]]:
    """All claims."""
    return _pages(
        session,
        _CLAIMS,
        ClaimRow._make,
        lambda row: {"code": row.code, "number": row.number},
        {"code": "", "number": 0},
    )


def products(session: Session) -> Iterator[list[ProductRow]]:
    """All products."""
    return _pages(session, _PRODUCTS, ProductRow._make, lambda row: {"sku": row.sku}, {"sku": ""})


def changes(session: Session) -> Iterator[list[ChangeRow]]:
    """All recorded changes, grouped by subject."""
    return _pages(
        session,
        _CHANGES,
        ChangeRow._make,
        lambda row: {
            "subject_kind": row.subject_kind,
            "subject": row.subject,
            "change_id": row.change_id,
        },
        {"subject_kind": "", "subject": "", "change_id": ""},
    )


def changes_of(
    session: Session, subject_kind: str, subject: str
) -> list[tuple[str | None, str | None]]:
    """(before, after) of each recorded change of one subject."""
    rows = session.rows(_CHANGES_OF, {"subject_kind": subject_kind, "subject": subject})
    return [(before, after) for before, after in rows]


def settings_nobody_set(session: Session) -> list[tuple[str, str]]:
    """(name, value) of the settings without a recorded change."""
    return [(name, value) for name, value in session.rows(_SETTINGS_NOBODY_SET)]


def prunings(session: Session) -> list[str | None]:
    """The `after` of each recorded pruning of event bodies."""
    return [after for (after,) in session.rows(_PRUNINGS)]
