"""Best sellers by DuckDB: its own table of the same order lines, added up for each question."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from shopcli import Shop

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_LINES = """
SELECT o.placed_at, l.sku, l.quantity, l.line_total_minor - l.discount_minor
FROM orders o JOIN order_lines l ON l.order_id = o.order_id
"""
_TABLE = "CREATE TABLE sales (placed_at BIGINT, sku VARCHAR, quantity BIGINT, net BIGINT)"
# In the order of time, so that it need not look at what is older.
_LOAD = "INSERT INTO sales SELECT * FROM read_csv(?, header = false, columns = ?) ORDER BY 1"
_TOP = """
PREPARE top AS
SELECT sku, SUM(quantity)::BIGINT AS units, SUM(net)::BIGINT FROM sales
WHERE placed_at > $1 AND placed_at <= $2 GROUP BY sku ORDER BY units DESC, sku LIMIT 5
"""


class Floor:
    """A connection that stays open, with the question prepared."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._execute = connection.execute

    def top(self, start: int, until: int) -> list[tuple[str, int, int]]:
        """(SKU, units, revenue) of the five best sellers after `start` and not after `until`."""
        return self._execute(f"EXECUTE top({start}, {until})").fetchall()


def _write_lines(shop: Shop, path: Path) -> None:
    if shop.runtime.database.dialect == "sqlite":
        with shop.runtime.database.read() as session, path.open("w", newline="") as file:
            csv.writer(file).writerows(session.stream(_LINES))
        return
    with (
        psycopg.connect(shop.url) as connection,
        path.open("wb") as file,
        connection.cursor().copy(f"COPY ({_LINES}) TO STDOUT (FORMAT csv)") as copy,
    ):
        for block in copy:
            file.write(block)


@contextmanager
def loaded(shop: Shop, folder: Path) -> Iterator[Floor | None]:
    """Lend DuckDB with the order lines of a shop; None where it is not installed."""
    try:
        import duckdb
    except ImportError:
        sys.stderr.write("DuckDB is not installed: no row beside it.\n")
        yield None
        return
    lines, path = folder / "lines.csv", folder / "sales.duckdb"
    _write_lines(shop, lines)
    kinds = {"placed_at": "BIGINT", "sku": "VARCHAR", "quantity": "BIGINT", "net": "BIGINT"}
    with duckdb.connect(path) as connection:
        connection.execute(_TABLE)
        connection.execute(_LOAD, [str(lines), kinds])
        connection.execute("CHECKPOINT")
        connection.execute(_TOP)
        yield Floor(connection)
    lines.unlink()
    path.unlink()
