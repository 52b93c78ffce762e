"""The plan of products: adds new ones, changes fields, and moves stock once for each batch."""

from __future__ import annotations

import unicodedata
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from shopcli.domain.barcodes import as_read, codes_of
from shopcli.domain.batch.grammar import CLEAR, LEAVE
from shopcli.domain.errors import (
    InvalidInput,
    KeyConflict,
    ProductExists,
    ShopError,
    UnknownProduct,
)
from shopcli.domain.money import AMOUNT_MAX
from shopcli.engine.audit import origin_values
from shopcli.engine.imports.plan import Choices, Outcome, Plan, Reject
from shopcli.engine.imports.plans.codes import CodeChange, ProductCodes, claims_of, code_change_of
from shopcli.engine.imports.plans.people_and_coupons import Record, wanted
from shopcli.storage.bulk import locking_reads, writing
from shopcli.storage.inserts import PRODUCTS, STOCK_MOVEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

    from shopcli.domain.batch.grammar import Value
    from shopcli.engine.imports.reading.rows import Rows
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.locking_reads import BatchMoveRow, ProductRow
    from shopcli.storage.session import Session

_PRODUCT = (
    "sku",
    "name",
    "price_minor",
    "stock",
    "category",
    "barcode",
    "low_stock",
    "on_sale",
)
"""Columns of the table, in the order of the file's columns."""

_DEFAULTS = {"stock": 0, "category": None, "barcode": None, "low_stock": None, "on_sale": 1}
_MOVEMENT = ("sku", "quantity", "stock_after")
_CHANGED_STOCK = ("sku", "sequence", "quantity", "stock_after")
_FIELDS = ("name", "price", "category", "barcode", "low_stock", "on_sale")
"""The fields of `_Changeable`, by their names in the file."""
_BARCODE = _FIELDS.index("barcode")
_TYPES = (writing.TEXT, writing.COUNT, writing.TEXT, writing.TEXT, writing.COUNT, writing.COUNT)

DIFFERENCE_COUNT_MAX = 1000
"""Largest number of differences a dry run lists; its counts include all."""


class _Changeable(NamedTuple):
    """The columns of a product that a row of a file can change, except its stock."""

    name: Value
    price_minor: Value
    category: Value
    barcode: Value
    low_stock: Value
    on_sale: Value

    @classmethod
    def of(cls, row: ProductRow) -> Self:
        """The present values of a product."""
        return cls(row.name, row.price_minor, row.category, row.barcode, row.low_stock, row.on_sale)


