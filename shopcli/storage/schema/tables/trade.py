"""Products, stock, orders, and the sales buckets."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from shopcli.storage.schema.tables.columns import (
    count_column,
    origin_columns,
    table,
    text_column,
    within,
)

products = table(
    "products",
    text_column("sku"),
    text_column("name"),
    count_column("price_minor"),
    count_column("stock"),
    count_column("movement_count"),
    count_column("on_sale"),
    text_column("category", null=True),
    text_column("barcode", null=True),
    count_column("low_stock", null=True),
    text_column("search_text"),
    count_column("created_at"),
    *origin_columns(),
    PrimaryKeyConstraint("sku", name="pk_products"),
    CheckConstraint("on_sale IN (0, 1)", name="ck_products_on_sale"),
    within("products", "price_minor"),
    within("products", "stock"),
    within("products", "movement_count"),
    within("products", "low_stock"),
)

product_codes = table(
    "product_codes",
    text_column("code"),
    count_column("place"),
    text_column("sku"),
    PrimaryKeyConstraint("code", "place", name="pk_product_codes"),
    ForeignKeyConstraint(["sku"], ["products.sku"], name="fk_product_codes_sku"),
    within("product_codes", "place"),
    rowid=False,
)
"""Codes that scanners read, in normal form, and the product of each.

