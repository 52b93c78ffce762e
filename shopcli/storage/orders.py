"""Statements that read orders and what an order needs; `storage.placement` writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.moments import DAY_MICROSECONDS
from shopcli.domain.rights import Member
from shopcli.storage.inserts import CANCELLATIONS
from shopcli.storage.lists import ALL
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.rights import Owner
    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Parameters, Reader, Session


class ContextRow(NamedTuple):
    """A buyer, a coupon and one product of an order about to be decided.

    All columns of what does not exist are None: of a missing buyer, also `state`; of a missing
    coupon, also `code`; of a missing product, also `sku`. Types are those of what exists.
    """

    user_id: str
    state: str | None
    balance_minor: int
    made_order_id: str | None
    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    min_order_minor: int | None
    disabled: int
    number: int | None
    usable_until_at: int | None
    used_by_order: str | None
    code: str | None
    sku: str | None
    name: str
    price_minor: int
    stock: int
    on_sale: int


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
# Names instead of a JSON list: reading the list costs as much as finding five products.
_NAMED = [[f"sku{number}" for number in range(count)] for count in range(9)]
_CONTEXTS_SQLITE = [
    _CONTEXT.format(among=f"IN ({', '.join(f':{name}' for name in names)})") for names in _NAMED
]
_CONTEXT_POSTGRES = _CONTEXT.format(among="= ANY(CAST(:skus AS text[]))")


class BuyerRow(NamedTuple):
    """A user who can buy."""

    username: str
    user_id: str


_BUYERS = "SELECT username, user_id FROM users LIMIT :row_limit"


class OfferRow(NamedTuple):
    """The columns of a product that an order needs."""

    sku: str
    name: str
    price_minor: int
    stock: int
    on_sale: int


_OFFERS = "SELECT sku, name, price_minor, stock, on_sale FROM products LIMIT :row_limit"


class OrderRow(NamedTuple):
    """An order with its buyer's opaque id and its cancellation."""

    order_id: str
    username: str
    subtotal_minor: int
    discount_minor: int
    total_minor: int
    coupon_code: str | None
    balance_after_minor: int
    placed_at: int
    key: str
    fingerprint: str
    cancelled_at: int | None
    user_id: str
    historical: int
    refunded_minor: int | None
    cancel_reason: str | None


_COLUMNS = """
SELECT o.order_id, o.username, o.subtotal_minor, o.discount_minor, o.total_minor, o.coupon_code,
       o.balance_after_minor, o.placed_at, o.key, o.fingerprint, c.cancelled_at, u.user_id,
       o.historical, c.refunded_minor, c.reason
FROM orders o
JOIN users u ON u.username = o.username
LEFT JOIN cancellations c ON c.order_id = o.order_id
"""
# Without joins, so that no index is worth reading for its order: a plan that is made once, while a
# table is believed to be empty, would read all of an index, whose costs are those of one row then.
ONE = """
SELECT o.order_id, o.username, o.subtotal_minor, o.discount_minor, o.total_minor, o.coupon_code,
       o.balance_after_minor, o.placed_at, o.key, o.fingerprint,
       (SELECT c.cancelled_at FROM cancellations c WHERE c.order_id = o.order_id),
       (SELECT u.user_id FROM users u WHERE u.username = o.username),
       o.historical,
       (SELECT c.refunded_minor FROM cancellations c WHERE c.order_id = o.order_id),
       (SELECT c.reason FROM cancellations c WHERE c.order_id = o.order_id)
FROM orders o
"""
_OF_USER = " AND o.username = :username"
_OF_MEMBER = " AND o.username = :member"
# One condition: for three equalities SQLite, once analysed, expects so few orders that it would
# read and sort all of them instead of taking the newest ones from the index.
_OF_SELLER = " AND (o.actor = :actor AND o.host = :host AND o.channel = :channel) IS TRUE"
_BY_ID = f"{ONE} WHERE o.order_id = :order_id"
_BY_KEY = f"{ONE} WHERE o.key = :key"
_BY_ENDING = "SELECT o.order_id FROM orders o WHERE o.order_id LIKE :pattern ESCAPE '!'"
_WITHIN = f"{_COLUMNS} WHERE o.placed_at >= :since_at AND o.placed_at < :until_at"
_NEWEST_FIRST = " ORDER BY o.placed_at DESC, o.order_id DESC LIMIT :row_limit"


