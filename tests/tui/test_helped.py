"""F1 lists the keys that do something on a screen as it is, and all that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shopcli import Shop
from shopcli.tui.app import make_app
from shopcli.tui.screens.help import KeysScreen
from shopcli.tui.screens.shop import ShopScreen
from shopcli.tui.widgets.bars import is_typed, key_name
from tests.tui.stage import Stage, perform

if TYPE_CHECKING:
    from textual.screen import Screen

TO_PAY = ("down", "plus", "c")
STATES: dict[str, tuple[str, ...]] = {
    "shop": (),
    "search": ("slash", "l"),
    "quantity": ("n",),
    "usual": ("b",),
    "checkout": TO_PAY,
    "coupons of the checkout": (*TO_PAY, "tab"),
    "no coupon": (*TO_PAY, "tab", "home"),
    "receipt": (*TO_PAY, "enter"),
    "coupons": ("2",),
    "coupon of mine": ("2", "end"),
    "me": ("3",),
    "find": ("3", "slash"),
    "month": ("3", "s"),
    "charge": ("3", "m"),
    "best": ("4",),
    "users": ("u",),
    **{f"desk f{number}": ("5", f"f{number}") for number in range(2, 8)},
}
"""How a screen, or a state of one, is reached."""

FOR_MEMBERS = ("shop", "checkout", "coupons of the checkout", "me", "find")
"""Those where a member, whose balance is short, may do less."""

UNNAMED = {"ctrl+c", "super+c", "f1", "question_mark", "equals_sign", "left", "shift+tab"}
"""Keys of every screen, and those beside a key that does the same, or the opposite."""


def _explains(action: str) -> bool:
    """Whether an action says why there is nothing to do, which is not listed.

    So do the numbers behind the last one of a box, of which it lists the range.
    """
    return action.startswith(("why", "say_best", "stay", "take("))


def _faults(screen: Screen[object], helped: KeysScreen) -> dict[str, list[str]]:
    """Keys that the help lists and that are dead, and keys that do something and are not listed."""
    active = {
        key: (node, binding.action)
        for key, (node, binding, is_enabled, _) in screen.active_bindings.items()
        if is_enabled and not is_typed(screen.focused, key, binding)
    }
    if len(screen.focus_chain) < 2:  # there is no other part
        active.pop("tab", None)
    rows = (*helped._field_keys, *helped._here, *helped._always)  # noqa: SLF001  # as drawn
    listed = set(" ".join(keys for keys, _ in rows).replace("↑↓", "↑ ↓").split()) - {"…", "OK"}
    own = {
        key
        for key, (node, action) in active.items()
        if node is screen and key not in UNNAMED and not _explains(action)
    }
    dead = sorted(listed - {key_name(key) for key in active} - {"ctrl+p", "ctrl+q"})
    return {"dead": dead, "unlisted": sorted(key for key in own if key_name(key) not in listed)}


@pytest.mark.parametrize(("user", "states"), [("kim", tuple(STATES)), ("jo", FOR_MEMBERS)])
def test_the_help_lists_the_keys_that_do_something_here(
    stocked: Shop, user: str, states: tuple[str, ...]
) -> None:
    """No other, and none is left out, on each screen and in each box as it is."""
    stocked.claim("kim", "WELCOME10")
    for key in ("one", "two"):
        stocked.order("kim", {"LATTE": 1}, key=key)

    async def play(stage: Stage) -> None:
        faults = {}
        for name in states:
            await stage.press(*STATES[name])
            screen = stage.screen
            await stage.press("f1")
            helped = stage.screen
            assert isinstance(helped, KeysScreen), name
            found = _faults(screen, helped)
            if any(found.values()):
                faults[name] = found
            await stage.press("escape", "escape", "escape", "1")
            assert isinstance(stage.screen, ShopScreen), name
        assert faults == {}

    perform(make_app(stocked, user=user, bound=user == "jo"), play, size=(120, 36))
