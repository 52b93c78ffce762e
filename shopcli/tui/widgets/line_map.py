"""Maps lines of a list to rows and back, where a row may take several lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Place(NamedTuple):
    """The index of a row, and of a line in it, both from 0."""

    row: int
    part: int


class LineMap:
    """Maps lines to rows and rows to lines.

    Args:
        heights: How many lines each row takes; empty where each takes one.
    """

    def __init__(self, heights: Sequence[int] = ()) -> None:
        self.heights = tuple(heights)
        self._tops = (0, *accumulate(self.heights))

    def top(self, index: int) -> int:
        """The first line of a row."""
        return self._tops[min(index, len(self.heights))] if self.heights else index

    def height(self, index: int) -> int:
        """How many lines a row takes."""
        return self.heights[index] if index < len(self.heights) else 1

    def place(self, line: int) -> Place:
        """The place that a line shows; past the end, a row that does not exist."""
        if not self.heights:
            return Place(line, 0)
        index = bisect_right(self._tops, line) - 1
        return Place(index, line - self._tops[index])
