"""Statements about the outbox: leasing, settling, attempts, counts.

Leases and heartbeats use the database's clock, so that relays on hosts with different clocks agree
on who may send. All other times come from the caller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.deliveries.retry_schedule import LEASE_SECONDS_MAX
from shopcli.domain.deliveries.values import LeasedEvent
from shopcli.domain.moments import SECOND_MICROSECONDS
from shopcli.storage.inserts import DELIVERY_ATTEMPTS
from shopcli.storage.outbox.holding import NOT_HELD
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from shopcli.storage.session import Parameters, Session

_CLOCK = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
}
_SKIP_LOCKED = {"sqlite": "", "postgres": "FOR NO KEY UPDATE OF candidate SKIP LOCKED"}

# SQLite uses the partial index of waiting events only where its condition is repeated exactly.
_WAITING = "candidate.state IN ('pending', 'leased')"
# A lease that ends later than the longest lease from now was taken before the clock jumped back.
_EXPIRED = f"""
(candidate.leased_until_at <= {{clock}}
 OR candidate.leased_until_at > {{clock}} + {int(LEASE_SECONDS_MAX * SECOND_MICROSECONDS)})
"""
# The table's constraints keep `settled_at` NULL while an event waits, and `lease_owner` set while
# it is leased. Statements that find a row by its key test these columns: for a condition on
# `state` Postgres may choose to read every waiting event instead.
# Most events are the first of their order, and need no look-up of earlier ones.
_FIRST_OF_ITS_ORDER = """
(candidate.sequence = 1 OR NOT EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.order_id = candidate.order_id AND earlier.sequence < candidate.sequence
      AND earlier.settled_at IS NULL
))
"""
# The index finds rows once; the update then uses their physical place instead of finding them
# again. On Postgres a row that has moved since is left for the next lease.
_PLACE = {"sqlite": "rowid", "postgres": "ctid"}
_PLACED = {"sqlite": "rowid IN ({found})", "postgres": "ctid = ANY(ARRAY({found}))"}
_FOUND = """
    SELECT candidate.{place} FROM outbox AS candidate
    WHERE {waiting} AND candidate.state = 'pending' AND {due} AND {which} AND {first}
      AND {not_held}
    ORDER BY candidate.next_attempt_at, candidate.event_id LIMIT :limit {skip_locked}
"""
_LEASE = """
UPDATE outbox
SET state = 'leased', lease_owner = :owner, attempt_count = attempt_count + 1, leased_at = {clock},
    leased_until_at = {clock} + :lease_microseconds
WHERE {placed}
RETURNING event_id, order_id, body, attempt_count, failure_count
"""


_DUE = "candidate.next_attempt_at <= :now"
# A time later than the longest wait from now was written by another clock. The lease of all due
# events has no such condition, because OR would rule its index out: `bring_forward` runs before it.
_DUE_BY_ANY_CLOCK = f"({_DUE} OR candidate.next_attempt_at > :beyond)"


def _lease(dialect: str, *, waiting: str = "TRUE", due: str = _DUE, which: str = "TRUE") -> str:
    found = _FOUND.format(
        place=_PLACE[dialect],
        waiting=waiting,
        due=due,
        which=which,
        first=_FIRST_OF_ITS_ORDER,
        not_held=NOT_HELD,
        skip_locked=_SKIP_LOCKED[dialect],
    )
    return _LEASE.format(clock=_CLOCK[dialect], placed=_PLACED[dialect].format(found=found))


_LEASE_DUE = {dialect: _lease(dialect, waiting=_WAITING) for dialect in _CLOCK}
# An order has few events: they are found by its id.
_LEASE_OF_ORDER = {
    dialect: _lease(dialect, due=_DUE_BY_ANY_CLOCK, which="candidate.order_id = :order_id")
    for dialect in _CLOCK
}
# Only of a new event 0 tells that it waits since it was written.
_BRING_FORWARD = {
    dialect: f"""
