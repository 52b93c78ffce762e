"""Instants: microseconds since 1970 in the database, aware datetimes outside.

The shop has a time zone. A time without a zone is meant in it; one that a clock change made
ambiguous or skipped is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

HOUR_MICROSECONDS = 3_600_000_000
DAY_MICROSECONDS = 24 * HOUR_MICROSECONDS

_TYPED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

EARLIEST_MICROSECONDS = 0
LATEST_MICROSECONDS = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def to_microseconds(moment: datetime) -> int:
    """An aware datetime as microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Microseconds since 1970 as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def rfc3339(moment: datetime) -> str:
    """An aware datetime as RFC 3339 in UTC with six digits and `Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name.

    Raises:
        InvalidInput: No such zone is known on this machine.
    """
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # 9 ms that most commands need not pay

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise InvalidInput(
            f"{name!r} is not a time zone known here.", fix="Use a name like Asia/Seoul or UTC."
        ) from None


def parse_moment(text: str, timezone_name: str) -> datetime:
    """Read an instant as people type it: RFC 3339, or parts of it; a date alone is where it begins.

    Args:
        text: As in `2026-11-22`, `2026-11-22T09:30`, `2026-11-22 09:30:00+09:00`, `…Z`.
        timezone_name: Zone for a time that names none.

    Raises:
        InvalidInput: Not a time, out of range, or ambiguous or skipped in that zone.
    """
    try:
        # Python takes more: other letters for T, weeks, years without dashes, a NUL at the end.
        moment = datetime.fromisoformat(text.upper()) if _TYPED.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(
            f"{shown(text)} is no time.",
            fix="Type it like 2026-11-22, 2026-11-22T09:30 or 2026-11-22T00:30:00Z.",
            details={"field": "time"},
        )
    if _DATE.fullmatch(text):
        return first_instant(moment, timezone_name)
    return aware(moment, timezone_name)


def first_instant(day: datetime, timezone_name: str) -> datetime:
    """The first instant of a day in a zone, in UTC: not every day has a midnight, or only one.

    Args:
        day: Midnight, without a zone.
        timezone_name: IANA name of the zone.

    Raises:
        InvalidInput: Out of range, or the zone left the whole day out.
    """
    here = zone(timezone_name)
    earlier, later = day.replace(tzinfo=here, fold=0), day.replace(tzinfo=here, fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return aware(day, timezone_name)
    # The day's clocks only run forward through its first instant, so it can be searched for.
    low, high = (to_microseconds(moment.astimezone(UTC)) for moment in (later, earlier))
    low, high = min(low, high) - DAY_MICROSECONDS, max(low, high)
    while high - low > 1:
        middle = (low + high) // 2
        if from_microseconds(middle).astimezone(here).date() < day.date():
            low = middle
        else:
            high = middle
    found = from_microseconds(high)
    if found.astimezone(here).date() != day.date():
        raise InvalidInput(
            f"There was no {day.date()} in {timezone_name}.", fix="Name another day."
        )
    return aware(found, timezone_name)


def aware(moment: datetime, timezone_name: str) -> datetime:
    """The instant in UTC; a datetime without a zone is meant in the shop's.

    Raises:
        InvalidInput: Out of range, or ambiguous or skipped in that zone.
    """
    if moment.tzinfo is None:
        here = zone(timezone_name)
        earlier, later = moment.replace(tzinfo=here, fold=0), moment.replace(tzinfo=here, fold=1)
        if earlier.utcoffset() != later.utcoffset():
            is_skipped = earlier.astimezone(UTC).astimezone(here).replace(tzinfo=None) != moment
            offset = earlier.strftime("%z")
            raise InvalidInput(
                f"{moment.isoformat()} {'was left out' if is_skipped else 'comes twice'} in"
                f" {timezone_name}, where the clocks are changed.",
                fix=f"Give the offset, as in {moment.isoformat()}{offset[:3]}:{offset[3:5]}.",
            )
        moment = earlier
    try:
        moment = moment.astimezone(UTC)
        microseconds = to_microseconds(moment)
    except (OverflowError, ValueError):
        microseconds = -1
    if not EARLIEST_MICROSECONDS <= microseconds < LATEST_MICROSECONDS:
        raise InvalidInput("A time lies between 1970 and 9999.")
    return moment


def system_clock() -> datetime:
    """The time now, in UTC: the only place that asks for it."""
    return datetime.now(UTC)
