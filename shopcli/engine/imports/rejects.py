"""The rejects file: rejected rows, as valid input, with line, column, code and reason of each.

It is written to a temporary file and renamed at the end; an existing file is never replaced. What
is no file but takes what is written, as `/dev/null` or standard error, is written to.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopcli.domain.amounts import format_major
from shopcli.domain.batch.grammar import CLEAR, CLEAR_TEXT, Grammar, Value
from shopcli.domain.batch.records import Format
from shopcli.domain.batch.text import escape_formula, join_cells, unescape_formula
from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.showing import excerpt, inert
from shopcli.engine.imports.reading.malformed import INPUT
from shopcli.engine.imports.reading.spool import full

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from shopcli.engine.imports.reading.malformed import Own

REASONS = ("_line", "_column", "_code", "_error")
_COPY_BYTES = 1 << 16
_NAMES_TRIED = 1000
_OPEN_STREAM = re.compile(r"/dev/(?:std(?:out|err)|fd/[0-9]+)|/proc/self/fd/[0-9]+")
"""Names of what this process has open, such as a shell's `>(…)`, whatever it is."""


class Rejects:
    """Collects rejected rows in the format of the input.

    Args:
        rules: Grammar of the input.
        form: Format of the input.
    """

    def __init__(self, rules: Grammar, form: Format) -> None:
        self.header = list(rules.names)
        """Columns in the order of the input; set when its header is read."""
        self.line_count = 0
        self._rules = rules
        self._form = form
        try:
            self._file = tempfile.TemporaryFile(prefix="shop-rejects-")  # noqa: SIM115  # `with` is ours
        except OSError as error:
            raise full(error, "checked") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._file.close()

    def put(self, line: int, column: str | None, code: str, message: str, own: Own) -> None:
        """Add a row as it stood in the input.

        Args:
            line: Number of its line.
            column: The column at fault, if one is.
            code: Code of the error.
            message: Why it is rejected.
            own: Its cells in the input's order; or the whole text of a record that has other cells
                than the header names, which is then rejected again as it stands.
        """
        if self._form == "jsonl":
            if isinstance(own, str):
                record: dict[str, Any] = {INPUT: own}
            else:
                record = {n: v for n, v in zip(self.header, own, strict=True) if v is not None}
            reasons = zip(REASONS, (line, column, code, inert(message)), strict=True)
            text = json.dumps({**record, **dict(reasons)})
        else:
            cells = self._whole(own) if isinstance(own, str) else list(own)
            # As they were, except that no spreadsheet may execute them.
            cells = [escape_formula(unescape_formula(cell)) for cell in cells]
            reasons_text = (str(line), column or "", code, inert(message).replace("\t", " "))
            text = join_cells([*cells, *reasons_text], self._form)
        self.line_count += 1
        try:
            self._file.write(text.encode("utf-8", "surrogateescape") + b"\n")
        except OSError as error:
            raise full(error, "rejected") from None

    def put_values(
        self, line: int, column: str | None, code: str, message: str, values: Sequence[Value]
    ) -> None:
        """Add a well-formed row by its checked values."""
        self.put(line, column, code, message, self.own(values))

    def own(self, values: Sequence[Value]) -> tuple[Any, ...]:
        """The cells of checked values, in the order of the input."""
        by_name = dict(zip(self._rules.names, values, strict=True))
        forms = {column.name: column.form for column in self._rules.columns}
        if self._form == "jsonl":
            return tuple(self._json(forms.get(n, ""), by_name.get(n)) for n in self.header)
        return tuple(self._cell(forms.get(n, ""), by_name.get(n)) for n in self.header)

    def _whole(self, record: str) -> list[str]:
        """Cells of which one holds a whole record, and none names what it would create or change.

        Padded or cut to the header's columns, the record could be another valid row: `k,kim,1,000`
        a charge of 1. Without the identifying cell it is refused whatever it holds.
        """
        identity, *_ = self._rules.names
        place = next((i for i, name in enumerate(self.header) if name != identity), 0)
        return [record if i == place else "" for i in range(len(self.header))]

    def _cell(self, form: str, value: Value) -> str:
        if value is None:
            return ""
        if value is CLEAR:
            return CLEAR_TEXT
        if isinstance(value, int):
            if form == "amount":
                return format_major(value, self._rules.exponent)
            if form == "moment":
                return rfc3339(from_microseconds(value))
            return ("false", "true")[value] if form == "flag" else str(value)
        return escape_formula(str(value))

    def _json(self, form: str, value: Value) -> Any:  # noqa: ANN401  # JSON
        if value is CLEAR:
            return CLEAR_TEXT
        if isinstance(value, int) and form == "moment":
            return rfc3339(from_microseconds(value))
        return bool(value) if form == "flag" and value is not None else value

    def keep(self, wanted: Path) -> Path | None:
        """Write the rejects file, under a numbered name if the path is taken by another file.

        Args:
            wanted: The path to use if it is free.

        Returns:
            The path used; None if no row was rejected, or they went to what is no file.

        Raises:
            OSError: The file cannot be written there.
        """
        if not self.line_count:
            return None
        head = ""
        if self._form != "jsonl":
            head = join_cells([*self.header, *REASONS], self._form) + "\n"
        self._file.flush()
        if is_stream(wanted):
            self._write_to(wanted, head.encode())
            return None
        return self._place(wanted, head.encode())

    def _write_to(self, wanted: Path, head: bytes) -> None:
        self._file.seek(0)
        with open(os.open(wanted, os.O_WRONLY | os.O_APPEND), "wb") as target:  # noqa: PTH123  # a descriptor
            target.write(head)
            while block := self._file.read(_COPY_BYTES):
                target.write(block)

    def _place(self, wanted: Path, head: bytes) -> Path:
        folder = wanted.parent.resolve()
        descriptor, name = tempfile.mkstemp(prefix=".shop-rejects-", dir=folder)
        written = Path(name)
        try:
            with open(descriptor, "wb") as target:  # noqa: PTH123  # a descriptor, not a path
                target.write(head)
                self._file.seek(0)
                while block := self._file.read(_COPY_BYTES):
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            return _linked(written, folder / wanted.name)
        finally:
            written.unlink()


