"""The record of what was undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Undo:
    """What took an entry back. `amount` is signed; `user` and `balance` are None of cash moves."""

    entry: str
    reverses: str
    user: str | None
    amount: Minor
    balance: Minor | None
    currency: str
    at: datetime
    key: str
    replayed: bool
    drawer: Minor | None
    """What the drawer then held, of cash moves only."""
    other: str | None = None
    """Of a transfer, the user of its other side, which is taken back as well."""
    other_balance: Minor | None = None
