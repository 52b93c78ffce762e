"""Record of an operator's change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Change:
    """A change by an operator.

    `before` and `after` are the values that changed, by their public names: amounts in minor units
    of `currency`, times as aware datetimes. None where there are none, or none were recorded.
    """

    at: datetime
    actor: str
    host: str
    channel: str
    kind: str
    """user, product, coupon, setting or outbox."""
    name: str
    action: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    reason: str | None
    currency: str


AMOUNTS = frozenset({"price"})
"""Names in `before` and `after` whose values are amounts of money."""
