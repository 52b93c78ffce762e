"""What lists and exports can be narrowed to: the same rows on both databases."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from shopcli import Shop
from shopcli.engine.filters import Filters
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse


@pytest.fixture
def sold(shop: Shop, clock: SettableClock) -> Shop:
    """Orders of two users on three days, one of them cancelled."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=50_000, name="Lee Éloïse")
    factories.product(shop, "MUG", price=10)
    for user, lines in (
        ("kim", {"LATTE": 1}),
        ("lee", {"LATTE": 1, "BEANS": 1}),
        ("kim", {"MUG": 2}),
    ):
        shop.order(user, lines, key=f"{user}-{'-'.join(lines)}")
        clock.advance(days=1)
    cancelled = shop.order("lee", {"MUG": 1}, key="cancelled")
    shop.cancel(factories.id_of(cancelled))
    return shop


def _keys(shop: Shop, **given: Any) -> list[str]:  # noqa: ANN401  # any filter  # arguments of `orders`
    return [order.key for order in shop.orders(**given)]


def test_orders_are_chosen_by_product(sold: Shop, refuse: Refuse) -> None:
    """All that hold it, newest first, whoever ordered, also cancelled; an unknown one is said."""
    assert _keys(sold, sku="LATTE") == ["lee-LATTE-BEANS", "kim-LATTE"]
    assert _keys(sold, sku="MUG") == ["cancelled", "kim-MUG"]
    assert _keys(sold, user="kim", sku="LATTE") == ["kim-LATTE"]
    assert _keys(sold, sku="LATTE", limit=1) == ["lee-LATTE-BEANS"]
    assert _keys(sold.as_member("lee"), sku="MUG") == ["cancelled"]
    assert len(sold.as_till().orders(sku="LATTE")) == 2
    refuse("unknown_product", sold.orders, sku="LATT")
    refuse("invalid_input", sold.orders, sku="A:B")


def test_orders_are_chosen_by_state(sold: Shop, refuse: Refuse) -> None:
    """Paid ones or cancelled ones, with all else that narrows the list."""
    assert _keys(sold, state="cancelled") == ["cancelled"]
    assert _keys(sold, state="paid") == ["kim-MUG", "lee-LATTE-BEANS", "kim-LATTE"]
    assert _keys(sold, state="paid", sku="MUG") == ["kim-MUG"]
    assert _keys(sold, state="cancelled", user="kim") == []
    assert _keys(sold, state="refunded") == []
    for order in sold.orders(user="lee", state="paid") + sold.orders(user="kim", sku="MUG"):
        sold.refund(factories.id_of(order), {order.lines[0].sku: 1}, reason="spilt", force=True)
    assert _keys(sold, state="refunded") == ["kim-MUG", "lee-LATTE-BEANS"]
    assert _keys(sold, state="paid") == ["kim-MUG", "lee-LATTE-BEANS", "kim-LATTE"]
    sold.cancel(factories.id_of(sold.orders(sku="BEANS")[0]), force=True, reason="all of it")
    assert _keys(sold, state="refunded", sku="LATTE") == ["lee-LATTE-BEANS"]
    assert _keys(sold, state="cancelled") == ["cancelled", "lee-LATTE-BEANS"]
    refuse("invalid_input", sold.orders, state="gone")


def test_a_product_sold_rarely_is_found_in_every_window(shop: Shop, clock: SettableClock) -> None:
    """Days on which it did not sell are passed over; bounds and limits hold to the microsecond."""
    factories.stocked(shop)
    moments = []
    for days in (0, 1, 40, 2, 400):
        clock.advance(days=days, hours=7)
        moments.append(clock())
        shop.order("kim", {"BEANS": 1}, key=f"beans-{days}")
        shop.order("kim", {"LATTE": 1})

    assert _keys(shop, sku="BEANS") == [f"beans-{days}" for days in (400, 2, 40, 1, 0)]
    assert _keys(shop, sku="BEANS", limit=2) == ["beans-400", "beans-2"]
    assert _keys(shop, sku="BEANS", since=moments[1], until=moments[3]) == ["beans-40", "beans-1"]
    assert _keys(shop, sku="BEANS", since=moments[4]) == ["beans-400"]


def _skus(shop: Shop, query: str | None = None, **more: Any) -> list[str]:  # noqa: ANN401  # as of `products`
    return [product.sku for product in shop.products(query, **more)]


