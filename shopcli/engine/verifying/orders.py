"""Recomputes every order from its rows: events' bodies, fingerprint, discount, prices."""

from __future__ import annotations

import hashlib
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from shopcli.domain.deliveries import events
from shopcli.domain.fingerprints import booking_fingerprint, fingerprint, order_fingerprint
from shopcli.domain.pricing import Discount, Price, share
from shopcli.domain.records import OrderLine
from shopcli.engine.verifying.findings import Findings, values_of
from shopcli.engine.verifying.known_values import KnownValues
from shopcli.storage.verifying import pages
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.records import Check
    from shopcli.storage.session import Session
    from shopcli.storage.verifying.pages import EventRow, LineRow, OrderRow

Row = TypeVar("Row", "LineRow", "EventRow")

_BODIES = "event_bodies_are_frozen"
_PRUNED = "bodies_were_pruned"
_REQUESTS = "orders_are_as_requested"
_DISCOUNTS = "discounts_follow_terms"
_SHARES = "discounts_are_shared_out"
_OFFERS = "prices_were_on_offer"


def checks(session: Session) -> list[Check]:
    """Check all orders."""
    findings = Findings(_BODIES, _PRUNED, _REQUESTS, _DISCOUNTS, _SHARES, _OFFERS)
    verifier = _Verifier(session, findings)
    with attempt(session, lambda told: findings.add(_BODIES, told)):
        for page in pages.orders(session):
            first, last = page[0].order_id, page[-1].order_id
            lines = _by_order(pages.lines(session, first, last))
            made = _by_order(pages.events(session, first, last))
            for order in page:
                verifier.verify(order, lines.get(order.order_id, []), made.get(order.order_id, []))
        verifier.count_pruned()
    return findings.checks()


def _by_order(rows: Iterable[Row]) -> dict[str, list[Row]]:
    return {order_id: list(some) for order_id, some in groupby(rows, attrgetter("order_id"))}


class _Verifier:
    def __init__(self, session: Session, findings: Findings) -> None:
        self._session = session
        self._findings = findings
        self._shop = pages.shop(session)
        self._offers = KnownValues(session, "product")
        self._empty_count = 0

    def verify(self, order: OrderRow, lines: list[LineRow], made: list[EventRow]) -> None:
        """Recompute one order."""
        for event in made:
            self._verify_event(order, lines, event)
        if not lines:
            return
        try:
            self._verify_request(order, lines)
            self._verify_discount(order, lines)
        except (TypeError, ValueError, ArithmeticError):
            # A column holds no number; checks of constraints report which.
            self._findings.add(_SHARES, f"{order.order_id}: its numbers cannot be computed")
        for line in lines:
            self._verify_offer(order, line)

    def _verify_event(self, order: OrderRow, lines: list[LineRow], event: EventRow) -> None:
        body = bytes(event.body or b"")
        if not body and event.state == "delivered":
            self._empty_count += 1
            return
        is_frozen = hashlib.sha256(body).hexdigest() == event.body_sha256
        if not is_frozen or body != self._expected_body(order, lines, event):
            self._findings.add(
                _BODIES, f"{event.event_id}: its body is not what was written with the order"
            )

    def _expected_body(self, order: OrderRow, lines: list[LineRow], event: EventRow) -> bytes:
        try:
            priced = Price(
                tuple(
                    OrderLine(
                        line.sku,
                        line.name,
                        line.quantity,
                        line.unit_price_minor,
                        line.line_total_minor,
                        line.discount_minor,
                        line.line_total_minor - line.discount_minor,
                    )
                    for line in lines
                ),
                order.subtotal_minor,
                order.discount_minor,
            )
            told = (
                self._shop,
                event.event_id,
                order.order_id,
                order.user_id or "",
                order.placed_at,
                priced,
                order.coupon_code,
            )
            if event.sequence != events.CANCELLED_SEQUENCE:
                return events.paid_event(*told).encode()
            if order.cancelled_at is None or order.refunded_minor is None:
                return b""
            return events.cancelled_event(
                *told,
                cancelled_at=order.cancelled_at,
                reason=order.cancelled_for,
                refunded_minor=order.refunded_minor,
            ).encode()
        except (TypeError, ValueError, ArithmeticError):
            # The rows hold values that no event can be made of.
            return b""

    def count_pruned(self) -> None:
        """Compare the number of empty bodies with the number in the audit record."""
        told = [values_of(after) or {} for after in pages.prunings(self._session)]
        pruned = sum(one["count"] for one in told if isinstance(one.get("count"), int))
        if self._empty_count > pruned:
            self._findings.add(
                _PRUNED, f"{self._empty_count} bodies are empty, {pruned} were pruned"
            )

    def _verify_request(self, order: OrderRow, lines: Sequence[LineRow]) -> None:
        quantities = {line.sku: line.quantity for line in lines}
        if order.historical:
            made_by = booking_fingerprint(order.username, quantities, order.placed_at)
        else:
            made_by = order_fingerprint(order.username, quantities, order.coupon_code)
        if made_by != order.fingerprint:
            self._findings.add(_REQUESTS, f"{order.order_id}: is not what was asked for")
        if order.cancelled_by not in (None, fingerprint("cancel", order.order_id)):
            self._findings.add(_REQUESTS, f"{order.order_id}: cancelled by another request")

    def _verify_discount(self, order: OrderRow, lines: Sequence[LineRow]) -> None:
        if not _follows_terms(order):
            self._findings.add(
                _DISCOUNTS, f"{order.order_id}: its discount is not that of its coupon's terms"
            )
        totals = [line.line_total_minor for line in lines]
        shares = [0] * len(lines)
        if order.discount_minor and sum(totals):
            shares = share([line.sku for line in lines], totals, order.discount_minor)
        if shares != [line.discount_minor for line in lines]:
            self._findings.add(
                _SHARES, f"{order.order_id}: its discount is not shared out by its lines' totals"
            )

    def _verify_offer(self, order: OrderRow, line: LineRow) -> None:
        was = self._offers.was
        if line.name != line.present_name and not was(line.sku, "name", line.name):
            self._findings.add(_OFFERS, f"{order.order_id}: {line.sku} was never of that name")
        if order.historical or line.unit_price_minor == line.present_price_minor:
            return
        if not was(line.sku, "price_minor", line.unit_price_minor):
            self._findings.add(_OFFERS, f"{order.order_id}: {line.sku} was never at that price")


def _follows_terms(order: OrderRow) -> bool:
    if order.historical:
        return order.coupon_code is None
    if order.coupon_code is None:
        return order.discount_minor == 0
    if (order.percent is None) == (order.amount_minor is None):
        return False
    terms = Discount(order.percent, order.amount_minor, order.cap_minor, order.min_order_minor)
    subtotal = order.subtotal_minor
    return terms.is_met_by(subtotal) and order.discount_minor == terms.on(subtotal)
