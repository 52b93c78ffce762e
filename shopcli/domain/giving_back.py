"""Rules of giving orders back, whole or in part: until when, how much is left, what it is worth.

Units of a line have no price of their own, as a discount is shared out by lines. So what has been
given back of a line is a function of how many units came back in all, and it does not matter in how
many steps they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import (
    InvalidInput,
    OrderNotCancellable,
    RefundExceedsOrder,
    TotalChanged,
)
from shopcli.domain.moments import from_microseconds, rfc3339

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from shopcli.domain.records import Order


class SoldLine(NamedTuple):
    """A line of an order, as sold: so many units for so much, discount taken off."""

    sku: str
    quantity: int
    net_minor: int


class Part(NamedTuple):
    """Units of a line that are given back, and the amount for them."""

    sku: str
    quantity: int
    refunded_minor: int


def given_back(line: SoldLine, units: int) -> int:
    """What has been given back of a line once so many of its units have come back, in all."""
    return line.net_minor * units // line.quantity


def parts(
    order_id: str,
    sold: Iterable[SoldLine],
    before: Mapping[str, int],
    wanted: Mapping[str, int],
    *,
    is_cancelled: bool = False,
) -> list[Part]:
    """What a refund gives back, by SKU.

    Args:
        order_id: Id of the order, for messages.
        sold: Its lines.
        before: Units by SKU that came back before.
        wanted: Units by SKU to give back now, each above 0.
        is_cancelled: Whether the order was cancelled, so that nothing is left of it.

    Raises:
        RefundExceedsOrder: More than is left; details name each such product.
    """
    by_sku = {line.sku: line for line in sold}
    exceeding = []
    for sku, units in wanted.items():
        left = 0
        if sku in by_sku and not is_cancelled:
            left = by_sku[sku].quantity - before.get(sku, 0)
        if units > left:
            exceeding.append({"sku": sku, "requested": units, "left": left})
    if exceeding:
        raise RefundExceedsOrder(
            "Order {order} was cancelled: nothing of it is left to give back."
            if is_cancelled
            else "More than is left of order {order}: {items:exceeding}.",
            details={
                "order": order_id,
                "items": exceeding,
                **({"reason": "cancelled"} if is_cancelled else {}),
            },
        )
    return [_part(by_sku[sku], before.get(sku, 0), wanted[sku]) for sku in sorted(wanted)]


def given_back_of(order: Order) -> dict[str, int]:
    """How many units of each product of an order were given back in parts, by SKU."""
    units = {line.sku: 0 for line in order.lines}
    for refund in order.refunds:
        for line in refund.lines:
            units[line.sku] += line.quantity
    return units


def is_all_given_back(order: Order) -> bool:
    """Whether every unit of an order was given back in parts, so that no money is left of it."""
    before = given_back_of(order)
    return all(before[line.sku] == line.quantity for line in order.lines)


def is_nothing_left(order: Order) -> bool:
    """Whether cancelling an order would give nothing back any more, not even a coupon."""
    return order.coupon is None and is_all_given_back(order)


def check_expected(
    order_id: str,
    sold: Iterable[SoldLine],
    before: Mapping[str, int],
    skus: Container[str],
    expected: Order,
) -> None:
    """Refuse to give back what is not left any more as it was looked at.

    What is paid for units follows from how many came back before, so only that is compared, and
    only of the products that are given back.

    Args:
        order_id: Id of the order.
        sold: Its lines.
        before: Units by SKU that came back before.
        skus: Of which products something would be given back.
        expected: The order as it was looked at.

    Raises:
        TotalChanged: More came back of them meanwhile; details hold what was paid for it.
        InvalidInput: The order that is expected is another one.
    """
    if expected.order != order_id:
        raise expects_no_order()
    seen = given_back_of(expected)
    lines = [line for line in sold if line.sku in skus]
    if all(before.get(line.sku, 0) == seen[line.sku] for line in lines):
        return
    raise TotalChanged(
        "{total:money} of order {order} went back before, not {expected:money}.",
        details={
            "order": order_id,
            "expected": sum(given_back(line, seen[line.sku]) for line in lines),
            "total": sum(given_back(line, before.get(line.sku, 0)) for line in lines),
            "currency": expected.currency,
            "reason": "refund",
        },
    )


def expects_no_order() -> InvalidInput:
    """The error for an expectation that is not the order that is given back."""
    return InvalidInput(
        "What is expected must be the order as it was looked at.",
        details={"field": "expected", "reason": "no_receipt"},
    )


def rest(sold: Iterable[SoldLine], before: Mapping[str, int]) -> list[Part]:
    """What a cancellation gives back, by SKU: all that has not come back before."""
    by_sku = sorted(sold)
    left = [(line, line.quantity - before.get(line.sku, 0)) for line in by_sku]
    return [_part(line, before.get(line.sku, 0), units) for line, units in left if units]


def _part(line: SoldLine, before: int, units: int) -> Part:
    return Part(line.sku, units, given_back(line, before + units) - given_back(line, before))


def check_cancellable(
    order_id: str,
    placed_at: int,
    cancel_within_microseconds: int,
    now: int,
    *,
    is_refund: bool = False,
) -> None:
    """Refuse to cancel an order, or to give part of it back, after the time that the shop allows.

    Raises:
        OrderNotCancellable: Too late; an operator can still force it with a reason.
    """
    last_at = placed_at + cancel_within_microseconds
    if now > last_at:
        raise OrderNotCancellable(
            "Order {order} could be refunded until {cancellable_until}."
            if is_refund
            else "Order {order} could be cancelled until {cancellable_until}.",
            details={
                "order": order_id,
                "cancellable_until": rfc3339(from_microseconds(last_at)),
                **({"reason": "refund"} if is_refund else {}),
            },
        )


def coupon_comes_back(usable_until_at: int | None, now: int) -> bool:
    """Whether a cancelled order's coupon is usable again: only if it has not expired meanwhile."""
    return usable_until_at is None or now <= usable_until_at
