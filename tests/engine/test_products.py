"""The catalogue and its stock: add, change, restock, adjust, search, history."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import Product
from shopcli.domain.records.products import low_stock_mark
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON


def test_a_product_is_added_with_its_first_stock(shop: Shop) -> None:
    """Adding answers with the product; its stock has an initial movement."""
    made = shop.add_product(
        "콩-1", name="커피콩", price=9900, stock=3, category="beans", barcode="880", low_stock=2
    )

    assert (made.sku, made.name, made.price, made.currency) == ("콩-1", "커피콩", 9900, "KRW")
    assert (made.stock, made.on_sale, made.category, made.barcode) == (3, True, "beans", "880")
    assert made.low_stock == 2
    assert shop.product("콩-1") == made
    (movement,) = shop.product_history("콩-1")
    assert (movement.kind, movement.quantity, movement.stock_after) == ("initial", 3, 3)


def test_a_product_without_stock_has_no_movement(shop: Shop) -> None:
    """Nothing moved, nothing is recorded."""
    factories.product(shop, stock=0)

    assert shop.product_history("LATTE") == ()


def test_a_sku_is_taken_once(shop: Shop, refuse: Refuse) -> None:
    """SKUs match exactly: another spelling is another product."""
    factories.product(shop, "LATTE")

    refused = refuse("product_exists", shop.add_product, "LATTE", name="x", price=1)
    assert refused.details == {"sku": "LATTE"}
    assert factories.product(shop, "latte").sku == "latte"


def test_a_price_takes_the_place_of_the_one_expected(shop: Shop, refuse: Refuse) -> None:
    """Where it is another by now nothing is changed, unless it is the wanted one already."""
    factories.product(shop, "LATTE", price=450)
    shop.set_product("LATTE", price=500, expected_price=450)
    shop.set_product("LATTE", price=500, expected_price=450)

    refused = refuse(
        "total_changed", shop.set_product, "LATTE", price=460, name="x", expected_price=450
    )
    assert refused.details == {
        "sku": "LATTE",
        "expected": 450,
        "total": 500,
        "currency": "KRW",
        "reason": "price",
    }
    refuse("total_changed", shop.set_product, "LATTE", on_sale=False, expected_price=450)
    refuse("invalid_input", shop.set_product, "LATTE", price=1, expected_price=-1)

    product = shop.product("LATTE")
    assert (product.price, product.name, product.on_sale) == (500, "Name of LATTE", True)
    assert len(shop.changes()) == 1


BAD_VALUES: list[dict[str, Any]] = [
    {"price": -1},
    {"price": 2**53},
    {"price": 1.5},
    {"price": True},
    {"price": None},
    {"price": "5"},
    {"stock": -1},
    {"stock": 2**53},
    {"stock": 1.0},
    {"low_stock": -1},
    {"name": ""},
    {"name": None},
    {"name": "a\x1b]0;x\x07"},
    {"name": "a\u202eb"},
    {"name": "x" * 201},
    {"name": "\ud800"},
    {"category": "a\nb"},
    {"barcode": "\x00"},
]


@pytest.mark.parametrize("values", BAD_VALUES, ids=ascii)
def test_bad_values_are_refused(shop: Shop, refuse: Refuse, values: dict[str, Any]) -> None:
    """Amounts are integers within bounds, texts hold nothing that acts on a terminal."""
    factories.product(shop)

    refuse("invalid_input", shop.add_product, "NEW", **{"name": "New", "price": 5, **values})
    if "stock" not in values and None not in values.values():
        refuse("invalid_input", shop.set_product, "LATTE", **values)


def test_a_query_is_a_text(shop: Shop, refuse: Refuse) -> None:
    """Anything else is refused; None and blanks keep all."""
    factories.product(shop)

    refuse("invalid_input", shop.products, 5)
    assert shop.products(" ") == shop.products(None) == shop.products()


def test_what_is_given_is_changed(shop: Shop, refuse: Refuse) -> None:
    """Values not given stay; the change is recorded, and made to what was expected only."""
    factories.product(shop, price=4500, stock=7)

    changed = shop.set_product("LATTE", price=5000, category="coffee", reason=REASON)

    assert (changed.price, changed.category, changed.stock) == (5000, "coffee", 7)
    assert changed.name == "Name of LATTE"
    (change,) = shop.changes("product", "LATTE")
    assert change.before == {"category": None, "price": 4500}
    assert change.after == {"category": "coffee", "price": 5000}
    assert change.reason == REASON

    refused = refuse(
        "total_changed", shop.set_product, "LATTE", on_sale=False, expected_on_sale=False
    )
    assert refused.details["reason"] == "on_sale"
    assert not shop.set_product("LATTE", on_sale=False, expected_on_sale=True).on_sale


def test_a_change_of_nothing_is_not_recorded(shop: Shop) -> None:
    """Setting what is already so leaves no record."""
    factories.product(shop, price=4500)

    shop.set_product("LATTE", price=4500)

    assert shop.changes("product", "LATTE") == ()


def test_restock_adds_units(shop: Shop, refuse: Refuse) -> None:
    """Restocking takes a positive count, never passes the largest, and is not done twice unseen."""
    factories.product(shop, stock=3)

    assert shop.restock("LATTE", 5, reason=REASON).stock == 8
    movement = shop.product_history("LATTE")[-1]
    assert (movement.kind, movement.quantity, movement.stock_after) == ("restock", 5, 8)
    assert movement.reason == REASON
    for quantity in (0, -1, 1.5, True, 2**53, AMOUNT_MAX - 7, None):
        refuse("invalid_input", shop.restock, "LATTE", quantity)
    refused = refuse("total_changed", shop.restock, "LATTE", 5, expected_stock=7)
    assert refused.details == {"sku": "LATTE", "expected": 7, "total": 8, "reason": "stock"}
    refuse("invalid_input", shop.restock, "LATTE", 5, expected_stock=-1)
    assert shop.restock("LATTE", 1, expected_stock=9).stock == 9  # some were sold since
    assert shop.restock("LATTE", AMOUNT_MAX - 9, expected_stock=9).stock == AMOUNT_MAX


def test_stock_is_corrected_by_or_to_a_count(shop: Shop, refuse: Refuse) -> None:
    """A correction is signed or a count, exactly one of them, and has a reason."""
    factories.product(shop, stock=10)

    assert shop.adjust_stock("LATTE", by=-4, reason=REASON).stock == 6
    assert shop.adjust_stock("LATTE", to=9, reason=REASON).stock == 9
    assert shop.adjust_stock("LATTE", to=9, reason=REASON).stock == 9
    assert [row.quantity for row in shop.product_history("LATTE")] == [10, -4, 3]
    refused = refuse("out_of_stock", shop.adjust_stock, "LATTE", by=-10, reason=REASON)
    assert refused.details["items"] == [{"sku": "LATTE", "requested": 10, "available": 9}]
    bad: list[dict[str, Any]] = [
        {},
        {"by": 1, "to": 1},
        {"to": -1},
        {"to": 2**53},
        {"by": 1.5},
        {"by": AMOUNT_MAX},
    ]
    for values in bad:
        refuse("invalid_input", shop.adjust_stock, "LATTE", **values, reason=REASON)
    refuse("invalid_input", shop.adjust_stock, "LATTE", by=1, reason=None)


def test_unknown_products_are_named_with_what_was_meant(shop: Shop, refuse: Refuse) -> None:
    """Every verb about one product says what does not exist and what is near."""
    factories.product(shop, "LATTE")

    for refused in (
        refuse("unknown_product", shop.product, "LATE"),
        refuse("unknown_product", shop.set_product, "LATE", price=1),
        refuse("unknown_product", shop.restock, "LATE", 1),
        refuse("unknown_product", shop.adjust_stock, "LATE", by=1, reason=REASON),
        refuse("unknown_product", shop.product_history, "LATE"),
    ):
        assert refused.details["suggestions"] == ["LATTE"]


def test_products_are_listed_by_sku_in_code_point_order(shop: Shop) -> None:
    """The order of a list does not depend on the database's locale."""
    for sku in ("b", "A", "a", "B", "_", "콩", "é", "1", "-"):
        factories.product(shop, sku)

    skus = [product.sku for product in shop.products()]

    assert skus == sorted(skus)
    assert [product.sku for product in shop.products(limit=2)] == skus[:2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("latte", ["LATTE"]),
        ("LAT", ["LATTE"]),
        ("coff", ["BEANS", "LATTE"]),
        ("88012", ["BEANS"]),
        ("커피", ["BEANS"]),
        ("ÉTÉ", ["TEA"]),
        ("straße", ["TEA"]),
        ("STRASSE", ["TEA"]),
        ("%", ["SALE"]),
        ("_", []),
        ("!", ["SALE"]),
        ("[b]", []),
        ("", ["BEANS", "LATTE", "SALE", "TEA"]),
        ("nothing like it", []),
    ],
)
def test_a_query_matches_parts_of_sku_name_and_barcode(
    shop: Shop, query: str, found: list[str]
) -> None:
    """Any case, any script, and no character of the query means anything but itself."""
    shop.add_product("LATTE", name="Coffee with milk", price=1)
    shop.add_product("BEANS", name="커피콩 coffee", price=1, barcode="8801234567890")
    shop.add_product("TEA", name="Thé d'été Straße", price=1)
    shop.add_product("SALE", name="100% off!", price=1)

    assert [product.sku for product in shop.products(query)] == found


