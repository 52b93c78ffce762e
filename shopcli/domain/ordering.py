"""Whether an order may be placed, and what it then is: pure rules, judged in one documented order.

Rules are checked as: user, products, coupon, stock, balance; the first that is broken is reported.
The idempotency key is judged before any of them, by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain import errors
from shopcli.domain.amounts import spoken, typed_amount
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.pricing import Discount, Price, price
from shopcli.domain.text import checked_identifier, typed, typed_after

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE_COUNT_MAX = 1000
"""Bound on different products in one order (and so on rows locked at once)."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The user who orders; `user_id` is the opaque one."""

    user_id: str
    balance_minor: int


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """A product as it stands at the moment of the order."""

    sku: str
    name: str
    price_minor: int
    stock: int
    on_sale: bool


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """The coupon named in the order; `number` is None where the user does not hold it."""

    code: str
    discount: Discount
    min_order_minor: int | None
    disabled: bool
    number: int | None
    usable_until_at: int | None
    used_by_order: str | None


def summed_quantities(
    lines: Mapping[str, int] | Iterable[tuple[str, int]],
) -> dict[str, int]:
    """The request's lines with each SKU once, in the order first named.

    Raises:
        InvalidInput: No line, too many, a bad SKU or a quantity that is not a positive integer.
    """
    pairs: object = lines.items() if hasattr(lines, "items") else lines
    if not isinstance(pairs, Iterable):
        raise errors.InvalidInput("The lines of an order are pairs of SKU and quantity.")
    quantities: dict[str, int] = {}
    for pair in pairs:
        try:
            sku, quantity = pair
        except (TypeError, ValueError):
            raise errors.InvalidInput("A line is a pair of SKU and quantity.") from None
        sku = checked_identifier(sku, "SKU")
        total = quantities.get(sku, 0) + checked_amount(quantity, f"Quantity of {sku}", least=1)
        quantities[sku] = checked_amount(total, f"Quantity of {sku}", least=1)
        if len(quantities) > LINE_COUNT_MAX:
            raise errors.InvalidInput(f"An order has at most {LINE_COUNT_MAX} different products.")
    if not quantities:
        raise errors.InvalidInput(
            "An order needs at least one product.", fix="Name one, as in LATTE:2."
        )
    return quantities


def check_state(user: str, state: str) -> None:
    """Refuse what a blocked or closed user may not do.

    Raises:
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
    """
    if state == "active":
        return
    command = f"shop user set --active {typed(user)}"
    if state == "blocked":
        raise errors.UserBlocked(f"User {user} is blocked.", fix=f"Unblock first: {command}")
    if state == "closed":
        raise errors.UserClosed(f"User {user} is closed.", fix=f"Reopen first: {command}")


def decide(
    user: str,
    buyer: Buyer,
    quantities: Mapping[str, int],
    offered: Mapping[str, OfferedProduct],
    coupon: HeldCoupon | None,
    placed_at: int,
    currency: str,
) -> Price:
    """What the order costs, if coupon, stock and balance allow it.

    The rules before these, `check_state` and `check_on_sale`, are the caller's to check first,
    because a coupon is looked up only after them.

    Args:
        user: Name of the buyer, for messages.
        buyer: Who pays.
        quantities: Units by SKU, each above 0.
        offered: Every product named, by SKU.
        coupon: The coupon named, if any.
        placed_at: The order's own instant in microseconds; coupons are judged by it.
        currency: Currency of the shop, for details.

    Raises:
        CouponDisabled: The coupon was switched off.
        CouponNotHeld: The user has not claimed it.
        CouponAlreadyUsed: Another order redeemed it.
        CouponExpired: It is past its last usable instant.
        CouponMinimumNotMet: The subtotal is below its minimum.
        OutOfStock: Fewer units are left than asked; details name all short products.
        InsufficientBalance: The balance is below the total.
        InvalidInput: The subtotal passes the largest amount.
    """
    lines = [(sku, quantity, offered[sku].price_minor) for sku, quantity in quantities.items()]
    if coupon is None:
        priced = price(lines, None)
    else:
        _check_coupon(coupon, placed_at)
        subtotal = sum(quantity * unit_price for _, quantity, unit_price in lines)
        if coupon.min_order_minor is not None and subtotal < coupon.min_order_minor:
            raise errors.CouponMinimumNotMet(
                f"Coupon {coupon.code} needs a subtotal of at least"
                f" {spoken(coupon.min_order_minor, currency)}; this is"
                f" {spoken(min(subtotal, AMOUNT_MAX), currency)}.",
                fix="Add something, or order without the coupon.",
                details={
                    "coupon": coupon.code,
                    "min_order": coupon.min_order_minor,
                    "subtotal": min(subtotal, AMOUNT_MAX),
                    "currency": currency,
                },
            )
        priced = price(lines, coupon.discount)
    _check_stock(quantities, offered)
    check_balance(user, buyer.balance_minor, priced.total_minor, currency)
    return priced


