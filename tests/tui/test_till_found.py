"""What a stranger found at the till: the arrows change what is told, and nothing unseen."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from shopcli import Shop
from shopcli.domain.errors import DatabaseUnreachable
from shopcli.domain.records import Balance
from shopcli.tui.app import make_app
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.till.steps import ASKS
from shopcli.tui.trigger import Trigger
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _cart(stage: Stage) -> dict[str, int]:
    return dict(stage.app.visit.cart.request)


def test_the_bill_follows_balance_state_and_products(stocked: Shop) -> None:
    """What others change meanwhile is told, and is on the bill, before enter is refused for it."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("enter Pay", "50,000 KRW", "45,500 KRW")
        stocked.order("kim", {"MUG": 1}, key="elsewhere")
        await stage.sees("kim has 38,000 KRW now (was 50,000 KRW).", "33,500 KRW", "enter Pay")
        stocked.set_product("LATTE", on_sale=False)
        await stage.sees("Not on sale at present: Latte.", "Press ↓ to take", "enter Another")
        stocked.set_product("LATTE", on_sale=True)
        await stage.until(lambda: "enter Pay" in stage.text and "Not on sale" not in stage.text)
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.sees("User kim is blocked", "enter Another")
        stocked.set_user("kim", state="active", reason="test")
        await stage.sees("enter Pay")
        await stage.press("f7", *"2000", "enter")
        await stage.sees("Charge 2,000 KRW", "40,000 KRW")
        stocked.charge("kim", 1_000, key="meanwhile")
        await stage.sees("Charge 2,000 KRW", "39,000 KRW", "41,000 KRW", "now (was 38,000")
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.sees("User kim is blocked", "enter Another")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("keys", [("f7",), (*"MUG", "enter", "enter")])
def test_names_that_are_pasted_where_one_is_asked_for_are_told_as_that(
    stocked: Shop, keys: tuple[str, ...]
) -> None:
    """The till is at the name already: no key is named to come there, and none was a product."""

    async def play(stage: Stage) -> None:
        await stage.press(*keys)
        stage.app.post_message(events.Paste("kim\nsato\n"))
        await stage.sees("each is a product, and kim, sato are names:", "type one.")
        assert "Not in the cart" not in stage.text
        if keys != ("f7",):  # there a product begins a sale
            stage.app.post_message(events.Paste("MUG\njo\n"))
            await stage.sees("each is a product, and jo is a name:", "cart 2")
        await _scan(stage, "kim")
        await stage.sees("kim", "50,000 KRW")

    perform(make_app(stocked, kiosk=True), play)


def test_a_name_typed_too_soon_becomes_no_product(stocked: Shop) -> None:
    """It says how to come to the names; at a bill that is short it is the other user."""
    stocked.add_product("KIMBAP", name="참치 김밥", price=3_000, stock=9)
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "kim")
        await stage.sees("kim is a user: scan something first", "cart empty")
        await _scan(stage, "LATTE", "kim")
        await stage.sees("kim is a user: press enter first", "cart 1")
        for typed in ("Kim", "KIM"):
            await _scan(stage, "?", typed)
            await stage.sees("kim is a user: press enter first", "cart 1")
        await _scan(stage, "?", "김민지")  # how people call kim
        await stage.sees("김민지 is a user: press enter first", "cart 1")
        await _scan(stage, "", "KIM")
        await stage.sees("kim · 김민지", "cart 1", "enter Pay")
        await stage.press("escape")
        await _scan(stage, "", "jo")
        await stage.sees("3,500 short", "enter Another user")
        await stage.type("김민지")
        await stage.sees("enter Take it")
        await stage.press("enter")
        await stage.sees("kim  cart 1", "Does kim pay that, too?")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("kim  cart 1", "enter Pay")
        await _scan(stage, "sato")
        await stage.sees("sato is a user: press esc and enter first", "kim  cart 1")
        await _scan(stage, "kimb")
        await stage.sees("cart 2")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


