"""Deeds of the desk: asked about as much as they can hurt, sent once, told in any case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.records.changes import RECENT_COUNT, last_of
from shopcli.domain.showing import excerpt, inert
from shopcli.tui.desk.refusals import not_made_at_desk
from shopcli.tui.journal.before import Before, before_of
from shopcli.tui.operations import NotDone, Operation
from shopcli.tui.screens.dialogs import ConfirmDialog, EntryDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.content import Content

    from shopcli import Shop
    from shopcli.domain.records import Change
    from shopcli.tui.desk.view import DeskView
    from shopcli.tui.screens.screen import Asking

Found = TypeVar("Found")

QUANTITY_DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class Changed(NotDone, Generic[Found]):
    """Nothing was done: what it was about is this by now, and not as it was shown."""

    found: Found
    before: Before | None = None
    """Who has changed it, and when, if that is recorded."""


def last_change(shop: Shop, kind: str, name: str, value: str) -> Change | None:
    """The last change of one value of a subject, such as the price of a product."""
    return last_of(value, shop.changes(kind, name, limit=RECENT_COUNT))


def changed_by(change: Change | None) -> Before | None:
    """Who made a change, and when; None where it is not recorded."""
    return None if change is None else before_of(change)


def is_own(shop: Shop, change: Change | None) -> bool:
    """Whether a change was made from here: by this login, at this host, in this way."""
    origin = shop.runtime.origin
    return change is not None and (change.actor, change.host, change.channel) == (
        origin.actor,
        origin.host,
        origin.channel,
    )


class Done(NamedTuple):
    """What became of a deed."""

    text: str
    command: str
    """The line that repeats it; empty where the one of before stays."""
    happens_again: str = ""
    """What happens where that line is typed again; empty where nothing is done twice."""
    tone: str = "good"
    is_so: Callable[[], bool] | None = None
    """Whether what is said is so by what is listed, where somebody else may change it."""
    at_the_end: str = ""
    """What is printed of it once no key does anything any more; the text where this is empty."""


def as_listed(view: DeskView, key: str, is_so: Callable[[Any], bool]) -> Callable[[], bool]:
    """Whether something is so of what a view lists by a key, as far as it lists it.

    Args:
        view: The view.
        key: Of the row.
        is_so: Looks at what is listed.
    """

    def look() -> bool:
        found = view.record(key)
        return found is None or is_so(found)

    return look


class Deed(NamedTuple):
    """A change to send; gets its answer, whatever is open by then."""

    desk: Asking[None]
    operation: Operation
    work: Callable[[Shop], Any]
    done: Callable[[Any], Done]
    """What to say of the answer."""
    box: EntryDialog[Any] | None = None
    """Where a value was typed: it stays open where that is refused."""

    def send(self) -> None:
        """Send it."""
        say = self.desk.visit.wording.catalogue.text
        on_its_way = filled(
            say("{what} is on its way…"),
            {"what": self.operation.what},
        )
        asks = self.desk if self.box is None else self.box
        if asks.is_there:
            asks.say(on_its_way)
        else:  # one in doubt is sent again from another screen than before
            self.desk.store.say(on_its_way)
        self.desk.store.carry_out(self, self.operation, self.work)

    def told(self, value: object) -> None:
        """Say what was done."""
        self.desk.visit.doubts.pop(self.operation.what, None)
        if self.box is not None:
            self.box.close()
        done = self.done(value)
        if isinstance(value, NotDone):
            self.operation.told = done.at_the_end or done.text
        if done.command:
            self.desk.store.done(done.command, done.happens_again)
        else:
            self.desk.store.refresh_soon()
        self._say(done.text, done.tone, done.is_so)

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Say why it was not done, or that this is not known."""
        wording = self.desk.visit.wording
        self.desk.visit.doubts.pop(self.operation.what, None)
        if self.operation.stays_in_doubt(error):
            self.desk.visit.doubts[self.operation.what] = self._replace(box=None).send
            self.desk.visit.command, self.desk.visit.happens_again = self.operation.look, ""
            why = doubt_text(wording.catalogue.text, self.operation, wording.pasted)
        else:
            why = not_made_at_desk(error, wording)
            if self.box is not None and not self.operation.in_doubt:
                self.box.refuse(why, self.operation.what)
                return
            why = wording.named_refusal(self.operation.what, why)  # another view may be shown
        if self.box is not None:
            self.box.close()
        self._say(why, "bad")

    def _say(self, text: str, tone: str, is_so: Callable[[], bool] | None = None) -> None:
        """Say what became of it; the same as before with its time, so that it is seen as new."""
        visit = self.desk.visit
        is_repeated = visit.told_of_deed == text
        visit.told_of_deed = text
        if is_repeated:
            now = visit.shop.now().astimezone(visit.wording.timezone)
            text = f"{text} ({now:%H:%M:%S})"
        self.desk.store.say(text, tone)
        if is_so is not None:
            self.desk.hold_to(text, is_so)


