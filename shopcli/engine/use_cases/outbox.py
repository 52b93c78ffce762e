"""Use cases about deliveries for operators: status, retry, discard, replay, hold, prune.

Nothing is sent here. Every change is in the audit record. The relay's side is
`shopcli.engine.use_cases.deliveries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopcli.domain.deliveries.retry_schedule import Policy
from shopcli.domain.deliveries.values import (
    DISCARDED,
    DeliveryAttempt,
    EventTimeline,
    Replayable,
    Retryable,
)
from shopcli.domain.errors import InvalidInput, TotalChanged, UnknownEvent
from shopcli.domain.ids import may_be_id
from shopcli.domain.moments import SECOND_MICROSECONDS, from_microseconds, rfc3339
from shopcli.domain.records import Hold, OutboxEvent, OutboxStatus, Resumption
from shopcli.domain.showing import excerpt, inert
from shopcli.engine.audit import record_change
from shopcli.engine.expectations import check_event, check_halt
from shopcli.engine.lookups import ID_ENDING_LENGTH_MIN
from shopcli.engine.lookups import order_id as whole_order_id
from shopcli.engine.moving.retiring import refuse_retired
from shopcli.engine.requests import (
    checked_limit,
    checked_moment,
    optional_reason,
    required_reason,
    since_instant,
    window_bounds,
)
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases import changes
from shopcli.engine.use_cases.deliveries import Deliveries, free_left
from shopcli.storage.outbox import endpoints, holding
from shopcli.storage.outbox import events as outbox
from shopcli.storage.outbox import upkeep as outbox_upkeep
from shopcli.storage.schema import retirement

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.outbox.events import AttemptRow, EventRow, ListedRow
    from shopcli.storage.session import Session

EVENT_STATES = ("pending", "leased", "delivered", "dead", "skipped")


@retried
def status(runtime: Runtime, endpoint: str | None = None) -> OutboxStatus:
    """Read how many events are in each state, the oldest wait, the breaker and the relays.

    Args:
        runtime: What every use case is given.
        endpoint: Address that events are sent to, whose breaker is reported; none if None.
    """
    now = runtime.now()
    with runtime.reading() as session:
        waiting = outbox.waiting_counts(session)
        counts = {state: waited.event_count for state, waited in waiting.items()}
        state = endpoints.state(session, endpoint) if endpoint else None
        oldest = outbox.oldest_waiting_at(session, waiting)
        delivered, dead = outbox.delivered_count(session), outbox.dead_count(session)
        held, gone = holding.held_reason(session), retirement.retired_to(session)
    relays = Deliveries(runtime).live_relays()
    return OutboxStatus(
        pending=counts.get("pending", 0),
        leased=counts.get("leased", 0),
        delivered=delivered,
        dead=dead,
        oldest_pending_seconds=(
            None if oldest is None else max(now - oldest, 0) // SECOND_MICROSECONDS
        ),
        endpoint=endpoint,
        breaker=state.breaker if state else "closed",
        relay=", ".join(f"{one.actor}@{one.host}:{one.process_id}" for one in relays) or None,
        held=held,
        retired_to=gone,
    )


@retried
def listing(
    runtime: Runtime,
    *,
    state: str | None = None,
    order: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> tuple[OutboxEvent, ...]:
    """List events, newest first.

    Args:
        runtime: What every use case is given.
        state: Only events in this state: pending, leased, delivered, dead or skipped.
        order: Only events of this order: its id, or a unique ending of at least 4 characters.
        since: Only events written at or after this instant. Without a zone, the shop's is meant.
        until: Only events written before this instant, likewise.
        limit: Largest number of events, at least 1; all if None.

    Raises:
        InvalidInput: There is no such state, or an argument is out of bounds.
        UnknownOrder: No such order.
    """
    if state is not None and state not in EVENT_STATES:
        raise InvalidInput(
            "'{value}' is no state of an event: that is one of {choices}.",
            details={
                "field": "state",
                "value": excerpt(state),
                "choices": list(EVENT_STATES),
                "reason": "choice",
            },
        )
    bounds, row_limit = window_bounds(runtime, since, until), checked_limit(limit)
    with runtime.reading() as session:
        wanted = None if order is None else whole_order_id(session, order)
        rows = outbox_upkeep.listed(
            session, state=state, order_id=wanted, row_limit=row_limit, **bounds._asdict()
        )
    return tuple(_event(row) for row in rows)


@retried
def show(runtime: Runtime, event: str) -> EventTimeline:
    """Read one event: its body, attempts and changes so far, and the earliest times of the next.

    Args:
        runtime: What every use case is given.
        event: Id of the event, or a unique ending of at least 4 characters.

    Raises:
        UnknownEvent: No such event.
        InvalidInput: The ending fits several events.
    """
    with runtime.reading() as session:
        row = _row(session, event)
        attempts = outbox.attempts(session, row.event_id)
    return EventTimeline(
        event=_event(row),
        body=bytes(row.body).decode(),
        body_sha256=row.body_sha256,
        attempts=tuple(_attempt(one) for one in attempts),
        schedule=_schedule(row, runtime.now()),
        changes=changes.listing(runtime, "outbox", row.event_id)[::-1],
    )


@retried
def retryable(runtime: Runtime) -> Retryable:
    """Count the dead events: those given up after their last try, and those discarded.

    Args:
        runtime: What every use case is given.
    """
    with runtime.reading() as session:
        return outbox_upkeep.retryable(session)


@retried
def retry(
    runtime: Runtime,
    event: str | None = None,
    *,
    dead: bool = False,
    reason: str | None = None,
    expected: Retryable | OutboxEvent | None = None,
) -> int:
    """Make an event, or all dead ones, due now, with its failures and last error reset.

    Args:
        runtime: What every use case is given.
        event: Id of a pending or dead event, or a unique ending of at least 4 characters.
        dead: Retry all dead events instead of one.
        reason: Text for the audit record, up to 500 characters.
        expected: What a look answered. Of the dead (`retryable`): only just those that were given
            up by then are made due, not those discarded; nothing is done where some are dead no
            more. Of one event (`list`): nothing is done where it was given up or discarded since,
            or is dead no more. Any if None.

    Returns:
        The number of events made due.

    Raises:
        InvalidInput: Neither or both of `event` and `dead` were given, or the event is neither
            pending nor dead.
        UnknownEvent: No such event.
        TotalChanged: Some of those expected are dead no more, or the event is not as expected.
    """
    if (event is None) != dead or (dead and isinstance(expected, OutboxEvent)):
        raise InvalidInput("Name one event, or all dead ones.", details={"reason": "no_event"})
    why = optional_reason(reason)
    with runtime.writing(long=dead) as session:
        refuse_retired(runtime, session)
        if event is None:
            if not isinstance(expected, Retryable):
                count = outbox_upkeep.revive_dead(session, runtime.now())
            else:
                until = expected.settled_at
                count = outbox_upkeep.revive_given_up(session, until, runtime.now())
                _check_expected(count, expected.given_up)
            _record(runtime, session, "dead", "retry", None, {"count": count}, why)
            return count
        free_left(session, runtime.now())
        row = _row(session, event)
        is_dead = None
        if isinstance(expected, OutboxEvent):
            check_event(_event(row), expected)
            is_dead = row.state == "dead"
        if not outbox_upkeep.revive(session, row.event_id, runtime.now(), is_dead=is_dead):
            now = _row(session, row.event_id)
            if isinstance(expected, OutboxEvent):
                check_event(_event(now), expected)
            raise _wrong_state(now, "pending or dead")
        _record(
            runtime, session, row.event_id, "retry", {"state": row.state}, {"state": "pending"}, why
        )
        return 1


@retried
def discard(runtime: Runtime, event: str, *, reason: str) -> OutboxEvent:
    """Give up a pending event: it becomes dead, and later events of its order can be sent.

    Args:
        runtime: What every use case is given.
        event: Id of the event, or a unique ending of at least 4 characters.
        reason: Text for the audit record, up to 500 characters.

    Raises:
        InvalidInput: No reason was given, or the event is not pending.
        UnknownEvent: No such event.
    """
    why = required_reason(reason)
    with runtime.writing() as session:
        refuse_retired(runtime, session)
        free_left(session, runtime.now())
        row = _row(session, event)
        if not outbox_upkeep.discard(session, row.event_id, runtime.now(), f"{DISCARDED}{why}"):
            raise _wrong_state(row, "pending")
        _record(
            runtime, session, row.event_id, "discard", {"state": row.state}, {"state": "dead"}, why
        )
        return _event(_row(session, row.event_id))


@retried
def replayable(runtime: Runtime, start: datetime | None, end: datetime | None = None) -> Replayable:
    """Count the events that `replay` would send again, those skipped, and those without a body.

    Args:
        runtime: What every use case is given.
        start: First instant at which the events were written, inclusive; the beginning if None.
        end: Last instant, inclusive; now if None.

    Raises:
        InvalidInput: The span ends before it begins, or begins in the future.
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
    expected: Replayable | None = None,
) -> int:
    """Make delivered events pending again, with the same ids and bodies, as for a lost platform.

    Args:
        runtime: What every use case is given.
        start: First instant at which the events were written, inclusive; the beginning if None.
        end: Last instant, inclusive; now if None.
        skipped: Also send events that an import skipped, unless a later one of their order was
            delivered.
        reason: Text for the audit record, up to 500 characters.
        expected: What a look (`replayable`) answered: only just the events that were delivered by
            then are sent again; nothing is done where some of them are delivered no more, or
            others are skipped. All if None.

    Returns:
        The number of events made pending; events with pruned bodies are left alone.

    Raises:
        InvalidInput: The span ends before it begins, or begins in the future.
        TotalChanged: They are not those expected.
    """
    first, last = _window(runtime, start, end)
    why = optional_reason(reason)
    with runtime.writing(long=True) as session:
        refuse_retired(runtime, session)
        now = runtime.now()
        until = None if expected is None else expected.settled_at
        count = outbox_upkeep.replay(session, first, last, now, until)
        if count:
            outbox.add_delivered(session, 0, -count)
            _record(runtime, session, "delivered", "replay", None, {"count": count}, why)
        revived = outbox_upkeep.revive_skipped(session, first, last, now) if skipped else 0
        if revived:
            _record(runtime, session, "skipped", "replay", None, {"count": revived}, why)
        if expected is not None:
            _check_expected(count + revived, expected.delivered + skipped * expected.skipped)
        return count + revived


