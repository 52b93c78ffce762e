"""The till: a scanner, a name, Enter, next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual import events
from textual.widgets import Input

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, InvalidInput
from shopcli.domain.money import AMOUNT_MAX
from shopcli.tui.app import make_app
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.till.charging import usual_amounts
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.till.scanning import Several, Times, look_up
from tests.clocks import SettableClock, SteadyClock
from tests.tui.stage import Held, Stage, perform


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
        till = stage.screen
        assert isinstance(till, TillScreen)
        till.refused("terms", DatabaseUnreachable("The database cannot be reached."))
        assert "Try again" not in stage.text  # beside a sale that is paid
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
        await stage.sees("No product has the SKU, barcode or name nothing")
        await _scan(stage, "LATTE")
        await stage.press("up")
        await stage.sees("cart 2")
        await stage.press("down", "enter")
        await _scan(stage, "nobody")
        await stage.sees("nobody")
        await _scan(stage, "jo")
        await stage.sees("3,500 short", "f5, f6 or f7 charges")
        assert "Press m" not in stage.text
        await stage.press("escape", "escape", "escape")
        await stage.sees("cart 1", "esc again puts down the 1 thing in the cart")
        await stage.press("escape")
        await stage.sees("cart empty", "Put everything down")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("jo") == ()


def test_what_was_not_taken_is_told_until_it_is_seen(stocked: Shop) -> None:
    """A good scan, the name and the bill leave it on the screen; Escape at the products ends it."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "4006381333931", "LATTE")
        await stage.sees("Not in the cart: 4006381333931.", "1 × Latte")  # noqa: RUF001  # as shown
        await _scan(stage, "", "4006381333948")
        await stage.sees("SKU or barcode 4006381333948", "who pays?")
        await _scan(stage, "kim")
        await stage.sees("press enter to pay", "Not in the cart: 4006381333931, 4006381333948.")
        await stage.press("escape", "escape")
        await stage.sees("cart 1")
        assert "Not in the cart" not in stage.text
        await _scan(stage, "A", "B", "C", "D", "E", "F")
        await stage.sees("Not in the cart: C, D, E, F and 2 before.")
        await _scan(stage, "", "kim", "")
        await stage.sees("Paid")
        assert "Not in the cart" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("then", ["pays", "puts it down", "leaves"])
