"""Cancel: undoes stock, balance, coupon and sales in one go, once, in time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON, id_of
from tests.raw_rows import dump, raw_database

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def test_a_cancellation_undoes_everything(shop: Shop, shop_url: str, clock: SettableClock) -> None:
    """Stock, balance, coupon and sales are as before, history shows both ways, an event tells."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH")
    clock.advance(hours=1)

    done = shop.cancel(id_of(order), reason="wrong beans", key="x1")

    assert (done.order, done.state, done.refunded) == (order.order, "cancelled", order.total)
    assert (done.coupon_restored, done.balance, done.currency) == (True, 100_000, "KRW")
    assert (done.key, done.replayed) == ("x1", False)
    assert shop.balance("kim").balance == 100_000
    assert {product.stock for product in shop.products()} == {20}
    assert shop.top().rows == ()
    assert shop.coupons("kim")[0].state == "claimed"
    assert shop.receipt(order.order).state == shop.orders("kim")[0].state == "cancelled"
    refund = shop.history("kim")[-1]
    assert (refund.kind, refund.amount, refund.order) == ("refund", order.total, order.order)
    back = shop.product_history("BEANS")[-1]
    assert (back.kind, back.quantity, back.order) == ("return", 1, order.order)
    with raw_database(shop_url) as raw:
        ((body,),) = raw.run("SELECT body FROM outbox WHERE sequence = 2")
    event = json.loads(bytes(body))
    assert (event["type"], event["sequence"]) == ("shop.order.cancelled", "2")
    assert event["data"]["refunded"] == order.total
    assert event["data"]["reason"] == "wrong beans"
    assert shop.verify().ok


def test_cancelling_twice_refunds_once(shop: Shop) -> None:
    """A second cancellation answers as the first and moves nothing."""
    factories.stocked(shop)
    order = factories.paid(shop, LATTE=2)

    first, second = shop.cancel(id_of(order)), shop.cancel(id_of(order))

    assert (first.replayed, second.replayed) == (False, True)
    assert second.key == first.key
    assert shop.balance("kim").balance == 100_000
    assert shop.product("LATTE").stock == 20


def test_only_what_was_looked_at_is_cancelled(shop: Shop, shop_url: str, refuse: Refuse) -> None:
    """Where some of it came back since, a whole line too, nothing is changed; a key is first."""
    factories.stocked(shop)
    order_id = id_of(shop.order("kim", {"LATTE": 3, "BEANS": 1}))
    look = shop.receipt(order_id)
    shop.refund(order_id, {"BEANS": 1}, reason=REASON)
    before = dump(shop_url)

    refused = refuse("total_changed", shop.cancel, order_id, expected=look)
    assert (refused.details["expected"], refused.details["reason"]) == (0, "refund")
    assert refused.details["total"] == shop.receipt(order_id).refunded
    wrong: Any = order_id
    refuse("invalid_input", shop.cancel, order_id, expected=wrong)
    assert dump(shop_url) == before

    done = shop.cancel(order_id, key="c1", expected=shop.receipt(order_id))
    assert done.refunded == 3 * 4_500
    assert shop.cancel(order_id, key="c1", expected=look) == replace(done, replayed=True)


