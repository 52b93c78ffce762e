"""Which products can be among the first n of a window, so that the others need not be added up.

If no day of a product sold as much as 24 shares, and no hour as much as one share, then all the
days and hours that are added together sold less than their hours times one share. With the share
chosen so that this is what the n-th product sold for certain, such a product is not among the
first n. (The pigeonhole principle; it holds for any sales, and leaves few products where few sell
much.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.windows import Stretch

if TYPE_CHECKING:
    from shopcli.domain.windows import Tiling

_HOURS_A_DAY = DAY_MICROSECONDS // HOUR_MICROSECONDS


@dataclass(frozen=True, slots=True)
class Candidates:
    """A candidate sold `day_units` in a whole day, or `hour_units` in an hour of `hours`."""

    hours: tuple[Stretch, Stretch]
    day_units: int
    hour_units: int


def yardstick_day(start: int, end: int) -> int | None:
    """Start of the last day that lies in the window (start, end] as a whole; None if none does."""
    day = (end + 1) // DAY_MICROSECONDS * DAY_MICROSECONDS - DAY_MICROSECONDS
    return day if day > start else None


def candidates(tiling: Tiling, yardstick_units: int) -> Candidates | None:
    """How to find the products that can be among the first n; None if any of them can.

    Args:
        tiling: The window.
        yardstick_units: What the n-th product of the window sold at the least; 0 if unknown.
    """
    hours = (
        _hours_added(tiling.hours[0], tiling.ends[0]),
        _hours_added(tiling.hours[1], tiling.ends[1]),
    )
    hour_count = sum(_length(stretch) for stretch in (tiling.days, *hours)) // HOUR_MICROSECONDS
    if yardstick_units <= hour_count:
        return None
    return Candidates(
        hours=hours,
        day_units=-(-yardstick_units * _HOURS_A_DAY // hour_count),
        hour_units=-(-yardstick_units // hour_count),
    )


def _hours_added(hours: Stretch, end: Stretch) -> Stretch:
    """The hour buckets that hold whatever is added at one edge of the window."""
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