def test_what_was_scanned_behind_a_refused_payment_waits(
    stocked: Shop, held: Held, then: str
) -> None:
    """It is no part of that sale: it is told, and comes once the refused one is paid or put down.

    Where whoever was there leaves, it is told that none of it was taken.
    """
    slow, seconds = held.shop(stocked, "order"), SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        stage.burst("\rMUG\r\rsato\r\r")
        await stage.sees_now("Paying")
        stocked.set_user("kim", state="blocked", reason="test")
        held.released.set()
        await stage.sees("Not paid: 4,500 KRW of kim.", "cart 1 · 4,500 KRW", "▌1 scan")
        await stage.sees("Waits until that is paid or put down: MUG, sato.", "1 thing is left")
        if then == "leaves":
            seconds.seconds += IDLE_SECONDS
            till.clear_if_idle()
            await stage.sees("cart empty")
            await stage.sees("Not in the cart: MUG, sato.")
            assert "Waits" not in stage.text
            return
        if then == "pays":
            stocked.set_user("kim", state="active", reason="test")
            await _scan(stage, "", "kim")
            await stage.sees("press enter to pay", "Waits until")
            seconds.seconds += 2
            await stage.press("enter")
        else:
            await stage.press("escape", "escape")
        await stage.sees("sato  cart 1 · 12,000 KRW", "press enter to pay")
        assert "Waits" not in stage.text
        assert ("✓ Paid: 4,500 KRW of kim" in stage.text) == (then == "pays")
        if then == "puts it down":
            await stage.sees("Put down: 1", "Latte. f9 takes it back once the cart is empty.")
            await stage.press("escape", "f9")
            await stage.sees("cart 1 · 12,000 KRW", "is paid or put down")
            await stage.press("escape", "escape", "escape")
            await stage.sees("cart empty", "f9 takes back what was put down first", "Mug")
            await stage.press("f9")
            await stage.sees("cart 1 · 4,500 KRW", "Put down: 1", "Mug")
            await stage.press("escape", "escape", "escape", "f9")
            await stage.sees("cart 1 · 12,000 KRW", "Put down: 1", "Latte")
            await _scan(stage, "", "sato")
            await stage.sees("enter Pay")
            seconds.seconds += 2
            await stage.press("enter")
            await stage.sees("Paid", "f9 Take back")
            await stage.press("f9")
            await stage.sees("cart 1 · 4,500 KRW", "1 thing is left")

    perform(make_app(slow, kiosk=True, steady_clock=seconds), play)

    assert len(stocked.orders("kim")) == (then == "pays")
    assert (stocked.orders("sato")[0].total == 12_000) == (then == "puts it down")


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_nobody_pays_the_refused_sale_of_another_unasked(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """It stays told whose it was; another has to say yes first, a second after the question."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.press("enter")
        await stage.sees("kim is blocked", "1 thing is left")
        await _scan(stage, "AMERICANO")
        await stage.sees("cart 2", "1 thing is left")
        await _scan(stage, "", "sato", "")
        await stage.sees("Does sato pay that, too?", "enter Yes", "second")
        for key in ("f5", "f7"):
            await stage.press(key)
            await stage.sees("Answer first: enter says yes", "enter Yes")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("enter Pay", "Balance after")
        assert "refused sale" not in stage.text
        await stage.press("enter")
        await stage.sees("counts after a second")
        assert len(stocked.orders("sato")) == 1
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)

    assert stocked.orders("sato")[0].total == 8_000


def test_a_yes_to_what_a_refused_sale_left_is_of_who_was_named(stocked: Shop) -> None:
    """Another is asked as well; so is whoever gets it back by f9 after it was put down."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.press("enter")
        await stage.sees("kim is blocked", "1 thing is left")
        await _scan(stage, "", "sato")
        await stage.sees("Does sato pay that, too?")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("enter Pay", "Balance after")
        await stage.press("escape")
        await stage.sees("1 thing is left")
        await _scan(stage, "", "jo")
        await stage.sees("Does jo pay that, too?")
        for is_idle in (False, True):
            await stage.press("escape")
            if is_idle:
                seconds.seconds += IDLE_SECONDS
                till.clear_if_idle()
            else:
                await stage.press("escape", "escape")
            await stage.sees("cart empty", "f9 takes it back")
            await stage.press("f9")
            await stage.sees("cart 1", "1 thing is left")
            await _scan(stage, "", "sato")
            await stage.sees("Does sato pay that, too?")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


@pytest.mark.parametrize("how", ["at the bill", "by enter", "after esc", "after a scan"])
def test_nobody_pays_the_short_bill_of_another_unasked(stocked: Shop, how: str) -> None:
    """However another comes to be named; what is scanned at the bill is of it. It is asked once."""
    seconds = SteadyClock()
    keys = {"at the bill": (), "after esc": ("escape", "enter")}.get(how, ("enter",))
    count = 3 if how == "after a scan" else 2

    async def play(stage: Stage) -> None:
        await _scan(stage, "2*MUG", "", "jo")
        await stage.sees("23,000 short")
        if count > 2:
            await _scan(stage, "AMERICANO")
            await stage.sees("jo  cart 3", "short", "on the bill now")
        assert "unpaid bill" not in stage.text
        await stage.press(*keys)
        await _scan(stage, "kim")
        await stage.sees(f"{count} things are left", "unpaid bill of jo", "Does kim pay that, too?")
        await stage.press("escape")
        await _scan(stage, "", "jo")
        await stage.sees(f"jo  cart {count}", "short")
        assert "unpaid bill" not in stage.text
        await stage.press("f5", "enter")
        await stage.sees("enter Pay")
        await stage.press("escape", "enter")
        await _scan(stage, "kim")
        await stage.sees("enter Pay")  # it was paid for as much as any other bill by then
        assert "unpaid bill" not in stage.text

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


def test_what_cannot_be_sold_is_told_before_it_is_asked_who_pays_it(stocked: Shop) -> None:
    """At the bill of another whose things it is; once it can be sold, that one is asked."""

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "2*MUG", "", "kim")
        await stage.sees("enter Pay")
        stocked.set_product("MUG", on_sale=False)
        till.reload()
        await stage.sees("Not on sale at present", "enter Another user")
        await _scan(stage, "sato")
        await stage.sees("Not on sale at present", "2 things are left from the unpaid bill of kim")
        assert "Does sato pay" not in stage.text
        stocked.set_product("MUG", on_sale=True)
        till.reload()
        await stage.sees("Does sato pay that, too?", "enter Yes")
        stocked.set_product("MUG", on_sale=False)
        till.reload()
        await stage.sees("Not on sale at present", "2 things are left from the unpaid bill of kim")
        assert "enter Yes" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_whose_sale_was_refused_pays_it_as_ever(stocked: Shop) -> None:
    """Without a question; so does anybody once it is taken out."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        for user in ("kim", "sato"):
            await _scan(stage, "LATTE", "", "kim")
            await stage.sees("press enter to pay")
            stocked.set_user("kim", state="blocked", reason="test")
            await stage.press("enter")
            await stage.sees("kim is blocked", "1 thing is left")
            stocked.set_user("kim", state="active", reason="test")
            if user == "sato":
                await stage.press("down")
                await stage.until(lambda: "1 thing is left" not in stage.text)
                await _scan(stage, "LATTE")
            await _scan(stage, "", user)
            await stage.sees("enter Pay")
            assert "refused sale" not in stage.text
            seconds.seconds += 2
            await stage.press("enter")
            await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("LATTE:99", "99 wanted, only 17 left"),
        ("LATTE:9999", "9,999 wanted, only 17 left"),
        ("TEA", "is sold out"),
        ("BAGEL", "not on sale at present"),
        ("LATTE:x", "'LATTE:x' is not SKU, SKU:QTY"),
        ("LATTE:-1", "'LATTE:-1' is not SKU, SKU:QTY"),
        ("LATTE:0", "'LATTE:0' asks for none of it: a quantity is 1 or more. Type it like LATTE:1"),
        ("0*latte", "'0*latte' asks for none of it: a quantity is 1 or more. Type it like 1*latte"),
        (f"LATTE:{'9' * 25}", "asks for too many"),
        ("NOTHING:3", "SKU, barcode or name NOTHING"),
    ],
)
def test_a_scan_is_taken_whole_or_not_at_all(stocked: Shop, line: str, told: str) -> None:
    """More than there is, what is not sold and what is no quantity leave the cart as it was."""
    stocked.set_product("BAGEL", on_sale=False)

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", line)
        await stage.sees(told, f"Not in the cart: {line[:15]}", "cart 1 · 12,000 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_one_more_than_there_is_says_why_not(stocked: Shop) -> None:
    """An arrow that can do nothing tells the reason."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY:3")
        await stage.press("up")
        await stage.sees("4 wanted, only 3 left", "cart 3")

    perform(make_app(stocked, kiosk=True), play)


