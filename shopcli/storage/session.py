"""How statements use an open transaction, and what clock its database has; knows no table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

Named = TypeVar("Named")
Dialect = Literal["sqlite", "postgres"]
Parameters = Mapping[str, Any]
Row = Sequence[Any]

STREAMED_COUNT = 500
"""Rows of a stream fetched from the driver at once; so many fit the processor's cache."""


def if_found(make: Callable[[Row], Named], row: Row | None) -> Named | None:
    """A named row made of a row, or None where there was none."""
    return None if row is None else make(row)


class Reader(Protocol):
    """Runs statements that change nothing, with `:name` parameters.

    Both databases use the same text; where it must differ, the caller chooses by `dialect`.
    """

    dialect: Dialect

    def rows(self, statement: str, parameters: Parameters = ...) -> list[Row]:
        """All rows of a query."""

    def stream(self, statement: str, parameters: Parameters = ...) -> Iterator[Row]:
        """The rows of a query, some at a time; read them before the next statement."""

    def row(self, statement: str, parameters: Parameters = ...) -> Row | None:
        """The first row, or None."""


class Session(Reader, Protocol):
    """Runs statements inside the transaction it was made for, or each in one of its own.

    Each counts as a change, even where it returns rows (`RETURNING`, a procedure): if its reply is
    lost where statements commit themselves, the outcome is unknown.
    """

    @property
    def reading(self) -> Reader:
        """A session for statements that only read: losing their reply leaves no outcome unknown."""

    def change(self, statement: str, parameters: Parameters = ...) -> int:
        """The number of rows a change touched."""

    def change_many(self, statement: str, parameters: Iterable[Parameters]) -> int:
        """The rows touched over all parameter sets, sent together where the driver can."""


class ServerTime(NamedTuple):
    """A server's clock in microseconds since 1970, and when it was read, in monotonic seconds."""

    at: int
    told_at_seconds: float


_NOW = {
    "sqlite": "SELECT CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    "postgres": "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
}


def database_now(session: Session) -> int:
    """Microseconds since 1970 by the database's clock."""
    row = session.row(_NOW[session.dialect])
    return int(row[0]) if row else 0
