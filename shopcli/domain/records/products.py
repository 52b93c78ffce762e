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