def test_the_help_lists_what_the_keys_do_at_this_step(stocked: Shop) -> None:
    """At the products, at the name, and at the bill; no key is listed where it does nothing."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "", "LATTE")
        for told, line in (("go on to paying", ""), ("name of who pays", "kim"), ("pay", "")):
            await stage.press("f1")
            await stage.sees("Keys", told)
            assert ("Undo the last sale" in stage.text) is (told == "go on to paying")
            assert "f5" not in stage.text
            await stage.press("end")
            await stage.sees("?  q", "Are typed, as every letter", "ctrl+p", "no list of commands")
            await stage.press("escape")
            await _scan(stage, line)

    perform(make_app(stocked, kiosk=True), play)


def test_a_scan_closes_the_help_and_is_taken(stocked: Shop) -> None:
    """Its first character, which may be a key of the help, is not lost."""
    stocked.add_product("qx1", name="Quince", price=100, stock=5)

    async def play(stage: Stage) -> None:
        await stage.press("f1")
        await stage.sees("Keys")
        stage.burst("qx1\rMUG\r")
        await stage.sees("cart 2 · 12,100 KRW")
        await stage.press("f1")
        await stage.sees("Keys")
        stage.app.post_message(events.Paste("LATTE\n"))
        await stage.sees("cart 3 · 16,600 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_letters_are_typed_not_obeyed(stocked: Shop) -> None:
    """At the till q, c and digits belong to the field; Ctrl-Q ends it."""

    async def play(stage: Stage) -> None:
        await stage.press("q", "c", "1", "question_mark")
        await stage.sees("qc1?")
        await stage.pilot.press("ctrl+q")

    app = make_app(stocked, kiosk=True)
    perform(app, play)

    assert app.return_code == 0


def test_what_was_said_of_one_user_does_not_stay_for_the_next(stocked: Shop) -> None:
    """An unknown name is said, and is gone once a bill is shown."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kimm")
        await stage.sees("no user kimm")
        await _scan(stage, "kim")
        await stage.sees("press enter to pay")
        assert "kimm" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_a_scan_at_any_step_goes_on_the_bill(stocked: Shop) -> None:
    """At the user's name and at the bill a product is added; Enter then pays what is shown."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "8801234560016")
        await stage.sees("cart 2 · 9,500 KRW", "who pays?")
        await _scan(stage, "kim")
        await stage.sees("press enter to pay", "9,500 KRW")
        await _scan(stage, "MUG")
        await stage.sees("on the bill now", "21,500 KRW", "28,500 KRW")
        await _scan(stage, "")
        await stage.sees("counts after a second")
        assert stocked.orders("kim") == ()
        seconds.seconds += 2
        await _scan(stage, "")
        await stage.sees("Paid", "28,500 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert [order.total for order in stocked.orders("kim")] == [21_500]


def test_what_is_scanned_while_paying_is_the_next_bill(stocked: Shop, held: Held) -> None:
    """The next customer's things wait their turn; Enters pressed meanwhile pay nothing."""
    slow = held.shop(stocked, "order")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await stage.pilot.press("enter")
        await stage.pilot.press(*"MUG", "enter", "enter", *"PARTY", "enter")
        held.released.set()
        await stage.sees("cart 2 · 37,000 KRW")

    perform(make_app(slow, kiosk=True), play)

    assert [order.total for order in stocked.orders("kim")] == [4_500]


def test_pasted_lines_are_taken_one_by_one_as_products(stocked: Shop) -> None:
    """None is swallowed, and none names a user or pays; what has no line end stays in the field."""

    async def play(stage: Stage) -> None:
        stage.screen.query_one("#scan").post_message(events.Paste("LATTE\n\nMUG:2\r\nkim\n\nPAR"))
        await stage.sees("cart 3 · 28,500 KRW", "kim is a user", "PAR")
        assert stage.app.visit.user is None

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim") == ()


def test_what_a_scanned_text_means(stocked: Shop) -> None:
    """A whole SKU first, then a quantity, then a SKU written in other cases."""
    stocked.add_product("wine", name="Wine", price=1, stock=9)
    stocked.add_product("WINE", name="Better wine", price=2, stock=9)
    stocked.add_product("SCREWS", name="Screws", price=3, stock=9, barcode="A:3")

    stocked.add_product("TAPE", name="Tape", price=4, stock=9, barcode="3*9")

    def found(text: str) -> tuple[str, int]:
        meant = look_up(stocked, text)
        assert not isinstance(meant, Several)
        return (
            ("", meant.quantity)
            if isinstance(meant, Times)
            else (meant.product.sku, meant.quantity)
        )

    for text, meant in {
        "latte": ("LATTE", 1),
        "latte:2": ("LATTE", 2),
        "3*latte": ("LATTE", 3),
        "3 * 8801234560016": ("COLDBREW", 3),
        "3*LATTE:2": ("LATTE", 6),
        "2*A:3": ("SCREWS", 2),
        "A:3": ("SCREWS", 1),
        "wine": ("wine", 1),
        "3*9": ("TAPE", 1),
        "12*": ("", 12),
    }.items():
        assert found(text) == meant
    several = look_up(stocked, "2*Wine")
    assert isinstance(several, Several)
    assert [one.sku for one in several.products] == ["WINE", "wine"]
    assert several.quantity == 2
    for text in ("latte:0", "0*latte", "0*", "9" * 16 + "*"):
        with pytest.raises(InvalidInput):
            look_up(stocked, text)


