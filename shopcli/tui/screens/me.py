"""Me: balance, charge, and one journal of orders, money and coupons with details beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from shopcli.domain.errors import DatabaseUnreachable
from shopcli.domain.facts import filled
from shopcli.domain.giving_back import is_nothing_left
from shopcli.domain.records import JournalEntry, Order
from shopcli.tui.journal.again import Again, put_again, read_again
from shopcli.tui.journal.copying import command_of
from shopcli.tui.journal.in_time import too_late, too_late_text
from shopcli.tui.journal.loaded import (
    FOUND_COUNT,
    Account,
    Loaded,
    Older,
    read_account,
    read_older,
)
from shopcli.tui.journal.standing import why_barred
from shopcli.tui.journal.texts import JournalTexts
from shopcli.tui.screens.charging import charge
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.store import FLAT_ROWS, MEDIUM_CELLS
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.journal_list import JournalList
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.events import Key

    from shopcli.domain.errors import OrderNotCancellable, ShopError

DEBOUNCE_SECONDS = 0.06
"""How long after a key the search waits for another."""

_COLUMNS = (
    Column("WHEN", 11, from_width=32, leave_out=1),
    Column("WHAT", cuts_end=True),
    Column("AMOUNT", 7, right=True),
)
_BRIEF_HEIGHT, _FLAT_HEIGHT = 4, 2
_AGAIN = "Put into the cart what is still sold of the order; pays nothing"
_FIND = "Find any word, amount, day or month that a row shows, keys and reasons in all of it"
_COPY = "Copy the command of what was done last; once the cursor moved, of its row"
_NEEDS_ORDER = frozenset({"receipt", "again", "cancel_order"})


class EventPanel(Panel):
    """The details of an event, which are written for the room that there is."""

    class Resized(Message):
        """There is more room or less."""

    def on_resize(self) -> None:
        """Have the details written anew, also where only the keys below take another line."""
        self.post_message(self.Resized())


class MeScreen(StoreScreen):
    """Shows the user's balance and journal; the details of the event under the cursor beside it."""

    READS_BALANCE = True
    AUTO_FOCUS = "#journal"
    OPENING = frozenset({"receipt", "again"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "charge", "Charge"),
        Binding("enter", "receipt", "Receipt"),
        Binding("a", "again", "Again", tooltip=_AGAIN),
        Binding("x", "cancel_order", "Cancel", tooltip="Cancel the order, in time"),
        # These have priority, so that keys typed right after them go to the new focus.
        Binding("slash", "find", "Find", priority=True, tooltip=_FIND),
        Binding("escape", "everything", "All", priority=True, tooltip="End finding"),
        Binding("s", "statement", "Month", tooltip="Statement of the month"),
        Binding("y", "copy_command", "Copy command", tooltip=_COPY),
        Binding("enter", "to_list", "To the list", priority=True),
        Binding("down", "to_list", "To the list", show=False, priority=True),
        # Where a key above is off, it says why.
        Binding("slash", "why('find')", show=False),
        Binding("m", "why('charge')", show=False),
        Binding("enter", "why('receipt')", show=False),
        Binding("a", "why('again')", show=False),
        Binding("x", "why('cancel_order')", show=False),
        Binding("s", "why('statement')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._texts = JournalTexts(self.visit.wording)
        self._all = Loaded("")
        self._found: Loaded | None = None
        self._query = ""
        self._row_before_find = ""  # its key
        self._wanted = ""
        """The order that is to be cancelled, once its receipt was read."""
        self._command_before = ""
        """The command of what was done last when the cursor moved last: y copies a newer one."""
        self._row_key = ""
        self._cancel_within_microseconds: int | None = None
        self._barred: ShopError | None = None
        """Why nothing can be charged: who shops is blocked or closed."""
        self._is_stale = False
        """Whether something may have come while another tab was open, and was not read yet."""

    def body(self) -> ComposeResult:
        """Compose the balance, the search, the journal with its details, and how far it goes."""
        yield Panel(id="purse")
        yield Field("", id="find")
        with Horizontal(id="account"):
            yield JournalList(_COLUMNS, empty=self._empty, id="journal")
            yield EventPanel(id="event")
        yield Panel(id="extent")

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """The key of the list that reads more."""
        yield from super().field_keys()
        told = self.visit.wording.catalogue.text("Last row that was read; reads {count} older ones")
        yield "end", filled(told, {"count": FOUND_COUNT})

    def on_mount(self) -> None:
        """Hide the search until it is asked for."""
        self._field.display = False

    def on_resize(self) -> None:
        """Show how far the journal was read, or leave the line to the list."""
        self._show_extent()
        self._field.placeholder = self._texts.find_hint(
            self.visit.shop.now(), is_narrow=self.size.width < MEDIUM_CELLS
        )

    @on(EventPanel.Resized)
    def _event_resized(self, event: EventPanel.Resized) -> None:
        event.stop()
        self._show_details()

    def on_screen_suspend(self) -> None:
        """Note that another tab opens: on coming back the newest event is what counts."""
        self.forget_remark()
        self._is_stale = self._is_stale or self.store.current_mode != "me"

    def on_screen_resume(self) -> None:
        """Read again; what was done elsewhere is no event under the cursor here."""
        if self._is_stale:
            self._command_before = self.visit.command
        super().on_screen_resume()

    def holds(self, key: Key) -> bool:
        """Let a key that means a row wait for the rows that are being read."""
        if super().holds(key):
            return True
        is_behind = self._is_stale or not self._is_found
        return (
            is_behind
            and self.visit.user is not None
            and self.store.trouble is None
            and self.focused is self._list
            and key.key != "escape"
            and any(
                key.key in place._bindings.key_to_bindings  # noqa: SLF001  # others tell active ones
                for place in (self, self._list)
            )
        )

    def reload(self) -> None:
        """Ask for the account."""
        user, say = self.visit.user, self.visit.wording.catalogue.text
        if user != self._all.user:
            self._forget(user or "")
        if user is None:
            self._is_stale = False
            self.query_one("#purse", Panel).put(Content(say("Press u to say who you are.")))
            return
        known = self._all.known
        self.ask("account", lambda shop: read_account(shop, user, known))

    def told(self, value: object) -> None:
        """Show the account, an older page, an order of it, or what came into the cart."""
        match value:
            case Account():
                self._show_account(value)
            case Older():
                self._show_older(value)
            case Order():
                self._open(value)
            case Again():
                self._put(value)

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; no key waits for what is not read, and a search is not begun again by itself.

        Where the database is away, the search is asked again once it answers.
        """
        if about == "account":
            self._is_stale = False
        if about == "older" and self._found is not None and self.store.trouble is None:
            self._found.is_read = not isinstance(error, DatabaseUnreachable)
        super().refused(about, error)

    @on(RowList.Moved, "#journal")
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self._list.current_key != self._row_key:  # and not only its place
            self._row_key = self._list.current_key
            self._command_before = self.visit.command
            self.forget_remark()
        self._show_details()
        self.refresh_bindings()

    @on(RowList.Chosen, "#journal")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_receipt()

    @on(JournalList.OlderWanted, "#journal")
    def _older_wanted(self, event: JournalList.OlderWanted) -> None:
        event.stop()
        shown = self._shown
        if shown.is_read and shown.older is not None and "older" not in self._unanswered:
            shown.wanted = len(shown.entries) + FOUND_COUNT
            self._ask_older()
            self._show_extent()

    @on(Input.Changed, "#find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._query:
            self._query = event.value
            self.set_timer(DEBOUNCE_SECONDS, self._search_if_settled(event.value))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: most need an order under the cursor."""
        if action == "why":
            return not self._is_typing and not self.check_action(str(parameters[0]), ())
        if action == "to_list":
            return self._is_typing
        if action == "find":
            return self.visit.user is not None and not self._is_typing
        if action == "everything":
            return self._is_typing or bool(self._query)
        if action == "charge":
            return self._may_charge
        if action == "statement":
            return self.visit.user is not None
        if action == "copy_command":
            return self._entry is not None or bool(self.visit.command)
        if action in _NEEDS_ORDER:
            order = self._order
            if order is None or action != "cancel_order":
                return order is not None
            is_left = order.state == "paid" and not is_nothing_left(order)
            return is_left and self._too_late(order) is None
        return super().check_action(action, parameters)

    def action_why(self, action: str) -> None:
        """Say why a key does nothing here."""
        say = self.visit.wording.catalogue.text
        if action == "charge" and self._barred is not None:
            told = self.visit.wording.refusal(self._barred)
            self.remark(told, "warn")
            self.hold_to(told, lambda: self._barred is not None)
            self.forget_untrue()  # it is so by now, and goes once it is not
        elif action == "charge":
            charge(self.store)
        elif self.visit.user is None:
            self.remark(say("Press u to say who you are."))
        elif (order := self._order) is not None:
            if order.state == "cancelled":
                self.remark(say("This order is cancelled already."))
            elif is_nothing_left(order):
                self.remark(say("All of this order was given back before."))
            elif (refusal := self._too_late(order)) is not None:
                self.remark(too_late_text(self.visit, refusal, is_receipt=False), "warn")
        elif not self._list.is_told:
            self.remark(say("That is still being read: press it again in a moment."))
        elif self._entry is None:
            self.remark(say("There is no order here."))
        else:
            self.remark(say("This is no order: enter, a and x are for orders."))

    def action_charge(self) -> None:
        """Ask for an amount and charge the user's balance."""
        charge(self.store)

    def action_receipt(self) -> None:
        """Open the order of the event under the cursor."""
        self._ask_for_order()

    def action_cancel_order(self) -> None:
        """Open the order and ask whether to cancel it."""
        self._ask_for_order(cancels=True)

    def action_again(self) -> None:
        """Put into the cart what is still sold of the order under the cursor."""
        order = self._order
        if order is not None:
            self.ask("again", lambda shop: read_again(shop, order.order or "", order.lines))

    def action_statement(self) -> None:
        """Open the statement of the month."""
        from shopcli.tui.screens.statement import StatementScreen  # only where one is opened

        if self.visit.user is not None:
            self.app.push_screen(StatementScreen(self.visit.user))

    def action_find(self) -> None:
        """Open the search."""
        self._field.display = True
        self.set_focus(self._field)

    def action_to_list(self) -> None:
        """Move the focus from the search to the list, and search at once."""
        self.set_focus(self._list)
        if not self._query:
            self._field.display = False
        elif not self._is_found:
            self._search_anew()

    def action_everything(self) -> None:
        """End the search."""
        self._field.value = self._query = ""
        self._field.display = False
        found_row = "" if self._found is None else self._list.current_key
        self._found = None
        self.set_focus(self._list)
        self._draw()
        if found_row:
            is_read = any(entry.id == found_row for entry in self._all.entries)
            self._list.go_to(found_row if is_read else self._row_before_find)

    def action_copy_command(self) -> None:
        """Copy the command of what was done last, if that was just now; else of the event."""
        entry = self._entry
        if entry is None or self.visit.command != self._command_before:
            self.store.action_copy_command()
            return
        wording = self.visit.wording
        found = command_of(entry, self._shown.user, wording)
        copied = found._replace(line=wording.pasted(found.line))
        self.app.copy_to_clipboard(copied.line)
        self.say(copied.told(wording), "warn" if copied.why_shown else "good")

    def commands(self) -> Iterable[SystemCommand]:
        """The commands of this screen, for the palette."""
        say = self.visit.wording.catalogue.text
        if self._may_charge:
            yield SystemCommand(say("Charge the balance"), "shop charge AMOUNT", self.action_charge)
        if self.visit.user is not None:
            title = say("Statement of the month")
            yield SystemCommand(title, "shop statement", self.action_statement)
            yield SystemCommand(say("Find in the journal"), "shop history", self.action_find)

    @property
    def _list(self) -> JournalList:
        return self.query_one("#journal", JournalList)

    @property
    def _field(self) -> Field:
        return self.query_one("#find", Field)

    @property
    def _is_typing(self) -> bool:
        return isinstance(self.focused, Input)

    @property
    def _shown(self) -> Loaded:
        return self._all if self._found is None else self._found

    @property
    def _is_found(self) -> bool:
        """Whether what is listed is what was searched for last."""
        return self._shown.query == self._query.strip() and (
            self._found is None or self._found.is_read
        )

    @property
    def _entry(self) -> JournalEntry | None:
        """The event under the cursor."""
        rows = next(iter(self.query("#journal").results(RowList)), None)
        return None if rows is None else self._shown.entry(rows.current_key, rows.cursor)

    @property
    def _may_charge(self) -> bool:
        """Whether m charges: who is blocked does not, but for a charge that was sent before."""
        is_open = self.visit.user in self.visit.deposits
        return self.visit.may_charge and (self._barred is None or is_open)

    @property
    def _order(self) -> Order | None:
        entry = self._entry
        return None if entry is None else entry.order

    def _too_late(self, order: Order) -> OrderNotCancellable | None:
        return too_late(self.visit, order, self._cancel_within_microseconds)

    @property
    def _empty(self) -> str:
        say = self.visit.wording.catalogue.text
        if self._found is not None:
            return say("Nothing is found. Press esc to see everything.")
        return say("Nothing has happened yet. Press 1 for the shop.")

    def _forget(self, user: str) -> None:
        """Begin with the journal of another user."""
        self._all, self._found, self._barred = Loaded(user), None, None
        self._field.value = self._query = ""
        self._field.display = False
        if self._list.is_told:
            self._list.show(())
        for panel in ("#purse", "#event", "#extent"):
            self.query_one(panel, Panel).put(Content(""))

    def _search_if_settled(self, typed: str) -> Callable[[], None]:
        def search() -> None:
            if typed == self._query and self.is_there and not self._is_found:
                self._search_anew()

        return search

    def _search_anew(self) -> None:
        """Search what was typed, from the newest event on; nothing typed finds everything."""
        query = self._query.strip()
        if self._found is None:
            self._row_before_find = self._list.current_key
        self._found = Loaded(self._all.user, query, total=self._all.total) if query else None
        if query:
            self._ask_older()
            self._show_extent()
        else:
            self._draw()

    def _ask_older(self) -> None:
        shown = self._shown
        user, query, place = shown.user, shown.query, shown.older
        say = self.visit.wording.catalogue.text
        self.ask("older", lambda shop: read_older(shop, user, query, place, say))

    def _show_account(self, account: Account) -> None:
        visit, user = self.visit, account.user
        if user.user != visit.user:
            return
        visit.note_balance(user.user, user.balance)
        self.note_charging(may_charge=account.may_charge)
        self._cancel_within_microseconds = account.cancel_within_microseconds
        self._barred = why_barred(user)
        self.forget_untrue()
        is_short = len(account.entries) < len(self._all.entries)
        if is_short and account.older is not None and not account.is_as_known:
            self.reload()  # older ones were read meanwhile
            return
        goes_to_top = self._is_stale and self._list.cursor == 0
        self._is_stale = False
        self._all.renew(account)
        is_lost = self._found is not None and not self._found.is_read
        if self._found is not None and (not account.is_as_known or is_lost):
            self._search_anew()
        self.query_one("#purse", Panel).put(
            self._texts.purse(
                user,
                may_charge=self._may_charge,
                may_change=not visit.bound,
                width=self.size.width - 4,
            )
        )
        self._draw()
        if goes_to_top:
            self._list.cursor = 0
        self.show_wallet()

    def _show_older(self, answer: Older) -> None:
        shown = self._shown
        if not shown.add(answer):
            return
        if shown.goes_on:
            self._ask_older()
        self._draw()

    def _draw(self) -> None:
        """Show the rows that were read; while a search has not answered, those of before."""
        shown = self._shown
        if shown.is_read:
            now = self.visit.shop.now()
            self._list.empty = self._empty
            self._list.show([self._texts.row(entry, now) for entry in shown.entries])
            self._list.refresh()
        self._show_details()
        self._show_extent()
        self.refresh_bindings()

    def _show_details(self) -> None:
        panel, entry = self.query_one("#event", Panel), self._entry
        if entry is None:
            panel.put(Content(""))
            return
        width, height = panel.content_size
        if self.has_class("-narrow"):
            is_flat = self.size.height <= FLAT_ROWS
            lines = _FLAT_HEIGHT if is_flat else _BRIEF_HEIGHT
            panel.put(self._texts.brief(entry, max(20, width), lines))
        else:
            now = self.visit.shop.now()
            panel.put(self._texts.details(entry, now, max(20, width), max(6, height)))

    def _show_extent(self) -> None:
        panel, shown = self.query_one("#extent", Panel), self._shown
        panel.put(Content(self._texts.status(shown)))
        # Where each line counts, it tells only what is not seen.
        is_flat = self.size.height <= FLAT_ROWS
        panel.display = not is_flat or bool(shown.query) or shown.older is not None

    def _ask_for_order(self, *, cancels: bool = False) -> None:
        order_id = "" if self._order is None else self._order.order or ""
        self._wanted = order_id if cancels else ""
        if order_id:
            self.forget_remark()
            self.ask("receipt", lambda shop: shop.receipt(order_id))

    def _open(self, order: Order) -> None:
        if not self.is_active:
            return
        from shopcli.tui.screens.receipt import ReceiptScreen  # only where one is opened

        asks_to_cancel, self._wanted = self._wanted == order.order, ""
        self.app.push_screen(ReceiptScreen(order, just_paid=False, asks_to_cancel=asks_to_cancel))

    def _put(self, again: Again) -> None:
        told, is_whole = put_again(again, self.visit.cart, self.visit.wording)
        self.store.wallet_changed()
        self.say(told, "good" if is_whole else "warn")


def open_screen() -> MeScreen:
    """Make the screen of this tab."""
    return MeScreen()
