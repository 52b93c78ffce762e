"""Refunds: part of an order goes back, and a cancellation afterwards gives back the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import RefundLine
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON, id_of
from tests.raw_rows import dump, raw_database

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def _sold(shop: Shop) -> dict[str, tuple[int, int]]:
    return {row.sku: (row.units, row.revenue) for row in shop.top().rows}


def test_a_refund_gives_part_of_an_order_back(
    shop: Shop, shop_url: str, clock: SettableClock
) -> None:
    """Units to stock, their share of the price to the balance, sales less, an event tells."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 3, "BEANS": 1}, coupon="TENTH")
    assert [line.net for line in order.lines] == [12_150, 8_910]
    clock.advance(hours=1)

    done = shop.refund(id_of(order), {"LATTE": 1}, reason="spilt", key="r1")

    assert (done.order, done.state, done.refunded) == (order.order, "paid", 4_050)
    assert done.lines == (RefundLine("LATTE", 1, 4_050, 1),)
    assert (done.key, done.replayed, done.currency) == ("r1", False, "KRW")
    assert done.balance == shop.balance("kim").balance == 100_000 - order.total + 4_050
    assert shop.product("LATTE").stock == 18
    assert _sold(shop) == {"LATTE": (2, 8_100), "BEANS": (1, 8_910)}
    held = shop.coupons("kim")[0]
    assert (held.state, held.order) == ("redeemed", order.order)
    entry = shop.history("kim")[-1]
    assert (entry.kind, entry.amount, entry.order) == ("refund", 4_050, order.order)
    assert (entry.reason, entry.at) == ("spilt", clock())
    back = shop.product_history("LATTE")[-1]
    assert (back.kind, back.quantity, back.order, back.reason) == (
        "return",
        1,
        order.order,
        "spilt",
    )
    with raw_database(shop_url) as raw:
        ((body,),) = raw.run("SELECT body FROM outbox WHERE sequence = 2")
    event = json.loads(bytes(body))
    assert (event["type"], event["sequence"]) == ("shop.order.refunded", "2")
    assert event["data"]["state"] == "paid"
    assert [line["quantity"] for line in event["data"]["lines"]] == [3, 1]
    assert event["data"]["refunded_lines"] == [
        {"sku": "LATTE", "quantity": 1, "refunded": 4_050, "restocked": 1}
    ]
    assert (event["data"]["refunded"], event["data"]["reason"]) == (4_050, "spilt")
    assert event["time"] == event["data"]["refunded_at"] != event["data"]["placed_at"]
    assert shop.verify().ok


def test_the_receipt_tells_what_went_back(shop: Shop, clock: SettableClock) -> None:
    """A receipt lists the refunds, and `refunded` is their sum, the rest of a cancel included."""
    factories.stocked(shop)
    order = factories.paid(shop, LATTE=3)
    shop.refund(order, {"LATTE": 1}, reason="spilt", key="r1")
    clock.advance(minutes=1)
    shop.refund(order, {"LATTE": 1}, reason="cold", lost=True, key="r2")

    found = shop.receipt(order.order)
    assert (found.state, found.refunded, found.total) == ("paid", 9_000, 13_500)
    assert [(r.number, r.refunded, r.lost, r.reason, r.key) for r in found.refunds] == [
        (1, 4_500, False, "spilt", "r1"),
        (2, 4_500, True, "cold", "r2"),
    ]
    assert [refund.lines[0].restocked for refund in found.refunds] == [1, 0]
    assert found.refunds[1].refunded_at == clock()
    assert shop.orders("kim") == (found,)

    assert shop.cancel(id_of(order)).refunded == 4_500
    found = shop.receipt(order.order)
    assert (found.state, found.refunded, len(found.refunds)) == ("cancelled", 13_500, 2)
    assert shop.orders() == (found,)


def test_an_order_that_is_asked_for_again_is_told_as_sold(shop: Shop) -> None:
    """The replay of an order knows nothing of what was given back since."""
    factories.stocked(shop)
    first = shop.order("kim", {"LATTE": 2}, key="o1")
    shop.refund(first, {"LATTE": 1}, reason=REASON)

    again = shop.order("kim", {"LATTE": 2}, key="o1")
    assert (again.refunded, again.refunds, again.state) == (0, (), "paid")


