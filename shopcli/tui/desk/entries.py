"""The journal of a member at the desk: each entry, its receipt, and what takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.history import (
    ENTRY_COUNT_MAX,
    MONEY_KINDS,
    Journal,
    read_journal,
    told,
    whose,
)
from shopcli.tui.desk.refunding import is_in_doubt as is_refund_in_doubt
from shopcli.tui.desk.refunding import refund
from shopcli.tui.desk.undoing import is_in_doubt, undo
from shopcli.tui.journal.copying import shown
from shopcli.tui.screens.receipt import ReceiptScreen
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.store import MEDIUM_CELLS
from shopcli.tui.widgets.bars import Answer, Hint, KeyHints
from shopcli.tui.widgets.box import Box
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from shopcli.domain.records import BalanceEntry, Order


class JournalScreen(Dialog[None]):
    """Lists the newest entries of a member.

    Args:
        journal: As it was read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "receipt", show=False),
        Binding("f", "refund", show=False),
        Binding("x", "take_back", show=False),
        Binding("y", "copy_command", show=False),
    ]

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal
        self._row_key = ""
        self._command_before = self.visit.command
        """The command of what was done last before the cursor came to its row."""

    def compose(self) -> ComposeResult:
        """Compose whose journal it is, the entries, and the one under the cursor in full."""
        say = self.visit.wording.catalogue.text
        columns = (
            Column(say("WHEN"), 11, from_width=40, leave_out=2),
            Column(say("WHAT"), cuts_end=True),
            Column(say("AMOUNT"), 7, right=True),
            Column(say("THEN"), 7, right=True, from_width=44, leave_out=1),
        )
        with Box(classes="page"):
            yield Static(id="whose", classes="dialog--title", markup=False)
            yield RowList(columns, empty=say("No entries yet."), id="entries")
            yield Panel(id="entry-told")
            yield Answer()
            yield KeyHints()

    def on_mount(self) -> None:
        """List the entries."""
        self._draw()

    def on_screen_resume(self) -> None:
        """Read again: what was open over this may have changed it."""
        self.reload()

    def reload(self) -> None:
        """Read the journal again."""
        name = self._journal.user.user
        self.ask("journal", lambda shop: read_journal(shop, name))

    def told(self, value: object) -> None:
        """Show the journal as it is now."""
        if isinstance(value, Journal):
            self._journal = value
            self._draw()

    def key_hints(self) -> Iterable[tuple[str, ...]]:
        """What can be done with the entry under the cursor."""
        say, entry = self.visit.wording.catalogue.text, self._entry
        if entry is None:
            return
        if entry.order is not None:
            yield Hint("enter", say("Receipt"), "receipt")
            if self._is_refundable(entry.order):
                yield Hint("f", say("Refund"), "refund")
            if not self._why_kept(entry):
                yield Hint("x", say("Cancel order"), "take_back")
        elif entry.kind in MONEY_KINDS and entry.id not in self._journal.undone:
            yield Hint("x", say("Undo"), "take_back")
        if self.app.size.width >= MEDIUM_CELLS:  # else it would take the place of the way back
            yield Hint("y", say("Copy command"), "copy_command")

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """All keys of entries, for the help."""
        say = self.visit.wording.catalogue.text
        return (
            ("enter", say("The receipt of its order")),
            ("f", say("Refund some of its order, with a reason")),
            ("x", say("Undo a charge, payout, adjustment or transfer; cancel an order")),
            ("y", say("Copy the command of what was done here just now, or one that shows it")),
        )

    def action_receipt(self) -> None:
        """Open the receipt of the entry's order."""
        if order_id := self._wanted_order():
            self._open_receipt(order_id, cancels=False)

    def action_refund(self) -> None:
        """Ask what of the entry's order to give back."""
        if order_id := self._wanted_order():
            refund(self, order_id)

    def action_take_back(self) -> None:
        """Undo the entry, or ask whether to cancel its order."""
        entry = self._entry
        if entry is not None and not (why := self._why_kept(entry)):
            if entry.order is not None:
                self._open_receipt(entry.order, cancels=True)
            else:
                bound = self._journal.bindings.get(entry.id)
                other = None if bound is None else bound.other
                undo(self, self._journal.user.user, entry, other)
            return
        self.remark(why if entry is not None else self._no_entry, "warn")

    def action_copy_command(self) -> None:
        """Copy the command of what was done here just now; else one that shows the entry."""
        say, entry = self.visit.wording.catalogue.text, self._entry
        if entry is None:
            self.remark(self._no_entry, "warn")
            return
        if self.visit.command != self._command_before:
            self.store.action_copy_command()
            return
        wording, user = self.visit.wording, self._journal.user.user
        command = commands.receipt(entry.order) if entry.order else shown(user, entry.at, wording)
        line = wording.pasted(command)
        self.app.copy_to_clipboard(line)
        self.remark(filled(say("Copied: {command}"), {"command": line}), "good")

    def _why_kept(self, entry: BalanceEntry) -> str:
        """Why x does not take an entry back; empty where it does."""
        say = self.visit.wording.catalogue.text
        if entry.order is not None:
            if entry.order in self._journal.cancelled:
                return say("This order is cancelled already.")
            given_back = self._journal.given_back
            if entry.order in given_back and given_back[entry.order] is None:
                return say("All of this order was given back before.")
            return ""
        if entry.kind not in MONEY_KINDS:
            return say("What undid something cannot be undone itself: book it anew.")
        if entry.id in self._journal.undone and not is_in_doubt(self, entry):
            return say("That is undone already.")
        return ""

    def _is_refundable(self, order_id: str) -> bool:
        """Whether f may give something of an order back, or knows whether it did."""
        journal = self._journal
        is_left = order_id not in journal.cancelled and order_id not in journal.given_back
        return is_left or is_refund_in_doubt(self, order_id)

    @property
    def _no_entry(self) -> str:
        return self.visit.wording.catalogue.text("There is no entry here.")

    @property
    def _rows(self) -> RowList:
        return self.query_one("#entries", RowList)

    @property
    def _entry(self) -> BalanceEntry | None:
        """The entry under the cursor."""
        rows = next(iter(self.query("#entries").results(RowList)), None)
        key = "" if rows is None else rows.current_key
        return next((entry for entry in self._journal.entries if entry.id == key), None)

    def _wanted_order(self) -> str | None:
        """The order of the entry under the cursor; says where there is none."""
        say, entry = self.visit.wording.catalogue.text, self._entry
        if entry is None:
            self.remark(self._no_entry, "warn")
        elif entry.order is not None:
            return entry.order
        elif why := self._why_kept(entry):
            told = say("This is no order: enter and f are for orders. {why}")
            self.remark(filled(told, {"why": why}), "warn")
        else:
            self.remark(say("This is no order: enter and f are for orders, x undoes this."), "warn")
        return None

    def _open_receipt(self, order_id: str, *, cancels: bool) -> None:
        def opens(order: Order) -> None:
            self.store.forget_answers()  # what they say is of before
            self.app.push_screen(ReceiptScreen(order, just_paid=False, asks_to_cancel=cancels))

        self.open_with(lambda shop: shop.receipt(order_id), opens)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self._rows.current_key != self._row_key:  # and not only its place
            self._row_key = self._rows.current_key
            self._command_before = self.visit.command
            if self.visit.doubts:
                self.forget_remark()
            else:
                self.say("")
        self._draw_entry()

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_receipt()

    def _draw(self) -> None:
        self.query_one("#whose", Static).update(inert(whose(self._journal, self.visit.wording)))
        self._rows.show([self._row(entry) for entry in self._journal.entries])
        self._row_key = self._rows.current_key  # what was said of the deed stays
        self._draw_entry()

    def _row(self, entry: BalanceEntry) -> Row:
        wording = self.visit.wording
        is_undone = entry.id in self._journal.undone
        return Row(
            entry.id,
            (
                Cell(wording.short_moment(entry.at), "muted"),
                Cell(self._told(entry), "muted" if is_undone else ""),
                Cell(wording.signed(entry.amount), "good" if entry.amount > 0 else ""),
                Cell(wording.money(entry.balance_after), "muted"),
            ),
        )

    def _told(self, entry: BalanceEntry) -> str:
        say = self.visit.wording.catalogue.text
        what = told(self._journal, entry, say)
        if entry.id not in self._journal.undone:
            return what
        return filled(say("was undone: {what}"), {"what": what})

    def _draw_entry(self) -> None:
        say, wording, entry = self.visit.wording.catalogue.text, self.visit.wording, self._entry
        lines = []
        if entry is not None:
            facts = {
                "entry": entry.id,
                "at": wording.moment(entry.at),
                "what": self._told(entry),
                "balance": wording.price(entry.balance_after),
            }
            lines.append(filled(say("{entry}, {at}: {what}; then {balance}"), facts))
        is_last = self._rows.cursor == len(self._journal.entries) - 1
        if is_last and len(self._journal.entries) == ENTRY_COUNT_MAX:
            lines.append(say("Older ones are not shown."))
        self.query_one("#entry-told", Panel).put(Content(inert(" ".join(lines))))
        self.refresh_bindings()
