"""The row by which a copy of a shop differs from the shop: its id, its hold, where it has moved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shopcli.storage.schema import retirement

if TYPE_CHECKING:
    from shopcli.storage.session import Session

_ADD = """
INSERT INTO shop_copy (singleton, copy_id, held_reason, held_at)
VALUES (1, :copy_id, :held_reason, :held_at)
"""


_LAST_OF_HOLD = """
SELECT action, after FROM admin_changes
WHERE subject_kind = 'outbox' AND subject = 'deliveries' ORDER BY change_id DESC LIMIT 1
"""


def add_copy(session: Session, copy_id: str, held_reason: str, held_at: int) -> str:
    """Name a new copy, which delivers nothing until someone lets it; it has its rows already.

    Returns:
        Why it is held: as given, and why an operator had the shop hold its deliveries before.
    """
    reason = _with_hold_before(session, held_reason)
    session.change(_ADD, {"copy_id": copy_id, "held_reason": reason, "held_at": held_at})
    return reason


def _with_hold_before(session: Session, held_reason: str) -> str:
    """A reason that also tells of an operator's own, which whoever resumes would end unawares.

    What an operator holds is on record, whatever copies were made of it since.
    """
    row = session.row(_LAST_OF_HOLD)
    if row is None or row[0] != "hold":
        return held_reason
    return f"{held_reason} (held before: {json.loads(row[1])['held']})"


_LEASES_ENDED = """
UPDATE outbox SET state = 'pending', lease_owner = NULL, leased_at = NULL, leased_until_at = NULL,
                  attempt_count = attempt_count - 1
WHERE state IN ('pending', 'leased') AND state = 'leased'
"""
_RENAME = """
UPDATE shop_copy SET copy_id = :copy_id, held_reason = :held_reason, held_at = :held_at,
                     retired_to = NULL, retired_at = NULL, backup_digest = NULL
"""
_SEAL = "UPDATE shop_copy SET backup_digest = :digest"
_SEALED = "SELECT backup_digest FROM shop_copy WHERE held_at IS NOT NULL"


def make_another_copy(session: Session, copy_id: str, held_reason: str, held_at: int) -> str:
    """Make of a file that was copied page by page a copy of its own, which delivers nothing.

    What belongs to the shop that was copied alone is left out: who relays there, and its leases.

    Returns:
        Why it is held, as of `add_copy`.
    """
    retirement.unretire(session)
    session.change("DELETE FROM relays")
    session.change(_LEASES_ENDED)
    reason = _with_hold_before(session, held_reason)
    named = {"copy_id": copy_id, "held_reason": reason, "held_at": held_at}
    if not session.change(_RENAME, named):
        session.change(_ADD, named)
    return reason


def seal(session: Session, digest: str) -> None:
    """Note in a backup what it holds, so that whoever finds it knows whether it still does."""
    session.change(_SEAL, {"digest": digest})


def sealed_digest(session: Session) -> str | None:
    """What a backup held when it was written; None where it is none, or may deliver."""
    row = session.row(_SEALED)
    return None if row is None or row[0] is None else str(row[0])


def copy_id(session: Session) -> str | None:
    """The id of the copy that is open; None where its row is missing."""
    row = session.row("SELECT copy_id FROM shop_copy")
    return None if row is None else str(row[0])
