"""A payment from the key that confirms it until its outcome is known, or is not known in time.

The checkout and the till share it. Where the database is lost while it pays, the shop is asked by
the key, which needs no lock; what is not there is sent again with the key, so it is paid once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shopcli.domain.errors import ShopError
from shopcli.domain.facts import filled
from shopcli.domain.records import Order
from shopcli.domain.showing import inert
from shopcli.tui.payment import Changed, Intent, find, is_order, pay

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from shopcli import Shop
    from shopcli.tui.store import Store

SETTLE_SECONDS = 1.0
"""Before the shop is asked for the outcome of a payment, and between two tries."""


class Payer(Protocol):
    """The screen that pays."""

    def paid(self, payment: Payment, order: Order) -> None:
        """It is paid."""

    def changed(self, payment: Payment, changed: Changed) -> None:
        """It is not paid: it would cost something else than was shown."""

    def not_paid(self, payment: Payment, error: ShopError) -> None:
        """It is not paid, and why."""

    def in_doubt(self, payment: Payment) -> None:
        """The shop was asked for as long as it may take: the outcome is not known."""

    def tell(self, text: str, tone: str = "") -> None:
        """Show how it goes on."""


class _Try(NamedTuple):
    """Gets the answer to one question or order of a payment."""

    payment: Payment
    number: int
    pays: bool

    def told(self, value: object) -> None:
        """Pass the answer on."""
        self.payment.answered(self, value)

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Pass the error on."""
        self.payment.failed(self, error)


