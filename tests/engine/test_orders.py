"""Order and pay: what an order does, and what each refusal says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shopcli import Shop
from shopcli.domain.errors import InvalidInput, TotalChanged
from shopcli.domain.money import AMOUNT_MAX
from shopcli.wording.advice import advice
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import dump, raw_database


def test_an_order_has_all_its_effects(shop: Shop, shop_url: str) -> None:
    """One order moves stock, balance, history, sales and outbox, and answers with all of it."""
    factories.stocked(shop, balance=50_000)

    order = shop.order("kim", [("LATTE", 2), ("BEANS", 1)], key="o1")

    assert (order.state, order.user, order.currency, order.key) == ("paid", "kim", "KRW", "o1")
    assert (order.subtotal, order.discount, order.total) == (18_900, 0, 18_900)
    assert (order.balance_after, order.placed_at, order.replayed) == (31_100, DEFAULT_START, False)
    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [
        ("LATTE", 2, 4500),
        ("BEANS", 1, 9900),
    ]
    assert shop.balance("kim").balance == 31_100
    assert (shop.product("LATTE").stock, shop.product("BEANS").stock) == (18, 19)
    sale = shop.product_history("LATTE")[-1]
    assert (sale.kind, sale.quantity, sale.stock_after, sale.order) == ("sale", -2, 18, order.order)
    assert [(row.sku, row.units, row.revenue) for row in shop.top().rows] == [
        ("LATTE", 2, 9000),
        ("BEANS", 1, 9900),
    ]
    assert shop.receipt(order.order) == shop.receipt(key="o1") == shop.orders("kim")[0] == order
    with raw_database(shop_url) as raw:
        assert raw.run("SELECT order_id, sequence, type, state FROM outbox") == [
            (order.order, 1, "shop.order.paid", "pending")
        ]


def test_the_event_of_an_order_tells_no_secrets(shop: Shop, shop_url: str) -> None:
    """The event's body holds the order, but neither balance nor key nor the buyer's names."""
    factories.user(shop, "kim-of-the-lab", balance=98_765, name="Kim Cheolsu")
    factories.product(shop)

    order = shop.order("kim-of-the-lab", {"LATTE": 2}, key="a-secret-key")

    with raw_database(shop_url) as raw:
        ((body,),) = raw.run("SELECT body FROM outbox")
    event = json.loads(bytes(body))
    assert event["subject"] == order.order
    assert event["source"] == f"urn:shopcli:{shop.id}"
    assert event["data"]["total"] == 9000
    for secret in ("kim-of-the-lab", "Kim Cheolsu", "a-secret-key", str(order.balance_after)):
        assert secret not in bytes(body).decode()


def test_the_same_sku_twice_is_one_line(shop: Shop, refuse: Refuse) -> None:
    """Quantities are summed before stock is checked, so two lines never sell one unit twice."""
    factories.user(shop, "kim", balance=100_000)
    factories.product(shop, "LATTE", stock=3)

    refused = refuse("out_of_stock", shop.order, "kim", [("LATTE", 2), ("LATTE", 2)])
    assert refused.details["items"] == [{"sku": "LATTE", "requested": 4, "available": 3}]

    order = shop.order("kim", [("LATTE", 2), ("LATTE", 1)])
    assert [(line.sku, line.quantity) for line in order.lines] == [("LATTE", 3)]
    assert shop.product("LATTE").stock == 0


def test_an_order_of_a_hundred_lines_works(shop: Shop) -> None:
    """A hundred products in one order are sold, in the order they were named."""
    factories.user(shop, "kim", balance=10**6)
    skus = [f"P{number * 37 % 100:02d}" for number in range(100)]
    for sku in skus:
        factories.product(shop, sku, price=11, stock=5)

    order = shop.order("kim", [(sku, 3) for sku in skus])

    assert [line.sku for line in order.lines] == skus
    assert order.total == 100 * 3 * 11
    assert {product.stock for product in shop.products()} == {2}
    assert shop.verify().ok


def test_an_order_of_total_zero_still_writes_its_payment(shop: Shop) -> None:
    """Free goods are ordered on an empty balance and leave a payment entry of 0."""
    shop.add_user("kim")
    factories.product(shop, "WATER", price=0)

    order = shop.order("kim", {"WATER": 1})

    assert order.total == 0
    assert [(row.kind, row.amount, row.order) for row in shop.history("kim")] == [
        ("payment", 0, order.order)
    ]
    assert shop.cancel(factories.id_of(order)).refunded == 0
    assert shop.verify().ok


def test_a_discount_never_exceeds_the_subtotal(shop: Shop) -> None:
    """A coupon of more than the order makes it free, not a payout."""
    factories.stocked(shop, balance=100)
    factories.coupon(shop, "GIFT", amount=5000)
    shop.claim("kim", "GIFT")

    order = shop.order("kim", {"LATTE": 1}, coupon="GIFT")

    assert (order.discount, order.total, order.balance_after) == (4500, 0, 100)


def test_a_coupon_discounts_the_whole_order(shop: Shop) -> None:
    """The discount is shared over the lines exactly, and shows in lines, payment and sales."""
    factories.stocked(shop)
    factories.claimed(shop)

    order = shop.order("kim", {"LATTE": 3, "BEANS": 1}, coupon="tenth")

    assert (order.coupon, order.subtotal, order.discount, order.total) == (
        "TENTH",
        23_400,
        2340,
        21_060,
    )
    assert [(line.discount, line.net) for line in order.lines] == [(1350, 12_150), (990, 8910)]
    assert [row.revenue for row in shop.top().rows] == [12_150, 8910]
    (held,) = shop.coupons("kim")
    assert (held.state, held.order) == ("redeemed", order.order)
    assert shop.coupon("TENTH").redeemed == 1


def test_percent_rounds_down(shop: Shop) -> None:
    """A tenth of 4599 is 459."""
    factories.user(shop, "kim", balance=10_000)
    factories.product(shop, "ODD", price=4599)
    factories.claimed(shop)

    assert shop.order("kim", {"ODD": 1}, coupon="TENTH").discount == 459


def test_a_receipt_shows_amounts_frozen_at_sale(shop: Shop) -> None:
    """Later changes of name and price change no receipt."""
    factories.stocked(shop)
    order = factories.paid(shop, LATTE=1)

    shop.set_product("LATTE", name="Caffe latte", price=9999)

    assert shop.receipt(order.order) == order


def test_a_receipt_is_found_by_a_unique_ending(shop: Shop, refuse: Refuse) -> None:
    """Four characters at the end of an id name the order; fewer or unknown ones do not."""
    factories.stocked(shop)
    order = factories.paid(shop)
    whole = factories.id_of(order)

    assert shop.receipt(whole[-4:]) == shop.receipt(whole.upper()) == order
    for wrong in (
        whole[-3:],
        "zzzzzzzz",
        "",
        whole + "0",
        "%%%%",
        "____",
        "'",
        "\x1b[2J",
        whole[:6],
    ):
        refused = refuse("unknown_order", shop.receipt, wrong)
        assert "\x1b" not in str(refused.message) + str(refused.details)
    refuse("unknown_order", shop.receipt, key="nothing-bought")
    refuse("invalid_input", shop.receipt)
    refuse("invalid_input", shop.receipt, whole, key="k")


def test_orders_are_listed_newest_first(shop: Shop, clock: SettableClock) -> None:
    """A user's orders, or everybody's, with a limit and a first instant."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=100_000)
    made = []
    for user in ("kim", "lee", "kim"):
        made.append(factories.paid(shop, user=user))
        clock.advance(hours=1)
    made.reverse()

    assert list(shop.orders()) == made
    assert list(shop.orders("kim")) == [made[0], made[2]]
    assert list(shop.orders(limit=1)) == made[:1]
    assert list(shop.orders(since=made[1].placed_at)) == made[:2]
    assert list(shop.orders("lee", since=made[0].placed_at)) == []


