"""Coupons: terms, first come first served, and when one can be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shopcli import Shop
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON

TICK = timedelta(microseconds=1)


def test_a_coupon_is_listed_with_its_terms(shop: Shop) -> None:
    """Adding a coupon answers with every term; list and show answer the same."""
    closes = DEFAULT_START + timedelta(days=9)

    made = shop.add_coupon(
        "welcome10", percent=10, cap=3000, limit=5, min_order=100, closes=closes, valid_days=7
    )

    assert (made.code, made.percent, made.amount, made.cap) == ("WELCOME10", 10, None, 3000)
    assert (made.limit, made.claimed, made.redeemed, made.min_order) == (5, 0, 0, 100)
    assert (made.opens, made.closes, made.use_by, made.valid_days) == (None, closes, None, 7)
    assert (made.state, made.currency) == ("open", "KRW")
    assert shop.coupon("Welcome10") == made == shop.coupon_list()[0]


BAD_TERMS: list[dict[str, Any]] = [
    {"limit": 1},
    {"percent": 10, "amount": 5, "limit": 1},
    {"percent": 0, "limit": 1},
    {"percent": 101, "limit": 1},
    {"percent": -5, "limit": 1},
    {"percent": 9.5, "limit": 1},
    {"percent": True, "limit": 1},
    {"amount": 0, "limit": 1},
    {"amount": 2**53, "limit": 1},
    {"amount": "5", "limit": 1},
    {"amount": 5, "cap": 5, "limit": 1},
    {"percent": 10, "cap": 0, "limit": 1},
    {"percent": 10, "limit": 0},
    {"percent": 10, "limit": -1},
    {"percent": 10, "limit": None},
    {"percent": 10, "limit": 1, "min_order": -1},
    {"percent": 10, "limit": 1, "valid_days": 0},
    {"percent": 10, "limit": 1, "valid_days": 10**9},
    {"percent": 10, "limit": 1, "opens": DEFAULT_START, "closes": DEFAULT_START},
    {"percent": 10, "limit": 1, "opens": DEFAULT_START, "closes": DEFAULT_START - TICK},
    {"percent": 10, "limit": 1, "use_by": "tomorrow"},
]


@pytest.mark.parametrize("terms", BAD_TERMS, ids=lambda terms: "-".join(map(str, terms.items())))
def test_terms_that_make_no_sense_are_refused(
    shop: Shop, refuse: Refuse, terms: dict[str, Any]
) -> None:
    """A coupon takes off a percentage or an amount, within bounds, and opens before it closes."""
    refuse("invalid_input", shop.add_coupon, "TENTH", **terms)


def test_a_code_is_taken_once(shop: Shop, refuse: Refuse) -> None:
    """The same code in other letters is the same coupon."""
    factories.coupon(shop, "TENTH")

    refused = refuse("coupon_exists", shop.add_coupon, "tenth", percent=5, limit=1)
    assert refused.details["coupon"] == "TENTH"


def test_a_claim_says_which_number_it_got(shop: Shop, clock: SettableClock) -> None:
    """Claims are numbered from 1 to the limit, in the order they came."""
    factories.coupon(shop, "TENTH", limit=2, valid_days=30)
    for user in ("kim", "lee"):
        shop.add_user(user)

    first, second = shop.claim("kim", "tenth", key="c1"), shop.claim("lee", "TENTH")

    assert (first.coupon, first.user, first.number, first.limit) == ("TENTH", "kim", 1, 2)
    assert (first.state, first.key, first.replayed) == ("claimed", "c1", False)
    assert (first.claimed_at, first.usable_until) == (clock(), clock() + timedelta(days=30))
    assert second.number == 2
    assert (shop.coupon("TENTH").claimed, shop.coupon("TENTH").state) == (2, "sold_out")


def test_nobody_gets_more_than_the_limit(shop: Shop, refuse: Refuse) -> None:
    """When all are claimed, the next is told so; a raised limit lets one more in."""
    factories.coupon(shop, "TENTH", limit=1)
    for user in ("kim", "lee"):
        shop.add_user(user)
    shop.claim("kim", "TENTH")

    refused = refuse("coupon_sold_out", shop.claim, "lee", "TENTH")
    assert refused.details == {"coupon": "TENTH", "limit": 1}
    shop.set_coupon("TENTH", limit=2)
    claim = shop.claim("lee", "TENTH")
    assert (claim.number, claim.limit) == (2, 2)


def test_nobody_gets_two(shop: Shop, refuse: Refuse) -> None:
    """A second claim names the number already held, also after it was used."""
    factories.stocked(shop)
    factories.claimed(shop)

    assert refuse("coupon_already_claimed", shop.claim, "kim", "TENTH").details["number"] == 1
    shop.order("kim", {"LATTE": 1}, coupon="TENTH")
    assert refuse("coupon_already_claimed", shop.claim, "kim", "TENTH").details["number"] == 1


def test_unknown_coupons_and_users_are_named_with_what_was_meant(
    shop: Shop, refuse: Refuse
) -> None:
    """Details name what does not exist and what is near."""
    shop.add_user("kim")
    factories.coupon(shop, "WELCOME10")

    refused = refuse("unknown_coupon", shop.claim, "kim", "WELCOM10")
    assert refused.details == {"coupon": "WELCOM10", "suggestions": ["WELCOME10"]}
    refuse("unknown_coupon", shop.coupon, "WELCOM10")
    refuse("unknown_coupon", shop.set_coupon, "WELCOM10", limit=5)
    refuse("unknown_user", shop.claim, "kin", "WELCOME10")
    refuse("unknown_user", shop.coupons, "kin")


def test_blocked_and_closed_users_claim_nothing(shop: Shop, refuse: Refuse) -> None:
    """Only active users claim."""
    shop.add_user("kim")
    factories.coupon(shop)

    shop.set_user("kim", state="blocked")
    refuse("user_blocked", shop.claim, "kim", "TENTH")
    shop.set_user("kim", state="closed")
    refuse("user_closed", shop.claim, "kim", "TENTH")


def test_claiming_has_edges(shop: Shop, clock: SettableClock, refuse: Refuse) -> None:
    """The opening and the closing instant both count; a microsecond outside does not."""
    opens, closes = DEFAULT_START + timedelta(days=1), DEFAULT_START + timedelta(days=2)
    factories.coupon(shop, "TENTH", opens=opens, closes=closes)
    for user in ("early", "first", "last", "late"):
        shop.add_user(user)

    clock.set(opens - TICK)
    assert shop.coupon("TENTH").state == "not_open"
    refuse("coupon_not_open", shop.claim, "early", "TENTH")
    clock.set(opens)
    assert shop.claim("first", "TENTH").number == 1
    clock.set(closes)
    assert shop.claim("last", "TENTH").number == 2
    clock.set(closes + TICK)
    assert shop.coupon("TENTH").state == "closed"
    refuse("coupon_closed", shop.claim, "late", "TENTH")


def test_what_can_no_longer_be_used_is_not_claimed(
    shop: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """A claim at the use-by instant succeeds, a microsecond later it would be worth nothing."""
    use_by = DEFAULT_START + timedelta(days=1)
    factories.coupon(shop, "TENTH", use_by=use_by)
    for user in ("kim", "lee"):
        shop.add_user(user)

    clock.set(use_by)
    assert shop.claim("kim", "TENTH").usable_until == use_by
    clock.set(use_by + TICK)
    refuse("coupon_expired", shop.claim, "lee", "TENTH")


@pytest.mark.parametrize(
    ("use_by_days", "valid_days", "usable_days"),
    [(10, None, 10), (None, 3, 3), (10, 3, 3), (2, 3, 2), (None, None, None)],
)
def test_a_coupon_is_usable_until_the_earlier_end(
    shop: Shop,
    clock: SettableClock,
    refuse: Refuse,
    use_by_days: int | None,
    valid_days: int | None,
    usable_days: int | None,
) -> None:
    """Use-by or claim plus valid days, whichever is earlier, is the last usable instant."""

    def after(days: int | None) -> datetime | None:
        return None if days is None else DEFAULT_START + timedelta(days=days)

    factories.stocked(shop)
    factories.coupon(shop, "TENTH", use_by=after(use_by_days), valid_days=valid_days)
    claim = shop.claim("kim", "TENTH")
    end = after(usable_days)
    assert claim.usable_until == end

    if end is not None:
        clock.set(end + TICK)
        assert shop.coupons("kim")[0].state == "expired"
        refuse("coupon_expired", shop.order, "kim", {"LATTE": 1}, coupon="TENTH")
    clock.set(end or DEFAULT_START + timedelta(days=30_000))
    assert shop.coupons("kim")[0].state == "claimed"
    assert shop.order("kim", {"LATTE": 1}, coupon="TENTH").discount == 450


def test_a_coupon_is_usable_to_the_end_of_time_at_most(shop: Shop, clock: SettableClock) -> None:
    """Valid days that would pass the last instant the shop holds end with it."""
    factories.stocked(shop)
    factories.coupon(shop, "TENTH", valid_days=36_500)
    factories.coupon(shop, "OTHER")
    last = datetime(9999, 1, 1, tzinfo=UTC) - TICK
    clock.set(last - timedelta(days=1))

    assert shop.claim("kim", "TENTH").usable_until == last
    assert shop.claim("kim", "OTHER").usable_until is None
    assert {held.usable_until for held in shop.coupons("kim")} == {last, None}
    assert shop.verify().ok


def test_closing_ends_claiming_and_not_using(shop: Shop, clock: SettableClock) -> None:
    """A coupon claimed in time is usable after claiming has closed."""
    factories.stocked(shop)
    factories.coupon(shop, "TENTH", closes=DEFAULT_START)
    shop.claim("kim", "TENTH")
    clock.advance(days=365)

    assert shop.order("kim", {"LATTE": 1}, coupon="TENTH").discount == 450


def test_a_coupon_is_used_once(shop: Shop, refuse: Refuse) -> None:
    """A second order with the same coupon is told which order used it."""
    factories.stocked(shop)
    factories.claimed(shop)
    order = shop.order("kim", {"LATTE": 1}, coupon="TENTH")

    refused = refuse("coupon_already_used", shop.order, "kim", {"LATTE": 1}, coupon="TENTH")
    assert refused.details.items() >= {"coupon": "TENTH", "order": order.order}.items()


def test_a_coupon_is_used_by_its_holder_only(shop: Shop, refuse: Refuse) -> None:
    """Somebody else's coupon is not held."""
    factories.stocked(shop)
    shop.add_user("lee")
    factories.claimed(shop, "lee")

    refused = refuse("coupon_not_held", shop.order, "kim", {"LATTE": 1}, coupon="TENTH")
    assert refused.details.items() >= {"coupon": "TENTH"}.items()


