"""Windows of time: from an instant, included, to another one, excluded."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import (
    LATEST_MICROSECONDS,
    aware,
    first_existing,
    first_instant,
    from_microseconds,
    out_of_range,
    rfc3339,
    to_microseconds,
)
from shopcli.domain.showing import excerpt
from shopcli.domain.times.typed import parse_day, parse_typed

if TYPE_CHECKING:
    from datetime import datetime

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_DECEMBER = 12
_LAST_YEAR = 9998
"""Whose months all begin within the times that the shop can hold."""


class Window(NamedTuple):
    """A span of time; None is no bound."""

    since: datetime | None = None
    """Included."""
    until: datetime | None = None
    """Excluded."""


class Typed(NamedTuple):
    """A window as a person types it: `since` and `until`, or a day, or a month."""

    since: str | None = None
    until: str | None = None
    on: str | None = None
    month: str | None = None


def parse_window(typed: Typed, timezone_name: str, now: datetime) -> Window:
    """Parse a window that a person types.

    A day that ends a window belongs to it; an instant does not.

    Args:
        typed: What was typed.
        timezone_name: Time zone of what is typed without an offset.
        now: The present instant.

    Raises:
        InvalidInput: Not a time, day or month; two kinds of window; or one that holds nothing.
    """
    kinds = [
        name
        for name, is_typed in (
            ("--since/--until", typed.since is not None or typed.until is not None),
            ("--on", typed.on is not None),
            ("--month", typed.month is not None),
        )
        if is_typed
    ]
    if len(kinds) > 1:
        raise InvalidInput(
            "These are two windows: {options}.",
            details={"options": kinds, "reason": "two_windows"},
        )
    if typed.on is not None:
        day = parse_day(typed.on, timezone_name, now)
        return Window(first_instant(day, timezone_name), _end_of(day, timezone_name))
    if typed.month is not None:
        return _month(typed.month, timezone_name)
    since = until = None
    if typed.since is not None:
        since = parse_typed(typed.since, timezone_name, now, ago=True)
    if typed.until is not None:
        until = _until(typed.until, timezone_name, now)
    if since is not None and until is not None and until <= since:
        error = empty_window(to_microseconds(since), to_microseconds(until))
        raise InvalidInput(
            "'{typed_since}' to '{typed_until}' holds nothing: it begins after its end.",
            details={
                **error.details,
                "typed_since": excerpt(typed.since or ""),
                "typed_until": excerpt(typed.until or ""),
                "reason": "empty_window",
            },
        )
    return Window(since, until)


def empty_window(since_at: int, until_at: int) -> InvalidInput:
    """Make the error for a window that ends at or before its beginning."""
    return InvalidInput(
        "Nothing lies between {since} and {until}: that begins after its end.",
        details={
            "field": "until",
            "since": rfc3339(from_microseconds(since_at)),
            "until": rfc3339(from_microseconds(until_at)),
            "reason": "empty_window",
        },
    )


def _until(text: str, timezone_name: str, now: datetime) -> datetime:
    try:
        day = parse_day(text, timezone_name, now)
    except InvalidInput:
        return parse_typed(text, timezone_name, now, ago=True)
    first_instant(day, timezone_name)  # refuses a day that there was not
    return _end_of(day, timezone_name)


def _month(text: str, timezone_name: str) -> Window:
    found = _MONTH.fullmatch(text)
    year = int(found[1]) if found else 0
    if found is None or year < 1:
        raise InvalidInput(
            "'{value}' is no month.",
            details={"field": "month", "reason": "month", "value": excerpt(text)},
        )
    if year > _LAST_YEAR:
        raise out_of_range(text)
    month = int(found[2])
    following = date(year + 1, 1, 1) if month == _DECEMBER else date(year, month + 1, 1)
    begins = aware(first_existing(date(year, month, 1), timezone_name), timezone_name, text)
    return Window(begins, _before(following, timezone_name))


def _end_of(day: date, timezone_name: str) -> datetime:
    return _before(day + timedelta(days=1), timezone_name)


def _before(day: date, timezone_name: str) -> datetime:
    """The end of what lies before a day; where the shop's times end, that is their end."""
    begins = first_existing(day, timezone_name).astimezone(UTC)
    return min(begins, from_microseconds(LATEST_MICROSECONDS))
