"""What an order costs: lines, coupon, discount, shares. Arithmetic on integers in minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Sequence


class Discount(NamedTuple):
    """What a coupon takes off: exactly one of `percent` (1 to 100) and `amount_minor` is set."""

    percent: int | None
    amount_minor: int | None
    cap_minor: int | None

    def on(self, subtotal_minor: int) -> int:
        """The discount on a subtotal: percent rounds down, cap and subtotal are never exceeded."""
        if self.percent is not None:
            discount = subtotal_minor * self.percent // 100
        else:
            discount = self.amount_minor or 0
        if self.cap_minor is not None:
            discount = min(discount, self.cap_minor)
        return min(discount, subtotal_minor)


class PricedLine(NamedTuple):
    """One line with its share of the order's discount."""

    sku: str
    quantity: int
    unit_price_minor: int
    line_total_minor: int
    discount_minor: int


class Price(NamedTuple):
    """What the whole order costs. `subtotal - discount = total`, also summed over lines."""

    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    discount_minor: int

    @property
    def total_minor(self) -> int:
        """What the balance pays."""
        return self.subtotal_minor - self.discount_minor


def price(lines: Sequence[tuple[str, int, int]], discount_minor_of: Discount | int | None) -> Price:
    """Price an order.

    Args:
        lines: (sku, quantity, unit price in minor units), each SKU once.
        discount_minor_of: The coupon's discount, a fixed discount in minor units, or None.

    Raises:
        InvalidInput: The subtotal passes the largest amount.
    """
    totals = [quantity * unit_price for _, quantity, unit_price in lines]
    subtotal = sum(totals)
    if subtotal > AMOUNT_MAX:
        raise InvalidInput("An order is at most {most} minor units.", details={"most": AMOUNT_MAX})
    if isinstance(discount_minor_of, Discount):
        discount = discount_minor_of.on(subtotal)
    else:
        discount = discount_minor_of or 0
    shares = (
        share([sku for sku, _, _ in lines], totals, discount) if discount else [0] * len(totals)
    )
    return Price(
        lines=tuple(
            PricedLine(sku, quantity, unit_price, total, part)
            for (sku, quantity, unit_price), total, part in zip(lines, totals, shares, strict=True)
        ),
        subtotal_minor=subtotal,
        discount_minor=discount,
    )


def share(skus: Sequence[str], totals: Sequence[int], discount: int) -> list[int]:
    """Split a discount over lines in proportion to their totals, by largest remainder.

    Every share is at most its line's total and the shares sum to the discount. Equal remainders go
    by SKU in code point order, so that the order in which lines were named never matters.

    Args:
        skus: SKU of each line, all different.
        totals: Total of each line; their sum is at least `discount` and above 0.
        discount: What to split.
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
