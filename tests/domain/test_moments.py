"""Instants: what people type, the shop's zone, and the one form in which they are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli.domain.moments import (
    LATEST_MICROSECONDS,
    aware,
    from_microseconds,
    parse_moment,
    rfc3339,
    to_microseconds,
)
from shopcli.wording.advice import advice
from tests.factories import accepted, refusal

_MICROSECONDS = st.integers(0, LATEST_MICROSECONDS - 1)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-22", "Asia/Seoul", "2026-11-21T15:00:00.000000Z"),
        ("2026-11-22T09:30", "Asia/Seoul", "2026-11-22T00:30:00.000000Z"),
        ("2026-11-22 09:30:15", "UTC", "2026-11-22T09:30:15.000000Z"),
        ("2026-11-22T09:30:15.123456", "UTC", "2026-11-22T09:30:15.123456Z"),
        ("2026-11-22T09:30Z", "Asia/Seoul", "2026-11-22T09:30:00.000000Z"),
        ("2026-11-22T09:30:00+09:00", "UTC", "2026-11-22T00:30:00.000000Z"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00.000000Z"),
        ("2028-02-29T12:00", "America/New_York", "2028-02-29T17:00:00.000000Z"),
        ("1970-01-01T00:00Z", "UTC", "1970-01-01T00:00:00.000000Z"),
    ],
)
def test_a_time_is_read_in_the_zone_it_names_or_the_shops(
    text: str, zone: str, expected: str
) -> None:
    """A time without a zone is meant in the shop's, a date alone is its midnight."""
    assert rfc3339(parse_moment(text, zone)) == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000000Z"),
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000000Z"),
        ("2026-11-01", "America/Havana", "2026-11-01T04:00:00.000000Z"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00.000000Z"),
        ("2006-10-29", "America/St_Johns", "2006-10-29T02:30:00.000000Z"),
    ],
)
def test_a_day_begins_at_its_first_instant(text: str, zone: str, expected: str) -> None:
    """A date alone is meant from its first instant on, also where it has no midnight, or two."""
    begins = parse_moment(text, zone)
    assert rfc3339(begins) == expected
    here = ZoneInfo(zone)
    assert str(begins.astimezone(here).date()) == text
    assert str((begins - timedelta(microseconds=1)).astimezone(here).date()) < text


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-22", "Asia/Seoul", "2026-11-22T14:59:59.999999Z"),
        ("2026-09-05", "America/Santiago", "2026-09-06T03:59:59.999999Z"),
        ("2026-04-23", "Africa/Cairo", "2026-04-23T21:59:59.999999Z"),
        ("2026-10-29", "Africa/Cairo", "2026-10-29T21:59:59.999999Z"),
        ("2006-10-28", "America/St_Johns", "2006-10-29T03:29:59.999999Z"),
        ("2011-12-29", "Pacific/Apia", "2011-12-30T09:59:59.999999Z"),
    ],
)
def test_a_day_ends_at_its_last_microsecond(text: str, zone: str, expected: str) -> None:
    """Where something ends a date alone is the day's last instant, whatever its clocks do."""
    end = parse_moment(text, zone, ends=True)
    assert rfc3339(end) == expected
    here = ZoneInfo(zone)
    assert str(end.astimezone(here).date()) == text
    assert str((end + timedelta(microseconds=1)).astimezone(here).date()) > text
    # A time of the day is that time, whatever happens then.
    typed = f"{text}T12:00"
    assert parse_moment(typed, zone, ends=True) == parse_moment(typed, zone)


def test_a_day_that_never_was_does_not_end() -> None:
    """A day that a zone left out has no last instant either."""
    refusal("invalid_input", parse_moment, "2011-12-30", "Pacific/Apia", ends=True)


