"""Charging a balance: one question, and one key until the outcome is known.

Shared by the screens that offer it. The app gets the answer, because the screen may be closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import InvalidInput, OutcomeUnknown, ShopError, TryLater
from shopcli.domain.money import parse_major
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.visit import Deposit

if TYPE_CHECKING:
    from shopcli.domain.records import BalanceChange
    from shopcli.tui.store import Store

ABOUT = "charge"
"""`about` of a charge's answer begins with this, followed by the user."""


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
    exponent = visit.wording.exponent
    key = visit.new_key()
    example = format_major(10_000 * 10**exponent, exponent)

    def read(text: str) -> int:
        amount = parse_major(text, exponent, visit.wording.currency)
        if amount == 0:
            raise InvalidInput("A charge is more than 0.")
        return amount

    def entered(amount: int | None) -> None:
        if amount is not None:
            _send(store, Deposit(user, amount, _operation(store, user, amount, key)))

    store.push_screen(
        EntryDialog(
            f"Charge the balance of {user}",
            f"amount in {visit.wording.currency}, like {example}",
            read,
            explain=visit.wording.explained,
        ),
        entered,
    )


def charged(store: Store, change: BalanceChange) -> None:
    """Show that a charge was booked."""
    visit = store.visit
    deposit = visit.deposits.pop(change.user, None)
    visit.settle(None if deposit is None else deposit.operation)
    visit.note_balance(change.user, change.balance)
    store.wallet_changed()
    amount = format_major(change.amount, visit.wording.exponent)
    store.done(commands.charge(change.user, amount))
    once = " It was booked before, and only once." if change.replayed else ""
    then = "was then" if change.replayed else "is"
    store.say(
        f"Charged {visit.wording.price(change.amount)}: "
        f"the balance {then} {visit.wording.price(change.balance)}.{once}",
        "good",
    )


def not_charged(store: Store, user: str, error: ShopError) -> None:
    """Show why a charge was refused; where the outcome is unknown, keep its key."""
    deposit = store.visit.deposits.get(user)
    if deposit is None:
        return
    if deposit.operation.in_doubt and isinstance(error, OutcomeUnknown | TryLater):
        deposit.is_sent = False
        store.visit.command = deposit.operation.look
        store.say(doubt_text(store, deposit), "warn")
        return
    del store.visit.deposits[user]
    store.visit.settle(deposit.operation)
    store.say(store.visit.wording.refusal(error), "bad")


def doubt_text(store: Store, deposit: Deposit) -> str:
    """The sentence about a charge in doubt, and how to learn its outcome."""
    amount, key = store.visit.wording.price(deposit.amount), deposit.operation.key
    return (
        f"The database was lost: it is not known whether {amount} of {inert(deposit.user)} are"
        f" charged. Press m to ask again with the same key, {key}: it is charged once."
    )


def _settle(store: Store, deposit: Deposit) -> None:
    if deposit.is_sent:
        store.say("The charge is on its way.")
        return
    store.say(f"Asking whether the charge with key {deposit.operation.key} is booked…", "warn")
    _send(store, deposit)


def _send(store: Store, deposit: Deposit) -> None:
    deposit.is_sent = True
    user, amount, operation = deposit.user, deposit.amount, deposit.operation
    store.visit.deposits[user] = deposit  # from here on it may be booked
    store.visit.operations[operation.key] = operation
    store.ask(
        store,
        f"{ABOUT} {user}",
        lambda shop: operation.carry_out(lambda: shop.charge(user, amount, key=operation.key)),
    )


def _operation(store: Store, user: str, amount: int, key: str) -> Operation:
    wording = store.visit.wording
    again = commands.charge(user, format_major(amount, wording.exponent), key)
    return Operation(
        key, f"The charge of {wording.price(amount)} for {inert(user)}", again, is_payment=False
    )