UPDATE outbox SET next_attempt_at = CASE WHEN due_again_at IS NULL THEN 0 ELSE 1 END
WHERE event_id IN (
    SELECT candidate.event_id FROM outbox AS candidate
    WHERE {_WAITING} AND candidate.state = 'pending' AND candidate.next_attempt_at > :beyond
    ORDER BY candidate.next_attempt_at, candidate.event_id LIMIT :limit {skip_locked}
)
"""
    for dialect, skip_locked in _SKIP_LOCKED.items()
}


class LostLeaseRow(NamedTuple):
    """A lease that its holder no longer serves."""

    event_id: str
    attempt_number: int
    owner: str
    leased_at: int
    leased_until_at: int


_EXPIRED_LEASES = {
    dialect: f"""
SELECT event_id, attempt_count, lease_owner, leased_at, leased_until_at FROM outbox AS candidate
WHERE {_WAITING} AND candidate.state = 'leased' AND {_EXPIRED.format(clock=clock)}
ORDER BY event_id LIMIT :limit {_SKIP_LOCKED[dialect]}
"""
    for dialect, clock in _CLOCK.items()
}
_LEASES_OF_OTHER_RELAYS = {
    dialect: f"""
SELECT event_id, attempt_count, lease_owner, leased_at, leased_until_at FROM outbox AS candidate
WHERE {_WAITING} AND candidate.state = 'leased' AND candidate.lease_owner <> :relay_id
  AND candidate.lease_owner IN (SELECT relay_id FROM relays)
ORDER BY event_id LIMIT :limit {_SKIP_LOCKED[dialect]}
"""
    for dialect in _CLOCK
}
_LEASES_OF = {
    dialect: f"""
SELECT event_id, attempt_count, lease_owner, leased_at, leased_until_at FROM outbox AS candidate
WHERE {_WAITING} AND candidate.state = 'leased' AND candidate.lease_owner = :owner
ORDER BY event_id LIMIT :limit {_SKIP_LOCKED[dialect]}
"""
    for dialect in _CLOCK
}
_HELD = """
WHERE event_id = :event_id AND lease_owner = :owner AND attempt_count = :attempt_number
"""
_FREE = f"""
UPDATE outbox SET state = 'pending', lease_owner = NULL, leased_at = NULL, leased_until_at = NULL
{_HELD}
"""
_RELEASE_UNSENT = f"""
UPDATE outbox SET state = 'pending', lease_owner = NULL, leased_at = NULL, leased_until_at = NULL,
                  attempt_count = attempt_count - 1
{_HELD}
"""
# The reply that named the leased events was lost, so they are found by their holder.
_RELEASE_UNKNOWN = {
    dialect: f"""
UPDATE outbox SET state = 'pending', lease_owner = NULL, leased_at = NULL, leased_until_at = NULL,
                  attempt_count = attempt_count - 1
WHERE event_id IN (
    SELECT candidate.event_id FROM outbox AS candidate
    WHERE {_WAITING} AND candidate.state = 'leased' AND candidate.lease_owner = :owner
      AND candidate.event_id NOT IN (SELECT value FROM {values})
    ORDER BY candidate.event_id {_SKIP_LOCKED[dialect]}
)
"""
    for dialect, values in {
        "sqlite": "json_each(:known)",
        "postgres": "json_array_elements_text(CAST(:known AS json)) AS known (value)",
    }.items()
}
_SETTLE_ALIKE = """
UPDATE outbox
SET state = :state, failure_count = :failure_count, next_attempt_at = :next_attempt_at,
    settled_at = :settled_at, last_error = :last_error,
    lease_owner = NULL, leased_at = NULL, leased_until_at = NULL
WHERE event_id IN (SELECT value FROM json_each(:event_ids)) AND lease_owner = :owner
  AND attempt_count = :attempt_number