def is_sent_again(host: Asking[None], what: str) -> bool:
    """Send a deed in doubt again, with its key; whether there is one of this name.

    Args:
        host: Where it is asked for.
        what: The name of the deed.
    """
    send_again = host.visit.doubts.get(what)
    if send_again is None:
        return False
    send_again()
    say = host.visit.wording.catalogue.text
    host.say(say("Sending it again with its key: it is made once in any case…"))
    return True


def doubt_text(
    say: Callable[[str], str], operation: Operation, pasted: Callable[[str], str]
) -> str:
    """That the outcome of a deed is not known, and how to learn it."""
    facts = {"what": operation.what, "command": operation.look}
    if operation.is_repeatable:
        told = say("{what} may have been made or not. This does it, once in any case: {command}")
    else:
        told = say("{what} may have been made or not. Look before you do it again: {command}")
    return pasted(inert(filled(told, facts)))


def named(view: DeskView, what: str, look: str, *, is_repeatable: bool = False) -> Operation:
    """Name a deed.

    Args:
        view: Where it is done.
        what: Its name, to begin a sentence with.
        look: The line that shows its outcome, or does it once in any case.
        is_repeatable: Whether that line does it.
    """
    return Operation(view.visit.new_key(), inert(what), look, is_repeatable=is_repeatable)


def confirm(
    deed: Deed, title: str, body: Content, yes: str, back: Callable[[], object] | None = None
) -> None:
    """Ask whether to do it, and do it then.

    Args:
        deed: The change.
        title: The question.
        body: What exactly would be done.
        yes: What Enter does, in a word or two.
        back: Opens the box before this again, with what was typed there.
    """
    desk, operation = deed.desk, deed.operation
    desk.store.forget_answers()  # what they say is of before
    desk.visit.asked[operation.key] = operation.what

    def answered(is_yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
        desk.visit.asked.pop(operation.key, None)
        if is_yes:
            deed.send()
        elif is_yes is False and back is not None:
            desk.open_next(back)

    desk.app.push_screen(ConfirmDialog(title, body, yes), answered)


def read_quantity(text: str) -> int:
    """A typed number of units.

    Raises:
        InvalidInput: It is no whole number of at least 1, or too large.
    """
    is_number = text.isascii() and text.isdigit()
    if is_number and len(text.lstrip("0")) > QUANTITY_DIGITS_MAX:
        largest = 10**QUANTITY_DIGITS_MAX - 1
        raise InvalidInput(
            "'{value}' is too much: at most {largest}.",
            details={"value": excerpt(text), "largest": f"{largest:,}"},
        )
    if not (is_number and int(text)):
        raise InvalidInput(
            "'{value}' is no whole number of at least 1, like 12.", details={"value": excerpt(text)}
        )
    return int(text)


def read_reason(text: str) -> str:
    """A typed reason.

    Raises:
        InvalidInput: There is none.
    """
    if not text:
        raise InvalidInput("Say why: it stays in the record.")
    return text
