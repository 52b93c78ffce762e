"""Charges that others have booked since somebody was asked how much to charge.

Two people who are handed one note would both book it: none of them sees the other's charge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.facts import filled
from shopcli.tui.journal.before import Before, changed_before
from shopcli.tui.operations import NotDone

if TYPE_CHECKING:
    from shopcli import Shop
    from shopcli.domain.records import BalanceEntry, User
    from shopcli.tui.wording import Wording

ENTRY_COUNT_MAX = 50
"""So many of the newest entries of a member are looked at for charges of others."""


class Account(NamedTuple):
    """A member, and the newest entry on the balance."""

    user: User
    newest: str | None
    """Its id; None where there is no entry."""


@dataclass(frozen=True, slots=True)
class ChargedByOthers(NotDone):
    """Nothing was charged: others have charged this member since the question."""

    account: Account
    charges: tuple[BalanceEntry, ...]
    """In the order of recording; those that were undone are none."""
    last: Before
    """Who booked the last one, and when."""


def read_account(shop: Shop, name: str) -> Account:
    """Read a member: the entry first, so that a charge in between is told and not missed."""
    newest = next(iter(shop.history(name, limit=1)), None)
    return Account(shop.user(name), None if newest is None else newest.id)


def charged_since(shop: Shop, account: Account) -> ChargedByOthers | None:
    """What others have charged a member since they were read, if anything."""
    name = account.user.user
    now = read_account(shop, name)
    if now.newest == account.newest:
        return None
    entries = shop.history(name, limit=ENTRY_COUNT_MAX)
    ids = [entry.id for entry in entries]
    new = entries[ids.index(account.newest) + 1 :] if account.newest in ids else entries
    undone = {entry.reverses for entry in new}
    charges = tuple(one for one in new if one.kind == "charge" and one.id not in undone)
    if not charges:
        return None
    last = charges[-1]
    seller = shop.browsing.booked_by(name, charges)[last.id]
    return ChargedByOthers(now, charges, Before(last.at, f"{seller.actor}@{seller.host}"))


def told_of_others(found: ChargedByOthers, wording: Wording) -> str:
    """That nothing was charged, as others have charged this member: how much, by whom, when."""
    say, count = wording.catalogue.text, len(found.charges)
    facts = {
        "user": found.account.user.user,
        "amount": wording.price(sum(one.amount for one in found.charges)),
        "method": found.charges[-1].method or "",
        "count": f"{count:,}",
    }
    told = (
        say("Nothing was charged: {user} was charged {amount} by {method} meanwhile")
        if count == 1
        else say("Nothing was charged: {user} was charged {count} times meanwhile, {amount} in all")
    )
    return changed_before(filled(told, facts), found.last, wording)
