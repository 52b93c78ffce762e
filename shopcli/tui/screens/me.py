"""Me: balance, charge, history with running balance, orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from shopcli.domain.records import BalanceEntry, Order, User
from shopcli.domain.showing import inert
from shopcli.tui.opening import may_charge
from shopcli.tui.screens.charging import charge
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted, ending, fate, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli import Shop

ROW_COUNT_MAX = 200
"""Most entries and orders shown, the newest; a command of the shell lists them all."""

_NOBODY = "Press u to say who you are."
_NO_HISTORY = "No entries yet."
_NO_ORDERS = "No orders yet. Press 1 for the shop."
_HISTORY = (
    Column("WHEN", 11, leave_out=2),
    Column("WHAT", from_width=34, leave_out=3),
    Column("AMOUNT", 8, right=True),
    Column("BALANCE", 8, right=True, leave_out=1),
)
_ORDERS = (
    Column("ORDER", 6),
    Column("WHEN", 11, from_width=46, leave_out=2),
    Column("PRODUCTS"),
    Column("TOTAL", 8, right=True),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A user with the newest entries and orders."""

    user: User
    history: tuple[BalanceEntry, ...]
    orders: tuple[Order, ...]
    order_count: int
    """All orders of the user, also those not in `orders`."""
    may_charge: bool

    @property
    def entry_count(self) -> int:
        """All entries of the user: they are numbered without gap."""
        return int(self.history[-1].id.rpartition(":")[2]) if self.history else 0


class MeScreen(StoreScreen):
    """Shows the user's balance, orders and history."""

    AUTO_FOCUS = "#orders"
    OPENING = frozenset({"receipt"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "charge", "Charge"),
        Binding("enter", "receipt", "Receipt"),
        Binding("x", "cancel_order", "Cancel order"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._orders: tuple[Order, ...] = ()
        self._wanted = ""

    def body(self) -> ComposeResult:
        """Compose the balance, and below it orders and history."""
        yield Panel(id="purse")
        with Horizontal(id="account"):
            yield RowList(_ORDERS, empty=_NO_ORDERS, id="orders", newest_first=True)
            yield RowList(_HISTORY, empty=_NO_HISTORY, id="history", newest_first=True)

    def reload(self) -> None:
        """Ask for the account."""
        user = self.visit.user
        if user is None:
            self.query_one("#purse", Panel).put(Content(_NOBODY))
        else:
            self.ask("account", lambda shop: _read(shop, user))

    def told(self, value: object) -> None:
        """Show the account, or an order of it."""
        match value:
            case Account():
                self._show(value)
            case Order():
                self._open(value)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_receipt()

    def action_charge(self) -> None:
        """Ask for an amount and charge the user's balance."""
        charge(self.store)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: charging needs the right, a receipt an order."""
        if action == "charge":
            return self.visit.may_charge
        if action in {"receipt", "cancel_order"}:
            return bool(self._order_key)
        return super().check_action(action, parameters)

    def action_receipt(self) -> None:
        """Open the order under the cursor, or that of the history entry under it."""
        self._ask_for_order(self._order_key)

    def action_cancel_order(self) -> None:
        """Open the order and ask whether to cancel it."""
        self._ask_for_order(self._order_key, wanted=self._order_key)

    def commands(self) -> Iterable[SystemCommand]:
        """The command to charge, for the palette."""
        if self.visit.may_charge:
            yield SystemCommand("Charge the balance", "shop charge AMOUNT", self.action_charge)

    @property
    def _order_key(self) -> str:
        focused = self.focused
        if isinstance(focused, RowList) and focused.id == "history":
            return focused.current_key.rpartition(":")[2]
        return next((rows.current_key for rows in self.query("#orders").results(RowList)), "")

    def _ask_for_order(self, order_id: str, *, wanted: str = "") -> None:
        self._wanted = wanted
        if order_id:
            self.ask("receipt", lambda shop: shop.receipt(order_id))

    def _open(self, order: Order) -> None:
        if not self.is_active:
            return
        from shopcli.tui.screens.receipt import ReceiptScreen  # only where one is opened

        asks_to_cancel, self._wanted = self._wanted == order.order, ""
        self.app.push_screen(ReceiptScreen(order, just_paid=False, asks_to_cancel=asks_to_cancel))

    def _show(self, account: Account) -> None:
        wording, user = self.visit.wording, account.user
        self.visit.note_balance(user.user, user.balance)
        self.note_charging(may_charge=account.may_charge)
        self._orders = account.orders
        name = "" if user.name is None else f" · {inert(user.name)}"
        state = "" if user.state == "active" else f" · {user.state}"
        self.query_one("#purse", Panel).put(
            Content.assemble(
                (inert(user.user), "bold"),
                f"{name}{state}   ",
                (wording.price(user.balance), "bold $text-accent"),
                ("   m charges" if self.visit.may_charge else "", "$foreground-muted"),
                (_counts_text(account), "$foreground-muted"),
            )
        )
        self.query_one("#orders", RowList).show([self._order_row(o) for o in account.orders])
        newest_first = reversed(account.history)
        self.query_one("#history", RowList).show([self._entry_row(e) for e in newest_first])
        self.refresh_bindings()
        self.show_wallet()

    def _order_row(self, order: Order) -> Row:
        first = counted(order.lines[0].quantity, order.lines[0].name) if order.lines else ""
        rest = sum(line.quantity for line in order.lines[1:])
        more = f" and {rest:,} more" if rest else ""
        cancelled = order.state == "cancelled"
        return Row(
            order.order or "",
            (
                Cell(ending(order.order), "muted" if cancelled else ""),
                Cell(self.visit.wording.short_moment(order.placed_at), "muted"),
                Cell(f"{fate(order)}{first}{more}", "muted" if cancelled else ""),
                Cell(self.visit.wording.money(order.total), "muted" if cancelled else ""),
            ),
        )

    def _entry_row(self, entry: BalanceEntry) -> Row:
        wording = self.visit.wording
        tone = "good" if entry.amount > 0 else ""
        what = f"{entry.kind} {ending(entry.order)}" if entry.order else entry.kind
        if entry.reason:
            what = f"{what}: {entry.reason}"
        return Row(
            f"{entry.id}:{entry.order or ''}",
            (
                Cell(wording.short_moment(entry.at), "muted"),
                Cell(what),
                Cell(wording.signed(entry.amount), tone),
                Cell(wording.money(entry.balance_after)),
            ),
        )


def open_screen() -> MeScreen:
    """Make the screen of this tab."""
    return MeScreen()


def _counts_text(account: Account) -> str:
    """How many rows of all the two lists show; empty where they show all."""
    told = [
        f"newest {shown:,} of {plural(count, *noun)}"
        for shown, count, noun in (
            (len(account.orders), account.order_count, ("order",)),
            (len(account.history), account.entry_count, ("entry", "entries")),
        )
        if shown < count
    ]
    return "\n" + ", ".join(told) if told else ""


def _read(shop: Shop, user: str) -> Account:
    orders = shop.orders(user, limit=ROW_COUNT_MAX)
    is_all = len(orders) < ROW_COUNT_MAX
    return Account(
        shop.user(user),
        shop.history(user, limit=ROW_COUNT_MAX),
        orders,
        len(orders) if is_all else shop.browsing.order_count(user),
        may_charge(shop),
    )
