"""The last sale of a till, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import TryLater
from shopcli.domain.facts import filled
from shopcli.domain.giving_back import is_all_given_back
from shopcli.domain.showing import inert
from shopcli.tui.journal.in_time import too_late
from shopcli.tui.wording import ending

if TYPE_CHECKING:
    from shopcli.domain.errors import ShopError
    from shopcli.domain.records import Cancellation, Order
    from shopcli.tui.operations import Operation
    from shopcli.tui.visit import Visit


class Within(NamedTuple):
    """How long the shop lets a sale be undone, as it was read."""

    microseconds: int


class LastSale:
    """The order that was paid last in this visit, until it is taken back.

    Args:
        visit: The visit; a cancellation that was sent is kept there.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.key = ""
        """Of its cancellation."""
        self._operation: Operation | None = None
        self.order: Order | None = None
        self.is_before_charge = False
        """Whether a charge was sent since, so that who asks for an undo may mean that."""
        self.is_undone = False
        """Whether it is taken back already."""
        self.within_microseconds: int | None = None
        """How long sales may be undone, as last read."""

    def keep(self, order: Order) -> None:
        """Offer this order from now on, unless it is not known whether another is taken back."""
        if self.is_in_doubt:
            return
        self.order, self.key, self._operation = order, self._visit.new_key(), None
        self.is_before_charge = self.is_undone = False

    @property
    def is_in_doubt(self) -> bool:
        """Whether it was sent that it is taken back, and it is not known whether it is."""
        return self._operation is not None and self._operation.key in self._visit.operations

    @property
    def is_in_time(self) -> bool:
        """Whether there is a sale that may still be undone, as far as that is known."""
        order = self.order
        return order is not None and too_late(self._visit, order, self.within_microseconds) is None

    def renew(self, now: Order) -> str:
        """Keep the order as it was read now; what to say where it is not to be undone any more."""
        if now.state != "cancelled" and not is_all_given_back(now):
            self.order = now
            refusal = too_late(self._visit, now, self.within_microseconds)
            return "" if refusal is None else self._visit.wording.refusal(refusal)
        self.order, self.is_undone = None, True
        say = self._visit.wording.catalogue.text
        told = say("All of order {order} was given back already: {refunded} went back to {user}.")
        refunded = sum(one.refunded for one in now.refunds)
        if now.state == "cancelled":
            told = say("Order {order} was cancelled already: {refunded} went back to {user} then.")
            refunded = now.refunded - refunded
        facts = {
            "order": ending(now.order),
            "refunded": self._visit.wording.price(refunded),
            "user": inert(now.user),
        }
        return filled(told, facts)

    def answer_charge(self) -> str:
        """What to say to who asks right after a charge; asked again, the sale is meant."""
        self.is_before_charge = False
        say = self._visit.wording.catalogue.text
        told = say("No key here takes a charge back: ask whoever runs the shop.")
        if self.order is None:
            return told
        again = say("f8 again is for the sale to {user} before it.")
        return f"{told} {filled(again, {'user': inert(self.order.user)})}"

    @property
    def missing_text(self) -> str:
        """Why there is none to take back."""
        say = self._visit.wording.catalogue.text
        if self.is_undone:
            return say("The last sale is undone already, and f8 undoes no sale before it.")
        return say("There is no sale here that f8 could undo.")

    def begin(self, order: Order) -> Operation:
        """The cancellation to send: one in doubt is sent again with its key."""
        self._operation = self._visit.cancellation_of(order.order or "", self.key)
        return self._operation

    def less_left(self, now: Order) -> str:
        """Keep what is left by now of the order, of which nothing was undone; what to say."""
        self._visit.settle(self._operation)
        self._operation, say = None, self._visit.wording.catalogue.text
        if is_all_given_back(now):
            self.order, self.is_undone = None, True
            return say("Nothing was undone: all of that sale was given back meanwhile.")
        self.order = now
        return say("Nothing was undone: some of it was given back meanwhile. Look again.")

    def undone(self, made: Cancellation) -> str:
        """Offer it no longer; what to say."""
        order, self.order, self.is_undone = self.order, None, True
        is_of_before = self._operation is not None and made.key != self._operation.key
        self._visit.settle(self._operation)
        say, price = self._visit.wording.catalogue.text, self._visit.wording.price
        facts = {
            "order": ending(made.order),
            "refunded": price(made.refunded),
            "user": "" if order is None else inert(order.user),
            "balance": price(made.balance),
        }
        told = (
            say("Order {order} was cancelled already: {refunded} went back to {user} then.")
            if is_of_before
            else say("Undone: order {order}. {refunded} went back, {user} has {balance}.")
        )
        return filled(told, facts)

    def not_undone(self, error: ShopError) -> str:
        """What to say of a cancellation that was refused, or of which it is not known."""
        operation, wording = self._operation, self._visit.wording
        if operation is None or not operation.stays_in_doubt(error):
            self._visit.settle(operation)
            told = wording.not_made(error)
            if isinstance(error, TryLater):  # which says so
                return told
            return f"{wording.catalogue.text('Nothing was undone.')} {told}"
        say = wording.catalogue.text
        told = say(
            "It is not known whether that sale is undone. f8 sends it again with the same key,"
            " {key}: it is undone once."
        )
        return filled(told, {"key": inert(operation.key)})
