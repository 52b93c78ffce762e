"""The base of all screens: wallet, tabs, trouble banner, answer line, key hints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from textual.app import ComposeResult, SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.events import Event, Key, ScreenResume, ScreenSuspend
from textual.geometry import Size
from textual.screen import ModalScreen, Screen

from shopcli.domain.errors import Busy, OutcomeUnknown, ShopError, TryLater
from shopcli.domain.facts import filled
from shopcli.tui import messages
from shopcli.tui.widgets.bars import Answer, KeyHints, TopBar, key_name
from shopcli.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.operations import Operation
    from shopcli.tui.store import Store
    from shopcli.tui.visit import Visit
    from shopcli.tui.widgets.field import Field

Result = TypeVar("Result")
Value = TypeVar("Value")

STYLES_BEHIND = Path(__file__).resolve().parents[1] / "styles" / "behind.tcss"
"""Styles of all screens but the shop's."""

_GIVEN_UP = (
    "The shop does not answer yet: what was to open is given up, with the keys pressed behind it."
)

_FUNCTION_KEY = re.compile(r"f[0-9]+")

_TO_OPEN = "opening"
"""`about` of each question whose answer opens a box or a screen: keys wait for that."""


class _ToOpen(NamedTuple):
    """What was read to open a box or a screen with."""

    value: Any
    open: Callable[[Any], object]


class _HeldTo(NamedTuple):
    """What was said, and whether it is so by what is shown."""

    text: str
    is_so: Callable[[], bool]
    was_so: bool = False


