"""Two tills on one shop: what one changes the other sells by, from that moment on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shopcli import Shop
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON, id_of


@pytest.fixture
def other(shop: Shop, shop_url: str, clock: SettableClock) -> Iterator[Shop]:
    """A second till that has sold, claimed and charged what the first one is about to change."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=100_000)
    factories.coupon(shop, "TENTH", limit=9)
    factories.coupon(shop, "FIFTH", percent=20, limit=9)
    for user in ("kim", "lee"):
        shop.claim(user, "FIFTH")
    with Shop.open(shop_url, clock=clock) as opened:
        opened.claim("lee", "TENTH")
        opened.order("kim", {"LATTE": 1, "BEANS": 1}, coupon="FIFTH")
        opened.charge("kim", 1)
        yield opened


def test_a_new_price_holds_at_once(shop: Shop, other: Shop) -> None:
    """The price is that of the moment of sale, and so is the check of the balance."""
    shop.set_product("LATTE", price=5000)

    assert other.order("kim", {"LATTE": 1}).total == 5000
    assert other.verify().ok


def test_a_new_name_holds_at_once(shop: Shop, other: Shop) -> None:
    """The name on the receipt is that of the moment of sale."""
    shop.set_product("LATTE", name="Caffe latte")

    order = other.order("kim", {"LATTE": 1, "BEANS": 1})

    assert [line.name for line in order.lines] == ["Caffe latte", "Name of BEANS"]
    assert other.receipt(order.order) == order


def test_what_goes_off_sale_is_not_sold_elsewhere(shop: Shop, other: Shop, refuse: Refuse) -> None:
    """Off sale at one till is off sale at all."""
    shop.set_product("LATTE", on_sale=False)

    refuse("product_off_sale", other.order, "kim", {"LATTE": 1})


def test_stock_is_shared(shop: Shop, other: Shop, refuse: Refuse) -> None:
    """What one till sold the other does not have."""
    shop.adjust_stock("LATTE", to=2, reason=REASON)
    shop.order("kim", {"LATTE": 1})

    refused = refuse("out_of_stock", other.order, "kim", {"LATTE": 2})
    assert refused.details["items"] == [{"sku": "LATTE", "requested": 2, "available": 1}]


def test_a_balance_is_shared(shop: Shop, other: Shop, refuse: Refuse) -> None:
    """What one till paid out the other does not take."""
    shop.payout("kim", reason=REASON)

    refused = refuse("insufficient_balance", other.order, "kim", {"LATTE": 1})
    assert refused.details.items() >= {"balance": 0, "required": 4500, "currency": "KRW"}.items()


@pytest.mark.parametrize("state", ["blocked", "closed"])
def test_who_is_stopped_is_stopped_everywhere(
    shop: Shop, other: Shop, refuse: Refuse, state: str
) -> None:
    """Blocked or closed at one till, a user neither charges nor claims nor orders at another."""
    shop.payout("kim", reason=REASON)
    shop.set_user("kim", state=state)

    refuse(f"user_{state}", other.charge, "kim", 1)
    refuse(f"user_{state}", other.claim, "kim", "TENTH")
    refuse(f"user_{state}", other.order, "kim", {"LATTE": 1})


def test_a_coupon_switched_off_is_off_everywhere(shop: Shop, other: Shop, refuse: Refuse) -> None:
    """Switched off at one till, a coupon is neither claimed nor used at another."""
    shop.set_coupon("TENTH", disabled=True)
    shop.set_coupon("FIFTH", disabled=True)

    refuse("coupon_disabled", other.claim, "kim", "TENTH")
    refuse("coupon_disabled", other.order, "lee", {"LATTE": 1}, coupon="FIFTH")


def test_a_new_end_of_claiming_holds_at_once(
    shop: Shop, other: Shop, clock: SettableClock, refuse: Refuse
) -> None:
    """Closed at one till, claiming is over at another; opened again, it goes on."""
    shop.set_coupon("TENTH", closes=clock() - timedelta(seconds=1))
    refuse("coupon_closed", other.claim, "kim", "TENTH")

    shop.set_coupon("TENTH", closes=clock() + timedelta(seconds=1))
    assert other.claim("kim", "TENTH").number == 2


def test_a_new_limit_holds_at_once(shop: Shop, other: Shop, refuse: Refuse) -> None:
    """Lowered at one till, the limit ends claims at another; raised, the claim says so."""
    shop.set_coupon("TENTH", limit=1)
    refused = refuse("coupon_sold_out", other.claim, "kim", "TENTH")
    assert refused.details == {"coupon": "TENTH", "limit": 1}

    shop.set_coupon("TENTH", limit=3)
    assert other.claim("kim", "TENTH").limit == 3


def test_a_coupon_used_and_restored_elsewhere_is_followed(
    shop: Shop, other: Shop, refuse: Refuse
) -> None:
    """Used at one till it is used at another; cancelled there, it serves here."""
    order = shop.order("lee", {"LATTE": 1}, coupon="FIFTH")
    refused = refuse("coupon_already_used", other.order, "lee", {"LATTE": 1}, coupon="FIFTH")
    assert refused.details["order"] == order.order

    shop.cancel(id_of(order))
    assert other.order("lee", {"LATTE": 1}, coupon="FIFTH").discount == 900


def test_settings_are_shared(shop: Shop, other: Shop, clock: SettableClock, refuse: Refuse) -> None:
    """A shorter time to cancel holds at every till."""
    order = other.order("kim", {"LATTE": 1})
    clock.advance(minutes=1)
    shop.set_setting("cancel_within", "59s")

    refuse("order_not_cancellable", other.cancel, id_of(order))


def test_the_operator_sees_which_till_sold_what(
    shop: Shop, shop_url: str, clock: SettableClock, refuse: Refuse
) -> None:
    """Each order is with the login, host and channel that placed it; what is none is left out."""
    factories.stocked(shop)
    with Shop.open(shop_url, clock=clock, actor="left-till", channel="tui") as till:
        there = till.order("kim", {"LATTE": 1})
    here = shop.order("kim", {"LATTE": 1})

    assert shop.browsing.goes_to_stock(id_of(here))
    found = shop.browsing.sold_by([id_of(there), id_of(here), "nothing"])

    assert {key: (one.actor, one.channel) for key, one in found.items()} == {
        id_of(there): ("left-till", "tui"),
        id_of(here): (found[id_of(here)].actor, "api"),
    }
    refuse("invalid_input", lambda: shop.browsing.sold_by(["x"] * 201))
