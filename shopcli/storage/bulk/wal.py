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

    from shopcli.storage.bulk.helper_thread import HelperThread
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
    from shopcli.storage.bulk.helper_thread import HelperThread  # only where many rows are written
    from shopcli.storage.sqlite.transactions import SqliteDatabase

    if not isinstance(database, SqliteDatabase):
        yield None
        return
    session = database.pool.take()
    with HelperThread[int]() as helper:
        working = Checkpoints(session, helper, database.error)
        try:
            yield working
        finally:
            working.finish()
    database.pool.give_back(session)


class Checkpoints:
    """Runs one checkpoint at a time on a connection and a thread of its own."""

    def __init__(self, session: Session, helper: HelperThread[int], error: type[Exception]) -> None:
        self._session = session
        self._helper = helper
        self._error = error
        self._is_running = False
        self._frame_count = 0
        """Pages in the WAL at the last checkpoint."""

    def after_commit(self) -> None:
        """Start a checkpoint, or wait for the one that runs if the WAL is too long."""
        if self._is_running:
            if not self._helper.has_answer:
                return
            self._frame_count = self._helper.answer()
        self._helper.ask(self._checkpoint)
        self._is_running = True
        if self._frame_count > _FRAME_COUNT_MAX:
            self._frame_count, self._is_running = self._helper.answer(), False

    def finish(self) -> None:
        """Ask for the last checkpoint, which the thread does before it ends."""
        self._helper.ask(self._checkpoint)

    def _checkpoint(self) -> int:
        """Checkpoint what no reader needs; return the pages in the WAL."""
        # The next commit reports whatever is wrong with the disk.
        with suppress(self._error):
            row = self._session.row(_CHECKPOINT)
            return 0 if row is None else int(row[1])
        return 0
