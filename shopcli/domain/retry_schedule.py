"""When to try a delivery again, and what an answer of the platform means; no clock, no dice.

Source: the Standard Webhooks specification (only 2xx succeeds, 3xx fails, 410 ends, 429, 502 and
504 throttle, days of back-off with jitter). Two things wait separately: an event, by the schedule
of its own failures, and the endpoint, by a circuit breaker, so that a dead platform costs one probe
and no event its place in the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LEASE_SECONDS_MAX = 30.0

_GONE = 410
_WAIT_AS_TOLD = frozenset({429, 503})
_ABOUT_THE_EVENT = frozenset({400, 405, 406, 409, 411, 412, 413, 414, 415, 416, 417, 422, 431})


class Verdict(Enum):
    """What one attempt says about the event and about the endpoint."""

    DELIVERED = "delivered"
    REJECTED = "rejected"
    """The platform works but does not take this event."""
    TROUBLED = "troubled"
    """The platform answered, but not as a working one would."""
    SILENT = "silent"
    """Nobody answered in time: refused, unknown host, no TLS, no answer."""
    GONE = "gone"
    """The platform asks for no more events."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient delivery is; the defaults are what a shop runs with."""

    delays_seconds: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    """Wait before each further attempt of an event: about three days in all."""
    pauses_seconds: tuple[float, ...] = (5, 10, 15)
    """Least wait between probes of an open breaker; the most is twice as long."""
    failures_to_open: int = 5
    """Failures in a row, whatever the event, after which the breaker opens."""
    retry_after_seconds_max: float = 3600.0
    attempt_seconds: float = 15.0
    """Deadline of one attempt, from name resolution to the last byte read."""
    lease_seconds: float = LEASE_SECONDS_MAX

    @property
    def pause_seconds_max(self) -> float:
        """No endpoint waits for longer."""
        return max(2 * max(self.pauses_seconds), self.retry_after_seconds_max)

    @property
    def wait_seconds_max(self) -> float:
        """No event waits for longer."""
        first = 2 * max(self.delays_seconds[:1], default=0)
        longest = 1.1 * max(self.delays_seconds, default=0)
        return max(first, longest, self.pause_seconds_max)


def is_waiting(until: int, now: int, seconds_max: float) -> bool:
    """Whether a time that was decided to be waited for is ahead.

    One that is further ahead than any wait is long was written by a clock that was wrong, or is
    read by one; whoever waited for it would do so for as long as that clock was ahead.

    Args:
        until: That time in microseconds.
        now: By the clock of whoever asks.
        seconds_max: The longest wait there is.
    """
    return now < until <= beyond_all_waits(now, seconds_max)


def beyond_all_waits(now: int, seconds_max: float) -> int:
    """What is later than this, in microseconds, nobody decided to wait for at that time."""
    return now + int(seconds_max * 1_000_000)


def judge(status: int | None) -> Verdict:
    """What the status line, or None for no answer at all, means."""
    if status is None:
        return Verdict.SILENT
    if 200 <= status < 300:  # noqa: PLR2004 (the class of success in HTTP)
        return Verdict.DELIVERED
    if status == _GONE:
        return Verdict.GONE
    return Verdict.REJECTED if status in _ABOUT_THE_EVENT else Verdict.TROUBLED


def event_delay_seconds(policy: Policy, failure_count: int, fraction: float) -> float | None:
    """Seconds until an event is tried again after its n-th counted failure; None: it is dead.

    Args:
        policy: The schedule.
        failure_count: Counted failures so far, this one included.
        fraction: A random number in [0, 1) that spreads the retries.
    """
    if failure_count > len(policy.delays_seconds):
        return None
    delay = policy.delays_seconds[failure_count - 1]
    return delay * (1 + fraction) if failure_count == 1 else delay * (0.9 + 0.2 * fraction)


def endpoint_pause_seconds(policy: Policy, probe_count: int, fraction: float) -> float:
    """Seconds until an endpoint that failed is tried again; never more than twice the last pause.

    Args:
        policy: The pauses.
        probe_count: Failed probes since the breaker opened.
        fraction: A random number in [0, 1) that spreads the probes.
    """
    pause = policy.pauses_seconds[min(probe_count, len(policy.pauses_seconds) - 1)]
    return pause * (1 + fraction)


def told_delay_seconds(
    policy: Policy, status: int | None, retry_after_seconds: float | None
) -> float | None:
    """The wait a 429 or 503 asked for, clamped; None when it asked for nothing sensible."""
    if status not in _WAIT_AS_TOLD or retry_after_seconds is None or retry_after_seconds < 0:
        return None
    least = policy.delays_seconds[0] if policy.delays_seconds else 0
    return min(max(retry_after_seconds, least), policy.retry_after_seconds_max)
