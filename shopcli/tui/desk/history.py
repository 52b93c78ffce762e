"""What happened on the balance of a member, as far as the desk shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopcli.domain.giving_back import is_all_given_back
from shopcli.domain.records import BalanceEntry, User
from shopcli.tui.wording import ending
from shopcli.wording.kinds import entry_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from shopcli import Shop
    from shopcli.domain.records import EntryBinding, Order
    from shopcli.tui.wording import Wording

ENTRY_COUNT_MAX = 200
"""Most entries that are shown; `shop history` lists them all."""

MONEY_KINDS = frozenset({"charge", "payout", "adjustment", "transfer"})
"""Kinds of entries that are undone by themselves; those of orders are with their order."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The newest entries of a member, the newest first."""

    user: User
    entries: tuple[BalanceEntry, ...]
    cancelled: frozenset[str]
    """Ids of their orders that are cancelled."""
    given_back: Mapping[str, str | None]
    """Ids of their orders of which every unit was given back; the coupon that a cancel restores."""
    bindings: Mapping[str, EntryBinding]
    """What transfers, and what took entries back, are bound to, by their ids."""

    @property
    def undone(self) -> frozenset[str]:
        """Ids of entries that were taken back; what did so is newer than they are."""
        return frozenset(entry.reverses for entry in self.entries if entry.reverses is not None)

    @property
    def cancellations(self) -> frozenset[str]:
        """Ids of the entries that are of a cancellation: the last that gives an order back."""
        last = {
            entry.order: entry.id
            for entry in reversed(self.entries)
            if entry.kind == "refund" and entry.order in self.cancelled
        }
        return frozenset(last.values())


def read_journal(shop: Shop, name: str) -> Journal:
    """Read the newest entries of a member."""
    entries = shop.history(name, limit=ENTRY_COUNT_MAX)[::-1]
    cancelled: Iterable[Order] = ()
    refunded: Iterable[Order] = ()
    if any(entry.kind == "refund" for entry in entries):
        cancelled = shop.orders(name, limit=ENTRY_COUNT_MAX, state="cancelled")
        refunded = shop.orders(name, limit=ENTRY_COUNT_MAX, state="refunded")
    return Journal(
        user=shop.user(name),
        entries=entries,
        cancelled=frozenset(order.order or "" for order in cancelled),
        given_back={
            order.order or "": order.coupon for order in refunded if is_all_given_back(order)
        },
        bindings=shop.browsing.bindings(name, entries),
    )


def whose(journal: Journal, wording: Wording) -> str:
    """Whose journal it is, and what they have; not inert yet."""
    user = journal.user
    return " · ".join(filter(None, (user.user, user.name, wording.price(user.balance))))


def told(journal: Journal, entry: BalanceEntry, say: Callable[[str], str]) -> str:
    """What an entry is, in a line; not inert yet."""
    is_cancellation = entry.id in journal.cancellations
    bound = journal.bindings.get(entry.id)
    kind = say("cancelled") if is_cancellation else entry_told(entry, bound, say)
    what = " ".join(filter(None, (kind, ending(entry.order))))
    return f"{what}: {entry.reason}" if entry.reason else what
