"""What is done with coupons at the checkout: one is looked at, claimed, used, or the best is."""

from __future__ import annotations

from textual import on

from shopcli.domain.facts import filled
from shopcli.domain.records import Claim
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.cart import CouponChoice
from shopcli.tui.payment import Offer, Review, best_held, best_of_all
from shopcli.tui.screens.checkout_view import CheckoutView, Note, offer_of
from shopcli.tui.widgets.bars import Answer
from shopcli.tui.widgets.cart_lines import CartLines
from shopcli.tui.widgets.offer_list import NO_COUPON, OfferList, explanation, why_not
from shopcli.tui.widgets.rows import RowList


class CheckoutCoupons(CheckoutView):
    """The coupons of a checkout, and the one that its user chooses."""

    @on(RowList.Chosen, "#offers")
    def _offer_clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_choose()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.row_list.id == "offers" and event.row_list.has_focus and not self._is_busy:
            self._explain_offer()
            self.refresh_bindings()

    @property
    def _does_at_coupons(self) -> str:
        """What Enter does with the coupon under the cursor, as an action."""
        offer = self._offer(self.query_one(OfferList).current_key)
        if offer is None:
            return "choose"
        if offer.number is None:
            if self.visit.is_claim_in_doubt(offer.coupon.code):
                return "claim_once"
            return "why_no_claim" if why_not(offer, self.visit.wording) else "claim"
        return "choose" if offer.is_usable else "why_no_claim"

    @property
    def _better(self) -> Offer | None:
        """The coupon held that is worth most here; None where what is used is worth as much."""
        found = self._review
        best = None if found is None else best_held(found.offers)
        used = offer_of(found, (found and found.coupon) or "")
        return best if best and (used is None or best.worth < used.worth) else None

    def action_to_coupons(self) -> None:
        """Move the focus to the coupons, to one that would make the balance enough."""
        offers = self.query_one(OfferList)
        enough = None if self._review is None else self._enough(self._review)
        if enough is not None:
            offers.go_to(enough.coupon.code)
        self.set_focus(offers)
        self._explained = ""
        self._explain_offer()

    def action_to_lines(self) -> None:
        """Move the focus to what is bought, where Enter pays."""
        self.remove_class("-choosing")
        self.set_focus(self.query_one(CartLines))
        self._end_explanation()

    def action_claim(self) -> None:
        """Claim the coupon under the cursor, and use it."""
        self.action_choose()

    def action_claim_once(self) -> None:
        """Send a claim again, with its key, of which it is not known whether it was made."""
        self.action_choose()

    def action_why_no_claim(self) -> None:
        """Say why the coupon under the cursor cannot be used."""
        self.action_choose()

    def action_choose(self) -> None:
        """Use the coupon under the cursor; claim it first if it is not held and can be used."""
        code, user, say = (
            self.query_one(OfferList).current_key,
            self.visit.user,
            self.visit.wording.catalogue.text,
        )
        if self._is_busy or not code or user is None:
            return
        offer, found = self._offer(code), self._review
        if offer is not None and offer.number is None:
            if found is None or (found.user, found.lines) != (user, self.visit.cart.request):
                told = say("The bill is being read: {key} counts once it is shown.")
                self.say(filled(told, {"key": "enter"}), "warn")
                return
            why = why_not(offer, self.visit.wording)
            if why and not self.visit.is_claim_in_doubt(code):
                facts = {"code": inert(code), "why": why}
                self._hint = filled(say("{code}: {why} Nothing is claimed."), facts)
                self.say(self._hint, "warn")
                return
            operation, self._claims = self.visit.claim_of(user, code), code
            self.carry_out(operation, lambda shop: shop.claim(user, code, key=operation.key))
        elif offer is not None and not offer.is_usable:
            self._hint = f"{inert(code)}: {why_not(offer, self.visit.wording)}"
            self.say(self._hint, "warn")
        else:
            self.say("")
            self.visit.trigger.guard()  # a second enter is meant for the coupon, too
            self._choose(user, None if code == NO_COUPON else code)

    def action_best(self) -> None:
        """Use the coupon held that saves most."""
        user, better = self.visit.user, self._better
        if self._is_busy or user is None or better is None:
            return
        self._choose(user, better.coupon.code)
        told = self._best_text()
        self._note = Note(told, None)  # of the bill with that coupon
        self.say(told)

    def action_say_best(self) -> None:
        """Say which coupon saves most, where that is used already or none does."""
        if not self._is_busy and self._review is not None:
            self._say_of_bill(self._best_text())

    def _explain_offer(self) -> None:
        """Say what the coupon under the cursor is, and what Enter does with it, once."""
        code, wording = self.query_one(OfferList).current_key, self.visit.wording
        if code == self._explained:
            return
        offer, none = self._offer(code), wording.catalogue.text("none: enter uses no coupon.")
        told = none if code == NO_COUPON else ""
        self._explained, self._hint = code, explanation(offer, wording) if offer else told
        self.say(self._hint)

    def _renew_explanation(self, before: Review | None, found: Review) -> None:
        """Say what the coupon under the cursor is by now, where what was said is of before."""
        code = self._explained
        is_other = offer_of(before, code) != offer_of(found, code)
        if (
            self._is_at_coupons
            and is_other
            and self.query_one("#answer", Answer).text == self._hint
        ):
            self._explained = ""
            self._explain_offer()

    def _end_explanation(self) -> None:
        """Say nothing any more of a coupon that is not under the cursor, or is another by now."""
        answer = self.query_one("#answer", Answer)
        if self._hint and answer.text == self._hint:
            answer.say("")
            self._explained = self._hint = ""

    def _tell_worth(self, found: Review) -> None:
        """Say what a coupon is worth for this bill, and no longer what one was worth before."""
        answer, before = self.query_one("#answer", Answer), self._worth_told
        if answer.text and answer.text != before:
            return
        told = self._worth_text(found)
        self._worth_told = told
        if told != answer.text:
            self.say(told)

    def _worth_text(self, found: Review) -> str:
        """What a coupon would save that is not put on by itself, as most of it were lost.

        Where one is put on of which some is lost, that is said, too. Nothing is said of a bill
        that cannot be paid for another reason than the balance.
        """
        better, used = self._better, offer_of(found, found.coupon or "")
        say = self.visit.wording.catalogue.text
        if found.quote.total is None:
            return ""
        if enough := self._enough_text(found):
            return enough
        if better is not None and found.picks_best:
            return filled(say("{coupon} {saves}: b uses it."), self._facts_of(better))
        if used is not None and used.saves and used.lost:
            return filled(say("{coupon} {saves}."), self._facts_of(used))
        return ""

    def _enough(self, found: Review) -> Offer | None:
        """A coupon with which the balance would be enough, where it is short; one held first."""
        most = found.quote.subtotal - found.balance
        if not found.quote.missing:
            return None
        better, best = self._better, best_of_all(found.offers)
        if better is not None and better.saves >= most:
            return better
        is_claimable = best is not None and best.number is None and best.saves >= most
        return best if is_claimable else None

    def _enough_text(self, found: Review) -> str:
        """With which coupon the balance would be enough; empty where it is, or with none."""
        enough, say = self._enough(found), self.visit.wording.catalogue.text
        if enough is None:
            return ""
        told = (
            say("With {coupon} the balance is enough: tab leads to it.")
            if enough.number is None
            else say("With {coupon} the balance is enough: b uses it.")
        )
        return filled(told, {"coupon": inert(enough.coupon.code)})

    def _best_text(self) -> str:
        """Which of the coupons held saves most, and which other one would save more."""
        found, say = self._review, self.visit.wording.catalogue.text
        offers = () if found is None else found.offers
        best, most = best_held(offers), best_of_all(offers)
        told = say("None of your coupons takes anything off this order.")
        if best is not None:
            told = filled(say("Best of yours: {coupon} {saves}."), self._facts_of(best))
        if most is None or most.saves <= (0 if best is None else best.saves):
            return told
        more = filled(say("Yet to be claimed: {coupon} {saves}."), self._facts_of(most))
        return f"{told} {more}"

    def _facts_of(self, offer: Offer) -> dict[str, object]:
        saves = self.visit.wording.saves(offer.coupon, offer.saves)
        return {"coupon": inert(offer.coupon.code), "saves": saves}

    def _choose(self, user: str, code: str | None) -> None:
        """Keep a coupon chosen by hand, and let Enter pay again."""
        self._claims = ""  # what is claimed meanwhile is not put on in its place
        self.visit.cart.coupon_choice = CouponChoice(user, code)
        self.action_to_lines()
        self.reload()

    def _claimed(self, made: Claim) -> None:
        say = self.visit.wording.catalogue.text
        self.store.done(commands.claim(made.user, made.coupon, made.key))
        facts = {"coupon": made.coupon, "number": f"{made.number:,}", "limit": f"{made.limit:,}"}
        told = filled(say("Coupon {coupon}: number {number} of {limit}."), facts)
        self.store.say(told, "good")
        if not self.is_there:
            return
        if (made.user, made.coupon) == (self.visit.user, self._claims):
            self._note = Note(told, None)  # of the bill with that coupon
            self._choose(made.user, made.coupon)
        else:
            self.reload()
