"""From the cart to the receipt: coupons, confirmation, paying once, changes in between."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Button

from shopcli import Shop
from shopcli.domain.errors import DatabaseUnreachable, OutcomeUnknown, UnknownOrder
from shopcli.domain.records import Order
from shopcli.engine.moving.retiring import retire
from shopcli.tui.app import make_app
from shopcli.tui.payment import Changed, Intent, Lines, pay, review
from shopcli.tui.screens.checkout import CheckoutScreen
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.receipt import ReceiptScreen
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


async def _to_checkout(stage: Stage) -> None:
    """Two lattes and a cold brew, and on to paying."""
    await stage.press("down", "down", "plus", "down", "plus", "plus", "c")
    await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
    await stage.sees("14,000 KRW", "Balance now")


async def _to_receipt(stage: Stage) -> None:
    await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))


def test_two_products_are_bought_with_a_coupon(stocked: Shop) -> None:
    """Claim in the picker, see what it saves, confirm, get a receipt with the order's number."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "down", "down")
        await stage.sees("WELCOME10: 10 %", "100 left")
        await stage.press("enter")
        await stage.sees("number 1 of 100", "● WELCOME10", "saves 1,400", "12,600 KRW", "37,400")
        await stage.press("p")
        await stage.sees("Pay 12,600 KRW?", "Balance after", "37,400 KRW")
        await stage.press("enter")
        await _to_receipt(stage)
        order = stocked.orders("kim")[0]
        await stage.sees("Paid", str(order.order), "12,600 KRW", "37,400 KRW")
        await stage.press("escape")
        await stage.sees("kim 37,400", "cart empty")

    perform(make_app(stocked, user="kim"), play)

    order = stocked.orders("kim")[0]
    assert (order.total, order.coupon, order.discount) == (12_600, "WELCOME10", 1_400)
    assert stocked.product("LATTE").stock == 15


def test_a_shop_that_moves_meanwhile_is_told(stocked: Shop) -> None:
    """Who pays while the shop is retired learns where it is, and has paid nothing."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        retire(stocked.runtime, "/new/shop.db")
        await stage.press("p")
        await stage.sees("Pay 14,000 KRW?")
        await stage.press("enter")
        await stage.sees("/new/shop.db")

    perform(make_app(stocked, user="kim"), play)

    assert not stocked.orders("kim")


def test_the_picker_says_why_a_coupon_does_not_apply(stocked: Shop) -> None:
    """A held coupon with a minimum says what is missing, and is not taken."""
    stocked.claim("kim", "TEAM2000")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "down")
        await stage.sees("needs 1,000 more", "1,000 more.")
        await stage.press("enter")
        await stage.sees("● none")

    perform(make_app(stocked, user="kim"), play)


def test_the_bar_shows_at_once_what_is_left(stocked: Shop) -> None:
    """Balance and cart in the top bar wait for no look at the shop."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stage.app.refresh_soon = lambda: None  # type: ignore[method-assign]  # nobody looks
        stage.app._is_polling = True  # noqa: SLF001  # as above
        await stage.press("p", "enter")
        await _to_receipt(stage)
        assert "kim 36,000  cart empty" in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_a_receipt_whose_order_was_cancelled_shows_no_balance_as_the_present_one(
    stocked: Shop,
) -> None:
    """Cancelled right after it was paid: what was left then is then, and what is there is said."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p", "enter")
        await stage.sees("Balance after", "36,000 KRW")
        await stage.press("x", "enter")
        await stage.sees("Balance then", "kim has 50,000 KRW")
        assert "Balance after" not in stage.text

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("keys", [["p"] * 50, ["p", *["enter"] * 50], ["p", "enter"] * 5])
def test_paying_many_times_pays_once(stocked: Shop, keys: list[str]) -> None:
    """Fifty presses of pay, of Enter, or of both leave one order."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.pilot.press(*keys)
        if isinstance(stage.screen, ConfirmDialog):
            await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)

    assert len(stocked.orders("kim")) == 1


