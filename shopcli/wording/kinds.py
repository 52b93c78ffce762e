"""Words for the kinds and states that the shop keeps, as people read them.

Each table has the word that is kept, as commands and JSON write it, and the text that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

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

JOURNAL = MappingProxyType(
    {
        "adjustment": "adjustment",
        "cancelled": "cancelled",
        "charge": "charge",
        "claim": "claimed",
        "coupon": "coupon",
        "expiry": "expired",
        "order": "order",
        "paid": "paid",
        "payment": "payment",
        "payout": "payout",
        "received": "from, given by",
        "refund": "given back",
        "reversal": "undone",
        "sent": "to, given to",
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
        "dead": "dead",
        "delivered": "delivered",
        "leased": "leased",
        "pending": "pending",
        "skipped": "skipped",
    }
)
"""States of events."""

HAPPENED = MappingProxyType({"cancelled": "cancelled", "paid": "paid", "refunded": "given back"})
"""What events tell of an order, the last part of their type."""

ATTEMPTS = MappingProxyType({"delivered": "delivered", "failed": "failed", "lost": "lost"})
"""What became of attempts to deliver."""

DEEDS = MappingProxyType({"discard": "discarded", "retry": "tried again"})
"""What operators did about an event."""


def worded(kept: str, table: Mapping[str, str], say: Callable[[str], str]) -> str:
    """The word that is shown for one that is kept; that itself where the table has none.

    Args:
        kept: As the shop keeps it.
        table: One of this module.
        say: Translates a text.
    """
    return say(table[kept]) if kept in table else kept


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
