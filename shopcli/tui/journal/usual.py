"""What a user orders again and again, and what of it is still sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import Product, UsualBasket

_NAMED_COUNT = 100
"""Products read at once."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual baskets of a user, and their products as they are now."""

    user: str
    baskets: tuple[UsualBasket, ...]
    products: tuple[Product, ...]


def read_usual(shop: Shop, user: str) -> Usual:
    """Read the usual baskets of a user."""
    baskets = shop.browsing.usual(user)
    return Usual(user, baskets, read_products(shop, baskets))


def read_products(shop: Shop, baskets: tuple[UsualBasket, ...]) -> tuple[Product, ...]:
    """Read the products of baskets as they are now."""
    skus = sorted({line.sku for basket in baskets for line in basket.lines})
    products: tuple[Product, ...] = ()
    for first in range(0, len(skus), _NAMED_COUNT):
        products += shop.browsing.named(skus[first : first + _NAMED_COUNT])
    return products