class Asking(Screen[Value]):
    """A screen that asks the shop in threads; only the newest answer to each question is shown."""

    CSS_PATH: ClassVar[Path | None] = STYLES_BEHIND

    HINTS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Key hints shown first: keys that a field handles, which have no binding of the screen."""

    ON_BUTTON: ClassVar[frozenset[str]] = frozenset()
    """Actions that a button or field names with their key: a narrow screen lists them no more."""

    OPENING: ClassVar[frozenset[str]] = frozenset()
    """Questions whose answer opens another screen or closes this one."""

    TOO_SOON = ""
    """What is said where a key was pressed before what it means was shown."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, int] = {}
        self._unanswered: set[str] = set()
        self._said_refused: dict[str, str] = {}
        """What was said of each question that was refused, until it is answered."""
        self._remark = ""
        self._held_to: _HeldTo | None = None
        self._is_on_top = self._is_to_settle = False
        sheet = self.app.stylesheet
        self._will_be_styled = all(sheet.has_source(str(path)) for path in self.css_path)
        # With the size known before it is mounted, nothing is styled a second time.
        width, height = self.app.size
        for breakpoints, cells in (
            (self.app.HORIZONTAL_BREAKPOINTS, width),
            (self.app.VERTICAL_BREAKPOINTS, height),
        ):
            fitting = [name for least, name in breakpoints or () if cells >= least]
            self.add_class(*fitting[-1:], update=False)

    async def on_event(self, event: Event) -> None:
        """Style and read nothing twice: Textual tells a tab twice that it is on top."""
        if isinstance(event, ScreenSuspend):
            self._is_on_top = False
        elif isinstance(event, ScreenResume):
            if self._is_on_top:
                return
            # Its rules were there when it was mounted: it is styled already.
            event.refresh_styles = event.refresh_styles and not self._will_be_styled
            self._will_be_styled, self._is_on_top = False, True
            self._is_to_settle = not self.store.is_opening
        await super().on_event(event)
        self._is_to_settle = False

    def _compositor_refresh(self) -> None:
        """Paint once all is in its place: on coming to the top, Textual paints before and after."""
        if not self._is_to_settle:
            super()._compositor_refresh()

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size only: Textual does a new screen twice, and those behind it."""
        if size != self.outer_size:
            super()._screen_resized(size)

    def hints(self) -> list[tuple[str, str]]:
        """`HINTS` in the language of the user."""
        say = self.visit.wording.catalogue.text
        return [(key, say(name)) for key, name in self.HINTS]

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """Keys that a field handles and what they do, as the help lists them."""
        return self.hints()

    def key_hints(self) -> Iterable[tuple[str, ...]]:
        """Key hints shown first, as `hints`; a third text is the action that a click runs."""
        return self.hints()

    @property
    def store(self) -> Store:
        """The application, as screens see it."""
        return cast("Store", self.app)

    @property
    def visit(self) -> Visit:
        """The state of this visit."""
        return self.store.visit

    @property
    def is_there(self) -> bool:
        """Whether it can be updated: while it is removed, its children go first."""
        return self.is_attached and self.display

    @property
    def awaits_screen(self) -> bool:
        """Whether another screen is about to be on top: keys are for that one, and all wait."""
        return not self._unanswered.isdisjoint({*self.OPENING, _TO_OPEN})

    def give_up(self) -> None:
        """Open nothing any more for what was asked: it takes too long."""
        for about in self._unanswered & {*self.OPENING, _TO_OPEN}:
            self._numbers[about] += 1  # a late answer is dropped
            self._unanswered.discard(about)
        self.say(self.visit.wording.catalogue.text(_GIVEN_UP), "warn")

    def holds(self, key: Key) -> bool:  # noqa: ARG002  # subclasses ask
        """Whether a key waits, with all behind it, for what this screen is about to show."""
        return False

    def takes(self, key: Key) -> bool:  # noqa: ARG002  # subclasses ask
        """Whether a key means this screen; one pressed before anything was shown may not."""
        return True

    def ask(self, about: str, work: Callable[[Shop], Result]) -> None:
        """Ask the shop in a thread; the answer is dropped once the same is asked again."""
        number = self._numbers[about] = self._numbers.get(about, 0) + 1
        self._unanswered.add(about)
        self.store.ask(self, about, work, number=number)

    def open_with(self, work: Callable[[Shop], Result], opens: Callable[[Result], object]) -> None:
        """Read something in a thread, and open a box or a screen with it; keys wait for that.

        Args:
            work: Reads it.
            opens: Opens it; called unless something else is open by then.
        """
        self.ask(_TO_OPEN, lambda shop: _ToOpen(work(shop), opens))

    def open_next(self, opens: Callable[[], object]) -> None:
        """Open a box behind the one over this screen that closes now; keys wait for it.

        The box that closes cannot: it gets no answer any more.
        """
        self.open_with(lambda _: None, lambda _: opens())

    def send(self, about: str, work: Callable[[Shop], Result]) -> None:
        """Change the shop in a thread; the outcome is shown on whatever screen is open then."""
        self.store.send(self, about, work)

    def carry_out(self, operation: Operation, work: Callable[[Shop], Result]) -> None:
        """Send a change, as `send`, that is also told however the storefront ends."""
        say = self.visit.wording.catalogue.text
        self.say(filled(say("{what} is on its way…"), {"what": operation.what}))
        self.store.carry_out(self, operation, work)

    def told_too_soon(self) -> str:
        """What is said of a key that `takes` dropped."""
        return self.visit.wording.catalogue.text(self.TOO_SOON)

    def told(self, value: object) -> None:
        """Handle the answer to a question or to a change that was sent."""

    def not_done(self, about: str, error: ShopError) -> None:
        """Show, here and on the screen that is open, why a change was not made."""
        self.tell_refusal(about, error)

    def tell_refusal(self, what: str, error: ShopError, tone: str = "bad") -> None:
        """Show why a change was not made, or that this is not known; elsewhere with its name.

        Args:
            what: Its name, to begin a sentence with.
            error: What it ended with.
            tone: How it is said.
        """
        wording, operations = self.visit.wording, self.visit.operations.values()
        is_open = any(one.in_doubt and one.what == what for one in operations)
        if is_open or isinstance(error, OutcomeUnknown):  # this try has changed nothing, if that
            why = wording.refusal(error)
            named = filled(wording.catalogue.text("{what}: {why}"), {"what": what, "why": why})
        else:
            why = wording.not_made(error)
            named = wording.named_refusal(what, why)
        self.tell(why, tone, elsewhere=named)

    def refused(self, about: str, error: ShopError) -> None:
        """Show why a question was refused, until it is answered."""
        self._said_refused[about] = self.visit.wording.refusal(error)
        self.say(self._said_refused[about], "bad")

    def say(self, text: str, tone: str = "") -> None:
        """Show a text in the answer line."""
        self.query_one("#answer", Answer).say(text, tone)

    def remark(self, text: str, tone: str = "") -> None:
        """Show a text about the row under the cursor; it goes with that by `forget_remark`."""
        self._remark = text
        self.say(text, tone)

    def forget_remark(self) -> None:
        """Clear what was remarked: the cursor is on another row, or something opens."""
        answer = self.query_one("#answer", Answer)
        if self._remark and answer.text == self._remark:
            answer.say("")
        self._remark = ""

    def hold_to(self, text: str, is_so: Callable[[], bool]) -> None:
        """Let a text in the answer line go by `forget_untrue`, once it was so and is not any more.

        Args:
            text: What was said.
            is_so: Whether it is, by what is shown.
        """
        self._held_to = _HeldTo(text, is_so)

    def forget_untrue(self) -> None:
        """Clear what somebody else has made untrue since it was said."""
        said, answer = self._held_to, self.query_one("#answer", Answer)
        if said is None or answer.text != said.text:
            self._held_to = None
        elif said.is_so():
            self._held_to = said._replace(was_so=True)
        elif said.was_so:  # what is shown may still be of before
            self._held_to = None
            answer.say("")

    def tell(self, text: str, tone: str = "", elsewhere: str = "") -> None:
        """Show an outcome here, in place of what was awaited, and on the screen that is on top.

        Args:
            text: What to say.
            tone: How it is said.
            elsewhere: What to say on another screen, where the same would not tell what is meant.
        """
        if self.is_there:
            self.say(text, tone)
        if not self.is_active:
            shown_on = (one for one in reversed(self.app.screen_stack) if one.query("#answer"))
            is_here = next(shown_on, None) is self  # behind the help, which has no line for it
            self.store.say(text if is_here else elsewhere or text, tone)

    def dismiss(self, result: Value | None = None) -> AwaitComplete:
        """Close, if it is on top: Textual would close whatever screen is on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def on_field_full(self, event: Field.Full) -> None:
        """Say that a field takes no more characters."""
        event.stop()
        say = self.visit.wording.catalogue.text
        told = say("No more fits: this takes {most} characters.")
        self.say(filled(told, {"most": event.length_max}), "warn")

    def on_told(self, answer: messages.Told) -> None:
        """Pass an answer on to `told`, unless a newer question was asked."""
        answer.stop()
        self._close_question(answer.about, answer.number)
        if not self.is_there or answer.number != self._numbers.get(answer.about):
            return
        refusal, shown = self._said_refused.pop(answer.about, ""), self.query("#answer")
        if refusal and any(one.text == refusal for one in shown.results(Answer)):
            self.say("")  # it is read by now
        if not isinstance(answer.value, _ToOpen):
            self.told(answer.value)
        elif self.is_active:
            answer.value.open(answer.value.value)

    def on_refused(self, refusal: messages.Refused) -> None:
        """Pass a refusal on to `refused`."""
        refusal.stop()
        self.store.note_outage(refusal.error)
        self._close_question(refusal.about, refusal.number)
        if self.is_there:
            self.refused(refusal.about, refusal.error)

    def _close_question(self, about: str, number: int) -> None:
        if number == self._numbers.get(about):
            self._unanswered.discard(about)


