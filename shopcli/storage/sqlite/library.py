"""Chooses the SQLite library and journal mode; the only module that imports one.

Releases 3.7.0 to 3.51.2 can lose committed writes in WAL mode when several processes write (the
WAL-reset bug). So: the standard library's SQLite if it is fixed; else `pysqlite3` if that is fixed;
else the standard library's with the DELETE journal, which the bug does not affect.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from sqlite3 import Connection as Connection  # noqa: PLC0414 - for the other modules to name

Version = tuple[int, ...]


class SqliteLibrary(NamedTuple):
    """The SQLite of this process.

    `module` has the interface of the standard library's `sqlite3`.
    """

    module: Any
    name: str
    version: str
    journal_mode: Literal["WAL", "DELETE"]


def loses_no_commit(version: Version) -> bool:
    """Whether a release is free of the WAL-reset bug.

    Source: "Write-Ahead Logging", section on the WAL-reset bug, in the SQLite documentation.
    """
    return (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )


def choose(standard: Any, bundled: Any | None) -> SqliteLibrary:  # noqa: ANN401 - modules
    """Choose between the standard library and `pysqlite3`, if that is installed."""
    if loses_no_commit(standard.sqlite_version_info):
        return SqliteLibrary(standard, "sqlite3", standard.sqlite_version, "WAL")
    if bundled is not None and loses_no_commit(bundled.sqlite_version_info):
        return SqliteLibrary(bundled, "pysqlite3", bundled.sqlite_version, "WAL")
    return SqliteLibrary(standard, "sqlite3", standard.sqlite_version, "DELETE")


@lru_cache(maxsize=1)
def sqlite_library() -> SqliteLibrary:
    """The SQLite that this process uses for every shop.

    Two SQLite libraries on one file in one process drop each other's locks, so nothing else may
    open the file of a shop.
    """
    import sqlite3

    if loses_no_commit(sqlite3.sqlite_version_info):
        return choose(sqlite3, None)
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return choose(sqlite3, None)
    return choose(sqlite3, dbapi2)