def test_a_refused_time_is_repeated_with_what_to_type() -> None:
    """Advice on an hour that comes twice is the same time with an offset, and is taken."""
    refused = refusal("invalid_input", parse_moment, "2026-10-25T02:30", "Europe/Berlin")
    advised = advice(refused).rstrip(".").split()[-1]
    assert advised == "2026-10-25T02:30:00+02:00"
    assert rfc3339(parse_moment(advised, "Europe/Berlin")) == "2026-10-25T00:30:00.000000Z"
    assert "'soon'" in refusal("invalid_input", parse_moment, "soon", "UTC").message


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-10-25T02:30", "Europe/Berlin"),
        ("2026-10-25T02:00", "Europe/Berlin"),
        ("2026-11-01T01:59:59", "America/New_York"),
        ("2026-04-05T01:45", "Australia/Lord_Howe"),
    ],
)
def test_a_time_that_happens_twice_is_refused(text: str, zone: str) -> None:
    """The hour that a clock change repeats needs its offset."""
    refusal("invalid_input", parse_moment, text, zone)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-03-29T02:30", "Europe/Berlin"),
        ("2026-03-08T02:00", "America/New_York"),
        ("2026-09-06T00:00", "America/Santiago"),
        ("2011-12-30T12:00", "Pacific/Apia"),
        ("2011-12-30", "Pacific/Apia"),
    ],
)
def test_a_time_that_never_happens_is_refused(text: str, zone: str) -> None:
    """The hour, midnight or day that a clock change skips is no time."""
    refusal("invalid_input", parse_moment, text, zone)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-10-25T01:59:59", "Europe/Berlin"),
        ("2026-10-25T03:00", "Europe/Berlin"),
        ("2026-03-29T01:59:59", "Europe/Berlin"),
        ("2026-03-29T03:00", "Europe/Berlin"),
    ],
)
def test_times_beside_a_clock_change_are_read(text: str, zone: str) -> None:
    """The last time before and the first after the change are plain times."""
    assert parse_moment(text, zone).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "yesterday", "22.11.2026", "11/22/2026", "2026-13-01", "2026-02-30",
        "2027-02-29", "2026-11-22T25:00", "2026-11-22T09:60", "1795312800", "NaN",
        "2026-11-22T09:30\x00",
        "\uff12\uff10\uff12\uff16-11-22", "2026-11-22T09:30\u202e", "9" * 5000, "1969-12-31T23:59Z",
        "0001-01-01", "9999-12-31T23:59-10:00", "9999-12-31", "\ud800",
    ],
    ids=lambda text: ascii(text)[:30],
)  # fmt: skip
def test_other_texts_are_no_times(text: str) -> None:
    """Words, other notations, impossible dates and times out of range are refused."""
    refusal("invalid_input", parse_moment, text, "Asia/Seoul")


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "", "../../etc/passwd", "KST+9", "x" * 999])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """A zone has a name of the IANA database."""
    refusal("invalid_input", parse_moment, "2026-11-22T09:30", zone)


@pytest.mark.parametrize("moment", [datetime(1, 1, 1), datetime(9999, 12, 31)])  # noqa: DTZ001 - none on purpose
def test_the_ends_of_the_calendar_are_out_of_range(moment: datetime) -> None:
    """Datetimes that no database of the shop can hold are refused, with a zone or without."""
    for zone in ("Asia/Seoul", "America/New_York", "UTC"):
        refusal("invalid_input", aware, moment, zone)
    for offset in (-14, 0, 14):
        zoned = moment.replace(tzinfo=timezone(timedelta(hours=offset)))
        refusal("invalid_input", aware, zoned, "UTC")


@given(_MICROSECONDS)
def test_microseconds_and_moments_are_the_same_thing(microseconds: int) -> None:
    """An instant survives the way into the database and back, to the microsecond."""
    assert to_microseconds(from_microseconds(microseconds)) == microseconds


@given(_MICROSECONDS, st.integers(-14 * 60, 14 * 60))
def test_every_time_is_shown_in_one_form(microseconds: int, offset_minutes: int) -> None:
    """RFC 3339 in UTC with six digits and Z, whichever zone the datetime is in."""
    moment = from_microseconds(microseconds)
    text = rfc3339(moment)

    assert len(text) == len("2026-11-22T09:30:00.000000Z")
    assert text.endswith("Z")
    assert text[10] == "T"
    assert to_microseconds(parse_moment(text, "UTC")) == microseconds
    if 10**15 < microseconds < 10**17:
        elsewhere = moment.astimezone(timezone(timedelta(minutes=offset_minutes)))
        assert rfc3339(elsewhere) == text


@given(st.text(max_size=50), st.sampled_from(["UTC", "Asia/Seoul", "Europe/Berlin"]))
def test_any_text_is_a_time_or_refused(text: str, zone: str) -> None:
    """Whatever is typed gives an instant in range or a clear refusal, never another error."""
    moment = accepted(partial(parse_moment, timezone_name=zone), text)

    assert moment is None or 0 <= to_microseconds(moment) < LATEST_MICROSECONDS


@given(st.datetimes())
def test_any_datetime_without_a_zone_is_an_instant_or_refused(moment: datetime) -> None:
    """A datetime in the shop's zone either names one instant there or is refused."""
    instant = accepted(partial(aware, timezone_name="America/New_York"), moment)

    assert instant is None or instant.tzinfo is UTC
