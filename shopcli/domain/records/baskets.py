"""Records of what a user orders again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.records.orders import OrderLine


@dataclass(frozen=True)
class UsualBasket:
    """The same products in the same quantities, ordered several times."""

    lines: tuple[OrderLine, ...]
    """As of the latest of its orders."""
    order_count: int
    order: str
    """Id of the latest of its orders."""
    placed_at: datetime
    """When that was placed."""
