"""One open transaction as the statements see it; knows no table and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

Dialect = Literal["sqlite", "postgres"]
Parameters = Mapping[str, Any]
Row = Sequence[Any]

STREAMED_COUNT = 500
"""Rows of a stream that are taken from the driver at once; they stay in the processor's cache."""


class Session(Protocol):
    """Runs SQL text with `:name` parameters inside the transaction it was made for.

    The same text serves both databases; where they differ, its owner picks by `dialect`.
    """

    dialect: Dialect

    def rows(self, statement: str, parameters: Parameters = ...) -> list[Row]:
        """All rows of a query, or of a change with RETURNING."""

    def stream(self, statement: str, parameters: Parameters = ...) -> Iterator[Row]:
        """The rows of a query, some at a time; to be read before the next statement."""

    def row(self, statement: str, parameters: Parameters = ...) -> Row | None:
        """The first row, or None."""

    def change(self, statement: str, parameters: Parameters = ...) -> int:
        """The number of rows a change touched."""

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The rows touched over all parameter sets, sent together where the driver can."""
