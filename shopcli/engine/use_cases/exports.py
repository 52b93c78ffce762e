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
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from shopcli.domain.amounts import format_major
from shopcli.domain.batch.records import Format
from shopcli.domain.batch.text import escape_formula, join_cells
from shopcli.domain.errors import InvalidInput
from shopcli.domain.ledger.entries import entry_id
from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds, rfc3339, zone
from shopcli.domain.showing import inert
from shopcli.engine.filters import Filters
from shopcli.engine.imports.reading.source import format_of
from shopcli.engine.requests import window_bounds
from shopcli.engine.use_cases.products import chosen_products
from shopcli.engine.use_cases.receipts import chosen_orders
from shopcli.engine.use_cases.users import chosen_users
from shopcli.storage.bulk import pages
from shopcli.storage.bulk.pages import Span
from shopcli.storage.orders import lines as lines_of
from shopcli.storage.refunds import Back, sums_by_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Session

    Progress = Callable[[str, int, int | None], None]

    class Text(Protocol):
        """A text stream to write to."""

        def write(self, text: str, /) -> object:
            """Write a text."""


_BLOCK_ROW_COUNT = 1000
ALL_ROWS = Filters()
_NOTHING = Back()
BYTE_ORDER_MARK = "\ufeff"
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
        "method",
        "reverses",
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
        "_refunded_quantity:count",
        "_refunded:amount",
    ),
    "sales": (
        "placed_at:moment",
        "order",
        "user",
        *_LINE,
        "discount:amount",
        "net:amount",
        "refunded_quantity:count",
        "refunded:amount",
    ),
}
"""The columns of each export as name:form; a column without a form is text."""


def write(
    runtime: Runtime,
    what: str,
    stream: Text,
    form: Format | Literal["json"],
    progress: Progress | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Filters = ALL_ROWS,
    local_times: bool = False,
) -> int:
    """Write rows to an open text stream, and return how many.

    Args:
        runtime: What every use case is given.
        what: products, users, coupons, claims, balances, history, orders or sales.
        stream: An open text stream; it may translate line ends.
        form: csv, tsv, jsonl, or json: one array on one line, which no import reads.
        progress: Called with ("exported", rows done, rows in all), first with 0 rows done.
        since: Only what happened at or after this instant; of claims, history, orders and sales.
            Without a zone, the shop's is meant.
        until: Only what happened before this instant, likewise.
        only: What is chosen of products (query, category, low, off_sale), of users and balances
            (query, state, below, idle), of orders (sku, state) or of sales (sku). Orders are
            chosen whole, sales by the row.
        local_times: Write times in the shop's zone, to the second, for spreadsheets; csv and tsv.

    Raises:
        UnknownProduct: No such product is chosen by.
        InvalidInput: There is no such export, it has no window or no such filter, nothing lies in
            the window, or local times are asked for in JSON.
    """
    writer = _Writer(runtime, what, form, local_times=local_times)
    span = _span(runtime, what, since, until)
    _check_filters(what, only)
    count = 0
    with runtime.reading(long=True) as session:
        rows = _rows(_Wanted(runtime, session, only), what, span)
        stream.write(writer.head())
        total = None
        if progress is not None:
            total = None if only != ALL_ROWS else pages.count(session, what, span)
            progress("exported", 0, total)
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
    since: datetime | None = None,
    until: datetime | None = None,
    only: Filters = ALL_ROWS,
    local_times: bool = False,
    byte_order_mark: bool = False,
) -> int:
    """Write rows to a file, which appears complete or not at all, and return how many.

    Args:
        runtime: What every use case is given.
        what: As in `write`.
        path: Path of the file; one that ends in `.gz` is compressed.
        form: csv, tsv or jsonl; by the suffix of the path if None.
        force: Replace an existing file.
        progress: As in `write`.
        since: As in `write`.
        until: As in `write`.
        only: As in `write`.
        local_times: As in `write`.
        byte_order_mark: Begin with one, by which spreadsheets know UTF-8; csv and tsv.

    Raises:
        InvalidInput: As in `write`; or the file exists, the path is a symbolic link or no file,
            or the file cannot be written.
    """
    target = Path(path)
    final_form = format_of(target.name, form)
    check_columns(what)
    _check_free(target, force=force)

    if byte_order_mark:
        _refuse_json(final_form)

    def write_to(stream: Text) -> int:
        if byte_order_mark:
            stream.write(BYTE_ORDER_MARK)
        return write(
            runtime,
            what,
            stream,
            final_form,
            progress,
            since=since,
            until=until,
            only=only,
            local_times=local_times,
        )

    try:
        return _save(target, write_to, force=force)
    except OSError as error:
        raise InvalidInput(
            "{file} could not be written: {why}.",
            details={
                "file": inert(target),
                "why": str(error.strerror or error),
                "reason": "unwritable_file",
            },
        ) from None


def _save(target: Path, write_to: Callable[[Text], int], *, force: bool) -> int:
    descriptor, name = tempfile.mkstemp(prefix=".shop-export-", dir=target.parent)
    written = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
            if target.name.lower().endswith(".gz"):
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    count = _save_text(packed, write_to)
            else:
                count = _save_text(file, write_to)
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
    file: Any,  # noqa: ANN401  # a file or a packed one
    write_to: Callable[[Text], int],
) -> int:
    text = io.TextIOWrapper(file, "utf-8", newline="\n")
    count = write_to(text)
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


def _refuse_json(form: str) -> None:
    """Refuse local times and a byte order mark in a format that has neither."""
    if form not in {"csv", "tsv"}:
        raise InvalidInput(
            "Local times and a byte order mark go with csv and tsv, not with {form}.",
            details={"form": form, "reason": "for_spreadsheets"},
        )