RETURNING event_id
"""
_ATTEMPT = {
    **{name: f":{name}" for name in DELIVERY_ATTEMPTS.columns},
    "relay_id": ":owner",
}
_INSERT_ATTEMPTS = DELIVERY_ATTEMPTS.text(
    {**_ATTEMPT, "event_id": "value"}, "json_each(:event_ids)"
)
_INSERT_LOST_ATTEMPT = f"""
{DELIVERY_ATTEMPTS.text(_ATTEMPT)}
ON CONFLICT (event_id, attempt_number) DO NOTHING
"""
_SETTLED_ATTEMPT = {name: name for name in DELIVERY_ATTEMPTS.columns} | {"relay_id": ":owner"}
_SETTLED_COLUMNS = {
    "place": "bigint",
    "event_ids": "text",
    "attempt_number": "bigint",
    "state": "text",
    "failure_count": "bigint",
    "next_attempt_at": "bigint",
    "settled_at": "bigint",
    "last_error": "text",
    "started_at": "bigint",
    "duration_microseconds": "bigint",
    "outcome": "text",
    "status_code": "bigint",
    "reason": "text",
    "answer": "text",
}
# Ids contain no spaces. Postgres assumes that the arrays are short, so it finds events by id.
_SETTLE_AT_ONCE = f"""
WITH given AS (
    SELECT * FROM unnest({", ".join(f"CAST(:{k} AS {t}[])" for k, t in _SETTLED_COLUMNS.items())})
    AS given ({", ".join(_SETTLED_COLUMNS)})
),
settled AS (
    UPDATE outbox
    SET state = given.state, failure_count = given.failure_count,
        next_attempt_at = given.next_attempt_at, settled_at = given.settled_at,
        last_error = given.last_error,
        lease_owner = NULL, leased_at = NULL, leased_until_at = NULL
    FROM given
    CROSS JOIN LATERAL unnest(string_to_array(given.event_ids, ' ')) AS named (event_id)
    WHERE outbox.event_id = named.event_id AND outbox.lease_owner = :owner
      AND outbox.attempt_count = given.attempt_number
    RETURNING outbox.event_id, given.place, given.attempt_number, given.started_at,
              given.duration_microseconds, given.outcome, given.status_code, given.reason,
              given.answer
),
recorded AS (
    {DELIVERY_ATTEMPTS.text(_SETTLED_ATTEMPT, "settled")}
)
SELECT place, COUNT(*) FROM settled GROUP BY place
"""
_ADD_DELIVERED = """
INSERT INTO outbox_totals (shard, delivered_count) VALUES (:shard, :count)
ON CONFLICT (shard) DO UPDATE
SET delivered_count = outbox_totals.delivered_count + excluded.delivered_count
"""
# Most events that wait were neither tried nor made due again: the index alone tells of these.
_WAITING_COUNTS = """
SELECT state, COUNT(*), MIN(CASE WHEN next_attempt_at = 0 THEN created_at END) FROM outbox
WHERE state IN ('pending', 'leased') GROUP BY state
"""
_LEFT_LEASED = f"""
FROM outbox AS candidate WHERE {_WAITING} AND candidate.state = 'leased' AND {_EXPIRED}
"""
_LEFT_COUNT = {
    dialect: f"""
SELECT COUNT(*), MIN(CASE WHEN candidate.next_attempt_at = 0 THEN candidate.created_at END)
{_LEFT_LEASED.format(clock=clock)}
"""
    for dialect, clock in _CLOCK.items()
}
LEFT_LEASED = {
    dialect: f"SELECT candidate.event_id {_LEFT_LEASED.format(clock=clock)}"
    for dialect, clock in _CLOCK.items()
}
"""The ids of events whose lease is over: nobody sends them, so they are shown as pending."""
_OLDEST_OTHER = f"""
SELECT MIN(COALESCE(candidate.due_again_at, candidate.created_at)) FROM outbox AS candidate
WHERE {_WAITING} AND candidate.next_attempt_at > 0
"""


class WaitingCount(NamedTuple):
    """How many events are in one waiting state, and since when the oldest new one waits."""

    event_count: int
    oldest_new_at: int | None


_DEAD_COUNT = "SELECT COUNT(*) FROM outbox WHERE state = 'dead'"
_DELIVERED_COUNT = "SELECT SUM(delivered_count) FROM outbox_totals"
_HAS_DUE = f"""
SELECT 1 FROM outbox AS candidate
WHERE {_WAITING} AND candidate.state = 'pending' AND {_DUE} LIMIT 1
"""
LISTED = {
    dialect: f"""
event_id, order_id, sequence, type,
CASE WHEN state = 'leased' AND {_EXPIRED.replace("candidate.", "").format(clock=clock)}
     THEN 'pending' ELSE state END,
