"""Many processes at once on one shop: nobody gets what another has, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.concurrency import contenders
from tests.concurrency.contenders import Outcome
from tests.concurrency.crowd import Crowd
from tests.factories import REASON, id_of
from tests.schemas.kept import KEPT_VERSIONS, restore


def _codes(outcomes: Sequence[Outcome]) -> Counter[str | None]:
    return Counter(outcome.code for outcome in outcomes)


def _records(outcomes: Sequence[Outcome]) -> list[Any]:
    return [outcome.record for outcome in outcomes if outcome.code is None]


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_the_last_unit_is_sold_once(
    shop: Shop, shop_url: str, crowd: Crowd, round_number: int
) -> None:
    """Of 16 buyers one gets the last unit, the others learn that none is left."""
    buyers = [f"buyer-{number}" for number in range(16)]
    for buyer in buyers:
        factories.user(shop, buyer, balance=10_000)
    factories.product(shop, "LAST", stock=1)

    outcomes = crowd.all_of(
        shop_url, contenders.buy, [(buyer, {"LAST": 1}, None, None) for buyer in buyers]
    )

    assert _codes(outcomes) == {None: 1, "out_of_stock": 15}
    for outcome in outcomes:
        if outcome.code is not None:
            assert outcome.details["items"] == [{"sku": "LAST", "requested": 1, "available": 0}]
    assert shop.product("LAST").stock == 0
    assert sum(shop.balance(buyer).balance for buyer in buyers) == 160_000 - 4500
    assert shop.verify().ok


def test_a_coupon_of_a_hundred_goes_to_exactly_a_hundred(
    shop: Shop, shop_url: str, crowd: Crowd, seed: int
) -> None:
    """400 users claim from 8 processes: numbers 1 to 100, each once, and nobody gets two."""
    users = [f"user-{number}" for number in range(400)]
    for user in users:
        shop.add_user(user)
    factories.coupon(shop, "RUSH", limit=100)
    Random(seed).shuffle(users)  # noqa: S311 - a sequence that can be repeated

    found = crowd.all_of(
        shop_url, contenders.claim_for, [(users[part::8], "RUSH") for part in range(8)]
    )

    outcomes = [outcome for part in found for outcome in part]
    assert _codes(outcomes) == {None: 100, "coupon_sold_out": 300}
    claims = _records(outcomes)
    assert sorted(claim.number for claim in claims) == list(range(1, 101))
    assert len({claim.user for claim in claims}) == 100
    assert shop.coupon("RUSH").claimed == 100
    assert shop.verify().ok


def test_nobody_claims_twice_at_once(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """Eight processes claim for the same users: each user gets one, and no number is lost."""
    users = [f"user-{number}" for number in range(15)]
    for user in users:
        shop.add_user(user)
    factories.coupon(shop, "RUSH", limit=100)

    found = crowd.all_of(shop_url, contenders.claim_for, [(users, "RUSH")] * 8)

    outcomes = [outcome for part in found for outcome in part]
    assert _codes(outcomes) == {None: 15, "coupon_already_claimed": 105}
    assert sorted(claim.number for claim in _records(outcomes)) == list(range(1, 16))
    numbers = {claim.number for claim in _records(outcomes)}
    assert all(row.details["number"] in numbers for row in outcomes if row.code is not None)
    assert shop.verify().ok


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_one_held_coupon_discounts_one_order(
    shop: Shop, shop_url: str, crowd: Crowd, round_number: int
) -> None:
    """A coupon used in eight orders at once is redeemed by one, the others know which."""
    factories.stocked(shop)
    factories.claimed(shop)

    outcomes = crowd.all_of(shop_url, contenders.buy, [("kim", {"LATTE": 1}, "TENTH", None)] * 8)

    assert _codes(outcomes) == {None: 1, "coupon_already_used": 7}
    (order,) = _records(outcomes)
    assert order.discount == 450
    assert {row.details["order"] for row in outcomes if row.code is not None} == {order.order}
    assert shop.balance("kim").balance == 100_000 - 4050
    assert shop.product("LATTE").stock == 19
    assert shop.verify().ok


@pytest.mark.parametrize("affordable", [1, 3])
def test_one_balance_is_spent_once(
    shop: Shop, shop_url: str, crowd: Crowd, affordable: int
) -> None:
    """Eight orders on a balance for one, or three, take no more than there is."""
    factories.stocked(shop, balance=affordable * 4500 + 4499)

    outcomes = crowd.all_of(shop_url, contenders.buy, [("kim", {"LATTE": 1}, None, None)] * 8)

    assert _codes(outcomes) == {None: affordable, "insufficient_balance": 8 - affordable}
    refused = [row.details for row in outcomes if row.code is not None]
    details = {"user": "kim", "balance": 4499, "required": 4500, "missing": 1, "currency": "KRW"}
    assert refused == [details] * len(refused)
    assert shop.balance("kim").balance == 4499
    assert sorted(order.balance_after for order in _records(outcomes)) == [
        4499 + number * 4500 for number in range(affordable)
    ]
    assert shop.verify().ok


def test_baskets_named_in_any_order_never_lock_each_other_out(
    shop: Shop, shop_url: str, crowd: Crowd, seed: int
) -> None:
    """Eight processes order the same products in different orders: every order succeeds."""
    random = Random(seed)  # noqa: S311 - a sequence that can be repeated
    skus = ["A", "B", "C", "D"]
    for sku in skus:
        factories.product(shop, sku, price=10, stock=10_000)
    for user in ("kim", "lee"):
        factories.user(shop, user, balance=10**6)
    baskets = [[[(sku, 1) for sku in random.sample(skus, 3)] for _ in range(15)] for _ in range(8)]

    found = crowd.all_of(
        shop_url,
        contenders.buy_often,
        [(("kim", "lee")[number % 2], basket) for number, basket in enumerate(baskets)],
    )

    assert _codes([outcome for part in found for outcome in part]) == {None: 120}
    assert sum(row.units for row in shop.top().rows) == 360
    assert sum(product.stock for product in shop.products()) == 40_000 - 360
    assert shop.verify().ok


KEYED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("charge", ("kim", 500), {}),
    ("payout", ("kim", 500), {"reason": REASON}),
    ("adjust", ("kim", -500), {"reason": REASON}),
    ("claim", ("kim", "FIFTH"), {}),
    ("order", ("kim", {"LATTE": 2, "BEANS": 1}), {"coupon": "TENTH"}),
    ("book", ("kim", {"LATTE": 2}), {"ordered_at": datetime(2026, 1, 1, tzinfo=UTC)}),
]


@pytest.mark.parametrize(("verb", "values", "named"), KEYED, ids=[row[0] for row in KEYED])
def test_one_key_from_many_processes_acts_once(
    shop: Shop,
    shop_url: str,
    crowd: Crowd,
    verb: str,
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> None:
    """Of eight processes with the same key one acts and seven replay its answer."""
    factories.stocked(shop)
    factories.claimed(shop)
    factories.coupon(shop, "FIFTH")

    outcomes = crowd.all_of(
        shop_url, contenders.call, [(verb, values, {**named, "key": "the-key"})] * 8
    )

    assert _codes(outcomes) == {None: 8}
    records = _records(outcomes)
    assert Counter(record.replayed for record in records) == {False: 1, True: 7}
    assert len({repr(replace(record, replayed=False)) for record in records}) == 1
    assert len(shop.history("kim")) == (1 if verb == "claim" else 2)
    assert shop.verify().ok


ALL_OR_NOTHING: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("charge", ("kim", AMOUNT_MAX - 4500), {}),
    ("payout", ("kim", 4500), {"reason": REASON}),
    ("payout", ("kim",), {"reason": REASON}),
    ("adjust", ("kim", -4500), {"reason": REASON}),
    ("claim", ("kim", "LAST"), {}),
    ("order", ("kim", {"LATTE": 1}), {}),
]


@pytest.mark.parametrize(("verb", "values", "named"), ALL_OR_NOTHING)
def test_one_key_from_many_processes_repeats_what_fits_once(
    shop: Shop,
    shop_url: str,
    crowd: Crowd,
    verb: str,
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> None:
    """Where only one request fits, the repeats under its key replay it and are not refused."""
    factories.user(shop, "kim", balance=4500)
    factories.product(shop, "LATTE", price=4500, stock=1)
    factories.coupon(shop, "LAST", limit=1)

    outcomes = crowd.all_of(
        shop_url, contenders.call, [(verb, values, {**named, "key": "the-key"})] * 8
    )

    assert _codes(outcomes) == {None: 8}
    assert Counter(row.replayed for row in _records(outcomes)) == {False: 1, True: 7}
    assert shop.verify().ok


def test_one_key_for_two_requests_binds_one(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """Of different requests with the same key one acts, its repeats replay, the others conflict."""
    factories.stocked(shop)
    requests = [("kim", {"LATTE": quantity}, None, "the-key") for quantity in (1, 2) * 4]

    outcomes = crowd.all_of(shop_url, contenders.buy, requests)

    assert _codes(outcomes) == {None: 4, "key_conflict": 4}
    assert len({order.order for order in _records(outcomes)}) == 1
    assert len(shop.orders()) == 1
    assert shop.verify().ok


@pytest.mark.parametrize("key", [None, "the-key"])
def test_an_order_is_cancelled_once(
    shop: Shop, shop_url: str, crowd: Crowd, key: str | None
) -> None:
    """Eight cancellations of one order refund it once; all answer the same."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH")

    outcomes = crowd.all_of(
        shop_url, contenders.call, [("cancel", (id_of(order),), {"key": key})] * 8
    )

    assert _codes(outcomes) == {None: 8}
    records = _records(outcomes)
    assert Counter(record.replayed for record in records) == {False: 1, True: 7}
    assert len({record.key for record in records}) == 1
    assert shop.balance("kim").balance == 100_000
    assert shop.product("LATTE").stock == 20
    assert shop.top().rows == ()
    assert shop.verify().ok


