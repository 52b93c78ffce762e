"""From the cart to the receipt: coupons, paying once with Enter, changes in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.screens.shop import ShopScreen
from shopcli.tui.widgets.offer_list import OfferList
from tests.clocks import SettableClock, SteadyClock
from tests.tui.stage import Held, Stage, perform


async def _to_checkout(stage: Stage) -> None:
    """Two lattes and a cold brew, and on to paying."""
    await stage.press("down", "down", "plus", "down", "plus", "plus", "c")
    await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
    await stage.sees("14,000 KRW", "enter  ")


def _offered(stage: Stage) -> list[str]:
    return [row.key for row in stage.screen.query_one(OfferList)._rows]  # noqa: SLF001  # as drawn


async def _to_receipt(stage: Stage) -> None:
    await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))


def test_two_products_are_bought_with_a_coupon(stocked: Shop) -> None:
    """Claim in the picker, see what it saves, pay, get a receipt with the order's number."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "down", "down")
        await stage.sees("WELCOME10: 10 %", "100 left", "enter Claim, use")
        await stage.press("enter")
        await stage.sees("number 1 of 100", "● WELCOME10", "saves 1,400", "12,600 KRW", "37,400")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)
        order = stocked.orders("kim")[0]
        await stage.sees("Paid", str(order.order), "12,600 KRW", "37,400 KRW")
        await stage.press("escape")
        await stage.sees("kim 37,400", "cart empty")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    order = stocked.orders("kim")[0]
    assert (order.total, order.coupon, order.discount) == (12_600, "WELCOME10", 1_400)
    assert stocked.product("LATTE").stock == 15


def test_a_shop_that_moves_meanwhile_is_told(stocked: Shop) -> None:
    """Who pays while the shop is retired learns where it is, and has paid nothing."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        retire(stocked.runtime, "/new/shop.db")
        await stage.press("enter")
        await stage.sees("/new/shop.db")

    perform(make_app(stocked, user="kim"), play)

    assert not stocked.orders("kim")


def test_the_picker_says_why_a_coupon_does_not_apply(stocked: Shop) -> None:
    """A held coupon with a minimum says what is missing, and is not taken."""
    stocked.claim("kim", "TEAM2000")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "down", "down")
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
        await stage.press("enter")
        await _to_receipt(stage)
        assert "kim 36,000  cart empty" in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_a_receipt_whose_order_was_cancelled_shows_no_balance_as_the_present_one(
    stocked: Shop,
) -> None:
    """Cancelled right after it was paid: what was left then is then, and what is there is said."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("enter")
        await stage.sees("Balance after", "36,000 KRW")
        await stage.press("x", "enter")
        await stage.sees("Balance then", "kim has 50,000 KRW")
        assert "Balance after" not in stage.text

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("keys", [["p"] * 50, ["p", *["enter"] * 50], ["p", "enter"] * 5])
def test_paying_many_times_pays_once(stocked: Shop, keys: list[str]) -> None:
    """Fifty presses of p, of Enter, or of both leave one order."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.pilot.press(*keys)
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)

    assert len(stocked.orders("kim")) == 1


def test_a_double_click_on_pay_pays_once(stocked: Shop) -> None:
    """Two clicks on the button are one order."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.pilot.click(Button, times=2)
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)

    assert len(stocked.orders("kim")) == 1


