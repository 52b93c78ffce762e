"""Which products a typed text fits that is no code, and which of them is meant most likely."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.records import Product

CHOICE_COUNT_MAX = 9
"""Most products to choose from: each has a digit."""


@dataclass(frozen=True, slots=True)
class Fits:
    """Products that a text fits, and how many others it fits that are not listed."""

    products: tuple[Product, ...]
    more: int


def fits(text: str, products: Sequence[Product], total: int) -> Fits:
    """Choose from what a search has found; a part of a barcode fits nothing.

    First comes what has the text as its SKU, in upper or lower case, then what can be sold, then
    what begins with it.

    Args:
        text: What was typed.
        products: The first of those that were found, by SKU.
        total: How many were found.
    """
    part = folded(text)
    found = [one for one in products if part in folded(one.sku) or part in folded(one.name)]

    def likeliness(one: Product) -> tuple[bool, bool, bool, str, str]:
        name = folded(one.name)
        begins = folded(one.sku).startswith(part) or f" {part}" in f" {name}"
        is_sold = one.on_sale and one.stock > 0
        return (not is_in_other_case(text, one), not is_sold, not begins, name, one.sku)

    listed = tuple(sorted(found, key=likeliness)[:CHOICE_COUNT_MAX])
    return Fits(listed, len(found) + max(0, total - len(products)) - len(listed))


def is_in_other_case(text: str, product: Product) -> bool:
    """Whether a text is a product's SKU, but for upper and lower case."""
    return folded(text) == folded(product.sku)


def folded(text: str) -> str:
    """A text without the difference of upper and lower case, to compare it."""
    return unicodedata.normalize("NFC", text.casefold())
