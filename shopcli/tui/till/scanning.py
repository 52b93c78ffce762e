"""What a scanned or typed text means at the till: a product with a quantity, or a user."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from shopcli.domain.barcodes import as_read, canonical_code, is_gtin, split_word
from shopcli.domain.errors import (
    InvalidInput,
    UnknownProduct,
    UnknownUser,
    UserBlocked,
    UserClosed,
)
from shopcli.domain.facts import Say, filled
from shopcli.domain.ledger.accounts import check_state
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import Product
from shopcli.domain.showing import excerpt, inert
from shopcli.tui.payment import Lines, Offer, Review, offers_now, review
from shopcli.tui.till.charging import Account
from shopcli.tui.till.fitting import Fits, fits, folded, is_in_other_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopcli import Shop
    from shopcli.domain.errors import ShopError
    from shopcli.domain.records import User

_PRODUCT_REASONS = {"none_of_it", "shared_code"}

_TIMES = re.compile(r"([0-9]{1,16}) *\* *(.*)", re.ASCII)
"""`3*` before a code, or alone."""

_CALLED_SHOWN_MAX = 9
"""Most users named who are called the same."""

_PART_LENGTH_MIN = 2
"""Fewest ASCII characters that are looked for in names: one fits everything."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned product and its quantity."""

    product: Product
    quantity: int
    fitted: str = ""
    """What was typed, where it is only a part of the name or SKU."""


@dataclass(frozen=True, slots=True)
class Times:
    """So many of whatever is scanned next."""

    quantity: int


@dataclass(frozen=True, slots=True)
class Several:
    """A text that fits several products, of which one has to be chosen."""

    text: str
    """As it was typed."""
    code: str
    """The part of it that is looked for."""
    products: tuple[Product, ...]
    """At most `CHOICE_COUNT_MAX`, what is meant most likely first."""
    more: int
    """How many others fit."""
    quantity: int
    """How many of the one that is chosen."""


@dataclass(frozen=True, slots=True)
class NoName:
    """What is no user and fits a part of products: a slip in a name, or a product after all."""

    error: ShopError


@dataclass(frozen=True, slots=True)
class IsName:
    """The name of people, whole, where a product was asked for and none has it as its code."""

    user: str


Found = TypeVar("Found", Review, Account)

Instead = Scan | Times | Several | NoName
"""What a text means that was to be a name and is none."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of a choice, and the product, if any, that has it as its code."""

    number: int
    product: Product | None


def look_up(shop: Shop, text: str) -> Scan | Times | Several:
    """Find the product and the quantity that a scanned or typed text means.

    A whole SKU or barcode is meant before one with a quantity before or behind it, that before a
    whole SKU in other letters, upper or lower case, and that before a part of a name or SKU. What
    fits several is asked.

    Raises:
        UnknownProduct: There is none.
        InvalidInput: A product with something beside it that is no quantity.
    """
    if whole := whole_code(shop, text):
        return _meant(text, text, Fits(whole, 0), 1)
    times = _TIMES.fullmatch(text)
    if times is not None:
        return _several(shop, text, int(times[1]), times[2])
    return _one_word(shop, text, text, 1)


def product_or_name(shop: Shop, text: str) -> Scan | Times | Several | IsName:
    """As `look_up`; the name of people that is at most a part of a product's is theirs.

    A user is looked for only where no product has the text as its whole code.

    Raises:
        UnknownProduct: As `look_up`.
        InvalidInput: As `look_up`.
    """
    try:
        found = look_up(shop, text)
    except (UnknownProduct, InvalidInput):
        if user := _user_meant(shop, text):
            return IsName(user)
        raise
    match found:
        case Scan():
            is_part = bool(found.fitted)
        case Several():
            is_part = all(_is_part(found.code, one) for one in found.products)
        case _:
            is_part = False
    user = _user_meant(shop, text) if is_part else ""
    return IsName(user) if user else found


def _user_meant(shop: Shop, text: str) -> str:
    """The user with this user name, else with it in upper or lower case; empty where none is.

    Where several have it so, or it is what people are called, the text itself: who is meant is
    found, or asked, where a name is.
    """
    try:
        found = shop.browsing.called(text)
    except InvalidInput:
        return ""
    users = [one.user for one in found if folded(one.user) == folded(text)]
    return users[0] if len(users) == 1 else text if found else ""


def with_times(times: int, text: str) -> str:
    """A text behind the number that waited for it; another number takes its place."""
    return text if times == 1 or _TIMES.fullmatch(text) else f"{times}*{text}"


def number_or_code(shop: Shop, number: str) -> Numbered:
    """Tell whether the number of a choice is a product's code, too."""
    whole = whole_code(shop, number)
    return Numbered(int(number), whole[0] if whole else None)


