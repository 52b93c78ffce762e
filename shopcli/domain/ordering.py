"""Rules of orders: whether an order may be placed, and its price.

Rules are checked in this order: user, products, coupon, stock, balance. The first broken one is
reported. The caller checks the idempotency key before all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain import errors
from shopcli.domain.ledger.accounts import check_balance
from shopcli.domain.moments import from_microseconds, rfc3339
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.pricing import price
from shopcli.domain.text import checked_identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.domain.pricing import Discount, Offered, Price

LINE_COUNT_MAX = 1000
"""Most products in one order, and so most rows locked at a time."""


class HeldCoupon(NamedTuple):
    """The coupon named in an order; `number` is None if the user does not hold it."""

    code: str
    discount: Discount
    disabled: bool
    number: int | None
    usable_until_at: int | None
    used_by_order: str | None


def summed_quantities(
    lines: Mapping[str, int] | Iterable[tuple[str, int]],
) -> dict[str, int]:
    """Sum the quantities of each SKU; SKUs keep the order in which they were first named.

    Raises:
        InvalidInput: No line, too many, an invalid SKU, or a quantity that is no positive integer.
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
        total = quantities.get(sku, 0) + checked_amount(
            quantity, "Quantity of {sku}", least=1, sku=sku
        )
        quantities[sku] = checked_amount(total, "Quantity of {sku}", least=1, sku=sku)
        if len(quantities) > LINE_COUNT_MAX:
            raise errors.InvalidInput(
                "An order has at most {most} different products.",
                details={"most": LINE_COUNT_MAX, "reason": "many_products"},
            )
    if not quantities:
        raise errors.InvalidInput(
            "An order needs at least one product.", details={"reason": "no_lines"}
        )
    return quantities


def decide(
    user: str,
    balance_minor: int,
    quantities: Mapping[str, int],
    offered: Mapping[str, Offered],
    coupon: HeldCoupon | None,
    placed_at: int,
    currency: str,
) -> Price:
    """Price an order, and check its coupon, the stock and the balance.

    The caller first checks the other rules (`check_state`, `check_on_sale`), because the coupon is
    looked up only after them.

    Args:
        user: Name of the buyer, for messages.
        balance_minor: Balance of the buyer in minor units.
        quantities: Units by SKU, each above 0.
        offered: Every product named, by SKU.
        coupon: The coupon named, if any.
        placed_at: Time of the order in microseconds; the coupon must be usable then.
        currency: Currency of the shop, for details.

    Raises:
        CouponDisabled: The coupon was switched off.
        CouponNotHeld: The user has not claimed it.
        CouponAlreadyUsed: Another order redeemed it.
        CouponExpired: Its last usable instant is past.
        CouponMinimumNotMet: The subtotal is below its minimum.
        OutOfStock: Fewer units are left than requested; details name all such products.
        InsufficientBalance: The balance is below the total.
        InvalidInput: The subtotal exceeds the largest amount.
    """
    if coupon is not None:
        _check_coupon(user, coupon, placed_at)
        _check_minimum(coupon, quantities, offered, currency)
    discount = None if coupon is None else coupon.discount
    priced = price(quantities, offered, discount, currency=currency)
    _check_stock(quantities, offered)
    check_balance(user, balance_minor, priced.total_minor, currency)
    return priced


def check_total(expected_minor: int | None, total_minor: int, currency: str) -> None:
    """Refuse an order whose total is not the one the buyer expects, if the buyer named one.

    Raises:
        TotalChanged: The totals differ; details hold both.
        InvalidInput: The expected total is no amount.
    """
    if (
        expected_minor is not None
        and checked_amount(expected_minor, "Total", currency=currency) != total_minor
    ):
        raise errors.TotalChanged(
            "The order costs {total:money}, not {expected:money}.",
            details={"expected": expected_minor, "total": total_minor, "currency": currency},
        )


def check_on_sale(quantities: Mapping[str, int], offered: Mapping[str, Offered]) -> None:
    """Refuse products that are not sold at present.

    Raises:
        ProductOffSale: Details name all of them.
    """
    off_sale = [sku for sku in quantities if not offered[sku].on_sale]
    if off_sale:
        raise errors.ProductOffSale(
            "Not on sale at present: {items:skus}.",
            details={"items": [{"sku": sku} for sku in off_sale]},
        )


def _check_coupon(user: str, coupon: HeldCoupon, placed_at: int) -> None:
    details = {"coupon": coupon.code, "user": user, "reason": "in_order"}
    if coupon.disabled:
        raise errors.CouponDisabled("Coupon {coupon} was switched off.", details=details)
    if coupon.number is None:
        raise errors.CouponNotHeld("{user} has not claimed coupon {coupon}.", details=details)
    if coupon.used_by_order is not None:
        raise errors.CouponAlreadyUsed(
            "Coupon {coupon} was used in order {order}.",
            details={**details, "order": coupon.used_by_order},
        )
    if coupon.usable_until_at is not None and placed_at > coupon.usable_until_at:
        until = rfc3339(from_microseconds(coupon.usable_until_at))
        raise errors.CouponExpired(
            "Coupon {coupon} could be used until {usable_until}.",
            details={**details, "usable_until": until},
        )


def _check_minimum(
    coupon: HeldCoupon,
    quantities: Mapping[str, int],
    offered: Mapping[str, Offered],
    currency: str,
) -> None:
    min_order = coupon.discount.min_order_minor
    if min_order is None:
        return
    subtotal = sum(quantity * offered[sku].price_minor for sku, quantity in quantities.items())
    if subtotal < min_order:
        raise errors.CouponMinimumNotMet(
            "Coupon {coupon} needs a subtotal of at least {min_order:money}; this is"
            " {subtotal:money}.",
            details={
                "coupon": coupon.code,
                "min_order": min_order,
                "subtotal": min(subtotal, AMOUNT_MAX),
                "currency": currency,
            },
        )


def _check_stock(quantities: Mapping[str, int], offered: Mapping[str, Offered]) -> None:
    short = [
        (sku, quantity, offered[sku].stock)
        for sku, quantity in quantities.items()
        if offered[sku].stock < quantity
    ]
    if short:
        raise errors.OutOfStock(
            "Not enough in stock: {items:shortages}.",
            details={
                "items": [
                    {"sku": sku, "requested": wanted, "available": left}
                    for sku, wanted, left in short
                ]
            },
        )
