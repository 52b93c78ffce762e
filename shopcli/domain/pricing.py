"""Prices orders: lines, subtotal, discount and its shares, as integers in minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from shopcli.domain.records import OrderLine

    class Offered(Protocol):
        """A product at the time of the order."""

        @property
        def name(self) -> str:
            """Name of the product."""

        @property
        def price_minor(self) -> int:
            """Price of a unit in minor units."""

        @property
        def stock(self) -> int:
            """Units left."""

        @property
        def on_sale(self) -> int:
            """0 if the product is not on sale."""


class Discount(NamedTuple):
    """Discount of a coupon: exactly one of `percent` (1 to 100) and `amount_minor` is set."""

    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    min_order_minor: int | None = None
    """Smallest subtotal to which it applies."""

    def on(self, subtotal_minor: int) -> int:
        """The discount on a subtotal: percentages round down; at most the cap and the subtotal."""
        if self.percent is not None:
            discount = subtotal_minor * self.percent // 100
        else:
            discount = self.amount_minor or 0
        if self.cap_minor is not None:
            discount = min(discount, self.cap_minor)
        return min(discount, subtotal_minor)

    def is_met_by(self, subtotal_minor: int) -> bool:
        """Whether a subtotal reaches the minimum."""
        return self.min_order_minor is None or subtotal_minor >= self.min_order_minor


class Price(NamedTuple):
    """Price of an order: subtotal - discount = total, which also holds for the sums over lines."""

    lines: tuple[OrderLine, ...]
    subtotal_minor: int
    discount_minor: int

    @property
    def total_minor(self) -> int:
        """The amount taken from the balance."""
        return self.subtotal_minor - self.discount_minor


def price(
    quantities: Mapping[str, int],
    offered: Mapping[str, Offered],
    discount_minor_of: Discount | int | None,
    unit_prices: Mapping[str, int] | None = None,
    *,
    currency: str | None = None,
) -> Price:
    """Price an order.

    Args:
        quantities: Units by SKU, each above 0.
        offered: Every product named, by SKU.
        discount_minor_of: The coupon's discount, a fixed discount in minor units, or None.
        unit_prices: Prices by SKU, in minor units, that replace those of the products.
        currency: ISO 4217 code by which a refusal tells amounts; minor units if None.

    Raises:
        InvalidInput: The subtotal exceeds the largest amount, or a fixed discount the subtotal.
    """
    from shopcli.domain.records import OrderLine  # what only reads limits loads no order

    if unit_prices:
        units = [unit_prices.get(sku, offered[sku].price_minor) for sku in quantities]
    else:
        units = [offered[sku].price_minor for sku in quantities]
    totals = [quantity * unit for quantity, unit in zip(quantities.values(), units, strict=True)]
    subtotal = sum(totals)
    if isinstance(discount_minor_of, int) and discount_minor_of > subtotal:
        raise InvalidInput(
            "The discount of {discount:money} is larger than the subtotal, {subtotal:money}.",
            details={
                "discount": discount_minor_of,
                "subtotal": subtotal,
                "currency": currency,
                "field": "discount",
                "reason": "large_discount",
            },
        )
    if subtotal > AMOUNT_MAX:
        raise InvalidInput(
            "An order is at most {most:money}, and this one comes to {subtotal:money}.",
            details={
                "most": AMOUNT_MAX,
                "subtotal": subtotal,
                "currency": currency,
                "field": "quantity",
                "reason": "large_order",
            },
        )
    if isinstance(discount_minor_of, Discount):
        discount = discount_minor_of.on(subtotal)
    else:
        discount = discount_minor_of or 0
    shares = share([*quantities], totals, discount) if discount else [0] * len(totals)
    return Price(
        tuple(
            OrderLine(sku, offered[sku].name, quantity, unit, total, part, total - part)
            for (sku, quantity), unit, total, part in zip(
                quantities.items(), units, totals, shares, strict=True
            )
        ),
        subtotal,
        discount,
    )


def share(skus: Sequence[str], totals: Sequence[int], discount: int) -> list[int]:
    """Split a discount among lines in proportion to their totals, by the largest remainder method.

    No share exceeds its line's total, and the shares sum to the discount. Equal remainders are
    ranked by SKU in code point order, so the order of the lines does not matter.

    Args:
        skus: SKU of each line, all different.
        totals: Total of each line; their sum is at least `discount` and above 0.
        discount: The discount to split.
    """
    subtotal = sum(totals)
    shares = [discount * total // subtotal for total in totals]
    left = discount - sum(shares)
    by_remainder = sorted(
        range(len(totals)), key=lambda i: (-(discount * totals[i] % subtotal), skus[i])
    )
    for i in by_remainder[:left]:
        shares[i] += 1
    return shares
