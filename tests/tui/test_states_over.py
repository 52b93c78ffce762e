"""What is said of a state ends with that state; what a key offers is what it does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable
from shopcli.domain.records import User
from shopcli.tui.app import make_app
from shopcli.tui.visit import begin
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.wording import Wording
from tests.clocks import SettableClock, SteadyClock
from tests.tui.stage import Held, Stage, perform

OFF_SALE = "Not on sale at present: Party 🎉 box"
TO_PARTY = ("end", "up", "plus", "c")


def _is_still(stage: Stage) -> None:
    """Let nobody look for changes from here on."""
    stage.app._is_polling = True  # noqa: SLF001  # as if a look were under way


def test_why_something_was_not_read_goes_once_it_is(stocked: Shop, held: Held) -> None:
    """Users who are listed at last have nothing of a busy database under them."""
    held.error = Busy("Others kept the database busy.")
    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press("u")
        await stage.sees("Others kept the database busy. Try again in a moment.")
        held.error = None
        await stage.press("j")
        await stage.sees("jo  ")
        assert "busy" not in stage.text

    perform(make_app(held.shop(stocked, "users"), user="kim"), play)


def test_enter_is_judged_on_what_is_true_now(stocked: Shop) -> None:
    """What was read before said that it is not on sale: Enter reads again before it refuses."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press("end", "up", "plus")
        stocked.set_product("PARTY", on_sale=False)
        await stage.press("c")
        await stage.sees("Not on sale", "It cannot be paid")
        _is_still(stage)
        await stage.press("enter")
        assert OFF_SALE in _answer(stage)
        stocked.set_product("PARTY", on_sale=True)
        await stage.press("enter")
        await stage.sees("Changed: it can be paid now.")
        assert OFF_SALE not in stage.text
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


