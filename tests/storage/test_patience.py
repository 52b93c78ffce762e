"""Waiting for a lock: bounded, and never so eager that it takes the processor."""

from __future__ import annotations

from itertools import pairwise

from freezegun import freeze_time

from shopcli.storage.lock_waits import pause_seconds, wait_until


def test_the_oldest_asks_most_often() -> None:
    """A pause never grows with age, and none is so short that a crowd would fill the processor."""
    pauses = [pause_seconds(age / 1000) for age in range(5000)]

    assert all(later <= earlier for earlier, later in pairwise(pauses))
    assert pauses[-1] >= 0.001


def test_waiting_is_bounded() -> None:
    """An attempt that never succeeds is given up."""
    assert not wait_until(lambda: False, 0.01)


def test_an_attempt_is_made_even_without_time() -> None:
    """With no time to wait at all the first attempt counts."""
    assert wait_until(lambda: True, 0)


def test_waiting_ends_while_the_clock_stands_still() -> None:
    """A frozen clock, as tests and replays use it, does not make the wait endless."""
    with freeze_time("2026-11-22"):
        assert not wait_until(lambda: False, 0.01)
