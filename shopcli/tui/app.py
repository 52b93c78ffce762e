"""The storefront application: modes, keys that work everywhere, threads, watching for changes.

Holds no rule of the shop. All database work runs in threads that post messages; handlers alone
change what is shown.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from textual import constants
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import Event, Key, Paste, Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme, ThemeProvider
from textual.types import CSSPathType

from shopcli.domain.errors import DatabaseUnreachable, Internal, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.records import Balance
from shopcli.tui import messages
from shopcli.tui.key_order import KeysInOrder
from shopcli.tui.opening import read_opening
from shopcli.tui.palette import Palette, system_commands
from shopcli.tui.screens.preloading import BEHIND_TABS, QUIET_SECONDS, Preloading, load
from shopcli.tui.screens.screen import STYLES_BEHIND, Asking, Dialog, StoreScreen
from shopcli.tui.store import FLAT_ROWS, MEDIUM_CELLS, PAGES
from shopcli.tui.styles.themes import THEMES
from shopcli.tui.visit import WAIT_MAX_SECONDS, Visit, begin
from shopcli.tui.widgets.bars import Answer
from shopcli.wording.catalogue import ENGLISH, Catalogue

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from shopcli import Shop

Result = TypeVar("Result")

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""What a server of browsers has Textual draw with, by a variable of Textual's own."""
_STYLES = "styles/storefront.tcss"
_ALL_STYLES: CSSPathType = [_STYLES, STYLES_BEHIND]
"""Textual does not read those of the screen to begin with."""

POLL_SECONDS = 0.5
"""Between two polls for changes: what other processes change shows within a second."""
_THEME = "theme"
"""`about` of the answer to keeping one."""
SIZE_MAX = Size(500, 200)
"""Cells that are drawn at most: each costs memory, and whoever comes from outside says how many."""


def _standing(shop: Shop) -> Hashable:
    """What is another where something shown may be old: a change, or a minute that has passed.

    Days end, times to cancel pass and coupons begin without anybody changing anything.
    """
    return shop.browsing.revision(), shop.now().replace(second=0, microsecond=0)


def _drawn(size: Size) -> Size:
    return Size(min(size.width, SIZE_MAX.width), min(size.height, SIZE_MAX.height))


def _opener(mode: str) -> Callable[[], Screen[Any]]:
    def open_screen() -> Screen[Any]:
        from importlib import import_module  # a tab that is never opened is never loaded

        module = import_module(f"shopcli.tui.screens.{mode}")
        screen: Screen[Any] = module.open_screen()
        return screen

    return open_screen


class _Said(NamedTuple):
    """What became of a change, as it was said last."""

    text: str
    tone: str
    at: float
    """On the clock of messages."""