def test_a_till_left_alone_puts_everything_down(stocked: Shop) -> None:
    """After 45 s of nothing cart, name and balance are gone; it says so before."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay", "50,000 KRW")
        seconds.seconds += IDLE_SECONDS - 5
        till.clear_if_idle()
        await stage.sees("resets in 5 s")
        await stage.press("L")
        seconds.seconds += IDLE_SECONDS - 1
        till.clear_if_idle()
        assert stage.app.visit.cart.count == 1
        seconds.seconds += 1
        till.clear_if_idle()
        await stage.sees("cart empty", "nothing was done")
        assert "50,000" not in stage.text
        assert "resets" not in stage.text

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_a_till_left_alone_lists_no_keys_of_before(stocked: Shop) -> None:
    """What F1 has opened is over with its step."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "LATTE", "", "kim")
        await stage.press("f1")
        await stage.sees("Keys", "Take one more product")
        seconds.seconds += IDLE_SECONDS
        till.clear_if_idle()
        await stage.sees("cart empty", "nothing was done", "f9")
        assert stage.screen is till

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


def test_a_bill_that_is_short_follows_what_is_taken_out(stocked: Shop) -> None:
    """Each key takes one out and the bill says what is short now, until it can be paid."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "AMERICANO:2", "", "jo")
        await stage.sees("jo  cart 3 · 11,500 KRW", "10,500 short")
        await stage.press("down")
        await stage.sees("jo  cart 2 · 8,000 KRW", "7,000 short")
        assert "11,500" not in stage.text
        stocked.charge("jo", 3_500, key="more")
        await stage.pilot.press("down", "down")
        await stage.sees("cart empty")
        assert "jo" not in stage.text
        await _scan(stage, "LATTE:2", "", "jo")
        await stage.sees("4,500 short")
        await stage.press("down")
        await stage.sees("press enter to pay", "cart 1 · 4,500 KRW")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert [order.total for order in stocked.orders("jo")] == [4_500]


def test_the_arrows_change_the_bill_at_every_step(stocked: Shop) -> None:
    """At the user's name and at the bill, too, as the keys below say; none of them is lost."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "")
        await stage.press("up")
        await stage.sees("who pays?", "cart 2 · 9,000 KRW")
        await _scan(stage, "kim")
        await stage.sees("kim  cart 2 · 9,000 KRW", "41,000 KRW")
        await stage.pilot.press("up", "up")
        await stage.sees("kim  cart 4 · 18,000 KRW", "32,000 KRW")
        await stage.press("enter")
        await stage.sees("counts after a second")
        await stage.press("down", "down", "down", "down")
        await stage.sees("cart empty")
        assert "Balance" not in stage.text

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


def test_header_and_bill_follow_a_price_that_changes(stocked: Shop) -> None:
    """Found at paying, and found while the bill is shown."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("kim  cart 1 · 4,500 KRW")
        till = stage.screen
        assert isinstance(till, TillScreen)
        stocked.set_product("LATTE", price=4_600)
        await stage.press("enter")
        await stage.sees("kim  cart 1 · 4,600 KRW", "45,400 KRW", "4,500). Look again, then press")
        assert stage.text.count("Latte") == 2  # in the cart, and as it changed, once
        stocked.set_product("LATTE", price=4_700)
        till.reload()
        await stage.sees("kim  cart 1 · 4,700 KRW", "45,300 KRW", "costs 4,700 now")
        await stage.press("enter")
        await stage.sees("counts after a second")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert stocked.orders("kim") == ()


@pytest.mark.parametrize("lines", [("",), ("", "kim"), ("", "jo")])
def test_one_step_back_shows_no_balance(stocked: Shop, lines: tuple[str, ...]) -> None:
    """Escape at the name, at the bill and at one that is short leads back to the products.

    Whose bill was short is told, as nobody else is to pay it unasked.
    """

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", *lines)
        await stage.press("escape")
        await stage.sees("scan more, or press enter", "cart 1 · 4,500 KRW")
        assert "Who pays?" not in stage.text
        assert "Balance" not in stage.text
        assert "kim" not in stage.text
        assert ("left from the unpaid bill of jo" in stage.text) == (lines[-1] == "jo")

    perform(make_app(stocked, kiosk=True), play)


def test_one_pasted_line_names_the_user_where_that_is_asked(stocked: Shop) -> None:
    """A badge reader that pastes is understood; a pasted product still is a product."""

    async def play(stage: Stage) -> None:
        field = stage.screen.query_one("#scan")
        field.post_message(events.Paste("LATTE\n"))
        await stage.sees("cart 1 · 4,500 KRW")
        await stage.press("enter")
        field.post_message(events.Paste("MUG\n"))
        await stage.sees("who pays?", "cart 2 · 16,500 KRW")
        field.post_message(events.Paste("kim\n"))
        await stage.sees("press enter to pay", "33,500 KRW")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim") == ()


def test_a_refusal_ends_with_what_it_refused(stocked: Shop) -> None:
    """One arrow puts the cart right: the sentence about it goes; an emptied line is told."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:2", "PARTY:3")
        await stage.press("up")
        await stage.sees("4 wanted, only 3 left")
        await stage.press("down")
        await stage.sees("cart 4")
        assert "wanted" not in stage.text
        await stage.press("down", "down")
        await stage.sees("is taken out. The arrows change")
        assert stage.app.visit.cart.request == (("LATTE", 2),)

    perform(make_app(stocked, kiosk=True), play)


