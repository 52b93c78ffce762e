"""Payments whose outcome is not known, and whose cart was put down: nobody is to pay them twice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shopcli.tui.paying import Payment
    from shopcli.tui.visit import Visit


class PutAside:
    """The payments of a till that it does not wait for any more.

    Args:
        visit: The visit.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._payments: dict[str, Payment] = {}
        self._not_there: set[str] = set()
        self._warned: set[str] = set()

    def put(self, payment: Payment) -> str:
        """Keep a payment; what to say of it."""
        self._payments[payment.intent.key] = payment
        say = self._visit.wording.catalogue.text
        facts = {"sum": payment.sum_text, "key": inert(payment.intent.key)}
        told = say(
            "It is not known whether {sum} are paid. The key is {key}. Let it not be paid again:"
            " the till asks once the database answers, and tells it here."
        )
        return filled(told, facts)

    def settle(self, payment: Payment) -> None:
        """Keep it no longer: its outcome is known."""
        self._payments.pop(payment.intent.key, None)

    def settle_for(self, user: str) -> None:
        """Keep none of a user that was not there: that one has paid, and was told before."""
        for one in self._of(user):
            if one.intent.key in self._not_there:
                self.settle(one)

    def look(self, tell: Callable[[str, str], object]) -> None:
        """Ask for the outcome of each.

        Args:
            tell: Says of a key, once, that it is not paid.
        """
        for one in tuple(self._payments.values()):
            one.look(partial(self._note_not_there, one, tell))

    def _note_not_there(self, payment: Payment, tell: Callable[[str, str], object]) -> None:
        if payment.intent.key not in self._not_there:
            self._not_there.add(payment.intent.key)
            say = self._visit.wording.catalogue.text
            facts = {"doubt": self._doubt(payment), "user": inert(payment.intent.user)}
            told = filled(say("{doubt} Where {user} still wants it, scan it again."), facts)
            tell(payment.intent.key, told)

    def warning_for(self, user: str) -> str:
        """What to say at a bill of this user; empty where nothing is in doubt."""
        return "\n".join(self._doubt(one) for one in self._of(user))

    def warning_once(self) -> str:
        """What to say to who undoes the last sale, and may mean one of these; once of each."""
        new = [one for key, one in self._payments.items() if key not in self._warned]
        self._warned.update(one.intent.key for one in new)
        return "\n".join(self._doubt(one) for one in new)

    def _of(self, user: str) -> Iterable[Payment]:
        return [one for one in self._payments.values() if one.intent.user == user]

    def _doubt(self, payment: Payment) -> str:
        say = self._visit.wording.catalogue.text
        told = (
            say("Not paid so far: {sum}. The database was lost then.")
            if payment.intent.key in self._not_there
            else say("It is not known whether {sum} are paid already.")
        )
        return filled(told, {"sum": payment.sum_text})
