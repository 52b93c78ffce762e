"""Takes what an import has committed out of the WAL while the import goes on; decides nothing.

SQLite would do it inside every commit of many rows, and let the import wait for the disk twice.
Postgres has processes of its own for this.
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
"""So many pages (64 MB) may be in the WAL before the import waits."""

_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"
_LARGE = (
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 0",
    # To cut the WAL off after each checkpoint only makes the next batch allocate it anew.
    "PRAGMA journal_size_limit = -1",
)
_USUAL = (
    "PRAGMA cache_size = -2000",
    "PRAGMA wal_autocheckpoint = 1000",
    f"PRAGMA journal_size_limit = {WAL_SIZE_LIMIT_BYTES}",
)


def use_memory(session: Session, *, large: bool) -> None:
    """Give SQLite a larger cache for many rows and no checkpoints of its own, or the usual."""
    if session.dialect == "sqlite":
        for pragma in _LARGE if large else _USUAL:
            session.rows(pragma)


@contextmanager
def checkpoints(database: Database) -> Iterator[Checkpoints | None]:
    """Checkpoints beside the transactions of a block, and one at its end."""
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
        """See to it that what was committed is taken out, soon."""
        if self._running is not None and self._running.done() is False:
            return
        frame_count = 0 if self._running is None else self._running.result()
        self._running = self._executor.submit(self._checkpoint)
        if frame_count > _FRAME_COUNT_MAX:
            self._running.result()

    def finish(self) -> None:
        """Take out the last."""
        self._executor.submit(self._checkpoint).result()

    def _checkpoint(self) -> int:
        """Take out what no reader needs; how many pages the WAL has."""
        # Whatever is wrong with the disk, the next commit will tell.
        with suppress(self._error):
            row = self._session.row(_CHECKPOINT)
            return 0 if row is None else int(row[1])
        return 0
