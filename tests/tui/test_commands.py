"""The command lines that the storefront copies: each does what was done, whatever it is about."""

from __future__ import annotations

import shlex

import pytest

from shopcli import Shop
from shopcli.cli.main import perform
from shopcli.tui import commands
from shopcli.tui.visit import Visit, begin

NAMES = ["plain", "-dashed", "--user", "-u"]


@pytest.mark.parametrize("name", NAMES)
def test_copied_lines_read_their_data_as_data(shop: Shop, shop_url: str, name: str) -> None:
    """A name that looks like an option is none: each copied line does what the storefront did."""
    shop.add_coupon(name, amount=100, limit=5)
    shop.add_product(f"{name}-p", name="A product", price=1_000, stock=9)

    for line in (
        commands.add_user(name),
        commands.charge(name, "5000", "my charge"),
        commands.claim(name, name, "-my claim"),
        commands.restock(f"{name}-p", 3),
    ):
        assert _type(line, shop_url) == 0
    shown = shop.order(name, {f"{name}-p": 2}, coupon=name, key="mine", dry_run=True)
    assert _type(commands.order(shown), shop_url) == 0
    (made,) = shop.orders(name)
    assert (made.total, made.coupon, made.key) == (1_900, name.upper(), "mine")
    assert _type(commands.receipt(made.order or ""), shop_url) == 0
    for line in (
        commands.charge(name, "5000", "my charge"),
        commands.claim(name, name, "-my claim"),
        commands.order(made),
        commands.order_once(shown, "mine", "1900"),
    ):
        assert _type(line, shop_url) == 0, "its key does it once"
    assert shop.balance(name).balance == 5_000 - 1_900
    for _ in range(2):
        assert _type(commands.cancel(made.order or "", "over"), shop_url) == 0
    assert shop.balance(name).balance == 5_000


def test_only_the_balance_of_whoever_shops_is_kept(shop: Shop) -> None:
    """What was read of others is left aside, and a change of user forgets the balance."""
    visit = _visit(shop)

    visit.note_balance("sato", 370_400)
    shown = [visit.balance]
    visit.note_balance("kim", 500)
    shown.append(visit.balance)
    visit.user = "sato"
    shown.append(visit.balance)

    assert shown == [None, 500, None]


def test_every_form_of_the_wallet_holds_the_whole_balance(shop: Shop) -> None:
    """However narrow the bar is, a name may be cut, an amount never."""
    visit = _visit(shop)
    visit.user = "a-name-that-goes-on-and-on-for-as-long-as-it-may-be"
    visit.note_balance(visit.user, 9_007_199_254_740_991)

    forms = visit.wallets()

    assert all("9,007,199,254,740,991" in form for form in forms)
    assert [len(form) for form in forms] == sorted((len(form) for form in forms), reverse=True)


def _visit(shop: Shop) -> Visit:
    return begin(shop, user="kim", deliver=lambda _order: None)


def _type(line: str, shop_url: str) -> int:
    program, *words = shlex.split(line)
    assert program == "shop"
    return perform(["--db", shop_url, *words])
