"""Opens files beside the shop, proves that one is whole, and that two hold the same rows."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, NotAShop, VerifyFailed
from shopcli.domain.records import CopiedTable
from shopcli.storage.bulk import whole_tables as whole
from shopcli.storage.database import connect
from shopcli.storage.failures import TableMissing
from shopcli.storage.sqlite import whole_files
from shopcli.storage.sqlite.failures import damaged
from shopcli.storage.sqlite.library import sqlite_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from shopcli.storage.database import Database
    from shopcli.storage.session import Session

    Progress = Callable[[str, int, int | None], None]

COMPARED = "compared"
"""The phase in which rows are."""


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The database in a file, closed at the end."""
    database = connect(str(path))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def unreadable_as_damaged(display: str, *, reason: str) -> Iterator[None]:
    """Round what only reads a file, or a copy of it: what cannot be read there is damaged.

    Args:
        display: The file.
        reason: Selects the advice.

    Raises:
        NotAShop: A row or a definition cannot be read.
    """
    try:
        yield
    except (TableMissing, UnicodeDecodeError, sqlite_library().module.Error) as error:
        raise _damaged(display, reason) from error
    except (NotAShop, InvalidInput) as error:
        if error.details.get("reason") not in {"damaged_file", "unreadable_row"}:
            raise
        raise _damaged(display, reason) from error


def _damaged(display: str, reason: str) -> NotAShop:
    error = damaged(display)
    error.details = {**error.details, "reason": reason}
    return error


def check_whole(session: Session, display: str, *, reason: str) -> None:
    """Let SQLite itself read every page, row and index.

    Raises:
        VerifyFailed: It found something.
    """
    _refuse("integrity_check", whole_files.is_whole(session), display, reason)


def check_references(session: Session, display: str, *, reason: str) -> None:
    """Let SQLite itself look for the row of each reference.

    Raises:
        VerifyFailed: One is missing.
    """
    _refuse("foreign_key_check", whole_files.broken_references(session), display, reason)


def _refuse(check: str, found: list[str], display: str, reason: str) -> None:
    if found:
        raise VerifyFailed(
            "The database {database} is damaged: {why}.",
            details={
                "checks": [check],
                "database": display,
                "why": found[0],
                "found": found,
                "reason": reason,
            },
        )


def compared(source: Session, target: Session, progress: Progress) -> tuple[CopiedTable, ...]:
    """The tables of both, which are the same.

    Raises:
        VerifyFailed: They are not.
    """
    found, done = list[CopiedTable](), 0
    progress(COMPARED, 0, None)
    for table in whole.whole_tables():
        digest = whole.TableDigest()
        for ours, theirs in zip_longest(
            whole.pages(source, table), whole.pages(target, table), fillvalue=()
        ):
            if list(ours) != list(theirs):
                raise VerifyFailed(
                    "The table {table} came out different.",
                    details={
                        "checks": [table.name],
                        "table": table.name,
                        "reason": "backup_differs",
                    },
                )
            digest.add(theirs)
            done += len(theirs)
            progress(COMPARED, done, None)
        found.append(CopiedTable(table.name, digest.row_count, digest.hex()))
    return tuple(found)


def digest_of(tables: Iterable[CopiedTable]) -> str:
    """One digest of all tables."""
    lines = "".join(f"{table.table} {table.rows} {table.digest}\n" for table in tables)
    return sha256(lines.encode()).hexdigest()


def digest_of_all(session: Session) -> str:
    """The same, of what a database holds now."""
    found = list[CopiedTable]()
    for table in whole.whole_tables():
        digest = whole.TableDigest()
        for page in whole.pages(session, table):
            digest.add(page)
        found.append(CopiedTable(table.name, digest.row_count, digest.hex()))
    return digest_of(found)
