"""The drawer: cash that is no member's, put in and taken out."""

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

cash_moves = table(
    "cash_moves",
    count_column("number"),
    text_column("kind"),
    count_column("amount_minor"),
    count_column("drawer_after_minor"),
    text_column("key", null=True),
    text_column("fingerprint", null=True),
    *origin_columns(),
    PrimaryKeyConstraint("number", name="pk_cash_moves"),
    UniqueConstraint("key", name="uq_cash_moves_key"),
    CheckConstraint(
        "(kind = 'in' AND amount_minor > 0) OR (kind = 'out' AND amount_minor < 0)"
        " OR (kind = 'reversal' AND amount_minor <> 0)",
        name="ck_cash_moves_kind",
    ),
    # The key of an undo is in `reversals`.
    CheckConstraint(
        "(key IS NULL) = (kind = 'reversal') AND (key IS NULL) = (fingerprint IS NULL)",
        name="ck_cash_moves_key",
    ),
    CheckConstraint("reason IS NOT NULL", name="ck_cash_moves_reason"),
    CheckConstraint(
        f"amount_minor BETWEEN -{AMOUNT_MAX} AND {AMOUNT_MAX}", name="ck_cash_moves_amount_minor"
    ),
    CheckConstraint(
        f"drawer_after_minor BETWEEN -{AMOUNT_MAX} AND {AMOUNT_MAX}",
        name="ck_cash_moves_drawer_after_minor",
    ),
    within("cash_moves", "number", least=1),
)
"""Numbered without a gap in the order in which they were committed."""

reversed_cash_moves = table(
    "reversed_cash_moves",
    count_column("number"),
    count_column("reversed_number"),
    text_column("key"),
    PrimaryKeyConstraint("number", name="pk_reversed_cash_moves"),
    UniqueConstraint("reversed_number", name="uq_reversed_cash_moves_once"),
    UniqueConstraint("key", name="uq_reversed_cash_moves_key"),
    ForeignKeyConstraint(["key"], ["reversals.key"], name="fk_reversed_cash_moves_key"),
    ForeignKeyConstraint(["number"], ["cash_moves.number"], name="fk_reversed_cash_moves_number"),
    ForeignKeyConstraint(
        ["reversed_number"], ["cash_moves.number"], name="fk_reversed_cash_moves_reversed_number"
    ),
    CheckConstraint("number > reversed_number", name="ck_reversed_cash_moves_later"),
)
"""Each cash move of the kind `reversal`, and the one that it takes back."""
