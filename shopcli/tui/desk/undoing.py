"""Undoing a charge, payout, adjustment or transfer at the desk, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceEntry, Undo, User
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import Deed, Done, asks_again, read_reason
from shopcli.tui.desk.history import ENTRY_COUNT_MAX
from shopcli.tui.desk.refusals import short_text
from shopcli.tui.journal.before import Before, done_before
from shopcli.tui.operations import Operation
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.screens.screen import Asking


def undo(host: Asking[None], user: str, entry: BalanceEntry) -> None:
    """Ask why, and take an entry back; one in doubt is sent again with its key instead.

    Args:
        host: Where it is asked for.
        user: Whose entry it is.
        entry: What is taken back, which is of no order.
    """
    say = host.visit.wording.catalogue.text
    if asks_again(host, _what(host, entry), say("Asking whether it is undone…")):
        return
    host.open_with(lambda shop: shop.user(user), lambda found: _ask(host, found, entry))


def is_in_doubt(host: Asking[None], entry: BalanceEntry) -> bool:
    """Whether it is not known if an entry was undone from here."""
    return _what(host, entry) in host.visit.doubts


def _ask(host: Asking[None], user: User, entry: BalanceEntry) -> None:
    visit, wording = host.visit, host.visit.wording
    say = wording.catalogue.text
    facts = {
        "amount": wording.price(abs(entry.amount)),
        "user": user.user,
        "balance": wording.price(user.balance - entry.amount),
        "method": entry.method or "",
    }
    if user.balance < entry.amount:
        missing = entry.amount - user.balance
        host.remark(short_text(user.user, user.balance, missing, wording), "warn")
        return
    questions = {
        "charge": say("Undo the charge of {amount} by {method}? {user} then has {balance}"),
        "payout": say("Undo the payout of {amount}? {user} then has {balance}"),
        "adjustment": say("Undo the adjustment by {amount}? {user} then has {balance}"),
        "transfer": say("Undo both sides of the transfer of {amount}? {user} then has {balance}"),
    }

    def entered(box: EntryDialog[str], reason: str) -> None:
        key = visit.new_key()
        command = commands.undo_once(entry.id, reason, key)

        def done(found: Undo | _UndoneBefore) -> Done:
            if isinstance(found, _UndoneBefore):
                told = filled(say("{entry} was undone before, and only once"), {"entry": entry.id})
                return Done(done_before(told, found.before, reason, wording), "", tone="warn")
            made = found
            if made.user is not None and made.balance is not None and not made.replayed:
                visit.note_balance(made.user, made.balance)
                host.store.wallet_changed()
            balance = "" if made.balance is None else wording.price(made.balance)
            facts = {"entry": made.reverses, "user": made.user or "", "balance": balance}
            told = (
                say("{entry} was undone before, and only once: {user} had {balance}.")
                if made.replayed
                else say("Undone: {entry}. {user} has {balance}.")
            )
            return Done(inert(filled(told, facts)), command)

        Deed(
            host,
            Operation(key, _what(host, entry), command, is_repeatable=True),
            lambda shop: _undo_once(shop, entry, reason, key),
            done,
            box,
        ).send()

    host.store.forget_answers()  # what they say is of before
    host.say("")
    host.app.push_screen(
        EntryDialog(
            _what(host, entry),
            filled(questions[entry.kind], facts),
            say("why, for the record"),
            read_reason,
            explain=wording.explained,
            send=entered,
            does=say("Undo"),
        )
    )


class _UndoneBefore(NamedTuple):
    """It was undone before under another key."""

    before: Before


def _undo_once(shop: Shop, entry: BalanceEntry, reason: str, key: str) -> Undo | _UndoneBefore:
    made = shop.undo(entry.id, reason=reason, key=key)
    if not made.replayed or made.key == key:
        return made
    entries = () if made.user is None else shop.history(made.user, limit=ENTRY_COUNT_MAX)
    why = next((one.reason for one in entries if one.id == made.entry), None)
    return _UndoneBefore(Before(made.at, reason=why))


def _what(host: Asking[None], entry: BalanceEntry) -> str:
    say = host.visit.wording.catalogue.text
    return inert(filled(say("The undoing of {entry}"), {"entry": entry.id}))
