"""Says which disk was full, and what became of the work, where one transaction makes that certain.

What is not known, as the disk failed at the commit, is raised as `OutcomeUnknown` further in.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopcli.domain.errors import DatabaseUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

FULL = "disk_full"


@contextmanager
def nothing_restored() -> Iterator[None]:
    """Round a restore, which also needs room among temporary files.

    Raises:
        DatabaseUnreachable: A disk is full, or no temporary file can be made.
    """
    try:
        with _if_full("The disk with {database} is full; nothing was changed."):
            yield
    except OSError as error:
        raise DatabaseUnreachable(
            "The file {file} cannot be made or read: {why}; nothing was changed.",
            details={
                "file": str(error.filename or "for temporary use"),
                "why": error.strerror or type(error).__name__,
                "reason": "no_temporary_file",
            },
        ) from error


def nothing_copied() -> AbstractContextManager[None]:
    """Round a copy.

    Raises:
        DatabaseUnreachable: A disk is full.
    """
    return _if_full("The disk with {database} is full; nothing was copied.")


@contextmanager
def _if_full(fact: str) -> Iterator[None]:
    """Say a fact instead, where what fails is a full disk."""
    try:
        yield
    except DatabaseUnreachable as error:
        if error.details.get("reason") != FULL:
            raise
        raise DatabaseUnreachable(fact, details=error.details) from error