def test_a_line_feed_ends_a_scan(stocked: Shop) -> None:
    """Some scanners end a code with LF instead of CR."""

    async def play(stage: Stage) -> None:
        for code in ("LATTE", "MUG"):
            await stage.type(code)
            await stage.press("ctrl+j")
        await stage.until(lambda: dict(stage.app.visit.cart.request) == {"LATTE": 1, "MUG": 1})

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize(("user", "step"), [("kim", "enter Pay"), ("jo", "enter Another user")])
def test_an_enter_before_the_bill_is_shown_does_nothing_and_says_so(
    stocked: Shop, user: str, step: str
) -> None:
    """It pays nothing, nor does it put away who is short; the bill stays to be read."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "")
        stage.burst(f"{user}\r\r")
        await stage.sees("Balance now", "That enter came while this was read.", step)
        assert not stocked.orders("kim")
        await stage.press("enter")
        await stage.sees("Paid" if user == "kim" else "who pays?")

    perform(make_app(stocked, kiosk=True), play)


def test_a_carriage_return_with_a_line_feed_ends_a_scan_once(stocked: Shop) -> None:
    """Nothing goes on to paying, and no bill is answered, by what ends a code or a name."""

    async def play(stage: Stage) -> None:
        for code in ("LATTE", "MUG"):
            await stage.type(code)
            await stage.press("enter", "ctrl+j")
        await stage.sees("▌1 scan")
        await stage.press("enter")
        await stage.type("kim")
        await stage.pilot.press("enter", "ctrl+j")
        await stage.sees("press enter to pay", "▌3 pay")
        await stage.settle()
        assert not stocked.orders("kim")
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("size", [(80, 24), (40, 24)])
def test_codes_that_were_not_taken_are_told_whole(stocked: Shop, size: tuple[int, int]) -> None:
    """However long; others are counted, and what is no code is told by its length."""
    codes = [f"{'WRONG-SKU-NUMBER-' * 4}"[:60] + f"-{number:03}" for number in range(1, 5)]

    async def play(stage: Stage) -> None:
        await _scan(stage, "WRONG-SKU-NUMBER-0123", "WRONG-SKU-NUMBER-0124")
        await stage.sees("WRONG-SKU-NUMBER-0123", "WRONG-SKU-NUMBER-0124")
        await _scan(stage, *codes)
        shown = "".join(stage.text.split())
        told = shown.partition("Notinthecart:")[2].partition(".")[0]
        named, _, more = told.removesuffix("before").partition("and")
        assert codes[-1] in named
        assert set(named.split(",")) <= set(codes)
        assert len(named.split(",")) + int(more) == 6
        assert "takesthisaway" in shown
        await _scan(stage, "X" * 150)
        assert "150characters" in "".join(stage.text.split())

    perform(make_app(stocked, kiosk=True), play, size=size)


def test_the_bill_counts_things_as_the_header_does(stocked: Shop) -> None:
    """Four of one product are four things in both."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:4")
        await stage.sees("cart 4")
        await _scan(stage, "", "kim", "")
        await stage.sees("Paid", "4 things")

    perform(make_app(stocked, kiosk=True), play)


def test_no_name_is_advised_that_may_not_exist(stocked: Shop) -> None:
    """A name with characters that are not seen is told without them, as no more than that."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "")
        await stage.sees("who pays?")
        stage.app.post_message(events.Paste("ev\u200bil\n"))
        await stage.sees("is no user name", "it is evil")
        assert "Type evil" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_a_number_with_a_star_before_a_scan_is_its_quantity(stocked: Shop) -> None:
    """With the code, or alone for the next scan only; what is not taken then tells both."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "3*LATTE", "2*")
        await stage.sees("cart 3 · 13,500 KRW", "of the next scan")
        await _scan(stage, "MUG", "MUG")
        await stage.sees("cart 6 · 49,500 KRW")
        await _scan(stage, "4*", "NOTHING", "LATTE")
        await stage.sees("Not in the cart: 4*NOTHING.", "cart 7")
        await _scan(stage, "5*")
        await stage.press("escape")
        await _scan(stage, "LATTE")
        await stage.sees("cart 8")
        await _scan(stage, "")
        await stage.sees("who pays?")
        await _scan(stage, "2*")
        await stage.sees("who pays?", "2 who  3 pay", "2 × of the next scan")  # noqa: RUF001  # as shown
        await _scan(stage, "AMERICANO")
        await stage.sees("who pays?", "cart 10")
        assert "next scan" not in stage.text
        await _scan(stage, "kim")
        await stage.sees("kim  cart 10")

    perform(make_app(stocked, kiosk=True), play, size=(80, 30))