class ProductPlan(Plan):
    """Imports products.

    Args:
        runtime: What every use case is given.
        choices: Options of the import.
        batch: Name of the batch of stock movements: each product is moved once by it.
        repeated_codes: Hashes of codes that occur more than once in the input.
    """

    def __init__(
        self, runtime: Runtime, choices: Choices, batch: str, repeated_codes: set[int]
    ) -> None:
        self._runtime = runtime
        self._choices = choices
        self._batch = batch
        self._codes = ProductCodes(dry_run=choices.dry_run, repeated=repeated_codes)
        self._room = DIFFERENCE_COUNT_MAX if choices.dry_run else 0

    def prepare(self, rows: Rows) -> _Batch:
        """Prepare the rows for the case that all of them are new products."""
        _, names, prices, *_ = rows.columns
        if names is None or prices is None or LEAVE in names or LEAVE in prices:
            return _Batch(rows, None)
        return _Batch(rows, _New(rows.lines, list(rows.columns)))

    def apply(self, session: Session, batch: _Batch) -> Outcome:
        """Add or change a batch of products."""
        skus = batch.rows.texts(0)
        writes = not self._choices.dry_run
        self._codes.begin(session)
        existing: dict[str, ProductRow] = {}
        if locking_reads.any_product_between(session, min(skus), max(skus)):
            found = locking_reads.products(session, skus, lock=writes)
            existing = {row.sku: row for row in found}
        moved: dict[str, BatchMoveRow] = {}
        if existing and self._choices.stock is not None:
            moves = locking_reads.moves_of_batch(session, self._batch, existing.keys())
            moved = {move.sku: move for move in moves}
        decided = self._decide(batch, existing, moved, {})
        refused = self._refused(session, decided)
        if refused:
            decided = self._decide(batch, existing, moved, refused)
        outcome, new, changes = decided
        added = new.skus
        if writes:
            if added:
                self._add(session, new)
            changes.write(session)
            self._codes.write(session, new.claims, changes.code_changes)
        else:
            self._codes.remember([*new.code_changes(), *changes.code_changes])
        if self._room:
            told = [_difference(sku, "new") for sku in added[: self._room]]
            # Changes come first; new products fill the rest of the list.
            outcome.differences = [*outcome.differences, *told][: self._room]
            self._room -= len(outcome.differences)
        return outcome

    def _decide(
        self,
        batch: _Batch,
        existing: dict[str, ProductRow],
        moved: dict[str, BatchMoveRow],
        refused: Mapping[str, ShopError],
    ) -> _Decided:
        rows, outcome = batch.rows, Outcome()
        new = None if existing or refused else batch.if_all_new
        if new is None:
            new = _new_among(rows, existing, refused, outcome)
        outcome.created = len(new.skus)
        changes = _Changes(self._runtime, self._choices, self._batch, outcome)
        changes.moved = moved
        if existing:
            self._change(rows, existing, refused, changes)
        return _Decided(outcome, new, changes)

    def _refused(self, session: Session, decided: _Decided) -> Mapping[str, ShopError]:
        """The errors, by SKU, of products whose code or SKU is another product's code."""
        _, new, changes = decided
        skus = new.skus
        if not changes.code_changes and not (
            skus and self._codes.may_collide(session, skus, new.claims)
        ):
            return {}
        return self._codes.refused(session, [*new.code_changes(), *changes.code_changes])

    def _add(self, session: Session, new: _New) -> None:
        columns, (_, _, _, stocks, *_) = new.columns, new.columns
        now = self._runtime.now()
        origin = origin_values(self._runtime, now)
        same = {
            name: _DEFAULTS[name]
            for name, column in zip(_PRODUCT, columns, strict=True)
            if column is None
        }
        given = [
            (name, column)
            for name, column in zip(_PRODUCT, columns, strict=True)
            if column is not None
        ]
        if stocks is None:
            same["movement_count"] = int(self._moves(0))
        else:
            given.append(("movement_count", [int(self._moves(stock)) for stock in stocks]))
        given.append(("search_text", new.search_texts))
        table_columns = [name for name, _ in given]
        rows: Any = zip(*(column for _, column in given), strict=True)
        writing.insert(
            session, PRODUCTS, table_columns, rows, {**same, "created_at": now, **origin}
        )
        if self._moves(0) or (stocks is not None and any(stocks)):
            is_batch = self._choices.stock is not None
            moving = {
                "sequence": 1,
                "kind": "import" if is_batch else "initial",
                "order_id": None,
                "batch": self._batch if is_batch else None,
                "reason": None,
                "at": now,
                **origin,
            }
            moved: Any = [
                (sku, stock, stock)
                for sku, stock in zip(new.skus, stocks or repeat(0), strict=False)
                if self._moves(stock)
            ]
            writing.insert(session, STOCK_MOVEMENTS, _MOVEMENT, moved, moving)

    def _moves(self, stock: Value) -> bool:
        """Whether first stock has a movement; with `stock` even 0 has, to mark the batch done."""
        return self._choices.stock is not None or stock != 0

    def _change(
        self,
        rows: Rows,
        existing: dict[str, ProductRow],
        refused: Mapping[str, ShopError],
        changes: _Changes,
    ) -> None:
        columns = [column or repeat(LEAVE, len(rows.lines)) for column in rows.columns]
        for line, sku, *values in zip(rows.lines, rows.texts(0), *columns, strict=True):
            row = existing.get(sku)
            if row is None:
                continue
            try:
                if sku in refused:
                    raise refused[sku]
                changes.take(line, values, row)
            except ShopError as error:
                where = "stock" if isinstance(error, KeyConflict) else None
                changes.outcome.rejects.append(Reject(line, error, values, where))


