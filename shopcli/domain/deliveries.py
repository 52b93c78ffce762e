"""Values of delivery that are no public answer of a sale: leases, attempts, endpoint, timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from shopcli.domain.records import AdminChange, OutboxEvent, OutboxStatus


class LeasedEvent(NamedTuple):
    """An event that one holder may send now; `attempt_number` fences all earlier holders.

    A tuple, because tens of thousands are made in a second.
    """

    event_id: str
    order_id: str
    body: bytes
    attempt_number: int
    failure_count: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a leased event once.

    `status` is None when no status line came; `reason` says why in words; `answer` is the start of
    the answer's body, made fit to show.
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
    """What came of one request with leased events: an attempt of each, all with the same answer.

    The other fields are those of `Attempt`.
    """

    events: Sequence[LeasedEvent]
    started_at: int
    duration_microseconds: int
    status: int | None
    reason: str | None
    answer: str | None
    retry_after_seconds: float | None = None

    def attempt(self, event: LeasedEvent) -> Attempt:
        """The attempt of one of its events."""
        return Attempt(
            event,
            self.started_at,
            self.duration_microseconds,
            self.status,
            self.reason,
            self.answer,
            self.retry_after_seconds,
        )


@dataclass(frozen=True, slots=True)
class EndpointState:
    """What is known of a platform: `breaker` is closed, open (probes only) or stopped (nothing)."""

    breaker: str = "closed"
    failure_count: int = 0
    next_try_at: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How many of the settled attempts delivered, failed or came too late to count."""

    delivered: int
    failed: int
    fenced: int
    endpoint: EndpointState


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """One try to deliver an event. `outcome` is delivered, failed or lost (the sender died)."""

    number: int
    at: datetime
    milliseconds: float
    outcome: str
    status: int | None
    reason: str | None
    answer: str | None
    relay: str


class Replayable(NamedTuple):
    """Events of a time: delivered ones, those an import skipped, and those without a body."""

    delivered: int
    skipped: int
    pruned: int


class Trouble(NamedTuple):
    """What about deliveries needs care: dead (events), stopped, or late (seconds)."""

    kind: Literal["dead", "stopped", "late"]
    amount: int = 0


LAG_SECONDS_MAX = 300
"""How long an event may wait before that is trouble, unless somebody says otherwise."""


def troubles(status: OutboxStatus, lag_seconds: float = LAG_SECONDS_MAX) -> tuple[Trouble, ...]:
    """What needs care; events of a shop that never had a platform are late for nobody.

    Args:
        status: With the endpoint in force.
        lag_seconds: How long an event may wait.
    """
    found: list[Trouble] = []
    if status.dead:
        found.append(Trouble("dead", status.dead))
    if status.breaker == "stopped":
        found.append(Trouble("stopped"))
    oldest = status.oldest_pending_seconds
    is_awaited = status.endpoint is not None or status.delivered > 0 or status.dead > 0
    if is_awaited and oldest is not None and oldest > lag_seconds:
        found.append(Trouble("late", oldest))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class EventTimeline:
    """An event with its attempts, what operators did to it, and the earliest instants to come."""

    event: OutboxEvent
    body: str
    body_sha256: str
    attempts: tuple[DeliveryAttempt, ...]
    schedule: tuple[datetime, ...]
    changes: tuple[AdminChange, ...]