def test_products_are_chosen(shop: Shop, refuse: Refuse) -> None:
    """By category, by being low (their own mark, or the shop's), by being off sale, or several."""
    for sku, stock, low_stock, category in (
        ("A", 5, None, "Drinks"),
        ("B", 6, None, "Drinks"),
        ("C", 6, 6, "Food"),
        ("D", 0, None, None),
        ("E", 1, 0, "Food"),
    ):
        shop.add_product(
            sku, name=f"N{sku}", price=1, stock=stock, low_stock=low_stock, category=category
        )
    shop.set_product("D", on_sale=False)

    assert _skus(shop, category="Drinks") == ["A", "B"]
    assert _skus(shop, category="drinks") == []
    assert _skus(shop, low=True) == ["A", "C"]
    assert _skus(shop, off_sale=True) == ["D"]
    assert _skus(shop, low=True, off_sale=True) == ["D"]
    assert _skus(shop, "n", low=True, category="Food") == ["C"]
    assert _skus(shop, low=True, limit=1) == ["A"]
    shop.set_setting("low_stock", "6")
    assert _skus(shop, low=True) == ["A", "B", "C"]
    assert _skus(shop.as_till(), category="Food") == ["C", "E"]
    refuse("invalid_input", shop.products, category="a\nb")


def _names(shop: Shop, **given: Any) -> list[str]:  # noqa: ANN401  # arguments of `users`
    return [user.user for user in shop.users(**given)]


def test_users_are_found_by_what_they_are_called(shop: Shop, refuse: Refuse) -> None:
    """By part of the user name or the name, in any case and any script."""
    for user, name in (("kim", "김민지"), ("lee", "Lee ÉLOÏSE"), ("oss", "Straße"), ("x_1", None)):
        shop.add_user(user, name=name)

    assert _names(shop, query="민지") == ["kim"]
    assert _names(shop, query="éloïse") == ["lee"]
    assert _names(shop, query="STRASSE") == ["oss"]
    assert _names(shop, query="_") == ["x_1"]
    assert _names(shop, query="%") == []
    assert _names(shop, query="E", limit=1) == ["lee"]
    assert len(_names(shop, query=" ")) == 4
    refuse("invalid_input", shop.users, query="\x1b")


def test_users_are_chosen_by_state_and_balance(shop: Shop, refuse: Refuse) -> None:
    """Below is below, not at; filters are joined."""
    for number, state in enumerate(("active", "blocked", "active")):
        factories.user(shop, f"u{number}", balance=number * 100)
        shop.set_user(f"u{number}", state=state)

    assert _names(shop, below=200) == ["u0", "u1"]
    assert _names(shop, state="blocked") == ["u1"]
    assert _names(shop, state="active", below=200) == ["u0"]
    assert _names(shop, below=0) == []
    refuse("invalid_input", shop.users, state="paid")
    refuse("invalid_input", shop.users, below=-1)


def test_idle_users_are_those_without_entries(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """By when entries happened, whenever they were recorded; new users are not idle."""
    for user in ("moved", "past", "never"):
        shop.add_user(user)
    shop.charge("past", 10)
    clock.advance(days=10)
    shop.charge("moved", 10)
    # Booked now, of long ago: that is no sign of life, and hides none.
    shop.charge("moved", 10, at=clock().replace(year=2020))
    shop.charge("past", 10, at=clock().replace(year=2020))
    shop.add_user("new")

    assert _names(shop, idle=9) == ["never", "past"]
    assert _names(shop, idle=11) == []
    assert _names(shop, idle=9, below=1) == ["never"]
    clock.advance(days=9, microseconds=1)
    assert _names(shop, idle=9) == ["moved", "never", "new", "past"]
    for days in (0, 36_501):
        refuse("invalid_input", shop.users, idle=days)


def _exported(shop: Shop, what: str, column: str, **given: Any) -> list[str]:  # noqa: ANN401  # any filter
    text = io.StringIO()
    shop.exports.write(what, text, "csv", only=Filters(**given))
    return [row[column] for row in csv.DictReader(io.StringIO(text.getvalue()))]


def test_exports_are_chosen_alike(sold: Shop, refuse: Refuse) -> None:
    """Orders whole, sales by the row, products, users and balances as in their lists."""
    latte = ["LATTE", "LATTE", "BEANS"]
    assert _exported(sold, "orders", "sku", sku="LATTE") == latte
    assert _exported(sold, "orders", "key", state="cancelled") == ["cancelled"]
    assert _exported(sold, "sales", "sku", sku="LATTE") == ["LATTE", "LATTE"]
    assert _exported(sold, "sales", "sku", sku="MUG") == ["MUG"]
    assert _exported(sold, "users", "user", query="ÉLOÏSE") == ["lee"]
    assert _exported(sold, "balances", "user", below=50_000) == ["lee"]
    assert _exported(sold, "products", "sku", query="mug") == ["MUG"]
    for what, given in (
        ("coupons", {"sku": "MUG"}),
        ("sales", {"state": "paid"}),
        ("users", {"low": True}),
        ("history", {"query": "kim"}),
        ("orders", {"state": "blocked"}),
        ("users", {"state": "paid"}),
    ):
        text = io.StringIO()
        refuse("invalid_input", sold.exports.write, what, text, "csv", only=Filters(**given))
        assert text.getvalue() == ""
    refuse(
        "unknown_product", sold.exports.write, "sales", io.StringIO(), "csv", only=Filters(sku="X")
    )
