"""Record of an operator's change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

RECENT_COUNT = 50
"""So many of the newest changes of a subject are looked at for who has made it what it is."""


def last_of(value: str, changes: Iterable[Change]) -> Change | None:
    """The last change of one value, such as a price, among some changes, newest first."""
    return next((one for one in changes if one.after is not None and value in one.after), None)