def whole_code(shop: Shop, code: str) -> tuple[Product, ...]:
    """The products that have a text as their SKU or barcode; more than one where it is shared."""
    try:
        found = shop.browsing.scanned(code)
    except InvalidInput as error:
        if error.details.get("reason") != "shared_code":
            raise
        return shop.browsing.named(error.details["skus"])
    return () if found is None else (found,)


def _several(shop: Shop, text: str, quantity: int, rest: str) -> Scan | Times | Several:
    if not 1 <= quantity <= AMOUNT_MAX:
        raise _no_quantity(text, str(quantity), f"1*{excerpt(rest or 'SKU')}")
    if not rest:
        return Times(quantity)
    if whole := whole_code(shop, rest):
        return _meant(text, rest, Fits(whole, 0), quantity)
    return _one_word(shop, text, rest, quantity)


def _one_word(shop: Shop, text: str, word: str, quantity: int) -> Scan | Several:
    """Find a word, or what is before its last colon and a quantity behind it."""
    code, colon, number = word.rpartition(":")
    parts = split_word(word)
    if colon and code:
        whole = whole_code(shop, code)
        counted = Fits(whole, 0) if whole else _fits(shop, code)
        is_named = whole or any(is_in_other_case(code, one) for one in counted.products)
        if parts is None and is_named:
            raise _no_quantity(text, number, f"{excerpt(code)}:1")
        if parts is not None and counted.products:
            return _meant(text, code, counted, quantity * parts[1])
    found = _fits(shop, word)
    if not found.products:
        code, _ = parts or (word, 1)
        raise UnknownProduct(
            "No product has the SKU, barcode or name {code}."
            if _may_be_part(code)
            else "No product has the SKU or barcode {code}.",
            details={"code": code},
        )
    return _meant(text, word, found, quantity)


def _meant(text: str, code: str, fits: Fits, quantity: int) -> Scan | Several:
    """The one product that is meant; digits alone may be a code that was read in part."""
    first, *others = fits.products
    is_part = _is_part(code, first)
    if others or (is_part and code.isdecimal()):
        return Several(text, code, fits.products, fits.more, quantity)
    return Scan(first, quantity, code if is_part else "")


def _is_part(code: str, product: Product) -> bool:
    """Whether a code is neither the SKU of a product, in any case, nor its barcode."""
    barcode = canonical_code(as_read(product.barcode or ""))
    read = as_read(code)
    return not is_in_other_case(read, product) and canonical_code(read) not in {
        barcode,
        canonical_code(product.sku),
    }


def _fits(shop: Shop, code: str) -> Fits:
    """What a part of a name or SKU fits.

    The whole SKU of one product, in upper or lower case, fits that one alone.
    """
    if not _may_be_part(code):
        return Fits((), 0)
    try:
        page = shop.browsing.products(code)
    except InvalidInput:
        return Fits((), 0)
    found = {one.sku: one for one in page.products}
    if page.total > len(found):  # what was read need not hold the SKU in another case
        found |= {one.sku: one for one in shop.browsing.named([code.upper(), code.lower()])}
    meant = [one for one in found.values() if is_in_other_case(code, one)]
    if len(meant) == 1:
        return Fits(tuple(meant), 0)
    return fits(code, tuple(found.values()), page.total)


def _may_be_part(code: str) -> bool:
    """Whether names are searched for a code: for no number that a scanner reads, and no letter."""
    return not is_gtin(as_read(code)) and (len(code) >= _PART_LENGTH_MIN or not code.isascii())


def _no_quantity(text: str, number: str, example: str) -> InvalidInput:
    is_number = number.isascii() and number.isdecimal()
    return InvalidInput(
        "'{value}' is not SKU, SKU:QTY or QTY*SKU."
        if not is_number
        else "'{value}' asks for too many: a quantity is at most {most}."
        if number.strip("0")
        else "'{value}' asks for none of it: a quantity is 1 or more.",
        details={
            "value": excerpt(text),
            "example": example,
            "most": f"{AMOUNT_MAX:,}",
            "reason": "none_of_it",
        },
    )


def who_or_what(shop: Shop, text: str, lines: Lines, times: int = 1) -> Review | Instead:
    """Review the cart for a user; where there is no such user, look the text up as a product.

    Args:
        shop: Where.
        text: As it was typed or scanned.
        lines: What is in the cart.
        times: How many of it, where it is a product; then a whole code is meant before a name.

    Raises:
        UnknownUser: It is neither; a part of a product's name is more likely a slip in a user's.
        UnknownProduct: It is neither, and a number as barcodes are.
        InvalidInput: It cannot be a name, or is a product without a quantity behind its colon.
    """
    if times > 1 and whole_code(shop, text):
        return look_up(shop, with_times(times, text))
    try:
        return _named_review(shop, text, lines)
    except (UnknownUser, InvalidInput) as error:
        return _person_or_product(
            shop, text, error, times, lambda user: _named_review(shop, user, lines)
        )


