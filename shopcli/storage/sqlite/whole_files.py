"""Copies whole SQLite files, page by page and through SQLite, and puts finished ones in place.

A file that is being made has a name that begins with a dot and ends in `.partial`, so that one that
was left behind is not taken for a finished one.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from shopcli.domain.addresses import SCHEMA_LOCK_SUFFIX
from shopcli.domain.errors import Busy, DatabaseUnreachable, InvalidInput, ReadOnly, ShopError
from shopcli.storage.lock_waits import TIMEOUT_SECONDS, Stopwatch
from shopcli.storage.sqlite.connections import SqliteSession, connect_file, open_session
from shopcli.storage.sqlite.failures import (
    SQLITE_BUSY,
    SQLITE_CORRUPT,
    SQLITE_INTERRUPT,
    SQLITE_LOCKED,
    busy,
    primary_code,
    translated,
)
from shopcli.storage.sqlite.library import sqlite_library
from shopcli.storage.sqlite.schema import FILE_MODE, make_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.storage.addresses import SqliteAddress
    from shopcli.storage.session import Session
    from shopcli.storage.sqlite.library import Connection

PAGES_AT_ONCE = 2000
"""Some megabytes, between which progress is told and bounds are looked at."""

LEFT_SECONDS = 12 * 3600
"""A file that nobody has written to for so long was left by a process that was killed."""

_PARTIAL = ".partial"
_PAUSE_SECONDS = 0.01
STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's own machine: well below a millisecond."""


