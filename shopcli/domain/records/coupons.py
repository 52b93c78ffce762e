"""What the engine answers of coupons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Coupon:
    """Terms of a coupon: exactly one of `percent` and `amount` is set.

    `state` is open, not_open, closed, sold_out, expired or disabled, judged at the moment of
    reading.
    """

    code: str
    percent: int | None
    amount: Minor | None
    cap: Minor | None
    limit: int
    claimed: int
    redeemed: int
    min_order: Minor | None
    opens: datetime | None
    closes: datetime | None
    use_by: datetime | None
    valid_days: int | None
    state: str
    currency: str


@dataclass(frozen=True)
class Claim:
    """Answer of claim: `user` got coupon `number` of `limit`."""

    coupon: str
    user: str
    number: int
    limit: int
    state: str
    claimed_at: datetime
    usable_until: datetime | None
    key: str
    replayed: bool


@dataclass(frozen=True)
class UserCoupon:
    """A coupon a user has claimed. `state` is claimed, redeemed or expired.

    `usable` is whether an order could use it now: a claimed one may have been switched off.
    """

    coupon: str
    number: int
    state: str
    claimed_at: datetime
    usable_until: datetime | None
    order: str | None
    usable: bool