def test_the_user_may_cancel_until_the_last_instant(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """24 hours after the order it can be cancelled, a microsecond later it cannot."""
    factories.stocked(shop)
    in_time, late = factories.paid(shop), factories.paid(shop)

    clock.set(DEFAULT_START + DAY)
    assert shop.cancel(id_of(in_time)).state == "cancelled"
    clock.advance(TICK)
    refused = refuse("order_not_cancellable", shop.cancel, id_of(late))
    assert refused.details["order"] == late.order
    assert shop.receipt(late.order).state == "paid"


def test_the_shop_decides_how_long(shop: Shop, clock: SettableClock, refuse: Refuse) -> None:
    """The setting cancel_within moves the last instant, for orders already placed too."""
    factories.stocked(shop)
    one, other = factories.paid(shop), factories.paid(shop)
    shop.set_setting("cancel_within", "90s", reason=REASON)

    clock.advance(seconds=90)
    assert shop.cancel(id_of(one)).state == "cancelled"
    clock.advance(TICK)
    refuse("order_not_cancellable", shop.cancel, id_of(other))
    shop.set_setting("cancel_within", None)
    assert shop.cancel(id_of(other)).state == "cancelled"


def test_an_operator_may_force_it_with_a_reason(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """Force cancels at any time, and says why."""
    factories.stocked(shop)
    order = factories.paid(shop)
    clock.advance(days=400)

    refuse("invalid_input", shop.cancel, id_of(order), force=True)
    refuse("order_not_cancellable", shop.cancel, id_of(order), reason=REASON)
    assert shop.cancel(id_of(order), reason=REASON, force=True).refunded == order.total
    assert shop.history("kim")[-1].reason == REASON


def test_a_restored_coupon_can_be_used_again(shop: Shop) -> None:
    """After a cancellation the coupon serves another order, and that can be cancelled as well."""
    factories.stocked(shop)
    factories.claimed(shop)
    for _ in range(3):
        order = shop.order("kim", {"LATTE": 1}, coupon="TENTH")
        assert order.discount == 450
        assert shop.cancel(id_of(order)).coupon_restored is True

    order = shop.order("kim", {"LATTE": 2}, coupon="TENTH")
    assert shop.coupons("kim")[0].order == order.order
    assert shop.coupon("TENTH").redeemed == 1
    assert shop.verify().ok


def test_a_coupon_past_its_end_stays_redeemed(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """Cancelled at its last instant a coupon comes back, a microsecond later it does not."""
    factories.stocked(shop)
    end = DEFAULT_START + timedelta(hours=1)
    for code in ("BACK", "GONE"):
        factories.coupon(shop, code, use_by=end)
        shop.claim("kim", code)
    back, gone = (shop.order("kim", {"LATTE": 1}, coupon=code) for code in ("BACK", "GONE"))

    clock.set(end)
    assert shop.cancel(id_of(back)).coupon_restored is True
    clock.advance(TICK)
    done = shop.cancel(id_of(gone))
    assert (done.coupon_restored, done.refunded) == (False, gone.total)
    assert {held.coupon: held.state for held in shop.coupons("kim")} == {
        "BACK": "expired",
        "GONE": "redeemed",
    }
    refuse("coupon_already_used", shop.order, "kim", {"LATTE": 1}, coupon="GONE")
    assert shop.verify().ok


def test_unknown_orders_are_not_cancelled(shop: Shop, refuse: Refuse) -> None:
    """An id that is none, or an ending that fits none, is unknown."""
    factories.stocked(shop)
    factories.paid(shop)

    for wrong in ("", "abc", "nothing", "%%%%", "\x1b[2J"):
        refuse("unknown_order", shop.cancel, wrong)


def test_an_order_is_cancelled_by_a_unique_ending(shop: Shop) -> None:
    """The last characters of an id are enough where they are unique."""
    factories.stocked(shop)
    order = factories.paid(shop)

    assert shop.cancel(id_of(order)[-8:]).order == order.order


@pytest.mark.parametrize("state", ["blocked", "closed"])
def test_who_has_left_gets_no_refund(shop: Shop, refuse: Refuse, state: str) -> None:
    """A blocked user's order can be cancelled, a closed one's only after being made active."""
    factories.stocked(shop, balance=4500)
    order = factories.paid(shop)
    shop.set_user("kim", state=state)

    if state == "closed":
        refuse("user_closed", shop.cancel, id_of(order))
        shop.set_user("kim", state="active")
    assert shop.cancel(id_of(order)).balance == 4500
    assert shop.verify().ok


def test_a_refund_respects_the_balance_limit(shop: Shop, refuse: Refuse) -> None:
    """A refund that would pass the largest balance is refused whole."""
    factories.stocked(shop, balance=4500)
    order = factories.paid(shop)
    shop.charge("kim", AMOUNT_MAX - 4499)

    refused = refuse("balance_limit", shop.cancel, id_of(order))
    assert refused.details["currency"] == "KRW"
    shop.payout("kim", 1, reason=REASON)
    assert shop.cancel(id_of(order)).balance == AMOUNT_MAX


def test_products_off_sale_and_coupons_off_come_back_too(shop: Shop) -> None:
    """What was switched off since the order is returned all the same."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 1}, coupon="TENTH")
    shop.set_product("LATTE", on_sale=False)
    shop.set_coupon("TENTH", disabled=True)

    assert shop.cancel(id_of(order)).coupon_restored is True
    assert shop.product("LATTE").stock == 20
    assert shop.verify().ok
