"""Records of cash moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class CashMove:
    """Cash put into the drawer or taken out; `amount` is positive, `drawer` is what it then held.

    `direction` is in or out.
    """

    entry: str
    direction: str
    amount: Minor
    reason: str
    drawer: Minor
    currency: str
    at: datetime
    key: str
    replayed: bool


@dataclass(frozen=True)
class DrawerEntry:
    """A row of the list of cash moves, as in `CashMove`.

    What took another one back went the other way, and `reverses` names that one.
    """

    entry: str
    at: datetime
    direction: str
    amount: Minor
    drawer: Minor
    """What the drawer then held."""
    reason: str
    actor: str
    host: str
    reverses: str | None
    currency: str