class _Changes:
    """Collects the changes to existing products of a batch."""

    def __init__(self, runtime: Runtime, choices: Choices, batch: str, outcome: Outcome) -> None:
        self.moved: Mapping[str, BatchMoveRow] = {}
        """What the batch has moved before, by SKU."""
        self.outcome = outcome
        self.code_changes: list[CodeChange] = []
        """Changes of codes."""
        self._choices = choices
        self._batch = batch
        self._record = Record(runtime, "product")
        self._changed: list[tuple[Any, ...]] = []
        self._stocks: list[tuple[Any, ...]] = []
        self._movements: list[tuple[Any, ...]] = []

    def take(self, line: int, values: Sequence[Value], row: ProductRow) -> None:
        """Judge one row.

        Raises:
            KeyConflict: The batch has moved the product's stock before, not as this row asks.
            ProductExists: It differs, and differences are refused.
            InvalidInput: The stock would pass the largest count.
        """
        sku, current = row.sku, _Changeable.of(row)
        _, name, price, given_stock, category, barcode, low_stock, on_sale = values
        moves = self._choices.stock is not None and given_stock is not LEAVE
        was_moved = moves and sku in self.moved
        if was_moved:
            self._check_repeat(self.moved[sku], given_stock)
        given = (name, price, category, barcode, low_stock, on_sale)
        target = _Changeable(*map(wanted, current, given))
        if target.barcode is not None and as_read(row.barcode or "") == target.barcode:
            target = target._replace(barcode=row.barcode)
        differing = [i for i in range(len(_FIELDS)) if target[i] != current[i]]
        if self._choices.on_existing == "skip":
            differing = []
        if differing and self._choices.on_existing == "error":
            raise product_differs(sku, [_FIELDS[i] for i in differing])
        stock = self._stock_after(row, given_stock) if moves and not was_moved else row.stock
        left = self._stock_left(line, row, given_stock)
        self._note(sku, current, target, differing, (row.stock, stock), left)
        if moves and not was_moved:
            self._move(row, stock)
        if _BARCODE in differing:
            code = cast("str | None", target.barcode)
            self.code_changes.append(code_change_of(line, sku, row.barcode, code))
        if differing:
            self._changed.append((*target, search_text(sku, target.name, target.barcode), sku))
            self._record.add(
                sku,
                {_Changeable._fields[i]: current[i] for i in differing},
                {_Changeable._fields[i]: target[i] for i in differing},
            )
        if differing or stock != row.stock:
            self.outcome.updated += 1
        elif was_moved:
            self.outcome.replayed += 1
        else:
            self.outcome.unchanged += 1

    def _stock_left(self, line: int, row: ProductRow, given: Value) -> dict[str, list[Value]]:
        """The stock that a row has otherwise, and that is left alone; counted too."""
        if self._choices.stock is not None or given in {LEAVE, row.stock}:
            return {}
        self.outcome.stock_left += 1
        if self.outcome.first_stock_left_line is None:
            self.outcome.first_stock_left_line = line
        return {"stock": [row.stock, given]}

    def _check_repeat(self, move: BatchMoveRow, given: Value) -> None:
        """Refuse a row that is no repeat of what the batch has done with its product.

        A movement stands also where the stock was set to what it was, by 0.
        """
        done = move.quantity if self._choices.stock == "add" else move.stock_after
        if done != given:
            raise KeyConflict(
                "This file has moved the stock of {sku} before, otherwise: by {quantity}, to"
                " {stock_after}."
                if self._choices.batch is None
                else "The batch {batch} has moved the stock of {sku} before, otherwise: by"
                " {quantity}, to {stock_after}.",
                details={
                    "batch": self._batch,
                    "sku": move.sku,
                    "quantity": move.quantity,
                    "stock_after": move.stock_after,
                    "reason": "batch",
                },
            )

    def _stock_after(self, row: ProductRow, given: Value) -> int:
        stock = int(given) if isinstance(given, int) else 0
        if self._choices.stock == "add":
            stock += row.stock
        if stock > AMOUNT_MAX:
            raise InvalidInput(
                "With {added} more the stock of {sku}, {stock}, would pass {most}.",
                details={
                    "reason": "large_stock",
                    "sku": row.sku,
                    "added": given,
                    "stock": row.stock,
                    "most": AMOUNT_MAX,
                    "field": "stock",
                },
            )
        return stock

    def _move(self, row: ProductRow, stock: int) -> None:
        sequence = row.movement_count + 1
        self._stocks.append((stock, sequence, row.sku))
        self._movements.append((row.sku, sequence, stock - row.stock, stock))

    def _note(
        self,
        sku: str,
        current: Sequence[Value],
        target: Sequence[Value],
        differing: list[int],
        stock: tuple[int, int],
        left: dict[str, list[Value]],
    ) -> None:
        if not self._choices.dry_run or len(self.outcome.differences) >= DIFFERENCE_COUNT_MAX:
            return
        fields: dict[str, list[Value]] = {_FIELDS[i]: [current[i], target[i]] for i in differing}
        stock_before, stock_after = stock
        if stock_before != stock_after:
            fields["stock"] = [stock_before, stock_after]
        change = "changed" if fields else "same"
        self.outcome.differences.append(_difference(sku, change, fields, left))

    def write(self, session: Session) -> None:
        """Write the collected changes."""
        key = [("sku", writing.TEXT)]
        columns = [*zip(_Changeable._fields, _TYPES, strict=True), ("search_text", writing.TEXT)]
        writing.update(session, "products", key, columns, self._changed)
        counts = [("stock", writing.COUNT), ("movement_count", writing.COUNT)]
        writing.update(session, "products", key, counts, self._stocks)
        if self._movements:
            same = self._record.same
            moving = {
                "kind": "import",
                "order_id": None,
                "batch": self._batch,
                "reason": None,
                "at": same["recorded_at"],
                **same,
            }
            writing.insert(session, STOCK_MOVEMENTS, _CHANGED_STOCK, self._movements, moving)
        self._record.write(session)


