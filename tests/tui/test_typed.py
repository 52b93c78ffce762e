"""What is typed into a field: an amount as commands take it, or as the screens show it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from shopcli.domain.amounts import EXPONENTS
from shopcli.domain.errors import InvalidInput
from shopcli.tui.app import make_app
from shopcli.tui.widgets.typed import read_amount
from shopcli.tui.wording import Wording
from tests.tui.stage import Stage, perform


def _wording(currency: str) -> Wording:
    return Wording(currency, EXPONENTS[currency], ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("27,700", "KRW", 27_700),
        ("27700", "KRW", 27_700),
        ("1,234,567", "KRW", 1_234_567),
        ("1,234.50", "EUR", 123_450),
        ("1,234.5", "EUR", 123_450),
        ("1,234", "EUR", 123_400),
        ("1,234.000", "KWD", 1_234_000),
        ("1,234,567", "KWD", 1_234_567_000),
    ],
)
def test_an_amount_is_read_as_it_is_shown(text: str, currency: str, amount: int) -> None:
    """Groups of three digits before the point, and what commands take."""
    assert read_amount(text, _wording(currency)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "next_step"),
    [
        ("1,50", "EUR", "Type 1.50."),
        ("7,5oo", "KRW", "written in digits, 0 to 9, and nothing else. Type it like 12."),
        ("1,50", "KRW", "Type it like 12."),
        ("1,2345", "KRW", "Type it like 12."),
        ("1,2345", "EUR", "Type it like 12.34."),
        ("12,34,567", "EUR", "Type it like 12.34."),
        ("12,34,567", "KRW", "Type it like 12."),
        ("0,500", "KRW", "Type it like 12."),
        ("1234,567", "KRW", "Type it like 12."),
        ("1,234,", "KRW", "Type it like 12."),
        (",123", "KRW", "Type it like 12."),
        ("27,700.50", "KRW", "Type it like 12."),
        ("27,700.00", "KRW", "Type 27700."),
        ("1.234,50", "EUR", "Type 1234.50."),
        ("1,234.567", "EUR", "Type it like 12.34."),
        ("1,234", "KWD", "Type it like 12.034."),
        ("9,007,199,254,740,993", "KRW", "Type 9007199254740991 or less."),
        ("27.700", "KRW", "Type it like 12."),
        ("1 234", "KRW", "Type 1234."),
        ("１,234", "KRW", "Type 1234."),  # noqa: RUF001  # a wide digit
    ],
)
def test_what_is_no_amount_is_refused_with_its_own_value(
    text: str, currency: str, next_step: str
) -> None:
    """The value is told as it was typed, and what to type in the form of the currency."""
    wording = _wording(currency)
    with pytest.raises(InvalidInput) as refused:
        read_amount(text, wording)
    told = wording.explained(refused.value)
    assert f"'{text}'" in told
    assert told.endswith(next_step)


@pytest.mark.parametrize("currency", ["KRW", "EUR", "KWD"])
@pytest.mark.parametrize("amount", [0, 1, 999, 1_000, 27_700, 999_999, 1_000_000, 2**53 - 1])
def test_what_a_screen_shows_is_read_as_that_amount(currency: str, amount: int) -> None:
    """Whatever is copied from a screen into a field."""
    wording = _wording(currency)
    assert read_amount(wording.money(amount), wording) == amount


def test_the_desks_fields_take_what_the_desk_shows(stocked: Shop) -> None:
    """A charge, a price and the count of the drawer; a quantity is a plain number."""

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m")
        await stage.type("1,50")
        await stage.press("enter")
        await stage.sees("'1,50' is no amount", "Type it like 10000.")
        await stage.press(*["backspace"] * 4)
        await stage.type("27,700")
        await stage.press("enter")
        await stage.sees("Charged 27,700 KRW by cash: kim has 77,700 KRW.")
        await stage.press("f4", "p")
        await stage.type("4,600")
        await stage.press("enter")
        await stage.sees("3,500 KRW → 4,600 KRW")
        await stage.press("escape", "escape", "s")
        await stage.type("1,000")
        await stage.press("enter")
        await stage.sees("'1,000' is no whole number of at least 1")
        await stage.press("escape", "f3", "d")
        await stage.type("108,700")
        await stage.press("enter")
        await stage.sees("Counted 108,700 KRW, should be 108,700")

    perform(make_app(stocked, desk=True), play)


def test_the_checkouts_and_the_tills_fields_take_what_they_show(stocked: Shop) -> None:
    """The same amounts as at the desk."""

    async def charge(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("12,34,567")
        await stage.press("enter")
        await stage.sees("'12,34,567' is no amount")
        await stage.press(*["backspace"] * 9)
        await stage.type("2,300")
        await stage.press("enter")
        await stage.sees("Charged 2,300 KRW by cash")

    perform(make_app(stocked, user="jo"), charge)

    async def sell(stage: Stage) -> None:
        await stage.press("f7")
        await stage.type("jo")
        await stage.press("enter")
        await stage.sees("jo")
        await stage.type("1,2345")
        await stage.press("enter")
        await stage.sees("'1,2345' is no amount")
        await stage.type("2,700")
        await stage.press("enter", "enter")
        await stage.sees("Charged 2,700 KRW by cash: jo has 6,000 KRW.")

    perform(make_app(stocked, kiosk=True), sell)

    assert stocked.balance("jo").balance == 6_000
