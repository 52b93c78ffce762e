"""The operator's desk: what needs somebody first, then a view for each kind of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message

from shopcli.domain.errors import ShopError
from shopcli.tui.desk.beside import Beside
from shopcli.tui.desk.needs import NeedsView
from shopcli.tui.desk.tabs import DeskTabs, key_of
from shopcli.tui.desk.view import NAMES, DeskView, Read
from shopcli.tui.desk.watch import Watch, read_watch
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.bars import Answer, Hint
from shopcli.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from textual.events import Key


COUNT_SECONDS = 5.0
"""So often at most what needs somebody is counted while another view is open."""


class _Counted(NamedTuple):
    needs: int


class DeskScreen(StoreScreen):
    """Shows one view at a time, under a bar that names them all."""

    AUTO_FOCUS = "#needs"
    TOO_SOON = "That enter came before the list was renewed: the next one counts."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key_of(place), f"show('{name}')", label, show=False)
        for place, (name, label) in enumerate(NAMES.items())
    ]

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[str, DeskView] = {"needs": NeedsView()}
        self._shown = "needs"
        self._count = 0
        self._counted_at = 0.0
        self._renewed_at = inf  # since when the list shows what the last box has left

    @property
    def view(self) -> DeskView:
        """The view that is shown."""
        return self._views[self._shown]

    def body(self) -> ComposeResult:
        """Compose the bar and the first view."""
        say = self.visit.wording.catalogue.text
        labels = (
            say("Needs you"),
            say("Today"),
            say("Products"),
            say("Members"),
            say("Deliveries"),
            say("Sales"),
        )
        yield DeskTabs(tuple(zip(NAMES, labels, strict=True)), self._shown)
        with Container(id="desk-body"):
            yield self.view

    def reload(self) -> None:
        """Ask for what the view shows, and now and then how much needs somebody."""
        if not self.view.is_mounted:
            return
        self.view.reload()
        now = self.visit.steady_clock()
        if self._shown != "needs" and now - self._counted_at >= COUNT_SECONDS:
            self._counted_at = now
            variables = self.visit.platform_variables
            self.ask(
                "count",
                lambda shop: _Counted(read_watch(shop, variables, with_orders=False).count),
            )

    def told(self, value: object) -> None:
        """Hand an answer to the view that asked."""
        match value:
            case _Counted(needs):
                self._tell_count(needs)
            case Read(name, found):
                if isinstance(found, Watch):
                    self._tell_count(found.count)
                self._views[name].shown(found)
                self.forget_untrue()
                if name == self._shown and not isinstance(found, Beside):
                    self._renewed_at = min(self._renewed_at, Message().time)

    def refused(self, about: str, error: ShopError) -> None:
        """Show why, but where only a number in the bar is missing."""
        if about != "count":
            super().refused(about, error)

    def on_screen_resume(self) -> None:
        """Read the list again: what a box was about may be done now."""
        self._renewed_at = inf
        super().on_screen_resume()

    def takes(self, key: Key) -> bool:
        """Drop an Enter on a row that was pressed before the list was read after the last box.

        It was meant for that box, and would open one for the same row with old figures, or for
        the row that took its place.
        """
        if key.key != "enter" or not isinstance(self.focused, RowList):
            return True
        return key.time >= self._renewed_at or self.store.trouble is not None

    def told_too_soon(self) -> str:
        """What was told before, and that this Enter opens nothing."""
        told, too_soon = self.query_one("#answer", Answer).text, super().told_too_soon()
        return told if too_soon in told else f"{told}\n{too_soon}".lstrip()

    def holds(self, key: Key) -> bool:
        """Let a key that means what is listed wait for what was searched for."""
        if super().holds(key):
            return True
        is_asked = self.store.trouble is None and not self.view.is_settled
        return is_asked and isinstance(self.focused, RowList) and key.key != "escape"

    def key_hints(self) -> Iterable[tuple[str, ...]]:
        """The keys of the view."""
        for one in self.view.key_list():
            yield Hint(one.key, one.name, f"do('{one.action}')" if one.action else "")

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """The keys of the view, as the help lists them."""
        for one in self.view.key_list():
            yield one.key, one.does or one.name

    async def action_show(self, name: str) -> None:
        """Show another view.

        Args:
            name: As in `NAMES`.
        """
        if name not in NAMES or not self.visit.has_desk:
            return
        if name != self._shown:
            self.say("")  # it may be about the other view
        if name not in self._views:
            module = import_module(f"shopcli.tui.desk.{name}")
            made: DeskView = module.open_view()
            made.display = False
            await self.query_one("#desk-body").mount(made)  # the keys are asked for once it is
            self._views[name] = made
        self.view.display = False
        self._shown = name
        self.view.display = True
        self.query_one(DeskTabs).tell(self._shown, self._count)
        self.set_focus(self.view.main)
        self.view.reload()
        self.refresh_bindings()

    async def action_do(self, action: str) -> None:
        """Do what a key of the view does: its hint was clicked."""
        await self.app.run_action(action, self.view)

    def on_descendant_focus(self) -> None:
        """Offer the keys of what has the focus now: a field takes letters as text."""
        self.refresh_bindings()

    def commands(self) -> Iterable[SystemCommand]:
        """The views, for the palette, and what is done most."""
        say = self.visit.wording.catalogue.text
        yield SystemCommand(say("Restock a product"), "shop product restock", self._restock)
        yield SystemCommand(
            say("Change a price"), "shop product set --price", self._going("products")
        )
        yield SystemCommand(say("Charge a member"), "shop charge -u USER", self._going("members"))
        yield SystemCommand(say("Undo a charge"), "shop undo", self._going("members"))
        yield SystemCommand(say("Refund some of an order"), "shop refund", self._going("sales"))
        yield SystemCommand(
            say("Block a member"), "shop user set --blocked", self._going("members")
        )
        yield SystemCommand(
            say("Switch a coupon off"),
            "shop coupon set --disabled",
            lambda: self.store.action_go("coupons"),
        )
        yield SystemCommand(say("Close the books"), "shop close", self._going("today"))
        yield SystemCommand(say("Send what is due"), "shop outbox flush", self._going("deliveries"))
        yield SystemCommand(say("Retry a delivery"), "shop outbox retry", self._going("deliveries"))

    async def _restock(self) -> None:
        """Restock the product of the row, or show those that can be chosen."""
        needs = self.view
        if isinstance(needs, NeedsView) and needs.main.current_key.startswith("product:"):
            needs.action_restock()
        else:
            await self.action_show("products")

    def _going(self, name: str) -> Callable[[], Awaitable[None]]:
        async def go() -> None:
            await self.action_show(name)

        return go

    def _tell_count(self, count: int) -> None:
        self._count = count
        self.query_one(DeskTabs).tell(self._shown, count)


def open_screen() -> DeskScreen:
    """Make the screen of this tab."""
    return DeskScreen()
