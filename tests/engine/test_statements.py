"""Statements: what lies between two boundaries, and nothing twice; and what to reorder."""

from __future__ import annotations

import itertools
from dataclasses import fields
from datetime import timedelta

from shopcli import Shop
from shopcli.domain.records import BalanceEntry, StatementEntry, StockRow
from tests import factories
from tests.clocks import SettableClock
from tests.factories import REASON, id_of, refusal


def test_a_statement_begins_and_ends_with_balances(shop: Shop, clock: SettableClock) -> None:
    """Opening, every entry with what was bought, closing; each adds up to the next."""
    factories.stocked(shop, balance=20_000)
    clock.advance(hours=1)
    since = clock()
    order = shop.order("kim", {"LATTE": 2, "BEANS": 1})
    shop.charge("kim", 100)
    clock.advance(hours=1)
    until = clock()
    shop.cancel(id_of(order))

    told = shop.statement("kim", since=since, until=until)

    assert (told.user, told.since, told.until) == ("kim", since, until)
    assert (told.opening, told.closing, told.currency) == (20_000, 1_200, "KRW")
    assert [(entry.kind, entry.amount, entry.balance_after) for entry in told.entries] == [
        ("payment", -18_900, 1_100),
        ("charge", 100, 1_200),
    ]
    assert told.entries[0].lines == order.lines
    assert told.entries[1].lines == ()
    later = shop.statement("kim", since=until)
    assert (later.opening, later.closing, later.until) == (1_200, 20_100, None)
    assert [(entry.kind, entry.lines) for entry in later.entries] == [("refund", order.lines)]


def test_a_refund_shows_what_came_back(shop: Shop) -> None:
    """Of a refund its units for what they were worth, of a cancellation then the rest."""
    factories.stocked(shop, balance=100_000)
    factories.claimed(shop, "kim", "TENTH")
    order = id_of(shop.order("kim", {"LATTE": 3, "BEANS": 1}, coupon="TENTH"))
    shop.refund(order, {"LATTE": 2}, reason=REASON)
    shop.cancel(order)

    entries = shop.statement("kim").entries[1:]

    for entry in entries:
        assert sum(line.net for line in entry.lines) == abs(entry.amount)
        for line in entry.lines:
            assert line.line_total == line.unit_price * line.quantity == line.net + line.discount
    told = [(entry.kind, {line.sku: line.quantity for line in entry.lines}) for entry in entries]
    assert told == [
        ("payment", {"LATTE": 3, "BEANS": 1}),
        ("refund", {"LATTE": 2}),
        ("refund", {"LATTE": 1, "BEANS": 1}),
    ]


def test_statements_that_follow_one_another_leave_nothing_out(
    shop: Shop, clock: SettableClock
) -> None:
    """Whatever the clocks of tills say, each entry lies in exactly one of them."""
    factories.user(shop, "kim", balance=100)
    begins = clock()
    for minutes in (5, -7, 9, 2, -20, 40, 0, 1):
        clock.advance(minutes=minutes)
        shop.charge("kim", 1)
    edges = [begins + timedelta(minutes=step) for step in range(-40, 60, 3)]
    bounds = [None, *edges, None]
    pieces = [
        shop.statement("kim", since=since, until=until)
        for since, until in itertools.pairwise(bounds)
    ]

    found = [entry.id for piece in pieces for entry in piece.entries]
    assert found == [entry.id for entry in shop.history("kim")]
    for piece, following in itertools.pairwise(pieces):
        assert piece.closing == following.opening
        assert piece.opening + sum(entry.amount for entry in piece.entries) == piece.closing


def test_a_statement_of_recording_is_not_of_what_happened(shop: Shop, clock: SettableClock) -> None:
    """A charge of an earlier day stands in the statement of the day on which it was booked."""
    factories.user(shop, "kim")
    today = clock()
    shop.charge("kim", 5, at=today - timedelta(days=40))

    assert shop.statement("kim", until=today).entries == ()
    (entry,) = shop.statement("kim", since=today).entries
    assert entry.at == today - timedelta(days=40)


def test_whether_anything_was_recorded_before(shop: Shop, clock: SettableClock) -> None:
    """By when the first entry was recorded, whenever it happened; of nobody it is refused."""
    factories.user(shop, "kim")
    shop.add_user("lee")
    began = clock()
    shop.charge("kim", 5, at=began - timedelta(days=40))
    clock.advance(hours=1)
    shop.charge("kim", 5)

    before = shop.browsing.is_recorded_before
    assert [before("kim", at) for at in (began - timedelta(days=1), began)] == [False, False]
    assert before("kim", began + timedelta(microseconds=1))
    assert not before("lee", clock())
    refusal("unknown_user", before, "nobody", clock())


def test_an_entry_is_one_of_the_history_with_its_lines() -> None:
    """The keys of the history, then `lines`."""
    names = [field.name for field in fields(StatementEntry)]
    assert names == [*(field.name for field in fields(BalanceEntry)), "lines"]


def test_nobody_and_nothing(shop: Shop, clock: SettableClock) -> None:
    """A user without entries has an empty statement; an unknown one none."""
    shop.add_user("kim")
    told = shop.statement("kim")
    assert (told.opening, told.closing, told.entries, told.since) == (0, 0, (), None)
    assert refusal("unknown_user", shop.statement, "kin").details["suggestions"] == ["kim"]
    refusal("invalid_input", shop.statement, "kim", since=clock(), until=clock())


def test_a_member_reads_their_own(shop: Shop) -> None:
    """And is told of no other's."""
    factories.user(shop, "kim", balance=5)
    factories.user(shop, "lee")

    assert shop.as_member("kim").statement("kim").closing == 5
    refusal("not_allowed", shop.as_member("kim").statement, "lee")


def test_what_to_reorder(shop: Shop, clock: SettableClock) -> None:
    """Products on sale at or below their mark, or the shop's; lowest first, with a week's sales."""
    factories.user(shop, "kim", balance=1_000_000)
    shop.set_setting("low_stock", "3")
    factories.product(shop, "OLD", price=1, stock=9)
    shop.order("kim", {"OLD": 6})
    clock.advance(days=7)
    for sku, stock, mark in (("LATTE", 10, None), ("MUG", 9, 8), ("TEA", 50, 8), ("OFF", 0, None)):
        shop.add_product(sku, name=f"A {sku}", price=1, stock=stock, low_stock=mark)
    shop.set_product("OFF", on_sale=False)
    shop.cancel(id_of(shop.order("kim", {"LATTE": 2})))
    shop.order("kim", {"LATTE": 8, "MUG": 1, "TEA": 5})

    assert shop.report_stock() == (
        StockRow("LATTE", "A LATTE", 2, 3, 8),
        StockRow("OLD", "Name of OLD", 3, 3, 0),
        StockRow("MUG", "A MUG", 8, 8, 1),
    )
