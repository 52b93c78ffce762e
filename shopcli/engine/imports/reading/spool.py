"""A temporary file of checked rows, written once and read in order."""

from __future__ import annotations

import errno
import marshal
import os
import tempfile
from typing import TYPE_CHECKING, Any

from shopcli.domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

_LENGTH_BYTES = 8


class Spool:
    """Chunks of plain values in an unnamed file (`marshal`: read only by this process)."""

    def __init__(self) -> None:
        try:
            self._file = tempfile.TemporaryFile(prefix="shop-import-")  # noqa: SIM115  # `with` is ours
        except OSError as error:
            raise full(error, "checked") from None
        self.chunk_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, chunk: Any) -> None:  # noqa: ANN401  # tuples and lists of plain values
        """Append a chunk.

        Raises:
            InvalidInput: The folder for temporary files is full.
        """
        data = marshal.dumps(chunk)
        try:
            self._file.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
            self._file.write(data)
        except OSError as error:
            raise full(error, "checked") from None
        self.chunk_count += 1

    def chunks(self) -> Iterator[Any]:
        """All chunks in the order in which they were written.

        Raises:
            InvalidInput: The folder for temporary files is full.
        """
        try:
            self._file.flush()
        except OSError as error:
            raise full(error, "checked") from None
        self._file.seek(0)
        while head := self._file.read(_LENGTH_BYTES):
            yield marshal.loads(self._file.read(int.from_bytes(head, "little")))  # noqa: S302  # our own bytes, in a file without a name
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Delete the file."""
        try:
            self._file.close()
        except OSError:
            return  # a full disk could not take the last buffer, which is not needed any more


def full(error: OSError, rows: str) -> InvalidInput:
    """The error for a temporary file that cannot be written.

    Args:
        error: The failure.
        rows: The rows it holds: checked (nothing is applied yet) or rejected.
    """
    try:
        folder = tempfile.gettempdir()
    except OSError:
        folder = ""  # none of those that are tried can be written
    why = "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror or error)
    return InvalidInput(
        "The checked rows could not be kept for a moment: {why}. Nothing was applied."
        if rows == "checked"
        else "The rejected rows could not be kept for a moment: {why}.",
        details={"folder": folder, "why": why, "reason": "no_room_for_rows"},
    )
