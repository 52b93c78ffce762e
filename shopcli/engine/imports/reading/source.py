"""The input of an import: a file or stream, plain or gzip, read once in blocks of whole lines.

It recognises what is not UTF-8 text, and a file that changes while it is read.
"""

from __future__ import annotations

import hashlib
import io
import os
import select
import stat
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

from shopcli.domain.batch.records import FORMATS, LINE_LENGTH_MAX, Format
from shopcli.domain.errors import InvalidInput
from shopcli.domain.showing import excerpt, inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    class Digest(Protocol):
        """A hash object of `hashlib`."""

        def update(self, data: bytes) -> None:
            """Add bytes."""

        def hexdigest(self) -> str:
            """The hash of the bytes added."""


_BLOCK_CHARACTERS = 1 << 18
_SNIFFED_BYTES = 4096
_EXPANSION_MAX = 200
"""Largest ratio of unpacked to packed size: rows have about 10, blank lines 1000."""

_EXPANDED_BYTES = 16 << 20
"""Unpacked size up to which the ratio is not checked."""

FIFO_TIMEOUT_SECONDS = 5.0

_MAGIC_BYTES = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "a zip archive or spreadsheet (xlsx, ods)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (xls)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF", "a PDF"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_GZIP = b"\x1f\x8b"
_SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_BOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


def format_of(name: str, given: str | None) -> Format:
    """The format given, or that of the file name's suffix; standard input is CSV.

    Raises:
        InvalidInput: There is no such format, or the suffix is unknown.
    """
    if given is not None:
        if given not in FORMATS:
            raise InvalidInput(
                "'{value}' is no format.",
                details={
                    "field": "format",
                    "value": excerpt(given),
                    "choices": list(FORMATS),
                    "reason": "format",
                },
            )
        return given
    if name == "-":
        return "csv"
    if os.path.isdir(name):  # noqa: PTH112  # the name of a stream too
        raise InvalidInput(
            "{file} is a folder.", details={"file": inert(name)[:300], "reason": "no_file"}
        )
    base = name.lower().removesuffix(".gz")
    found = _SUFFIXES.get(os.path.splitext(base)[1])  # noqa: PTH122  # the name of a stream too
    if found is None:
        is_book = base.endswith(_BOOKS)
        raise InvalidInput(
            "Cannot tell the format from the file name '{file}'.",
            details={"file": inert(name)[:200], "reason": "workbook" if is_book else "no_suffix"},
        )
    return found


