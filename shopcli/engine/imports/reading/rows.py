"""Checked rows, stored by column."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from shopcli.domain.batch.grammar import Value


@dataclass(slots=True)
class Rows:
    """Checked rows as columns of equal length; `columns[i]` is the i-th column of the grammar.

    A column that the file does not have, or that is empty in all rows, is None.
    """

    lines: Sequence[int]
    columns: list[list[Value] | None]

    def texts(self, place: int) -> list[str]:
        """A required column of texts."""
        return cast("list[str]", self.columns[place] or [])

    def plain(self) -> tuple[Any, ...]:
        """The rows as plain values, for a spool."""
        lines = self.lines
        kept = (lines.start, lines.stop) if isinstance(lines, range) else lines
        return kept, self.columns

    @classmethod
    def of(cls, plain: tuple[Any, ...]) -> Self:
        """The rows from the plain values of a spool."""
        lines, columns = plain
        return cls(range(*lines) if isinstance(lines, tuple) else lines, columns)

    def parts(self, size: int) -> Iterator[Self]:
        """Split the rows into parts of at most `size`."""
        for start in range(0, len(self.lines), size):
            part = slice(start, start + size)
            columns = [None if column is None else column[part] for column in self.columns]
            yield type(self)(self.lines[part], columns)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Join several parts."""
        if len(parts) == 1:
            return parts[0]
        columns: list[list[Value] | None] = []
        for several in zip(*(part.columns for part in parts), strict=True):
            if all(column is None for column in several):
                columns.append(None)
                continue
            joined: list[Value] = []
            for part, column in zip(parts, several, strict=True):
                joined += [None] * len(part.lines) if column is None else column
            columns.append(joined)
        return cls(_joined_lines([part.lines for part in parts]), columns)

    def without(self, dropped: set[int]) -> Self:
        """The rows without those of some lines."""
        kept = [index for index, line in enumerate(self.lines) if line not in dropped]
        columns = [
            None if column is None else [column[index] for index in kept] for column in self.columns
        ]
        return type(self)([self.lines[index] for index in kept], columns)


def _joined_lines(several: list[Sequence[int]]) -> Sequence[int]:
    first, last = several[0][0], several[-1][-1]
    if last - first + 1 == sum(map(len, several)):
        return range(first, last + 1)
    return list(chain.from_iterable(several))
