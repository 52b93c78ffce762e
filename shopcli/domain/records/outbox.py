"""Records of deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OutboxStatus:
    """Summary of deliveries. `breaker` is closed, open or stopped; `relay` is a running relay.

    `held` says why nothing is sent; None if deliveries are not held. `retired_to` is where a shop
    that has moved is from now on, which sends there; None if it is not retired.
    """

    pending: int
    leased: int
    delivered: int
    dead: int
    oldest_pending_seconds: int | None
    endpoint: str | None
    breaker: str
    relay: str | None
    held: str | None = None
    retired_to: str | None = None


@dataclass(frozen=True)
class Hold:
    """A hold of deliveries: why, since when, and how many events were being sent by then.

    Whoever sends these may finish it within 30 s; then they are delivered, or pending again.
    """

    held: str
    held_at: datetime
    leased: int


@dataclass(frozen=True)
class Resumption:
    """What was ended: the stop or back-off of endpoints, and a hold, by its reason."""

    endpoints: tuple[str, ...]
    held: str | None


@dataclass(frozen=True)
class Flush:
    """Result of a flush: how many events were sent, failed and are still pending."""

    sent: int
    failed: int
    pending: int


@dataclass(frozen=True)
class OutboxEvent:
    """An event of the outbox and the state of its delivery."""

    id: str
    order: str
    sequence: int
    type: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    last_error: str | None
