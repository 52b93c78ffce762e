"""Records of closes of the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Counted:
    """How many there were, and what they came to."""

    count: int
    amount: Minor


@dataclass(frozen=True)
class Closing:
    """The books between two closes; nothing of it changes afterwards.

    opening + charged - reversed - paid_out + adjusted - sold + refunded = closing, the sum of all
    balances. `from_` is the key `from`. What has no number, digest and key is a look without a
    close.
    """

    number: int | None
    from_: datetime | None
    """When the close before was made; None of the first."""
    until: datetime
    closed_at: datetime
    actor: str
    host: str
    currency: str
    entries: int
    first_entry: str | None
    last_entry: str | None
    opening: Minor
    charged: dict[str, Minor]
    """By method, as are `reversed` and `paid_out`."""
    reversed: dict[str, Minor]
    """What was taken back, as a positive amount where it was a charge."""
    paid_out: dict[str, Minor]
    adjusted: Minor
    sold: Minor
    """As sold, whatever was given back later; `orders` and `units` too."""
    refunded: Minor
    closing: Minor
    orders: int
    units: int
    discounts: Counted
    cancels: Counted
    refunds: Counted
    cash_opening: Minor
    cash_in: Minor
    cash_out: Minor
    cash_expected: Minor
    cash_counted: Minor | None
    difference: Minor | None
    """What was counted less what was expected; None where nothing was counted."""
    grand_sales: Minor
    grand_refunds: Minor
    grand_net: Minor
    pending: int
    """Events that waited for the platform then, and those that were given up."""
    dead: int
    digest: str | None
    key: str | None
    replayed: bool
    timezone: str
    """The shop's zone then, in which the page of the close tells its times."""