def test_a_name_stays_typed_while_the_database_is_away(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marked: the next enter tries it again, and a scan replaces it."""

    def away(_shop: Shop, _user: str) -> Balance:
        raise DatabaseUnreachable("The database cannot be reached.")

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "")
        await stage.sees("who pays?")
        with monkeypatch.context() as patch:
            patch.setattr(Shop, "balance", away)
            await _scan(stage, "kim")
            await stage.sees("cannot be reached", "▌2 who")
        assert stage.screen.query_one("#scan", Input).value == "kim"
        await stage.press("enter")
        await stage.sees("enter Pay")

    perform(make_app(stocked, kiosk=True), play)


def test_people_are_found_by_what_they_are_called(stocked: Shop) -> None:
    """Whole, and where one alone is called so; the bill and the charge show both names."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "김민지")
        await stage.sees("kim · 김민지", "enter Pay")
        await stage.press("escape", "enter")
        stocked.add_user("min", name="김민지")
        await _scan(stage, "김민지")
        await stage.sees("Several users are called 김민지: kim, min. Type the user name.", "▌2 who")
        await _scan(stage, "김민")
        await stage.sees("no user 김민")
        await stage.press("escape", "escape", "escape", "f7")
        await _scan(stage, "佐藤 葵")
        await stage.sees("sato · 佐藤 葵", "▌2 amount")
        for typed, told in (("5,00", "like 5,000."), ("7000 won", "Type 7000")):
            await _scan(stage, typed)
            await stage.sees(told)
            assert "Type 5." not in stage.text

    perform(make_app(stocked, kiosk=True), play)


def test_a_charge_without_a_sale_follows_balance_and_state(stocked: Shop) -> None:
    """Who is blocked meanwhile is refused before the money is handed over."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo", "2000")
        await stage.sees("Charge 2,000 KRW", "3,000 KRW")
        stocked.charge("jo", 500, key="meanwhile")
        await stage.sees("Charge 2,000 KRW", "1,500 KRW", "3,500 KRW", "now (was 1,000 KRW)")
        stocked.set_user("jo", state="blocked", reason="test")
        await stage.sees("User jo is blocked", "whose balance?")

    perform(make_app(stocked, kiosk=True), play)


def test_a_refusal_of_a_product_goes_once_it_can_be_sold(stocked: Shop) -> None:
    """What is said of it is said as long as it is so; that it is not in the cart stays told."""

    async def play(stage: Stage) -> None:
        stocked.set_product("MUG", on_sale=False)
        await _scan(stage, "MUG")
        await stage.sees("is not on sale at present")
        stocked.set_product("MUG", on_sale=True)
        await stage.until(lambda: "not on sale" not in stage.text)
        await stage.sees("Not in the cart: MUG.")
        await _scan(stage, "MUG:10")
        await stage.sees("10 wanted, only 9 left")
        till = stage.screen
        assert isinstance(till, TillScreen)
        till.reload()
        await stage.settle()
        await stage.sees("10 wanted, only 9 left")
        stocked.restock("MUG", 1)
        await stage.until(lambda: "10 wanted" not in stage.text)

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("is_at_bill", [True, False])
def test_what_is_missing_is_what_the_arrows_take_out(stocked: Shop, is_at_bill: bool) -> None:  # noqa: FBT001  # a case
    """Found at paying, and at the bill: the mark moves to the line that the refusal names."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY:2", "LATTE", "")
        await stage.sees("who pays?")
        if is_at_bill:
            stocked.order("jo", {"PARTY": 2}, key="other")
        await _scan(stage, "kim")
        if not is_at_bill:
            await stage.sees("press enter to pay")
            stocked.order("jo", {"PARTY": 2}, key="other")
            await stage.press("enter")
        await stage.sees("Not enough in stock: Party")
        await stage.press("down")
        assert _cart(stage) == {"PARTY": 1, "LATTE": 1}

    stocked.charge("jo", 100_000, key="much")
    stocked.charge("kim", 100_000, key="more")
    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("why", ["sold out", "more", "off sale"])
