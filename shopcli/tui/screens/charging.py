"""Putting money in: one question, one key until it is known what became of it.

Shared by the screens that offer it. The app is told the answer, because the screen may be gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.amounts import format_major
from shopcli.domain.errors import InvalidInput, OutcomeUnknown, ShopError, TryLater
from shopcli.domain.money import parse_major
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.deeds import Deed
from shopcli.tui.screens.dialogs import EntryDialog
from shopcli.tui.visit import Deposit

if TYPE_CHECKING:
    from shopcli.domain.records import BalanceChange
    from shopcli.tui.store import Store

ABOUT = "charge"
"""What the app is told a charge's answer under, followed by the user."""


def charge(store: Store) -> None:
    """Ask how much, then charge; a charge that may be booked already is asked for again."""
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
            _send(store, Deposit(user, amount, _deed(store, user, amount, key)))

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
    """Say what came of it."""
    visit = store.visit
    deposit = visit.deposits.pop(change.user, None)
    visit.settle(None if deposit is None else deposit.deed)
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
    """Say why not, or that it is not known; then its key stays until it is."""
    deposit = store.visit.deposits.get(user)
    if deposit is None:
        return
    if deposit.deed.in_doubt and isinstance(error, OutcomeUnknown | TryLater):
        deposit.is_sent = False
        store.visit.command = deposit.deed.look
        store.say(told_doubt(store, deposit), "warn")
        return
    del store.visit.deposits[user]
    store.visit.settle(deposit.deed)
    store.say(store.visit.wording.refusal(error), "bad")


def told_doubt(store: Store, deposit: Deposit) -> str:
    """What is not known of a charge, and how to learn it."""
    amount = store.visit.wording.price(deposit.amount)
    return (
        f"The database was lost: it is not known whether {amount} of {inert(deposit.user)} are"
        f" charged. Press m to ask again with the same key, {deposit.deed.key}: it is charged once."
    )


def _settle(store: Store, deposit: Deposit) -> None:
    if deposit.is_sent:
        store.say("The charge is on its way.")
        return
    store.say(f"Asking whether the charge with key {deposit.deed.key} is booked…", "warn")
    _send(store, deposit)


def _send(store: Store, deposit: Deposit) -> None:
    deposit.is_sent = True
    user, amount, deed = deposit.user, deposit.amount, deposit.deed
    store.visit.deposits[user] = deposit  # from here on it may be booked
    store.visit.deeds[deed.key] = deed
    store.ask(
        store,
        f"{ABOUT} {user}",
        lambda shop: deed.carry_out(lambda: shop.charge(user, amount, key=deed.key)),
    )


def _deed(store: Store, user: str, amount: int, key: str) -> Deed:
    wording = store.visit.wording
    again = commands.charge(user, format_major(amount, wording.exponent), key)
    return Deed(
        key, f"The charge of {wording.price(amount)} for {inert(user)}", again, is_payment=False
    )