def check_balance(
    user: str, balance_minor: int, required_minor: int, currency: str, fix: str | None = None
) -> None:
    """Refuse to take more than there is.

    Args:
        user: Whose balance, for messages.
        balance_minor: What there is.
        required_minor: What is to be taken.
        currency: Of both.
        fix: What to type instead; to add what is missing where None.

    Raises:
        InsufficientBalance: With the balance and what was required.
    """
    if balance_minor < required_minor:
        missing = required_minor - balance_minor
        raise errors.InsufficientBalance(
            f"{user} has {spoken(balance_minor, currency)} and needs"
            f" {spoken(required_minor, currency)}: {spoken(missing, currency)} are missing.",
            fix=fix
            or f"Add money: shop charge {typed_amount(missing, currency)}"
            f" {typed_after('--user', user)}",
            details={"balance": balance_minor, "required": required_minor, "currency": currency},
        )


def check_total(expected_minor: int | None, total_minor: int, currency: str) -> None:
    """Refuse an order that costs something else than was shown, if its buyer said what that was.

    Raises:
        TotalChanged: With what was expected, and the total.
        InvalidInput: What was expected is no amount.
    """
    if (
        expected_minor is not None
        and checked_amount(expected_minor, "Total", currency=currency) != total_minor
    ):
        raise errors.TotalChanged(
            f"The order costs {spoken(total_minor, currency)},"
            f" not {spoken(expected_minor, currency)}.",
            fix="Look at it with --dry-run, or say what you expect now:"
            f" --expect {typed_amount(total_minor, currency)}",
            details={"expected": expected_minor, "total": total_minor, "currency": currency},
        )


def check_on_sale(quantities: Mapping[str, int], offered: Mapping[str, OfferedProduct]) -> None:
    """Refuse products that are not sold at present.

    Raises:
        ProductOffSale: Details name all of them.
    """
    off_sale = [sku for sku in quantities if not offered[sku].on_sale]
    if off_sale:
        raise errors.ProductOffSale(
            f"Not on sale at present: {', '.join(off_sale)}.",
            fix="See what is: shop products",
            details={"items": [{"sku": sku} for sku in off_sale]},
        )


def _check_coupon(coupon: HeldCoupon, placed_at: int) -> None:
    details = {"coupon": coupon.code}
    without = "Order without --coupon, or see: shop coupons"
    if coupon.disabled:
        raise errors.CouponDisabled(
            f"Coupon {coupon.code} was switched off.", fix=without, details=details
        )
    if coupon.number is None:
        raise errors.CouponNotHeld(
            f"Coupon {coupon.code} has not been claimed by this user.",
            fix=f"Claim it first: shop claim {typed(coupon.code)}",
            details=details,
        )
    if coupon.used_by_order is not None:
        raise errors.CouponAlreadyUsed(
            f"Coupon {coupon.code} was used in order {coupon.used_by_order}.",
            fix=without,
            details={**details, "order": coupon.used_by_order},
        )
    if coupon.usable_until_at is not None and placed_at > coupon.usable_until_at:
        until = rfc3339(from_microseconds(coupon.usable_until_at))
        raise errors.CouponExpired(
            f"Coupon {coupon.code} could be used until {until}.",
            fix=without,
            details={**details, "usable_until": until},
        )


def _check_stock(quantities: Mapping[str, int], offered: Mapping[str, OfferedProduct]) -> None:
    short = [
        (sku, quantity, offered[sku].stock)
        for sku, quantity in quantities.items()
        if offered[sku].stock < quantity
    ]
    if short:
        named = ", ".join(f"{sku} ({wanted} wanted, {left} left)" for sku, wanted, left in short)
        sku, wanted, left = short[0]
        raise errors.OutOfStock(
            f"Not enough in stock: {named}.",
            fix=f"Order fewer, or add what is missing: {_restock(sku, wanted - left)}",
            details={
                "items": [
                    {"sku": sku, "requested": wanted, "available": left}
                    for sku, wanted, left in short
                ]
            },
        )


def _restock(sku: str, quantity: int) -> str:
    return f"shop product restock {typed(f'{sku} {quantity}')}"