def test_why_it_cannot_be_paid_goes_once_it_can(stocked: Shop) -> None:
    """The line that Enter wrote, and the one of a payment that was refused."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        stocked.set_product("PARTY", on_sale=False)
        await stage.sees("Not on sale")
        await stage.press("enter")
        await stage.until(lambda: OFF_SALE in _answer(stage))
        stocked.set_product("PARTY", on_sale=True)
        await stage.sees("Balance after")
        assert not _answer(stage)
        _is_still(stage)
        stocked.set_product("PARTY", on_sale=False)
        seconds.seconds += 2
        await stage.press("enter")
        await stage.until(lambda: OFF_SALE in _answer(stage))
        stage.app._is_polling = False  # noqa: SLF001  # somebody looks again
        stocked.set_product("PARTY", on_sale=True)
        await stage.until(lambda: "It can be paid now" in _answer(stage))
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")

    perform(make_app(stocked, user="kim", steady_clock=seconds), play)


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
        await stage.press("enter")
        await stage.sees("nothing was changed")
        await stage.press("m")
        await stage.sees("Charge the balance")
        assert "nothing was changed" not in stage.text

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_a_database_that_answers_again_is_not_told_as_away(stocked: Shop, held: Held) -> None:
    """The banner goes, and the line of the payment tells it as over."""
    held.error = DatabaseUnreachable("The server does not answer.")
    held.released.set()

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        await stage.press("enter")
        await stage.sees("The server does not answer; nothing was changed.")
        _is_still(stage)
        stage.app.show_trouble(held.error)  # as a look that fails does
        await stage.sees("Reconnecting")
        stage.app._polled(None)  # noqa: SLF001  # as one that is answered does
        await stage.sees("Nothing was changed", "It answers again")
        assert "does not answer" not in stage.text

    perform(make_app(held.shop(stocked, "order"), user="kim"), play)


def test_what_was_not_made_keeps_its_name_once_the_database_answers(
    stocked: Shop, held: Held
) -> None:
    """Told on another tab, it is still said of which claim, and not any more to try again."""
    held.error = DatabaseUnreachable("The server does not answer.")

    async def play(stage: Stage) -> None:
        await stage.press("2")
        await stage.pilot.press("enter", "1")
        held.released.set()
        await stage.reads("The claim of FIRST3 for kim was not made: The server does not answer;")
        _is_still(stage)
        stage.app.show_trouble(held.error)  # as a look that fails does
        await stage.sees("Reconnecting")
        stage.app._polled(None)  # noqa: SLF001  # as one that is answered does
        await stage.reads("for kim was not made: the database did not answer then. It answers")
        assert "does not answer" not in stage.text

    perform(make_app(held.shop(stocked, "claim"), user="kim"), play)


def test_an_outage_that_no_look_has_met_ends_as_well(stocked: Shop, held: Held) -> None:
    """Whoever reads on that the server cannot be reached looks for an address that is right."""
    held.error = DatabaseUnreachable("The server does not answer.")
    held.released.set()

    async def play(stage: Stage) -> None:
        _is_still(stage)
        await stage.press("f4", "s")
        await stage.type("7")
        await stage.press("enter")
        await stage.reads("The server does not answer; nothing was changed.")
        stage.app._polled(stage.app._revision)  # noqa: SLF001  # one that was asked before
        await stage.reads("The server does not answer; nothing was changed.")
        stage.app._poll()  # noqa: SLF001  # and one that is asked now
        await stage.reads(
            "Nothing was changed: the database did not answer then. It answers again."
        )

    perform(make_app(held.shop(stocked, "restock"), desk=True), play, size=(120, 36))


@pytest.mark.parametrize(
    ("error", "banner"),
    [
        (DatabaseUnreachable("The server does not answer."), "Reconnecting: The server does not"),
        (Busy("Others kept the database busy."), "Not read yet: Others kept the database busy."),
    ],
)
def test_what_cannot_be_read_takes_no_place_of_what_was_done(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, error: Busy, banner: str
) -> None:
    """Whoever read that the server is away, in place of the charge, would charge once more."""

    def away(*_: object, **__: object) -> tuple[User, ...]:
        raise error

    async def play(stage: Stage) -> None:
        await stage.press("f5", "down", "m")
        await stage.sees("Charge kim")
        _is_still(stage)
        with monkeypatch.context() as patch:
            patch.setattr(Shop, "users", away)
            await stage.type("700")
            await stage.press("enter")
            await stage.reads("Charged 700 KRW by cash: kim has 50,700 KRW.")
            stage.app._reload()  # noqa: SLF001  # as a look does that sees the charge
            await stage.reads("Charged 700 KRW by cash: kim has 50,700 KRW.", banner)
        stage.app._is_polling = False  # noqa: SLF001  # and looks go on
        await stage.until(lambda: banner not in stage.prose and "50,700  active" in stage.text)
        await stage.reads("Charged 700 KRW by cash: kim has 50,700 KRW.")

    perform(make_app(stocked, desk=True), play)

    assert stocked.balance("kim").balance == 50_700


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


def test_a_press_too_soon_is_told_what_has_changed(stocked: Shop) -> None:
    """Old and new price stay on the screen, at the till and at the checkout; "read it" does not."""
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

    async def at_checkout(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.sees("Balance after")
        stocked.set_product("PARTY", price=26_000)
        await stage.sees("costs 26,000 now", "Balance after 24,000 KRW")  # as the bill is shown
        await stage.press("enter")
        await stage.sees("counts after a second", "25,000 → 26,000")
        seconds.seconds += 2
        await stage.until(lambda: "counts after" not in stage.text)
        await stage.sees("25,000 → 26,000", "did not count: press it", "enter  Pay 26,000 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), at_till)
    perform(make_app(stocked, user="kim", steady_clock=seconds), at_checkout)

    assert stocked.orders("kim") == ()


def test_a_coupon_that_was_switched_off_has_a_next_step(stocked: Shop) -> None:
    """At paying: another coupon, or none."""
    stocked.claim("kim", "WELCOME10")

    async def play(stage: Stage) -> None:
        await stage.press(*TO_PARTY)
        await stage.press("tab", "enter")
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
            await stage.sees("g Category")
        await stage.press("enter")
        await stage.sees("cart 1")
        await stage.press("question_mark")
        await stage.until(lambda: re.search(r"│ +enter +Add ", stage.text) is not None)

    perform(make_app(stocked, user="kim"), play, size=size)


def _answer(stage: Stage) -> str:

    return stage.screen.query_one("#answer", Answer).text


@pytest.mark.parametrize("tab", ["2", "4", "5"])
def test_the_balance_in_the_bar_follows_what_others_do(stocked: Shop, tab: str) -> None:
    """At each tab, when it is opened and while it is; not only where the list needs it."""

    async def play(stage: Stage) -> None:
        await stage.sees("kim 50,000")
        stocked.charge("kim", 1_000)
        await stage.press(tab)
        await stage.sees("kim 51,000")
        stocked.charge("kim", 2_000)
        await stage.sees("kim 53,000")

    perform(make_app(stocked, user="kim", platform_variables={}), play)


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
def test_a_refused_payment_says_why_beside_the_new_bill(
    stocked: Shop,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    """The coupon expired in between: that is told, and what the bill is without it."""
    seconds = SteadyClock()
    stocked.claim("kim", "FIRST3")
    # Nobody looks at the clock in between.
    monkeypatch.setattr("shopcli.tui.screens.checkout.LOOK_SECONDS", 1_000.0)

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("FIRST3", "Pay 1,750 KRW")
        _is_still(stage)
        clock.advance(timedelta(days=8))
        await stage.press("enter")
        await stage.until(lambda: _answer(stage).startswith("Not paid: "))
        told = " ".join(stage.text.split())
        assert "Not paid: Coupon FIRST3" in told
        assert "total 1,750 → 3,500." in told

    perform(make_app(stocked, user="kim", bound=True, steady_clock=seconds), play, size=size)

    assert stocked.orders("kim") == ()


def test_an_open_checkout_offers_no_coupon_that_ends_meanwhile(
    stocked: Shop, clock: SettableClock
) -> None:
    """Its last instant passes, and nothing in the shop changes: the bill is without it."""
    stocked.claim("kim", "FIRST3")

    async def play(stage: Stage) -> None:
        await stage.press("plus", "c")
        await stage.sees("● FIRST3", "Pay 1,750 KRW")
        _is_still(stage)
        clock.advance(timedelta(days=8))
        await stage.sees("Changed: no coupon, total 1,750 → 3,500.", "TOTAL  3,500 KRW")
        await stage.sees("FIRST3", " expired")

    perform(make_app(stocked, user="kim", bound=True), play)
