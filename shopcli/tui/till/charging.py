"""A charge at the till: how much, by which method, and what was sent of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.errors import OutcomeUnknown, TryLater
from shopcli.domain.facts import filled
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import BalanceChange
from shopcli.domain.showing import inert
from shopcli.tui.cart import MethodChoice
from shopcli.tui.visit import Deposit
from shopcli.tui.wording import charged_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli import Shop
    from shopcli.domain.errors import ShopError
    from shopcli.engine import ChargeTerms
    from shopcli.tui.visit import Visit

AMOUNT_KEYS = ("f5", "f6")
"""The keys of usual amounts, the smaller one first."""

_USUAL = (1, 2, 5)
"""First digits of notes and coins."""

_STEPS_COUNT = 8
"""The next round amount is at most so many steps, each as much as a note or a coin, from 0."""


def usual_amounts(missing: int, charge_max: int | None, exponent: int) -> tuple[int, ...]:
    """The next round amount for what is missing, and the next note or coin above it.

    Round is what is a multiple of a note or coin of about an eighth of it: never a third more.

    Args:
        missing: What the balance lacks, in minor units, from 1.
        charge_max: The largest charge in minor units; where it does not reach, it is offered.
        exponent: Decimals of the currency: less than a major unit is not handed over.
    """
    step = next(one for one in _notes(exponent) if one * _STEPS_COUNT >= missing)
    near = -(-missing // step) * step
    more = next(one for one in _notes(exponent) if one > near)
    most = AMOUNT_MAX if charge_max is None else charge_max
    return tuple(amount for amount in (near, more) if amount <= most) or (most,)


def _notes(exponent: int) -> Iterator[int]:
    """What notes and coins are worth in minor units, the smallest first, without an end."""
    unit = 10**exponent
    while True:
        yield from (digit * unit for digit in _USUAL)
        unit *= 10


@dataclass(frozen=True, slots=True)
class Account:
    """Who charges a balance without a sale, and that balance in minor units."""

    user: str
    balance: int
    refusal: ShopError | None = None
    """Why this user may not charge."""
    name: str | None = None
    """How people call the user."""


class Charging:
    """How the next charge is to be made.

    Args:
        visit: The visit; charges that were sent are kept there, by user.
        doubt: What to say of a charge whose outcome is not known; the till's words where empty.
        keeps_method: Whether a method that is chosen stays with the visit, for this user.
    """

    def __init__(self, visit: Visit, doubt: str = "", *, keeps_method: bool = False) -> None:
        self._visit = visit
        self._keeps_method = keeps_method
        self._doubt = doubt
        self.terms: ChargeTerms | None = None
        """As last read."""
        self.amount = 0
        """In minor units."""
        self._chosen: str | None = None
        self._asked: MethodChoice | None = None

    @property
    def method(self) -> str | None:
        """How the money comes; None where the methods were not read yet.

        By its name: what the shop takes may change while it is asked about.
        """
        methods = self.terms.methods if self.terms else ()
        asked = self._asked if self._asked and self._asked.user == self._visit.user else None
        wanted = (asked and asked.method, self._chosen_method)
        return next((one for one in wanted if one in methods), next(iter(methods), None))

    @property
    def _chosen_method(self) -> str | None:
        """The method that was taken by hand, for whoever is named."""
        if not self._keeps_method:
            return self._chosen
        kept = self._visit.cart.method_choice
        return kept.method if kept is not None and kept.user == self._visit.user else None

    @property
    def has_choice(self) -> bool:
        """Whether there are several methods."""
        return self.terms is not None and len(self.terms.methods) > 1

    def ask_by_method(self, method: str | None = None) -> None:
        """Stay with the method that is shown, as what is shown is what is booked.

        Args:
            method: Its name; that of now if None.
        """
        user, method = self._visit.user, method or self.method
        self._asked = MethodChoice(user, method) if user and method else None

    def learn(self, terms: ChargeTerms) -> str:
        """Take the terms as they were read now.

        Returns:
            What to say where the shop does not take the method any more that is asked by; empty
            where it does, or where none is.
        """
        before, self.terms = self._asked, terms
        method = self.method
        if before is None or method is None or before == (self._visit.user, method):
            return ""
        if before.user != self._visit.user:
            return ""
        say = self._visit.wording.catalogue.text
        return filled(say("Changed: it comes by {method}."), {"method": inert(method)})

    def begin(self, amount: int) -> None:
        """Ask for this amount, by the usual method until another was chosen."""
        self.amount = amount

    def begin_again(self, sent: Deposit) -> None:
        """Ask about a charge that was sent, and may be sent again.

        It comes by the usual method where the shop does not take its own any more, as nobody
        could answer otherwise; the key is the same, so it is booked once.
        """
        self.amount = sent.amount
        self.ask_by_method(sent.method)
        method = self.method
        if method is not None and method != sent.method and not sent.is_sent:
            self._visit.send_by(sent, method)
            self.ask_by_method()

    def end(self) -> None:
        """Ask no longer; the method stays chosen for whoever is named."""
        self.amount, self._asked = 0, None

    def forget(self) -> None:
        """Ask no longer, and take the usual method again: it is charged, or another is named."""
        self.end()
        self._chosen = None

    def next_method(self) -> None:
        """Take the next method."""
        methods = self.terms.methods if self.terms else ()
        if self.method in methods:
            self.take(methods[(methods.index(self.method) + 1) % len(methods)])

    def take(self, method: str | None) -> None:
        """Take a method that was chosen elsewhere."""
        methods = self.terms.methods if self.terms else ()
        if method is None or method not in methods:
            return
        user = self._visit.user
        if not self._keeps_method:
            self._chosen = method
        elif user is not None:
            self._visit.cart.method_choice = MethodChoice(user, method)
        self._asked = MethodChoice(user, method) if user else None

    def amounts(self, missing: int) -> tuple[int, ...]:
        """The usual amounts for what is missing."""
        most = self.terms.charge_max if self.terms else None
        return usual_amounts(missing, most, self._visit.wording.exponent) if missing > 0 else ()

    def open_deposit(self, user: str) -> Deposit | None:
        """A charge of this user of which it is not known whether it is booked."""
        return self._visit.deposits.get(user)

    def deposit(self, user: str) -> Deposit:
        """The charge to send: one in doubt, with its key, before a new one."""
        found = self.open_deposit(user)
        if found is None:
            found = self._visit.new_deposit(user, self.amount, self.method)
            self._visit.deposits[user] = found
        found.is_sent = True
        found.sent_count += 1
        # The button of a checkout would lead to it for good.
        found.operation.outlives_refusal = found.sent_count > 1 and not self._keeps_method
        self._visit.operations[found.operation.key] = found.operation
        return found

    @property
    def sent(self) -> Deposit:
        """The charge that is on its way."""
        return next(one for one in self._visit.deposits.values() if one.is_sent)

    def booked(self, change: BalanceChange) -> str:
        """Keep that it is booked.

        Returns:
            What to say.
        """
        found = self._visit.deposits.pop(change.user, None)
        self._visit.settle(None if found is None else found.operation)
        self.forget()
        return charged_text(self._visit.wording, change)

    def not_booked(self, error: ShopError) -> tuple[str, bool]:
        """Keep what became of the charge that was sent.

        At a till one that was in doubt before is kept, with its key, where it is refused now: it
        may still be booked, and would be beside a new one.

        Returns:
            What to say, and whether it is not known what became of it this time.
        """
        sent = self.sent
        sent.is_sent = False
        self.amount = 0  # by the same method, where that is asked again
        wording = self._visit.wording
        if not sent.operation.stays_in_doubt(error):
            del self._visit.deposits[sent.user]
            self._visit.settle(sent.operation)
            return wording.not_made(error), False
        say = wording.catalogue.text
        if not isinstance(error, OutcomeUnknown | TryLater):  # no advice: that one comes first
            told = say("Sent again, the answer was: {why}")
            return filled(told, {"why": inert(wording.fact(error))}), False
        facts = {
            "amount": wording.price(sent.amount),
            "user": inert(sent.user),
            "key": inert(sent.operation.key),
        }
        told = self._doubt or say(
            "It is not known whether {amount} of {user} are charged. f7 at their bill, or f7 and"
            " their name, leads to it; enter there sends it again with the same key, {key}: it is"
            " charged once."
        )
        return filled(told, facts), True


def send(shop: Shop, deposit: Deposit) -> BalanceChange:
    """Book a charge, once."""
    return deposit.operation.carry_out(
        lambda: shop.charge(
            deposit.user, deposit.amount, key=deposit.operation.key, method=deposit.method
        )
    )