def test_a_minimum_order_is_met_by_the_subtotal(shop: Shop, refuse: Refuse) -> None:
    """The minimum is compared with what the lines cost before the discount."""
    factories.stocked(shop)
    factories.coupon(shop, "TENTH", min_order=9000)
    shop.claim("kim", "TENTH")

    refused = refuse("coupon_minimum_not_met", shop.order, "kim", {"LATTE": 1}, coupon="TENTH")
    assert (
        refused.details.items()
        >= {
            "coupon": "TENTH",
            "min_order": 9000,
            "subtotal": 4500,
            "currency": "KRW",
        }.items()
    )
    assert shop.order("kim", {"LATTE": 2}, coupon="TENTH").discount == 900


def test_a_disabled_coupon_is_neither_claimed_nor_used(shop: Shop, refuse: Refuse) -> None:
    """Switched off, a coupon does nothing; switched on again, it works as before."""
    factories.stocked(shop)
    factories.claimed(shop)
    shop.add_user("lee")

    assert shop.set_coupon("TENTH", disabled=True, reason=REASON).state == "disabled"
    refuse("coupon_disabled", shop.claim, "lee", "TENTH")
    refuse("coupon_disabled", shop.order, "kim", {"LATTE": 1}, coupon="TENTH")
    shop.set_coupon("TENTH", disabled=False)
    assert shop.claim("lee", "TENTH").number == 2
    assert shop.order("kim", {"LATTE": 1}, coupon="TENTH").discount == 450


