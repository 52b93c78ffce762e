"""What a list or an export is narrowed to."""

from __future__ import annotations

from typing import NamedTuple


class Filters(NamedTuple):
    """What is chosen; None and False choose all. Amounts are in minor units."""

    query: str | None = None
    """Part of a SKU, name or barcode, or of a user's name; case is ignored."""
    category: str | None = None
    low: bool = False
    """Products at or below their mark for low stock, and on sale unless `off_sale`."""
    off_sale: bool = False
    state: str | None = None
    """State of a user or an order."""
    below: int | None = None
    """Users with less than this."""
    idle: int | None = None
    """Users without a balance entry in the last so many days."""
    sku: str | None = None
    """Orders with this product."""
