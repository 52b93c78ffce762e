"""Another shop where one was open: nothing is read from it, and above all nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.errors import NoShop
from tests.raw_rows import raw_database


def test_an_open_shop_is_never_another_one(shop: Shop, shop_url: str, dialect: str) -> None:
    """The database is made anew while it is open: reads and orders are refused, again and again."""
    shop.add_user("kim")
    _remove(shop, shop_url, dialect)
    with Shop.create(shop_url) as other:
        other.add_user("kim")
        other.charge("kim", 10_000)
        other.add_product("LATTE", name="Latte", price=4_500, stock=20)

        for _ in range(2):
            with pytest.raises(NoShop):
                shop.balance("kim")
            with pytest.raises(NoShop):
                shop.order("kim", {"LATTE": 1})

        assert other.balance("kim").balance == 10_000


def test_what_is_no_shop_any_more_is_told_as_such(shop: Shop, shop_url: str, dialect: str) -> None:
    """Tables of something else are no shop either, and no bug."""
    shop.add_user("kim")
    _remove(shop, shop_url, dialect)
    with raw_database(shop_url) as database:
        database.run("CREATE TABLE other (id INTEGER)")

    with pytest.raises(NoShop):
        shop.balance("kim")


def _remove(shop: Shop, shop_url: str, dialect: str) -> None:
    if dialect == "sqlite":
        for path in Path(shop.url).parent.glob(f"{Path(shop.url).name}*"):
            path.unlink()
        return
    with raw_database(shop_url) as database:
        (schema,) = database.run("SELECT current_schema()")[0]
        database.run(f"DROP SCHEMA {schema} CASCADE")
        database.run(f"CREATE SCHEMA {schema}")
    shop.runtime.database.close()  # as dropping the whole database ends every connection