def test_a_dry_run_answers_and_changes_nothing(shop: Shop, shop_url: str) -> None:
    """A dry run prices the order, has no id, and takes the same refusals."""
    factories.stocked(shop)
    factories.claimed(shop)
    before = dump(shop_url)

    tried = shop.order("kim", {"LATTE": 2}, coupon="TENTH", dry_run=True)

    assert (tried.order, tried.total, tried.balance_after) == (None, 8100, 91_900)
    assert dump(shop_url) == before
    factories.refusal("out_of_stock", shop.order, "kim", {"LATTE": 21}, dry_run=True)
    order = shop.order("kim", {"LATTE": 2}, coupon="TENTH", key=tried.key)
    assert replace(order, order=None) == tried


def test_unknown_users_and_products_are_named_with_what_was_meant(
    shop: Shop, refuse: Refuse
) -> None:
    """Details name what does not exist, all of it, and what is near."""
    factories.stocked(shop)

    refused = refuse("unknown_user", shop.order, "kam", {"LATTE": 1})
    assert refused.details == {"user": "kam", "suggestions": ["kim"]}
    refused = refuse("unknown_product", shop.order, "kim", {"LATE": 1, "LATTE": 1, "BEAN": 1})
    assert refused.details["items"] == [{"sku": "LATE"}, {"sku": "BEAN"}]
    assert set(refused.details["suggestions"]) == {"LATTE", "BEANS"}
    refuse("unknown_user", shop.orders, "nobody")


