"""Charging at the till, at a bill or without one, and taking the last sale back."""

from __future__ import annotations

from dataclasses import replace

from shopcli.domain.amounts import format_major
from shopcli.domain.barcodes import as_read, is_gtin
from shopcli.domain.errors import InvalidInput, ShopError, UserBlocked, UserClosed
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceChange, Cancellation, Order
from shopcli.domain.showing import inert
from shopcli.engine import ChargeTerms
from shopcli.tui import commands
from shopcli.tui.journal.cancelling import cancel_as_shown
from shopcli.tui.payment import Review
from shopcli.tui.screens.charging import is_large_charge, usual_charge
from shopcli.tui.screens.till_bill import TillBill
from shopcli.tui.till.charging import AMOUNT_KEYS, Account, send
from shopcli.tui.till.scanning import account_or_product, with_times
from shopcli.tui.till.sent_charges import Looked
from shopcli.tui.widgets.typed import read_amount


class TillCharges(TillBill):
    """Function keys: charges, and the undo of the last sale."""

    def _press(self, key: str, typed: str) -> None:
        """Obey a function key.

        Args:
            key: Its name.
            typed: What was in the field when it was pressed.
        """
        if self._step == "which":
            self.say(self._text("Choose a product first, or press esc: that takes none."), "warn")
        elif key == "f9":
            self._take_back()
        elif key == "f8":
            self._ask_to_undo()
        elif self._step == "left":
            self.say(self._text("Answer first: enter says yes, esc goes back."), "warn")
        elif self._payer is None:
            self._begin_to_charge(key, typed)
        else:
            self._press_at_payer(self._payer, key, typed)

    def _press_at_payer(self, found: Review | Account, key: str, typed: str) -> None:
        """Obey a key of charging where it is known whom it is about."""
        if self._asks_for_sent and self._step == "charge":
            self._ask_to_answer_sent()
        elif self._asks_for_sent:
            self._ask_about_sent(found, typed)
        elif (refusal := self._charge_refusal) is not None:
            self.say(self.visit.wording.refusal(refusal), "bad")
        elif key == "f7":
            self._press_f7(found, typed)
        elif key == "f4":
            self._take_next_method(found)
        elif key in AMOUNT_KEYS[: len(self._amounts)]:
            self._charging.begin(self._amounts[AMOUNT_KEYS.index(key)])
            self._ask_to_charge(found)
        else:
            self.say(self._text("f5 and f6 charge what is short at a bill; f7 takes an amount."))

    def _press_f7(self, found: Review | Account, typed: str) -> None:
        """Ask how much at a bill, or take what is typed; without one, ask whose balance."""
        if self._step == "charge" and not typed:
            facts = {"amount": self.visit.wording.price(self._charging.amount)}
            self._charging.end()
            self._ask_amount(found)
            told = self._text("{amount} are not charged: type the other amount.")
            self.say(filled(told, facts))
        elif isinstance(found, Account):
            self._forget_user()
            self._begin_to_charge("f7", typed)
        else:
            self._ask_amount(found)
            if typed:
                self._take_out_of_field(typed)
                self._amount_typed(typed, is_amount=True)

    def _ask_about_sent(self, found: Review | Account, typed: str) -> None:
        """Ask about the charge that was sent before any other, which is not taken."""
        self._ask_to_charge(found)
        if typed:
            self._take_out_of_field(typed)
            told = filled(
                self._text("{typed} was not taken: this one comes first."), {"typed": inert(typed)}
            )
            self.say(f"{self._answer.text}\n{told}", "warn")

    def _ask_to_answer_sent(self) -> None:
        """Say that the question about the charge that was sent is answered first, over it."""
        sent = self._sent_of_payer
        if sent is not None:
            why = self._text("Answer first: enter charges this once, esc goes back.")
            self.say(f"{why}\n{self._sent.question_of(sent)}", "warn")

    def _leave_charge(self) -> None:
        """Go back from an amount, or from the question whether to charge it."""
        found, is_question = self._account, self._step == "charge"
        sent = self._sent_of_payer
        told = "" if sent is None else self._sent.left_text(sent)
        self._charging.end()
        if self._review is not None:
            self._note, self._note_tone = told, "warn" if told else "good"
            self._named(self._review.user)
        elif found is not None and is_question and not told:
            self._ask_amount(found)
        else:
            self._start_over()
            self.say(told, "warn")

    def _take_next_method(self, found: Review | Account) -> None:
        if self._step == "amount" and self._field.value:
            self.say(self._text("Press enter for the amount first: then f4 takes another method."))
        elif self._step != "charge":
            self.say(self._text("Name the amount first: then f4 takes another method."))
        elif self._charging.has_choice:
            self._charging.next_method()
            self._ask_to_charge(found)
        else:
            self.say(self._text("There is no other method here."))

    def _begin_to_charge(self, key: str, typed: str) -> None:
        """Ask whose balance is charged without a sale; a name that was typed is taken.

        With something in the cart it is the name of who pays, at whose bill the key charges.
        """
        say = self.visit.wording.catalogue.text
        if key != "f7":
            told = (
                say("f4, f5 and f6 are for charging: type the name of who pays first.")
                if self._step == "user"
                else say("f4, f5 and f6 are for charging: press enter, then type who pays.")
                if self.visit.cart.count
                else say("f4, f5 and f6 are for charging: f7 asks whose balance.")
            )
            self.say(told, "warn")
        elif self.visit.cart.count and typed:
            self._go("user")
            self._take_out_of_field(typed)
            self._name_typed(typed)  # the key is for that bill
        elif self.visit.cart.count:
            told = (
                say("With something in the cart f7 charges at its bill: type who pays first.")
                if self._step == "user"
                else say(
                    "With something in the cart f7 charges at its bill: press enter, then type who"
                    " pays."
                )
            )
            self.say(told, "warn")
        else:
            self.say("")
            self._go("account")
            if typed:
                self._take_out_of_field(typed)
                self._account_named(typed)

    def _take_out_of_field(self, typed: str) -> None:
        """Take what was typed before a key out of the field; what came behind the key stays."""
        self._field.value = self._field.value.lstrip().removeprefix(typed).lstrip()

    def _put_typed_back(self, text: str) -> None:
        """Put a text that was refused into the field again, marked: what comes next replaces it."""
        if not (self._field.value or self._waiting):
            self._field.value = text
            self._field.select_all()

    def _account_named(self, text: str) -> None:
        times, self._busy = self._times_for(text), True
        self._asked, self._times_asked = with_times(times, text), times
        self.ask("account", lambda shop: account_or_product(shop, text, times))

    def _show_account(self, found: Account) -> None:
        """Ask how much; where a charge of theirs is in doubt, whether it is booked."""
        deposit = self._charging.open_deposit(found.user)
        if deposit is None and found.refusal is not None:
            self.say(self.visit.wording.refusal(found.refusal), "bad")
            self._ring()
            return
        self._account, self.visit.user = found, found.user
        if deposit is None:
            dropped = self._times_dropped()
            self._ask_amount(found)
            self.say(dropped)
            return
        self._ask_to_charge(found)
        self._look_for_sent()

    def _account_renewed(self, now: Account, news: str) -> str:
        """Show the balance and the state of who is named as they are by now.

        Args:
            now: As it was read again.
            news: Of the products, which has been said.

        Returns:
            What the bill is to be read again for, and told with; empty where it stands.
        """
        found = self._payer
        if found is None or found.user != now.user:
            return news
        is_refused = (
            found.refusal if isinstance(found, Account) else self._charge_refusal
        ) is not None
        is_other_state = is_refused != (now.refusal is not None)
        if found.balance == now.balance and not is_other_state:
            return news
        if is_other_state and now.refusal is not None:
            self._ring()  # what stood there to be paid is not taken any more
        if found.balance != now.balance:
            facts = {
                "user": inert(now.user),
                "now": self.visit.wording.price(now.balance),
                "before": self.visit.wording.price(found.balance),
            }
            told = filled(self._text("{user} has {now} now (was {before})."), facts)
            news = "\n".join(filter(None, (news, told)))
        if isinstance(found, Account):
            self._show_other_account(now, news)
            return ""
        if self._step not in {"amount", "charge"} or is_other_state:
            return news or self._text("The bill changed a moment ago.")
        self._review = replace(found, balance=now.balance)
        self._ask_again(self._review, news)
        return ""

    def _show_other_account(self, now: Account, news: str) -> None:
        """Show an account that changed; who may not charge any more is named no longer."""
        if now.refusal is not None and self._charging.open_deposit(now.user) is None:
            self._forget_user()
            self._go("account")
            self.say(self.visit.wording.refusal(now.refusal), "bad")
            self._ring()
            return
        self._account = now
        self._ask_again(now, news)

    def _show_review(self, found: Review) -> None:
        """Show the bill; an amount that is asked for or about while others change it stays so."""
        step, amount, method = self._step, self._charging.amount, self._charging.method
        stays, self._stays_at_charge = self._stays_at_charge, False
        super()._show_review(found)
        if stays and self._step in {"short", "confirm"} and self._charges_payer:
            self._step = step
            self._charging.begin(amount)
            self._charging.ask_by_method(method)
            self._ask_again(found, self._answer_alone if self._is_at_sent else self._answer.text)

    def _learn_terms(self, terms: ChargeTerms) -> None:
        """Keep how money may come; a method that is asked about and not taken any more is told."""
        told, found = self._charging.learn(terms), self._payer
        is_asked = self._step == "charge" and not self._awaits_money
        if is_asked and found is not None and told:
            self._ring()
            self._ask_again(found, told)
        elif is_asked and found is not None and not self._asks_for_sent:
            self._panel.put_charge(found, self._charging, self.visit.wording, is_sent=False)
        self.refresh_bindings()

    def _ask_again(self, found: Review | Account, news: str) -> None:
        """Ask the question of this step again, with the balance and the method of now."""
        if self._step == "charge":
            if not self._charge_trigger.is_calm:  # what changed a moment ago stays told beside it
                lines = (*self._charge_trigger.why.splitlines(), *news.splitlines())
                news = "\n".join(dict.fromkeys(lines))
            self._charge_trigger.disarm(news)
            self._ask_to_charge(found)
        else:
            self._ask_amount(found)
        if news and self._is_at_sent:  # over the question, which has more lines than are told
            question = self._answer.text
            news = news.replace(question, "").strip("\n")
            self.say("\n".join(filter(None, (news, question))), "warn")
        elif news:
            self.say(news, "warn")

    def _ask_amount(self, found: Review | Account) -> None:
        self.say("")  # what was said before would hide the question on a small screen
        self._go("amount")
        if isinstance(found, Account):
            self._panel.put_account(found, self.visit.wording)
        else:
            self._show_bill(found)

    def _ask_to_undo(self) -> None:
        last, order = self._last_sale, self._last_sale.order
        if self._step == "undo":
            self._ask_to_answer_undo()
            return
        if self._step != "products":
            self.say(self._text("f8 undoes the last sale: press esc first, back to the products."))
            return
        doubts = self._doubts_once()
        if last.is_before_charge:
            self.say("\n".join((*doubts, last.answer_charge())), "warn")
            self.refresh_bindings()
            return
        if doubts:
            told = self._text("{doubt} f8 again is for the sale before it.")
            self.say(filled(told, {"doubt": "\n".join(doubts)}), "warn")
            return
        if order is None:
            self.say(last.missing_text)
            return
        self.say("")
        if last.is_in_doubt:  # what is read may be its own doing
            self._show_undo(order)
            return
        order_id, self._busy = order.order or "", True
        self.ask("sale", lambda shop: shop.receipt(order_id))

    def _doubts_once(self) -> list[str]:
        """What to say to who undoes something, and may mean what is in doubt; once of each."""
        return [told for told in (self._aside.warning_once(), self._sent.warning_once()) if told]

    def _ask_to_answer_undo(self) -> None:
        self.say(self._text("Answer first: enter undoes that sale, esc goes back."), "warn")

    def _show_last_sale(self, now: Order) -> None:
        """Ask whether to undo what is left of the last sale by now, if anything is."""
        if told := self._last_sale.renew(now):
            self._start_over()
            self.say(told, "warn")
        else:
            self._show_undo(now)

    def _show_undo(self, order: Order) -> None:
        self._go("undo")
        self._panel.put_undo(order, self.visit.wording)

    def _undo(self) -> None:
        order = self._last_sale.order
        if order is None:
            return
        if not self.visit.trigger.press():
            self._say_too_soon()
            return
        operation = self._last_sale.begin(order)
        self._busy = self._is_charging = True
        self._show_step()
        self._panel.put_undo(order, self.visit.wording, is_sent=True)
        self._say_sent(operation.what)
        self.send("undo", lambda shop: cancel_as_shown(shop, order, operation))

    def _less_left(self, now: Order) -> None:
        """Ask anew where some of the sale went back since it was asked: that is left by now."""
        told = self._last_sale.less_left(now)
        self._tell_end(told, "warn")
        self._is_charging = self._busy = False
        if self._last_sale.order is None:
            self._start_over()
        else:
            self.visit.trigger.disarm(told)
            self._show_undo(now)
        self.say(told, "warn")
        self._ring()

    def _undone(self, made: Cancellation) -> None:
        told = self._last_sale.undone(made)
        self._tell_outcome(self._last_sale.key, "")
        self._is_charging = self._busy = False
        deliver = self.visit.deliver
        self.store.done(commands.cancel(made.order, made.key))
        self.store.ask(self.store, "deliver", lambda _shop: deliver(made.order))
        self._start_over()
        self._mark_paid()  # a balance, which goes as that of who paid
        self._tell_end(told)
        self.say(told, "good")

    def _amount_typed(self, text: str, *, is_amount: bool = False) -> None:
        """Take an amount; what is no amount, or a number as barcodes are, is a scan as ever.

        Args:
            text: As it was typed or scanned.
            is_amount: Whether an amount is meant, whatever it looks like.
        """
        wording, found = self.visit.wording, self._payer
        example = format_major(usual_charge(wording.exponent), wording.exponent)
        try:
            amount = 0 if text.startswith("-") else read_amount(text, wording, example)
            if amount == 0:
                raise InvalidInput("A charge is more than 0.")  # noqa: TRY301  # as if it were read so
        except InvalidInput as error:
            if _is_like_a_number(text) or is_amount:
                self.say(wording.refusal(error), "bad")
                self._put_typed_back(text)
            else:
                self._scanned(text)
            return
        if is_gtin(as_read(text)):
            self._scanned(text)
        elif found is not None:
            self._times_asked, self._times = self._times, 1
            self._charging.begin(amount)
            self._ask_to_charge(found)
            self._tell_of_amount(amount, found.user)

    def _other_amount_typed(self, text: str) -> None:
        """Take another amount where it is asked whether to charge one; what is none is a scan."""
        if not _is_like_a_number(text) or is_gtin(as_read(text)):
            self._scanned(text)
        elif self._asks_for_sent:
            self._ask_to_answer_sent()
        else:
            self._amount_typed(text)

    def _tell_of_amount(self, amount: int, user: str) -> None:
        """Warn of an amount that may be the number of a card that was scanned."""
        wording, dropped = self.visit.wording, self._times_dropped()
        if not is_large_charge(amount, wording.exponent):
            self.say(dropped)
            return
        facts = {"amount": wording.price(amount), "user": inert(user)}
        told = self._text("{amount} for {user} is a lot: look whether it is a card's number.")
        self.say(" ".join(filter(None, (dropped, filled(told, facts)))), "warn")
        self._ring()

    def _ask_to_charge(self, found: Review | Account) -> None:
        """Ask whether to charge the amount; one in doubt comes first, as it is sent first."""
        sent = self._charging.open_deposit(found.user)
        if sent is None:
            self._charging.ask_by_method()
        else:
            self._charging.begin_again(sent)
        self.say("" if sent is None else self._sent.question_of(sent), "warn")
        self._go("charge")
        self._panel.put_charge(found, self._charging, self.visit.wording, is_sent=False)

    def _learn_of_sent(self, looked: Looked) -> None:
        """Tell what became of a charge; where it is asked about, that question is over."""
        told, found = self._sent.learn(looked), self._payer
        if not told:
            return
        self._tell_outcome(looked.deposit.operation.key, told)
        if found is None or found.user != looked.deposit.user:
            return
        if self._step == "charge" and looked.balance is not None:
            self._charging.end()  # a new one comes by the method that is usual
            self._ask_amount(replace(found, balance=looked.balance))
        elif self._step == "charge":
            self._ask_to_charge(found)
            return
        if self._review is not None and not self._busy:
            self._follow_cart(self._answer_alone, self._answer.tone)  # the bill is of before

    def _charge_as_asked(self) -> None:
        """Charge the amount, unless what is asked has just changed."""
        if self._charge_trigger.press():
            self._charge()
        else:
            self._say_too_soon()

    def _charge(self) -> None:
        found = self._payer
        if found is None:
            return
        deposit = self._charging.deposit(found.user)
        self._busy = self._is_charging = True
        self._charging.begin(deposit.amount)
        self._show_step()
        self._panel.put_charge(found, self._charging, self.visit.wording, is_sent=True)
        self._say_sent(deposit.operation.what)
        self.send("charge", lambda shop: send(shop, deposit))

    def _say_sent(self, what: str) -> None:
        say = self.visit.wording.catalogue.text
        self.say(filled(say("{what} is on its way…"), {"what": what}))

    def _charged(self, change: BalanceChange) -> None:
        """Show the bill with the new balance; without one, both balances, and be ready."""
        told = self._charging.booked(change)
        self._tell_outcome(change.key, "")
        self._last_sale.is_before_charge = True
        self._is_charging = self._busy = False
        method = change.method
        amount = format_major(change.amount, self.visit.wording.exponent)
        self.store.done(commands.charge(change.user, amount, change.key, method))
        if self._review is not None:
            self._note, self._note_tone = told, "good"
            self._settle(self._review.user)
        else:
            self._times = 1
            self._start_over()
            self._mark_paid()  # balances, which go as that of who paid
            self._panel.put_charged(change, self.visit.wording)
            self._tell_end(told)
            self.say(told, "good")

    def _say_not_charged(self, told: str, error: ShopError) -> None:
        """Show the bill again, or ask for another amount; who may not charge is named no longer."""
        if self._review is not None:
            self._note, self._note_tone = told, "bad"
            self._settle(self._review.user)
        elif self._account is not None:
            if self._asks_for_sent:
                self._start_over()  # no other amount is taken before that one
            elif isinstance(error, UserBlocked | UserClosed):
                self._forget_user()
                self._go("account")
            else:
                self._ask_amount(self._account)
            self._tell_end(told, "bad")
            self.say(told, "bad")


def _is_like_a_number(text: str) -> bool:
    """Whether a text may be meant as an amount, with a sign or without digits before its point."""
    return text.lstrip("+-.,")[:1].isdigit() and "*" not in text
