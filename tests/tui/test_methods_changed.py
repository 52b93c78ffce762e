"""The shop takes other methods by now: what was asked is what is charged, or it is asked anew."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform

TO_MUG = (*["down"] * 5, "plus", "c")


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _last_charge(shop: Shop, user: str = "jo") -> tuple[int, str | None]:
    charges = [one for one in shop.history(user) if one.kind == "charge"]
    return charges[-1].amount, charges[-1].method


@pytest.mark.parametrize("chosen", [(), ("f4",)])
@pytest.mark.parametrize("at_bill", [False, True])
def test_a_till_charges_by_the_method_that_it_names(
    stocked: Shop, chosen: tuple[str, ...], *, at_bill: bool
) -> None:
    """Whatever its place among them is by now; nothing holds enter back, as nothing changed."""
    method = "transfer" if chosen else "cash"

    async def play(stage: Stage) -> None:
        if at_bill:
            await _scan(stage, "MUG", "", "jo")
            await stage.press("f5")
        else:
            await stage.press("f7")
            await _scan(stage, "jo", "20000")
        await stage.press(*chosen)
        await stage.sees(f"by {method}?")
        stocked.set_setting("methods", "card,transfer,cash")
        await stage.until(lambda: _methods(stage) == ("card", "transfer", "cash"))
        await stage.sees(f"by {method}?")
        await stage.press("enter")
        await stage.sees("Charged", f"by {method}")

    perform(make_app(stocked, kiosk=True, steady_clock=SteadyClock()), play)

    assert _last_charge(stocked) == (12_000 if at_bill else 20_000, method)


def _methods(stage: Stage) -> tuple[str, ...]:
    terms = stage.screen._charging.terms  # type: ignore[attr-defined]  # noqa: SLF001  # what was read
    methods: tuple[str, ...] = terms.methods
    return methods


@pytest.mark.parametrize("at_bill", [False, True])
@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_till_asks_anew_where_its_method_is_not_taken_any_more(
    stocked: Shop, size: tuple[int, int], *, at_bill: bool
) -> None:
    """The one in its place is named as changed, and no enter counts for a second."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        if at_bill:
            await _scan(stage, "MUG", "", "jo")
            await stage.press("f5")
        else:
            await stage.press("f7")
            await _scan(stage, "jo", "12000")
        await stage.sees("Charge 12,000 KRW by cash?")
        stocked.set_setting("methods", "card,transfer")
        await stage.sees("Changed: it comes by card.", "Charge 12,000 KRW by card?")
        await stage.press("enter")
        await stage.sees("counts after a second", "Charge 12,000 KRW by card?")
        assert stocked.balance("jo").balance == 1_000
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("by card")
        await stage.until(lambda: stocked.balance("jo").balance == 13_000)

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)

    assert _last_charge(stocked) == (12_000, "card")


def test_a_method_and_a_price_that_change_together_are_both_told(stocked: Shop) -> None:
    """Neither takes the place of the other, and the question stays with its amount."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.press("f5", "f4")
        await stage.sees("Charge 3,500 KRW by transfer?")
        stocked.set_setting("methods", "card,cash")
        stocked.set_product("LATTE", price=5_000)
        await stage.sees("it comes by card", "costs 5,000 now", "Charge 3,500 KRW by card?")

    perform(make_app(stocked, kiosk=True, steady_clock=SteadyClock()), play)


def test_a_price_that_changes_leaves_the_method_that_is_named(stocked: Shop) -> None:
    """Also where the shop names another one first by now."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.press("f5")
        await stage.sees("Charge 3,500 KRW by cash?")
        stocked.set_setting("methods", "card,cash")
        await stage.until(lambda: _methods(stage) == ("card", "cash"))
        stocked.set_product("LATTE", price=5_000)
        await stage.sees("costs 5,000 now", "Charge 3,500 KRW by cash?")

    perform(make_app(stocked, kiosk=True, steady_clock=SteadyClock()), play)


def test_a_checkout_charges_by_the_method_that_its_button_names(stocked: Shop) -> None:
    """Whatever its place among them is by now."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.sees("by cash and pay")
        stocked.set_setting("methods", "card,cash")
        await stage.until(lambda: _methods(stage) == ("card", "cash"))
        await stage.sees("by cash and pay")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert _last_charge(stocked) == (12_000, "cash")


def test_a_checkout_goes_on_telling_that_its_method_is_another(stocked: Shop) -> None:
    """Beside the bill, also once enter counts again."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.sees("by cash and pay")
        stocked.set_setting("methods", "card,transfer")
        await stage.sees("Changed: it comes by card.")
        await stage.press("enter")
        await stage.sees("counts after a second")
        assert isinstance(stage.screen, CheckoutScreen)
        assert stocked.balance("jo").balance == 1_000
        seconds.seconds += 2
        await stage.sees("by card and pay", "it comes by card.")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert _last_charge(stocked) == (12_000, "card")


@pytest.mark.parametrize("at_desk", [False, True])
def test_a_box_that_charges_follows_what_the_shop_takes(stocked: Shop, *, at_desk: bool) -> None:
    """Its method stays while it is taken; else another is told before enter counts."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*(("f5", "m") if at_desk else ("3", "m")))
        await stage.sees("It comes by cash.")
        stocked.set_setting("methods", "card,cash")
        await stage.until(lambda: tuple(stage.screen.methods) == ("card", "cash"))  # type: ignore[attr-defined]  # of the box
        await stage.sees("It comes by cash.")
        stocked.set_setting("methods", "transfer,card")
        await stage.sees("Changed: it comes by transfer.", "It comes by transfer.")
        await stage.type("700")
        await stage.press("enter")
        await stage.sees("counts after a second")
        assert stocked.balance("jo").balance == 1_000
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("by transfer")
        await stage.until(lambda: stocked.balance("jo").balance == 1_700)

    app = make_app(stocked, user=None if at_desk else "jo", desk=at_desk, steady_clock=seconds)
    perform(app, play)

    assert _last_charge(stocked) == (700, "transfer")
