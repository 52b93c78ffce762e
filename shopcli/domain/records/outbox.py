"""Records of deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OutboxStatus:
    """Summary of deliveries. `breaker` is closed, open or stopped; `relay` is a running relay."""

    pending: int
    leased: int
    delivered: int
    dead: int
    oldest_pending_seconds: int | None
    endpoint: str | None
    breaker: str
    relay: str | None


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
