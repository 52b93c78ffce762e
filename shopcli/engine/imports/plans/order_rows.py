"""Collects and writes the rows of decided orders, table by table; decides nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shopcli.domain.deliveries.events import PAID, PAID_SEQUENCE
from shopcli.domain.moments import DAY_MICROSECONDS
from shopcli.engine.audit import origin_values
from shopcli.engine.imports.plan import SKIPPED, Choices
from shopcli.storage.bulk import writing
from shopcli.storage.inserts import (
    BALANCE_ENTRIES,
    ORDER_LINES,
    ORDERS,
    OUTBOX,
    SALES_DAYS,
    SALES_HOURS,
    STOCK_MOVEMENTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shopcli.domain.records import OrderLine
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.locking_reads import ProductRow
    from shopcli.storage.session import Session

_ORDER = (
    "order_id",
    "username",
    "subtotal_minor",
    "discount_minor",
    "total_minor",
    "coupon_code",
    "balance_after_minor",
    "placed_at",
    "key",
    "fingerprint",
)
_LINE = (
    "order_id",
    "position",
    "sku",
    "name",
    "quantity",
    "unit_price_minor",
    "line_total_minor",
    "discount_minor",
)
_MOVEMENT = ("sku", "sequence", "quantity", "stock_after", "order_id")
_ENTRY = (
    "username",
    "sequence",
    "amount_minor",
    "balance_after_minor",
    "order_id",
    "at",
)
_EVENT = ("event_id", "order_id", "body", "body_sha256")


class ProductState:
    """A product after the orders judged so far, as the rules see it."""

    __slots__ = ("movement_count", "name", "on_sale", "price_minor", "sku", "stock")

    def __init__(self, row: ProductRow) -> None:
        self.sku = row.sku
        self.name = row.name
        self.price_minor = row.price_minor
        self.stock = row.stock
        self.on_sale = row.on_sale
        self.movement_count = row.movement_count


class _Sold:
    """What was sold of a product in one sales bucket."""

    __slots__ = ("discount_minor", "gross_minor", "order_count", "units")

    def __init__(self) -> None:
        self.order_count = self.units = self.gross_minor = self.discount_minor = 0

    @property
    def net(self) -> tuple[int, int]:
        """Units and revenue."""
        return self.units, self.gross_minor - self.discount_minor


class OrderRows:
    """Collects the rows of a batch of orders.

    Args:
        runtime: Clock and origin.
        choices: Whether orders are historical, and their events sent.
    """

    def __init__(self, runtime: Runtime, choices: Choices) -> None:
        self.now = runtime.now()
        self._identity = runtime.identity
        self._same = origin_values(runtime, self.now)
        self._historical = {"historical": int(choices.historical)}
        is_skipped = choices.events == "skip"
        self._of_event: dict[str, Any] = {
            "sequence": PAID_SEQUENCE,
            "type": PAID,
            "created_at": self.now,
            "state": "skipped" if is_skipped else "pending",
            "settled_at": self.now if is_skipped else None,
            "last_error": SKIPPED if is_skipped else None,
        }
        self.orders: list[tuple[Any, ...]] = []
        self.redeemed: list[tuple[str, int, str, int]] = []
        """(order, redeemed at, code, number) of each coupon used."""
        self._lines: list[tuple[Any, ...]] = []
        self._entries: list[tuple[Any, ...]] = []
        self._movements: list[tuple[Any, ...]] = []
        self._outbox: list[tuple[Any, ...]] = []
        self._hours: dict[tuple[int, str], _Sold] = {}

    def add_order(
        self,
        order_id: str,
        buyer: tuple[str, int, int],
        amounts: tuple[int, int, str | None],
        placed_at: int,
        request: tuple[str, str],
    ) -> None:
        """Add an order and its payment.

        Args:
            order_id: Id of the order.
            buyer: (user, sequence of the balance entry, balance after it).
            amounts: (subtotal, discount, coupon code or None).
            placed_at: Microseconds since 1970.
            request: (key, fingerprint).
        """
        username, sequence, balance = buyer
        subtotal, discount, code = amounts
        total = subtotal - discount
        self.orders.append(
            (
                order_id,
                username,
                subtotal,
                discount,
                total,
                code or "",
                balance,
                placed_at,
                *request,
            )
        )
        self._entries.append((username, sequence, -total, balance, order_id, placed_at))

    def add_lines(self, order_id: str, placed_at: int, lines: Iterable[OrderLine]) -> None:
        """Add the lines of an order, and their sales to the buckets."""
        bucket = self._identity.sales_bucket(placed_at)
        hours = self._hours
        for position, line in enumerate(lines, 1):
            sku, units = line.sku, line.quantity
            self._lines.append(
                (
                    order_id,
                    position,
                    sku,
                    line.name,
                    units,
                    line.unit_price,
                    line.line_total,
                    line.discount,
                )
            )
            sold = hours.get((bucket, sku))
            if sold is None:
                sold = hours[bucket, sku] = _Sold()
            sold.order_count += 1
            sold.units += units
            sold.gross_minor += line.line_total
            sold.discount_minor += line.discount

    def add_movements(
        self, order_id: str, lines: Iterable[OrderLine], products: Mapping[str, ProductState]
    ) -> None:
        """Take an order's units from stock."""
        for line in lines:
            product, units = products[line.sku], line.quantity
            product.stock -= units
            product.movement_count += 1
            self._movements.append(
                (line.sku, product.movement_count, -units, product.stock, order_id)
            )

    def add_event(self, event_id: str, order_id: str, body: str, body_sha256: str) -> None:
        """Add the event of an order."""
        self._outbox.append((event_id, order_id, body, body_sha256))

    def write(self, session: Session, products: Mapping[str, ProductState]) -> None:
        """Write all rows; those that concurrent orders share (sales buckets) last."""
        key = [("sku", writing.TEXT)]
        counts = [("stock", writing.COUNT), ("movement_count", writing.COUNT)]
        moved = sorted({sku for sku, *_ in self._movements})
        stocks = [(products[sku].stock, products[sku].movement_count, sku) for sku in moved]
        writing.update(session, "products", key, counts, stocks)
        same: dict[str, Any] = self._same
        writing.insert(session, ORDERS, _ORDER, self.orders, {**self._historical, **same})
        writing.insert(session, ORDER_LINES, _LINE, self._lines, {})
        none = dict.fromkeys(("key", "fingerprint", "reason", "method"))
        paying: dict[str, Any] = {"kind": "payment", **none, **same}
        # Sorted by primary key, so that neighbouring rows go to the same page.
        writing.insert(session, BALANCE_ENTRIES, _ENTRY, sorted(self._entries), paying)
        if self._movements:
            moving = {"kind": "sale", "batch": None, "at": self.now, "reason": None, **same}
            writing.insert(session, STOCK_MOVEMENTS, _MOVEMENT, sorted(self._movements), moving)
        writing.update(
            session,
            "user_coupons",
            [("code", writing.TEXT), ("number", writing.COUNT)],
            [("order_id", writing.TEXT), ("redeemed_at", writing.COUNT)],
            self.redeemed,
        )
        writing.insert(session, OUTBOX, _EVENT, self._outbox, self._of_event)
        self._write_sales(session)

    def _write_sales(self, session: Session) -> None:
        units_of_day: Counter[tuple[int, str]] = Counter()
        revenue_of_day: Counter[tuple[int, str]] = Counter()
        hours: list[tuple[int, str, *tuple[int, ...]]] = []
        for bucket, sku in sorted(self._hours):
            sold = self._hours[bucket, sku]
            units, revenue_minor = sold.net
            day = bucket - bucket % DAY_MICROSECONDS, sku
            units_of_day[day] += units
            revenue_of_day[day] += revenue_minor
            reported = (sold.order_count, units, sold.gross_minor, sold.discount_minor, 0)
            hours.append((bucket, sku, units, revenue_minor, *reported))
        writing.add_to(session, SALES_HOURS, hours)
        days = [(*day, units, revenue_of_day[day]) for day, units in sorted(units_of_day.items())]
        writing.add_to(session, SALES_DAYS, days)
