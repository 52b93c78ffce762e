"""Boxes with a field: they stay open, with what was typed, until the shop has taken it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from shopcli import Shop
from shopcli.domain.errors import Busy, OutcomeUnknown
from shopcli.tui.app import make_app
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.screens.help import KeysScreen
from tests.tui.stage import Held, Stage, perform

if TYPE_CHECKING:
    from textual.screen import Screen


def _is_open(screen: Screen[object], typed: str) -> bool:
    return isinstance(screen, EntryDialog) and screen.query_one(Input).value == typed


async def _says(stage: Stage, *texts: str) -> None:
    """Wait until all of these are told, wherever their lines are broken."""

    def holds() -> bool:
        box = " ".join(line.partition("│")[2].partition("│")[0] for line in stage.text.splitlines())
        told = " ".join(f"{stage.text} {box}".split())
        return all(text in told for text in texts)

    await stage.until(holds)


def _limit_charges(shop: Shop) -> None:
    shop.set_setting("charge_max", "100000")


def _block(shop: Shop) -> None:
    shop.set_user("kim", state="blocked", reason="test")


@pytest.mark.parametrize(
    ("refuse", "bound", "typed", "told"),
    [
        (_limit_charges, True, "200000", "100,000 KRW. Charge less at once."),
        (_limit_charges, False, "200000", "100,000 KRW. Charge less at once."),
        (lambda _: None, False, "9007199254740000", "would pass the largest"),
        (_block, False, "500", "Unblock first"),
        (_block, True, "500", "Ask whoever runs the shop"),
    ],
)
def test_a_refused_charge_stays_in_its_box(
    stocked: Shop, *, refuse: Callable[[Shop], object], bound: bool, typed: str, told: str
) -> None:
    """It says why, and whoever types it anew types into the box and not over the storefront."""
    stocked.set_setting("members_charge", "yes")

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.sees("Charge the balance of kim")
        refuse(stocked)
        await stage.type(typed)
        await stage.press("enter")
        await _says(stage, told)
        assert _is_open(stage.screen, typed)
        stocked.set_user("kim", state="active")
        await stage.press(*["backspace"] * len(typed))
        await stage.type("2000")
        await stage.press("enter")
        await stage.sees("Charged 2,000 KRW", "52,000 KRW")
        assert not isinstance(stage.screen, EntryDialog)
        assert not stage.app.visit.asked

    perform(make_app(stocked, user="kim", bound=bound), play)

    assert stocked.balance("kim").balance == 52_000
    assert stocked.coupons("kim") == ()


@pytest.mark.parametrize(
    ("verb", "keys", "typed"), [("charge", "3m", "1000"), ("restock", "5\t↓s", "9")]
)
def test_keys_behind_one_that_is_refused_are_for_the_box(
    stocked: Shop, held: Held, verb: str, keys: str, typed: str
) -> None:
    """They wait for the answer: none of them opens a tab or claims a coupon."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})

    async def play(stage: Stage) -> None:
        stage.burst(keys)
        await stage.settle()
        stage.burst(f"{typed}\r2\r")
        await stage.sees_now("is on its way")
        held.released.set()
        await _says(stage, "nothing was changed", "the next one counts")
        assert _is_open(stage.screen, f"{typed}2")
        held.error = None
        await stage.press("enter")
        await stage.until(lambda: not isinstance(stage.screen, EntryDialog))

    perform(make_app(held.shop(stocked, verb), user="kim"), play)

    assert stocked.coupons("kim") == ()


def test_escape_behind_a_key_that_waits_does_not_close_what_is_refused(
    stocked: Shop, held: Held
) -> None:
    """Why it was refused would be gone before anybody read it."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("333")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way")
        await stage.pilot.press("4", "escape")
        held.released.set()
        await _says(stage, "nothing was changed", "That esc came before this was shown")
        assert _is_open(stage.screen, "3334")
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.screen, EntryDialog))

    perform(make_app(held.shop(stocked, "charge"), user="kim"), play)


def test_a_second_enter_is_not_for_what_is_behind_the_box(stocked: Shop, held: Held) -> None:
    """What was charged stays told: it asks nothing of the page that comes back."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("333")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way")
        await stage.pilot.press("enter", "enter")
        await stage.sees_now("is on its way")
        held.released.set()
        await stage.sees("Charged 333 KRW by cash: kim has 50,333 KRW.")
        await stage.settle()
        assert not isinstance(stage.screen, EntryDialog)
        await stage.sees("Charged 333 KRW by cash: kim has 50,333 KRW.")

    perform(make_app(held.shop(stocked, "charge"), user="kim"), play)

    assert stocked.balance("kim").balance == 50_333


@pytest.mark.parametrize(
    ("verb", "keys", "typed", "told"),
    [
        ("charge", "3m", "1000", "lost"),
        ("restock", "5\t↓s", "9", "may have been made or not"),
    ],
)
def test_a_box_whose_outcome_is_not_known_closes(
    stocked: Shop, held: Held, verb: str, keys: str, typed: str, told: str
) -> None:
    """Typing the same there again might do it twice."""
    held.error = OutcomeUnknown("The connection was lost.")
    held.released.set()

    async def play(stage: Stage) -> None:
        stage.burst(keys)
        await stage.settle()
        stage.burst(f"{typed}\r")
        await stage.until(lambda: bool(stage.app.visit.operations))
        await stage.sees(told)
        assert not isinstance(stage.screen, EntryDialog)

    perform(make_app(held.shop(stocked, verb), user="kim"), play)


def test_a_box_closes_behind_the_help_that_is_over_it(stocked: Shop, held: Held) -> None:
    """The value was taken while another screen was on top, which stays."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("1000")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way")
        stage.app.action_help()
        await stage.until(lambda: isinstance(stage.screen, KeysScreen))
        held.released.set()
        await stage.until(lambda: not stage.app.visit.operations)
        assert isinstance(stage.screen, KeysScreen)
        await stage.press("escape")
        await stage.until(lambda: not isinstance(stage.screen, EntryDialog))

    perform(make_app(held.shop(stocked, "charge"), user="kim"), play)

    assert stocked.balance("kim").balance == 51_000


def test_an_answer_to_a_box_that_was_closed_is_told(stocked: Shop, held: Held) -> None:
    """Escape does not wait: the refusal shows on the screen that is open then."""
    held.error = Busy("Other processes kept the database busy.", details={"reason": "locks"})

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("1000")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way")
        await stage.pilot.press("escape", "1")
        held.released.set()
        await _says(stage, "nothing was changed", "PRODUCT")
        assert not stage.app.visit.asked

    perform(make_app(held.shop(stocked, "charge"), user="kim"), play)

    assert stocked.balance("kim").balance == 50_000
