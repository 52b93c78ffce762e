"""Rows that many orders change are locked in code point order, as everything else locks them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from shopcli import Shop
from shopcli.storage import procedures
from tests import factories
from tests.postgres_server import DatabaseServer

pytestmark = pytest.mark.postgres

LOCK = {
    table: f"SELECT 1 FROM {table} WHERE sku = %s FOR NO KEY UPDATE".encode()  # noqa: S608  # ours
    for table in ("products", "sales_hours", "sales_days")
}
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
FIRST, SECOND = "Banana", "apple"
"""By their code points; a dictionary has them the other way round."""


@pytest.mark.parametrize("table", LOCK)
def test_an_order_that_waits_for_the_first_row_holds_no_later_one(
    database_server: DatabaseServer, postgres_template: str, table: str
) -> None:
    """Whoever locks in that order, as cancellations and imports do, never meets it half-way."""
    with (
        database_server.database(template=postgres_template) as url,
        Shop.open(url) as shop,
        ThreadPoolExecutor(1) as executor,
        psycopg.connect(url) as holder,
        psycopg.connect(url, autocommit=True) as watcher,
    ):
        factories.user(shop, balance=1_000_000)
        for sku in (FIRST, SECOND):
            factories.product(shop, sku, price=100, stock=100)
        cart = {SECOND: 1, FIRST: 1}
        shop.order("kim", cart)
        holder.execute(LOCK[table], [FIRST])
        ordering = executor.submit(shop.order, "kim", cart)
        while watcher.execute(WAITING).fetchone() == (0,):
            assert not ordering.done()
        with watcher.transaction(force_rollback=True):
            watcher.execute(LOCK[table] + b" NOWAIT", [SECOND])
        holder.rollback()
        assert ordering.result(30).state == "paid"
        assert shop.verify().ok


def test_no_procedure_sorts_as_the_database_happens_to() -> None:
    """The default order of texts is the database's own choice, often a dictionary's."""
    (text,) = procedures.statements("postgres")

    sorted_by = re.findall(r"ORDER BY sku.*", text)

    assert len(sorted_by) == 3
    assert set(sorted_by) == {'ORDER BY sku COLLATE "C"'}
