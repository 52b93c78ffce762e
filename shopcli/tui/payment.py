"""What a cart costs with each coupon, and paying for exactly what was shown, once.

Runs in worker threads; uses the shop's public verbs only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from shopcli.domain.errors import InsufficientBalance, ShopError, TotalChanged
from shopcli.domain.records import Coupon, Order, Product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcli import Shop

OFFER_COUNT_MAX = 30
"""Most coupons a review tries: each costs one dry run."""

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """One decision to buy: whatever is pressed again, its key lets it happen once."""

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


@dataclass(frozen=True, slots=True)
class Offer:
    """A coupon and what it would save; `number` is None where the user has yet to claim it."""

    coupon: Coupon
    number: int | None
    saves: int | None
    refusal: ShopError | None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything a checkout shows of these lines with this coupon, read together."""

    user: str
    lines: Lines
    coupon: str | None
    balance: int
    products: tuple[Product, ...]
    quote: Quote
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Not paid: the order would not be what was shown. `before` and `now` name the difference."""

    differences: tuple[Difference, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class Difference:
    """A product whose price is not the one shown, in minor units."""

    sku: str
    name: str
    before: int
    now: int


def review(shop: Shop, user: str, lines: Lines, coupon: str | None) -> Review:
    """Read what a checkout shows.

    Raises:
        UnknownUser: No such user.
    """
    balance = shop.balance(user).balance
    products = shop.browsing.named([sku for sku, _ in lines])
    subtotal = _subtotal(products, lines)
    return Review(
        user=user,
        lines=lines,
        coupon=coupon,
        balance=balance,
        products=products,
        quote=quote(shop, user, lines, coupon, subtotal),
        offers=_offers(shop, user, lines, subtotal),
    )


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
    """Place the order if it still is what was shown.

    The dry run carries the key, so an intent that was settled before answers with its own order.

    Args:
        shop: Where.
        intent: What was decided, with its key.
        shown: The quote that was confirmed.

    Raises:
        ShopError: As `Shop.order`.
    """
    order = partial(shop.order, intent.user, intent.lines, coupon=intent.coupon, key=intent.key)
    while True:
        now = order(dry_run=True)
        if not now.replayed and (differences := _differences(shown, now)):
            return Changed(differences, Quote(now.subtotal, now.total, now, None))
        try:
            return order(expected_total=shown.total)
        except TotalChanged:  # since the dry run: look again at what
            continue


def _offers(shop: Shop, user: str, lines: Lines, subtotal: int) -> tuple[Offer, ...]:
    held = {one.coupon: one for one in shop.coupons(user)}
    offers: list[Offer] = []
    for coupon in shop.coupon_list():
        mine = held.get(coupon.code)
        if len(offers) == OFFER_COUNT_MAX:
            break
        if mine is None and coupon.state == "open":
            offers.append(Offer(coupon, None, None, None))
        elif mine is not None and mine.state == "claimed":
            tried = quote(shop, user, lines, coupon.code, subtotal)
            saves = None if tried.total is None else tried.subtotal - tried.total
            offers.append(Offer(coupon, mine.number, saves, tried.refusal))
    return tuple(sorted(offers, key=_usefulness))


def _usefulness(offer: Offer) -> tuple[bool, int, str]:
    return (offer.number is None, -(offer.saves or 0), offer.coupon.code)


def _differences(shown: Order, now: Order) -> tuple[Difference, ...]:
    before = {line.sku: line for line in shown.lines}
    prices = tuple(
        Difference(line.sku, line.name, before[line.sku].unit_price, line.unit_price)
        for line in now.lines
        if line.sku in before and line.unit_price != before[line.sku].unit_price
    )
    if prices or shown.total == now.total:
        return prices
    return (Difference("", "the total", shown.total, now.total),)


def _subtotal(products: Sequence[Product], lines: Lines) -> int:
    prices = {product.sku: product.price for product in products}
    return sum(prices.get(sku, 0) * quantity for sku, quantity in lines)