attempt_count, created_at, next_attempt_at, settled_at, last_error
"""
    for dialect, clock in _CLOCK.items()
}
"""The columns of an event in a list."""


class ListedRow(NamedTuple):
    """An event's current state, as `LISTED` reads it."""

    event_id: str
    order_id: str
    sequence: int
    type: str
    state: str
    attempt_count: int
    created_at: int
    next_attempt_at: int
    settled_at: int | None
    last_error: str | None


class EventRow(NamedTuple):
    """The columns of `ListedRow`, and those shown only for a single event."""

    event_id: str
    order_id: str
    sequence: int
    type: str
    state: str
    attempt_count: int
    created_at: int
    next_attempt_at: int
    settled_at: int | None
    last_error: str | None
    failure_count: int
    body: bytes
    body_sha256: str


_EVENT = {
    dialect: f"SELECT {listed}, failure_count, body, body_sha256 FROM outbox"
    " WHERE event_id = :event_id"
    for dialect, listed in LISTED.items()
}
_EVENTS_ENDING = "SELECT event_id FROM outbox WHERE event_id LIKE :pattern LIMIT 2"


class AttemptRow(NamedTuple):
    """One attempt to deliver an event."""

    attempt_number: int
    started_at: int
    duration_microseconds: int
    outcome: str
    status_code: int | None
    reason: str | None
    answer: str | None
    relay_id: str


_ATTEMPTS = """
SELECT attempt_number, started_at, duration_microseconds, outcome, status_code, reason, answer,
       relay_id
FROM delivery_attempts WHERE event_id = :event_id ORDER BY attempt_number
"""


def lease(session: Session, parameters: Parameters, *, of_order: bool) -> list[LeasedEvent]:
    """Lease due events that have no unsettled earlier event of their order.

    Args:
        session: A write transaction.
        parameters: owner, now, limit, lease_microseconds; if `of_order` also order_id and beyond.
        of_order: Whether to lease only the events of one order.

    Returns:
        The events, in no order.
    """
    statements = _LEASE_OF_ORDER if of_order else _LEASE_DUE
    return list(map(LeasedEvent._make, session.rows(statements[session.dialect], parameters)))


def bring_forward(session: Session, beyond: int, limit: int) -> int:
    """Make events due whose next attempt is later than `beyond`; return how many."""
    return session.change(_BRING_FORWARD[session.dialect], {"beyond": beyond, "limit": limit})


def expired_leases(session: Session, limit: int) -> list[LostLeaseRow]:
    """Expired leases, locked."""
    found = session.rows(_EXPIRED_LEASES[session.dialect], {"limit": limit})
    return list(map(LostLeaseRow._make, found))


def leases_of_other_relays(session: Session, relay_id: str, limit: int) -> list[LostLeaseRow]:
    """Leases held by relays other than this one, locked."""
    found = session.rows(
        _LEASES_OF_OTHER_RELAYS[session.dialect], {"relay_id": relay_id, "limit": limit}
    )
    return list(map(LostLeaseRow._make, found))


def leases_of(session: Session, owner: str, limit: int) -> list[LostLeaseRow]:
    """The leases of one holder, locked."""
    found = session.rows(_LEASES_OF[session.dialect], {"owner": owner, "limit": limit})
    return list(map(LostLeaseRow._make, found))


def free_lost(session: Session, attempts: Sequence[Parameters]) -> None:
    """Record the attempts of lost leases, and make their events pending again."""
    session.change_many(_INSERT_LOST_ATTEMPT, attempts)
    session.change_many(_FREE, [{name: one[name] for name in _HELD_PARAMETERS} for one in attempts])


_HELD_PARAMETERS = ("event_id", "owner", "attempt_number")


def release_unsent(session: Session, held: Iterable[Parameters]) -> None:
    """Release leases without an attempt."""
    session.change_many(_RELEASE_UNSENT, held)


def release_unknown(session: Session, owner: str, known: Collection[str]) -> int:
    """Release a holder's leases except of the events it knows; return how many."""
    return session.change(
        _RELEASE_UNKNOWN[session.dialect], {"owner": owner, "known": json.dumps(list(known))}
    )