def test_a_limit_never_falls_below_the_claims(shop: Shop, refuse: Refuse) -> None:
    """A limit may fall to the claims made, and no lower."""
    factories.coupon(shop, "TENTH", limit=10)
    for user in ("kim", "lee"):
        shop.add_user(user)
        shop.claim(user, "TENTH")

    refused = refuse("limit_below_claimed", shop.set_coupon, "TENTH", limit=1)
    assert refused.details["claimed"] == 2
    assert shop.set_coupon("TENTH", limit=2).state == "sold_out"
    for limit in (0, -1, 1.5, True, 2**53):
        refuse("invalid_input", shop.set_coupon, "TENTH", limit=limit)


def test_a_limit_takes_the_place_of_the_one_expected(shop: Shop, refuse: Refuse) -> None:
    """Where it is another by now nothing is changed, even where it is the wanted one."""
    factories.coupon(shop, "TENTH", limit=10)

    assert shop.set_coupon("TENTH", limit=15, expected_limit=10).limit == 15
    for limit in (15, 20):
        refused = refuse(
            "total_changed", shop.set_coupon, "TENTH", limit=limit, disabled=True, expected_limit=10
        )
        assert refused.details == {
            "coupon": "TENTH",
            "expected": 10,
            "total": 15,
            "reason": "limit",
        }
    refuse("invalid_input", shop.set_coupon, "TENTH", limit=20, expected_limit=0)


