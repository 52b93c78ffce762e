"""One whole visit on each database: browse, claim, pay, charge, cancel, look at what sells."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.domain.records import JournalEntry
from shopcli.tui.app import make_app
from shopcli.tui.journal.loaded import read_older
from shopcli.tui.journal.texts import JournalTexts
from tests.clocks import SettableClock
from tests.factories import id_of
from tests.tui.stage import Stage, perform


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name: str = request.param
    return name


def test_a_whole_visit(stocked: Shop, shop_url: str) -> None:
    """Every screen works on both databases, and shows what others do meanwhile."""

    async def play(stage: Stage) -> None:
        await stage.sees("Latte", "4,500", "★", "coffee")
        await stage.press("slash")
        await stage.type("LAT")
        await stage.sees("LATTE · coffee")
        await stage.press("enter", "plus", "plus", "2")
        await stage.sees("100/100")
        await stage.press("end", "enter")
        await stage.sees("number 1 of 100")
        await stage.press("c")
        await stage.sees("● WELCOME10", "saves 900", "8,100 KRW", "41,900", "enter  Pay")
        await stage.press("enter")
        await stage.sees("Paid", "41,900 KRW")
        await stage.press("escape", "3", "m")
        await stage.type("100")
        await stage.press("enter")
        await stage.sees("+100", "42,000")
        await stage.press("enter")
        await stage.sees("Receipt")
        await stage.press("x", "enter")
        await stage.sees("Cancelled:", "The coupon is yours")
        await stage.press("escape", "4")
        await stage.sees("3 days", "Latte")
        await stage.press("5")
        await stage.sees("4 left of Bagel, sesame", "Deliveries")
        for key, text in (
            ("f3", "1 of them"),
            ("f4", "Mug [large]"),
            ("f5", "佐藤 葵"),
            ("f6", "3 pending"),
            ("f7", "sato"),
        ):
            await stage.press(key)
            await stage.sees(text)
        with Shop.open(shop_url) as other:
            other.restock("BAGEL", 73)
        await stage.press("1", "escape")
        await stage.sees("77")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim")[0].state == "cancelled"
    assert stocked.verify().ok


@pytest.fixture
def eventful(stocked: Shop, clock: SettableClock) -> Shop:
    """A shop in which kim's journal has a row of each kind."""
    shop = stocked
    clock.advance(days=-400)
    shop.charge("kim", 1_234_500, at=clock(), reason="won", method="transfer")
    clock.advance(days=400)
    for code in ("FIRST3", "WELCOME10"):
        shop.claim("kim", code)
    clock.advance(days=9)
    shop.transfer("kim", "sato", 500, reason="lunch")
    shop.transfer("sato", "kim", 300)
    shop.adjust("kim", -100, reason="miscounted")
    shop.undo(shop.payout("kim", 2_000, reason="left").entry, reason="stays")
    clock.advance(days=1)
    shop.order("kim", {"LATTE": 2}, coupon="WELCOME10", key="breakfast")
    partly, wholly, both, none = (
        id_of(shop.order("kim", {"BAGEL": 1, "AMERICANO": 3}, key=key))
        for key in ("partly", "wholly", "both", "none")
    )
    for order, lines in ((partly, {"AMERICANO": 2}), (both, {"BAGEL": 1})):
        shop.refund(order, lines, reason="cold")
    shop.refund(wholly, {"BAGEL": 1, "AMERICANO": 3}, reason="late")
    for order in (both, none):
        shop.cancel(order, reason="too much", force=True)
    return shop


def test_the_find_finds_every_word_that_a_row_shows(eventful: Shop) -> None:
    """What, when and how much, and what its details are called."""
    wording = make_app(eventful, user="kim").visit.wording
    texts, say, now = JournalTexts(wording), wording.catalogue.text, eventful.now()
    kinds, missed = set(), []

    def found(word: str) -> set[str]:
        page = read_older(eventful, "kim", word, None, say).page
        return {entry.id for entry in page.entries}

    def words(entry: JournalEntry) -> set[str]:
        cells = " ".join(cell.text for cell in texts.row(entry, now).cells)
        told = f"{cells} {texts.title(entry).replace(' of order', '')}"
        told += f" {wording.currency}" if entry.balance_after is not None else ""
        return {word.strip(",:") for word in told.split()} - {"\u00b7"}

    for entry in eventful.browsing.journal("kim").entries:
        kinds.add(entry.kind)
        missed += [(word, entry.kind) for word in words(entry) if entry.id not in found(word)]

    assert missed == []
    assert len(kinds) == 9
    assert [found(word) for word in ("1,000,000", "99:99", "12-99")] == [set()] * 3
