"""How money comes and goes: methods of charges and payouts, and the largest charge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shopcli import Shop
from shopcli.domain.errors import ChargeLimit, InvalidInput
from shopcli.domain.ledger.accounts import METHODS, MoneyTerms
from tests.factories import refusal


@pytest.fixture
def kim(shop: Shop) -> Shop:
    """A shop with a user who has some money."""
    shop.add_user("kim")
    shop.charge("kim", 1_000)
    return shop


def test_the_first_method_is_meant_unless_one_is_said(kim: Shop) -> None:
    """Answers, histories and replays tell it; an adjustment has none."""
    assert kim.charge("kim", 5).method == "cash"
    assert kim.charge("kim", 5, method="card", key="k1").method == "card"
    assert kim.payout("kim", 1, reason="r", method="transfer").method == "transfer"
    assert kim.adjust("kim", 1, reason="r").method is None
    kim.set_setting("methods", "twint,cash")
    assert kim.charge("kim", 5).method == "twint"
    assert kim.payout("kim", reason="all").method == "twint"
    assert [entry.method for entry in kim.history("kim")] == [
        "cash", "cash", "card", "transfer", None, "twint", "twint",
    ]  # fmt: skip


def test_a_replay_answers_the_method_that_was_booked(kim: Shop) -> None:
    """The method is no part of the request; it is told even where the shop has it no more."""
    first = kim.charge("kim", 5, method="card", key="k1")
    kim.set_setting("methods", "cash")
    for method in (None, "cash", "card", "other"):
        again = kim.charge("kim", 5, method=method, key="k1")
        assert (again.method, again.replayed, again.entry) == ("card", True, first.entry)


@pytest.mark.parametrize(
    "change",
    [
        lambda shop, method: shop.charge("kim", 5, method=method),
        lambda shop, method: shop.payout("kim", 5, reason="r", method=method),
        lambda shop, method: shop.payout("kim", reason="r", method=method),
    ],
    ids=["charge", "payout", "payout of all"],
)
def test_a_method_that_the_shop_has_not_is_refused(
    kim: Shop, change: Callable[[Shop, object], object]
) -> None:
    """With those that there are; nothing is booked."""
    for method in ("cheque", "Cash", "", "cash,card", 5):
        refused = refusal("invalid_input", change, kim, method)
        assert refused.details["choices"] == METHODS.split(",")
    assert kim.balance("kim").balance == 1_000


@pytest.mark.parametrize("method", [None, "card"])
def test_what_another_changed_meanwhile_holds_at_once(
    kim: Shop, shop_url: str, method: str | None
) -> None:
    """An open shop that has other settings in mind goes by those that are there."""
    with Shop.open(shop_url) as other:
        other.charge("kim", 5, method=method)
        kim.set_setting("methods", "twint,cash")
        assert other.charge("kim", 5).method == "twint"
        refusal("invalid_input", other.charge, "kim", 5, method="card")
        kim.set_setting("charge_max", "100")
        refusal("charge_limit", other.charge, "kim", 101)
        kim.set_setting("methods", None)
        assert other.charge("kim", 100, method="card").method == "card"
        kim.set_setting("charge_max", None)
        assert other.charge("kim", 101).balance == 1_211


def test_a_charge_above_the_largest_is_refused(kim: Shop) -> None:
    """Details hold both amounts; payouts and adjustments have no such limit."""
    kim.set_setting("charge_max", "100")
    refused = refusal("charge_limit", kim.charge, "kim", 101)
    assert refused.details == {"amount": 101, "limit": 100, "currency": "KRW"}
    kim.charge("kim", 100)
    kim.adjust("kim", 500, reason="r")
    kim.payout("kim", 300, reason="r")
    assert kim.balance("kim").balance == 1_300


def test_a_charge_that_was_made_is_replayed_above_the_largest(kim: Shop) -> None:
    """The key comes before the rule."""
    kim.charge("kim", 500, key="k1")
    kim.set_setting("charge_max", "100")
    assert kim.charge("kim", 500, key="k1").replayed


def test_members_and_tills_are_held_to_the_largest_charge(kim: Shop) -> None:
    """Whoever charges."""
    kim.set_setting("charge_max", "100")
    kim.set_setting("members_charge", "yes")
    refusal("charge_limit", kim.as_till().charge, "kim", 101)
    refusal("charge_limit", kim.as_member("kim").charge, "kim", 101)


def test_rules_come_in_their_order(kim: Shop) -> None:
    """A bad method before an unknown user, a blocked user before the largest charge."""
    kim.set_setting("charge_max", "100")
    kim.set_user("kim", state="blocked")
    refusal("invalid_input", kim.charge, "nobody", 500, method="cheque")
    refusal("unknown_user", kim.charge, "nobody", 500)
    refusal("user_blocked", kim.charge, "kim", 500)


@pytest.mark.parametrize("value", ["0", "0.5", "12.5", "-1", "", "1e3", "9007199254740992"])
def test_what_no_charge_could_be_is_no_largest_one(kim: Shop, value: str) -> None:
    """An amount of the shop's currency, above 0."""
    refusal("invalid_input", kim.set_setting, "charge_max", value)


def test_amounts_of_a_currency_with_decimals_are_in_major_units() -> None:
    """12.50 are 1,250 minor units."""
    terms = MoneyTerms(charge_max="12.50")
    terms.check_charge(1_250, 2, "USD")
    with pytest.raises(ChargeLimit):
        terms.check_charge(1_251, 2, "USD")
    with pytest.raises(InvalidInput):
        terms.method("gold")


def test_a_name_that_means_something_else_is_told_so(kim: Shop) -> None:
    """`none` and `unknown` are reserved, wherever they stand; no name comes twice."""
    for value in ("none", "cash,unknown"):
        refused = refusal("invalid_input", kim.set_setting, "methods", value)
        assert refused.details["reason"] == "reserved_method"
    refused = refusal("invalid_input", kim.set_setting, "methods", "cash,card,cash")
    assert refused.details["meant"] == "cash,card"
