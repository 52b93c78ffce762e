"""When a delivery is tried again, and what an answer means."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.deliveries.retry_schedule import (
    Policy,
    Verdict,
    endpoint_pause_seconds,
    event_delay_seconds,
    is_waiting,
    judge,
    requested_delay_seconds,
)
from shopcli.domain.deliveries.settlement import endpoint_after, event_after
from shopcli.domain.deliveries.values import Attempt, EndpointState, LeasedEvent

POLICY = Policy()
NOW = 1_000_000_000_000_000
SECOND = 1_000_000

fractions = st.floats(0, 1, exclude_max=True)
statuses = st.one_of(st.none(), st.integers(100, 599))


def _attempt(status: int | None, *, failures: int = 0, retry_after: float | None = None) -> Attempt:
    event = LeasedEvent("e", "o", b"{}", failures + 1, failures)
    return Attempt(event, NOW, 1000, status, "so", None, retry_after)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (299, Verdict.DELIVERED),
        (199, Verdict.TROUBLED),
        (300, Verdict.TROUBLED),
        (301, Verdict.TROUBLED),
        (400, Verdict.REJECTED),
        (401, Verdict.TROUBLED),
        (403, Verdict.TROUBLED),
        (404, Verdict.TROUBLED),
        (409, Verdict.REJECTED),
        (410, Verdict.GONE),
        (413, Verdict.REJECTED),
        (422, Verdict.REJECTED),
        (429, Verdict.TROUBLED),
        (500, Verdict.TROUBLED),
        (503, Verdict.TROUBLED),
        (None, Verdict.SILENT),
    ],
)
def test_what_a_status_means(status: int | None, verdict: Verdict) -> None:
    """Only 2xx delivers, 410 ends, some 4xx are about the event, the rest about the platform."""
    assert judge(status) is verdict


@given(fractions)
def test_the_schedule_lasts_about_three_days(fraction: float) -> None:
    """Ten attempts over about three days, the first retry after five to ten seconds."""
    delays = [event_delay_seconds(POLICY, count, fraction) for count in range(1, 10)]
    known = [delay for delay in delays if delay is not None]
    assert 5 <= known[0] <= 10
    assert all(earlier < later for earlier, later in itertools.pairwise(known))
    assert 2.8 * 86_400 < sum(known) < 3.6 * 86_400
    assert event_delay_seconds(POLICY, 10, fraction) is None


@given(st.integers(0, 10**6), fractions)
def test_probes_are_never_more_than_thirty_seconds_apart(count: int, fraction: float) -> None:
    """However long an outage lasts the next probe is at most thirty seconds away."""
    assert 5 <= endpoint_pause_seconds(POLICY, count, fraction) <= 30


@given(statuses, st.one_of(st.none(), st.floats(-(10**20), 10**20)))
def test_a_told_wait_is_sensible(status: int | None, value: float | None) -> None:
    """A wait a platform asks for lies between five seconds and an hour, or is ignored."""
    told = requested_delay_seconds(POLICY, status, value)
    assert told is None or (5 <= told <= 3600 and status in {429, 503})


@given(st.lists(statuses, max_size=30), fractions)
def test_a_breaker_closes_only_by_success_and_stays_stopped(
    answers: list[int | None], fraction: float
) -> None:
    """Success closes, silence opens at once, 410 stops for good, whatever came before."""
    state = EndpointState()
    for status in answers:
        before = state
        state = endpoint_after(POLICY, state, _attempt(status), now=NOW, fraction=lambda: fraction)
        verdict = judge(status)
        if before.breaker == "stopped":
            assert state == before
        elif verdict is Verdict.DELIVERED:
            assert state == EndpointState()
        elif verdict is Verdict.GONE:
            assert state.breaker == "stopped"
        elif verdict is Verdict.SILENT:
            assert state.breaker == "open"
        elif verdict is Verdict.REJECTED:
            assert (state.breaker, state.failure_count) == (before.breaker, before.failure_count)
        if verdict is not Verdict.DELIVERED and before.breaker != "stopped":
            assert NOW <= state.next_try_at <= NOW + 30 * SECOND


@given(st.integers(0, 8), statuses, fractions)
def test_behind_an_open_breaker_no_event_ages(
    failures: int, status: int | None, fraction: float
) -> None:
    """A probe that fails leaves the event's place in its schedule as it was."""
    if judge(status) in {Verdict.DELIVERED, Verdict.REJECTED}:
        return
    attempt = _attempt(status, failures=failures)
    before = EndpointState("open", 7, NOW)
    after = endpoint_after(POLICY, before, attempt, now=NOW, fraction=lambda: fraction)
    columns = event_after(
        POLICY, attempt, before=before, after=after, now=NOW, fraction=lambda: fraction
    )
    assert (columns["state"], columns["failure_count"]) == ("pending", failures)


