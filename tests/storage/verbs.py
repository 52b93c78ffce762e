"""Verbs that change a shop, each with what of it commits on Postgres."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from shopcli import Shop
from tests import factories

COMMIT = b"COMMIT\0"


class Verb(NamedTuple):
    """A change: how it is made under a key, what of it commits, what goes before."""

    do: Callable[[Shop, str | None, str], object]
    commits: bytes
    first: Callable[[Shop], str] = lambda _shop: ""
    """Makes it ready; answers with the order it is about, if it is about one."""


def _order(shop: Shop, key: str | None, _order: str) -> object:
    return shop.order("kim", {"LATTE": 1}, key=key)


def _claim(shop: Shop, key: str | None, _order: str) -> object:
    return shop.claim("kim", "TENTH", key=key)


def _buy(shop: Shop) -> str:
    return factories.id_of(shop.order("kim", {"LATTE": 1}, key="before"))


PROCEDURE = b"shop_place_order"
KEYED = {
    "order": Verb(_order, PROCEDURE),
    "order with a coupon": Verb(
        lambda shop, key, _order: shop.order("kim", {"LATTE": 1}, coupon="TENTH", key=key),
        PROCEDURE,
        lambda shop: shop.claim("kim", "TENTH").user,
    ),
    "order from the cache": Verb(_order, PROCEDURE, _buy),
    "charge": Verb(
        lambda shop, key, _order: shop.charge("kim", 500, key=key), b"INTO balance_entries"
    ),
    "adjust": Verb(
        lambda shop, key, _order: shop.adjust("kim", -500, reason="short", key=key),
        b"INTO balance_entries",
    ),
    "payout": Verb(
        lambda shop, key, _order: shop.payout("kim", 500, reason="left", key=key),
        b"INTO balance_entries",
    ),
    "payout of all": Verb(
        lambda shop, key, _order: shop.payout("kim", None, reason="left", key=key), COMMIT
    ),
    "claim": Verb(_claim, b"INTO user_coupons"),
    "cancel": Verb(lambda shop, key, order: shop.cancel(order, key=key), COMMIT, _buy),
    "refund": Verb(
        lambda shop, key, order: shop.refund(order, {"LATTE": 1}, reason="spilt", key=key),
        COMMIT,
        _buy,
    ),
}
KEYLESS = {
    "user add": Verb(lambda shop, _key, _order: shop.add_user("park"), COMMIT),
    "product add": Verb(
        lambda shop, _key, _order: shop.add_product("TEA", name="Tea", price=3000, stock=1), COMMIT
    ),
    "restock": Verb(lambda shop, _key, _order: shop.restock("LATTE", 5), COMMIT),
    "coupon add": Verb(
        lambda shop, _key, _order: shop.add_coupon("FIFTH", percent=20, limit=1), COMMIT
    ),
    "setting": Verb(lambda shop, _key, _order: shop.set_setting("low_stock", "7"), COMMIT),
    "booking": Verb(
        lambda shop, _key, _order: shop.imports.run(
            "charges", "c.csv", stream=BytesIO(b"key,user,amount\nc1,kim,5\n")
        ),
        COMMIT,
    ),
}
