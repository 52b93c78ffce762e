"""Recomputes every order from its rows: events' bodies, fingerprint, discount, prices, refunds."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from shopcli.domain.deliveries import events
from shopcli.domain.fingerprints import (
    booking_fingerprint,
    fingerprint,
    order_fingerprint,
    refund_fingerprint,
)
from shopcli.domain.giving_back import SoldLine, given_back
from shopcli.domain.pricing import Discount, Price, share
from shopcli.domain.records import OrderLine, RefundLine
from shopcli.engine.verifying.findings import Findings, values_of
from shopcli.engine.verifying.known_values import KnownValues
from shopcli.storage.verifying import pages
from shopcli.storage.verifying.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcli.domain.records import Check
    from shopcli.storage.session import Session
    from shopcli.storage.verifying.pages import (
        EventRow,
        LineRow,
        OrderRow,
        RefundLineRow,
        RefundRow,
    )

Row = TypeVar("Row", "LineRow", "EventRow", "RefundRow", "RefundLineRow")

_BODIES = "event_bodies_are_frozen"
_PRUNED = "bodies_were_pruned"
_REQUESTS = "orders_are_as_requested"
_DISCOUNTS = "discounts_follow_terms"
_SHARES = "discounts_are_shared_out"
_OFFERS = "prices_were_on_offer"
_REFUNDS = "refunds_are_shares"


def checks(session: Session) -> list[Check]:
    """Check all orders."""
    findings = Findings(_BODIES, _PRUNED, _REQUESTS, _DISCOUNTS, _SHARES, _OFFERS, _REFUNDS)
    verifier = _Verifier(session, findings)
    with attempt(session, lambda told: findings.add(_BODIES, told)):
        for page in pages.orders(session):
            first, last = page[0].order_id, page[-1].order_id
            lines = _by_order(pages.lines(session, first, last))
            made = _by_order(pages.events(session, first, last))
            refunds = _by_order(pages.refunds(session, first, last))
            refund_lines = _by_order(pages.refund_lines(session, first, last))
            for order in page:
                verifier.verify(
                    _Whole(
                        order,
                        lines.get(order.order_id, []),
                        made.get(order.order_id, []),
                        refunds.get(order.order_id, []),
                        refund_lines.get(order.order_id, []),
                    )
                )
        verifier.count_pruned()
    return findings.checks()


def _by_order(rows: Iterable[Row]) -> dict[str, list[Row]]:
    return {order_id: list(some) for order_id, some in groupby(rows, attrgetter("order_id"))}


class _Whole(NamedTuple):
    """An order with all that belongs to it."""

    order: OrderRow
    lines: list[LineRow]
    events: list[EventRow]
    refunds: list[RefundRow]
    refund_lines: list[RefundLineRow]

    def lines_of(self, refund: RefundRow) -> list[RefundLineRow]:
        """The lines of one of its refunds."""
        return [line for line in self.refund_lines if line.number == refund.number]


class _Verifier:
    def __init__(self, session: Session, findings: Findings) -> None:
        self._session = session
        self._findings = findings
        self._shop = pages.shop(session)
        self._offers = KnownValues(session, "product")
        self._empty_count = 0

    def verify(self, whole: _Whole) -> None:
        """Recompute one order."""
        order, lines = whole.order, whole.lines
        for event in whole.events:
            self._verify_event(whole, event)
        if not lines:
            return
        try:
            self._verify_request(order, lines)
            self._verify_discount(order, lines)
            self._verify_refunds(whole)
        except (TypeError, ValueError, ArithmeticError):
            # A column holds no number; checks of constraints report which.
            self._findings.add(_SHARES, f"{order.order_id}: its numbers cannot be computed")
        for line in lines:
            self._verify_offer(order, line)

    def _verify_event(self, whole: _Whole, event: EventRow) -> None:
        body = bytes(event.body or b"")
        if not body and event.state == "delivered":
            self._empty_count += 1
            return
        is_frozen = hashlib.sha256(body).hexdigest() == event.body_sha256
        if not is_frozen or body != self._expected_body(whole, event):
            self._findings.add(
                _BODIES, f"{event.event_id}: its body is not what was written with the order"
            )

    def _expected_body(self, whole: _Whole, event: EventRow) -> bytes:
        order = whole.order
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
                    for line in whole.lines
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
            if event.sequence == events.PAID_SEQUENCE:
                return events.paid_event(*told).encode()
            for refund in whole.refunds:
                if refund.number == event.sequence - events.PAID_SEQUENCE:
                    return events.refunded_event(
                        *told,
                        sequence=event.sequence,
                        refunded_at=refund.refunded_at,
                        reason=refund.reason,
                        refunded_lines=[
                            RefundLine(line.sku, line.quantity, line.refunded_minor, line.restocked)
                            for line in whole.lines_of(refund)
                        ],
                        refunded_minor=refund.refunded_minor,
                    ).encode()
            if order.cancelled_at is None or order.refunded_minor is None:
                return b""
            return events.cancelled_event(
                *told,
                sequence=event.sequence,
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

    def _verify_refunds(self, whole: _Whole) -> None:
        """Give the order back once more, refund by refund, and compare."""
        order_id, back = whole.order.order_id, Counter[str]()
        sold = {
            line.sku: SoldLine(line.sku, line.quantity, line.line_total_minor - line.discount_minor)
            for line in whole.lines
        }
        for number, refund in enumerate(whole.refunds, start=1):
            lines = whole.lines_of(refund)
            quantities = {line.sku: line.quantity for line in lines}
            made_by = refund_fingerprint(order_id, quantities, lost=bool(refund.lost))
            if refund.fingerprint != made_by:
                self._findings.add(
                    _REQUESTS, f"{order_id}: refund {refund.number} is not what was asked for"
                )
            goes_to_stock = not (refund.lost or whole.order.historical)
            is_sound = refund.number == number and refund.refunded_minor == sum(
                line.refunded_minor for line in lines
            )
            for line in lines:
                had, before = sold.get(line.sku), back[line.sku]
                back[line.sku] = after = before + line.quantity
                is_sound = (
                    is_sound
                    and had is not None
                    and after <= had.quantity
                    and line.refunded_minor == given_back(had, after) - given_back(had, before)
                    and line.restocked == (line.quantity if goes_to_stock else 0)
                )
            if not is_sound:
                self._findings.add(
                    _REFUNDS, f"{order_id}: refund {refund.number} is not the share of its units"
                )

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
