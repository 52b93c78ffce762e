"""Statements about users and their balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.money import AMOUNT_MAX
from shopcli.storage.inserts import BALANCE_ENTRIES, BALANCES, USERS

if TYPE_CHECKING:
    from shopcli.storage.session import Parameters, Reader, Row, Session

_USER = """
SELECT u.username, u.name, b.state, b.balance_minor, u.user_id
FROM users u JOIN balances b ON b.username = u.username
"""

_LIST = f"{_USER} ORDER BY u.username LIMIT :row_limit"
_ONE = f"{_USER} WHERE u.username = :username"
_LOCKED = "SELECT state, balance_minor FROM balances WHERE username = :username"

_INSERT_USER = USERS.single(created_at=":recorded_at")
_INSERT_BALANCE = BALANCES.single()
_RENAME = "UPDATE users SET name = :name WHERE username = :username"
_SET_STATE = "UPDATE balances SET state = :state WHERE username = :username"

_MOVE = """
UPDATE balances SET balance_minor = balance_minor + :amount_minor, entry_count = entry_count + 1
WHERE username = :username AND balance_minor + :amount_minor >= 0
RETURNING balance_minor, entry_count
"""
_INSERT_ENTRY = BALANCE_ENTRIES.single()
_ALLOWED = f"""
username = :username AND (state = 'active' OR (state = 'blocked' AND :blocked_may = 1))
AND balance_minor + :amount_minor BETWEEN 0 AND {AMOUNT_MAX}
"""
_MOVE_ALLOWED = f"""
UPDATE balances SET balance_minor = balance_minor + :amount_minor, entry_count = entry_count + 1
WHERE {_ALLOWED} RETURNING balance_minor, entry_count
"""
_ENTERED = {
    **{name: f":{name}" for name in BALANCE_ENTRIES.columns},
    "sequence": "entry_count",
    "balance_after_minor": "balance_minor",
    "order_id": "NULL",
    "reason": "CAST(:reason AS text)",
}
_ENTER_POSTGRES = f"""
WITH moved AS ({_MOVE_ALLOWED}) {BALANCE_ENTRIES.text(_ENTERED, "moved")}
RETURNING balance_after_minor, sequence
"""
_ENTRY_BY_KEY = """
SELECT username, sequence, amount_minor, balance_after_minor, at, fingerprint
FROM balance_entries WHERE kind = :kind AND key = :key AND key IS NOT NULL
"""
_HISTORY = """
SELECT username, sequence, at, recorded_at, kind, amount_minor, balance_after_minor, order_id,
       reason
FROM balance_entries WHERE username = :username AND at >= :since_at
ORDER BY sequence DESC LIMIT :row_limit
"""


def all_users(session: Reader, row_limit: int) -> list[Row]:
    """(username, name, state, balance, opaque id) of users by name."""
    return session.rows(_LIST, {"row_limit": row_limit})


def user(session: Session, username: str) -> Row | None:
    """(username, name, state, balance, opaque id) of one user."""
    return session.row(_ONE, {"username": username})


def locked_balance(session: Session, username: str) -> Row | None:
    """(state, balance) of a user, kept from changing until the transaction ends."""
    lock = " FOR NO KEY UPDATE" if session.dialect == "postgres" else ""
    return session.row(_LOCKED + lock, {"username": username})


def insert_user(session: Session, values: Parameters) -> None:
    """Add a user with an empty balance."""
    session.change(_INSERT_USER, values)
    session.change(_INSERT_BALANCE, {"username": values["username"]})


def rename(session: Session, username: str, name: str | None) -> None:
    """Set or forget a user's display name."""
    session.change(_RENAME, {"username": username, "name": name})


def set_state(session: Session, username: str, state: str) -> None:
    """Make a user active, blocked or closed."""
    session.change(_SET_STATE, {"username": username, "state": state})


def move_balance(session: Session, username: str, amount_minor: int) -> Row | None:
    """Add a signed amount; (balance after, entry sequence), or None where it would fall below 0."""
    return session.row(_MOVE, {"username": username, "amount_minor": amount_minor})


def enter(session: Session, values: Parameters) -> Row | None:
    """Move a balance and add its entry, if state and bounds allow.

    Returns:
        (balance after, entry sequence), or None where they do not allow it.
    """
    if session.dialect == "postgres":
        return session.row(_ENTER_POSTGRES, values)
    moved = session.row(_MOVE_ALLOWED, values)
    if moved is None:
        return None
    balance_after_minor, sequence = moved
    session.change(
        _INSERT_ENTRY,
        {
            **values,
            "order_id": None,
            "balance_after_minor": balance_after_minor,
            "sequence": sequence,
        },
    )
    return moved


def insert_entry(session: Session, values: Parameters) -> None:
    """Add the history row of a balance change."""
    session.change(_INSERT_ENTRY, values)


def entry_by_key(session: Session, kind: str, key: str) -> Row | None:
    """(username, sequence, amount, balance after, at, fingerprint) of the entry a key made."""
    return session.row(_ENTRY_BY_KEY, {"kind": kind, "key": key})


def history(session: Session, username: str, since_at: int, row_limit: int) -> list[Row]:
    """The newest entries of a user, in recording order."""
    found = session.rows(
        _HISTORY, {"username": username, "since_at": since_at, "row_limit": row_limit}
    )
    found.reverse()
    return found
