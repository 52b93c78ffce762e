"""What storage raises to the engine beside domain errors; the engine shows none to a user."""

from __future__ import annotations

from shopcli.domain.errors import Busy, ReadOnly

RETIRED = "retired: "
"""What the refusal of a retired shop begins with on SQLite; the rest is where it has moved."""

RETIRED_SQLSTATE = "SHR01"
"""The same on Postgres, where the refusal's detail is where it has moved."""


def retired(display: str, to: str) -> ReadOnly:
    """The error where the shop has moved; `to` has no password."""
    return ReadOnly(
        "The shop in {database} is retired: it has moved to {to}.",
        details={"database": display, "to": to, "reason": "retired"},
    )


class StorageFailure(Exception):
    """Base of the failures that the engine turns into an answer or retries."""


class ConstraintViolated(StorageFailure):
    """A constraint or trigger refused a row; the transaction was rolled back.

    Args:
        name: Its name in `storage.schema.tables` or `storage.schema.triggers`; for a missing value
            `nn_<table>_<column>`; `fk` or `datatype` where the database does not name it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SerializationFailure(StorageFailure):
    """The database aborted this transaction because of another; the use case may be retried."""


class ReadConflict(Busy):
    """A stand-by server cancelled this read; it may be retried, or shown as `Busy`."""


class GuardFailed(StorageFailure):
    """A guarded change touched no row: what was read before the decision has changed since.

    Args:
        guard: The condition that did not hold.
    """


class TableMissing(StorageFailure):
    """A statement named a table or column that the database does not have."""
