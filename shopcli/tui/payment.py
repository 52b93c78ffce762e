"""What a cart costs with each coupon, and paying for exactly what was shown, once.

Runs in worker threads; uses the shop's public verbs only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from shopcli.domain.errors import (
    InsufficientBalance,
    OutcomeUnknown,
    ShopError,
    TotalChanged,
    TryLater,
    UserBlocked,
)
from shopcli.domain.pricing import Discount
from shopcli.domain.records import Coupon, Order, Product, UserCoupon
from shopcli.tui.checkout.coupon_times import CouponTimes, times_of
from shopcli.tui.opening import may_charge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli import Shop
    from shopcli.engine import ChargeTerms

CLAIMABLE_COUNT_MAX = 200
"""Most coupons offered that are yet to be claimed; those already held are all offered."""

_NEVER = datetime.max.replace(tzinfo=UTC)
"""Sorts coupons that never end behind those that do."""

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """A decision to buy with its idempotency key: sent again, it is paid once."""

    key: str
    user: str
    lines: Lines
    coupon: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would cost now, or why it cannot be placed.

    `total` is known even where only the balance is too small.
    """

    subtotal: int
    total: int | None
    order: Order | None
    refusal: ShopError | None

    @property
    def missing(self) -> int:
        """How much the balance lacks, in minor units; 0 where that is not why it is refused."""
        if not isinstance(self.refusal, InsufficientBalance):
            return 0
        missing: int = self.refusal.details["required"] - self.refusal.details["balance"]
        return missing


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon and its discount; `number` is None where the user has yet to claim it."""

    coupon: Coupon
    number: int | None
    saves: int
    """The discount in minor units, 0 where it cannot be used for this cart."""
    missing: int
    """How much the cart lacks of the coupon's minimum order, in minor units."""
    usable_until: datetime | None = None
    """Its last usable instant, as far as that is known; None where it has none."""
    gone: Literal["", "taken", "used", "expired", "blocked"] = ""
    """Why it is offered no more, where it was before or was chosen: others took the last, or so.

    Nothing can be claimed by a user who is blocked.
    """

    @property
    def is_disabled(self) -> bool:
        """Whether the operator switched it off since it was claimed."""
        return self.coupon.state == "disabled"

    @property
    def is_usable(self) -> bool:
        """Whether it can be chosen for this cart."""
        return not (self.missing or self.is_disabled or self.gone)

    @property
    def lost(self) -> int:
        """How much of its amount is lost where it is used, in minor units; 0 if it is for none."""
        return max(0, (self.coupon.amount or 0) - self.saves) if self.saves else 0

    @property
    def is_wasteful(self) -> bool:
        """Whether it is for an amount of which this cart would lose more than half."""
        return self.saves < self.lost

    @property
    def worth(self) -> tuple[int, int, bool, datetime]:
        """Sorts first what saves most; of that what loses least, is held, and ends first."""
        return -self.saves, self.lost, self.number is None, self.usable_until or _NEVER


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the checkout shows for these lines with this coupon, read together."""

    user: str
    lines: Lines
    coupon: str | None
    balance: int
    products: tuple[Product, ...]
    quote: Quote
    offers: tuple[Offer, ...]
    may_charge: bool
    picks_best: bool = False
    """Whether the coupon was to be the best one; else it was named."""
    name: str | None = None
    """How people call the user; None where they have no name, or it was not read."""
    terms: ChargeTerms | None = None
    """How money may come; None where nothing is short, or it may not be charged here."""
    times: CouponTimes | None = None
    """When coupons open and end; None where no coupons were read."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Not paid: the order would cost something else than shown, from `before` to `now`."""

    differences: tuple[Difference, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class Difference:
    """A product whose price is not the one shown, in minor units."""

    sku: str
    """Empty where it is the total, which has no name either."""
    name: str
    before: int
    now: int


def review(
    shop: Shop,
    user: str,
    lines: Lines,
    coupon: str | None,
    *,
    picks_best: bool = False,
    offered: Sequence[Offer] = (),
) -> Review:
    """Read what the checkout shows.

    Args:
        shop: Where.
        user: Who buys.
        lines: (SKU, quantity) of each product.
        coupon: Code of the coupon to use, None for none.
        picks_best: Use the best of the coupons held that is not wasted on this cart, instead.
        offered: What was offered to this user before.

    Raises:
        UnknownUser: No such user.
    """
    at, balance = shop.now(), shop.balance(user).balance
    products = shop.browsing.named([sku for sku, _ in lines])
    subtotal = _subtotal(products, lines)
    held, coupons = shop.coupons(user), shop.coupon_list()
    offers = offers_for(held, coupons, subtotal, offered, None if picks_best else coupon)
    if picks_best:
        best = best_held([one for one in offers if not one.is_wasteful])
        coupon = None if best is None else best.coupon.code
    quoted = quote(shop, user, lines, coupon, subtotal)
    if isinstance(quoted.refusal, UserBlocked):
        offers = tuple(one if one.number is not None else _not_to_claim(one) for one in offers)
    may = may_charge(shop)
    return Review(
        user=user,
        lines=lines,
        coupon=coupon,
        balance=balance,
        products=products,
        quote=quoted,
        offers=offers,
        may_charge=may,
        picks_best=picks_best,
        terms=shop.browsing.charge_terms() if may and quoted.missing else None,
        times=times_of(at, coupons, [one for one in held if one.state == "claimed"]),
    )


def offers_now(
    shop: Shop, user: str, lines: Lines, products: Sequence[Product]
) -> tuple[Offer, ...]:
    """The coupons a user could use for a cart, as `review` offers them.

    Args:
        shop: Where.
        user: Who buys.
        lines: (SKU, quantity) of each product.
        products: Of the lines, as they were read now.
    """
    return offers_for(shop.coupons(user), shop.coupon_list(), _subtotal(products, lines))


def quote(shop: Shop, user: str, lines: Lines, coupon: str | None, subtotal: int) -> Quote:
    """What an order would cost now."""
    try:
        order = shop.order(user, lines, coupon=coupon, dry_run=True)
    except InsufficientBalance as refusal:
        return Quote(subtotal, refusal.details["required"], None, refusal)
    except ShopError as refusal:
        return Quote(subtotal, None, None, refusal)
    return Quote(order.subtotal, order.total, order, None)


def pay(shop: Shop, intent: Intent, shown: Order) -> Order | Changed:
    """Place the order if it still costs what was shown.

    The dry run has the key, so an intent that was paid before answers with its own order.

    Args:
        shop: Where.
        intent: What to buy, with its key.
        shown: The quote that was confirmed.

    Raises:
        ShopError: As `Shop.order`.
    """
    order = partial(shop.order, intent.user, intent.lines, coupon=intent.coupon, key=intent.key)
    while True:
        now = order(dry_run=True)
        if not now.replayed and (changes := differences(shown, now)):
            return Changed(changes, Quote(now.subtotal, now.total, now, None))
        try:
            return order(expected_total=shown.total)
        except TotalChanged:  # it changed since the dry run: read again what did
            continue


def find(shop: Shop, intent: Intent) -> Order | None:
    """Read the order that an intent has made; None where there is none so far. Takes no lock.

    Raises:
        TryLater: The shop does not answer.
    """
    # Whoever may order may ask so; a receipt by its key is not for a till.
    try:
        found = shop.order(
            intent.user, intent.lines, coupon=intent.coupon, key=intent.key, dry_run=True
        )
    except (OutcomeUnknown, TryLater):
        raise
    except ShopError:  # it could not be placed now, and so is not there
        return None
    return found if found.replayed else None


def is_order(answer: Order | Changed | None) -> bool:
    """Whether an answer of `pay` means that the order is paid."""
    return isinstance(answer, Order)


def offers_for(
    had: Sequence[UserCoupon],
    coupons: Sequence[Coupon],
    subtotal: int,
    offered: Sequence[Offer] = (),
    chosen: str | None = None,
) -> tuple[Offer, ...]:
    """The coupons a user could use for a cart: held ones, then others, the best first in each.

    What was offered before stays, here last of all once it is gone: no coupon may take the place
    of another under the cursor, where Enter would claim it. So does what was chosen by hand.

    Args:
        had: Those that the user holds or has held.
        coupons: All of the shop.
        subtotal: What the cart costs without a coupon, in minor units.
        offered: What was offered to this user before.
        chosen: Code of the coupon that was chosen by hand, if any was.
    """
    held = {one.coupon: one for one in had}
    mine, claimable = [], []
    for coupon in coupons:
        held_one = held.get(coupon.code)
        if held_one is not None and held_one.state == "claimed":
            mine.append(_offer(coupon, held_one, subtotal))
        elif held_one is None and coupon.state == "open":
            claimable.append(_offer(coupon, None, subtotal))
    before = {one.coupon.code: one.coupon for one in offered}
    before.update((one.code, one) for one in coupons if one.code == chosen)
    claimable.sort(key=_worth)
    best = [
        one
        for place, one in enumerate(claimable)
        if place < CLAIMABLE_COUNT_MAX or one.coupon.code in before
    ]
    there = {one.coupon.code for one in (*mine, *claimable)}
    gone = [
        _gone(coupon, held.get(code))
        for code, coupon in sorted(before.items())
        if code not in there
    ]
    return (*sorted(mine, key=_worth), *best, *gone)


def best_held(offers: Sequence[Offer]) -> Offer | None:
    """The coupon held that is worth most for the cart; None where none saves anything.

    Args:
        offers: As of `offers_for`.
    """
    held = (one for one in offers if one.number is not None and one.saves)
    return min(held, key=_worth, default=None)


def best_of_all(offers: Sequence[Offer]) -> Offer | None:
    """The same of those held and of those yet to be claimed.

    Args:
        offers: As of `offers_for`.
    """
    return min((one for one in offers if one.saves), key=_worth, default=None)


def _offer(coupon: Coupon, held: UserCoupon | None, subtotal: int) -> Offer:
    missing = max(0, (coupon.min_order or 0) - subtotal)
    takes_off = Discount(coupon.percent, coupon.amount, coupon.cap).on(subtotal)
    is_usable = not missing and coupon.state != "disabled"
    return Offer(
        coupon,
        None if held is None else held.number,
        takes_off if is_usable else 0,
        missing,
        coupon.use_by if held is None else held.usable_until,
    )


def _gone(coupon: Coupon, held: UserCoupon | None) -> Offer:
    if held is None:
        return Offer(coupon, None, 0, 0, gone="taken")
    return Offer(coupon, held.number, 0, 0, gone="used" if held.order else "expired")


def _not_to_claim(offer: Offer) -> Offer:
    return replace(offer, saves=0, gone=offer.gone or "blocked")


def _worth(offer: Offer) -> tuple[tuple[int, int, bool, datetime], str]:
    return offer.worth, offer.coupon.code


def differences(shown: Order, now: Order) -> tuple[Difference, ...]:
    """What costs something else now than was shown; empty where the order costs the same."""
    before = {line.sku: line for line in shown.lines}
    prices = tuple(
        Difference(line.sku, line.name, before[line.sku].unit_price, line.unit_price)
        for line in now.lines
        if line.sku in before and line.unit_price != before[line.sku].unit_price
    )
    if prices or shown.total == now.total:
        return prices
    return (Difference("", "", shown.total, now.total),)


def _subtotal(products: Sequence[Product], lines: Lines) -> int:
    prices = {product.sku: product.price for product in products}
    return sum(prices.get(sku, 0) * quantity for sku, quantity in lines)
