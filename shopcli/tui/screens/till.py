"""The till: scan or type products, name the user, pay, start over; bound to no user.

A scanner is a keyboard that ends in Enter, so one field takes everything and never loses the focus.
What is pressed is obeyed in the order in which it came: while a question is open it waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import ceil
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from shopcli.domain.errors import ShopError
from shopcli.domain.records import Order, Product
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Changed, Intent, Review
from shopcli.tui.scanning import Scan, is_about_product, look_up, who_or_what, why_not
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.untaken import TAKES_AWAY, untaken_text
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.field import ScanField
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import RowList
from shopcli.tui.wording import counted, ending, plural, things_in_cart

IDLE_SECONDS = 45.0
"""How long a till may be idle before it clears the cart."""

IDLE_WARNING_SECONDS = 10.0
"""How long before that it warns."""

_WELCOME = "Scan or type a product.\nEnter on an empty field goes on to paying."
_ASK_PRODUCT = "scan or type SKU, SKU:3 for three"
_ASK_USER = "who pays? scan or type the user name"
_ASK_YES = "press enter to pay, esc to go back"
_ASKS = {
    "products": _ASK_PRODUCT,
    "user": _ASK_USER,
    "confirm": _ASK_YES,
    "short": _ASK_PRODUCT,
    "doubt": "press enter to ask again, esc for the next",
}
"""The placeholder of the field at each step; `short` is a bill that cannot be paid as it is,
and `doubt` one of which it is not known whether it is paid."""

_KEYS = {
    "products": (
        "Take the product; with nothing typed: go on to paying",
        "Put everything down, if pressed twice",
    ),
    "user": ("Take the name of who pays, or one more product", "Back to the products"),
    "confirm": ("Take one more product; with nothing typed: pay", "Back to the products"),
    "short": (
        "Take one more product; with nothing typed: name another user",
        "Back to the products",
    ),
    "doubt": (
        "Ask again whether it is paid; with something typed: go on with the next",
        "Put it down, and go on with the next",
    ),
}
"""What Enter and Escape do at each step."""


class Line(NamedTuple):
    """A line typed, scanned or pasted; where several were pasted, each is a product."""

    text: str
    is_product: bool = False


class Step(NamedTuple):
    """An arrow: more of the line under the cursor, or less."""

    units: int


class Back(NamedTuple):
    """Escape on an empty field."""


Deed = Line | Step | Back
"""What is done at the till by a key."""


class TillScreen(StoreScreen):
    """One field, the lines scanned, and the bill."""

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
        self._payment: Payment | None = None
        self._busy = False
        self._note, self._note_tone = "", "good"
        self._asked = ""  # what was scanned or typed, and is looked up
        self._untaken: list[str] = []
        self._unpaid = ""  # what became of a payment, where other things were scanned behind it
        self._clears_next = False  # whether escape was pressed once, and the next one clears
        self._waiting: deque[Deed] = deque()
        self._touched_at = self.visit.steady_clock()

    def body(self) -> ComposeResult:
        """Compose the field, the lines, and what to do next."""
        yield ScanField(_ASK_PRODUCT, id="scan")
        with Horizontal(id="checkout"):
            yield CartLines("SCANNED", empty=_WELCOME)
            with Vertical(id="paying"):
                yield Panel(id="next")
        yield Answer(id="unseen")

    def field_keys(self) -> Iterable[tuple[str, str]]:
        """What the keys do at this step."""
        enter, escape = _KEYS[self._step]
        yield "enter", enter
        if self._step != "user":
            yield "SKU:3", "Three of a product"
        yield "↑↓", "One more or one less of the line that is marked, which is the one scanned last"
        yield "esc", escape
        yield from self.HINTS

    def on_mount(self) -> None:
        """Focus the field, and check every second whether the till is idle."""
        self.query_one(CartLines).can_focus = False
        self.set_interval(1.0, self.clear_if_idle)

    def reload(self) -> None:
        """Read the products in the cart again, but no balance: the user may have left."""
        skus = self.visit.cart.skus
        self._show_lines()
        if skus and not self._busy:
            self.ask("renew", lambda shop: shop.browsing.named(skus))

    def told(self, value: object) -> None:
        """Show a scanned product, or the bill."""
        match value:
            case Scan() as scan:
                self._busy = False
                self._add(scan.product, scan.quantity)
            case Review() as found:
                self._busy = False
                self._show_review(found)
            case tuple():
                if news := self.visit.renew(value):
                    self.say(news, "warn")
                self._show_lines()
                self.show_wallet()
                if (news or self._step == "short") and not self._busy:
                    self._follow_cart(news or self._answer.text, "warn")  # it may be payable now
                return
        self._go_on()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why."""
        if about == "renew":
            super().refused(about, error)
            return
        if about == "review" and self._review is not None:
            self._start_over()
        self._busy = False
        self.say(self.visit.wording.refusal(error), "bad")
        if about == "scan" or (about == "review" and is_about_product(error)):
            self._leave_out()
        self._go_on()

    def clear_if_idle(self) -> None:
        """Clear the cart where nothing was pressed for a while; warn before."""
        visit = self.visit
        if self._busy or not (visit.cart.count or self._field.value or self._review):
            return
        left = self._touched_at + IDLE_SECONDS - visit.steady_clock()
        if self._is_in_doubt:
            if left <= 0:
                self._set_aside()
        elif left <= 0:
            self._field.value = ""
            self._put_down(f"Put everything down: nothing was done for {IDLE_SECONDS:.0f} s.")
        elif left <= IDLE_WARNING_SECONDS:
            # Rounded up: nothing is cleared while this says that there is time left.
            self.say(f"Everything is put down in {ceil(left)} s, unless a key is pressed.", "warn")

    @on(Input.Changed, "#scan")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._touch()
        self._clears_next = False

    @on(ScanField.Taken)
    def _taken(self, event: ScanField.Taken) -> None:
        event.stop()
        self._take(Line(event.text))

    @on(ScanField.Pasted)
    def _pasted(self, event: ScanField.Pasted) -> None:
        event.stop()
        for text in event.lines:
            self._take(Line(text, is_product=len(event.lines) > 1))

    @on(ScanField.Stepped)
    def _stepped(self, event: ScanField.Stepped) -> None:
        event.stop()
        self._take(Step(event.step))

    @on(ScanField.Left)
    def _left(self, event: ScanField.Left) -> None:
        event.stop()
        if event.had_text:
            self._touch()
        else:
            self._take(Back())

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.set_focus(self._field)

    def action_back(self) -> None:
        """Go one step back; at the products, clear the cart."""
        self._take(Back())

    def action_put(self, step: int) -> None:
        """Change the quantity of the line scanned last; a bill that is shown is read again."""
        self._take(Step(step))

    @property
    def _field(self) -> Input:
        return self.query_one("#scan", Input)

    @property
    def _answer(self) -> Answer:
        return self.query_one("#answer", Answer)

    @property
    def _next_width(self) -> int:
        return max(20, min(46, self.query_one("#next", Panel).content_size.width or 30))

    @property
    def _is_paying(self) -> bool:
        return self._payment is not None

    @property
    def _is_in_doubt(self) -> bool:
        return self._payment is not None and self._payment.is_in_doubt

    def _touch(self) -> None:
        self._touched_at = self.visit.steady_clock()

    def _take(self, deed: Deed) -> None:
        """Obey what was pressed, in its turn."""
        self._touch()
        if not self._busy and not self._waiting:
            self._obey(deed, is_live=True)
        elif self._waiting or not self._is_paying or (isinstance(deed, Line) and deed.text):
            self._waiting.append(deed)
        # Else it is a key of whoever waits for the payment, and means nothing behind it.

    def _go_on(self) -> None:
        """Obey what waits."""
        while self._waiting and not self._busy:
            self._obey(self._waiting.popleft(), is_live=False)

    def _obey(self, deed: Deed, *, is_live: bool) -> None:
        """Do what a key means at this step.

        Args:
            deed: What was pressed.
            is_live: Whether it was pressed at what is shown now, and not while that was awaited.
        """
        clears, self._clears_next = self._clears_next and is_live, False
        if self._payment is not None and not self._leaves_doubt(
            self._payment, deed, is_live=is_live
        ):
            return
        match deed:
            case Line(text, is_product) if text:
                if self._step == "user" and not is_product:
                    self._named(text)
                else:
                    self._scanned(text)
            case Line():
                if self._step in {"products", "short"} and self.visit.cart.count:
                    self._forget_user()
                    self._go("user")
                elif self._step == "confirm" and is_live:  # only an Enter at the bill pays it
                    self._pay()
            case Step(units):
                self._put(units)
            case Back():
                self._back(clears=clears)

    def _leaves_doubt(self, payment: Payment, deed: Deed, *, is_live: bool) -> bool:
        """Obey a key while it is not known whether it is paid; whether it means what is next."""
        if deed == Line("") and is_live:
            self._busy = True
            payment.ask_again()
        if deed == Line("") or isinstance(deed, Step):
            return False
        self._set_aside()
        return not isinstance(deed, Back)

    def _back(self, *, clears: bool) -> None:
        self.say("")
        if self._step != "products":
            self._start_over()
        elif self._untaken or self._unpaid:
            self._forget_unseen()
        elif clears:
            self._put_down("Put everything down.")
        elif self.visit.cart.count:
            self._clears_next = True
            self.say(f"esc again puts down the {things_in_cart(self.visit.cart.count)}.", "warn")

    def _put(self, units: int) -> None:
        line = self.query_one(CartLines).line(self.visit)
        if line is None:
            return
        before, after = line.quantity, self.visit.cart.change(line.product, units)
        if after != before:
            self._show_lines()
            self.show_wallet()
            told = "" if after else self._taken_out(line.product)
            self.say(told)
            self._follow_cart(told)
        elif units > 0:
            self.say(why_not(line.product, before + units), "warn")

    def _taken_out(self, product: Product) -> str:
        """Tell that a product is out of the cart, and what the next arrow changes."""
        marked = self.query_one(CartLines).line(self.visit)
        return f"{product.name} is taken out." + (
            f" The arrows change {marked.product.name} now." if marked else ""
        )

    def _scanned(self, text: str) -> None:
        self._busy, self._asked = True, text
        self.ask("scan", lambda shop: look_up(shop, text))

    def _add(self, product: Product, quantity: int) -> None:
        wanted = self.visit.cart.quantity(product.sku) + quantity
        if not product.on_sale or product.stock < wanted:
            self.say(why_not(product, wanted), "bad")
            self._leave_out()
            return
        self.visit.cart.change(product, quantity)
        told = counted(quantity, product.name)
        self.say(told, "good")
        self._show_lines()
        self.query_one(CartLines).follow(product.sku)
        self.show_wallet()
        self._follow_cart(f"{told}. It is on the bill now.")

    def _leave_out(self) -> None:
        """Keep telling that what was scanned is not in the cart."""
        self._untaken.append(self._asked)
        self._show_unseen()

    def _forget_unseen(self) -> None:
        self._untaken.clear()
        self._unpaid = ""
        self._show_unseen()

    def _show_unseen(self) -> None:
        told = [self._unpaid] if self._unpaid else []
        if self._untaken:
            told.append(untaken_text(self._untaken, self.size.width - 2))
        if told and self._step == "products":
            told[-1] += TAKES_AWAY
        self.query_one("#unseen", Answer).say("\n".join(told), "bad")

    def _follow_cart(self, note: str = "", tone: str = "good") -> None:
        """Draw the changed cart; a bill that is shown is asked for again."""
        if not self.visit.cart.count:
            self._start_over()
        elif self._review is not None:
            self.visit.trigger.disarm(note)
            self._note, self._note_tone = note, tone
            self._named(self._review.user)
        elif self._step == "products":
            self._go("products")

    def _named(self, text: str) -> None:
        lines = self.visit.cart.request
        self._busy, self._asked = True, text
        self.ask("review", lambda shop: who_or_what(shop, text, lines))

    def _show_review(self, found: Review) -> None:
        self.visit.user = found.user
        news = self.visit.renew(found.products)
        self.say("\n".join(filter(None, (self._note, news))), "warn" if news else self._note_tone)
        self._note, self._note_tone = "", "good"
        self._review = found
        wording, quote = self.visit.wording, found.quote
        entries = [Entry("Balance now", wording.price(found.balance))]
        notes: tuple[str, ...] = ()
        if quote.total is not None:
            entries.append(Entry("Total", wording.price(quote.total)))
        if quote.order is not None:
            entries.append(Entry("Balance after", wording.price(quote.order.balance_after)))
        if quote.refusal is not None:
            notes = (wording.refusal(quote.refusal),)
        self._go("confirm" if quote.order is not None else "short")
        name = (f"{inert(found.user)}\n\n", "bold $text-accent")
        self.query_one("#next", Panel).put(
            Content.assemble(name, ledger(entries, self._next_width, notes))
        )
        self._show_lines()

    def _pay(self) -> None:
        found = self._review
        if found is None or found.quote.order is None:
            return
        if not self.visit.trigger.press():
            self.say(self.visit.trigger.too_soon_text("The bill"), "warn")
            return
        self._busy = True
        intent = Intent(self.visit.new_key(), found.user, self.visit.cart.request, None)
        self._payment = Payment(self.store, self, intent, found.quote.order)

    def in_doubt(self, payment: Payment) -> None:
        """Say that it is not known; the bill stays, unless somebody else waits."""
        if not self.is_there:
            return
        self._busy = False
        self._go("doubt")
        self.say(payment.doubt_text("Press enter"), "warn")
        if self._waiting:
            self._set_aside()
        self._go_on()

    def _set_aside(self) -> None:
        """Put down the cart of a payment in doubt; keep telling of it, and its key."""
        payment, self._payment = self._payment, None
        if payment is not None:
            payment.operation.is_put_down = True
            self._unpaid = (
                f"It is not known whether {payment.sum_text} are paid. "
                f"The key is {inert(payment.intent.key)}."
            )
        self.visit.cart.clear()
        self.say("")
        self._start_over()
        self._show_lines()

    def not_paid(self, payment: Payment, error: ShopError) -> None:
        """Say why; keep saying it where other things were scanned behind it."""
        if not self.is_there:
            return
        refusal = self.visit.wording.not_made(error)
        is_late = payment is not self._payment
        if not is_late:
            self._free()
            self._start_over()
            self.say(refusal, "bad")
        if is_late or self._waiting:  # which would be answered over the refusal
            self._unpaid = f"Not paid: {refusal}"
            self._show_unseen()
        self._go_on()

    def paid(self, payment: Payment, order: Order) -> None:
        """Show what was paid, and be ready for the next."""
        if not self.is_there:
            return
        if payment is not self._payment:
            self._unpaid = f"Paid meanwhile: {payment.sum_text}, order {ending(order.order)}."
            self._show_unseen()
            self._deliver(order)
            return
        self._free()
        visit = self.visit
        visit.cart.clear()
        self._forget_unseen()
        self._forget_user()
        self._deliver(order)
        wording = visit.wording
        told = Content.assemble(
            (f"✓ Paid · order {ending(order.order)}\n\n", "bold $text-success"),
            ledger(
                [
                    Entry(order.user, plural(sum(line.quantity for line in order.lines), "thing")),
                    Entry("Total", wording.price(order.total)),
                    Entry("Balance after", wording.price(order.balance_after)),
                ],
                self._next_width,
            ),
            "\n\nNext, please.",
        )
        self.say("")
        self._go("products")
        self.query_one("#next", Panel).put(told)
        self._show_lines()
        self._go_on()

    def _deliver(self, order: Order) -> None:
        deliver, order_id = self.visit.deliver, order.order or ""
        self.store.done(commands.order(order))
        self.store.ask(self.store, "deliver", lambda _shop: deliver(order_id))

    def changed(self, payment: Payment, changed: Changed) -> None:
        """Show the difference and the bill as it is now; nothing is paid."""
        if not self.is_there:
            return
        money = self.visit.wording.money
        told = ", ".join(
            f"{one.name} {money(one.before)} → {money(one.now)}" for one in changed.differences
        )
        if payment is not self._payment:
            self._unpaid = f"Not paid: {payment.sum_text}. Changed meanwhile: {told}."
            self._show_unseen()
            return
        self._free()
        self.visit.trigger.disarm(f"Changed meanwhile: {told}.")
        self._note, self._note_tone = (
            f"Changed meanwhile: {told}. Look again, then press enter.",
            "warn",
        )
        self._named(payment.intent.user)

    def _free(self) -> None:
        self._busy = False
        self._payment = None

    def _forget_user(self) -> None:
        self.visit.user = self._review = None

    def _put_down(self, why: str) -> None:
        self.visit.cart.clear()
        self._forget_unseen()
        self._start_over()
        self.say(why)
        self.reload()

    def _start_over(self) -> None:
        """Go back to the products, with no user and no balance shown."""
        self._forget_user()
        self._go("products")

    def _go(self, step: str) -> None:
        self._step = step
        self._field.placeholder = _ASKS[step]
        self.set_focus(self._field)
        panel = self.query_one("#next", Panel)
        if step == "user":
            panel.put(Content("Who pays?"))
            self.say("")
        elif step == "products":
            panel.put(Content(_WELCOME if self.visit.cart.count else ""))
        self._show_unseen()
        self.show_wallet()

    def _show_lines(self) -> None:
        self.query_one(CartLines).tell(self.visit)


def open_screen() -> TillScreen:
    """Make the screen of this mode."""
    return TillScreen()