def _check_expected(count: int, expected: int) -> None:
    """Refuse to make due other events than were looked at.

    Raises:
        TotalChanged: There are more or fewer.
    """
    if count != expected:
        raise TotalChanged(
            "There are {total} of these events by now, not {expected}.",
            details={"expected": expected, "total": count, "reason": "events"},
        )


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
def hold(runtime: Runtime, *, reason: str, expected: OutboxStatus | None = None) -> Hold:
    """Send nothing more, whoever would, until `resume`; again, only the reason is changed.

    Args:
        runtime: What every use case is given.
        reason: Why, up to 500 characters; told wherever deliveries are.
        expected: What a look (`status`) answered: nothing is done where something else holds them
            by now. Whatever holds them if None.

    Raises:
        InvalidInput: No reason was given.
        TotalChanged: Something else holds them.
    """
    why = required_reason(reason)
    now = runtime.now()
    with runtime.writing() as session:
        refuse_retired(runtime, session)
        before = holding.held_reason(session, lock=True)
        if expected is not None:
            check_halt(before, expected.held)
        if before != why:
            holding.hold(session, why, now)
            _record(runtime, session, "deliveries", "hold", {"held": before}, {"held": why}, why)
        leased = outbox.waiting_counts(session).get("leased")
        since = holding.held_at(session)
    return Hold(
        held=why,
        held_at=from_microseconds(now if since is None else since),
        leased=leased.event_count if leased else 0,
    )


