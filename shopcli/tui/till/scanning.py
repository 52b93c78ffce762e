"""What a scanned or typed text means at the till: a product with a quantity, or a user."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.barcodes import as_read, is_gtin, split_word
from shopcli.domain.errors import InvalidInput, UnknownProduct, UnknownUser
from shopcli.domain.facts import Say, filled
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import Product
from shopcli.domain.showing import excerpt, inert
from shopcli.tui.payment import Lines, Review, review

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.errors import ShopError

_PRODUCT_REASONS = {"none_of_it", "shared_code"}

_TIMES = re.compile(r"([0-9]{1,16}) *\* *(.*)", re.ASCII)
"""`3*` before a code, or alone."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned product and its quantity."""

    product: Product
    quantity: int


@dataclass(frozen=True, slots=True)
class Times:
    """So many of whatever is scanned next."""

    quantity: int


def look_up(shop: Shop, text: str) -> Scan | Times:
    """Find the product and the quantity that a scanned or typed text means.

    A whole SKU or barcode is meant before one with a quantity before or behind it; a SKU that is
    written in other cases is taken where only one is meant.

    Raises:
        UnknownProduct: There is none, or several that differ in case.
        InvalidInput: A product with something beside it that is no quantity.
    """
    found = shop.browsing.scanned(text)
    if found is not None:
        return Scan(found, 1)
    times = _TIMES.fullmatch(text)
    if times is not None:
        return _several(shop, text, int(times[1]), times[2])
    return _one_word(shop, text)


def _several(shop: Shop, text: str, quantity: int, rest: str) -> Scan | Times:
    if not 1 <= quantity <= AMOUNT_MAX:
        raise _no_quantity(text, rest)
    if not rest:
        return Times(quantity)
    found = shop.browsing.scanned(rest)
    each = Scan(found, 1) if found is not None else _one_word(shop, rest)
    return Scan(each.product, quantity * each.quantity)


def _one_word(shop: Shop, text: str) -> Scan:
    code, colon, _ = text.rpartition(":")
    counted = _one_product(shop, code) if colon and code else None
    if counted is not None:
        parts = split_word(text)
        if parts is None:
            raise _no_quantity(text, code)
        return Scan(counted, parts[1])
    found = _in_other_case(shop, text)
    if found is None:
        code, _ = split_word(text) or (text, 1)
        raise UnknownProduct("No product has the SKU or barcode {code}.", details={"code": code})
    return Scan(found, 1)


def _no_quantity(text: str, code: str) -> InvalidInput:
    return InvalidInput(
        "'{value}' is not SKU, SKU:QTY or QTY*SKU with a quantity of 1 to {most}.",
        details={
            "value": excerpt(text),
            "code": excerpt(code or "SKU"),
            "most": AMOUNT_MAX,
            "reason": "none_of_it",
        },
    )


def _one_product(shop: Shop, code: str) -> Product | None:
    return shop.browsing.scanned(code) or _in_other_case(shop, code)


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


def who_or_what(shop: Shop, text: str, lines: Lines) -> Review | Scan | Times:
    """Review the cart for a user; where there is no such user, look the text up as a product.

    Raises:
        UnknownUser: It is neither.
        UnknownProduct: It is neither, and a number as barcodes are.
        InvalidInput: It cannot be a name, or is a product without a quantity behind its colon.
    """
    try:
        return review(shop, text, lines, None)
    except (UnknownUser, InvalidInput):
        try:
            return look_up(shop, text)
        except UnknownProduct:
            if is_gtin(as_read(text)):
                raise
        except InvalidInput as error:
            if is_about_product(error):
                raise
        raise


def is_about_product(error: ShopError) -> bool:
    """Whether a refusal means that a product which was scanned was not found or not counted."""
    return error.code == "unknown_product" or error.details.get("reason") in _PRODUCT_REASONS


def why_not(product: Product, wanted: int, say: Say) -> str:
    """Why that many cannot be in the cart."""
    facts = {"name": inert(product.name), "wanted": wanted, "stock": product.stock}
    if not product.on_sale:
        return filled(say("{name} is not on sale at present."), facts)
    if not product.stock:
        return filled(say("{name} is sold out."), facts)
    return filled(say("{name}: {wanted:,} wanted, only {stock:,} left."), facts)