# From day to day by look-ups: whether a product was sold on a day, its bucket tells.
_DAYS_SOLD = """
WITH RECURSIVE days(start_at) AS (
    SELECT MAX(bucket_start_at) FROM sales_days WHERE bucket_start_at < :until_at
    UNION ALL
    SELECT (SELECT MAX(bucket_start_at) FROM sales_days WHERE bucket_start_at < days.start_at)
    FROM days WHERE days.start_at > :since_at
)
SELECT start_at FROM days
WHERE (SELECT COUNT(*) FROM sales_days s WHERE s.bucket_start_at = start_at AND s.sku = :sku) > 0
ORDER BY start_at DESC
"""
_GAP_MAX = 7 * DAY_MICROSECONDS
"""Days without a sale that are read rather than asked for in a statement of their own."""


class LineRow(NamedTuple):
    """A line of an order, as sold."""

    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    line_total_minor: int
    discount_minor: int


_LINES = """
SELECT order_id, sku, name, quantity, unit_price_minor, line_total_minor, discount_minor
FROM order_lines WHERE order_id {among} ORDER BY order_id, position
"""
_LINES_SQLITE = _LINES.format(among="IN (SELECT value FROM json_each(:order_ids))")
_LINES_POSTGRES = _LINES.format(among="= ANY(CAST(:order_ids AS text[]))")


class BoundKeyRow(NamedTuple):
    """The order that was cancelled with an idempotency key, and the request's fingerprint."""

    order_id: str
    fingerprint: str


_CANCELLATION_BY_KEY = """
SELECT order_id, fingerprint FROM cancellations WHERE key = :key
"""


class CancellationRow(NamedTuple):
    """The cancellation of an order, and what was given back."""

    order_id: str
    refunded_minor: int
    coupon_restored: int
    balance_after_minor: int
    key: str


_CANCELLATION = """
SELECT order_id, refunded_minor, coupon_restored, balance_after_minor, key
FROM cancellations WHERE order_id = :order_id
"""
_INSERT_CANCELLATION = CANCELLATIONS.single()


def buyers(session: Session, row_limit: int) -> list[BuyerRow]:
    """Users who can buy, for a cache."""
    return list(map(BuyerRow._make, session.rows(_BUYERS, {"row_limit": row_limit})))


def offers(session: Session, row_limit: int) -> list[OfferRow]:
    """Products that can be bought, for a cache."""
    return list(map(OfferRow._make, session.rows(_OFFERS, {"row_limit": row_limit})))


def context(
    session: Reader, username: str, skus: Sequence[str], code: str | None, key: str
) -> list[ContextRow]:
    """All that an order's decision needs: a row per product found, or one row with nulls."""
    values: dict[str, Any]
    if session.dialect == "sqlite":
        values = {"username": username, "code": code, "key": key}
        statement = _CONTEXT_SQLITE
        if len(skus) < len(_NAMED):
            statement = _CONTEXTS_SQLITE[len(skus)]
            values.update(zip(_NAMED[len(skus)], skus, strict=True))
        else:
            values["skus"] = json.dumps(skus)
        return list(map(ContextRow._make, session.rows(statement, values)))
    values = {"username": username, "skus": list(skus), "code": code, "key": key}
    return list(map(ContextRow._make, session.rows(_CONTEXT_POSTGRES, values)))


def order(session: Session, order_id: str, owner: Owner | None = None) -> OrderRow | None:
    """One order by its whole id; where an owner is given, only the owner's."""
    condition, values = _owned(owner)
    return if_found(
        OrderRow._make, session.row(_BY_ID + condition, {"order_id": order_id, **values})
    )


