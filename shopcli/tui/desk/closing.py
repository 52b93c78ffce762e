"""Closing the books: what would be closed, what is in the drawer, yes, and the page of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Key, Mount
from textual.widgets import Static

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import InvalidInput, NothingToClose, ShopError, TotalChanged
from shopcli.domain.facts import filled
from shopcli.domain.records import Closing
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import Deed, Done, confirm, is_sent_again
from shopcli.tui.desk.page import PageScreen
from shopcli.tui.journal.before import Before, done_before
from shopcli.tui.operations import NotDone, Operation
from shopcli.tui.screens.charging import usual_charge
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.widgets.bars import Answer, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.columns import folded
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.typed import read_amount
from shopcli.wording.closing_page import proof, sections, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shopcli import Shop
    from shopcli.tui.desk.view import DeskView
    from shopcli.tui.wording import Wording

_WIDTH = 56


class CloseBox(EntryDialog[int | None]):
    """Shows what would be closed, and asks what was counted in the drawer.

    Args:
        what: As of `EntryDialog`, as are the others.
        asks: What is asked for.
        hint: How to write it.
        read: Parses the amount.
        found: What would be closed.
        explain: Puts a refusal into words.
        send: Asks whether to close.
        value: The count at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(2)", show=False),
        Binding("pageup", "scroll(-2)", show=False),
    ]

    def __init__(
        self,
        what: str,
        asks: str,
        hint: str,
        read: Callable[[str], int | None],
        found: Closing,
        *,
        explain: Callable[[ShopError], str],
        send: Callable[[EntryDialog[int | None], int | None], object],
        value: str = "",
    ) -> None:
        super().__init__(what, asks, hint, read, explain=explain, send=send, value=value)
        self._found = found
        self._shown_at = inf

    def compose(self) -> ComposeResult:
        """Compose the page, the question, and the field."""
        with Box(classes="page"):
            yield Static(inert(self._title), classes="dialog--title", markup=False)
            yield Field(self._hint, id="entry", value=self._value)
            yield Answer()  # beside the field that it is about, and not below a long page
            with VerticalScroll(id="page", can_focus=False):
                yield Static(id="page-text", markup=False)
            yield KeyHints()

    def on_mount(self, event: Mount) -> None:
        """Draw the page, and keep since when it is there."""
        self._shown_at = event.time
        self._fit()

    def takes(self, key: Key) -> bool:
        """Drop an Enter that would leave the drawer uncounted before anybody was asked."""
        is_blind = key.time < self._shown_at and not self.query_one("#entry", Field).value
        return super().takes(key) and not (key.key == "enter" and is_blind)

    def on_resize(self) -> None:
        """Draw the page at the new width."""
        self._fit()

    def key_hints(self) -> Iterable[tuple[str, ...]]:
        """What Enter does, and the keys that scroll."""
        say = self.visit.wording.catalogue.text
        yield "enter", say("Go on")
        yield "↑↓", say("Scroll")

    def action_scroll(self, halves: int) -> None:
        """Scroll the page by halves of its height, up where that is negative."""
        page = self.query_one("#page", VerticalScroll)
        page.scroll_relative(y=halves * max(1, page.size.height // 2), animate=False)

    def _fit(self) -> None:
        width = max(20, min(_WIDTH, self.app.size.width - 8))
        self.query_one("#page-text", Static).update(drawn(self._found, self.visit.wording, width))


def close_books(view: DeskView) -> None:
    """Read what would be closed, to ask about it; one in doubt is sent again with its key."""
    say = view.say
    if is_sent_again(view.desk, _what(say)):
        return
    view.open_with(_look, lambda found: _open_close(view, found))


def _look(shop: Shop) -> Closing:
    """What a close would cover; where that is nothing, a count of the drawer is still kept."""
    try:
        return shop.close_books(dry_run=True)
    except NothingToClose:
        return shop.close_books(counted=0, dry_run=True)


def _open_close(view: DeskView, found: Closing, value: str = "") -> None:
    say, wording = view.say, view.visit.wording

    is_count_only = _is_count_only(found)
    usual = found.cash_expected if found.cash_expected > 0 else usual_charge(wording.exponent)
    example = format_major(usual, wording.exponent)

    def read(text: str) -> int | None:
        if not text and is_count_only:
            raise InvalidInput(
                "Nothing was booked since the last close: type what was counted, or press esc."
            )
        return read_amount(text, wording, example) if text else None

    def entered(box: EntryDialog[int | None], counted: int | None) -> None:
        view.open_with(
            lambda shop: _closed_as_shown(shop, found, counted, None),
            lambda now: _ask_or_tell(view, found, counted, now),
        )
        box.close()

    facts = {"expected": wording.price(found.cash_expected)}
    asks = (
        say("Nothing to close, only a drawer to count. It should hold {expected}")
        if is_count_only
        else say("Close the books? The drawer should hold {expected}")
    )
    view.store.forget_answers()
    view.app.push_screen(
        CloseBox(
            _what(say),
            filled(asks, facts),
            say("counted") if is_count_only else say("counted; empty: not counted"),
            read,
            found,
            explain=wording.explained,
            send=entered,
            value=value,
        )
    )


@dataclass(frozen=True, slots=True)
class _Changed(NotDone):
    """Nothing was closed: this is what a close would cover now."""

    found: Closing
    closed: Closing | None
    """The last close of somebody else since what was shown, if there is one."""


def _closed_as_shown(
    shop: Shop, shown: Closing, counted: int | None, key: str | None
) -> Closing | _Changed:
    """Close just what was shown and confirmed; where it is something else by now, look again.

    Without a key nothing is closed, and it is only looked whether it would be.
    """
    try:
        return shop.close_books(counted=counted, key=key, expected=shown, dry_run=key is None)
    except (TotalChanged, NothingToClose):
        last = next(iter(shop.closings(limit=1)), None)
        is_new = last is not None and (shown.from_ is None or last.closed_at > shown.from_)
        return _Changed(_look(shop), last if is_new else None)


def _is_count_only(found: Closing) -> bool:
    """Whether nothing was booked: a close would keep a count of the drawer only."""
    return not (found.entries or found.cash_in or found.cash_out)


def _closed_text(view: DeskView, closed: Closing, now: Closing, counted: int | None) -> str:
    """That somebody else has closed, and what that leaves to close; not inert yet."""
    say, wording = view.say, view.visit.wording
    told = filled(say("Nothing was closed: close {number} was made"), {"number": closed.number})
    before = Before(closed.closed_at, f"{closed.actor}@{closed.host}")
    parts = [done_before(told, before, "" if counted is None else wording.price(counted), wording)]
    if closed.cash_counted is None:
        parts.append(say("Its drawer was not counted."))
    else:
        facts = {"counted": wording.price(closed.cash_counted)}
        parts.append(filled(say("It counted {counted}."), facts))
    if _is_count_only(now):
        parts.append(say("Nothing is left to close."))
    return " ".join(parts)


def _news(view: DeskView, shown: Closing, changed: _Changed, counted: int | None) -> str:
    """What has changed since a look, in words."""
    say, wording, now = view.say, view.visit.wording, changed.found
    if changed.closed is not None:
        return _closed_text(view, changed.closed, now, counted)
    news = [say("Nothing was closed: the books changed meanwhile.")]
    if now.entries != shown.entries:
        facts = {"before": f"{shown.entries:,}", "now": f"{now.entries:,}"}
        news.append(filled(say("Entries: {now} (were {before})."), facts))
    if now.cash_expected != shown.cash_expected:
        facts = {
            "drawer": wording.price(now.cash_expected),
            "was": wording.money(shown.cash_expected),
        }
        news.append(filled(say("The drawer should hold {drawer} (was {was})."), facts))
    return " ".join(news)


def _drawer_text(view: DeskView, made: Closing) -> str:
    say = view.say
    if made.difference is None:
        return say("drawer not counted")
    facts = {"difference": view.visit.wording.signed(made.difference)}
    return filled(say("difference {difference}"), facts)


def _ask_or_tell(
    view: DeskView, shown: Closing, counted: int | None, now: Closing | _Changed
) -> None:
    """Ask whether to close what was shown, or what is there by now unless somebody closed it."""
    if isinstance(now, Closing):
        _confirm(view, shown, counted)
        return
    told = _news(view, shown, now, counted)
    if now.closed is None:
        _confirm(view, now.found, counted, told)
    else:
        view.tell(told)


def _confirm(view: DeskView, found: Closing, counted: int | None, news: str = "") -> None:
    say, wording, key = view.say, view.visit.wording, view.visit.new_key()
    typed = None if counted is None else format_major(counted, wording.exponent)
    command = commands.close_books(key, typed)

    def done(made: Closing | _Changed) -> Done:
        if isinstance(made, _Changed):
            told = _news(view, found, made, counted)
            if made.closed is None:
                view.open_next(lambda: _confirm(view, made.found, counted, told))
            return Done(told, "", tone="warn")
        drawer = _drawer_text(view, made)
        if view.screen.is_active:
            view.app.push_screen(
                PageScreen(
                    f"{title(made, say)} · {drawer}",
                    lambda width: drawn(made, wording, min(width, _WIDTH)),
                )
            )
        facts = {"number": made.number, "sold": wording.price(made.sold), "drawer": drawer}
        told = (
            say("Close {number} was made before, and only once: {drawer}, sold {sold}.")
            if made.replayed
            else say("Closed: close {number}, {drawer}, sold {sold}.")
        )
        return Done(filled(told, facts), command)

    lines = [news] if news else []
    facts = {"count": f"{found.entries:,}"}
    lines.append(filled(say("Entries that it would close: {count}."), facts))
    if found.cash_in or found.cash_out:
        facts = {"in": wording.price(found.cash_in), "out": wording.price(found.cash_out)}
        lines.append(filled(say("Put into the drawer {in}, taken out of it {out}."), facts))
    if counted is None:
        lines.append(say("The drawer was not counted."))
    else:
        facts = {
            "counted": wording.price(counted),
            "expected": wording.money(found.cash_expected),
            "difference": wording.signed(counted - found.cash_expected),
        }
        told = say("Counted {counted}, should be {expected}: a difference of {difference}.")
        lines.append(filled(told, facts))
    lines.append(say("What comes in from now on is for the next close. A close never changes."))
    confirm(
        Deed(
            view.desk,
            Operation(key, _what(say), command, is_repeatable=True),
            lambda shop: _closed_as_shown(shop, found, counted, key),
            done,
        ),
        say("Close the books now?"),
        Content("\n".join(lines)),
        say("Close the books"),
        partial(_open_close, view, found, typed or ""),
    )


def drawn(closing: Closing, wording: Wording, width: int) -> Content:
    """The page of a close.

    Args:
        closing: The close, or a look without one.
        wording: Writes amounts.
        width: In cells.
    """
    say = wording.catalogue.text
    parts: list[str | tuple[str, str]] = []
    for heading, rows in sections(closing, wording.money, say):
        parts.append((f"{heading}\n", "bold $text-accent"))
        for label, value in rows:
            if closing.number is None and label == say("counted"):
                continue  # it is being asked for
            shown, told = inert(label), inert(value)
            gap = width - cell_len(shown) - cell_len(told) - 2
            if gap > 0:
                parts.append(f"  {shown}{' ' * gap}{told}\n")
            else:
                parts.append(f"  {shown}\n")
                parts += [f"{line:>{width}}\n" for line in folded(told, width)]
        parts.append("\n")
    for line in proof(closing, say) if closing.number is not None else ():
        parts += [(f"{part}\n", "$foreground-muted") for part in folded(inert(line), width)]
    return Content.assemble(*parts).rstrip()


def _what(say: Callable[[str], str]) -> str:
    return say("The close of the books")
