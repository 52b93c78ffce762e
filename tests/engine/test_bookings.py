"""Orders of the past: booked at their own instant, paid from the balance of now."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from shopcli import Shop
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON, id_of
from tests.raw_rows import raw_database

THEN = DEFAULT_START - timedelta(days=100)


def test_a_booking_has_the_effects_of_its_own_instant(shop: Shop, shop_url: str) -> None:
    """Payment, sale and event carry the order's instant; stock and today's report stay."""
    factories.stocked(shop)

    order = shop.book(
        "kim", {"LATTE": 3, "BEANS": 1}, ordered_at=THEN, unit_prices={"LATTE": 4000}, discount=900
    )

    assert (order.subtotal, order.discount, order.total) == (21_900, 900, 21_000)
    assert (order.placed_at, order.coupon, order.balance_after) == (THEN, None, 79_000)
    assert sum(line.discount for line in order.lines) == 900
    assert {product.stock for product in shop.products()} == {20}
    entry = shop.history("kim")[-1]
    assert (entry.kind, entry.at, entry.recorded_at) == ("payment", THEN, DEFAULT_START)
    assert shop.top().rows == ()
    assert [row.units for row in shop.top(as_of=THEN).rows] == [3, 1]
    assert shop.receipt(order.order) == order
    with raw_database(shop_url) as raw:
        ((body,),) = raw.run("SELECT body FROM outbox")
    assert json.loads(bytes(body))["data"]["placed_at"].startswith(f"{THEN:%Y-%m-%dT%H:%M}")
    assert shop.verify().ok


def test_products_off_sale_and_out_of_stock_are_booked(shop: Shop) -> None:
    """What is sold today is not asked of the past."""
    factories.stocked(shop)
    shop.set_product("LATTE", on_sale=False)
    shop.adjust_stock("LATTE", to=0, reason=REASON)

    assert shop.book("kim", {"LATTE": 5}, ordered_at=THEN).total == 22_500
    assert shop.product("LATTE").stock == 0


def test_a_booking_is_cancelled_without_touching_stock(shop: Shop, refuse: Refuse) -> None:
    """Money and sales come back, stock that never left does not; cancelling is long over."""
    factories.stocked(shop)
    order = shop.book("kim", {"LATTE": 5}, ordered_at=THEN)

    refuse("order_not_cancellable", shop.cancel, id_of(order))
    done = shop.cancel(id_of(order), reason=REASON, force=True)

    assert (done.refunded, done.balance) == (22_500, 100_000)
    assert shop.product("LATTE").stock == 20
    assert shop.top(as_of=THEN).rows == ()
    assert shop.verify().ok


def test_the_time_of_a_booking_is_part_of_the_request(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """A repeat answers as the first time; another instant, or an order of today, is a conflict."""
    factories.stocked(shop)
    first = shop.book("kim", {"LATTE": 1}, ordered_at=THEN, key="b1")
    clock.advance(days=9)
    shop.set_product("LATTE", price=1, name="Another")

    again = shop.book("kim", {"LATTE": 1}, ordered_at=THEN, key="b1")

    assert again == replace(first, replayed=True)
    later = THEN + timedelta(microseconds=1)
    refuse("key_conflict", shop.book, "kim", {"LATTE": 1}, ordered_at=later, key="b1")
    refuse("key_conflict", shop.order, "kim", {"LATTE": 1}, key="b1")


def test_rules_of_bookings_are_reported_in_one_order(shop: Shop, refuse: Refuse) -> None:
    """Input, key, user, products, balance: mending one shows the next."""
    factories.user(shop, "kim", balance=10)
    factories.product(shop, "LATTE", price=4500)
    shop.book("kim", {"LATTE": 1}, ordered_at=THEN, unit_prices={"LATTE": 0}, key="used")

    def book(user: str = "kim", sku: str = "LATTE", **named: object) -> object:
        return shop.book(user, {sku: 1}, **{"ordered_at": THEN, **named})  # type: ignore[arg-type]  # any value

    refuse("invalid_input", book, "nobody", ordered_at=None, key="used")
    refuse("invalid_input", book, "nobody", ordered_at=datetime(1, 1, 1), key="used")  # noqa: DTZ001 - on purpose
    refuse("invalid_input", book, "nobody", discount=-1, key="used")
    refuse("invalid_input", book, "nobody", unit_prices={"LATTE": -1}, key="used")
    refuse("key_conflict", book, "nobody", "NONE", key="used")
    refuse("unknown_user", book, "nobody", "NONE")
    shop.set_user("kim", state="blocked")
    refuse("user_blocked", book, "kim", "NONE")
    shop.set_user("kim", state="active")
    refuse("unknown_product", book, "kim", "NONE")
    refuse("invalid_input", book, discount=4501)
    refused = refuse("insufficient_balance", book, discount=4489)
    assert refused.details.items() >= {"balance": 10, "required": 11, "currency": "KRW"}.items()
    assert book(discount=4490) is not None