def _named_review(shop: Shop, user: str, lines: Lines) -> Review:
    return replace(review(shop, user, lines, None), name=shop.user(user).name)


def account_or_product(shop: Shop, text: str, times: int = 1) -> Account | Instead:
    """Read the balance of a user; where there is no such user, look the text up as a product.

    Args:
        shop: Where.
        text: As it was typed or scanned.
        times: As of `who_or_what`.

    Raises:
        ShopError: As of `who_or_what`.
    """
    if times > 1 and whole_code(shop, text):
        return look_up(shop, with_times(times, text))
    try:
        return _account(shop, text)
    except (UnknownUser, InvalidInput) as error:
        return _person_or_product(shop, text, error, times, lambda user: _account(shop, user))


def _person_or_product(
    shop: Shop, text: str, no_user: ShopError, times: int, read: Callable[[str], Found]
) -> Found | Instead:
    """The product that a text means which is no user's name; else who is called so.

    Raises:
        ShopError: As of `product_instead`.
        InvalidInput: Several people are called so.
    """
    try:
        found = product_instead(shop, text, no_user, times)
    except (UnknownUser, InvalidInput) as error:
        if error is no_user and (user := _called(shop, text)):
            return read(user)
        raise
    if isinstance(found, NoName) and (user := _called(shop, text)):
        return read(user)
    return found


def _called(shop: Shop, text: str) -> str:
    """The user who is called so, by name or user name, in upper or lower case; empty if none is.

    Raises:
        InvalidInput: There are several.
    """
    try:
        found = shop.users(query=text)
    except InvalidInput:
        return ""
    users = [
        one.user for one in found if folded(text) in {folded(one.user), folded(one.name or "")}
    ]
    if len(users) > 1:
        raise InvalidInput(
            "Several users are called {name}: {users}.",
            details={
                "name": excerpt(text),
                "users": ", ".join(users[:_CALLED_SHOWN_MAX])
                + ("…" if users[_CALLED_SHOWN_MAX:] else ""),
                "reason": "several_users",
            },
        )
    return next(iter(users), "")


@dataclass(frozen=True, slots=True)
class Renewed:
    """What is shown, as it was read again."""

    products: tuple[Product, ...]
    account: Account | None
    """Of who is named; None where nobody is."""
    lines: Lines = ()
    """Of the bill that is shown; none where none is."""
    offers: tuple[Offer, ...] = ()
    """The coupons of who is named for that bill."""


def renewed(shop: Shop, skus: Sequence[str], user: str | None, lines: Lines = ()) -> Renewed:
    """Read again the products that are shown, and the balance, state and coupons of who is named.

    Args:
        shop: Where.
        skus: SKUs of the products.
        user: Who is named, if anybody is.
        lines: Of the bill, if one is shown.
    """
    products = shop.browsing.named(skus)
    if user is None:
        return Renewed(products, None)
    account = _account(shop, user)
    offers = offers_now(shop, user, lines, products) if lines else ()
    return Renewed(products, account, lines, offers)


def _account(shop: Shop, name: str) -> Account:
    found = shop.user(name)
    return Account(name, found.balance, _state_refusal(found), found.name)


def _state_refusal(user: User) -> ShopError | None:
    try:
        check_state(user.user, user.state)
    except (UserBlocked, UserClosed) as refusal:
        return refusal
    return None


def product_instead(shop: Shop, text: str, no_user: ShopError, times: int = 1) -> Instead:
    """The product that a text means which is no user; a part of a name is more likely a slip.

    Raises:
        UnknownProduct: It is none, and a number as barcodes are.
        InvalidInput: It is a product without a quantity behind its colon.
        ShopError: `no_user`, where it fits no product either.
    """
    counted = with_times(times, text)
    try:
        found = look_up(shop, counted)
    except UnknownProduct:
        if is_gtin(as_read(text)):
            raise
        raise no_user from None
    except InvalidInput as error:
        if is_about_product(error):
            raise
        raise no_user from None
    if isinstance(found, Times) or _TIMES.fullmatch(counted):
        return found
    if isinstance(found, Scan):
        return NoName(no_user) if found.fitted else found
    is_slip = all(_is_part(found.code, one) for one in found.products)
    return NoName(no_user) if is_slip else found


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
