"""What a key copies of an event of the journal: the command that made it, or one that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.amounts import format_major
from shopcli.domain.facts import filled
from shopcli.domain.showing import inert
from shopcli.tui import commands

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.records.journal import JournalEntry
    from shopcli.tui.wording import Wording

_BY_WHO_RUNS_THE_SHOP = frozenset({"payout", "adjustment", "reversal"})


class CommandOf(NamedTuple):
    """A command of an event."""

    line: str
    why_shown: str = ""
    """Why it only shows the event; empty where it made it, or where showing it is what it is for.

    Typed again, one that made it does nothing twice."""

    def told(self, wording: Wording) -> str:
        """That it is copied, and that it only shows the event where that could be doubted."""
        say, facts = wording.catalogue.text, {"why": self.why_shown, "command": self.line}
        if not self.why_shown:
            return filled(say("Copied: {command}"), facts)
        return filled(say("{why} Copied what shows it: {command}"), facts)


def command_of(entry: JournalEntry, user: str, wording: Wording) -> CommandOf:
    """The command of an event.

    Args:
        entry: The event.
        user: Whose journal it is in.
        wording: Knows the currency, the zone, and whether commands of operators are offered.
    """
    if entry.order is not None:
        return CommandOf(commands.receipt(entry.order.order or ""))
    if entry.kind == "expiry":
        return CommandOf(commands.coupons(user))
    if why := _why_shown(entry, wording):
        return CommandOf(shown(user, entry.at, wording), why)
    amount, key = format_major(abs(entry.amount), wording.exponent), entry.key or ""
    match entry.kind:
        case "charge":
            line = commands.charge(user, amount, key, entry.method)
        case "claim":
            line = commands.claim(user, entry.coupon or "", key)
        case "payout":
            line = commands.payout(user, amount, entry.reason or "", key, entry.method)
        case "adjustment":
            by = f"{'+' if entry.amount > 0 else '-'}{amount}"
            line = commands.adjust(user, by, entry.reason or "", key)
        case "transfer":
            line = commands.transfer(user, entry.other or "", amount, entry.reason, key)
        case _:
            line = commands.undo(entry.reverses or "", entry.reason or "")
    return CommandOf(line)


def shown(user: str, at: datetime, wording: Wording) -> str:
    """The command that shows what happened on a balance on the day of an event."""
    return commands.history(user, f"{at.astimezone(wording.timezone):%Y-%m-%d}")


def _why_shown(entry: JournalEntry, wording: Wording) -> str:
    """Why no command repeats an event; empty where one does, and nothing twice."""
    say = wording.catalogue.text
    if entry.kind in _BY_WHO_RUNS_THE_SHOP and not wording.advises_commands:
        return say("Only whoever runs the shop does that.")
    if entry.kind == "transfer" and entry.amount > 0:
        facts = {"other": inert(entry.other or "")}
        return filled(say("{other} gave it: the command that did is theirs."), facts)
    if entry.at != entry.recorded_at:
        return say("It was imported with its time: no command books it once more.")
    if entry.kind == "payout" and not entry.balance_after:
        # Its key is of a request for all, or for this amount: which one is not kept.
        return say("All was paid out: a command for it may be refused.")
    if entry.kind != "reversal" and entry.key is None:
        return say("It was booked without a key: a command would book it twice.")
    return ""