def order_by_key(session: Reader, key: str, owner: Owner | None = None) -> OrderRow | None:
    """One order by its idempotency key; where an owner is given, only the owner's."""
    condition, values = _owned(owner)
    return if_found(OrderRow._make, session.row(_BY_KEY + condition, {"key": key, **values}))


def ids_ending(session: Session, ending: str, owner: Owner | None = None) -> list[str]:
    """At most six ids of orders with this ending; where an owner is given, only the owner's."""
    escaped = "".join(f"!{c}" if c in "!%_" else c for c in ending)
    condition, values = _owned(owner)
    found = session.rows(f"{_BY_ENDING}{condition} LIMIT 6", {"pattern": f"%{escaped}", **values})
    return [row[0] for row in found]


def orders(
    session: Session,
    username: str | None,
    since_at: int,
    until_at: int,
    row_limit: int,
    owner: Owner | None = None,
    chosen: Chosen = ALL,
) -> list[OrderRow]:
    """Orders of a user, or of all, within a window, newest first; only an owner's, if given."""
    condition, values = _owned(owner)
    condition += chosen.conditions
    values |= chosen.parameters
    if username is not None:
        condition += _OF_USER
        values["username"] = username
    spans = [(since_at, until_at)]
    if "sku" in values and not {"username", "member"} & values.keys():
        spans = _spans_sold(session, values["sku"], since_at, until_at)
    found: list[OrderRow] = []
    for first_at, end_at in spans:
        values |= {"since_at": first_at, "until_at": end_at, "row_limit": row_limit - len(found)}
        rows = session.rows(_WITHIN + condition + _NEWEST_FIRST, values)
        found += map(OrderRow._make, rows)
        if len(found) == row_limit:
            break
    return found


def _spans_sold(session: Session, sku: str, since_at: int, until_at: int) -> list[tuple[int, int]]:
    """The parts of a window in which a product was sold, latest first: else all would be read."""
    within = {"sku": sku, "since_at": since_at, "until_at": until_at}
    spans: list[tuple[int, int]] = []
    for (day_at,) in session.rows(_DAYS_SOLD, within):
        end_at = day_at + DAY_MICROSECONDS
        if spans and spans[-1][0] - end_at <= _GAP_MAX:
            end_at = spans.pop()[1]
        spans.append((day_at, end_at))
    return [(max(first, since_at), min(end, until_at)) for first, end in spans]


def _owned(owner: Owner | None) -> tuple[str, dict[str, Any]]:
    """The condition that orders are the owner's, to append, and its parameters."""
    if owner is None:
        return "", {}
    if isinstance(owner, Member):
        return _OF_MEMBER, {"member": owner.username}
    return _OF_SELLER, owner._asdict()


def lines(session: Reader, order_ids: Sequence[str]) -> dict[str, list[LineRow]]:
    """The lines of these orders, in the order they were given, by order id."""
    if session.dialect == "sqlite":
        found = session.rows(_LINES_SQLITE, {"order_ids": json.dumps(order_ids)})
    else:
        found = session.rows(_LINES_POSTGRES, {"order_ids": list(order_ids)})
    by_order: dict[str, list[LineRow]] = {}
    for order_id, *line in found:
        by_order.setdefault(order_id, []).append(LineRow._make(line))
    return by_order


def cancellation(session: Session, order_id: str) -> CancellationRow | None:
    """The cancellation of an order."""
    return if_found(CancellationRow._make, session.row(_CANCELLATION, {"order_id": order_id}))


def cancellation_by_key(session: Session, key: str) -> BoundKeyRow | None:
    """The order that was cancelled with a key."""
    return if_found(BoundKeyRow._make, session.row(_CANCELLATION_BY_KEY, {"key": key}))


def insert_cancellation(session: Session, values: Parameters) -> None:
    """Add a cancellation."""
    session.change(_INSERT_CANCELLATION, values)
