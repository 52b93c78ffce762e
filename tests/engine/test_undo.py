"""Undoing: an opposite entry, once, bound to what it takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.money import AMOUNT_MAX
from tests import factories
from tests.clocks import SettableClock
from tests.engine.conftest import Refuse
from tests.factories import REASON
from tests.raw_rows import dump


@pytest.fixture(autouse=True)
def _two_users(shop: Shop) -> None:
    factories.user(shop, "kim", balance=1000)
    factories.user(shop, "lee")


def test_a_charge_is_taken_back(shop: Shop, clock: SettableClock) -> None:
    """Its opposite is entered, with its method, now, and points at it."""
    charged = shop.charge("kim", 400, method="card", at=clock() - timedelta(days=3))
    clock.advance(minutes=1)

    done = shop.undo(charged.entry, reason=REASON, key="u1")

    assert (done.user, done.amount, done.balance, done.drawer) == ("kim", -400, 1000, None)
    assert (done.reverses, done.at, done.key) == (charged.entry, clock(), "u1")
    entry = shop.history("kim")[-1]
    assert (entry.id, entry.kind, entry.reverses) == (done.entry, "reversal", charged.entry)
    assert (entry.amount, entry.method, entry.at, entry.reason) == (-400, "card", clock(), REASON)
    assert shop.verify().ok


def test_a_payout_and_an_adjustment_are_taken_back(shop: Shop) -> None:
    """Whatever its sign was, the balance is what it was before."""
    for made in (
        shop.payout("kim", 300, reason=REASON),
        shop.adjust("kim", -200, reason=REASON),
        shop.adjust("kim", 500, reason=REASON),
    ):
        assert shop.undo(made.entry, reason=REASON).amount == -made.amount

    assert shop.balance("kim").balance == 1000
    assert shop.verify().ok


@pytest.mark.parametrize("named", ["kim", "lee"])
def test_both_sides_of_a_transfer_are_taken_back(shop: Shop, named: str) -> None:
    """Either side names it; the answer is about that side, and tells what the other has."""
    given = shop.transfer("kim", "lee", 400)
    sides = {"kim": given.entry, "lee": shop.history("lee")[-1].id}

    done = shop.undo(sides[named], reason=REASON)

    assert (shop.balance("kim").balance, shop.balance("lee").balance) == (1000, 0)
    assert (done.user, done.reverses) == (named, sides[named])
    assert done.amount == (400 if named == "kim" else -400)
    balances = {done.user: done.balance, done.other: done.other_balance}
    assert balances == {"kim": 1000, "lee": 0}
    assert {user: shop.history(user)[-1].reverses for user in sides} == sides
    assert shop.verify().ok


def test_a_transfer_is_undone_once_by_whichever_side(shop: Shop, shop_url: str) -> None:
    """Naming the other side, under any key, answers for it what was done, with the first key."""
    given = shop.transfer("kim", "lee", 400)
    received = shop.history("lee")[-1].id
    first = shop.undo(given.entry, reason=REASON, key="u1")
    before = dump(shop_url)

    assert shop.undo(given.entry, reason="again", key="u2") == replace(first, replayed=True)
    other = shop.undo(received, reason=REASON, key="u1")
    assert (other.reverses, other.amount, other.key, other.replayed) == (received, -400, "u1", True)
    assert (other.other, other.other_balance) == ("kim", 1000)
    assert dump(shop_url) == before


def test_money_that_was_spent_is_not_taken_back(shop: Shop, refuse: Refuse) -> None:
    """Whoever would pay must have it: of a transfer, whoever was given to."""
    given = shop.transfer("kim", "lee", 400)
    shop.payout("lee", 1, reason=REASON)

    told = refuse("insufficient_balance", shop.undo, given.entry, reason=REASON)
    assert (told.details["user"], told.details["balance"]) == ("lee", 399)
    assert told.details["required"] == 400
    shop.charge("lee", 1)
    assert shop.undo(given.entry, reason=REASON).balance == 1000


def test_no_closed_user_pays_or_is_paid(shop: Shop, refuse: Refuse) -> None:
    """A blocked one does; a closed one must be made active first, on either side."""
    given = shop.transfer("kim", "lee", 400)
    shop.payout("kim", reason=REASON)
    shop.set_user("kim", state="closed")
    refuse("user_closed", shop.undo, given.entry, reason=REASON)
    refuse("user_closed", shop.undo, "lee:1", reason=REASON)

    shop.set_user("kim", state="blocked")
    assert shop.undo(given.entry, reason=REASON).balance == 400


def test_orders_are_not_undone(shop: Shop, refuse: Refuse) -> None:
    """Payments, refunds and reversals are refused, and say of which kind they are."""
    factories.product(shop, "LATTE", price=100, stock=5)
    order = shop.order("kim", {"LATTE": 1})
    shop.cancel(factories.id_of(order))
    undone = shop.undo("kim:1", reason=REASON)

    for entry, kind in (("kim:2", "payment"), ("kim:3", "refund"), (undone.entry, "reversal")):
        told = refuse("entry_not_reversible", shop.undo, entry, reason=REASON)
        assert told.details["kind"] == kind


def test_entries_are_named_in_full(shop: Shop, refuse: Refuse) -> None:
    """User and number, with or without zeros in front; never an ending."""
    shop.charge("kim", 5)

    assert shop.undo("kim:00002", reason=REASON).reverses == "kim:0002"
    for entry in ("kim:0009", "kim:0", "kim:9007199254740993", "kim:" + "9" * 64, "cash:1"):
        refuse("unknown_entry", shop.undo, entry, reason=REASON)
    assert refuse("unknown_entry", shop.undo, "kin:0001", reason=REASON).details["suggestions"]
    no_entries: list[Any] = [
        "1",
        "0001",
        "kim",
        "kim:",
        ":1",
        "kim:-1",
        "kim:1:1",
        "kim:" + "9" * 65,
        "k m:1",
        "kim:\u0661",
        5,
    ]
    for entry in no_entries:
        refuse("invalid_input", shop.undo, entry, reason=REASON)
    refuse("invalid_input", shop.undo, "kim:1", reason=None)


def test_a_user_may_be_called_as_the_drawer_is(shop: Shop, refuse: Refuse) -> None:
    """What names an entry of theirs and a cash move is refused; with a zero it names the entry."""
    factories.user(shop, "cash")
    for _ in range(1000):
        shop.charge("cash", 1)
    assert shop.undo("cash:1000", reason=REASON).user == "cash"
    for _ in range(3):
        shop.cash_in(7, reason=REASON)

    told = refuse("invalid_input", shop.undo, "cash:3", reason=REASON)
    assert told.details["meant"] == "cash:0003"
    assert shop.undo("cash:0003", reason=REASON).user == "cash"


def test_a_cash_move_is_taken_back(shop: Shop) -> None:
    """The drawer holds what it held before; the answer has no user and no balance."""
    held = shop.cash_in(5_000, reason=REASON).drawer
    taken = shop.cash_out(700, reason=REASON)

    done = shop.undo(taken.entry, reason=REASON, key="u1")

    assert (done.entry, done.reverses, done.amount) == ("cash:3", "cash:2", 700)
    assert (done.user, done.balance, done.drawer) == (None, None, held)
    assert shop.undo("cash:2", reason=REASON) == replace(done, replayed=True)
    newest = shop.cash_moves(limit=1)[0]
    assert (newest.entry, newest.direction, newest.reverses) == ("cash:3", "in", "cash:2")
    assert [(move.direction, move.amount) for move in shop.cash_moves()] == [
        ("in", 700),
        ("out", 700),
        ("in", 5_000),
    ]
    assert shop.verify().ok


def test_a_key_undoes_one_thing(shop: Shop, refuse: Refuse) -> None:
    """A key that undid an entry is refused for another, be that a cash move, and the reverse."""
    shop.cash_in(5, reason=REASON)
    shop.charge("kim", 5)
    shop.undo("kim:2", reason=REASON, key="u1")
    shop.undo("cash:1", reason=REASON, key="u2")

    assert (
        refuse("key_conflict", shop.undo, "cash:1", reason=REASON, key="u1").details["entry"]
        == "kim:0002"
    )
    assert (
        refuse("key_conflict", shop.undo, "kim:1", reason=REASON, key="u2").details["entry"]
        == "cash:1"
    )
    refuse("entry_not_reversible", shop.undo, "cash:2", reason=REASON)


def test_the_drawer_holds_what_came_as_cash(shop: Shop) -> None:
    """Charges and payouts by other methods are not in it; what was undone is out of it."""
    held = shop.cash_in(1, reason=REASON).drawer
    shop.charge("kim", 10, method="card")
    shop.charge("kim", 200)
    shop.payout("kim", 30, reason=REASON)
    shop.undo(shop.charge("kim", 5_000).entry, reason=REASON)
    shop.undo(shop.payout("kim", 7, reason=REASON).entry, reason=REASON)

    assert shop.cash_out(1_000, reason=REASON).drawer == held + 200 - 30 - 1_000


def test_cash_has_bounds(shop: Shop, refuse: Refuse) -> None:
    """An amount is at least 1, a reason is needed, and the drawer may lack money."""
    for amount in (0, -1, AMOUNT_MAX + 1):
        refuse("invalid_input", shop.cash_in, amount, reason=REASON)
    refuse("invalid_input", shop.cash_out, 5, reason=None)
    assert shop.cash_out(5_000, reason=REASON).drawer < 0
    assert shop.verify().ok


def test_cash_moves_have_a_window(shop: Shop, clock: SettableClock) -> None:
    """The newest come first; a window and a limit keep some."""
    start = clock()
    for amount in (1, 2, 3):
        shop.cash_in(amount, reason=REASON)
        clock.advance(hours=1)

    assert [move.amount for move in shop.cash_moves()] == [3, 2, 1]
    assert [move.amount for move in shop.cash_moves(limit=1)] == [3]
    hour = timedelta(hours=1)
    found = shop.cash_moves(since=start + hour, until=start + 2 * hour)
    assert [move.amount for move in found] == [2]
