"""Closing against everything: each entry is in exactly one close, and nobody waits for it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from shopcli import Shop
from tests import factories
from tests.concurrency import contenders
from tests.concurrency.crowd import Crowd
from tests.concurrency.test_races import ALLOWED
from tests.raw_rows import raw_database

CLOSERS = 3
CLOSES = 6


@pytest.fixture(autouse=True)
def _open_for_business(shop: Shop) -> None:
    for user in ("kim", "lee", "mo", "ann"):
        factories.user(shop, user, balance=50_000)
    for sku in ("A", "B", "C"):
        factories.product(shop, sku, price=500, stock=200)
    for code in ("ONE", "TWO"):
        factories.coupon(shop, code, limit=20)


def test_each_entry_is_in_exactly_one_close(
    shop: Shop, shop_url: str, crowd: Crowd, seed: int
) -> None:
    """While others trade, and clocks differ by hours, several close: no entry twice, none left."""
    found: list[Any] = crowd.race(
        shop_url,
        *((contenders.trade_at_random, (seed + number, 40)) for number in range(3)),
        *((contenders.close_again, (CLOSES, hours)) for hours in (0, -5, 7)[:CLOSERS]),
    )

    traded = {code for part in found[:3] for code in part}
    assert traded <= ALLOWED | {"refund_exceeds_order"}, traded - ALLOWED
    closed = [code for part in found[3:] for code in part]
    assert set(closed) <= {None, "nothing_to_close", "busy"}
    last = shop.close_books(counted=0)
    closings = shop.closings()[::-1]
    assert [closing.number for closing in closings] == [*range(1, (last.number or 0) + 1)]
    assert len(closings) == closed.count(None) + 1
    entries = {entry.id for user in shop.users() for entry in shop.history(user.user)}
    assert sum(closing.entries for closing in closings) == len(entries)
    assert _marked(shop_url) == len(entries)
    for earlier, later in pairwise(closings):
        assert (later.from_, later.opening) == (earlier.until, earlier.closing)
        assert later.from_ is not None
        assert later.from_ <= later.until
    assert last.closing == sum(user.balance for user in shop.users())
    assert shop.verify().ok


def _marked(url: str) -> int:
    """How many entries lie up to the last mark of each user."""
    with raw_database(url) as raw:
        ((count,),) = raw.run(
            "SELECT COUNT(*) FROM balance_entries e WHERE EXISTS (SELECT 1 FROM close_marks m"
            " WHERE m.username = e.username AND m.sequence >= e.sequence)"
        )
    return int(count)


def test_one_key_closes_once(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """Ten processes that close with one key make one close, and all are answered with it."""
    outcomes = crowd.all_of(shop_url, contenders.close_with, [("the-key",)] * 10)

    assert {outcome.code for outcome in outcomes} == {None}
    assert len({outcome.record.digest for outcome in outcomes}) == 1
    assert sorted(outcome.record.replayed for outcome in outcomes) == [False, *[True] * 9]
    assert [closing.number for closing in shop.closings()] == [1]
    assert shop.verify().ok


def test_undoing_against_undoing_and_spending(shop: Shop, shop_url: str, crowd: Crowd) -> None:
    """Of processes that undo one charge one does, the others repeat it; nobody overdraws."""
    charged = shop.charge("kim", 30_000)

    outcomes: list[Any] = crowd.race(
        shop_url,
        *((contenders.undo, (charged.entry,)) for _ in range(4)),
        *((contenders.spend, ("kim", {"A": 40})) for _ in range(4)),
    )

    undone = [outcome for outcome in outcomes[:4] if outcome.code is None]
    assert {outcome.code for outcome in outcomes} <= {None, "insufficient_balance"}
    assert len({outcome.record.entry for outcome in undone}) <= 1
    assert sum(not outcome.record.replayed for outcome in undone) <= 1
    spent = sum(outcome.code is None for outcome in outcomes[4:])
    balance = 80_000 - 20_000 * spent - 30_000 * bool(undone)
    assert shop.balance("kim").balance == balance >= 0
    assert shop.verify().ok
