"""Splits the window of a report: what whole buckets hold, and what is read from single sales.

A bucket belongs to a key (a product, a category, an hour, day, week or month of the shop's clocks)
if all of it does. What a boundary cuts is read from orders and cancellations, so that a report is
exact for any window and any zone. An hour that the clocks repeat is one key: `2026-11-01T01:00`
holds both, two hours long; one that they skip has no key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.moments import from_microseconds, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


PERIODS = ("hour", "day", "week", "month")
"""Keys that are spans of the shop's clocks."""

SALES_KEYS = ("product", "category", *PERIODS, "user", "coupon")
"""What sales can be added up by."""

MONEY_KEYS = ("day", "method", "user", "actor")
"""What money can be added up by."""


class Span(NamedTuple):
    """The time [first, last) in microseconds since 1970."""

    first: int
    last: int


class Split(NamedTuple):
    """A window as whole buckets, and the rest at its ends."""

    buckets: Span
    ends: tuple[Span, ...]


def split(window: Span, width: int) -> Split:
    """Split a window into whole buckets and what is shorter.

    Args:
        window: The window.
        width: Length of a bucket, in microseconds.
    """
    first = -(-window.first // width) * width
    last = window.last - window.last % width
    if first >= last:
        return Split(Span(first, first), (window,))
    ends = (Span(window.first, first), Span(last, window.last))
    return Split(Span(first, last), tuple(end for end in ends if end.first < end.last))


def period_of(period: str, timezone_name: str) -> Callable[[int], str]:
    """The function that names the hour, day, week or month of an instant in a zone."""
    here = zone(timezone_name)
    written = _WRITTEN[period]
    return lambda at: written(from_microseconds(at).astimezone(here))


def _week(local: datetime) -> str:
    year, week, _ = local.isocalendar()
    return f"{year:04d}-W{week:02d}"


_WRITTEN: dict[str, Callable[[datetime], str]] = {
    "hour": lambda local: f"{local.isoformat()[:13]}:00",
    "day": lambda local: local.isoformat()[:10],
    "week": _week,
    "month": lambda local: local.isoformat()[:7],
}


def by_period(span: Span, name: Callable[[int], str]) -> Iterator[tuple[str, Span]]:
    """The parts of a span that lie in one period each, with their names.

    Args:
        span: Shorter than the period; one in which the clocks are changed at most once.
        name: As made by `period_of`.
    """
    first, last = span
    while first < last:
        named = name(first)
        if name(last - 1) == named:
            yield named, Span(first, last)
            return
        low, high = first, last - 1  # named so, and otherwise
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if name(middle) == named else (low, middle)
        yield named, Span(first, high)
        first = high
