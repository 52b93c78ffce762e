"""Says which disk was full, and what became of the work, where one transaction makes that certain.

What is not known, as the disk failed at the commit, is raised as `OutcomeUnknown` further in.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopcli.domain.errors import DatabaseUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL = "disk_full"


@contextmanager
def nothing_restored() -> Iterator[None]:
    """Round a restore, which also needs room among temporary files.

    Raises:
        DatabaseUnreachable: A disk is full, or no temporary file can be made.
    """
    try:
        yield
    except DatabaseUnreachable as error:
        _check_is_full(error)
        raise DatabaseUnreachable(
            "The disk with {database} is full; nothing was changed.", details=error.details
        ) from error
    except OSError as error:
        raise DatabaseUnreachable(
            "The file {file} cannot be made or read: {why}; nothing was changed.",
            details={
                "file": str(error.filename or "for temporary use"),
                "why": error.strerror or type(error).__name__,
                "reason": "no_temporary_file",
            },
        ) from error


@contextmanager
def nothing_copied() -> Iterator[None]:
    """Round a copy.

    Raises:
        DatabaseUnreachable: A disk is full.
    """
    try:
        yield
    except DatabaseUnreachable as error:
        _check_is_full(error)
        raise DatabaseUnreachable(
            "The disk with {database} is full; nothing was copied.", details=error.details
        ) from error


def _check_is_full(error: DatabaseUnreachable) -> None:
    if error.details.get("reason") != FULL:
        raise error
