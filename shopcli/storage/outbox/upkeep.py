"""Statements for operators of the outbox: list, revive, discard, replay, prune."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.deliveries.values import DISCARDED, Replayable, Retryable
from shopcli.storage.outbox.events import LEFT_LEASED, LISTED, ListedRow

if TYPE_CHECKING:
    from shopcli.storage.session import Dialect, Session

# The partial indexes are used only where their conditions are repeated exactly.
_IN_STATE = {
    "pending": "state IN ('pending', 'leased')"
    " AND (state = 'pending' OR (state = 'leased' AND event_id IN ({left})))",
    "leased": "state IN ('pending', 'leased') AND state = 'leased' AND event_id NOT IN ({left})",
    "dead": "state = 'dead'",
    # Nearly all events are delivered: without a bound on the id SQLite reads and sorts them all.
    "delivered": "state = 'delivered' AND event_id > ''",
    "skipped": "state = 'skipped' AND event_id > ''",
}
# What was said of the tries before, or of a discarded event, is not so of the new schedule. It
# waits from now on: its age is not that of its order.
_REVIVE = """
UPDATE outbox SET state = 'pending', failure_count = 0, next_attempt_at = :now, settled_at = NULL,
                  last_error = NULL, due_again_at = :now
"""
_REVIVE_ONE = f"{_REVIVE} WHERE event_id = :event_id AND state = 'dead'"
# One that waits is tried sooner, but waits for as long as before.
_HASTEN = """
UPDATE outbox SET failure_count = 0, last_error = NULL,
                  next_attempt_at = CASE WHEN next_attempt_at > :now THEN :now
                                         ELSE next_attempt_at END
WHERE event_id = :event_id AND state = 'pending'
"""
_REVIVE_DEAD = f"{_REVIVE} WHERE state = 'dead'"
_NOT_DISCARDED = f"substr(COALESCE(last_error, ''), 1, {len(DISCARDED)}) <> '{DISCARDED}'"
_REVIVE_GIVEN_UP = f"""
{_REVIVE} WHERE state = 'dead' AND {_NOT_DISCARDED} AND settled_at <= :settled_at
"""
_COUNT_RETRYABLE = f"""
SELECT COUNT(CASE WHEN {_NOT_DISCARDED} THEN 1 END), COUNT(*),
       COALESCE(MAX(CASE WHEN {_NOT_DISCARDED} THEN settled_at END), 0)
FROM outbox WHERE state = 'dead'
"""
_NEWEST_GIVEN_UP = f"""
SELECT last_error FROM outbox WHERE state = 'dead' AND {_NOT_DISCARDED}
ORDER BY event_id DESC LIMIT 1
"""
_DISCARD = """
UPDATE outbox SET state = 'dead', settled_at = :now, last_error = :reason
WHERE event_id = :event_id AND state = 'pending'
"""
_WRITTEN = "created_at BETWEEN :first AND :last"
_DELIVERED = f"state = 'delivered' AND {_WRITTEN}"
# Once a later event of an order is delivered, an earlier one is not sent any more.
_SKIPPED = f"""
state = 'skipped' AND {_WRITTEN}
AND NOT EXISTS (SELECT 1 FROM outbox AS later
                WHERE later.order_id = outbox.order_id AND later.sequence > outbox.sequence
                  AND later.state = 'delivered')
"""
_REPLAY = f"{_REVIVE} WHERE {_DELIVERED} AND length(body) > 0"
_REPLAY_SETTLED = f"{_REPLAY} AND settled_at <= :settled_at"
_REVIVE_SKIPPED = f"{_REVIVE} WHERE {_SKIPPED}"
_COUNT_REPLAYABLE = f"""
SELECT (SELECT COUNT(*) FROM outbox WHERE {_DELIVERED} AND length(body) > 0),
       (SELECT COUNT(*) FROM outbox WHERE {_SKIPPED}),
       (SELECT COUNT(*) FROM outbox WHERE {_DELIVERED} AND length(body) = 0),
       (SELECT COALESCE(MAX(settled_at), 0) FROM outbox WHERE {_DELIVERED} AND length(body) > 0)
"""
_EMPTY_BODY = {"sqlite": "x''", "postgres": "CAST('' AS bytea)"}
_PRUNE = {
    dialect: f"""
