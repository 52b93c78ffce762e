"""Decides the state of an event and of its endpoint after an attempt; no clock, no database.

A failure counts against an event only if the platform rejected the event itself or the breaker was
closed: a probe during an outage uses up none of an event's retries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shopcli.domain.deliveries.retry_schedule import (
    Policy,
    Verdict,
    endpoint_pause_seconds,
    event_delay_seconds,
    judge,
    requested_delay_seconds,
)
from shopcli.domain.deliveries.values import Attempt, EndpointState, Sending
from shopcli.domain.moments import SECOND_MICROSECONDS


def has_delivered(sending: Sending) -> bool:
    """Whether the platform accepted the events."""
    return judge(sending.status) is Verdict.DELIVERED


def endpoint_after(
    policy: Policy,
    state: EndpointState,
    attempt: Attempt,
    *,
    now: int,
    fraction: Callable[[], float],
) -> EndpointState:
    """The endpoint's state after an attempt.

    Args:
        policy: When the breaker opens, and how long it pauses.
        state: The state before.
        attempt: The result of the attempt.
        now: Microseconds since 1970.
        fraction: Returns random numbers in [0, 1).
    """
    verdict = judge(attempt.status)
    if state.breaker == "stopped":
        return state
    if verdict is Verdict.DELIVERED:
        return EndpointState()
    reason = _reason(attempt)
    if verdict is Verdict.GONE:
        return EndpointState("stopped", state.failure_count + 1, now, reason)
    if verdict is Verdict.REJECTED:
        # The platform works: relays continue; only commands pause before they deliver again.
        pause_seconds = endpoint_pause_seconds(policy, 0, fraction())
        return replace(state, next_try_at=_later(now, pause_seconds), last_error=reason)
    count = state.failure_count + 1
    if verdict is Verdict.SILENT:
        count = max(count, policy.failures_to_open)
    requested = requested_delay_seconds(policy, attempt.status, attempt.retry_after_seconds)
    if requested is not None:
        return EndpointState("open", count, _later(now, requested), reason)
    probes = max(count - policy.failures_to_open, 0)
    pause_seconds = endpoint_pause_seconds(policy, probes, fraction())
    breaker = "open" if count >= policy.failures_to_open else state.breaker
    return EndpointState(breaker, count, _later(now, pause_seconds), reason)


def event_after(
    policy: Policy,
    attempt: Attempt,
    *,
    before: EndpointState,
    after: EndpointState,
    now: int,
    fraction: Callable[[], float],
) -> dict[str, Any]:
    """The columns to write to the event's row after an attempt.

    Args:
        policy: The schedule.
        attempt: The result of the attempt.
        before: The endpoint's state before it.
        after: The endpoint's state after it.
        now: Microseconds since 1970.
        fraction: Returns random numbers in [0, 1).
    """
    verdict, failures = judge(attempt.status), attempt.event.failure_count
    if verdict is Verdict.DELIVERED:
        return _columns("delivered", failures, attempt.started_at, None, settled_at=now)
    reason = _reason(attempt)
    if verdict is Verdict.GONE:
        return _columns("pending", failures, now, reason)
    if verdict is not Verdict.REJECTED and before.breaker != "closed":
        return _columns("pending", failures, max(after.next_try_at, now), reason)
    failures += 1
    delay = event_delay_seconds(policy, failures, fraction())
    if delay is None:
        return _columns("dead", failures, now, reason, settled_at=now)
    requested = requested_delay_seconds(policy, attempt.status, attempt.retry_after_seconds)
    if requested is not None:
        delay = requested
    return _columns("pending", failures, _later(now, delay), reason)


def _columns(
    state: str,
    failure_count: int,
    next_attempt_at: int,
    last_error: str | None,
    *,
    settled_at: int | None = None,
) -> dict[str, Any]:
    return {
        "state": state,
        "failure_count": failure_count,
        "next_attempt_at": next_attempt_at,
        "settled_at": settled_at,
        "last_error": last_error,
    }


def _later(now: int, seconds: float) -> int:
    return now + int(seconds * SECOND_MICROSECONDS)


def _reason(attempt: Attempt) -> str:
    if attempt.status is None:
        return attempt.reason or "no answer"
    return f"HTTP {attempt.status} {attempt.reason or ''}".rstrip()
