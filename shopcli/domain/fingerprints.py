"""Digests of requests: tell a repeat from another request with the same idempotency key.

Source: IETF draft "The Idempotency-Key HTTP Header Field", section 2.2 (idempotency fingerprint).
Prices and reasons are not part of a request: a repeat after a price change is still a repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def fingerprint(*parts: object) -> str:
    """Digest of some parts (texts, integers or None) in their order: 32 hexadecimal digits."""
    import hashlib  # 2 ms, which no read needs

    text = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def order_fingerprint(user: str, quantities: dict[str, int], coupon: str | None) -> str:
    """Fingerprint of an order: user, set of (SKU, summed quantity), coupon."""
    lines = [f"{sku}:{quantity}" for sku, quantity in sorted(quantities.items())]
    return fingerprint("order", user, coupon, *lines)


def refund_fingerprint(order_id: str, quantities: Mapping[str, int], *, lost: bool) -> str:
    """Fingerprint of a refund: order, set of (SKU, quantity), whether the units are lost."""
    lines = [f"{sku}:{quantity}" for sku, quantity in sorted(quantities.items())]
    return fingerprint("refund", order_id, int(lost), *lines)


def booking_fingerprint(user: str, quantities: dict[str, int], ordered_at: int) -> str:
    """Fingerprint of an order of the past: user, set of (SKU, summed quantity), time."""
    lines = [f"{sku}:{quantity}" for sku, quantity in sorted(quantities.items())]
    return fingerprint("booking", user, ordered_at, *lines)
