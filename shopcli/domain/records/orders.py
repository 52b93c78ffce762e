"""What the engine answers of orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class OrderLine:
    """One product of an order, with name, price and share of the discount frozen at sale."""

    sku: str
    name: str
    quantity: int
    unit_price: Minor
    line_total: Minor
    discount: Minor
    net: Minor


@dataclass(frozen=True)
class Order:
    """A paid (or since cancelled) order. A dry run answers with `order` None.

    `balance_after` is the balance then. `refunded`, `cancelled_at` and `reason` are of what was
    given back since.
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
