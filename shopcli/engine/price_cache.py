"""A cache of what orders are priced with, so that an order takes one round trip; never trusted.

The write itself guards every cached fact that can change (price, name, on sale, coupon enabled).
If a guard fails, nothing is written, and the order is read and decided again from the database.
Only orders on Postgres use the cache: it saves one of two round trips, a quarter of the rate. On
SQLite reading first costs a twentieth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shopcli.domain.ordering import HeldCoupon
    from shopcli.domain.pricing import Discount
    from shopcli.storage.orders import BuyerRow, OfferRow

FACT_COUNT_MAX = 20_000
"""Largest number of facts of each kind; a full cache is emptied."""

MISS_COUNT = 8
"""Number of misses after which all buyers and products are read into the cache, once a process: a
single command does not pay for that; a till or a server does, once."""


class Facts(NamedTuple):
    """All that pricing an order needs."""

    user_id: str
    offered: Mapping[str, OfferRow]
    discount: Discount | None


class PriceCache:
    """Cached facts about buyers, products and coupons, by name. Safe to share between threads."""

    __slots__ = ("_buyers", "_discounts", "_miss_count", "_offers")

    def __init__(self) -> None:
        self._buyers: dict[str, str] = {}
        self._offers: dict[str, OfferRow] = {}
        self._discounts: dict[str, Discount] = {}
        self._miss_count = 0

    def add(
        self, username: str, user_id: str, offers: Iterable[OfferRow], coupon: HeldCoupon | None
    ) -> None:
        """Store what an order was priced with; of a coupon only its terms, not the user's claim."""
        for facts in (self._buyers, self._offers, self._discounts):
            if len(facts) >= FACT_COUNT_MAX:
                facts.clear()
        self._buyers[username] = user_id
        self._offers.update((offer.sku, offer) for offer in offers)
        if coupon is not None:
            self._discounts[coupon.code] = coupon.discount

    def is_worth_filling(self) -> bool:
        """Count a miss; true once, at the miss after which the cache is to be filled."""
        self._miss_count += 1
        return self._miss_count == MISS_COUNT

    def fill(self, buyers: Iterable[BuyerRow], offers: Iterable[OfferRow]) -> None:
        """Store these buyers and products."""
        self._buyers.update(buyers)
        self._offers.update((offer.sku, offer) for offer in offers)

    def get(self, username: str, quantities: Mapping[str, int], code: str | None) -> Facts | None:
        """What an order is priced with; None if any fact is not cached."""
        try:
            return Facts(
                self._buyers[username],
                {sku: self._offers[sku] for sku in quantities},
                None if code is None else self._discounts[code],
            )
        except KeyError:
            return None
