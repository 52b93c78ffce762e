"""Whether an order may still be cancelled, and whether its coupon comes back: pure rules."""

from __future__ import annotations

from shopcli.domain.errors import OrderNotCancellable
from shopcli.domain.moments import from_microseconds, rfc3339


def check_cancellable(
    order_id: str, placed_at: int, cancel_within_microseconds: int, now: int
) -> None:
    """Refuse a cancellation after the time the shop allows.

    Raises:
        OrderNotCancellable: Too late; an operator can force it with a reason.
    """
    last_at = placed_at + cancel_within_microseconds
    if now > last_at:
        raise OrderNotCancellable(
            "Order {order} could be cancelled until {cancellable_until}.",
            details={"order": order_id, "cancellable_until": rfc3339(from_microseconds(last_at))},
        )


def coupon_comes_back(usable_until_at: int | None, now: int) -> bool:
    """A coupon past its last usable instant stays redeemed."""
    return usable_until_at is None or now <= usable_until_at
