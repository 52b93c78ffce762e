"""Reads for imports that decide about many rows; each query locks in the shop's lock order.

Lock order: users' balances, coupons, user coupons, products by SKU, sales buckets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.bulk.writing import find
from shopcli.storage.coupons import COLUMNS, TermsRow
from shopcli.storage.lists import among, listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from shopcli.storage.session import Session

_ACCOUNTS = """
SELECT b.username, u.user_id, b.state, b.balance_minor, b.entry_count
FROM balances b JOIN users u ON u.username = b.username
WHERE b.username {among} ORDER BY b.username
"""
_USERS = """
SELECT b.username, u.name FROM balances b JOIN users u ON u.username = b.username
WHERE b.username {among} ORDER BY b.username
"""
_PRODUCTS = """
SELECT p.sku, p.name, p.price_minor, p.stock, p.on_sale, p.category, p.barcode, p.low_stock,
       p.movement_count
FROM products p WHERE p.sku {among} ORDER BY p.sku
"""
_BETWEEN = "SELECT 1 FROM products WHERE sku BETWEEN :first AND :last LIMIT 1"
_COUPONS = f"SELECT {COLUMNS} FROM coupons c WHERE c.code {{among}} ORDER BY c.code"
_HELD = """
SELECT h.username, h.code, h.number, h.usable_until_at, h.order_id FROM user_coupons h
WHERE h.code {codes} AND h.username {users} ORDER BY h.code, h.number
"""
_CHARGES = """
SELECT e.key, e.fingerprint, e.username, e.sequence FROM balance_entries e
WHERE e.kind = 'charge' AND e.key IS NOT NULL AND e.key {among}
"""
_CLAIMS = "SELECT h.key, h.fingerprint, h.claimed_at FROM user_coupons h WHERE h.key {among}"
_ORDERS = """
SELECT o.key, o.fingerprint, o.order_id, o.coupon_code, o.placed_at FROM orders o
WHERE o.key {among}
"""
_BATCH = """
SELECT m.sku, m.quantity, m.stock_after FROM stock_movements m
WHERE m.batch = :batch AND m.batch IS NOT NULL AND m.sku {among}
"""
_CHANGES = "PRAGMA data_version"


class AccountRow(NamedTuple):
    """A user with the balance; `user_id` is the opaque one."""

    username: str
    user_id: str
    state: str
    balance_minor: int
    entry_count: int


class UserRow(NamedTuple):
    """A user's display name; None if none was given or it was forgotten."""

    username: str
    name: str | None


class ProductRow(NamedTuple):
    """A product's current state."""

    sku: str
    name: str
    price_minor: int
    stock: int
    on_sale: int
    category: str | None
    barcode: str | None
    low_stock: int | None
    movement_count: int


class HeldRow(NamedTuple):
    """A coupon that a user holds; `order_id` is the order that redeemed it."""

    username: str
    code: str
    number: int
    usable_until_at: int | None
    order_id: str | None


class ChargeRow(NamedTuple):
    """The charge made with an idempotency key."""

    key: str
    fingerprint: str
    username: str
    sequence: int


class ClaimRow(NamedTuple):
    """The claim made with an idempotency key."""

    key: str
    fingerprint: str
    claimed_at: int


class BatchMoveRow(NamedTuple):
    """What a batch has moved the stock of a product by, and what was in stock then."""

    sku: str
    quantity: int
    stock_after: int


class OrderRow(NamedTuple):
    """The order made with an idempotency key."""

    key: str
    fingerprint: str
    order_id: str
    coupon_code: str | None
    placed_at: int


def accounts(session: Session, usernames: Collection[str], *, lock: bool) -> list[AccountRow]:
    """The balances of these users."""
    found = find(session, _ACCOUNTS, usernames, lock="b" if lock else None)
    return list(map(AccountRow._make, found))


def users(session: Session, usernames: Collection[str], *, lock: bool) -> list[UserRow]:
    """The display names of these users."""
    found = find(session, _USERS, usernames, lock="b" if lock else None)
    return list(map(UserRow._make, found))


def products(session: Session, skus: Collection[str], *, lock: bool) -> list[ProductRow]:
    """The products with these SKUs."""
    found = find(session, _PRODUCTS, skus, lock="p" if lock else None)
    return list(map(ProductRow._make, found))


def any_product_between(session: Session, first: str, last: str) -> bool:
    """Whether any SKU lies in [first, last]; faster than looking each one up."""
    return session.row(_BETWEEN, {"first": first, "last": last}) is not None


def coupons(session: Session, codes: Collection[str], *, lock: bool) -> list[TermsRow]:
    """The coupons with these codes."""
    found = find(session, _COUPONS, codes, lock="c" if lock else None)
    return list(map(TermsRow._make, found))


def held(
    session: Session, usernames: Collection[str], codes: Collection[str], *, lock: bool
) -> list[HeldRow]:
    """The coupons of these codes that these users hold."""
    if not usernames or not codes:
        return []
    statement = _HELD.format(codes=among(session, "codes"), users=among(session, "users"))
    if lock and session.dialect == "postgres":
        statement += " FOR NO KEY UPDATE"
    found = session.rows(
        statement, {"codes": listed(session, codes), "users": listed(session, usernames)}
    )
    return list(map(HeldRow._make, found))


def charges(session: Session, keys: Collection[str]) -> list[ChargeRow]:
    """The charges made with these idempotency keys."""
    return list(map(ChargeRow._make, find(session, _CHARGES, keys)))


def claims(session: Session, keys: Collection[str]) -> list[ClaimRow]:
    """The claims made with these idempotency keys."""
    return list(map(ClaimRow._make, find(session, _CLAIMS, keys)))


def orders(session: Session, keys: Collection[str]) -> list[OrderRow]:
    """The orders made with these idempotency keys."""
    return list(map(OrderRow._make, find(session, _ORDERS, keys)))


def moves_of_batch(session: Session, batch: str, skus: Collection[str]) -> list[BatchMoveRow]:
    """The movements that this batch has made of the stock of these SKUs, one at most of each."""
    if not skus:
        return []
    statement = _BATCH.format(among=among(session, "listed"))
    found = session.rows(statement, {"batch": batch, "listed": listed(session, skus)})
    return list(map(BatchMoveRow._make, found))


def change_mark(session: Session) -> int:
    """A number that changes when another connection commits (SQLite); always 0 on Postgres."""
    if session.dialect != "sqlite":
        return 0
    row = session.row(_CHANGES)
    return int(row[0]) if row else 0
