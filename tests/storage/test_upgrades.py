"""Shops of every kept schema are brought up to date, whole."""

from __future__ import annotations

from collections import Counter

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from shopcli import Shop
from shopcli.domain.errors import SchemaOld
from shopcli.storage.database import connect
from shopcli.storage.schema import completeness, making
from shopcli.storage.schema.tables import metadata
from shopcli.wording.advice import advice
from tests.raw_rows import raw_database
from tests.schemas.kept import KEPT_VERSIONS, restore

Rows = list[tuple[object, ...]]


@pytest.fixture(params=KEPT_VERSIONS)
def kept_url(request: pytest.FixtureRequest, empty_database_url: str) -> str:
    """The address of a shop as an older release left it."""
    restore(request.param, empty_database_url)
    return empty_database_url


def _rows(url: str) -> dict[str, Rows]:
    """Every row of every column that the first of two schemas had, by table."""
    with raw_database(url) as raw:
        return {
            table: sorted(raw.run(f"SELECT * FROM {table}"), key=repr)  # noqa: S608 - names from the catalogue
            for table in raw.tables()
            if table != "alembic_version"
        }


GROWN = {"sales_hours"}
"""Tables that have more rows afterwards: buckets in which something was given back."""


def _kept(table: str, before: Rows, after: Rows) -> bool:
    """Whether the old rows of a table stand in the new ones; new columns come last."""
    width = len(before[0]) if before else 0
    lost, added = Counter(before), Counter(row[:width] for row in after)
    lost.subtract(added)
    return all(count == 0 or (count < 0 and table in GROWN) for count in lost.values())


def test_an_older_shop_wants_an_upgrade(kept_url: str) -> None:
    """A shop of an older schema is not opened, its rows stay as they are; a backup is offered."""
    before = _rows(kept_url)

    with pytest.raises(SchemaOld) as refused:
        Shop.open(kept_url)
    assert _rows(kept_url) == before
    offered = advice(refused.value)
    assert "shop db upgrade --backup FILE" in offered
    assert "pg_dump" in offered


def test_an_upgrade_keeps_every_row(kept_url: str) -> None:
    """Each row of each table is there afterwards, in its old columns unchanged, and sound."""
    before = _rows(kept_url)

    making.upgrade(kept_url)

    assert making.status(kept_url).is_current
    after = _rows(kept_url)
    assert [table for table, rows in before.items() if not _kept(table, rows, after[table])] == []
    with Shop.open(kept_url) as shop:
        assert [check for check in shop.verify().checks if not check.ok] == []


def test_an_upgraded_shop_has_the_schema_of_a_new_one(kept_url: str) -> None:
    """Tables, constraints, indexes and triggers are those of a shop made today."""
    making.upgrade(kept_url)

    with making._schema_transaction(kept_url) as connection:  # noqa: SLF001 - the engine of Alembic
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    database = connect(kept_url)
    with database.read() as session:
        assert completeness.compared_guards(session).missing == []
    database.close()


@pytest.mark.parametrize("kept_url", ["0001"], indirect=True)
@pytest.mark.parametrize(
    ("timezone", "seconds"), [("Asia/Kathmandu", 900), ("Asia/Kolkata", 1800), ("Asia/Seoul", 3600)]
)
def test_buckets_fit_into_the_hours_of_the_shops_clocks(
    kept_url: str, timezone: str, seconds: int
) -> None:
    """An upgraded shop counts its old sales in parts of an hour where its clocks need it."""
    with raw_database(kept_url) as raw:
        raw.run(f"UPDATE shop SET timezone = '{timezone}'")  # noqa: S608 - ours

    making.upgrade(kept_url)

    with raw_database(kept_url) as raw:
        assert raw.run("SELECT sales_bucket_seconds FROM shop") == [(seconds,)]
        starts = {at for (at,) in raw.run("SELECT bucket_start_at FROM sales_hours")}
    assert {at % (seconds * 1_000_000) for at in starts} == {0}
    with Shop.open(kept_url) as shop:
        shop.order("kim", {"WATER": 1}, key="after-the-upgrade")
        assert shop.verify().ok, shop.verify()


def test_an_upgraded_shop_goes_on(kept_url: str) -> None:
    """Members buy and are given back; every invariant holds before and after."""
    making.upgrade(kept_url)

    with Shop.open(kept_url) as shop:
        assert shop.verify().ok, shop.verify()
        stock = shop.product("WATER").stock
        order = shop.order("kim", {"WATER": 2, "LATTE": 1}, key="after-the-upgrade")
        assert order.order is not None
        assert shop.product("WATER").stock == stock - 2
        assert shop.order("kim", {"WATER": 1}, key="till1-3").state == "paid"
        shop.cancel(order.order)
        assert shop.receipt(order.order).state == "cancelled"
        assert shop.verify().ok, shop.verify()


def test_an_upgraded_shop_is_the_first_copy_of_itself(kept_url: str) -> None:
    """It is known which copy of the shop this is; deliveries go on."""
    making.upgrade(kept_url)

    with raw_database(kept_url) as raw:
        ((shop_id,),) = raw.run("SELECT shop_id FROM shop")
        assert raw.run("SELECT * FROM shop_copy") == [(1, shop_id, None, None, None, None, None)]
