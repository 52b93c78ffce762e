"""The till: scan or type products, name the user, pay, start over; bound to no user.

A scanner is a keyboard that ends in Enter, so one field takes everything and never loses the focus.
What is pressed is obeyed in the order in which it came: while a question is open it waits.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from shopcli.domain.amounts import format_major
from shopcli.domain.barcodes import as_read, is_gtin
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.money import parse_major
from shopcli.domain.records import BalanceChange, Cancellation, Order, Product
from shopcli.domain.showing import inert
from shopcli.engine import ChargeTerms
from shopcli.tui import commands
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Changed, Intent, Review
from shopcli.tui.screens.till_view import TillView
from shopcli.tui.till.charging import AMOUNT_KEYS, send
from shopcli.tui.till.deeds import Back, Deed, Line, Press, Step
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.till.scanning import Scan, Times, is_about_product, look_up, who_or_what, why_not
from shopcli.tui.till.undoing import cancel
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.field import ScanField
from shopcli.tui.widgets.rows import RowList
from shopcli.tui.wording import counted, ending, things_in_cart


class TillScreen(TillView):
    """One field, the lines scanned, and the bill."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("up", "put(1)", "One more", show=False),
        Binding("down", "put(-1)", "One less", show=False),
        Binding("f1", "app.help", "Help", show=False),
    ]

    def on_mount(self) -> None:
        """Focus the field, and check every second whether the till is idle."""
        self.query_one(CartLines).can_focus = False
        self._show_step()
        self.set_interval(1.0, self.clear_if_idle)

    def reload(self) -> None:
        """Read the products in the cart again, but no balance: the user may have left."""
        skus = self.visit.cart.skus
        self._show_lines()
        self.ask("terms", lambda shop: shop.browsing.charge_terms())
        if skus and not self._busy:
            self.ask("renew", lambda shop: shop.browsing.named(skus))

    def told(self, value: object) -> None:
        """Show a scanned product, or the bill."""
        match value:
            case Scan() as scan:
                self._busy = False
                self._add(scan.product, scan.quantity)
            case ChargeTerms() as terms:
                self._charging.terms = terms
                self.refresh_bindings()
                return
            case Cancellation() as made:
                self._undone(made)
            case BalanceChange() as change:
                self._charged(change)
            case Times(quantity):
                self._busy = False
                self._await_times(quantity)
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

    def not_done(self, about: str, error: ShopError) -> None:
        """Say why a charge or an undo was not made; go on telling where that is not known."""
        if about == "undo":
            told, is_unknown = self._last_sale.not_undone(error), True
        else:
            told, is_unknown = self._charging.not_booked(error)
        self._is_charging = self._busy = False
        if not self.is_there:
            return
        if is_unknown:
            self._unpaid = told
            self._start_over()
        elif self._review is not None:
            self._note, self._note_tone = told, "bad"
            self._named(self._review.user)
        self._go_on()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why."""
        if about in {"renew", "terms"}:
            super().refused(about, error)
            return
        if about == "review" and self._review is not None:
            self._start_over()
        self._busy = False
        self.say(self.visit.wording.refusal(error), "bad")
        self._ring()
        if about == "scan" or (about == "review" and is_about_product(error)):
            self._leave_out()
        self._go_on()

    def clear_if_idle(self) -> None:
        """Put everything down where nothing was pressed for a while; show the time left before."""
        is_idle = not self._busy and self._holds_something
        if is_idle and self._idle.is_over:
            self._reset()
        self._show_left(self._idle.shown_seconds if is_idle else None)

    @property
    def _holds_something(self) -> bool:
        """Whether there is something that whoever comes next must not find."""
        has_lines = bool(self.visit.cart.count or self._field.value or self._times > 1)
        return has_lines or self._step != "products" or self._shows_paid

    def _reset(self) -> None:
        """Leave nothing to whoever comes next: no cart, no name, no balance."""
        if self._is_in_doubt:
            self._set_aside()
            return
        self._field.value = ""
        say = self.visit.wording.catalogue.text
        count = self.visit.cart.count
        why = filled(
            say("Put everything down: nothing was done for {seconds} s."),
            {"seconds": int(IDLE_SECONDS)},
        )
        self._put_down(why if count or self._step != "products" else "")

    @on(Input.Changed, "#scan")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._touch()
        self._clears_next = False

    @on(ScanField.Taken)
    def _taken(self, event: ScanField.Taken) -> None:
        event.stop()
        self._take(Line(event.text), is_awaited=event.pressed_at >= self._asked_at)

    @on(ScanField.Pasted)
    def _pasted(self, event: ScanField.Pasted) -> None:
        event.stop()
        for text in event.lines:
            self._take(Line(text, is_product=len(event.lines) > 1))

    @on(ScanField.Pressed)
    def _pressed(self, event: ScanField.Pressed) -> None:
        event.stop()
        self._take(Press(event.key))

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
    def _is_paying(self) -> bool:
        return self._payment is not None

    @property
    def _is_in_doubt(self) -> bool:
        return self._payment is not None and self._payment.is_in_doubt

    def _touch(self) -> None:
        self._idle.touch()
        self._show_left(None)

    def _take(self, deed: Deed, *, is_awaited: bool = True) -> None:
        """Obey what was pressed, in its turn; `is_awaited` if not before the question was shown."""
        self._touch()
        is_money_sent = self._is_paying or self._is_charging
        if not self._busy and not self._waiting:
            self._obey(deed, is_live=is_awaited)
        elif self._waiting or not is_money_sent or (isinstance(deed, Line) and deed.text):
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
            case Line():
                self._obey_line(deed, is_live=is_live)
            case Press(key):
                self._press(key)
            case Step(units):
                self._put(units)
            case Back():
                self._back(clears=clears)

    def _obey_line(self, line: Line, *, is_live: bool) -> None:
        if line.text and self._step == "user" and not line.is_product and self._times == 1:
            self._named(line.text)
        elif line.text and self._step == "amount" and not line.is_product and self._times == 1:
            self._amount_typed(line.text)
        elif line.text:
            if self._step == "undo":
                self._go("products")
            self._scanned(line.text)
        elif self._step == "undo" and is_live:
            self._undo()
        elif self._step == "charge" and is_live:
            self._charge()
        elif self._step in {"products", "short"} and self.visit.cart.count:
            self._forget_user()
            self._go("user")
        elif self._step == "confirm" and is_live:  # only an Enter at the bill pays it
            self._pay()

    def _press(self, key: str) -> None:
        found = self._review
        if key == "f9":
            self._take_back()
        elif key == "f8":
            self._ask_to_undo()
        elif found is None:
            return
        elif key != "f4" and self._charging.open_deposit(found.user) is not None:
            self._charge()  # that one first, with its key
        elif key == "f7":
            self._go("amount")
            self._panel.put_bill(found, self.visit.wording, self.visit.cart.total)
        elif key == "f4" and self._step == "charge":
            self._charging.next_method()
            self._ask_to_charge(found)
        elif key in AMOUNT_KEYS[: len(self._amounts)]:
            self._charging.begin(self._amounts[AMOUNT_KEYS.index(key)])
            self._ask_to_charge(found)

    def _ask_to_undo(self) -> None:
        order = self._last_sale.order
        if self._step != "products" or order is None:
            say = self.visit.wording.catalogue.text
            self.say(
                say("f8 undoes the last sale of this till: not in the middle of another, and once.")
            )
            return
        self.say("")
        self._go("undo")
        self._panel.put_undo(order, self.visit.wording)

    def _undo(self) -> None:
        order = self._last_sale.order
        if order is None:
            return
        operation = self._last_sale.begin(order)
        self._busy = self._is_charging = True
        self._say_sent(operation.what)
        self.send("undo", lambda shop: cancel(shop, order, operation))

    def _undone(self, made: Cancellation) -> None:
        told = self._last_sale.undone(made)
        self._is_charging = self._busy = False
        deliver = self.visit.deliver
        self.store.done(commands.cancel(made.order, made.key))
        self.store.ask(self.store, "deliver", lambda _shop: deliver(made.order))
        self._start_over()
        self._shows_paid = True  # a balance, which goes as that of who paid
        self.say(told, "good")

    def _amount_typed(self, text: str) -> None:
        """Take an amount; what is no amount, or a number as barcodes are, is a scan as ever."""
        wording, found = self.visit.wording, self._review
        try:
            amount = parse_major(text, wording.exponent, wording.currency)
            if amount == 0:
                raise InvalidInput("A charge is more than 0.")  # noqa: TRY301  # as if it were read so
        except InvalidInput as error:
            if text[:1].isdigit() and "*" not in text:
                self.say(wording.refusal(error), "bad")
            else:
                self._scanned(text)
            return
        if is_gtin(as_read(text)):
            self._scanned(text)
        elif found is not None:
            self._charging.begin(amount)
            self._ask_to_charge(found)

    def _ask_to_charge(self, found: Review) -> None:
        self._go("charge")
        self._panel.put_charge(found, self._charging, self.visit.wording)

    def _charge(self) -> None:
        found = self._review
        if found is None:
            return
        deposit = self._charging.deposit(found.user)
        self._busy = self._is_charging = True
        self._say_sent(deposit.operation.what)
        self.send("charge", lambda shop: send(shop, deposit))

    def _say_sent(self, what: str) -> None:
        say = self.visit.wording.catalogue.text
        self.say(filled(say("{what} is on its way…"), {"what": what}))

    def _charged(self, change: BalanceChange) -> None:
        """Show the bill with the new balance."""
        told = self._charging.booked(change)
        self._is_charging = self._busy = False
        method = change.method
        amount = format_major(change.amount, self.visit.wording.exponent)
        self.store.done(commands.charge(change.user, amount, change.key, method))
        if self._review is not None:
            self._note, self._note_tone = told, "good"
            self._named(self._review.user)

    def _leaves_doubt(self, payment: Payment, deed: Deed, *, is_live: bool) -> bool:
        """Obey a key while it is not known whether it is paid; whether it means what is next."""
        if deed == Line("") and is_live:
            self._busy = True
            payment.ask_again()
        if deed == Line("") or isinstance(deed, Step | Press):
            return False
        self._set_aside()
        return not isinstance(deed, Back)

    def _back(self, *, clears: bool) -> None:
        self.say("")
        if self._times > 1:
            self._times = 1
        elif self._step in {"amount", "charge"} and self._review is not None:
            self._charging.end()
            self._named(self._review.user)
        elif self._step != "products":
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
            self.say(why_not(line.product, before + units, self._text), "warn")

    def _scanned(self, text: str) -> None:
        if self._times > 1:
            text, self._times = f"{self._times}*{text}", 1
        self._put_by = ()
        self._busy, self._asked = True, text
        self.ask("scan", lambda shop: look_up(shop, text))

    def _await_times(self, quantity: int) -> None:
        self._times = quantity
        say = self.visit.wording.catalogue.text
        self.say(filled(say("{quantity} × of the next scan."), {"quantity": f"{quantity:,}"}))  # noqa: RUF001  # the sign for it

    def _take_back(self) -> None:
        """Put what was put down last into the cart again, as it was read then; it is read anew."""
        lines, self._put_by = self._put_by, ()
        if not lines or self.visit.cart.count or self._step != "products":
            return
        for line in lines:
            self.visit.cart.change(line.product, line.quantity)
        self.say(f"{things_in_cart(self.visit.cart.count)}.", "good")
        self._go("products")
        self.reload()

    def _add(self, product: Product, quantity: int) -> None:
        wanted = self.visit.cart.quantity(product.sku) + quantity
        if not product.on_sale or product.stock < wanted:
            self.say(why_not(product, wanted, self._text), "bad")
            self._ring()
            self._leave_out()
            return
        self.visit.cart.change(product, quantity)
        told = counted(quantity, product.name)
        self.say(told, "good")
        self._show_lines()
        self.query_one(CartLines).follow(product.sku)
        self.show_wallet()
        self._follow_cart(f"{told}. It is on the bill now.")

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
        self._go("confirm" if found.quote.order is not None else "short")
        self._panel.put_bill(found, self.visit.wording, self.visit.cart.total)
        self._show_lines()

    def _pay(self) -> None:
        found = self._review
        if found is None or found.quote.order is None:
            return
        if not self.visit.trigger.press():
            self.say(self.visit.trigger.too_soon_text(self._text), "warn")
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
        self._ring()
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
        self._last_sale.keep(order)
        self._deliver(order)
        self.say("")
        self._go("products")
        self._shows_paid = True
        self._panel.put_paid(order, visit.wording)
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
        self._ring()
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

    def _put_down(self, why: str) -> None:
        say = self.visit.wording.catalogue.text
        self._put_by, self._times = self.visit.cart.lines, 1
        back = f" {say('f9 takes it back, until the next scan.')}" if self._put_by else ""
        self.visit.cart.clear()
        self._forget_unseen()
        self._start_over()
        self.say(f"{why}{back}")
        self.reload()


def open_screen() -> TillScreen:
    """Make the screen of this mode."""
    return TillScreen()
