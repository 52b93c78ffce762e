"""Charging a balance: one question, and one key until the outcome is known.

Shared by the screens that offer it. None of them gets the answer, because it may be closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import InvalidInput, ShopError
from shopcli.domain.facts import filled
from shopcli.domain.money import parse_major
from shopcli.domain.records import BalanceChange
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.visit import Deposit, charge_text

if TYPE_CHECKING:
    from shopcli.tui.store import Store


class _Sent(NamedTuple):
    """Gets the answer to a charge that was sent."""

    store: Store
    user: str
    box: EntryDialog[int] | None
    """Where the amount was typed; None where a charge in doubt is asked for."""

    def told(self, value: object) -> None:
        """Show that it was booked."""
        if self.box is not None:
            self.box.close()
        if isinstance(value, BalanceChange):
            _charged(self.store, value)

    def not_done(self, about: str, error: ShopError) -> None:  # noqa: ARG002  # as of a `Sender`
        """Show why it was refused; where the outcome is unknown, keep its key."""
        _not_charged(self.store, self.user, error, self.box)


def charge(store: Store) -> None:
    """Ask for an amount and charge it; a charge in doubt is sent again with its key instead."""
    visit, user = store.visit, store.visit.user
    if not visit.may_charge:
        store.say(visit.wording.how_to_charge)
        return
    if user is None:
        store.with_user(lambda: charge(store))
        return
    deposit = visit.deposits.get(user)
    if deposit is not None:
        _settle(store, deposit)
        return
    say, exponent = visit.wording.catalogue.text, visit.wording.exponent
    example = format_major(10_000 * 10**exponent, exponent)

    def read(text: str) -> int:
        amount = parse_major(text, exponent, visit.wording.currency)
        if amount == 0:
            raise InvalidInput("A charge is more than 0.")
        return amount

    def entered(box: EntryDialog[int], amount: int) -> None:
        operation = _operation(store, user, amount, visit.new_key())
        _send(store, Deposit(user, amount, operation), box)

    store.forget_answers()  # what it says is of before
    facts = {"user": inert(user), "currency": visit.wording.currency, "example": example}
    store.push_screen(
        EntryDialog(
            filled(say("The charge for {user}"), facts),
            filled(say("Charge the balance of {user}"), facts),
            filled(say("amount in {currency}, like {example}"), facts),
            read,
            explain=visit.wording.explained,
            send=entered,
        )
    )


def _charged(store: Store, change: BalanceChange) -> None:
    visit = store.visit
    deposit = visit.deposits.pop(change.user, None)
    visit.settle(None if deposit is None else deposit.operation)
    visit.note_balance(change.user, change.balance)
    store.wallet_changed()
    amount = format_major(change.amount, visit.wording.exponent)
    store.done(commands.charge(change.user, amount, change.key))
    say, price = visit.wording.catalogue.text, visit.wording.price
    told = (
        say(
            "Charged {amount}: the balance was then {balance}. It was booked before, and only once."
        )
        if change.replayed
        else say("Charged {amount}: the balance is {balance}.")
    )
    facts = {"amount": price(change.amount), "balance": price(change.balance)}
    store.say(filled(told, facts), "good")


def _not_charged(store: Store, user: str, error: ShopError, box: EntryDialog[int] | None) -> None:
    deposit = store.visit.deposits.get(user)
    if deposit is None:
        return
    if box is not None and deposit.operation.in_doubt:
        box.close()
    if deposit.operation.stays_in_doubt(error):
        deposit.is_sent = False
        store.visit.command, store.visit.happens_again = deposit.operation.look, ""
        store.say(doubt_text(store, deposit), "warn")
        return
    del store.visit.deposits[user]
    store.visit.settle(deposit.operation)
    refusal = store.visit.wording.not_made(error)
    if box is None or deposit.operation.in_doubt:
        store.say(refusal, "bad")
    else:
        box.refuse(refusal)


def doubt_text(store: Store, deposit: Deposit) -> str:
    """The sentence about a charge in doubt, and how to learn its outcome."""
    wording = store.visit.wording
    told = wording.catalogue.text(
        "The database was lost: it is not known whether {amount} of {user} are charged."
        " Press m to ask again with the same key, {key}: it is charged once."
    )
    facts = {
        "amount": wording.price(deposit.amount),
        "user": inert(deposit.user),
        "key": deposit.operation.key,
    }
    return filled(told, facts)


def _settle(store: Store, deposit: Deposit) -> None:
    say = store.visit.wording.catalogue.text
    if deposit.is_sent:
        store.say(say("The charge is on its way."))
        return
    told = say("Asking whether the charge with key {key} is booked…")
    store.say(filled(told, {"key": deposit.operation.key}), "warn")
    _send(store, deposit, None)


def _send(store: Store, deposit: Deposit, box: EntryDialog[int] | None) -> None:
    deposit.is_sent = True
    user, amount, operation = deposit.user, deposit.amount, deposit.operation
    store.visit.deposits[user] = deposit  # from here on it may be booked
    store.visit.operations[operation.key] = operation
    if not operation.in_doubt:
        say = store.visit.wording.catalogue.text
        store.say(filled(say("{what} is on its way…"), {"what": operation.what}))
    store.send(
        _Sent(store, user, box),
        "charge",
        lambda shop: operation.carry_out(
            lambda: shop.charge(user, amount, key=operation.key, method=deposit.method)
        ),
    )


def _operation(store: Store, user: str, amount: int, key: str) -> Operation:
    wording = store.visit.wording
    again = commands.charge(user, format_major(amount, wording.exponent), key)
    what = charge_text(wording, user, amount)
    return Operation(key, what, again, is_repeatable=True)
