"""What the storefront says on the terminal once it has ended, whichever way it was ended."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, OutcomeUnknown, ShopError
from shopcli.domain.records import BalanceChange, Order
from shopcli.relay.platform import Misbehaviour, Platform
from shopcli.tui.app import Storefront
from shopcli.tui.operations import Operation
from shopcli.tui.screens.till import TillScreen
from tests.command_lines import carry_out
from tests.factories import id_of
from tests.tui.stage import Play, Stage, perform

Says = Callable[..., tuple[int, str]]

CTRL_Q, TERM, HANG_UP = 0, 128 + signal.SIGTERM, 128 + 1


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shop_url: str) -> Says:
    """Plays on the storefront of a command; gives its exit code and what it wrote at the end."""
    monkeypatch.setattr("shopcli.cli.storefront.showing._check_terminal", lambda _: None)
    monkeypatch.setattr("shopcli.tui.ending.Ending._await_hangup", lambda _: None)

    def run(play: Play, *words: str) -> tuple[int, str]:
        monkeypatch.setattr(Storefront, "run", lambda app: perform(app, play))
        done = carry_out("tui", "--db", shop_url, *words, cwd=tmp_path)
        return done.returncode, done.stderr.decode()

    return run


async def _end(stage: Stage, code: int) -> None:
    if code == CTRL_Q:
        await stage.pilot.press("ctrl+q")
    else:
        stage.app.end(code)  # as the handler of a signal does


@pytest.mark.parametrize("code", [CTRL_Q, TERM, HANG_UP])
def test_a_till_tells_the_refused_payment_and_the_cart_that_grew_since(
    stocked: Shop, says: Says, code: int
) -> None:
    """Both are told: why it was not paid, and how much now is in the cart, unpaid."""

    async def play(stage: Stage) -> None:
        for line in ("LATTE", "", "kim"):
            await stage.type(line)
            await stage.press("enter")
        await stage.sees("press enter to pay")
        stocked.set_product("LATTE", on_sale=False)
        await stage.press("enter")
        await stage.sees("Not on sale at present")
        await stage.type("MUG:3")
        await stage.press("enter")
        await stage.sees("cart 4")
        await _end(stage, code)

    exit_code, told = says(play, "--kiosk")

    assert exit_code == code
    assert "The payment was not made: " in told
    assert "Not paid, and not kept: 4 things in the cart." in told


def test_a_till_that_ends_while_it_is_paid_tells_nothing_as_unpaid(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes to a screen that is removed already: the cart is paid all the same."""

    async def play(stage: Stage) -> None:
        for line in ("LATTE", "", "kim"):
            await stage.type(line)
            await stage.press("enter")
        await stage.sees("press enter to pay")
        monkeypatch.setattr(TillScreen, "is_there", False)
        await stage.pilot.press("enter")
        await stage.until(lambda: not stage.app.awaits_answer)
        await _end(stage, CTRL_Q)

    exit_code, told = says(play, "--kiosk")

    assert exit_code == 0
    assert f"The payment was made: order {stocked.orders('kim')[0].order}." in told
    assert "Not paid" not in told


def test_what_was_sent_is_carried_out_however_soon_the_end_comes(stocked: Shop, says: Says) -> None:
    """Also where it comes before the thread has begun that does it."""

    class Nobody:
        def told(self, value: object) -> None:
            """Nothing is shown."""

        def not_done(self, about: str, error: ShopError) -> None:
            """Nothing is shown."""

    async def play(stage: Stage) -> None:
        operation = Operation("k", "The charge", "shop charge")
        stage.app.carry_out(Nobody(), operation, lambda shop: shop.charge("jo", 500, key="k"))
        stage.app.exit()
        stage.app.workers.cancel_all()  # as it ends

    _, told = says(play)

    assert "The charge was made." in told
    assert stocked.balance("jo").balance == 1_500


@pytest.mark.parametrize("code", [CTRL_Q, TERM])
def test_a_member_is_told_that_the_cart_is_unpaid(stocked: Shop, says: Says, code: int) -> None:
    """Blocked while the bill was shown: the payment is told as not made, and the cart as well."""

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Balance after")
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.press("enter")
        await stage.sees("Ask whoever runs the shop")
        await _end(stage, code)

    exit_code, told = says(play, "-u", "kim")

    assert exit_code == code
    assert "The payment was not made: " in told
    assert "Not paid, and not kept: 1 thing in the cart." in told


