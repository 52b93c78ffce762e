"""When a coupon can be claimed, how long it serves, and how its state reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shopcli.domain.couponing import (
    Terms,
    check_claimable,
    held_state,
    terms_state,
    usable_until,
)
from shopcli.domain.giving_back import check_cancellable, coupon_comes_back
from shopcli.domain.moments import DAY_MICROSECONDS
from tests.factories import refusal

NOW = 1_000_000
TERMS = Terms(
    code="TENTH",
    claim_limit=3,
    claim_count=2,
    opens_at=NOW,
    closes_at=NOW,
    use_by_at=NOW,
    valid_days=None,
    disabled=False,
)
"""At `NOW` each bound is just kept."""

BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("coupon_disabled", "disabled", {"disabled": True}),
    ("coupon_not_open", "not_open", {"opens_at": NOW + 1}),
    ("coupon_closed", "closed", {"closes_at": NOW - 1}),
    ("coupon_expired", "expired", {"use_by_at": NOW - 1}),
    ("coupon_sold_out", "sold_out", {"claim_count": 3}),
    ("coupon_sold_out", "sold_out", {"claim_count": 4}),
]


def test_the_first_and_the_last_instant_count() -> None:
    """What opens, closes and ends now can be claimed now, and so can the last one."""
    check_claimable("kim", TERMS, None, NOW)
    assert terms_state(TERMS, NOW) == "open"


def test_without_bounds_a_coupon_is_always_open() -> None:
    """A coupon without any date is claimed at any time and usable for ever."""
    terms = replace(TERMS, opens_at=None, closes_at=None, use_by_at=None)

    for now in (0, NOW, 10**18):
        check_claimable("kim", terms, None, now)
        assert terms_state(terms, now) == "open"
        assert usable_until(terms, now) is None


@pytest.mark.parametrize(("code", "state", "change"), BROKEN, ids=str)
def test_each_term_refuses_alone(code: str, state: str, change: dict[str, Any]) -> None:
    """One microsecond or one claim too many is refused, and the state says the same."""
    terms = replace(TERMS, **change)

    assert refusal(code, check_claimable, "kim", terms, None, NOW).details["coupon"] == "TENTH"
    assert terms_state(terms, NOW) == state


def test_one_each() -> None:
    """Who holds one is told its number, whatever else is wrong."""
    refused = refusal(
        "coupon_already_claimed", check_claimable, "kim", replace(TERMS, disabled=True), 1, NOW
    )

    assert refused.details == {"coupon": "TENTH", "user": "kim", "number": 1, "limit": 3}


@pytest.mark.parametrize(
    ("use_by_at", "valid_days", "expected"),
    [
        (None, None, None),
        (NOW + 5, None, NOW + 5),
        (None, 2, NOW + 2 * DAY_MICROSECONDS),
        (NOW + 5, 2, NOW + 5),
        (NOW + 3 * DAY_MICROSECONDS, 2, NOW + 2 * DAY_MICROSECONDS),
    ],
)
def test_the_earlier_end_counts(
    use_by_at: int | None, valid_days: int | None, expected: int | None
) -> None:
    """Use-by, or days of 24 hours from the claim on."""
    terms = replace(TERMS, use_by_at=use_by_at, valid_days=valid_days)

    assert usable_until(terms, NOW) == expected


def test_a_held_coupon_reads_as_what_it_is_good_for() -> None:
    """Usable at its last instant, expired after it, redeemed whenever an order has it."""
    assert held_state(None, None, NOW) == "claimed"
    assert held_state(None, NOW, NOW) == "claimed"
    assert held_state(None, NOW - 1, NOW) == "expired"
    assert held_state("order", NOW - 1, NOW) == "redeemed"


def test_a_cancellation_has_a_last_instant() -> None:
    """At it the order is still cancelled, and a coupon that ends then comes back."""
    check_cancellable("order", NOW, 10, NOW + 10)
    refusal("order_not_cancellable", check_cancellable, "order", NOW, 10, NOW + 11)
    assert coupon_comes_back(None, NOW)
    assert coupon_comes_back(NOW, NOW)
    assert not coupon_comes_back(NOW - 1, NOW)
