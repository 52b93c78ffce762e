"""The stored procedure of Postgres that writes a decided order in one round trip; decides nothing.

It has the same guards as the statements of `storage.placement` and writes the same rows. Rows of
one buyer come first, rows that all orders share (stock, sales buckets) last, so that those are
locked for the shortest time. A guard that does not hold raises `GUARD` and rolls everything back.

An order takes an advisory lock on a product before it locks the product's row. When a row is
released, Postgres wakes all that wait for it, and all but one wait again; waiters for an advisory
lock are woken one by one, in the order of arrival. It only keeps order: row locks guard the stock.

Products are updated one by one, by SKU. One statement for all of them lets the planner choose among
joins; it takes a seventh longer for an order of two lines, and a sixth less at 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import DAY_MICROSECONDS
from shopcli.storage.inserts import (
    BALANCE_ENTRIES,
    ORDER_LINES,
    ORDERS,
    OUTBOX,
    SALES_DAYS,
    SALES_HOURS,
    STOCK_MOVEMENTS,
    Adding,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcli.storage.session import Dialect

GUARD = "shop_place_order_guard"
"""The constraint name that the procedure reports for a failed guard."""

_QUEUE = 0x5348_4F52
_QUEUED_LINES_MAX = 8
# The server's lock table has a fixed size, so an order with more lines takes no advisory locks.

_ORIGIN = {
    "recorded_at": "in_recorded_at",
    "actor": "in_actor",
    "host": "in_host",
    "channel": "in_channel",
}
_ORDER = {"order_id": "in_order_id", **_ORIGIN}
_INSERT_ORDER = ORDERS.text(
    {
        **_ORDER,
        "username": "in_username",
        "subtotal_minor": "in_subtotal",
        "discount_minor": "in_discount",
        "total_minor": "in_total",
        "coupon_code": "in_coupon",
        "balance_after_minor": "balance_after",
        "placed_at": "in_placed_at",
        "key": "in_key",
        "fingerprint": "in_fingerprint",
        "historical": "in_historical",
    }
)
_INSERT_LINES = ORDER_LINES.text(
    {
        "order_id": "in_order_id",
        "position": "position",
        "sku": "sku",
        "name": "name",
        "quantity": "quantity",
        "unit_price_minor": "price",
        "line_total_minor": "price * quantity",
        "discount_minor": "discount",
    },
    """unnest(in_skus, in_names, in_quantities, in_prices, in_discounts)
         WITH ORDINALITY AS line(sku, name, quantity, price, discount, position)""",
)
_INSERT_PAYMENT = BALANCE_ENTRIES.text(
    {
        **_ORDER,
        "username": "in_username",
        "sequence": "entry_number",
        "kind": "'payment'",
        "amount_minor": "-in_total",
        "balance_after_minor": "balance_after",
        "at": "in_placed_at",
        "key": "NULL",
        "fingerprint": "NULL",
        "reason": "NULL",
        "method": "NULL",
    }
)
_INSERT_EVENT = OUTBOX.text(
    {
        "event_id": "in_event_id",
        "order_id": "in_order_id",
        "sequence": "1",
        "type": "in_event_type",
        "body": "in_event_body",
        "body_sha256": "in_event_sha256",
        "created_at": "in_recorded_at",
        "state": "'pending'",
        "settled_at": "NULL",
        "last_error": "NULL",
    }
)
_INSERT_SALE = STOCK_MOVEMENTS.text(
    {
        **_ORDER,
        "sku": "wanted.sku",
        "sequence": "movement_number",
        "kind": "'sale'",
        "quantity": "-wanted.quantity",
        "stock_after": "stock_left",
        "batch": "NULL",
        "at": "in_placed_at",
        "reason": "NULL",
    }
)


def _add_to(tier: Adding, bucket: str, *sums: str) -> str:
    return tier.text(
        f"""
    SELECT {bucket}, sku, {", ".join(sums)}
    FROM unnest(in_skus, in_quantities, in_prices, in_discounts)
         AS line(sku, quantity, price, discount)
    ORDER BY sku COLLATE "C"
    """
    )


_NET = ("quantity", "price * quantity - discount")
_ADD_TO_HOURS = _add_to(
    SALES_HOURS, "in_sales_bucket_at", *_NET, "1", "quantity", "price * quantity", "discount", "0"
)
_ADD_TO_DAYS = _add_to(SALES_DAYS, f"in_placed_at - MOD(in_placed_at, {DAY_MICROSECONDS})", *_NET)

_PLACE_ORDER = f"""
CREATE OR REPLACE FUNCTION shop_place_order(
    in_order_id text, in_username text, in_subtotal bigint, in_discount bigint, in_coupon text,
    in_placed_at bigint, in_sales_bucket_at bigint, in_recorded_at bigint, in_key text,
    in_fingerprint text, in_historical bigint, in_event_id text, in_event_type text,
    in_event_body bytea, in_event_sha256 text, in_actor text, in_host text, in_channel text,
    in_skus text[], in_names text[], in_quantities bigint[], in_prices bigint[],
    in_discounts bigint[]
) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    in_total CONSTANT bigint := in_subtotal - in_discount;
    balance_after bigint;
    entry_number bigint;
    wanted record;
    stock_left bigint;
    movement_number bigint;
BEGIN
    UPDATE balances SET balance_minor = balance_minor - in_total, entry_count = entry_count + 1
    WHERE username = in_username AND state = 'active' AND balance_minor >= in_total
    RETURNING balance_minor, entry_count INTO balance_after, entry_number;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{GUARD}';
    END IF;
    {_INSERT_ORDER};
    {_INSERT_LINES};
    {_INSERT_PAYMENT};
    IF in_coupon IS NOT NULL THEN
        UPDATE user_coupons SET order_id = in_order_id, redeemed_at = in_placed_at
        WHERE username = in_username AND code = in_coupon AND order_id IS NULL
          AND COALESCE(usable_until_at, in_placed_at) >= in_placed_at
          AND EXISTS (SELECT 1 FROM coupons c WHERE c.code = in_coupon AND c.disabled = 0);
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = '{GUARD}';
        END IF;
    END IF;
    {_INSERT_EVENT};
    IF in_historical = 0 THEN
        IF cardinality(in_skus) <= {_QUEUED_LINES_MAX} THEN
            PERFORM pg_advisory_xact_lock({_QUEUE}, place.number) FROM (
                SELECT DISTINCT hashtext(sku) AS number FROM unnest(in_skus) AS sku ORDER BY 1
            ) AS place;
        END IF;
        FOR wanted IN
            SELECT sku, name, quantity, price
            FROM unnest(in_skus, in_names, in_quantities, in_prices)
                 AS line(sku, name, quantity, price)
            ORDER BY sku COLLATE "C"
        LOOP
            UPDATE products SET stock = stock - wanted.quantity, movement_count = movement_count + 1
            WHERE sku = wanted.sku AND stock >= wanted.quantity AND on_sale = 1
              AND price_minor = wanted.price AND name = wanted.name
            RETURNING stock, movement_count INTO stock_left, movement_number;
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
                    CONSTRAINT = '{GUARD}';
            END IF;
            {_INSERT_SALE};
        END LOOP;
    END IF;
    {_ADD_TO_HOURS};
    {_ADD_TO_DAYS};
    RETURN balance_after;
END $$
"""


def statements(dialect: Dialect) -> Iterator[str]:
    """The statements that create or replace every procedure."""
    if dialect == "postgres":
        yield _PLACE_ORDER
