"""Keys on a list that was not read yet: it is said that it is being read, not that it is empty."""

from __future__ import annotations

from typing import Any, Never

import pytest

from shopcli import Shop
from shopcli.domain.errors import DatabaseUnreachable
from shopcli.tui.app import make_app
from tests.tui.stage import Stage, perform

STILL = "That is still being read"


@pytest.mark.parametrize(
    ("module", "read", "key", "pressed"),
    [
        ("shopcli.tui.desk.sales", "_read", "f7", "enter"),
        ("shopcli.tui.desk.deliveries", "_read", "f6", "enter"),
        ("shopcli.tui.desk.deliveries", "_read", "f6", "o"),
        ("shopcli.tui.desk.deliveries", "_read", "f6", "r"),
    ],
)
def test_an_unread_list_of_the_desk_is_not_told_as_empty(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, module: str, read: str, key: str, pressed: str
) -> None:
    """The server is away for a moment; once the list is shown, the line goes."""

    def away(*_: object, **__: object) -> Never:
        raise DatabaseUnreachable("The server does not answer.")

    async def play(stage: Stage) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{read}", away)
            await stage.press(key)
            await stage.sees("Reconnecting")
            await stage.press(pressed)
            await stage.sees(STILL)
            assert "There is no" not in stage.text
        stage.app._polled(None)  # noqa: SLF001  # as a look that is answered does
        stage.app._reload()  # noqa: SLF001  # which reads all again
        await stage.sees("sato" if key == "f7" else "1 pending")
        assert STILL not in stage.text

    perform(make_app(stocked, desk=True), play)


@pytest.mark.parametrize(
    ("key", "told", "full"),
    [("f7", "There is no order here.", "kim"), ("f6", "There is no delivery here.", "1 pending")],
)
def test_an_empty_list_is_not_told_above_a_full_one(
    shop: Shop, key: str, told: str, full: str
) -> None:
    """Somebody orders: what was said of the empty list goes."""
    shop.add_user("kim")
    shop.charge("kim", 10_000, key="first")
    shop.add_product("LATTE", name="Latte", price=4_500, stock=9)

    async def play(stage: Stage) -> None:
        await stage.press(key, "enter")
        await stage.sees(told)
        shop.order("kim", {"LATTE": 1}, key="mine")
        stage.app._reload()  # noqa: SLF001  # as a look does that sees the order
        await stage.sees(full)
        assert told not in stage.text

    perform(make_app(shop, desk=True), play)


def test_an_unread_journal_is_not_told_as_empty(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one's own, too: the line goes once the journal is shown."""

    def away(*_: Any, **__: Any) -> Never:  # noqa: ANN401  # as the shop's
        raise DatabaseUnreachable("The server does not answer.")

    async def play(stage: Stage) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("shopcli.tui.screens.me.read_account", away)
            await stage.press("3")
            await stage.sees("Reconnecting")
            await stage.press("enter")
            await stage.sees(STILL)
        stage.app._polled(None)  # noqa: SLF001  # as a look that is answered does
        stage.app._reload()  # noqa: SLF001  # which reads all again
        await stage.sees("Total", "Latte")
        assert STILL not in stage.text

    perform(make_app(stocked, user="sato"), play)
