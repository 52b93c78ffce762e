"""Use cases about the catalogue and stock: add, change, restock, adjust, search, history."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, cast

from shopcli.domain import errors
from shopcli.domain.barcodes import checked_barcode
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import Product, StockMovement
from shopcli.domain.text import checked_name
from shopcli.engine.audit import origin_values, record_change
from shopcli.engine.codes import bind_codes, exchange_codes
from shopcli.engine.lookups import checked_sku, product_row
from shopcli.engine.requests import (
    checked_limit,
    optional_name,
    optional_reason,
    required_reason,
    since_instant,
)
from shopcli.engine.runtime import retried
from shopcli.storage import products as table
from shopcli.storage.codes import keep_others_out

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.products import ProductColumns, ProductRow
    from shopcli.storage.session import Session


@retried
def add(
    runtime: Runtime,
    sku: str,
    *,
    name: str,
    price: int,
    stock: int = 0,
    category: str | None = None,
    barcode: str | None = None,
    low_stock: int | None = None,
) -> Product:
    """Add a product with its first stock.

    Raises:
        ProductExists: The SKU is taken.
        BarcodeExists: The barcode is another product's, or the SKU is the barcode of one.
        InvalidInput: A value breaks its grammar.
    """
    values = _checked(
        {
            "sku": checked_sku(sku),
            "name": name,
            "price_minor": price,
            "on_sale": 1,
            "category": category,
            "barcode": _optional_barcode(barcode),
            "low_stock": low_stock,
        }
    )
    checked_amount(stock, "Stock")
    with runtime.writing() as session:
        keep_others_out(session)
        if table.product(session, values["sku"]) is not None:
            raise errors.ProductExists(
                "There is already a product {sku}.", details={"sku": values["sku"]}
            )
        now = runtime.now()
        table.insert_product(session, {**values, **origin_values(runtime, now)})
        bind_codes(session, values["sku"], values["barcode"])
        if stock:
            _move(runtime, session, values["sku"], stock, kind="initial", reason=None)
        return record(runtime, product_row(session, values["sku"]))


@retried
def change(
    runtime: Runtime,
    sku: str,
    *,
    name: str | None = None,
    price: int | None = None,
    category: str | None = None,
    barcode: str | None = None,
    low_stock: int | None = None,
    on_sale: bool | None = None,
    reason: str | None = None,
) -> Product:
    """Change what is given of a product; None leaves a value as it is, "" clears the barcode.

    Raises:
        UnknownProduct: No such product.
        BarcodeExists: The barcode is another product's.
        InvalidInput: A value breaks its grammar.
    """
    sku, reason = checked_sku(sku), optional_reason(reason)
    given = {
        "name": name,
        "price_minor": price,
        "on_sale": None if on_sale is None else int(on_sale),
        "category": category,
        "barcode": _optional_barcode(barcode),
        "low_stock": low_stock,
    }
    wanted = {column: value for column, value in given.items() if value is not None}
    with runtime.writing() as session:
        if barcode is not None:
            keep_others_out(session)  # before a product is locked, as everywhere
        row = product_row(session, sku, lock=True)
        current = row._asdict()
        del current["stock"]  # only ever moved
        values = _checked({**current, **wanted})
        changed = [column for column in current if values[column] != current[column]]
        if changed:
            if "barcode" in changed:
                exchange_codes(session, sku, current["barcode"], values["barcode"])
            table.update_product(session, values)
            record_change(
                runtime,
                session,
                subject_kind="product",
                subject=sku,
                action="set",
                before={column: current[column] for column in changed},
                after={column: values[column] for column in changed},
                reason=reason,
            )
        return record(runtime, product_row(session, sku))


@retried
def restock(runtime: Runtime, sku: str, quantity: int, reason: str | None = None) -> Product:
    """Add units that came in.

    Raises:
        UnknownProduct: No such product.
        InvalidInput: The quantity is not above 0, or stock would pass the largest count.
    """
    sku, reason = checked_sku(sku), optional_reason(reason)
    checked_amount(quantity, "Quantity", least=1)
    with runtime.writing() as session:
        row = product_row(session, sku, lock=True)
        _check_stock_limit(sku, row.stock + quantity)
        _move(runtime, session, sku, quantity, kind="restock", reason=reason)
        return record(runtime, product_row(session, sku))


@retried
def adjust(
    runtime: Runtime, sku: str, *, by: int | None = None, to: int | None = None, reason: str
) -> Product:
    """Correct stock by a signed number of units, or to what was counted.

    Raises:
        UnknownProduct: No such product.
        OutOfStock: Stock would fall below 0.
        InvalidInput: Neither or both of `by` and `to`, or out of bounds.
    """
    sku, reason = checked_sku(sku), required_reason(reason)
    if (by is None) == (to is None):
        raise errors.InvalidInput(
            "Say by how many units, or to how many.", details={"reason": "no_number"}
        )
    if by is not None:
        checked_amount(by, "Quantity", least=-AMOUNT_MAX)
    if to is not None:
        checked_amount(to, "Stock")
    with runtime.writing() as session:
        row = product_row(session, sku, lock=True)
        quantity = by if by is not None else (to or 0) - row.stock
        if row.stock + quantity < 0:
            raise errors.OutOfStock(
                "{requested} of {sku} cannot be taken out: {available} are left.",
                details={
                    "items": [{"sku": sku, "requested": -quantity, "available": row.stock}],
                    "sku": sku,
                    "requested": -quantity,
                    "available": row.stock,
                    "reason": "taken_out",
                },
            )
        _check_stock_limit(sku, row.stock + quantity)
        if quantity:
            _move(runtime, session, sku, quantity, kind="adjustment", reason=reason)
        return record(runtime, product_row(session, sku))


@retried
def get(runtime: Runtime, sku: str) -> Product:
    """One product.

    Raises:
        UnknownProduct: No such product.
    """
    sku = checked_sku(sku)
    with runtime.reading() as session:
        return record(runtime, product_row(session, sku))


@retried
def listing(
    runtime: Runtime, query: str | None = None, limit: int | None = None
) -> tuple[Product, ...]:
    """Products by SKU; a query keeps those with it as part of SKU, name or barcode, any case."""
    row_limit, folded = checked_limit(limit), _folded(query)
    with runtime.reading() as session:
        if folded:
            return records(runtime, table.search(session, folded, row_limit))
        return records(runtime, table.products(session, row_limit))


def _folded(query: object) -> str:
    """A query as products are compared with it; empty where it leaves none out."""
    if query is None or (isinstance(query, str) and not query.strip()):
        return ""
    return fold(checked_name(query, "Query"))


@retried
def history(
    runtime: Runtime, sku: str, limit: int | None = None, since: datetime | None = None
) -> tuple[StockMovement, ...]:
    """A product's stock movements in recording order.

    Raises:
        UnknownProduct: No such product.
    """
    sku, row_limit, since_at = checked_sku(sku), checked_limit(limit), since_instant(runtime, since)
    with runtime.reading() as session:
        product_row(session, sku)
        rows = table.movements(session, sku, since_at, row_limit)
    return tuple(
        StockMovement(
            id=f"{row.sku}:{row.sequence:04d}",
            sku=row.sku,
            at=from_microseconds(row.at),
            recorded_at=from_microseconds(row.recorded_at),
            kind=row.kind,
            quantity=row.quantity,
            stock_after=row.stock_after,
            order=row.order_id,
            reason=row.reason,
            actor=row.actor,
            host=row.host,
            channel=row.channel,
        )
        for row in rows
    )


def fold(text: str) -> str:
    """A text as search compares it: canonical, without case."""
    return unicodedata.normalize("NFC", text.casefold())


def search_text(sku: str, name: str, barcode: str | None) -> str:
    """What search compares a product by: SKU, name and barcode, a line each."""
    return "\n".join(fold(part) for part in (sku, name, barcode or ""))


def record(runtime: Runtime, row: ProductRow) -> Product:
    """The public record of a product row."""
    return records(runtime, [row])[0]


class _Draft:
    """A product that can still be written: the same slots, so that it can become one."""

    __slots__ = Product.__slots__

    sku: str
    name: str
    price: int
    currency: str
    stock: int
    on_sale: bool
    category: str | None
    barcode: str | None
    low_stock: int | None


def records(runtime: Runtime, rows: Iterable[ProductColumns]) -> tuple[Product, ...]:
    """The public records of product rows.

    The `__init__` of a frozen dataclass takes as long as reading a row does (about a microsecond),
    several times as long as this: the fields are written before the product is frozen.
    """
    currency = runtime.identity.currency
    made = []
    for sku, name, price_minor, stock, on_sale, category, barcode, low_stock in rows:
        product = _Draft()
        product.sku = sku
        product.name = name
        product.price = price_minor
        product.currency = currency
        product.stock = stock
        product.on_sale = on_sale == 1
        product.category = category
        product.barcode = barcode
        product.low_stock = low_stock
        product.__class__ = Product  # type: ignore[assignment]  # frozen from here on
        made.append(product)
    return cast("tuple[Product, ...]", tuple(made))


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    name = checked_name(values["name"], "Name")
    barcode = values["barcode"] or None
    low_stock = values["low_stock"]
    return {
        **values,
        "name": name,
        "price_minor": checked_amount(values["price_minor"], "Price"),
        "category": optional_name(values["category"], "Category"),
        "barcode": barcode,
        "low_stock": None if low_stock is None else checked_amount(low_stock, "Low stock"),
        "search_text": search_text(values["sku"], name, barcode),
    }


def _optional_barcode(barcode: object) -> str | None:
    """A barcode; "" for none, None where nothing is said about it."""
    return barcode if barcode is None or barcode == "" else checked_barcode(barcode)


def _check_stock_limit(sku: str, stock: int) -> None:
    if stock > AMOUNT_MAX:
        raise errors.InvalidInput(
            "The stock of {sku} would pass {most}.", details={"sku": sku, "most": AMOUNT_MAX}
        )


def _move(
    runtime: Runtime, session: Session, sku: str, quantity: int, *, kind: str, reason: str | None
) -> None:
    moved = table.move_stock(session, sku, quantity)
    if moved is None:
        raise errors.Internal("A locked stock changed.")
    now = runtime.now()
    table.insert_movement(
        session,
        {
            "sku": sku,
            "sequence": moved.sequence,
            "kind": kind,
            "quantity": quantity,
            "stock_after": moved.stock_after,
            "order_id": None,
            "batch": None,
            "at": now,
            "reason": reason,
            **origin_values(runtime, now),
        },
    )
