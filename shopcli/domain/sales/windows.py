"""Splits a window of time into day buckets, hour buckets and remainders; microseconds in UTC.

A window (start, end] excludes its start and includes its end. Buckets and all stretches here are
[first, last), so the window begins one microsecond after its start and ends one after its end.

The window is first rounded to whole days. Hour buckets correct this to whole hours, and single
sales correct that to the microsecond. Each correction is added where the window is longer, and
subtracted where it is shorter.
"""

from __future__ import annotations

from typing import NamedTuple

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS


class Stretch(NamedTuple):
    """The time [first, last); `sign` says whether it is added (1) or subtracted (-1)."""

    first: int
    last: int
    sign: int = 1


class Tiling(NamedTuple):
    """The stretches to add and subtract; together they count each instant of the window once.

    `days` and `hours` begin and end at edges of buckets. `ends` are shorter than an hour and are
    counted from order lines. The first of a pair is at the window's start, the second at its end.
    """

    days: Stretch
    hours: tuple[Stretch, Stretch]
    ends: tuple[Stretch, Stretch]


def tile(start: int, end: int, *, is_latest: bool = False) -> Tiling:
    """Split the window (start, end] into days, hours and remainders.

    Args:
        start: Exclusive start in microseconds.
        end: Inclusive end in microseconds, after `start`.
        is_latest: Whether hardly any sale is later than the end. The end is then rounded up, as
            there is hardly anything to subtract.
    """
    opening, closing = start + 1, end + 1
    opening_hour, opening_day = _nearest(opening, HOUR_MICROSECONDS), _nearest(opening)
    nearest = _next if is_latest else _nearest
    closing_hour, closing_day = nearest(closing, HOUR_MICROSECONDS), nearest(closing)
    return Tiling(
        days=Stretch(opening_day, closing_day),
        hours=(_way(opening_hour, opening_day), _way(closing_day, closing_hour)),
        ends=(_way(opening, opening_hour), _way(closing_hour, closing)),
    )


def _nearest(instant: int, width: int = DAY_MICROSECONDS) -> int:
    return (instant + width // 2) // width * width


def _next(instant: int, width: int = DAY_MICROSECONDS) -> int:
    return -(-instant // width) * width


def _way(origin: int, destination: int) -> Stretch:
    """The stretch from one instant to another; subtracted if it leads backwards."""
    if origin <= destination:
        return Stretch(origin, destination)
    return Stretch(destination, origin, sign=-1)
