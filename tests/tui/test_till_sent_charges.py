"""A charge that was sent and is not booked so far: it is asked about before it is sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events

from shopcli import Shop
from shopcli.domain.errors import Busy
from shopcli.tui.app import make_app
from shopcli.tui.screens.till import TillScreen
from shopcli.tui.store import FLAT_ROWS
from shopcli.tui.till.idle import IDLE_SECONDS
from tests.clocks import SteadyClock
from tests.tui.stage import Stage, perform


async def _scan(stage: Stage, *lines: str) -> None:
    for line in lines:
        await stage.type(line)
        await stage.press("enter")


def _seen(stage: Stage) -> str:
    return " ".join(stage.text.split())


async def _reads(stage: Stage, *texts: str) -> None:
    """Wait until the screen says all of these, wherever its lines end."""
    await stage.until(lambda: all(text in _seen(stage) for text in texts))


async def _lose_one(stage: Stage, *, told: str = "Not charged so far: 5,000 KRW of jo") -> None:
    """Send a charge whose answer is lost, and wait until the till has looked for it."""
    await stage.press("f7")
    await _scan(stage, "jo", "5000", "")
    await _reads(stage, told)


@pytest.mark.parametrize("keys", [("f7",), ("f5",), ("f6",), ("f4",), ("3", "0", "0", "f7")])
def test_a_key_at_the_bill_asks_about_the_charge_that_was_sent(
    stocked: Shop, keys_of_charges: list[str], keys: tuple[str, ...]
) -> None:
    """Amount and method are shown before it is booked, whatever amount the key is for."""

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        await _scan(stage, "MUG", "", "jo")
        await _reads(stage, "f7 Charge 5,000?", "Not charged so far: 5,000 KRW. f7 leads to it")
        assert "f5" not in stage.text  # neither in the bar nor at the bill
        await stage.press(*keys)
        await _reads(stage, "Charge 5,000 KRW by cash?", "Not charged so far: enter charges it")
        if len(keys) > 1:
            await _reads(stage, "300 was not taken: this one comes first.")
        assert len(keys_of_charges) == 1
        await stage.press("enter")
        await stage.sees("Charged 5,000 KRW by cash: jo has 6,000 KRW")
        assert "Not charged" not in stage.text

    perform(make_app(stocked, kiosk=True), play)

    assert len(keys_of_charges) == 2
    assert len(set(keys_of_charges)) == 1


def test_a_key_and_an_enter_that_come_at_once_send_nothing_again(
    stocked: Shop, keys_of_charges: list[str]
) -> None:
    """The question was not shown then."""

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        await _scan(stage, "MUG", "", "jo")
        await _reads(stage, "f7 Charge 5,000?")
        for key in ("f5", "enter", "enter"):
            stage.app.post_message(events.Key(key, None))
        await _reads(stage, "Charge 5,000 KRW by cash?")
        await stage.settle()

    perform(make_app(stocked, kiosk=True), play)

    assert len(keys_of_charges) == 1


@pytest.mark.parametrize("at_bill", [False, True])
@pytest.mark.parametrize("size", [(40, 12), (40, 20), (80, 24)])
def test_at_that_question_enter_alone_charges(
    stocked: Shop, keys_of_charges: list[str], size: tuple[int, int], *, at_bill: bool
) -> None:
    """No other key of charging is named, in the bar or the help; pressed, it says so."""

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        if at_bill:
            await _scan(stage, "MUG", "", "jo")
        await stage.press("f7")
        if not at_bill:
            await _scan(stage, "jo")
        await _reads(stage, "Charge 5,000 KRW by cash?", "enter Charge")
        assert ("esc Back" in stage.text) == (size[1] > FLAT_ROWS)  # else the field names it
        for key in ("f4", "f5", "f6", "f7"):
            assert f"{key} " not in stage.text
            await stage.press(key)
            await _reads(
                stage, "Answer first: enter charges this once", "Charge 5,000 KRW by cash?"
            )
        await _scan(stage, "9")
        await _reads(stage, "Answer first", "Charge 5,000 KRW by cash?")
        assert _seen(stage).count("Not charged so far") == 1
        await stage.press("f1")
        await stage.sees("Charge that one" if size[1] > FLAT_ROWS else "Answer first")
        for key in ("f4", "f5", "f6", "f7"):
            assert f"{key} " not in stage.text
        await stage.press("escape")
        assert len(keys_of_charges) == 1
        await stage.press("enter")
        await stage.sees("6,000 KRW")

    perform(make_app(stocked, kiosk=True), play, size=size)

    assert stocked.balance("jo").balance == 6_000


@pytest.mark.usefixtures("keys_of_charges")
@pytest.mark.parametrize("at_bill", [False, True])
def test_who_goes_back_from_that_question_is_told_how_to_look(
    stocked: Shop, *, at_bill: bool
) -> None:
    """By a command, as no key here makes sure that it is never charged."""

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        if at_bill:
            await _scan(stage, "MUG", "", "jo")
        await stage.press("f7")
        if not at_bill:
            await _scan(stage, "jo")
        await _reads(stage, "Charge 5,000 KRW by cash?")
        await stage.press("escape")
        await _reads(stage, "Nothing was sent again.", "5,000 KRW of jo", "shop history -u jo")
        if at_bill:
            await _reads(stage, "f7 Charge 5,000?")
            await stage.press("f1")
            await stage.sees("f4 … f7      Ask about the charge that was sent,")

    perform(make_app(stocked, kiosk=True), play, size=(120, 36))

    assert stocked.balance("jo").balance == 1_000


@pytest.mark.usefixtures("keys_of_charges")
def test_the_question_stays_where_it_is_told_meanwhile_that_it_is_not_booked(
    stocked: Shop, away: list[Busy]
) -> None:
    """Also at a bill; what is known of it by then stands there once."""

    async def play(stage: Stage) -> None:
        await _lose_one(stage, told="It is not known whether 5,000 KRW of jo are charged.")
        await _scan(stage, "MUG", "", "jo")
        await stage.press("f7")
        await _reads(stage, "Charge 5,000 KRW by cash?", "not known whether this is charged")
        assert _seen(stage).count("not known") == 1
        away.clear()
        stage.app.refresh_soon()
        await _reads(stage, "Charge 5,000 KRW by cash?", "Not charged so far: enter charges it")
        assert _seen(stage).count("ot charged") == 1

    perform(make_app(stocked, kiosk=True), play)


def test_the_help_says_where_escape_leads_without_a_bill(stocked: Shop) -> None:
    """From the amount to the products, and from the question to the amount."""

    async def play(stage: Stage) -> None:
        await stage.press("f7")
        await _scan(stage, "jo")
        await stage.press("f1")
        await stage.sees("Back to the products")
        await stage.press("escape")
        await _scan(stage, "500")
        await stage.press("f1")
        await stage.sees("Back to the amount")

    perform(make_app(stocked, kiosk=True), play)


def test_a_charge_that_was_lost_is_told_until_escape(
    stocked: Shop, keys_of_charges: list[str]
) -> None:
    """The next sale, of anybody, and an idle till do not take it away; with a cart it names how."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        till = stage.screen
        assert isinstance(till, TillScreen)
        await _lose_one(stage)
        told = "f7, then jo; with a cart first jo, then f7."
        await _reads(stage, told)
        await _scan(stage, "MUG", "", "kim")
        await stage.sees("enter Pay")
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Paid")
        await _reads(stage, told, "esc takes this away.")
        seconds.seconds += IDLE_SECONDS
        till.clear_if_idle()
        await _reads(stage, told, "esc takes this away.")
        await stage.press("escape")
        await stage.until(lambda: "Not charged so far" not in stage.text)

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert (len(stocked.orders("kim")), len(keys_of_charges)) == (1, 1)


