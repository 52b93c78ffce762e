"""Times and windows as people type them, in the shop's zone, beside a clock that stands still."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.moments import rfc3339
from shopcli.domain.times.typed import parse_day, parse_typed
from shopcli.domain.times.windows import Typed, Window, parse_window
from shopcli.wording.advice import advice
from tests.factories import refusal

NOW = datetime(2026, 11, 27, 15, 30, 5, 250_000, UTC)
"""In Seoul half past midnight of the 28th, in New York in the morning of the 27th."""


def _shown(window: Window) -> tuple[str | None, str | None]:
    since, until = window
    return (
        None if since is None else rfc3339(since),
        None if until is None else rfc3339(until),
    )


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("now", "Asia/Seoul", "2026-11-27T15:30:05.250000Z"),
        ("today", "Asia/Seoul", "2026-11-27T15:00:00.000000Z"),
        ("today", "America/New_York", "2026-11-27T05:00:00.000000Z"),
        ("yesterday", "Asia/Seoul", "2026-11-26T15:00:00.000000Z"),
        ("00:10", "Asia/Seoul", "2026-11-27T15:10:00.000000Z"),
        ("23:59", "UTC", "2026-11-27T23:59:00.000000Z"),
        ("2026-11-22 09:30", "Asia/Seoul", "2026-11-22T00:30:00.000000Z"),
        ("2026-11-22", "Asia/Seoul", "2026-11-21T15:00:00.000000Z"),
        ("30m", "Asia/Seoul", "2026-11-27T15:00:05.250000Z"),
        ("12h", "Asia/Seoul", "2026-11-27T03:30:05.250000Z"),
        ("3d", "America/New_York", "2026-11-24T15:30:05.250000Z"),
        ("2w", "Asia/Seoul", "2026-11-13T15:30:05.250000Z"),
    ],
)
def test_words_for_times_are_read_in_the_shops_zone(text: str, zone: str, expected: str) -> None:
    """Days begin at the shop's midnight, spans are counted in hours from now."""
    assert rfc3339(parse_typed(text, zone, NOW, ago=True)) == expected


def test_a_day_that_ends_something_lasts_to_its_last_microsecond() -> None:
    """So it is for the words too."""
    for text in ("today", "2026-11-28"):
        ended = parse_typed(text, "Asia/Seoul", NOW, ends=True)
        assert rfc3339(ended) == "2026-11-28T14:59:59.999999Z"


