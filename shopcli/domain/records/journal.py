"""Records of a user's journal: what changed the balance, what was ordered, coupons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor
from shopcli.domain.records.orders import Order


@dataclass(frozen=True)
class JournalEntry:
    """An event of a user's journal; what does not belong to its kind is None."""

    id: str
    """That of the balance entry, or of the coupon and what became of it."""
    kind: str
    """order, charge, payout, refund, adjustment, transfer, reversal, claim or expiry."""
    at: datetime
    recorded_at: datetime
    amount: Minor
    """What it has changed on the balance: of an order that was cancelled, with what came back."""
    balance_after: Minor | None
    """The balance right after it; an order that was cancelled later has that of its payment."""
    currency: str
    order: Order | None
    """Of an order and of a refund, the order as it stands now."""
    refund_number: int | None
    """Of a refund, which of the order's it is."""
    balance_after_cancellation: Minor | None
    coupon: str | None
    coupon_restored: bool
    """Whether the coupon of a cancelled order came back."""
    claim_number: int | None
    claim_limit: int | None
    usable_until: datetime | None
    other: str | None
    """Of a transfer, and of what took one back, the other user."""
    reverses: str | None
    """Of a reversal, the entry that it takes back."""
    reversed_kind: str | None
    """And the kind of that."""
    reason: str | None
    method: str | None
    key: str | None
    """The key with which it was made, where it was made with one."""


@dataclass(frozen=True)
class EntryBinding:
    """What a balance entry is bound to; what does not belong to its kind is None."""

    other: str | None
    """Of a transfer, and of what took one back, the other user."""
    reversed_kind: str | None
    """Of a reversal, the kind of the entry that it takes back."""


@dataclass(frozen=True)
class JournalPlace:
    """A place in a journal, behind which what is older follows."""

    sequence: int
    """Number of the last balance entry before it."""
    coupon_at: int
    """Microseconds since 1970 of the last event of a coupon before it."""
    coupon_event: str
    """Its id."""


@dataclass(frozen=True)
class JournalPage:
    """Some events of a journal, newest recorded first."""

    entries: tuple[JournalEntry, ...]
    older: JournalPlace | None
    """Where older ones begin; None at the end. A search may find nothing and not be at it."""
    total: int | None
    """How many events there are in all; told with the first page of the whole journal."""
    entry_count: int
    """Balance entries of the user: another number means that something is new."""
    looked_through: int
    """How many events were read for this page, found or not."""
