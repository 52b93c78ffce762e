"""A member's own storefront and a till: whatever is pressed, only what they may do is done."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from textual import events
from textual.app import App

from shopcli import Shop
from shopcli.domain.errors import NoShop, NotAllowed, SchemaOld, ShopError, UserBlocked
from shopcli.tui.app import make_app
from shopcli.tui.desk.view import NAMES
from shopcli.tui.screens.charging import charge
from shopcli.tui.screens.desk import DeskScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.visit import begin
from tests.clocks import SettableClock
from tests.tui.stage import Stage, perform

KEYS = [
    *"12345+-mxysruc?pRjkwl",
    "tab",
    "enter",
    "escape",
    "down",
    "up",
    "ctrl+p",
    "space",
    "delete",
]


@pytest.fixture
def crowded(stocked: Shop) -> Shop:
    """The shop with a dead delivery, and an order of somebody else."""
    event = stocked.outbox.list()[0]
    stocked.outbox.discard(event.id, reason="wrong address")
    return stocked


def _state(shop: Shop) -> tuple[object, ...]:
    return (
        shop.orders("sato"),
        shop.balance("sato"),
        shop.history("kim")[:1],
        [one for one in shop.history("kim") if one.kind != "payment"],
        [product.stock for product in shop.products() if product.sku == "BAGEL"],
        [(event.id, event.state) for event in shop.outbox.list()][-1:],
        [user.user for user in shop.users()],
    )


def test_a_member_finds_no_desk(crowded: Shop) -> None:
    """No tab, key, hint, help line or palette entry leads to what is not a member's."""

    async def play(stage: Stage) -> None:
        await stage.sees("Latte", "1 Shop")
        assert "Desk" not in stage.text
        await stage.press("5", "f7", "down", "enter", "x", "enter", "f6", "s", "R")
        stage.app.action_go("desk")
        await stage.settle()
        assert not isinstance(stage.screen, DeskScreen)
        await stage.press("question_mark")
        await stage.sees("Everywhere")
        assert "Desk" not in stage.text
        await stage.press("escape", "3")
        await stage.sees("kim · 김민지")
        assert "m charges" not in stage.text
        assert "m Charge" not in stage.text
        offered = {command.title for command in stage.app.get_system_commands(stage.screen)}
        assert not {"Go to Desk", "Charge the balance", "Restock a product"} & offered
        assert "Say who shops" not in offered

    perform(make_app(crowded, user="kim", bound=True), play)


def test_screens_that_a_member_cannot_reach_do_nothing_for_one(crowded: Shop) -> None:
    """Even pushed past every key, the desk, another's receipt and a charge are refused."""
    before = _state(crowded)
    other = crowded.orders("sato")[0]

    async def play(stage: Stage) -> None:
        stage.app.push_screen(DeskScreen())
        await stage.sees("may not do this")
        assert "sato" not in stage.text
        await stage.press("s", "r", "R", "enter", "f")
        for view in NAMES:
            await stage.screen.run_action(f"show('{view}')")
            await stage.press("s", "p", "o", "d", "m", "b", "r", "R", "e", "h", "enter", "escape")
        stage.app.pop_screen()
        stage.app.push_screen(ReceiptScreen(other, just_paid=False))
        await stage.press("x", "enter")
        await stage.sees("Receipt")
        await stage.press("escape")
        charge(stage.app)
        stage.app.visit.user = "sato"
        await stage.press("3", "2", "enter")
        await stage.settle()
        assert stage.app.visit.balance is None

    perform(make_app(crowded, user="kim", bound=True), play)

    assert _state(crowded) == before


