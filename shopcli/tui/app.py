"""The storefront application: modes, keys that work everywhere, threads, watching for changes.

Holds no rule of the shop. All database work runs in threads that post messages; handlers alone
change what is shown.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip

from shopcli.domain.errors import Internal, ShopError
from shopcli.tui import messages
from shopcli.tui.screens.frame import StoreScreen
from shopcli.tui.shelf import open_shelf
from shopcli.tui.visit import Visit, begin

if TYPE_CHECKING:
    from collections.abc import Hashable

    from shopcli import Shop

Result = TypeVar("Result")

LOOK_SECONDS = 0.5
"""Between two looks at whether anything changed: what others do shows within a second."""

HANGUP_EXIT_CODE = 129
TERMINATED_EXIT_CODE = 143

_SIGNALS = {"SIGHUP": HANGUP_EXIT_CODE, "SIGTERM": TERMINATED_EXIT_CODE}

PAGES = {"shop": "Shop", "coupons": "Coupons", "me": "Me", "best": "Best", "desk": "Desk"}
"""The tabs, in order; the names of modes and what people read."""


def _opener(mode: str) -> Callable[[], Screen[Any]]:
    def open_screen() -> Screen[Any]:
        from importlib import import_module  # a tab that is never opened is never loaded

        module = import_module(f"shopcli.tui.screens.{mode}")
        screen: Screen[Any] = module.open_screen()
        return screen

    return open_screen


class Storefront(App[None]):
    """The storefront of one shop."""

    DEFAULT_MODE = "shop"

    CSS_PATH = "storefront.tcss"
    TITLE = "shop"
    ENABLE_SELECT_AUTO_SCROLL = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual declares it
        (0, "-narrow"),
        (64, "-medium"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-high")]  # noqa: RUF012  # as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"go('{mode}')", name, show=False)
            for number, (mode, name) in enumerate(PAGES.items(), start=1)
        ),
        Binding("c", "cart", "Cart"),
        Binding("u", "user", "User", show=False),
        Binding("y", "copy_command", "Copy command", show=False),
        Binding("question_mark,f1", "help", "Help"),
        Binding("q", "quit", "Quit"),
    ]

    kiosk: ClassVar[bool] = False
    """Whether this is a till for everybody."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit
        self.fault: Exception | None = None
        """The bug that ended the storefront, for whoever started it."""
        self._revision: Hashable = None
        self._looking = False
        self._trouble: ShopError | None = None
        self._is_opening = True
        self._first_paint: list[Strip] = []

    @property
    def trouble(self) -> ShopError | None:
        """Why the database does not answer, while it does not."""
        return self._trouble

    def on_mount(self) -> None:
        """Begin to watch the shop, and end in order when the terminal goes."""
        for mode in PAGES:
            self.add_mode(mode, _opener(mode))
        self.set_interval(LOOK_SECONDS, self._look)
        if not self.is_headless and sys.platform != "win32":
            self._end_on_signals()

    def get_default_screen(self) -> Screen[Any]:
        """The screen to begin with; as a mode of its own all styles would be parsed twice."""
        return _opener(self.DEFAULT_MODE)()

    def ask(
        self,
        asker: MessagePump,
        about: str,
        work: Callable[[Shop], Result],
        *,
        number: int = 0,
    ) -> None:
        """Do database work in a thread; the asker gets `Told`, or `Refused`.

        Args:
            asker: Who wants to know.
            about: What the answer is about.
            work: Runs in a thread, and must not touch anything that is shown.
            number: Comes back with the answer, to tell a late one from the newest.
        """
        shop = self.visit.shop

        def carry_out() -> None:
            try:
                value = work(shop)
            except ShopError as error:
                asker.post_message(messages.Refused(error, about))
            except Exception as error:  # noqa: BLE001  # a bug must not end the sitting
                asker.post_message(messages.Refused(_bug(error), about))
            else:
                asker.post_message(messages.Told(about, number, value))

        self.run_worker(carry_out, thread=True, group="database", exit_on_error=False)

    def done(self, command: str) -> None:
        """Remember the command line of what was just done, and look at the shop at once."""
        self.visit.command = command
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Look at the shop at once: this process changed it."""
        self._revision = None
        self._look()

    def wallet_changed(self) -> None:
        """Show who shops with what on the screen that is open."""
        for screen in self._open_screens:
            screen.show_wallet()

    def action_go(self, mode: str) -> None:
        """Open a tab."""
        if not self.kiosk and mode != self.current_mode:
            self.switch_mode(mode)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys are live: a till has neither tabs nor a checkout."""
        if action in {"go", "user", "cart"}:
            return not self.kiosk
        return super().check_action(action, parameters)

    def action_cart(self) -> None:
        """Open the checkout."""
        from shopcli.tui.screens.checkout import CheckoutScreen  # only once something is bought

        if not self.visit.cart.count:
            self.say("The cart is empty: choose a product and press +.")
            return
        self.with_user(lambda: self.push_screen(CheckoutScreen()))

    def action_user(self) -> None:
        """Say who shops."""
        if self.visit.bound or self.kiosk:
            self.say(f"This storefront is {self.visit.user or 'a till'}'s alone.")
            return
        self._choose_user(None)

    def with_user(self, then: Callable[[], object]) -> None:
        """Do something once it is known who shops."""
        if self.visit.user is None:
            self._choose_user(then)
        else:
            then()

    def action_copy_command(self) -> None:
        """Copy the command line of what was done last."""
        if not self.visit.command:
            self.say("Nothing was done yet: y copies the shop command of what was done last.")
            return
        self.copy_to_clipboard(self.visit.command)
        self.say(f"Copied: {self.visit.command}", "good")

    def action_help(self) -> None:
        """Explain the keys that are live here."""
        from shopcli.tui.screens.guide import GuideScreen  # only when somebody asks

        if not isinstance(self.screen, GuideScreen):
            self.push_screen(GuideScreen(self.screen))

    def say(self, text: str, tone: str = "") -> None:
        """Answer on the screen that is open."""
        screen = self.screen
        if isinstance(screen, StoreScreen):
            screen.say(text, tone)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers: the shop's own words first."""
        for mode, name in PAGES.items():
            yield SystemCommand(f"Go to {name}", f"shop {_WORDS[mode]}", _going(self, mode))
        yield SystemCommand("Pay the cart", "shop order", self.action_cart)
        yield SystemCommand("Say who shops", "-u USER", self.action_user)
        yield SystemCommand("Copy the command of what was done last", "y", self.action_copy_command)
        yield SystemCommand("Explain the keys", "?", self.action_help)
        yield SystemCommand("Change the theme", "light, dark, the terminal's", self.search_themes)
        yield SystemCommand("Quit", "Ctrl-Q", self.action_quit)
        if isinstance(screen, StoreScreen):
            yield from screen.commands()

    def on_told(self, answer: messages.Told) -> None:
        """Take over what the app itself asked for."""
        if answer.about == "look":
            self._looked(answer.value)

    def on_refused(self, refusal: messages.Refused) -> None:
        """Show a banner while the database does not answer; looking goes on."""
        self._looking = False
        if refusal.about == "look":
            self._show_trouble(refusal.error)

    def on_line_bar_pressed(self, pressed: Any) -> None:  # noqa: ANN401  # typed where it is made
        """Do what was clicked on a bar."""
        self.run_worker(self.run_action(pressed.action, self.screen))

    def opened(self) -> None:
        """Paint everything from now on, and at once what changed since the first paint."""
        if not self._is_opening:
            return
        self._is_opening = False
        width = self.size.width
        now = self.screen._compositor.render_strips()  # noqa: SLF001  # no public way to compare
        changed = [
            Region(0, y, width, 1)
            for y, (before, after) in enumerate(zip_longest(self._first_paint, now))
            if before != after
        ]
        self._first_paint = []
        if changed:
            self.screen.refresh(*changed)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:  # noqa: ANN401  # Textual's
        """Hold back all but the first paint while the storefront opens.

        Textual draws a screen several times over until it is mounted, focused and resumed, which
        would cost a slow line more than everything after it.
        """
        if not self._is_opening:
            super()._display(screen, renderable)
        elif not self._first_paint:
            super()._display(screen, renderable)
            self._first_paint = screen._compositor.render_strips()  # noqa: SLF001  # as above

    def _choose_user(self, then: Callable[[], object] | None) -> None:
        from shopcli.tui.screens.users import UsersScreen  # only where nobody was named

        def chosen(user: str | None) -> None:
            if user is None:
                return
            if user != self.visit.user:
                self.visit.user = user
                self.wallet_changed()
                if isinstance(self.screen, StoreScreen):
                    self.screen.reload()
            if then is not None:
                then()

        self.push_screen(UsersScreen(), chosen)

    def _look(self) -> None:
        self.opened()
        if not self._looking:
            self._looking = True
            self.ask(self, "look", lambda shop: shop.browsing.revision())

    def _looked(self, revision: Hashable) -> None:
        self._looking = False
        recovered = self._trouble is not None
        if recovered:
            self._show_trouble(None)
        if recovered or revision != self._revision:
            self._revision = revision
            self._reload()

    def _reload(self) -> None:
        for screen in self._open_screens:
            screen.reload()

    def _show_trouble(self, error: ShopError | None) -> None:
        self._trouble = error
        for screen in self._open_screens:
            screen.show_trouble(error)

    @property
    def _open_screens(self) -> list[StoreScreen]:
        """The full screens of this tab; none any more while the storefront ends."""
        return [
            screen
            for screen in self.screen_stack
            if isinstance(screen, StoreScreen) and screen.is_mounted
        ]

    def _end_on_signals(self) -> None:
        import asyncio  # Textual has loaded it

        loop = asyncio.get_running_loop()
        for name, exit_code in _SIGNALS.items():
            number = getattr(signal, name, None)
            if number is not None:
                loop.add_signal_handler(number, self._end, exit_code)

    def _end(self, exit_code: int) -> None:
        self.exit(return_code=exit_code)

    def _handle_exception(self, error: Exception) -> None:
        """Keep a bug for whoever started the storefront: no traceback reaches a user."""
        if self.is_headless:  # a test is to see it as it is
            super()._handle_exception(error)
            return
        if self.fault is None:
            self.fault = error
        self.exit(return_code=Internal.exit_code)


