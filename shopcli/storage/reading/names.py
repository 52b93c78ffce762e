"""Statements that find a few names by prefix; each reads a short range of one index."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shopcli.storage.session import Session


class SkuRow(NamedTuple):
    """A SKU and the product's name."""

    sku: str
    name: str


class UserRow(NamedTuple):
    """A user's name, and the display name."""

    username: str
    name: str | None


class CodeRow(NamedTuple):
    """The code of a coupon, and what decides whether it can be claimed."""

    code: str
    claim_limit: int
    claim_count: int
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None
    disabled: int


class OrderedRow(NamedTuple):
    """One product of an order."""

    order_id: str
    username: str
    sku: str


# Names that sort after the prefix but do not begin with it come last; the caller drops them.
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


def skus(session: Session, beginning: str, row_limit: int) -> list[SkuRow]:
    """SKUs from this prefix on, in order."""
    found = session.rows(_SKUS, {"beginning": beginning, "row_limit": row_limit})
    return list(map(SkuRow._make, found))


def users(session: Session, beginning: str, row_limit: int) -> list[UserRow]:
    """Users from this prefix on, in order."""
    found = session.rows(_USERS, {"beginning": beginning, "row_limit": row_limit})
    return list(map(UserRow._make, found))


def codes(session: Session, beginning: str, row_limit: int) -> list[CodeRow]:
    """Coupon codes from this prefix on, in order."""
    found = session.rows(_CODES, {"beginning": beginning, "row_limit": row_limit})
    return list(map(CodeRow._make, found))


def newest_orders(session: Session, row_limit: int) -> list[OrderedRow]:
    """The lines of the newest orders."""
    return list(map(OrderedRow._make, session.rows(_NEWEST_ORDERS, {"row_limit": row_limit})))