def copy_pages(
    source: Connection,
    target: Connection,
    *,
    seconds_max: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make a database the same as another, in one transaction; the source is in one that reads.

    Args:
        source: What is copied.
        target: What becomes the same.
        seconds_max: Bound on the time it may take, as it holds somebody up.
        progress: Called with the pages done and the pages in all.

    Raises:
        Busy: Others held the target for too long, or it took longer than the bound.
        Exception: The driver's errors.
    """
    whole, waiting = Stopwatch(), Stopwatch()

    def step(status: int, remaining: int, total: int) -> None:
        nonlocal waiting
        if status in {SQLITE_BUSY, SQLITE_LOCKED}:
            if waiting.seconds() > TIMEOUT_SECONDS:
                raise busy()
        else:
            waiting = Stopwatch()
        if seconds_max is not None and remaining and whole.seconds() > seconds_max:
            raise Busy(
                "Nobody could have written for longer than {seconds} s while the file was copied.",
                details={"seconds": seconds_max, "reason": "holds_up"},
            )
        if progress is not None:
            progress(total - remaining, total)

    source.backup(target, pages=PAGES_AT_ONCE, progress=step, sleep=_PAUSE_SECONDS)


def fill_file(source: Session, path: Path, progress: Callable[[int, int], None]) -> None:
    """Copy a snapshot of a database into an empty file; not flushed to the disk yet.

    Raises:
        DatabaseUnreachable: The disk is full, or fails.
    """
    if not isinstance(source, SqliteSession):
        message = "only the pages of a file can be copied"
        raise TypeError(message)
    connection = connect_file(str(path), "mode=rw", timeout_seconds=0)
    try:
        # Nobody else knows the file, and what does not come to its end is thrown away.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        copy_pages(source.connection, connection, progress=progress)
    except sqlite_library().module.Error as error:
        raise translated(error, str(path), writing=True) from error
    finally:
        connection.close()


def fill_new(source: Session, path: Path, progress: Callable[[int, int], None]) -> None:
    """Copy a snapshot of a database into a new file, private to its owner."""
    make_file(str(path))
    fill_file(source, path, progress)


def replace_content(
    ready: Path, address: SqliteAddress, progress: Callable[[int, int], None]
) -> None:
    """Make a shop's file the same as another one, in one transaction; others may have it open.

    Raises:
        Busy: Others held it for too long.
        ReadOnly: The permissions do not allow it.
        NotAShop: It is damaged.
        DatabaseUnreachable: The disk is full or fails; it is as it was.
    """
    path = address.path
    source = connect_file(str(ready), "mode=ro", timeout_seconds=0)
    session = open_session(path, TIMEOUT_SECONDS)
    try:
        with FileLock(f"{path}{SCHEMA_LOCK_SUFFIX}", timeout=TIMEOUT_SECONDS, mode=FILE_MODE):
            session.queue.get_in_line(TIMEOUT_SECONDS)
            try:
                copy_pages(source, session.connection, progress=progress)
            finally:
                session.queue.leave()
    except Timeout:
        raise busy() from None
    except sqlite_library().module.Error as error:
        raise translated(error, path, writing=True) from error
    finally:
        source.close()
        session.close()


def is_open_elsewhere(path: Path) -> bool:
    """Whether another connection has a file open, or it cannot be told.

    With the DELETE journal only who is in a transaction is seen.
    """
    module = sqlite_library().module
    try:
        connection = connect_file(str(path), "mode=rw", timeout_seconds=0)
    except module.Error:
        return True
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except module.Error:
        return True
    finally:
        connection.close()
    return False


def is_whole(session: Session) -> list[str]:
    """What SQLite itself finds wrong in a file, at most ten things; nothing in a sound one."""
    try:
        found = [str(text) for (text,) in session.rows("PRAGMA integrity_check(10)")]
    except sqlite_library().module.DatabaseError as error:
        if primary_code(error) != SQLITE_CORRUPT:
            raise
        return [str(error)]  # it cannot even be looked through
    return [] if found == ["ok"] else found


def broken_references(session: Session) -> list[str]:
    """What refers to a row that is missing, a sentence for each table."""
    pairs = {(row[0], row[2]) for row in session.rows("PRAGMA foreign_key_check")}
    return [f"rows of {table} refer to none of {other}" for table, other in sorted(pairs)]


@contextmanager
def at_most(session: Session, seconds: float) -> Iterator[None]:
    """Let no statement of a block go on past a bound; `was_cut` knows the error of one that did."""
    if not isinstance(session, SqliteSession):
        message = "only statements on a file can be cut"
        raise TypeError(message)
    stopwatch = Stopwatch()
    watch = session.connection.set_progress_handler
    watch(lambda: stopwatch.seconds() > seconds, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        watch(None, 0)


def was_cut(error: Exception) -> bool:
    """Whether a statement was let go on no longer."""
    return primary_code(error) == SQLITE_INTERRUPT


@contextmanager
def finished_file(path: Path, *, replace: bool, is_alike: Callable[[str], bool]) -> Iterator[Path]:
    """An empty file to fill, private to its owner, that is put in place at the end, whole.

    Args:
        path: Where it is put.
        replace: Put it in the place of a file that is there.
        is_alike: Whether a name is one of those whose remains are cleared away, if they are old.

    Raises:
        InvalidInput: A file is there, or came to be there, and it is not to be replaced; or there
            is no such folder, as where a disk is not mounted.
        ReadOnly: The permissions do not allow it.
        DatabaseUnreachable: The disk is full or fails.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        _remove(partial)
        make_file(str(partial))
        _remove_left_behind(partial, is_alike)
        yield partial
        _flush(partial)
        if replace:
            partial.replace(path)
        else:
            _put(partial, path)
        _flush(path.parent)
    except OSError as error:
        raise _unmakable(path, error) from error
    except ShopError as error:
        # Whoever named the file knows of no other, and looks for its disk.
        if error.details.get("database") == str(partial):
            error.details = {**error.details, "database": str(path)}
        raise
    finally:
        with suppress(OSError):
            _remove(partial)


def _remove_left_behind(partial: Path, is_alike: Callable[[str], bool]) -> None:
    """Remove what killed processes left of files with such names; only age tells them."""
    now_seconds = partial.stat().st_mtime
    for found in partial.parent.glob(f".*{_PARTIAL}*"):
        name = found.name[1:].partition(_PARTIAL)[0].rpartition(".")[0]
        with suppress(FileNotFoundError):
            if is_alike(name) and now_seconds - found.stat().st_mtime > LEFT_SECONDS:
                found.unlink()


def _put(partial: Path, path: Path) -> None:
    """Give a file its name, unless a file has it."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        raise file_exists(path) from None
    except OSError:  # a file system without links
        if is_there(path):
            raise file_exists(path) from None
        partial.rename(path)


def is_there(path: Path) -> bool:
    """Whether there is something; no, where that cannot be told, as the next step will say why.

    A name that is too long, or a folder that may not be searched, is an error to `Path.exists`.
    """
    return os.path.exists(path)  # noqa: PTH110  # as above


def file_exists(path: Path) -> InvalidInput:
    """The error where a file is not to be replaced."""
    return InvalidInput(
        "There is a file {file} already.", details={"file": str(path), "reason": "backup_exists"}
    )


def _flush(path: Path) -> None:
    """Have the disk keep a file's content, or a folder's names."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(partial: Path) -> None:
    """Remove a file with all that SQLite and the shop put beside it."""
    for found in partial.parent.glob(f"{_escaped(partial.name)}*"):
        found.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def _unmakable(path: Path, error: OSError) -> ReadOnly | DatabaseUnreachable | InvalidInput:
    details = {"file": str(path), "why": error.strerror or type(error).__name__}
    if isinstance(error, PermissionError):
        return ReadOnly(
            "The file {file} cannot be made: {why}.",
            details={**details, "reason": "no_write_permission_there"},
        )
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return InvalidInput(
            "The file {file} cannot be made: there is no folder {folder}.",
            details={"file": str(path), "folder": str(path.parent), "reason": "no_folder"},
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError | FileExistsError):
        return InvalidInput(
            "The file {file} cannot be made: {why}.", details={**details, "reason": "no_such_place"}
        )
    return DatabaseUnreachable(
        "The file {file} cannot be made: {why}.", details={**details, "reason": "unmakable_file"}
    )
