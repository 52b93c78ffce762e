"""What the checkout shows: the lines, the coupons, the bill, and what its button does."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key

from shopcli.domain.errors import UserBlocked, UserClosed
from shopcli.domain.facts import filled
from shopcli.domain.records import Order
from shopcli.domain.showing import inert
from shopcli.tui.cart import CouponChoice
from shopcli.tui.checkout.bill import BillPanel, PayButton
from shopcli.tui.checkout.changes import changes
from shopcli.tui.paying import Payment
from shopcli.tui.payment import Intent, Offer, Review
from shopcli.tui.screens.screen import StoreScreen
from shopcli.tui.till.charging import Charging
from shopcli.tui.trigger import CALM_SECONDS
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.offer_list import OfferList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli.domain.errors import ShopError

_SHOWN_SECONDS = CALM_SECONDS + 0.05
"""After this long the button says again what it does."""


class SaidRefusal(NamedTuple):
    """Why the bill could not be paid, as it stands in the answer line."""

    text: str
    refusal: str
    """The refusal in it."""
    past: str
    """What is said once it can be paid."""
    enough: str = ""
    """With which coupon the balance would be enough, as it is said behind it."""
    fact: str = ""
    """What kept a payment from being made; it is told once another bill can be paid."""


class Note(NamedTuple):
    """What was said of a bill; it goes with that."""

    text: str
    found: Review | None
    """The bill; None where it is the next one that is read."""


class CheckoutView(StoreScreen):
    """What is on the checkout's screen, and in which state it is."""

    WHERE = "shop / cart / pay"
    READS_BALANCE = True
    AUTO_FOCUS = "#lines"
    TOO_SOON = "That {key} came before the bill was shown. Read it: the next one counts."

    def __init__(self) -> None:
        super().__init__()
        self._review: Review | None = None
        self._seen: Review | None = None  # the bill that somebody looks at
        self._shown_at = inf  # since when, on the clock of messages
        self._pressed = "enter"  # which key that pays came last
        self._no_key = ""  # what is said of a letter that does nothing here
        self._was_early = False  # whether a key that pays came before that
        self._intent: Intent | None = None
        self._payment: Payment | None = None
        doubt = self.visit.wording.catalogue.text(
            "It is not known whether {amount} of {user} are charged. Press enter to send it again"
            " with the same key, {key}: it is charged once."
        )
        self._charging = Charging(self.visit, doubt, keeps_method=True)
        self._is_charging = False
        self._then_pays: Review | None = None  # the bill to pay once what is short is charged
        self._charged = ""  # what was charged for the payment behind it, in words
        self._charged_first = ""  # the same without the balance, which a payment has changed
        self._last_charge = ""  # the same once that is over, told until something else is done
        self._looks_before_charge = False  # whether the bill is read once more, to charge it then
        self._wants_reason = False  # whether to say why the bill, read again, cannot be paid
        self._wants_row = True  # whether the cursor goes to the line that cannot be paid
        self._said_refusal = SaidRefusal("", "", "")
        self._note = Note("", None)
        self._worth_told = ""  # what was said of what a coupon is worth for the bill
        self._claims = ""  # the coupon that is claimed and is to be used then
        self._explained = self._hint = ""  # the coupon that was explained, and how
        self._paid_order: Order | None = None

    def body(self) -> ComposeResult:
        """Compose lines and coupons; below them, always in sight, the bill and its button."""
        say = self.visit.wording.catalogue.text
        with Horizontal(id="checkout"):
            yield CartLines(say("YOUR ORDER"), empty=say("The cart is empty. Press esc."))
            yield OfferList()
        yield BillPanel()
        yield PayButton()

    def on_mount(self) -> None:
        """Say that there is no bill yet."""
        self._show_button()

    def on_descendant_focus(self) -> None:
        """Say which key pays, where Enter chooses a coupon; give the room to what is looked at."""
        self.set_class(self._is_at_coupons, "-choosing")
        self._show_button()

    def takes(self, key: Key) -> bool:
        """Drop a key that pays if it was pressed before there was a bill to look at.

        A letter that is no key here was meant for another place, and so is an enter behind it.
        """
        self._no_key = ""
        if key.is_printable and key.key not in self.active_bindings and not self._is_busy:
            say, shown = self.visit.wording.catalogue.text, (key.character or "").strip()
            self._no_key = filled(say("{key} is no key here."), {"key": inert(shown or key.key)})
            self._disarm(self._no_key)
            return False
        pays = key.key == "p" or (key.key == "enter" and not self._is_at_coupons)
        if pays:
            self._pressed = key.key
        if not pays or key.time >= self._shown_at:
            return True
        self._was_early = True  # whoever presses it again and again looks first
        return False

    def told_too_soon(self) -> str:
        """What is said of a key that was dropped."""
        if self._no_key:
            return f"{self._no_key} {self._where_text}"
        return filled(super().told_too_soon(), {"key": self._pressed})

    @property
    def _where_text(self) -> str:
        """That this is the checkout, and which key pays."""
        facts = {"key": self._pays_by}
        say = self.visit.wording.catalogue.text
        return filled(say("This is the checkout: {key} pays, esc leaves."), facts)

    @property
    def _is_busy(self) -> bool:
        return self._payment is not None or self._is_charging or self._looks_before_charge

    @property
    def _is_at_coupons(self) -> bool:
        return isinstance(self.focused, OfferList) and self._payment is None

    @property
    def _pays_by(self) -> str:
        """The key that pays, as it is named."""
        return "p" if self._is_at_coupons else "enter"

    @property
    def _does(self) -> str:
        """What a key that pays does now, as the bindings name it."""
        found, user = self._review, self.visit.user
        if self._payment is not None and self._payment.is_in_doubt:
            return "pay_once"
        if not self._is_busy and user and self._charging.open_deposit(user):
            return "charge_once"
        if found is None or found.quote.order is not None:
            return "pay"
        if not self._amount:
            return "why"
        return "both" if self._amount >= found.quote.missing else "charge"

    @property
    def _choice(self) -> CouponChoice | None:
        """The coupon that this user chose by hand; None while the best is taken."""
        choice = self.visit.cart.coupon_choice
        return choice if choice is not None and choice.user == self.visit.user else None

    @property
    def _amount(self) -> int:
        """What is charged for a bill that is short; 0 where none is or that is not allowed."""
        found = self._review
        if found is None or not found.quote.missing or not self.visit.may_charge:
            return 0
        return next(iter(self._charging.amounts(found.quote.missing)), 0)

    @property
    def _barred(self) -> ShopError | None:
        """Why this user can charge nothing, by the bill; None where a charge was sent before."""
        found, user = self._review, self.visit.user
        refusal = None if found is None or found.user != user else found.quote.refusal
        if user is None or self._charging.open_deposit(user) is not None:
            return None
        return refusal if isinstance(refusal, UserBlocked | UserClosed) else None

    def _is_of_cart(self, found: Review) -> bool:
        choice = self._choice
        chosen = found.picks_best if choice is None else found.coupon == choice.code
        return chosen and (found.user, found.lines) == (self.visit.user, self.visit.cart.request)

    def _disarm(self, why: str = "") -> None:
        """Let no press count for a moment, while the button says what has changed."""
        self.visit.trigger.disarm(why)
        self._show_changed()

    def _show_changed(self) -> None:
        self._show_button()
        self.set_timer(_SHOWN_SECONDS, self._show_calm)

    def _show_calm(self) -> None:
        """Say what the button does, and no longer that it does nothing yet."""
        self._show_button()
        if not self.visit.trigger.is_calm:
            self.set_timer(_SHOWN_SECONDS, self._show_calm)
        elif self.is_there:
            answer = self.query_one("#answer", Answer)
            say = self.visit.wording.catalogue.text
            told = self.visit.trigger.calm_text(answer.text, say, self._pressed)
            if told != answer.text:
                answer.say(told, answer.tone)

    def _refusal_text(self, found: Review) -> str:
        refusal, wording = found.quote.refusal, self.visit.wording
        if refusal is not None and self._amount:  # the button says what to do about it
            missing = {"missing": wording.money(found.quote.missing)}
            return filled(wording.catalogue.text("The balance is {missing} short."), missing)
        return "" if refusal is None else wording.refusal(refusal)

    def _show_bill(self, found: Review) -> None:
        """Show the sums; on a low screen no reason that the answer line tells already."""
        is_low = not self.has_class("-high")
        refusal = self._refusal_text(found)
        self.query_one(BillPanel).tell(
            found,
            self.visit.wording,
            may_charge=self.visit.may_charge,
            is_told=is_low
            and bool(refusal)
            and self.query_one("#answer", Answer).text.startswith(refusal),
        )

    def _show_lines(self) -> None:
        self.query_one(CartLines).tell(self.visit)

    def _say_of_bill(self, text: str, tone: str = "") -> None:
        """Say what holds for this bill."""
        self._note = Note(text, self._review)
        self.say(text, tone)

    def _end_note(self, found: Review) -> None:
        """Say nothing any more of a bill that is another by now."""
        text, before = self._note
        if before is None:
            if self._is_of_cart(found):
                self._note = Note(text, found)
            return
        is_other = bool(changes(before, found, self.visit.wording))
        if is_other or before.may_charge != found.may_charge:
            answer, self._note = self.query_one("#answer", Answer), Note("", None)
            if text and answer.text == text:
                answer.say("")

    def _offer(self, code: str) -> Offer | None:
        return offer_of(self._review, code)

    def _show_button(self) -> None:
        if self.is_there:
            does, state = self._button()
            self.query_one(PayButton).tell("" if state else self._pays_by, does, state=state)
            self.refresh_bindings()  # one of them is what the button says

    def _button(self) -> tuple[Sequence[str], str]:
        """What the button says, the longest form first, and its state."""
        say, price, found = (
            self.visit.wording.catalogue.text,
            self.visit.wording.price,
            self._review,
        )
        user = self.visit.user
        deposit = None if user is None else self._charging.open_deposit(user)
        if self._payment is not None:
            if self._payment.is_in_doubt:
                facts = {"total": price(self._payment.shown.total)}
                forms = (say("Pay {total}, if it is not paid yet"), say("Pay {total} if not paid"))
                return [filled(form, facts) for form in forms], ""
            return [say("Paying…")], "-off"
        if self._is_charging or self._looks_before_charge:
            return [say("Charging…")], "-off"
        if deposit is not None:
            facts = {"amount": price(deposit.amount)}
            forms = (
                say("Charge {amount}, if it is not charged yet"),
                say("Charge {amount} if not charged"),
            )
            return [filled(form, facts) for form in forms], ""
        if found is None:
            return [say("The bill is being read…")], "-off"
        trigger = self.visit.trigger
        if not trigger.is_calm and found.quote.total is not None:
            key = {"key": self._pays_by}
            new = [filled(say("A new bill: {key} counts in a moment"), key), say("A new bill")]
            return [*trigger.why.splitlines()[:1], *new], "-changed"
        if found.quote.order is not None:
            facts = {"total": price(found.quote.order.total)}
            return [filled(say("Pay {total}"), facts)], ""
        if self._amount:
            return self._charge_texts(found), ""
        if found.quote.missing:
            facts = {"missing": self.visit.wording.money(found.quote.missing)}
            return [filled(say("{missing} short"), facts)], "-off"
        return [say("It cannot be paid")], "-off"

    def _charge_texts(self, found: Review) -> list[str]:
        say, amount = self.visit.wording.catalogue.text, self._amount
        facts = {
            "amount": self.visit.wording.money(amount),
            "method": inert(self._charging.method or ""),
        }
        if amount < found.quote.missing:
            forms, plain = [say("Charge {amount} by {method}")], say("Charge {amount}")
        else:
            forms = [say("Charge {amount} by {method} and pay"), say("{amount} by {method} + pay")]
            plain = say("Charge {amount} and pay")
        in_two_lines = f"{plain}\n{say('by {method}')}"  # no form leaves out how money comes
        forms = [*forms, in_two_lines] if self._charging.has_choice else [plain]
        return [filled(form, facts) for form in forms]


def offer_of(found: Review | None, code: str) -> Offer | None:
    """The offer of a coupon that a bill has with it; None where it has none."""
    offers = () if found is None else found.offers
    return next((one for one in offers if one.coupon.code == code), None)
