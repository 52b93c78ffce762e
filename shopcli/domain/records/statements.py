"""Records of a user's statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor
from shopcli.domain.records.balances import BalanceEntry
from shopcli.domain.records.orders import OrderLine


@dataclass(frozen=True)
class StatementEntry(BalanceEntry):
    """A balance entry with what was bought or given back; no lines of other kinds of entries."""

    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class Statement:
    """The entries of a user between two instants, None where there is no bound.

    An instant lies behind the user's last entry, by number, that was recorded before it. So
    `opening` and the entries' amounts add up to `closing`, and a statement that ends where the next
    one begins leaves nothing out.
    """

    user: str
    since: datetime | None
    until: datetime | None
    currency: str
    opening: Minor
    closing: Minor
    entries: tuple[StatementEntry, ...]
