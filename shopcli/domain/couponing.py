"""Rules of coupons: when they may be claimed, until when they are usable, their states."""

from __future__ import annotations

from dataclasses import dataclass

from shopcli.domain import errors
from shopcli.domain.moments import DAY_MICROSECONDS, LAST_MICROSECOND, from_microseconds, rfc3339

VALID_DAYS_MAX = 36_500
"""Largest number of days in which a claimed coupon can be used."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that decide whether a coupon may be claimed; times in microseconds."""

    code: str
    claim_limit: int
    claim_count: int
    opens_at: int | None
    closes_at: int | None
    use_by_at: int | None
    valid_days: int | None
    disabled: bool


def usable_until(terms: Terms, claimed_at: int) -> int | None:
    """Last usable instant: the earlier of use-by and claim plus valid days; None if unlimited."""
    ends = [] if terms.use_by_at is None else [terms.use_by_at]
    if terms.valid_days is not None:
        last_day = claimed_at + terms.valid_days * DAY_MICROSECONDS
        ends.append(min(last_day, LAST_MICROSECOND))
    return min(ends, default=None)


def check_claimable(user: str, terms: Terms, claimed_number: int | None, now: int) -> None:
    """Refuse a claim that the terms do not allow.

    Args:
        user: Name of the user, for messages.
        terms: The coupon.
        claimed_number: The number this user already holds, if any.
        now: The time of the claim in microseconds.

    Raises:
        CouponAlreadyClaimed: The user holds one, or has used it.
        CouponDisabled: The operator switched it off.
        CouponNotOpen: Claiming has not begun.
        CouponClosed: Claiming has ended.
        CouponExpired: Its use-by is past, so a claimed coupon could not be used.
        CouponSoldOut: All are claimed.
    """
    opens, closes, use_by = map(_moment, (terms.opens_at, terms.closes_at, terms.use_by_at))
    details: dict[str, object] = {"coupon": terms.code}
    if claimed_number is not None:
        raise errors.CouponAlreadyClaimed(
            "{user} has claimed coupon {coupon} before: number {number} of {limit}.",
            details={
                **details,
                "user": user,
                "number": claimed_number,
                "limit": terms.claim_limit,
            },
        )
    if terms.disabled:
        raise errors.CouponDisabled("Coupon {coupon} was switched off.", details=details)
    if terms.opens_at is not None and now < terms.opens_at:
        raise errors.CouponNotOpen(
            "Coupon {coupon} cannot be claimed before {opens}.", details={**details, "opens": opens}
        )
    if terms.closes_at is not None and now > terms.closes_at:
        raise errors.CouponClosed(
            "Coupon {coupon} could be claimed until {closes}.",
            details={**details, "closes": closes},
        )
    if terms.use_by_at is not None and now > terms.use_by_at:
        raise errors.CouponExpired(
            "Coupon {coupon} could be used until {use_by}.", details={**details, "use_by": use_by}
        )
    if terms.claim_count >= terms.claim_limit:
        raise sold_out(terms.code, terms.claim_limit)


def _moment(microseconds: int | None) -> str | None:
    return None if microseconds is None else rfc3339(from_microseconds(microseconds))


def check_opens_before_closes(opens_at: int | None, closes_at: int | None) -> None:
    """Refuse a coupon that could never be claimed.

    Raises:
        InvalidInput: It opens at or after the instant at which it closes.
    """
    if opens_at is not None and closes_at is not None and opens_at >= closes_at:
        raise errors.InvalidInput(
            "A coupon opens before it closes: {opens} is not before {closes}.",
            details={
                "opens": _moment(opens_at),
                "closes": _moment(closes_at),
                "reason": "closes_first",
            },
        )


def limit_below_claimed(
    code: str, claimed: int, limit: int, requested: int | None
) -> errors.LimitBelowClaimed:
    """Make the error for a new limit below the number that have been claimed."""
    return errors.LimitBelowClaimed(
        "{claimed} of {coupon} have been claimed: the limit cannot be {requested}.",
        details={"claimed": claimed, "limit": limit, "coupon": code, "requested": requested},
    )


def sold_out(code: str, limit: int) -> errors.CouponSoldOut:
    """Make the error for a coupon of which all are claimed."""
    return errors.CouponSoldOut(
        "{coupon} is sold out ({limit} of {limit} claimed).",
        details={"coupon": code, "limit": limit},
    )


def terms_state(terms: Terms, now: int) -> str:
    """State of a coupon: open, not_open, closed, sold_out, expired or disabled."""
    if terms.disabled:
        return "disabled"
    if terms.use_by_at is not None and now > terms.use_by_at:
        return "expired"
    if terms.opens_at is not None and now < terms.opens_at:
        return "not_open"
    if terms.closes_at is not None and now > terms.closes_at:
        return "closed"
    return "sold_out" if terms.claim_count >= terms.claim_limit else "open"


def held_state(order_id: str | None, usable_until_at: int | None, now: int) -> str:
    """State of a user's coupon: claimed, redeemed or expired."""
    if order_id is not None:
        return "redeemed"
    return "expired" if usable_until_at is not None and now > usable_until_at else "claimed"
