"""Me: one journal with details, older pages on demand, finding, an order again, the month."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.domain.moments import zone
from shopcli.tui.app import make_app
from shopcli.tui.journal.loaded import Older
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.me import MeScreen
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.screens.statement import StatementScreen
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.journal_list import JournalList
from tests.batch.files import take, write
from tests.clocks import SettableClock
from tests.tui.stage import Stage, perform

PAGE = 200


@pytest.fixture
def busy(stocked: Shop, clock: SettableClock) -> Shop:
    """A shop in which kim did a little of everything, minutes apart."""

    def later() -> None:
        clock.advance(minutes=3)

    later()
    stocked.claim("kim", "FIRST3")
    later()
    stocked.order("kim", {"LATTE": 1, "BAGEL": 1}, coupon="FIRST3", key="breakfast")
    later()
    mug = stocked.order("kim", {"MUG": 1}, key="gift")
    stocked.cancel(mug.order or "", reason="wrong colour")
    later()
    stocked.transfer("kim", "sato", 500, reason="lunch")
    later()
    stocked.transfer("sato", "kim", 300)
    later()
    stocked.adjust("kim", -100, reason="miscounted")
    later()
    stocked.charge("kim", 12_000, key="topped-up", method="card")
    return stocked


def _list(stage: Stage) -> JournalList:
    return stage.screen.query_one("#journal", JournalList)


def _orders(shop: Shop, count: int) -> None:
    shop.charge("kim", 3_500 * count)
    shop.restock("AMERICANO", count)
    for number in range(count):
        shop.order("kim", {"AMERICANO": 1}, key=f"n{number}")


@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24), (120, 36), (200, 60)])
def test_every_event_is_one_row_with_its_details(busy: Shop, size: tuple[int, int]) -> None:
    """Newest first: what changed the balance, what was ordered, coupons; the balance after it."""
    rows = (
        ("charge, by", "+12,000", ("Charge, by card", "57,800")),
        ("adjustment", "-100", ("Adjustment", "45,800", "miscounted")),
        ("from sato", "+300", ("Transfer from sato", "45,900")),
        ("to sato", "-500", ("Transfer to sato", "45,600", "lunch")),
        ("cancelled", " 0", ("cancelled", "46,100", "Mug [large]")),
        ("Latte", "-3,900", ("paid", "46,100", "Latte")),
        ("claimed: FIR", "", ("Coupon FIRST3 · claimed",)),
        ("charge", "+50,000", ("Charge, by cash", "50,000")),
    )

    async def play(stage: Stage) -> None:
        await stage.press("3")
        for what, amount, details in rows:
            current = next(line for line in stage.text.splitlines() if line.startswith("▌"))
            assert what in current
            assert amount in current
            await stage.sees(*details[: 2 if size == (40, 12) else None])
            await stage.press("down")
        await stage.sees("all 8" if size[1] > FLAT_ROWS else "+50,000")

    perform(make_app(busy, user="kim"), play, size=size)


def test_older_events_are_read_on_demand(stocked: Shop) -> None:
    """The newest page is what is read; the end of the list brings the next, and says so."""
    _orders(stocked, PAGE + 30)
    total = PAGE + 32

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees(f"{PAGE} of {total} · end older")
        assert _list(stage).row_count == PAGE
        await stage.press("end")
        await stage.sees(f"all {total}")
        assert (_list(stage).row_count, _list(stage).cursor) == (total, PAGE - 1)
        await stage.press("down", "end")
        assert _list(stage).cursor == total - 1
        await stage.press("down")
        assert _list(stage).row_count == total

    perform(make_app(stocked, user="kim", bound=True), play)


def test_the_cursor_stays_on_its_row(busy: Shop) -> None:
    """What comes meanwhile goes on top, and the key that is pressed then means the row it was on.

    Whoever comes back to the tab is on the newest row, if they were before.
    """

    async def play(stage: Stage) -> None:
        await stage.press("3")
        key = _list(stage).current_key
        busy.order("kim", {"LATTE": 1}, key="another")
        stage.app.refresh_soon()
        await stage.sees("-4,500")
        assert (_list(stage).current_key, _list(stage).cursor) == (key, 1)
        await stage.press("up", "1")
        busy.order("kim", {"MUG": 1}, key="gift-2")
        await stage.press("3", "x")
        await stage.sees("12,000 KRW go back")

    perform(make_app(busy, user="kim"), play)


def test_what_changed_in_older_pages_is_read_again(stocked: Shop) -> None:
    """An order far down that is cancelled elsewhere says so."""
    oldest = stocked.order("kim", {"MUG": 1}, key="oldest")
    _orders(stocked, PAGE + 5)

    async def play(stage: Stage) -> None:
        await stage.press("3", "end", "end", "up")
        await stage.sees("Mug [large]", "-12,000")
        stocked.cancel(oldest.order or "")
        stage.app.refresh_soon()
        await stage.sees("cancelled: Mug")
        assert _list(stage).row_count == PAGE + 8

    perform(make_app(stocked, user="kim"), play)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("latte", ("Latte, Bagel",)),
        ("first3", ("Latte, Bagel", "claimed: FIRST3")),
        ("lunch", ("to sato",)),
        ("card", ("charge",)),
        ("breakfast", ("Latte, Bagel",)),
        ("cancelled mug", ("cancelled: Mug",)),
    ],
)
def test_words_are_found_in_the_whole_journal(
    busy: Shop, query: str, found: tuple[str, ...]
) -> None:
    """Not only in what was read; esc ends it."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        await stage.type(query)
        await stage.press("enter")
        await stage.sees(f"{len(found)} found in all 8", *found)
        assert _list(stage).row_count == len(found)
        await stage.press("escape")
        await stage.sees("all 8 · / find")
        assert _list(stage).row_count == 8
        assert stage.app.focused is _list(stage)

    perform(make_app(busy, user="kim"), play)


