"""Records of best sellers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class TopRow:
    """A best seller; `revenue` is net of discounts."""

    rank: int
    sku: str
    name: str
    price: Minor
    stock: int
    units: int
    revenue: Minor


@dataclass(frozen=True)
class Top:
    """Best sellers of the window (`window_start`, `window_end`]."""

    window_start: datetime
    window_end: datetime
    currency: str
    rows: tuple[TopRow, ...]
