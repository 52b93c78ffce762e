"""Use cases about products and stock: add, change, restock, adjust, show, list, history."""

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
from shopcli.engine.expectations import check_on_sale, check_price, check_stock
from shopcli.engine.filters import Filters
from shopcli.engine.lookups import checked_sku, product_row
from shopcli.engine.requests import (
    checked_limit,
    optional_name,
    optional_reason,
    required_reason,
    window_bounds,
)
from shopcli.engine.runtime import retried
from shopcli.storage import products as table
from shopcli.storage.codes import keep_others_out
from shopcli.storage.lists import ALL
from shopcli.storage.lists import products as products_chosen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.lists import Chosen
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
    """Add a product with its first stock; it is on sale.

    Args:
        runtime: What every use case is given.
        sku: 1 to 64 letters, digits, `.`, `_` or `-`.
        name: 1 to 200 characters.
        price: Minor units, 0 to 2**53 - 1.
        stock: Units, 0 to 2**53 - 1.
        category: 1 to 200 characters; none if None.
        barcode: 1 to 64 characters, unique in the shop; none if None.
        low_stock: Stock at or below which it counts as low, at least 0; the shop's setting if None.

    Raises:
        ProductExists: The SKU is taken.
        BarcodeExists: Another product has the barcode, or the SKU is another's barcode.
        InvalidInput: An argument is out of bounds.
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
    expected_price: int | None = None,
    expected_on_sale: bool | None = None,
) -> Product:
    """Change the given values of a product; None leaves a value as it is.

    Args:
        runtime: What every use case is given.
        sku: SKU of the product.
        name: 1 to 200 characters.
        price: Minor units, 0 to 2**53 - 1.
        category: 1 to 200 characters; "" removes it.
        barcode: 1 to 64 characters, unique in the shop; "" removes it.
        low_stock: Stock at or below which it counts as low, at least 0.
        on_sale: Whether it can be ordered.
        reason: Text for the audit record, up to 500 characters.
        expected_price: The price that `price` is to take the place of, in minor units; None: any.
        expected_on_sale: Whether it could be ordered when it was looked at; None: either.

    Raises:
        UnknownProduct: No such product.
        TotalChanged: It is not as expected, nor does it cost what it is to cost.
        BarcodeExists: Another product has the barcode.
        InvalidInput: An argument is out of bounds.
    """
    sku, reason = checked_sku(sku), optional_reason(reason)
    wanted = _given(
        name=name,
        price_minor=price,
        on_sale=None if on_sale is None else int(on_sale),
        category=category,
        barcode=_optional_barcode(barcode),
        low_stock=low_stock,
    )
    with runtime.writing() as session:
        if barcode is not None:
            keep_others_out(session)  # lock codes before products, as everywhere
        row = product_row(session, sku, lock=True)
        if row.price_minor != price:  # done already: nothing to refuse
            check_price(sku, row.price_minor, expected_price, runtime.identity.currency)
        check_on_sale(sku, is_on_sale=row.on_sale == 1, is_expected=expected_on_sale)
        current = row._asdict()
        del current["stock"]  # changed only by stock movements
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
def restock(
    runtime: Runtime,
    sku: str,
    quantity: int,
    reason: str | None = None,
    *,
    expected_stock: int | None = None,
) -> Product:
    """Add delivered units to a product's stock.

    Args:
        runtime: What every use case is given.
        sku: SKU of the product.
        quantity: Units, at least 1.
        reason: Text for the history, up to 500 characters.
        expected_stock: The stock as it was looked at: nothing is added where there is more, as
            these units may be among it. Sales since make no difference. Any if None.

    Raises:
        UnknownProduct: No such product.
        TotalChanged: There is more stock than expected.
        InvalidInput: An argument is out of bounds, or the stock would pass 2**53 - 1 units.
    """
    sku, reason = checked_sku(sku), optional_reason(reason)
    checked_amount(quantity, "Quantity", least=1)
    with runtime.writing() as session:
        row = product_row(session, sku, lock=True)
        check_stock(sku, row.stock, expected_stock)
        _check_stock_limit(sku, row.stock + quantity)
        _move(runtime, session, sku, quantity, kind="restock", reason=reason)
        return record(runtime, product_row(session, sku))


@retried
def adjust(
    runtime: Runtime, sku: str, *, by: int | None = None, to: int | None = None, reason: str
) -> Product:
    """Correct a product's stock by a number of units, or to the number counted.

    Args:
        runtime: What every use case is given.
        sku: SKU of the product.
        by: Units to add, negative to subtract.
        to: Units counted, at least 0; give either this or `by`.
        reason: Text for the history, up to 500 characters.

    Raises:
        UnknownProduct: No such product.
        OutOfStock: The stock would fall below 0.
        InvalidInput: Neither or both of `by` and `to` were given, an argument is out of bounds, or
            no reason was given.
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
                "{requested} of {sku} cannot be taken out: {available} are left."
                if row.stock
                else "{requested} of {sku} cannot be taken out: none is left.",
                details={
                    "items": [{"sku": sku, "requested": -quantity, "available": row.stock}],
                    "sku": sku,
                    "requested": -quantity,
                    "available": row.stock,
                    "reason": "taken_out" if row.stock else "nothing_left",
                },
            )
        _check_stock_limit(sku, row.stock + quantity)
        if quantity:
            _move(runtime, session, sku, quantity, kind="adjustment", reason=reason)
        return record(runtime, product_row(session, sku))


