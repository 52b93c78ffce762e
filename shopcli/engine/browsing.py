"""Reading for screens that stay open: pages, categories, trends, whether anything changed.

Answers are bounded in size whatever the shop's is. Nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.money import checked_amount
from shopcli.domain.text import checked_name
from shopcli.engine.codes import scanned as scanned_row
from shopcli.engine.products import fold, record
from shopcli.engine.runtime import retried
from shopcli.storage import browsing as table

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from shopcli.domain.records import Product
    from shopcli.engine.runtime import Runtime

PAGE_SIZE_MAX = 200
"""Most products a page holds; a terminal shows fewer."""

NAMED_COUNT_MAX = 1000
"""Most products asked for by SKU at once: as many as an order has lines."""

_HOUR_TIER_DAYS_MAX = 7
_SLOT_COUNT = 12
_DAY_SLOT_COUNT_MAX = 15


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A stretch of a listing by SKU: `total` products in all, these from `offset` on."""

    offset: int
    total: int
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A category and how many products are in it."""

    category: str
    count: int


@retried
def products(
    runtime: Runtime,
    query: str = "",
    *,
    category: str | None = None,
    offset: int = 0,
    limit: int = PAGE_SIZE_MAX,
) -> ProductPage:
    """A page of the products by SKU.

    Args:
        runtime: What every use case is given.
        query: Keeps those with it in SKU, name or barcode, any case; blank keeps all.
        category: Keeps those of this category.
        offset: How many to pass over.
        limit: At most so many, up to `PAGE_SIZE_MAX`.

    Raises:
        InvalidInput: A number is out of bounds, or the query holds control characters.
    """
    checked_amount(offset, "Offset")
    checked_amount(limit, "Limit", least=1, most=PAGE_SIZE_MAX)
    folded = fold(checked_name(query, "Query")) if query.strip() else ""
    with runtime.reading() as session:
        rows = table.page(session, folded, category, offset, limit)
        if rows and len(rows) < limit:
            total = offset + len(rows)
        else:
            total = table.count(session, folded, category)
    return ProductPage(offset, total, tuple(record(runtime, row) for row in rows))


@retried
def named(runtime: Runtime, skus: Sequence[str]) -> tuple[Product, ...]:
    """The products of these SKUs that exist, by SKU.

    Raises:
        InvalidInput: More than `NAMED_COUNT_MAX`.
    """
    if len(skus) > NAMED_COUNT_MAX:
        raise InvalidInput(
            "At most {most} products are read at once.", details={"most": NAMED_COUNT_MAX}
        )
    with runtime.reading() as session:
        rows = table.named(session, skus)
    return tuple(record(runtime, row) for row in rows)


@retried
def order_count(runtime: Runtime, user: str) -> int:
    """How many orders a user has placed, cancelled ones included."""
    with runtime.reading() as session:
        return table.order_count(session, user)


@retried
def scanned(runtime: Runtime, code: str) -> Product | None:
    """The product with this SKU or barcode, in any of its forms; None where there is none.

    Raises:
        InvalidInput: Several products have the barcode.
    """
    with runtime.reading() as session:
        row = scanned_row(session, code)
    return None if row is None else record(runtime, row)


@retried
def categories(runtime: Runtime) -> tuple[Category, ...]:
    """The categories in use, by name."""
    with runtime.reading() as session:
        return tuple(Category(*row) for row in table.categories(session))


@retried
def low_stock(runtime: Runtime, limit: int = PAGE_SIZE_MAX) -> tuple[Product, ...]:
    """Products on sale at or below their own mark for low stock, the emptiest first."""
    checked_amount(limit, "Limit", least=1, most=PAGE_SIZE_MAX)
    with runtime.reading() as session:
        rows = table.low_stock(session, limit)
    return tuple(record(runtime, row) for row in rows)


@retried
def trend(runtime: Runtime, skus: Sequence[str], days: int) -> dict[str, tuple[int, ...]]:
    """Units sold of each product in equal slots of the last days, the latest slot last.

    Slots consist of whole hours (whole days in long windows), so the first begins a little
    later and the last ends a little later than the window of `top` does.

    Args:
        runtime: What every use case is given.
        skus: Which products.
        days: Length of the window, at least 1.
    """
    checked_amount(days, "Days", least=1, most=36_500)
    tier: table.Tier = "hour" if days <= _HOUR_TIER_DAYS_MAX else "day"
    if tier == "hour":
        bucket, slot_count = HOUR_MICROSECONDS, _SLOT_COUNT
        width = days * DAY_MICROSECONDS // slot_count
    else:
        bucket = DAY_MICROSECONDS
        width = -(-days // _DAY_SLOT_COUNT_MAX) * bucket
        slot_count = -(-days * bucket // width)
    last = (runtime.now() // bucket + 1) * bucket
    first = last - slot_count * width
    with runtime.reading() as session:
        rows = table.sold(session, tier, skus, first, last)
    slots = {sku: [0] * slot_count for sku in skus}
    for row in rows:
        slots[row.sku][(row.start_at - first) // width] += row.units
    return {sku: tuple(units) for sku, units in slots.items()}


@retried
def revision(runtime: Runtime) -> Hashable:
    """A value that stays equal as long as nothing was committed to the database."""
    with runtime.reading() as session:
        return table.revision(session)
