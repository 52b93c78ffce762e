"""Who gave something back before, or undid it, as far as an operator may read that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.tui.journal.before import Before

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli import Shop
    from shopcli.domain.records import BalanceEntry, Order, Undo

ENTRY_COUNT_MAX = 200
"""So many of the newest entries of a member are looked at."""


def undone_before(shop: Shop, made: Undo) -> Before:
    """When an entry was taken back, by whom and why."""
    if made.user is None:
        return Before(made.at)
    entry, who = _booked(shop, made.user, lambda one: one.id == made.entry)
    return Before(made.at, who, None if entry is None else entry.reason)


def given_back_before(shop: Shop, order: Order) -> Before:
    """When an order was cancelled, or something of it last given back; by whom and why."""
    at, reason = order.cancelled_at, order.reason
    if at is None and order.refunds:
        at, reason = order.refunds[-1].refunded_at, order.refunds[-1].reason

    def gave_back(entry: BalanceEntry) -> bool:
        return entry.kind == "refund" and entry.order == order.order

    _entry, who = _booked(shop, order.user, gave_back)
    return Before(at or order.placed_at, who, reason)


def _booked(
    shop: Shop, user: str, is_meant: Callable[[BalanceEntry], bool]
) -> tuple[BalanceEntry | None, str]:
    """The newest entry that is meant, and who booked it, where that is known and may be told."""
    found = [one for one in shop.history(user, limit=ENTRY_COUNT_MAX) if is_meant(one)][-1:]
    if not found or shop.role != "operator":
        return next(iter(found), None), ""
    seller = shop.browsing.booked_by(user, found)[found[0].id]
    return found[0], f"{seller.actor}@{seller.host}"