def test_products_off_sale_are_not_sold(shop: Shop, refuse: Refuse) -> None:
    """Details name every product that is off sale; on sale again, it is sold."""
    factories.stocked(shop)
    shop.set_product("LATTE", on_sale=False)

    refused = refuse("product_off_sale", shop.order, "kim", {"BEANS": 1, "LATTE": 1})
    assert refused.details["items"] == [{"sku": "LATTE"}]
    shop.set_product("LATTE", on_sale=True)
    assert factories.paid(shop, LATTE=1).state == "paid"


def test_all_short_products_are_named(shop: Shop, refuse: Refuse) -> None:
    """Details of out_of_stock name each short product with what was asked and what is left."""
    factories.stocked(shop, balance=10**9)
    factories.product(shop, "FULL", stock=1000)

    refused = refuse("out_of_stock", shop.order, "kim", {"LATTE": 21, "FULL": 1, "BEANS": 99})

    assert refused.details["items"] == [
        {"sku": "LATTE", "requested": 21, "available": 20},
        {"sku": "BEANS", "requested": 99, "available": 20},
    ]


def test_an_order_takes_no_more_than_the_balance(shop: Shop, refuse: Refuse) -> None:
    """One minor unit short is refused with balance and total; the exact balance pays."""
    factories.stocked(shop, balance=8999)

    refused = refuse("insufficient_balance", shop.order, "kim", {"LATTE": 2})
    assert refused.details.items() >= {"balance": 8999, "required": 9000, "currency": "KRW"}.items()
    shop.charge("kim", 1)
    assert shop.order("kim", {"LATTE": 2}).balance_after == 0


def test_blocked_and_closed_users_do_not_order(shop: Shop, refuse: Refuse) -> None:
    """Being made active again is enough to order."""
    factories.stocked(shop)
    shop.set_user("kim", state="blocked")
    refuse("user_blocked", shop.order, "kim", {"LATTE": 1})
    shop.set_user("kim", state="active")
    order = factories.paid(shop)
    assert order.state == "paid"

    shop.payout("kim", reason=REASON)
    shop.set_user("kim", state="closed")
    refuse("user_closed", shop.order, "kim", {"LATTE": 1})


def test_rules_are_reported_in_one_order(shop: Shop, refuse: Refuse) -> None:
    """Input, key, user, products, coupon, stock, balance: mending one shows the next."""
    factories.stocked(shop, balance=0 + 1)
    factories.user(shop, "lee", balance=100_000)
    shop.order("lee", {"LATTE": 1}, key="used")
    shop.set_user("kim", state="blocked")
    shop.set_product("BEANS", on_sale=False)
    wrong = {"LATTE": 99, "BEANS": 99}

    refuse("invalid_input", shop.order, "nobody", {"NONE": 0, **wrong}, coupon="TENTH", key="used")
    refuse("key_conflict", shop.order, "nobody", {"NONE": 1, **wrong}, coupon="TENTH", key="used")
    refuse("unknown_user", shop.order, "nobody", {"NONE": 1, **wrong}, coupon="TENTH")
    refuse("user_blocked", shop.order, "kim", {"NONE": 1, **wrong}, coupon="TENTH")
    shop.set_user("kim", state="active")
    refuse("unknown_product", shop.order, "kim", {"NONE": 1, **wrong}, coupon="TENTH")
    refuse("product_off_sale", shop.order, "kim", wrong, coupon="TENTH")
    shop.set_product("BEANS", on_sale=True)
    refuse("unknown_coupon", shop.order, "kim", wrong, coupon="TENTH")
    factories.coupon(shop, "TENTH")
    refuse("coupon_not_held", shop.order, "kim", wrong, coupon="TENTH")
    refuse("out_of_stock", shop.order, "kim", wrong)
    refuse("insufficient_balance", shop.order, "kim", {"LATTE": 1, "BEANS": 1})


