"""Reports checks that cannot be computed: sums that are too large, bytes that are not text.

Damaged rows can hold either, and a column may be missing or have another type. Other failures (a
lost server, a damaged file) pass.
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
    """Report a block that cannot be computed, and continue in the same snapshot.

    Args:
        session: The transaction that reads the snapshot.
        tell: Called with a sentence if the block could not be computed.
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
            tell(_sentence(error))
        return
    from shopcli.storage.sqlite.failures import primary_code
    from shopcli.storage.sqlite.library import sqlite_library

    try:
        yield
    except sqlite_library().module.OperationalError as error:
        if primary_code(error) not in {None, 0, _SQLITE_ERROR}:
            raise
        tell(_sentence(error))


def _sentence(error: Exception) -> str:
    first_line, *_ = f"{error}\n".splitlines()
    return f"cannot be computed: {first_line}"
