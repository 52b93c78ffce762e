"""The values the engine answers with: frozen records whose fields are the public JSON keys.

Amounts are integers in the minor unit of `currency`, and say so by their type, `Minor`: whoever
prints a record asks its annotations, not its keys. Times are aware UTC datetimes. Records hold no
behaviour and no reference to a database. Making their classes takes half a millisecond each, so
those of a noun are made when the first of them is asked for; and they have no slots, which takes as
long again. Only products have, because a listing makes a hundred thousand of them at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.later import names_of

if TYPE_CHECKING:
    from shopcli.domain.records.balances import Balance, BalanceChange, BalanceEntry
    from shopcli.domain.records.cancellations import Cancellation
    from shopcli.domain.records.changes import AdminChange
    from shopcli.domain.records.coupons import Claim, Coupon, UserCoupon
    from shopcli.domain.records.orders import Order, OrderLine
    from shopcli.domain.records.outbox import Flush, OutboxEvent, OutboxStatus
    from shopcli.domain.records.products import Product, StockMovement
    from shopcli.domain.records.sales import Top, TopRow
    from shopcli.domain.records.users import User
    from shopcli.domain.records.verification import Check, Verification

__all__ = [
    "AdminChange",
    "Balance",
    "BalanceChange",
    "BalanceEntry",
    "Cancellation",
    "Check",
    "Claim",
    "Coupon",
    "Flush",
    "Order",
    "OrderLine",
    "OutboxEvent",
    "OutboxStatus",
    "Product",
    "StockMovement",
    "Top",
    "TopRow",
    "User",
    "UserCoupon",
    "Verification",
]

__getattr__ = names_of(
    __name__,
    {
        "balances": ("Balance", "BalanceChange", "BalanceEntry"),
        "cancellations": ("Cancellation",),
        "changes": ("AdminChange",),
        "coupons": ("Claim", "Coupon", "UserCoupon"),
        "orders": ("Order", "OrderLine"),
        "outbox": ("Flush", "OutboxEvent", "OutboxStatus"),
        "products": ("Product", "StockMovement"),
        "sales": ("Top", "TopRow"),
        "users": ("User",),
        "verification": ("Check", "Verification"),
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
