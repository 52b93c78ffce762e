"""How a window of time is cut into whole days, whole hours and odd ends; microseconds in UTC.

A window is open at its start and closed at its end, (start, end]: a sale at the very end counts,
one
at the very start does not. Buckets are closed at their start, [start, start + width), so a bucket
that begins at or before the window's start is never taken whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS


@dataclass(frozen=True, slots=True)
class Tiling:
    """The pieces of a window; together they cover it once, and no piece overlaps another.

    `days` and `hours` are ranges [first, last) of bucket starts; `ends` are stretches (after,
    until]
    to be counted from the order lines themselves.
    """

    days: tuple[int, int]
    hours: tuple[tuple[int, int], tuple[int, int]]
    ends: tuple[tuple[int, int], tuple[int, int]]


def tile(start: int, end: int) -> Tiling:
    """Cut the window (start, end] into day buckets, hour buckets and odd ends.

    Args:
        start: Exclusive start in microseconds.
        end: Inclusive end in microseconds, after `start`.
    """
    first_hour = start // HOUR_MICROSECONDS * HOUR_MICROSECONDS + HOUR_MICROSECONDS
    last_hour = (end + 1) // HOUR_MICROSECONDS * HOUR_MICROSECONDS
    if first_hour >= last_hour:
        return Tiling((end, end), ((end, end), (end, end)), ((start, end), (end, end)))
    ends = ((start, first_hour - 1), (last_hour - 1, end))
    first_day = -(-first_hour // DAY_MICROSECONDS) * DAY_MICROSECONDS
    last_day = last_hour // DAY_MICROSECONDS * DAY_MICROSECONDS
    if first_day >= last_day:
        return Tiling((end, end), ((first_hour, last_hour), (end, end)), ends)
    return Tiling((first_day, last_day), ((first_hour, first_day), (last_day, last_hour)), ends)
