"""What the shop's screen reads: a page of products and what is shown around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import ShopError, UnknownUser
from shopcli.engine import BEST_DAYS

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Product, Top
    from shopcli.engine import Category, ProductPage

SMALL_CATALOGUE_COUNT_MAX = 2_000
"""Products up to which counting categories costs less than painting twice."""


class Surroundings(NamedTuple):
    """What is shown around the list of products, read together."""

    categories: tuple[Category, ...]
    best: Top
    trend: dict[str, tuple[int, ...]]
    user: str | None
    balance: int | None
    in_cart: tuple[Product, ...]
    low_stock_mark: int
    """Of products without a mark of their own."""
    may_charge: bool


class Opening(NamedTuple):
    """What the first screen shows; a large catalogue's surroundings come after it."""

    page: ProductPage
    surroundings: Surroundings | None


def may_charge(shop: Shop) -> bool:
    """Whether balances can be charged in the storefront now; a setting may change it."""
    return shop.role != "till" and shop.may("charge")


def read_opening(shop: Shop, user: str | None, sort: str) -> Opening | None:
    """Read the first screen before there is one, so that it is painted once.

    Args:
        shop: An open shop.
        user: The user whose balance is read; None reads no balance.
        sort: How the products are sorted.

    Returns:
        None where the database does not answer: the screen then says so itself.
    """
    try:
        page = shop.browsing.products(sort=sort)
        is_small = page.total <= SMALL_CATALOGUE_COUNT_MAX
        return Opening(page, read_surroundings(shop, user, ()) if is_small else None)
    except ShopError:
        return None


def read_surroundings(shop: Shop, user: str | None, in_cart: tuple[str, ...]) -> Surroundings:
    """Read what is shown around the list.

    Args:
        shop: An open shop.
        user: The user whose balance is read; None reads no balance.
        in_cart: SKUs to read again.
    """
    best = shop.top(days=BEST_DAYS)
    balance = None
    if user is not None:
        try:
            balance = shop.balance(user).balance
        except UnknownUser:
            balance = None
    return Surroundings(
        categories=shop.browsing.categories(),
        best=best,
        trend=shop.browsing.trend([row.sku for row in best.rows], BEST_DAYS),
        user=user,
        balance=balance,
        in_cart=shop.browsing.named(in_cart),
        low_stock_mark=shop.browsing.low_stock_mark(),
        may_charge=may_charge(shop),
    )
