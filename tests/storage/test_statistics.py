"""What Postgres believes about the size of a table that was empty when it last looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.storage.schema.tables import metadata
from tests import factories
from tests.batch.files import counts, take, write
from tests.raw_rows import raw_database
from tests.relay.conftest import to
from tests.relay.hostile import OK, HostilePlatform, answering

pytestmark = pytest.mark.postgres

ROW_COUNT = 3000


def _believe_all_empty(url: str) -> None:
    """Make the statistics those of tables that VACUUM found empty, and keep autovacuum out."""
    with raw_database(url) as raw:
        for table in metadata.tables:
            raw.run(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        raw.run(
            "UPDATE pg_class SET relpages = 1, reltuples = 0"
            " WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)"
        )


def _believed(url: str, table: str) -> int:
    with raw_database(url) as raw:
        rows = raw.run(f"SELECT reltuples FROM pg_class WHERE relname = '{table}'")  # noqa: S608 - our own name
    return int(rows[0][0])


def test_an_import_into_tables_that_were_empty(postgres_shop_url: str, tmp_path: Path) -> None:
    """The rows of its first batch are counted, before more of them are looked for."""
    users = write(tmp_path / "u.csv", "user", *(f"u{n}" for n in range(ROW_COUNT)))
    lines = (f"c{n},u{n},1" for n in range(ROW_COUNT))
    charges = write(tmp_path / "c.csv", "key,user,amount", *lines)
    with Shop.open(postgres_shop_url) as shop:
        _believe_all_empty(postgres_shop_url)
        take(shop, "users", users)
        _believe_all_empty(postgres_shop_url)
        assert counts(take(shop, "charges", charges))[1] == ROW_COUNT
        assert _believed(postgres_shop_url, "balances") == ROW_COUNT
        assert shop.verify().ok


def test_a_flush_of_an_outbox_that_was_empty(postgres_shop_url: str) -> None:
    """The events are counted before many of them are looked for."""
    with (
        Shop.open(postgres_shop_url) as shop,
        HostilePlatform(answering(OK)) as platform,
    ):
        factories.stocked(shop)
        order_count = 9
        for _ in range(order_count):
            shop.order("kim", {"LATTE": 1})
        _believe_all_empty(postgres_shop_url)
        assert to(platform.url, shop).flush().sent == order_count
        assert _believed(postgres_shop_url, "outbox") == order_count