def _take_less(shop: Shop) -> None:
    shop.set_setting("charge_max", "4000")


def _take_more(shop: Shop) -> None:
    shop.set_setting("charge_max", "10000")


def _take_other_methods(shop: Shop) -> None:
    shop.set_setting("methods", "card,transfer")


def _block(shop: Shop) -> None:
    shop.set_user("jo", state="blocked", reason="test")


def _unblock(shop: Shop) -> None:
    shop.set_user("jo", state="active", reason="test")


@pytest.mark.parametrize("at_bill", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (_take_less, _take_more, "more than one charge may be"),
        (_take_other_methods, None, "'cash' is no method of this shop"),
        (_block, _unblock, "jo is blocked"),
    ],
)
def test_a_charge_that_is_refused_once_sent_again_is_kept_with_its_key(
    stocked: Shop,
    keys_of_charges: list[str],
    before: Callable[[Shop], None],
    after: Callable[[Shop], None] | None,
    told: str,
    *,
    is_late: bool,
    at_bill: bool,
) -> None:
    """The first may still arrive: it is asked about before any other, and booked once."""
    seconds = SteadyClock()

    async def ask(stage: Stage) -> None:
        await stage.press("f7")
        if not at_bill:
            await _scan(stage, "jo")
        await _reads(stage, "Charge 5,000 KRW by", "Not charged so far: enter charges it")

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        if at_bill:
            await _scan(stage, "MUG", "", "jo")
        await ask(stage)
        if before is _take_other_methods:  # as if the till had not heard of it
            stage.screen._charging.learn = lambda _terms: ""  # type: ignore[attr-defined]  # noqa: SLF001
        before(stocked)
        await stage.settle()
        seconds.seconds += 2
        await stage.press("enter")
        await _reads(stage, "Sent again, the answer was:", told, "Not charged so far: 5,000 KRW")
        assert "Type it again" not in stage.text
        assert "Charge less" not in stage.text
        (operation,) = stage.app.visit.operations.values()
        assert operation.refusal is None  # which would be told at the end as its outcome
        if before is _take_other_methods:
            del stage.screen._charging.learn  # type: ignore[attr-defined]  # noqa: SLF001
            stage.app.refresh_soon()
            await stage.until(lambda: _methods(stage) == ("card", "transfer"))
        if after is not None:
            after(stocked)
        if is_late:  # beside the till
            method = None if after else "card"
            stocked.charge("jo", 5_000, key=keys_of_charges[0], method=method)
            stage.app.refresh_soon()
            await _reads(stage, "Charged meanwhile: 5,000 KRW of jo, who had 6,000 KRW then")
            return
        await stage.settle()
        await ask(stage)
        seconds.seconds += 2
        await stage.press("enter")
        await stage.sees("Charged 5,000 KRW by", "jo has 6,000 KRW")
        assert "Not charged" not in stage.text
        stocked.charge("jo", 5_000, key=keys_of_charges[0])  # the first write, which is late

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play)

    assert [one.amount for one in stocked.history("jo")] == [1_000, 5_000]
    assert len(set(keys_of_charges)) == 1


