"""What storage tells the engine beside domain errors; must never reach a user as it is."""

from __future__ import annotations

from shopcli.domain.errors import Busy


class StorageFailure(Exception):
    """Base of the failures that the engine turns into an answer or a new attempt."""


class ConstraintViolated(StorageFailure):
    """A constraint or trigger refused a row; the transaction was rolled back.

    Args:
        name: The name in `storage.schema.tables` or `storage.schema.triggers`; for a missing value
            `nn_<table>_<column>`; `fk` and `datatype` where the database does not say which.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SerializationFailure(StorageFailure):
    """The database chose this transaction to give way; the whole use case may run again."""


class ReadConflict(Busy):
    """A stand-by chose this read to give way; it may run again, or be told as it is."""


class GuardFailed(StorageFailure):
    """A conditional change touched no row: what it was decided on has changed since.

    Args:
        guard: Which condition did not hold.
    """


class TableMissing(StorageFailure):
    """A statement named a table or column that the database does not have."""
