"""Finds users, products, coupons and orders; errors for unknown ones suggest similar names.

Statements of each noun are imported where they are used: most use cases need one noun only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain import errors
from shopcli.domain.ids import may_be_id
from shopcli.domain.showing import inert
from shopcli.domain.text import checked_code, checked_identifier
from shopcli.storage import users

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.rights import Owner
    from shopcli.storage.coupons import CouponRow
    from shopcli.storage.products import ProductRow
    from shopcli.storage.session import Reader, Session
    from shopcli.storage.users import UserRow

_CANDIDATE_COUNT_MAX = 5000
"""Number of names compared for a suggestion: in a larger shop, the first ones."""

_CLOSE_COUNT_MAX = 3

ID_ENDING_LENGTH_MIN = 4


def checked_user(user: object) -> str:
    """A user name in canonical form."""
    return checked_identifier(user, "user name")


def checked_sku(sku: object) -> str:
    """A SKU in canonical form."""
    return checked_identifier(sku, "SKU")


def user_row(session: Session, username: str) -> UserRow:
    """The row of a user.

    Raises:
        UnknownUser: No such user; details hold similar names.
    """
    row = users.user(session, username)
    if row is None:
        raise unknown_user(session, username)
    return row


def product_row(session: Session, sku: str, *, lock: bool = False) -> ProductRow:
    """The row of a product, locked if asked for.

    Raises:
        UnknownProduct: No such product; details hold similar SKUs.
    """
    from shopcli.storage import products

    row = products.locked_product(session, sku) if lock else products.product(session, sku)
    if row is None:
        raise unknown_products(session, [sku])
    return row


def coupon_row(session: Session, code: str) -> CouponRow:
    """The row of a coupon.

    Raises:
        UnknownCoupon: No such coupon; details hold similar codes.
    """
    from shopcli.storage import coupons

    row = coupons.coupon(session, code)
    if row is None:
        raise unknown_coupon(session, code)
    return row


def order_id(session: Session, given: object, owner: Owner | None = None) -> str:
    """The full id of an order, given that or a unique ending of at least four characters.

    If an owner is given, only that owner's orders are found.

    Raises:
        InvalidInput: The ending fits several orders, or is no text.
        UnknownOrder: No order has this id or ending.
    """
    from shopcli.storage import orders

    if not isinstance(given, str):
        raise errors.InvalidInput("An order is named by its id.", details={"reason": "no_order_id"})
    text = given.strip().lower()
    found: list[str] = []
    if may_be_id(text):  # Postgres raises on some other texts
        if orders.order(session, text, owner) is not None:
            return text
        if len(text) >= ID_ENDING_LENGTH_MIN:
            found = orders.ids_ending(session, text, owner)
    if len(found) == 1:
        return found[0]
    if found:
        raise errors.InvalidInput(
            "Several orders end in {ending}.",
            details={"orders": found, "ending": text, "reason": "ending"},
        )
    raise errors.UnknownOrder(
        "There is no order '{order:short}'."
        if len(text) >= ID_ENDING_LENGTH_MIN
        else "There is no order '{order:short}'. Give at least the last {length_min} characters.",
        details={
            "order": inert(given)[:200],
            "suggestions": [],
            "length_min": ID_ENDING_LENGTH_MIN,
        },
    )


def unknown_user(session: Reader, username: str) -> errors.UnknownUser:
    """The error for a user that does not exist, with similar names from the database."""
    close = _close(username, [row.username for row in users.users(session, _CANDIDATE_COUNT_MAX)])
    return no_user(username, close)


def no_user(username: str, close: Sequence[str] = ()) -> errors.UnknownUser:
    """The error for a user that does not exist, with the similar names given, if any."""
    return errors.UnknownUser(
        "There is no user {user}.{suggestions:meant}",
        details={"user": username, **_did_you_mean(close, [username])},
    )


def unknown_products(session: Reader, skus: list[str]) -> errors.UnknownProduct:
    """The error for SKUs that do not exist, with similar ones from the database."""
    from shopcli.domain.barcodes import canonical_code
    from shopcli.storage import codes, products

    holders: dict[str, str] = {}
    for code, holder in codes.holders(session, set(map(canonical_code, skus))):
        holders.setdefault(code, holder)
    scanned = {sku: holders[code] for sku in skus if (code := canonical_code(sku)) in holders}
    if scanned:
        return errors.UnknownProduct(
            "There is no product {items:skus}; {scanned:barcodes}.",
            details={
                "items": [{"sku": sku} for sku in skus],
                "suggestions": list(scanned.values()),
                "scanned": [{"sku": sku, "barcode": code} for code, sku in scanned.items()],
                "sku": next(iter(scanned.values())),
                "reason": "barcode",
            },
        )
    known = [sku for sku, *_ in products.products(session, _CANDIDATE_COUNT_MAX)]
    close = [suggestion for sku in skus for suggestion in _close(sku, known)]
    return no_products(skus, close)


def no_products(skus: Sequence[str], close: Sequence[str] = ()) -> errors.UnknownProduct:
    """The error for SKUs that do not exist, with the similar ones given."""
    return errors.UnknownProduct(
        "There is no product {items:skus}.{suggestions:meant}",
        details={"items": [{"sku": sku} for sku in skus], **_did_you_mean(close, skus)},
    )


def unknown_coupon(session: Reader, code: str) -> errors.UnknownCoupon:
    """The error for a coupon that does not exist, with similar codes from the database."""
    from shopcli.storage import coupons

    close = _close(code, (row.code for row in coupons.coupons(session, _CANDIDATE_COUNT_MAX)))
    return no_coupon(code, close)


def no_coupon(code: str, close: Sequence[str] = ()) -> errors.UnknownCoupon:
    """The error for a coupon that does not exist, with the similar codes given."""
    return errors.UnknownCoupon(
        "There is no coupon {coupon}.{suggestions:meant}",
        details={"coupon": code, **_did_you_mean(close, [code])},
    )


def _close(name: str, candidates: Iterable[str]) -> list[str]:
    from difflib import get_close_matches  # only after a mistake

    from shopcli.domain.lookalikes import lookalikes

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    alike = lookalikes(name, by_folded.values())
    matches = get_close_matches(name.casefold(), by_folded, n=_CLOSE_COUNT_MAX, cutoff=0.6)
    return [*dict.fromkeys([*alike, *(by_folded[match] for match in matches)])][:_CLOSE_COUNT_MAX]


def _did_you_mean(close: Sequence[str], names: Sequence[str]) -> dict[str, object]:
    """Details with the suggestions; `alike` is one that looks the same as the name given."""
    if not close:
        return {"suggestions": []}
    from shopcli.domain.lookalikes import is_written_otherwise

    alike = [one for one in close if any(is_written_otherwise(name, one) for name in names)]
    return {"suggestions": [*close], **({"alike": alike[0]} if alike else {})}


__all__ = [
    "checked_code",
    "checked_sku",
    "checked_user",
    "coupon_row",
    "order_id",
    "product_row",
    "unknown_coupon",
    "unknown_products",
    "unknown_user",
    "user_row",
]
