"""The error that each constraint of `storage.schema.tables` stands for when it refuses.

Also turns SQLite's messages into constraint names: SQLite names the columns of a broken UNIQUE
constraint, not the constraint. A test compares both mappings with the tables.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from shopcli.domain.errors import (
    BalanceLimit,
    BarcodeExists,
    CouponAlreadyClaimed,
    CouponAlreadyUsed,
    CouponExists,
    CouponSoldOut,
    InsufficientBalance,
    Internal,
    InvalidInput,
    KeyConflict,
    OutOfStock,
    ProductExists,
    UserExists,
)

if TYPE_CHECKING:
    from shopcli.domain.errors import ShopError

FOREIGN_KEY = "fk"
DATATYPE = "datatype"
"""The names used where SQLite does not say which foreign key or column refused."""

UNIQUE_COLUMNS = MappingProxyType(
    {
        "admin_changes.change_id": "pk_admin_changes",
        "balance_entries.kind, balance_entries.key": "uq_balance_entries_kind_key",
        "balance_entries.order_id, balance_entries.kind": "uq_balance_entries_order_id_kind",
        "balance_entries.username, balance_entries.sequence": "pk_balance_entries",
        "balances.username": "pk_balances",
        "cancellations.key": "uq_cancellations_key",
        "cancellations.order_id": "pk_cancellations",
        "cash_moves.key": "uq_cash_moves_key",
        "cash_moves.number": "pk_cash_moves",
        "close_marks.number, close_marks.username": "uq_close_marks_number_username",
        "close_marks.username, close_marks.sequence": "pk_close_marks",
        "closes.key": "uq_closes_key",
        "closes.number": "pk_closes",
        "coupons.code": "pk_coupons",
        "delivery_attempts.event_id, delivery_attempts.attempt_number": "pk_delivery_attempts",
        "order_lines.order_id, order_lines.position": "uq_order_lines_position",
        "order_lines.order_id, order_lines.sku": "pk_order_lines",
        "orders.key": "uq_orders_key",
        "orders.order_id": "pk_orders",
        "outbox.event_id": "pk_outbox",
        "outbox.order_id, outbox.sequence": "uq_outbox_order_id_sequence",
        "outbox_totals.shard": "pk_outbox_totals",
        "platform_endpoint.url": "pk_platform_endpoint",
        "product_codes.code, product_codes.place": "pk_product_codes",
        "products.sku": "pk_products",
        "refund_lines.order_id, refund_lines.number, refund_lines.sku": "pk_refund_lines",
        "refunds.key": "uq_refunds_key",
        "refunds.order_id, refunds.number": "pk_refunds",
        "refunds.username, refunds.entry_sequence": "uq_refunds_entry",
        "relays.relay_id": "pk_relays",
        "sales_days.bucket_start_at, sales_days.sku": "pk_sales_days",
        "sales_hours.bucket_start_at, sales_hours.sku": "pk_sales_hours",
        "reversals.key": "pk_reversals",
        "reversed_cash_moves.key": "uq_reversed_cash_moves_key",
        "reversed_cash_moves.number": "pk_reversed_cash_moves",
        "reversed_cash_moves.reversed_number": "uq_reversed_cash_moves_once",
        "reversed_entries.key, reversed_entries.username": "uq_reversed_entries_key_username",
        "reversed_entries.username, reversed_entries.reversed_sequence": "uq_reversed_entries_once",
        "reversed_entries.username, reversed_entries.sequence": "pk_reversed_entries",
        "shop.singleton": "pk_shop",
        "shop_copy.singleton": "pk_shop_copy",
        "shop_settings.name": "pk_shop_settings",
        "stock_movements.batch, stock_movements.sku": "uq_stock_movements_batch_sku",
        "stock_movements.sku, stock_movements.sequence": "pk_stock_movements",
        "transfers.to_username, transfers.to_sequence": "uq_transfers_to",
        "transfers.username, transfers.sequence": "pk_transfers",
        "user_coupons.code, user_coupons.number": "pk_user_coupons",
        "user_coupons.key": "uq_user_coupons_key",
        "user_coupons.order_id": "uq_user_coupons_order_id",
        "user_coupons.username, user_coupons.code": "uq_user_coupons_username_code",
        "users.user_id": "uq_users_user_id",
        "users.username": "pk_users",
    }
)
"""The columns as SQLite names them in "UNIQUE constraint failed: …" -> the constraint."""

REFUSALS: MappingProxyType[str, tuple[type[ShopError], str]] = MappingProxyType(
    {
        "pk_users": (UserExists, "A user of this name exists already."),
        "pk_products": (ProductExists, "A product of this SKU exists already."),
        "pk_product_codes": (BarcodeExists, "Another product has this code."),
        "pk_coupons": (CouponExists, "A coupon of this code exists already."),
        "pk_user_coupons": (CouponSoldOut, "Every coupon of this code has been claimed."),
        "ck_coupons_claim_count": (CouponSoldOut, "Every coupon of this code has been claimed."),
        "uq_user_coupons_username_code": (
            CouponAlreadyClaimed,
            "The user has claimed a coupon of this code already.",
        ),
        "uq_user_coupons_order_id": (CouponAlreadyUsed, "The order has a coupon already."),
        "ck_products_stock": (OutOfStock, "Too few units are left."),
        "ck_balances_balance_minor": (InsufficientBalance, "The balance is not sufficient."),
        "ck_balance_entries_balance_after_minor": (
            BalanceLimit,
            "The balance would pass the largest amount the shop can hold.",
        ),
        "ck_cash_moves_drawer_after_minor": (
            BalanceLimit,
            "The drawer would pass the largest amount the shop can hold.",
        ),
        **dict.fromkeys(
            (
                "ck_sales_days_revenue_minor",
                "ck_sales_days_units",
                "ck_sales_hours_discount_minor",
                "ck_sales_hours_gross_minor",
                "ck_sales_hours_order_count",
                "ck_sales_hours_refunded_minor",
                "ck_sales_hours_revenue_minor",
                "ck_sales_hours_sold_units",
                "ck_sales_hours_units",
            ),
            (InvalidInput, "The sales of one product in a day would pass the largest amount."),
        ),
        "uq_balance_entries_kind_key": (KeyConflict, "The key was used before."),
        "uq_user_coupons_key": (KeyConflict, "The key was used before."),
        "uq_orders_key": (KeyConflict, "The key was used before."),
        "uq_cancellations_key": (KeyConflict, "The key was used before."),
        "uq_cash_moves_key": (KeyConflict, "The key was used before."),
        "uq_closes_key": (KeyConflict, "The key was used before."),
        "pk_reversals": (KeyConflict, "The key was used before."),
        "uq_refunds_key": (KeyConflict, "The key was used before."),
    }
)


def error_for(name: str) -> ShopError:
    """The error of a constraint, without details; `Internal` if it should never refuse.

    A use case that can give details (which product, how much is left) reads the rows instead.
    """
    refusal = REFUSALS.get(name)
    if refusal is None:
        return Internal(
            "The database refused a row by its constraint {constraint}.",
            details={"constraint": name},
        )
    kind, message = refusal
    return kind(message)


def name_from_sqlite(message: str) -> str:
    """The constraint that the message of an SQLite constraint error names or implies."""
    kind, _, subject = message.partition(" constraint failed: ")
    if kind == "CHECK":
        return subject
    if kind == "UNIQUE":
        return UNIQUE_COLUMNS.get(subject, subject)
    if kind == "NOT NULL":
        return f"nn_{subject.replace('.', '_')}"
    if message.startswith("FOREIGN KEY"):
        return FOREIGN_KEY
    if message.startswith("cannot store"):
        return DATATYPE
    # The message of a trigger is its own name.
    return message if re.fullmatch(r"tr_[a-z_]+", message) else "unknown"
