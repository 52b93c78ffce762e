"""The values the engine answers with: frozen records whose fields are the public JSON keys.

Amounts are integers in the minor unit of `currency`, and say so by their type, `Minor`: whoever
prints a record asks its annotations, not its keys. Times are aware UTC datetimes. Records hold no
behaviour and no reference to a database. They have no slots: making twenty slotted classes takes
twice as long (measured: 28 against 11 ms on a busy machine), and every command pays for it. Only
products have, because a listing makes a hundred thousand of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopcli.domain.money import Minor


@dataclass(frozen=True)
class BalanceChange:
    """Answer of charge, payout and adjust. `amount` is signed as its entry (payouts negative)."""

    user: str
    amount: Minor
    balance: Minor
    currency: str
    entry: str
    at: datetime
    key: str
    replayed: bool


@dataclass(frozen=True)
class Balance:
    """What a user can spend."""

    user: str
    balance: Minor
    currency: str


@dataclass(frozen=True)
class BalanceEntry:
    """One row of a user's balance history, in recording order."""

    id: str
    at: datetime
    recorded_at: datetime
    kind: str
    """charge, payment, refund, adjustment or payout."""
    amount: Minor
    balance_after: Minor
    order: str | None
    reason: str | None
    currency: str


@dataclass(frozen=True)
class User:
    """A person (or till) with a balance. `state` is active, blocked or closed."""

    user: str
    name: str | None
    state: str
    balance: Minor
    currency: str


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold: `sku` names it for ever, `stock` is exact at the moment of reading."""

    sku: str
    name: str
    price: Minor
    currency: str
    stock: int
    on_sale: bool
    category: str | None
    barcode: str | None
    low_stock: int | None


@dataclass(frozen=True)
class StockMovement:
    """One change of a product's stock, in recording order.

    `kind` is initial, restock, sale, return, adjustment or import.
    """

    id: str
    sku: str
    at: datetime
    recorded_at: datetime
    kind: str
    quantity: int
    stock_after: int
    order: str | None
    reason: str | None
    actor: str
    host: str
    channel: str


@dataclass(frozen=True)
class Coupon:
    """Terms of a coupon: exactly one of `percent` and `amount` is set.

    `state` is open, not_open, closed, sold_out, expired or disabled, judged at the moment of
    reading.
    """

    code: str
    percent: int | None
    amount: Minor | None
    cap: Minor | None
    limit: int
    claimed: int
    redeemed: int
    min_order: Minor | None
    opens: datetime | None
    closes: datetime | None
    use_by: datetime | None
    valid_days: int | None
    state: str
    currency: str


@dataclass(frozen=True)
class Claim:
    """Answer of claim: `user` got coupon `number` of `limit`."""

    coupon: str
    user: str
    number: int
    limit: int
    state: str
    claimed_at: datetime
    usable_until: datetime | None
    key: str
    replayed: bool


@dataclass(frozen=True)
class UserCoupon:
    """A coupon a user has claimed. `state` is claimed, redeemed or expired.

    `usable` is whether an order could use it now: a claimed one may have been switched off.
    """

    coupon: str
    number: int
    state: str
    claimed_at: datetime
    usable_until: datetime | None
    order: str | None
    usable: bool


@dataclass(frozen=True)
class OrderLine:
    """One product of an order, with name, price and share of the discount frozen at sale."""

    sku: str
    name: str
    quantity: int
    unit_price: Minor
    line_total: Minor
    discount: Minor
    net: Minor


@dataclass(frozen=True)
class Order:
    """A paid (or since cancelled) order. A dry run answers with `order` None.

    `balance_after` is the balance then. `refunded`, `cancelled_at` and `reason` are of what was
    given back since.
    """

    order: str | None
    user: str
    state: str
    lines: tuple[OrderLine, ...]
    subtotal: Minor
    discount: Minor
    total: Minor
    currency: str
    coupon: str | None
    balance_after: Minor
    placed_at: datetime
    key: str
    replayed: bool
    refunded: Minor = 0
    cancelled_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Cancellation:
    """Answer of cancel."""

    order: str
    state: str
    refunded: Minor
    coupon_restored: bool
    balance: Minor
    currency: str
    key: str
    replayed: bool


@dataclass(frozen=True)
class TopRow:
    """One best seller; `revenue` is net of discounts."""

    rank: int
    sku: str
    name: str
    price: Minor
    stock: int
    units: int
    revenue: Minor


@dataclass(frozen=True)
class Top:
    """Best sellers of the window (`window_start`, `window_end`]."""

    window_start: datetime
    window_end: datetime
    currency: str
    rows: tuple[TopRow, ...]


@dataclass(frozen=True)
class AdminChange:
    """One recorded change by an operator; `before` and `after` are JSON objects as text."""

    id: str
    at: datetime
    subject_kind: str
    subject: str
    action: str
    before: str | None
    after: str | None
    actor: str
    host: str
    channel: str
    reason: str | None


@dataclass(frozen=True)
class Check:
    """One invariant, with a sentence for each violation found (at most 100)."""

    name: str
    ok: bool
    violations: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """Answer of verify: `ok` when every check is."""

    ok: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class OutboxStatus:
    """Deliveries at a glance. `breaker` is closed, open or stopped; `relay` names the live one."""

    pending: int
    leased: int
    delivered: int
    dead: int
    oldest_pending_seconds: int | None
    endpoint: str | None
    breaker: str
    relay: str | None


@dataclass(frozen=True)
class Flush:
    """Answer of a flush: how many events were sent, failed and still wait."""

    sent: int
    failed: int
    pending: int


@dataclass(frozen=True)
class OutboxEvent:
    """One event of the outbox and where its delivery stands."""

    id: str
    order: str
    sequence: int
    type: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    last_error: str | None
