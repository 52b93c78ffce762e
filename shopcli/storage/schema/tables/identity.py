"""The shop's identity and that of its copy, its settings, and every change an operator made."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint

from shopcli.storage.schema.tables.columns import count_column, origin_columns, table, text_column

shop = table(
    "shop",
    count_column("singleton"),
    text_column("shop_id"),
    text_column("currency"),
    count_column("exponent"),
    text_column("timezone"),
    count_column("created_at"),
    count_column("sales_bucket_seconds"),
    PrimaryKeyConstraint("singleton", name="pk_shop"),
    CheckConstraint("singleton = 1", name="ck_shop_singleton"),
    CheckConstraint("exponent BETWEEN 0 AND 4", name="ck_shop_exponent"),
    CheckConstraint(
        "sales_bucket_seconds IN (900, 1800, 3600)", name="ck_shop_sales_bucket_seconds"
    ),
)

# Every copy of a shop has the shop's id and this row of its own: it is not copied but made.
shop_copy = table(
    "shop_copy",
    count_column("singleton"),
    text_column("copy_id"),
    text_column("held_reason", null=True),
    count_column("held_at", null=True),
    text_column("retired_to", null=True),
    count_column("retired_at", null=True),
    # Of all rows of a backup, as it was written; a shop that is used has none.
    text_column("backup_digest", null=True),
    PrimaryKeyConstraint("singleton", name="pk_shop_copy"),
    CheckConstraint("singleton = 1", name="ck_shop_copy_singleton"),
    CheckConstraint("(held_reason IS NULL) = (held_at IS NULL)", name="ck_shop_copy_held"),
    CheckConstraint("(retired_to IS NULL) = (retired_at IS NULL)", name="ck_shop_copy_retired"),
)

shop_settings = table(
    "shop_settings",
    text_column("name"),
    text_column("value"),
    PrimaryKeyConstraint("name", name="pk_shop_settings"),
)

admin_changes = table(
    "admin_changes",
    text_column("change_id"),
    text_column("subject_kind"),
    text_column("subject"),
    text_column("action"),
    text_column("before", null=True),
    text_column("after", null=True),
    count_column("at"),
    *origin_columns(),
    PrimaryKeyConstraint("change_id", name="pk_admin_changes"),
    Index("ix_admin_changes_subject", "subject_kind", "subject", "change_id"),
    Index("ix_admin_changes_at", "at", "change_id"),
)
