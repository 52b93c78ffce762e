"""What is said of a state ends with that state; what a key offers is what it does."""

from __future__ import annotations

import re

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable
from shopcli.tui.app import make_app
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.visit import begin
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.wording import Wording
from tests.clocks import SteadyClock
from tests.tui.stage import Held, Stage, perform

OFF_SALE = "Not on sale at present: PARTY"
TO_PARTY = ("end", "up", "plus", "c")


def _is_still(stage: Stage) -> None:
    """Let nobody look for changes from here on."""
    stage.app._is_polling = True  # noqa: SLF001  # as if a look were under way


def test_p_is_judged_on_what_is_true_now(stocked: Shop) -> None:
    """What was read before said that it is not on sale: p reads again before it refuses."""

    async def play(stage: Stage) -> None:
        await stage.press("end", "up", "plus")
        stocked.set_product("PARTY", on_sale=False)
        await stage.press("c")
        await stage.sees("Not on sale")
        _is_still(stage)
        await stage.press("p")
        assert not isinstance(stage.screen, ConfirmDialog)
        stocked.set_product("PARTY", on_sale=True)
        await stage.press("p")
        await stage.sees("Pay 25,000 KRW?")
        assert OFF_SALE not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_why_it_cannot_be_paid_goes_once_it_can(stocked: Shop) -> None:
    """The line that p wrote, and the one of a payment that was refused."""

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        stocked.set_product("PARTY", on_sale=False)
        await stage.sees("Not on sale")
        await stage.press("p")
        await stage.until(lambda: OFF_SALE in _answer(stage))
        stocked.set_product("PARTY", on_sale=True)
        await stage.sees("Balance after")
        assert not _answer(stage)
        await stage.press("p")
        await stage.sees("Pay 25,000 KRW?")
        _is_still(stage)
        stocked.set_product("PARTY", on_sale=False)
        await stage.press("enter")
        await stage.until(lambda: OFF_SALE in _answer(stage))
        stage.app._is_polling = False  # noqa: SLF001  # somebody looks again
        stocked.set_product("PARTY", on_sale=True)
        await stage.until(lambda: "It can be paid now" in _answer(stage))
        await stage.press("p")
        await stage.sees("Pay 25,000 KRW?")
        assert not stage.app.screen_stack[-2].query_one("#answer", Answer).text

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize(
    "error",
    [
        Busy("Other processes kept the database busy.", details={"reason": "locks"}),
        DatabaseUnreachable("The server does not answer."),
    ],
)
def test_a_box_opens_over_no_line_of_before(
    stocked: Shop, held: Held, error: Busy | DatabaseUnreachable
) -> None:
    """Why the last payment was not made is not read beside the question of the next."""
    held.error = error
    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        await stage.press("p", "enter")
        await stage.sees("nothing was changed")
        for key, box in (("m", "Charge the balance"), ("p", "Pay 25,000 KRW?")):
            await stage.press(key)
            await stage.sees(box)
            assert "nothing was changed" not in stage.text
            await stage.press("escape")

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_a_database_that_answers_again_is_not_told_as_away(stocked: Shop, held: Held) -> None:
    """The banner goes, and the line of the payment tells it as over."""
    held.error = DatabaseUnreachable("The server does not answer.")
    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        await stage.press("p", "enter")
        await stage.sees("The server does not answer; nothing was changed.")
        _is_still(stage)
        stage.app._show_trouble(held.error)  # noqa: SLF001  # as a look that fails does
        await stage.sees("Trying again")
        stage.app._polled(None)  # noqa: SLF001  # as one that is answered does
        await stage.sees("Nothing was changed", "It answers again")
        assert "does not answer" not in stage.text

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_a_bill_at_the_till_follows_what_made_it_unpayable(stocked: Shop) -> None:
    """Not on sale, then on sale; too little money, then charged: it can be paid, and says so."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.type("LATTE")
        await stage.press("enter", "enter")
        stocked.set_product("LATTE", on_sale=False)
        await stage.type("jo")
        await stage.press("enter")
        await stage.sees("Not on sale")
        stocked.set_product("LATTE", on_sale=True)
        await stage.sees("3,500 short")
        assert "Not on sale" not in stage.text
        stocked.charge("jo", 9_000, key="more")
        await stage.sees("press enter to pay", "5,500 KRW")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert len(stocked.orders("jo")) == 1


def test_a_box_that_was_overtaken_does_not_offer_to_pay(stocked: Shop) -> None:
    """The price changes under the question: Enter shows the new bill, and the next one pays it."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        await stage.press("p")
        await stage.sees("Pay 25,000 KRW?", "enter Pay")
        stocked.set_product("PARTY", price=26_000)
        await stage.sees("25,000 → 26,000", "enter See the bill")
        assert "Pay 25,000" not in _box(stage)
        assert "enter Pay" not in _box(stage)
        await stage.press("enter")
        await stage.sees("Changed meanwhile", "26,000 KRW", "enter Pay")
        seconds.seconds += 2
        stocked.set_product("PARTY", on_sale=False)
        await stage.sees("cannot be paid as shown", "enter See the bill")
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
        assert OFF_SALE in _answer(stage)
        stocked.set_product("PARTY", on_sale=True)
        await stage.sees("Balance after")
        assert stocked.orders("kim") == ()
        await stage.press("p", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert [order.total for order in stocked.orders("kim")] == [26_000]


def test_a_press_too_soon_is_told_what_has_changed(stocked: Shop) -> None:
    """Old and new price stay on the screen, at the till and in the box."""
    seconds = SteadyClock()

    async def at_till(stage: Stage) -> None:
        await stage.type("LATTE")
        await stage.press("enter", "enter")
        await stage.type("kim")
        await stage.press("enter")
        await stage.sees("press enter to pay")
        stocked.set_product("LATTE", price=4_600)
        await stage.sees("costs 4,600 now (was 4,500)")
        await stage.press("enter", "enter")
        await stage.sees("costs 4,600 now (was 4,500)", "counts after a second")
        await stage.type("MUG")
        await stage.press("enter")
        await stage.sees("Mug [large]. It is on the bill now.")

    async def in_box(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        stocked.set_product("PARTY", price=26_000)
        await stage.sees("costs 26,000 now")
        await stage.press("p", "enter")
        await stage.sees("counts after a second", "(was 25,000)")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), at_till)
    perform(make_app(stocked, user="kim", steady_clock=seconds), in_box)

    assert stocked.orders("kim") == ()