class Source:
    """An input, which can be read once.

    Args:
        stream: Binary stream.
        name: Name of the input in messages.
        digest: Hash that every byte read is added to; None if no hash is needed.
        size_bytes: Length of the input, if known.
        may_be_empty: Treat an empty input as one without rows, instead of refusing it.
    """

    def __init__(
        self,
        stream: IO[bytes],
        name: str,
        digest: Digest | None = None,
        size_bytes: int | None = None,
        *,
        may_be_empty: bool = False,
    ) -> None:
        self.name = name
        self.byte_count = 0
        """Bytes read from the stream so far (compressed ones for gzip)."""
        self._digest = digest
        self._size_bytes = size_bytes
        self._may_be_empty = may_be_empty
        self._stream = stream

    def estimate(self, row_count: int) -> int | None:
        """Estimate the number of rows from how many the bytes so far held; None if unknown."""
        if self._size_bytes is None or not self.byte_count:
            return None
        return max(row_count, row_count * self._size_bytes // self.byte_count)

    def blocks(self) -> Iterator[tuple[int, str]]:
        """Blocks of whole lines, without the last line end, each with its first line's number.

        Bytes that are not UTF-8 become lone surrogates, so that the error can name their cell.

        Raises:
            InvalidInput: The input is empty, cannot be read, or does not begin as UTF-8 text.
        """
        raw = _Counted(self._stream, self)
        head = raw.peek()
        if head.startswith(_GZIP):
            unpacked: io.RawIOBase = _Unpacked(raw, self.name)
            reader = io.BufferedReader(unpacked, _BLOCK_CHARACTERS)
            head = reader.peek(_SNIFFED_BYTES)
        else:
            reader = io.BufferedReader(raw, _BLOCK_CHARACTERS)
        if not head and self._may_be_empty:
            return
        _check_text(head[:_SNIFFED_BYTES], self.name)
        text = io.TextIOWrapper(reader, "utf-8-sig", errors="surrogateescape", newline=None)
        try:
            yield from _blocks(text)
        except OSError as error:
            raise InvalidInput(
                "{file} could not be read: {why}.",
                details={
                    "file": inert(self.name),
                    "why": str(error.strerror or error),
                    "reason": "unreadable_rows",
                },
            ) from None
        finally:
            text.detach()

    def hexdigest(self) -> str:
        """The hash of all bytes read, or ""."""
        return "" if self._digest is None else self._digest.hexdigest()

    def took(self, data: bytes) -> None:
        """Count bytes read, and add them to the hash."""
        self.byte_count += len(data)
        if self._digest is not None:
            self._digest.update(data)


@contextmanager
def opened(path: str, *, hashed: bool) -> Iterator[Source]:
    """Open a file as a source, for a `with` block.

    Raises:
        InvalidInput: It is missing, a folder or a device, cannot be read, or changed while it was.
    """
    try:
        # O_NONBLOCK: opening a FIFO without a writer would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except OSError as error:
        raise InvalidInput(
            "{file} cannot be opened: {why}.",
            details={"file": inert(path)[:300], "why": error.strerror, "reason": "no_rows"},
        ) from None
    before = os.fstat(descriptor)
    if not (stat.S_ISREG(before.st_mode) or stat.S_ISFIFO(before.st_mode)):
        os.close(descriptor)
        raise InvalidInput(
            "{file} is a folder." if stat.S_ISDIR(before.st_mode) else "{file} is not a file.",
            details={"file": inert(path)[:300], "reason": "no_rows"},
        )
    with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123  # a descriptor
        if stat.S_ISFIFO(before.st_mode):
            _wait_for_writer(descriptor)
        os.set_blocking(descriptor, True)
        size_bytes = before.st_size if stat.S_ISREG(before.st_mode) else None
        try:
            yield Source(stream, path, hashlib.sha256() if hashed else None, size_bytes)
        except InvalidInput:
            # A file being written is malformed at its end: report the change instead.
            _check_unchanged(path, descriptor, before)
            raise
        _check_unchanged(path, descriptor, before)


def _check_unchanged(path: str, descriptor: int, before: os.stat_result) -> None:
    if stat.S_ISREG(before.st_mode) and _size_and_mtime(before) != _size_and_mtime(
        os.fstat(descriptor)
    ):
        raise InvalidInput(
            "{file} changed while it was read; nothing was applied.",
            details={"file": inert(path)[:300], "reason": "changed_meanwhile"},
        ) from None


_BINARY = getattr(os, "O_BINARY", 0)


def _wait_for_writer(descriptor: int) -> None:
    """Wait, up to a timeout, until a FIFO has data; after it the FIFO reads as empty."""
    select.select([descriptor], [], [], FIFO_TIMEOUT_SECONDS)


def _size_and_mtime(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _blocks(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    number, rest = 1, ""
    while block := text.read(_BLOCK_CHARACTERS):
        end = block.rfind("\n")
        if end < 0:
            rest += block
        else:
            lines = rest + block[:end]
            rest = block[end + 1 :]
            yield number, lines
            number += lines.count("\n") + 1
        if len(rest) > LINE_LENGTH_MAX:
            # Keep just enough to refuse the line, and skip the rest of it.
            rest = rest[: LINE_LENGTH_MAX + 1]
    if rest:
        yield number, rest


def _check_text(head: bytes, name: str) -> None:
    shown = inert(name)[:300]
    if not head:
        raise InvalidInput("{file} is empty.", details={"file": shown, "reason": "empty"})
    found = next((kind for mark, kind in _MAGIC_BYTES if head.startswith(mark)), None)
    if found is None and b"\x00" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        half = len(head) // 4
        found = "UTF-16 without a byte order mark" if max(odd, even) > half else "binary data"
        if found == "binary data" and b"\x00" not in head.splitlines()[0]:
            found = None  # a stray NUL byte: the error names its cell
    if found is not None:
        raise _not_text(shown, found)


def _not_text(shown: str, found: str) -> InvalidInput:
    problem = {"line": 1, "column": None, "code": "invalid_input", "message": ""}
    error = InvalidInput(
        "{file} is not UTF-8 text: found {found}.",
        details={
            "errors": [problem],
            "error_count": 1,
            "file": shown,
            "found": found,
            "encoding": found.split(" ", 1)[0],
            "reason": "other_encoding" if found.startswith("UTF-") else "no_text",
        },
    )
    problem["message"] = str(error)
    return error


class _Counted(io.RawIOBase):
    """The stream, with every byte read counted."""

    def __init__(self, stream: IO[bytes], source: Source) -> None:
        self._stream = stream
        self._source = source
        self._ahead = b""

    def peek(self) -> bytes:
        """The first bytes, without consuming them."""
        try:
            while len(self._ahead) < _SNIFFED_BYTES:
                more = self._stream.read(_SNIFFED_BYTES)
                if not more:
                    break
                self._source.took(more)
                self._ahead += more
        except OSError as error:
            raise InvalidInput(
                "{file} could not be read: {why}.",
                details={
                    "file": inert(self._source.name),
                    "why": error.strerror,
                    "reason": "unreadable_rows",
                },
            ) from None
        return self._ahead

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the buffers io passes
        """Fill a buffer."""
        if self._ahead:
            data, self._ahead = self._ahead[: len(buffer)], self._ahead[len(buffer) :]
        else:
            data = self._stream.read(len(buffer)) or b""
            self._source.took(data)
        buffer[: len(data)] = data
        return len(data)


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip file, of all its members; refuses a cut or damaged file."""

    def __init__(self, packed: _Counted, name: str) -> None:
        self._packed = io.BufferedReader(packed, _BLOCK_CHARACTERS)
        self._name = name
        self._unpacker = zlib.decompressobj(31)
        self._taken_bytes = 0
        self._given_bytes = 0

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the buffers io passes
        """Fill a buffer."""
        try:
            data = self._unpack(len(buffer))
        except zlib.error:
            raise self._damaged() from None
        buffer[: len(data)] = data
        self._given_bytes += len(data)
        if self._given_bytes > max(_EXPANSION_MAX * self._taken_bytes, _EXPANDED_BYTES):
            raise InvalidInput(
                "{file} unpacks to more than {times} times its size.",
                details={
                    "file": inert(self._name)[:300],
                    "times": _EXPANSION_MAX,
                    "reason": "bomb",
                },
            )
        return len(data)

    def _unpack(self, size: int) -> bytes:
        unpacker = self._unpacker
        while True:
            if unpacker.eof:
                rest = unpacker.unused_data or self._packed.read(_SNIFFED_BYTES)
                rest = rest.lstrip(b"\x00")  # padding that some tools leave
                if not rest:
                    return b""
                unpacker = self._unpacker = zlib.decompressobj(31)
            else:
                rest = unpacker.unconsumed_tail
                if not rest:
                    rest = self._packed.read1(_BLOCK_CHARACTERS)
                    self._taken_bytes += len(rest)
            data = unpacker.decompress(rest, size)
            if data:
                return data
            if not rest and not unpacker.eof:
                raise self._damaged()

    def _damaged(self) -> InvalidInput:
        return InvalidInput(
            "{file} is a damaged or cut gzip file.",
            details={"file": inert(self._name)[:300], "reason": "damaged_gzip"},
        )
