"""Bounded reads for screens that stay open: pages, categories, trends, the data's revision.

The size of a result does not grow with the shop. Nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import Internal, InvalidInput
from shopcli.domain.ledger.accounts import METHODS
from shopcli.domain.ledger.entries import entry_id, span_of
from shopcli.domain.moments import DAY_MICROSECONDS, HOUR_MICROSECONDS
from shopcli.domain.money import checked_amount, parse_major
from shopcli.domain.ordering import LINE_COUNT_MAX
from shopcli.domain.rights import Seller
from shopcli.domain.showing import excerpt
from shopcli.engine.codes import scanned as scanned_row
from shopcli.engine.lookups import checked_user, order_id, user_row
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.products import folded_query, record, records
from shopcli.engine.use_cases.sales import DAYS_MAX
from shopcli.engine.use_cases.settings import cancel_within, effective
from shopcli.storage import orders
from shopcli.storage.reading import browsing as table
from shopcli.storage.settings import money_terms

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from shopcli.domain.records import BalanceEntry, Product
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

PAGE_SIZE_MAX = 200
"""Largest number of products on a page; a terminal shows fewer."""

NAMED_COUNT_MAX = LINE_COUNT_MAX
"""Largest number of SKUs in one call of `named`: as many as an order may have lines."""

SOLD_BY_COUNT_MAX = 200
"""Largest number of orders in one call of `sold_by`."""

_HOUR_TIER_DAYS_MAX = 7
_SLOT_COUNT = 12
_DAY_SLOT_COUNT_MAX = 15


SORTED_COUNT_MAX = 5_000
"""Most products that are sorted by something else than SKU: no index has the others."""

BEST_DAYS = 3
"""Length of the window whose sales a list sorted by sales goes by, in days."""

SORTS = tuple(table.SORTS)
"""The ways to sort a listing: by SKU, category and name, name, price, and units sold lately."""


class ProductPage(NamedTuple):
    """One page of a listing: `products` begin at `offset` of `total`."""

    offset: int
    total: int
    products: tuple[Product, ...]
    sort: str = "sku"
    """How they are sorted: by SKU where there are too many to sort them."""
    groups: tuple[tuple[str | None, int], ...] = ()
    """In a listing by category, each category and its number of products; None is for none."""


@dataclass(frozen=True)
class Category:
    """A category and its number of products."""

    category: str
    """Empty for the products that have none."""
    count: int


class ChargeTerms(NamedTuple):
    """How money may come here: `methods`, the usual one first, and most at once in minor units."""

    methods: tuple[str, ...]
    charge_max: int | None


@retried
def products(
    runtime: Runtime,
    query: str = "",
    *,
    category: str | None = None,
    offset: int = 0,
    limit: int = PAGE_SIZE_MAX,
    sort: str = "sku",
) -> ProductPage:
    """Read one page of the products.

    Args:
        runtime: What every use case is given.
        query: Text to find in SKU, name or barcode, ignoring case; blank finds all.
        category: Only products of this category, or, where it is empty, those that have none; all
            if None.
        offset: Number of products to skip, at least 0.
        limit: Largest number of products to return, 1 to `PAGE_SIZE_MAX`.
        sort: One of `SORTS`; more than `SORTED_COUNT_MAX` products are listed by SKU.

    Raises:
        InvalidInput: A number is out of bounds, the query holds control characters, or `sort`
            is none of them.
    """
    if sort not in SORTS:
        raise InvalidInput(
            "Products cannot be sorted by '{value}', only by: {sorts}.",
            details={"value": excerpt(sort), "sorts": list(SORTS)},
        )
    checked_amount(offset, "Offset")
    checked_amount(limit, "Limit", least=1, most=PAGE_SIZE_MAX)
    folded = folded_query(query)
    since = runtime.now() - BEST_DAYS * DAY_MICROSECONDS
    with runtime.reading() as session:
        total, groups = None, []
        if sort != "sku" and not (sort == "category" and folded):
            total = table.count(session, folded, category)
        if sort == "category" and (total is None or total <= SORTED_COUNT_MAX):
            # Grouping takes ten times as long as counting, but not where each text is searched.
            groups = table.groups(session, folded, category)
            total = sum(count for _, count in groups)
        if total is not None and total > SORTED_COUNT_MAX:
            sort, groups = "sku", []
        part = table.Part(sort, offset, limit, since)
        rows = table.page(session, folded, category, part)
        if total is None:
            is_last = rows and len(rows) < limit
            total = offset + len(rows) if is_last else table.count(session, folded, category)
    return ProductPage(offset, total, records(runtime, rows), sort, tuple(groups))


@retried
def named(runtime: Runtime, skus: Sequence[str]) -> tuple[Product, ...]:
    """Read the products with these SKUs, ordered by SKU; unknown SKUs are left out.

    Raises:
        InvalidInput: There are more than `NAMED_COUNT_MAX` SKUs.
    """
    if len(skus) > NAMED_COUNT_MAX:
        raise InvalidInput(
            "At most {most} products are read at once.", details={"most": NAMED_COUNT_MAX}
        )
    with runtime.reading() as session:
        rows = table.named(session, skus)
    return records(runtime, rows)


@retried
def sold_by(runtime: Runtime, orders: Sequence[str]) -> dict[str, Seller]:
    """Read who placed these orders; ids of no order are left out.

    Args:
        runtime: What every use case is given.
        orders: Whole ids of orders, `SOLD_BY_COUNT_MAX` at most.

    Raises:
        InvalidInput: There are more.
    """
    if len(orders) > SOLD_BY_COUNT_MAX:
        raise InvalidInput(
            "At most {most} orders are read at once.", details={"most": SOLD_BY_COUNT_MAX}
        )
    with runtime.reading() as session:
        rows = table.sold_by(session, orders)
    return {row.order_id: Seller(row.actor, row.host, row.channel) for row in rows}


@retried
def booked_by(runtime: Runtime, user: str, entries: Sequence[BalanceEntry]) -> dict[str, Seller]:
    """Read who booked the entries of a list, by their ids.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        entries: Of this user, in the order of recording or against it.

    Raises:
        UnknownUser: No such user.
        InvalidInput: The name is out of bounds.
    """
    username = checked_user(user)
    span = span_of([entry.id for entry in entries])
    with runtime.reading() as session:
        user_row(session, username)
        rows = [] if span is None else table.booked_by(session, username, *span)
    return {
        entry_id(username, row.sequence): Seller(row.actor, row.host, row.channel) for row in rows
    }


@retried
def scanned(runtime: Runtime, code: str) -> Product | None:
    """Find the product with this SKU or barcode, in any of its forms; None if there is none.

    Raises:
        InvalidInput: Several products have the barcode.
    """
    with runtime.reading() as session:
        row = scanned_row(session, code)
    return None if row is None else record(runtime, row)


@retried
def categories(runtime: Runtime) -> tuple[Category, ...]:
    """List the categories in use, by name, then what has none; nothing where none is in use."""
    with runtime.reading() as session:
        rows = table.categories(session)
    if all(row.category is None for row in rows):
        return ()
    return tuple(Category(row.category or "", row.product_count) for row in rows)


@retried
def low_stock(runtime: Runtime, limit: int = PAGE_SIZE_MAX) -> tuple[Product, ...]:
    """List products on sale whose stock is at or below their mark for low stock, lowest first.

    A product without a mark of its own has that of the setting `low_stock`.

    Args:
        runtime: What every use case is given.
        limit: Largest number of products, 1 to `PAGE_SIZE_MAX`.

    Raises:
        InvalidInput: The limit is out of bounds.
    """
    checked_amount(limit, "Limit", least=1, most=PAGE_SIZE_MAX)
    with runtime.reading() as session:
        rows = table.low_stock(session, _shop_mark(session), limit)
    return records(runtime, rows)


@retried
def low_stock_mark(runtime: Runtime) -> int:
    """Return the stock at or below which a product without a mark of its own is low."""
    with runtime.reading() as session:
        return _shop_mark(session)


@retried
def cancel_within_microseconds(runtime: Runtime) -> int:
    """Return how long after its time an order may be cancelled, in microseconds."""
    with runtime.reading() as session:
        return cancel_within(session)


@retried
def goes_to_stock(runtime: Runtime, order: str) -> bool:
    """Return whether what is given back of an order goes to stock, unless it is lost.

    An order of the past took nothing from stock, and gives nothing back to it.

    Args:
        runtime: What every use case is given.
        order: Id of the order, or a unique ending of at least 4 characters.

    Raises:
        UnknownOrder: No such order.
        InvalidInput: The ending fits several orders.
    """
    with runtime.reading() as session:
        row = orders.order(session, order_id(session, order, runtime.owner))
    if row is None:
        raise Internal("An order vanished.")
    return not row.historical


@retried
def charge_terms(runtime: Runtime) -> ChargeTerms:
    """Return by which methods a charge may come, and how large it may be."""
    with runtime.reading() as session:
        terms = money_terms(session)
    identity, most = runtime.identity, terms.charge_max
    return ChargeTerms(
        tuple((terms.methods or METHODS).split(",")),
        None if most is None else parse_major(most, identity.exponent, identity.currency),
    )


def _shop_mark(session: Session) -> int:
    return int(effective(session)["low_stock"] or 0)


@retried
def trend(runtime: Runtime, skus: Sequence[str], days: int) -> dict[str, tuple[int, ...]]:
    """Count the units sold of each product in equal slots of the last days, latest slot last.

    Slots consist of whole hours (whole days in windows of more than 7 days), so the first begins
    and the last ends a little later than the window of `top` does.

    Args:
        runtime: What every use case is given.
        skus: SKUs of the products.
        days: Length of the window in days, 1 to 36,500.

    Raises:
        InvalidInput: The number of days is out of bounds.
    """
    checked_amount(days, "Days", least=1, most=DAYS_MAX)
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
    """Return a value that stays equal until something is committed to the database."""
    with runtime.reading() as session:
        return table.revision(session)
