"""Products, stock, orders, and the sales buckets."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
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
)


def bucket_table(tier: str) -> Table:
    """The sales of each product in each hour or day."""
    name = f"sales_{tier}s"
    return table(
        name,
        count_column("bucket_start_at"),
        text_column("sku"),
        count_column("units"),
        count_column("revenue_minor"),
        PrimaryKeyConstraint("bucket_start_at", "sku", name=f"pk_{name}"),
        ForeignKeyConstraint(["sku"], ["products.sku"], name=f"fk_{name}_sku"),
        within(name, "units"),
        within(name, "revenue_minor"),
        rowid=False,
    )


sales_hours = bucket_table("hour")

sales_days = bucket_table("day")
