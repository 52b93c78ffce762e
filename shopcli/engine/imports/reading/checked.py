"""Phase one of an import: reads and checks the whole input, finds duplicates, groups orders.

Beside one block of the input, memory is eight bytes for each row, to find duplicate keys.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shopcli.domain.barcodes import codes_of
from shopcli.domain.batch.grammar import BARCODE_PLACE, Grammar
from shopcli.domain.text import KEY_LENGTH_MAX
from shopcli.engine.imports.plans.orders import values_of
from shopcli.engine.imports.reading.cells import Checker
from shopcli.engine.imports.reading.groups import (
    Disagreement,
    Group,
    Grouper,
    Identities,
    groups_of,
    kept,
    regrouped,
    repeated,
)
from shopcli.engine.imports.reading.rows import Rows
from shopcli.engine.imports.reading.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

    from shopcli.domain.batch.grammar import Value
    from shopcli.engine.imports.reading.malformed import Malformed, Own
    from shopcli.engine.imports.reading.source import Source
    from shopcli.engine.imports.rejects import Rejects

_ONCE = {"products": "SKU", "users": "user", "coupons": "coupon"}
"""Kinds whose identity must be unique in a file, and its name in messages."""

_KEY_OF_GROUP = attrgetter("key")

_LINES_LISTED = 5


class Checked:
    """Reads an input to its end and stores its checked rows in a temporary file.

    Args:
        rules: Grammar of the rows.
        checker: Reads and checks the rows.
        malformed: Collects the errors.
        rejects: Turns values back into cells.
        key_prefix: Prefix that will be added to keys, which count towards their length.
        is_rehearsed: Whether this is a dry run.
        same_key_once: Treat rows with equal keys and contents as one.
    """

    def __init__(
        self,
        rules: Grammar,
        checker: Checker,
        malformed: Malformed,
        rejects: Rejects,
        key_prefix: str,
        *,
        is_rehearsed: bool,
        same_key_once: bool = False,
    ) -> None:
        self._is_rehearsed = is_rehearsed
        self._same_key_once = same_key_once
        self._rules = rules
        self._checker = checker
        self._malformed = malformed
        self._rejects = rejects
        self._longest_key = KEY_LENGTH_MAX - len(key_prefix)
        self._identity_column, *_ = rules.columns
        self._has_prefix = bool(key_prefix) and self._identity_column.form == "key"
        self._identities = Identities()
        self._spool = Spool()
        self._group_count = 0
        self._broken_keys: set[str] = set()
        """Keys of orders of which a row is malformed."""
        if rules.kind == "orders":
            malformed.noted = self._note_broken
        self.repeated_keys: set[str] = set()
        """Keys that occur more than once, always with the same request."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._spool.close()

    @property
    def row_count(self) -> int:
        """Number of data rows read."""
        return self._checker.row_count

    @property
    def swallowed_count(self) -> int:
        """Number of lines within a quoted cell that look like rows."""
        return self._checker.swallowed_count

    @property
    def first_swallowed(self) -> tuple[int, int] | None:
        """First and last line of the first record with such lines."""
        return self._checker.first_swallowed

    def read(self, source: Source, progress: Callable[[int], None]) -> None:
        """Read and check the whole input.

        Raises:
            InvalidInput: More lines are malformed than allowed.
        """
        if self._rules.kind == "orders":
            self._read_orders(source, progress)
        else:
            for rows in self._checker.rows(source, progress):
                self._check_prefix(rows)
                self._identities.take(rows.texts(0), self._kept_identities)
                self._spool.write(rows.plain())
        self._malformed.check()
        duplicates = self._identities.repeated()
        if duplicates:
            self._handle_duplicates(duplicates)
            self._malformed.check()
        if self._broken_keys:
            self._put_rest_aside()

    def repeated_codes(self) -> set[int]:
        """Hashes of codes and SKUs that occur more than once; only for a dry run.

        A real import finds them in the database, once the earlier rows are written.
        """
        if not self._is_rehearsed:
            return set()
        hashes = array("q")
        for chunk in self._spool.chunks():
            rows = Rows.of(chunk)
            barcodes: Any = rows.columns[BARCODE_PLACE] or repeat(None)
            for sku, barcode in zip(rows.texts(0), barcodes, strict=False):
                code = barcode if isinstance(barcode, str) else None
                hashes.extend(map(hash, {sku, *codes_of(sku, code)}))
        return repeated(hashes)

    def batches(self) -> Iterator[Any]:
        """The checked rows (for orders: groups) in chunks, in the order of the input."""
        dropped = self._malformed.dropped
        if self._rules.kind == "orders":
            for chunk in self._spool.chunks():
                groups = groups_of(chunk)
                if dropped:
                    groups = [group for group in groups if group.line not in dropped]
                if groups:
                    yield groups
            return
        for chunk in self._spool.chunks():
            rows = Rows.of(chunk)
            if dropped and not dropped.isdisjoint(rows.lines):
                rows = rows.without(dropped)
            if len(rows.lines):
                yield rows

    def _read_orders(self, source: Source, progress: Callable[[int], None]) -> None:
        grouper = Grouper(self._refuse)
        for rows in self._checker.rows(source, progress):
            self._check_prefix(rows)
            self._keep(grouper.take(rows))
        self._keep(grouper.finish())

    def _keep(self, groups: list[Group]) -> None:
        if groups:
            self._group_count += len(groups)
            self._identities.take(list(map(_KEY_OF_GROUP, groups)), self._kept_identities)
            self._spool.write(kept(groups))

    def _kept_identities(self) -> Iterator[list[str]]:
        for chunk in self._spool.chunks():
            if self._rules.kind == "orders":
                yield list(map(_KEY_OF_GROUP, groups_of(chunk)))
            else:
                yield Rows.of(chunk).texts(0)

    def _check_prefix(self, rows: Rows) -> None:
        if not self._has_prefix:
            return
        keys = rows.texts(0)
        if max(map(len, keys)) <= self._longest_key:
            return
        for index, key in enumerate(keys):
            if len(key) > self._longest_key:
                values = [None if column is None else column[index] for column in rows.columns]
                message = f"With the prefix the key is longer than {KEY_LENGTH_MAX} characters."
                own = self._rejects.own(values)
                self._malformed.add(rows.lines[index], "key", message, own, was_kept=True)

    def _refuse(self, pieces: list[Group], disagreement: Disagreement) -> None:
        line, column, message = disagreement
        message = f"{message} The order's lines are {_listed(pieces)}."
        for piece in pieces:
            for own_line, values in values_of(piece):
                own = self._rejects.own(values)
                if own_line == line:
                    self._malformed.add(line, column, message, own)
                else:
                    self._malformed.add_beside(own_line, message, own)

    def _note_broken(self, own: Own) -> None:
        self._broken_keys |= self._checker.keys_of(own)

    def _put_rest_aside(self) -> None:
        """Reject the other rows of orders of which a row is malformed: none is placed by half."""
        dropped = self._malformed.dropped
        for chunk in self._spool.chunks():
            for group in groups_of(chunk):
                if group.key not in self._broken_keys or group.line in dropped:
                    continue
                dropped.add(group.line)
                message = f"Another row of the order {group.key} is malformed."
                for line, values in values_of(group):
                    self._malformed.put_beside(line, message, self._rejects.own(values))

    def _handle_duplicates(self, duplicates: set[int]) -> None:
        if self._rules.kind == "orders":
            whole = regrouped(self._spool, duplicates, self._group_count, self._refuse)
            self._spool.close()
            self._spool = whole
            return
        once = _ONCE.get(self._rules.kind)
        first: dict[str, tuple[int, tuple[Value, ...]]] = {}
        for chunk in self._spool.chunks():
            rows = Rows.of(chunk)
            lines, columns = rows.lines, rows.columns
            for index, identity in enumerate(rows.texts(0)):
                if hash(identity) not in duplicates:
                    continue
                values = tuple(None if column is None else column[index] for column in columns)
                had_line, had = first.setdefault(identity, (lines[index], values))
                if had_line == lines[index]:
                    continue
                is_same = had == values
                if is_same and once is None and self._same_key_once:
                    self.repeated_keys.add(identity)
                    continue
                message = (
                    f"The {once or 'key'} {identity} stands on line {had_line} already"
                    f"{'' if is_same else ', otherwise'}. {_way_out(once, is_same=is_same)}"
                )
                own = self._rejects.own(values)
                self._malformed.add(
                    lines[index], self._identity_column.name, message, own, was_kept=True
                )


def _way_out(once: str | None, *, is_same: bool) -> str:
    """What to do about a line whose identity stands before; None of `_ONCE` has a key of its own.

    Args:
        once: The name of an identity that must be unique; None where it is a key.
        is_same: Whether all else on the two lines is the same.
    """
    if once is not None:
        return f"Leave out {'one of the two' if is_same else 'the line that is wrong'}."
    if is_same:
        return "If the two are one, add --same-key-once; else give each its own."
    return "Give each its own."


def _listed(pieces: list[Group]) -> str:
    """The line numbers of an order's rows, as text; the first of them if there are many."""
    lines = sorted(line for piece in pieces for line, _ in values_of(piece))
    listed = ", ".join(map(str, lines[:_LINES_LISTED]))
    return (
        f"{listed} and {len(lines) - _LINES_LISTED} more" if len(lines) > _LINES_LISTED else listed
    )
