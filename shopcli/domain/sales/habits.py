"""What somebody does again and again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Habit(NamedTuple):
    """Something that was done several times."""

    latest: int
    """The place of the latest time in what was given."""
    times: int


def habits(deeds: Sequence[Hashable], *, least: int, most: int) -> list[Habit]:
    """What occurs again, the most often first, and among those the latest.

    Args:
        deeds: The latest first.
        least: How often something occurs at least to be a habit.
        most: How many habits are returned at most.
    """
    places: dict[Hashable, int] = {}
    for place, deed in enumerate(deeds):
        places.setdefault(deed, place)
    found = [Habit(places[deed], times) for deed, times in Counter(deeds).items() if times >= least]
    return sorted(found, key=lambda habit: (-habit.times, habit.latest))[:most]
