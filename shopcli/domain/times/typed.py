"""Parses a time as people type it: `2026-11-27`, `2026-11-27 09:30`, `09:30`, `today`, `3d`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import (
    aware,
    first_instant,
    last_instant,
    out_of_range,
    parse_moment,
    zone,
)
from shopcli.domain.showing import excerpt

if TYPE_CHECKING:
    from datetime import tzinfo

_AGO = re.compile(r"([0-9]{1,6})([mhdw])", re.ASCII)
_AGO_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_DAYS_AGO = {"today": 0, "yesterday": 1}


def parse_typed(
    text: str, timezone_name: str, now: datetime, *, ends: bool = False, ago: bool = False
) -> datetime:
    """Parse a time that a person types.

    Args:
        text: As in `parse_moment`; or `HH:MM` of today, `now`, `today`, `yesterday`.
        timezone_name: Time zone of what is typed without an offset, and of today.
        now: The present instant.
        ends: Whether a day means its last microsecond instead of its first.
        ago: Whether `30m`, `12h`, `3d` or `2w` may be typed: so long before now, a day being 24 h.

    Raises:
        InvalidInput: Not a time, out of range, or ambiguous or skipped in the zone.
    """
    if text == "now":
        return now
    if text in _DAYS_AGO:
        day = _today(timezone_name, now) - timedelta(days=_DAYS_AGO[text])
        return (last_instant if ends else first_instant)(day, timezone_name)
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        today = _today(timezone_name, now)
        moment = datetime(today.year, today.month, today.day, int(clock[1]), int(clock[2]))  # noqa: DTZ001  # `aware` adds the zone
        return aware(moment, timezone_name)
    span = _AGO.fullmatch(text)
    if span is None:
        if ago and _AGO.fullmatch(text.removeprefix("-")):
            raise InvalidInput(
                "'{value}' is no time: a span is counted back from now as it is.",
                details={
                    "field": "time",
                    "reason": "typed_time_or_span",
                    "value": excerpt(text),
                    "meant": text.removeprefix("-"),
                },
            )
        reason = "typed_time_or_span" if ago else "typed_time"
        return parse_moment(text, timezone_name, ends=ends, reason=reason)
    if not ago:
        raise InvalidInput(
            "'{value}' is a span of time, and an instant is asked for.",
            details={"field": "time", "reason": "span", "value": excerpt(text)},
        )
    try:
        moment = now - timedelta(**{_AGO_UNITS[span[2]]: int(span[1])})
    except OverflowError:
        raise out_of_range(text) from None
    return aware(moment, timezone_name, text)


def parse_day(text: str, timezone_name: str, now: datetime) -> date:
    """Parse a day: `2026-11-27`, `today` or `yesterday`.

    Raises:
        InvalidInput: Not a day.
    """
    if text in _DAYS_AGO:
        return _today(timezone_name, now) - timedelta(days=_DAYS_AGO[text])
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(
            "'{value}' is no day.",
            details={"field": "on", "reason": "day", "value": excerpt(text)},
        )
    return day


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _today(timezone_name: str, now: datetime) -> date:
    here: tzinfo = zone(timezone_name)
    return now.astimezone(here).date()
