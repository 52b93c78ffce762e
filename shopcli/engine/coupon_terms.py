"""The terms of a coupon, from the rows that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.couponing import Terms

if TYPE_CHECKING:
    from shopcli.storage.coupons import CouponRow, TermsRow
    from shopcli.storage.reading.names import CodeRow


def terms_of(row: TermsRow | CouponRow | CodeRow) -> Terms:
    """The terms that a claim is judged by."""
    return Terms(
        code=row.code,
        claim_limit=row.claim_limit,
        claim_count=row.claim_count,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        use_by_at=row.use_by_at,
        valid_days=row.valid_days,
        disabled=bool(row.disabled),
    )