def settle(session: Session, owner: str, settlements: Sequence[Parameters]) -> list[int]:
    """End leases with the outcome of each attempt, and record the attempts.

    Args:
        session: A write transaction.
        owner: The holder of the leases.
        settlements: Each has `event_ids` (events with the same attempt number and outcome) and the
            other columns of `_SETTLED_COLUMNS`.

    Returns:
        How many events of each were settled; the others have a new holder and are unchanged.
    """
    if session.dialect == "postgres":
        columns: dict[str, Any] = {
            name: [one[name] for one in settlements]
            for name in _SETTLED_COLUMNS
            if name not in {"place", "event_ids"}
        }
        columns["place"] = list(range(len(settlements)))
        columns["event_ids"] = [" ".join(one["event_ids"]) for one in settlements]
        columns["owner"] = owner
        counts = {row[0]: row[1] for row in session.rows(_SETTLE_AT_ONCE, columns)}
        return [counts.get(place, 0) for place in columns["place"]]
    return [_settle_alike(session, {**one, "owner": owner}) for one in settlements]


def _settle_alike(session: Session, settlement: dict[str, Any]) -> int:
    settlement["event_ids"] = json.dumps(settlement["event_ids"])
    kept = [row[0] for row in session.rows(_SETTLE_ALIKE, settlement)]
    session.change(_INSERT_ATTEMPTS, settlement | {"event_ids": json.dumps(kept)})
    return len(kept)


def add_delivered(session: Session, shard: int, count: int) -> None:
    """Add to the count of delivered events; a negative count subtracts."""
    session.change(_ADD_DELIVERED, {"shard": shard, "count": count})


def waiting_counts(session: Session) -> dict[str, WaitingCount]:
    """The pending and the leased events, by state; a state without events is missing.

    An event whose lease is over is pending.
    """
    found = {state: WaitingCount(*counted) for state, *counted in session.rows(_WAITING_COUNTS)}
    leased = found.get("leased")
    row = session.row(_LEFT_COUNT[session.dialect]) if leased else None
    if leased is None or row is None or not row[0]:
        return found
    left, pending = WaitingCount(*row), found.get("pending", WaitingCount(0, None))
    oldest = [at for at in (left.oldest_new_at, pending.oldest_new_at) if at is not None]
    found["pending"] = WaitingCount(
        pending.event_count + left.event_count, min(oldest, default=None)
    )
    if left.event_count == leased.event_count:
        del found["leased"]
    else:
        found["leased"] = leased._replace(event_count=leased.event_count - left.event_count)
    return found


def oldest_waiting_at(session: Session, waiting: Mapping[str, WaitingCount]) -> int | None:
    """When the event that waits longest was written, or made due again; None where none waits.

    Args:
        session: Of the transaction in which they were counted.
        waiting: As counted.
    """
    if not waiting:
        return None
    other = session.row(_OLDEST_OTHER)
    found = [counted.oldest_new_at for counted in waiting.values()]
    if other is not None:
        found.append(other[0])
    return min((at for at in found if at is not None), default=None)


def dead_count(session: Session) -> int:
    """How many events are dead."""
    row = session.row(_DEAD_COUNT)
    return int(row[0]) if row else 0


def delivered_count(session: Session) -> int:
    """How many events are delivered, from the stored totals."""
    row = session.row(_DELIVERED_COUNT)
    return int(row[0] or 0) if row else 0


def has_due(session: Session, now: int) -> bool:
    """Whether any event is due, even if an earlier one of its order must be sent first."""
    return session.row(_HAS_DUE, {"now": now}) is not None


def event(session: Session, event_id: str) -> EventRow | None:
    """One event by its whole id."""
    return if_found(EventRow._make, session.row(_EVENT[session.dialect], {"event_id": event_id}))


def events_ending(session: Session, ending: str) -> list[str]:
    """At most two event ids with this ending."""
    return [row[0] for row in session.rows(_EVENTS_ENDING, {"pattern": f"%{ending}"})]


def attempts(session: Session, event_id: str) -> list[AttemptRow]:
    """All attempts of an event, in order."""
    return list(map(AttemptRow._make, session.rows(_ATTEMPTS, {"event_id": event_id})))
