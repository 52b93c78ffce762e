"""The command palette: the shop's own commands, those that the user has the right to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from shopcli.domain.facts import filled
from shopcli.tui.screens.screen import StoreScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from shopcli.tui.store import Store

_WORDS = {
    "shop": "products",
    "coupons": "coupons",
    "me": "balance, history, orders",
    "best": "top",
    "desk": "outbox status, product restock",
}


class Palette(CommandPalette):
    """Textual's palette; keys pressed before its list is laid out do nothing."""

    def on_mount(self) -> None:
        """Keep the cursor of its field still: a blinking one would send bytes for ever."""
        self.query_one(Input).cursor_blink = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, only once: a second time Textual would close the screen below."""
        if not self.is_active:
            return AwaitComplete()
        self._store.command_follows()
        return super().dismiss(result)

    def _action_command_list(self, action: str) -> None:
        listed = self.query_one(CommandList)
        if listed.scrollable_content_region.size:
            option = listed.highlighted_option
            if action == "select" and option is not None and not option.disabled:
                self._store.await_command()
            super()._action_command_list(action)

    @property
    def _store(self) -> Store:
        return cast("Store", self.app)


def system_commands(store: Store, screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The commands that the palette lists for a screen."""
    say = store.visit.wording.catalogue.text
    for mode, name in store.pages.items():
        title = filled(say("Go to {page}"), {"page": say(name)})
        yield SystemCommand(title, f"shop {_WORDS[mode]}", _going(store, mode))
    yield SystemCommand(say("Pay the cart"), "shop order", store.action_cart)
    if not store.visit.bound:
        yield SystemCommand(say("Say who shops"), "-u USER", store.action_user)
    yield SystemCommand(
        say("Copy the command of what was done last"), "y", store.action_copy_command
    )
    yield SystemCommand(say("Explain the keys"), "?", store.action_help)
    yield SystemCommand(
        say("Change the theme"), say("light, dark, the terminal's"), store.search_themes
    )
    yield SystemCommand(say("Quit"), "Ctrl-Q", store.action_quit)
    if isinstance(screen, StoreScreen):
        yield from screen.commands()


def _going(store: Store, mode: str) -> Callable[[], None]:
    return lambda: store.action_go(mode)
