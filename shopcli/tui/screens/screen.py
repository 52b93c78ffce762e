"""What every screen of the storefront has: wallet, tabs, trouble, an answer line, the live keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from shopcli.domain.errors import ShopError
from shopcli.tui import messages
from shopcli.tui.widgets.bars import Answer, KeyHints, TopBar

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.store import Store
    from shopcli.tui.visit import Visit

Result = TypeVar("Result")
Value = TypeVar("Value")


class Asking(Screen[Value]):
    """A screen that asks the shop in threads; only the newest answer to each question is shown."""

    HINTS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Keys shown first: those a field takes before the screen can name them."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}

    @property
    def store(self) -> Store:
        """The app."""
        return cast("Store", self.app)

    @property
    def visit(self) -> Visit:
        """What this sitting knows."""
        return self.store.visit

    @property
    def is_there(self) -> bool:
        """Whether it can be changed: while it is taken down, what is in it goes before it does."""
        return self.is_attached and self.display

    def ask(self, about: str, work: Callable[[Shop], Result]) -> None:
        """Ask the shop something in a thread; a later question of the same kind outdates it."""
        number = self._numbers[about] = self._numbers.get(about, 0) + 1
        self.store.ask(self, about, work, number=number)

    def send(self, about: str, work: Callable[[Shop], Result]) -> None:
        """Change the shop in a thread; what comes of it is told whatever screen is open then."""
        self.store.send(self, about, work)

    def told(self, value: object) -> None:
        """Show the answer to a question, or what came of something sent."""

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # subclasses ask
        """Say, on the screen that is open, why something sent was not done."""
        self.store.say(self.visit.wording.refusal(error), "bad")

    def refused(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # subclasses ask
        """Show why a question got no answer."""
        self.say(self.visit.wording.refusal(error), "bad")

    def say(self, text: str, tone: str = "") -> None:
        """Answer what was just done."""
        self.query_one("#answer", Answer).say(text, tone)

    def dismiss(self, result: Value | None = None) -> AwaitComplete:
        """End, once and only on top: Textual would take away whatever screen is on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def on_told(self, answer: messages.Told) -> None:
        """Pass the newest answer on."""
        answer.stop()
        if self.is_there and answer.number == self._numbers.get(answer.about):
            self.told(answer.value)

    def on_refused(self, refusal: messages.Refused) -> None:
        """Pass a refusal on."""
        refusal.stop()
        if self.is_there:
            self.refused(refusal.about, refusal.error)


class StoreScreen(Asking[None]):
    """A full screen of the storefront: a subclass composes `body` and asks in `reload`."""

    WHERE = ""
    """What the top bar says of where we are."""

    def __init__(self) -> None:
        super().__init__()
        # Known before it is mounted, the size need not restyle everything once it is.
        width, height = self.app.size
        for breakpoints, cells in (
            (self.app.HORIZONTAL_BREAKPOINTS, width),
            (self.app.VERTICAL_BREAKPOINTS, height),
        ):
            fitting = [name for least, name in breakpoints or () if cells >= least]
            self.add_class(*fitting[-1:], update=False)

    def compose(self) -> ComposeResult:
        """Bars around the body."""
        yield TopBar(self._tabs())
        yield Answer(id="trouble")
        yield from self.body()
        yield Answer()
        yield KeyHints()

    def body(self) -> ComposeResult:
        """What is between the bars."""
        raise NotImplementedError

    def reload(self) -> None:
        """Ask for everything that is shown: it may have changed."""

    def commands(self) -> Iterable[SystemCommand]:
        """What this screen adds to the palette."""
        return ()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why a question got no answer, unless the banner says it already."""
        if not self.store.trouble:
            super().refused(about, error)

    def show_wallet(self) -> None:
        """Show who shops, with what, where."""
        mode = "" if self.store.kiosk else self.store.current_mode
        self.query_one(TopBar).tell(self.WHERE or "shop", self.visit.wallets(), mode)

    def show_trouble(self, error: ShopError | None) -> None:
        """Show that the database does not answer, or that it does again."""
        text = "" if error is None else f"Trying again every moment: {error.message}"
        self.query_one("#trouble", Answer).say(text, "bad")

    def on_screen_resume(self) -> None:
        """Show what may have changed while another screen was open."""
        self.show_wallet()
        self.show_trouble(self.store.trouble)
        self.reload()
        self.call_after_refresh(self.store.opened)

    def _settled(self) -> None:
        self.call_after_refresh(self.store.opened)

    def _tabs(self) -> list[tuple[str, str, str]]:
        pages = self.store.pages.items()
        return [(str(number), name, mode) for number, (mode, name) in enumerate(pages, 1)]


class Dialog(Asking[Value], ModalScreen[Value]):
    """A small screen over another that ends with a value."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("q", "app.leave", "Quit", show=False),
    ]

    def action_cancel(self) -> None:
        """End without a value."""
        self.dismiss(None)