@given(st.integers(0, 20), statuses, fractions)
def test_an_event_is_settled_exactly_when_it_waits_no_more(
    failures: int, status: int | None, fraction: float
) -> None:
    """Delivered and dead have a time of settling, pending has none and is due later."""
    attempt = _attempt(status, failures=failures)
    closed = EndpointState()
    after = endpoint_after(POLICY, closed, attempt, now=NOW, fraction=lambda: fraction)
    columns = event_after(
        POLICY, attempt, before=closed, after=after, now=NOW, fraction=lambda: fraction
    )
    assert (columns["state"] in {"delivered", "dead"}) == (columns["settled_at"] is not None)
    if columns["state"] == "pending":
        assert columns["next_attempt_at"] >= NOW
        assert columns["last_error"]


@given(
    st.integers(0, 20),
    st.integers(0, 20),
    st.sampled_from(["closed", "open"]),
    statuses,
    st.none() | st.floats(0, 1e9),
    fractions,
)
def test_no_wait_is_longer_than_the_longest(
    failures: int,
    count: int,
    breaker: str,
    status: int | None,
    retry_after: float | None,
    fraction: float,
) -> None:
    """Whatever is decided counts as a wait until it is over, by the clock that decided it."""
    attempt = _attempt(status, failures=failures, retry_after=retry_after)
    before = EndpointState(breaker, count, 0)
    after = endpoint_after(POLICY, before, attempt, now=NOW, fraction=lambda: fraction)
    columns = event_after(
        POLICY, attempt, before=before, after=after, now=NOW, fraction=lambda: fraction
    )
    for until, longest in (
        (after.next_try_at, POLICY.pause_seconds_max),
        (columns["next_attempt_at"], POLICY.wait_seconds_max),
    ):
        assert is_waiting(until, NOW, longest) == (until > NOW)
        assert not is_waiting(until, until, longest)


def test_what_another_clock_decided_is_not_waited_for() -> None:
    """A time further ahead than the longest wait, and one that has come, are no reason to wait."""
    for until, waiting in ((NOW, False), (NOW + 1, True), (NOW + SECOND, True),
                           (NOW + SECOND + 1, False)):  # fmt: skip
        assert is_waiting(until, NOW, 1.0) is waiting


ABOUT_ONE_EVENT = (400, 405, 406, 409, 411, 412, 413, 414, 415, 416, 417, 422, 431)
MINUTE, HOUR = 60.0, 3600.0
SCHEDULE_SECONDS = (
    5.0,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Source: the Standard Webhooks specification, "Deliverability and reliability"."""


@pytest.mark.parametrize("status", ABOUT_ONE_EVENT)
@pytest.mark.parametrize("failures", [0, 4])
def test_a_refused_event_is_no_failure_of_the_platform(status: int, failures: int) -> None:
    """However many events are refused, the breaker counts none; only commands pause a moment."""
    state = EndpointState("closed", failures, 0)
    for _ in range(POLICY.failures_to_open + 1):
        state = endpoint_after(POLICY, state, _attempt(status), now=NOW, fraction=lambda: 0.5)
    assert (state.breaker, state.failure_count) == ("closed", failures)
    assert state.last_error == f"HTTP {status} so"


@pytest.mark.parametrize(("fraction", "seconds"), [(0.0, 5.0), (0.5, 7.5), (0.75, 8.75)])
def test_commands_pause_after_a_refusal(fraction: float, seconds: float) -> None:
    """After one refused event commands wait for five to ten seconds, each for its own."""
    state = endpoint_after(
        POLICY, EndpointState(), _attempt(422), now=NOW, fraction=lambda: fraction
    )
    assert state.next_try_at == NOW + int(seconds * SECOND)


@pytest.mark.parametrize(("count", "seconds"), [*enumerate(SCHEDULE_SECONDS, 1)])
@pytest.mark.parametrize("status", [400, 500])
def test_each_wait_of_the_schedule(count: int, seconds: float, status: int) -> None:
    """Waits are those of Standard Webhooks, spread: the first to its double, others by a tenth."""
    spread = {0.0: 1.0, 0.5: 1.5, 0.75: 1.75} if count == 1 else {0.0: 0.9, 0.5: 1.0, 0.75: 1.05}
    attempt, closed = _attempt(status, failures=count - 1), EndpointState()
    for fraction, factor in spread.items():
        columns = event_after(
            POLICY,
            attempt,
            before=closed,
            after=closed,
            now=NOW,
            fraction=iter([fraction]).__next__,
        )
        assert columns["failure_count"] == count
        waited = (columns["next_attempt_at"] - NOW) / SECOND
        assert waited == pytest.approx(seconds * factor, abs=1e-5)


@pytest.mark.parametrize(
    ("probes", "seconds"), [(0, 5.0), (1, 10.0), (2, 15.0), (3, 15.0), (99, 15.0)]
)
def test_each_pause_of_an_open_breaker(probes: int, seconds: float) -> None:
    """Probes come after five, ten, then fifteen seconds, spread to the double."""
    assert endpoint_pause_seconds(POLICY, probes, 0.0) == seconds
    assert endpoint_pause_seconds(POLICY, probes, 0.5) == seconds * 1.5
