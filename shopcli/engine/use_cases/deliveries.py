"""The relay's side of the outbox: lease, settle, circuit breaker, heartbeat; sends nothing itself.

Each method is one transaction: a lease is committed before its events are sent, and their results
after. The attempt number is a fencing token: once another holder has leased an event, results of
the former holder are ignored.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from shopcli.domain.deliveries.retry_schedule import (
    LEASE_SECONDS_MAX,
    Policy,
    beyond_all_waits,
    endpoint_pause_seconds,
    is_waiting,
)
from shopcli.domain.deliveries.settlement import endpoint_after, event_after, has_delivered
from shopcli.domain.deliveries.values import HELD, EndpointState, LeasedEvent, Sending, Settled
from shopcli.domain.errors import NotAllowed
from shopcli.domain.moments import HOUR_MICROSECONDS, SECOND_MICROSECONDS
from shopcli.domain.rights import name_verb
from shopcli.engine.runtime import retried
from shopcli.engine.verifying.damage import refuse_if_damaged
from shopcli.storage.bulk.statistics import correct_statistics
from shopcli.storage.outbox import endpoints
from shopcli.storage.outbox import events as outbox

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable, Sequence

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.outbox.events import LostLeaseRow
    from shopcli.storage.session import Session

Given = ParamSpec("Given")
Result = TypeVar("Result")

VERB = "outbox.deliveries"

HEARTBEAT_SECONDS = 3.0
HEARTBEAT_FRESH_SECONDS = 10.0
LOST_REASON = "the sender vanished; whether the event was sent is unknown"
ENDED_REASON = "the sender was ended; whether the event was sent is unknown"

_FREE_BATCH_SIZE = 1000
_SHARDS = 16


@dataclass(frozen=True, slots=True)
class LiveRelay:
    """A relay whose heartbeat is fresh."""

    relay_id: str
    actor: str
    host: str
    process_id: int
    started_at: int


def _delivering(
    step: Callable[Concatenate[Deliveries, Given], Result],
) -> Callable[Concatenate[Deliveries, Given], Result]:
    """Let an error say that it was a delivery which is not allowed, or that a file is damaged."""

    @wraps(step)
    def with_verb(self: Deliveries, /, *values: Given.args, **named: Given.kwargs) -> Result:
        database = self._runtime.database  # its own, as `self`
        change_count = database.change_count
        try:
            return step(self, *values, **named)
        except NotAllowed as error:
            name_verb(error, VERB)
            raise
        except Exception as error:
            refuse_if_damaged(database, error, change_count)
            raise

    return with_verb


class Deliveries:
    """Leases events to be sent and records the results of sending them.

    Args:
        runtime: The open shop's runtime.
        policy: Delays, timeouts and number of attempts; the default policy if None.
    """

    def __init__(self, runtime: Runtime, policy: Policy | None = None) -> None:
        self._runtime = runtime
        self.policy = policy or Policy()

    @property
    def on_postgres(self) -> bool:
        """Whether several relays may run at once (Postgres); on SQLite only one does."""
        return self._runtime.database.dialect == "postgres"

    def now(self) -> int:
        """The shop's time in microseconds."""
        return self._runtime.now()

    def new_owner(self) -> str:
        """A new unique id for a holder of leases."""
        return self._runtime.ids.new()

    @_delivering
    @retried
    def endpoint(self, url: str) -> EndpointState:
        """The state of an endpoint; while deliveries are held, that they are.

        A pause that was recorded by a clock ahead of this one is counted from now on, so that no
        pause is longer than decided, however far clocks are apart.
        """
        with self._runtime.reading() as session:
            found = endpoints.standing(session, url)
        if found is None:
            return EndpointState()
        now = self.now()
        if now >= found.changed_at or not self.is_paused(found.state, now):
            return found.state
        with self._runtime.writing() as session:
            endpoints.restart_wait(session, url, now)
            return _endpoint_state(session, url)

    @_delivering
    @retried
    def refuse_retired(self) -> None:
        """Refuse to send where the shop has moved, also where nothing is to be sent.

        Raises:
            ReadOnly: The shop is retired.
        """
        from shopcli.engine.moving.retiring import refuse_retired  # where something is sent

        with self._runtime.reading() as session:
            refuse_retired(self._runtime, session)

    @_delivering
    @retried
    def had_endpoint(self) -> bool:
        """Whether it is on record that the shop has, or had, an endpoint."""
        with self._runtime.reading() as session:
            return endpoints.was_ever_set(session)

    @_delivering
    @retried
    def has_due(self, now: int) -> bool:
        """Whether events are due; a lease may still find none, where another holder is quicker."""
        with self._runtime.reading() as session:
            return outbox.has_due(session, now)

    @_delivering
    @retried
    def correct_statistics(self) -> None:
        """Correct what Postgres believes about its tables' sizes before many events are found."""
        with self._runtime.reading() as session:
            correct_statistics(session)

    @_delivering
    @retried
    def lease(
        self,
        owner: str,
        limit: int,
        *,
        now: int | None = None,
        order_id: str | None = None,
        lease_seconds: float | None = None,
    ) -> tuple[LeasedEvent, ...]:
        """Lease due events: of each order only the earliest one that is not settled yet.

        While deliveries are held there are none.

        Args:
            owner: Id of the holder.
            limit: Largest number of events.
            now: Microseconds; events due by then are leased. The shop's time if None.
            order_id: Lease only events of this order.
            lease_seconds: Length of the lease, at most 30; the policy's if None.
        """
        seconds = min(lease_seconds or self.policy.lease_seconds, LEASE_SECONDS_MAX)
        parameters: dict[str, Any] = {
            "owner": owner,
            "limit": limit,
            "now": self.now() if now is None else now,
            "lease_microseconds": int(seconds * SECOND_MICROSECONDS),
        }
        if order_id is not None:
            parameters["order_id"] = order_id
            parameters["beyond"] = beyond_all_waits(self.now(), self.policy.wait_seconds_max)
        with self._runtime.writing() as session:
            leased = outbox.lease(session, parameters, of_order=order_id is not None)
        # Ids are unique, so tuples sort by them alone.
        return tuple(sorted(leased))

    @_delivering
    @retried
    def settle(
        self, owner: str, sendings: Sequence[Sending], url: str, *, now: int | None = None
    ) -> Settled:
        """Write the results of requests: events' states, one attempt for each event, the breaker.

        Args:
            owner: Id of the holder that sent them.
            sendings: The results.
            url: The endpoint they were sent to.
            now: Microseconds from which delays are counted; the shop's time if None.
        """
        moment = self.now() if now is None else now
        with self._runtime.writing() as session:
            return self._settle(session, owner, sendings, url, moment)

    @_delivering
    @retried
    def release(self, owner: str, events: Sequence[LeasedEvent]) -> None:
        """End the leases of events that were not sent, as if they had not been leased."""
        held = [_held(owner, event) for event in events]
        if held:
            with self._runtime.writing() as session:
                outbox.release_unsent(session, held)

    @_delivering
    @retried
    def release_unknown(self, owner: str, known: Collection[LeasedEvent]) -> int:
        """End leases that the holder does not know of, as the reply to `lease` was lost.

        Args:
            owner: Id of the holder.
            known: The events it knows it has leased; their leases stay.

        Returns:
            The number of events released; none of them was sent.
        """
        ids = [event.event_id for event in known]
        with self._runtime.writing() as session:
            return outbox.release_unknown(session, owner, ids)

    def give_back(self, owner: str) -> int:
        """End the leases of a holder that is ended while it sends, and return how many.

        What it sent may have arrived: its attempts are lost, and no failures.
        """
        return self._free(
            lambda session: outbox.leases_of(session, owner, _FREE_BATCH_SIZE), ENDED_REASON
        )

    def free_expired(self) -> int:
        """Make events with expired leases pending again, and return how many.

        Events that wait longer than any delay of the policy, as a clock that is ahead has recorded
        them, become due.
        """
        beyond = beyond_all_waits(self.now(), self.policy.wait_seconds_max)

        def find(session: Session) -> list[LostLeaseRow]:
            outbox.bring_forward(session, beyond, _FREE_BATCH_SIZE)
            return outbox.expired_leases(session, _FREE_BATCH_SIZE)

        return self._free(find)

    def lead(self, relay_id: str) -> int:
        """Start as the only relay of a SQLite file: free all other leases, and return how many."""
        freed = self._free(
            lambda session: outbox.leases_of_other_relays(session, relay_id, _FREE_BATCH_SIZE)
        )
        self._forget_others(relay_id)
        return freed

    @_delivering
    @retried
    def _forget_others(self, relay_id: str) -> None:
        with self._runtime.writing() as session:
            endpoints.forget_others(session, relay_id)

    @_delivering
    @retried
    def take_probe(self, url: str, now: int) -> bool:
        """Whether the caller may send one event as a probe while the breaker is open."""
        probes = len(self.policy.pauses_seconds)
        pause_seconds = endpoint_pause_seconds(self.policy, probes, self._fraction())
        next_try_at = now + int(pause_seconds * SECOND_MICROSECONDS)
        parameters = {
            "url": url,
            "now": now,
            "next_try_at": next_try_at,
            "beyond": beyond_all_waits(now, self.policy.pause_seconds_max),
        }
        with self._runtime.writing() as session:
            return endpoints.take_probe(session, parameters)

    def is_paused(self, state: EndpointState, now: int) -> bool:
        """Whether nothing is to be sent to an endpoint at this time."""
        waiting = is_waiting(state.next_try_at, now, self.policy.pause_seconds_max)
        return state.breaker in {"stopped", HELD} or waiting

    @_delivering
    @retried
    def beat(self, relay_id: str) -> None:
        """Write a relay's heartbeat, and delete relays without one for an hour."""
        origin = self._runtime.origin
        parameters = {
            "relay_id": relay_id,
            "actor": origin.actor,
            "host": origin.host,
            "process_id": os.getpid(),
            "now": self.now(),
        }
        with self._runtime.writing() as session:
            endpoints.beat(session, parameters)
            endpoints.forget_silent(session, HOUR_MICROSECONDS)

    @_delivering
    @retried
    def sign_off(self, relay_id: str) -> None:
        """Delete the row of a relay that stops."""
        with self._runtime.writing() as session:
            endpoints.sign_off(session, relay_id)

    @_delivering
    @retried
    def live_relays(self) -> tuple[LiveRelay, ...]:
        """The relays with a fresh heartbeat."""
        fresh = int(HEARTBEAT_FRESH_SECONDS * SECOND_MICROSECONDS)
        with self._runtime.reading() as session:
            rows = endpoints.relays(session)
        return tuple(
            LiveRelay(row.relay_id, row.actor, row.host, row.process_id, row.started_at)
            for row in rows
            if abs(row.silence_microseconds) <= fresh
        )

    @_delivering
    @retried
    def wake(self) -> None:
        """Notify listening relays of events to send (Postgres; elsewhere does nothing)."""
        if self.on_postgres:
            with self._runtime.writing_at_once() as session:
                endpoints.notify(session)

    def listen(self, stop: threading.Event, tell: Callable[[], object]) -> None:
        """Call `tell` on each notification until `stop` is set (Postgres; elsewhere returns).

        A notification may be lost, so the caller must also poll.
        """
        if self.on_postgres:
            # Imported here: a relay on SQLite needs no Postgres driver.
            from shopcli.storage.postgres.listening import listen

            listen(self._runtime.database, endpoints.WAKE_CHANNEL, stop, tell)

    def _free(
        self, find: Callable[[Session], list[LostLeaseRow]], reason: str = LOST_REASON
    ) -> int:
        now = self.now()
        freed = count = self._free_some(find, now, reason)
        while count == _FREE_BATCH_SIZE:
            count = self._free_some(find, now, reason)
            freed += count
        return freed

    @_delivering
    @retried
    def _free_some(
        self, find: Callable[[Session], list[LostLeaseRow]], now: int, reason: str
    ) -> int:
        with self._runtime.writing() as session:
            lost = [_lost_attempt(row, now, reason) for row in find(session)]
            if lost:
                outbox.free_lost(session, lost)
            return len(lost)

    def _settle(
        self, session: Session, owner: str, sendings: Sequence[Sending], url: str, now: int
    ) -> Settled:
        before, after = self._settle_endpoint(session, url, sendings, now)
        settlements = [
            _settlement(sending, alike)
            | event_after(
                self.policy,
                sending.attempt(alike[0]),
                before=before,
                after=after,
                now=now,
                fraction=self._fraction,
            )
            for sending in sendings
            for alike in _settled_alike(sending)
        ]
        counts = outbox.settle(session, owner, settlements)
        delivered = sum(
            count
            for count, settlement in zip(counts, settlements, strict=True)
            if settlement["state"] == "delivered"
        )
        if delivered:
            outbox.add_delivered(session, ord(owner[-1]) % _SHARDS, delivered)
        failures = [
            settlement["last_error"]
            for count, settlement in zip(counts, settlements, strict=True)
            if count and settlement["state"] != "delivered"
        ]
        return Settled(
            delivered=delivered,
            failed=sum(counts) - delivered,
            failure=failures[-1] if failures else None,
            fenced=sum(len(sending.events) for sending in sendings) - sum(counts),
            endpoint=after,
        )

    def _settle_endpoint(
        self, session: Session, url: str, sendings: Sequence[Sending], now: int
    ) -> tuple[EndpointState, EndpointState]:
        """The endpoint's state before and after these requests; written only if it changed."""
        before = _endpoint_state(session, url)
        if before == EndpointState() and all(has_delivered(one) for one in sendings):
            return before, before
        endpoints.ensure(session, url, now)
        after = before = _endpoint_state(session, url, lock=True)
        for attempt in (sending.attempt(event) for sending in sendings for event in sending.events):
            after = endpoint_after(self.policy, after, attempt, now=now, fraction=self._fraction)
        if after != before:
            endpoints.save(session, {"url": url, "now": now, **asdict(after)})
        return before, after

    def _fraction(self) -> float:
        """A random number in [0, 1), made of an id's random last characters."""
        return int(self._runtime.ids.new()[-4:], 36) / 36**4


