"""The journal of a user: each event once, newest recorded first, by pages, and found by words."""

from __future__ import annotations

from dataclasses import astuple
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from shopcli.domain.records import JournalEntry, JournalPlace
from shopcli.engine import journal
from tests import factories
from tests.clocks import SettableClock
from tests.factories import id_of, refusal


@pytest.fixture
def busy(shop: Shop, clock: SettableClock) -> Shop:
    """A shop in which kim did everything that a journal tells of, an hour after another."""
    factories.stocked(shop)
    factories.user(shop, "lee", balance=5_000)
    factories.coupon(shop, "TENTH")
    factories.coupon(shop, "HALF", percent=50, valid_days=1)
    factories.coupon(shop, "BACK", percent=20)

    def later() -> None:
        clock.advance(hours=1)

    for code in ("HALF", "TENTH", "BACK"):
        later()
        shop.claim("kim", code)
    later()
    shop.order("kim", {"LATTE": 2, "BEANS": 1}, coupon="TENTH", key="first")
    later()
    shop.transfer("kim", "lee", 700, reason="lunch")
    shop.transfer("lee", "kim", 200)
    later()
    shop.adjust("kim", -100, reason="miscounted")
    entry = shop.payout("kim", 1_000, reason="wanted cash").entry
    later()
    shop.undo(entry, reason="changed their mind")
    partly = id_of(shop.order("kim", {"BEANS": 3}, key="partly"))
    later()
    shop.refund(partly, {"BEANS": 1}, reason="stale")
    shop.order("lee", {"LATTE": 1})
    later()
    both = id_of(shop.order("kim", {"LATTE": 1, "BEANS": 2}, coupon="BACK", key="both"))
    shop.refund(both, {"BEANS": 1}, reason="broken")
    later()
    shop.cancel(both, reason="too late", force=True)
    clock.advance(hours=48)
    return shop


def _pages(shop: Shop, query: str | None = None, limit: int = 200) -> list[JournalEntry]:
    """All events, read page by page."""
    found: list[JournalEntry] = []
    place: JournalPlace | None = None
    while True:
        page = shop.browsing.journal("kim", query, older_than=place, limit=limit)
        assert len(page.entries) <= limit
        found += page.entries
        place = page.older
        if place is None:
            return found


def test_each_event_is_told_once(busy: Shop) -> None:
    """History, orders and claims are in it, payments and cancellations as parts of their orders."""
    entries = _pages(busy)

    history, orders = busy.history("kim"), busy.orders("kim")
    cancelled = {order.order for order in orders if order.state == "cancelled"}
    last_refunds = {one.order: one.id for one in history if one.kind == "refund"}
    of_cancellations = {last_refunds[order] for order in cancelled}
    own = [one.id for one in history if one.id not in of_cancellations]
    assert [one.id for one in entries if one.balance_after is not None] == own[::-1]
    assert {one.order.order for one in entries if one.order and one.kind == "order"} == {
        order.order for order in orders
    }
    assert {one.order for one in entries if one.order} == set(orders)
    assert sum(one.amount for one in entries) == busy.balance("kim").balance
    assert [one.coupon for one in entries if one.kind == "claim"] == ["BACK", "TENTH", "HALF"]
    assert [one.coupon for one in entries if one.kind == "expiry"] == ["HALF"]
    page = busy.browsing.journal("kim")
    assert (page.total, page.entry_count) == (len(entries), len(history))
    times = [one.recorded_at for one in entries]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_end_where_the_next_begin(busy: Shop, limit: int) -> None:
    """However long a page is, nothing is told twice and nothing left out."""
    assert _pages(busy, limit=limit) == _pages(busy)


