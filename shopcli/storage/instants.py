"""The database's clock, to compare it with this machine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shopcli.storage.session import Session


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
