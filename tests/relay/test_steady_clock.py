"""The relay's time: the shop's as long as that advances, never backwards, never standing still."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.relay.monotonic_clock import SteadyClock

SECOND = 1_000_000
HOUR = 3_600 * SECOND
START = 1_800_000_000 * SECOND


class _Times:
    """The shop's clock and the one that never jumps, both moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop = START
        self.monotonic = 5_000 * SECOND
        monkeypatch.setattr(time, "monotonic_ns", lambda: self.monotonic * 1_000)

    def pass_by(self, microseconds: int) -> None:
        self.shop += microseconds
        self.monotonic += microseconds


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> _Times:
    """Two clocks that stand still until moved."""
    return _Times(monkeypatch)


def test_it_is_the_shops_time(times: _Times) -> None:
    """While nothing jumps it tells the shop's time to the microsecond."""
    clock = SteadyClock(lambda: times.shop)
    for microseconds in (0, 1, 7, SECOND, HOUR):
        times.pass_by(microseconds)
        assert clock() == times.shop


def test_a_jump_back_stalls_nothing(times: _Times) -> None:
    """After the shop's clock was set back an hour, time goes on by what really passes."""
    clock = SteadyClock(lambda: times.shop)
    times.pass_by(10 * SECOND)
    before = clock()
    times.shop -= HOUR
    assert clock() == before
    times.pass_by(5 * SECOND)
    assert clock() == before + 5 * SECOND


def test_it_meets_the_shops_time_again(times: _Times) -> None:
    """Once the shop's clock is ahead again, its time counts; so does a jump forward, at once."""
    clock = SteadyClock(lambda: times.shop)
    times.shop -= HOUR
    clock()
    times.pass_by(SECOND)
    assert clock() == START + SECOND
    times.shop += 2 * HOUR
    assert clock() == times.shop == START + SECOND + HOUR


def test_moments_below_a_microsecond_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked more often than microseconds pass, it loses none of them."""
    nanoseconds = 0
    monkeypatch.setattr(time, "monotonic_ns", lambda: nanoseconds)
    shop = START
    clock = SteadyClock(lambda: shop)
    shop -= HOUR
    for _ in range(10_000):
        nanoseconds += 100
        clock()
    assert clock() == START + 1_000


@given(
    st.lists(st.tuples(st.integers(-2 * HOUR, 2 * HOUR), st.integers(0, 60 * SECOND)), max_size=30)
)
def test_it_never_runs_backwards(steps: list[tuple[int, int]]) -> None:
    """Whatever the shop's clock does, time advances by at least what passed, up to the shop's."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        times = _Times(monkeypatch)
        clock = SteadyClock(lambda: times.shop)
        latest = clock()
        for jump, passed in steps:
            times.shop += jump
            times.pass_by(passed)
            now = clock()
            assert now == max(latest + passed, times.shop)
            latest = now
