"""What `y` copies of a row: the command that made it, or one that shows it, and then why."""

from __future__ import annotations

import shlex
from datetime import timedelta

import pytest

from shopcli import Shop
from shopcli.cli.main import perform as type_line
from shopcli.domain.records.journal import JournalEntry
from shopcli.tui.app import make_app
from shopcli.tui.desk.entries import JournalScreen
from shopcli.tui.journal.copying import command_of
from shopcli.tui.visit import begin
from tests.tui.stage import Stage, perform


@pytest.fixture
def eventful(shop: Shop) -> Shop:
    """A user with a row of every kind."""
    shop.add_product("TEA", name="Tea", price=300, stock=9)
    shop.add_coupon("SOON", amount=100, limit=5, valid_days=1)
    for user in ("kim", "jo"):
        shop.add_user(user)
        shop.charge(user, 5_000, key=f"first-{user}", method="card")
    shop.charge("kim", 700, at=shop.now() - timedelta(days=40), key="imported")
    shop.payout("kim", 600, reason="wanted it back", key="paid-out")
    shop.adjust("kim", -50, reason="counted twice", key="less")
    shop.adjust("kim", 70, reason="was short", key="more")
    shop.transfer("kim", "jo", 200, reason="for lunch", key="gave")
    shop.transfer("jo", "kim", 100, key="got")
    mistake = shop.charge("kim", 9, key="mistake")
    shop.undo(mistake.entry, reason="typed twice", key="undone")
    shop.claim("kim", "SOON", key="claimed")
    bought = shop.order("kim", {"TEA": 2}, key="bought")
    shop.refund(bought.order or "", {"TEA": 1}, reason="cold")
    return shop


def _rows(shop: Shop, user: str = "kim") -> tuple[JournalEntry, ...]:
    return shop.browsing.journal(user).entries


def test_each_command_shows_its_row_or_does_nothing_twice(eventful: Shop, shop_url: str) -> None:
    """Typed again, every line is taken, and leaves all balances and entries as they are."""
    wording = begin(eventful, user="kim", deliver=lambda _order: None).wording
    rows = _rows(eventful)
    before = [eventful.history(user) for user in ("kim", "jo")]

    found = {row.id: command_of(row, "kim", wording) for row in rows}
    for copied in found.values():
        program, *words = shlex.split(copied.line)
        assert program == "shop"
        assert type_line([*words, "--db", shop_url]) == 0, copied.line

    assert [eventful.history(user) for user in ("kim", "jo")] == before
    assert _rows(eventful) == rows
    made_by = {(row.kind, row.amount > 0): found[row.id].line.split()[1] for row in rows}
    assert made_by == {
        ("charge", True): "charge",
        ("payout", False): "payout",
        ("adjustment", False): "adjust",
        ("adjustment", True): "adjust",
        ("transfer", False): "transfer",
        ("transfer", True): "history",
        ("reversal", False): "undo",
        ("claim", False): "claim",
        ("order", False): "receipt",
        ("refund", True): "receipt",
    }


def test_what_no_command_repeats_is_shown_by_one_and_told_why(eventful: Shop) -> None:
    """An imported charge by its day, a gift by that of who is given to, all that was paid out."""
    eventful.payout("jo", reason="leaves us", key="all")
    wording = begin(eventful, user="kim", deliver=lambda _order: None).wording

    imported = next(row for row in _rows(eventful) if row.key == "imported")
    all_out = _rows(eventful, "jo")[0]
    shown = [command_of(imported, "kim", wording), command_of(all_out, "jo", wording)]

    day = f"{imported.at.astimezone(wording.timezone):%Y-%m-%d}"
    assert shown[0].line == f"shop history -u kim --on {day}"
    assert all(one.why_shown for one in shown)
    assert shown[1].line.startswith("shop history -u jo --on ")


def test_a_member_is_not_handed_a_command_of_the_operator(eventful: Shop) -> None:
    """What only whoever runs the shop may do is shown, and it is said whose it is."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        await stage.type("wanted")
        await stage.press("enter", "y")
        await stage.sees("Only whoever runs the shop does that.", "shop history -u kim --on")
        assert stage.app.clipboard.startswith("shop history -u kim --on ")

    perform(make_app(eventful, user="kim", bound=True), play, size=(100, 30))


def test_y_in_a_journal_of_the_desk_copies_what_shows_the_row(eventful: Shop) -> None:
    """Of an order its receipt, else the day; right behind a deed there, the command of that."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "enter")
        await stage.until(lambda: isinstance(stage.screen, JournalScreen))
        await stage.press("y")
        await stage.sees("Copied: shop receipt ")
        await stage.press("end", "y")
        await stage.sees("Copied: shop history -u kim --on ")
        await stage.press("home", "down", "down", "down", "down", "x")
        await stage.sees("Undo the transfer of 100 KRW from jo to kim?")
        await stage.type("was mine")
        await stage.press("enter")
        await stage.sees("Undone: kim:")
        await stage.press("y")
        await stage.sees("Copied: shop undo kim:")
        await stage.press("down", "y")
        await stage.sees("Copied: shop history -u kim --on ")

    perform(make_app(eventful, desk=True), play, size=(100, 30))