def _endpoint_state(session: Session, url: str, *, lock: bool = False) -> EndpointState:
    return endpoints.state(session, url, lock=lock) or EndpointState()


def _held(owner: str, event: LeasedEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "owner": owner,
        "attempt_number": event.attempt_number,
    }


def _settled_alike(sending: Sending) -> Iterable[list[LeasedEvent]]:
    """The events of a request, grouped by equal results, which are written together.

    A delivered batch is mostly one group. Each failed event is its own, as it gets its own random
    delay, so that they are not all retried at once.
    """
    if not has_delivered(sending):
        return [[event] for event in sending.events]
    groups: dict[tuple[int, int], list[LeasedEvent]] = {}
    for event in sending.events:
        groups.setdefault((event.attempt_number, event.failure_count), []).append(event)
    return groups.values()


def _settlement(sending: Sending, alike: Sequence[LeasedEvent]) -> dict[str, Any]:
    return {
        "event_ids": [event.event_id for event in alike],
        "attempt_number": alike[0].attempt_number,
        "started_at": sending.started_at,
        "duration_microseconds": sending.duration_microseconds,
        "outcome": "delivered" if has_delivered(sending) else "failed",
        "status_code": sending.status,
        "reason": sending.reason,
        "answer": sending.answer,
    }


def free_left(session: Session, now: int) -> None:
    """Make events pending whose lease is over, as they are shown, before one of them is changed."""
    lost = outbox.expired_leases(session, _FREE_BATCH_SIZE)
    if lost:
        outbox.free_lost(session, [_lost_attempt(row, now, LOST_REASON) for row in lost])


def _lost_attempt(row: LostLeaseRow, now: int, reason: str) -> dict[str, Any]:
    # A clock that differs from the database's may not have come to the lease yet.
    ended_at = row.leased_until_at if now < row.leased_at else min(now, row.leased_until_at)
    return {
        "event_id": row.event_id,
        "owner": row.owner,
        "attempt_number": row.attempt_number,
        "started_at": min(row.leased_at, now),
        "duration_microseconds": max(ended_at - row.leased_at, 0),
        "outcome": "lost",
        "status_code": None,
        "reason": reason,
        "answer": None,
    }