def _methods(stage: Stage) -> tuple[str, ...]:
    terms = stage.screen._charging.terms  # type: ignore[attr-defined]  # noqa: SLF001  # what was read
    methods: tuple[str, ...] = terms.methods
    return methods


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_charge_whose_method_goes_is_asked_about_by_the_usual_one(
    stocked: Shop, keys_of_charges: list[str], size: tuple[int, int]
) -> None:
    """That is named, and told as another where the question stands already; the key is the same."""
    seconds = SteadyClock()

    async def play(stage: Stage) -> None:
        await _lose_one(stage)
        await stage.press("f7")
        await _scan(stage, "jo")
        await _reads(stage, "Charge 5,000 KRW by cash?", "Not charged so far: enter charges it")
        stocked.set_setting("methods", "card,transfer")
        await _reads(stage, "Charge 5,000 KRW by card?", "Changed: it comes by card.")
        await stage.press("enter")
        await stage.sees("counts after a second")
        assert len(keys_of_charges) == 1
        await stage.press("escape")
        stocked.set_setting("methods", "transfer")
        await stage.until(lambda: _methods(stage) == ("transfer",))
        await stage.press("f7")
        await _scan(stage, "jo")
        await _reads(stage, "Charge 5,000 KRW by transfer?")
        (operation,) = stage.app.visit.operations.values()
        assert "--method transfer" in operation.look
        seconds.seconds += 2
        await stage.press("enter")
        await _reads(stage, "Charged 5,000 KRW by transfer: jo has 6,000 KRW")

    perform(make_app(stocked, kiosk=True, steady_clock=seconds), play, size=size)

    assert len(set(keys_of_charges)) == 1
    assert [one.method for one in stocked.history("jo")][-1] == "transfer"
