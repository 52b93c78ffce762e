"""Rules of cancelling: until when an order may be cancelled, and when its coupon is restored."""

from __future__ import annotations

from shopcli.domain.errors import OrderNotCancellable
from shopcli.domain.moments import from_microseconds, rfc3339


def check_cancellable(
    order_id: str, placed_at: int, cancel_within_microseconds: int, now: int
) -> None:
    """Refuse to cancel an order after the time that the shop allows.

    Raises:
        OrderNotCancellable: Too late; an operator can still force it with a reason.
    """
    last_at = placed_at + cancel_within_microseconds
    if now > last_at:
        raise OrderNotCancellable(
            "Order {order} could be cancelled until {cancellable_until}.",
            details={"order": order_id, "cancellable_until": rfc3339(from_microseconds(last_at))},
        )


def coupon_comes_back(usable_until_at: int | None, now: int) -> bool:
    """Whether a cancelled order's coupon is usable again: only if it has not expired meanwhile."""
    return usable_until_at is None or now <= usable_until_at
