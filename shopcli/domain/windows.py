"""How a window of time is made up of day buckets, hour buckets and odd ends; microseconds in UTC.

A window is open at its start and closed at its end, (start, end]: a sale at the very end counts,
one at the very start does not. Everything here is closed at its start and open at its end, as
buckets are, so the window's edges are the instants after its start and after its end.

Each edge is reached from the nearest edge of a day by hours, and from the nearest edge of an hour
by single sales. What lies inside the window on the way is added, what lies outside was counted with
its day or hour and is taken off again.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time [first, last), of which `sign` says whether it is added (1) or taken off (-1)."""

    first: int
    last: int
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Tiling:
    """What to add and to take off; together it counts every instant of the window once.

    `days` and `hours` begin and end at edges of their buckets; `ends` are shorter than an hour, to
    be counted from the order lines themselves. Of two, the first is at the window's start.
    """

    days: Stretch
    hours: tuple[Stretch, Stretch]
    ends: tuple[Stretch, Stretch]


def tile(start: int, end: int, *, is_latest: bool = False) -> Tiling:
    """Make the window (start, end] of days, hours and odd ends.

    Args:
        start: Exclusive start in microseconds.
        end: Inclusive end in microseconds, after `start`.
        is_latest: Whether hardly any sale is later than the end. Then the day and the hour of the
            end are taken whole, for there is nothing to take off.
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
    """From one instant to another; taken off if it leads back."""
    if origin <= destination:
        return Stretch(origin, destination)
    return Stretch(destination, origin, sign=-1)
