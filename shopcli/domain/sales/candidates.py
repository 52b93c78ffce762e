"""Finds the products that can be among the n best sellers of a window, to sum only their sales.

The n-th best seller sold at least U units in the window, which has H hours: U / H an hour on
average. A product that sold less than this in each single hour, and less than 24 times this in each
whole day, sold less than U in all and cannot be among the first n (the pigeonhole principle). This
holds for any sales, and leaves few candidates if few products sell much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.sales.windows import Stretch

if TYPE_CHECKING:
    from shopcli.domain.sales.windows import Tiling

_HOURS_A_DAY = DAY_MICROSECONDS // HOUR_MICROSECONDS


class Candidates(NamedTuple):
    """A candidate sold at least `day_units` in a day, or `hour_units` in a bucket of `hours`."""

    hours: tuple[Stretch, Stretch]
    day_units: int
    hour_units: int


def yardstick_day(start: int, end: int) -> int | None:
    """Start of the last whole day in the window (start, end]; None if it contains no whole day."""
    day = (end + 1) // DAY_MICROSECONDS * DAY_MICROSECONDS - DAY_MICROSECONDS
    return day if day > start else None


def candidates(
    tiling: Tiling, yardstick_units: int, *, buckets_an_hour: int = 1
) -> Candidates | None:
    """The condition that the n best sellers of a window meet; None if every product can be one.

    Args:
        tiling: The window.
        yardstick_units: Units that the n-th best seller sold at least; 0 if unknown.
        buckets_an_hour: In how many buckets the sales of an hour are counted.
    """
    before, after = tiling.hours
    first, last = tiling.ends
    hours = (_hours_added(before, first), _hours_added(after, last))
    hour_count = sum(_length(stretch) for stretch in (tiling.days, *hours)) // HOUR_MICROSECONDS
    if yardstick_units <= hour_count:
        return None
    return Candidates(
        hours=hours,
        day_units=-(-yardstick_units * _HOURS_A_DAY // hour_count),
        hour_units=-(-yardstick_units // (hour_count * buckets_an_hour)),
    )


def _hours_added(hours: Stretch, end: Stretch) -> Stretch:
    """The hour buckets that contain all sales added at one edge of the window."""
    added = [stretch for stretch in (hours, end) if stretch.sign > 0 and _length(stretch)]
    if not added:
        return Stretch(0, 0)
    first, last = min(one.first for one in added), max(one.last for one in added)
    return Stretch(
        first // HOUR_MICROSECONDS * HOUR_MICROSECONDS,
        -(-last // HOUR_MICROSECONDS) * HOUR_MICROSECONDS,
    )


def _length(stretch: Stretch) -> int:
    return stretch.last - stretch.first
