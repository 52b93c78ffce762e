"""Statements about users and their balances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.rights import Member
from shopcli.storage.failures import GuardFailed
from shopcli.storage.inserts import BALANCE_ENTRIES, BALANCES, TRANSFERS, USERS
from shopcli.storage.lists import ALL
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.domain.rights import Owner
    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Parameters, Reader, Session


class UserRow(NamedTuple):
    """A user with the balance; `user_id` is the opaque one."""

    username: str
    name: str | None
    state: str
    balance_minor: int
    user_id: str


_USER = """
SELECT u.username, u.name, b.state, b.balance_minor, u.user_id
FROM users u JOIN balances b ON b.username = u.username
"""

_LIST = f"{_USER} WHERE u.username > ''{{conditions}} ORDER BY u.username LIMIT :row_limit"
_ONE = f"{_USER} WHERE u.username = :username"


class BalanceRow(NamedTuple):
    """What decides whether a balance may change."""

    state: str
    balance_minor: int


_LOCKED = "SELECT state, balance_minor FROM balances WHERE username = :username"
_LOCKED_TWO = """
SELECT username, state, balance_minor FROM balances WHERE username IN (:username, :to)
ORDER BY username
"""
_LOCK = {"sqlite": "", "postgres": " FOR NO KEY UPDATE"}

_INSERT_USER = USERS.single(created_at=":recorded_at")
_INSERT_BALANCE = BALANCES.single()
_RENAME = "UPDATE users SET name = :name WHERE username = :username"
_SET_STATE = "UPDATE balances SET state = :state WHERE username = :username"


class MovedRow(NamedTuple):
    """The balance after a change, and the number of its entry."""

    balance_after_minor: int
    sequence: int


_MOVE = """
UPDATE balances SET balance_minor = balance_minor + :amount_minor, entry_count = entry_count + 1
WHERE username = :username AND balance_minor + :amount_minor >= 0
RETURNING balance_minor, entry_count
"""
_INSERT_ENTRY = BALANCE_ENTRIES.single()
_INSERT_TRANSFER = TRANSFERS.single()
_ALLOWED = f"""
username = :username AND (state = 'active' OR (state = 'blocked' AND :blocked_may = 1))
AND balance_minor + :amount_minor BETWEEN 0 AND {AMOUNT_MAX}
"""
_MOVE_ALLOWED = f"""
UPDATE balances SET balance_minor = balance_minor + :amount_minor, entry_count = entry_count + 1
WHERE {_ALLOWED} {{and_terms}} RETURNING balance_minor, entry_count
"""
# Money that comes in or goes out does so by the shop's terms, which the caller has in mind.
_AND_TERMS = " ".join(
    f"AND COALESCE((SELECT value FROM shop_settings WHERE name = '{name}'), '')"
    f" = CAST(:{name} AS text)"
    for name in ("methods", "charge_max")
)
_ENTERED = {
    **{name: f":{name}" for name in BALANCE_ENTRIES.columns},
    "sequence": "entry_count",
    "balance_after_minor": "balance_minor",
    "order_id": "NULL",
    "reason": "CAST(:reason AS text)",
    "method": "CAST(:method AS text)",
}
_ENTER_POSTGRES = f"""
WITH moved AS ({_MOVE_ALLOWED}) {BALANCE_ENTRIES.text(_ENTERED, "moved")}
RETURNING balance_after_minor, sequence
"""
_ENTER = {
    (dialect, by_terms): statement.format(and_terms=_AND_TERMS if by_terms else "")
    for dialect, statement in (("sqlite", _MOVE_ALLOWED), ("postgres", _ENTER_POSTGRES))
    for by_terms in (False, True)
}


class MadeRow(NamedTuple):
    """The balance entry made with an idempotency key."""

    username: str
    sequence: int
    amount_minor: int
    balance_after_minor: int
    at: int
    fingerprint: str
    method: str | None


class Standing(NamedTuple):
    """All that can explain why a balance did not change; None for what does not exist."""

    state: str | None
    balance_minor: int | None
    made: MadeRow | None


_STANDING = """
SELECT b.state, b.balance_minor,
       e.username, e.sequence, e.amount_minor, e.balance_after_minor, e.at, e.fingerprint, e.method
FROM (SELECT 1 AS one) anchor
LEFT JOIN balances b ON b.username = :username
LEFT JOIN balance_entries e ON e.kind = :kind AND e.key = :key AND e.key IS NOT NULL
"""


_CHARGE = """
SELECT username, sequence, amount_minor, balance_after_minor, at, fingerprint, method
FROM balance_entries WHERE kind = 'charge' AND key = :key
"""
_OF_MEMBER = " AND username = :member"
_OF_SELLER = " AND actor = :actor AND host = :host AND channel = :channel"


class EntryRow(NamedTuple):
    """A balance entry."""

    username: str
    sequence: int
    at: int
    recorded_at: int
    kind: str
    amount_minor: int
    balance_after_minor: int
    order_id: str | None
    reason: str | None
    method: str | None
    reversed_sequence: int | None
    """Of a reversal, the number of the entry that it takes back."""


_ENTRIES = """
SELECT username, sequence, at, recorded_at, kind, amount_minor, balance_after_minor, order_id,
       reason, method,
       (SELECT r.reversed_sequence FROM reversed_entries r
        WHERE r.username = balance_entries.username AND r.sequence = balance_entries.sequence)
