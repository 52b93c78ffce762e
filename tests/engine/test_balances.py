"""Money in and out of a balance: charge, payout, adjust, balance, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.clocks import DEFAULT_START, SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON

BAD_AMOUNTS = [0, -1, 2**53, 2**63, 10**400, 1.0, float("nan"), float("inf"), True, "5", None]


def test_a_charge_raises_the_balance(shop: Shop) -> None:
    """Charging answers with the new balance, and the balance reads the same."""
    shop.add_user("kim")

    change = shop.charge("kim", 10_000, key="c1")

    assert (change.user, change.amount, change.balance, change.currency) == (
        "kim",
        10_000,
        10_000,
        "KRW",
    )
    assert (change.key, change.replayed, change.at) == ("c1", False, DEFAULT_START)
    assert shop.balance("kim").balance == 10_000
    assert shop.history("kim")[0].id == change.entry


def test_a_charge_is_read_by_its_key(
    shop: Shop, shop_url: str, clock: SettableClock, refuse: Refuse
) -> None:
    """As it was answered then, whatever came since; only the till that booked it, and who has it.

    A payout with that key is no charge.
    """
    for user in ("kim", "lee"):
        shop.add_user(user)
    with Shop.open(shop_url, clock=clock, actor="counter", channel="tui") as opened:
        till = opened.as_till()
        assert till.browsing.charged("c1") is None
        made = till.charge("kim", 10_000, key="c1")
        shop.payout("kim", 4_000, key="p1", reason=REASON)

        assert till.browsing.charged("c1") == replace(made, replayed=True)
    for allowed in (shop, shop.as_member("kim")):
        assert allowed.browsing.charged("c1") == replace(made, replayed=True)
        assert allowed.browsing.charged("p1") is None
    for other in (shop.as_till(), shop.as_member("lee")):
        assert other.browsing.charged("c1") is None
    refuse("invalid_input", shop.browsing.charged, "")


def test_a_charge_without_a_key_makes_one(shop: Shop) -> None:
    """The key that was made is shown and repeats the charge."""
    shop.add_user("kim")

    change = shop.charge("kim", 10_000)
    again = shop.charge("kim", 10_000, key=change.key)

    assert again.replayed
    assert shop.balance("kim").balance == 10_000


def test_a_charge_may_have_happened_earlier(shop: Shop, clock: SettableClock) -> None:
    """History keeps when a charge happened beside when it was recorded, in recording order."""
    shop.add_user("kim")
    shop.charge("kim", 1)
    earlier = DEFAULT_START - timedelta(days=40)

    change = shop.charge("kim", 2, at=earlier, reason="from the paper list")

    assert change.at == earlier
    entry = shop.history("kim")[-1]
    assert (entry.at, entry.recorded_at, entry.reason) == (
        earlier,
        clock(),
        "from the paper list",
    )
    assert entry.balance_after == 3


def test_a_time_without_a_zone_is_the_shops(shop: Shop) -> None:
    """A naive datetime is meant in the shop's zone, which is Seoul's here."""
    shop.add_user("kim")

    change = shop.charge("kim", 1, at=datetime(2026, 3, 1, 9, 0))  # noqa: DTZ001 - on purpose

    assert change.at == datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda value: repr(value)[:20])
def test_bad_amounts_are_refused(shop: Shop, refuse: Refuse, amount: int) -> None:
    """A charge and a payout take a positive integer of minor units and nothing else."""
    factories.user(shop, "kim", balance=5)

    refuse("invalid_input", shop.charge, "kim", amount)
    if amount is not None:
        refuse("invalid_input", shop.payout, "kim", amount, reason=REASON)
    if amount != -1:
        refuse("invalid_input", shop.adjust, "kim", amount, reason=REASON)


def test_a_balance_has_a_limit(shop: Shop, refuse: Refuse) -> None:
    """The largest amount is held, one more is refused, by charge and by adjustment."""
    factories.user(shop, "kim", balance=AMOUNT_MAX - 1)

    for call in (shop.charge, shop.adjust):
        named = {"reason": REASON} if call == shop.adjust else {}
        refused = refuse("balance_limit", call, "kim", 2, **named)
        assert refused.details["balance"] == AMOUNT_MAX - 1
        assert refused.details["currency"] == "KRW"
    assert shop.charge("kim", 1).balance == AMOUNT_MAX


def test_a_payout_lowers_the_balance(shop: Shop) -> None:
    """A payout is a negative entry with its reason."""
    factories.user(shop, "kim", balance=10_000)

    change = shop.payout("kim", 4000, reason=REASON)

    assert (change.amount, change.balance) == (-4000, 6000)
    entry = shop.history("kim")[-1]
    assert (entry.kind, entry.amount, entry.balance_after, entry.reason) == (
        "payout",
        -4000,
        6000,
        REASON,
    )


def test_all_of_a_balance_can_be_paid_out(shop: Shop, refuse: Refuse) -> None:
    """A payout without an amount empties the balance; an empty one has nothing to pay out."""
    factories.user(shop, "kim", balance=777)

    assert shop.payout("kim", reason=REASON).amount == -777
    assert shop.balance("kim").balance == 0
    refuse("insufficient_balance", shop.payout, "kim", reason=REASON)


def test_more_than_the_balance_is_never_paid_out(shop: Shop, refuse: Refuse) -> None:
    """A payout or adjustment below zero is refused with what there is and what was asked."""
    factories.user(shop, "kim", balance=100)

    refused = refuse("insufficient_balance", shop.payout, "kim", 101, reason=REASON)
    assert refused.details.items() >= {"balance": 100, "required": 101, "currency": "KRW"}.items()
    refused = refuse("insufficient_balance", shop.adjust, "kim", -101, reason=REASON)
    assert refused.details.items() >= {"balance": 100, "required": 101, "currency": "KRW"}.items()
    assert shop.adjust("kim", -100, reason=REASON).balance == 0


def test_adjustments_are_signed(shop: Shop) -> None:
    """An adjustment goes up or down by its signed amount."""
    factories.user(shop, "kim", balance=100)

    assert shop.adjust("kim", 50, reason=REASON).amount == 50
    assert shop.adjust("kim", -30, reason=REASON).balance == 120
    assert [entry.kind for entry in shop.history("kim")] == ["charge", "adjustment", "adjustment"]


def test_an_adjustment_of_nothing_is_refused(shop: Shop, refuse: Refuse) -> None:
    """An adjustment by zero changes nothing, so it is a mistake."""
    factories.user(shop, "kim", balance=100)

    refuse("invalid_input", shop.adjust, "kim", 0, reason=REASON)


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 501, "a\x1b[2J", "a\nb", 5], ids=ascii)
def test_corrections_need_a_reason(shop: Shop, refuse: Refuse, reason: str) -> None:
    """Payout and adjust say why, in plain text."""
    factories.user(shop, "kim", balance=100)

    refuse("invalid_input", shop.payout, "kim", 1, reason=reason)
    refuse("invalid_input", shop.adjust, "kim", 1, reason=reason)


def test_an_unknown_user_has_no_balance(shop: Shop, refuse: Refuse) -> None:
    """Every verb about money names the user that does not exist and who was probably meant."""
    shop.add_user("kimberly")

    for refused in (
        refuse("unknown_user", shop.charge, "kimberley", 5),
        refuse("unknown_user", shop.payout, "kimberley", 5, reason=REASON),
        refuse("unknown_user", shop.adjust, "kimberley", 5, reason=REASON),
        refuse("unknown_user", shop.balance, "kimberley"),
        refuse("unknown_user", shop.history, "kimberley"),
        refuse("unknown_user", shop.user, "kimberley"),
    ):
        assert refused.details == {"user": "kimberley", "suggestions": ["kimberly"]}


def test_blocked_users_take_no_money_in(shop: Shop, refuse: Refuse) -> None:
    """A blocked user is not charged, but may be paid out and corrected."""
    factories.user(shop, "kim", balance=100)
    shop.set_user("kim", state="blocked")

    refuse("user_blocked", shop.charge, "kim", 5)
    assert shop.adjust("kim", 1, reason=REASON).balance == 101
    assert shop.payout("kim", reason=REASON).balance == 0


def test_closed_users_have_no_money(shop: Shop, refuse: Refuse) -> None:
    """A closed user is neither charged nor corrected nor paid out."""
    shop.add_user("kim")
    shop.set_user("kim", state="closed")

    refuse("user_closed", shop.charge, "kim", 5)
    refuse("user_closed", shop.adjust, "kim", 5, reason=REASON)
    refuse("user_closed", shop.payout, "kim", 5, reason=REASON)


def test_history_runs_in_recording_order(shop: Shop, clock: SettableClock) -> None:
    """History shows every entry oldest first; a limit keeps the newest of them."""
    factories.stocked(shop, balance=10_000)
    clock.advance(hours=1)
    order = factories.paid(shop, LATTE=1)
    clock.advance(hours=1)
    shop.cancel(factories.id_of(order))

    history = shop.history("kim")

    assert [(row.kind, row.amount, row.balance_after) for row in history] == [
        ("charge", 10_000, 10_000),
        ("payment", -4500, 5500),
        ("refund", 4500, 10_000),
    ]
    assert [row.order for row in history] == [None, order.order, order.order]
    assert shop.history("kim", limit=2) == history[1:]
    assert shop.history("kim", since=history[1].at) == history[1:]
    assert shop.history("kim", since=history[1].at + timedelta(microseconds=1)) == history[2:]


@pytest.mark.parametrize("limit", [0, -1, 2**53, 1.5, True, "3"], ids=repr)
def test_a_limit_is_a_positive_integer(shop: Shop, refuse: Refuse, limit: int) -> None:
    """Every list refuses a limit below one or that is no integer."""
    factories.stocked(shop)

    refuse("invalid_input", shop.history, "kim", limit=limit)
    refuse("invalid_input", shop.orders, limit=limit)
    refuse("invalid_input", shop.users, limit=limit)
    refuse("invalid_input", shop.products, limit=limit)
    refuse("invalid_input", shop.product_history, "LATTE", limit=limit)
    refuse("invalid_input", shop.coupon_list, limit=limit)
    refuse("invalid_input", shop.top, limit=limit)
    refuse("invalid_input", shop.top, days=limit)


@pytest.mark.parametrize("moment", ["2026-01-01", 0, datetime(1, 1, 1)], ids=repr)  # noqa: DTZ001 - on purpose
def test_since_is_a_time_in_range(shop: Shop, refuse: Refuse, moment: datetime) -> None:
    """Every time that is given is a datetime the shop can hold."""
    factories.stocked(shop)

    refuse("invalid_input", shop.history, "kim", since=moment)
    refuse("invalid_input", shop.orders, since=moment)
    refuse("invalid_input", shop.charge, "kim", 1, at=moment)
    refuse("invalid_input", shop.top, as_of=moment)
