"""Statements that read orders and what an order needs; writing one is `storage.placement`'s."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shopcli.domain.rights import Member
from shopcli.storage.inserts import CANCELLATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.rights import Owner
    from shopcli.storage.session import Parameters, Reader, Row, Session

_CONTEXT = """
SELECT u.user_id, b.state, b.balance_minor, o.order_id,
       c.percent, c.amount_minor, c.cap_minor, c.min_order_minor, c.disabled,
       h.number, h.usable_until_at, h.order_id,
       c.code, p.sku, p.name, p.price_minor, p.stock, p.on_sale
FROM (SELECT 1 AS one) anchor
LEFT JOIN users u ON u.username = :username
LEFT JOIN balances b ON b.username = u.username
LEFT JOIN orders o ON o.key = :key
LEFT JOIN coupons c ON c.code = :code
LEFT JOIN user_coupons h ON h.username = u.username AND h.code = c.code
LEFT JOIN products p ON p.sku {among}
"""
_CONTEXT_SQLITE = _CONTEXT.format(among="IN (SELECT value FROM json_each(:skus))")
_CONTEXT_POSTGRES = _CONTEXT.format(among="= ANY(CAST(:skus AS text[]))")

_BUYERS = "SELECT username, user_id FROM users LIMIT :row_limit"
_OFFERS = "SELECT sku, name, price_minor, stock, on_sale FROM products LIMIT :row_limit"

_COLUMNS = """
SELECT o.order_id, o.username, o.subtotal_minor, o.discount_minor, o.total_minor, o.coupon_code,
       o.balance_after_minor, o.placed_at, o.key, o.fingerprint, c.cancelled_at, u.user_id,
       o.historical, c.refunded_minor, c.reason
FROM orders o
JOIN users u ON u.username = o.username
LEFT JOIN cancellations c ON c.order_id = o.order_id
"""
_OF_USER = " AND o.username = :username"
_OF_MEMBER = " AND o.username = :member"
_OF_SELLER = " AND o.actor = :actor AND o.host = :host AND o.channel = :channel"
_BY_ID = f"{_COLUMNS} WHERE o.order_id = :order_id"
_BY_KEY = f"{_COLUMNS} WHERE o.key = :key"
_BY_ENDING = "SELECT o.order_id FROM orders o WHERE o.order_id LIKE :pattern ESCAPE '!'"
_SINCE = f"{_COLUMNS} WHERE o.placed_at >= :since_at"
_NEWEST_FIRST = " ORDER BY o.placed_at DESC, o.order_id DESC LIMIT :row_limit"

_LINES = """
SELECT order_id, sku, name, quantity, unit_price_minor, line_total_minor, discount_minor
FROM order_lines WHERE order_id {among} ORDER BY order_id, position
"""
_LINES_SQLITE = _LINES.format(among="IN (SELECT value FROM json_each(:order_ids))")
_LINES_POSTGRES = _LINES.format(among="= ANY(CAST(:order_ids AS text[]))")

_CANCELLATION_BY_KEY = """
SELECT order_id, fingerprint FROM cancellations WHERE key = :key
"""
_CANCELLATION = """
SELECT c.order_id, c.refunded_minor, c.coupon_restored, c.balance_after_minor, c.key,
       c.cancelled_at, c.reason
FROM cancellations c WHERE c.order_id = :order_id
"""
_INSERT_CANCELLATION = CANCELLATIONS.single()


def buyers(session: Session, row_limit: int) -> list[Row]:
    """(username, opaque id) of users."""
    return session.rows(_BUYERS, {"row_limit": row_limit})


def offers(session: Session, row_limit: int) -> list[Row]:
    """(sku, name, price, stock, on sale) of products."""
    return session.rows(_OFFERS, {"row_limit": row_limit})


def context(
    session: Reader, username: str, skus: Sequence[str], code: str | None, key: str
) -> list[Row]:
    """All an order's decision needs, a row per product found (one row with nulls where none is)."""
    values: Parameters
    if session.dialect == "sqlite":
        values = {"username": username, "skus": json.dumps(skus), "code": code, "key": key}
        return session.rows(_CONTEXT_SQLITE, values)
    values = {"username": username, "skus": list(skus), "code": code, "key": key}
    return session.rows(_CONTEXT_POSTGRES, values)


def order(session: Session, order_id: str, owner: Owner | None = None) -> Row | None:
    """One order by its whole id, if it is the owner's where one is given."""
    condition, values = _owned(owner)
    return session.row(_BY_ID + condition, {"order_id": order_id, **values})


def order_by_key(session: Reader, key: str, owner: Owner | None = None) -> Row | None:
    """One order by the idempotency key that made it, if it is the owner's where one is given."""
    condition, values = _owned(owner)
    return session.row(_BY_KEY + condition, {"key": key, **values})


def ids_ending(session: Session, ending: str, owner: Owner | None = None) -> list[str]:
    """At most six ids of orders that end so, of the owner's where one is given."""
    escaped = "".join(f"!{c}" if c in "!%_" else c for c in ending)
    condition, values = _owned(owner)
    found = session.rows(f"{_BY_ENDING}{condition} LIMIT 6", {"pattern": f"%{escaped}", **values})
    return [row[0] for row in found]


def orders(
    session: Session,
    username: str | None,
    since_at: int,
    row_limit: int,
    owner: Owner | None = None,
) -> list[Row]:
    """Orders of a user, or of all, newest first; of those the owner's where one is given."""
    condition, values = _owned(owner)
    values |= {"since_at": since_at, "row_limit": row_limit}
    if username is not None:
        condition += _OF_USER
        values["username"] = username
    return session.rows(_SINCE + condition + _NEWEST_FIRST, values)


def _owned(owner: Owner | None) -> tuple[str, dict[str, Any]]:
    """What to add to a condition on orders, and its values."""
    if owner is None:
        return "", {}
    if isinstance(owner, Member):
        return _OF_MEMBER, {"member": owner.username}
    return _OF_SELLER, owner._asdict()


def lines(session: Reader, order_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The lines of some orders, as they were given, by order."""
    if session.dialect == "sqlite":
        found = session.rows(_LINES_SQLITE, {"order_ids": json.dumps(order_ids)})
    else:
        found = session.rows(_LINES_POSTGRES, {"order_ids": list(order_ids)})
    by_order: dict[str, list[Row]] = {}
    for row in found:
        by_order.setdefault(row[0], []).append(row[1:])
    return by_order


def cancellation(session: Session, order_id: str) -> Row | None:
    """(order, refunded, coupon restored, balance after, key, cancelled at, reason) of an order."""
    return session.row(_CANCELLATION, {"order_id": order_id})


def cancellation_by_key(session: Session, key: str) -> Row | None:
    """(order, fingerprint) of the cancellation a key made."""
    return session.row(_CANCELLATION_BY_KEY, {"key": key})


def insert_cancellation(session: Session, values: Parameters) -> None:
    """Add the record that an order was cancelled."""
    session.change(_INSERT_CANCELLATION, values)
