"""What a change was decided on: where that is something else by now, nothing is changed.

What is expected is None where anything is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import TotalChanged
from shopcli.domain.money import checked_amount

if TYPE_CHECKING:
    from shopcli.domain.records import OutboxEvent


def check_price(sku: str, price_minor: int, expected_minor: int | None, currency: str) -> None:
    """Refuse to give a product another price than it was thought to have.

    Args:
        sku: SKU of the product.
        price_minor: What it costs.
        expected_minor: What it was thought to cost.
        currency: Of both.

    Raises:
        TotalChanged: The prices differ; details hold both.
        InvalidInput: The expected price is no amount.
    """
    if expected_minor is None:
        return
    if checked_amount(expected_minor, "Price", least=0, currency=currency) != price_minor:
        raise TotalChanged(
            "{sku} costs {total:money} by now, not {expected:money}.",
            details={
                "sku": sku,
                "expected": expected_minor,
                "total": price_minor,
                "currency": currency,
                "reason": "price",
            },
        )


def check_limit(code: str, limit: int, expected: int | None) -> None:
    """Refuse to change a coupon whose limit is another than it was thought to be.

    Raises:
        TotalChanged: The limits differ; details hold both.
        InvalidInput: The expected limit is no number of claims.
    """
    if expected is not None and checked_amount(expected, "Limit", least=1) != limit:
        raise TotalChanged(
            "The limit of {coupon} is {total} by now, not {expected}.",
            details={"coupon": code, "expected": expected, "total": limit, "reason": "limit"},
        )


def check_disabled(code: str, *, is_disabled: bool, is_expected: bool | None) -> None:
    """Refuse to change a coupon that is switched off, or on, where the other was thought.

    Raises:
        TotalChanged: It is otherwise; details hold both.
    """
    if is_expected not in {None, is_disabled}:
        raise TotalChanged(
            "{coupon} is switched off by now."
            if is_disabled
            else "{coupon} is switched on by now.",
            details={
                "coupon": code,
                "expected": is_expected,
                "total": is_disabled,
                "reason": "disabled",
            },
        )


def check_stock(sku: str, stock: int, expected: int | None) -> None:
    """Refuse to restock a product of which there is more than was thought; less may have been sold.

    Raises:
        TotalChanged: There is more; details hold both.
        InvalidInput: The expected stock is no number of units.
    """
    if expected is not None and checked_amount(expected, "Stock") < stock:
        raise TotalChanged(
            "{total} of {sku} are left by now, not {expected}.",
            details={"sku": sku, "expected": expected, "total": stock, "reason": "stock"},
        )


def check_on_sale(sku: str, *, is_on_sale: bool, is_expected: bool | None) -> None:
    """Refuse to change a product that is on sale, or off, where the other was thought.

    Raises:
        TotalChanged: It is otherwise; details hold both.
    """
    if is_expected not in {None, is_on_sale}:
        raise TotalChanged(
            "{sku} is on sale by now." if is_on_sale else "{sku} is off sale by now.",
            details={
                "sku": sku,
                "expected": is_expected,
                "total": is_on_sale,
                "reason": "on_sale",
            },
        )


def check_state(user: str, state: str, expected: str, *, is_as_made: bool) -> None:
    """Refuse to change a user whose state is another than it was thought to be, or made anew.

    Args:
        user: Name of the user.
        state: Their state.
        expected: What it was thought to be.
        is_as_made: Whether the change that made it so is the one that was looked at.

    Raises:
        TotalChanged: It is another; details hold both.
    """
    if state != expected or not is_as_made:
        raise TotalChanged(
            "User {user} is {total:noun} by now, not {expected:noun}."
            if state != expected
            else "User {user} was made {total:noun} anew since.",
            details={"user": user, "expected": expected, "total": state, "reason": "state"},
        )


def check_halt(held: str | None, expected: str | None, *, is_as_stopped: bool = True) -> None:
    """Refuse to hold deliveries, or to let them go, where something else holds them by now.

    Args:
        held: Why they are held; None if they are not.
        expected: Why they were thought to be held, likewise.
        is_as_stopped: Whether the platform has stopped them, or not, as it was thought to.

    Raises:
        TotalChanged: It is otherwise; details hold both.
    """
    if held != expected or not is_as_stopped:
        raise TotalChanged(
            "What holds deliveries has changed since.",
            details={"expected": expected, "total": held, "reason": "halt"},
        )


def check_event(event: OutboxEvent, expected: OutboxEvent) -> None:
    """Refuse to make an event due that was given up or discarded since, or is dead no more.

    Raises:
        TotalChanged: It is otherwise; details hold both states.
    """
    is_dead = event.state == "dead"
    is_as_given_up = not is_dead or event.last_error == expected.last_error
    if is_dead != (expected.state == "dead") or not is_as_given_up:
        raise TotalChanged(
            "Event {event} is {total:noun} by now, not {expected:noun}."
            if event.state != expected.state
            else "Event {event} was made {total:noun} anew since.",
            details={
                "event": event.id,
                "expected": expected.state,
                "total": event.state,
                "reason": "event",
            },
        )


def check_switched(code: str, *, is_as_made: bool) -> None:
    """Refuse to switch a coupon that was switched again since it was looked at.

    Raises:
        TotalChanged: It was.
    """
    if not is_as_made:
        raise TotalChanged(
            "{coupon} was switched again since.", details={"coupon": code, "reason": "disabled"}
        )
