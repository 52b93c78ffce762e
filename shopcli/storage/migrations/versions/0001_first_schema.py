"""The first schema: every table, constraint and index as first released; never edited again.

Triggers are not made here: they are made anew after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

AMOUNT_MAX = 2**53 - 1
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary().with_variant(BYTEA(), "postgresql")


def upgrade() -> None:
    """Make all tables, those before that others refer to."""
    create_admin_changes()
    create_coupons()
    create_outbox_totals()
    create_platform_endpoint()
    create_products()
    create_relays()
    create_shop()
    create_shop_settings()
    create_users()
    create_balances()
    create_orders()
    create_sales_days()
    create_sales_hours()
    create_balance_entries()
    create_cancellations()
    create_order_lines()
    create_outbox()
    create_stock_movements()
    create_user_coupons()
    create_delivery_attempts()


def create_admin_changes() -> None:
    op.create_table(
        "admin_changes",
        *texts("change_id", "subject_kind", "subject", "action"),
        *texts("before", "after", null=True),
        *counts("at"),
        *origin(),
        sa.PrimaryKeyConstraint("change_id", name="pk_admin_changes"),
        sqlite_strict=True,
    )
    create_index(
        "ix_admin_changes_subject", "admin_changes", "subject_kind", "subject", "change_id"
    )


def create_coupons() -> None:
    op.create_table(
        "coupons",
        *texts("code"),
        *counts("percent", "amount_minor", "cap_minor", null=True),
        *counts("claim_limit", "claim_count"),
        *counts("min_order_minor", "opens_at", "closes_at", "use_by_at", "valid_days", null=True),
        *counts("disabled", "created_at"),
        *origin(),
        sa.PrimaryKeyConstraint("code", name="pk_coupons"),
        within("coupons", "amount_minor", least=1),
        within("coupons", "cap_minor", least=1),
        sa.CheckConstraint("claim_count BETWEEN 0 AND claim_limit", name="ck_coupons_claim_count"),
        within("coupons", "claim_limit", least=1),
        sa.CheckConstraint("disabled IN (0, 1)", name="ck_coupons_disabled"),
        within("coupons", "min_order_minor"),
        sa.CheckConstraint(
            "(percent IS NULL) <> (amount_minor IS NULL)", name="ck_coupons_one_discount"
        ),
        sa.CheckConstraint("opens_at < closes_at", name="ck_coupons_opens_before_closes"),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name="ck_coupons_percent"),
        within("coupons", "valid_days", least=1),
        sqlite_strict=True,
    )


def create_outbox_totals() -> None:
    op.create_table(
        "outbox_totals",
        *counts("shard", "delivered_count"),
        sa.PrimaryKeyConstraint("shard", name="pk_outbox_totals"),
        sqlite_strict=True,
    )


def create_platform_endpoint() -> None:
    op.create_table(
        "platform_endpoint",
        *texts("url", "breaker"),
        *counts("failure_count", "next_try_at", "changed_at"),
        *texts("last_error", null=True),
        sa.PrimaryKeyConstraint("url", name="pk_platform_endpoint"),
        sa.CheckConstraint(
            "breaker IN ('closed', 'open', 'stopped')", name="ck_platform_endpoint_breaker"
        ),
        sqlite_strict=True,
    )


def create_products() -> None:
    op.create_table(
        "products",
        *texts("sku", "name"),
        *counts("price_minor", "stock", "movement_count", "on_sale"),
        *texts("category", "barcode", null=True),
        *counts("low_stock", null=True),
        *texts("search_text"),
        *counts("created_at"),
        *origin(),
        sa.PrimaryKeyConstraint("sku", name="pk_products"),
        within("products", "low_stock"),
        within("products", "movement_count"),
        sa.CheckConstraint("on_sale IN (0, 1)", name="ck_products_on_sale"),
        within("products", "price_minor"),
        within("products", "stock"),
        sqlite_strict=True,
    )
    create_index("ix_products_barcode", "products", "barcode")


def create_relays() -> None:
    op.create_table(
        "relays",
        *texts("relay_id", "actor", "host"),
        *counts("process_id", "started_at", "heartbeat_at"),
        sa.PrimaryKeyConstraint("relay_id", name="pk_relays"),
        sqlite_strict=True,
    )


def create_shop() -> None:
    op.create_table(
        "shop",
        *counts("singleton"),
        *texts("shop_id", "currency"),
        *counts("exponent"),
        *texts("timezone"),
        *counts("created_at"),
        sa.PrimaryKeyConstraint("singleton", name="pk_shop"),
        sa.CheckConstraint("exponent BETWEEN 0 AND 4", name="ck_shop_exponent"),
        sa.CheckConstraint("singleton = 1", name="ck_shop_singleton"),
        sqlite_strict=True,
    )


def create_shop_settings() -> None:
    op.create_table(
        "shop_settings",
        *texts("name", "value"),
        sa.PrimaryKeyConstraint("name", name="pk_shop_settings"),
        sqlite_strict=True,
    )


def create_users() -> None:
    op.create_table(
        "users",
        *texts("username", "user_id"),
        *texts("name", null=True),
        *counts("created_at"),
        *origin(),
        sa.PrimaryKeyConstraint("username", name="pk_users"),
        sa.UniqueConstraint("user_id", name="uq_users_user_id"),
        sqlite_strict=True,
    )


def create_balances() -> None:
    op.create_table(
        "balances",
        *texts("username", "state"),
        *counts("balance_minor", "entry_count"),
        sa.PrimaryKeyConstraint("username", name="pk_balances"),
        references("balances", "username", "users.username"),
        within("balances", "balance_minor"),
        sa.CheckConstraint(
            "state <> 'closed' OR balance_minor = 0", name="ck_balances_closed_is_empty"
        ),
        within("balances", "entry_count"),
        sa.CheckConstraint("state IN ('active', 'blocked', 'closed')", name="ck_balances_state"),
        sqlite_strict=True,
    )


def create_orders() -> None:
    op.create_table(
        "orders",
        *texts("order_id", "username"),
        *counts("subtotal_minor", "discount_minor", "total_minor"),
        *texts("coupon_code", null=True),
        *counts("balance_after_minor", "placed_at"),
        *texts("key", "fingerprint"),
        *counts("historical"),
        *origin(),
        sa.PrimaryKeyConstraint("order_id", name="pk_orders"),
        sa.UniqueConstraint("key", name="uq_orders_key"),
        references("orders", "coupon_code", "coupons.code"),
        references("orders", "username", "users.username"),
        within("orders", "balance_after_minor"),
        sa.CheckConstraint(
            "discount_minor BETWEEN 0 AND subtotal_minor", name="ck_orders_discount_minor"
        ),
        sa.CheckConstraint("historical IN (0, 1)", name="ck_orders_historical"),
        within("orders", "subtotal_minor"),
        sa.CheckConstraint(
            "total_minor = subtotal_minor - discount_minor", name="ck_orders_total_minor"
        ),
        sqlite_strict=True,
    )
    create_index("ix_orders_placed_at", "orders", "placed_at")
    create_index("ix_orders_username_placed_at", "orders", "username", "placed_at")


def create_sales_days() -> None:
    op.create_table(
        "sales_days",
        *counts("bucket_start_at"),
        *texts("sku"),
        *counts("units", "revenue_minor"),
        sa.PrimaryKeyConstraint("bucket_start_at", "sku", name="pk_sales_days"),
        references("sales_days", "sku", "products.sku"),
        within("sales_days", "revenue_minor"),
        within("sales_days", "units"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_sales_hours() -> None:
    op.create_table(
        "sales_hours",
        *counts("bucket_start_at"),
        *texts("sku"),
        *counts("units", "revenue_minor"),
        sa.PrimaryKeyConstraint("bucket_start_at", "sku", name="pk_sales_hours"),
        references("sales_hours", "sku", "products.sku"),
        within("sales_hours", "revenue_minor"),
        within("sales_hours", "units"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_balance_entries() -> None:
    op.create_table(
        "balance_entries",
        *texts("username"),
        *counts("sequence"),
        *texts("kind"),
        *counts("amount_minor", "balance_after_minor"),
        *texts("order_id", null=True),
        *counts("at"),
        *texts("key", "fingerprint", null=True),
        *origin(),
        sa.PrimaryKeyConstraint("username", "sequence", name="pk_balance_entries"),
        references("balance_entries", "order_id", "orders.order_id"),
        references("balance_entries", "username", "balances.username"),
        sa.CheckConstraint(
            "amount_minor BETWEEN -9007199254740991 AND 9007199254740991",
            name="ck_balance_entries_amount_minor",
        ),
        within("balance_entries", "balance_after_minor"),
        sa.CheckConstraint(
            "(key IS NULL) = (kind IN ('payment', 'refund'))", name="ck_balance_entries_key"
        ),
        sa.CheckConstraint(
            "(kind = 'charge' AND amount_minor > 0) OR (kind = 'payment' AND amount_minor <= 0) OR (kind = 'refund' AND amount_minor >= 0) OR (kind = 'payout' AND amount_minor < 0) OR (kind = 'adjustment' AND amount_minor <> 0)",
            name="ck_balance_entries_kind",
        ),
        sa.CheckConstraint(
            "(order_id IS NOT NULL) = (kind IN ('payment', 'refund'))",
            name="ck_balance_entries_order_id",
        ),
        within("balance_entries", "sequence", least=1),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    create_index(
        "uq_balance_entries_kind_key",
        "balance_entries",
        "kind",
        "key",
        unique=True,
        where="key IS NOT NULL",
    )
    create_index(
        "uq_balance_entries_order_id_kind",
        "balance_entries",
        "order_id",
        "kind",
        unique=True,
        where="order_id IS NOT NULL",
    )


def create_cancellations() -> None:
    op.create_table(
        "cancellations",
        *texts("order_id"),
        *counts("refunded_minor", "coupon_restored", "balance_after_minor", "cancelled_at"),
        *texts("key", "fingerprint"),
        *origin(),
        sa.PrimaryKeyConstraint("order_id", name="pk_cancellations"),
        sa.UniqueConstraint("key", name="uq_cancellations_key"),
        references("cancellations", "order_id", "orders.order_id"),
        within("cancellations", "balance_after_minor"),
        sa.CheckConstraint("coupon_restored IN (0, 1)", name="ck_cancellations_coupon_restored"),
        within("cancellations", "refunded_minor"),
        sqlite_strict=True,
    )


def create_order_lines() -> None:
    op.create_table(
        "order_lines",
        *texts("order_id"),
        *counts("position"),
        *texts("sku", "name"),
        *counts("quantity", "unit_price_minor", "line_total_minor", "discount_minor"),
        sa.PrimaryKeyConstraint("order_id", "sku", name="pk_order_lines"),
        sa.UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
        references("order_lines", "order_id", "orders.order_id"),
        references("order_lines", "sku", "products.sku"),
        sa.CheckConstraint(
            "discount_minor BETWEEN 0 AND line_total_minor", name="ck_order_lines_discount_minor"
        ),
        sa.CheckConstraint(
            "line_total_minor = unit_price_minor * quantity", name="ck_order_lines_line_total_minor"
        ),
        within("order_lines", "quantity", least=1),
        within("order_lines", "unit_price_minor"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        *texts("event_id", "order_id"),
        *counts("sequence"),
        *texts("type"),
        sa.Column("body", BYTES, nullable=False),
        *texts("body_sha256"),
        *counts("created_at"),
        *texts("state"),
        *counts("attempt_count"),
        sa.Column("failure_count", COUNT, nullable=False, server_default=sa.text("0")),
        *counts("next_attempt_at"),
        *texts("lease_owner", null=True),
        *counts("leased_at", "leased_until_at", "settled_at", null=True),
        *texts("last_error", null=True),
        sa.PrimaryKeyConstraint("event_id", name="pk_outbox"),
        sa.UniqueConstraint("order_id", "sequence", name="uq_outbox_order_id_sequence"),
        references("outbox", "order_id", "orders.order_id"),
        within("outbox", "attempt_count"),
        within("outbox", "failure_count"),
        sa.CheckConstraint(
            "(state = 'leased') = (lease_owner IS NOT NULL AND leased_at IS NOT NULL AND leased_until_at IS NOT NULL)",
            name="ck_outbox_lease",
        ),
        within("outbox", "sequence", least=1),
        sa.CheckConstraint(
            "(state IN ('delivered', 'dead')) = (settled_at IS NOT NULL)", name="ck_outbox_settled"
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'delivered', 'dead')", name="ck_outbox_state"
        ),
        sqlite_strict=True,
    )
    create_index("ix_outbox_dead", "outbox", "event_id", where="state = 'dead'")
    create_index(
        "ix_outbox_waiting",
        "outbox",
        "state",
        "next_attempt_at",
        "event_id",
        "created_at",
        where="state IN ('pending', 'leased')",
    )


def create_stock_movements() -> None:
    op.create_table(
        "stock_movements",
        *texts("sku"),
        *counts("sequence"),
        *texts("kind"),
        *counts("quantity", "stock_after"),
        *texts("order_id", "batch", null=True),
        *counts("at"),
        *origin(),
        sa.PrimaryKeyConstraint("sku", "sequence", name="pk_stock_movements"),
        references("stock_movements", "order_id", "orders.order_id"),
        references("stock_movements", "sku", "products.sku"),
        sa.CheckConstraint(
            "(batch IS NOT NULL) = (kind = 'import')", name="ck_stock_movements_batch"
        ),
        sa.CheckConstraint(
            "(kind IN ('initial', 'restock', 'return') AND quantity > 0) OR (kind = 'sale' AND quantity < 0) OR (kind IN ('adjustment', 'import') AND quantity <> 0)",
            name="ck_stock_movements_kind",
        ),
        sa.CheckConstraint(
            "(order_id IS NOT NULL) = (kind IN ('sale', 'return'))",
            name="ck_stock_movements_order_id",
        ),
        within("stock_movements", "sequence", least=1),
        within("stock_movements", "stock_after"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    create_index(
        "uq_stock_movements_batch_sku",
        "stock_movements",
        "batch",
        "sku",
        unique=True,
        where="batch IS NOT NULL",
    )


def create_user_coupons() -> None:
    op.create_table(
        "user_coupons",
        *texts("code"),
        *counts("number"),
        *texts("username"),
        *counts("claimed_at"),
        *counts("usable_until_at", null=True),
        *texts("order_id", null=True),
        *counts("redeemed_at", null=True),
        *texts("key", "fingerprint"),
        *origin(),
        sa.PrimaryKeyConstraint("code", "number", name="pk_user_coupons"),
        sa.UniqueConstraint("key", name="uq_user_coupons_key"),
        sa.UniqueConstraint("order_id", name="uq_user_coupons_order_id"),
        sa.UniqueConstraint("username", "code", name="uq_user_coupons_username_code"),
        references("user_coupons", "code", "coupons.code"),
        references("user_coupons", "order_id", "orders.order_id"),
        references("user_coupons", "username", "users.username"),
        within("user_coupons", "number", least=1),
        sa.CheckConstraint(
            "(order_id IS NULL) = (redeemed_at IS NULL)", name="ck_user_coupons_redeemed"
        ),
        sqlite_strict=True,
    )


def create_delivery_attempts() -> None:
    op.create_table(
        "delivery_attempts",
        *texts("event_id"),
        *counts("attempt_number"),
        *texts("relay_id"),
        *counts("started_at", "duration_microseconds"),
        *texts("outcome"),
        *counts("status_code", null=True),
        *texts("reason", "answer", null=True),
        sa.PrimaryKeyConstraint("event_id", "attempt_number", name="pk_delivery_attempts"),
        references("delivery_attempts", "event_id", "outbox.event_id"),
        sa.CheckConstraint(
            "outcome IN ('delivered', 'failed', 'lost')", name="ck_delivery_attempts_outcome"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def texts(*names: str, null: bool = False) -> Iterator[sa.Column[str]]:
    return (sa.Column(name, TEXT, nullable=null) for name in names)


def counts(*names: str, null: bool = False) -> Iterator[sa.Column[int]]:
    return (sa.Column(name, COUNT, nullable=null) for name in names)


def origin() -> Iterator[sa.Column[str] | sa.Column[int]]:
    yield from counts("recorded_at")
    yield from texts("actor", "host", "channel")
    yield from texts("reason", null=True)


def within(table: str, column: str, *, least: int = 0) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} BETWEEN {least} AND {AMOUNT_MAX}", name=f"ck_{table}_{column}"
    )


def references(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def create_index(
    name: str, table: str, *columns: str, unique: bool = False, where: str | None = None
) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(
        name,
        table,
        list(columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
