"""The row by which a copy of a shop differs from the shop: its id, its hold, where it has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.storage.session import Session

_ADD = """
INSERT INTO shop_copy (singleton, copy_id, held_reason, held_at)
VALUES (1, :copy_id, :held_reason, :held_at)
"""


def add_copy(session: Session, copy_id: str, held_reason: str, held_at: int) -> None:
    """Name a new copy, which delivers nothing until someone lets it."""
    session.change(_ADD, {"copy_id": copy_id, "held_reason": held_reason, "held_at": held_at})


def copy_id(session: Session) -> str | None:
    """The id of the copy that is open; None where its row is missing."""
    row = session.row("SELECT copy_id FROM shop_copy")
    return None if row is None else str(row[0])