def test_a_cancellation_gives_back_the_rest(shop: Shop, shop_url: str) -> None:
    """Money, units and sales that are left go back; the coupon too; its event tells the rest."""
    factories.stocked(shop)
    factories.coupon(shop, "ODD", amount=100)
    shop.claim("kim", "ODD")
    order = shop.order("kim", {"LATTE": 3, "BEANS": 1}, coupon="ODD")
    first = shop.refund(order, {"LATTE": 2}, reason=REASON, lost=True)
    second = shop.refund(order, {"BEANS": 1}, reason=REASON)

    done = shop.cancel(id_of(order))

    assert first.refunded + second.refunded + done.refunded == order.total
    assert (done.coupon_restored, done.balance) == (True, 100_000)
    assert (shop.product("LATTE").stock, shop.product("BEANS").stock) == (18, 20)
    assert _sold(shop) == {}
    with raw_database(shop_url) as raw:
        ((body,),) = raw.run("SELECT body FROM outbox WHERE sequence = 4")
    event = json.loads(bytes(body))
    assert (event["type"], event["sequence"]) == ("shop.order.cancelled", "4")
    assert event["data"]["refunded"] == done.refunded
    assert shop.verify().ok


def test_nothing_is_left_of_what_went_back_whole(shop: Shop) -> None:
    """An order given back whole stays paid; a cancellation gives back nothing but the coupon."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 2}, coupon="TENTH")
    assert shop.refund(order, {"LATTE": 2}, reason=REASON).balance == 100_000
    assert shop.receipt(order.order).state == "paid"

    done = shop.cancel(id_of(order))

    assert (done.refunded, done.coupon_restored, done.balance) == (0, True, 100_000)
    assert shop.product("LATTE").stock == 20
    assert shop.history("kim")[-1].amount == 0
    assert shop.verify().ok


def test_cents_are_neither_lost_nor_found(shop: Shop) -> None:
    """Of seven units for 100 each step gives what is then due, and all of them 100."""
    factories.user(shop, balance=1_000)
    factories.product(shop, "A", price=15)
    factories.coupon(shop, "FIVE", amount=5)
    shop.claim("kim", "FIVE")
    order = shop.order("kim", {"A": 7}, coupon="FIVE")

    back = [shop.refund(order, {"A": 1}, reason=REASON).refunded for _ in range(7)]

    assert back == [14, 14, 14, 15, 14, 14, 15]
    assert shop.balance("kim").balance == 1_000
    assert shop.verify().ok


def test_a_refund_leaves_the_window_of_the_sale(shop: Shop, clock: SettableClock) -> None:
    """Best sellers of any window count a unit that went back as never sold, whenever it went."""
    factories.stocked(shop)
    clock.set(DEFAULT_START.replace(minute=10))
    order = factories.paid(shop, LATTE=3)
    sold_at = clock()
    clock.advance(days=5, hours=3)
    shop.refund(order, {"LATTE": 2}, reason=REASON, force=True)

    assert _sold(shop) == {}
    for before, after in ((TICK, timedelta()), (DAY, timedelta(minutes=20)), (DAY, 2 * DAY)):
        days = max(1, (before + after).days)
        (row,) = shop.top(days=days, as_of=sold_at + after).rows
        assert (row.units, row.revenue) == (1, 4_500)
    shop.cancel(id_of(order), force=True, reason=REASON)
    assert shop.top(days=1, as_of=sold_at).rows == ()


def test_units_of_the_past_do_not_come_to_stock(shop: Shop, clock: SettableClock) -> None:
    """An order of the past took no stock, so none comes back; the money does."""
    factories.stocked(shop)
    booked = shop.book(
        "kim", {"LATTE": 2}, ordered_at=clock() - timedelta(hours=2), unit_prices={"LATTE": 101}
    )

    done = shop.refund(booked, {"LATTE": 1}, reason=REASON)

    assert (done.refunded, done.lines[0].restocked) == (101, 0)
    assert not shop.browsing.goes_to_stock(id_of(booked))
    assert shop.product("LATTE").stock == 20
    assert shop.cancel(id_of(booked)).balance == 100_000
    assert shop.product("LATTE").stock == 20
    assert shop.verify().ok


def test_what_is_given_back_for_nothing_is_given_back(shop: Shop) -> None:
    """A product of price 0 comes back to stock, and is not given back twice."""
    factories.user(shop, balance=5)
    factories.product(shop, "WATER", price=0)
    order = factories.paid(shop, WATER=2)

    done = shop.refund(order, {"WATER": 2}, reason=REASON)

    assert (done.refunded, done.balance, shop.product("WATER").stock) == (0, 5, 20)
    factories.refusal("refund_exceeds_order", shop.refund, order, {"WATER": 1}, reason=REASON)
    assert shop.verify().ok


def test_more_than_is_left_is_refused(shop: Shop, refuse: Refuse) -> None:
    """What is not in the order, too many, or of a cancelled order; nothing changes then."""
    factories.stocked(shop)
    factories.product(shop, "TEA")
    order = factories.paid(shop, LATTE=2)
    wanted = {"LATTE": 3, "TEA": 1, "NONE": 2}

    refused = refuse("refund_exceeds_order", shop.refund, order, wanted, reason=REASON)
    assert refused.details["items"] == [
        {"sku": "LATTE", "requested": 3, "left": 2},
        {"sku": "TEA", "requested": 1, "left": 0},
        {"sku": "NONE", "requested": 2, "left": 0},
    ]
    shop.refund(order, [("LATTE", 1)], reason=REASON)
    refuse("refund_exceeds_order", shop.refund, order, [("LATTE", 1)] * 2, reason=REASON)
    shop.cancel(id_of(order))
    refused = refuse("refund_exceeds_order", shop.refund, order, {"LATTE": 1}, reason=REASON)
    assert refused.details["items"] == [{"sku": "LATTE", "requested": 1, "left": 0}]
    assert shop.balance("kim").balance == 100_000


def test_a_refund_is_in_time_as_a_cancellation_is(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """At the last instant yes, a microsecond later only by force; in vain where nothing is left."""
    factories.stocked(shop)
    order = factories.paid(shop, LATTE=3)
    clock.set(DEFAULT_START + DAY)
    shop.refund(order, {"LATTE": 1}, reason=REASON)

    clock.advance(TICK)
    refused = refuse("order_not_cancellable", shop.refund, order, {"LATTE": 1}, reason=REASON)
    assert refused.details["reason"] == "refund"
    refuse("refund_exceeds_order", shop.refund, order, {"LATTE": 3}, reason=REASON)
    shop.refund(order, {"LATTE": 1}, reason=REASON, force=True)
    assert shop.verify().ok


@pytest.mark.parametrize("state", ["blocked", "closed"])
def test_who_has_left_gets_no_refund(shop: Shop, refuse: Refuse, state: str) -> None:
    """A blocked buyer is paid back, a closed one only after being made active."""
    factories.stocked(shop, balance=9_000)
    order = factories.paid(shop, LATTE=2)
    shop.set_user("kim", state=state)

    if state == "closed":
        refuse("user_closed", shop.refund, order, {"LATTE": 9}, reason=REASON)
        shop.set_user("kim", state="active")
    assert shop.refund(order, {"LATTE": 1}, reason=REASON).balance == 4_500
    assert shop.verify().ok


def test_a_refund_respects_the_balance_limit(shop: Shop, refuse: Refuse) -> None:
    """A refund that would pass the largest balance is refused whole; a smaller one is not."""
    factories.stocked(shop, balance=9_000)
    order = factories.paid(shop, LATTE=2)
    shop.charge("kim", AMOUNT_MAX - 4_500)

    refuse("balance_limit", shop.refund, order, {"LATTE": 2}, reason=REASON)
    assert shop.refund(order, {"LATTE": 1}, reason=REASON).balance == AMOUNT_MAX
    refuse("balance_limit", shop.cancel, id_of(order))
    shop.payout("kim", 4_500, reason=REASON)
    assert shop.cancel(id_of(order)).balance == AMOUNT_MAX
    assert shop.verify().ok


def test_a_refund_needs_a_reason_and_units(shop: Shop, refuse: Refuse) -> None:
    """No reason, no units, none of a product or no order: nothing is given back."""
    factories.stocked(shop)
    order = factories.paid(shop, LATTE=2)

    refuse("invalid_input", shop.refund, order, {"LATTE": 1}, reason=None)
    for lines in ({}, {"LATTE": 0}, {"LATTE": -1}, {"LATTE": True}, {"a b": 1}, [("LATTE",)], 7):
        refuse("invalid_input", shop.refund, order, lines, reason=REASON)
    for wrong in ("", "abc", "nothing", "%%%%"):
        refuse("unknown_order", shop.refund, wrong, {"LATTE": 1}, reason=REASON)
    dry = shop.order("kim", {"LATTE": 1}, dry_run=True)
    refuse("invalid_input", shop.refund, dry, {"LATTE": 1}, reason=REASON)
    assert shop.refund(id_of(order)[-8:], {"LATTE": 1}, reason=REASON).order == order.order


def test_a_key_gives_back_once(shop: Shop, refuse: Refuse) -> None:
    """A repeat answers as the first time whatever came since; another request is refused."""
    factories.stocked(shop)
    order, other = factories.paid(shop, LATTE=4), factories.paid(shop, LATTE=4)
    first = shop.refund(order, {"LATTE": 1}, reason=REASON, key="k")
    shop.refund(order, {"LATTE": 2}, reason=REASON)

    again = shop.refund(order, {"LATTE": 1}, reason="another", key="k")
    assert (again.replayed, again.balance, again.lines) == (True, first.balance, first.lines)
    for lines, lost in (({"LATTE": 2}, False), ({"LATTE": 1, "BEANS": 1}, False)):
        refuse("key_conflict", shop.refund, order, lines, reason=REASON, lost=lost, key="k")
    refuse("key_conflict", shop.refund, order, {"LATTE": 1}, reason=REASON, lost=True, key="k")
    told = refuse("key_conflict", shop.refund, other, {"LATTE": 1}, reason=REASON, key="k")
    assert told.details["order"] == order.order
    shop.cancel(id_of(order))
    again = shop.refund(order, {"LATTE": 1}, reason=REASON, key="k")
    assert (again.replayed, again.state, again.balance) == (True, "paid", first.balance)
    assert shop.balance("kim").balance == 100_000 - other.total


def test_only_what_was_looked_at_is_given_back(shop: Shop, shop_url: str, refuse: Refuse) -> None:
    """Where some of these products came back since, nothing does; others may; a key is first."""
    factories.stocked(shop)
    order_id = id_of(shop.order("kim", {"LATTE": 3, "BEANS": 1}))
    look = shop.receipt(order_id)
    first = shop.refund(order_id, {"LATTE": 1}, reason=REASON, key="r1", expected=look)
    again = shop.refund(order_id, {"LATTE": 1}, reason=REASON, key="r1", expected=look)
    assert again == replace(first, replayed=True)
    before = dump(shop_url)

    refused = refuse(
        "total_changed", shop.refund, order_id, {"LATTE": 1}, reason=REASON, expected=look
    )
    assert refused.details == {
        "order": order_id,
        "expected": 0,
        "total": 4_500,
        "currency": "KRW",
        "reason": "refund",
    }
    wanted = {"BEANS": 1, "LATTE": 1}
    refuse("total_changed", shop.refund, order_id, wanted, reason=REASON, expected=look)
    dry: dict[str, Any] = {"reason": REASON, "expected": look, "dry_run": True}
    refuse("total_changed", shop.refund, order_id, {"LATTE": 1}, **dry)
    assert dump(shop_url) == before
    other = shop.order("kim", {"LATTE": 1})
    before = dump(shop_url)
    for wrong in (other, first, order_id):
        refuse("invalid_input", shop.refund, order_id, {"LATTE": 1}, reason=REASON, expected=wrong)
    assert dump(shop_url) == before

    assert shop.refund(order_id, {"BEANS": 1}, reason=REASON, expected=look).refunded
    look = shop.receipt(order_id)
    shop.charge("kim", 100)
    assert shop.refund(order_id[-6:], {"LATTE": 1}, reason=REASON, expected=look).refunded == 4_500


def test_a_look_at_a_refund_changes_nothing(
    shop: Shop, shop_url: str, clock: SettableClock, refuse: Refuse
) -> None:
    """It answers what a refund would, judged by the same rules, and leaves every row as it was."""
    factories.stocked(shop)
    order = id_of(shop.order("kim", {"LATTE": 3}))
    before = dump(shop_url)

    look = shop.refund(order, {"LATTE": 2}, reason=REASON, key="r1", dry_run=True)
    lost = shop.refund(order, {"LATTE": 2}, reason=REASON, lost=True, dry_run=True)
    refuse("refund_exceeds_order", shop.refund, order, {"LATTE": 4}, reason=REASON, dry_run=True)

    assert dump(shop_url) == before
    assert [line.restocked for line in lost.lines] == [0]
    assert shop.refund(order, {"LATTE": 2}, reason=REASON, key="r1") == look
    again = shop.refund(order, {"LATTE": 2}, reason=REASON, key="r1", dry_run=True)
    assert again.replayed
    clock.advance(days=2)
    refuse("order_not_cancellable", shop.refund, order, {"LATTE": 1}, reason=REASON, dry_run=True)
    assert shop.refund(order, {"LATTE": 1}, reason=REASON, force=True, dry_run=True).refunded