def test_a_cancelled_order_tells_what_is_left_of_it(busy: Shop) -> None:
    """It has changed the balance by what was not given back with the cancellation."""
    order = next(one for one in _pages(busy) if one.key == "both")
    refund = next(one for one in _pages(busy) if one.reason == "broken")

    assert order.order is not None
    assert (order.order.state, len(order.order.lines)) == ("cancelled", 2)
    assert order.amount + refund.amount == 0
    assert (refund.kind, refund.refund_number) == ("refund", 1)
    assert (order.coupon, order.coupon_restored) == ("BACK", True)
    assert order.balance_after_cancellation == busy.balance("kim").balance


def test_a_transfer_names_the_other_user(busy: Shop) -> None:
    """Both ways."""
    given = [(one.other, one.amount) for one in _pages(busy) if one.kind == "transfer"]

    assert given == [("lee", 200), ("lee", -700)]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("beans", ["order", "order", "refund", "order", "refund"]),
        ("NAME of latte", ["order", "order", "refund"]),
        ("latte cancelled", ["order", "refund"]),
        ("tenth", ["order", "claim"]),
        ("half", ["expiry", "claim"]),
        ("partly", ["order", "refund"]),
        ("lunch", ["transfer"]),
        ("lee", ["transfer", "transfer"]),
        ("miscounted", ["adjustment"]),
        ("reversal", ["reversal"]),
        ("nothing like it", []),
    ],
)
def test_words_are_found_in_everything(busy: Shop, query: str, kinds: list[str]) -> None:
    """Product, coupon, key, state, other user, reason and kind; each word must be there."""
    assert sorted(one.kind for one in _pages(busy, query)) == sorted(kinds)
    assert _pages(busy, query, limit=1) == _pages(busy, query)


def test_months_and_days_are_when_it_happened(shop: Shop, clock: SettableClock) -> None:
    """In the zone of the shop, beside words, in pages; several leave what lies in each of them."""
    factories.user(shop, "kim")
    factories.coupon(shop, "TENTH", valid_days=1)
    zone = ZoneInfo(shop.timezone)
    began = clock().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    clock.advance(seconds=(began + timedelta(days=2) - clock()).total_seconds())
    shop.charge("kim", 1, key="first")  # at the first instant of its day
    shop.charge("kim", 2, key="rent-2031-05")
    clock.advance(seconds=86_398)
    shop.charge("kim", 3, key="last")
    clock.advance(seconds=1)
    shop.claim("kim", "TENTH")
    clock.advance(hours=1)
    shop.charge("kim", 4, key="next")
    long_ago = clock() - timedelta(days=100)
    shop.charge("kim", 5, at=long_ago, key="old")
    clock.advance(hours=48)

    def found(query: str) -> list[str | None]:
        assert _pages(shop, query, limit=1) == _pages(shop, query)
        return [one.key if one.kind == "charge" else one.kind for one in _pages(shop, query)]

    day, after = (f"{began + timedelta(days=ahead):%Y-%m-%d}" for ahead in (2, 3))
    assert found(day) == ["claim", "last", "rent-2031-05", "first"]
    assert found(after) == ["expiry", "next"]
    assert found(f"charge {day}") == ["last", "rent-2031-05", "first"]
    assert found(f"{day} last") == ["last"]
    assert found(f"{day[:7]} {day}") == found(day)
    assert found(f"{day} {after}") == []
    assert found(f"{long_ago.astimezone(zone):%Y-%m}") == ["old"]
    assert found("rent-2031-05") == ["rent-2031-05"]
    assert found("2031-05") == found("2026-13") == found("2026-02-30") == []
    page = shop.browsing.journal("kim", day)
    assert (page.older, page.total) == (None, None)


