"""The checkout: lines, coupons with the discount of each, the total, and paying it with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Button

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import OutcomeUnknown, ReadOnly, ShopError, TryLater
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceChange, Claim, Order
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.checkout.changes import changes, price_changes, sum_changes
from shopcli.tui.checkout.coupon_times import LOOK_SECONDS
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Changed, Intent, Review, review
from shopcli.tui.screens.charging import charge
from shopcli.tui.screens.checkout_coupons import CheckoutCoupons
from shopcli.tui.screens.checkout_view import SaidRefusal
from shopcli.tui.screens.quantity import ask_quantity
from shopcli.tui.till.charging import send
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.offer_list import OfferList
from shopcli.tui.wording import ending

if TYPE_CHECKING:
    from shopcli.engine import ChargeTerms

_CHARGE = "Charge another amount; f4 in its box takes another method"

_NOT_WHILE_BUSY = frozenset(
    {
        *("best", "say_best", "to_coupons", "put", "ask_quantity", "remove", "leave"),
        *("charge", "ask_to_charge", "why_no_charge", "next_method", "why_no_method"),
        *("choose", "claim", "claim_once", "why_no_claim"),
    }
)
"""Actions that do nothing while money is on its way, or it is not known whether it is there."""


class CheckoutScreen(CheckoutCoupons):
    """Reviews the cart and pays for it: exactly what is shown, by Enter."""

    ON_BUTTON = frozenset(
        {
            *("settle('charge')", "settle('both')"),
            *("settle('pay_once')", "settle('charge_once')"),
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,p", "settle('pay')", "Pay"),
        Binding("enter,p", "settle('charge')", "Charge"),
        Binding("enter,p", "settle('both')", "Charge, pay"),
        Binding("enter,p", "settle('why')", "Why not"),
        Binding("enter,p", "settle('pay_once')", "Pay if not paid"),
        Binding("enter,p", "settle('charge_once')", "Charge if not charged"),
        Binding("enter,space", "choose", "Use coupon"),
        Binding("enter,space", "claim", "Claim, use"),
        Binding("enter,space", "claim_once", "Claim if not claimed"),
        Binding("enter,space", "why_no_claim", "Why not"),
        Binding("p", "settle_anywhere('pay')", "Pay"),
        Binding("p", "settle_anywhere('charge')", "Charge"),
        Binding("p", "settle_anywhere('both')", "Charge, pay"),
        Binding("p", "settle_anywhere('why')", "Why not"),
        Binding("p", "settle_anywhere('charge_once')", "Charge if not charged"),
        Binding("m", "charge", "Amount", tooltip=_CHARGE),
        Binding("m", "ask_to_charge", "Charge", show=False, tooltip=_CHARGE),
        Binding("m", "why_no_charge", show=False),
        Binding("f4", "next_method", "Method"),
        Binding("f4", "why_no_method", show=False),
        Binding("tab,shift+tab", "to_coupons", "Coupons"),
        Binding("tab,shift+tab", "to_lines", "Order"),
        Binding("b", "best", "Best", tooltip="Use the coupon of yours that saves most"),
        Binding("b", "say_best", show=False),
        Binding("plus,equals_sign", "put(1)", "Qty", key_display="+ - n"),
        Binding("minus", "put(-1)", "Less", show=False),
        Binding("n", "ask_quantity", "How many", show=False),
        Binding("delete,d", "remove", "Remove", show=False),
        Binding("c", "stay", show=False),
        Binding("escape", "leave", "Back"),
    ]

    def reload(self) -> None:
        """Ask what the cart costs now, with each coupon."""
        user, lines, choice = self.visit.user, self.visit.cart.request, self._choice
        self._show_lines()
        if user is None or not lines or self._payment is not None:
            return
        coupon, before = None if choice is None else choice.code, self._review
        offered = before.offers if before is not None and before.user == user else ()
        self.ask(
            "review",
            lambda shop: review(
                shop, user, lines, coupon, picks_best=choice is None, offered=offered
            ),
        )

    def on_mount(self) -> None:
        """Watch the clock: a coupon ends at a second, and nothing in the shop changes then."""
        self.set_interval(LOOK_SECONDS, self._reload_if_over)

    def _reload_if_over(self) -> None:
        times = None if self._review is None else self._review.times
        if times is None or self._is_busy or "review" in self._unanswered or not self.is_active:
            return
        if times.has_passed(self.visit.shop.now()):
            self.reload()

    def told(self, value: object) -> None:
        """Show a review, or the outcome of claiming or charging."""
        match value:
            case Review() if self._payment is None:
                self._show_review(value)
            case Claim():
                self._claimed(value)
            case BalanceChange():
                self._was_charged(value)

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why a coupon was not claimed, or a balance not charged."""
        if about == "charge":
            self._was_not_charged(error)
        else:
            super().not_done(about, error)
        if self.is_there:
            self.refresh_bindings()
            self.reload()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; nothing is paid behind a charge whose bill cannot be read."""
        self._wants_reason = self._looks_before_charge = False
        if self._then_pays is not None:
            self._end_charge(self.visit.wording.refusal(error))
            return
        super().refused(about, error)

    def on_screen_resume(self) -> None:
        """Let the bill be looked at; show the receipt of an order paid behind another screen."""
        if self._seen is not None:
            self._shown_at = Message().time
            self.visit.trigger.guard()  # an enter held down was meant for what was on top
        if self._paid_order is not None:
            self.call_later(self._show_receipt, self._paid_order)

    @on(Button.Pressed, "#pay")
    def _pay_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_pay()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active, and what Enter does: at the coupons it chooses one."""
        at_coupons = self._is_at_coupons
        if self._is_busy and action in _NOT_WHILE_BUSY:
            return False
        match action:
            case "settle" | "settle_anywhere":
                is_here = at_coupons == (action == "settle_anywhere")
                return is_here and parameters == (self._does,) and self._obeys_pay
            case "to_coupons":
                return not at_coupons
            case "to_lines":
                return at_coupons
            case "choose" | "claim" | "claim_once" | "why_no_claim":
                return at_coupons and self._does_at_coupons == action
            case "best" | "say_best":
                return (self._better is not None) == (action == "best")
            case "charge" | "ask_to_charge" | "why_no_charge":
                may_charge = self.visit.may_charge and self._barred is None
                asks = "ask_to_charge" if may_charge else "why_no_charge"
                return action == ("charge" if self._amount else asks)
            case "next_method":
                return bool(self._amount) and self._charging.has_choice
        return super().check_action(action, parameters)

    @property
    def _obeys_pay(self) -> bool:
        """Whether a key that pays does something, as the button says."""
        is_in_doubt = self._payment is not None and self._payment.is_in_doubt
        return is_in_doubt or not self._is_busy

    def action_leave(self) -> None:
        """Close, unless money is on its way."""
        if not self._is_busy:
            self.dismiss()

    back_to_tab = action_leave

    def action_stay(self) -> None:
        """Say what the key that opened this does not do: pay."""
        if not self._is_busy:  # else the line tells what becomes of the payment
            self.say(self._where_text)

    def action_ask_to_charge(self) -> None:
        """Ask for an amount and charge the user's balance, or say who may."""
        if not self._is_busy:
            found = self._review
            is_current = found is not None and self._is_of_cart(found)
            missing = found.quote.missing if found is not None and is_current else 0
            charge(self.store, self._charging, missing)

    action_charge = action_ask_to_charge

    def action_why_no_charge(self) -> None:
        """Say why nothing can be charged: the shop does not let its users, or not this one."""
        if self._is_busy:
            return
        if self._barred is not None:
            self._say_of_bill(self.visit.wording.refusal(self._barred), "bad")
        else:
            self._say_how_to_charge()

    def _say_how_to_charge(self) -> None:
        wording = self.visit.wording
        self._say_of_bill(wording.catalogue.text(wording.how_to_charge))

    def action_next_method(self) -> None:
        """Charge by the next method."""
        if not self._is_busy:
            self._charging.next_method()
            self._show_button()

    def action_why_no_method(self) -> None:
        """Say where the method of a charge is chosen, or that there is none to choose."""
        if self._is_busy:
            return
        say = self.visit.wording.catalogue.text
        if not self.visit.may_charge:
            self._say_how_to_charge()
        elif self._amount:
            self._say_of_bill(say("The shop takes no other method."), "warn")
        else:
            told = say("Enter charges nothing here: m charges, and f4 there is the method.")
            self._say_of_bill(told)

    def action_put(self, step: int) -> None:
        """Change the quantity of the line under the cursor."""
        line = self.query_one(CartLines).line(self.visit)
        if line is None or self._is_busy:
            return
        before = line.quantity
        after = self.visit.cart.change(line.product, step)
        if step > 0 and after == before:
            say = self.visit.wording.catalogue.text
            told = filled(say("No more of {name} is left."), {"name": line.product.name})
            self.say(told, "warn")
            return
        self._after_change()

    def action_ask_quantity(self) -> None:
        """Ask how many are wanted of the line under the cursor."""
        line = self.query_one(CartLines).line(self.visit)
        if line is not None and not self._is_busy:
            ask_quantity(self.store, line.product, self._after_change)

    def action_remove(self) -> None:
        """Remove the line under the cursor."""
        line = self.query_one(CartLines).line(self.visit)
        if line is not None and not self._is_busy:
            self.visit.cart.change(line.product, -line.quantity)
            self._after_change()

    def action_settle(self, _does: str) -> None:
        """Do what the button says."""
        self.action_pay()

    def action_settle_anywhere(self, _does: str) -> None:
        """The same, where Enter chooses a coupon."""
        self.action_pay()

    def action_pay(self) -> None:
        """Do what the button says: pay what is shown, charge what is short, or send it again."""
        if self._payment is not None and self._payment.is_in_doubt and self.is_active:
            self._payment.ask_again()
            self._show_button()
            return
        user, found = self.visit.user, self._review
        if self._is_busy or user is None or not self.is_active:
            return
        if self._charging.open_deposit(user) is not None:
            self._charge(user)
        elif found is None or not self._is_of_cart(found):
            say = self.visit.wording.catalogue.text
            told = say("The bill is being read: {key} counts once it is shown.")
            self.say(filled(told, {"key": self._pressed}), "warn")
            if "review" not in self._unanswered:
                self.reload()
        elif found.quote.order is None and not self._amount:
            self._wants_reason = self._wants_row = True  # what was read before may be over
            self.reload()
        else:
            self._pay_or_charge(found)

    def _pay_or_charge(self, found: Review) -> None:
        """Pay the bill that is looked at, or charge what it is short of and pay it then."""
        self._look_at(found)  # it may have changed behind another screen
        if not self.visit.trigger.press():
            say = self.visit.wording.catalogue.text
            too_soon = self.visit.trigger.too_soon_text(say, self._pressed)
            self.say(f"{self._last_charge} {too_soon}".strip(), "warn")
            self._show_changed()
        elif found.quote.order is not None:
            self._pay(found, found.quote.order)
        else:
            self._looks_before_charge = True
            self._show_button()
            self.reload()

    def _charge_what_is_short(self, user: str, found: Review) -> None:
        """Charge what was looked at: nobody hands over money for a bill that is another by now."""
        self._looks_before_charge = False
        is_as_seen = self.visit.trigger.is_calm and self._is_of_cart(found)
        if not (is_as_seen and self._amount and self.is_active):
            say, why = self.visit.wording.catalogue.text, self.visit.trigger.why
            told = filled(say("Nothing is charged. {why}"), {"why": why}).strip()
            self._say_of_bill(told, "warn")
            return
        self._charging.amount = self._amount  # by the method that the button names
        self._then_pays = found if self._amount >= found.quote.missing else None
        self._charge(user)

    def _charge(self, user: str) -> None:
        """Send a charge; one in doubt with its key, before any other."""
        say, found = self.visit.wording.catalogue.text, self._charging.open_deposit(user)
        if found is not None and found.is_sent:
            self.say(say("The charge is on its way."))
            return
        deposit = self._charging.deposit(user)
        self._is_charging, self._last_charge = True, ""
        self.say(filled(say("{what} is on its way…"), {"what": deposit.operation.what}))
        self._show_button()
        self.send("charge", lambda shop: send(shop, deposit))

    def _was_charged(self, change: BalanceChange) -> None:
        """Say that it is booked; the bill is read once more, and paid if it is the same."""
        self._charged = self._charging.booked(change)
        say, price = self.visit.wording.catalogue.text, self.visit.wording.price
        facts = {"amount": price(change.amount), "method": inert(change.method or "")}
        self._charged_first = filled(say("Charged first: {amount} by {method}."), facts)
        if not change.replayed:  # else the balance is that of then
            self.visit.note_balance(change.user, change.balance)
        self.store.wallet_changed()
        amount = format_major(change.amount, self.visit.wording.exponent)
        self.store.done(commands.charge(change.user, amount, change.key, change.method))
        if self._then_pays is None or not self.is_active:
            self._end_charge()
        else:
            self.say(self._charged, "good")
        if self.is_there:
            self.reload()

    def _was_not_charged(self, error: ShopError) -> None:
        what = self._charging.sent.operation.what
        told, is_unknown = self._charging.not_booked(error)
        named = told if is_unknown else self.visit.wording.named_refusal(what, told)
        user = self.visit.user
        deposit = None if user is None else self._charging.open_deposit(user)
        if deposit is not None:
            self.visit.command, self.visit.happens_again = deposit.operation.look, ""
        self._then_pays, self._is_charging, self._charged = None, False, ""
        self.tell(told, "warn" if is_unknown else "bad", elsewhere=named)
        self._shown_at = Message().time

    def _end_charge(self, why: str = "") -> None:
        """Say what was charged, and that nothing is paid behind it if it was to be."""
        say, was_to_pay = self.visit.wording.catalogue.text, self._then_pays is not None
        charged, self._charged = self._charged, ""
        self._then_pays, self._is_charging, self._last_charge = None, False, charged
        not_paid = filled(say("Nothing is paid. {why}"), {"why": why}).strip() if was_to_pay else ""
        self.tell(f"{charged} {not_paid}".strip(), "warn" if was_to_pay else "good")
        if self.is_there:
            self._show_button()

    def _go_on_to_pay(self, before: Review, found: Review) -> None:
        """Pay a bill whose missing money is booked, if it is the one for which it was charged."""
        order = found.quote.order
        told = sum_changes(before, found, self.visit.wording)
        if order is None:
            told = f"{told} {self._refusal_text(found)}".strip()
        if order is None or told or not self.is_active or not self._is_of_cart(found):
            self._end_charge(told)
            return
        self._then_pays, self._is_charging = None, False
        self._pay(found, order)

    def _pay(self, found: Review, shown: Order) -> None:
        self._last_charge = ""
        self._payment = Payment(self.store, self, self._intent_for(found), shown)
        self._show_button()

    def _intent_for(self, found: Review) -> Intent:
        """The intent to buy this; the one of before, with its key, if nothing changed."""
        old = self._intent
        if old is None or (old.user, old.lines, old.coupon) != (
            found.user,
            found.lines,
            found.coupon,
        ):
            old = Intent(self.visit.new_key(), found.user, found.lines, found.coupon)
        self._intent = old
        return old

    def in_doubt(self, payment: Payment) -> None:
        """Say that it is not known, and which key sends it again; nothing else is obeyed."""
        say = self.visit.wording.catalogue.text
        self._shown_at = Message().time
        self.tell(f"{self._charged} {payment.doubt_text(say('Press enter'))}".strip(), "warn")
        if self.is_there:
            self._show_button()

    def not_paid(self, payment: Payment, error: ShopError) -> None:
        """Say why, also where another screen is on top, and what was charged before it."""
        say, charged = self.visit.wording.catalogue.text, self._free()
        told = self.visit.wording.not_made(error)
        named = self.visit.wording.named_refusal(payment.operation.what, told)
        if charged:
            told = named = f"{charged} {filled(say('Nothing is paid. {why}'), {'why': told})}"
        self.tell(told, "bad", elsewhere=named)
        # Whether the database takes changes is not seen by reading the bill again.
        if not isinstance(error, OutcomeUnknown | ReadOnly | TryLater):
            past = say("Not paid then. It can be paid now.")
            refusal, fact = self.visit.wording.refusal(error), self.visit.wording.fact(error)
            self._said_refusal = SaidRefusal(told, refusal, past, fact=fact)
        if self.is_there:
            self._wants_row = True
            self._show_button()
            self.reload()

    def paid(self, payment: Payment, order: Order) -> None:
        """Show the receipt, or say on the screen on top that it is paid."""
        charged = self._charged_first if self._free() else ""
        visit, deliver, price = self.visit, self.visit.deliver, self.visit.wording.price
        visit.cart.take_out(payment.intent.lines)
        visit.cart.forget_choices()
        self._intent = None
        visit.note_balance(order.user, order.balance_after)
        self.store.wallet_changed()
        self.store.done(commands.order(order))
        order_id = order.order or ""
        self.store.ask(self.store, "deliver", lambda _shop: deliver(order_id))
        if self.is_active:
            self._show_receipt(order, charged)
            return
        self._paid_order = order
        say = visit.wording.catalogue.text
        facts = {
            "total": price(order.total),
            "order": ending(order.order),
            "user": inert(order.user),
            "balance": price(order.balance_after),
        }
        told = filled(say("Paid {total}: order {order}. {user} has {balance}."), facts)
        self.store.say(f"{charged} {told}".strip(), "good")

    def _show_receipt(self, order: Order, charged: str = "") -> None:
        from shopcli.tui.screens.receipt import ReceiptScreen  # only once something is paid

        if self.is_active:
            receipt = ReceiptScreen(order, just_paid=True)
            self.store.switch_screen(receipt)
            if charged:
                receipt.call_after_refresh(receipt.say, charged, "good")

    def changed(self, payment: Payment, changed: Changed) -> None:  # noqa: ARG002  # as of a `Payer`
        """Show the difference; nothing is paid until Enter is pressed at the new bill."""
        say, charged = self.visit.wording.catalogue.text, self._free()
        told = price_changes(changed.differences, self.visit.wording)
        not_paid = filled(say("Nothing is paid. {why}"), {"why": told})
        self.tell(f"{charged} {not_paid}".strip(), "warn")
        if self.is_there:
            self._disarm(told)
            self.reload()

    def _free(self) -> str:
        """Let keys be obeyed again; answers what was charged for the payment that is over."""
        charged, self._charged, self._payment = self._charged, "", None
        self._last_charge = charged
        return charged

    def _show_review(self, found: Review) -> None:
        self.visit.note_balance(found.user, found.balance)
        self.note_charging(may_charge=found.may_charge)
        if news := self.visit.renew(found.products):
            self.say(f"{self._last_charge} {news}".strip(), "warn")
        if found.terms is not None:
            self._take_terms(found.terms)
        before, self._review = self._review, found
        self._show_lines()
        self.query_one(OfferList).tell(found.offers, found.coupon, self.visit.wording)
        if self._wants_row and found.quote.order is None:
            self.query_one(CartLines).to_what_stops(self.visit)
        self._wants_row = False
        self._renew_explanation(before, found)
        self._show_bill(found)
        self.show_wallet()
        self._end_refusal(found)
        self._end_note(found)
        self._tell_worth(found)
        self._look_at(found)
        if self._looks_before_charge:
            self._charge_what_is_short(found.user, found)
        elif self._then_pays is not None and not self._charging.amount:
            self._go_on_to_pay(self._then_pays, found)
        elif self._wants_reason:
            self._wants_reason = False
            self._say_reason(found)
        self._show_button()
        self.refresh_bindings()

    def _take_terms(self, terms: ChargeTerms) -> None:
        """Keep how money may come; where that takes away the method shown, say so first."""
        told = self._charging.learn(terms)
        if told and self._amount:
            self._say_of_bill(told, "warn")
            self._disarm(told)
        self._charging.ask_by_method()

    def _say_reason(self, found: Review) -> None:
        if found.quote.order is None:
            refusal = self._refusal_text(found)
            enough = self._enough_text(found)
            told = f"{refusal} {enough}".strip()
            self.say(told, "bad")
            self._said_refusal = SaidRefusal(told, refusal, "", enough)
            self._show_bill(found)

    def _look_at(self, found: Review) -> None:
        """Keep which bill is looked at; where it is another than before, no press counts yet."""
        if not self.is_active:
            return
        before, self._seen = self._seen, found
        early, self._was_early = self._was_early, False
        if before is None:
            self._shown_at = Message().time
            if early or not self.visit.trigger.is_calm:
                self._disarm(self.visit.trigger.why)
        elif told := changes(before, found, self.visit.wording):
            self._shown_at = Message().time
            self._disarm(told)

    def _end_refusal(self, found: Review) -> None:
        """Say nothing any more of what kept the bill from being paid and does not now."""
        said, answer = self._said_refusal, self.query_one("#answer", Answer)
        if not said.text or answer.text != said.text:
            return
        if self._refusal_text(found) != said.refusal:
            answer.say(self._past_text(found) if found.quote.order is not None else "", "warn")
            self._said_refusal = SaidRefusal("", "", "")
        elif not said.past and self._enough_text(found) != said.enough:
            self._say_reason(found)

    def _past_text(self, found: Review) -> str:
        """What is said of a payment that was refused, once a bill can be paid."""
        said, seen, wording = self._said_refusal, self._seen, self.visit.wording
        told = "" if seen is None else sum_changes(seen, found, wording)
        if not (said.fact and told):
            return said.past
        facts = {"why": said.fact, "changes": told}
        return filled(wording.catalogue.text("Not paid: {why}\n{changes}"), facts)

    def _after_change(self, told: str = "") -> None:
        self.say(told, "warn")
        self._show_lines()
        self.show_wallet()
        if self.visit.cart.count:
            self.reload()
        else:
            self.dismiss()
