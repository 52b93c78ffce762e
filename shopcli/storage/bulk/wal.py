"""Checkpoints the WAL of SQLite in a thread of its own while an import runs.

SQLite would checkpoint inside every large commit, so the import would wait for the disk twice.
Postgres checkpoints in processes of its own.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from shopcli.storage.sqlite.connections import WAL_SIZE_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor, Future

    from shopcli.storage.database import Database
    from shopcli.storage.session import Session

_FRAME_COUNT_MAX = 16_384
"""The import waits for a checkpoint once the WAL has this many pages (64 MB)."""

_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_LARGE = (
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 0",
    # Truncating the WAL after each checkpoint only makes the next batch allocate it again.
    "PRAGMA journal_size_limit = -1",
)
_USUAL = (
    "PRAGMA cache_size = -2000",
    "PRAGMA wal_autocheckpoint = 1000",
    f"PRAGMA journal_size_limit = {WAL_SIZE_LIMIT_BYTES}",
)


def use_memory(session: Session, *, large: bool) -> None:
    """Give SQLite a large cache and no automatic checkpoints, or its usual settings."""
    if session.dialect == "sqlite":
        for pragma in _LARGE if large else _USUAL:
            session.rows(pragma)


@contextmanager
def checkpoints(database: Database) -> Iterator[Checkpoints | None]:
    """Run checkpoints beside the transactions of a block, and one at its end."""
    if database.dialect != "sqlite":
        yield None
        return
    from concurrent.futures import ThreadPoolExecutor  # only where many rows are written

    from shopcli.storage.sqlite.transactions import SqliteDatabase

    if not isinstance(database, SqliteDatabase):
        yield None
        return
    session = database.pool.take()
    with ThreadPoolExecutor(1, "shop-checkpoint") as executor:
        working = Checkpoints(session, executor, database.error)
        try:
            yield working
        finally:
            working.finish()
    database.pool.give_back(session)


class Checkpoints:
    """Runs one checkpoint at a time on a connection and a thread of its own."""

    def __init__(self, session: Session, executor: Executor, error: type[Exception]) -> None:
        self._session = session
        self._executor = executor
        self._error = error
        self._running: Future[int] | None = None

    def after_commit(self) -> None:
        """Start a checkpoint, or wait for the one that runs if the WAL is too long."""
        if self._running is not None and self._running.done() is False:
            return
        frame_count = 0 if self._running is None else self._running.result()
        self._running = self._executor.submit(self._checkpoint)
        if frame_count > _FRAME_COUNT_MAX:
            self._running.result()

    def finish(self) -> None:
        """Run the last checkpoint."""
        self._executor.submit(self._checkpoint).result()

    def _checkpoint(self) -> int:
        """Checkpoint what no reader needs; return the pages in the WAL."""
        # The next commit reports whatever is wrong with the disk.
        with suppress(self._error):
            row = self._session.row(_CHECKPOINT)
            return 0 if row is None else int(row[1])
        return 0
