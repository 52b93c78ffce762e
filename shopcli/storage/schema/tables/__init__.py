"""Every table, constraint and index of the shop, each constraint named; holds no statement.

Amounts are integers in minor units, times are integers: microseconds since 1970 in UTC. Text sorts
in code point order on both databases. SQLite tables are STRICT, so that a text is never stored as a
number. Tables in `APPEND_ONLY` refuse UPDATE and DELETE, those in `NEVER_DELETED` refuse DELETE, by
the triggers of `storage.schema.triggers`.
"""

from __future__ import annotations

import sys

from sqlalchemy import Table

try:
    from shopcli.storage.schema.tables.closes import close_marks, closes
    from shopcli.storage.schema.tables.columns import metadata
    from shopcli.storage.schema.tables.delivery import (
        delivery_attempts,
        outbox,
        outbox_totals,
        platform_endpoint,
        relays,
    )
    from shopcli.storage.schema.tables.drawer import cash_moves, reversed_cash_moves
    from shopcli.storage.schema.tables.identity import admin_changes, shop, shop_copy, shop_settings
    from shopcli.storage.schema.tables.ledger import (
        balance_entries,
        balances,
        coupons,
        transfers,
        user_coupons,
        users,
    )
    from shopcli.storage.schema.tables.refunds import refund_lines, refunds
    from shopcli.storage.schema.tables.reversals import reversals, reversed_entries
    from shopcli.storage.schema.tables.trade import (
        cancellations,
        order_lines,
        orders,
        product_codes,
        products,
        sales_days,
        sales_hours,
        stock_movements,
    )
except BaseException:
    # A Ctrl-C between two of these modules would leave tables that those imported again would
    # define a second time, and no later use in this process would get past that.
    for _name in [name for name in sys.modules if name.startswith(f"{__name__}.")]:
        del sys.modules[_name]
    raise

APPEND_ONLY: tuple[Table, ...] = (
    balance_entries,
    transfers,
    reversals,
    reversed_entries,
    cash_moves,
    reversed_cash_moves,
    closes,
    close_marks,
    stock_movements,
    orders,
    order_lines,
    cancellations,
    refunds,
    refund_lines,
    delivery_attempts,
    admin_changes,
)
"""Ledgers: rows are never changed and never removed."""

NEVER_DELETED: tuple[Table, ...] = (
    shop,
    shop_copy,
    users,
    balances,
    products,
    coupons,
    user_coupons,
    outbox,
)
"""Current state: rows change and are never removed."""

__all__ = [
    "APPEND_ONLY",
    "NEVER_DELETED",
    "admin_changes",
    "balance_entries",
    "balances",
    "cancellations",
    "cash_moves",
    "close_marks",
    "closes",
    "coupons",
    "delivery_attempts",
    "metadata",
    "order_lines",
    "orders",
    "outbox",
    "outbox_totals",
    "platform_endpoint",
    "product_codes",
    "products",
    "refund_lines",
    "refunds",
    "relays",
    "reversals",
    "reversed_cash_moves",
    "reversed_entries",
    "sales_days",
    "sales_hours",
    "shop",
    "shop_copy",
    "shop_settings",
    "stock_movements",
    "transfers",
    "user_coupons",
    "users",
]
