"""What the storefront says of a refusal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shopcli.domain.couponing import Terms, check_claimable
from shopcli.domain.errors import CouponClosed
from shopcli.domain.moments import parse_moment, to_microseconds
from shopcli.tui.wording import Wording


def test_the_end_of_a_coupon_is_told_in_the_time_of_the_shop() -> None:
    """Who looks at the storefront reads no time of another zone."""
    closes = parse_moment("2026-03-12T12:34", "Asia/Seoul")
    terms = Terms("C", 1, 0, None, to_microseconds(closes), None, None, disabled=False)
    wording = Wording("KRW", 0, ZoneInfo("Asia/Seoul"))
    try:
        check_claimable("kim", terms, None, to_microseconds(closes) + 1)
    except CouponClosed as error:
        told = wording.refusal(error)
    assert wording.moment(closes) in told
    assert "T03:34" not in told