@pytest.mark.parametrize("size", [(40, 20), (80, 24)])
def test_a_day_and_a_month_are_found(
    busy: Shop, clock: SettableClock, size: tuple[int, int]
) -> None:
    """As the line says it; beside words; what it finds is what WHEN shows of the shop's zone."""
    clock.advance(days=3)
    busy.order("kim", {"LATTE": 1}, key="later")
    today = busy.now().astimezone(zone(busy.timezone))
    day = f"{today:%Y-%m-%d}"

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        await stage.sees(f"{today:%Y-%m}", day)
        await stage.type(day)
        await stage.press("enter")
        await stage.sees("1 found in all 9", "today")
        await stage.press("slash", "end", "space", *"mug")
        await stage.sees("0 found in all 9")
        await stage.press("escape", "slash")
        await stage.type(f"latte {today:%Y-%m}")
        await stage.press("enter")
        await stage.sees("2 found in all 9")

    perform(make_app(busy, user="kim"), play, size=size)


def test_a_find_goes_on_until_it_has_found_or_looked_at_all(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the shop looks through a part at once, the next part is asked for by itself."""
    monkeypatch.setattr("shopcli.engine.journal.LOOK_COUNT_MAX", 2)

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        await stage.type("first3")
        await stage.sees("2 found in all 8", "claimed: FIRST3")
        await stage.type("x")
        await stage.sees("Nothing is found. Press esc", "0 found in all 8")

    perform(make_app(busy, user="kim"), play)


def test_a_find_that_ends_leaves_the_cursor_on_no_third_row(stocked: Shop) -> None:
    """It is on what was found, or, where that is not read, on the row from before the find."""
    stocked.order("kim", {"MUG": 1}, key="gift")
    _orders(stocked, PAGE - 2)

    async def play(stage: Stage) -> None:
        await stage.press("3", "down", "down", "down")
        rows = _list(stage)
        before = rows.current_key
        await stage.press("slash", *"gift", "enter")
        await stage.sees("1 found in all")
        found = rows.current_key
        await stage.press("escape")
        await stage.until(lambda: rows.row_count == PAGE)
        assert rows.current_key == found
        await stage.press("home", "down", "down", "down", "slash", *"first-kim", "enter")
        await stage.sees("1 found in all")
        await stage.press("escape")
        await stage.until(lambda: rows.row_count == PAGE)
        assert rows.current_key == before

    perform(make_app(stocked, user="kim"), play)


def test_keys_behind_a_find_mean_what_it_finds(busy: Shop) -> None:
    """Typed in one go, the key behind Enter is for the row that was found."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        stage.burst("/gift\r\r")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.sees("1 × Mug [large]", "wrong colour")  # noqa: RUF001 - as shown

    perform(make_app(busy, user="kim"), play)


def test_again_puts_into_the_cart_what_is_still_sold(busy: Shop) -> None:
    """It says what is not, and why; it pays nothing, and what is in the cart stays."""
    busy.charge("kim", 100_000)
    busy.order("kim", {"AMERICANO": 2, "COLDBREW": 1, "MATCHA": 3, "PARTY": 2}, key="feast")
    busy.set_product("COLDBREW", on_sale=False)
    busy.set_product("MATCHA", price=5_500)
    busy.adjust_stock("PARTY", to=1, reason="counted")
    balance = busy.balance("kim").balance

    async def play(stage: Stage) -> None:
        cart = stage.app.visit.cart
        await stage.press("plus", "3", "a")
        await stage.sees("Put 6 of order", "to the 1 in it: c pays")
        await stage.sees("Not 1 × 콜드브루 500 ml: not on sale.")  # noqa: RUF001 - as shown
        await stage.sees("5,500 now (was 5,200).")
        await stage.sees("only 1 left.")
        assert dict(cart.request) == {"AMERICANO": 3, "MATCHA": 3, "PARTY": 1}
        await stage.press("end")
        await stage.press("a")
        await stage.sees("This is no order")
        assert cart.count == 7

    perform(make_app(busy, user="kim"), play, size=(120, 36))

    assert busy.balance("kim").balance == balance


def test_again_says_that_nothing_is_sold_any_more(stocked: Shop) -> None:
    """The cart stays empty."""
    stocked.order("kim", {"BAGEL": 4}, key="all")

    async def play(stage: Stage) -> None:
        await stage.press("3", "a")
        await stage.sees("Nothing of order", "Not 4 × Bagel, sesame")  # noqa: RUF001 - as shown
        assert stage.app.visit.cart.count == 0

    perform(make_app(stocked, user="kim"), play)


def test_who_is_blocked_is_offered_no_charge(stocked: Shop) -> None:
    """No key for it is named at Me, and m says why at once; a block that is ended is seen."""
    stocked.set_user("kim", state="blocked", reason="lost card")

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("kim · 김민지 · blocked", "u says whose", "s Month")
        assert not any(key in stage.text for key in ("m charges", "m Charge"))
        await stage.press("m")
        await stage.sees("User kim is blocked. Unblock first: shop user set --active kim")
        assert isinstance(stage.screen, MeScreen)
        stocked.set_user("kim", state="active")
        await stage.sees("m charges", "m Charge")
        assert "blocked" not in stage.text

    perform(make_app(stocked, user="kim"), play)


def test_keys_that_are_off_say_why(busy: Shop) -> None:
    """On what is no order, on a cancelled one, and where nobody may charge."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        assert "Receipt" not in stage.text
        for key in ("enter", "a", "x"):
            await stage.press(key)
            await stage.sees("This is no order")
        await stage.press("m")
        await stage.sees("Ask whoever runs the shop")
        await stage.press("down", "down", "down", "down")
        await stage.sees("enter Receipt", "a Again")
        assert "x Cancel" not in stage.text
        await stage.press("x")
        await stage.sees("cancelled already")
        await stage.press("down")
        await stage.sees("enter Receipt", "a Again", "x Cancel")

    perform(make_app(busy, user="kim", bound=True), play)


def test_y_copies_the_command_of_the_row(busy: Shop) -> None:
    """Of an order, a charge, a claim; right behind a deed, that of the deed."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "y")
        await stage.sees("Copied: shop charge 12000 --method card -u kim --key topped-up")
        await stage.press("down", "y")
        await stage.sees("Copied: shop adjust --by=-100 --reason miscounted -u kim --key ")
        await stage.press(*["down"] * 4, "y")
        order = busy.receipt(key="breakfast").order
        await stage.sees(f"Copied: shop receipt {order}")
        await stage.press("down", "y")
        await stage.sees("Copied: shop claim FIRST3 -u kim --key")
        await stage.press("m")
        await stage.type("700")
        await stage.press("enter")
        await stage.sees("Charged 700 KRW")
        await stage.press("y")
        await stage.sees("Copied: shop charge 700 --method cash -u kim --key")
        await stage.press("up", "y")
        await stage.sees("Copied: shop receipt")

    perform(make_app(busy, user="kim"), play, size=(120, 36))


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_the_statement_of_a_month(busy: Shop, clock: SettableClock, size: tuple[int, int]) -> None:
    """What the command says, the month before with a key, and no month after this one."""
    clock.advance(days=31)
    busy.order("kim", {"LATTE": 1}, key="later")
    months = [f"{busy.now() - timedelta(days=days):%Y-%m}" for days in (0, 31)]
    now, before = (busy.window(month=month) for month in months)
    told = busy.statement("kim", now.since, now.until)
    earlier = busy.statement("kim", before.since, before.until)

    async def play(stage: Stage) -> None:
        await stage.press("3", "s")
        await stage.sees(f"Statement of {months[0]} · kim", "-4,500")
        await stage.sees(f"opening {told.opening:,} · closing {told.closing:,} KRW")
        balance = f"{told.entries[-1].balance_after:,} KRW"
        if size[0] < 200:
            await stage.sees(f"balance {balance}")
        else:
            await stage.sees("Balance after", balance)
            assert stage.screen.query_one("#statement").region.right == 110
        await stage.press("right")
        await stage.sees("This is the month of today")
        await stage.press("left")
        await stage.sees(f"Statement of {months[1]} · kim", "+12,000")
        await stage.sees(f"opening 0 · closing {earlier.closing:,} KRW")
        await stage.press("y")
        await stage.sees("shop statement -u kim --month", months[1])
        await stage.press("home", "down", "enter")
        await stage.until(lambda: isinstance(stage.screen, ReceiptScreen))
        await stage.press("escape", "left")
        await stage.sees(f"Statement of {months[1]} · kim", "Nothing was recorded before")
        await stage.press("end", "enter")
        await stage.sees("This is no order")
        await stage.press("up")
        assert "This is no order" not in stage.text
        await stage.press("escape")
        assert isinstance(stage.screen, MeScreen)

    perform(make_app(busy, user="kim"), play, size=size)


def test_the_first_month_of_a_shop_leads_to_none_before(stocked: Shop) -> None:
    """Neither key promises a month that is not there."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "s")
        await stage.sees("Statement of")
        await stage.press("right")
        await stage.sees("This is the month of today, and the first.")
        await stage.press("left")
        await stage.sees("Nothing was recorded before this month.")

    perform(make_app(stocked, user="kim"), play)


def test_a_statement_says_that_it_goes_by_recording(stocked: Shop, tmp_path: Path) -> None:
    """What is imported stands in the month in which that was, with the day on which it happened."""
    row = "kim,700,old,2025-08-26T12:00:00Z"
    take(stocked, "charges", write(tmp_path / "charges.csv", "user,amount,key,at", row))

    async def play(stage: Stage) -> None:
        await stage.press("3", "s")
        await stage.sees("RECORDED", "03-12 21:00  of 2025-08-26: ", "+700")

    perform(make_app(stocked, user="kim"), play)


def test_a_remark_goes_with_its_row(busy: Shop) -> None:
    """That a key does nothing here is no word about what the cursor is on next, or what opens."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "a")
        await stage.sees("This is no order")
        await stage.press("down")
        assert "This is no order" not in stage.text
        await stage.press("a", "s", "escape")
        assert "This is no order" not in stage.text

    perform(make_app(busy, user="kim"), play)


def test_the_statement_is_of_who_shops(busy: Shop) -> None:
    """Where the operator says that it is somebody else, it is theirs."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "s")
        await stage.sees("· kim")
        await stage.press("u")
        await stage.type("sato")
        await stage.press("enter")
        await stage.sees("· sato", "transfer from kim: lunch", "+500")

    perform(make_app(busy, user="kim"), play)


def test_a_member_has_only_their_own(busy: Shop) -> None:
    """Another user is refused by the engine, whoever the screen believes to show."""

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("kim · 김민지")
        assert "u says whose" not in stage.text
        stage.app.push_screen(StatementScreen("sato"))
        await stage.sees("may not do this")
        await stage.press("escape")
        stage.app.visit.user = "sato"
        stage.app.refresh_soon()
        await stage.sees("may not do this")
        assert _list(stage).row_count == 0

    perform(make_app(busy, user="kim", bound=True), play)


def test_another_user_has_another_journal(busy: Shop) -> None:
    """The operator says whose; a search ends with it."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        await stage.type("lunch")
        await stage.press("enter", "u")
        await stage.type("sato")
        await stage.press("enter")
        await stage.sees("佐藤 葵", "from kim: lunch", "3 × Latte", "all 4")  # noqa: RUF001 - shown

    perform(make_app(busy, user="kim"), play)


def test_a_page_of_another_user_is_dropped(busy: Shop) -> None:
    """It comes late, behind a change of the user: it is no part of what is shown."""
    page = busy.browsing.journal("kim")

    async def play(stage: Stage) -> None:
        await stage.press("3")
        screen = stage.screen
        assert isinstance(screen, MeScreen)
        count = _list(stage).row_count
        screen.told(Older("kim", "", None, page))
        assert _list(stage).row_count == count

    perform(make_app(busy, user="sato"), play)


def test_a_find_that_is_refused_lets_keys_through(busy: Shop) -> None:
    """A text that no query can be is told; the rows of before stay, and so does the cursor."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "slash")
        stage.app.screen.query_one("#find", Field).value = "a\x07b"
        await stage.press("enter")
        await stage.sees("control character")
        await stage.press("escape", "down")
        assert _list(stage).cursor == 1

    perform(make_app(busy, user="kim"), play)


def test_a_long_order_says_how_many_products_are_not_shown(stocked: Shop) -> None:
    """Beside the list its total and the balance stay in sight, of a statement too."""
    for number in range(30):
        stocked.add_product(f"P{number:02}", name=f"Tea {number}" * 3, price=100, stock=1)
    stocked.order("kim", {f"P{number:02}": 1 for number in range(30)}, key="many")

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("Tea 4", "more: enter", "Total", "3,000", "Balance after", "47,000")
        await stage.press("s")
        await stage.sees("Tea 1", "\u2026", "Amount", "-3,000", "Balance after", "47,000 KRW")

    perform(make_app(stocked, user="kim"), play, size=(120, 20))


def test_help_says_what_the_keys_of_the_journal_do(busy: Shop) -> None:
    """Each in a sentence, as a word in the bar is short."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "end", "up", "up", "f1")
        await stage.sees("Put into the cart what", "Statement of the month", "reads 200")

    perform(make_app(busy, user="kim"), play, size=(80, 50))


def test_an_order_too_old_to_cancel_says_why(stocked: Shop, clock: SettableClock) -> None:
    """The key is offered while it may be cancelled; later it says until when that was."""
    stocked.order("kim", {"LATTE": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3")
        await stage.sees("x Cancel")
        clock.advance(days=3)
        await stage.press("x")
        await stage.sees("could be cancelled until 2026-03-13", "Ask whoever runs the shop.")
        assert not isinstance(stage.screen, ConfirmDialog)
        await stage.press("down", "up")
        await stage.sees("enter Receipt")
        assert "x Cancel" not in stage.text

    perform(make_app(stocked.as_member("kim"), user="kim"), play)


def test_a_question_that_is_answered_too_late_offers_its_key_no_more(
    stocked: Shop, clock: SettableClock
) -> None:
    """The receipt says until when the order could be cancelled, and names no key for it."""
    stocked.order("kim", {"LATTE": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.sees("x Cancel order")
        await stage.press("x")
        clock.advance(days=3)
        await stage.press("enter")
        await stage.sees("until 2026-03-13")
        await stage.until(lambda: "x Cancel" not in stage.text)  # nor behind the receipt

    perform(make_app(stocked.as_member("kim"), user="kim"), play)
