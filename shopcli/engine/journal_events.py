"""The events of a user's journal: balance entries, and what became of coupons."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shopcli.storage.reading.journal import ClaimRow, EntryRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class CouponEvent(NamedTuple):
    """A claim, or that a coupon that was not used has expired."""

    at: int
    id: str
    kind: str
    claim: ClaimRow

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among the others."""
        return self.at, self.id


Event: TypeAlias = EntryRow | CouponEvent
"""An event of a journal."""


def kind_of(event: Event) -> str:
    """The kind of an event: a payment is an order."""
    return "order" if event.kind == "payment" else event.kind


def is_cancellation(row: EntryRow) -> bool:
    """Whether an entry is told with the order that was cancelled."""
    return row.kind == "refund" and row.refund_number is None


def coupon_events(claims: Iterable[ClaimRow], now: int) -> list[CouponEvent]:
    """What became of coupons, newest first; what they took off is told with the order."""
    return sorted(_events_of(claims, now), key=lambda event: event.place, reverse=True)


def _events_of(claims: Iterable[ClaimRow], now: int) -> Iterator[CouponEvent]:
    for claim in claims:
        yield CouponEvent(claim.claimed_at, f"{claim.code}:claim", "claim", claim)
        until = claim.usable_until_at
        if claim.redeemed_at is None and until is not None and until < now:
            yield CouponEvent(until, f"{claim.code}:expiry", "expiry", claim)