class _Look(NamedTuple):
    """Gets the answer to a look for a payment that nobody waits for any more."""

    payment: Payment
    not_there: Callable[[], object]

    def told(self, value: object) -> None:
        """Pass the answer on."""
        self.payment.looked(value, self.not_there)

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Go on knowing nothing."""
        self.payment.looked(error, self.not_there)


class Payment:
    """One payment; it is sent as soon as it is made.

    Args:
        store: Sends it.
        payer: Is told the outcome, also one that comes after `in_doubt`.
        intent: What to buy, with its key.
        shown: The quote that was confirmed.
    """

    def __init__(self, store: Store, payer: Payer, intent: Intent, shown: Order) -> None:
        self.intent = intent
        self.shown = shown
        self.operation = store.visit.payment_of(intent, shown)
        self._store = store
        self._payer = payer
        self._number = 0
        self._is_sent = False  # whether an order is on its way
        self._is_over = False
        self._is_looking = False
        self._bound: Timer | None = None
        say = store.visit.wording.catalogue.text
        payer.tell(say("Paying…"))
        self._pay()

    @property
    def is_in_doubt(self) -> bool:
        """Whether nothing asks for its outcome any more."""
        return self.operation.is_given_up

    def ask_again(self) -> None:
        """Ask for the outcome once more, for as long as before; what is not paid is sent again."""
        self.operation.is_given_up = False
        say = self._store.visit.wording.catalogue.text
        self._payer.tell(say("Asking whether it is paid…"), "warn")
        self._start_bound()
        self._ask(self._number)

    def look(self, not_there: Callable[[], object]) -> None:
        """Ask once whether it is paid, and send nothing again: its cart was put down.

        Args:
            not_there: Is called where the shop knows no such order so far.
        """
        if self._is_over or self._is_looking:
            return
        self._is_looking, operation, intent = True, self.operation, self.intent
        self._store.send(
            _Look(self, not_there),
            "pay",
            lambda shop: operation.carry_out(lambda: find(shop, intent), bool),
        )

    def looked(self, value: object, not_there: Callable[[], object]) -> None:
        """Tell what a look has found."""
        self._is_looking = False
        if self._is_over:
            return
        if isinstance(value, Order):
            self._end()
            self._payer.paid(self, value)
        elif value is None:
            not_there()

    def doubt_text(self, how: str) -> str:
        """The sentence that the outcome is not known, and what to do.

        Args:
            how: The key of this screen that pays if it is not paid, such as "Press p".
        """
        wording, intent = self._store.visit.wording, self.intent
        say = wording.catalogue.text
        facts = {
            "sum": self.sum_text,
            "how": how,
            "key": inert(intent.key),
            "command": self.operation.again,
        }
        told = say(
            "The database was lost: it is not known whether {sum} are paid. {how} to send it"
            " again with the same key, {key}: it is paid once."
        )
        if not (wording.advises_commands and self.operation.again):
            return filled(told, facts)
        more = filled(say("y copies the same as a command: {command}"), facts)
        return wording.pasted(f"{filled(told, facts)}\n{more}")

    @property
    def sum_text(self) -> str:
        """How much of whom, in words."""
        wording = self._store.visit.wording
        say = wording.catalogue.text
        facts = {"total": wording.price(self.shown.total), "user": inert(self.intent.user)}
        return filled(say("{total} of {user}"), facts)

    def answered(self, tried: _Try, value: object) -> None:
        """Tell the outcome; where the shop knows no such order, send it again."""
        self._is_sent = self._is_sent and not tried.pays
        if self._is_over:
            return
        if isinstance(value, Order):
            self._end()
            self._payer.paid(self, value)
        elif isinstance(value, Changed):
            self._end()
            self._payer.changed(self, value)
        elif self._is_awaited(tried):
            if self._is_sent:
                self._ask_soon()
                return
            say = self._store.visit.wording.catalogue.text
            told = say(
                "Not paid so far. Sending it again under its key: it is paid once in any case…"
            )
            self._payer.tell(told, "warn")
            self._pay()

    def failed(self, tried: _Try, error: ShopError) -> None:
        """Tell why it is not paid; ask where that is not known."""
        self._is_sent = self._is_sent and not tried.pays
        if self._is_over:
            return
        if not self.operation.stays_in_doubt(error):
            self._end()
            self._payer.not_paid(self, error)
        elif self._is_awaited(tried):
            if self._bound is None:
                self._start_bound()
            say = self._store.visit.wording.catalogue.text
            told = say("The database was lost while paying. Asking whether it is paid…")
            self._payer.tell(told, "warn")
            self._ask_soon()

    def _is_awaited(self, tried: _Try) -> bool:
        return tried.number == self._number and not self.operation.is_given_up

    def _pay(self) -> None:
        intent, shown = self.intent, self.shown
        self._is_sent = True
        self._send(partial(pay, intent=intent, shown=shown), is_order, pays=True)

    def _ask_soon(self) -> None:
        self._store.set_timer(SETTLE_SECONDS, partial(self._ask, self._number))

    def _ask(self, number: int) -> None:
        if number == self._number and not self._is_over and not self.operation.is_given_up:
            self._send(partial(find, intent=self.intent), bool, pays=False)

    def _send(
        self,
        work: Callable[[Shop], Order | Changed | None],
        does_it: Callable[[Order | Changed | None], bool],
        *,
        pays: bool,
    ) -> None:
        self._number += 1
        operation = self.operation
        self._store.send(
            _Try(self, self._number, pays),
            "pay",
            lambda shop: operation.carry_out(lambda: work(shop), does_it),
        )

    def _start_bound(self) -> None:
        self._stop_bound()
        self._bound = self._store.set_timer(self._store.visit.wait_max_seconds, self._give_up)

    def _stop_bound(self) -> None:
        if self._bound is not None:
            self._bound.stop()
            self._bound = None

    def _give_up(self) -> None:
        self._stop_bound()
        if self._is_over:
            return
        self._number += 1
        self.operation.is_given_up = True
        visit = self._store.visit
        if self.operation.again:
            visit.command, visit.happens_again = self.operation.again, ""
        self._payer.in_doubt(self)

    def _end(self) -> None:
        self._is_over = True
        self._stop_bound()
        self._store.visit.settle(self.operation)
