"""What is not as it was in a bill that somebody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.facts import filled
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shopcli.tui.payment import Difference, Review
    from shopcli.tui.wording import Wording


def changes(before: Review, now: Review, wording: Wording) -> str:
    """What differs between two bills, in a sentence; empty where the same is paid for both.

    A balance that still suffices is no change.

    Args:
        before: As it was shown.
        now: As it is.
        wording: Writes amounts, names and refusals.
    """
    told = [*_of_the_sum(before, now, wording), *_of_paying(before, now, wording)]
    return _sentence(told, wording)


def sum_changes(before: Review, now: Review, wording: Wording) -> str:
    """The same, but for whether it can be paid."""
    return _sentence(list(_of_the_sum(before, now, wording)), wording)


def price_changes(differences: Sequence[Difference], wording: Wording) -> str:
    """What costs something else, in a sentence; empty where nothing does."""
    say = wording.catalogue.text
    told = [
        _from_to(one.name if one.sku else say("the total"), one.before, one.now, wording)
        for one in differences
    ]
    return _sentence(told, wording)


def _sentence(told: Sequence[str], wording: Wording) -> str:
    if not told:
        return ""
    return filled(wording.catalogue.text("Changed: {changes}."), {"changes": ", ".join(told)})


def _of_the_sum(before: Review, now: Review, wording: Wording) -> Iterator[str]:
    say, old, new = wording.catalogue.text, before.quote.total, now.quote.total
    if before.user != now.user:
        yield filled(say("{user} pays"), {"user": inert(now.user)})
    yield from _prices(before, now, wording)
    if before.coupon != now.coupon:
        named = filled(say("coupon {coupon}"), {"coupon": inert(now.coupon or "")})
        yield named if now.coupon else say("no coupon")
    if old is not None and new is not None and old != new:
        yield _from_to(say("total"), old, new, wording)
    elif before.lines != now.lines:
        yield say("quantities")


def _of_paying(before: Review, now: Review, wording: Wording) -> Iterator[str]:
    """Whether it can be paid, where it could not, or why it cannot."""
    say, old, new = wording.catalogue.text, before.quote, now.quote
    if new.order is not None:
        if old.order is None:
            yield say("it can be paid now")
    elif new.missing:
        if new.missing != old.missing:
            yield filled(say("{missing} short"), {"missing": wording.money(new.missing)})
    elif new.refusal is not None:
        refusal = wording.refusal(new.refusal)
        if old.refusal is None or wording.refusal(old.refusal) != refusal:
            yield refusal.removesuffix(".")


def _prices(before: Review, now: Review, wording: Wording) -> Iterator[str]:
    prices = {product.sku: product.price for product in before.products}
    for product in now.products:
        old = prices.get(product.sku, product.price)
        if old != product.price:
            yield _from_to(product.name, old, product.price, wording)


def _from_to(name: str, before: int, now: int, wording: Wording) -> str:
    return f"{inert(name)} {wording.money(before)} → {wording.money(now)}"
