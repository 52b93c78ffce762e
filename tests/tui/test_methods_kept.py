"""How money comes for a bill: the button names it at every size, and it stays as it was chosen."""

from __future__ import annotations

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform

TO_MUG = (*["down"] * 5, "plus", "c")
LONGEST = "a-method-with-as-many-as-32-char"


def _seen(stage: Stage) -> str:
    return " ".join(stage.text.split())


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (40, 24), (80, 24)])
@pytest.mark.parametrize("price", [12_000, 1_500_000, 9_000_000_000])
@pytest.mark.parametrize("method", ["transfer", LONGEST])
def test_the_button_names_the_method_at_every_size(
    stocked: Shop, size: tuple[int, int], price: int, method: str
) -> None:
    """In a shorter form or on a second line; what enter books is what it named."""
    stocked.set_setting("methods", f"cash,{method}")
    stocked.set_product("MUG", price=price)

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.until(lambda: "by cash" in stage.text)
        await stage.press("f4")
        await stage.until(lambda: f"by {method}" in _seen(stage))
        assert "and pay" in _seen(stage) or "+ pay" in _seen(stage)
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="jo"), play, size=size)

    assert [one.method for one in stocked.history("jo") if one.kind == "charge"][-1] == method


def test_a_charge_that_pays_nothing_names_the_method_at_40_columns(stocked: Shop) -> None:
    """On a second line, where it is long."""
    stocked.set_setting("methods", f"{LONGEST},cash")
    stocked.set_setting("charge_max", "6000")

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.sees("enter  Charge 6,000\n", f"by {LONGEST}")

    perform(make_app(stocked, user="jo"), play, size=(40, 20))


def test_a_method_chosen_by_hand_stays(stocked: Shop) -> None:
    """Behind another tab and behind esc; the next bill takes the usual one again."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.press("f4")
        await stage.sees("by transfer and pay")
        await stage.press("4", "c")
        await stage.sees("by transfer and pay")
        await stage.press("escape", "c")
        await stage.sees("by transfer and pay")
        seconds.seconds += 1  # an enter right behind c would be one held down
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        seconds.seconds += 1
        await stage.press("escape", "1", "plus", "plus", "plus", "c")
        await stage.sees("by cash and pay")

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)


def test_a_method_chosen_by_hand_is_of_its_user(stocked: Shop) -> None:
    """Somebody else's bill takes the usual one."""

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.press("f4")
        await stage.sees("by transfer and pay")
        await stage.press("u", *"sato", "enter")
        await stage.sees("sato", "by cash")

    stocked.set_product("MUG", price=900_000)
    perform(make_app(stocked, user="jo"), play)


def test_a_method_that_is_taken_away_is_told_before_another_counts(stocked: Shop) -> None:
    """The button says which one comes in its place, and enter charges nothing for a moment."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.press("f4")
        await stage.sees("by transfer and pay")
        stocked.set_setting("methods", "cash,card")
        await stage.sees("Changed: it comes by cash.")
        await stage.press("enter")
        await stage.sees("counts after")
        assert isinstance(stage.screen, CheckoutScreen)

    perform(make_app(stocked, user="jo", steady_clock=seconds), play)

    assert stocked.orders("jo") == ()


def test_what_f4_said_of_a_bill_goes_with_it(stocked: Shop) -> None:
    """A payout elsewhere makes enter charge: nothing says any more that it does not."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("enter  Pay 3,500 KRW")
        await stage.press("f4")
        await stage.sees("Enter charges nothing here")
        stocked.payout("kim", 49_000, reason="out")
        await stage.sees("2,500 short")
        assert "Enter charges nothing here" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_what_a_claim_said_goes_with_its_coupon(stocked: Shop) -> None:
    """It stays while the bill takes the coupon, and goes once that is switched off."""

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "plus", "down", "plus", "plus", "c")
        await stage.sees("14,000 KRW")
        await stage.press("tab", "down", "down")
        await stage.sees("WELCOME10: 10 %")
        await stage.press("enter")
        await stage.sees("number 1 of 100", "12,600 KRW")
        await stage.settle()
        await stage.sees("number 1 of 100", "12,600 KRW")
        stocked.set_coupon("WELCOME10", disabled=True)
        await stage.sees("switched off")
        assert "number 1 of 100" not in stage.text

    perform(make_app(stocked, user="kim", steady_clock=SteadyClock()), play)


def test_the_keys_say_whether_enter_pays_or_only_charges(stocked: Shop) -> None:
    """Where a charge is enough it pays, too; where it is not, nothing is said of paying."""

    async def play(stage: Stage) -> None:
        await stage.press(*TO_MUG)
        await stage.sees("enter Charge, pay")
        await stage.press("tab")
        await stage.sees("p Charge, pay")
        stocked.set_setting("charge_max", "6000")
        await stage.sees("p Charge ")
        assert "Charge, pay" not in stage.text

    perform(make_app(stocked, user="jo"), play)


def test_no_key_offers_to_pay_what_cannot_be_paid(stocked: Shop) -> None:
    """Enter and p say why not."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("enter Pay")
        await stage.press("tab")
        await stage.sees("p Pay")
        stocked.set_product("AMERICANO", on_sale=False)
        await stage.sees("It cannot be paid", "p Why not")
        assert "p Pay" not in stage.text
        await stage.press("tab")
        await stage.sees("enter Why not")
        assert "enter Pay" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_the_number_of_its_tab_leaves_the_checkout(stocked: Shop) -> None:
    """As esc does: nothing is paid, and the cart stays."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("enter  Pay")
        await stage.press("1")
        assert not isinstance(stage.screen, CheckoutScreen)
        await stage.press("4", "c")
        await stage.sees("enter  Pay")
        await stage.press("4")
        assert not isinstance(stage.screen, CheckoutScreen)
        assert stage.app.current_mode == "best"
        assert stage.app.visit.cart.count == 1

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim") == ()
