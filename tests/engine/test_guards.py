"""Each rule on each path of a single request, in a case where no other rule refuses.

The cases, and which paths there are, are in `tests.guards`. Charges and claims are written first
and judged where a guard did not hold; so are orders from the cache of prices, and what has changed
between reading and writing. Orders from rows are judged, with those guards behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shopcli import Shop
from tests import factories, guards
from tests.clocks import SettableClock
from tests.conftest import Filling
from tests.engine.conftest import Refuse
from tests.factories import id_of, refusal
from tests.guards import ALL, KEY, Case
from tests.raw_rows import dump
from tests.requests import Cancelled, Placed

SOLD_BEFORE = [*guards.ORDERS, *guards.CHARGES, *guards.CLAIMS]


@pytest.fixture
def filling() -> Filling:
    """`shop`, here, changes things behind a till's back."""
    return guards.make_ready


@pytest.fixture
def till(shop_url: str, clock: SettableClock) -> Iterator[Shop]:
    """A till that has sold all that it is about to be asked for."""
    with Shop.open(shop_url, clock=clock) as opened:
        guards.acquaint(opened)
        yield opened


@pytest.mark.parametrize("case", SOLD_BEFORE, ids=str)
def test_a_till_that_sold_the_like_before_refuses(
    shop: Shop, till: Shop, clock: SettableClock, refuse: Refuse, case: Case
) -> None:
    """What a till has sold never lets a request through that a rule is against."""
    case.spoil(shop, clock)

    refuse(case.code, case.request.ask, till, KEY)

    _assert_granted(case, shop, till, clock)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_till_that_was_just_opened_refuses(
    shop: Shop, shop_url: str, clock: SettableClock, refuse: Refuse, case: Case
) -> None:
    """What is read decides, in a dry run as in earnest."""
    case.spoil(shop, clock)

    with Shop.open(shop_url, clock=clock) as till:
        if isinstance(case.request, Placed) and case.code != "key_conflict":
            refuse(case.code, case.request.rehearse, till)
        refuse(case.code, case.request.ask, till, KEY)

    _assert_granted(case, shop, shop, clock)


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
@pytest.mark.parametrize("case", guards.CHANGING, ids=str)
def test_what_changes_while_a_till_decides_is_seen(
    shop: Shop, shop_url: str, clock: SettableClock, case: Case
) -> None:
    """Whatever a till has read already, the rules hold for the instant in which it writes."""
    assert case.mend is not None
    meddler = _Meddler(shop, shop_url, clock, case)
    with Shop.open(shop_url, clock=meddler) as till:
        for reading in range(1, 4):
            meddler.left = reading
            refusal(case.code, case.request.ask, till, KEY)
            assert dump(shop_url) == meddler.spoiled
            case.mend(shop, clock)
    assert shop.verify().ok


class _Meddler:
    """A clock that spoils a case when it is read for the so-manieth time."""

    def __init__(self, shop: Shop, shop_url: str, clock: SettableClock, case: Case) -> None:
        self.left = 0
        self.spoiled: dict[str, list[str]] = {}
        self._shop = shop
        self._shop_url = shop_url
        self._clock = clock
        self._case = case

    def __call__(self) -> datetime:
        if self.left:
            self.left -= 1
            if not self.left:
                self._case.spoil(self._shop, self._clock)
                self.spoiled = dump(self._shop_url)
        return self._clock()


@pytest.mark.parametrize(
    "terms", [{"percent": 50, "cap": 1000}, {"percent": 29}, {"amount": 2500}], ids=str
)
def test_a_till_that_sold_the_like_before_takes_off_the_same(
    shop: Shop, till: Shop, terms: dict[str, Any]
) -> None:
    """Percent, cap and amount of a coupon that somebody else used at this till hold for all."""
    factories.coupon(shop, "BOTH", **terms)
    for user in ("kim", "lee"):
        shop.claim(user, "BOTH")
    till.order("lee", {"WATER": 1, "LATTE": 3}, coupon="BOTH")
    cart = {"BEANS": 1, "LATTE": 2}
    seen = shop.order("kim", cart, coupon="BOTH", key=KEY, dry_run=True)

    sold = till.order("kim", cart, coupon="BOTH", key=KEY)

    assert replace(sold, order=None) == seen
    assert sold.discount > 0
    assert shop.verify().ok


def test_an_order_is_cancelled_once_whoever_asks(shop: Shop, till: Shop, shop_url: str) -> None:
    """A second cancellation, at another till and under another key, moves nothing."""
    Cancelled().ask(shop, "one")
    before = dump(shop_url)

    again = till.cancel(id_of(till.receipt(key="bought")), key="two")

    assert (again.replayed, again.key) == (True, "one")
    assert dump(shop_url) == before


def _assert_granted(case: Case, hands: Shop, till: Shop, clock: SettableClock) -> None:
    """Take away what was in the way: nothing else was, and the refusal has bound no key."""
    if case.mend is not None:
        case.mend(hands, clock)
    key = KEY if case.mend is not None or case.instead else "another-key"
    made = (case.instead or case.request).ask(till, key)
    assert getattr(made, "replayed", None) is False
    assert hands.verify().ok
