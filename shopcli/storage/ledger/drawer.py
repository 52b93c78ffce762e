"""Statements about the drawer and its cash moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.storage.inserts import CASH_MOVES
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Session

_LOCK = {"sqlite": "", "postgres": " FOR NO KEY UPDATE"}
_LOCKED = "SELECT singleton FROM shop"


class DrawerRow(NamedTuple):
    """What the drawer should hold, and the number of the last cash move (0 before the first)."""

    holds_minor: int
    last_number: int


# What was counted or expected at the last close, and all that came and went since.
_HOLDS = """
SELECT CAST(
    (SELECT COALESCE(SUM(COALESCE(l.cash_counted_minor, l.cash_expected_minor)), 0)
     FROM closes l WHERE l.number = (SELECT MAX(number) FROM closes))
    + (SELECT COALESCE(SUM(e.amount_minor), 0)
       FROM balances b JOIN balance_entries e ON e.username = b.username
       AND e.sequence > COALESCE((SELECT MAX(m.sequence) FROM close_marks m
                                  WHERE m.username = b.username), 0)
       WHERE e.method = 'cash')
    + (SELECT COALESCE(SUM(c.amount_minor), 0) FROM cash_moves c
       WHERE c.number > COALESCE((SELECT l.cash_move_number FROM closes l
                                  WHERE l.number = (SELECT MAX(number) FROM closes)), 0))
    AS bigint), (SELECT COALESCE(MAX(number), 0) FROM cash_moves)
"""


class CashMoveRow(NamedTuple):
    """A cash move; `reversed_number` is that of the one that it takes back."""

    number: int
    kind: str
    amount_minor: int
    drawer_after_minor: int
    recorded_at: int
    key: str | None
    fingerprint: str | None
    reason: str


_COLUMNS = """
SELECT number, kind, amount_minor, drawer_after_minor, recorded_at, key, fingerprint, reason
FROM cash_moves
"""
_BY_NUMBER = f"{_COLUMNS} WHERE number = :number"
_BY_KEY = f"{_COLUMNS} WHERE key = :key"


class ReversingRow(NamedTuple):
    """The cash move that took another one back."""

    number: int
    amount_minor: int
    drawer_after_minor: int
    recorded_at: int
    key: str


_REVERSING = """
SELECT c.number, c.amount_minor, c.drawer_after_minor, c.recorded_at, r.key
FROM reversed_cash_moves r JOIN cash_moves c ON c.number = r.number
WHERE r.reversed_number = :number
"""


class ListedRow(NamedTuple):
    """A cash move of the list."""

    number: int
    kind: str
    amount_minor: int
    drawer_after_minor: int
    recorded_at: int
    reason: str
    actor: str
    host: str
    reversed_number: int | None


_NEWEST = """
SELECT number, kind, amount_minor, drawer_after_minor, recorded_at, reason, actor, host,
       (SELECT r.reversed_number FROM reversed_cash_moves r WHERE r.number = cash_moves.number)
FROM cash_moves WHERE recorded_at >= :since_at AND recorded_at < :until_at
ORDER BY number DESC LIMIT :row_limit
"""
_INSERT = CASH_MOVES.single()


def locked(session: Session) -> DrawerRow:
    """The drawer, locked until the transaction ends, so that its moves are numbered in a row."""
    session.row(_LOCKED + _LOCK[session.dialect])
    found = session.row(_HOLDS)
    return DrawerRow(0, 0) if found is None else DrawerRow._make(found)


def by_number(session: Session, number: int) -> CashMoveRow | None:
    """One cash move."""
    return if_found(CashMoveRow._make, session.row(_BY_NUMBER, {"number": number}))


def by_key(session: Session, key: str) -> CashMoveRow | None:
    """The cash move that was made with a key."""
    return if_found(CashMoveRow._make, session.row(_BY_KEY, {"key": key}))


def newest(session: Session, since_at: int, until_at: int, row_limit: int) -> list[ListedRow]:
    """The newest cash moves within a window, newest first."""
    values = {"since_at": since_at, "until_at": until_at, "row_limit": row_limit}
    return list(map(ListedRow._make, session.rows(_NEWEST, values)))


def reversing(session: Session, number: int) -> ReversingRow | None:
    """The cash move that took this one back."""
    return if_found(ReversingRow._make, session.row(_REVERSING, {"number": number}))


def insert(session: Session, values: Parameters) -> None:
    """Add a cash move."""
    session.change(_INSERT, values)