def test_a_number_with_a_star_ends_with_its_customer(stocked: Shop) -> None:
    """Paid or charged means that another comes: what is scanned then is one."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        await _scan(stage, "4*", "")
        await stage.sees("Paid")
        await _scan(stage, "MUG")
        await stage.sees("cart 1 · 12,000 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_the_last_number_with_a_star_counts(stocked: Shop) -> None:
    """Alone or before a code it takes the place of the one that waits."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "3*", "2*", "LATTE")
        await stage.sees("cart 2 · 9,000 KRW")
        await _scan(stage, "3*", "2*LATTE")
        await stage.sees("cart 4 · 18,000 KRW")
        await _scan(stage, "3*", "1*", "LATTE")
        await stage.sees("cart 5")
        assert "Not in the cart" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_a_number_with_a_star_does_not_eat_the_name(stocked: Shop) -> None:
    """A name is a name, and the number is over, which is told; a product's whole code is more."""
    stocked.add_user("LATTE")

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "", "2*", "kim")
        await stage.sees("2 × of the next scan is over", "press enter to pay", "kim")  # noqa: RUF001  # as shown
        await stage.press("escape", "enter")
        await _scan(stage, "2*", "nobody")
        await stage.sees("no user nobody", "2 × of the next scan is over")  # noqa: RUF001  # as shown
        await _scan(stage, "2*", "LATTE")
        await stage.sees("who pays?", "cart 3")
        await _scan(stage, "2*", "4006381333931")
        await stage.sees("Not in the cart: 2*4006381333931.")

    perform(make_app(stocked, kiosk=True), play)


def test_a_star_and_a_scan_in_one_go_are_obeyed_in_order(stocked: Shop) -> None:
    """The scan does not overtake the number, however fast it comes."""

    async def play(stage: Stage) -> None:
        stage.burst("3*\rLATTE\rMUG\r")
        await stage.sees("cart 4 · 25,500 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_what_was_put_down_is_taken_back_until_the_next_scan(stocked: Shop) -> None:
    """F9 brings the cart back with the prices of now, and nobody's name, and is shown where so.

    A scan that is not taken, a charge and an undo that are asked for leave it as it was.
    """
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await stage.press("f9")
        await stage.sees("Nothing was put down")
        await _scan(stage, "MUG", "", "kim", "")
        await stage.sees("Paid")
        await _scan(stage, "LATTE:2", "", "kim")
        await stage.sees("press enter to pay")
        seconds.seconds += IDLE_SECONDS
        till.clear_if_idle()
        await stage.sees("cart empty", "f9 takes it back")
        await _scan(stage, "NOTHING", "TEA")
        await stage.sees("sold out", "f9 Take back")
        for key, asked in (("f7", "whose balance?"), ("f8", "Undo the sale")):
            await stage.press(key)
            await stage.sees(asked)
            assert "f9 Take back" not in stage.text
            await stage.press("f9")
            await stage.sees("press esc first, to the products", asked)
            seconds.seconds += IDLE_SECONDS
            till.clear_if_idle()
            await stage.sees("▌1 scan", "f9 Take back", "nothing was done for 45 s")
            assert ("Nothing was undone." in stage.text) is (key == "f8")
        stocked.set_product("LATTE", price=4_600)
        await stage.press("f9")
        await stage.sees("cart 2 · 9,200 KRW", "scan more")
        assert stage.app.visit.user is None
        await stage.press("escape", "escape")
        await stage.sees("cart empty", "f9")
        await _scan(stage, "MUG")
        assert "f9" not in stage.text
        await stage.press("f9")
        await stage.sees("cart 1 · 12,000 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


def test_the_balance_of_who_paid_does_not_stay(stocked: Shop) -> None:
    """It is gone with the next scan, taken or not, with esc, or after 45 s of nothing."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)

        for count, leave in enumerate(("idle", "escape", "NOTHING", "TEA", "3*"), 1):
            await _scan(stage, "LATTE", "", "kim", "")
            await stage.sees("Paid", f"{50_000 - count * 4_500:,} KRW")
            if leave == "idle":
                seconds.seconds += IDLE_SECONDS
                till.clear_if_idle()
            elif leave == "escape":
                await stage.press(leave)
            else:
                await _scan(stage, leave)
            await stage.until(lambda: "Paid" not in stage.text)
            assert "Balance" not in stage.text

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_number_with_a_star_is_shown_as_long_as_it_counts(
    stocked: Shop, size: tuple[int, int]
) -> None:
    """Whatever is told meanwhile, beside the time that is left, until it is used or over."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _scan(stage, "3*")
        await stage.press("f5")
        await stage.sees("are for charging", "3 ×")  # noqa: RUF001  # as shown
        await stage.press("f7")
        await stage.sees("whose balance?", "3 ×")  # noqa: RUF001  # as shown
        seconds.seconds += IDLE_SECONDS - 5
        till.clear_if_idle()
        await stage.sees("3 ×", "5 s")  # noqa: RUF001  # as shown
        await stage.press("escape")
        assert "3 ×" not in stage.text  # noqa: RUF001  # as shown

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24)])
def test_a_coupon_that_a_till_does_not_use_is_told(stocked: Shop, size: tuple[int, int]) -> None:
    """The best that who pays holds and this bill could use; it is not used."""
    for coupon in ("WELCOME10", "TEAM2000"):
        stocked.claim("kim", coupon)

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:2", "", "kim")
        await stage.sees("WELCOME10 saves 900 where", "themselves", "not at", "41,000 KRW")
        await _scan(stage, "MUG")
        await stage.sees("29,000 KRW")
        await stage.press("escape", "enter")
        await _scan(stage, "sato")
        await stage.sees("Balance")
        assert "saves" not in stage.text

    perform(make_app(stocked, kiosk=True), play, size=size)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (120, 36), (200, 60)])
