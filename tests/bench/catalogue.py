"""The catalogue at size: listing and searching, beside their bare queries."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.measure import Figure, paired
from tests.bench.server import Server
from tests.bench.shops import stocked


def catalogue(server: Server, *, quick: bool) -> list[Figure]:
    """Listing and searching 100,000 products beside the bare query, on both databases."""
    size = 20_000 if quick else 100_000
    with tempfile.TemporaryDirectory() as folder:
        figures = _catalogue(str(Path(folder) / "shop.db"), size, "SQLite")
    with server.database() as url:
        return figures + _catalogue(url, size, "Postgres")


def _catalogue(url: str, size: int, name: str) -> list[Figure]:
    shop = stocked(url, user_count=1, product_count=size)
    database = shop.runtime.database
    if database.dialect == "postgres":
        with database.write() as session:
            session.change("ANALYZE")
    columns = "sku, name, price_minor, stock, on_sale, category, barcode, low_stock"

    def bare(condition: str) -> int:
        with database.read() as session:
            return len(
                session.rows(f"SELECT {columns} FROM products {condition} ORDER BY sku")  # noqa: S608 - ours
            )

    figures = [
        paired(
            f"list {size:,} products, {name}",
            candidate=lambda: len(shop.products()),
            floor=lambda: bare(""),
            rounds=15,
            at_least=0.77,
        ),
        paired(
            f"search {size:,} products, {name}",
            candidate=lambda: len(shop.products("number 777")) and 1,
            floor=lambda: bare("WHERE search_text LIKE '%number 777%'") and 1,
            rounds=21,
            at_least=0.77,
        ),
    ]
    shop.close()
    return figures
