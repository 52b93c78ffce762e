"""Whether an order may still be cancelled, as far as the storefront knows; the engine judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import OrderNotCancellable
from shopcli.domain.facts import filled
from shopcli.domain.giving_back import check_cancellable
from shopcli.domain.moments import local, to_microseconds
from shopcli.domain.showing import inert

if TYPE_CHECKING:
    from shopcli.domain.records import Order
    from shopcli.tui.visit import Visit


def too_late(
    visit: Visit, order: Order, within_microseconds: int | None
) -> OrderNotCancellable | None:
    """Why it is too late to cancel an order; None where it is not, or that is not known.

    Args:
        visit: The visit, whose shop has a clock.
        order: A paid order.
        within_microseconds: How long orders may be cancelled; None while it is not read.
    """
    if within_microseconds is None:
        return None
    try:
        check_cancellable(
            order.order or "",
            to_microseconds(order.placed_at),
            within_microseconds,
            to_microseconds(visit.shop.now()),
        )
    except OrderNotCancellable as error:
        return error
    return None


def too_late_text(visit: Visit, refusal: OrderNotCancellable, *, is_receipt: bool) -> str:
    """Why an order cannot be cancelled; an operator can give it back all the same.

    Args:
        visit: The visit.
        refusal: As of `too_late`.
        is_receipt: Whether the receipt is open, where f does that.
    """
    wording = visit.wording
    if not visit.has_desk:
        return wording.refusal(refusal)
    say = wording.catalogue.text
    told = (
        say("{why} f gives it back all the same.")
        if is_receipt
        else say("{why} On its receipt (enter) f gives it back all the same.")
    )
    return inert(filled(told, {"why": local(wording.fact(refusal), wording.instant)}))
