"""What orders were last priced with, so that the next can be written in one step; never trusted.

Every remembered fact that can change (price, name, on sale, coupon switched on) is a guard of the
write itself. Where one no longer holds, nothing is written and the order is read and decided anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcli.domain.couponing import Terms
    from shopcli.domain.ordering import HeldCoupon, OfferedProduct
    from shopcli.domain.pricing import Discount

FACT_COUNT_MAX = 20_000
"""Bound on each kind of fact; a full memory is emptied and learns again."""

MISS_COUNT = 8
"""Orders not remembered after which a process learns everybody and everything at once: one command
at the prompt does not pay for that, a till or a server does so once."""


class Remembered(NamedTuple):
    """All that pricing an order needs."""

    user_id: str
    offered: Mapping[str, OfferedProduct]
    discount: Discount | None
    min_order_minor: int | None


class Memory:
    """Facts about buyers, products and coupons, by name. Threads may share it."""

    __slots__ = ("_buyers", "_coupons", "_miss_count", "_products", "terms")

    def __init__(self) -> None:
        self._buyers: dict[str, str] = {}
        self._products: dict[str, OfferedProduct] = {}
        self._coupons: dict[str, HeldCoupon] = {}
        self._miss_count = 0
        self.terms: dict[str, Terms] = {}
        """What coupons were last claimed under, by code."""

    def learn(
        self,
        username: str,
        user_id: str,
        offered: Mapping[str, OfferedProduct],
        coupon: HeldCoupon | None,
    ) -> None:
        """Keep what an order was decided with."""
        for facts in (self._buyers, self._products, self._coupons):
            if len(facts) >= FACT_COUNT_MAX:
                facts.clear()
        self._buyers[username] = user_id
        self._products.update(offered)
        if coupon is not None:
            self._coupons[coupon.code] = coupon

    def is_worth_filling(self) -> bool:
        """Whether this miss is the one after which to learn everything; true once."""
        self._miss_count += 1
        return self._miss_count == MISS_COUNT

    def fill(self, buyers: Mapping[str, str], products: Mapping[str, OfferedProduct]) -> None:
        """Keep all buyers and products there are."""
        self._buyers.update(buyers)
        self._products.update(products)

    def learn_terms(self, terms: Terms) -> None:
        """Keep what a claim was decided with."""
        if len(self.terms) >= FACT_COUNT_MAX:
            self.terms.clear()
        self.terms[terms.code] = terms

    def recall(
        self, username: str, quantities: Mapping[str, int], code: str | None
    ) -> Remembered | None:
        """What the order would be priced with, or None where something is not known."""
        user_id = self._buyers.get(username)
        if user_id is None:
            return None
        products = self._products
        offered = {}
        for sku in quantities:
            product = products.get(sku)
            if product is None:
                return None
            offered[sku] = product
        if code is None:
            return Remembered(user_id, offered, None, None)
        coupon = self._coupons.get(code)
        if coupon is None:
            return None
        return Remembered(user_id, offered, coupon.discount, coupon.min_order_minor)
