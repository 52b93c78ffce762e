"""What a scanned or typed text means at the till: a product with a quantity, or a user."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, UnknownProduct, UnknownUser
from shopcli.domain.records import Product
from shopcli.tui.payment import Lines, Review, review

if TYPE_CHECKING:
    from shopcli import Shop

_WITH_QUANTITY = re.compile(r"(?P<code>.+):(?P<quantity>[0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned product and its quantity."""

    product: Product
    quantity: int


def look_up(shop: Shop, text: str) -> Scan:
    """Find the product and the quantity that a scanned or typed text means.

    A whole SKU or barcode is meant before one with a quantity behind it; a SKU that is written in
    other cases is taken where only one is meant.

    Raises:
        UnknownProduct: There is none, or several that differ in case.
        InvalidInput: A quantity of 0.
    """
    found = shop.browsing.scanned(text)
    if found is not None:
        return Scan(found, 1)
    parted = _WITH_QUANTITY.fullmatch(text)
    code, quantity = text, 1
    if parted is not None:
        code, quantity = parted["code"], int(parted["quantity"])
        if quantity == 0:
            raise InvalidInput(
                "{value} is none of it.",
                details={"value": text, "code": code, "reason": "none_of_it"},
            )
    found = (shop.browsing.scanned(code) if parted else None) or _in_other_case(shop, code)
    if found is None:
        raise UnknownProduct("No product has the SKU or barcode {code}.", details={"code": code})
    return Scan(found, quantity)


def _in_other_case(shop: Shop, code: str) -> Product | None:
    try:
        page = shop.browsing.products(code)
    except InvalidInput:
        return None
    meant = [one for one in page.products if one.sku.casefold() == code.casefold()]
    if len(meant) > 1:
        raise UnknownProduct(
            "No product has the SKU {code}. Did you mean {suggestions:or}?",
            details={"code": code, "suggestions": [one.sku for one in meant]},
        )
    return meant[0] if meant else None


def who_or_what(shop: Shop, text: str, lines: Lines) -> Review | Scan:
    """Review the cart for a user; where there is no such user, look the text up as a product."""
    try:
        return review(shop, text, lines, None)
    except (UnknownUser, InvalidInput):
        try:
            return look_up(shop, text)
        except (UnknownProduct, InvalidInput):
            pass
        raise