def test_stock_history_runs_in_recording_order(shop: Shop, clock: SettableClock) -> None:
    """Every movement is shown oldest first; a limit keeps the newest, since is inclusive."""
    factories.stocked(shop)
    clock.advance(hours=1)
    order = factories.paid(shop, LATTE=2)
    shop.cancel(factories.id_of(order))

    history = shop.product_history("LATTE")

    assert [(row.kind, row.quantity, row.stock_after) for row in history] == [
        ("initial", 20, 20),
        ("sale", -2, 18),
        ("return", 2, 20),
    ]
    assert shop.product_history("LATTE", limit=1) == history[-1:]
    assert shop.product_history("LATTE", since=history[1].at) == history[1:]
    assert {(row.actor != "", row.host != "", row.channel) for row in history} == {
        (True, True, "api")
    }


def test_a_listed_product_is_a_record_like_any_other(shop: Shop) -> None:
    """What a listing holds is frozen, equal to what `product` answers, and can be copied."""
    factories.stocked(shop)

    for listed in shop.products():
        assert listed == shop.product(listed.sku)
        assert type(listed) is Product
        assert pickle.loads(pickle.dumps(listed)) == listed  # noqa: S301  # written a moment ago
        assert hash(dataclasses.replace(listed, price=1)) != hash(listed)
        with pytest.raises(dataclasses.FrozenInstanceError):
            listed.price = 1  # type: ignore[misc]  # what a caller must not do


@pytest.mark.parametrize("shop_mark", [0, 5, 6])
def test_a_product_without_a_mark_is_low_by_the_shops(shop: Shop, shop_mark: int) -> None:
    """The list of low products and the rule for one agree, by own marks and by the setting."""
    for sku, stock, own in (("A", 4, None), ("B", 6, None), ("C", 6, 8), ("D", 4, 3), ("E", 0, 0)):
        factories.product(shop, sku, stock=stock)
        if own is not None:
            shop.set_product(sku, low_stock=own)
    shop.set_setting("low_stock", str(shop_mark))

    mark = shop.browsing.low_stock_mark()

    assert mark == shop_mark
    assert {one.sku for one in shop.browsing.low_stock()} == {
        one.sku for one in shop.products() if one.stock <= low_stock_mark(one, mark)
    }
    assert [one.sku for one in shop.browsing.low_stock()] == {
        0: ["E", "C"],
        5: ["E", "A", "C"],
        6: ["E", "A", "B", "C"],
    }[shop_mark]
