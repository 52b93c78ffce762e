"""When to retry a delivery, and what the platform's response means; no clock, no randomness.

Source: the Standard Webhooks specification (only 2xx succeeds, 3xx fails, 410 ends, 429, 502 and
504 throttle, days of back-off with jitter). Events and endpoints back off separately: an event by a
schedule of its own failures, the endpoint by a circuit breaker. So while the platform is down only
probes are sent, and no event uses up its retries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LEASE_SECONDS_MAX = 30.0

_GONE = 410
_RETRY_AFTER_STATUSES = frozenset({429, 503})
_ABOUT_THE_EVENT = frozenset({400, 405, 406, 409, 411, 412, 413, 414, 415, 416, 417, 422, 431})


class Verdict(Enum):
    """What an attempt means for the event and for the endpoint."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    """The platform works but does not accept this event."""
    TROUBLED = "troubled"
    """The platform responded, but with a failure of its own."""
    SILENT = "silent"
    """No response: connection refused, unknown host, TLS failure or timeout."""
    GONE = "gone"
    """The platform wants no more events."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Delays and limits of delivery; a shop uses the defaults."""

    delays_seconds: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    """Delay before each retry of an event: about three days in all."""
    pauses_seconds: tuple[float, ...] = (5, 10, 15)
    """Shortest pause between probes while the breaker is open; the longest is twice that."""
    failures_to_open: int = 5
    """Consecutive failures, of any events, after which the breaker opens."""
    retry_after_seconds_max: float = 3600.0
    attempt_seconds: float = 15.0
    """Time limit of an attempt, from name resolution to the last byte read."""
    lease_seconds: float = LEASE_SECONDS_MAX

    @property
    def pause_seconds_max(self) -> float:
        """Longest pause of an endpoint."""
        return max(2 * max(self.pauses_seconds), self.retry_after_seconds_max)

    @property
    def wait_seconds_max(self) -> float:
        """Longest wait of an event before its next attempt."""
        first = 2 * max(self.delays_seconds[:1], default=0)
        longest = 1.1 * max(self.delays_seconds, default=0)
        return max(first, longest, self.pause_seconds_max)


def is_waiting(until: int, now: int, seconds_max: float) -> bool:
    """Whether a stored time, until which to wait, is still in the future.

    A time further ahead than the longest wait comes from a wrong clock, here or where it was
    written. It is not waited for, or the wait would last as long as that clock was ahead.

    Args:
        until: The stored time in microseconds.
        now: The current time in microseconds.
        seconds_max: The longest wait.
    """
    return now < until <= beyond_all_waits(now, seconds_max)


def beyond_all_waits(now: int, seconds_max: float) -> int:
    """The latest time, in microseconds, that a wait begun at `now` can end."""
    return now + int(seconds_max * 1_000_000)


def judge(status: int | None) -> Verdict:
    """What a status means; None stands for no response."""
    if status is None:
        return Verdict.SILENT
    if 200 <= status < 300:  # noqa: PLR2004 (the class of success in HTTP)
        return Verdict.DELIVERED
    if status == _GONE:
        return Verdict.GONE
    return Verdict.REJECTED if status in _ABOUT_THE_EVENT else Verdict.TROUBLED


def event_delay_seconds(policy: Policy, failure_count: int, fraction: float) -> float | None:
    """Seconds until an event is retried after its n-th counted failure; None if it is dead.

    Args:
        policy: The schedule.
        failure_count: Counted failures so far, including this one.
        fraction: A random number in [0, 1) that spreads the retries.
    """
    if failure_count > len(policy.delays_seconds):
        return None
    delay = policy.delays_seconds[failure_count - 1]
    return delay * (1 + fraction) if failure_count == 1 else delay * (0.9 + 0.2 * fraction)


def endpoint_pause_seconds(policy: Policy, probe_count: int, fraction: float) -> float:
    """Seconds until an endpoint that failed is probed; at most twice the last pause.

    Args:
        policy: The pauses.
        probe_count: Failed probes since the breaker opened.
        fraction: A random number in [0, 1) that spreads the probes.
    """
    pause = policy.pauses_seconds[min(probe_count, len(policy.pauses_seconds) - 1)]
    return pause * (1 + fraction)


def requested_delay_seconds(
    policy: Policy, status: int | None, retry_after_seconds: float | None
) -> float | None:
    """The delay that a 429 or 503 requested, clamped; None if it requested none."""
    if (
        status not in _RETRY_AFTER_STATUSES
        or retry_after_seconds is None
        or retry_after_seconds < 0
    ):
        return None
    least = policy.delays_seconds[0] if policy.delays_seconds else 0
    return min(max(retry_after_seconds, least), policy.retry_after_seconds_max)
