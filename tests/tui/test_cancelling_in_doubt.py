"""A cancellation whose answer was lost: how to learn of it, and what is offered meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.errors import OutcomeUnknown
from shopcli.tui.app import make_app
from tests.factories import id_of
from tests.tui.stage import Held, Stage, perform

IN_DOUBT = "may have been made or not. x sends it again with the same key, once in any case"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The keys of the cancellations that are sent, of which the first is lost on the way."""
    sent: list[str | None] = []
    cancel = Shop.cancel

    def lossy(shop: Shop, *values: Any, **named: Any) -> object:  # noqa: ANN401  # passed on
        sent.append(named["key"])
        if len(sent) == 1:
            raise OutcomeUnknown("The connection was lost.", details={"key": named["key"]})
        return cancel(shop, *values, **named)

    monkeypatch.setattr(Shop, "cancel", lossy)
    return sent


@pytest.mark.parametrize("is_desk", [True, False])
def test_x_sends_it_again_with_its_key(
    stocked: Shop, keys: list[str | None], *, is_desk: bool
) -> None:
    """The line names x and the command, which y copies; x makes it once."""
    order = id_of(stocked.order("kim", {"MUG": 1}, key="mine"))

    async def play(stage: Stage) -> None:
        await stage.press(*(("f7", "enter") if is_desk else ("3", "enter")))
        await stage.sees("Receipt")
        await stage.press("x", "enter")
        await stage.reads(f"{IN_DOUBT}; so does: shop cancel", "--key", "x Cancel order")
        await stage.press("y")
        assert stage.app.clipboard.endswith(f"--key {keys[0]}")
        await stage.press("x", "enter")
        await stage.sees("Cancelled")
        assert not stage.app.visit.operations

    app = make_app(stocked, desk=True) if is_desk else make_app(stocked, user="kim")
    perform(app, play)

    assert stocked.receipt(order).state == "cancelled"
    assert len(set(keys)) == 1


def test_a_member_is_told_of_the_key_alone(stocked: Shop, keys: list[str | None]) -> None:
    """Commands are for who runs the shop."""
    stocked.order("kim", {"MUG": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter", "x", "enter")
        await stage.reads(f"{IN_DOUBT}.")
        assert "shop cancel" not in stage.prose
        await stage.press("x", "enter")
        await stage.sees("Cancelled")

    perform(make_app(stocked.as_member("kim"), user="kim"), play)

    assert len(set(keys)) == 1


def test_the_doubt_goes_once_the_receipt_shows_it_cancelled(
    stocked: Shop, keys: list[str | None]
) -> None:
    """It was made after all, or from elsewhere: nothing is in doubt any more."""
    order = id_of(stocked.order("kim", {"MUG": 1}, key="mine"))

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter", "x", "enter")
        await stage.reads(IN_DOUBT)
        stocked.cancel(order, key=keys[0])
        stage.app._reload()  # noqa: SLF001  # as a look does that sees the change
        await stage.sees("Cancelled · order")
        assert "may have been made" not in stage.prose

    perform(make_app(stocked, user="kim"), play)


def test_a_receipt_offers_no_second_cancelling_beside_one_under_way(
    stocked: Shop, held: Held
) -> None:
    """Its keys do nothing until it is answered, so they are not named."""
    stocked.order("kim", {"MUG": 1}, key="mine")

    async def play(stage: Stage) -> None:
        await stage.press("3", "enter")
        await stage.sees("x Cancel order", "f Refund")
        await stage.press("x")
        await stage.pilot.press("enter")
        await stage.sees_now("Cancelling…")
        assert "x Cancel order" not in stage.text
        assert "f Refund" not in stage.text
        await stage.pilot.press("x")
        await stage.sees_now("Cancelling…")
        held.released.set()
        await stage.sees("Cancelled")

    perform(make_app(held.shop(stocked, "cancel"), user="kim"), play)
