"""What a refund and a cancellation have in common: money, stock and an event go the same way."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from shopcli.domain.deliveries.events import PAID_SEQUENCE
from shopcli.domain.errors import Internal
from shopcli.domain.giving_back import SoldLine
from shopcli.storage import placement, products, users

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.storage.orders import LineRow
    from shopcli.storage.refunds import GivenBack
    from shopcli.storage.session import Session
    from shopcli.storage.users import MovedRow


def sold_lines(lines: Iterable[LineRow]) -> list[SoldLine]:
    """What was sold for how much."""
    return [
        SoldLine(line.sku, line.quantity, line.line_total_minor - line.discount_minor)
        for line in lines
    ]


def next_sequence(refunds: Sequence[GivenBack]) -> int:
    """The number of the next event of an order that is not cancelled."""
    return PAID_SEQUENCE + len(refunds) + 1


def pay_back(
    session: Session, username: str, amount_minor: int, values: dict[str, Any]
) -> MovedRow:
    """Add an amount to the balance of a buyer, with its entry.

    Args:
        session: The open transaction.
        username: Name of the buyer, whose balance is locked.
        amount_minor: Minor units; may be 0.
        values: The columns `order_id`, `at`, `reason` and those of the origin.
    """
    moved = users.move_balance(session, username, amount_minor)
    if moved is None:
        raise Internal("A refund was refused.")
    users.insert_entry(
        session,
        {
            **values,
            "username": username,
            "sequence": moved.sequence,
            "kind": "refund",
            "amount_minor": amount_minor,
            "balance_after_minor": moved.balance_after_minor,
            "key": None,
            "fingerprint": None,
            "method": None,
        },
    )
    return moved


def put_back(session: Session, units: Iterable[tuple[str, int]], values: dict[str, Any]) -> None:
    """Return units to the stock of each product, by SKU.

    Args:
        session: The open transaction.
        units: Pairs of SKU and quantity.
        values: As in `pay_back`.
    """
    for sku, quantity in sorted(units):
        moved = products.move_stock(session, sku, quantity)
        if moved is None:
            raise Internal("Returned units were refused.")
        products.insert_movement(
            session,
            {
                **values,
                "sku": sku,
                "sequence": moved.sequence,
                "kind": "return",
                "quantity": quantity,
                "stock_after": moved.stock_after,
                "batch": None,
            },
        )


def insert_event(
    session: Session, event_id: str, kind: str, sequence: int, body: bytes, values: dict[str, Any]
) -> None:
    """Add the event that tells of it.

    Args:
        session: The open transaction.
        event_id: Id of the event.
        kind: Its type.
        sequence: Its number among those of the order.
        body: What is sent.
        values: As in `pay_back`.
    """
    placement.insert_event(
        session,
        {
            "event_id": event_id,
            "order_id": values["order_id"],
            "event_sequence": sequence,
            "event_type": kind,
            "event_body": body,
            "event_sha256": hashlib.sha256(body).hexdigest(),
            "recorded_at": values["recorded_at"],
        },
    )
