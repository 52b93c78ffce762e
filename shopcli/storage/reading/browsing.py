"""Statements for screens that stay open: pages of the catalogue, trends, changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from shopcli.storage.products import COLUMNS, ProductRow

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from shopcli.storage.session import Session
    from shopcli.storage.sqlite.connections import SqliteSession

_MATCHES = "search_text LIKE :pattern ESCAPE '!'"
_IN_CATEGORY = "category = :category"
_IN_NO_CATEGORY = "category IS NULL"


SORTS = {
    "sku": "sku",
    "category": "category IS NULL, category, LOWER(name), sku",
    "name": "LOWER(name), sku",
    "price": "price_minor, sku",
    "sold": "COALESCE(sold, 0) DESC, sku",
}
"""How each order of a listing is written; all but the first sort what they list."""


_SOLD = """
LEFT JOIN (
    SELECT sku AS sold_sku, SUM(units) AS sold FROM sales_hours
    WHERE bucket_start_at >= :since GROUP BY sku
) AS sales ON sold_sku = sku
"""


class SoldByRow(NamedTuple):
    """Who placed an order: the login, the host and the channel."""

    order_id: str
    actor: str
    host: str
    channel: str


class BookedByRow(NamedTuple):
    """Who booked a balance entry: the login, the host and the channel."""

    sequence: int
    actor: str
    host: str
    channel: str


class CategoryRow(NamedTuple):
    """A category, None for none, and how many products are in it."""

    category: str | None
    product_count: int


_CATEGORIES = """
WITH named AS (
    SELECT category, COUNT(*) AS product_count FROM products
    WHERE category IS NOT NULL GROUP BY category
)
SELECT category, product_count FROM (
    SELECT category, product_count FROM named
    UNION ALL
    SELECT NULL, (SELECT COUNT(*) FROM products)
        - (SELECT CAST(COALESCE(SUM(product_count), 0) AS BIGINT) FROM named)
) AS counted
WHERE product_count > 0 ORDER BY category IS NULL, category
"""
"""What has no category is what the others leave: to group it takes three times as long."""

_LOW = f"""
SELECT {COLUMNS} FROM products
WHERE on_sale = 1 AND stock <= COALESCE(low_stock, :shop_mark) ORDER BY stock, sku LIMIT :row_limit
"""


class BucketRow(NamedTuple):
    """Units of a product sold in one bucket of time."""

    sku: str
    start_at: int
    units: int


Tier = Literal["hour", "day"]


class Part(NamedTuple):
    """Which part of a listing is read."""

    sort: str
    """A name of `SORTS`."""
    offset: int
    row_limit: int
    since: int
    """From when on sales count, in microseconds since 1970; for the order by sales."""


def page(session: Session, folded_query: str, category: str | None, part: Part) -> list[ProductRow]:
    """Products from an offset, of a search, a category, or both."""
    where, parameters = _filter(folded_query, category)
    since = {"since": part.since} if part.sort == "sold" else {}
    found = session.rows(
        f"SELECT {COLUMNS} FROM products {_SOLD if since else ''} {where}"
        f" ORDER BY {SORTS[part.sort]} LIMIT :row_limit OFFSET :row_offset",
        {**parameters, **since, "row_limit": part.row_limit, "row_offset": part.offset},
    )
    return list(map(ProductRow._make, found))


def groups(
    session: Session, folded_query: str, category: str | None
) -> list[tuple[str | None, int]]:
    """How many products of a listing each category has, in the order of categories."""
    where, parameters = _filter(folded_query, category)
    found = session.rows(
        f"SELECT category, COUNT(*) FROM products {where} GROUP BY category"
        " ORDER BY category IS NULL, category",
        parameters,
    )
    return [(row[0], int(row[1])) for row in found]


def count(session: Session, folded_query: str, category: str | None) -> int:
    """How many products `page` would list in all."""
    where, parameters = _filter(folded_query, category)
    row = session.row(f"SELECT COUNT(*) FROM products {where}", parameters)
    return int(row[0]) if row else 0


def named(session: Session, skus: Sequence[str]) -> list[ProductRow]:
    """The products of these SKUs that exist, by SKU."""
    if not skus:
        return []
    names, parameters = _listed("sku", skus)
    found = session.rows(
        f"SELECT {COLUMNS} FROM products WHERE sku IN ({names}) ORDER BY sku", parameters
    )
    return list(map(ProductRow._make, found))


def sold_by(session: Session, order_ids: Sequence[str]) -> list[SoldByRow]:
    """Who placed these orders, of those that exist."""
    if not order_ids:
        return []
    names, parameters = _listed("order_id", order_ids)
    found = session.rows(
        f"SELECT order_id, actor, host, channel FROM orders WHERE order_id IN ({names})",
        parameters,
    )
    return list(map(SoldByRow._make, found))


def booked_by(session: Session, username: str, first: int, last: int) -> list[BookedByRow]:
    """Who booked the entries of a user from one number to another."""
    found = session.rows(
        "SELECT sequence, actor, host, channel FROM balance_entries"
        " WHERE username = :username AND sequence >= :first AND sequence <= :last",
        {"username": username, "first": first, "last": last},
    )
    return list(map(BookedByRow._make, found))


def categories(session: Session) -> list[CategoryRow]:
    """The categories in use, by name, then what has none."""
    return list(map(CategoryRow._make, session.rows(_CATEGORIES)))


def low_stock(session: Session, shop_mark: int, row_limit: int) -> list[ProductRow]:
    """Products on sale at or below their own mark, else the shop's, lowest stock first."""
    found = session.rows(_LOW, {"shop_mark": shop_mark, "row_limit": row_limit})
    return list(map(ProductRow._make, found))


def sold(
    session: Session, tier: Tier, skus: Sequence[str], first: int, last: int
) -> list[BucketRow]:
    """The buckets that start in [first, last)."""
    if not skus:
        return []
    names, parameters = _listed("sku", skus)
    found = session.rows(
        f"SELECT sku, bucket_start_at, units FROM sales_{tier}s"
        f" WHERE bucket_start_at >= :first AND bucket_start_at < :last AND sku IN ({names})",
        {**parameters, "first": first, "last": last},
    )
    return list(map(BucketRow._make, found))


def revision(session: Session) -> Hashable:
    """A value that stays equal while no transaction commits.

    On SQLite it follows two counters of each connection: commits by others, and its own changes.
    On Postgres it is the snapshot: two equal snapshots see the same rows.
    """
    if session.dialect == "postgres":
        row = session.row("SELECT CAST(pg_current_snapshot() AS TEXT)")
        return row[0] if row else None
    others = session.row("PRAGMA data_version")
    own = session.row("SELECT total_changes()")
    return cast("SqliteSession", session).revised(others and others[0], own and own[0])


def _filter(folded_query: str, category: str | None) -> tuple[str, dict[str, Any]]:
    conditions, parameters = [], {}
    if folded_query:
        escaped = "".join(f"!{c}" if c in "!%_" else c for c in folded_query)
        conditions.append(_MATCHES)
        parameters["pattern"] = f"%{escaped}%"
    if category is not None and not category:
        conditions.append(_IN_NO_CATEGORY)
    elif category is not None:
        conditions.append(_IN_CATEGORY)
        parameters["category"] = category
    return f"WHERE {' AND '.join(conditions)}" if conditions else "", parameters


def _listed(name: str, values: Sequence[str]) -> tuple[str, dict[str, Any]]:
    parameters = {f"{name}_{number}": value for number, value in enumerate(values)}
    return ", ".join(f":{key}" for key in parameters), parameters