def test_q_tells_the_cart_beside_the_payment_that_was_not_made(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its question told it."""
    monkeypatch.setenv("SHOP_USER", "kim")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Balance after")
        stocked.set_user("kim", state="blocked", reason="test")
        await stage.press("enter")
        await stage.sees("Unblock first")
        await stage.press("q")
        await stage.sees("Leave with 1 thing in the cart?")
        await stage.pilot.press("enter")

    async def leave(stage: Stage) -> None:
        await stage.press("plus", "q")
        await stage.sees("Leave with 1 thing in the cart?")
        await stage.pilot.press("enter")

    exit_code, told = says(play)
    assert exit_code == 0
    assert "The payment was not made: " in told
    assert "Not paid, and not kept: 1 thing in the cart." in told
    assert says(leave) == (0, "")


def test_q_tells_the_cart_beside_a_cancellation_that_was_not_made(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question of the cancellation was open: both are told."""
    monkeypatch.setenv("SHOP_USER", "kim")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("Paid")
        await stage.press("escape", "plus", "3", "x")
        await stage.sees("cannot be taken back")
        await stage.press("q")
        await stage.sees("Leave with 1 thing in the cart?")
        await stage.pilot.press("enter")

    exit_code, told = says(play)

    assert exit_code == 0
    assert "The cancellation of order" in told
    assert "Not paid, and not kept: 1 thing in the cart." in told


def test_a_cart_whose_payment_is_not_known_is_not_told_as_unpaid(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be paid: the payment is told with its key, and nothing else is claimed."""
    order = Shop.order

    def lost(shop: Shop, *arguments: object, **options: object) -> object:
        if options.get("dry_run") and not options.get("key"):
            return order(shop, *arguments, **options)  # type: ignore[arg-type]  # passed on
        raise OutcomeUnknown("The connection was lost.", details={"key": options["key"]})

    monkeypatch.setattr(Shop, "order", lost)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("Asking whether it is paid")
        await _end(stage, CTRL_Q)

    exit_code, told = says(play, "-u", "kim")

    assert exit_code == 6
    assert "shop receipt --key" in told
    assert "Not paid" not in told
    assert stocked.orders("kim") == ()


def test_a_second_claim_tells_that_the_coupon_is_theirs(stocked: Shop, says: Says) -> None:
    """It was claimed elsewhere after the list was read: nothing is said to be not made."""

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.sees("FIRST3")
        stocked.claim("kim", "FIRST3")
        await stage.press("enter")
        await stage.sees("before: number 1 of 3")
        await stage.pilot.press("q")

    exit_code, told = says(play, "-u", "kim")

    assert exit_code == 0
    assert "FIRST3 is kim's, from the claim before: number 1 of 3." in told
    assert "not made" not in told
    assert len(stocked.coupons("kim")) == 1


def test_a_deed_that_others_forestalled_is_told_as_not_made(stocked: Shop, says: Says) -> None:
    """Its answer is that nothing was changed; it is told once, though it is asked about anew."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "p")
        await stage.type("2000")
        await stage.press("enter")
        await stage.sees("Change the price of")
        stocked.set_product("AMERICANO", price=3_700)
        await stage.press("enter")
        await stage.sees("Nothing was changed: ")
        await _end(stage, CTRL_Q)

    _, told = says(play, "--desk")

    assert told.count("The new price of AMERICANO was not made: Nothing was changed: ") == 1
    assert "costs 3,700 KRW by now, not 3,500 (" in told
    assert "was made" not in told


def test_a_deed_that_was_so_before_tells_by_whom(stocked: Shop, says: Says) -> None:
    """In the words of the screen: that it was not made would hide that it is so."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "o")
        await stage.sees("off sale?")
        stocked.set_product("AMERICANO", on_sale=False, reason="no beans")
        await stage.press("enter")
        await stage.sees("was taken off sale before")
        await _end(stage, CTRL_Q)

    _, told = says(play, "--desk")

    assert "The taking of AMERICANO off sale was not made: " in told
    assert "was taken off sale before (" in told
    assert "): no beans." in told


def test_what_was_tried_is_not_told_as_sent(stocked: Shop, says: Says) -> None:
    """Each sending is told with its figures and its time."""
    with Platform(misbehaviour=Misbehaviour(status=500)) as platform:
        stocked.set_setting("platform.url", platform.url)

        async def play(stage: Stage) -> None:
            await stage.press("f6", "f")
            await stage.sees("0 sent, 1 failed")
            await stage.press("f")
            await stage.sees("1 waits for its next try, r makes it due now.")
            await _end(stage, CTRL_Q)

        _, told = says(play, "--desk")

    assert re.search(
        r"The sending of what is due: 0 sent, 1 failed \(.*500.*\); 1 waits\. \(..:..:..\)", told
    )
    assert re.search(r"The sending of what is due: 0 sent; 1 waits for its next try\. \(", told)
    assert "was made" not in told


def test_a_retry_that_was_led_elsewhere_is_told_with_what_to_type(
    stocked: Shop, says: Says
) -> None:
    """No key does anything once it has ended."""
    order = stocked.order("kim", {"LATTE": 1}, key="mine")
    stocked.cancel(id_of(order))
    with Platform(misbehaviour=Misbehaviour(status=500)) as platform:
        stocked.set_setting("platform.url", platform.url)
        Relay(stocked, environment={}).flush()
    (_, paid) = stocked.outbox.list(order=order.order)

    async def play(stage: Stage) -> None:
        await stage.press("f6")
        await stage.sees("▌ 000006 cancelled")
        await stage.press("r")
        await stage.reads("the delivery before it: r makes that due now.")
        await _end(stage, CTRL_Q)

    _, told = says(play, "--desk")

    assert f"shop outbox retry {paid.id}" in told
    assert "r makes" not in told


def test_what_was_refused_in_its_box_is_told_once(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its box is open again by then, with the amount: that is the same charge, not another."""
    has_left = threading.Event()

    def busy(*_: object, **__: object) -> BalanceChange:
        has_left.wait(10)
        raise Busy("Other processes kept the database busy.", details={"reason": "locks"})

    monkeypatch.setattr(Shop, "charge", busy)

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m")
        await stage.type("1110")
        await stage.pilot.press("enter")
        await stage.sees_now("is on its way")
        has_left.set()
        await stage.sees("Other processes kept the database busy")
        await _end(stage, TERM)

    _, told = says(play, "--desk")

    assert told.count("was not made") == 1
    assert "The charge of 1,110 KRW for kim was not made" in told


def test_a_payment_that_was_answered_is_told_as_made_while_the_database_is_away(
    stocked: Shop, says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its receipt stands on the screen: nothing has to be asked for that."""
    monkeypatch.setenv("SHOP_USER", "kim")

    def away(*_: object, **__: object) -> Order:
        raise DatabaseUnreachable("The server does not answer.")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("✓ Paid")
        monkeypatch.setattr(Shop, "receipt", away)
        await _end(stage, CTRL_Q)

    code, told = says(play)

    assert code == 0
    assert "The payment was made." in told
    assert "not known" not in told