def test_a_price_changed_after_the_view_is_said_and_asked_again(stocked: Shop) -> None:
    """What was shown at the old price is not taken at the new one, nor by the same presses."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stage.app._is_polling = True  # noqa: SLF001  # nobody looks
        stocked.set_product("LATTE", price=4800)
        await stage.press("enter")
        await stage.sees("Changed: Latte 4,500 → 4,800", "14,600 KRW")
        for _ in range(20):  # a key held down
            seconds.seconds += 0.1
            await stage.press("enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        seconds.seconds += 1.0
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim")[0].total == 14_600


@pytest.mark.parametrize("key", ["enter", "p"])
def test_a_price_that_changes_in_the_list_disarms_the_keys_that_pay(
    stocked: Shop, key: str
) -> None:
    """The new price is seen a moment before Enter is pressed: it pays nothing yet."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stocked.set_product("LATTE", price=9_900)
        await stage.sees("Latte costs 9,900 now (was 4,500)")
        await stage.sees("Changed: Latte 4,500 → 9,900, total 14,000 → 24,800.")
        await stage.press(key)
        await stage.sees("counts after")
        assert "Paying" not in stage.text

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_a_price_that_changed_in_the_shop_is_told_at_the_checkout(stocked: Shop) -> None:
    """Seen a moment before c: what Enter pays is not what was in the list when it was chosen."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "down", "plus")
        stocked.set_product("LATTE", price=9_900)
        await stage.sees("Latte costs 9,900 now (was 4,500)")
        await stage.press("c")
        await stage.sees("TOTAL  9,900 KRW", "Latte costs 9,900 now (was 4,500).")
        await stage.press("enter")
        await stage.sees("counts after")
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


CHANGES: dict[str, tuple[Callable[[Shop], object], str]] = {
    "price": (lambda shop: shop.set_product("LATTE", price=4_600), "Latte 4,500 → 4,600"),
    "coupon": (
        lambda shop: shop.set_coupon("WELCOME10", disabled=True),
        "no coupon, total 12,600 → 14,000",
    ),
    "a better coupon": (lambda shop: shop.claim("kim", "FIRST3"), "coupon FIRST3"),
    "balance": (lambda shop: shop.payout("kim", 40_000, reason="out"), "2,600 short"),
    "stock": (lambda shop: shop.adjust_stock("LATTE", to=1, reason="lost"), "Not enough in stock"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_in_the_bill_is_said_and_pays_nothing_yet(
    stocked: Shop, what: str
) -> None:
    """Price, coupon, balance, stock: the button tells it, and Enter behind it does nothing."""
    seconds = SteadyClock()
    change, told = CHANGES[what]
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        change(stocked)
        await stage.sees(told)
        await stage.press("enter")
        await stage.settle()
        assert isinstance(stage.screen, CheckoutScreen)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play, size=(120, 36))

    assert stocked.orders("kim") == ()


def test_a_quantity_or_a_coupon_changed_by_hand_is_looked_at_first(stocked: Shop) -> None:
    """Behind + and behind a coupon Enter does nothing for a second, and the button says why."""
    seconds = SteadyClock()
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("plus")
        await stage.sees("Changed: total 12,600 → 17,100.")
        await stage.press("enter")
        await stage.sees("counts after")
        seconds.seconds += 2
        await stage.press("tab", "home", "enter")
        await stage.sees("Changed: no coupon, total 17,100 → 19,000.")
        await stage.press("enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim")[0].total == 19_000


def test_a_balance_that_still_suffices_changes_nothing(stocked: Shop) -> None:
    """Somebody adds money: Enter pays what was shown, at once."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stocked.charge("kim", 500)
        await stage.sees("Balance now 50,500 KRW", "Balance after 36,500 KRW", "enter  Pay 14,000")
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_a_bill_that_changed_behind_another_screen_is_looked_at_first(stocked: Shop) -> None:
    """The help was over it: the Enter that closes the help, and one behind it, pay nothing."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("question_mark")
        stocked.set_product("LATTE", price=9_900)
        await stage.until(lambda: stage.app.visit.cart.total == 24_800)
        seconds.seconds += 5
        await stage.press("enter", "enter")
        await stage.sees("counts after", "TOTAL  24,800 KRW")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_a_key_that_pays_and_came_too_soon_is_named(stocked: Shop, held: Held) -> None:
    """Where p was pressed, p did not count and counts next; the button names the one that pays."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.type("/mug")
        await stage.press("enter", "plus")
        stage.burst("cp")
        await stage.sees_now("That p came before the bill was shown.")
        held.released.set()
        await stage.sees("TOTAL  12,000 KRW", "A new bill: enter counts in a moment")
        await stage.press("tab")
        await stage.sees("A new bill: p counts in a moment")
        seconds.seconds += 2
        stocked.set_product("MUG", price=13_000)
        await stage.sees("costs 13,000 now", "TOTAL  13,000 KRW")
        await stage.press("p")
        await stage.sees("Read it: p counts after a second.")
        seconds.seconds += 2
        await stage.sees("That p did not count: press it again.")
        await stage.press("tab")
        stocked.set_product("MUG", price=12_000)
        await stage.sees("TOTAL  12,000 KRW")
        await stage.press("enter")
        await stage.sees("Read it: enter counts after a second.")

    perform(make_app(held.shop(stocked, "coupons"), user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_a_bill_that_did_not_change_behind_another_tab_is_paid(stocked: Shop) -> None:
    """Who comes back to it is told of no change; an enter right behind that does not count yet."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("3")
        await stage.until(lambda: not isinstance(stage.screen, CheckoutScreen))
        seconds.seconds += 0.8
        await stage.press("1")
        await stage.until(lambda: isinstance(stage.screen, CheckoutScreen))
        await stage.sees("enter  Pay 14,000 KRW")
        await stage.press("enter")
        await stage.sees("That enter came right behind the key before", "enter  Pay 14,000 KRW")
        assert "hange" not in stage.text
        assert stocked.orders("kim") == ()
        seconds.seconds += 0.4
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_two_enters_at_the_coupon_in_use_do_not_pay(stocked: Shop) -> None:
    """The first leads to the order; the second counts as a key held down."""
    seconds = SteadyClock()
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("● WELCOME10")
        await stage.press("tab")
        stage.burst("\r\r")
        await stage.sees("press it again", "enter  Pay 12,600 KRW")
        assert stocked.orders("kim") == ()
        seconds.seconds += 0.4
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_five_keys_buy_two_products_with_the_best_coupon_held(stocked: Shop) -> None:
    """+ ↓ + c Enter: the best one is chosen already, and no box asks."""
    for code in ("WELCOME10", "TEAM2000"):
        stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "down", "plus", "c")
        await stage.sees("● WELCOME10", "saves 680", "1 usable", "enter  Pay 6,120 KRW")
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)

    (order,) = stocked.orders("kim")
    assert (order.coupon, order.total, len(order.lines)) == ("WELCOME10", 6_120, 2)
    assert [one.coupon for one in stocked.coupons("kim") if one.state == "claimed"] == ["TEAM2000"]


def test_a_coupon_chosen_by_hand_stays(stocked: Shop) -> None:
    """None, too: when the cart changes and when the checkout is opened again; not for the next.

    The next cart is the one behind a payment, and behind an emptied one, wherever it was emptied.
    """
    seconds = SteadyClock()
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("● WELCOME10")
        await stage.press("tab", "home", "enter")
        await stage.sees("● none", "TOTAL  14,000 KRW")
        await stage.press("plus")
        await stage.sees("● none", "TOTAL  19,000 KRW")
        await stage.press("escape", "c")
        await stage.sees("● none", "TOTAL  19,000 KRW")
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)
        await stage.press("escape", "home", "plus", "c")
        await stage.sees("● WELCOME10")
        for empty in (("minus",), ("n", "0", "enter")):
            await stage.press("tab", "home", "enter")
            await stage.sees("● none")
            await stage.press("escape", *empty)
            await stage.sees("cart empty")
            await stage.press("plus", "c")
            await stage.sees("● WELCOME10")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim")[0].coupon is None


def test_a_better_coupon_that_is_not_held_is_marked_and_never_claimed_by_itself(
    stocked: Shop,
) -> None:
    """It stands on top as the best; the one that is held is used."""
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("claim: saves 5,000 best", "● WELCOME10")
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim")[0].coupon == "WELCOME10"
    assert stocked.coupon("FIRST3").claimed == 0


def test_an_enter_before_the_bill_was_there_pays_nothing(stocked: Shop, held: Held) -> None:
    """However late the bill is read; whoever goes on pressing looks at it for a second first."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("plus")
        stage.burst("c\r\rp")
        await stage.sees_now("That p came before", "The bill is being read…")
        held.released.set()
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(held.shop(stocked, "coupons"), user="kim", steady_clock=seconds), play)


def test_the_enter_that_names_the_user_does_not_pay(stocked: Shop) -> None:
    """Pressed twice, the second one finds a bill that nobody has read."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c", *"kim", "enter")
        await stage.sees("TOTAL  3,500 KRW")
        await stage.press("enter")
        await stage.sees("counts after")
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, steady_clock=seconds), play)

    assert len(stocked.orders("kim")) == 1


def test_all_held_coupons_are_offered_the_best_first(stocked: Shop) -> None:
    """With fifty held the best one is on top, and total, balance and the button stay in sight."""
    for number in range(50):
        stocked.add_coupon(f"C{number:02d}", amount=10 + number, limit=5)
        stocked.claim("kim", f"C{number:02d}")

    for size in ((80, 24), (40, 20), (40, 12)):

        async def play(stage: Stage) -> None:
            await _to_checkout(stage)
            await stage.sees("● C49", "saves 59", "50 usable", "more", "TOTAL  13,941 KRW")
            await stage.sees("Balance after 36,059 KRW", "enter  Pay 13,941 KRW")

        perform(make_app(stocked, user="kim"), play, size=size)

    offers = review(stocked, "kim", (("LATTE", 2),), None).offers
    assert [one.coupon.code for one in offers[:50]] == [f"C{n:02d}" for n in range(49, -1, -1)]


def test_of_coupons_that_save_the_same_the_one_that_ends_first_is_used(
    stocked: Shop, clock: SettableClock
) -> None:
    """One without an end comes last; b says which one of all is best, and which may be claimed."""
    for code, days in (("A", None), ("B", 30), ("C", 2)):
        stocked.add_coupon(code, amount=1_000, limit=5, valid_days=days)
        stocked.claim("kim", code)
    clock.advance(timedelta(days=1))

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("● C", "TOTAL  13,000 KRW")
        await stage.press("b")
        await stage.sees("Best of yours: C saves 1,000.")
        await stage.sees("Yet to be claimed: FIRST3 saves 5,000.")

    perform(make_app(stocked, user="kim"), play)

    offers = review(stocked, "kim", (("LATTE", 2),), None).offers
    assert [one.coupon.code for one in offers[:3]] == ["C", "B", "A"]


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
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stocked.adjust_stock("LATTE", to=1, reason="counted")
        await stage.press("enter")
        await stage.sees("Latte (1 left, 2 wanted)")
        assert stocked.orders("kim") == ()
        await stage.press("down", "minus")
        await stage.sees("9,500 KRW")
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


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
        await stage.press("enter")
        await stage.sees("Asking whether it is paid")
        assert stage.app.visit.operations
        await stage.press("enter", "escape")
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
        await stage.press("p")
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


def test_what_is_typed_for_another_place_pays_nothing(stocked: Shop) -> None:
    """There is one checkout, over whichever tab: a search typed there is told, enter included."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("2", "c")
        await stage.sees("TOTAL  14,000 KRW")
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.screen, ShopScreen))
        await stage.press("2", "1")
        assert isinstance(stage.screen, ShopScreen)
        await stage.press("c", "2", "1")
        seconds.seconds += 2
        await stage.press("slash", *"tea")
        await stage.sees("a is no key here. This is the checkout: enter pays, esc leaves.")
        await stage.press("enter")
        await stage.sees("counts after")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_leaving_in_the_middle_leaves_nothing_half_done(stocked: Shop) -> None:
    """Ctrl-Q at the checkout buys nothing."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.pilot.press("ctrl+q")

    app = make_app(stocked, user="kim")
    perform(app, play)

    assert app.return_code == 0
    with pytest.raises(UnknownOrder):
        stocked.receipt(key="nothing")
    assert stocked.orders("kim") == ()


def test_asking_again_does_not_block_the_loop(stocked: Shop, held: Held) -> None:
    """A slow database leaves the screen alive: keys still move the cursor."""
    slow = held.shop(stocked, "coupons")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "down", "plus")
        await stage.pilot.press("c")
        await stage.pilot.pause()
        assert isinstance(stage.screen, CheckoutScreen)
        await stage.pilot.press("down")
        assert stage.screen.query_one("#lines").cursor == 1  # type: ignore[attr-defined]  # a RowList
        held.released.set()
        await stage.sees("Balance after")

    perform(make_app(slow, user="kim"), play)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_the_code_of_a_coupon_is_never_cut(stocked: Shop, size: tuple[int, int]) -> None:
    """It is whole in the list and on the receipt; other words give way."""
    code = "WELCOME-BACK-2026-MAY"
    stocked.add_coupon(code, amount=1_000, limit=5)
    stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "plus", "c")
        await stage.sees(f"● {code}", "Pay 4,000 KRW")
        await stage.press("tab", "home")
        await stage.sees(f"● {code}", "p  Pay 4,000 KRW")
        await stage.press("tab", "enter")
        await stage.sees(f"Coupon {code}")

    perform(make_app(stocked, user="kim"), play, size=size)


def test_the_keys_say_what_enter_does_where_the_focus_is(stocked: Shop) -> None:
    """On a line it pays; at the coupons it claims one or uses one, and p pays."""

    async def play(stage: Stage) -> None:
        stocked.claim("kim", "WELCOME10")
        await _to_checkout(stage)
        await stage.sees("enter  Pay 12,600 KRW", "enter Pay", "tab Coupons")
        assert "Use coupon" not in stage.text
        await stage.press("tab")
        await stage.sees("enter Use coupon", "p  Pay 12,600 KRW", "p Pay", "tab Order")
        assert "enter Pay" not in stage.text
        await stage.press("up")
        await stage.sees("enter Claim, use")
        await stage.press("c")
        await stage.sees("p pays, esc leaves", "p  Pay 12,600 KRW")
        await stage.press("tab", "c")
        await stage.sees("enter pays, esc leaves", "enter  Pay 12,600 KRW")
        await stage.press("tab", "p")
        await _to_receipt(stage)

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (120, 36), (200, 60)])
def test_total_and_button_are_in_sight_whatever_is_told(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """With a long list of both kinds, a coupon explained, and the balance short."""
    for number in range(30):
        stocked.add_product(f"P{number:02d}", name=f"Product {number}", price=900, stock=9)
        stocked.add_coupon(f"C{number:02d}", amount=10 + number, limit=5, min_order=1_000)
        stocked.claim("jo", f"C{number:02d}")

    async def play(stage: Stage) -> None:
        cart, shop = stage.app.visit.cart, stage.app.visit.shop
        for product in shop.browsing.named([f"P{number:02d}" for number in range(30)]):
            cart.change(product, 1)
        await stage.press("c")
        await stage.sees("TOTAL  26,961 KRW", "25,961", "enter  Charge 30,000", "esc Back")
        await stage.press("tab", "end", "k")
        await stage.sees("TOTAL  26,961 KRW", "25,961", "p  Charge 30,000")
        assert stage.screen.query_one("#offers").region.height >= 3

    perform(make_app(stocked, user="jo"), play, size=size)


def test_a_quantity_is_typed(stocked: Shop) -> None:
    """n, a number and Enter, in the list and at the checkout; no more than there are; 0 is none."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("down", "down", "down", "n", "1", "2", "enter")
        assert dict(stage.app.visit.cart.request) == {"LATTE": 12}
        await stage.press("c", "n", "x", "enter")
        await stage.sees("whole number")
        assert not stage.app.visit.asked
        await stage.press("backspace", "5", "0", "enter")
        await stage.sees("No more of Latte is left: 17 in the cart.", "TOTAL  76,500 KRW")
        await stage.press("n", "3", "enter")
        await stage.sees("TOTAL  13,500 KRW")
        seconds.seconds += 2
        await stage.press("enter")
        await _to_receipt(stage)
        await stage.press("escape", "plus", "c", "n", "0", "enter")
        await stage.sees("PRODUCT", "cart empty")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)

    assert stocked.orders("kim")[0].total == 13_500


