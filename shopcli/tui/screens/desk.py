"""The operator's desk: deliveries, low stock, coupons running out, orders as they come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.content import Content

from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.records import Coupon, Order, OutboxEvent, OutboxStatus, Product
from shopcli.domain.records.products import low_stock_mark
from shopcli.domain.showing import excerpt, inert
from shopcli.tui import commands
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.columns import Column
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Row, RowList
from shopcli.tui.wording import counted, ending, fate, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli import Shop
    from shopcli.tui.wording import Wording

ROW_COUNT_MAX = 100
"""Most rows of each list; commands of the shell list them all."""

RUNNING_OUT_FRACTION = 5
"""A coupon is running out when a fifth of its limit is left, or less."""

QUANTITY_DIGITS_MAX = 12

_TONES = {"delivered": "good", "pending": "warn", "leased": "warn", "dead": "bad"}
_DELIVERIES = (
    Column("DELIVERY", 16, whole=True),
    Column("STATE", 9, leave_out=1),
    Column("TRIES", 5, right=True, from_width=60, leave_out=5),
    Column("LAST ERROR", leave_out=2),
)
_LOW = (
    Column("LOW STOCK"),
    Column("LEFT", 5, right=True),
    Column("MARK", 5, right=True, leave_out=1),
)
_COUPONS = (Column("RUNNING OUT", whole=True), Column("LEFT", 11, right=True))
_ORDERS = (
    Column("COMES IN", 11, leave_out=1),
    Column("USER", 10, whole=True),
    Column("PRODUCTS", from_width=46, leave_out=2),
    Column("TOTAL", 8, right=True),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk, read together."""

    status: OutboxStatus
    endpoint: str | None
    events: tuple[OutboxEvent, ...]
    low: tuple[Product, ...]
    low_stock_mark: int
    coupons: tuple[Coupon, ...]
    orders: tuple[Order, ...]


class Restocked(NamedTuple):
    """A product after a restock, and how many units were added."""

    product: Product
    quantity: int


class Retried(NamedTuple):
    """How many events were made due, and the command line that does the same."""

    event_count: int
    command: str