class StoreScreen(Asking[None]):
    """A full screen of the storefront: a subclass composes `body` and asks in `reload`."""

    WHERE = "shop"
    """The place that the top bar names."""

    READS_BALANCE: ClassVar[bool] = False
    """Whether what `reload` asks for brings the balance of who shops along."""

    def __init__(self) -> None:
        super().__init__()
        # Mounted with the styles of now, it needs none renewed: Textual would renew, twice, those
        # of the screen that is left.
        self._css_update_count = self.app._css_update_count  # noqa: SLF001  # not said otherwise

    def compose(self) -> ComposeResult:
        """Compose the bars around the body."""
        yield TopBar(self._tabs())
        yield from self.body()
        yield Answer(id="trouble")
        yield Answer()
        yield KeyHints()

    def body(self) -> ComposeResult:
        """Compose what is between the bars."""
        raise NotImplementedError

    def holds(self, key: Key) -> bool:
        """Let a key that means what is listed wait for the first answer that lists it."""
        rows = self.focused
        if not isinstance(rows, RowList) or rows.is_told or key.key == "escape":
            return False
        is_asked = bool(self._unanswered) and self.store.trouble is None
        return is_asked and any(
            key.key in place._bindings.key_to_bindings  # noqa: SLF001  # others tell the active ones
            for place in rows.ancestors_with_self
            if place is not self.app
        )

    def back_to_tab(self) -> None:
        """Close what is open over its tab, where that is asked for; a tab itself stays."""

    def reload(self) -> None:
        """Ask again for everything shown: it may have changed."""

    def commands(self) -> Iterable[SystemCommand]:
        """The commands that this screen adds to the palette."""
        return ()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why a question was refused, unless the banner shows it already.

        What is not read for now stands in the banner, as nobody asked for it: in the answer line
        it would take the place of what became of a change.
        """
        is_asked_for = about in {*self.OPENING, _TO_OPEN}
        if isinstance(error, TryLater) and not is_asked_for:
            self.store.show_trouble(error)
        elif not self.store.trouble:
            super().refused(about, error)

    def note_charging(self, *, may_charge: bool) -> None:
        """Keep whether balances can be charged, and offer the key or not."""
        if self.visit.note_charging(may_charge=may_charge):
            if may_charge:
                self.say("")  # it may say that nothing can be charged
            self.refresh_bindings()

    def show_wallet(self) -> None:
        """Show place, user, balance and cart in the top bar."""
        mode = "" if self.store.kiosk else self.store.current_mode
        where = self.visit.wording.catalogue.text(self.WHERE)
        self.query_one(TopBar).tell(where, self.visit.wallets(), mode)

    def show_trouble(self, error: ShopError | None) -> None:
        """Show the banner that the database does not answer; None hides it."""
        say, text = self.visit.wording.catalogue.text, ""
        if error is not None:
            is_there = isinstance(error, Busy)
            told = say("Not read yet: {fact}") if is_there else say("Reconnecting: {fact}")
            text = filled(told, {"fact": self.visit.wording.fact(error)})
        self.query_one("#trouble", Answer).say(text, "bad")

    def on_screen_resume(self) -> None:
        """Reload: something may have changed while another screen was open."""
        self.show_wallet()
        self.show_trouble(self.store.trouble)
        self.reload()
        if not self.READS_BALANCE:
            self.store.read_balance()
        self.call_after_refresh(self.store.opened)

    def _tabs(self) -> list[tuple[str, str, str]]:
        say, pages = self.visit.wording.catalogue.text, self.store.pages.items()
        return [(str(number), say(name), mode) for number, (mode, name) in enumerate(pages, 1)]


class Dialog(Asking[Value], ModalScreen[Value]):
    """A small screen over another that ends with a value."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back"),
        Binding("q", "app.leave", "Quit", show=False),
        Binding("question_mark,f1", "app.help", show=False),
    ]

    _was_covered = False

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """The keys of the box, as its last line lists them."""
        return [(key, name) for key, name, *_ in self.key_hints()]

    def on_screen_suspend(self) -> None:
        """Note that another screen comes on top, or another tab."""
        self._was_covered = True

    def on_screen_resume(self) -> None:
        """Read again what may have changed while something else was on top."""
        if self._was_covered:
            self._was_covered = False
            self.reload()

    def reload(self) -> None:
        """Ask again for what is shown while this is on top: it may have changed."""

    def on_key(self, event: Key) -> None:
        """Say why a key does nothing which the bar behind this names."""
        is_named = event.is_printable or _FUNCTION_KEY.fullmatch(event.key) is not None
        if not is_named or event.key in self.active_bindings or not self.query("#answer"):
            return
        behind = self.app.screen_stack[:-1]
        if behind and event.key in behind[-1].active_bindings:
            told = self.visit.wording.catalogue.text(
                "{key} is for what is behind this: esc goes back to it."
            )
            self.say(filled(told, {"key": key_name(event.key)}), "warn")

    def action_cancel(self) -> None:
        """End without a value."""
        self.dismiss(None)