def test_a_word_finds_what_is_meant_by_it(busy: Shop) -> None:
    """Either of them, and beside it what is there as it is typed; other words stay as they are."""
    meant = {"Zurück": ("refund", "cancelled")}
    found = busy.browsing.journal("kim", "zurück", meant=meant).entries
    assert {one.kind for one in found} == {"refund", "order"}
    assert [one.kind for one in busy.browsing.journal("kim", "zurück").entries] == []
    both = busy.browsing.journal("kim", "zurück latte", meant=meant).entries
    assert sorted(one.kind for one in both) == ["order", "refund"]


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_what_is_passed_over_hides_nothing(
    busy: Shop, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many entries are read at once, and however few a search looks through."""
    queries = ("beans", "tenth", "half", "lee", "nothing like it")
    found = {query: _pages(busy, query) for query in queries}
    monkeypatch.setattr(journal, "_CHUNK", chunk)

    assert {query: _pages(busy, query) for query in queries} == found

    monkeypatch.setattr(journal, "LOOK_COUNT_MAX", 1)
    assert {query: _pages(busy, query) for query in queries} == found


def test_a_user_without_entries_is_searched(shop: Shop) -> None:
    """Nothing is found, and that is the end."""
    shop.add_user("mina")

    page = shop.browsing.journal("mina", "latte")

    assert (page.entries, page.older) == ((), None)


def test_an_order_is_found_by_its_id(busy: Shop) -> None:
    """Whole, or by its end."""
    order_id = id_of(busy.receipt(key="first"))

    for query in (order_id, order_id[-6:]):
        assert [one.key for one in _pages(busy, query)] == ["first"]


def test_a_coupon_that_can_be_used_has_not_expired(shop: Shop, clock: SettableClock) -> None:
    """The last instant at which it can be used belongs to it."""
    factories.stocked(shop)
    factories.coupon(shop, "HALF", valid_days=1)
    clock.advance(hours=1)
    until = shop.claim("kim", "HALF").usable_until
    assert until is not None
    clock.advance(seconds=(until - clock()).total_seconds())
    assert [one.kind for one in _pages(shop)] == ["claim", "charge"]

    clock.advance(seconds=1)

    assert next((one.kind, one.at) for one in _pages(shop)) == ("expiry", until)


def test_what_is_new_leaves_the_place_of_older_ones(busy: Shop) -> None:
    """A page that is read later begins behind the one before, whatever has come meanwhile."""
    everything = _pages(busy)
    first = busy.browsing.journal("kim", limit=4)
    busy.charge("kim", 1)

    rest = busy.browsing.journal("kim", older_than=first.older)

    assert [*first.entries, *rest.entries] == everything
    assert busy.browsing.journal("kim").entry_count == first.entry_count + 1


def test_the_journal_of_nobody(shop: Shop) -> None:
    """A user without events has an empty one, a page has bounds, and nobody has none."""
    shop.add_user("mina")

    page = shop.browsing.journal("mina")

    assert (page.entries, page.older, page.total) == ((), None, 0)
    refusal("unknown_user", lambda: shop.browsing.journal("nobody"))
    refusal("invalid_input", lambda: shop.browsing.journal("mina", limit=0))
    refusal("invalid_input", lambda: shop.browsing.journal("mina", limit=201))


def test_what_took_an_entry_back_tells_of_which_kind_that_was(busy: Shop) -> None:
    """And of a transfer, whose it was; both are read for a list of entries, too."""
    gave = next(one for one in busy.history("kim") if one.kind == "transfer" and one.amount < 0)
    busy.undo(gave.id, reason="not theirs")
    for user, other in (("kim", "lee"), ("lee", "kim")):
        first = busy.browsing.journal(user).entries[0]
        assert (first.kind, first.reversed_kind, first.other) == ("reversal", "transfer", other)
    history = busy.history("kim")
    bound = busy.browsing.bindings("kim", history)
    assert bound == busy.browsing.bindings("kim", history[::-1])
    assert {(one.kind, *astuple(bound[one.id])) for one in history if one.id in bound} == {
        ("transfer", "lee", None),
        ("reversal", None, "payout"),
        ("reversal", "lee", "transfer"),
    }
    found = busy.browsing.journal("kim", "payout").entries
    assert [one.kind for one in found] == ["reversal", "payout"]