@retried
def get(runtime: Runtime, sku: str) -> Product:
    """Read one product.

    Raises:
        UnknownProduct: No such product.
    """
    sku = checked_sku(sku)
    with runtime.reading() as session:
        return record(runtime, product_row(session, sku))


@retried
def listing(
    runtime: Runtime,
    query: str | None = None,
    limit: int | None = None,
    *,
    category: str | None = None,
    low: bool = False,
    off_sale: bool = False,
) -> tuple[Product, ...]:
    """List products by SKU.

    Args:
        runtime: What every use case is given.
        query: Text to find in SKU, name or barcode, ignoring case; all products if None.
        limit: Largest number of products, at least 1; all if None.
        category: Only products of this category; all if None.
        low: Only products on sale whose stock is at or below their mark for low stock, or that of
            the setting `low_stock`; with `off_sale`, those off sale.
        off_sale: Only products that are off sale.

    Raises:
        InvalidInput: The limit is out of bounds, or a text holds control characters.
    """
    row_limit = checked_limit(limit)
    wanted = Filters(query=query, category=category, low=low, off_sale=off_sale)
    with runtime.reading() as session:
        chosen = chosen_products(session, wanted)
        return records(runtime, table.products(session, row_limit, chosen))


def chosen_products(session: Session, filters: Filters) -> Chosen:
    """The conditions of a list or an export of products.

    Raises:
        InvalidInput: A text holds control characters.
    """
    if not any(filters):
        return ALL
    mark = None
    if filters.low:
        from shopcli.engine.use_cases.settings import effective  # only where it is asked for

        mark = int(effective(session)["low_stock"] or 0)
    return products_chosen(
        folded_query(filters.query),
        optional_name(filters.category, "Category"),
        mark,
        off_sale=filters.off_sale,
    )


def folded_query(query: object) -> str:
    """A query in the form that search compares; empty if it matches every product."""
    if query is None or (isinstance(query, str) and not query.strip()):
        return ""
    return fold(checked_name(query, "Query"))


@retried
def history(
    runtime: Runtime,
    sku: str,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[StockMovement, ...]:
    """List a product's stock movements in the order they were recorded.

    Args:
        runtime: What every use case is given.
        sku: SKU of the product.
        limit: Keep only the newest movements, at least 1; all if None.
        since: Keep only movements at or after this instant. Without a zone, the shop's is meant.
        until: Keep only movements before this instant, likewise.

    Raises:
        UnknownProduct: No such product.
        InvalidInput: An argument is out of bounds.
    """
    sku, row_limit = checked_sku(sku), checked_limit(limit)
    bounds = window_bounds(runtime, since, until)
    with runtime.reading() as session:
        product_row(session, sku)
        rows = table.movements(session, sku, *bounds, row_limit)
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
    """A text in the form that search compares: case-folded, in NFC."""
    return unicodedata.normalize("NFC", text.casefold())


def search_text(sku: str, name: str, barcode: str | None) -> str:
    """The text that search looks in: folded SKU, name and barcode, one on each line."""
    return "\n".join(fold(part) for part in (sku, name, barcode or ""))


def record(runtime: Runtime, row: ProductRow) -> Product:
    """The public record of a product row."""
    (made,) = records(runtime, [row])
    return made


class _Draft:
    """A `Product` not frozen yet; with the same slots, so that its class can become `Product`."""

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

    Fields are set before the product is frozen: the `__init__` of a frozen dataclass takes about a
    microsecond, as long as reading a row and several times as long as this.
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
        "category": optional_name(values["category"] or None, "Category"),
        "barcode": barcode,
        "low_stock": None if low_stock is None else checked_amount(low_stock, "Low stock"),
        "search_text": search_text(values["sku"], name, barcode),
    }


def _given(**columns: object) -> dict[str, Any]:
    """The columns that are to be changed."""
    return {column: value for column, value in columns.items() if value is not None}


def _optional_barcode(barcode: object) -> str | None:
    """A checked barcode; "" (remove it) and None (leave it) stay as they are."""
    return barcode if barcode is None or barcode == "" else checked_barcode(barcode)


def _check_stock_limit(sku: str, stock: int) -> None:
    if stock > AMOUNT_MAX:
        raise errors.InvalidInput(
            "The stock of {sku} would pass {most}.",
            details={"sku": sku, "most": AMOUNT_MAX, "reason": "large_stock"},
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
