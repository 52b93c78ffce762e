"""Statements that find a few names by how they begin; each reads a short range of one index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.storage.session import Row, Session

# What does not begin so comes after all that does.
_SKUS = "SELECT sku, name FROM products WHERE sku >= :beginning ORDER BY sku LIMIT :row_limit"
_USERS = """
SELECT username, name FROM users WHERE username >= :beginning ORDER BY username LIMIT :row_limit
"""
_CODES = """
SELECT code, claim_limit, claim_count, opens_at, closes_at, use_by_at, valid_days, disabled
FROM coupons WHERE code >= :beginning ORDER BY code LIMIT :row_limit
"""
_NEWEST_ORDERS = """
SELECT o.order_id, o.username, l.sku
FROM (SELECT order_id, username, placed_at FROM orders
      ORDER BY placed_at DESC, order_id DESC LIMIT :row_limit) o
JOIN order_lines l ON l.order_id = o.order_id
ORDER BY o.placed_at DESC, o.order_id DESC, l.position
"""


def skus(session: Session, beginning: str, row_limit: int) -> list[Row]:
    """(sku, name) from this beginning on."""
    return session.rows(_SKUS, {"beginning": beginning, "row_limit": row_limit})


def users(session: Session, beginning: str, row_limit: int) -> list[Row]:
    """(username, name) from this beginning on."""
    return session.rows(_USERS, {"beginning": beginning, "row_limit": row_limit})


def codes(session: Session, beginning: str, row_limit: int) -> list[Row]:
    """Codes from this beginning on, each with the columns of `domain.couponing.Terms`."""
    return session.rows(_CODES, {"beginning": beginning, "row_limit": row_limit})


def newest_orders(session: Session, row_limit: int) -> list[Row]:
    """(order id, username, sku), a row for each line of the newest orders."""
    return session.rows(_NEWEST_ORDERS, {"row_limit": row_limit})