@retried
def resume(
    runtime: Runtime, *, reason: str | None = None, expected: OutboxStatus | None = None
) -> Resumption:
    """End a hold, and close the breaker of every endpoint that is stopped or in back-off.

    Args:
        runtime: What every use case is given.
        reason: Text for the audit record, up to 500 characters.
        expected: What a look (`status`) answered: nothing is done where something else holds them
            by now, or its endpoint has stopped, or did so before. Whatever holds them if None.

    Returns:
        The addresses of these endpoints, and why deliveries were held.

    Raises:
        TotalChanged: Something else holds them.
    """
    why = optional_reason(reason)
    with runtime.writing() as session:
        refuse_retired(runtime, session)
        held = holding.held_reason(session, lock=True)
        if expected is not None:
            check_halt(held, expected.held, is_as_stopped=_is_as_stopped(session, expected))
        if holding.resume(session):
            _record(runtime, session, "deliveries", "resume", {"held": held}, {"held": None}, why)
        else:
            held = None
        resumed = tuple(sorted(endpoints.resume(session, runtime.now())))
        for url in resumed:
            _record(runtime, session, url, "resume", None, {"breaker": "closed"}, why)
        return Resumption(endpoints=resumed, held=held)


def _is_as_stopped(session: Session, looked: OutboxStatus) -> bool:
    """Whether an endpoint asks for no more as it did when it was looked at, or does not."""
    state = endpoints.state(session, looked.endpoint, lock=True) if looked.endpoint else None
    return (state is not None and state.breaker == "stopped") == (looked.breaker == "stopped")


@retried
def prune(runtime: Runtime, before: datetime, *, reason: str | None = None) -> int:
    """Delete the bodies of events delivered before an instant; the events' rows stay.

    Args:
        runtime: What every use case is given.
        before: The instant. Without a zone, the shop's is meant.
        reason: Text for the audit record, up to 500 characters.

    Returns:
        The number of bodies deleted.
    """
    limit = checked_moment(runtime, before, "Before")
    why = optional_reason(reason)
    with runtime.writing(long=True) as session:
        refuse_retired(runtime, session)
        count = outbox_upkeep.prune(session, limit or 0)
        _record(runtime, session, "delivered", "prune", None, {"count": count}, why)
        return count


def _row(session: Session, given: object) -> EventRow:
    text = given.strip().lower() if isinstance(given, str) else ""
    found: list[str] = []
    if may_be_id(text):  # Postgres raises on some other texts
        row = outbox.event(session, text)
        if row is not None:
            return row
        if len(text) >= ID_ENDING_LENGTH_MIN:
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


def _schedule(row: EventRow, now: int) -> tuple[datetime, ...]:
    """The earliest times of the attempts to come; what is due already comes next, from now on."""
    if row.state not in {"pending", "leased"}:
        return ()
    moment = max(row.next_attempt_at, now)
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
