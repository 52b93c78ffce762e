"""One open transaction as the statements see it; knows no table and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar

Named = TypeVar("Named")
Dialect = Literal["sqlite", "postgres"]
Parameters = Mapping[str, Any]
Row = Sequence[Any]

STREAMED_COUNT = 500
"""Rows of a stream that are taken from the driver at once; they stay in the processor's cache."""


def if_found(make: Callable[[Row], Named], row: Row | None) -> Named | None:
    """A row with the names of its columns, or None where there was none."""
    return None if row is None else make(row)


class Reader(Protocol):
    """Runs statements that change nothing, with `:name` parameters.

    The same text serves both databases; where they differ, its owner picks by `dialect`.
    """

    dialect: Dialect

    def rows(self, statement: str, parameters: Parameters = ...) -> list[Row]:
        """All rows of a query."""

    def stream(self, statement: str, parameters: Parameters = ...) -> Iterator[Row]:
        """The rows of a query, some at a time; to be read before the next statement."""

    def row(self, statement: str, parameters: Parameters = ...) -> Row | None:
        """The first row, or None."""


class Session(Reader, Protocol):
    """Runs statements inside the transaction it was made for, or each in one of its own.

    Each is taken to change something, also where it answers rows (`RETURNING`, a procedure): should
    its answer be lost where statements commit themselves, the outcome is unknown.
    """

    @property
    def reading(self) -> Reader:
        """The same, for statements that only read: the loss of their answer leaves no doubt."""

    def change(self, statement: str, parameters: Parameters = ...) -> int:
        """The number of rows a change touched."""

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The rows touched over all parameter sets, sent together where the driver can."""