A new code always has place 0, so the primary key gives it to one product. Other places hold
products that shared a code before schema 0002; no new ones are created.
"""

stock_movements = table(
    "stock_movements",
    text_column("sku"),
    count_column("sequence"),
    text_column("kind"),
    count_column("quantity"),
    count_column("stock_after"),
    text_column("order_id", null=True),
    text_column("batch", null=True),
    count_column("at"),
    *origin_columns(),
    PrimaryKeyConstraint("sku", "sequence", name="pk_stock_movements"),
    ForeignKeyConstraint(["sku"], ["products.sku"], name="fk_stock_movements_sku"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_stock_movements_order_id"),
    CheckConstraint(
        "(kind IN ('initial', 'restock', 'return') AND quantity > 0)"
        " OR (kind = 'sale' AND quantity < 0)"
        " OR (kind = 'adjustment' AND quantity <> 0) OR kind = 'import'",
        name="ck_stock_movements_kind",
    ),
    CheckConstraint(
        "(order_id IS NOT NULL) = (kind IN ('sale', 'return'))", name="ck_stock_movements_order_id"
    ),
    CheckConstraint("(batch IS NOT NULL) = (kind = 'import')", name="ck_stock_movements_batch"),
    within("stock_movements", "sequence", least=1),
    within("stock_movements", "stock_after"),
    Index(
        "uq_stock_movements_batch_sku",
        "batch",
        "sku",
        unique=True,
        sqlite_where=text("batch IS NOT NULL"),
        postgresql_where=text("batch IS NOT NULL"),
    ),
    rowid=False,
)

orders = table(
    "orders",
    text_column("order_id"),
    text_column("username"),
    count_column("subtotal_minor"),
    count_column("discount_minor"),
    count_column("total_minor"),
    text_column("coupon_code", null=True),
    count_column("balance_after_minor"),
    count_column("placed_at"),
    text_column("key"),
    text_column("fingerprint"),
    count_column("historical"),
    *origin_columns(),
    PrimaryKeyConstraint("order_id", name="pk_orders"),
    UniqueConstraint("key", name="uq_orders_key"),
    ForeignKeyConstraint(["username"], ["users.username"], name="fk_orders_username"),
    ForeignKeyConstraint(["coupon_code"], ["coupons.code"], name="fk_orders_coupon_code"),
    CheckConstraint("discount_minor BETWEEN 0 AND subtotal_minor", name="ck_orders_discount_minor"),
    CheckConstraint("total_minor = subtotal_minor - discount_minor", name="ck_orders_total_minor"),
    CheckConstraint("historical IN (0, 1)", name="ck_orders_historical"),
    within("orders", "subtotal_minor"),
    within("orders", "balance_after_minor"),
    Index("ix_orders_username_placed_at", "username", "placed_at"),
    Index("ix_orders_placed_at", "placed_at"),
)

order_lines = table(
    "order_lines",
    text_column("order_id"),
    count_column("position"),
    text_column("sku"),
    text_column("name"),
    count_column("quantity"),
    count_column("unit_price_minor"),
    count_column("line_total_minor"),
    count_column("discount_minor"),
    PrimaryKeyConstraint("order_id", "sku", name="pk_order_lines"),
    UniqueConstraint("order_id", "position", name="uq_order_lines_position"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_lines_order_id"),
    ForeignKeyConstraint(["sku"], ["products.sku"], name="fk_order_lines_sku"),
    within("order_lines", "quantity", least=1),
    within("order_lines", "unit_price_minor"),
    CheckConstraint(
        "line_total_minor = unit_price_minor * quantity", name="ck_order_lines_line_total_minor"
    ),
    CheckConstraint(
        "discount_minor BETWEEN 0 AND line_total_minor", name="ck_order_lines_discount_minor"
    ),
    rowid=False,
)

cancellations = table(
    "cancellations",
    text_column("order_id"),
    count_column("refunded_minor"),
    count_column("coupon_restored"),
    count_column("balance_after_minor"),
    count_column("cancelled_at"),
    text_column("key"),
    text_column("fingerprint"),
    *origin_columns(),
    PrimaryKeyConstraint("order_id", name="pk_cancellations"),
    UniqueConstraint("key", name="uq_cancellations_key"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_cancellations_order_id"),
    CheckConstraint("coupon_restored IN (0, 1)", name="ck_cancellations_coupon_restored"),
    within("cancellations", "refunded_minor"),
    within("cancellations", "balance_after_minor"),
    Index("ix_cancellations_cancelled_at", "cancelled_at"),
)


SUM_MAX = 2**62
"""Bound on sums that nothing lessens, below which no addition leaves 64 bits."""

sales_hours = table(
    "sales_hours",
    count_column("bucket_start_at"),
    text_column("sku"),
    count_column("units"),
    count_column("revenue_minor"),
    count_column("order_count"),
    count_column("sold_units"),
    count_column("gross_minor"),
    count_column("discount_minor"),
    count_column("refunded_minor"),
    PrimaryKeyConstraint("bucket_start_at", "sku", name="pk_sales_hours"),
    ForeignKeyConstraint(["sku"], ["products.sku"], name="fk_sales_hours_sku"),
    within("sales_hours", "units"),
    within("sales_hours", "revenue_minor"),
    *(
        CheckConstraint(f"{column} BETWEEN 0 AND {SUM_MAX}", name=f"ck_sales_hours_{column}")
        for column in (
            "order_count",
            "sold_units",
            "gross_minor",
            "discount_minor",
            "refunded_minor",
        )
    ),
    rowid=False,
)
"""The sales of each product in each hour, or in each part of an hour of `sales_bucket_seconds`.

`units` and `revenue_minor` are what best sellers add up: what is given back is taken off the bucket
of its sale. The others are what reports add up and are never lessened: what was sold stays in the
bucket in which it was sold, and `refunded_minor` is what was given back in this bucket.
"""

sales_days = table(
    "sales_days",
    count_column("bucket_start_at"),
    text_column("sku"),
    count_column("units"),
    count_column("revenue_minor"),
    PrimaryKeyConstraint("bucket_start_at", "sku", name="pk_sales_days"),
    ForeignKeyConstraint(["sku"], ["products.sku"], name="fk_sales_days_sku"),
    within("sales_days", "units"),
    within("sales_days", "revenue_minor"),
    rowid=False,
)
"""The sales of each product in each day of UTC, without what was given back since."""
