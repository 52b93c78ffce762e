"""Every text of the storefront is the catalogue's: one in other letters leaves none as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shopcli.domain.deliveries.values import DeliveryAttempt, EventTimeline
from shopcli.domain.records import Change, OutboxEvent, OutboxStatus
from shopcli.tui.app import make_app
from shopcli.tui.desk.outbox.timeline import Track, drawn, title
from shopcli.tui.widgets.rows import RowList
from shopcli.tui.wording import Wording
from shopcli.wording.catalogue import Catalogue
from tests.tui.stage import Stage, perform

if TYPE_CHECKING:
    from shopcli import Shop
    from tests.clocks import SettableClock

_PLACE = re.compile(r"(\{[^{}]*\})")
_WORD = re.compile(r"[A-Za-z]{2,}")
_NO_TEXT = re.compile(
    r"shop [a-z].*|shop$|^ *product .*|--[a-z]+|[a-z]+, [a-z, ]+$|-u USER|Ctrl-Q"
    r"|\S*[0-9a-z]{26}\S*|\b\w+@\S+"
)
"""Commands, ids, and who sold something."""

_OTHER_LETTERS = str.maketrans(
    {
        **{chr(ord("A") + place): chr(0x531 + place) for place in range(26)},
        **{chr(ord("a") + place): chr(0x561 + place) for place in range(26)},
    }
)
"""Armenian ones, which are as wide and are in nothing else that is shown."""

_KEYS = {
    "enter",
    "shift",
    "esc",
    "tab",
    "ctrl",
    "del",
    "home",
    "end",
    "page",
    "up",
    "down",
    "space",
}
"""Keys, as they are printed on keyboards."""

_NAMES = {"Asia", "KRW", "SKU", "Seoul", "card", "cash", "transfer", "tui", "zz", "WHY"}
"""What the shop calls things, and what is typed here."""


class OtherLetters(Catalogue):
    """A language that is English in other letters."""

    def text(self, text: str) -> str:
        """Translate a text; what stands in braces is filled in later."""
        parts = _PLACE.split(text)
        return "".join(
            part if place % 2 else part.translate(_OTHER_LETTERS)
            for place, part in enumerate(parts)
        )

    def counted(self, count: int, one: str, many: str) -> str:
        """Translate a singular or plural text."""
        return self.text(one if count == 1 else many)


@pytest.fixture
def numbered(shop: Shop, clock: SettableClock) -> Shop:
    """A shop in which nothing is called by a word."""
    for number in range(1, 9):
        shop.add_product(
            f"S-{number}",
            name=f"상품 {number}",
            price=1000 * number,
            stock=number - 1,
            category=f"분류 {number % 3}",
            low_stock=2,
        )
    for number in (1, 2):
        shop.add_user(f"u{number}", name=f"김 {number}")
        shop.charge(f"u{number}", 90_000, key=f"c-{number}", method="cash")
    shop.add_coupon("W-1", percent=10, limit=5)
    shop.add_coupon("W-2", amount=500, limit=20, min_order=15_000, valid_days=3)
    shop.add_coupon("W-3", percent=50, cap=5000, limit=3, valid_days=1)
    shop.claim("u1", "W-1", key="k-1")
    shop.claim("u1", "W-3", key="k-2")
    first = shop.order("u1", {"S-5": 2, "S-6": 1}, coupon="W-1", key="o-1")
    second = shop.order("u1", {"S-7": 3}, key="o-2")
    shop.order("u2", {"S-8": 1}, key="o-3")
    shop.refund(first.order or "", {"S-5": 1}, reason="9", key="r-1")
    shop.cancel(second.order or "", key="x-1")
    shop.transfer("u1", "u2", 1_000, key="t-1")
    shop.adjust("u1", 10, reason="8", key="a-1")
    shop.payout("u1", 10, reason="7", key="p-1")
    wrong = shop.charge("u1", 5_000, key="c-3")
    shop.undo(wrong.entry, reason="6")
    clock.advance(timedelta(days=1, hours=2))
    return shop


class Walk:
    """Presses keys, and keeps each word that no catalogue gave.

    Args:
        stage: The storefront.
        shop: The shop of its operator, who has a name.
    """

    def __init__(self, stage: Stage, shop: Shop) -> None:
        self._stage = stage
        origin = shop.runtime.origin
        self._allowed = {*_KEYS, *_NAMES, *_WORD.findall(f"{origin.actor} {origin.host}")}
        self.left: dict[str, str] = {}

    async def press(self, keys: str) -> None:
        """Press keys, one after another, and look after each."""
        for key in keys.split():
            await self._stage.press(key)
            self.look(key)

    def look(self, key: str) -> None:
        """Look at what is shown."""
        for line in self._stage.text.splitlines():
            for word in _WORD.findall(_NO_TEXT.sub("", line)):
                if word not in self._allowed:
                    self.left.setdefault(word, f"{key}: {line.strip()}")


LARGE, SMALL = (120, 36), (40, 20)
"""With lists and details side by side, and with what there is on a small screen."""

MEMBER = """
? escape plus down down down down plus plus o o o g escape slash z z enter escape n 3 enter y
2 ? escape down enter y 3 ? escape down down down down down down down down x a enter y escape
s ? escape left escape slash z z enter escape m ? escape x enter escape m 5 enter
4 ? escape right enter escape 1 c ? escape tab down enter m escape enter escape
ctrl+p z z escape 1 plus q escape
"""


@pytest.mark.parametrize("size", [LARGE, pytest.param(SMALL, marks=pytest.mark.proof)])
def test_nothing_of_a_member_is_outside_the_catalogue(
    numbered: Shop, size: tuple[int, int]
) -> None:
    """Whatever a member opens is in their language."""

    async def play(stage: Stage) -> None:
        walk = Walk(stage, numbered)
        await walk.press(MEMBER)
        assert walk.left == {}

    perform(make_app(numbered, user="u1", catalogue=OtherLetters()), play, size=size)


DESK = """
? escape f3 ? escape left right d escape f4 ? escape s escape s 5 enter p escape p 9 9 9 enter
enter o enter enter ? escape escape slash z escape f5 ? escape m escape m 5 enter b escape
b 9 enter b enter enter ? escape f escape x escape down down f escape x 9 enter enter escape
f7 ? escape enter f ? escape escape escape f3 d 9 enter enter escape u escape ctrl+p escape
"""
DELIVERIES = "f6 ? escape f r R e escape h escape o escape"
"""Where there is no room beside them for their bodies, which are JSON."""


@pytest.mark.parametrize("size", [SMALL, pytest.param(LARGE, marks=pytest.mark.proof)])
def test_nothing_of_the_desk_is_outside_the_catalogue(
    numbered: Shop, size: tuple[int, int]
) -> None:
    """Whatever an operator opens is in their language."""

    async def play(stage: Stage) -> None:
        walk = Walk(stage, numbered)
        walk.look("")
        await walk.press(DESK + (DELIVERIES if size == SMALL else ""))
        assert walk.left == {}

    perform(make_app(numbered, desk=True, catalogue=OtherLetters()), play, size=size)


def test_nothing_of_a_delivery_is_outside_the_catalogue() -> None:
    """The page of an event is in the language of the operator, but for its type and its body."""
    at = datetime(2026, 3, 12, 12, tzinfo=UTC)
    event = OutboxEvent("1" * 26, "2" * 26, 1, "9", "dead", 2, at, None, None, None)
    attempts = tuple(
        DeliveryAttempt(number, at, 9.0, outcome, 500, None, None, "9")
        for number, outcome in enumerate(("failed", "lost", "delivered"), 1)
    )
    changes = tuple(
        Change(at, "9", "9", "9", "9", "9", action, None, None, None, "9")
        for action in ("retry", "discard")
    )
    wording = Wording("KRW", 0, UTC, OtherLetters())
    idle = OutboxStatus(
        pending=1,
        leased=0,
        delivered=0,
        dead=0,
        oldest_pending_seconds=None,
        endpoint="9",
        breaker="closed",
        relay=None,
    )
    reasoned = tuple(replace(change, reason="9") for change in changes)
    all_of_it = EventTimeline(event, "", "9", attempts, (at,), (*changes, *reasoned))
    for told in (
        Track(EventTimeline(event, "", "9", (), (), ()), None, idle),
        Track(all_of_it, None, idle),
        Track(all_of_it, event, idle),
        Track(all_of_it, None, replace(idle, relay="9")),
        Track(all_of_it, None, replace(idle, held="9")),
        Track(all_of_it, None, replace(idle, retired_to="9")),
        Track(all_of_it, None, replace(idle, endpoint=None)),
        Track(all_of_it, None, replace(idle, breaker="stopped")),
    ):
        page = f"{title(told, wording)}\n{drawn(told, wording, 80).plain}"
        assert _WORD.findall(page.replace("SHA-256", "")) == []


TILL = """
f1 escape S - 6 enter up down 9 9 enter escape enter f1 escape u 1 enter f1 escape f7 f1 escape
escape enter u 1 enter enter enter f8 f1 escape escape S - 5 enter escape escape f9 enter u 9
enter escape escape escape escape escape f7 f1 u 1 enter f1 5 enter f4 f1 enter escape
S - enter f1 down 2 enter S - enter escape S - 8 enter enter u 1 enter f5 f1 enter enter
f8 enter S - 3 enter down down escape 9 9 enter 8 8 enter escape 3 * S - 6 enter
"""


@pytest.mark.parametrize("size", [SMALL, pytest.param(LARGE, marks=pytest.mark.proof)])
def test_nothing_of_the_till_is_outside_the_catalogue(
    numbered: Shop, size: tuple[int, int]
) -> None:
    """Whatever a till shows is in the language of who is at it."""

    async def play(stage: Stage) -> None:
        walk = Walk(stage, numbered)
        walk.look("")
        await walk.press(TILL)
        assert walk.left == {}

    perform(make_app(numbered, kiosk=True, catalogue=OtherLetters()), play, size=size)


def test_kinds_are_found_in_the_language_of_the_reader(numbered: Shop) -> None:
    """Find at Me knows the kinds as they are shown, and in English still."""
    say = OtherLetters().text

    async def play(stage: Stage) -> None:
        await stage.press("3")
        for word, kind in (
            ("undone", "reversal"),
            ("cancelled", "cancelled"),
            ("charge", "charge"),
        ):
            for typed in (say(word), kind):
                await stage.press("slash")
                await stage.type(typed)
                await stage.press("enter")
                assert stage.screen.query_one("#journal", RowList).row_count, typed
                await stage.press("escape")

    perform(make_app(numbered, user="u1", catalogue=OtherLetters()), play)
