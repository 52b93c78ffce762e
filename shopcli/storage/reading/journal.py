"""Statements for the journal of one user: entries by number, the orders of them, coupon claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.lists import among, listed
from shopcli.storage.orders import ONE as ORDER
from shopcli.storage.orders import CancellationRow, OrderRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.times.dated import Span
    from shopcli.storage.session import Session


class EntryRow(NamedTuple):
    """A balance entry with what it is bound to."""

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
    other_username: str | None
    """Of a transfer, and of what took one back, the other user."""
    reversed_sequence: int | None
    """Of a reversal, the number of the entry that it takes back."""
    reversed_kind: str | None
    """And the kind of that."""
    refund_number: int | None
    """Of a refund, its number in its order; None where the order was cancelled."""
    order_text: str | None
    """What its order is found by; None where that was not asked for."""
    back_minor: int | None
    """Of a payment, what came back when its order was cancelled; None as above."""


class BindingRow(NamedTuple):
    """What a transfer or a reversal is bound to, as of `EntryRow`."""

    sequence: int
    other_username: str | None
    reversed_kind: str | None


_OTHER = """
       CASE WHEN e.kind = 'transfer' AND e.amount_minor < 0 THEN (SELECT t.to_username
                 FROM transfers t WHERE t.username = e.username AND t.sequence = e.sequence)
            WHEN e.kind = 'transfer' THEN (SELECT t.username FROM transfers t
                 WHERE t.to_username = e.username AND t.to_sequence = e.sequence)
            WHEN e.kind = 'reversal' AND e.amount_minor > 0 THEN (SELECT t.to_username
                 FROM reversed_entries r
                 JOIN transfers t ON t.username = r.username AND t.sequence = r.reversed_sequence
                 WHERE r.username = e.username AND r.sequence = e.sequence)
            WHEN e.kind = 'reversal' THEN (SELECT t.username
                 FROM reversed_entries r JOIN transfers t
                 ON t.to_username = r.username AND t.to_sequence = r.reversed_sequence
                 WHERE r.username = e.username AND r.sequence = e.sequence) END"""
_REVERSED_KIND = """
       CASE WHEN e.kind = 'reversal' THEN (SELECT b.kind
            FROM reversed_entries r
            JOIN balance_entries b ON b.username = r.username AND b.sequence = r.reversed_sequence
            WHERE r.username = e.username AND r.sequence = e.sequence) END"""
_BINDINGS = f"""
SELECT e.sequence, {_OTHER}, {_REVERSED_KIND}
FROM balance_entries e WHERE e.username = :username AND e.sequence >= :first AND e.sequence <= :last
AND e.kind IN ('transfer', 'reversal')
"""
_ENTRIES = f"""
SELECT e.sequence, e.at, e.recorded_at, e.kind, e.amount_minor, e.balance_after_minor, e.order_id,
       e.key, e.reason, e.method, {_OTHER},
       CASE WHEN e.kind = 'reversal' THEN (SELECT r.reversed_sequence FROM reversed_entries r
            WHERE r.username = e.username AND r.sequence = e.sequence) END, {_REVERSED_KIND},
       CASE WHEN e.kind = 'refund' THEN (SELECT r.number FROM refunds r
            WHERE r.username = e.username AND r.entry_sequence = e.sequence) END,
       {{order_text}}, {{back}}
FROM balance_entries e WHERE e.username = :username AND e.sequence < :before{{in_window}}
ORDER BY e.sequence DESC LIMIT :row_limit
"""
_IN_WINDOW = " AND e.at >= :since_at AND e.at < :until_at"
# As one text, which the database puts together quicker than rows are read.
_ORDER_TEXT = """
CASE WHEN e.order_id IS NOT NULL THEN
     (SELECT o.order_id || ' ' || o.key || ' ' || COALESCE(o.coupon_code, '')
      FROM orders o WHERE o.order_id = e.order_id)
     || COALESCE((SELECT ' cancelled ' || COALESCE(c.reason, '')
                  FROM cancellations c WHERE c.order_id = e.order_id),
                 CASE WHEN e.kind = 'payment' THEN ' paid' ELSE '' END)
     || COALESCE((SELECT ' refund ' || SUM(b.quantity)
                  FROM refund_lines b WHERE b.order_id = e.order_id HAVING COUNT(*) > 0), '')
     || ' ' || (SELECT {joined}(l.quantity || ' × ' || l.sku || ' ' || l.name, ' ')
                FROM order_lines l WHERE l.order_id = e.order_id) END