UPDATE outbox SET body = {empty}
WHERE state = 'delivered' AND settled_at < :before AND length(body) > 0
"""
    for dialect, empty in _EMPTY_BODY.items()
}


def listed(
    session: Session,
    *,
    state: str | None,
    order_id: str | None,
    since_at: int,
    until_at: int,
    row_limit: int,
) -> list[ListedRow]:
    """Events written within a window, newest first; a filter of None matches all."""
    statement, parameters = _listing(session.dialect, state, order_id)
    bounds = {"since_at": since_at, "until_at": until_at, "row_limit": row_limit}
    return list(map(ListedRow._make, session.rows(statement, {**bounds, **parameters})))


def _listing(
    dialect: Dialect, state: str | None, order_id: str | None
) -> tuple[str, dict[str, str]]:
    """The statement of a list, and its parameters besides the window and `row_limit`."""
    conditions = ["created_at >= :since_at AND created_at < :until_at"]
    parameters: dict[str, str] = {}
    if state is not None:
        conditions.append(_IN_STATE[state].format(left=LEFT_LEASED[dialect]))
    if order_id is not None:
        conditions.append("order_id = :order_id")
        parameters["order_id"] = order_id
    newest = f"FROM outbox WHERE {' AND '.join(conditions)} ORDER BY event_id DESC LIMIT :row_limit"
    if state in {"pending", "leased"} and order_id is None:
        # The partial index alone finds the newest waiting events.
        newest = f"FROM outbox WHERE event_id IN (SELECT event_id {newest}) ORDER BY event_id DESC"
    return f"SELECT {LISTED[dialect]} {newest}", parameters


def revive(session: Session, event_id: str, now: int, *, is_dead: bool | None = None) -> bool:
    """Make one event due, and start its retry schedule again.

    Args:
        session: Writes.
        event_id: Its id.
        now: The instant.
        is_dead: Whether it must be dead, or else pending; either if None.
    """
    parameters = {"event_id": event_id, "now": now}
    ways = {None: (_HASTEN, _REVIVE_ONE), False: (_HASTEN,), True: (_REVIVE_ONE,)}[is_dead]
    return any(session.change(one, parameters) for one in ways)


def revive_dead(session: Session, now: int) -> int:
    """Make all dead events due, and start their retry schedules again; return how many."""
    return session.change(_REVIVE_DEAD, {"now": now})


def revive_given_up(session: Session, settled_at: int, now: int) -> int:
    """Make the dead events due that were given up by an instant, as `revive_dead`."""
    return session.change(_REVIVE_GIVEN_UP, {"settled_at": settled_at, "now": now})


def retryable(session: Session) -> Retryable:
    """How many dead events were given up, and how many discarded."""
    row = session.row(_COUNT_RETRYABLE)
    given_up, dead, settled_at = (0, 0, 0) if row is None else row
    newest = session.row(_NEWEST_GIVEN_UP) if given_up else None
    return Retryable(given_up, dead - given_up, settled_at, None if newest is None else newest[0])


def discard(session: Session, event_id: str, now: int, reason: str) -> bool:
    """Make one pending event dead; False where it is not pending."""
    parameters = {"event_id": event_id, "now": now, "reason": reason}
    return session.change(_DISCARD, parameters) == 1


def replayable(session: Session, first: int, last: int) -> Replayable:
    """How many events written from `first` to `last` can be replayed, and how many cannot."""
    found = session.row(_COUNT_REPLAYABLE, {"first": first, "last": last})
    return Replayable(0, 0, 0) if found is None else Replayable._make(found)


def replay(session: Session, first: int, last: int, now: int, settled_at: int | None = None) -> int:
    """Make delivered events written from `first` to `last` due again; return how many.

    Args:
        session: A write transaction.
        first: The first instant.
        last: The last one.
        now: The time by the caller's clock.
        settled_at: Only those that were delivered by this instant; all if None.
    """
    parameters = {"first": first, "last": last, "now": now}
    if settled_at is None:
        return session.change(_REPLAY, parameters)
    return session.change(_REPLAY_SETTLED, {**parameters, "settled_at": settled_at})


def revive_skipped(session: Session, first: int, last: int, now: int) -> int:
    """Make skipped events due, unless a later one was delivered; return how many."""
    return session.change(_REVIVE_SKIPPED, {"first": first, "last": last, "now": now})


def prune(session: Session, before: int) -> int:
    """Empty the bodies of events delivered before an instant; return how many."""
    return session.change(_PRUNE[session.dialect], {"before": before})
