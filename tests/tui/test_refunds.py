"""What was given back of an order, as the storefront shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shopcli import Shop
from shopcli.domain.errors import Busy
from shopcli.tui.app import make_app
from shopcli.tui.screens.me import MeScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SettableClock
from tests.factories import REASON, id_of
from tests.tui.stage import Stage, perform


def test_me_tells_what_was_given_back(stocked: Shop) -> None:
    """The list says how much, the receipt what, when and why; a cancel says what is left."""
    order = stocked.order("kim", {"LATTE": 2, "MUG": 1}, key="mine")
    stocked.refund(order, {"LATTE": 1}, reason="spilt", lost=True)

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("1 given back: 2 ×", "given back: Latte")  # noqa: RUF001 - as shown
        await stage.press("down", "enter")
        await stage.sees("Receipt", "Given back", "4,500 KRW", "not back in stock", "spilt")
        assert stage.text.index("Total") < stage.text.index("Given back")
        await stage.press("x")
        await stage.sees("16,500 KRW go back to kim", "4,500 KRW went back before")
        await stage.press("enter")
        await stage.sees("Cancelled:", "16,500 KRW went back", "kim has 50,000 KRW")
        await stage.press("escape")
        await stage.sees("cancelled: 2 ×")  # noqa: RUF001 - as shown

    perform(make_app(stocked, user="kim"), play)

    assert stocked.receipt(order.order).refunded == order.total


def test_a_cancel_pays_what_its_question_said(stocked: Shop) -> None:
    """What was given back behind the question is told, and asked about anew with what is left."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "x")
        await stage.sees("9,000 KRW go back to kim")
        stocked.refund(order, {"LATTE": 1}, reason=REASON)
        await stage.press("enter")
        await stage.sees("Nothing was cancelled", "4,500 KRW go back to kim", "4,500 KRW went back")
        assert stocked.receipt(id_of(order)).state == "paid"
        assert not stage.app.visit.operations
        await stage.press("enter")
        await stage.sees("Cancelled: 4,500 KRW went back. kim has 50,000 KRW.")

    perform(make_app(stocked, user="kim"), play)


def test_of_what_came_back_whole_only_a_coupon_is_given_back(stocked: Shop) -> None:
    """A cancel says so and asks about the coupon alone; where there is none no key cancels."""
    stocked.claim("sato", "WELCOME10")
    with_coupon = stocked.order("sato", {"LATTE": 1}, coupon="WELCOME10", key="coupon")
    plain = stocked.order("sato", {"LATTE": 1}, key="plain")
    for order in (with_coupon, plain):
        stocked.refund(order, {"LATTE": 1}, reason=REASON)

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("given back: Latte")
        for move in ((), ("down", "down")):  # where it was given back, and where it was ordered
            await stage.press(*move)
            await stage.sees("enter Receipt")
            assert "x Cancel" not in stage.text
            await stage.press("x")
            await stage.sees("All of this order was given back before.")
            assert isinstance(stage.screen, MeScreen)
        await stage.press("enter")
        assert isinstance(stage.screen, ReceiptScreen)
        assert "x Cancel" not in stage.text
        await stage.press("x")
        await stage.sees("All of this order was given back before.")
        await stage.press("escape", "down")
        await stage.sees("x Cancel")
        await stage.press("x")
        await stage.sees("All of it was given back before", "WELCOME10 comes back.")
        assert "Stock" not in stage.text
        await stage.press("enter")
        await stage.sees("Cancelled: 0 KRW went back. The coupon is yours again.")

    perform(make_app(stocked, user="sato"), play)

    assert stocked.receipt(id_of(plain)).state == "paid"


def test_a_coupon_that_has_expired_is_not_promised_back(
    stocked: Shop, clock: SettableClock
) -> None:
    """The question says that it does not come back, and so do the answer and the journal.

    One that expired unused says so in its row and in its details.
    """
    stocked.add_coupon("SHORT", percent=5, limit=9, valid_days=1)
    for code in ("FIRST3", "SHORT"):
        stocked.claim("kim", code)
    clock.advance(timedelta(days=7))
    stocked.order("kim", {"LATTE": 2}, coupon="FIRST3", key="coupon")
    clock.advance(timedelta(hours=1))

    async def play(stage: Stage) -> None:
        await stage.press("3", "x")
        await stage.sees("FIRST3 has expired: it does not come back.")
        assert "FIRST3 comes back" not in stage.text
        await stage.press("enter")
        await stage.sees("FIRST3 has expired: it ", "does not come back. kim has 50,000 KRW.")
        await stage.press("escape")
        await stage.sees("FIRST3 did not come back", "expired: SHORT", "claimed: SHORT")
        await stage.press("down")
        await stage.sees("Coupon SHORT · expired")

    perform(make_app(stocked, user="kim"), play, size=(120, 36))


def test_a_coupon_of_which_nothing_was_known_is_told_not_to_come_back(
    stocked: Shop, clock: SettableClock
) -> None:
    """Where it could not be read before the question, the answer tells it all the same."""
    stocked.claim("kim", "FIRST3")
    order = stocked.order("kim", {"LATTE": 2}, coupon="FIRST3", key="coupon")
    clock.advance(timedelta(days=8))

    class BusyShop(Shop):
        """Cannot read who has which coupon."""

        def coupons(self, *_values: Any, **_named: Any) -> Any:  # noqa: ANN401  # never answers
            """Refuse it."""
            raise Busy("Somebody else is writing.")

    async def play(stage: Stage) -> None:
        await stage.press("f7", "enter")
        await stage.sees("Somebody else is writing")
        await stage.press("x")
        await stage.sees("FIRST3 comes back, unless it has expired.")
        await stage.press("enter")
        await stage.sees("FIRST3 has expired: it ", "does not come back. kim has 50,000")

    stocked.set_setting("cancel_within", "30d")
    perform(make_app(BusyShop(stocked.runtime), desk=True), play, size=(120, 36))

    assert stocked.receipt(order.order or "").state == "cancelled"


def test_the_desk_tells_what_was_given_back_whole(stocked: Shop) -> None:
    """An order of which all came back stays paid, and is told as given back."""
    order = stocked.order("kim", {"LATTE": 2}, key="mine")
    stocked.refund(order, {"LATTE": 2}, reason=REASON)

    async def play(stage: Stage) -> None:
        await stage.press("5", "f7")
        await stage.sees("given back: 2 × Latte")  # noqa: RUF001  # as shown

    perform(make_app(stocked, user="kim", bound=False), play)
