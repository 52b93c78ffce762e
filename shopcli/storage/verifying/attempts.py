"""Tells of what cannot be computed at all: sums that are too large, bytes that are no text.

Rows that somebody damaged may hold either, and a column that is read may be gone or of another
type. Whatever else fails (a lost server, a damaged file) is not told here.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.storage.session import Session

_SQLITE_ERROR = 1
_SAVE = "SAVEPOINT verifying"
_GO_BACK = "ROLLBACK TO SAVEPOINT verifying"


@contextmanager
def attempt(session: Session, tell: Callable[[str], object]) -> Iterator[None]:
    """Go on after what cannot be computed, in the same snapshot.

    Args:
        session: The snapshot.
        tell: Is called with a sentence if something could not be computed.
    """
    if session.dialect == "postgres":
        import psycopg  # not needed for a file

        session.change(_SAVE)
        try:
            yield
        except (
            psycopg.DataError,
            psycopg.errors.UndefinedColumn,
            psycopg.errors.UndefinedTable,
            psycopg.errors.UndefinedFunction,
            psycopg.errors.DatatypeMismatch,
        ) as error:
            session.change(_GO_BACK)
            tell(_told(error))
        return
    from shopcli.storage.sqlite.failures import primary_code
    from shopcli.storage.sqlite.library import sqlite_library

    try:
        yield
    except sqlite_library().module.OperationalError as error:
        if primary_code(error) not in {None, 0, _SQLITE_ERROR}:
            raise
        tell(_told(error))


def _told(error: Exception) -> str:
    first_line, *_ = f"{error}\n".splitlines()
    return f"cannot be computed: {first_line}"