def _difference(
    sku: str,
    change: str,
    fields: dict[str, list[Value]] | None = None,
    left: dict[str, list[Value]] | None = None,
) -> dict[str, Any]:
    return {"sku": sku, "change": change, "fields": fields or {}, "left_alone": left or {}}


def product_differs(sku: str, fields: list[str]) -> ProductExists:
    """The error for a product that exists and differs."""
    return ProductExists(
        "There is already a product {sku}, with another {fields}.",
        details={"sku": sku, "fields": fields, "reason": "other_fields"},
    )


def search_text(sku: str, name: Value, barcode: Value) -> str:
    """The text that search looks in; equal to `shopcli.engine.use_cases.products.search_text`."""
    (text,) = search_texts([sku], [name], [barcode])
    return text


def search_texts(
    skus: Sequence[Value], names: Sequence[Value], barcodes: Sequence[Value] | None
) -> list[str]:
    """The texts that search looks in: folded SKU, name and barcode, one on each line."""
    codes = repeat("", len(skus)) if barcodes is None else [code or "" for code in barcodes]
    several: Any = zip(skus, names, codes, strict=True)
    folded = "\0".join(map("\n".join, several)).casefold()
    # Line ends and NULs compose with no character, so all can be normalised at once.
    return unicodedata.normalize("NFC", folded).split("\0") if folded else []


class _New:
    """Products to add, by column of the file; a column without any value is None."""

    def __init__(self, lines: Sequence[int], columns: list[list[Any] | None]) -> None:
        self._lines = lines
        for place, name in enumerate(_PRODUCT):
            column = columns[place]
            if name in _DEFAULTS and column is not None and (LEAVE in column or CLEAR in column):
                default = _DEFAULTS[name]
                columns[place] = [default if value in (LEAVE, CLEAR) else value for value in column]
        self.columns = columns
        skus, names, _, _, _, self._barcodes, _, _ = columns
        self.skus: list[str] = skus or []
        self.search_texts = search_texts(self.skus, names or [], self._barcodes)
        self.claims = claims_of(self.skus, self._barcodes)

    def code_changes(self) -> Iterator[CodeChange]:
        """The codes each product adds; made only if products are judged one by one."""
        barcodes = self._barcodes or repeat(None, len(self.skus))
        for line, sku, barcode in zip(self._lines, self.skus, barcodes, strict=True):
            yield CodeChange(line, sku, barcode, codes_of(sku, barcode), (), is_new=True)


class _Batch(NamedTuple):
    """Rows, and the products to add if all rows are new and complete."""

    rows: Rows
    if_all_new: _New | None


class _Decided(NamedTuple):
    """The decisions on a batch."""

    outcome: Outcome
    new: _New
    changes: _Changes


def _new_among(
    rows: Rows, existing: dict[str, ProductRow], refused: Mapping[str, ShopError], outcome: Outcome
) -> _New:
    """The rows of products that do not exist; those without a name or a price are rejected."""
    kept, lines = [], []
    several = [column or [LEAVE] * len(rows.lines) for column in rows.columns]
    for line, sku, *values in zip(rows.lines, rows.texts(0), *several, strict=True):
        _, name, price, *_ = values
        if sku in existing:
            continue
        if sku in refused:
            outcome.rejects.append(Reject(line, refused[sku], values))
        elif name is LEAVE or price is LEAVE:
            outcome.rejects.append(Reject(line, _cannot_be_added(sku), values))
        else:
            lines.append(line)
            kept.append(values)
    columns: list[Any] = [list(column) for column in zip(*kept, strict=True)]
    return _New(lines, columns or [[] for _ in several])


def _cannot_be_added(sku: str) -> UnknownProduct:
    return UnknownProduct(
        "There is no product {items:skus}, and a new one needs a name and a price.",
        details={"items": [{"sku": sku}], "reason": "new_needs_more"},
    )