def test_a_coupon_is_switched_only_where_it_is_as_expected(shop: Shop, refuse: Refuse) -> None:
    """Where somebody else has switched it before, nothing is changed."""
    factories.coupon(shop, "TENTH", limit=10)

    assert shop.set_coupon("TENTH", disabled=True, expected_disabled=False).state == "disabled"
    refused = refuse(
        "total_changed", shop.set_coupon, "TENTH", limit=20, disabled=True, expected_disabled=False
    )
    assert (refused.details["expected"], refused.details["total"]) == (False, True)
    assert shop.coupon("TENTH").limit == 10
    (made,) = shop.changes("coupon", "TENTH")
    shop.set_coupon("TENTH", disabled=False)
    shop.set_coupon("TENTH", disabled=True, reason="another matter")
    look: dict[str, Any] = {"disabled": False, "expected_disabled": True}
    refused = refuse("total_changed", shop.set_coupon, "TENTH", **look, expected_change=made)
    assert refused.details["reason"] == "disabled"
    made, *_ = (one for one in shop.changes("coupon", "TENTH") if one.reason)
    assert shop.set_coupon("TENTH", **look, expected_change=made).state == "open"


def test_closing_time_can_be_moved(shop: Shop, clock: SettableClock, refuse: Refuse) -> None:
    """A new closing instant holds at once; one before the opening is refused."""
    shop.add_user("kim")
    factories.coupon(shop, "TENTH", opens=DEFAULT_START - TICK)

    assert shop.set_coupon("TENTH", closes=DEFAULT_START).closes == DEFAULT_START
    clock.advance(TICK)
    refuse("coupon_closed", shop.claim, "kim", "TENTH")
    refuse("invalid_input", shop.set_coupon, "TENTH", closes=DEFAULT_START - TICK)
    shop.set_coupon("TENTH", closes=clock())
    assert shop.claim("kim", "TENTH").number == 1


def test_changes_of_a_coupon_are_recorded(shop: Shop) -> None:
    """Each change has its row with what was, what is, who and why; no change has none."""
    factories.coupon(shop, "TENTH", limit=10)

    shop.set_coupon("TENTH", limit=20, reason=REASON)
    shop.set_coupon("TENTH", limit=20)

    (change,) = shop.changes("coupon", "tenth")
    assert (change.before, change.after) == ({"limit": 10}, {"limit": 20})
    assert (change.reason, change.channel) == (REASON, "api")


def test_my_coupons_are_listed_newest_first(shop: Shop, clock: SettableClock) -> None:
    """Coupons a user holds, each with its state; nobody else's."""
    factories.stocked(shop)
    shop.add_user("lee")
    factories.claimed(shop, "kim", "OLD")
    clock.advance(hours=1)
    factories.claimed(shop, "kim", "NEW")
    shop.order("kim", {"LATTE": 1}, coupon="OLD")

    assert [(held.coupon, held.state) for held in shop.coupons("kim")] == [
        ("NEW", "claimed"),
        ("OLD", "redeemed"),
    ]
    assert shop.coupons("lee") == ()