class _Writer:
    def __init__(
        self,
        runtime: Runtime,
        what: str,
        form: Format | Literal["json"],
        *,
        local_times: bool = False,
    ) -> None:
        if local_times:
            _refuse_json(form)
        self._zone = zone(runtime.identity.timezone) if local_times else None
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
            moment = from_microseconds(value)
            if self._zone is not None:
                return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
            return rfc3339(moment)
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


class _Wanted(NamedTuple):
    """What is read, where, and what of it is chosen."""

    runtime: Runtime
    session: Session
    only: Filters


def _products(wanted: _Wanted) -> Iterator[Any]:
    return pages.products(wanted.session, chosen_products(wanted.session, wanted.only))


def _users(wanted: _Wanted) -> Iterator[Any]:
    chosen, is_found = chosen_users(wanted.runtime, wanted.only)
    return filter(is_found, pages.users(wanted.session, chosen))


def _balances(wanted: _Wanted) -> Iterator[Any]:
    return ((row.username, row.balance_minor, row.state) for row in _users(wanted))


def _coupons(wanted: _Wanted) -> Iterator[Any]:
    return pages.coupons(wanted.session)


def _claims(wanted: _Wanted, span: Span) -> Iterator[Any]:
    for row in pages.claims(wanted.session, span):
        head = (row.key, row.username, row.code, row.claimed_at)
        yield (*head, row.number, row.usable_until_at, row.order_id)


def _history(wanted: _Wanted, span: Span) -> Iterator[Any]:
    for username, sequence, *rest, reversed_sequence in pages.history(wanted.session, span):
        reverses = None if reversed_sequence is None else entry_id(username, reversed_sequence)
        yield username, entry_id(username, sequence), *rest, reverses


def _orders(wanted: _Wanted, span: Span) -> Iterator[Any]:
    chosen = chosen_orders(wanted.session, wanted.only)
    return _rows_of_orders(wanted.session, span, chosen)


def _rows_of_orders(session: Session, span: Span, chosen: Chosen) -> Iterator[Any]:
    for page in pages.orders(session, span, chosen):
        ids = [row.order_id for row in page]
        lines, given_back = lines_of(session, ids), sums_by_line(session, ids)
        for placed_at, order_id, key, username, discount, code, state in page:
            for sku, name, quantity, unit_price, total, part in lines[order_id]:
                head = (key, username, sku, quantity, placed_at, unit_price, discount)
                # Who cancels gets back what is left: all of the line in the end.
                whole = Back(quantity, total - part)
                back = given_back.get((order_id, sku), _NOTHING) if state == "paid" else whole
                yield (*head, order_id, state, code, name, total, part, total - part, *back)


def _sales(wanted: _Wanted, span: Span) -> Iterator[Any]:
    chosen = chosen_orders(wanted.session, wanted.only)
    return _rows_of_sales(wanted.session, span, chosen)


def _rows_of_sales(session: Session, span: Span, chosen: Chosen) -> Iterator[Any]:
    sku = chosen.parameters.get("sku")
    for page in pages.orders(session, span, chosen):
        sold = [row for row in page if row.state == "paid"]
        ids = [row.order_id for row in sold]
        lines, given_back = lines_of(session, ids), sums_by_line(session, ids)
        for order in sold:
            head = (order.placed_at, order.order_id, order.username)
            for line in lines[order.order_id]:
                if sku in (None, line.sku):
                    back = given_back.get((order.order_id, line.sku), _NOTHING)
                    yield (*head, *line, line.line_total_minor - line.discount_minor, *back)


_READERS: dict[str, Callable[[_Wanted], Iterator[Any]]] = {
    "products": _products,
    "users": _users,
    "coupons": _coupons,
    "balances": _balances,
}
"""Exports of what there is."""

_READERS_WITHIN: dict[str, Callable[[_Wanted, Span], Iterator[Any]]] = {
    "claims": _claims,
    "history": _history,
    "orders": _orders,
    "sales": _sales,
}
"""Exports of what happened, which may have a window."""

HAPPENED = frozenset(_READERS_WITHIN)

_OF_USERS = ("query", "state", "below", "idle")
FILTERS: dict[str, tuple[str, ...]] = {
    "products": ("query", "category", "low", "off_sale"),
    "users": _OF_USERS,
    "balances": _OF_USERS,
    "orders": ("sku", "state"),
    "sales": ("sku",),
}
"""What of each export can be chosen; of others nothing."""


def _check_filters(what: str, only: Filters) -> None:
    known = FILTERS.get(what, ())
    given = [name for name, value in only._asdict().items() if value not in (None, False)]
    if other := [name for name in given if name not in known]:
        raise InvalidInput(
            "An export of {what} is not chosen by {names:and}.",
            details={"what": what, "names": other, "reason": "other_export"},
        )


def _rows(wanted: _Wanted, what: str, span: Span | None) -> Iterator[Any]:
    if what in _READERS:
        return _READERS[what](wanted)
    return _READERS_WITHIN[what](wanted, Span(0, LATEST_MICROSECONDS) if span is None else span)


def _span(
    runtime: Runtime, what: str, since: datetime | None, until: datetime | None
) -> Span | None:
    """The window of an export; None where none was given."""
    if since is None and until is None:
        return None
    if what not in HAPPENED:
        raise InvalidInput(
            "An export of {what} is of now: it has no window.",
            details={"what": what, "reason": "of_now"},
        )
    return Span._make(window_bounds(runtime, since, until))


def _check_free(target: Path, *, force: bool) -> None:
    try:
        status = target.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidInput(
            "{file} cannot be written: {why}.",
            details={
                "file": inert(target),
                "why": error.strerror,
                "reason": "unwritable_file",
            },
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
