"""The till: a scanner, a name, Enter, next."""

from __future__ import annotations

from shopcli import Shop
from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def test_scan_name_pay_next(stocked: Shop) -> None:
    """SKU, SKU:3 and barcode go in; the user is named; Enter pays; the till is ready again."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:2", "8801234560016")
        await stage.sees("cart 3 · 14,000 KRW", "콜드브루")
        await stage.press("enter")
        await stage.sees("who pays?")
        await _scan(stage, "kim")
        await stage.sees("Balance now", "50,000 KRW", "36,000 KRW", "press enter to pay")
        await stage.press("enter")
        await stage.sees("Paid", "36,000 KRW", "Next, please", "cart empty")
        assert stage.app.visit.user is None
        await _scan(stage, "MUG")
        await stage.sees("cart 1 · 12,000 KRW")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim")[0].total == 14_000


def test_a_fast_scanner_loses_nothing(stocked: Shop) -> None:
    """The same code four times without a pause is four of it."""

    async def play(stage: Stage) -> None:
        keys = [*"LATTE", "enter"] * 4
        await stage.pilot.press(*keys)
        await stage.sees("cart 4 · 18,000 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_enter_held_down_pays_once(stocked: Shop) -> None:
    """Fifty Enters at the confirmation leave one order and an idle till."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE")
        await stage.press("enter")
        await _scan(stage, "kim")
        await stage.sees("press enter to pay")
        await stage.pilot.press(*["enter"] * 50)
        await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True), play)

    assert len(stocked.orders("kim")) == 1


def test_slips_are_said_and_forgiven(stocked: Shop) -> None:
    """Unknown codes, unknown users, too little money and the arrow keys."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "nothing")
        await stage.sees("No product has the SKU or barcode nothing")
        await _scan(stage, "LATTE")
        await stage.press("up")
        await stage.sees("cart 2")
        await stage.press("down", "enter")
        await _scan(stage, "nobody")
        await stage.sees("nobody")
        await _scan(stage, "jo")
        await stage.sees("3,500 short")
        await stage.press("escape", "escape")
        await stage.sees("cart empty")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("jo") == ()


def test_letters_are_typed_not_obeyed(stocked: Shop) -> None:
    """At the till q, c and digits belong to the field; Ctrl-Q ends it."""

    async def play(stage: Stage) -> None:
        await stage.press("q", "c", "1", "question_mark")
        await stage.sees("qc1?")
        await stage.pilot.press("ctrl+q")

    app = make_app(stocked, kiosk=True)
    perform(app, play)

    assert app.return_code == 0
