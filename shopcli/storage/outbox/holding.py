"""Statements about a hold: while this copy of the shop holds its deliveries, nothing is leased.

A copy must not send what the shop sends, so a copy that does not know what it is holds them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.storage.session import Session

NOT_HELD = "(SELECT COUNT(*) FROM shop_copy WHERE singleton = 1 AND held_at IS NULL) = 1"
"""The condition of each statement that takes events to send; looked at once a statement."""

UNKNOWN_COPY = "the row that says which copy of the shop this is is missing"

_REASON = "SELECT held_reason FROM shop_copy"
_HELD_AT = "SELECT held_at FROM shop_copy"
_COPY_ID = "SELECT copy_id FROM shop_copy"
_HOLD = "UPDATE shop_copy SET held_reason = :reason, held_at = COALESCE(held_at, :now)"
_RESUME = "UPDATE shop_copy SET held_reason = NULL, held_at = NULL WHERE held_at IS NOT NULL"


def held_reason(session: Session, *, lock: bool = False) -> str | None:
    """Why deliveries are held; None if they are not. `lock` keeps it so in the transaction."""
    locks = lock and session.dialect == "postgres"
    row = session.row(f"{_REASON} FOR NO KEY UPDATE" if locks else _REASON)
    reason: str | None = UNKNOWN_COPY if row is None else row[0]
    return reason


def held_at(session: Session) -> int | None:
    """Since when, in microseconds."""
    row = session.row(_HELD_AT)
    return None if row is None else row[0]


def copy_id(session: Session) -> str | None:
    """The id of this copy of the shop; None if it is not known."""
    row = session.row(_COPY_ID)
    return None if row is None else str(row[0])


def hold(session: Session, reason: str, now: int) -> None:
    """Hold deliveries, or give another reason for a hold that began earlier."""
    session.change(_HOLD, {"reason": reason, "now": now})


def resume(session: Session) -> bool:
    """End a hold; whether there was one."""
    return session.change(_RESUME) > 0