@pytest.mark.parametrize(
    "text",
    ["", "Today", " now", "24:00", "9:30", "09:60", "3", "3y", "-3d", "3 d", "1.5h", "tomorrow"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """The value is told."""
    refused = refusal("invalid_input", parse_typed, text, "Asia/Seoul", NOW, ago=True)
    assert refused.details["value"] == text


def test_a_span_is_refused_where_an_instant_is_asked_for() -> None:
    """A coupon that closes "3d" could mean in three days."""
    refused = refusal("invalid_input", parse_typed, "3d", "Asia/Seoul", NOW)
    assert refused.details["value"] == "3d"
    refusal("invalid_input", parse_typed, "999999w", "UTC", NOW, ago=True)


@pytest.mark.parametrize(
    ("typed", "zone", "expected"),
    [
        (Typed(), "Asia/Seoul", (None, None)),
        (
            Typed(since="2026-11-01"),
            "Asia/Seoul",
            ("2026-10-31T15:00:00.000000Z", None),
        ),
        (Typed(until="2026-11-01"), "Asia/Seoul", (None, "2026-11-01T15:00:00.000000Z")),
        (Typed(until="2026-11-01T10:00"), "UTC", (None, "2026-11-01T10:00:00.000000Z")),
        (
            Typed(since="yesterday", until="yesterday"),
            "Asia/Seoul",
            ("2026-11-26T15:00:00.000000Z", "2026-11-27T15:00:00.000000Z"),
        ),
        (
            Typed(since="3d", until="1d"),
            "Asia/Seoul",
            ("2026-11-24T15:30:05.250000Z", "2026-11-26T15:30:05.250000Z"),
        ),
        (
            Typed(on="today"),
            "Asia/Seoul",
            ("2026-11-27T15:00:00.000000Z", "2026-11-28T15:00:00.000000Z"),
        ),
        (
            Typed(month="2026-12"),
            "Asia/Seoul",
            ("2026-11-30T15:00:00.000000Z", "2026-12-31T15:00:00.000000Z"),
        ),
        # A day of 23 hours, one of 25, one without midnight, the one before it, one with two.
        (
            Typed(on="2026-03-29"),
            "Europe/Berlin",
            ("2026-03-28T23:00:00.000000Z", "2026-03-29T22:00:00.000000Z"),
        ),
        (
            Typed(on="2026-10-25"),
            "Europe/Berlin",
            ("2026-10-24T22:00:00.000000Z", "2026-10-25T23:00:00.000000Z"),
        ),
        (
            Typed(on="2026-09-06"),
            "America/Santiago",
            ("2026-09-06T04:00:00.000000Z", "2026-09-07T03:00:00.000000Z"),
        ),
        (
            Typed(on="2026-09-05"),
            "America/Santiago",
            ("2026-09-05T04:00:00.000000Z", "2026-09-06T04:00:00.000000Z"),
        ),
        (
            Typed(on="2026-11-01"),
            "America/Havana",
            ("2026-11-01T04:00:00.000000Z", "2026-11-02T05:00:00.000000Z"),
        ),
        # The day before one that a zone skipped ends where the day after it begins.
        (
            Typed(on="2011-12-29"),
            "Pacific/Apia",
            ("2011-12-29T10:00:00.000000Z", "2011-12-30T10:00:00.000000Z"),
        ),
        (
            Typed(month="1993-08"),
            "Pacific/Kwajalein",
            ("1993-08-01T12:00:00.000000Z", "1993-08-31T12:00:00.000000Z"),
        ),
        (
            Typed(month="9998-12"),
            "UTC",
            ("9998-12-01T00:00:00.000000Z", "9999-01-01T00:00:00.000000Z"),
        ),
        # The last day there is ends where the shop's times do.
        (
            Typed(on="9998-12-31"),
            "America/New_York",
            ("9998-12-31T05:00:00.000000Z", "9999-01-01T00:00:00.000000Z"),
        ),
    ],
)
def test_a_window_is_what_was_typed(
    typed: Typed, zone: str, expected: tuple[str | None, str | None]
) -> None:
    """A day or month is meant whole, and `--until` takes its day with it."""
    assert _shown(parse_window(typed, zone, NOW)) == expected


@pytest.mark.parametrize(
    "typed",
    [
        Typed(since="2026-11-02", until="2026-11-01"),
        Typed(since="2026-11-02T10:00", until="2026-11-02T10:00"),
        Typed(since="now", until="now"),
        Typed(since="1d", until="2d"),
        Typed(since="today", on="today"),
        Typed(until="today", month="2026-11"),
        Typed(on="today", month="2026-11"),
        Typed(on="2026-11"),
        Typed(on="3d"),
        Typed(on="2026-02-30"),
        Typed(on=""),
        Typed(month="2026-13"),
        Typed(month="2026-1"),
        Typed(month="0000-01"),
        Typed(month="1969-12"),
        Typed(month="9999-01"),
        Typed(month="9999-12"),
        Typed(on="9999-12-31"),
        Typed(on="0001-01-01"),
        Typed(since="999999w"),
        Typed(month=""),
        Typed(since=""),
        Typed(until=""),
        Typed(until="9999-12-31"),
    ],
)
def test_what_is_no_window_is_refused(typed: Typed) -> None:
    """Nothing in it, two kinds of it, or a part that cannot be read."""
    refusal("invalid_input", parse_window, typed, "Asia/Seoul", NOW)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (Typed(month="9999-12"), "9999-12"),
        (Typed(month="1970-01"), "1970-01"),
        (Typed(on="9999-12-30"), "9999-12-30"),
        (Typed(on="1970-01-01"), "1970-01-01"),
        (Typed(until="9999-12-31"), "9999-12-31"),
        (Typed(since="999999d"), "999999d"),
        (Typed(since="9999-12-31T23:59:59-23:59"), "9999-12-31T23:59:59-23:59"),
    ],
)
def test_a_time_beyond_what_the_shop_holds_is_told_with_its_bounds(
    typed: Typed, value: str
) -> None:
    """What was typed is repeated, the bounds are instants, and the days advised are taken."""
    refused = refusal("invalid_input", parse_window, typed, "Europe/Berlin", NOW)
    assert refused.details == {
        "field": "time",
        "reason": "out_of_range",
        "value": value,
        "earliest": "1970-01-01T00:00:00.000000Z",
        "latest": "9999-01-01T00:00:00.000000Z",
    }
    for zone in ("Etc/GMT-14", "Etc/GMT+12"):
        for day in re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", advice(refused)):
            parse_window(Typed(on=day), zone, NOW)


def test_words_and_spans_are_advised_where_they_are_read() -> None:
    """A refused time is told in what other ways it can be typed; a sign is left out of a span."""
    for text, advised in (("tomorrow", "yesterday, or a span"), ("3x", "3d"), ("-3d", "Type 3d.")):
        refused = refusal("invalid_input", parse_typed, text, "UTC", NOW, ago=True)
        assert advised in advice(refused)
        assert advised not in advice(refusal("invalid_input", parse_typed, text, "UTC", NOW))
    assert "--since 3d" in advice(refusal("invalid_input", parse_day, "3d", "UTC", NOW))


def test_a_day_that_a_zone_skipped_is_refused() -> None:
    """There was no 30 December 2011 in Samoa."""
    for typed in (Typed(on="2011-12-30"), Typed(until="2011-12-30"), Typed(since="2011-12-30")):
        refusal("invalid_input", parse_window, typed, "Pacific/Apia", NOW)


_ZONES = st.sampled_from(
    ["Asia/Seoul", "Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe"]
)


@given(st.dates(date(1971, 1, 1), date(2037, 12, 30)), _ZONES)
def test_days_follow_on_each_other(day: date, zone: str) -> None:
    """Each instant is in one day, which is the day that the zone's clocks show."""
    first = parse_window(Typed(on=str(day)), zone, NOW)
    second = parse_window(Typed(on=str(day + timedelta(days=1))), zone, NOW)
    assert first.until == second.since
    assert first.since is not None
    assert first.until is not None
    last = first.until - timedelta(microseconds=1)
    for moment in (first.since, last):
        assert moment.astimezone(ZoneInfo(zone)).date() == day
