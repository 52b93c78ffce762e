"""What an order costs: lines, coupon, discount, shares. Arithmetic on integers in minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import OrderLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    class Offered(Protocol):
        """A product as it stands at the moment of the order."""

        @property
        def name(self) -> str:
            """What it is called."""

        @property
        def price_minor(self) -> int:
            """What a unit costs."""

        @property
        def stock(self) -> int:
            """Units left."""

        @property
        def on_sale(self) -> int:
            """Not 0 while it is sold."""


class Discount(NamedTuple):
    """What a coupon takes off: exactly one of `percent` (1 to 100) and `amount_minor` is set."""

    percent: int | None
    amount_minor: int | None
    cap_minor: int | None
    min_order_minor: int | None = None
    """The smallest subtotal it is taken off."""

    def on(self, subtotal_minor: int) -> int:
        """The discount on a subtotal: percent rounds down, cap and subtotal are never exceeded."""
        if self.percent is not None:
            discount = subtotal_minor * self.percent // 100
        else:
            discount = self.amount_minor or 0
        if self.cap_minor is not None:
            discount = min(discount, self.cap_minor)
        return min(discount, subtotal_minor)

    def is_met_by(self, subtotal_minor: int) -> bool:
        """Whether a subtotal is large enough."""
        return self.min_order_minor is None or subtotal_minor >= self.min_order_minor


class Price(NamedTuple):
    """What the whole order costs. `subtotal - discount = total`, also summed over lines."""

    lines: tuple[OrderLine, ...]
    subtotal_minor: int
    discount_minor: int

    @property
    def total_minor(self) -> int:
        """What the balance pays."""
        return self.subtotal_minor - self.discount_minor


def price(
    quantities: Mapping[str, int],
    offered: Mapping[str, Offered],
    discount_minor_of: Discount | int | None,
    unit_prices: Mapping[str, int] | None = None,
) -> Price:
    """Price an order.

    Args:
        quantities: Units by SKU, each above 0.
        offered: Every product named, by SKU.
        discount_minor_of: The coupon's discount, a fixed discount in minor units, or None.
        unit_prices: What a unit costs instead, in minor units by SKU.

    Raises:
        InvalidInput: The subtotal passes the largest amount, or a fixed discount the subtotal.
    """
    if unit_prices:
        units = [unit_prices.get(sku, offered[sku].price_minor) for sku in quantities]
    else:
        units = [offered[sku].price_minor for sku in quantities]
    totals = [quantity * unit for quantity, unit in zip(quantities.values(), units, strict=True)]
    subtotal = sum(totals)
    if isinstance(discount_minor_of, int) and discount_minor_of > subtotal:
        raise InvalidInput("The discount is larger than the subtotal.")
    if subtotal > AMOUNT_MAX:
        raise InvalidInput("An order is at most {most} minor units.", details={"most": AMOUNT_MAX})
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
