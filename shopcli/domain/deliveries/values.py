"""Values of delivery: leased events, attempts, the state of the endpoint, timelines, troubles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from shopcli.domain.records import Change, OutboxEvent, OutboxStatus


class LeasedEvent(NamedTuple):
    """A leased event; `attempt_number` fences off every earlier lease of it.

    A tuple, because tens of thousands are made a second.
    """

    event_id: str
    order_id: str
    body: bytes
    attempt_number: int
    failure_count: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of sending a leased event once.

    `status` is None if no status line was received, and `reason` then says why. `answer` is the
    start of the response body, safe to show.
    """

    event: LeasedEvent
    started_at: int
    duration_microseconds: int
    status: int | None
    reason: str | None
    answer: str | None
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """The result of one request with leased events: an attempt for each, with the same response.

    The fields are those of `Attempt`.
    """

    events: Sequence[LeasedEvent]
    started_at: int
    duration_microseconds: int
    status: int | None
    reason: str | None
    answer: str | None
    retry_after_seconds: float | None = None

    def attempt(self, event: LeasedEvent) -> Attempt:
        """The attempt to deliver one of its events."""
        return Attempt(
            event,
            self.started_at,
            self.duration_microseconds,
            self.status,
            self.reason,
            self.answer,
            self.retry_after_seconds,
        )


HELD = "held"
"""The breaker of every endpoint, as read, while the shop holds its deliveries; never stored."""


@dataclass(frozen=True, slots=True)
class EndpointState:
    """State of an endpoint. `breaker` is closed, open (only probes are sent), stopped, or `HELD`.

    While deliveries are held, `last_error` is the reason of the hold.
    """

    breaker: str = "closed"
    failure_count: int = 0
    next_try_at: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How many settled attempts delivered, failed, or were fenced off by a later lease.

    `failure` says why the last of those that failed did so.
    """

    delivered: int
    failed: int
    fenced: int
    failure: str | None
    endpoint: EndpointState


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """A recorded delivery attempt. `outcome` is delivered, failed or lost (the sender died)."""

    number: int
    at: datetime
    milliseconds: float
    outcome: str
    status: int | None
    reason: str | None
    answer: str | None
    relay: str


DISCARDED = "discarded: "
"""With this begins the last error of a dead event that somebody has discarded."""


class Replayable(NamedTuple):
    """Numbers of events: delivered, skipped by an import, and pruned (these have no body)."""

    delivered: int
    skipped: int
    pruned: int
    settled_at: int = 0
    """When the last of those delivered was: others that are delivered later are not among them."""


class Retryable(NamedTuple):
    """Numbers of dead events: given up after their last try, and discarded by somebody."""

    given_up: int
    discarded: int
    settled_at: int = 0
    """When the last of those given up was: others that are given up later are not among them."""
    last_error: str | None = None
    """That of the newest event that was given up."""


class Trouble(NamedTuple):
    """A problem of deliveries: retired, held, dead (number of events), stopped, late (seconds)."""

    kind: Literal["retired", "held", "dead", "stopped", "late"]
    amount: int = 0


LAG_SECONDS_MAX = 300
"""By default, how long an event may wait before it counts as late."""


def troubles(
    status: OutboxStatus, lag_seconds: float = LAG_SECONDS_MAX, *, is_awaited: bool
) -> tuple[Trouble, ...]:
    """Find the problems of deliveries. Without an endpoint, now or earlier, no event is late.

    Of a retired shop it is only that: nothing else can be mended there.

    Args:
        status: The status, including the endpoint in force.
        lag_seconds: How long an event may wait before it is late.
        is_awaited: Whether anybody waits for the events: there is an endpoint, or was one.
    """
    if status.retired_to is not None:
        return (Trouble("retired"),)
    found: list[Trouble] = []
    if status.held is not None:
        found.append(Trouble("held"))
    if status.dead:
        found.append(Trouble("dead", status.dead))
    if status.breaker == "stopped":
        found.append(Trouble("stopped"))
    oldest = status.oldest_pending_seconds
    if is_awaited and oldest is not None and oldest > lag_seconds:
        found.append(Trouble("late", oldest))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class EventTimeline:
    """An event with its attempts, its changes by operators, and the earliest times of retries."""

    event: OutboxEvent
    body: str
    body_sha256: str
    attempts: tuple[DeliveryAttempt, ...]
    schedule: tuple[datetime, ...]
    changes: tuple[Change, ...]
