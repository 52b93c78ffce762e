"""Transfers: money from one user to another, on both sides or on none."""

from __future__ import annotations

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.engine.conftest import Refuse
from tests.factories import REASON


@pytest.fixture(autouse=True)
def _two_users(shop: Shop) -> None:
    factories.user(shop, "kim", balance=1000)
    factories.user(shop, "lee")


def test_a_transfer_is_an_entry_on_each_side(shop: Shop) -> None:
    """What one gives the other has, at the same instant and for the same reason."""
    done = shop.transfer("kim", "lee", 400, reason=REASON, key="t1")

    assert (done.user, done.to, done.amount, done.balance) == ("kim", "lee", 400, 600)
    assert (shop.balance("kim").balance, shop.balance("lee").balance) == (600, 400)
    given, received = shop.history("kim")[-1], shop.history("lee")[-1]
    assert (given.id, given.kind, given.amount) == (done.entry, "transfer", -400)
    assert (received.kind, received.amount, received.balance_after) == ("transfer", 400, 400)
    assert (given.at, given.reason) == (received.at, received.reason) == (done.at, REASON)
    assert shop.verify().ok


def test_names_are_read_as_everywhere(shop: Shop, refuse: Refuse) -> None:
    """Oneself is oneself however the name is typed in Unicode."""
    factories.user(shop, "\u00e5sa", balance=5)

    assert shop.transfer("a\u030asa", "lee", 1).user == "\u00e5sa"
    refuse("invalid_input", shop.transfer, "a\u030asa", "\u00e5sa", 1)


def test_nobody_gives_nothing(shop: Shop, refuse: Refuse) -> None:
    """The amount is at least 1 and at most the largest."""
    for amount in (0, -1, AMOUNT_MAX + 1):
        refuse("invalid_input", shop.transfer, "kim", "lee", amount)


def test_only_operators_are_told_of_other_balances(shop: Shop, refuse: Refuse) -> None:
    """A gift that the other balance cannot hold tells a member nothing of that balance."""
    shop.adjust("lee", AMOUNT_MAX, reason=REASON)

    told = refuse("balance_limit", shop.transfer, "kim", "lee", 5)
    assert told.details["balance"] == AMOUNT_MAX
    told = refuse("balance_limit", shop.as_member("kim").transfer, "kim", "lee", 5)
    assert "balance" not in told.details


def test_members_are_not_told_names(shop: Shop, refuse: Refuse) -> None:
    """A name misspelt by a member suggests nobody; by an operator, those alike."""
    assert refuse("unknown_user", shop.transfer, "kim", "lea", 5).details["suggestions"] == ["lee"]
    told = refuse("unknown_user", shop.as_member("kim").transfer, "kim", "lea", 5)
    assert told.details["suggestions"] == []


def test_a_shop_may_keep_members_from_giving(shop: Shop) -> None:
    """With the setting `transfers` off only operators move money between users."""
    member = shop.as_member("kim")
    member.transfer("kim", "lee", 1)
    shop.set_setting("transfers", "no")

    assert not member.may("transfer")
    with pytest.raises(ShopError, match="may not") as caught:
        member.transfer("kim", "lee", 1)
    assert caught.value.code == "not_allowed"
    assert shop.transfer("kim", "lee", 1).balance == 998
