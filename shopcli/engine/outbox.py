"""Use cases about deliveries: look, retry, discard, replay, resume, prune; sends nothing.

Every change is recorded with who and why. The relay's side is `shopcli.engine.deliveries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopcli.domain.deliveries import DeliveryAttempt, EventTimeline, Replayable
from shopcli.domain.errors import InvalidInput, UnknownEvent
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.records import OutboxEvent, OutboxStatus
from shopcli.domain.retry_schedule import Policy
from shopcli.domain.showing import excerpt, inert
from shopcli.engine.audit import changes, record_change
from shopcli.engine.deliveries import SECOND_MICROSECONDS, Deliveries
from shopcli.engine.lookups import ID_ENDING_LENGTH_MIN
from shopcli.engine.lookups import order_id as whole_order_id
from shopcli.engine.requests import (
    checked_limit,
    checked_moment,
    optional_reason,
    required_reason,
    since_instant,
)
from shopcli.engine.runtime import retried
from shopcli.storage import endpoints, outbox, outbox_upkeep

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.outbox import AttemptRow, EventRow, ListedRow
    from shopcli.storage.session import Session

EVENT_STATES = ("pending", "leased", "delivered", "dead", "skipped")


@retried
def status(runtime: Runtime, endpoint: str | None = None) -> OutboxStatus:
    """Deliveries at a glance, without counting what is delivered.

    Args:
        runtime: What every use case is given.
        endpoint: The address events are sent to, which the relay knows.
    """
    now = runtime.now()
    with runtime.reading() as session:
        waiting = outbox.waiting_counts(session)
        counts = {state: waited.event_count for state, waited in waiting.items()}
        state = endpoints.state(session, endpoint) if endpoint else None
        oldest = min((waited.oldest_at for waited in waiting.values()), default=None)
        status = OutboxStatus(
            pending=counts.get("pending", 0),
            leased=counts.get("leased", 0),
            delivered=outbox.delivered_count(session),
            dead=outbox.dead_count(session),
            oldest_pending_seconds=(
                None if oldest is None else max(now - oldest, 0) // SECOND_MICROSECONDS
            ),
            endpoint=endpoint,
            breaker=state.breaker if state else "closed",
            relay=None,
        )
    relays = Deliveries(runtime).live_relays()
    if not relays:
        return status
    shown = ", ".join(f"{relay.actor}@{relay.host}:{relay.process_id}" for relay in relays)
    return OutboxStatus(
        status.pending,
        status.leased,
        status.delivered,
        status.dead,
        status.oldest_pending_seconds,
        status.endpoint,
        status.breaker,
        shown,
    )


@retried
def listing(
    runtime: Runtime,
    *,
    state: str | None = None,
    order: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> tuple[OutboxEvent, ...]:
    """Events, newest first.

    Args:
        runtime: What every use case is given.
        state: Only those pending, leased, delivered, dead or skipped.
        order: Only those of this order.
        since: Only those written then or later.
        limit: At most so many.

    Raises:
        InvalidInput: No such state.
        UnknownOrder: No such order.
    """
    if state is not None and state not in EVENT_STATES:
        raise InvalidInput(
            "'{value}' is no state of an event: that is one of {choices}.",
            details={"field": "state", "value": excerpt(state), "choices": list(EVENT_STATES)},
        )
    earliest, most = since_instant(runtime, since), checked_limit(limit)
    with runtime.reading() as session:
        wanted = None if order is None else whole_order_id(session, order)
        rows = outbox_upkeep.listed(
            session, state=state, order_id=wanted, created_from=earliest, limit=most
        )
    return tuple(_event(row) for row in rows)


@retried
def show(runtime: Runtime, event: str) -> EventTimeline:
    """One event: attempts and changes so far, and the earliest instants of attempts to come.

    Args:
        runtime: What every use case is given.
        event: Its id, or a unique ending of at least four characters.

    Raises:
        UnknownEvent: No such event.
    """
    with runtime.reading() as session:
        row = _row(session, event)
        attempts = outbox.attempts(session, row.event_id)
    return EventTimeline(
        event=_event(row),
        body=bytes(row.body).decode(),
        body_sha256=row.body_sha256,
        attempts=tuple(_attempt(one) for one in attempts),
        schedule=_schedule(row),
        changes=changes(runtime, "outbox", row.event_id),
    )


@retried
def retry(
    runtime: Runtime, event: str | None = None, *, dead: bool = False, reason: str | None = None
) -> int:
    """Send an event, or all dead ones, as soon as possible, with a fresh schedule.

    Args:
        runtime: What every use case is given.
        event: Its id or ending; one that is pending is made due, one that is dead lives again.
        dead: All dead events instead.
        reason: Why.

    Returns:
        How many events.

    Raises:
        InvalidInput: Neither or both were named, or the event is not waiting and not dead.
        UnknownEvent: No such event.
    """
    if (event is None) != dead:
        raise InvalidInput("Name one event, or all dead ones.", details={"reason": "no_event"})
    why = optional_reason(reason)
    with runtime.writing(long=dead) as session:
        if event is None:
            count = outbox_upkeep.revive_dead(session)
            _record(runtime, session, "dead", "retry", None, {"count": count}, why)
            return count
        row = _row(session, event)
        if not outbox_upkeep.revive(session, row.event_id):
            raise _wrong_state(row, "pending or dead")
        _record(
            runtime, session, row.event_id, "retry", {"state": row.state}, {"state": "pending"}, why
        )
        return 1


@retried
def discard(runtime: Runtime, event: str, *, reason: str) -> OutboxEvent:
    """Give an event up: it is dead from now on and holds up no later one of its order.

    Raises:
        InvalidInput: No reason was given, or the event is being sent or already settled.
        UnknownEvent: No such event.
    """
    why = required_reason(reason)
    with runtime.writing() as session:
        row = _row(session, event)
        if not outbox_upkeep.discard(session, row.event_id, runtime.now(), f"discarded: {why}"):
            raise _wrong_state(row, "pending")
        _record(
            runtime, session, row.event_id, "discard", {"state": row.state}, {"state": "dead"}, why
        )
        return _event(_row(session, row.event_id))


@retried
def replayable(runtime: Runtime, start: datetime | None, end: datetime | None = None) -> Replayable:
    """How many events `replay` would take.

    Args:
        runtime: What every use case is given.
        start: The first instant the events were written.
        end: The last one; by default now.
    """
    first, last = _window(runtime, start, end)
    with runtime.reading() as session:
        return outbox_upkeep.replayable(session, first, last)


@retried
def replay(
    runtime: Runtime,
    start: datetime | None,
    end: datetime | None = None,
    *,
    skipped: bool = False,
    reason: str | None = None,
) -> int:
    """Send delivered events of a time again, same ids, same bytes: the platform lost them.

    Args:
        runtime: What every use case is given.
        start: The first instant the events were written.
        end: The last one; by default now.
        skipped: Send events that an import skipped too, for the first time.
        reason: Why.

    Returns:
        How many events; those whose bodies were pruned stay as they are.
    """
    first, last = _window(runtime, start, end)
    why = optional_reason(reason)
    with runtime.writing(long=True) as session:
        count = outbox_upkeep.replay(session, first, last)
        if count:
            outbox.add_delivered(session, 0, -count)
            _record(runtime, session, "delivered", "replay", None, {"count": count}, why)
        revived = outbox_upkeep.revive_skipped(session, first, last) if skipped else 0
        if revived:
            _record(runtime, session, "skipped", "replay", None, {"count": revived}, why)
        return count + revived


def _window(runtime: Runtime, start: datetime | None, end: datetime | None) -> tuple[int, int]:
    first = since_instant(runtime, start)
    now = runtime.now()
    last = checked_moment(runtime, end, "End")
    last = now if last is None else last
    if first > min(last, now):
        begins = rfc3339(from_microseconds(first))
        raise InvalidInput(
            "Nothing lies between {since} and {until}: that begins in the future."
            if first > now
            else "Nothing lies between {since} and {until}: that begins after its end.",
            details={
                "field": "start",
                "since": begins,
                "until": rfc3339(from_microseconds(last)),
                "reason": "empty_window",
            },
        )
    return first, last


@retried
def resume(runtime: Runtime, *, reason: str | None = None) -> tuple[str, ...]:
    """Send again to an endpoint that asked for no more, or that is in back-off.

    Returns:
        The endpoints resumed.
    """
    why = optional_reason(reason)
    with runtime.writing() as session:
        resumed = tuple(sorted(endpoints.resume(session, runtime.now())))
        for url in resumed:
            _record(runtime, session, url, "resume", None, {"breaker": "closed"}, why)
        return resumed


@retried
def prune(runtime: Runtime, before: datetime, *, reason: str | None = None) -> int:
    """Empty the bodies of events delivered before an instant; all other columns stay.

    Returns:
        How many bodies.
    """
    limit = checked_moment(runtime, before, "Before")
    why = optional_reason(reason)
    with runtime.writing(long=True) as session:
        count = outbox_upkeep.prune(session, limit or 0)
        _record(runtime, session, "delivered", "prune", None, {"count": count}, why)
        return count


def _row(session: Session, given: object) -> EventRow:
    text = given.strip().lower() if isinstance(given, str) else ""
    row = outbox.event(session, text) if text.isascii() and text.isalnum() else None
    if row is not None:
        return row
    found: list[str] = []
    if len(text) >= ID_ENDING_LENGTH_MIN and text.isalnum() and text.isascii():
        found = outbox.events_ending(session, text)
    if len(found) > 1:
        raise InvalidInput(
            "Several events end in {ending}.",
            details={"events": found, "ending": text, "reason": "ending"},
        )
    row = outbox.event(session, found[0]) if found else None
    if row is None:
        raise UnknownEvent(
            "There is no event '{event:short}'."
            if len(text) >= ID_ENDING_LENGTH_MIN
            else "There is no event '{event:short}'. Give at least the last {length_min}"
            " characters.",
            details={
                "event": inert(given)[:200],
                "suggestions": [],
                "length_min": ID_ENDING_LENGTH_MIN,
            },
        )
    return row


def _schedule(row: EventRow) -> tuple[datetime, ...]:
    if row.state in {"delivered", "dead"}:
        return ()
    moment = max(row.next_attempt_at, row.created_at)
    moments = [moment]
    for delay_seconds in Policy().delays_seconds[row.failure_count :]:
        moment += round(delay_seconds * SECOND_MICROSECONDS)
        moments.append(moment)
    return tuple(from_microseconds(one) for one in moments)


def _record(
    runtime: Runtime,
    session: Session,
    subject: str,
    action: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str | None,
) -> None:
    record_change(
        runtime,
        session,
        subject_kind="outbox",
        subject=subject,
        action=action,
        before=before,
        after=after,
        reason=reason,
    )


def _event(row: ListedRow | EventRow) -> OutboxEvent:
    waiting = row.state in {"pending", "leased"}
    next_at = max(row.next_attempt_at, row.created_at) if waiting else None
    delivered_at = row.settled_at if row.state == "delivered" else None
    return OutboxEvent(
        id=row.event_id,
        order=row.order_id,
        sequence=row.sequence,
        type=row.type,
        state=row.state,
        attempts=row.attempt_count,
        created_at=from_microseconds(row.created_at),
        next_attempt_at=None if next_at is None else from_microseconds(next_at),
        delivered_at=None if delivered_at is None else from_microseconds(delivered_at),
        last_error=row.last_error,
    )


def _attempt(row: AttemptRow) -> DeliveryAttempt:
    return DeliveryAttempt(
        number=row.attempt_number,
        at=from_microseconds(row.started_at),
        milliseconds=row.duration_microseconds / 1000,
        outcome=row.outcome,
        status=row.status_code,
        reason=row.reason,
        answer=row.answer,
        relay=row.relay_id,
    )


def _wrong_state(row: EventRow, wanted: str) -> InvalidInput:
    return InvalidInput(
        "Event {event} is {state:noun}, not {wanted:noun}.",
        details={
            "event": row.event_id,
            "state": row.state,
            "wanted": wanted,
            "reason": "other_state",
        },
    )
