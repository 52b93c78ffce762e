"""Charges of a till whose outcome is not known: it asks for each by its key, and sends none again.

What is sent again, with its key, is sent by a key of whoever sells.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shopcli import Shop
    from shopcli.tui.visit import Deposit, Visit


class Looked(NamedTuple):
    """What asking for a charge has found."""

    deposit: Deposit
    balance: int | None
    """Of its user by now, in minor units, where it is booked; None where it is not so far."""
    sent_count: int
    """How often it had been sent when that was asked."""


def look(shop: Shop, deposit: Deposit) -> Looked:
    """Read whether a charge is booked. Takes no lock."""
    sent_count = deposit.sent_count
    if shop.browsing.charged(deposit.operation.key) is None:
        return Looked(deposit, None, sent_count)
    deposit.operation.is_done = True
    return Looked(deposit, shop.balance(deposit.user).balance, sent_count)


class SentCharges:
    """The charges of a visit that were sent, and whose answers were lost.

    Args:
        visit: The visit; they are kept there, by user.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._not_there: dict[str, int] = {}  # by key, how often it had been sent by then
        self._warned: set[str] = set()

    @property
    def open(self) -> Iterable[Deposit]:
        """Those of which nothing is on its way now."""
        return [one for one in self._visit.deposits.values() if not one.is_sent]

    def learn(self, looked: Looked) -> str:
        """Keep what was found; what to say of it, once; empty where that is no news."""
        deposit, key = looked.deposit, looked.deposit.operation.key
        if deposit not in self.open:
            return ""  # its own answer came meanwhile, or is on its way
        say = self._visit.wording.catalogue.text
        facts = {"sum": self._sum(deposit), "user": inert(deposit.user)}
        if looked.balance is not None:
            del self._visit.deposits[deposit.user]
            self._visit.settle(deposit.operation)
            facts["balance"] = self._visit.wording.price(looked.balance)
            return filled(say("Charged meanwhile: {sum}, who had {balance} then."), facts)
        if self._is_not_there(deposit) or looked.sent_count != deposit.sent_count:
            return ""
        self._not_there[key] = deposit.sent_count
        told = say(
            "Not charged so far: {sum}. The database was lost then. To charge it, once in any"
            " case: f7, then {user}; with a cart first {user}, then f7."
        )
        return filled(told, facts)

    def warning_for(self, user: str) -> str:
        """What to say at a bill of this user; empty where nothing is in doubt."""
        sent = self._visit.deposits.get(user)
        if sent is None:
            return ""
        say = self._visit.wording.catalogue.text
        told = (
            say("Not charged so far: {amount}. f7 leads to it; enter there charges it, once.")
            if self._is_not_there(sent)
            else say(
                "It is not known whether {amount} are charged. f7 leads to it; enter there sends it"
                " again: it is charged once."
            )
        )
        return filled(told, {"amount": self._visit.wording.price(sent.amount)})

    def question_of(self, sent: Deposit) -> str:
        """What to say where it is asked whether to charge it, which sends it again."""
        say = self._visit.wording.catalogue.text
        told = (
            say("Not charged so far: enter charges it, once in any case, with its key {key}.")
            if self._is_not_there(sent)
            else say(
                "It is not known whether this is charged: enter sends it again with its key {key},"
                " and it is charged once."
            )
        )
        return filled(told, {"key": inert(sent.operation.key)})

    def left_text(self, sent: Deposit) -> str:
        """What to say to who goes back from that question: no key here makes sure it never is."""
        say = self._visit.wording.catalogue.text
        command = shlex.join(["shop", "history", "-u", sent.user])
        facts = {"sum": self._sum(sent), "command": inert(command)}
        told = say("Nothing was sent again. Whether {sum} are charged, this tells: {command}")
        return filled(told, facts)

    def warning_once(self) -> str:
        """What to say to who undoes something, and may mean one of these; once of each."""
        new = [one for one in self.open if one.operation.key not in self._warned]
        self._warned.update(one.operation.key for one in new)
        return "\n".join(self._doubt(one) for one in new)

    def _is_not_there(self, sent: Deposit) -> bool:
        """Whether it was not booked when it was asked for last, and was not sent again since."""
        return self._not_there.get(sent.operation.key) == sent.sent_count

    def _doubt(self, sent: Deposit) -> str:
        say = self._visit.wording.catalogue.text
        told = (
            say("Not charged so far: {sum}. The database was lost then.")
            if self._is_not_there(sent)
            else say("It is not known whether {sum} are charged already.")
        )
        return filled(told, {"sum": self._sum(sent)})

    def _sum(self, deposit: Deposit) -> str:
        """How much of whom, in words."""
        wording = self._visit.wording
        facts = {"amount": wording.price(deposit.amount), "user": inert(deposit.user)}
        return filled(wording.catalogue.text("{amount} of {user}"), facts)
