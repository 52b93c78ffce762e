"""Records of coupons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class Coupon:
    """Terms of a coupon: exactly one of `percent` and `amount` is set.

    `state`, at the time of reading, is open, not_open, closed, sold_out, expired or disabled.
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
    """Result of a claim: `user` holds coupon `number` of `limit`."""

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

    `usable` says whether an order can use it now: a claimed coupon may have been switched off.
    """

    coupon: str
    number: int
    state: str
    claimed_at: datetime
    usable_until: datetime | None
    order: str | None
    usable: bool