def test_a_coupon_that_was_switched_off_has_a_next_step(stocked: Shop) -> None:
    """At paying: another coupon, or none."""
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.press("tab", "down", "enter")
        await stage.sees("● WELCOME10")
        stocked.set_coupon("WELCOME10", disabled=True)
        await stage.sees("Coupon WELCOME10 was switched", "Choose another, or none.")

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("role", ["member", "till", "operator"])
def test_where_the_database_is_is_told_to_the_operator_only(stocked: Shop, role: str) -> None:
    """Members and tills read that it cannot be reached, and can do nothing about its address."""
    shops = {"member": stocked.as_member("kim"), "till": stocked.as_till(), "operator": stocked}
    error = DatabaseUnreachable(
        "The database server of {database} cannot be reached.",
        details={"database": "postgresql://shop@10.0.0.7/shop", "reason": "out_of_reach"},
    )
    wording: Wording = begin(shops[role], user="kim", deliver=lambda _: None).wording

    told = (wording.fact(error), wording.refusal(error), wording.not_made(error))

    assert {"10.0.0.7" in text for text in told} == {role == "operator"}


@pytest.mark.parametrize("size", [(80, 24), (40, 24)])
def test_enter_in_the_list_is_told_where_it_puts_things(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """In the help always; beside the list and in the last line where there is room."""

    async def play(stage: Stage) -> None:
        if size[0] == 80:
            await stage.sees("enter Add", "press + or enter")
        else:
            await stage.sees("→ Category")
        await stage.press("enter")
        await stage.sees("cart 1")
        await stage.press("question_mark")
        await stage.until(lambda: re.search(r"│ +enter +Add ", stage.text) is not None)

    perform(make_app(stocked, user="kim"), play, size=size)


def _answer(stage: Stage) -> str:
    from shopcli.tui.widgets.bars import Answer

    return stage.screen.query_one("#answer", Answer).text


def _box(stage: Stage) -> str:
    """What the box on top says, without what is behind it."""
    return "\n".join(line.partition("│")[2].rpartition("│")[0] for line in stage.text.splitlines())
