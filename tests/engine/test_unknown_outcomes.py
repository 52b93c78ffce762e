"""What a caller does not know is asked for again by key, never tried again by the shop itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shopcli import Shop
from shopcli.storage.sqlite.transactions import SqliteDatabase
from tests import factories
from tests.clocks import SettableClock
from tests.factories import REASON, refusal
from tests.storage.breaking import DISK_ERROR, break_at
from tests.storage.cutting_proxy import CuttingProxy

VERBS: dict[str, Callable[..., Any]] = {
    "order": lambda shop, **key: shop.order("kim", {"LATTE": 1}, **key),
    "charge": lambda shop, **key: shop.charge("kim", 5, **key),
    "payout": lambda shop, **key: shop.payout("kim", 5, reason=REASON, **key),
    "claim": lambda shop, **key: shop.claim("kim", "FIFTH", **key),
}
ACTOR = "whose-answers-get-lost"
"""Sent with what is written, and with nothing else."""
CASES = [
    *(("sqlite", verb) for verb in VERBS),
    *(pytest.param("postgres", verb, marks=pytest.mark.postgres) for verb in VERBS),
]


@pytest.mark.parametrize("knows", [False, True], ids=["new-till", "till-that-sold-before"])
@pytest.mark.parametrize(("dialect", "verb"), CASES, indirect=["dialect"])
def test_a_request_without_a_key_whose_outcome_is_unknown_is_done_once(
    shop: Shop, shop_url: str, dialect: str, verb: str, *, knows: bool
) -> None:
    """It is not tried again under another key; the key that is told answers what was done."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=50_000)
    factories.coupon(shop, "FIFTH", percent=20)
    ask = VERBS[verb]
    with _losing_answers(dialect, shop_url, ACTOR.encode()) as (till, lose_next):
        if knows:
            till.order("kim", {"LATTE": 1})
            till.charge("kim", 1)
            till.claim("lee", "FIFTH")
        orders, entries = len(shop.orders()), len(shop.history("kim"))
        lose_next()

        refused = refusal("outcome_unknown", ask, till)

        again = ask(till, key=refused.details["key"])
    assert again.replayed is True
    assert len(shop.orders()) - orders == (verb == "order")
    assert len(shop.history("kim")) - entries == (verb != "claim")
    assert shop.coupon("FIFTH").claimed == knows + (verb == "claim")
    assert shop.verify().ok


@contextmanager
def _losing_answers(
    dialect: str, url: str, sent: bytes
) -> Iterator[tuple[Shop, Callable[[], None]]]:
    """A till, and a way to lose the answer to the next change that it makes."""
    if dialect == "sqlite":
        with Shop.open(url, clock=SettableClock()) as till:
            database = till.runtime.database
            assert isinstance(database, SqliteDatabase)
            yield till, lambda: break_at(database, "COMMIT", DISK_ERROR, after=True)
        return
    with (
        CuttingProxy(url) as proxy,
        Shop.open(proxy.url, clock=SettableClock(), actor=ACTOR) as till,
    ):
        yield till, lambda: proxy.cut_at(sent, forward=True)