class _Restock(NamedTuple):
    """Gets the answer to a restock; the box where the quantity was typed stays if it is refused."""

    desk: DeskScreen
    box: EntryDialog[int]
    operation: Operation

    def told(self, value: object) -> None:
        """Close the box and show what is in stock now."""
        self.box.close()
        self.desk.told(value)

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why not in the box, unless that is not known for certain."""
        if self.operation.in_doubt:
            self.box.close()
            self.desk.not_done(about, error)
        else:
            self.box.refuse(self.desk.visit.wording.not_made(error))


class DeskScreen(StoreScreen):
    """Lists what an operator should see."""

    AUTO_FOCUS = "#deliveries"
    OPENING = frozenset({"receipt"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "restock", "Restock"),
        Binding("r", "retry", "Retry delivery"),
        Binding("R", "retry_dead", "Retry all dead", show=False),
        Binding("enter", "open", "Open"),
    ]

    def body(self) -> ComposeResult:
        """Compose a line about deliveries and four lists."""
        yield Panel(id="deliveries-status")
        with Grid(id="desk"):
            yield RowList(_DELIVERIES, empty="No orders, so nothing to deliver.", id="deliveries")
            yield RowList(_LOW, empty="Everything is above its mark.", id="low-stock")
            yield RowList(_ORDERS, empty="No orders yet.", id="incoming", newest_first=True)
            yield RowList(_COUPONS, empty="No coupon is running out.", id="running-out")

    def reload(self) -> None:
        """Ask for everything on the desk."""
        self.ask("desk", _read)

    def told(self, value: object) -> None:
        """Show the desk, or the outcome of a change."""
        match value:
            case Desk():
                self._show(value)
            case Restocked(product, quantity):
                again = "typed again it restocks again"
                self.store.done(commands.restock(product.sku, quantity), again)
                self.store.say(f"{product.name}: {product.stock:,} in stock now.", "good")
            case Order() as order:
                self._open(order)
            case Retried(count, command):
                self.store.done(command)
                self.store.say(f"{plural(count, 'event')} due again: {self._sent_by}.", "good")

    def __init__(self) -> None:
        super().__init__()
        self._sent_by = ""
        """What sends due events, in words."""

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the order of the row under the cursor, or restock its product."""
        if self._list("low-stock").has_focus:
            self.action_restock()
            return
        row_list = self._list("deliveries" if self._list("deliveries").has_focus else "incoming")
        order_id = row_list.current_key.rpartition(":")[2]
        if order_id:
            self.ask("receipt", lambda shop: shop.receipt(order_id))

    def action_restock(self) -> None:
        """Ask how many units of the product to add to its stock."""
        sku = self._list("low-stock").current_key
        if not self._list("low-stock").is_told:
            self.say("What runs low is still being read.")
            return
        if not sku:
            how = "Nothing runs low; restock others in a shell: shop product restock SKU QTY"
            self.say(self.visit.wording.pasted(how))
            return

        def entered(box: EntryDialog[int], quantity: int) -> None:
            what = f"The restock of {inert(sku)} by {quantity:,}"
            operation = Operation(self.visit.new_key(), what, commands.stock_history(sku))
            box.say(f"{what} is on its way…")
            self.store.carry_out(
                _Restock(self, box, operation),
                operation,
                lambda shop: Restocked(shop.restock(sku, quantity), quantity),
            )

        self.store.forget_answers()  # what it says is of before
        self.app.push_screen(
            EntryDialog(
                f"The restock of {inert(sku)}",
                f"Restock {sku}",
                "how many came in",
                _read_quantity,
                explain=self.visit.wording.explained,
                send=entered,
            )
        )

    def action_retry(self) -> None:
        """Make the event under the cursor due now."""
        event_id = self._list("deliveries").current_key.partition(":")[0]
        if event_id:
            command = commands.retry(event_id)
            self.carry_out(
                Operation(
                    self.visit.new_key(),
                    f"The retry of delivery {inert(event_id)}",
                    command,
                    is_repeatable=True,
                ),
                lambda shop: Retried(shop.outbox.retry(event_id), command),
            )

    def action_retry_dead(self) -> None:
        """Make all dead events due now."""
        command = commands.retry_dead()
        what = "The retry of all dead deliveries"
        self.carry_out(
            Operation(self.visit.new_key(), what, command, is_repeatable=True),
            lambda shop: Retried(shop.outbox.retry(dead=True), command),
        )

    def commands(self) -> Iterable[SystemCommand]:
        """The operator's commands, for the palette."""
        yield SystemCommand("Restock a product", "shop product restock", self.action_restock)
        yield SystemCommand("Retry a delivery", "shop outbox retry", self.action_retry)
        yield SystemCommand(
            "Retry all dead deliveries", "shop outbox retry --dead", self.action_retry_dead
        )

    def _list(self, name: str) -> RowList:
        return self.query_one(f"#{name}", RowList)

    def _open(self, order: Order) -> None:
        if not self.is_active:
            return
        from shopcli.tui.screens.receipt import ReceiptScreen  # only where one is opened

        self.app.push_screen(ReceiptScreen(order, just_paid=False))

    def _show(self, desk: Desk) -> None:
        money = self.visit.wording.money
        self._sent_by = self.visit.wording.pasted(_sent_by(desk))
        self.query_one("#deliveries-status", Panel).put(_status(desk, self.visit.wording))
        self._list("deliveries").show([_event_row(event) for event in desk.events])
        self._list("low-stock").show(
            [
                Row(
                    product.sku,
                    (
                        Cell(product.name),
                        Cell(f"{product.stock:,}", "warn" if product.stock else "bad"),
                        Cell(f"{low_stock_mark(product, desk.low_stock_mark):,}", "muted"),
                    ),
                )
                for product in desk.low
            ]
        )
        self._list("running-out").show(
            [
                Row(
                    coupon.code,
                    (
                        Cell(coupon.code),
                        Cell(f"{coupon.limit - coupon.claimed:,} of {coupon.limit:,}", "warn"),
                    ),
                )
                for coupon in desk.coupons
            ]
        )
        self._list("incoming").show(
            [
                Row(
                    order.order or "",
                    (
                        Cell(self.visit.wording.short_moment(order.placed_at), "muted"),
                        Cell(order.user),
                        Cell(_products(order), "muted" if order.state == "cancelled" else ""),
                        Cell(money(order.total)),
                    ),
                )
                for order in desk.orders
            ]
        )


