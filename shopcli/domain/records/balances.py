"""Records of balances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Balance:
    """What a user can spend."""

    user: str
    balance: Minor
    currency: str


@dataclass(frozen=True)
class BalanceChange:
    """Result of charge, payout and adjust. `amount` is signed: a payout is negative."""

    user: str
    amount: Minor
    balance: Minor
    currency: str
    entry: str
    at: datetime
    key: str
    replayed: bool
    method: str | None
    """How the money came or went; None of an adjustment, and of what schema 0001 booked."""


@dataclass(frozen=True)
class Transfer:
    """Money that one user gave to another: `amount` is positive, the rest is the giver's."""

    user: str
    to: str
    amount: Minor
    balance: Minor
    currency: str
    entry: str
    at: datetime
    key: str
    replayed: bool


@dataclass(frozen=True)
class BalanceEntry:
    """A row of a user's balance history."""

    id: str
    at: datetime
    recorded_at: datetime
    kind: str
    """charge, payment, refund, adjustment, payout, transfer or reversal."""
    amount: Minor
    balance_after: Minor
    order: str | None
    reason: str | None
    currency: str
    method: str | None
    """How the money of a charge or payout came or went; None where that is not known."""
    reverses: str | None
    """Of a reversal, the entry that it takes back."""