def test_nothing_that_matters_is_off_the_screen(stocked: Shop, size: tuple[int, int]) -> None:
    """Step, total, name, balance, refusal and what Enter does are seen at every size."""
    large, seconds = size[1] >= 24, SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:3", "MUG:2")
        await stage.sees("▌1 scan", "cart 5 · 37,500 KRW", "TOTAL", "Mug", "enter Take, go on")
        assert ("╺━┓" in stage.text) is large
        await _scan(stage, "")
        await stage.sees("▌2 who", "who pays?", "enter Take the name")
        await _scan(stage, "jo")
        await stage.sees("▌3 pay", "36,500 short", "TOTAL", "1,000", "enter Another", "f1 Help")
        await stage.press("escape", "enter")
        await _scan(stage, "kim")
        await stage.sees("▌3 pay", "5 things are left", "Does kim pay that", "enter Yes")
        seconds.seconds += 2
        await _scan(stage, "", "NOTHING")
        await stage.sees("▌3 pay", "TOTAL", "50,000", "12,500", "NOTHING", "enter Pay")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)


def test_usual_amounts_reach_what_is_missing() -> None:
    """A round amount near it and the next note, in major units; no more than one charge may be."""
    assert usual_amounts(8_815, None, 0) == (10_000, 20_000)
    assert usual_amounts(27_700, None, 0) == (30_000, 50_000)
    assert usual_amounts(1_124_830, None, 0) == (1_200_000, 2_000_000)
    assert usual_amounts(3_500, None, 0) == (3_500, 5_000)
    assert usual_amounts(2_770, None, 2) == (3_000, 5_000)
    assert usual_amounts(1, None, 0) == (1, 2)
    assert usual_amounts(30, None, 2) == (100, 200)
    assert usual_amounts(5_000, 5_000, 0) == (5_000,)
    assert usual_amounts(8_815, 9_000, 0) == (9_000,)
    assert usual_amounts(3_500, 2_000, 0) == (2_000,)
    assert usual_amounts(AMOUNT_MAX, None, 0) == (AMOUNT_MAX,)
    for missing in (*range(1, 3_000, 7), *range(3_000, 10_000_000, 98_765)):
        near, more = usual_amounts(missing, None, 0)
        assert missing <= near < missing * 4 / 3
        assert near < more


def test_a_bill_that_is_short_is_charged_and_paid_at_the_till(stocked: Shop) -> None:
    """F5 and F6 ask for usual amounts, F4 changes the method, Enter charges, Enter pays."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.sees("3,500 short", "f5 +3,500", "f6 +5,000", "f7 Charge")
        await stage.press("f6")
        await stage.sees("Charge 5,000 KRW by cash?", "Balance then", "6,000 KRW", "enter Charge")
        await stage.press("f4")
        await stage.sees("by transfer?")
        await stage.press("enter")
        await stage.sees("Charged 5,000 KRW by transfer: jo has 6,000 KRW", "press enter to pay")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid", "1,500 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    charged = [entry for entry in stocked.history("jo") if entry.kind == "charge"]
    assert (5_000, "transfer") in [(entry.amount, entry.method) for entry in charged]
    assert stocked.balance("jo").balance == 1_500
    assert stocked.verify().ok


def test_an_amount_is_typed_and_a_scan_is_still_a_scan(stocked: Shop) -> None:
    """A number as barcodes are charges nobody; escape leads back to the bill; 0 is no charge.

    What is no amount stays in the field and is replaced by what is typed next; what was typed
    before F7 is the amount.
    """

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.press("f7")
        await stage.sees("type the amount")
        await _scan(stage, "8801234560016")
        await stage.sees("on the bill now", "cart 2 · 9,500 KRW")
        await stage.press("f7")
        for text, told in (
            ("0", "more than 0"),
            ("-5", "more than 0"),
            ("7,5", "is no amount"),
            ("7500usd", "Type an amount in it, like 10000."),
        ):
            await _scan(stage, text)
            await stage.sees(told)
            assert stage.screen.query_one("#scan", Input).value == text
        await stage.press("f7")
        await stage.sees("type the amount")
        await _scan(stage, "7,5")
        stage.app.post_message(events.Paste("MUG\n"))
        await stage.sees("on the bill now", "cart 3")
        await stage.press("down")
        await stage.sees("cart 2")
        await stage.type(" jo")
        await stage.press("f7")
        await stage.sees("'jo' is no amount", "Balance now")
        await _scan(stage, "7777")
        await stage.sees("Charge 7,777 KRW by cash?")
        await stage.press("escape")
        await stage.sees("press enter to pay")
        await stage.type("7777 ")
        await stage.press("f7", "enter")
        await stage.sees("kim has 57,777 KRW", "48,277 KRW")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("kim").balance == 57_777


def test_an_enter_before_the_question_charges_nothing(stocked: Shop) -> None:
    """F5 and Enter that come at once only ask."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.sees("3,500 short")
        for key in ("f5", "enter", "enter"):
            stage.app.post_message(events.Key(key, None))
        await stage.sees("Charge 3,500 KRW by cash?")
        await stage.settle()

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_no_more_is_charged_than_the_shop_allows(stocked: Shop) -> None:
    """The keys offer no more than `charge_max`, and more that is typed is refused."""
    stocked.set_setting("charge_max", "3000")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.sees("f5 +3,000")
        assert "f6 +" not in stage.text
        await stage.press("f7")
        await _scan(stage, "3001", "")
        await stage.sees("more than one charge may be", "3,500 short")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("jo").balance == 1_000