class Kiosk(Storefront):
    """A till for everybody: one screen, bound to nobody."""

    DEFAULT_MODE = "till"
    ENABLE_COMMAND_PALETTE = False
    kiosk = True


_WORDS = {
    "shop": "products",
    "coupons": "coupons",
    "me": "balance, history, orders",
    "best": "top",
    "desk": "outbox status, product restock",
}


def make_app(
    shop: Shop,
    *,
    user: str | None = None,
    bound: bool = True,
    kiosk: bool = False,
    deliver: Callable[[str], object] = lambda _order: None,
    new_key: Callable[[], str] | None = None,
) -> Storefront:
    """The storefront of an open shop, not running yet.

    Args:
        shop: Stays the caller's to close.
        user: Who shops; asked where None.
        bound: Whether that is settled and cannot be changed in the storefront.
        kiosk: A till for everybody instead.
        deliver: Sends what an order has waiting, given its id; called in threads.
        new_key: Makes idempotency keys; random ones where None.
    """
    visit = begin(shop, user=user, bound=bound, deliver=deliver, new_key=new_key)
    if kiosk:
        return Kiosk(visit)
    visit.opening = open_shelf(shop, user)
    return Storefront(visit)


def _going(app: Storefront, mode: str) -> Callable[[], None]:
    return lambda: app.action_go(mode)


def _bug(error: Exception) -> Internal:
    return Internal(f"The shop met a bug ({type(error).__name__}); nothing was half done.")
