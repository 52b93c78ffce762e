"""Creates the file of a shop, private to its owner, and opens it to change its tables."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock, Timeout

from shopcli.domain.addresses import SCHEMA_LOCK_SUFFIX
from shopcli.domain.errors import Busy, DatabaseUnreachable, Internal, InvalidInput
from shopcli.storage.sqlite import failures as sqlite_failures
from shopcli.storage.sqlite.connections import connect_file, prepare
from shopcli.storage.sqlite.library import sqlite_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.addresses import SqliteAddress
    from shopcli.storage.sqlite.library import Connection

_IMPOSSIBLE_PATH = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP, errno.ENAMETOOLONG}
)
"""Where no file can be made however often it is tried."""

FILLING_CACHE_SIZE = -65_536
"""In kilobytes, as a negative number; what does not fit is written before the commit."""

FOLDER_MODE = 0o700
FILE_MODE = 0o600


@contextmanager
def schema_transaction(
    address: SqliteAddress, timeout_seconds: float, *, fills: bool = False
) -> Iterator[sa.Connection]:
    """A transaction that may change tables; creates the file if there is none.

    Args:
        address: The file.
        timeout_seconds: Bound on waiting for others.
        fills: Many rows are put into new tables, each checked as it comes; none is altered then.

    Raises:
        Busy: Others hold the lock or the file for longer than the timeout.
        ReadOnly: The permissions do not allow it.
        InvalidInput: No file can be made at that path.
        DatabaseUnreachable: The disk is full or fails.
    """
    path = address.path
    try:
        make_folders(Path(path).parent)
        with FileLock(f"{path}{SCHEMA_LOCK_SUFFIX}", timeout=timeout_seconds, mode=FILE_MODE):
            make_file(path)
            with _transaction(path, timeout_seconds, fills=fills) as connection:
                yield connection
    except Timeout:
        raise Busy(
            "Another process is making or upgrading the shop {database}.",
            details={"database": path, "reason": "making"},
        ) from None
    except (sa.exc.DBAPIError, sqlite_library().module.Error) as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if not isinstance(cause, Exception):
            raise
        raise sqlite_failures.translated(cause, path, writing=True) from error
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise sqlite_failures.read_only(path) from error
        details = {"database": path, "why": error.strerror}
        if error.errno in _IMPOSSIBLE_PATH:
            raise InvalidInput(
                "The file {database} cannot be made: {why}.",
                details={**details, "reason": "unmakable_path"},
            ) from error
        raise DatabaseUnreachable(
            "The file {database} cannot be made: {why}.",
            details={**details, "reason": "unmakable_file"},
        ) from error


def make_folders(folder: Path) -> None:
    """Create missing folders, each private to its owner."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    for path in reversed(missing):
        # Another process may create it first.
        path.mkdir(FOLDER_MODE, exist_ok=True)


def make_file(path: str) -> None:
    """Create an empty file, private to its owner, unless it exists.

    SQLite gives the files beside it the same permissions.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    except FileExistsError:
        return


@contextmanager
def _transaction(path: str, timeout_seconds: float, *, fills: bool) -> Iterator[sa.Connection]:
    # Altering a table drops and copies it, so foreign keys to it are off meanwhile. Where tables
    # are empty until they are made, nothing is lost by that, and all rows that follow are checked.
    def open_file() -> Connection:
        connection = connect_file(path, "mode=rw", timeout_seconds)
        connection.execute("PRAGMA auto_vacuum=0")
        connection.execute(f"PRAGMA journal_mode={sqlite_library().journal_mode}")
        prepare(connection, path)
        connection.execute(f"PRAGMA foreign_keys={int(fills)}")
        if fills:
            connection.execute(f"PRAGMA cache_size={FILLING_CACHE_SIZE}")
        return connection

    engine = sa.create_engine(
        "sqlite://",
        creator=open_file,
        module=sqlite_library().module,
        poolclass=sa.NullPool,
        hide_parameters=True,
    )

    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    sa.event.listen(engine, "begin", begin)
    with engine.begin() as connection:
        yield connection
        if fills:
            return
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(1)
        if broken:
            raise Internal(
                "The upgrade would leave broken references: {broken}.",
                details={"broken": str(broken)},
            )


def driver_of(connection: sa.Connection) -> Connection:
    """The driver's connection, for what is not put through SQLAlchemy."""
    driver: Connection = connection.connection.driver_connection  # type: ignore[assignment] # what the creator makes
    return driver
