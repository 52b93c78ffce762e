"""Statements about products and their stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.storage.inserts import PRODUCTS, STOCK_MOVEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.session import Parameters, Reader, Row, Session

_COLUMNS = "sku, name, price_minor, stock, on_sale, category, barcode, low_stock"
_ONE = f"SELECT {_COLUMNS} FROM products WHERE sku = :sku"
_LIST = f"SELECT {_COLUMNS} FROM products ORDER BY sku LIMIT :row_limit"
_SEARCH = f"""
SELECT {_COLUMNS} FROM products
WHERE search_text LIKE :pattern ESCAPE '!' ORDER BY sku LIMIT :row_limit
"""

_INSERT = PRODUCTS.single(stock="0", movement_count="0", created_at=":recorded_at")
_UPDATE = """
UPDATE products SET name = :name, price_minor = :price_minor, on_sale = :on_sale,
                    category = :category, barcode = :barcode, low_stock = :low_stock,
                    search_text = :search_text
WHERE sku = :sku
"""
_MOVE = """
UPDATE products SET stock = stock + :quantity, movement_count = movement_count + 1
WHERE sku = :sku AND stock + :quantity >= 0
RETURNING stock, movement_count
"""
_INSERT_MOVEMENT = STOCK_MOVEMENTS.single()
_HISTORY = """
SELECT sku, sequence, at, recorded_at, kind, quantity, stock_after, order_id, reason, actor, host,
       channel
FROM stock_movements WHERE sku = :sku AND at >= :since_at ORDER BY sequence DESC LIMIT :row_limit
"""


def product(session: Session, sku: str) -> Row | None:
    """One product."""
    return session.row(_ONE, {"sku": sku})


def locked_product(session: Session, sku: str) -> Row | None:
    """One product, kept from changing until the transaction ends."""
    lock = " FOR NO KEY UPDATE" if session.dialect == "postgres" else ""
    return session.row(_ONE + lock, {"sku": sku})


def products(session: Reader, row_limit: int) -> Iterator[Row]:
    """Products by SKU."""
    return session.stream(_LIST, {"row_limit": row_limit})


def search(session: Session, folded_query: str, row_limit: int) -> Iterator[Row]:
    """Products with a case-folded query as part of their case-folded SKU, name or barcode."""
    escaped = "".join(f"!{c}" if c in "!%_" else c for c in folded_query)
    return session.stream(_SEARCH, {"pattern": f"%{escaped}%", "row_limit": row_limit})


def insert_product(session: Session, values: Parameters) -> None:
    """Add a product without stock."""
    session.change(_INSERT, values)


def update_product(session: Session, values: Parameters) -> None:
    """Replace what an operator may change of a product; stock is not among it."""
    session.change(_UPDATE, values)


def move_stock(session: Session, sku: str, quantity: int) -> Row | None:
    """Add a signed quantity; (stock after, sequence), or None where it would fall below 0."""
    return session.row(_MOVE, {"sku": sku, "quantity": quantity})


def insert_movement(session: Session, values: Parameters) -> None:
    """Add the history row of a stock change."""
    session.change(_INSERT_MOVEMENT, values)


def movements(session: Session, sku: str, since_at: int, row_limit: int) -> list[Row]:
    """The newest movements of a product, in recording order."""
    found = session.rows(_HISTORY, {"sku": sku, "since_at": since_at, "row_limit": row_limit})
    found.reverse()
    return found
