"""Refunds of parts of orders."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from shopcli.storage.schema.tables.columns import (
    count_column,
    origin_columns,
    table,
    text_column,
    within,
)

refunds = table(
    "refunds",
    text_column("order_id"),
    count_column("number"),
    text_column("username"),
    count_column("entry_sequence"),
    count_column("refunded_minor"),
    count_column("lost"),
    count_column("balance_after_minor"),
    count_column("refunded_at"),
    text_column("key"),
    text_column("fingerprint"),
    *origin_columns(),
    PrimaryKeyConstraint("order_id", "number", name="pk_refunds"),
    UniqueConstraint("key", name="uq_refunds_key"),
    UniqueConstraint("username", "entry_sequence", name="uq_refunds_entry"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_refunds_order_id"),
    ForeignKeyConstraint(
        ["username", "entry_sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_refunds_entry",
    ),
    CheckConstraint("lost IN (0, 1)", name="ck_refunds_lost"),
    CheckConstraint("reason IS NOT NULL", name="ck_refunds_reason"),
    within("refunds", "number", least=1),
    within("refunds", "refunded_minor"),
    within("refunds", "balance_after_minor"),
    Index("ix_refunds_refunded_at", "refunded_at"),
    rowid=False,
)
"""What was given back of an order before it was cancelled, if it was; numbered from 1 per order.

Each is bound to its balance entry. A cancellation is bound to the entry of its order that no refund
has.
"""

refund_lines = table(
    "refund_lines",
    text_column("order_id"),
    count_column("number"),
    text_column("sku"),
    count_column("quantity"),
    count_column("refunded_minor"),
    count_column("restocked"),
    PrimaryKeyConstraint("order_id", "number", "sku", name="pk_refund_lines"),
    ForeignKeyConstraint(
        ["order_id", "number"],
        ["refunds.order_id", "refunds.number"],
        name="fk_refund_lines_refund",
    ),
    ForeignKeyConstraint(
        ["order_id", "sku"],
        ["order_lines.order_id", "order_lines.sku"],
        name="fk_refund_lines_line",
    ),
    CheckConstraint("restocked = 0 OR restocked = quantity", name="ck_refund_lines_restocked"),
    within("refund_lines", "quantity", least=1),
    within("refund_lines", "refunded_minor"),
    rowid=False,
)
"""The units of each product that a refund gives back; `restocked` are those back in stock."""
