"""Keys are obeyed in the order in which they came, however fast, whatever the till is doing."""

from __future__ import annotations

import sys
import threading

import pytest

from shopcli import Shop
from shopcli.domain.records import Order
from shopcli.tui.app import make_app
from shopcli.tui.payment import Changed, Intent, pay
from tests.tui.stage import Stage, perform
from tests.tui.terminals import COMMAND, terminal

unix_alone = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

WHO_PAYS = "who pays?"
SIX_SCANS = "LATTE\rBAGEL\rMUG\rAMERICANO\rCOLDBREW\rMATCHA\r"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    name: str = request.param
    return name


@pytest.mark.parametrize(
    ("typed", "lines", "shown"),
    [
        ("LATTE\rBAGEL\r", {"LATTE": 1, "BAGEL": 1}, "scan or type"),
        (SIX_SCANS, dict.fromkeys(SIX_SCANS.split(), 1), "scan or type"),
        ("LATTE\r" * 12, {"LATTE": 12}, "scan or type"),
        ("LATTE\r\r", {"LATTE": 1}, WHO_PAYS),
        ("LATTE:5\r\r", {"LATTE": 5}, WHO_PAYS),
        ("LATTE\r\rMUG\r\r", {"LATTE": 1, "MUG": 1}, WHO_PAYS),
        ("XY\x7f\x7fMUG\r\x7fTEAX\x7f\x7f\x7f\x7fBAGEL\r", {"MUG": 1, "BAGEL": 1}, "scan or type"),
        ("MUG\r↑↑↓LATTE\r↑", {"MUG": 2, "LATTE": 2}, "scan or type"),
        ("TEA\x1bMUG\r\r\x1bLATTE\r", {"MUG": 1, "LATTE": 1}, "scan or type"),
    ],
)
def test_what_comes_at_once_is_taken_one_after_another(
    stocked: Shop, typed: str, lines: dict[str, int], shown: str
) -> None:
    """No scan is lost, taken twice or run together with the next; Enter counts after its scan."""

    async def play(stage: Stage) -> None:
        stage.burst(typed)
        await stage.until(lambda: dict(stage.app.visit.cart.request) == lines)
        await stage.sees(shown)
        assert "No product" not in stage.text

    perform(make_app(stocked, kiosk=True), play)


@pytest.mark.parametrize(
    "name", ["kim\r\r", "nobody\x7f\x7f\x7f\x7f\x7f\x7fkim\r", "MUG\rkim\r\r\r"]
)
def test_the_name_is_taken_in_its_turn(stocked: Shop, name: str) -> None:
    """What follows the name at once is no product, and pays nothing that was not shown."""

    async def play(stage: Stage) -> None:
        stage.burst(f"LATTE\r\r{name}")
        await stage.sees("press enter to pay", "Balance after")
        assert "There is no" not in stage.text
        assert "No product" not in stage.text
        assert stage.app.visit.user == "kim"

    perform(make_app(stocked, kiosk=True), play)

    assert stocked.orders("kim") == ()


def test_scans_while_paying_are_the_next_bill(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They wait; so does the Enter behind them; Enter, Escape and arrows alone mean nothing."""
    released = threading.Event()

    def slow(shop: Shop, intent: Intent, shown: Order) -> Order | Changed:
        released.wait(10)
        return pay(shop, intent, shown)

    monkeypatch.setattr("shopcli.tui.paying.pay", slow)

    async def play(stage: Stage) -> None:
        stage.burst("LATTE\r\rkim\r")
        await stage.sees("press enter to pay")
        stage.burst("\r")
        await stage.sees_now("Paying")
        stage.burst("\r\x1b↓AMERICANO\rMUG\rBAGEL\r↑\r")
        released.set()
        await stage.until(
            lambda: dict(stage.app.visit.cart.request) == {"AMERICANO": 1, "MUG": 1, "BAGEL": 2}
        )
        await stage.sees(WHO_PAYS)

    perform(make_app(stocked, kiosk=True), play)

    assert [order.total for order in stocked.orders("kim")] == [4_500]


def test_what_follows_a_value_at_once_does_not_change_it(stocked: Shop) -> None:
    """At the desk's field for an amount, keys behind its Enter are no part of the amount."""

    async def play(stage: Stage) -> None:
        await stage.press("3", "m")
        stage.burst("100\r0")
        await stage.sees("50,100")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.balance("kim").balance == 50_100


@pytest.mark.parametrize(
    ("typed", "user"),
    [("usato\r", "sato"), ("ukim\rusato\r", "sato"), ("u\r", None), ("2usato\r", "sato")],
)
def test_the_name_behind_the_key_that_asks_for_it_is_whole(
    stocked: Shop, typed: str, user: str | None
) -> None:
    """No letter is lost while the dialog opens; an Enter without a name chooses nobody."""
    stocked.add_user("amelie")

    async def play(stage: Stage) -> None:
        stage.burst(typed)
        await stage.settle()
        assert stage.app.visit.user == user

    perform(make_app(stocked), play)


def test_keys_behind_a_tab_are_for_that_tab(stocked: Shop) -> None:
    """An amount behind 3 and m is charged whole; a search behind 1 finds, puts and goes on."""

    async def play(stage: Stage) -> None:
        stage.burst("3m777\r")
        await stage.sees("50,777")
        stage.burst("2")
        stage.burst("1/mug\r+c")
        await stage.sees("YOUR CART")
        assert dict(stage.app.visit.cart.request) == {"MUG": 1}

    perform(make_app(stocked, user="kim"), play)

    assert stocked.balance("kim").balance == 50_777


def test_a_question_is_not_answered_before_it_is_asked(stocked: Shop) -> None:
    """Enter that came with the keys that open a question pays nothing that nobody saw."""

    async def play(stage: Stage) -> None:
        stage.burst("/mug\r+c")
        await stage.sees("YOUR CART", "Total")
        stage.burst("\r\r\r")
        await stage.sees("Pay ", "Back")
        stage.burst("\x1bq\r")
        await stage.sees("Leave with")

    perform(make_app(stocked, user="kim"), play)

    assert stocked.orders("kim") == ()


@unix_alone
def test_one_write_of_many_scans_in_a_real_terminal(stocked: Shop, shop_url: str) -> None:
    """Scans, names and Enters that one read brings, at each step and while it pays."""
    with terminal([*COMMAND, "--db", shop_url, "--kiosk"]) as screen:
        screen.sees("Scan or type a product")
        screen.press(b"LATTE\rBAGEL\r" + b"AMERICANO\r" * 4)
        screen.sees("cart 6 · 21,800 KRW")
        screen.press(b"LATTE\r\r")
        screen.sees("cart 7 · 26,300 KRW", WHO_PAYS)
        screen.press(b"nobody" + b"\x7f" * 6 + b"kim\r")
        screen.sees("press enter to pay", "23,700 KRW")
        with stocked.runtime.writing():  # keeps the payment waiting on SQLite
            screen.press(b"\rMATCHA\rMUG\rCOLDBREW\r")
            screen.read(0.3)
        screen.sees("cart 3 · 22,200 KRW")
        assert "No product" not in screen.text
        screen.press(b"\rkim\r")
        screen.sees("press enter to pay", "1,500 KRW")

    assert [order.total for order in stocked.orders("kim")] == [26_300]
    assert stocked.verify().ok
