"""The relay's side of the outbox: lease, settle, breaker, heartbeat; must never send anything.

Each verb is one transaction. What is leased is committed before anything is sent, and what came of
it is committed after; a holder that is too slow finds its attempt number fenced out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shopcli.domain.deliveries import Attempt, EndpointState, LeasedEvent, Settled
from shopcli.domain.retry_schedule import (
    LEASE_SECONDS_MAX,
    Policy,
    Verdict,
    endpoint_pause_seconds,
    event_delay_seconds,
    judge,
    told_delay_seconds,
)
from shopcli.storage import endpoints, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Row, Session

SECOND_MICROSECONDS = 1_000_000
HEARTBEAT_SECONDS = 3.0
HEARTBEAT_FRESH_SECONDS = 10.0
LOST_REASON = "the sender vanished; whether the event was sent is unknown"

_FREE_LIMIT = 1000
_SHARDS = 16
_LONGEST = int(LEASE_SECONDS_MAX * SECOND_MICROSECONDS)


class _FencedError(Exception):
    """At least one lease of a settlement was taken over."""


@dataclass(frozen=True, slots=True)
class LiveRelay:
    """A relay whose heartbeat is fresh."""

    relay_id: str
    actor: str
    host: str
    process_id: int
    started_at: int


class Deliveries:
    """Hands out events to send and books what came of sending them.

    Args:
        runtime: Of the open shop.
        policy: How patient delivery is.
    """

    def __init__(self, runtime: Runtime, policy: Policy | None = None) -> None:
        self._runtime = runtime
        self.policy = policy or Policy()

    @property
    def on_postgres(self) -> bool:
        """Whether relays may share the work; on SQLite one leads."""
        return self._runtime.database.dialect == "postgres"

    def now(self) -> int:
        """The shop's time in microseconds."""
        return self._runtime.now()

    def new_owner(self) -> str:
        """A name for a lease holder that no other has."""
        return self._runtime.ids.new()

    def endpoint(self, url: str) -> EndpointState:
        """What is known of an endpoint."""
        return self._runtime.read(lambda session: _endpoint_state(session, url))

    def has_due(self, now: int) -> bool:
        """Whether a lease would probably find something."""
        return self._runtime.read(lambda session: outbox.has_due(session, now))

    def lease(
        self,
        owner: str,
        limit: int,
        *,
        now: int | None = None,
        order_id: str | None = None,
        lease_seconds: float | None = None,
    ) -> tuple[LeasedEvent, ...]:
        """Take due events to send; at most one of each order, its earliest unsettled one.

        Args:
            owner: Who takes them.
            limit: At most so many.
            now: Events due by then; by default the shop's time.
            order_id: Only those of this order.
            lease_seconds: How long they are ours; at most 30.
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

        def work(session: Session) -> list[Row]:
            return outbox.lease(session, parameters, of_order=order_id is not None)

        rows = self._runtime.write(work)
        return tuple(sorted((LeasedEvent(*row) for row in rows), key=lambda event: event.event_id))

    def settle(
        self, owner: str, attempts: Sequence[Attempt], url: str, *, now: int | None = None
    ) -> Settled:
        """Book what came of attempts: states, one attempt row each, breaker.

        Args:
            owner: Who sent.
            attempts: What came of it.
            url: The endpoint sent to.
            now: The time to count waits from; by default the shop's time.
        """
        moment = self.now() if now is None else now
        try:
            return self._runtime.write(
                lambda session: self._settle(session, owner, attempts, url, moment, fenced=False)
            )
        except _FencedError:
            return self._runtime.write(
                lambda session: self._settle(session, owner, attempts, url, moment, fenced=True)
            )

    def release(self, owner: str, events: Sequence[LeasedEvent]) -> None:
        """Give back events that were not sent, as if they had not been leased."""
        held = [_held(owner, event) for event in events]
        if held:
            self._runtime.write(lambda session: outbox.release_unsent(session, held))

    def free_expired(self) -> int:
        """Make events pending again whose holder let the lease run out; how many."""
        return self._free(lambda session: outbox.expired_leases(session, _LONGEST, _FREE_LIMIT))

    def lead(self, relay_id: str) -> int:
        """Begin as the only relay of a file: free what dead ones held; how many events."""
        freed = self._free(
            lambda session: outbox.leases_of_other_relays(session, relay_id, _FREE_LIMIT)
        )
        self._runtime.write(lambda session: endpoints.forget_others(session, relay_id))
        return freed

    def take_probe(self, url: str, now: int) -> bool:
        """Whether the caller may send one event through the open breaker."""
        next_try_at = now + self._pause_microseconds(len(self.policy.pauses_seconds))
        return self._runtime.write(
            lambda session: endpoints.take_probe(session, url, now, next_try_at)
        )

    def beat(self, relay_id: str) -> None:
        """Show that a relay lives; forget those that have not for an hour."""
        origin = self._runtime.origin
        parameters = {
            "relay_id": relay_id,
            "actor": origin.actor,
            "host": origin.host,
            "process_id": os.getpid(),
            "now": self.now(),
        }

        def work(session: Session) -> None:
            endpoints.beat(session, parameters)
            endpoints.forget_silent(session, 3600 * SECOND_MICROSECONDS)

        self._runtime.write(work)

    def sign_off(self, relay_id: str) -> None:
        """Remove a relay that ends."""
        self._runtime.write(lambda session: endpoints.sign_off(session, relay_id))

    def live_relays(self) -> tuple[LiveRelay, ...]:
        """The relays with a fresh heartbeat."""
        fresh = int(HEARTBEAT_FRESH_SECONDS * SECOND_MICROSECONDS)
        rows = self._runtime.read(endpoints.relays)
        return tuple(LiveRelay(*row[:5]) for row in rows if abs(row[5]) <= fresh)

    def wake(self) -> None:
        """Tell relays that listen that there is something to send (Postgres)."""
        if self.on_postgres:
            self._runtime.write_at_once(endpoints.notify)

    def _free(self, find: Any) -> int:  # noqa: ANN401 (a query of leases)
        now = self.now()

        def work(session: Session) -> int:
            lost = [_lost_attempt(row, now) for row in find(session)]
            if lost:
                outbox.free_lost(session, lost)
            return len(lost)

        freed = count = self._runtime.write(work)
        while count == _FREE_LIMIT:
            count = self._runtime.write(work)
            freed += count
        return freed

    def _settle(
        self,
        session: Session,
        owner: str,
        attempts: Sequence[Attempt],
        url: str,
        now: int,
        *,
        fenced: bool,
    ) -> Settled:
        verdicts = [judge(attempt.status) for attempt in attempts]
        endpoint = self._settle_endpoint(
            session, url, list(zip(attempts, verdicts, strict=True)), now
        )
        settlements = [
            self._settlement(owner, attempt, verdict, endpoint.before, endpoint.after, now)
            for attempt, verdict in zip(attempts, verdicts, strict=True)
        ]
        if fenced:
            settlements = [one for one in settlements if outbox.settle_one(session, one)]
        elif outbox.settle_many(session, settlements) != len(settlements):
            raise _FencedError
        kept = {one["event_id"] for one in settlements}
        made = [_attempt_row(owner, one) for one in attempts if one.event.event_id in kept]
        outbox.insert_attempts(session, made)
        delivered = sum(one["state"] == "delivered" for one in settlements)
        if delivered:
            outbox.add_delivered(session, ord(owner[-1]) % _SHARDS, delivered)
        return Settled(
            delivered=delivered,
            failed=len(settlements) - delivered,
            fenced=len(attempts) - len(settlements),
            endpoint=endpoint.after,
        )

    def _settle_endpoint(
        self, session: Session, url: str, judged: list[tuple[Attempt, Verdict]], now: int
    ) -> _Change:
        """The endpoint's state before and after these attempts; written only if it changes."""
        before = _endpoint_state(session, url)
        if before == EndpointState() and all(v is Verdict.DELIVERED for _, v in judged):
            return _Change(before, before)
        endpoints.ensure(session, url, now)
        before = _endpoint_state(session, url, lock=True)
        after = before
        for attempt, verdict in judged:
            after = self._after(after, attempt, verdict, now)
        if after != before:
            endpoints.save(
                session,
                {
                    "url": url,
                    "breaker": after.breaker,
                    "failure_count": after.failure_count,
                    "next_try_at": after.next_try_at,
                    "last_error": after.last_error,
                    "now": now,
                },
            )
        return _Change(before, after)

    def _after(
        self, state: EndpointState, attempt: Attempt, verdict: Verdict, now: int
    ) -> EndpointState:
        if state.breaker == "stopped":
            return state
        if verdict is Verdict.DELIVERED:
            return EndpointState()
        reason = _error(attempt)
        if verdict is Verdict.GONE:
            return EndpointState("stopped", state.failure_count + 1, now, reason)
        if verdict is Verdict.REJECTED:
            # The platform works; commands still wait a moment, the relay goes on.
            next_try_at = now + self._pause_microseconds(0)
            return replace(state, next_try_at=next_try_at, last_error=reason)
        threshold = self.policy.failures_to_open
        count = state.failure_count + 1
        if verdict is Verdict.SILENT:
            count = max(count, threshold)
        told = told_delay_seconds(self.policy, attempt.status, attempt.retry_after_seconds)
        if told is not None:
            return EndpointState("open", count, now + int(told * SECOND_MICROSECONDS), reason)
        pause = self._pause_microseconds(max(count - threshold, 0))
        breaker = "open" if count >= threshold else state.breaker
        return EndpointState(breaker, count, now + pause, reason)

    def _settlement(
        self,
        owner: str,
        attempt: Attempt,
        verdict: Verdict,
        before: EndpointState,
        after: EndpointState,
        now: int,
    ) -> dict[str, Any]:
        """Where an event goes from one attempt.

        A failure counts towards death only if the event itself was refused or the breaker was
        closed: a probe during an outage must not use up an event's schedule.
        """
        event = attempt.event
        settlement = _held(owner, event) | {
            "state": "delivered",
            "failure_count": event.failure_count,
            "next_attempt_at": attempt.started_at,
            "settled_at": now,
            "last_error": None,
        }
        if verdict is Verdict.DELIVERED:
            return settlement
        settlement |= {"state": "pending", "settled_at": None, "last_error": _error(attempt)}
        if verdict is Verdict.GONE:
            return settlement | {"next_attempt_at": now}
        if verdict is not Verdict.REJECTED and before.breaker != "closed":
            return settlement | {"next_attempt_at": max(after.next_try_at, now)}
        count = event.failure_count + 1
        delay = event_delay_seconds(self.policy, count, self._fraction())
        if delay is None:
            return settlement | {"state": "dead", "failure_count": count, "settled_at": now}
        told = told_delay_seconds(self.policy, attempt.status, attempt.retry_after_seconds)
        wait = int((delay if told is None else told) * SECOND_MICROSECONDS)
        return settlement | {"failure_count": count, "next_attempt_at": now + wait}

    def _pause_microseconds(self, probe_count: int) -> int:
        pause = endpoint_pause_seconds(self.policy, probe_count, self._fraction())
        return int(pause * SECOND_MICROSECONDS)

    def _fraction(self) -> float:
        """A random number in [0, 1), from the end of an id, which is random."""
        return int(self._runtime.ids.new()[-4:], 36) / 36**4


