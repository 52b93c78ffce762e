"""Users, their balances, and the coupons they hold."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from shopcli.domain.money import AMOUNT_MAX
from shopcli.storage.schema.tables.columns import (
    count_column,
    origin_columns,
    table,
    text_column,
    within,
)

users = table(
    "users",
    text_column("username"),
    text_column("user_id"),
    text_column("name", null=True),
    count_column("created_at"),
    *origin_columns(),
    PrimaryKeyConstraint("username", name="pk_users"),
    UniqueConstraint("user_id", name="uq_users_user_id"),
)

balances = table(
    "balances",
    text_column("username"),
    text_column("state"),
    count_column("balance_minor"),
    count_column("entry_count"),
    PrimaryKeyConstraint("username", name="pk_balances"),
    ForeignKeyConstraint(["username"], ["users.username"], name="fk_balances_username"),
    CheckConstraint("state IN ('active', 'blocked', 'closed')", name="ck_balances_state"),
    CheckConstraint("state <> 'closed' OR balance_minor = 0", name="ck_balances_closed_is_empty"),
    within("balances", "balance_minor"),
    within("balances", "entry_count"),
)

balance_entries = table(
    "balance_entries",
    text_column("username"),
    count_column("sequence"),
    text_column("kind"),
    count_column("amount_minor"),
    count_column("balance_after_minor"),
    text_column("order_id", null=True),
    count_column("at"),
    text_column("key", null=True),
    text_column("fingerprint", null=True),
    *origin_columns(),
    text_column("method", null=True),
    PrimaryKeyConstraint("username", "sequence", name="pk_balance_entries"),
    ForeignKeyConstraint(["username"], ["balances.username"], name="fk_balance_entries_username"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_balance_entries_order_id"),
    CheckConstraint(
        "(kind = 'charge' AND amount_minor > 0)"
        " OR (kind = 'payment' AND amount_minor <= 0)"
        " OR (kind = 'refund' AND amount_minor >= 0)"
        " OR (kind = 'payout' AND amount_minor < 0)"
        " OR (kind = 'adjustment' AND amount_minor <> 0)"
        " OR (kind = 'transfer' AND amount_minor <> 0)"
        " OR (kind = 'reversal' AND amount_minor <> 0)",
        name="ck_balance_entries_kind",
    ),
    CheckConstraint(
        "(order_id IS NOT NULL) = (kind IN ('payment', 'refund'))",
        name="ck_balance_entries_order_id",
    ),
    # The key of a transfer is on the entry of whoever gives; that of an undo is in `reversals`.
    # SQLite makes a table for the list of an IN of more than two, anew for each row.
    CheckConstraint(
        "(key IS NULL) = (kind IN ('payment', 'refund') OR kind = 'reversal'"
        " OR (kind = 'transfer' AND amount_minor > 0))",
        name="ck_balance_entries_key",
    ),
    # How the money came or went; of what schema 0001 booked that is not known.
    CheckConstraint(
        "method IS NULL OR ((kind IN ('charge', 'payout') OR kind = 'reversal')"
        " AND length(method) BETWEEN 1 AND 32)",
        name="ck_balance_entries_method",
    ),
    CheckConstraint(
        f"amount_minor BETWEEN -{AMOUNT_MAX} AND {AMOUNT_MAX}",
        name="ck_balance_entries_amount_minor",
    ),
    within("balance_entries", "sequence", least=1),
    within("balance_entries", "balance_after_minor"),
    Index(
        "uq_balance_entries_kind_key",
        "kind",
        "key",
        unique=True,
        sqlite_where=text("key IS NOT NULL"),
        postgresql_where=text("key IS NOT NULL"),
    ),
    Index(
        "uq_balance_entries_order_id_kind",
        "order_id",
        "kind",
        unique=True,
        sqlite_where=text("kind = 'payment'"),
        postgresql_where=text("kind = 'payment'"),
    ),
    # What reports of money read; payments and refunds are found by their orders, and cost nothing.
    Index(
        "ix_balance_entries_at",
        "at",
        sqlite_where=text("kind <> 'payment' AND kind <> 'refund'"),
        postgresql_where=text("kind <> 'payment' AND kind <> 'refund'"),
    ),
    rowid=False,
)

transfers = table(
    "transfers",
    text_column("username"),
    count_column("sequence"),
    text_column("to_username"),
    count_column("to_sequence"),
    PrimaryKeyConstraint("username", "sequence", name="pk_transfers"),
    UniqueConstraint("to_username", "to_sequence", name="uq_transfers_to"),
    ForeignKeyConstraint(
        ["username", "sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_transfers_entry",
    ),
    ForeignKeyConstraint(
        ["to_username", "to_sequence"],
        ["balance_entries.username", "balance_entries.sequence"],
        name="fk_transfers_to_entry",
    ),
    CheckConstraint("username <> to_username", name="ck_transfers_between_two"),
    rowid=False,
)
"""The two balance entries of each transfer: of whoever gives, and of whoever is given to."""

coupons = table(
    "coupons",
    text_column("code"),
    count_column("percent", null=True),
    count_column("amount_minor", null=True),
    count_column("cap_minor", null=True),
    count_column("claim_limit"),
    count_column("claim_count"),
    count_column("min_order_minor", null=True),
    count_column("opens_at", null=True),
    count_column("closes_at", null=True),
    count_column("use_by_at", null=True),
    count_column("valid_days", null=True),
    count_column("disabled"),
    count_column("created_at"),
    *origin_columns(),
    PrimaryKeyConstraint("code", name="pk_coupons"),
    CheckConstraint("percent BETWEEN 1 AND 100", name="ck_coupons_percent"),
    CheckConstraint("(percent IS NULL) <> (amount_minor IS NULL)", name="ck_coupons_one_discount"),
    CheckConstraint("claim_count BETWEEN 0 AND claim_limit", name="ck_coupons_claim_count"),
    CheckConstraint("opens_at < closes_at", name="ck_coupons_opens_before_closes"),
    CheckConstraint("disabled IN (0, 1)", name="ck_coupons_disabled"),
    within("coupons", "amount_minor", least=1),
    within("coupons", "cap_minor", least=1),
    within("coupons", "claim_limit", least=1),
    within("coupons", "min_order_minor"),
    within("coupons", "valid_days", least=1),
)

user_coupons = table(
    "user_coupons",
    text_column("code"),
    count_column("number"),
    count_column("claim_limit"),
    text_column("username"),
    count_column("claimed_at"),
    count_column("usable_until_at", null=True),
    text_column("order_id", null=True),
    count_column("redeemed_at", null=True),
    text_column("key"),
    text_column("fingerprint"),
    *origin_columns(),
    PrimaryKeyConstraint("code", "number", name="pk_user_coupons"),
    UniqueConstraint("username", "code", name="uq_user_coupons_username_code"),
    UniqueConstraint("key", name="uq_user_coupons_key"),
    UniqueConstraint("order_id", name="uq_user_coupons_order_id"),
    ForeignKeyConstraint(["code"], ["coupons.code"], name="fk_user_coupons_code"),
    ForeignKeyConstraint(["username"], ["users.username"], name="fk_user_coupons_username"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_user_coupons_order_id"),
    CheckConstraint("(order_id IS NULL) = (redeemed_at IS NULL)", name="ck_user_coupons_redeemed"),
    within("user_coupons", "number", least=1),
    within("user_coupons", "claim_limit", least=1),
)