@pytest.mark.parametrize("sees_it_go", [True, False])
def test_a_coupon_that_others_take_stays_in_its_place(stocked: Shop, *, sees_it_go: bool) -> None:
    """It says "no more", before or behind the claim; Enter pressed again claims no other one."""
    stocked.claim("kim", "WELCOME10")
    for user in ("sato", "jo"):
        stocked.claim(user, "FIRST3")
    stocked.add_user("quick")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "home", "enter")
        await stage.sees("● none", "TOTAL  14,000 KRW")
        await stage.press("tab", "down")
        await stage.sees("1 left: enter claims one and uses it.")
        assert _offered(stage) == [":none", "FIRST3", "WELCOME10", "TEAM2000"]
        stage.app._is_polling = not sees_it_go  # noqa: SLF001  # nobody looks, or somebody does
        stocked.claim("quick", "FIRST3")
        if sees_it_go:
            await stage.sees("It cannot be claimed any more.")
        await stage.press("enter")
        told = "FIRST3: It cannot be claimed" if sees_it_go else "FIRST3 is sold out"
        await stage.sees(told, "no more", "enter Why not")
        assert _offered(stage) == [":none", "FIRST3", "WELCOME10", "TEAM2000"]
        await stage.press("enter", "space")
        await stage.sees("● none", "TOTAL  14,000 KRW", "FIRST3: It cannot be claimed any more.")

    perform(make_app(stocked, user="kim", bound=True), play, size=(120, 36))

    assert [one.coupon for one in stocked.coupons("kim")] == ["WELCOME10"]


