"""The till: scan or type products, name the user, pay, start over; bound to no user.

A scanner is a keyboard that ends in Enter, so one field takes everything and never loses the focus.
What is pressed is obeyed in the order in which it came: while a question is open it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from shopcli.domain.barcodes import is_gtin
from shopcli.domain.errors import ShopError, TryLater
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceChange, Cancellation, Order, Product
from shopcli.domain.showing import excerpt, inert
from shopcli.engine import ChargeTerms
from shopcli.tui import commands
from shopcli.tui.checkout.changes import price_changes
from shopcli.tui.journal.cancelling import LessLeft
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Changed, Intent, Review
from shopcli.tui.screens.screen import Dialog
from shopcli.tui.screens.till_turns import TillTurns
from shopcli.tui.till.charging import Account
from shopcli.tui.till.deeds import Back, Deed, Line, Press, PutBy, Step, WhyNot
from shopcli.tui.till.idle import IDLE_SECONDS
from shopcli.tui.till.leftover import LeftOver
from shopcli.tui.till.scanning import (
    IsName,
    NoName,
    Numbered,
    Renewed,
    Scan,
    Several,
    Times,
    is_about_product,
    renewed,
)
from shopcli.tui.till.sent_charges import Looked
from shopcli.tui.till.undoing import Within
from shopcli.tui.till.untaken import put_down_text
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.rows import RowList
from shopcli.tui.wording import ending, things_in_cart


class TillScreen(TillTurns):
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
        """Read again what is shown: products, and the balance and state of who is named."""
        why_not = self._why_not
        asked = (one.sku for several in self._questions for one in several.products)
        skus = [*self.visit.cart.skus, *(why_not.wanted if why_not else ()), *asked]
        user = self._payer.user if self._payer else None
        self._show_lines()
        self.ask("terms", lambda shop: shop.browsing.charge_terms())
        self.ask("within", lambda shop: Within(shop.browsing.cancel_within_microseconds()))
        self._aside.look(self._tell_outcome)
        self._look_for_sent()
        if (skus or user) and not self._busy:
            lines = self._review.lines if self._review else ()
            self.ask("renew", lambda shop: renewed(shop, skus, user, lines))

    def told(self, value: object) -> None:
        """Show a scanned product, or the bill."""
        match value:
            case ChargeTerms() as terms:
                self._learn_terms(terms)
                return
            case Within(microseconds):
                self._last_sale.within_microseconds = microseconds
                self.refresh_bindings()
                return
            case Renewed():
                self._renewed(value)
                return
            case Looked() as looked:
                self._learn_of_sent(looked)
                return
            case Cancellation() as made:
                self._undone(made)
            case LessLeft(now):
                self._less_left(now)
            case BalanceChange() as change:
                self._charged(change)
            case _:
                self._answered()
                self._found(value)
        self._go_on()

    def _found(self, value: object) -> None:
        """Obey what a text means that was looked up."""
        match value:
            case Scan() as scan:
                self._add(scan.product, scan.quantity, scan.fitted)
            case Several() as several:
                self._ask_which(several)
            case Numbered() as numbered:
                self._numbered(numbered)
            case Times(quantity):
                self._await_times(quantity)
            case NoName(error):
                self._no_name(error)
            case IsName(user):
                self._name_too_soon(user)
            case Account() as account:
                self._show_account(account)
            case Review() as bill:
                self._show_review(bill)
            case Order() as order:
                self._show_last_sale(order)

    def _no_name(self, error: ShopError) -> None:
        """Say that there is no such user, and that a product is not asked for here."""
        if self._review is not None:
            self._start_over()
        hint = self._text("If it is a product, press esc and type it there.")
        self.say(f"{self.visit.wording.refusal(error)} {hint}", "bad")
        self._ring()

    def _renewed(self, found: Renewed) -> None:
        before = self._stopping
        news = self.visit.renew(found.products)
        if told := "\n".join(filter(None, (news, self._renew_questions(found.products)))):
            self.say(told, "warn")
        self._forget_why_not(found.products)
        self._show_lines()
        self.show_wallet()
        if self._busy or self._is_paying:  # what is shown is what was to be paid
            return
        if found.account is not None:
            news = self._account_renewed(found.account, news)
        if news or self._step == "short" or self._stopping != before:
            is_asked = self._step in {"amount", "charge"}
            self._stays_at_charge = is_asked and self._review is not None
            self._follow_cart(news or self._answer_alone, "warn")  # it may be payable now
        else:
            self._renew_coupons(found)

    def _forget_why_not(self, products: tuple[Product, ...]) -> None:
        """Say no longer that products cannot be sold which can."""
        why_not = self._why_not
        if why_not is None or not why_not.is_over(products):
            return
        self._why_not = None
        if self._answer.text == why_not.told:
            self.say("")

    @property
    def _stopping(self) -> list[str]:
        """What is in the cart and cannot be sold so."""
        return [one.product.sku for one in self.visit.cart.lines if not one.is_there]

    def not_done(self, about: str, error: ShopError) -> None:
        """Say why a charge or an undo was not made; go on telling where that is not known."""
        if about == "undo":
            key = self._last_sale.key
            told, is_unknown = self._last_sale.not_undone(error), True
        else:
            key = self._charging.sent.operation.key
            told, is_unknown = self._charging.not_booked(error)
        self._is_charging = self._busy = False
        if not self.is_there:
            return
        if is_unknown:
            self._last_sale.is_before_charge |= about == "charge"
            self._outcomes[key] = told
            self.say("")
            self._start_over()
            self.store.refresh_soon()  # which asks whether it is booked, once the shop answers
        else:
            if self._asks_for_sent:  # it was refused now, and was in doubt before
                self.store.refresh_soon()  # which reads methods, and asks whether it is booked
            else:
                self._tell_outcome(key, "")  # that it was not known is over
            self._say_not_charged(told, error)
        self._go_on()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why."""
        if about in {"renew", "terms", "within", "sent"}:
            if not isinstance(error, TryLater):  # nobody asked for it, and it is read again
                super().refused(about, error)
            return
        self._answered()
        self._stays_at_charge = False
        if about == "review" and self._review is not None:
            self._start_over()
        told = self.visit.wording.refusal(error)
        self._ring()
        if isinstance(error, TryLater) and self._step in {"user", "account"}:
            self._put_typed_back(self._asked)
        if about == "scan" and self._step in {"amount", "charge"} and not is_gtin(self._asked):
            facts = {"typed": excerpt(self._asked)}
            told = filled(
                self._text("{typed} is no amount, and no product: type the amount."), facts
            )
            self._put_typed_back(self._asked)
        elif about == "scan" or (about in {"review", "account"} and is_about_product(error)):
            self._leave_out()
        elif dropped := self._times_dropped():
            told = f"{told} {dropped}"
        if about == "review" and self._note:  # it is about this bill, and no other
            told, self._note, self._looks_again = f"{self._note}\n{told}", "", False
        self.say(told, "bad")
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
        return has_lines or self._step != "products" or self._shows_paid or bool(self._ended)

    def _reset(self) -> None:
        """Leave nothing to whoever comes next: no cart, no name, no balance."""
        if isinstance(self.app.screen, Dialog):  # the keys of a step that is over
            self.app.screen.action_cancel()
        waited = [one.text for one in self._behind if isinstance(one, Line) and one.text]
        self._behind.clear()
        if self._is_in_doubt:
            self._set_aside()
        else:
            self._put_down_idle()
        self._untaken += waited  # it was promised that they are taken
        self._show_unseen()

    def _put_down_idle(self) -> None:
        self._field.value = ""
        say = self.visit.wording.catalogue.text
        count = self.visit.cart.count
        why = filled(
            say("Put everything down: nothing was done for {seconds} s."),
            {"seconds": int(IDLE_SECONDS)},
        )
        if self._step == "undo" and not self._last_sale.is_in_doubt:
            why = f"{say('Nothing was undone.')} {why}"
        self._put_down(why if count or self._step != "products" else "")

    @on(RowList.Chosen, "#choices")
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self._questions and not self._busy:
            self._touch()
            self._choose(self._choices.cursor)
        self.set_focus(self._field)

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
            case Press(key, typed):
                self._press(key, typed)
            case Step(units) if self._step == "which":
                if is_live:
                    self._choices.action_move(-units)
            case Step() if self._step == "undo":
                self._ask_to_answer_undo()
            case Step(units):
                self._put(units)
            case Back():
                self._back(clears=clears)

    def _obey_line(self, line: Line, *, is_live: bool) -> None:
        if self._step == "which":
            self._answer_line(line, is_live=is_live)
        elif line.text:
            self._obey_text(line)
        elif is_live and self._step in self._answers:
            self._answers[self._step]()
        elif self._step == "products" or (is_live and self._step == "short"):
            self._ask_who_pays()
        elif self._step in {"short", *self._answers}:
            self._say_beside(
                self._text("That enter came while this was read. Look at it: the next one counts.")
            )

    def _ask_who_pays(self) -> None:
        if self.visit.cart.count:
            self._forget_user()
            self._go("user")

    @property
    def _answers(self) -> dict[str, Callable[[], None]]:
        """What an Enter answers that was pressed at the question, and at nothing before it."""
        return {
            "undo": self._undo,
            "charge": self._charge_as_asked,
            "confirm": self._pay,
            "left": self._say_theirs,
        }

    def _obey_text(self, line: Line) -> None:
        """Take a text as what the step asks for; one of several lines pasted is a product."""
        asks = {
            "user": self._name_typed,
            "account": self._account_named,
            "amount": self._amount_typed,
            "charge": self._other_amount_typed,
        }
        takes_text = asks.get(self._step)
        if takes_text is not None and not line.is_product:
            takes_text(line.text)
            return
        if self._step == "undo":
            self._go("products")
        self._scanned(line.text)

    def _leaves_doubt(self, payment: Payment, deed: Deed, *, is_live: bool) -> bool:
        """Obey a key while it is not known whether it is paid; whether it means what is next."""
        if deed == Line("") and is_live:
            self._busy = True
            payment.ask_again()
            self._show_step()
        if isinstance(deed, Step | Press):
            self._say_beside(self._text("Answer first: enter pays if not paid, esc puts it down."))
        if deed == Line("") or isinstance(deed, Step | Press):
            return False
        self._set_aside()
        if self._behind and isinstance(deed, Line):
            self._behind.append(deed)  # in its turn
            return False
        return not isinstance(deed, Back)

    def _back(self, *, clears: bool) -> None:
        say = self.visit.wording.catalogue.text
        self.say("")
        if self._times > 1:
            self._times = 1
        elif self._step == "which":
            self._leave_question()
        elif self._step in {"amount", "charge"}:
            self._leave_charge()
        elif self._step != "products":
            self._start_over()
        elif self._untaken or self._outcomes or self._ended:
            self._forget_unseen()
        elif self._shows_paid:
            self._forget_paid()
        elif clears:
            self._put_down(say("Put everything down."))
        elif self.visit.cart.count:
            self._clears_next = True
            things = things_in_cart(self.visit.cart.count, self.visit.wording.catalogue)
            self.say(filled(say("esc again puts down the {things}."), {"things": things}), "warn")

    def _pay(self) -> None:
        found = self._review
        if found is None or found.quote.order is None:
            return
        if not self.visit.trigger.press():
            self._say_too_soon()
            return
        self._busy = True
        intent = Intent(self.visit.new_key(), found.user, self.visit.cart.request, None)
        self._payment = Payment(self.store, self, intent, found.quote.order)
        self._show_step()
        self._panel.put_sent(found, self.visit.wording)

    def in_doubt(self, payment: Payment) -> None:
        """Say that it is not known; the bill stays, and what was scanned behind it waits on."""
        if not self.is_there:
            return
        self._busy = False
        self._hold_back()
        self._go("doubt")
        self.say(payment.doubt_text(self._text("Press enter")), "warn")

    def _set_aside(self) -> None:
        """Put down the cart of a payment in doubt; keep telling of it, and its key."""
        payment, self._payment = self._payment, None
        if payment is not None:
            payment.operation.is_put_down = True
            self._outcomes[payment.intent.key] = self._aside.put(payment)
        self.visit.cart.clear()
        self._times, self._leftover = 1, None
        self.say("")
        self._start_over()
        self._show_lines()

    def not_paid(self, payment: Payment, error: ShopError) -> None:
        """Say why; what was scanned behind it waits, and what is left stays told as theirs."""
        if not self.is_there:
            return
        refusal = self._why_not_paid(payment, error)
        facts = {"sum": payment.sum_text, "why": refusal}
        told = filled(self._text("Not paid: {sum}. {why}"), facts)
        self._ring()
        if payment is not self._payment:
            self._aside.settle(payment)
            self._tell_outcome(payment.intent.key, told)
            return
        self._free()
        self._hold_back()
        self._leftover = LeftOver.of(payment.intent)
        self._start_over()
        self._mark_what_stops(error)
        self.say(told if self._behind else refusal, "bad")
        if stopping := self._stopped_by(error):
            wanted = {sku: self.visit.cart.quantity(sku) for sku in stopping}
            self._why_not = WhyNot(self._answer.text, wanted)

    def _why_not_paid(self, payment: Payment, error: ShopError) -> str:
        """Why, and what to do from the products: there is no bill any more to charge at."""
        wording = self.visit.wording
        if error.code != "insufficient_balance":
            return wording.not_made(error)
        facts = {
            "user": inert(payment.intent.user),
            "missing": wording.money(error.details["required"] - error.details["balance"]),
        }
        told = self._text(
            "The balance of {user} is {missing} short. Press enter and name who pays: f5 charges"
            " it at that bill."
        )
        return filled(told, facts)

    def paid(self, payment: Payment, order: Order) -> None:
        """Show what was paid, and be ready for the next."""
        if payment is self._payment:
            self.visit.cart.clear()  # also where there is no screen any more: it is paid
        if not self.is_there:
            return
        if payment is not self._payment:
            facts = {"sum": payment.sum_text, "order": ending(order.order)}
            self._aside.settle(payment)
            told = filled(self._text("Paid meanwhile: {sum}, order {order}."), facts)
            self._tell_outcome(payment.intent.key, told)
            self._deliver(order)
            return
        self._free()
        visit = self.visit
        self._leftover = None
        self._times = 1  # the next scan may be somebody else's
        self._forget_cart()
        self._forget_user()
        self._aside.settle_for(order.user)
        self._last_sale.keep(order)
        self._doubts_once()  # those are of before it
        self._deliver(order)
        self.say("")
        self._go("products")
        self._mark_paid()
        self._panel.put_paid(order, visit.wording)
        self._show_lines()
        self._tell_end(self._paid_text(payment, order))
        self._go_on()

    def _paid_text(self, payment: Payment, order: Order) -> str:
        """The receipt in a line."""
        facts = {
            "sum": payment.sum_text,
            "order": ending(order.order),
            "balance": self.visit.wording.price(order.balance_after),
        }
        return filled(self._text("✓ Paid: {sum}, order {order}, {balance} left."), facts)

    def _deliver(self, order: Order) -> None:
        deliver, order_id = self.visit.deliver, order.order or ""
        self.store.done(commands.order(order))
        self.store.ask(self.store, "deliver", lambda _shop: deliver(order_id))

    def changed(self, payment: Payment, changed: Changed) -> None:
        """Show the difference and the bill as it is now; nothing is paid."""
        if not self.is_there:
            return
        self._ring()
        told = price_changes(changed.differences, self.visit.wording)
        if payment is not self._payment:
            facts = {"sum": payment.sum_text, "changed": told}
            self._aside.settle(payment)
            told = filled(self._text("Not paid: {sum}. {changed}"), facts)
            self._tell_outcome(payment.intent.key, told)
            return
        self._free()
        self._hold_back()
        self.visit.trigger.disarm(told)
        self._note, self._note_tone, self._looks_again = told, "warn", True
        self._settle(payment.intent.user)

    def _free(self) -> None:
        self._busy = False
        self._payment = None

    def _put_down(self, why: str) -> None:
        say = self.visit.wording.catalogue.text
        self._times = 1
        self._questions.clear()
        left, self._leftover, back = self._leftover, None, ""
        if self.visit.cart.count:
            self._keeps_put_by, lines = bool(self._behind), self.visit.cart.lines
            waits = self._keeps_put_by or self._put_by
            told = put_down_text(lines, self._text) if waits else ""
            self._put_by.append(PutBy(lines, left and left.by(""), told))
            back = (
                say("f9 takes it back, until the next scan.")
                if len(self._put_by) == 1
                else say("f9 takes back what was put down first, until the next scan.")
            )
        self.visit.cart.clear()
        self._forget_cart()
        self._tell_put_by()
        self._start_over()
        self.say(" ".join(filter(None, (why, back))))
        self.reload()


def open_screen() -> TillScreen:
    """Make the screen of this mode."""
    return TillScreen()
