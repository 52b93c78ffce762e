"""Translates SQLite errors to the shop's; never repeats a bound value."""

from __future__ import annotations

import os
from pathlib import Path

from shopcli.domain.errors import (
    Busy,
    DatabaseUnreachable,
    NotAShop,
    OutcomeUnknown,
    ReadOnly,
)
from shopcli.storage.failures import RETIRED, ConstraintViolated, TableMissing, retired
from shopcli.storage.schema.constraints import name_from_sqlite

SQLITE_PERM = 3
SQLITE_BUSY = 5
SQLITE_LOCKED = 6
SQLITE_READONLY = 8
SQLITE_INTERRUPT = 9
SQLITE_IOERR = 10
SQLITE_CORRUPT = 11
SQLITE_FULL = 13
SQLITE_CANTOPEN = 14
SQLITE_CONSTRAINT = 19
SQLITE_NOTADB = 26

SETTLED_AT_COMMIT = frozenset({SQLITE_BUSY, SQLITE_FULL, SQLITE_READONLY, SQLITE_CONSTRAINT})
"""Errors of COMMIT that prove that SQLite has not committed."""

MALFORMED = "database disk image is malformed"
_CODES = {
    "attempt to write a readonly database": SQLITE_READONLY,
    MALFORMED: SQLITE_CORRUPT,
    "database is locked": SQLITE_BUSY,
    "database or disk is full": SQLITE_FULL,
    "disk I/O error": SQLITE_IOERR,
    "file is not a database": SQLITE_NOTADB,
    "unable to open database file": SQLITE_CANTOPEN,
}
"""By SQLite's own text: of a backup some drivers tell nothing else."""
_ADDED_BYTES = 32 * 1024
"""The index of the WAL (`-shm`) grows by so much; all else by less."""
_NO_TEXT = "Could not decode to UTF-8"
"""What the driver says of bytes that are no text: the shop writes none."""


def primary_code(error: BaseException) -> int:
    """The error's primary result code; 0 if it did not come from SQLite itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return _CODES.get(str(error), 0) if code is None else code & 0xFF


def translated(error: Exception, path: str, *, writing: bool) -> Exception:
    """The error to raise for a driver's error; the driver's own if it is a bug in the shop.

    Only for transactions that did not commit.
    """
    match primary_code(error):
        case 19:  # SQLITE_CONSTRAINT
            return _refused(str(error), path)
        case 5 | 6:  # SQLITE_BUSY, SQLITE_LOCKED
            return busy()
        case 13:  # SQLITE_FULL
            return _disk_full(path)
        case 3 | 8 | 14 as code:  # SQLITE_PERM, SQLITE_READONLY, SQLITE_CANTOPEN
            if not _has_room_for_files(path):
                return _no_more_files(path)
            return read_only(path) if writing or code == SQLITE_READONLY else unreadable(path)
        case 11:  # SQLITE_CORRUPT
            return damaged(path)
        case 26:  # SQLITE_NOTADB
            return not_a_database(path)
        case 10:  # SQLITE_IOERR
            # So it says, too, where there is no room for the file of its index of the WAL.
            return _disk_full(path) if _is_full(path) else _disk_failed(path)
        case 0 | 1:
            return _of_statement(error, path)
    return error


def _of_statement(error: Exception, path: str) -> Exception:
    """The error where a statement, or the driver with its answer, cannot go on."""
    message = str(error)
    if message.startswith(("no such table", "no such column")):
        return TableMissing(message)
    return damaged(path) if message.startswith(_NO_TEXT) else error


def _has_room_for_files(path: str) -> bool:
    """Whether files can be made on the disk; without its own a database can only be read."""
    disk = _disk_of(path)
    # A file system that does not count its files says 0 of 0.
    return disk is None or disk.f_favail > 0 or disk.f_files == 0


def _is_full(path: str) -> bool:
    """Whether the disk has no room for what SQLite adds to a file at once."""
    disk = _disk_of(path)
    if disk is None or disk.f_blocks == 0:  # as above
        return False
    return disk.f_bavail * disk.f_frsize < _ADDED_BYTES


def _disk_of(path: str) -> os.statvfs_result | None:
    """The disk with a file; None where it cannot be told."""
    if os.name != "posix":
        return None
    try:
        return os.statvfs(Path(path).parent)
    except OSError:
        return None


def _disk_full(path: str) -> DatabaseUnreachable:
    return DatabaseUnreachable(
        "The disk with {database} is full.", details={"database": path, "reason": "disk_full"}
    )


def _disk_failed(path: str) -> DatabaseUnreachable:
    return DatabaseUnreachable(
        "The disk reported an error for {database}.",
        details={"database": path, "reason": "disk_failed"},
    )


def _no_more_files(path: str) -> DatabaseUnreachable:
    return DatabaseUnreachable(
        "The disk of {database} has no room for another file.",
        details={"database": path, "reason": "no_more_files"},
    )


def _refused(message: str, path: str) -> Exception:
    """The error where a constraint or a trigger refused."""
    if message.startswith(RETIRED):
        return retired(path, message.removeprefix(RETIRED))
    return ConstraintViolated(name_from_sqlite(message))


def busy() -> Busy:
    """The error where others held the file for longer than the bound."""
    return Busy("Other processes kept the database busy.", details={"reason": "locks"})


def read_only(path: str) -> ReadOnly:
    """The error where the file or its folder is read only."""
    return ReadOnly(
        "The database {database} cannot be written.",
        details={"database": path, "reason": "no_write_permission"},
    )


def unreadable(path: str) -> ReadOnly:
    """The error where the file exists, but cannot be opened even for reading."""
    return ReadOnly(
        "The database {database} cannot be opened with the permissions of your login.",
        details={"database": path, "reason": "no_permission"},
    )


def damaged(path: str) -> NotAShop:
    """The error where SQLite found damaged pages."""
    return NotAShop(
        "The database {database} is damaged.",
        details={"damaged": True, "database": path, "reason": "damaged_file"},
    )


def not_a_database(path: str) -> NotAShop:
    """The error where the file is not a database."""
    return NotAShop(
        "{database} is not an SQLite database.", details={"database": path, "reason": "other_file"}
    )


def outcome_unknown(key: str | None) -> OutcomeUnknown:
    """The error where COMMIT failed and may have happened."""
    return OutcomeUnknown(
        "The disk failed while the change was committed; it may or may not have happened.",
        details={"key": key, "reason": "disk_failed" if key else "disk_failed_without_key"},
    )
