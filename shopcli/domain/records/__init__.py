"""The records that the engine returns: frozen dataclasses whose fields are the public JSON keys.

Amounts are integers in the minor unit of `currency` and have the type `Minor`, by which printing
recognises money. Times are aware UTC datetimes. Records have no behaviour and no reference to a
database. To define a record class takes half a millisecond, so each module is loaded on first use.
Slots would double that; only `Product` has them, as a listing makes a hundred thousand of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.later import names_of

if TYPE_CHECKING:
    from shopcli.domain.records.balances import Balance, BalanceChange, BalanceEntry, Transfer
    from shopcli.domain.records.baskets import UsualBasket
    from shopcli.domain.records.cancellations import Cancellation
    from shopcli.domain.records.changes import Change
    from shopcli.domain.records.closings import Closing, Counted
    from shopcli.domain.records.coupons import Claim, Coupon, UserCoupon
    from shopcli.domain.records.drawer import CashMove, DrawerEntry
    from shopcli.domain.records.journal import (
        EntryBinding,
        JournalEntry,
        JournalPage,
        JournalPlace,
    )
    from shopcli.domain.records.logins import Grants, Login
    from shopcli.domain.records.moving import (
        Backup,
        CopiedTable,
        Restoration,
        ShopCopy,
        Unretirement,
    )
    from shopcli.domain.records.orders import Order, OrderLine, OrderRefund, RefundLine
    from shopcli.domain.records.outbox import Flush, Hold, OutboxEvent, OutboxStatus, Resumption
    from shopcli.domain.records.products import Product, StockMovement
    from shopcli.domain.records.refunds import Refund
    from shopcli.domain.records.reports import (
        MoneyReport,
        MoneyRow,
        MoneyTotals,
        SalesReport,
        SalesRow,
        SalesTotals,
        StockRow,
    )
    from shopcli.domain.records.reversals import Undo
    from shopcli.domain.records.sales import Top, TopRow
    from shopcli.domain.records.statements import Statement, StatementEntry
    from shopcli.domain.records.users import User
    from shopcli.domain.records.verification import Check, Verification

__all__ = [
    "Backup",
    "Balance",
    "BalanceChange",
    "BalanceEntry",
    "Cancellation",
    "CashMove",
    "Change",
    "Check",
    "Claim",
    "Closing",
    "CopiedTable",
    "Counted",
    "Coupon",
    "DrawerEntry",
    "EntryBinding",
    "Flush",
    "Grants",
    "Hold",
    "JournalEntry",
    "JournalPage",
    "JournalPlace",
    "Login",
    "MoneyReport",
    "MoneyRow",
    "MoneyTotals",
    "Order",
    "OrderLine",
    "OrderRefund",
    "OutboxEvent",
    "OutboxStatus",
    "Product",
    "Refund",
    "RefundLine",
    "Restoration",
    "Resumption",
    "SalesReport",
    "SalesRow",
    "SalesTotals",
    "ShopCopy",
    "Statement",
    "StatementEntry",
    "StockMovement",
    "StockRow",
    "Top",
    "TopRow",
    "Transfer",
    "Undo",
    "Unretirement",
    "User",
    "UserCoupon",
    "UsualBasket",
    "Verification",
]

__getattr__ = names_of(
    __name__,
    {
        "balances": ("Balance", "BalanceChange", "BalanceEntry", "Transfer"),
        "baskets": ("UsualBasket",),
        "cancellations": ("Cancellation",),
        "changes": ("Change",),
        "closings": ("Closing", "Counted"),
        "coupons": ("Claim", "Coupon", "UserCoupon"),
        "drawer": ("CashMove", "DrawerEntry"),
        "journal": ("EntryBinding", "JournalEntry", "JournalPage", "JournalPlace"),
        "logins": ("Grants", "Login"),
        "moving": ("Backup", "CopiedTable", "Restoration", "ShopCopy", "Unretirement"),
        "orders": ("Order", "OrderLine", "OrderRefund", "RefundLine"),
        "outbox": ("Flush", "Hold", "OutboxEvent", "OutboxStatus", "Resumption"),
        "products": ("Product", "StockMovement"),
        "reversals": ("Undo",),
        "reports": (
            "MoneyReport",
            "MoneyRow",
            "MoneyTotals",
            "SalesReport",
            "SalesRow",
            "SalesTotals",
            "StockRow",
        ),
        "statements": ("Statement", "StatementEntry"),
        "refunds": ("Refund",),
        "sales": ("Top", "TopRow"),
        "users": ("User",),
        "verification": ("Check", "Verification"),
    },
)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