def is_stream(path: Path) -> bool:
    """Whether a path is no file but takes what is written: a character device, what is open."""
    if _OPEN_STREAM.fullmatch(os.fspath(path)) is not None:
        return True
    try:
        return stat.S_ISCHR(path.stat().st_mode)
    except OSError:
        return False


def checked_rejects(wanted: str | Path) -> Path:
    """The path that was named for rejected rows.

    Raises:
        InvalidInput: It is empty, or something lies there that can not be such a file.
    """
    path, kind = Path(wanted), ""
    details = {"field": "rejects", "value": excerpt(str(wanted)), "reason": "rejects"}
    if not str(wanted):
        raise InvalidInput("The name of the file for rejected rows is empty.", details=details)
    try:
        if is_stream(path) and not path.is_dir():
            return path
        mode = path.stat().st_mode
    except FileNotFoundError:
        return path
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no path can hold such a character"
        raise InvalidInput(
            "Rejected rows can not be written to '{value}': {why}.", details={**details, "why": why}
        ) from None
    kind = next((name for is_kind, name in _NO_FILES if is_kind(mode)), "")
    if kind:
        raise InvalidInput(
            "Rejected rows can not be written to '{value}': it is {kind:noun}.",
            details={**details, "kind": kind},
        )
    return path


_NO_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
"""What lies at a path and is no file that could be made, nor takes what is written."""


def rejects_path(name: str, form: Format) -> Path:
    """The default path: `orders.rejects.csv` beside `orders.csv`, or `stdin.rejects.csv`."""
    if name == "-":
        return Path(f"stdin.rejects.{form}")
    path = Path(name)
    base = path.name.removesuffix(".gz") if path.name.lower().endswith(".gz") else path.name
    stem, suffix = os.path.splitext(base)  # noqa: PTH122  # pathlib reads "..csv" another way
    return path.with_name(f"{stem}.rejects{suffix or f'.{form}'}")


def _linked(written: Path, wanted: Path) -> Path:
    candidates = [wanted]
    candidates += [
        wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        for number in range(2, _NAMES_TRIED)
    ]
    for candidate in candidates:
        try:
            os.link(written, candidate)
        except FileExistsError:
            if _is_same(written, candidate):
                return candidate
            continue
        except OSError:
            if os.path.lexists(candidate):
                continue
            # The file system has no links: copy, which is not atomic but replaces no file either.
            with candidate.open("xb") as target:
                target.write(written.read_bytes())
        return candidate
    raise FileExistsError(0, "too many rejects files lie there", str(wanted))


def _is_same(written: Path, other: Path) -> bool:
    if other.is_symlink() or not other.is_file() or other.stat().st_size != written.stat().st_size:
        return False
    with written.open("rb") as one, other.open("rb") as two:
        while block := one.read(_COPY_BYTES):
            if block != two.read(_COPY_BYTES):
                return False
    return True
