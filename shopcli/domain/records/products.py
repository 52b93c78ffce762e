"""Records of products and their stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True, slots=True)
class Product:
    """A product. Its `sku` never changes; `stock` is exact at the time of reading."""

    sku: str
    name: str
    price: Minor
    currency: str
    stock: int
    on_sale: bool
    category: str | None
    barcode: str | None
    low_stock: int | None


def low_stock_mark(product: Product, shop_mark: int) -> int:
    """Return the stock at or below which a product is low: its own mark, else the shop's."""
    return shop_mark if product.low_stock is None else product.low_stock


@dataclass(frozen=True)
class StockMovement:
    """A change of a product's stock.

    `kind` is initial, restock, sale, return, adjustment or import.
    """

    id: str
    sku: str
    at: datetime
    recorded_at: datetime
    kind: str
    quantity: int
    stock_after: int
    order: str | None
    reason: str | None
    actor: str
    host: str
    channel: str
