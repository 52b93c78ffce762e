"""Verbs about products and their stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.engine import products
from shopcli.engine.verbs import Verbs

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain import records


class CatalogueVerbs(Verbs):
    """Products and stock."""

    def add_product(
        self,
        sku: str,
        *,
        name: str,
        price: int,
        stock: int = 0,
        category: str | None = None,
        barcode: str | None = None,
        low_stock: int | None = None,
    ) -> records.Product:
        """Add a product with its first stock."""
        return products.add(
            self._runtime,
            sku,
            name=name,
            price=price,
            stock=stock,
            category=category,
            barcode=barcode,
            low_stock=low_stock,
        )

    def set_product(
        self,
        sku: str,
        *,
        name: str | None = None,
        price: int | None = None,
        category: str | None = None,
        barcode: str | None = None,
        low_stock: int | None = None,
        on_sale: bool | None = None,
        reason: str | None = None,
    ) -> records.Product:
        """Change what is given of a product."""
        return products.change(
            self._runtime,
            sku,
            name=name,
            price=price,
            category=category,
            barcode=barcode,
            low_stock=low_stock,
            on_sale=on_sale,
            reason=reason,
        )

    def product(self, sku: str) -> records.Product:
        """One product."""
        return products.get(self._runtime, sku)

    def products(
        self, query: str | None = None, limit: int | None = None
    ) -> tuple[records.Product, ...]:
        """Products by SKU; a query keeps those with it in SKU, name or barcode."""
        return products.listing(self._runtime, query, limit)

    def restock(self, sku: str, quantity: int, reason: str | None = None) -> records.Product:
        """Add units that came in."""
        return products.restock(self._runtime, sku, quantity, reason)

    def adjust_stock(
        self, sku: str, *, by: int | None = None, to: int | None = None, reason: str
    ) -> records.Product:
        """Correct stock by a signed number of units, or to what was counted."""
        return products.adjust(self._runtime, sku, by=by, to=to, reason=reason)

    def product_history(
        self, sku: str, limit: int | None = None, since: datetime | None = None
    ) -> tuple[records.StockMovement, ...]:
        """A product's stock movements in recording order."""
        return products.history(self._runtime, sku, limit, since)
