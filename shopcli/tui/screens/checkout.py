"""The checkout: lines, coupons with the discount of each, the total, and paying once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button

from shopcli.domain.errors import OutcomeUnknown, ReadOnly, ShopError, TryLater
from shopcli.domain.records import Claim, Order
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Changed, Intent, Offer, Review, differences, review
from shopcli.tui.screens.charging import charge
from shopcli.tui.screens.dialogs import ConfirmDialog
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.widgets.amounts import Entry, ledger
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.offer_list import NO_COUPON, OfferList, explanation, why_not
from shopcli.tui.widgets.product_side import Panel
from shopcli.tui.widgets.rows import RowList
from shopcli.tui.wording import counted, ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.tui.payment import Difference


class PayButton(Button):
    """The button that pays; its keys are listed among the key hints."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Pay")]


class _Box(NamedTuple):
    """The box that asks whether to pay, and the bill in it."""

    dialog: ConfirmDialog
    shown: Order


class _SaidRefusal(NamedTuple):
    """Why the bill could not be paid, as it stands in the answer line."""

    text: str
    refusal: str
    """The refusal in it."""
    past: str
    """What is said once it can be paid."""


class CheckoutScreen(StoreScreen):
    """Reviews the cart and pays for it."""

    WHERE = "shop / cart / pay"
    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p,c", "pay", "Pay"),
        Binding("enter,space", "choose", "Use coupon"),
        Binding("enter,space", "to_coupons", "Coupons"),
        Binding("plus,equals_sign", "put(1)", "More", key_display="+"),
        Binding("minus", "put(-1)", "Less"),
        Binding("delete,d", "remove", "Remove", show=False),
        Binding("m", "charge", "Charge", show=False),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._coupon: str | None = None
        self._review: Review | None = None
        self._intent: Intent | None = None
        self._busy = False
        self._payment: Payment | None = None
        self._box: _Box | None = None
        self._overtaken: Order | None = None  # the bill that was shown before it has changed
        self._pay_when_shown = False
        self._said_refusal = _SaidRefusal("", "", "")
        self._explained = ""
        self._paid_order: Order | None = None

    def body(self) -> ComposeResult:
        """Compose lines on the left; coupons, total and the button on the right."""
        with Horizontal(id="checkout"):
            yield CartLines("YOUR CART", empty="The cart is empty. Press esc.")
            with Vertical(id="paying"):
                yield OfferList()
                yield Panel(id="totals")
                yield PayButton("Pay", id="pay", variant="primary", flat=True)

    @property
    def awaits_screen(self) -> bool:
        """While the bill that is to be paid is read."""
        is_wanted = self._pay_when_shown or self._overtaken is not None
        return is_wanted and "review" in self._unanswered

    def give_up(self) -> None:
        """Ask nobody to pay: there is no bill yet."""
        self._pay_when_shown, self._overtaken = False, None
        super().give_up()

    def refused(self, about: str, error: ShopError) -> None:
        """Show why; nobody who looks at that is asked to pay all of a sudden later."""
        self._pay_when_shown = False
        super().refused(about, error)

    def reload(self) -> None:
        """Ask what the cart costs now, with each coupon."""
        user, lines, coupon = self.visit.user, self.visit.cart.request, self._coupon
        self._show_lines()
        if user is not None and lines and (not self._busy or self._box is not None):
            self.ask("review", lambda shop: review(shop, user, lines, coupon))

    def told(self, value: object) -> None:
        """Show a review, or the outcome of claiming."""
        match value:
            case Review() if self._payment is None:
                self._show_review(value)
            case Claim():
                self.store.done(commands.claim(value.user, value.coupon, value.key))
                told = f"Coupon {value.coupon}: number {value.number} of {value.limit}."
                self.store.say(told, "good")
                self._coupon = value.coupon
                if self.is_there:
                    self.reload()

    def not_done(self, about: str, error: ShopError) -> None:
        """Show why a coupon was not claimed."""
        super().not_done(about, error)
        if self.is_there:
            self.reload()

    def on_screen_resume(self) -> None:
        """Show the receipt of an order paid while another screen was open."""
        if self._paid_order is not None:
            self.call_later(self._show_receipt, self._paid_order)

    @on(Button.Pressed, "#pay")
    def _pay_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_pay()

    @on(RowList.Chosen, "#offers")
    def _offer_clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.row_list.id == "offers" and event.row_list.has_focus and not self._busy:
            self._explain_offer(event.row_list.current_key)

    def action_leave(self) -> None:
        """Close, unless a payment is being sent."""
        if not self._busy:
            self.dismiss()

    def action_charge(self) -> None:
        """Ask for an amount and charge the user's balance."""
        if not self._busy:
            charge(self.store)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is active: charging needs the right, choosing the focus on the coupons."""
        if action in {"choose", "to_coupons"}:
            return isinstance(self.focused, OfferList) == (action == "choose")
        if action == "charge":
            return self.visit.may_charge
        return super().check_action(action, parameters)

    def action_choose(self) -> None:
        """Use the coupon under the cursor; claim it first if it is not held."""
        code, user = self.query_one(OfferList).current_key, self.visit.user
        if self._busy or not code or user is None:
            return
        offer = self._offer(code)
        if offer is not None and offer.number is None:
            operation = self.visit.claim_of(user, code)
            self.carry_out(operation, lambda shop: shop.claim(user, code, key=operation.key))
            return
        if offer is not None and not offer.is_usable:
            self.say(f"{code}: {why_not(offer, self.visit.wording)}", "warn")
            return
        self._coupon = None if code in {NO_COUPON, self._coupon} else code
        self.say("")
        self.reload()

    def action_to_coupons(self) -> None:
        """Move the focus to the coupons."""
        self.set_focus(self.query_one(OfferList))

    def action_put(self, step: int) -> None:
        """Change the quantity of the line under the cursor."""
        line = self.query_one(CartLines).line(self.visit)
        if line is None or self._busy:
            return
        before = line.quantity
        after = self.visit.cart.change(line.product, step)
        if step > 0 and after == before:
            self.say(f"No more of {line.product.name} is left.", "warn")
            return
        self._after_change()

    def action_remove(self) -> None:
        """Remove the line under the cursor."""
        line = self.query_one(CartLines).line(self.visit)
        if line is not None and not self._busy:
            self.visit.cart.change(line.product, -line.quantity)
            self._after_change()

    def action_pay(self) -> None:
        """Ask to confirm exactly what is shown; a second press does nothing."""
        user = self.visit.user
        if self._payment is not None and self._payment.is_in_doubt and self.is_active:
            self._payment.ask_again()
            return
        if self._busy or user is None or not self.is_active:
            return
        found = self._review
        if found is None or found.quote.order is None or not self._is_of_cart(found):
            self._pay_when_shown = True  # what was read before may be over
            is_refused = found is not None and self._is_of_cart(found)
            if is_refused or "review" not in self._unanswered:
                self.reload()
            return
        self._ask_to_pay(user, found)

    def _is_of_cart(self, found: Review) -> bool:
        return (found.lines, found.coupon) == (self.visit.cart.request, self._coupon)

    def _ask_to_pay(self, user: str, found: Review) -> None:
        """Ask to confirm a bill that was just read, or say why it cannot be paid."""
        shown, before = found.quote.order, self._overtaken
        self._overtaken = None
        if shown is None:
            refusal = self._refusal_text(found)
            self.say(refusal, "bad")
            self._said_refusal = _SaidRefusal(refusal, refusal, "")
            return
        self._busy = True
        intent = self._intent = self._intent_for(user)
        self.store.forget_answers()  # what it says is of before
        if before is not None:
            self.visit.trigger.disarm()
        changes = "" if before is None else self._changes(differences(before, shown))
        question = f"Pay {self.visit.wording.price(shown.total)}?"
        dialog = ConfirmDialog(
            f"{changes} Pay?" if changes else question,
            self._bill(shown),
            "Pay",
            trigger=self.visit.trigger,
            confirmed=lambda: self._pay(intent, shown),
        )
        self._box = _Box(dialog, shown)
        self.app.push_screen(dialog, self._answered)

    def _changes(self, changes: Sequence[Difference]) -> str:
        """What costs something else now, in a sentence; empty where nothing does."""
        money = self.visit.wording.money
        told = ", ".join(
            f"{inert(one.name)} {money(one.before)} → {money(one.now)}" for one in changes
        )
        return told and f"Changed meanwhile: {told}."

    def _refusal_text(self, found: Review) -> str:
        refusal = found.quote.refusal
        return "" if refusal is None else self.visit.wording.refusal(refusal)

    def _pay(self, intent: Intent, shown: Order) -> None:
        self._box = None
        self._payment = Payment(self.store, self, intent, shown)

    def _follow_box(self, box: _Box, found: Review) -> None:
        """Let the box that asks to pay not offer what is over; Enter then shows what is now."""
        before, now = box.shown, found.quote.order
        changes = () if now is None else differences(before, now)
        if now is not None and not changes:
            if now.balance_after != before.balance_after:
                box.dialog.show(self._bill(now))
            return

        def look() -> None:
            self._box, self._busy, self._overtaken = None, False, before
            self.reload()

        why = self._changes(changes) or f"It cannot be paid as shown. {self._refusal_text(found)}"
        box.dialog.overtake(why, "See the bill", look)

    def _answered(self, yes: bool | None) -> None:  # noqa: FBT001  # it is the answer
        if not yes:
            self.say("")
            self._box, self._busy = None, False
            self.reload()

    def in_doubt(self, payment: Payment) -> None:
        """Say that it is not known, and which key asks again; nothing else is obeyed."""
        self.tell(payment.doubt_text("Press p"), "warn")

    def not_paid(self, payment: Payment, error: ShopError) -> None:  # noqa: ARG002  # as of a `Payer`
        """Say why, also where another screen is on top."""
        self._free()
        told = self.visit.wording.not_made(error)
        self.tell(told, "bad")
        # Whether the database takes changes is not seen by reading the bill again.
        if not isinstance(error, OutcomeUnknown | ReadOnly | TryLater):
            past = "Not paid then. It can be paid now."
            self._said_refusal = _SaidRefusal(told, self.visit.wording.refusal(error), past)
        if self.is_there:
            self.reload()

    def _free(self) -> None:
        self._busy = False
        self._payment = None

    def _intent_for(self, user: str) -> Intent:
        """The intent to buy this; the one of before, with its key, if nothing changed."""
        lines, old = self.visit.cart.request, self._intent
        if old is not None and (old.user, old.lines, old.coupon) == (user, lines, self._coupon):
            return old
        return Intent(self.visit.new_key(), user, lines, self._coupon)

    def paid(self, payment: Payment, order: Order) -> None:
        """Show the receipt, or say on the screen on top that it is paid."""
        self._free()
        visit, deliver, price = self.visit, self.visit.deliver, self.visit.wording.price
        visit.cart.take_out(payment.intent.lines)
        self._intent = None
        visit.note_balance(order.user, order.balance_after)
        self.store.wallet_changed()
        self.store.done(commands.order(order))
        order_id = order.order or ""
        self.store.ask(self.store, "deliver", lambda _shop: deliver(order_id))
        if self.is_active:
            self._show_receipt(order)
            return
        self._paid_order = order
        self.store.say(
            f"Paid {price(order.total)}: order {ending(order.order)}. "
            f"{order.user} has {price(order.balance_after)}.",
            "good",
        )

    def _show_receipt(self, order: Order) -> None:
        from shopcli.tui.screens.receipt import ReceiptScreen  # only once something is paid

        if self.is_active:
            self.store.switch_screen(ReceiptScreen(order, just_paid=True))

    def changed(self, payment: Payment, changed: Changed) -> None:
        """Show the difference and ask once more; nothing is paid."""
        self._free()
        told = self._changes(changed.differences)
        self.tell("" if self.is_active else f"Not paid. {told}", "warn")
        self.visit.trigger.disarm()
        self._overtaken = payment.shown
        self.reload()

    def _show_review(self, found: Review) -> None:
        self.visit.note_balance(found.user, found.balance)
        self.note_charging(may_charge=found.may_charge)
        if news := self.visit.renew(found.products):
            self.say(news, "warn")
        self._review = found
        self._show_lines()
        self.query_one(OfferList).tell(found.offers, self._coupon, self.visit.wording)
        self._show_totals(found)
        self.show_wallet()
        self._end_refusal(found)
        if self._box is not None:
            if self._is_of_cart(found):
                self._follow_box(self._box, found)
        elif self._overtaken is not None or self._pay_when_shown:
            self._pay_when_shown = False
            if not self._busy and self.is_active and self._is_of_cart(found):
                self._ask_to_pay(found.user, found)
            else:
                self.action_pay()

    def _end_refusal(self, found: Review) -> None:
        """Say nothing any more of what kept the bill from being paid and does not now."""
        said, answer = self._said_refusal, self.query_one("#answer", Answer)
        if said.text and answer.text == said.text and self._refusal_text(found) != said.refusal:
            answer.say(said.past if found.quote.order is not None else "", "warn")
            self._said_refusal = _SaidRefusal("", "", "")

    def _show_lines(self) -> None:
        self.query_one(CartLines).tell(self.visit)

    def _explain_offer(self, code: str) -> None:
        offer = self._offer(code)
        if offer is not None and code != self._explained:
            self._explained = code
            self.say(explanation(offer, self.visit.wording))

    def _show_totals(self, found: Review) -> None:
        quote, price = found.quote, self.visit.wording.price
        pay_button = self.query_one("#pay", Button)
        pay_button.disabled = quote.order is None
        pay_button.label = "Pay" if quote.total is None else f"Pay {price(quote.total)}"
        parts = [Entry("Subtotal", price(quote.subtotal))]
        if quote.total is not None:
            if quote.total != quote.subtotal:
                saved = price(quote.subtotal - quote.total)
                parts.append(Entry(self._coupon or "Discount", f"-{saved}"))
            parts.append(Entry("Total", price(quote.total)))
        parts.append(Entry("Balance now", price(found.balance)))
        if quote.order is not None:
            parts.append(Entry("Balance after", price(quote.order.balance_after)))
        why = () if quote.refusal is None else (self.visit.wording.refusal(quote.refusal),)
        self.query_one("#totals", Panel).put(ledger(parts, self._totals_width, why))

    @property
    def _totals_width(self) -> int:
        return max(20, self.query_one("#totals", Panel).content_size.width or 30)

    def _offer(self, code: str) -> Offer | None:
        offers = () if self._review is None else self._review.offers
        return next((one for one in offers if one.coupon.code == code), None)

    def _bill(self, order: Order) -> Content:
        price = self.visit.wording.price
        lines = [
            Entry(counted(line.quantity, line.name), price(line.line_total), is_product=True)
            for line in order.lines
        ]
        if order.discount:
            lines.append(Entry(f"Coupon {order.coupon}", f"-{price(order.discount)}"))
        lines += [
            Entry("Total", price(order.total)),
            Entry(f"Balance of {order.user} now", price(order.balance_after + order.total)),
            Entry("Balance after", price(order.balance_after)),
        ]
        return ledger(lines, min(46, self.size.width - 8))

    def _after_change(self) -> None:
        self.say("")
        self._show_lines()
        self.show_wallet()
        if self.visit.cart.count:
            self.reload()
        else:
            self.dismiss()
