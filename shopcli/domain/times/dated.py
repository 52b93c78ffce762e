"""Months and days among the words of a search: `latte 2026-10`, `2026-10-26`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import EARLIEST_MICROSECONDS, LATEST_MICROSECONDS, to_microseconds
from shopcli.domain.times.windows import Typed, Window, parse_window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", re.ASCII)


class Span(NamedTuple):
    """A span of time, in microseconds since 1970; one that ends before it begins holds nothing."""

    since_at: int
    """Included."""
    until_at: int
    """Excluded."""


class Dated(NamedTuple):
    """What is searched."""

    span: Span | None
    """When it happened: in each of the months and days that were typed; None where none was."""
    words: tuple[str, ...]
    """The other words."""


def dated(words: Sequence[str], timezone_name: str, now: datetime) -> Dated:
    """Part the months and days of a search from its words; 2026-13 is a word.

    Args:
        words: What was typed.
        timezone_name: Time zone of the months and days.
        now: The present instant.
    """
    span, others = None, []
    for word in words:
        window = _window(word, timezone_name, now)
        if window is None:
            others.append(word)
        else:
            span = _both(span, _span(window))
    return Dated(span, tuple(others))


def _window(word: str, timezone_name: str, now: datetime) -> Window | None:
    date = _DATE.fullmatch(word)
    if date is None:
        return None
    typed = Typed(on=word) if date[1] else Typed(month=word)
    try:
        return parse_window(typed, timezone_name, now)
    except InvalidInput:
        return None


def _span(window: Window) -> Span:
    since, until = window
    return Span(
        EARLIEST_MICROSECONDS if since is None else to_microseconds(since),
        LATEST_MICROSECONDS if until is None else to_microseconds(until),
    )


def _both(one: Span | None, other: Span) -> Span:
    if one is None:
        return other
    return Span(max(one.since_at, other.since_at), min(one.until_at, other.until_at))