class Storefront(KeysInOrder):
    """The storefront of one shop."""

    DEFAULT_MODE = "shop"

    CSS_PATH: ClassVar[CSSPathType | None] = _STYLES
    TITLE = "shop"
    ENABLE_SELECT_AUTO_SCROLL = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual declares it
        (0, "-narrow"),
        (MEDIUM_CELLS, "-medium"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012  # as Textual declares it
        (0, "-flat"),
        (FLAT_ROWS + 1, "-low"),
        (24, "-high"),
    ]
    BEHIND: ClassVar[tuple[str, ...]] = BEHIND_TABS
    """Modules of the screens that come after the first one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"go('{mode}')", name, show=False)
            for number, (mode, name) in enumerate(PAGES.items(), start=1)
        ),
        Binding("c", "cart", "Cart"),
        Binding("u", "user", "User", show=False),
        Binding("y", "copy_command", "Copy command", show=False),
        Binding("question_mark,f1", "help", "Help"),
        Binding("q", "leave", "Quit"),
    ]

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.fault: Exception | None = None
        """The bug that ended the storefront; the command that started it reports it."""
        self._revision: Hashable = None
        self._is_polling = False
        self._outage_before_poll: DatabaseUnreachable | None = None
        self._end_code: int | None = None
        self._said = _Said("", "", 0.0)
        self.is_loaded: Callable[[], object] = lambda: None
        """Called once the first screen is painted, and again once all others are loaded."""
        self.was_left = False
        """Whether its user left by the key that asks first where something is in the cart."""
        self.when_left: Callable[[], object] = lambda: None
        """Called once it begins to end: whatever was sent must not keep its user for long."""
        self.keep_theme: Callable[[str], str] | None = None
        """Keeps the theme for the next time, in a thread, and returns a variable that overrules it.

        None where a theme is for this visit alone.
        """

    def on_mount(self) -> None:
        """Register the tabs, and poll the shop for changes."""
        for mode in self.pages:
            self.add_mode(mode, _opener(mode))
        self.set_interval(POLL_SECONDS, self._poll)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        if self._end_code is not None:
            self._end()

    @property
    def size(self) -> Size:
        """The size of the terminal, as far as it is drawn."""
        return _drawn(super().size)

    async def on_event(self, event: Event) -> None:
        """Draw no more than `SIZE_MAX`, whatever size a terminal or a browser claims to have."""
        if isinstance(event, Resize):
            event = Resize(_drawn(event.size), _drawn(event.virtual_size))
        await super().on_event(event)

    def get_default_screen(self) -> Screen[Any]:
        """The screen to begin with; as a mode of its own all styles would be parsed twice."""
        return _opener(self.DEFAULT_MODE)()

    def opened(self) -> None:
        """Paint what changed since the first paint; then load the other screens."""
        if self.is_opening:
            self.is_loaded()
            steps: list[Callable[[], object]] = [
                lambda: self.stylesheet.learn(STYLES_BEHIND),
                *(partial(load, module) for module in self.BEHIND),
                self._read_ahead,
            ]
            preloading = Preloading(
                steps, self.set_timer, lambda: self.is_quiet(QUIET_SECONDS), self.is_loaded
            )
            self.set_timer(QUIET_SECONDS, preloading.step)
        super().opened()

    def _read_ahead(self) -> None:
        """Read what the desk begins with: the first time takes five times as long as any other."""
        if self.visit.has_desk and self.DEFAULT_MODE != "desk":
            from shopcli.tui.desk.watch import read_watch  # only an operator has a desk

            variables = self.visit.platform_variables
            self.ask(self, "ahead", lambda shop: read_watch(shop, variables, with_orders=True))

    def refresh_soon(self) -> None:
        """Poll the shop at once: this process changed it."""
        self._revision = None
        self._poll()

    def wallet_changed(self) -> None:
        """Show the user, the balance and the cart anew on every open screen."""
        for screen in self._open_screens:
            screen.show_wallet()

    def forget_answers(self) -> None:
        """Clear the answer line of every open screen: what it says is of before."""
        for screen in self._open_screens:
            screen.say("")

    def action_go(self, mode: str) -> None:
        """Open a tab; that under a checkout by closing it."""
        if mode not in self.pages:
            return
        if mode == self.current_mode:
            if isinstance(self.screen, StoreScreen):
                self.screen.back_to_tab()
        elif not self._holds_to_payment():
            self._to_tab(mode)

    def _to_tab(self, mode: str) -> None:
        self.forget_answers()  # it would be read again on coming back
        self.switch_mode(mode)
        self.forget_answers()
        if self.is_newer_than_key(self._said.at):
            self.say(self._said.text, self._said.tone)  # nobody can have read it yet

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: a till has neither tabs nor checkout, only operators a desk."""
        if action == "go":
            return parameters[0] in self.pages
        if action in {"user", "cart"}:
            return not self.kiosk and (action == "cart" or not self.visit.bound)
        return super().check_action(action, parameters)

    def action_cart(self) -> None:
        """Open the checkout; where one is open over a tab, that one."""
        from shopcli.tui.screens.checkout import CheckoutScreen  # only once something is bought

        if self._holds_to_payment():
            return
        if not self.visit.cart.count:
            say = self.visit.wording.catalogue.text
            self.say(say("The cart is empty: choose a product and press +."))
            return
        for mode, screens in self._screen_stacks.items():
            if any(isinstance(screen, CheckoutScreen) for screen in screens):
                self._to_tab(mode)
                return
        self.with_user(lambda: self.push_screen(CheckoutScreen()))

    def action_user(self) -> None:
        """Ask which user shops."""
        if self.visit.bound or self.kiosk or self._holds_to_payment():
            return
        if self.awaits_answer:  # which would be told beside the name of somebody else
            say = self.visit.wording.catalogue.text
            self.say(say("What was sent is not answered yet: u works then."), "warn")
            return
        self._choose_user(None)

    def action_leave(self) -> None:
        """Quit; ask before where something is in the cart."""
        from shopcli.tui.screens.dialogs import LeaveDialog  # only at the end

        def leave(yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
            if yes:
                self.was_left = True
                self.exit()

        payment, count = self.visit.payment, self.visit.cart.count
        if payment is not None and payment.is_given_up:
            self.exit()  # what is not known, with its key, is told at the end
        elif self._holds_to_payment():
            return
        elif not count:
            leave(yes=True)
        elif not isinstance(self.screen, LeaveDialog):
            self.push_screen(LeaveDialog(count), leave)

    def _holds_to_payment(self) -> bool:
        """Whether the outcome of a payment is open: user, cart and tab then stay; says so."""
        payment = self.visit.payment
        if payment is not None and not payment.is_given_up:  # else the screen tells what to do
            say = self.visit.wording.catalogue.text
            told = say(
                "The payment is on its way: wait for its answer."
                " ctrl+q leaves without waiting and tells what is known."
            )
            self.say(told, "warn")
        return payment is not None

    def with_user(self, then: Callable[[], object]) -> None:
        """Call `then` once a user is chosen; ask for one where none is."""
        if self.visit.user is None:
            self._choose_user(then)
        else:
            then()

    def action_copy_command(self) -> None:
        """Copy the command line that repeats the last change."""
        if not self.visit.command:
            say = self.visit.wording.catalogue.text
            self.say(say("Nothing was done yet: y copies the shop command of what was done last."))
            return
        command = self.visit.wording.pasted(self.visit.command)
        self.copy_to_clipboard(command)
        say, again = self.visit.wording.catalogue.text, self.visit.happens_again
        told = say("Copied ({again}): {command}") if again else say("Copied: {command}")
        self.say(filled(told, {"again": again, "command": command}), "warn" if again else "good")

    def action_help_quit(self) -> None:
        """Say which key quits where Ctrl+C was pressed, in the answer line as everything."""
        say = self.visit.wording.catalogue.text
        self.say(say("ctrl+q quits."))

    def action_help(self) -> None:
        """List the keys that are active on this screen."""
        from shopcli.tui.screens.help import KeysScreen  # only when somebody asks

        if not isinstance(self.screen, KeysScreen):
            self.push_screen(KeysScreen(self.screen))

    def say(self, text: str, tone: str = "") -> None:
        """Show a text in the answer line of the topmost screen that has one."""
        self._said = _Said(text, tone, Message().time)
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Asking) and screen.query("#answer"):
                screen.say(text, tone)
                return

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The commands of the palette, the shop's own first."""
        return system_commands(self, screen)

    def action_command_palette(self) -> None:
        """Show the palette."""
        if self.use_command_palette and not Palette.is_open(cast("App[object]", self)):
            say = self.visit.wording.catalogue.text
            asks = say("Search for commands…")
            self.push_screen(Palette(placeholder=asks, id="--command-palette"))

    def search_themes(self) -> None:
        """Open the palette with the themes alone."""
        say = self.visit.wording.catalogue.text
        self.push_screen(Palette(providers=[ThemeProvider], placeholder=say("Search for themes…")))

    def get_driver_class(self) -> type[Driver]:
        """The driver for a browser's server, or for the terminal.

        On Unix that is one that goes on when the terminal is lost.
        """
        if constants.DRIVER == WEB_DRIVER:
            from textual.drivers import web_driver  # of a browser's server

            from shopcli.tui.widgets.key_parsing import parse_keys  # as above

            parse_keys(web_driver)
            return super().get_driver_class()
        if sys.platform == "win32":
            return super().get_driver_class()
        from shopcli.tui.driver import TerminalDriver  # of Unix terminals

        return TerminalDriver

    def on_told(self, answer: messages.Told) -> None:
        """Handle an answer to a question of the app itself."""
        if answer.about == "poll":
            self._polled(answer.value)
        elif isinstance(answer.value, Balance):
            self.visit.note_balance(answer.value.user, answer.value.balance)
            self.wallet_changed()
        elif answer.about == _THEME and answer.value:
            say = self.visit.wording.catalogue.text
            told = say("The theme is kept, but {variable} is set here and wins the next time.")
            self.say(filled(told, {"variable": answer.value}), "warn")

    def on_refused(self, refusal: messages.Refused) -> None:
        """Show a banner while the database does not answer; polling goes on."""
        if refusal.about == "poll":
            self._is_polling = False
            self.show_trouble(refusal.error)
        elif refusal.about == _THEME:
            wording = self.visit.wording
            told = wording.catalogue.text("The theme is for this visit alone. {why}")
            self.say(filled(told, {"why": wording.explained(refusal.error)}), "warn")

    def on_line_bar_pressed(self, pressed: Any) -> None:  # noqa: ANN401  # typed where it is made
        """Run the action of what was clicked on a bar."""
        self.run_worker(self.run_action(pressed.action, self.screen))

    def _choose_user(self, then: Callable[[], object] | None) -> None:
        from shopcli.tui.screens.users import UsersScreen  # only where nobody was named

        def chosen(user: str | None) -> None:
            if user is None:
                return
            if user != self.visit.user:
                self.visit.user = user
                self.forget_answers()
                self.wallet_changed()
                if isinstance(self.screen, StoreScreen):
                    self.screen.reload()
            if then is not None:
                self.visit.trigger.disarm()  # a second enter is not meant for what opens now
                then()

        self.push_screen(UsersScreen(), chosen)

    def _keep_theme(self, _theme: Theme) -> None:
        keep = self.keep_theme
        if keep is not None:  # the one there is by then: two may be chosen in a moment
            self.ask(self, _THEME, lambda _shop: keep(self.theme))

    def _poll(self) -> None:
        self.opened()
        if not self._is_polling:
            self._is_polling = True
            self._outage_before_poll = self.outage
            self.ask(self, "poll", _standing)

    def _polled(self, revision: Hashable) -> None:
        self._is_polling = False
        recovered = self._trouble is not None
        if recovered:
            self.show_trouble(None)
        if recovered or self.outage is self._outage_before_poll:
            self._end_outage()  # also of one so short that no poll has met it
        if recovered or revision != self._revision:
            self._revision = revision
            self._reload()

    def read_balance(self) -> None:
        """Read the balance in the top bar again, where one is shown."""
        user = self.visit.user
        if user is not None and not self.kiosk:
            self.ask(self, "balance", lambda shop: shop.balance(user))

    def _reload(self) -> None:
        screens = self._open_screens
        for screen in screens:
            screen.reload()
        if screens and not screens[-1].READS_BALANCE:
            self.read_balance()
        top = self.screen_stack[-1] if self.screen_stack else None
        if isinstance(top, Dialog) and top.is_mounted and top.is_there:
            top.reload()

    def _end_outage(self) -> None:
        """Say nothing any more of a database that does not answer: it does."""
        if self.outage is None:
            return
        outage, self.outage = self.outage, None
        for screen in self.screen_stack:
            for answer in screen.query("#answer").results(Answer):
                left = self.visit.wording.after_outage(answer.text, outage)
                if left != answer.text:
                    answer.say(left, "warn")

    def show_trouble(self, error: ShopError | None) -> None:
        """Show the banner on every open screen; None hides it."""
        self._trouble = error
        for screen in self._open_screens:
            screen.show_trouble(error)

    @property
    def _open_screens(self) -> list[StoreScreen]:
        """The full screens of this tab; none while the storefront ends."""
        return [
            screen
            for screen in self.screen_stack
            if isinstance(screen, StoreScreen) and screen.is_mounted and screen.is_there
        ]

    def exit(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # Textual's own
        """Begin to end."""
        super().exit(*arguments, **options)
        self.when_left()

    def end(self, exit_code: int) -> None:
        """Begin to end with this exit code, whatever fails after this; safe in any thread."""
        self._end_code = exit_code
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self.exit(return_code=self._end_code or 0)

    def _handle_exception(self, error: Exception) -> None:
        """Keep a bug for the command that started it: no traceback reaches a user."""
        if self._end_code is not None or self._exit or self._closing or self._closed:
            return  # widgets removed in the middle of their work may fail
        if self.is_headless:  # a test is to see it as it is
            super()._handle_exception(error)
            return
        if self.fault is None:
            self.fault = error
        self.exit(return_code=Internal.exit_code)


class Kiosk(Storefront):
    """A shared till: one screen, bound to no user."""

    DEFAULT_MODE = "till"
    CSS_PATH = _ALL_STYLES
    BEHIND = ("help",)
    ENABLE_COMMAND_PALETTE = False
    kiosk = True

    async def on_event(self, event: Event) -> None:
        """Close a dialog when a scan comes, whose keys are the field's from the first one on."""
        is_text = isinstance(event, Paste) or (isinstance(event, Key) and event.is_printable)
        if is_text and not event.is_forwarded and isinstance(self.screen, Dialog):
            self.screen.dismiss()
        await super().on_event(event)


class OperatorsDesk(Storefront):
    """The storefront of an operator: begins at the desk."""

    DEFAULT_MODE = "desk"
    CSS_PATH = _ALL_STYLES


def make_app(
    shop: Shop,
    *,
    user: str | None = None,
    bound: bool = False,
    kiosk: bool = False,
    desk: bool = False,
    deliver: Callable[[str], object] = lambda _order: None,
    platform_variables: Mapping[str, str] | None = None,
    new_key: Callable[[], str] | None = None,
    steady_clock: Callable[[], float] = time.monotonic,
    catalogue: Catalogue = ENGLISH,
    pasted: Callable[[str], str] = str,
    wait_max: float = WAIT_MAX_SECONDS,
    sort: str = "sku",
    theme: str | None = None,
    rings: bool = False,
) -> Storefront:
    """Make the storefront of an open shop, without running it.

    Args:
        shop: An open shop; the caller closes it.
        user: The user who shops; None asks for one.
        bound: Whether this is the user's own storefront, with a member's rights and no others.
        kiosk: Make a shared till instead, with a till's rights.
        desk: Begin at the operator's desk.
        deliver: Sends the waiting events of an order, given its id; called in threads.
        platform_variables: Variables with the platform's address and secrets, for the desk; those
            of this process if None.
        new_key: Makes idempotency keys; random ones where None.
        steady_clock: Monotonic seconds.
        catalogue: Texts in the language of the user.
        pasted: Completes the commands in a text, so that they are for this shop wherever pasted.
        wait_max: Bound on asking for the outcome of a payment, in seconds.
        sort: How products are sorted at first: sku, category, name, price or sold.
        theme: Name of a theme; Textual's own where None, or where there is none of that name.
        rings: Whether a till rings the terminal's bell where something is not taken.
    """
    if kiosk:
        shop = shop.as_till()
    elif bound:
        shop = shop.as_member(user or "")  # refuses nobody, who would have all rights
    visit = begin(
        shop,
        user=user,
        deliver=deliver,
        new_key=new_key,
        steady_clock=steady_clock,
        catalogue=catalogue,
        pasted=pasted,
        wait_max=wait_max,
    )
    visit.platform_variables = platform_variables
    visit.sort = sort
    visit.rings = rings
    if kiosk:
        storefront: Storefront = Kiosk(visit)
    elif desk:
        storefront = OperatorsDesk(visit)
    else:
        visit.opening = read_opening(shop, user, sort)
        storefront = Storefront(visit)
    if theme in storefront.available_themes:
        storefront.theme = theme
    return storefront
