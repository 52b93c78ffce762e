"""Undoing a charge, payout, adjustment or transfer at the desk, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InsufficientBalance
from shopcli.domain.facts import filled
from shopcli.domain.records import BalanceEntry, Undo, User
from shopcli.domain.showing import inert
from shopcli.tui import commands
from shopcli.tui.desk.deeds import Deed, Done, is_sent_again, read_reason
from shopcli.tui.desk.refusals import not_made_at_desk, short_text
from shopcli.tui.journal.before import Before, done_before
from shopcli.tui.journal.booked import undone_before
from shopcli.tui.operations import NotDone, Operation
from shopcli.tui.screens.dialogs import EntryDialog

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.tui.screens.screen import Asking
    from shopcli.tui.wording import Wording


def undo(host: Asking[None], user: str, entry: BalanceEntry, other: str | None) -> None:
    """Ask why, and take an entry back; one in doubt is sent again with its key instead.

    Args:
        host: Where it is asked for.
        user: Whose entry it is.
        entry: What is taken back, which is of no order.
        other: Of a transfer, the other user.
    """
    if is_sent_again(host, _what(host, entry)):
        return
    host.open_with(
        lambda shop: _Sides(shop.user(user), None if other is None else shop.user(other)),
        lambda sides: _ask(host, sides, entry),
    )


def is_in_doubt(host: Asking[None], entry: BalanceEntry) -> bool:
    """Whether it is not known if an entry was undone from here."""
    return _what(host, entry) in host.visit.doubts


class _Sides(NamedTuple):
    """Whose balance an undo changes."""

    user: User
    other: User | None


@dataclass(frozen=True, slots=True)
class _Short(NotDone):
    """Nothing was undone: who would pay has too little by now."""

    told: str


def _question(sides: _Sides, entry: BalanceEntry, wording: Wording) -> str:
    """Whether to undo it, and what everybody has then."""
    say, user, other = wording.catalogue.text, sides.user, sides.other
    giver, taker = (user, other) if entry.amount < 0 else (other, user)
    facts = {
        "amount": wording.price(abs(entry.amount)),
        "user": user.user,
        "balance": wording.price(user.balance - entry.amount),
        "method": entry.method or "",
        "giver": "" if giver is None else giver.user,
        "taker": "" if taker is None else taker.user,
        "other": "" if other is None else other.user,
        "other_balance": "" if other is None else wording.price(other.balance + entry.amount),
    }
    match entry.kind:
        case "charge" if entry.method:
            told = say("Undo the charge of {amount}, by {method}? {user} then has {balance}")
        case "charge":
            told = say("Undo the charge of {amount}? {user} then has {balance}")
        case "payout" if entry.method:
            told = say("Undo the payout of {amount}, by {method}? {user} then has {balance}")
        case "payout":
            told = say("Undo the payout of {amount}? {user} then has {balance}")
        case "transfer":
            told = say(
                "Undo the transfer of {amount} from {giver} to {taker}? {user} then has {balance},"
                " {other} has {other_balance}"
            )
        case _:
            told = say("Undo the adjustment by {amount}? {user} then has {balance}")
    return filled(told, facts)


def _short(sides: _Sides, entry: BalanceEntry, wording: Wording) -> str:
    """Who would pay and has too little; empty where nobody has."""
    payer = sides.user if entry.amount > 0 else sides.other
    missing = 0 if payer is None else abs(entry.amount) - payer.balance
    if payer is None or missing <= 0:
        return ""
    return short_text(payer.user, payer.balance, missing, wording)


def _ask(host: Asking[None], sides: _Sides, entry: BalanceEntry) -> None:
    visit, wording = host.visit, host.visit.wording
    say = wording.catalogue.text
    if short := _short(sides, entry, wording):
        host.remark(short, "warn")
        return

    def entered(box: EntryDialog[str], reason: str) -> None:
        key = visit.new_key()
        command = commands.undo_once(entry.id, reason, key)

        def done(found: Undo | _UndoneBefore | _Short) -> Done:
            if isinstance(found, _Short):
                return Done(found.told, "", tone="warn")
            if isinstance(found, _UndoneBefore):
                told = filled(say("{entry} was undone before, and only once"), {"entry": entry.id})
                return Done(done_before(told, found.before, reason, wording), "", tone="warn")
            made = found
            if made.user is not None and made.balance is not None and not made.replayed:
                visit.note_balance(made.user, made.balance)
                if made.other is not None and made.other_balance is not None:
                    visit.note_balance(made.other, made.other_balance)
                host.store.wallet_changed()
            balance = "" if made.balance is None else wording.price(made.balance)
            facts = {"entry": made.reverses, "user": made.user or "", "balance": balance}
            told = (
                say("{entry} was undone before, and only once: {user} had {balance}.")
                if made.replayed
                else say("Undone: {entry}. {user} has {balance}.")
            )
            if made.other_balance is not None:
                facts["other"] = made.other or ""
                facts["other_balance"] = wording.price(made.other_balance)
                told = (
                    say(
                        "{entry} was undone before, and only once: {user} had {balance}, {other}"
                        " {other_balance}."
                    )
                    if made.replayed
                    else say("Undone: {entry}. {user} has {balance}, {other} {other_balance}.")
                )
            return Done(inert(filled(told, facts)), command)

        Deed(
            host,
            Operation(key, _what(host, entry), command, is_repeatable=True),
            lambda shop: _undo_once(shop, entry, reason, key, wording),
            done,
            box,
        ).send()

    host.store.forget_answers()  # what they say is of before
    host.say("")
    host.app.push_screen(
        EntryDialog(
            _what(host, entry),
            _question(sides, entry, wording),
            say("why, for the record"),
            read_reason,
            explain=wording.explained,
            send=entered,
            does=say("Undo"),
        )
    )


@dataclass(frozen=True, slots=True)
class _UndoneBefore(NotDone):
    """It was undone before under another key."""

    before: Before


def _undo_once(
    shop: Shop, entry: BalanceEntry, reason: str, key: str, wording: Wording
) -> Undo | _UndoneBefore | _Short:
    try:
        made = shop.undo(entry.id, reason=reason, key=key)
    except InsufficientBalance as error:  # the question tells another balance: it is over, too
        return _Short(not_made_at_desk(error, wording))
    if not made.replayed or made.key == key:
        return made
    return _UndoneBefore(undone_before(shop, made))


def _what(host: Asking[None], entry: BalanceEntry) -> str:
    say = host.visit.wording.catalogue.text
    return inert(filled(say("The undoing of {entry}"), {"entry": entry.id}))
