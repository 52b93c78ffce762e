"""The use case that exports rows: `shop.exports`; one snapshot, read page by page.

Rows that can be imported again have the columns of the import. What else is exported is in columns
whose names begin with an underscore, which an import ignores or only checks.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tempfile
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from shopcli.domain.amounts import format_major
from shopcli.domain.batch.records import Format
from shopcli.domain.batch.text import escape_formula, join_cells
from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.showing import inert
from shopcli.engine.imports.reading.source import format_of
from shopcli.engine.use_cases.balances import entry_id
from shopcli.storage.bulk import pages
from shopcli.storage.orders import lines as lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

    Progress = Callable[[str, int, int | None], None]

    class Text(Protocol):
        """A text stream to write to."""

        def write(self, text: str, /) -> object:
            """Write a text."""


_BLOCK_ROW_COUNT = 1000
_LINE = ("sku", "name", "quantity:count", "unit_price:amount", "line_total:amount")

COLUMNS: dict[str, tuple[str, ...]] = {
    "products": (
        "sku",
        "name",
        "price:amount",
        "stock:count",
        "category",
        "barcode",
        "low_stock:count",
        "on_sale:flag",
    ),
    "users": ("user", "name", "_state", "_balance:amount"),
    "coupons": (
        "code",
        "percent:count",
        "amount:amount",
        "limit:count",
        "cap:amount",
        "min_order:amount",
        "opens:moment",
        "closes:moment",
        "use_by:moment",
        "valid_days:count",
        "_claimed:count",
        "_redeemed:count",
        "_disabled:flag",
    ),
    "claims": (
        "key",
        "user",
        "coupon",
        "at:moment",
        "_number:count",
        "_usable_until:moment",
        "_order",
    ),
    "balances": ("user", "balance:amount", "state"),
    "history": (
        "user",
        "id",
        "at:moment",
        "recorded_at:moment",
        "kind",
        "amount:amount",
        "balance_after:amount",
        "order",
        "key",
        "reason",
    ),
    "orders": (
        "key",
        "user",
        "sku",
        "quantity:count",
        "ordered_at:moment",
        "unit_price:amount",
        "discount:amount",
        "_order",
        "_state",
        "_coupon",
        "_name",
        "_line_total:amount",
        "_line_discount:amount",
        "_net:amount",
    ),
    "sales": (
        "placed_at:moment",
        "order",
        "user",
        *_LINE,
        "discount:amount",
        "net:amount",
    ),
}
"""The columns of each export as name:form; a column without a form is text."""


def write(
    runtime: Runtime,
    what: str,
    stream: Text,
    form: Format | Literal["json"],
    progress: Progress | None = None,
) -> int:
    """Write rows to an open text stream, and return how many.

    Args:
        runtime: What every use case is given.
        what: products, users, coupons, claims, balances, history, orders or sales.
        stream: An open text stream; it may translate line ends.
        form: csv, tsv, jsonl, or json: one array on one line, which no import reads.
        progress: Called with ("exported", rows done, rows in all), first with 0 rows done.

    Raises:
        InvalidInput: There is no such export.
    """
    writer = _Writer(runtime, what, form)
    stream.write(writer.head())
    count = 0
    with runtime.reading(long=True) as session:
        total = 0
        if progress is not None:
            total = pages.count(session, what)
            progress("exported", 0, total)
        rows = _READERS[what](session)
        while block := list(islice(rows, _BLOCK_ROW_COUNT)):
            text = "".join([writer.line(row) for row in block])
            stream.write(text if count else writer.first(text))
            count += len(block)
            if progress is not None:
                progress("exported", count, total)
    stream.write(writer.tail())
    return count


def save(
    runtime: Runtime,
    what: str,
    path: str | Path,
    form: str | None = None,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write rows to a file, which appears complete or not at all, and return how many.

    Args:
        runtime: What every use case is given.
        what: As in `write`.
        path: Path of the file; one that ends in `.gz` is compressed.
        form: csv, tsv or jsonl; by the suffix of the path if None.
        force: Replace an existing file.
        progress: As in `write`.

    Raises:
        InvalidInput: There is no such export, the file exists, the path is a symbolic link or no
            file, or the file cannot be written.
    """
    target = Path(path)
    final_form = format_of(target.name, form)
    check_columns(what)
    _check_free(target, force=force)
    try:
        return _save(runtime, what, target, final_form, force=force, progress=progress)
    except OSError as error:
        raise InvalidInput(
            "{file} could not be written: {why}.",
            details={
                "file": inert(target),
                "why": str(error.strerror or error),
                "reason": "unwritable_file",
            },
        ) from None


def _save(
    runtime: Runtime,
    what: str,
    target: Path,
    form: Format,
    *,
    force: bool,
    progress: Progress | None,
) -> int:
    descriptor, name = tempfile.mkstemp(prefix=".shop-export-", dir=target.parent)
    written = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
            if target.name.lower().endswith(".gz"):
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    count = _save_text(runtime, what, packed, form, progress)
            else:
                count = _save_text(runtime, what, file, form, progress)
            file.flush()
            os.fsync(file.fileno())
        if force:
            _check_free(target, force=True)
            written.replace(target)
        else:
            _put(written, target)
        return count
    finally:
        with suppress(FileNotFoundError):
            written.unlink()


