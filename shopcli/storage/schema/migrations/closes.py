"""The step of 0002 that makes the tables of closes."""

from __future__ import annotations

import sqlalchemy as sa

from shopcli.storage.schema.migrations.building import (
    AMOUNT_MAX,
    check,
    counts,
    create_table,
    origin,
    primary,
    references,
    texts,
    unique,
    within,
)

_SIGNED = ("adjusted", "cash_opening", "cash_in", "cash_out", "cash_expected")
_AMOUNTS = (
    "opening",
    "sold",
    "refunded",
    "closing",
    "discount",
    "cancel",
    "refund",
    "cash_counted",
    "grand_sales",
    "grand_refunds",
)
_COUNTS = (
    "entry_count",
    "cash_move_number",
    "order_count",
    "unit_count",
    "discount_count",
    "cancel_count",
    "refund_count",
    "pending_count",
    "dead_count",
)


def add_closes() -> None:
    """Make the tables of closes and of what they cover."""
    create_table(
        "closes",
        *counts("number"),
        *counts("from_at", null=True),
        *counts("until_at", "entry_count"),
        *texts("first_entry", "last_entry", null=True),
        *counts("cash_move_number", "opening_minor"),
        *texts("methods"),
        *counts(
            "adjusted_minor",
            "sold_minor",
            "refunded_minor",
            "closing_minor",
            "order_count",
            "unit_count",
            "discount_count",
            "discount_minor",
            "cancel_count",
            "cancel_minor",
            "refund_count",
            "refund_minor",
            "cash_opening_minor",
            "cash_in_minor",
            "cash_out_minor",
            "cash_expected_minor",
        ),
        *counts("cash_counted_minor", null=True),
        *counts("grand_sales_minor", "grand_refunds_minor", "pending_count", "dead_count"),
        *texts("currency", "timezone", "digest", "key", "fingerprint"),
        *origin(),
        primary("closes", "number"),
        unique("uq_closes_key", "key"),
        check("ck_closes_first", "(from_at IS NULL) = (number = 1)"),
        check("ck_closes_from_before_until", "from_at IS NULL OR from_at <= until_at"),
        check("ck_closes_digest", "length(digest) = 64"),
        check(
            "ck_closes_entries",
            "(first_entry IS NULL) = (entry_count = 0)"
            " AND (last_entry IS NULL) = (entry_count = 0)",
        ),
        *within("closes", "number", least=1),
        *within("closes", "from_at", "until_at", *_COUNTS),
        *within("closes", *(f"{name}_minor" for name in _AMOUNTS)),
        *(
            check(f"ck_closes_{name}_minor", f"{name}_minor BETWEEN -{AMOUNT_MAX} AND {AMOUNT_MAX}")
            for name in _SIGNED
        ),
    )
    create_table(
        "close_marks",
        *texts("username"),
        *counts("sequence", "number"),
        primary("close_marks", "username", "sequence"),
        unique("uq_close_marks_number_username", "number", "username"),
        references("close_marks", "number", "closes.number"),
        sa.ForeignKeyConstraint(
            ["username", "sequence"],
            ["balance_entries.username", "balance_entries.sequence"],
            name="fk_close_marks_entry",
        ),
        rowid=False,
    )
