"""Closes of the books, and the last entry of each user that each of them covers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from shopcli.domain.money import AMOUNT_MAX
from shopcli.storage.schema.tables.columns import (
    count_column,
    origin_columns,
    table,
    text_column,
    within,
)

_SIGNED = (
    "adjusted_minor",
    "cash_opening_minor",
    "cash_in_minor",
    "cash_out_minor",
    "cash_expected_minor",
)
_COUNTED = (
    "from_at",
    "until_at",
    "entry_count",
    "cash_move_number",
    "opening_minor",
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
    "cash_counted_minor",
    "grand_sales_minor",
    "grand_refunds_minor",
    "pending_count",
    "dead_count",
)

closes = table(
    "closes",
    count_column("number"),
    count_column("from_at", null=True),
    count_column("until_at"),
    count_column("entry_count"),
    text_column("first_entry", null=True),
    text_column("last_entry", null=True),
    count_column("cash_move_number"),
    count_column("opening_minor"),
    text_column("methods"),
    count_column("adjusted_minor"),
    count_column("sold_minor"),
    count_column("refunded_minor"),
    count_column("closing_minor"),
    count_column("order_count"),
    count_column("unit_count"),
    count_column("discount_count"),
    count_column("discount_minor"),
    count_column("cancel_count"),
    count_column("cancel_minor"),
    count_column("refund_count"),
    count_column("refund_minor"),
    count_column("cash_opening_minor"),
    count_column("cash_in_minor"),
    count_column("cash_out_minor"),
    count_column("cash_expected_minor"),
    count_column("cash_counted_minor", null=True),
    count_column("grand_sales_minor"),
    count_column("grand_refunds_minor"),
    count_column("pending_count"),
    count_column("dead_count"),
    text_column("currency"),
    text_column("timezone"),
    text_column("digest"),
    text_column("key"),
    text_column("fingerprint"),
    *origin_columns(),
    PrimaryKeyConstraint("number", name="pk_closes"),
    UniqueConstraint("key", name="uq_closes_key"),
    CheckConstraint("(from_at IS NULL) = (number = 1)", name="ck_closes_first"),
    CheckConstraint("from_at IS NULL OR from_at <= until_at", name="ck_closes_from_before_until"),
    CheckConstraint("length(digest) = 64", name="ck_closes_digest"),
    CheckConstraint(
        "(first_entry IS NULL) = (entry_count = 0) AND (last_entry IS NULL) = (entry_count = 0)",
        name="ck_closes_entries",
    ),
    within("closes", "number", least=1),
    *(within("closes", column) for column in _COUNTED),
    *(
        CheckConstraint(
            f"{column} BETWEEN -{AMOUNT_MAX} AND {AMOUNT_MAX}", name=f"ck_closes_{column}"
        )
        for column in _SIGNED
    ),
)
"""`methods` is a JSON object: what was charged, reversed and paid out by each method."""

close_marks = table(
    "close_marks",
    text_column("username"),
    count_column("sequence"),
    count_column("number"),
    PrimaryKeyConstraint("username", "sequence", name="pk_close_marks"),
    UniqueConstraint("number", "username", name="uq_close_marks_number_username"),
    ForeignKeyConstraint(["number"], ["closes.number"], name="fk_close_marks_number"),
    ForeignKeyConstraint(
        ["username", "sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_close_marks_entry",
    ),
    rowid=False,
)
"""A close covers a user's entries up to the mark, after the user's mark before that."""