def test_a_coupon_that_is_over_stays_in_its_place(stocked: Shop, clock: SettableClock) -> None:
    """One chosen by hand expires, another is used in another storefront: each row says so."""
    for code in ("FIRST3", "WELCOME10"):
        stocked.claim("kim", code)

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("● FIRST3")
        await stage.press("tab", "enter", "escape")
        clock.advance(timedelta(days=8))
        await stage.press("c")
        await stage.sees("● FIRST3", " expired", "○ WELCOME10")
        stocked.order("kim", {"LATTE": 1}, coupon="WELCOME10", key="elsewhere")
        await stage.sees("○ WELCOME10", " used")
        assert "no more" not in stage.text

    perform(make_app(stocked, user="kim", bound=True), play)


def test_a_bill_that_is_short_names_the_coupon_that_would_do(stocked: Shop) -> None:
    """One to be claimed, or one held where none was chosen by hand; enter says it again."""
    stocked.add_coupon("PLENTY", amount=3_000, limit=3)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("With PLENTY the balance is enough: tab leads to it.")
        await stage.press("enter")
        await stage.sees("2,500 short", "tab leads to it.")
        stocked.claim("jo", "PLENTY")
        await stage.sees("● PLENTY", "Pay 500 KRW")
        await stage.press("tab", "home", "enter")
        await stage.sees("● none", "With PLENTY the balance is enough: b uses it.")

    perform(make_app(stocked, user="jo", bound=True), play)