@dataclass(frozen=True, slots=True)
class _Change:
    before: EndpointState
    after: EndpointState


def _endpoint_state(session: Session, url: str, *, lock: bool = False) -> EndpointState:
    row = endpoints.state(session, url, lock=lock)
    return EndpointState(*row) if row else EndpointState()


def _error(attempt: Attempt) -> str:
    if attempt.status is None:
        return attempt.reason or "no answer"
    return f"HTTP {attempt.status} {attempt.reason or ''}".rstrip()


def _held(owner: str, event: LeasedEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "owner": owner,
        "attempt_number": event.attempt_number,
    }


def _attempt_row(owner: str, attempt: Attempt) -> dict[str, Any]:
    delivered = judge(attempt.status) is Verdict.DELIVERED
    return _held(owner, attempt.event) | {
        "started_at": attempt.started_at,
        "duration_microseconds": attempt.duration_microseconds,
        "outcome": "delivered" if delivered else "failed",
        "status_code": attempt.status,
        "reason": attempt.reason,
        "answer": attempt.answer,
    }


def _lost_attempt(row: Row, now: int) -> dict[str, Any]:
    event_id, attempt_number, owner, leased_at, leased_until_at = row
    return {
        "event_id": event_id,
        "owner": owner,
        "attempt_number": attempt_number,
        "started_at": min(leased_at, now),
        "duration_microseconds": max(leased_until_at - leased_at, 0),
        "outcome": "lost",
        "status_code": None,
        "reason": LOST_REASON,
        "answer": None,
    }
