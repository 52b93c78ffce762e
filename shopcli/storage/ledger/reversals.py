"""Statements about entries that are undone, and what undid them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.inserts import REVERSALS, REVERSED_CASH_MOVES, REVERSED_ENTRIES
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from shopcli.storage.session import Session


class UndoableRow(NamedTuple):
    """A balance entry that somebody may want to undo."""

    username: str
    sequence: int
    kind: str
    amount_minor: int
    method: str | None
    order_id: str | None


_ENTRY = """
SELECT username, sequence, kind, amount_minor, method, order_id FROM balance_entries
WHERE username = :username AND sequence = :sequence
"""


_UNDONE_BY = """
SELECT e.username, e.sequence, e.kind, e.amount_minor, e.method, e.order_id
FROM reversed_entries r
JOIN balance_entries e ON e.username = r.username AND e.sequence = r.reversed_sequence
WHERE r.username = :username AND r.sequence = :sequence
"""


class SidesRow(NamedTuple):
    """The two entries of a transfer."""

    username: str
    sequence: int
    to_username: str
    to_sequence: int


_TRANSFER = """
SELECT username, sequence, to_username, to_sequence FROM transfers
WHERE username = :username AND sequence = :sequence
UNION ALL
SELECT username, sequence, to_username, to_sequence FROM transfers
WHERE to_username = :username AND to_sequence = :sequence
"""


class ReversalRow(NamedTuple):
    """The entry that took another one back."""

    sequence: int
    amount_minor: int
    balance_after_minor: int
    at: int
    key: str


_REVERSAL = """
SELECT e.sequence, e.amount_minor, e.balance_after_minor, e.at, r.key
FROM reversed_entries r
JOIN balance_entries e ON e.username = r.username AND e.sequence = r.sequence
WHERE r.username = :username AND r.reversed_sequence = :sequence
"""


class RequestRow(NamedTuple):
    """What a key has undone: a transfer's giver or the only user, or a cash move."""

    fingerprint: str
    username: str | None
    reversed_sequence: int | None
    reversed_number: int | None


_BY_KEY = """
SELECT r.fingerprint, e.username, e.reversed_sequence, c.reversed_number
FROM reversals r
LEFT JOIN reversed_entries e ON e.key = r.key
LEFT JOIN reversed_cash_moves c ON c.key = r.key
WHERE r.key = :key ORDER BY e.username LIMIT 1
"""

_INSERT_REVERSAL = REVERSALS.single()
_INSERT_ENTRY = REVERSED_ENTRIES.single()
_INSERT_CASH_MOVE = REVERSED_CASH_MOVES.single()


def entry(session: Session, username: str, sequence: int) -> UndoableRow | None:
    """One balance entry."""
    found = session.row(_ENTRY, {"username": username, "sequence": sequence})
    return if_found(UndoableRow._make, found)


def undone_by(session: Session, username: str, sequence: int) -> UndoableRow | None:
    """The entry that a reversal has taken back."""
    found = session.row(_UNDONE_BY, {"username": username, "sequence": sequence})
    return if_found(UndoableRow._make, found)


def transfer(session: Session, username: str, sequence: int) -> SidesRow | None:
    """The transfer that has this entry as one of its sides."""
    found = session.row(_TRANSFER, {"username": username, "sequence": sequence})
    return if_found(SidesRow._make, found)


def reversal(session: Session, username: str, sequence: int) -> ReversalRow | None:
    """The entry that took this one back."""
    found = session.row(_REVERSAL, {"username": username, "sequence": sequence})
    return if_found(ReversalRow._make, found)


def by_key(session: Session, key: str) -> RequestRow | None:
    """What was undone with a key."""
    return if_found(RequestRow._make, session.row(_BY_KEY, {"key": key}))


def insert(session: Session, key: str, fingerprint: str) -> None:
    """Add a request to undo."""
    session.change(_INSERT_REVERSAL, {"key": key, "fingerprint": fingerprint})


def bind_entry(
    session: Session, username: str, sequence: int, reversed_sequence: int, key: str
) -> None:
    """Bind an entry to the one that it takes back."""
    session.change(
        _INSERT_ENTRY,
        {
            "username": username,
            "sequence": sequence,
            "reversed_sequence": reversed_sequence,
            "key": key,
        },
    )


def bind_cash_move(session: Session, number: int, reversed_number: int, key: str) -> None:
    """Bind a cash move to the one that it takes back."""
    session.change(
        _INSERT_CASH_MOVE, {"number": number, "reversed_number": reversed_number, "key": key}
    )
