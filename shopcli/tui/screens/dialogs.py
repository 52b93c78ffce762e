"""Dialogs: yes or no, one value, leaving with a full cart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key, Mount
from textual.message import Message
from textual.widgets import Input, Static

from shopcli.domain.errors import ShopError
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.domain.text import REASON_LENGTH_MAX
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.widgets.bars import Answer, KeyHints, key_name
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.field import Field
from shopcli.tui.wording import things_in_cart

Value = TypeVar("Value")

_ENDS = frozenset({"enter", "escape"})
"""Keys that end a box with a field."""

STRAY_SECONDS = 1.0
"""So long after a key that was meant for something else, an Enter may be meant for that, too."""


class ConfirmDialog(Dialog[bool]):
    """Asks yes or no before something is done; ends with the answer.

    Args:
        title: The question.
        body: What exactly would be done.
        yes: The label of Enter, in a word or two.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "Back"),
    ]
    TOO_SOON = "That enter came before this was shown. Read it: the next one counts."
    NO_ANSWER = "This is a question: enter and esc answer it. Enter counts in a second."

    def __init__(
        self,
        title: str,
        body: Content,
        yes: str,
    ) -> None:
        super().__init__()
        self._is_stray = False
        self._title = title
        self._body = body
        self._yes = yes
        self._bindings.bind("enter", "answer(True)", yes)
        self._shown_at = inf

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """What Enter does, as the help lists it."""
        return [*super().field_keys(), ("enter", self._yes)]

    def on_mount(self, event: Mount) -> None:
        """Keep since when there is a question."""
        self._shown_at = event.time

    def on_screen_resume(self) -> None:
        """Take no Enter that was meant for the help that was over the question."""
        self._is_stray, self._shown_at = False, Message().time

    def takes(self, key: Key) -> bool:
        """Drop an Enter from before the question, and what is typed as if there were none."""
        if key.is_printable and key.key not in self.active_bindings:
            self._is_stray, self._shown_at = True, key.time + STRAY_SECONDS
            return False
        return key.key != "enter" or key.time >= self._shown_at

    def told_too_soon(self) -> str:
        """Say why a key was dropped: the last one that was, also behind a letter."""
        if not self._is_stray:
            return super().told_too_soon()
        return self.visit.wording.catalogue.text(self.NO_ANSWER)

    def compose(self) -> ComposeResult:
        """Compose the question, what it means, and the keys."""
        with Box():
            yield Static(inert(self._title), id="title", classes="dialog--title", markup=False)
            with VerticalScroll():
                yield Static(self._body, id="body", markup=False)
            yield Answer()
            yield KeyHints()

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001  # it is the answer
        """End with the answer."""
        self.dismiss(answer)


class LeaveDialog(ConfirmDialog):
    """Asks before the storefront is left with something in the cart.

    Args:
        count: How many units are in it.
    """

    def __init__(self, count: int) -> None:
        catalogue = self.visit.wording.catalogue
        say = catalogue.text
        body = Content(say("Nothing of it is paid, and it is not kept: the cart is gone then."))
        things = things_in_cart(count, catalogue)
        title = filled(say("Leave with {things}?"), {"things": things})
        super().__init__(title, body, say("Leave"))