@pytest.mark.parametrize("user", ["", "kim"])
def test_a_refused_scan_marks_its_line(stocked: Shop, why: str, user: str) -> None:
    """What cannot be scanned again is told, and the arrows take it out; at a bill, too."""
    stocked.charge("jo", 100_000, key="much")
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY", "LATTE")
        if user:
            await _scan(stage, "", user)
            await stage.sees("press enter to pay")
        if why == "sold out":
            stocked.order("jo", {"PARTY": 3}, key="other")
        elif why == "off sale":
            stocked.set_product("PARTY", on_sale=False)
        await _scan(stage, "PARTY:3" if why == "more" else "PARTY")
        await stage.sees("The arrows change 1 ×", "Not in the cart: PARTY")  # noqa: RUF001  # as shown
        await stage.press("down")
        assert _cart(stage) == {"LATTE": 1}

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)


def test_whoever_lost_the_race_is_told_whose_balance_and_what_to_do(stocked: Shop) -> None:
    """The name is put down with its bill: enter asks for it again, and the charge is there."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.sees("press enter to pay")
        stocked.order("kim", {"MUG": 4}, key="other")
        await stage.press("enter")
        await stage.sees("The balance of kim is 2,500 short.", "enter and name who pays", "▌1 scan")
        await _scan(stage, "", "kim")
        await stage.sees("f5 +2,500")

    perform(make_app(stocked, kiosk=True), play)


def test_enter_counts_a_second_after_the_change_however_often_it_is_pressed(
    stocked: Shop,
) -> None:
    """A press too soon begins no new second; that it did not count is told until the next one."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim")
        await stage.press("up")
        await stage.sees("press enter to pay", "cart 2")
        seconds.seconds += 0.7
        await stage.press("enter")
        await stage.sees("counts after a second")
        seconds.seconds += 0.5
        await stage.until(lambda: "counts after a second" not in stage.text)
        await stage.sees("That enter did not count: press it again.")
        assert "changed a moment ago" not in stage.text
        await stage.press("enter")
        await stage.sees("Paid")
        assert "did not count" not in stage.text

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert [order.total for order in stocked.orders("kim")] == [9_000]


def test_a_key_held_down_since_before_the_change_never_counts() -> None:
    """Nobody has read what it would confirm; a press of its own counts."""
    clock = SteadyClock()
    trigger = Trigger(clock)
    trigger.disarm()

    for _ in range(100):
        assert not trigger.press()
        clock.seconds += 0.1
    clock.seconds += 0.4

    assert trigger.press()
    assert trigger.press()


def test_what_is_told_of_a_text_put_back_is_so(stocked: Shop) -> None:
    """Typing replaces it, as a scan does, and ends what is told; so does a second escape."""
    stocked.add_product("ICED-LATTE", name="Latte on ice", price=5_000, stock=9)

    async def play(stage: Stage) -> None:
        for keys, left in (("x", "x"), ("escape", "scan or type SKU")):
            await _scan(stage, "2*latt")
            await stage.sees("Which is latt?")
            await stage.press("escape")
            await stage.sees("A scan, or what is typed now, replaces 2*latt; press End")
            await stage.press(keys)
            await stage.sees(left)
            assert "Nothing was taken" not in stage.text
            await stage.press("escape")
        await _scan(stage, "2*latt")
        await stage.press("escape", "end", "x")
        await stage.sees("2*lattx", "Nothing was taken")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (200, 60)])
def test_what_is_undone_is_told_whole_or_counted(stocked: Shop, size: tuple[int, int]) -> None:
    """As many lines as there is room for; the things of the others are counted."""
    for number in range(11):
        stocked.add_product(f"T{number:02}", name=f"Thing {number:02}", price=100, stock=9)
    lines = [f"T{number:02}" for number in range(11)]

    async def play(stage: Stage) -> None:
        await _scan(stage, *lines, "", "kim", "")
        await stage.sees("Paid")
        await stage.press("f8")
        await stage.sees("Undo the sale", "go back to kim", "Thing 00")
        shown = sum(f"Thing {number:02}" in stage.text for number in range(11))
        assert shown == 11 or f"and {11 - shown} more thing" in stage.text
        assert shown == 11 or size[1] < 60
        assert shown > 3 or size[0] < 80

    perform(make_app(stocked, kiosk=True), play, size=size)