def _save_text(
    runtime: Runtime,
    what: str,
    file: Any,  # noqa: ANN401  # a file or a packed one
    form: Format,
    progress: Progress | None,
) -> int:
    text = io.TextIOWrapper(file, "utf-8", newline="\n")
    count = write(runtime, what, text, form, progress)
    text.flush()
    text.detach()
    return count


def check_columns(what: str) -> tuple[str, ...]:
    """The columns of an export, as in `COLUMNS`.

    Raises:
        InvalidInput: There is no such export.
    """
    if what not in COLUMNS:
        raise InvalidInput("What can be exported: {kinds}.", details={"kinds": list(COLUMNS)})
    return COLUMNS[what]


class _Writer:
    def __init__(self, runtime: Runtime, what: str, form: Format | Literal["json"]) -> None:
        columns = [column.partition(":") for column in check_columns(what)]
        self._names = [name for name, _, _ in columns]
        self._forms = [form for _, _, form in columns]
        self._form = form
        self._exponent = runtime.identity.exponent
        has_money = "amount" in self._forms
        self._currency = {"currency": runtime.identity.currency} if has_money else {}

    def head(self) -> str:
        if self._form == "json":
            return "["
        return "" if self._form == "jsonl" else join_cells(self._names, self._form) + "\n"

    def line(self, row: Any) -> str:  # noqa: ANN401  # a row of any of the readers
        if self._form == "json":
            return f", {self._json(row)}"
        if self._form == "jsonl":
            return self._json(row) + "\n"
        return join_cells(map(self._cell, self._forms, row), self._form) + "\n"

    def first(self, lines: str) -> str:
        """The first lines as they follow the head: nothing is in front of a first element."""
        return lines.removeprefix(", ") if self._form == "json" else lines

    def tail(self) -> str:
        return "]\n" if self._form == "json" else ""

    def _cell(self, form: str, value: Any) -> str:  # noqa: ANN401  # a column's value
        if value is None:
            return ""
        if form == "":
            return escape_formula(inert(value))
        if form == "amount":
            return format_major(value, self._exponent)
        if form == "moment":
            return rfc3339(from_microseconds(value))
        return ("false", "true")[value] if form == "flag" else str(value)

    def _json(self, row: Any) -> str:  # noqa: ANN401  # a row of any of the readers
        record: dict[str, Any] = {}
        for name, form, value in zip(self._names, self._forms, row, strict=True):
            if value is not None and form == "moment":
                record[name] = rfc3339(from_microseconds(value))
            else:
                record[name] = bool(value) if form == "flag" else value
        record.update(self._currency)
        text = json.dumps(record, ensure_ascii=False)
        # The shop accepts no such characters; what other programs wrote to the database is escaped.
        return text if inert(text) == text else json.dumps(record)


def _users(session: Session) -> Iterator[Any]:
    return iter(pages.users(session))


def _balances(session: Session) -> Iterator[Any]:
    return ((row.username, row.balance_minor, row.state) for row in pages.users(session))


def _claims(session: Session) -> Iterator[Any]:
    for row in pages.claims(session):
        head = (row.key, row.username, row.code, row.claimed_at)
        yield (*head, row.number, row.usable_until_at, row.order_id)


def _history(session: Session) -> Iterator[Any]:
    for username, sequence, *rest in pages.history(session):
        yield username, entry_id(username, sequence), *rest


def _orders(session: Session) -> Iterator[Any]:
    for page in pages.orders(session):
        lines = lines_of(session, [row.order_id for row in page])
        for placed_at, order_id, key, username, discount, code, state in page:
            for sku, name, quantity, unit_price, total, part in lines[order_id]:
                head = (key, username, sku, quantity, placed_at, unit_price, discount)
                yield (*head, order_id, state, code, name, total, part, total - part)


def _sales(session: Session) -> Iterator[Any]:
    for page in pages.orders(session):
        sold = [row for row in page if row.state == "paid"]
        lines = lines_of(session, [row.order_id for row in sold])
        for order in sold:
            head = (order.placed_at, order.order_id, order.username)
            for line in lines[order.order_id]:
                yield (*head, *line, line.line_total_minor - line.discount_minor)


_READERS: dict[str, Callable[[Session], Iterator[Any]]] = {
    "products": pages.products,
    "users": _users,
    "coupons": pages.coupons,
    "claims": _claims,
    "balances": _balances,
    "history": _history,
    "orders": _orders,
    "sales": _sales,
}


def _check_free(target: Path, *, force: bool) -> None:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidInput(
            "{file} cannot be written: {why}.",
            details={"file": inert(target), "why": error.strerror},
        ) from None
    if stat.S_ISLNK(status.st_mode):
        raise InvalidInput(
            "{file} is a symbolic link, which is not followed.",
            details={"file": inert(target), "reason": "link"},
        )
    if not stat.S_ISREG(status.st_mode):
        raise InvalidInput(
            "{file} is not a file.", details={"file": inert(target), "reason": "no_file"}
        )
    if not force:
        raise InvalidInput(
            "{file} is there already.", details={"file": inert(target), "reason": "file_exists"}
        )


def _put(written: Path, target: Path) -> None:
    """Give the finished file its name, unless a file of that name exists by now."""
    try:
        os.link(written, target)
    except FileExistsError:
        _check_free(target, force=False)
    except OSError:
        _check_free(target, force=False)
        written.rename(target)  # a file system without links