def test_a_double_click_on_pay_asks_once(stocked: Shop) -> None:
    """Two clicks on the button open one confirmation."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.pilot.click(Button, times=2)
        await stage.settle()
        assert sum(isinstance(one, ConfirmDialog) for one in stage.app.screen_stack) == 1
        await stage.press("escape")
        assert stocked.orders("kim") == ()

    perform(make_app(stocked, user="kim"), play)


def test_a_price_changed_after_the_view_is_said_and_asked_again(stocked: Shop) -> None:
    """What was confirmed at the old price is not taken at the new one, nor by the same presses."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p")
        await stage.sees("Pay 14,000 KRW?")
        stocked.set_product("LATTE", price=4800)
        await stage.press("enter")
        await stage.sees("Changed meanwhile: Latte 4,500 → 4,800")
        assert stocked.orders("kim") == ()
        for _ in range(5):  # a key held down, or pressed again and again
            seconds.seconds += 0.9
            await stage.press("enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        seconds.seconds += 1.0
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim")[0].total == 14_600


def test_a_price_that_changes_in_the_list_disarms_the_keys_that_pay(stocked: Shop) -> None:
    """The new price is seen a moment before p and Enter are pressed: they pay nothing yet."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stocked.set_product("LATTE", price=9_900)
        await stage.sees("Latte costs 9,900 now (was 4,500)")
        await stage.press("p", "enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        await stage.press("escape")
        assert "Paying" not in stage.text

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_what_the_confirmation_showed_is_what_is_paid(stocked: Shop) -> None:
    """An answer that comes while the confirmation is open does not change what Enter pays."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        checkout = stage.screen
        assert isinstance(checkout, CheckoutScreen)
        await stage.press("p")
        await stage.sees("Pay 14,000 KRW?")
        stocked.set_product("LATTE", price=9_900)
        checkout.told(review(stocked, "kim", stage.app.visit.cart.request, None))
        seconds.seconds += 2.0
        await stage.press("enter")
        await stage.sees("Changed meanwhile: Latte 4,500 → 9,900")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_all_held_coupons_are_offered_the_best_first(stocked: Shop) -> None:
    """With fifty held the best one is on top, and total, balance and the button stay in sight."""
    for number in range(50):
        stocked.add_coupon(f"C{number:02d}", amount=10 + number, limit=5)
        stocked.claim("kim", f"C{number:02d}")

    for size in ((80, 24), (40, 20)):

        async def play(stage: Stage) -> None:
            await _to_checkout(stage)
            await stage.sees("C49", "saves 59", "Balance now", "Balance after", "Pay 14,000")

        perform(make_app(stocked, user="kim"), play, size=size)

    offers = review(stocked, "kim", (("LATTE", 2),), None).offers
    assert [one.coupon.code for one in offers[:50]] == [f"C{n:02d}" for n in range(49, -1, -1)]


def test_a_price_changed_between_the_last_look_and_the_order_is_not_paid(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is confirmed is what is paid, to the microsecond."""
    shown = stocked.order("kim", {"LATTE": 2}, dry_run=True)
    order, prices = Shop.order, [4900, 4800]

    def overtaken(shop: Shop, user: str, lines: Lines, **named: Any) -> Order:  # noqa: ANN401  # as order
        looked = order(shop, user, lines, **named)
        if named.get("dry_run") and prices:
            shop.set_product("LATTE", price=prices.pop())
        return looked

    monkeypatch.setattr(Shop, "order", overtaken)
    changed = pay(stocked, Intent("k1", "kim", (("LATTE", 2),), None), shown)

    assert isinstance(changed, Changed)
    assert [(one.sku, one.before, one.now) for one in changed.differences] == [
        ("LATTE", 4500, 4800)
    ]
    assert stocked.orders("kim") == ()


def test_stock_gone_after_the_view_is_said_where_one_looks(stocked: Shop) -> None:
    """Somebody else took the last ones: nothing is paid, the screen says how many are left."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p")
        stocked.adjust_stock("LATTE", to=1, reason="counted")
        await stage.press("enter")
        await stage.sees("LATTE (1 left, 2 wanted)")
        assert stocked.orders("kim") == ()
        await stage.press("down", "minus")
        await stage.sees("9,500 KRW")
        await stage.press("p", "enter")
        await _to_receipt(stage)

    async def at_latte(stage: Stage) -> None:
        await play(stage)

    perform(make_app(stocked, user="kim"), at_latte)


def test_a_balance_too_small_can_be_charged_on_the_spot(stocked: Shop) -> None:
    """What is missing is said; m charges it; then it can be paid."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("13,000 short")
        await stage.press("p")
        assert isinstance(stage.screen, CheckoutScreen)
        await stage.press("m")
        await stage.type("13000")
        await stage.press("enter")
        await stage.sees("Charged 13,000 KRW", "Balance after")
        await stage.press("p", "enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="jo"), play)

    assert stocked.balance("jo").balance == 0


class _LosingShop(Shop):
    """A shop whose first real order is lost on the way: committed or not, nobody knows."""

    commits = True
    losses = 2

    def order(self, *arguments: Any, **options: Any) -> Order:  # noqa: ANN401  # passed on
        """As the shop's, but lost."""
        if options.get("dry_run") and not options.get("key"):
            return super().order(*arguments, **options)
        if self.losses == 0:
            return super().order(*arguments, **options)
        self.losses -= 1
        if self.losses == 0:
            raise DatabaseUnreachable("It is still away.")
        if self.commits:
            super().order(*arguments, **{**options, "dry_run": False})
        raise OutcomeUnknown("The connection was lost.", details={"key": options["key"]})


@pytest.mark.parametrize("commits", [True, False])
def test_an_unknown_outcome_is_settled_by_its_key(stocked: Shop, *, commits: bool) -> None:
    """Lost while committing: the same key is asked again until it is known, and paid once."""
    shop = _LosingShop(stocked.runtime)
    shop.commits = commits

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p", "enter")
        await stage.sees("Asking whether it is paid")
        assert stage.app.visit.operations
        await stage.press("p", "escape")
        assert isinstance(stage.screen, CheckoutScreen)
        await _to_receipt(stage)
        assert not stage.app.visit.operations

    perform(make_app(shop, user="kim"), play)

    assert len(stocked.orders("kim")) == 1


def test_what_was_paid_is_delivered(stocked: Shop) -> None:
    """After the commit the order's id goes to the delivery, in a thread."""
    delivered: list[str] = []

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p", "enter")
        await _to_receipt(stage)
        await stage.until(lambda: bool(delivered))

    perform(make_app(stocked, user="kim", deliver=delivered.append), play)

    assert delivered == [stocked.orders("kim")[0].order]


def test_nobody_is_asked_who_they_are_before_they_buy(stocked: Shop) -> None:
    """Without a user one browses freely; paying asks who, and a new user can be added."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Who is shopping?", "김민지")
        await stage.type("new-one")
        await stage.sees("add this new user")
        await stage.press("enter")
        await stage.sees("Add the new user new-one?")
        await stage.press("escape")
        assert "new-one" not in {user.user for user in stocked.users()}
        await stage.press("enter", "enter")
        await stage.sees("Balance now", "3,500 short")
        assert stocked.user("new-one").balance == 0

    perform(make_app(stocked), play)


def test_leaving_in_the_middle_leaves_nothing_half_done(stocked: Shop) -> None:
    """Ctrl-Q while the confirmation is open buys nothing."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("p")
        await stage.pilot.press("ctrl+q")

    app = make_app(stocked, user="kim")
    perform(app, play)

    assert app.return_code == 0
    with pytest.raises(UnknownOrder):
        stocked.receipt(key="nothing")
    assert stocked.orders("kim") == ()


def test_asking_again_does_not_block_the_loop(stocked: Shop) -> None:
    """A slow database leaves the screen alive: keys still move the cursor."""

    class SlowShop(Shop):
        """Answers reviews late."""

        def coupons(self, user: str) -> Any:  # noqa: ANN401  # the records are not looked at
            """After a while."""
            released.wait(10)
            return super().coupons(user)

    import threading

    released = threading.Event()

    async def play(stage: Stage) -> None:
        await stage.press("plus", "down", "plus")
        await stage.pilot.press("c")
        await stage.pilot.pause()
        assert isinstance(stage.screen, CheckoutScreen)
        await stage.pilot.press("down")
        assert stage.screen.query_one("#lines").cursor == 1  # type: ignore[attr-defined]  # a RowList
        released.set()
        await stage.sees("Balance after")

    perform(make_app(SlowShop(stocked.runtime), user="kim"), play)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_the_code_of_a_coupon_is_never_cut(stocked: Shop, size: tuple[int, int]) -> None:
    """It is whole in the list, in the totals and in the confirmation; other words give way."""
    code = "WELCOME-BACK-2026-MAY"
    stocked.add_coupon(code, amount=1_000, limit=5)
    stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "plus", "c")
        await stage.sees(f"○ {code}", "Pay ")
        await stage.press("tab", "down", "enter")
        await stage.sees(f"● {code}", "Pay 4,000 KRW")
        await stage.press("p")
        await stage.sees("Pay 4,000 KRW?", f"Coupon {code}")

    perform(make_app(stocked, user="kim"), play, size=size)


def test_the_keys_say_what_enter_does_where_the_focus_is(stocked: Shop) -> None:
    """On a line it leads to the coupons, there it uses one, and on the button it pays."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        assert "enter Coupons" in stage.text
        assert "Use coupon" not in stage.text
        await stage.press("enter")
        await stage.sees("enter Use coupon")
        await stage.press("tab")
        await stage.sees("enter Pay")
        assert "Use coupon" not in stage.text
        await stage.press("space")
        await stage.sees("Pay 14,000 KRW?")

    perform(make_app(stocked, user="kim"), play)
