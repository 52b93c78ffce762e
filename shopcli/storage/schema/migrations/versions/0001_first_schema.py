"""The first schema: every table, constraint and index as first released; never edited again.

Triggers are not made here: they are made anew after every migration.
"""

from __future__ import annotations

import sqlalchemy as sa

from shopcli.storage.schema.migrations.building import (
    BYTES,
    COUNT,
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

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make all tables, those before that others refer to."""
    _identity()
    _users_and_coupons()
    _products()
    _orders()
    _balances()
    _movements()
    _outbox()
    _delivery()


def _identity() -> None:
    create_table(
        "shop",
        *counts("singleton"),
        *texts("shop_id", "currency"),
        *counts("exponent"),
        *texts("timezone"),
        *counts("created_at"),
        primary("shop", "singleton"),
        check("ck_shop_exponent", "exponent BETWEEN 0 AND 4"),
        check("ck_shop_singleton", "singleton = 1"),
    )
    create_table(
        "shop_settings",
        *texts("name", "value"),
        primary("shop_settings", "name"),
    )
    create_table(
        "admin_changes",
        *texts("change_id", "subject_kind", "subject", "action"),
        *texts("before", "after", null=True),
        *counts("at"),
        *origin(),
        primary("admin_changes", "change_id"),
    )
    create_index(
        "ix_admin_changes_subject", "admin_changes", "subject_kind", "subject", "change_id"
    )


def _users_and_coupons() -> None:
    create_table(
        "users",
        *texts("username", "user_id"),
        *texts("name", null=True),
        *counts("created_at"),
        *origin(),
        primary("users", "username"),
        unique("uq_users_user_id", "user_id"),
    )
    create_table(
        "coupons",
        *texts("code"),
        *counts("percent", "amount_minor", "cap_minor", null=True),
        *counts("claim_limit", "claim_count"),
        *counts("min_order_minor", "opens_at", "closes_at", "use_by_at", "valid_days", null=True),
        *counts("disabled", "created_at"),
        *origin(),
        primary("coupons", "code"),
        check("ck_coupons_claim_count", "claim_count BETWEEN 0 AND claim_limit"),
        check("ck_coupons_disabled", "disabled IN (0, 1)"),
        check("ck_coupons_one_discount", "(percent IS NULL) <> (amount_minor IS NULL)"),
        check("ck_coupons_opens_before_closes", "opens_at < closes_at"),
        check("ck_coupons_percent", "percent BETWEEN 1 AND 100"),
        *within("coupons", "min_order_minor"),
        *within("coupons", "amount_minor", "cap_minor", "claim_limit", "valid_days", least=1),
    )


def _products() -> None:
    create_table(
        "products",
        *texts("sku", "name"),
        *counts("price_minor", "stock", "movement_count", "on_sale"),
        *texts("category", "barcode", null=True),
        *counts("low_stock", null=True),
        *texts("search_text"),
        *counts("created_at"),
        *origin(),
        primary("products", "sku"),
        check("ck_products_on_sale", "on_sale IN (0, 1)"),
        *within("products", "low_stock", "movement_count", "price_minor", "stock"),
    )
    create_index("ix_products_barcode", "products", "barcode", where="barcode IS NOT NULL")
    create_table(
        "sales_hours",
        *counts("bucket_start_at"),
        *texts("sku"),
        *counts("units", "revenue_minor"),
        primary("sales_hours", "bucket_start_at", "sku"),
        references("sales_hours", "sku", "products.sku"),
        *within("sales_hours", "revenue_minor", "units"),
        rowid=False,
    )
    create_table(
        "sales_days",
        *counts("bucket_start_at"),
        *texts("sku"),
        *counts("units", "revenue_minor"),
        primary("sales_days", "bucket_start_at", "sku"),
        references("sales_days", "sku", "products.sku"),
        *within("sales_days", "revenue_minor", "units"),
        rowid=False,
    )


def _orders() -> None:
    create_table(
        "orders",
        *texts("order_id", "username"),
        *counts("subtotal_minor", "discount_minor", "total_minor"),
        *texts("coupon_code", null=True),
        *counts("balance_after_minor", "placed_at"),
        *texts("key", "fingerprint"),
        *counts("historical"),
        *origin(),
        primary("orders", "order_id"),
        unique("uq_orders_key", "key"),
        references("orders", "coupon_code", "coupons.code"),
        references("orders", "username", "users.username"),
        check("ck_orders_discount_minor", "discount_minor BETWEEN 0 AND subtotal_minor"),
        check("ck_orders_historical", "historical IN (0, 1)"),
        check("ck_orders_total_minor", "total_minor = subtotal_minor - discount_minor"),
        *within("orders", "balance_after_minor", "subtotal_minor"),
    )
    create_index("ix_orders_placed_at", "orders", "placed_at")
    create_index("ix_orders_username_placed_at", "orders", "username", "placed_at")
    create_table(
        "order_lines",
        *texts("order_id"),
        *counts("position"),
        *texts("sku", "name"),
        *counts("quantity", "unit_price_minor", "line_total_minor", "discount_minor"),
        primary("order_lines", "order_id", "sku"),
        unique("uq_order_lines_position", "order_id", "position"),
        references("order_lines", "order_id", "orders.order_id"),
        references("order_lines", "sku", "products.sku"),
        check("ck_order_lines_discount_minor", "discount_minor BETWEEN 0 AND line_total_minor"),
        check("ck_order_lines_line_total_minor", "line_total_minor = unit_price_minor * quantity"),
        *within("order_lines", "unit_price_minor"),
        *within("order_lines", "quantity", least=1),
        rowid=False,
    )
    create_table(
        "cancellations",
        *texts("order_id"),
        *counts("refunded_minor", "coupon_restored", "balance_after_minor", "cancelled_at"),
        *texts("key", "fingerprint"),
        *origin(),
        primary("cancellations", "order_id"),
        unique("uq_cancellations_key", "key"),
        references("cancellations", "order_id", "orders.order_id"),
        check("ck_cancellations_coupon_restored", "coupon_restored IN (0, 1)"),
        *within("cancellations", "balance_after_minor", "refunded_minor"),
    )


def _balances() -> None:
    create_table(
        "balances",
        *texts("username", "state"),
        *counts("balance_minor", "entry_count"),
        primary("balances", "username"),
        references("balances", "username", "users.username"),
        check("ck_balances_closed_is_empty", "state <> 'closed' OR balance_minor = 0"),
        check("ck_balances_state", "state IN ('active', 'blocked', 'closed')"),
        *within("balances", "balance_minor", "entry_count"),
    )
    create_table(
        "balance_entries",
        *texts("username"),
        *counts("sequence"),
        *texts("kind"),
        *counts("amount_minor", "balance_after_minor"),
        *texts("order_id", null=True),
        *counts("at"),
        *texts("key", "fingerprint", null=True),
        *origin(),
        primary("balance_entries", "username", "sequence"),
        references("balance_entries", "order_id", "orders.order_id"),
        references("balance_entries", "username", "balances.username"),
        check(
            "ck_balance_entries_amount_minor",
            "amount_minor BETWEEN -9007199254740991 AND 9007199254740991",
        ),
        check("ck_balance_entries_key", "(key IS NULL) = (kind IN ('payment', 'refund'))"),
        check(
            "ck_balance_entries_kind",
            (
                "(kind = 'charge' AND amount_minor > 0)"
                " OR (kind = 'payment' AND amount_minor <= 0)"
                " OR (kind = 'refund' AND amount_minor >= 0)"
                " OR (kind = 'payout' AND amount_minor < 0)"
                " OR (kind = 'adjustment' AND amount_minor <> 0)"
            ),
        ),
        check(
            "ck_balance_entries_order_id",
            "(order_id IS NOT NULL) = (kind IN ('payment', 'refund'))",
        ),
        *within("balance_entries", "balance_after_minor"),
        *within("balance_entries", "sequence", least=1),
        rowid=False,
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


def _movements() -> None:
    create_table(
        "stock_movements",
        *texts("sku"),
        *counts("sequence"),
        *texts("kind"),
        *counts("quantity", "stock_after"),
        *texts("order_id", "batch", null=True),
        *counts("at"),
        *origin(),
        primary("stock_movements", "sku", "sequence"),
        references("stock_movements", "order_id", "orders.order_id"),
        references("stock_movements", "sku", "products.sku"),
        check("ck_stock_movements_batch", "(batch IS NOT NULL) = (kind = 'import')"),
        check(
            "ck_stock_movements_kind",
            (
                "(kind IN ('initial', 'restock', 'return') AND quantity > 0)"
                " OR (kind = 'sale' AND quantity < 0)"
                " OR (kind = 'adjustment' AND quantity <> 0) OR kind = 'import'"
            ),
        ),
        check(
            "ck_stock_movements_order_id", "(order_id IS NOT NULL) = (kind IN ('sale', 'return'))"
        ),
        *within("stock_movements", "stock_after"),
        *within("stock_movements", "sequence", least=1),
        rowid=False,
    )
    create_index(
        "uq_stock_movements_batch_sku",
        "stock_movements",
        "batch",
        "sku",
        unique=True,
        where="batch IS NOT NULL",
    )
    create_table(
        "user_coupons",
        *texts("code"),
        *counts("number", "claim_limit"),
        *texts("username"),
        *counts("claimed_at"),
        *counts("usable_until_at", null=True),
        *texts("order_id", null=True),
        *counts("redeemed_at", null=True),
        *texts("key", "fingerprint"),
        *origin(),
        primary("user_coupons", "code", "number"),
        unique("uq_user_coupons_key", "key"),
        unique("uq_user_coupons_order_id", "order_id"),
        unique("uq_user_coupons_username_code", "username", "code"),
        references("user_coupons", "code", "coupons.code"),
        references("user_coupons", "order_id", "orders.order_id"),
        references("user_coupons", "username", "users.username"),
        check("ck_user_coupons_redeemed", "(order_id IS NULL) = (redeemed_at IS NULL)"),
        *within("user_coupons", "number", "claim_limit", least=1),
    )


def _outbox() -> None:
    create_table(
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
        primary("outbox", "event_id"),
        unique("uq_outbox_order_id_sequence", "order_id", "sequence"),
        references("outbox", "order_id", "orders.order_id"),
        check(
            "ck_outbox_lease",
            (
                "(state = 'leased') = (lease_owner IS NOT NULL"
                " AND leased_at IS NOT NULL"
                " AND leased_until_at IS NOT NULL)"
            ),
        ),
        check(
            "ck_outbox_settled",
            "(state IN ('delivered', 'dead', 'skipped')) = (settled_at IS NOT NULL)",
        ),
        check("ck_outbox_state", "state IN ('pending', 'leased', 'delivered', 'dead', 'skipped')"),
        *within("outbox", "attempt_count", "failure_count"),
        *within("outbox", "sequence", least=1),
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
    create_table(
        "delivery_attempts",
        *texts("event_id"),
        *counts("attempt_number"),
        *texts("relay_id"),
        *counts("started_at", "duration_microseconds"),
        *texts("outcome"),
        *counts("status_code", null=True),
        *texts("reason", "answer", null=True),
        primary("delivery_attempts", "event_id", "attempt_number"),
        references("delivery_attempts", "event_id", "outbox.event_id"),
        check("ck_delivery_attempts_outcome", "outcome IN ('delivered', 'failed', 'lost')"),
        rowid=False,
    )


def _delivery() -> None:
    create_table(
        "outbox_totals",
        *counts("shard", "delivered_count"),
        primary("outbox_totals", "shard"),
    )
    create_table(
        "platform_endpoint",
        *texts("url", "breaker"),
        *counts("failure_count", "next_try_at", "changed_at"),
        *texts("last_error", null=True),
        primary("platform_endpoint", "url"),
        check("ck_platform_endpoint_breaker", "breaker IN ('closed', 'open', 'stopped')"),
    )
    create_table(
        "relays",
        *texts("relay_id", "actor", "host"),
        *counts("process_id", "started_at", "heartbeat_at"),
        primary("relays", "relay_id"),
    )
