"""Records of orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class OrderLine:
    """A product of an order, with its name, price and share of the discount at the time of sale."""

    sku: str
    name: str
    quantity: int
    unit_price: Minor
    line_total: Minor
    discount: Minor
    net: Minor


@dataclass(frozen=True)
class RefundLine:
    """Units of a product that were given back; `restocked` of them went back to stock."""

    sku: str
    quantity: int
    refunded: Minor
    restocked: int


@dataclass(frozen=True)
class OrderRefund:
    """A part of an order that was given back; `lost` if its units did not go back to stock."""

    number: int
    lines: tuple[RefundLine, ...]
    refunded: Minor
    lost: bool
    refunded_at: datetime
    reason: str
    key: str


@dataclass(frozen=True)
class Order:
    """A paid or cancelled order. In the result of a dry run `order` is None.

    `balance_after` is the balance after the purchase. `refunds` are the parts given back since,
    oldest first; `cancelled_at` and `reason` describe a later cancellation. `refunded` is the sum
    of all of them.
    """

    order: str | None
    user: str
    state: str
    lines: tuple[OrderLine, ...]
    subtotal: Minor
    discount: Minor
    total: Minor
    currency: str
    coupon: str | None
    balance_after: Minor
    placed_at: datetime
    key: str
    replayed: bool
    refunded: Minor = 0
    cancelled_at: datetime | None = None
    reason: str | None = None
    refunds: tuple[OrderRefund, ...] = ()
