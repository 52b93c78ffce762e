"""Statements about products and their stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from shopcli.storage.inserts import PRODUCTS, STOCK_MOVEMENTS
from shopcli.storage.lists import ALL
from shopcli.storage.session import if_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Parameters, Reader, Session


class ProductRow(NamedTuple):
    """A product's current state, as `COLUMNS` reads it."""

    sku: str
    name: str
    price_minor: int
    stock: int
    on_sale: int
    category: str | None
    barcode: str | None
    low_stock: int | None


ProductColumns: TypeAlias = tuple[str, str, int, int, int, str | None, str | None, int | None]
"""The columns of `ProductRow` as a plain tuple: naming them adds a third to reading a row."""

COLUMNS = "sku, name, price_minor, stock, on_sale, category, barcode, low_stock"
"""The columns that are read of a product."""

_ONE = f"SELECT {COLUMNS} FROM products WHERE sku = :sku"
_LIST = f"""
SELECT {COLUMNS} FROM products WHERE sku > ''{{conditions}} ORDER BY sku LIMIT :row_limit
"""

_INSERT = PRODUCTS.single(stock="0", movement_count="0", created_at=":recorded_at")
_UPDATE = """
UPDATE products SET name = :name, price_minor = :price_minor, on_sale = :on_sale,
                    category = :category, barcode = :barcode, low_stock = :low_stock,
                    search_text = :search_text
WHERE sku = :sku
"""


class MovedRow(NamedTuple):
    """The stock after a change, and the number of its movement."""

    stock_after: int
    sequence: int


_MOVE = """
UPDATE products SET stock = stock + :quantity, movement_count = movement_count + 1
WHERE sku = :sku AND stock + :quantity >= 0
RETURNING stock, movement_count
"""
_INSERT_MOVEMENT = STOCK_MOVEMENTS.single()


class MovementRow(NamedTuple):
    """A stock movement."""

    sku: str
    sequence: int
    at: int
    recorded_at: int
    kind: str
    quantity: int
    stock_after: int
    order_id: str | None
    reason: str | None
    actor: str
    host: str
    channel: str


_HISTORY = """
SELECT sku, sequence, at, recorded_at, kind, quantity, stock_after, order_id, reason, actor, host,
       channel
FROM stock_movements WHERE sku = :sku AND at >= :since_at AND at < :until_at
ORDER BY sequence DESC LIMIT :row_limit
"""


def product(session: Session, sku: str) -> ProductRow | None:
    """One product."""
    return if_found(ProductRow._make, session.row(_ONE, {"sku": sku}))


def locked_product(session: Session, sku: str) -> ProductRow | None:
    """One product, locked until the transaction ends."""
    lock = " FOR NO KEY UPDATE" if session.dialect == "postgres" else ""
    return if_found(ProductRow._make, session.row(_ONE + lock, {"sku": sku}))


def products(session: Reader, row_limit: int, chosen: Chosen = ALL) -> Iterator[ProductColumns]:
    """Products by SKU, all or those that are chosen."""
    statement = _LIST.format(conditions=chosen.conditions)
    found = session.stream(statement, {**chosen.parameters, "row_limit": row_limit})
    return cast("Iterator[ProductColumns]", found)


def insert_product(session: Session, values: Parameters) -> None:
    """Add a product without stock."""
    session.change(_INSERT, values)


def update_product(session: Session, values: Parameters) -> None:
    """Replace what an operator may change of a product, which is all but its stock."""
    session.change(_UPDATE, values)


def move_stock(session: Session, sku: str, quantity: int) -> MovedRow | None:
    """Add a signed quantity to the stock; None where it would fall below 0."""
    return if_found(MovedRow._make, session.row(_MOVE, {"sku": sku, "quantity": quantity}))


def insert_movement(session: Session, values: Parameters) -> None:
    """Add a stock movement."""
    session.change(_INSERT_MOVEMENT, values)


def movements(
    session: Session, sku: str, since_at: int, until_at: int, row_limit: int
) -> list[MovementRow]:
    """The newest movements of a product within a window, in recording order."""
    found = session.rows(
        _HISTORY,
        {"sku": sku, "since_at": since_at, "until_at": until_at, "row_limit": row_limit},
    )
    return list(map(MovementRow._make, reversed(found)))