def test_the_arrows_change_no_cart_under_a_question(stocked: Shop) -> None:
    """While it is asked whether to undo a sale they change nothing, and that is told."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "", "MUG")
        await stage.press("f8")
        await stage.sees("Undo the sale")
        await stage.press("down", "up", "up")
        await stage.sees("Answer first", "Undo the sale")
        assert _cart(stage) == {"MUG": 1}

    perform(make_app(stocked, kiosk=True), play)


def test_a_part_of_a_product_at_the_name_is_no_user_and_may_be_a_product(stocked: Shop) -> None:
    """It is told where products are typed; of a text that fits no product that is not said."""
    stocked.add_product("ICED-LATTE", name="Latte on ice", price=5_000, stock=9)

    async def play(stage: Stage) -> None:
        for text in ("lat", "ice"):
            await _scan(stage, "MUG", "", text)
            await stage.sees(f"no user {text}", "press esc and type it there", "who pays?")
            await _scan(stage, "nobody")
            await stage.sees("no user nobody")
            assert "press esc and type it" not in stage.text
            await stage.press("escape")

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize("size", [(40, 12), (40, 20)])
def test_the_line_that_the_arrows_change_is_seen(stocked: Shop, size: tuple[int, int]) -> None:
    """At a short bill, with a refusal told, and where it is asked whether to charge."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "AMERICANO", "MATCHA", "LATTE", "", "jo")
        await stage.sees("short", "▏ Latte")
        await stage.press("up")
        await stage.sees("cart 5", "▏ Latte")
        await _scan(stage, "LATTE:99")
        await stage.sees("only 17 left", "▏ Latte")
        await stage.press("f5")
        await stage.sees("by cash?", "Balance then", "▏ Latte")
        assert "only 17 left" not in stage.text

    perform(make_app(stocked, kiosk=True), play, size=size)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_mark_at_a_line_has_its_reason(stocked: Shop, size: tuple[int, int]) -> None:
    """Where no bill says it: at the products and at the name, until the line can be sold."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "PARTY:2", "MUG")
        stocked.order("kim", {"PARTY": 2}, key="other")
        await _scan(stage, "PARTY")
        await stage.press("escape", "escape")
        await stage.press("f1", "escape")
        stocked.set_product("MUG", on_sale=False)
        await stage.press("f1", "escape")
        await _scan(stage, "")
        await stage.sees("Who pays?", "! Party 🎉 box: 2 wanted, only", "And 1 more.")
        await stage.press("down")
        await stage.sees("Who pays?", "! Mug [large] is not on")
        assert "wanted" not in stage.text

    stocked.charge("kim", 50_000, key="more")
    perform(make_app(stocked, kiosk=True), play, size=size)


@pytest.mark.parametrize(("size", "room"), [((40, 12), 5), ((40, 20), 5), ((80, 24), 16)])
def test_the_line_scanned_last_is_seen(stocked: Shop, size: tuple[int, int], room: int) -> None:
    """Also where it is the first for which the list has no room, and the one behind that."""
    for number in range(10, 30):
        stocked.add_product(f"T{number}", name=f"Thing {number}", price=100, stock=9)

    async def play(stage: Stage) -> None:
        stage.burst("".join(f"T{number}\r" for number in range(10, 9 + room)))
        await stage.sees(f"cart {room - 1}")
        for number in range(9 + room, 12 + room):
            await _scan(stage, f"T{number}")
            await stage.sees(f"▏ Thing {number}")

    perform(make_app(stocked, kiosk=True), play, size=size)


def test_what_the_field_asks_fits_a_narrow_screen() -> None:
    """None is cut at its end, which says the way back."""
    assert {text for text in ASKS.values() if len(text) > 36} == set()


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_sale_is_undone_as_it_was_asked(stocked: Shop, size: tuple[int, int]) -> None:
    """What went back before is left out, and meanwhile, asked anew; the rest goes back, once."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE:3", "MUG", "", "kim", "")
        await stage.sees("Paid")
        stocked.refund(stocked.orders("kim")[0].order or "", {"LATTE": 1}, reason="spilt")
        await stage.press("f8")
        await stage.sees("21,000 KRW go back to kim", "2 × Latte", "4,500 KRW went back before")  # noqa: RUF001  # as shown
        stocked.refund(stocked.orders("kim")[0].order or "", {"LATTE": 1}, reason="cold")
        await stage.press("enter")
        await stage.sees("some of it was", "given back meanwhile", "16,500 KRW go back to kim")
        await stage.sees("1 × Latte", "9,000 KRW went back before")  # noqa: RUF001  # as shown
        assert stocked.orders("kim")[0].state == "paid"
        await stage.press("enter")
        await stage.sees("enter counts after a second")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Undone: order", "kim has 50,000 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)

    assert stocked.orders("kim")[0].state == "cancelled"
    assert stocked.verify().ok


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ((), "was given back already: 4,500 KRW went back to kim"),
        (("f8",), "all of that sale was given back meanwhile"),
    ],
)
def test_a_sale_of_which_all_went_back_is_not_undone(
    stocked: Shop, before: tuple[str, ...], told: str
) -> None:
    """Before it is asked, or meanwhile: nothing is left to ask about, and f8 is offered no more."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "LATTE", "", "kim", "")
        await stage.sees("Paid")
        await stage.press(*before)
        stocked.refund(stocked.orders("kim")[0].order or "", {"LATTE": 1}, reason="cold")
        await stage.press("enter" if before else "f8")
        await stage.sees(told, "scan or type SKU")
        assert "f8 Undo" not in stage.text
        await stage.press("f8")
        await stage.sees("f8 undoes no sale")

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.balance("kim").balance == 50_000
    assert stocked.orders("kim")[0].state == "paid"


@pytest.mark.parametrize(
    ("lines", "message", "kept"),
    [
        (("thing", ""), "mark", ("Which is thing?", "3 more fit: esc, type more.", "1  Th")),
        (("3*thing", "MUG:99"), "only 9 left", ("thing? 3 of it.", "type more.", "1  Th")),
        (
            ("3*of great length and width", ""),
            "mark",
            ("Which is of great le…width? 3 of it.", "3 more fit"),
        ),
        (("MUG", "LATTE", "", "jo", "LATTE:99"), "arrows change", ("is 15,500 short.", "▏ Latte")),
        (("MUG", "", "jo", "MUG"), "It is on the bill", ("is 23,000 short.", "▏ Mug", "f5 +")),
        (("MUG", "LATTE", "", "kim", "", "f8", "down"), "Answer", ("16,500 KRW go back", "1 × M")),  # noqa: RUF001  # as shown
        (("MUG", "", "kim", "f7", "999999"), "card's number", ("by cash?", "1,049,999", "▏ Mug")),
        (("MUG", "", "kim", "", "f7", "jo", "500", "", "f8"), "before it.", ("jo", "1,500 KRW")),
    ],
)
def test_a_message_hides_no_question_on_a_small_screen(
    stocked: Shop, lines: tuple[str, ...], message: str, kept: tuple[str, ...]
) -> None:
    """What matters less gives way: the total, what was told before, the advice at a bill."""
    for number in range(12):
        stocked.add_product(
            f"T{number:02}", name=f"Thing {number:02} of great length and width", price=100, stock=9
        )

    async def play(stage: Stage) -> None:
        for line in lines:
            await (stage.press(line) if line in {"f7", "f8", "down"} else _scan(stage, line))
        await stage.sees(message, *kept)
        assert stage.text.splitlines()[-1].startswith(" ")

    perform(make_app(stocked, kiosk=True), play, size=(40, 12))


def test_what_gave_way_is_there_again(stocked: Shop) -> None:
    """Behind the question it is told what was not taken, until esc takes that away."""

    async def play(stage: Stage) -> None:
        await _scan(stage, "MUG", "", "jo", "LATTE:99")
        await stage.sees("only", "short.")
        assert "Not in the cart" not in stage.text
        await stage.press("escape")
        await stage.sees("Not in the cart: LATTE:99. esc takes")
        await _scan(stage, "", "jo")
        await stage.sees("Not in the cart: LATTE:99.", "is 11,000 short.")
        assert "f5, f6 or f7" not in stage.text
        await stage.press("escape", "escape")
        await _scan(stage, "", "jo")
        await stage.sees("f5, f6 or f7", "↓ takes", "something out.", "TOTAL")

    perform(make_app(stocked, kiosk=True), play, size=(40, 12))
