"""What the engine answers of a cancellation."""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Cancellation:
    """Answer of cancel."""

    order: str
    state: str
    refunded: Minor
    coupon_restored: bool
    balance: Minor
    currency: str
    key: str
    replayed: bool
