"""What is scanned at the till goes into the cart and on the bill; what fits several is asked.

A question waits in the place of the lines, and scans go on: nothing of a scan answers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from textual.message import Message

from shopcli.domain.facts import filled
from shopcli.domain.records import Product
from shopcli.domain.showing import inert
from shopcli.tui.payment import Review
from shopcli.tui.screens.till_view import TillView
from shopcli.tui.till.deeds import Line, PutBack, WhyNot
from shopcli.tui.till.leftover import LeftOver
from shopcli.tui.till.scanning import (
    Numbered,
    Renewed,
    Several,
    number_or_code,
    product_or_name,
    who_or_what,
    why_not,
    with_times,
)
from shopcli.tui.till.sent_charges import look
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.choices import NONE
from shopcli.tui.wording import counted, things_in_cart

_NAMES_SHOWN_MAX = 4
"""Most names among lines that were pasted which are told."""


class TillBill(TillView):
    """The cart and its bill, as scans change them."""

    def _scanned(self, text: str) -> None:
        """Look a text up as a product."""
        text, self._times = with_times(self._times, text), 1
        self._forget_paid()
        self._busy, self._asked = True, text
        self._asked_at = Message().time  # an enter behind a scan is no answer to a question
        if self._questions:
            self._choices.cursor = NONE
        self.ask("scan", lambda shop: product_or_name(shop, text))

    def _await_times(self, quantity: int) -> None:
        self._times = quantity
        say = self.visit.wording.catalogue.text
        self.say(filled(say("{quantity} × of the next scan."), {"quantity": f"{quantity:,}"}))  # noqa: RUF001  # the sign for it

    def _take_back(self) -> None:
        """Put what was put down last into the cart again, as it was read then; it is read anew."""
        if not self._put_by:
            self.say(self._text("Nothing was put down that f9 could take back."))
            return
        if self.visit.cart.count:
            told = self._text(
                "f9 takes back what was put down once what is in the cart is paid or put down."
            )
            self.say(told, "warn")
            return
        if not self._takes_back:
            told = self._text("f9 takes back what was put down: press esc first, to the products.")
            self.say(told, "warn")
            return
        put_by = self._put_by.popleft()
        self._tell_put_by()
        for line in put_by.lines:
            self.visit.cart.change(line.product, line.quantity)
        self._leftover = put_by.leftover
        things = things_in_cart(self.visit.cart.count, self.visit.wording.catalogue)
        self.say(things, "good")
        self._go("products")
        self.reload()

    def _tell_put_by(self) -> None:
        """Tell what is kept that was put down, as far as that is not told by a key."""
        self._tell_outcome("", "\n".join(one.told for one in self._put_by if one.told))

    def _add(self, product: Product, quantity: int, fitted: str = "") -> None:
        """Put a product into the cart; `fitted` is what was typed, where that is a part of it."""
        wanted = self.visit.cart.quantity(product.sku) + quantity
        if not product.on_sale or product.stock < wanted:
            self._refuse(product, wanted)
            return
        if not (self._keeps_put_by or self.visit.cart.count):
            self._put_by.clear()
            self._tell_put_by()
        self.visit.cart.change(product, quantity)
        told = self._put_told(product, quantity, fitted)
        if self._charges_only:
            self._start_over()
        self.say(told, "good")
        self._show_lines()
        self.query_one(CartLines).follow(product.sku)
        self.show_wallet()
        say = self.visit.wording.catalogue.text
        self._follow_cart(filled(say("{told}. It is on the bill now."), {"told": told}))

    def _refuse(self, product: Product, wanted: int) -> None:
        """Say why a product is not taken; where the cart has some, let the arrows change those."""
        why, news = why_not(product, wanted, self._text), ""
        if quantity := self.visit.cart.quantity(product.sku):
            news = self.visit.renew((product,))
            self._show_lines()
            self.query_one(CartLines).follow(product.sku)
            self.show_wallet()
            facts = {"what": counted(quantity, inert(product.name))}
            why = f"{why} {filled(self._text('The arrows change {what} now.'), facts)}"
        self.say("\n".join(filter(None, (why, news))), "bad")
        self._why_not = WhyNot(self._answer.text, {product.sku: wanted})
        self._ring()
        self._leave_out()
        if quantity and (news or not product.on_sale or product.stock < quantity):
            self._follow_cart(self._answer.text, "bad")  # the bill is another by that

    def _put_told(self, product: Product, quantity: int, fitted: str) -> str:
        say = self.visit.wording.catalogue.text
        facts = {"what": counted(quantity, inert(product.name)), "typed": inert(fitted)}
        if self._charges_only:
            return filled(say("{what}. Nothing was charged"), facts)
        return filled(say("{typed} is {what}"), facts) if fitted else facts["what"]

    def _follow_cart(self, note: str = "", tone: str = "good") -> None:
        """Draw the changed cart; a bill that is shown is asked for again."""
        if self._questions:
            return  # the bill is asked for behind them
        if not self.visit.cart.count:
            self._start_over()
        elif self._review is not None:
            if not self._stays_at_charge:
                note = "\n".join(filter(None, (note, self._not_charged)))
            self.visit.trigger.disarm(note)
            self._note, self._note_tone = note, tone
            self._named(self._review.user)
        elif self._step == "products":
            self._go("products")

    @property
    def _not_charged(self) -> str:
        """What to say where it was asked whether to charge an amount, and is not any more."""
        if self._step != "charge" or self._review is None or self._asks_for_sent:
            return ""
        facts = {"amount": self.visit.wording.price(self._charging.amount)}
        return filled(self._text("{amount} are not charged."), facts)

    def _name_too_soon(self, user: str) -> None:
        """Take a name where another user may be named; elsewhere say how to come there."""
        if self._step == "short":
            self._named(user)
            return
        if self._step in {"user", "account"}:
            self._refuse_pasted_name(user)
            return
        if self._step in {"amount", "charge"}:
            told = self._text("{user} is a user: an amount is asked here.")
        elif not self.visit.cart.count:
            told = self._text("{user} is a user: scan something first, or press f7 to charge.")
        elif self._step == "products":
            told = self._text("{user} is a user: press enter first, then type the name.")
        else:
            told = self._text("{user} is a user: press esc and enter first, then type the name.")
        self.say(filled(told, {"user": inert(user)}), "bad")
        self._ring()
        if self._waiting:  # which will be answered over it
            self._leave_out()

    def _refuse_pasted_name(self, user: str) -> None:
        """Say that one name is asked for: who is meant of several is nobody's guess."""
        self._names_pasted.append(user)
        names = ", ".join(inert(one) for one in self._names_pasted[:_NAMES_SHOWN_MAX])
        more = "…" if self._names_pasted[_NAMES_SHOWN_MAX:] else ""
        told = self._text(
            "Of several lines that are pasted each is a product, and {users} are names: type one."
            if len(self._names_pasted) > 1
            else "Of several lines that are pasted each is a product, and {users} is a name: type"
            " it."
        )
        self.say(filled(told, {"users": f"{names}{more}"}), "bad")
        self._ring()

    def _name_typed(self, text: str) -> None:
        self._named(text, self._times_for(text))

    def _named(self, text: str, times: int = 1) -> None:
        """Ask for the bill of a user; where it is none, for so many of a product."""
        lines = self.visit.cart.request
        self._busy = True
        self._asked, self._times_asked = with_times(times, text), times
        self.ask("review", lambda shop: who_or_what(shop, text, lines, times))

    def _settle(self, user: str) -> None:
        """Read the bill of a user again, behind money that was on its way: until then keys wait."""
        self._is_settling = True
        self._named(user)

    def _times_for(self, text: str) -> int:
        """The number that waits for what was typed as a name, which may be a product."""
        times, self._times = self._times, 1
        return 1 if with_times(times, text) == text else times

    def _times_dropped(self) -> str:
        """What to say where the number was for a scan, and a name or an amount came."""
        times, self._times_asked = self._times_asked, 1
        if times == 1:
            return ""
        say = self.visit.wording.catalogue.text
        return filled(say("{quantity} × of the next scan is over."), {"quantity": f"{times:,}"})  # noqa: RUF001  # the sign for it

    def _show_review(self, found: Review) -> None:
        if self.visit.user != found.user:
            self._charging.forget()
        self.visit.user = found.user
        news, note = self.visit.renew(found.products), self._note
        if self._looks_again:
            look_again = self._text("{changed} Look again, then press enter.")
            note, news = filled(look_again, {"changed": news or note}), ""
        if doubt := self._aside.warning_for(found.user):
            self.visit.trigger.disarm(doubt)
            self._aside.look(self._tell_outcome)
        if sent := self._sent.warning_for(found.user):
            self._look_for_sent()
        self._doubts = "\n".join(filter(None, (doubt, sent)))
        told = (note, self._times_dropped(), news, self._doubts)
        is_warning = bool(news or self._doubts)
        self.say("\n".join(filter(None, told)), "warn" if is_warning else self._note_tone)
        self._note, self._note_tone, self._looks_again = "", "good", False
        self._review, self._account = found, None
        may_be_paid = found.quote.order is not None or found.quote.missing
        if self._leftover is not None and self._left_text and may_be_paid:
            self._ask_whether_theirs(found, self._leftover)
        else:
            self._go("confirm" if found.quote.order is not None else "short")
            self._keep_unpaid(found)
            self._show_bill(found)
        self._show_lines()
        if found.quote.refusal is not None:
            self._mark_what_stops(found.quote.refusal)

    def _renew_coupons(self, now: Renewed) -> None:
        """Name at the bill the coupon that would save something by now, which changes no sum."""
        found = self._review
        if found is None or (now.account and now.account.user, now.lines) != (
            found.user,
            found.lines,
        ):
            return
        self._review = replace(found, offers=now.offers)
        if self._step in {"confirm", "amount"}:
            self._show_bill(self._review)

    def _show_bill(self, found: Review) -> None:
        names_keys = self._step != "amount" and not self._asks_for_sent
        total = self.visit.cart.total
        self._panel.put_bill(found, self.visit.wording, total, names_keys=names_keys)

    def _keep_unpaid(self, found: Review) -> None:
        """Keep whose bill cannot be paid as it is: another who is named pays it if asked alone."""
        left = self._leftover
        if left is not None and not left.is_settled_with(found.user):
            return
        if found.quote.order is None:
            self._leftover = LeftOver.of_bill(found.user, self.visit.cart.request)
        elif left is not None and left.user == found.user and not left.is_refused:
            self._leftover = None  # it can be paid by now

    def _look_for_sent(self) -> None:
        """Ask whether the charges are booked of which that is not known."""
        for deposit in self._sent.open:
            self.ask("sent", partial(look, deposit=deposit))

    def _ask_whether_theirs(self, found: Review, left: LeftOver) -> None:
        """Ask whether who is named pays what somebody else left unpaid, too."""
        self.visit.trigger.disarm(self._left_text)
        self._go("left")
        self._panel.put_left(found.user, left, self.visit.cart, self.visit.wording)

    def _say_theirs(self) -> None:
        """Show the bill: who is named pays what was left, too, once enter says so again."""
        if self._review is None or self._leftover is None:
            return
        if not self.visit.trigger.press():
            self._say_too_soon()
            return
        self._leftover = self._leftover.by(self._review.user)
        self.visit.trigger.disarm()
        self._show_review(self._review)

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

    def _ask_which(self, several: Several) -> None:
        """Ask which product is meant, behind the questions that are open."""
        if not self._questions:
            if self._charges_only:
                self._forget_user()
            self._before = "user" if self._step == "user" else "products"
        self._questions.append(several)
        self._ring()
        self.say(self._not_charged, "warn")
        self._show_question()

    def _show_question(self) -> None:
        self._go("which")
        self._choices.tell(self._questions[0].products, self.visit.wording)
        self._panel.put_question(self._questions, self.visit.wording.catalogue)

    def _renew_questions(self, products: Iterable[Product]) -> str:
        """Show what is to be chosen from as it is by now; what to say of the list that is shown."""
        now = {one.sku: one for one in products}
        before = tuple(self._questions)
        for place, several in enumerate(before):
            read = tuple(now.get(one.sku, one) for one in several.products)
            self._questions[place] = replace(several, products=read)
        if not before:
            return ""
        self._choices.renew(self._questions[0].products, self.visit.wording)
        pairs = zip(before[0].products, self._questions[0].products, strict=True)
        return "\n".join(filter(None, (self._choice_news(old, new) for old, new in pairs)))

    def _choice_news(self, before: Product, now: Product) -> str:
        """What to say of a product to choose from: that it is not sold any more, or costs more."""
        was_sold, is_sold = before.on_sale and before.stock, now.on_sale and now.stock
        if was_sold and not is_sold:
            return why_not(now, 1, self._text)
        if before.price == now.price or now.sku in self.visit.cart.skus:  # of which it is said
            return ""
        return self.visit.other_price_text(now, before.price)

    def _answer_line(self, line: Line, *, is_live: bool) -> None:
        """A number chooses, and enter what is marked; what else is typed is the next scan."""
        count = len(self._questions[0].products)
        if is_live and len(line.text) == 1 and line.text in "123456789"[:count]:
            number, self._busy = line.text, True
            self.ask("number", lambda shop: number_or_code(shop, number))
        elif line.text:
            self._scanned(line.text)
        elif is_live and self._choices.cursor >= 0:
            self._choose(self._choices.cursor)
        elif is_live:
            say = self.visit.wording.catalogue.text
            self.say(say("Choose first: type its number, or mark it with the arrows."), "warn")

    def _numbered(self, found: Numbered) -> None:
        self._busy = False
        if found.product is None:
            self._choose(found.number - 1)
            return
        say = self.visit.wording.catalogue.text
        facts = {"number": found.number, "name": inert(found.product.name)}
        told = say("{number} is the code of {name}, too: mark what you mean with the arrows.")
        self.say(filled(told, facts), "warn")

    def _choose(self, index: int) -> None:
        several = self._questions.popleft()
        self._asked = several.text
        if not self._questions and self._review is None:
            self._go(self._before)
        self._add(several.products[index], several.quantity)
        self._go_behind_question()

    def _leave_question(self) -> None:
        """Choose none; what was typed is in the field again, marked: a scan replaces it."""
        several = self._questions.popleft()
        say = self.visit.wording.catalogue.text
        if self._questions or self._field.value:
            self._asked = several.text
            self._leave_out()
        else:
            self._field.value = several.text
            self._field.select_all()
            told = say(
                "Nothing was taken. A scan, or what is typed now, replaces {typed}; press End"
                " first to type on behind it."
            )
            self._note = filled(told, {"typed": inert(several.text)})
            self._put_back = PutBack(several.text, self._note)
        if not self._questions and self._review is None:
            note, self._note = self._note, ""
            self._go(self._before)
            self.say(note)
        self._go_behind_question()

    def _go_behind_question(self) -> None:
        """Show the next question, or the bill as it is now."""
        if self._questions:
            told, tone = self._answer.text, self._answer.tone
            self._show_question()
            self.say(told, tone)
        elif self._review is not None and not self._busy:
            self._note, self._note_tone = self._note or self._answer_alone, self._answer.tone
            self._named(self._review.user)
