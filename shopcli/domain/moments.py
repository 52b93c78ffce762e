"""Converts and parses times: microseconds since 1970 in the database, aware datetimes outside.

A time without an offset is in the shop's time zone. A time that a clock change makes ambiguous or
skips is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable

    Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SECOND_MICROSECONDS = 1_000_000
HOUR_MICROSECONDS = 3600 * SECOND_MICROSECONDS
DAY_MICROSECONDS = 24 * HOUR_MICROSECONDS

_TYPED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)
_WRITTEN = re.compile(r"(?<![\w./-])[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z(?![\w/-]|\.\w)")
"""A time as the shop writes it; what somebody typed is repeated as it was, and so is a name."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

EARLIEST_MICROSECONDS = 0
LATEST_MICROSECONDS = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The first instant that the shop cannot hold; a window may end with it."""
LAST_MICROSECOND = LATEST_MICROSECONDS - 1


def to_microseconds(moment: datetime) -> int:
    """Convert an aware datetime to microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Convert microseconds since 1970 to an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def rfc3339(moment: datetime) -> str:
    """Format an aware datetime as RFC 3339 in UTC, with six decimals and `Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def local(text: str, moment: Callable[[datetime], str]) -> str:
    """Replace each time in a text, as the shop writes them, by what `moment` makes of it."""

    def shown(found: re.Match[str]) -> str:
        try:
            return moment(datetime.fromisoformat(found[0]))
        except (ValueError, OverflowError):  # somebody typed it: :60, or the last day there is
            return found[0]

    return _WRITTEN.sub(shown, text)


def zone(name: str) -> tzinfo:
    """The time zone with an IANA name.

    Raises:
        InvalidInput: This machine knows no such zone.
    """
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # takes 9 ms, and few commands need it

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise InvalidInput(
            "'{value}' is not a time zone known here.",
            details={"field": "timezone", "reason": "timezone", "value": excerpt(name)},
        ) from None


def parse_moment(
    text: str, timezone_name: str, *, ends: bool = False, reason: str = "time"
) -> datetime:
    """Parse a time as people type it: RFC 3339, or parts of it.

    Args:
        text: A text such as `2026-11-22`, `2026-11-22T09:30` or `2026-11-22 09:30:00+09:00`.
        timezone_name: Time zone of a time without an offset.
        ends: Whether a date without a time means its last microsecond instead of its first.
        reason: Reason of the refusal of what is no time: what else could have been typed.

    Raises:
        InvalidInput: Not a time, out of range, or ambiguous or skipped in the zone.
    """
    try:
        # Python alone accepts more: other letters for T, weeks, dates without dashes, a final NUL.
        moment = datetime.fromisoformat(text.upper()) if _TYPED.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(
            "'{value}' is no time.",
            details={"field": "time", "reason": reason, "value": excerpt(text)},
        )
    if not _DATE.fullmatch(text):
        return aware(moment, timezone_name, text)
    return (last_instant if ends else first_instant)(moment.date(), timezone_name)


def first_instant(day: date, timezone_name: str) -> datetime:
    """The first instant of a day in a zone. A day may have no midnight, or two.

    Raises:
        InvalidInput: Out of range, or the zone skipped the whole day.
    """
    return _within(day, first_existing(day, timezone_name), timezone_name)


def first_existing(day: date, timezone_name: str) -> datetime:
    """The first instant of a day in a zone, or of the day after it where the zone skipped it."""
    midnight = datetime.combine(day, time.min, zone(timezone_name))
    return _gap_end(midnight) if _is_skipped(midnight) else midnight


def last_instant(day: date, timezone_name: str) -> datetime:
    """The last microsecond of a day in a zone.

    Raises:
        InvalidInput: Out of range, or the zone skipped the whole day.
    """
    here = zone(timezone_name)
    end = datetime.combine(day, time.max, here).replace(fold=1)  # the later one of two
    found = _gap_end(end) - _MICROSECOND if _is_skipped(end) else end
    return _within(day, found, timezone_name)


def _within(day: date, moment: datetime, timezone_name: str) -> datetime:
    found = aware(moment, timezone_name, str(day))
    if found.astimezone(zone(timezone_name)).date() != day:
        raise InvalidInput(
            "There was no {day} in {timezone}.",
            details={"day": str(day), "timezone": timezone_name, "reason": "skipped_day"},
        )
    return found


def _is_skipped(moment: datetime) -> bool:
    """Whether the clocks of its zone skip a time."""
    earlier, later = moment.replace(fold=0), moment.replace(fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return False
    return earlier.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(
        tzinfo=None
    )


def _gap_end(moment: datetime) -> datetime:
    """The instant of the clock change that skips a time of its zone."""
    wanted = moment.replace(tzinfo=None)
    # Read with the offset from after the gap, the time is before the gap; with the other, after it.
    low = to_microseconds(moment.replace(fold=1).astimezone(UTC))
    high = to_microseconds(moment.replace(fold=0).astimezone(UTC))
    while high - low > 1:
        middle = (low + high) // 2
        if from_microseconds(middle).astimezone(moment.tzinfo).replace(tzinfo=None) < wanted:
            low = middle
        else:
            high = middle
    return from_microseconds(high)


def aware(moment: datetime, timezone_name: str, typed: str | None = None) -> datetime:
    """Convert a datetime to UTC; one without a zone is in the shop's time zone.

    Args:
        moment: The datetime.
        timezone_name: Time zone of one without a zone.
        typed: What was typed for it, which a refusal repeats; else the datetime in ISO 8601.

    Raises:
        InvalidInput: Out of range, or ambiguous or skipped in the zone.
    """
    if moment.tzinfo is None:
        here = zone(timezone_name)
        earlier, later = moment.replace(tzinfo=here, fold=0), moment.replace(tzinfo=here, fold=1)
        if earlier.utcoffset() != later.utcoffset():
            is_skipped = _is_skipped(earlier)
            offset = earlier.strftime("%z")
            raise InvalidInput(
                "{moment} was left out in {timezone}, where the clocks are changed."
                if is_skipped
                else "{moment} comes twice in {timezone}, where the clocks are changed.",
                details={
                    "moment": moment.isoformat(),
                    "timezone": timezone_name,
                    "offset": f"{offset[:3]}:{offset[3:5]}",
                    "reason": "changed_clocks",
                },
            )
        moment = earlier
    try:
        moment = moment.astimezone(UTC)
        microseconds = to_microseconds(moment)
    except (OverflowError, ValueError):
        microseconds = -1
    if not EARLIEST_MICROSECONDS <= microseconds < LATEST_MICROSECONDS:
        raise out_of_range(moment.isoformat() if typed is None else typed)
    return moment


def out_of_range(value: str) -> InvalidInput:
    """Make the error for a time that the shop cannot hold."""
    return InvalidInput(
        "'{value}' is out of range: a time lies from {earliest} on and before {latest}.",
        details={
            "field": "time",
            "reason": "out_of_range",
            "value": excerpt(value),
            "earliest": rfc3339(from_microseconds(EARLIEST_MICROSECONDS)),
            "latest": rfc3339(from_microseconds(LATEST_MICROSECONDS)),
        },
    )


def system_clock() -> datetime:
    """The current time in UTC. Nothing else reads the system clock."""
    return datetime.now(UTC)