@pytest.mark.parametrize(
    "quantity", [0, -1, 2**53, 2**63, 10**400, 1.0, float("nan"), True, "1", None],
    ids=lambda value: f"{type(value).__name__} {value!r}"[:24],
)  # fmt: skip
def test_bad_quantities_are_refused(shop: Shop, refuse: Refuse, quantity: int) -> None:
    """A quantity is a positive integer and nothing else."""
    factories.stocked(shop)

    refuse("invalid_input", shop.order, "kim", {"LATTE": quantity})
    refuse("invalid_input", shop.order, "kim", [("LATTE", 1), ("LATTE", quantity)])


def test_an_order_without_lines_is_refused(shop: Shop, refuse: Refuse) -> None:
    """Nothing, or something that is no list of pairs, is no order."""
    factories.stocked(shop)

    nothing: list[object] = [{}, [], None, 5, "LATTE", [("LATTE",)], [None]]
    for lines in nothing:
        refuse("invalid_input", shop.order, "kim", lines)


def test_amounts_beyond_the_largest_are_refused(shop: Shop, refuse: Refuse) -> None:
    """An order whose subtotal passes the largest amount is refused before stock is judged."""
    factories.user(shop, "kim", balance=AMOUNT_MAX)
    factories.product(shop, "YACHT", price=AMOUNT_MAX, stock=1)

    refuse("invalid_input", shop.order, "kim", {"YACHT": 2})
    assert shop.order("kim", {"YACHT": 1}).balance_after == 0


def test_sales_beyond_the_largest_amount_are_refused_cleanly(shop: Shop, refuse: Refuse) -> None:
    """Where the sums of an hour would pass the largest amount, the order is refused, not broken."""
    factories.user(shop, "kim", balance=AMOUNT_MAX)
    factories.product(shop, "YACHT", price=AMOUNT_MAX, stock=2)
    shop.order("kim", {"YACHT": 1})
    shop.charge("kim", AMOUNT_MAX)

    refuse("invalid_input", shop.order, "kim", {"YACHT": 1})


def test_hostile_names_reach_nobody(shop: Shop, refuse: Refuse) -> None:
    """Identifiers that are none are refused without being repeated raw."""
    factories.stocked(shop)

    for hostile in ("a\x1b[2J", "a\u202eb", "a\x00b", "\ud800", "a:b", "", "a b", "x" * 65):
        for refused in (
            refuse("invalid_input", shop.order, hostile, {"LATTE": 1}),
            refuse("invalid_input", shop.order, "kim", {hostile: 1}),
            refuse("invalid_input", shop.order, "kim", {"LATTE": 1}, coupon=hostile),
        ):
            assert (refused.message + advice(refused)).isprintable()


def test_the_clock_decides_when_an_order_was_placed(shop: Shop, clock: SettableClock) -> None:
    """Times come from the injected clock, also when it is set back."""
    factories.stocked(shop)
    clock.set(DEFAULT_START - timedelta(days=3))

    order = factories.paid(shop)

    assert order.placed_at == DEFAULT_START - timedelta(days=3)
    assert isinstance(order.placed_at, datetime)
    assert shop.verify().ok


def test_an_order_is_named_by_a_text(shop: Shop) -> None:
    """A number or nothing is no id of an order: the call is at fault, not the shop's memory."""
    for call in (shop.receipt, shop.cancel):
        with pytest.raises(InvalidInput):
            call(5)  # type: ignore[arg-type]  # what a caller without types may do


def test_an_order_costs_what_was_shown_or_nothing(shop: Shop, refuse: Refuse) -> None:
    """With an expected total, an order of any other is refused, remembered prices or not."""
    factories.stocked(shop, balance=50_000)
    assert shop.order("kim", {"LATTE": 2}, key="first", expected_total=9000).total == 9000
    assert shop.order("kim", {"LATTE": 2}, expected_total=9000).total == 9000

    shop.set_product("LATTE", price=4800)
    for expected in (9000, 9601, 0):
        refused = refuse(
            "total_changed", shop.order, "kim", {"LATTE": 2}, key="k", expected_total=expected
        )
        assert isinstance(refused, TotalChanged)
        assert refused.details == {"expected": expected, "total": 9600, "currency": "KRW"}

    assert shop.order("kim", {"LATTE": 2}, key="k", expected_total=9600).total == 9600
    assert shop.order("kim", {"LATTE": 2}, key="first", expected_total=5).replayed
    refuse("insufficient_balance", shop.order, "kim", {"LATTE": 9}, expected_total=1)
    for nonsense in ("9600", 9600.5, -1):
        refuse("invalid_input", shop.order, "kim", {"LATTE": 2}, expected_total=nonsense)
    assert shop.verify().ok