"""  # noqa: RUF001  # the sign for it
_BACK = """
CASE WHEN e.kind = 'payment' THEN (SELECT c.refunded_minor FROM cancellations c
     WHERE c.order_id = e.order_id) END
"""
_JOINED = {"sqlite": "group_concat", "postgres": "string_agg"}
_ENTRY_COUNT = "SELECT entry_count FROM balances WHERE username = :username"
_CANCELLATION_COUNT = """
SELECT (SELECT COUNT(*) FROM balance_entries WHERE username = :username AND kind = 'refund')
     - (SELECT COUNT(*) FROM refunds WHERE username = :username)
"""
_ORDERS = f"{ORDER} WHERE o.order_id {{among}}"
_CANCELLATIONS = """
SELECT order_id, refunded_minor, coupon_restored, balance_after_minor, key
FROM cancellations WHERE order_id {among}
"""


class ClaimRow(NamedTuple):
    """A coupon that a user has claimed."""

    code: str
    number: int
    claim_limit: int
    claimed_at: int
    usable_until_at: int | None
    redeemed_at: int | None
    key: str


_CLAIMS = """
SELECT code, number, claim_limit, claimed_at, usable_until_at, redeemed_at, key
FROM user_coupons WHERE username = :username
"""


def entries(
    session: Session,
    username: str,
    before: int,
    row_limit: int,
    *,
    happened: Span | None,
    with_text: bool,
) -> list[EntryRow]:
    """The newest entries of a user whose numbers are below one, newest first.

    Args:
        session: Where to read.
        username: Of the user.
        before: The number.
        row_limit: Most entries to read.
        happened: Only those of this time; all if None.
        with_text: Whether to read what their orders are found by.
    """
    text = _ORDER_TEXT.format(joined=_JOINED[session.dialect]) if with_text else "NULL"
    back = _BACK if with_text else "NULL"
    in_window = "" if happened is None else _IN_WINDOW
    found = session.rows(
        _ENTRIES.format(order_text=text, back=back, in_window=in_window),
        {
            "username": username,
            "before": before,
            "row_limit": row_limit,
            **({} if happened is None else happened._asdict()),
        },
    )
    return list(map(EntryRow._make, found))


def bindings(session: Session, username: str, first: int, last: int) -> list[BindingRow]:
    """What the transfers and reversals among the entries of a user are bound to.

    Args:
        session: Where to read.
        username: Of the user.
        first: The number of the first entry.
        last: And of the last.
    """
    found = session.rows(_BINDINGS, {"username": username, "first": first, "last": last})
    return list(map(BindingRow._make, found))


def entry_count(session: Session, username: str) -> int:
    """How many entries a user has: they are numbered from 1 without gap."""
    row = session.row(_ENTRY_COUNT, {"username": username})
    return 0 if row is None else int(row[0])


def cancellation_count(session: Session, username: str) -> int:
    """How many entries of a user gave back what was left of an order that was cancelled."""
    row = session.row(_CANCELLATION_COUNT, {"username": username})
    return 0 if row is None else int(row[0])


def orders(session: Session, order_ids: Sequence[str]) -> dict[str, OrderRow]:
    """These orders, by id."""
    found = session.rows(
        _ORDERS.format(among=among(session, "order_ids")),
        {"order_ids": listed(session, order_ids)},
    )
    return {row.order_id: row for row in map(OrderRow._make, found)}


def cancellations(session: Session, order_ids: Sequence[str]) -> dict[str, CancellationRow]:
    """The cancellations of these orders, by the order's id."""
    found = session.rows(
        _CANCELLATIONS.format(among=among(session, "order_ids")),
        {"order_ids": listed(session, order_ids)},
    )
    return {row.order_id: row for row in map(CancellationRow._make, found)}


def claims(session: Session, username: str) -> list[ClaimRow]:
    """The coupons that a user has claimed."""
    return list(map(ClaimRow._make, session.rows(_CLAIMS, {"username": username})))
