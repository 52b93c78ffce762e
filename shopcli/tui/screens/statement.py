"""The statement of a month: the balance before, every change of it, and the balance then."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content

from shopcli.domain.facts import filled
from shopcli.domain.records import Order, Statement
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.columns import Column, in_lines
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted
from shopcli.wording.kinds import entry_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.geometry import Size

    from shopcli import Shop
    from shopcli.domain.records import EntryBinding, StatementEntry

_COLUMNS = (
    Column("RECORDED", 11, leave_out=1),
    Column("WHAT", cuts_end=True),
    Column("AMOUNT", 7, right=True),
    Column("BALANCE", 7, right=True, from_width=40, leave_out=2),
)
_MONTHS_A_YEAR = 12
_BRIEF_HEIGHT = 2
_BELOW_HEIGHT = 4
"""Lines below what an entry is: when, a blank one, amount and balance."""


class Read(NamedTuple):
    """A statement, and whether something was recorded before it."""

    statement: Statement
    has_earlier: bool
    bindings: Mapping[str, EntryBinding]
    """What transfers, and what took entries back, are bound to, by their ids."""


class StatementScreen(StoreScreen):
    """Shows what changed a balance in a month, as `shop statement --month` does.

    Args:
        user: Whose balance.
    """

    WHERE = "shop / me / month"
    AUTO_FOCUS = "#statement"
    OPENING = frozenset({"receipt"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left",
            "month(-1)",
            "Earlier",
            tooltip="The month before; a statement goes by when it was recorded",
        ),
        Binding("right", "month(1)", "Later"),
        Binding("enter", "receipt", "Receipt"),
        Binding("y", "copy_command", "Copy command"),
        Binding("escape", "back", "Back"),
        Binding("left", "why('earlier')", show=False),
        Binding("right", "why('month')", show=False),
        Binding("enter", "why('receipt')", show=False),
    ]

    def __init__(self, user: str) -> None:
        super().__init__()
        self._user = user
        self._shopper = self.visit.user
        now = self.visit.shop.now().astimezone(self.visit.wording.timezone)
        self._newest = self._month = now.year * _MONTHS_A_YEAR + now.month - 1
        self._told: Read | None = None
        self._row_key = ""

    def body(self) -> ComposeResult:
        """Compose the month with its balances, and what changed them."""
        say = self.visit.wording.catalogue.text
        yield Panel(id="month")
        empty = say("Nothing that was recorded in this month has changed the balance.")
        with Container(id="statement-shelf"):
            yield RowList(_COLUMNS, empty=empty, id="statement")
            yield Panel(id="statement-entry")

    def on_resize(self) -> None:
        """Write the row's details for the room that there is now."""
        self.call_after_refresh(self._show_entry)

    def reload(self) -> None:
        """Ask for the statement, of whoever shops now where that was changed."""
        if self.visit.user is not None and self.visit.user != self._shopper:
            self._user = self._shopper = self.visit.user
            self._told = None
        user, month = self._user, self._month_name
        self.ask("statement", lambda shop: _read(shop, user, month))

    def told(self, value: object) -> None:
        """Show the statement, or the order of an entry."""
        match value:
            case Read():
                self._show(value)
            case Order() if self.is_active:
                from shopcli.tui.screens.receipt import ReceiptScreen  # where one is opened

                self.app.push_screen(ReceiptScreen(value, just_paid=False))

    @on(RowList.Moved, "#statement")
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self.query_one("#statement", RowList).current_key != self._row_key:
            self._row_key = self.query_one("#statement", RowList).current_key
            self.forget_remark()
        self._show_entry()
        self.refresh_bindings()

    def _show_entry(self) -> None:
        """Show the row under the cursor whole: a narrow list has no room for all of it."""
        rows, panel = (
            self.query_one("#statement", RowList),
            self.query_one("#statement-entry", Panel),
        )
        entries = () if self._told is None else self._told.statement.entries
        if not 0 <= rows.cursor < len(entries):
            panel.put(Content(""))
        elif self.has_class("-wide"):
            panel.put(self._details(entries[rows.cursor], panel.content_size))
        else:
            panel.put(self._brief(entries[rows.cursor], panel.content_size.width))

    def _brief(self, entry: StatementEntry, width: int) -> Content:
        """What an entry is, in as few lines as there are below the list."""
        wording = self.visit.wording
        facts = {
            "recorded": wording.short_moment(entry.recorded_at),
            "what": self._what(entry),
            "balance": wording.price(entry.balance_after),
        }
        told = filled(wording.catalogue.text("{recorded} · balance {balance} · {what}"), facts)
        return Content("\n".join(in_lines(told, width, _BRIEF_HEIGHT)))

    def _details(self, entry: StatementEntry, size: Size) -> Content:
        """The same beside the list, each on a line of its own, the balance always in sight."""
        wording, say = self.visit.wording, self.visit.wording.catalogue.text
        recorded = {"at": wording.moment(entry.recorded_at)}
        sums = (
            Entry(say("Amount"), wording.signed(entry.amount)),
            Entry(say("Balance after"), wording.price(entry.balance_after), is_strong=True),
        )
        width, room = size.width, max(1, size.height - _BELOW_HEIGHT)
        return Content.assemble(
            ("\n".join(in_lines(self._what(entry), width, room)), "bold"),
            ("\n" + filled(say("recorded {at}"), recorded), "$foreground-muted"),
            "\n\n",
            ledger(sums, width),
        )

    @on(RowList.Chosen, "#statement")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_receipt()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: not past the first entry or today; a receipt is of orders."""
        if action == "why":
            match parameters[0]:
                case "month":
                    return not self.check_action("month", (1,))
                case "earlier":
                    return not self.check_action("month", (-1,))
            return not self.check_action(str(parameters[0]), ())
        if action == "month" and parameters[0] == 1:
            return self._month < self._newest
        if action == "month":
            return self._told is None or self._told.has_earlier
        if action == "receipt":
            return bool(self._order_id)
        return super().check_action(action, parameters)

    def action_why(self, action: str) -> None:
        """Say why a key does nothing here."""
        say = self.visit.wording.catalogue.text
        if action == "month":
            has_earlier = self._told is None or self._told.has_earlier
            here = say("This is the month of today: ← shows the one before.")
            self.remark(here if has_earlier else say("This is the month of today, and the first."))
        elif action == "earlier":
            self.remark(say("Nothing was recorded before this month."))
        else:
            self.remark(say("This is no order: enter opens the receipt of an order."))

    def action_month(self, step: int) -> None:
        """Show another month; its newest entries are its end."""
        self.say("")
        self._month += step
        self._told = None
        self.reload()
        self.refresh_bindings()

    def action_receipt(self) -> None:
        """Open the order of the entry under the cursor."""
        order_id = self._order_id
        if order_id:
            self.ask("receipt", lambda shop: shop.receipt(order_id))

    def action_copy_command(self) -> None:
        """Copy the command that shows this statement."""
        command = self.visit.wording.pasted(commands.statement(self._user, self._month_name))
        self.app.copy_to_clipboard(command)
        say = self.visit.wording.catalogue.text
        self.say(filled(say("Copied: {command}"), {"command": command}), "good")

    def action_back(self) -> None:
        """Close the statement."""
        self.dismiss(None)

    @property
    def _month_name(self) -> str:
        """The month as it is typed: `2026-11`."""
        year, month = divmod(self._month, _MONTHS_A_YEAR)
        return f"{year:04}-{month + 1:02}"

    @property
    def _order_id(self) -> str:
        rows = next(iter(self.query("#statement").results(RowList)), None)
        return "" if rows is None else rows.current_key.partition("\n")[2]

    def _show(self, read: Read) -> None:
        wording, told = self.visit.wording, read.statement
        say, is_new = wording.catalogue.text, self._told is None
        self._told = read
        facts = {
            "month": self._month_name,
            "user": inert(told.user),
            "opening": wording.money(told.opening),
            "closing": wording.price(told.closing),
        }
        self.query_one("#month", Panel).put(
            Content.assemble(
                (filled(say("Statement of {month} · {user}"), facts), "bold"),
                "\n",
                (filled(say("opening {opening} · closing {closing}"), facts), "$text-accent"),
            )
        )
        rows = self.query_one("#statement", RowList)
        rows.show([self._row(entry) for entry in told.entries])
        if is_new:
            rows.cursor = max(0, rows.row_count - 1)
        self._show_entry()
        self.refresh_bindings()

    def _row(self, entry: StatementEntry) -> Row:
        wording = self.visit.wording
        tone = "good" if entry.amount > 0 else ""
        return Row(
            f"{entry.id}\n{entry.order or ''}",
            (
                Cell(wording.short_moment(entry.recorded_at), "muted"),
                Cell(self._what(entry)),
                Cell(wording.signed(entry.amount), tone),
                Cell(wording.money(entry.balance_after)),
            ),
        )

    def _what(self, entry: StatementEntry) -> str:
        say = self.visit.wording.catalogue.text
        bound = None if self._told is None else self._told.bindings.get(entry.id)
        kind = "" if entry.kind == "payment" else inert(entry_told(entry, bound, say))
        sold = ", ".join(
            counted(line.quantity, inert(line.name)) if line.quantity > 1 else inert(line.name)
            for line in entry.lines
        )
        about = (kind, sold, inert(entry.reason or ""))
        what = ": ".join(part for part in about if part)
        zone = self.visit.wording.timezone
        happened, recorded = (one.astimezone(zone) for one in (entry.at, entry.recorded_at))
        if happened.date() == recorded.date():
            return what
        # First, as the end is cut: it was imported, or booked later.
        return filled(say("of {day}: {what}"), {"day": f"{happened:%Y-%m-%d}", "what": what})


def _read(shop: Shop, user: str, month: str) -> Read:
    window = shop.window(month=month)
    told = shop.statement(user, window.since, window.until)
    since = window.since
    has_earlier = since is not None and shop.browsing.is_recorded_before(user, since)
    return Read(told, has_earlier, shop.browsing.bindings(user, told.entries))
