"""Names that are offered while a line is being typed, on both databases."""

from __future__ import annotations

import pytest

from shopcli import Shop, ShopError
from shopcli.cli.completion.names import offered
from shopcli.engine.use_cases import completion
from tests.clocks import SettableClock


def test_skus_begin_with_what_is_typed(shop: Shop, shop_url: str) -> None:
    """SKUs are offered by their beginning, in order, with the product's name."""
    for sku in ("LATTE", "LATTE-XL", "MATE", "latte", "ÄPFEL"):
        shop.add_product(sku, name=f"The {sku}", price=1)

    assert completion.beginning_with(shop_url, "sku", "LA") == [
        ("LATTE", "The LATTE"),
        ("LATTE-XL", "The LATTE-XL"),
    ]
    assert [name for name, _ in completion.beginning_with(shop_url, "sku", "Ä")] == ["ÄPFEL"]
    assert completion.beginning_with(shop_url, "sku", "LATTE:2") == []


def test_users_begin_with_what_is_typed(shop: Shop, shop_url: str) -> None:
    """Users are offered by their beginning, with their name where they have one."""
    shop.add_user("kim", name="Kim")
    shop.add_user("kira")
    shop.add_user("lee")

    assert completion.beginning_with(shop_url, "user", "ki") == [("kim", "Kim"), ("kira", "")]


def test_codes_are_offered_in_the_case_that_is_typed(
    shop: Shop, shop_url: str, clock: SettableClock
) -> None:
    """Coupons are offered in small letters to who types small letters, each with its state."""
    shop.add_coupon("TENTH", percent=10, limit=1)
    shop.add_coupon("TWO", amount=2, limit=1)
    shop.set_coupon("TWO", disabled=True)

    assert completion.beginning_with(shop_url, "code", "t", clock=clock) == [
        ("tenth", "open"),
        ("two", "disabled"),
    ]
    assert completion.beginning_with(shop_url, "code", "TE", clock=clock) == [("TENTH", "open")]


def test_orders_are_the_newest(shop: Shop, shop_url: str, clock: SettableClock) -> None:
    """Orders are offered newest first, each with its buyer and what was bought."""
    shop.add_user("kim")
    shop.charge("kim", 100)
    for sku in ("LATTE", "MATE"):
        shop.add_product(sku, name=sku, price=1, stock=9)
    first = shop.order("kim", [("MATE", 1), ("LATTE", 2)]).order
    clock.advance(seconds=1)
    second = shop.order("kim", {"LATTE": 1}).order

    assert completion.beginning_with(shop_url, "order", "") == [
        (second, "kim: LATTE"),
        (first, "kim: MATE, LATTE"),
    ]


def test_an_answer_is_bounded(shop: Shop, shop_url: str) -> None:
    """However large the shop, a press of TAB offers so many names at most."""
    for number in range(completion.COUNT_MAX + 5):
        shop.add_user(f"user{number:05d}")

    assert len(completion.beginning_with(shop_url, "user", "u")) == completion.COUNT_MAX


def test_what_a_shell_would_carry_out_is_not_offered(shop: Shop, shop_url: str) -> None:
    r"""A name cannot undo the quotes around it: zsh evaluates what it is given."""
    shop.add_product("LATTE", name="\\$(touch owned) \\", price=1)

    assert offered("sku", shop_url, "L") == [("LATTE", "\u29f5\uff04(touch owned) \u29f5")]


def test_no_shop_offers_nothing(database_url: str) -> None:
    """Without a shop the engine refuses, and a shell is offered nothing."""
    with pytest.raises(ShopError):
        completion.beginning_with(database_url, "sku", "")

    assert offered("sku", database_url, "") == []
