"""Words for the kinds and states that the shop keeps, as people read them.

Each table has the word that is kept, as commands and JSON write it, and the text that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from shopcli.domain.facts import filled

if TYPE_CHECKING:
    from shopcli.domain.records import BalanceEntry, EntryBinding, JournalEntry

ENTRIES = MappingProxyType(
    {
        "adjustment": "adjustment",
        "charge": "charge",
        "payment": "payment",
        "payout": "payout",
        "refund": "given back",
        "reversal": "undone",
        "transfer": "transfer",
    }
)
"""Kinds of balance entries."""

UNDONE = MappingProxyType(
    {
        "adjustment": "adjustment undone",
        "charge": "charge undone",
        "payout": "payout undone",
        "transfer": "transfer undone",
    }
)
"""What took an entry back, by the kind of that."""

JOURNAL = MappingProxyType(
    {
        "adjustment": "adjustment",
        "by": "by",
        "cancelled": "cancelled",
        "charge": "charge",
        "claim": "claimed",
        "coupon": "coupon",
        "expiry": "expired",
        "order": "order",
        "paid": "paid",
        "payment": "payment",
        "payout": "payout",
        "received": "transfer from",
        "refund": "given back",
        "reversal": "undone",
        "sent": "transfer to",
        "today": "today",
        "transfer": "transfer",
    }
)
"""Words by which the shop finds events of a journal."""

MOVEMENTS = MappingProxyType(
    {
        "adjustment": "adjustment",
        "import": "import",
        "initial": "initial",
        "restock": "restock",
        "return": "return",
        "sale": "sale",
    }
)
"""Kinds of stock movements."""

USERS = MappingProxyType({"active": "active", "blocked": "blocked", "closed": "closed"})
"""States of users."""

EVENTS = MappingProxyType(
    {
        "dead": "given up",
        "delivered": "delivered",
        "leased": "being sent",
        "pending": "pending",
        "skipped": "skipped",
    }
)
"""States of events."""

HAPPENED = MappingProxyType({"cancelled": "cancelled", "paid": "paid", "refunded": "given back"})
"""What events tell of an order, the last part of their type."""

ATTEMPTS = MappingProxyType({"delivered": "delivered", "failed": "failed", "lost": "lost"})
"""What became of attempts to deliver."""

DEEDS = MappingProxyType({"discard": "discarded", "retry": "made due"})
"""What operators did about an event."""


def worded(kept: str, table: Mapping[str, str], say: Callable[[str], str]) -> str:
    """The word that is shown for one that is kept; that itself where the table has none.

    Args:
        kept: As the shop keeps it.
        table: One of this module.
        say: Translates a text.
    """
    return say(table[kept]) if kept in table else kept


def entry_told(
    entry: BalanceEntry | JournalEntry,
    bound: EntryBinding | JournalEntry | None,
    say: Callable[[str], str],
) -> str:
    """What a balance entry is, with who gave or was given to, or how the money came or went.

    Args:
        entry: Of a user.
        bound: What it is bound to, where it is.
        say: Translates a text.

    Returns:
        One line, without its reason; not inert yet.
    """
    is_reversal = entry.kind == "reversal"
    kept, table = entry.kind, ENTRIES
    if is_reversal and bound is not None and bound.reversed_kind is not None:
        kept, table = bound.reversed_kind, UNDONE
    facts = {
        "kind": worded(kept, table, say),
        "method": entry.method or "",
        "user": "" if bound is None else bound.other or "",
    }
    if facts["user"]:
        if is_reversal:
            given = entry.amount > 0
            told = say("transfer to {user} undone") if given else say("transfer from {user} undone")
        else:
            told = say("transfer to {user}") if entry.amount < 0 else say("transfer from {user}")
        return filled(told, facts)
    # What took it back did so by the method of the entry, where that is told.
    return (
        filled(say("{kind}, by {method}"), facts)
        if entry.method and not is_reversal
        else (facts["kind"])
    )


def meant_by(typed: str, say: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """The words of the journal that each word of a search may mean, as they are shown.

    Args:
        typed: What is searched.
        say: Translates a text.
    """
    shown = {kept: say(text).casefold() for kept, text in JOURNAL.items()}
    meant = {
        word: tuple(kept for kept, text in shown.items() if word.casefold() in text)
        for word in typed.split()
    }
    return {word: found for word, found in meant.items() if found}