def test_what_is_said_of_a_coupon_is_true_of_the_list_as_it_is(stocked: Shop) -> None:
    """Taken by others or switched off, it is named no more; another that does is; tab is on it."""
    stocked.add_coupon("ONE", amount=3_000, limit=1)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("With ONE the balance is enough: tab leads to it.")
        stocked.claim("sato", "ONE")
        await stage.sees("no more")
        assert "With ONE" not in stage.text
        stocked.add_coupon("MANY", amount=3_000, limit=9)
        await stage.sees("With MANY the balance is enough: tab leads to it.")
        await stage.press("enter")
        await stage.sees("2,500 short", "tab leads to it.")
        stocked.set_coupon("MANY", disabled=True)
        await stage.until(lambda: "With MANY" not in stage.text)
        await stage.sees("2,500 short")
        stocked.set_coupon("MANY", disabled=False)
        await stage.sees("With MANY the balance is enough: tab leads to it.")
        await stage.press("tab")
        await stage.sees("MANY: 3,000 off")

    perform(make_app(stocked, user="jo", bound=True), play, size=(120, 36))


def test_a_bill_that_cannot_be_paid_says_nothing_of_savings(stocked: Shop) -> None:
    """Of who is blocked meanwhile only that is told, and of what is off sale to take it out."""
    stocked.add_coupon("BIG", amount=20_000, limit=9)
    stocked.claim("kim", "BIG")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "home", "down", "enter")
        await stage.sees("BIG saves 14,000 of 20,000.")
        stocked.set_user("kim", state="blocked", reason="lost card")
        await stage.sees("kim is blocked")
        assert "BIG saves" not in stage.text
        stocked.set_user("kim", state="active")
        await stage.sees("BIG saves 14,000 of 20,000.")
        stocked.set_product("LATTE", on_sale=False)
        await stage.sees("Not on sale at present: Latte. At its line, d takes it out.")
        await stage.press("down", "d")
        await stage.sees("Pay 0 KRW")

    perform(make_app(stocked, user="kim", bound=True), play, size=(120, 36))


