"""When coupons open and end by the clock alone: nothing in the shop changes then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shopcli.domain.records import Coupon, UserCoupon

LOOK_SECONDS = 0.5
"""Between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class CouponTimes:
    """The times among coupons that were read, and since when that holds."""

    at: datetime
    """Before they were read."""
    moments: frozenset[datetime]

    def has_passed(self, now: datetime) -> bool:
        """Whether a coupon has opened or ended since they were read."""
        return self.at < now and any(self.at <= moment <= now for moment in self.moments)


def times_of(at: datetime, coupons: Iterable[Coupon], held: Iterable[UserCoupon]) -> CouponTimes:
    """The times of coupons, and of those that a user holds.

    Args:
        at: Before they were read.
        coupons: Open, close, and can be used until.
        held: Can be used until a time of their own.
    """
    moments = {moment for one in coupons for moment in (one.opens, one.closes, one.use_by)}
    moments.update(one.usable_until for one in held)
    return CouponTimes(at, frozenset(moment for moment in moments if moment is not None))
