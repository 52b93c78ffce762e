"""Pages of the desk that stay open while somebody else goes on with what they tell."""

from __future__ import annotations

from shopcli import Relay, Shop
from shopcli.tui.app import make_app
from tests.relay.hostile import OK, HostilePlatform, answering
from tests.tui.stage import Stage, perform


def test_the_attempts_of_a_delivery_are_read_again(stocked: Shop) -> None:
    """It is delivered from elsewhere: the open page tells the attempt, and no more of a next."""

    async def play(stage: Stage) -> None:
        await stage.press("f6", "enter")
        await stage.sees("· pending", "It was not tried yet.")
        Relay(stocked).flush()
        stage.app._reload()  # noqa: SLF001  # as a look does that sees the delivery
        await stage.sees("· delivered", "attempt 1: delivered")
        assert "not tried yet" not in stage.text

    with HostilePlatform(answering(OK)) as platform:
        stocked.set_setting("platform.url", platform.url)
        perform(make_app(stocked, desk=True), play)


def test_how_the_stock_of_a_product_changed_is_read_again(stocked: Shop) -> None:
    """Somebody restocks it: the open page tells that."""

    async def play(stage: Stage) -> None:
        await stage.press("f4", "enter")
        await stage.sees("AMERICANO", "esc")
        assert "+31" not in stage.text
        stocked.restock("AMERICANO", 31)
        stage.app._reload()  # noqa: SLF001  # as a look does that sees the restock
        await stage.sees("+31")

    perform(make_app(stocked, desk=True), play)
