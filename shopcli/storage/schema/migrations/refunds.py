"""The part of the second schema about refunds; like it never edited once released."""

from __future__ import annotations

import sqlalchemy as sa

from shopcli.storage.schema.migrations.building import (
    check,
    counts,
    create_index,
    create_table,
    origin,
    primary,
    references,
    texts,
    unique,
    within,
)


def add_refunds() -> None:
    """Make the tables of refunds."""
    create_table(
        "refunds",
        *texts("order_id"),
        *counts("number"),
        *texts("username"),
        *counts("entry_sequence", "refunded_minor", "lost", "balance_after_minor", "refunded_at"),
        *texts("key", "fingerprint"),
        *origin(),
        primary("refunds", "order_id", "number"),
        unique("uq_refunds_key", "key"),
        unique("uq_refunds_entry", "username", "entry_sequence"),
        references("refunds", "order_id", "orders.order_id"),
        sa.ForeignKeyConstraint(
            ["username", "entry_sequence"],
            ["balance_entries.username", "balance_entries.sequence"],
            name="fk_refunds_entry",
        ),
        check("ck_refunds_lost", "lost IN (0, 1)"),
        check("ck_refunds_reason", "reason IS NOT NULL"),
        *within("refunds", "number", least=1),
        *within("refunds", "refunded_minor", "balance_after_minor"),
        rowid=False,
    )
    create_index("ix_refunds_refunded_at", "refunds", "refunded_at")
    create_table(
        "refund_lines",
        *texts("order_id"),
        *counts("number"),
        *texts("sku"),
        *counts("quantity", "refunded_minor", "restocked"),
        primary("refund_lines", "order_id", "number", "sku"),
        sa.ForeignKeyConstraint(
            ["order_id", "number"],
            ["refunds.order_id", "refunds.number"],
            name="fk_refund_lines_refund",
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "sku"],
            ["order_lines.order_id", "order_lines.sku"],
            name="fk_refund_lines_line",
        ),
        check("ck_refund_lines_restocked", "restocked = 0 OR restocked = quantity"),
        *within("refund_lines", "quantity", least=1),
        *within("refund_lines", "refunded_minor"),
        rowid=False,
    )