def test_a_charge_in_doubt_is_asked_for_with_its_key(
    stocked: Shop, keys_of_charges: list[str], away: list[Busy]
) -> None:
    """Its outcome is told as not known, with the key; at the next bill F6 leads to it.

    What is not booked once the database answers is told as that, there too.
    """

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "jo")
        await stage.sees("3,500 short")
        await stage.press("f5", "enter")
        await stage.sees("not known whether 3,500 KRW of jo are", "scan more")
        await _scan(stage, "", "jo")
        await stage.sees("3,500 short", "not known whether 3,500 KRW are charged. f7 leads")
        stocked.restock("LATTE", 1)  # the bill is read again
        stage.app.refresh_soon()
        await stage.settle()
        assert stage.text.count("not known whether 3,500 KRW are charged. f7 leads") == 1
        away.clear()
        stage.app.refresh_soon()
        await stage.sees("so far: 3,500 KRW. f7")
        assert "not known whether" not in stage.text
        await stage.press("f6", "enter")
        await stage.sees("Charged 3,500 KRW by cash: jo has 4,500 KRW")

    perform(make_app(stocked, kiosk=True), play)

    assert len(keys_of_charges) == 2
    assert len(set(keys_of_charges)) == 1
    assert stocked.balance("jo").balance == 4_500


def test_the_last_sale_is_undone_once(stocked: Shop) -> None:
    """F8 asks, an Enter before the question does nothing, Enter undoes it and tells the balance."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "")
        await stage.sees("Paid", "f8 Undo last")
        for key in ("f8", "enter"):
            stage.app.post_message(events.Key(key, None))
        await stage.sees("Undo the sale", "4,500 KRW go back to kim", "enter Undo the sale")
        assert stocked.balance("kim").balance == 45_500
        await stage.press("escape")
        await stage.sees("scan or type SKU")
        await stage.press("f8", "enter")
        await stage.sees("Undone: order", "kim has 50,000 KRW")
        await stage.press("f8", "enter")
        await stage.sees("undone already")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim")[0].state == "cancelled"
    assert stocked.balance("kim").balance == 50_000
    assert stocked.verify().ok


@pytest.mark.parametrize("charges", [("jo",), ("kim",)])
def test_right_after_a_charge_f8_undoes_no_older_sale(
    stocked: Shop, charges: tuple[str, ...]
) -> None:
    """It says that no key takes a charge back; pressed again it asks for the sale, by name."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "")
        await stage.sees("Paid", "f8 Undo last")
        await stage.press("f7")
        await _scan(stage, *charges, "5000", "")
        await stage.sees("✓ Charged")
        assert "f8 Undo" not in stage.text
        await stage.press("f1")
        await stage.sees("taken back; again:")
        await stage.press("escape", "f8", "enter")
        await stage.sees("No key here takes a charge back", "f8 again", "sale to kim")
        assert stocked.orders("kim")[0].state == "paid"
        await stage.press("f8")
        await stage.sees("Undo the sale", "4,500 KRW go back to kim")
        await stage.press("enter")
        await stage.sees("Undone: order")

    perform(make_app(stocked, kiosk=True), play)


def test_without_a_sale_the_help_names_no_undo_after_a_charge(stocked: Shop) -> None:
    """F8 only says how a charge is taken back then."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "5000", "")
        await stage.sees("✓ Charged")
        await stage.press("f1")
        await stage.sees("Say how a charge is taken back")
        assert "taken back;" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_f8_says_why_it_undoes_nothing(stocked: Shop) -> None:
    """Nothing was sold yet, or another step is open; something in the cart does not hinder it."""

    async def play(stage: Stage) -> None:
        await stage.press("f8")
        await stage.sees("no sale here that f8")
        await _scan(stage, "LATTE", "", "kim", "", "MUG", "")
        await stage.press("f8")
        await stage.sees("press esc first", "who pays?")
        await stage.press("escape", "f8")
        await stage.sees("Undo the sale", "cart 1")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("before", [(), ("f8",)])
def test_a_sale_that_was_cancelled_elsewhere_is_not_told_as_undone(
    stocked: Shop, before: tuple[str, ...]
) -> None:
    """The operator was first: nothing goes back twice, and that is what is said."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "")
        await stage.sees("Paid")
        await stage.press(*before)
        stocked.cancel(stocked.orders("kim")[0].order or "")
        await stage.press("enter" if before else "f8")
        await stage.sees("was cancelled already: 4,500 KRW went back to kim then.")
        assert "Undo" not in stage.text

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("kim").balance == 50_000


def test_a_sale_is_not_undone_too_late(stocked: Shop, clock: SettableClock) -> None:
    """After `cancel_within` f8 says so and is named no more; a scan leaves the question."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "")
        await stage.sees("Paid")
        await stage.press("f8")
        await _scan(stage, "MUG")
        await stage.sees("cart 1", "scan more")
        await stage.press("f8")
        await stage.sees("Undo the sale")
        await stage.press("f8")
        await stage.sees("Answer first: enter undoes that sale", "Undo the sale")
        clock.advance(timedelta(hours=25))
        await stage.press("enter")
        await stage.sees("Nothing was undone.", "Ask whoever runs the shop", "cart 1")
        await stage.press("escape")
        await stage.until(lambda: "Undo last" not in stage.text)
        await stage.press("f8")
        await stage.sees("could be cancelled until", "Ask whoever runs the shop", "▌1 scan")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim")[0].state == "paid"