def test_orders_and_restocks_at_once_lose_no_unit(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """While others restock, buyers get units or out_of_stock, and the count is right."""
    factories.product(shop, "HOT", price=1, stock=3)
    buyers = [f"buyer-{number}" for number in range(6)]
    for buyer in buyers:
        factories.user(shop, buyer, balance=1000)

    found = crowd.race(
        shop_url,
        *((contenders.buy_often, (buyer, [[("HOT", 1)]] * 25)) for buyer in buyers),
        *((contenders.restock_often, ("HOT", [1, 2, 1, 3, 1] * 3)) for _ in range(2)),
    )

    orders = [outcome for part in found[:6] for outcome in part]
    assert set(_codes(orders)) <= {None, "out_of_stock"}
    assert _codes([outcome for part in found[6:] for outcome in part]) == {None: 30}
    assert shop.product("HOT").stock == 3 + 2 * 24 - _codes(orders)[None]
    assert shop.verify().ok


def test_claims_and_changes_of_the_limit_at_once_stay_within_it(
    shop: Shop, shop_url: str, crowd: Crowd
) -> None:
    """While the limit goes up and down, numbers stay whole and the limit is never passed."""
    users = [f"user-{number}" for number in range(100)]
    for user in users:
        shop.add_user(user)
    factories.coupon(shop, "RUSH", limit=5)

    found = crowd.race(
        shop_url,
        *((contenders.claim_for, (users[part::4], "RUSH")) for part in range(4)),
        *((contenders.change_limits, ("RUSH", [8, 2, 20, 12, 35, 30, 60])) for _ in range(2)),
    )

    claims = [outcome for part in found[:4] for outcome in part]
    assert set(_codes(claims)) <= {None, "coupon_sold_out"}
    assert set(_codes([row for part in found[4:] for row in part])) <= {None, "limit_below_claimed"}
    numbers = sorted(claim.number for claim in _records(claims))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == shop.coupon("RUSH").claimed <= shop.coupon("RUSH").limit == 60
    assert shop.verify().ok


ALLOWED = {
    None, "out_of_stock", "insufficient_balance", "coupon_sold_out", "coupon_already_claimed",
    "coupon_not_held", "coupon_already_used", "invalid_input", "refund_exceeds_order",
}  # fmt: skip


def test_readers_never_see_totals_that_are_off(
    shop: Shop, shop_url: str, crowd: Crowd, seed: int
) -> None:
    """While six processes trade, two others read: money and units add up in every snapshot."""
    for user in ("kim", "lee", "mo", "ann"):
        factories.user(shop, user, balance=50_000)
    for sku in ("A", "B", "C"):
        factories.product(shop, sku, price=500, stock=200)
    for code in ("ONE", "TWO"):
        factories.coupon(shop, code, limit=20)

    found: list[Any] = crowd.race(
        shop_url,
        *((contenders.trade_at_random, (seed + number, 40)) for number in range(6)),
        *((contenders.watch, (12,)) for _ in range(2)),
    )

    codes = {code for part in found[:6] for code in part}
    assert codes <= ALLOWED, codes - ALLOWED
    assert None in codes
    for totals, failed in [seen for part in found[6:] for seen in part]:
        held, entered, earned, stock, moved = totals
        assert held == entered == earned
        assert stock == moved
        assert failed == []
    assert shop.verify().ok


def test_ten_processes_create_one_shop(empty_database_url: str, crowd: Crowd) -> None:
    """Ten processes that create the same shop at once all end with the same one."""
    outcomes = crowd.all_of(empty_database_url, contenders.create, [("KRW",)] * 10)

    assert _codes(outcomes) == {None: 10}
    with Shop.open(empty_database_url) as shop:
        assert {outcome.record[0] for outcome in outcomes} == {shop.id}
    assert all(outcome.record[1:] == ("KRW", True) for outcome in outcomes)


@pytest.mark.parametrize("version", KEPT_VERSIONS)
def test_ten_processes_upgrade_one_shop(
    empty_database_url: str, crowd: Crowd, version: str
) -> None:
    """Ten processes that upgrade an older shop at once all end well, and it is upgraded once."""
    restore(version, empty_database_url)

    outcomes = crowd.all_of(empty_database_url, contenders.upgrade, [()] * 10)

    assert _codes(outcomes) == {None: 10}
    with Shop.open(empty_database_url) as shop:  # which takes none of another version
        assert shop.verify().ok


def test_two_currencies_make_one_shop(empty_database_url: str, crowd: Crowd) -> None:
    """Of processes that want different currencies one kind wins, the other is told so."""
    currencies = ["KRW", "EUR"] * 4
    outcomes = crowd.all_of(
        empty_database_url, contenders.create, [(currency,) for currency in currencies]
    )

    assert _codes(outcomes) == {None: 4, "currency_mismatch": 4}
    winners = {
        currency
        for currency, outcome in zip(currencies, outcomes, strict=True)
        if outcome.code is None
    }
    assert len(winners) == 1