def open_screen() -> DeskScreen:
    """Make the screen of this tab."""
    return DeskScreen()


def _read(shop: Shop) -> Desk:
    from shopcli.relay.endpoint import find_endpoint  # only an operator looks at deliveries

    try:
        endpoint = find_endpoint(shop)
        url = None if endpoint is None else endpoint.url
    except ShopError as error:
        url = error.message
    outbox = shop.outbox
    waiting = [
        *outbox.list(state="dead", limit=ROW_COUNT_MAX),
        *outbox.list(state="pending", limit=ROW_COUNT_MAX),
    ]
    seen = {event.id for event in waiting}
    newest = [event for event in outbox.list(limit=ROW_COUNT_MAX) if event.id not in seen]
    running_out = [
        coupon
        for coupon in shop.coupon_list()
        if coupon.state in {"open", "sold_out"}
        and (coupon.limit - coupon.claimed) * RUNNING_OUT_FRACTION <= coupon.limit
    ]
    return Desk(
        status=outbox.status(url),
        endpoint=url,
        events=tuple([*waiting, *newest][:ROW_COUNT_MAX]),
        low=shop.browsing.low_stock(ROW_COUNT_MAX),
        low_stock_mark=shop.browsing.low_stock_mark(),
        coupons=tuple(running_out[:ROW_COUNT_MAX]),
        orders=shop.orders(limit=ROW_COUNT_MAX),
    )


def _status(desk: Desk, wording: Wording) -> Content:
    status = desk.status
    parts: list[str | tuple[str, str]] = [("Deliveries  ", "bold")]
    parts.append((f"{status.pending:,} pending  ", "$text-warning" if status.pending else ""))
    parts.append((f"{status.dead:,} dead  ", "$text-error" if status.dead else ""))
    parts.append(f"{status.delivered:,} delivered  ")
    if status.oldest_pending_seconds is not None:
        parts.append(f"lag {_span(status.oldest_pending_seconds)}  ")
    if desk.endpoint is None and status.retired_to is None:
        how = wording.pasted("no platform: shop settings set platform.url URL")
        parts.append((how, "$foreground-muted"))
    elif desk.endpoint is not None:
        style = "$text-success" if status.breaker == "closed" else "$text-error"
        parts.append((f"{inert(desk.endpoint)} {status.breaker}", style))
    if status.retired_to is not None:  # nothing can be changed here, nor sent
        told = f"\nretired: the shop has moved to {inert(status.retired_to)}"
        parts.append((told, "$text-error"))
    elif status.held is not None:  # whoever runs sends nothing
        parts.append((f"\nheld, nothing is sent: {inert(status.held)}", "$text-error"))
    else:
        relay = f"\nrelay {inert(status.relay)}" if status.relay else "\nno relay runs"
        parts.append((relay, "$foreground-muted"))
    return Content.assemble(*parts)


def _sent_by(desk: Desk) -> str:
    if desk.status.retired_to is not None:
        return "sent by the shop at its new address"
    if desk.status.held is not None:
        return "deliveries are held, let them go in a shell: shop outbox resume"
    if desk.endpoint is None:
        return "sent once there is a platform"
    if desk.status.relay:
        return "the relay sends what is due"
    return "no relay runs, send it in a shell: shop outbox flush"


def _span(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "under a minute"


def _event_row(event: OutboxEvent) -> Row:
    kind = event.type.rpartition(".")[2]
    return Row(
        f"{event.id}:{event.order}",
        (
            Cell(f"{ending(event.order)} {kind}"),
            Cell(event.state, _TONES.get(event.state, "")),
            Cell(str(event.attempts)),
            Cell(event.last_error or "", "muted"),
        ),
    )


def _products(order: Order) -> str:
    return fate(order) + ", ".join(counted(line.quantity, line.name) for line in order.lines)


def _read_quantity(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= QUANTITY_DIGITS_MAX and int(text)):
        raise InvalidInput(
            "'{value}' is no whole number of at least 1, like 12.", details={"value": excerpt(text)}
        )
    return int(text)