def test_who_is_blocked_is_offered_no_charge_at_the_bill(stocked: Shop) -> None:
    """The help names no key for it, and m says why at once, and opens no box."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        stocked.set_user("kim", state="blocked", reason="lost card")
        await stage.sees("kim is blocked")
        await stage.press("f1")
        assert "Charge another amount" not in stage.prose
        await stage.press("escape", "tab", "m")
        await stage.until(lambda: stage.text.count("Unblock first") == 2)  # beside the bill, below
        assert isinstance(stage.screen, CheckoutScreen)

    perform(make_app(stocked, user="kim"), play)


def test_who_is_blocked_is_offered_no_coupon_to_claim(stocked: Shop) -> None:
    """Neither at the checkout nor at the coupons; enter says why, and that ends with the block."""

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.sees("claim: saves 5,000 best")
        stocked.set_user("kim", state="blocked", reason="lost card")
        await stage.sees("not now")
        assert "claim:" not in stage.text
        await stage.press("tab", "down")
        await stage.sees("Who is blocked claims nothing.", "enter Why not")
        await stage.press("enter", "escape", "2")
        await stage.sees("COUPON", "not now")
        assert "enter claims" not in stage.text
        await stage.press("enter")
        await stage.sees("kim is blocked")
        stocked.set_user("kim", state="active")
        await stage.sees("enter claims")

    perform(make_app(stocked, user="kim", bound=True), play, size=(120, 36))

    assert stocked.coupons("kim") == ()


def test_the_end_of_a_coupon_is_told_to_the_second(stocked: Shop, clock: SettableClock) -> None:
    """Where it ends within a minute: until 12:42 would be over, or go on, for half of that."""
    use_by = clock() + timedelta(seconds=34)
    stocked.add_coupon("ENDS", percent=50, limit=2, closes=use_by, use_by=use_by)

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "home", "down")
        await stage.sees("ENDS: 50 %, any order, until 2026-03-12 21:00:34.")
        await stage.press("escape", "2")
        await stage.sees("0 of 2 claimed", "can be claimed until 2026-03-12", " 21:00:34")

    perform(make_app(stocked, user="kim", bound=True), play, size=(120, 36))


def test_a_coupon_claimed_meanwhile_replaces_no_choice_made_since(
    stocked: Shop, held: Held
) -> None:
    """Its claim is answered late, behind a choice of none: it is told, and not used."""
    slow = held.shop(stocked, "claim")

    async def play(stage: Stage) -> None:
        await _to_checkout(stage)
        await stage.press("tab", "down")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way…")
        await stage.pilot.press("home", "enter")
        held.released.set()
        await stage.sees("number 1 of", "● none", "TOTAL  14,000 KRW", "1 usable")

    perform(make_app(slow, user="kim"), play)
