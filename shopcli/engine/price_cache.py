"""What orders were last priced with, so that the next is one round trip; never trusted.

Every fact kept here that can change (price, name, on sale, coupon switched on) is a guard of the
write itself. Where one no longer holds, nothing is written and the order is read and decided anew.
Only orders on a server use it: there it saves one round trip of two (a quarter of the rate); in a
file to read first costs a twentieth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shopcli.domain.ordering import HeldCoupon
    from shopcli.domain.pricing import Discount
    from shopcli.storage.orders import BuyerRow, OfferRow

FACT_COUNT_MAX = 20_000
"""Bound on each kind of fact; a full cache is emptied and learns again."""

MISS_COUNT = 8
"""Orders not found here after which a process learns everybody and everything at once: one command
at the prompt does not pay for that, a till or a server does so once."""


class Facts(NamedTuple):
    """All that pricing an order needs."""

    user_id: str
    offered: Mapping[str, OfferRow]
    discount: Discount | None


class PriceCache:
    """Facts about buyers, products and coupons, by name. Threads may share it."""

    __slots__ = ("_buyers", "_discounts", "_miss_count", "_offers")

    def __init__(self) -> None:
        self._buyers: dict[str, str] = {}
        self._offers: dict[str, OfferRow] = {}
        self._discounts: dict[str, Discount] = {}
        self._miss_count = 0

    def learn(
        self, username: str, user_id: str, offers: Iterable[OfferRow], coupon: HeldCoupon | None
    ) -> None:
        """Keep what an order was decided with; of a coupon, what it is for everybody."""
        for facts in (self._buyers, self._offers, self._discounts):
            if len(facts) >= FACT_COUNT_MAX:
                facts.clear()
        self._buyers[username] = user_id
        self._offers.update((offer.sku, offer) for offer in offers)
        if coupon is not None:
            self._discounts[coupon.code] = coupon.discount

    def is_worth_filling(self) -> bool:
        """Whether this miss is the one after which to learn everything; true once."""
        self._miss_count += 1
        return self._miss_count == MISS_COUNT

    def fill(self, buyers: Iterable[BuyerRow], offers: Iterable[OfferRow]) -> None:
        """Keep all buyers and products there are."""
        self._buyers.update(buyers)
        self._offers.update((offer.sku, offer) for offer in offers)

    def recall(
        self, username: str, quantities: Mapping[str, int], code: str | None
    ) -> Facts | None:
        """What the order would be priced with, or None where something is not known."""
        try:
            return Facts(
                self._buyers[username],
                {sku: self._offers[sku] for sku in quantities},
                None if code is None else self._discounts[code],
            )
        except KeyError:
            return None