class EntryDialog(Dialog[None], Generic[Value]):
    """Asks for one value and sends it; closes once it is taken, and stays open where it is refused.

    Keys wait while the value is on its way: behind one that is refused they are for this box, but
    none closes it, or sends it again, before it was shown why.

    Args:
        what: The change, to begin a sentence with; told as not made where this is open at the end.
            Empty where nothing is changed but what is shown.
        title: What is asked for.
        hint: How to write it.
        read: Parses a text into the value, or raises a refusal.
        explain: Puts a refusal into words.
        send: Sends the value; then `close` or `refuse` is called.
        value: The text in the field at first.
        does: What Enter does, in a word or two.
    """

    TOO_SOON = "That {key} came before this was shown: the next one counts."

    def __init__(
        self,
        what: str,
        title: str,
        hint: str,
        read: Callable[[str], Value],
        *,
        explain: Callable[[ShopError], str],
        send: Callable[[EntryDialog[Value], Value], object],
        value: str = "",
        does: str = "",
    ) -> None:
        super().__init__()
        self._does = does
        self._title = title
        self._hint = hint
        self._read = read
        self._explain = explain
        self._send = send
        self._value = value
        self._is_sent = False
        self._dropped = ""  # the key that `takes` was asked for last
        self._is_over = False
        self._refused_at = 0.0
        self._why_refused = ""
        self._complaint = ""
        """Why what stood in the field could not be read."""
        self._what = what
        self._key = self.visit.new_key()
        self._keep_asked()

    def on_mount(self, event: Mount) -> None:
        """Take no Enter from before what stands in the field already was shown."""
        if self._value:
            self._refused_at = event.time

    def key_hints(self) -> Iterable[tuple[str, ...]]:
        """What Enter does."""
        yield "enter", self._does or self.visit.wording.catalogue.text("OK")

    def holds(self, key: Key) -> bool:
        """Let all keys wait for the answer; Escape closes this sooner, and Enter is sent once."""
        return self._is_sent and key.key not in _ENDS

    def takes(self, key: Key) -> bool:
        """Drop an Enter or Escape from before it was shown why the value is not taken.

        So an Enter while that is on its way: it was not meant for what is behind this.
        """
        self._dropped = key.key
        if self._is_sent:
            return key.key != "enter"
        is_for_end = key.key == "enter" or (key.key == "escape" and bool(self._why_refused))
        return not is_for_end or key.time >= self._refused_at

    def compose(self) -> ComposeResult:
        """Compose the question, the field, and a line for what is wrong with the text."""
        with Box():
            yield Static(inert(self._title), classes="dialog--title", markup=False)
            yield Field(self._hint, id="entry", value=self._value, length_max=REASON_LENGTH_MAX)
            yield from self.below()
            yield Answer()
            yield KeyHints()

    def below(self) -> ComposeResult:
        """Compose what stands below the field."""
        return ()

    def told_too_soon(self) -> str:
        """Why the value was not taken, and that this key was not meant for it."""
        if self._is_sent:
            return self.query_one("#answer", Answer).text  # that it is on its way
        too_soon = filled(super().told_too_soon(), {"key": key_name(self._dropped)})
        return f"{self._why_refused}\n{too_soon}".lstrip()

    def close(self) -> None:
        """End: the value is taken, or it is not known; behind another screen once that is gone."""
        self._is_sent, self._is_over = False, True
        self.dismiss(None)

    def refuse(self, why: str, what: str = "") -> None:
        """Stay open with what was typed, and say why it is not taken; told anywhere if closed.

        Args:
            why: What to say.
            what: The name of what was sent, so that at the end it is told once as not made.
        """
        self._what = what or self._what
        self._is_sent, self._refused_at, self._why_refused = False, Message().time, why
        if not self._is_over:
            self._keep_asked()
        self.tell(why, "bad", elsewhere=self.visit.wording.named_refusal(self._what, why))

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close, if it is on top; nothing typed here waits any more."""
        self._is_over = self._is_over or self.is_active
        self.visit.asked.pop(self._key, None)
        return super().dismiss(result)

    def on_screen_resume(self) -> None:
        """End where the value was taken while another screen was on top."""
        if self._is_over:
            self.call_later(self.action_cancel)

    def _keep_asked(self) -> None:
        if self._what:
            self.visit.asked[self._key] = self._what

    @on(Input.Changed, "#entry")
    def _changed(self, event: Input.Changed) -> None:
        """Complain no more of a text that stands there no longer."""
        event.stop()
        answer = self.query_one("#answer", Answer)
        if self._complaint and answer.text == self._complaint:
            answer.say("")

    @on(Input.Submitted, "#entry")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._is_sent:
            return
        try:
            value = self._read(event.value.strip())
        except ShopError as error:
            self._complaint = self._explain(error)
            self.say(self._complaint, "bad")
            return
        self._is_sent = True
        self.visit.asked.pop(self._key, None)
        self._send(self, value)
