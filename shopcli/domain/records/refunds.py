"""Record of a refund."""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain.money import Minor
from shopcli.domain.records.orders import RefundLine


@dataclass(frozen=True)
class Refund:
    """Result of giving part of an order back; the order's `state` stays paid."""

    order: str
    lines: tuple[RefundLine, ...]
    refunded: Minor
    state: str
    balance: Minor
    currency: str
    key: str
    replayed: bool
