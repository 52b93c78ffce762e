"""The till: scan or type products, name the user, pay, next; bound to nobody.

A scanner is a keyboard that ends in Enter, so one field takes everything and never loses the focus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from shopcli.domain.errors import OutcomeUnknown, ShopError, TryLater, UnknownProduct
from shopcli.domain.records import Order, Product
from shopcli.domain.text import inert
from shopcli.tui import commands
from shopcli.tui.payment import Changed, Intent, Review, pay, review
from shopcli.tui.screens.checkout import SETTLE_SECONDS
from shopcli.tui.screens.frame import StoreScreen
from shopcli.tui.widgets.field import Field
from shopcli.tui.widgets.ledger import ledger
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import Cell, Column, Row, RowList
from shopcli.tui.wording import counted, ending, plural

if TYPE_CHECKING:
    from shopcli import Shop

_SCANNED = re.compile(r"(?P<code>.+?)(?::(?P<quantity>[0-9]{1,3}))?")
_LINES = (
    Column("SCANNED"),
    Column("QTY", 3, right=True),
    Column("EACH", 6, right=True, from_width=46),
    Column("TOTAL", 7, right=True),
)
_WELCOME = "Scan or type a product.\nEnter on an empty field goes on to paying."
_ASK_PRODUCT = "scan or type SKU or barcode, SKU:3 for three"
_ASK_USER = "who pays? scan or type the user name"
_ASK_YES = "press enter to pay, esc to go back"


@dataclass(frozen=True, slots=True)
class Scan:
    """A product that was scanned, and how many of it."""

    product: Product
    quantity: int


class TillScreen(StoreScreen):
    """One field, the lines scanned, and what to do next."""

    WHERE = "till"
    AUTO_FOCUS = "#scan"
    HINTS = (
        ("enter", "Take, pay"),
        ("↑↓", "Quantity"),
        ("esc", "Back"),
        ("f1", "Help"),
        ("ctrl+q", "Quit"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("up", "put(1)", "One more", show=False),
        Binding("down", "put(-1)", "One less", show=False),
        Binding("f1", "app.help", "Help", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._step = "products"
        self._review: Review | None = None
        self._intent: Intent | None = None
        self._busy = False
        self._in_doubt = False
        self._scan_count = 0
        self._waiting = 0

    def body(self) -> ComposeResult:
        """The field over the lines and what to do next."""
        yield Field(_ASK_PRODUCT, id="scan")
        with Horizontal(id="checkout"):
            yield RowList(_LINES, empty=_WELCOME, id="lines")
            with Vertical(id="paying"):
                yield Panel(id="next")

    def on_mount(self) -> None:
        """Keep the focus in the field."""
        self.query_one("#lines", RowList).can_focus = False

    def reload(self) -> None:
        """Read the products in the cart again; a stranger's balance is not."""
        skus = self.visit.cart.skus
        self._show_lines()
        if skus and not self._busy:
            self.ask("renew", lambda shop: shop.browsing.named(skus))

    def told(self, value: object) -> None:
        """Show what was scanned, who pays, or what came of paying."""
        match value:
            case Scan() as scan:
                self._waiting -= 1
                self._add(scan.product, scan.quantity)
            case Review() as found:
                self._show_review(found)
            case Order() as order:
                self._paid(order)
            case Changed() as changed:
                self._changed(changed)
            case tuple():
                if self.visit.cart.renew(value):
                    self._show_lines()
                    self.show_wallet()

    def refused(self, about: str, error: ShopError) -> None:
        """Say why; where it is not known what happened, ask again with the same key."""
        if about.startswith("scan"):
            self._waiting -= 1
        if about == "pay":
            self._in_doubt = self._in_doubt or isinstance(error, OutcomeUnknown)
            if self._in_doubt and isinstance(error, OutcomeUnknown | TryLater):
                self.say("The database was lost while paying. Asking whether it is paid…", "warn")
                self.set_timer(SETTLE_SECONDS, self._send)
                return
            self._settle()
            self._go("products")
        elif about == "review":
            self.visit.user = None
            self._settle()
        self.say(self.visit.wording.refusal(error), "bad")

    @on(Input.Submitted, "#scan")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text, self._field.value = event.value.strip(), ""
        if self._busy:
            return
        if self._step == "products":
            self._scanned(text)
        elif self._step == "user":
            self._named(text)
        elif not text:
            self._pay()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.set_focus(self._field)

    def action_back(self) -> None:
        """One step back; from the products, everything is put down."""
        if self._busy:
            return
        self.say("")
        if self._field.value:
            self._field.value = ""
        elif self._step != "products":
            self._forget_user()
            self._go("products")
        elif self.visit.cart.count:
            self.visit.cart.clear()
            self.say("Put everything down.")
            self.reload()
            self.show_wallet()

    def action_put(self, step: int) -> None:
        """More or less of the line scanned last."""
        key = self.query_one("#lines", RowList).current_key
        line = next((one for one in self.visit.cart.lines if one.product.sku == key), None)
        if line is not None and self._step == "products" and not self._busy:
            self.visit.cart.change(line.product, step)
            self._show_lines()
            self.show_wallet()

    @property
    def _field(self) -> Input:
        return self.query_one("#scan", Input)

    def _scanned(self, text: str) -> None:
        if not text:
            if self.visit.cart.count and not self._waiting:
                self._go("user")
            return
        found = _SCANNED.fullmatch(text)
        code, quantity = text, 1
        if found is not None:
            code, quantity = found["code"], int(found["quantity"] or 1)
        self._scan_count += 1  # each scan is a question of its own: none outdates another
        self._waiting += 1
        self.ask(f"scan {self._scan_count}", lambda shop: _look_up(shop, code, quantity))

    def _add(self, product: Product, quantity: int) -> None:
        before = self.visit.cart.quantity(product.sku)
        after = self.visit.cart.change(product, quantity)
        if after - before < quantity:
            self.say(f"{product.name}: only {product.stock:,} left.", "warn")
        else:
            self.say(counted(quantity, product.name), "good")
        self.query_one("#next", Panel).put(Content(_WELCOME))
        self._show_lines()
        lines = self.query_one("#lines", RowList)
        lines.follow(product.sku)
        self.show_wallet()

    def _named(self, text: str) -> None:
        if not text:
            return
        self.visit.user = text
        lines = self.visit.cart.request
        self._busy = True
        self.ask("review", lambda shop: review(shop, text, lines, None))

    def _show_review(self, found: Review) -> None:
        self._busy = False
        self.visit.cart.renew(found.products)
        self._review = found
        wording, quote = self.visit.wording, found.quote
        entries = [("Balance now", wording.price(found.balance))]
        notes: tuple[str, ...] = ()
        if quote.total is not None:
            entries.append(("Total", wording.price(quote.total)))
        if quote.order is not None:
            entries.append(("Balance after", wording.price(quote.order.balance_after)))
        if quote.refusal is not None:
            notes = (wording.refusal(quote.refusal),)
        self._go("confirm" if quote.order is not None else "products")
        name = (f"{inert(self.visit.user)}\n\n", "bold $text-accent")
        self.query_one("#next", Panel).put(Content.assemble(name, ledger(entries, 30, notes)))
        if quote.order is None:
            self._forget_user()
        self._show_lines()

    def _pay(self) -> None:
        user, found = self.visit.user, self._review
        if user is None or found is None or found.quote.order is None:
            return
        self._busy = True
        self._intent = Intent(self.visit.new_key(), user, self.visit.cart.request, None)
        self.say("Paying…")
        self._send()

    def _send(self) -> None:
        intent = self._intent
        shown = None if self._review is None else self._review.quote.order
        if intent is not None and shown is not None:
            self.visit.doubt = intent.key  # from here on it may be paid
            self.ask("pay", lambda shop: pay(shop, intent, shown))

    def _paid(self, order: Order) -> None:
        self._settle()
        visit, deliver, order_id = self.visit, self.visit.deliver, order.order or ""
        visit.cart.clear()
        self._forget_user()
        self.store.done(commands.order(order))
        self.store.ask(self.store, "deliver", lambda _shop: deliver(order_id))
        wording = visit.wording
        told = Content.assemble(
            (f"✓ Paid · order {ending(order.order)}\n\n", "bold $text-success"),
            ledger(
                [
                    (inert(order.user), plural(len(order.lines), "product")),
                    ("Total", wording.price(order.total)),
                    ("Balance after", wording.price(order.balance_after)),
                ],
                30,
            ),
            "\n\nNext, please.",
        )
        self.query_one("#next", Panel).put(told)
        self.say("")
        self._go("products")
        self._show_lines()
        self.show_wallet()

    def _changed(self, changed: Changed) -> None:
        money = self.visit.wording.money
        told = ", ".join(
            f"{one.name} {money(one.before)} → {money(one.now)}" for one in changed.differences
        )
        self._settle()
        self.say(f"Changed meanwhile: {told}. Look again, then press enter.", "warn")
        self._named(self.visit.user or "")

    def _settle(self) -> None:
        self._busy = self._in_doubt = False
        self.visit.doubt = ""

    def _forget_user(self) -> None:
        self.visit.user = self._review = None

    def _go(self, step: str) -> None:
        self._step = step
        asks = {"products": _ASK_PRODUCT, "user": _ASK_USER, "confirm": _ASK_YES}
        self._field.placeholder = asks[step]
        self.set_focus(self._field)
        if step == "user":
            self.query_one("#next", Panel).put(Content("Who pays?"))
            self.say("")

    def _show_lines(self) -> None:
        money = self.visit.wording.money
        self.query_one("#lines", RowList).show(
            [
                Row(
                    line.product.sku,
                    (
                        Cell(line.product.name),
                        Cell(str(line.quantity)),
                        Cell(money(line.product.price), "muted"),
                        Cell(money(line.total)),
                    ),
                )
                for line in self.visit.cart.lines
            ]
        )


def open_screen() -> TillScreen:
    """The till."""
    return TillScreen()


def _look_up(shop: Shop, code: str, quantity: int) -> Scan:
    found = shop.browsing.scanned(code)
    if found is None:
        raise UnknownProduct(f"No product has the SKU or barcode {code}.")
    return Scan(found, quantity)