@pytest.mark.parametrize("way", ["member", "till"])
def test_keys_at_random_do_nothing_that_is_not_theirs(
    crowded: Shop, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four hundred keys, whatever they open: no other's order, balance or stock is touched."""

    async def stay(_store: App[int]) -> None:
        """Keys at random find "Quit" in the palette, too: what comes after is to be pressed."""

    monkeypatch.setattr(App, "action_quit", stay)
    before = _state(crowded)
    chosen = random.Random(f"rights of a {way}")  # noqa: S311  # the same keys each time

    async def play(stage: Stage) -> None:
        driver = stage.app._driver  # noqa: SLF001  # the pilot waits after each key
        assert driver is not None
        for number in range(400):
            key = chosen.choice(KEYS)
            driver.send_message(events.Key(key, key if len(key) == 1 else None))
            if number % 20 == 0:
                await stage.pilot.pause()
                assert way == "till" or "sato" not in stage.text
        await stage.settle()
        assert stage.app.is_running

    is_member = way == "member"
    perform(
        make_app(crowded, user="kim" if is_member else None, bound=is_member, kiosk=not is_member),
        play,
    )

    assert _state(crowded)[0] == before[0]
    assert _state(crowded)[3:] == before[3:]
    if is_member:
        assert _state(crowded)[1] == before[1]


@pytest.mark.parametrize("way", ["member", "till"])
def test_what_runs_the_shop_is_refused_by_the_shop_of_the_storefront(
    crowded: Shop, way: str
) -> None:
    """Whatever message or screen asks, the engine says no."""
    app = (
        make_app(crowded, user="kim", bound=True)
        if way == "member"
        else make_app(crowded, kiosk=True)
    )
    event = crowded.outbox.list()[0]
    order = str(crowded.orders("sato")[0].order)
    shop = app.visit.shop
    assert shop.role == way

    for forbidden in (
        lambda: shop.restock("BAGEL", 50),
        lambda: shop.outbox.retry(event.id),
        lambda: shop.add_user("mine"),
        lambda: shop.history("sato"),
        shop.settings,
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    if way == "member":
        with pytest.raises(ShopError):
            shop.cancel(order)
        for other in (shop.balance, shop.coupons, shop.user):
            with pytest.raises(NotAllowed):
                other("sato")


def test_members_charge_where_the_shop_lets_them(stocked: Shop) -> None:
    """With the setting the key is there, and books on their own balance."""
    stocked.set_setting("members_charge", "yes")

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        await stage.type("500")
        await stage.press("enter")
        await stage.sees("Charged 500 KRW", "50,500 KRW")

    perform(make_app(stocked, user="kim", bound=True), play)


def test_whether_members_charge_is_read_again(stocked: Shop) -> None:
    """The setting changes while the storefront is open: the key comes and goes with it."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("kim · 김민지")
        assert "m Charge" not in stage.text
        stocked.set_setting("members_charge", "yes")
        await stage.sees("m charges", "m Charge")
        await stage.press("m")
        await stage.sees("Charge the balance of kim")
        await stage.press("escape")
        stocked.set_setting("members_charge", "no")
        await stage.until(lambda: "m Charge" not in stage.text)
        await stage.press("m")
        assert "Charge the balance" not in stage.text
        await stage.press("1", "plus", "c")
        await stage.sees("Balance after")
        stocked.set_setting("members_charge", "yes")
        await stage.until(lambda: stage.app.visit.may_charge)
        stocked.set_setting("members_charge", "no")
        await stage.until(lambda: not stage.app.visit.may_charge)
        await stage.press("escape", "1")
        stocked.set_setting("members_charge", "yes")
        await stage.until(lambda: stage.app.visit.may_charge)

    perform(make_app(stocked, user="kim", bound=True), play)


def test_what_is_too_late_to_cancel_is_not_offered(stocked: Shop, clock: SettableClock) -> None:
    """Neither by the receipt nor by the list: the instant that has passed is told to the second."""
    stocked.order("kim", {"MUG": 1})

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.sees("Receipt", "x Cancel order")
        clock.advance(timedelta(hours=24, seconds=1))
        await stage.press("x")
        await stage.sees("could be cancelled", "y Copy command  esc Back")
        await stage.press("escape", "x")
        limit = stage.app.visit.wording.instant(clock() - timedelta(seconds=1))
        await stage.sees("could be cancelled", f"until {limit}")
        assert "cannot be taken back" not in stage.text

    perform(make_app(stocked, user="kim", bound=True), play)

    assert stocked.orders("kim")[0].state == "paid"


@pytest.mark.parametrize("error", [NoShop, UserBlocked, SchemaOld])
def test_commands_of_operators_are_advised_to_operators(
    stocked: Shop, error: type[ShopError]
) -> None:
    """They are of this shop, whatever the shell has in mind; a member is told whom to ask."""
    refusal = error("That is so.", details={"user": "kim", "database": "x"})

    def told(shop: Shop) -> str:
        visit = begin(
            shop,
            user="kim",
            deliver=lambda _order: None,
            pasted=lambda text: text.replace("shop ", "SHOP "),
        )
        return visit.wording.refusal(refusal)

    assert "SHOP " in told(stocked)
    assert told(stocked.as_member("kim")) == "That is so. Ask whoever runs the shop."
    assert told(stocked.as_till()) == "That is so. Ask whoever runs the shop."


def test_the_operators_storefront_begins_at_the_desk(stocked: Shop) -> None:
    """With --desk the first screen is the desk, and every tab is there."""

    async def play(stage: Stage) -> None:
        await stage.sees("Deliveries", "Bagel", "5 Desk")
        await stage.press("1")
        await stage.sees("Latte")

    perform(make_app(stocked, user="kim", desk=True), play)
