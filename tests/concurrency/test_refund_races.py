"""Refunds, cancellations and orders at once: each unit goes back once, and each cent."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from shopcli import Shop
from tests import factories
from tests.concurrency import contenders
from tests.concurrency.crowd import Crowd
from tests.factories import REASON, id_of

Call = tuple[str, tuple[Any, ...], dict[str, Any]]
Entry = tuple[Any, Call]


def _refund(order: str, units: int = 1, **named: object) -> Entry:
    return contenders.call, ("refund", (order, {"LATTE": units}), {"reason": REASON, **named})


@pytest.mark.parametrize("key", [None, "the-key"])
def test_units_go_back_once(shop: Shop, shop_url: str, crowd: Crowd, key: str | None) -> None:
    """Of eight refunds of all units one acts; under one key the others answer as it does."""
    factories.stocked(shop)
    order = id_of(factories.paid(shop, LATTE=2, BEANS=1))

    outcomes = crowd.race(shop_url, *[_refund(order, 2, key=key)] * 8)

    codes = Counter(outcome.code for outcome in outcomes)
    assert codes == ({None: 8} if key else {None: 1, "refund_exceeds_order": 7})
    acted = [row.record for row in outcomes if row.code is None]
    assert Counter(record.replayed for record in acted)[False] == 1
    assert {record.balance for record in acted} == {100_000 - 9_900}
    assert shop.balance("kim").balance == 100_000 - 9_900
    assert shop.product("LATTE").stock == 20
    assert shop.verify().ok


def test_no_more_units_go_back_than_were_sold(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """Eight refunds of a unit each find five units, and give the whole odd price of them."""
    factories.stocked(shop)
    factories.coupon(shop, "ODD", amount=3)
    shop.claim("kim", "ODD")
    order = id_of(shop.order("kim", {"LATTE": 5}, coupon="ODD"))

    outcomes = crowd.race(shop_url, *[_refund(order)] * 8)

    assert Counter(row.code for row in outcomes) == {None: 5, "refund_exceeds_order": 3}
    given = [row.record.refunded for row in outcomes if row.code is None]
    assert sorted(given) == [4_499, 4_499, 4_499, 4_500, 4_500]
    assert shop.balance("kim").balance == 100_000
    assert shop.verify().ok


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_refunds_cancellations_and_orders_at_once(
    shop: Shop, shop_url: str, crowd: Crowd, round_number: int
) -> None:
    """What the refunds did not give back the cancellation did, and sales of others are whole."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 4, "BEANS": 1}, coupon="TENTH")
    ordered = id_of(order)
    cancelled: Call = ("cancel", (ordered,), {})
    bought: Call = ("order", ("kim", {"BEANS": 1, "LATTE": 1}), {})

    outcomes = crowd.race(
        shop_url,
        _refund(ordered),
        (contenders.call, cancelled),
        _refund(ordered, 2, lost=True),
        (contenders.call, bought),
        _refund(ordered),
        (contenders.call, cancelled),
        (contenders.call, bought),
        _refund(ordered),
    )

    refunds = [outcomes[place] for place in (0, 2, 4, 7)]
    cancels = [outcomes[place].record for place in (1, 5)]
    assert {row.code for row in refunds} <= {None, "refund_exceeds_order"}
    back = [row.record for row in refunds if row.code is None]
    assert Counter(done.replayed for done in cancels) == {False: 1, True: 1}
    assert cancels[0].refunded == cancels[1].refunded
    assert sum(done.refunded for done in back) + cancels[0].refunded == order.total
    lost = sum(line.quantity - line.restocked for done in back for line in done.lines)
    assert shop.product("LATTE").stock == 20 - 2 - lost
    assert {row.sku: row.units for row in shop.top().rows} == {"LATTE": 2, "BEANS": 2}
    assert shop.balance("kim").balance == 100_000 - 2 * 14_400
    assert shop.verify().ok
