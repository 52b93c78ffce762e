"""The desk stays open while time passes: days end, minutes pass, and nobody changes anything."""

from __future__ import annotations

from datetime import UTC, datetime

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.desk.page import PageScreen
from tests.clocks import SettableClock
from tests.tui.stage import Stage, perform

BEFORE_MIDNIGHT = datetime(2026, 3, 13, 14, 59, 20, tzinfo=UTC)
"""23:59:20 of the shop's 13 March, in Seoul."""


async def _pass_time(stage: Stage, clock: SettableClock, minutes: int) -> None:
    """Let time alone pass, once the storefront has looked what there is."""
    app = stage.app
    await stage.until(lambda: app._revision is not None and not app._is_polling)  # noqa: SLF001  # see above
    await stage.settle()
    clock.advance(minutes=minutes)


def test_a_day_that_ends_is_told_and_closed_as_a_whole(stocked: Shop, clock: SettableClock) -> None:
    """Today becomes the new day by itself, the old one keeps its figures, and needs closing."""
    clock.advance(seconds=1)
    stocked.close_books()
    clock.set(BEFORE_MIDNIGHT)
    stocked.order("kim", {"LATTE": 2}, key="late")
    stocked.charge("kim", 700, method="card")

    async def play(stage: Stage) -> None:
        await stage.sees("Needs you")
        assert "Not closed since" not in stage.text
        await stage.press("f3")
        await stage.sees("Today", "9,000 KRW sold", "23:00", "card 700")
        await _pass_time(stage, clock, 1)
        await stage.sees("Today", "0 KRW sold", "Nothing was sold.")
        stocked.order("sato", {"MUG": 1}, key="early")
        await stage.sees("12,000 KRW sold", "1 order, 1 unit", "00:00")
        assert "23:00" not in stage.text
        await stage.press("left")
        await stage.sees("2026-03-13", "9,000 KRW sold", "23:00", "card 700")
        await stage.press("left")
        await stage.sees("2026-03-12", "17,000 KRW sold")
        await stage.press("right", "right", "right")
        await stage.sees("Today", "12,000 KRW sold", "Today is the last day.")
        await stage.press("f2")
        await stage.sees("Not closed since 2026-03-12 21:00.")
        await stage.press("f3", "d")
        await stage.sees("The drawer should hold 81,000 KRW")
        await stage.press("enter")
        await stage.sees("Entries that it would close: 3.")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, PageScreen))
        await stage.sees("Close 2", "2026-03-14 00:00")
        await stage.press("escape", "f2")
        await stage.until(lambda: "Not closed since" not in stage.text)

    perform(make_app(stocked, desk=True), play)

    closing = stocked.closing(2)
    assert (closing.entries, closing.sold, closing.charged) == (3, 21_000, {"card": 700})


def test_a_day_that_is_looked_at_stays_when_midnight_passes(
    stocked: Shop, clock: SettableClock
) -> None:
    """Who reads an older day reads on: it is named by its date, not by how long ago it was."""
    clock.set(BEFORE_MIDNIGHT)
    stocked.order("kim", {"LATTE": 2}, key="late")

    async def play(stage: Stage) -> None:
        await stage.press("f3", "left")
        await stage.sees("2026-03-12", "17,000 KRW sold")
        await _pass_time(stage, clock, 1)
        await stage.press("right")
        await stage.sees("2026-03-13", "9,000 KRW sold", "→ Day after")
        await stage.press("left")
        await stage.sees("2026-03-12", "17,000 KRW sold")

    perform(make_app(stocked, desk=True), play)


def test_a_question_open_at_midnight_closes_what_it_showed(
    stocked: Shop, clock: SettableClock
) -> None:
    """Time alone changes no books: it is answered once, and ends when it was made."""
    clock.set(BEFORE_MIDNIGHT)

    async def play(stage: Stage) -> None:
        await stage.press("f3", "d")
        await stage.type("81000")
        await _pass_time(stage, clock, 1)
        await stage.press("enter")
        await stage.sees("a difference of 0")
        await stage.press("enter")
        await stage.sees("Close 1 · difference 0")

    perform(make_app(stocked, desk=True), play)

    (closing,) = stocked.closings()
    assert (closing.difference, closing.until) == (0, clock())


def test_the_last_minutes_of_sales_pass(stocked: Shop, clock: SettableClock) -> None:
    """What was sold a while ago is recent no longer, also where nothing is sold any more."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await stage.sees("Last 15 minutes: 17,000 KRW sold", "1 order")
        await _pass_time(stage, clock, 16)
        await stage.sees("Last 15 minutes: 0 KRW sold", "0 orders")

    perform(make_app(stocked, desk=True), play)
