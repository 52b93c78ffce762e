"""Record of a cancellation."""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Cancellation:
    """Result of cancelling an order."""

    order: str
    state: str
    refunded: Minor
    coupon_restored: bool
    balance: Minor
    currency: str
    key: str
    replayed: bool
