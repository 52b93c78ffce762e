"""Creates the file of a shop, private to its owner, and opens it to change its tables."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock, Timeout

from shopcli.domain.addresses import COMPANION_SUFFIXES, SCHEMA_LOCK_SUFFIX
from shopcli.domain.errors import Busy, DatabaseUnreachable, Internal, InvalidInput
from shopcli.storage.quiet_libraries import keep_quiet
from shopcli.storage.sqlite import failures as sqlite_failures
from shopcli.storage.sqlite.connections import connect_file, prepare
from shopcli.storage.sqlite.library import sqlite_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.addresses import SqliteAddress
    from shopcli.storage.sqlite.library import Connection

keep_quiet()

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

    Where it comes to nothing, nothing stays that was not there before.

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
        with (
            _made_folders(Path(path).parent),
            _schema_lock(path, timeout_seconds),
            _made_file(path) as is_committing,
            _transaction(path, timeout_seconds, fills=fills) as connection,
        ):
            yield connection
            is_committing.append(True)
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


def _schema_lock(path: str, timeout_seconds: float) -> FileLock:
    """The lock of those who change tables; where its file cannot be made, it would be waited for.

    Raises:
        OSError: It cannot be made.
    """
    name = f"{path}{SCHEMA_LOCK_SUFFIX}"
    os.close(os.open(name, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), FILE_MODE))
    return FileLock(name, timeout=timeout_seconds, mode=FILE_MODE)


@contextmanager
def _made_folders(folder: Path) -> Iterator[None]:
    """Create missing folders; those that are empty after an error are removed again."""
    made = make_folders(folder)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # another process has put something there
            for path in made:
                path.rmdir()
        raise


@contextmanager
def _made_file(path: str) -> Iterator[list[bool]]:
    """Create the file if there is none; after an error it is removed again, if it holds nothing.

    The lock that lets one process change the schema at a time is held meanwhile, and is removed
    under itself: whoever waits for it sees that it is gone, and makes another.

    Yields:
        A list to put something in before it is committed.
    """
    beside = [Path(f"{path}{suffix}") for suffix in COMPANION_SUFFIXES]
    lock = Path(f"{path}{SCHEMA_LOCK_SUFFIX}")
    before = {one for one in beside if one.exists() and one != lock}
    is_committing = list[bool]()
    is_ours = not Path(path).exists()
    try:
        is_ours = make_file(path)
        if not is_ours:
            _make_private(Path(path))
        yield is_committing
    except BaseException:
        if is_ours and not (is_committing and _may_hold_tables(path)):
            for one in (Path(path), *beside):
                if one not in before:
                    one.unlink(missing_ok=True)
        raise


def _make_private(path: Path) -> None:
    """Make an empty file that somebody else made private to its owner, as if it was made here."""
    if os.name == "posix" and path.stat().st_size == 0:
        with suppress(PermissionError):  # it is another login's, who decides
            path.chmod(FILE_MODE)


def _may_hold_tables(path: str) -> bool:
    """Whether anything was committed, as far as can be told."""
    try:
        connection = connect_file(path, "mode=rw", timeout_seconds=0)
        try:
            return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
        finally:
            connection.close()
    except sqlite_library().module.Error:
        return True


def make_folders(folder: Path) -> list[Path]:
    """Create missing folders, each private to its owner; those it made, the innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    for path in reversed(missing):
        # Another process may create it first.
        path.mkdir(FOLDER_MODE, exist_ok=True)
    return missing


def make_file(path: str) -> bool:
    """Create an empty file, private to its owner, unless it exists; whether it was made.

    SQLite gives the files beside it the same permissions.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    except FileExistsError:
        return False
    return True


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
