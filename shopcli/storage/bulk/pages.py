"""Statements that read whole tables page by page, each page after the last key before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.session import Row, Session

PAGE_ROW_COUNT = 2000

_PRODUCTS = """
SELECT sku, name, price_minor, stock, category, barcode, low_stock, on_sale FROM products
WHERE sku > :after_1 ORDER BY sku LIMIT :row_limit
"""
_USERS = """
SELECT u.username, u.name, b.state, b.balance_minor
FROM users u JOIN balances b ON b.username = u.username
WHERE u.username > :after_1 ORDER BY u.username LIMIT :row_limit
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
WHERE (code, number) > (:after_1, CAST(:after_2 AS BIGINT)) ORDER BY code, number LIMIT :row_limit
"""
_HISTORY = """
SELECT username, sequence, at, recorded_at, kind, amount_minor, balance_after_minor, order_id,
       key, reason
FROM balance_entries
WHERE (username, sequence) > (:after_1, CAST(:after_2 AS BIGINT))
ORDER BY username, sequence LIMIT :row_limit
"""
_ORDERS = """
SELECT o.placed_at, o.order_id, o.key, o.username, o.discount_minor, o.coupon_code,
       CASE WHEN c.order_id IS NULL THEN 'paid' ELSE 'cancelled' END
FROM orders o LEFT JOIN cancellations c ON c.order_id = o.order_id
WHERE (o.placed_at, o.order_id) > (CAST(:after_1 AS BIGINT), :after_2)
ORDER BY o.placed_at, o.order_id LIMIT :row_limit
"""

_COUNTED = {
    "balances": "users",
    "claims": "user_coupons",
    "history": "balance_entries",
    "orders": "order_lines",
    "sales": "order_lines WHERE order_id NOT IN (SELECT order_id FROM cancellations)",
}
"""What is counted for an export; the others are tables by their own name."""


def count(session: Session, what: str) -> int:
    """How many rows an export will have; counting is little beside writing each of them."""
    return int(session.rows(f"SELECT COUNT(*) FROM {_COUNTED.get(what, what)}")[0][0])


def products(session: Session) -> Iterator[Row]:
    """(sku, name, price, stock, category, barcode, low stock, on sale) by SKU."""
    return _pages(session, _PRODUCTS, ("",))


def users(session: Session) -> Iterator[Row]:
    """(username, name, state, balance) by name."""
    return _pages(session, _USERS, ("",))


def coupons(session: Session) -> Iterator[Row]:
    """Terms, claimed and redeemed counts, and whether disabled, by code."""
    return _pages(session, _COUPONS, ("",))


def claims(session: Session) -> Iterator[Row]:
    """(code, number, key, username, claimed at, usable until, order) by code and number."""
    return _pages(session, _CLAIMS, ("", 0))


def history(session: Session) -> Iterator[Row]:
    """Balance entries by user, in recording order."""
    return _pages(session, _HISTORY, ("", 0))


def orders(session: Session) -> Iterator[list[Row]]:
    """Pages of (placed at, order, key, user, discount, coupon, state), oldest first."""
    after: tuple[Any, ...] = (-1, "")
    while rows := _page(session, _ORDERS, after):
        yield rows
        after = (rows[-1][0], rows[-1][1])


def _pages(session: Session, statement: str, after: tuple[Any, ...]) -> Iterator[Row]:
    width = len(after)
    while rows := _page(session, statement, after):
        yield from rows
        after = tuple(rows[-1][:width])


def _page(session: Session, statement: str, after: tuple[Any, ...]) -> list[Row]:
    bounds = {f"after_{place}": value for place, value in enumerate(after, 1)}
    return session.rows(statement, {**bounds, "row_limit": PAGE_ROW_COUNT})