FROM balance_entries WHERE username = :username
"""
_HISTORY = f"""{_ENTRIES}
AND at >= :since_at AND at < :until_at ORDER BY sequence DESC LIMIT :row_limit
"""
_BETWEEN = f"{_ENTRIES} AND sequence > :after AND sequence <= :last ORDER BY sequence"


class BoundaryRow(NamedTuple):
    """The last entry of a user before an instant, and the balance then."""

    sequence: int
    balance_after_minor: int


_BOUNDARY = """
SELECT sequence, balance_after_minor FROM balance_entries
WHERE username = :username AND recorded_at < :at ORDER BY sequence DESC LIMIT 1
"""
_BEGAN = """
SELECT recorded_at FROM balance_entries WHERE username = :username AND sequence = 1
"""


def users(session: Reader, row_limit: int, chosen: Chosen = ALL) -> Iterator[UserRow]:
    """Users by user name, all or those that are chosen."""
    statement = _LIST.format(conditions=chosen.conditions)
    return map(
        UserRow._make, session.stream(statement, {**chosen.parameters, "row_limit": row_limit})
    )


def user(session: Session, username: str) -> UserRow | None:
    """One user."""
    return if_found(UserRow._make, session.row(_ONE, {"username": username}))


def locked_balance(session: Session, username: str) -> BalanceRow | None:
    """State and balance of a user, locked until the transaction ends."""
    found = session.row(_LOCKED + _LOCK[session.dialect], {"username": username})
    return if_found(BalanceRow._make, found)


def locked_balances(session: Session, username: str, to: str) -> dict[str, BalanceRow]:
    """States and balances of two users, locked in the order of their names, by name."""
    rows = session.rows(_LOCKED_TWO + _LOCK[session.dialect], {"username": username, "to": to})
    return {name: BalanceRow(state, balance_minor) for name, state, balance_minor in rows}


def insert_user(session: Session, values: Parameters) -> None:
    """Add a user with balance 0."""
    session.change(_INSERT_USER, values)
    session.change(_INSERT_BALANCE, {"username": values["username"]})


def rename(session: Session, username: str, name: str | None) -> None:
    """Set a user's display name; None removes it."""
    session.change(_RENAME, {"username": username, "name": name})


def set_state(session: Session, username: str, state: str) -> None:
    """Make a user active, blocked or closed."""
    session.change(_SET_STATE, {"username": username, "state": state})


def move_balance(session: Session, username: str, amount_minor: int) -> MovedRow | None:
    """Add a signed amount to a balance; None where it would fall below 0."""
    found = session.row(_MOVE, {"username": username, "amount_minor": amount_minor})
    return if_found(MovedRow._make, found)


def enter(session: Session, values: Parameters, terms: Parameters | None = None) -> MovedRow:
    """Move a balance and add its entry.

    Args:
        session: Where to write.
        values: The columns of the entry, and `blocked_may`.
        terms: The settings `methods` and `charge_max` as the caller knows them, "" where they are
            not set; None where they say nothing of this change.

    Raises:
        GuardFailed: The user's state or the bounds of the balance do not allow it, or the settings
            are others.
    """
    remote = session.dialect == "postgres"
    statement = _ENTER[session.dialect, terms is not None]
    found = session.row(statement, values if terms is None else {**values, **terms})
    if found is None:
        raise GuardFailed("balance")
    moved = MovedRow._make(found)
    if not remote:
        after = {"balance_after_minor": moved.balance_after_minor, "sequence": moved.sequence}
        session.change(_INSERT_ENTRY, {**values, "order_id": None, **after})
    return moved


def insert_transfer(
    session: Session, username: str, sequence: int, to: str, to_sequence: int
) -> None:
    """Bind the entry of whoever gives to the entry of whoever is given to."""
    session.change(
        _INSERT_TRANSFER,
        {
            "username": username,
            "sequence": sequence,
            "to_username": to,
            "to_sequence": to_sequence,
        },
    )


def insert_entry(session: Session, values: Parameters) -> None:
    """Add a balance entry."""
    session.change(_INSERT_ENTRY, values)


def standing(session: Reader, username: str, kind: str, key: str) -> Standing:
    """A user's state and balance, and the entry made with a key, in one snapshot."""
    found = session.row(_STANDING, {"username": username, "kind": kind, "key": key})
    state, balance_minor, *made = found or (None, None, None)
    return Standing(state, balance_minor, None if made[0] is None else MadeRow._make(made))


def charge_by_key(session: Reader, key: str, owner: Owner | None = None) -> MadeRow | None:
    """One charge by its idempotency key; where an owner is given, only the owner's."""
    condition, values = "", {}
    if isinstance(owner, Member):
        condition, values = _OF_MEMBER, {"member": owner.username}
    elif owner is not None:
        condition, values = _OF_SELLER, owner._asdict()
    return if_found(MadeRow._make, session.row(_CHARGE + condition, {"key": key, **values}))


def history(
    session: Session, username: str, since_at: int, until_at: int, row_limit: int
) -> list[EntryRow]:
    """The newest entries of a user within a window, in recording order."""
    found = session.rows(
        _HISTORY,
        {
            "username": username,
            "since_at": since_at,
            "until_at": until_at,
            "row_limit": row_limit,
        },
    )
    return list(map(EntryRow._make, reversed(found)))


def boundary(session: Session, username: str, at: int) -> BoundaryRow:
    """The last entry of a user, by number, that was recorded before an instant; 0 for none."""
    found = session.row(_BOUNDARY, {"username": username, "at": at})
    return BoundaryRow(0, 0) if found is None else BoundaryRow._make(found)


def began_at(session: Session, username: str) -> int | None:
    """When the first entry of a user was recorded; None where there is none."""
    found = session.row(_BEGAN, {"username": username})
    return None if found is None else int(found[0])


def entries_between(session: Session, username: str, after: int, last: int) -> list[EntryRow]:
    """The entries of a user that follow one number, up to another, in recording order."""
    found = session.rows(_BETWEEN, {"username": username, "after": after, "last": last})
    return list(map(EntryRow._make, found))
