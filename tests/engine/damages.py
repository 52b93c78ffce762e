"""Kinds of damage that break a shop's books, each with the check that must see it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Damage:
    """Statements that break an invariant, and the check that must see it.

    `{one}`, `{two}` and so on stand for the ids of the orders with these keys, `{bytes}` for the
    type of a body, `{char}` for the function that makes a character of its number.
    """

    check: str
    statements: tuple[str, ...]


def damage(check: str, *statements: str) -> Damage:
    """A check, and what it must see."""
    return Damage(check, statements)


def replaced(body: str) -> Damage:
    """The body of an event, replaced together with its hash."""
    digest = sha256(body.encode()).hexdigest()
    return damage(
        "event_bodies_are_frozen",
        f"UPDATE outbox SET body = CAST('{body}' AS {{bytes}}), body_sha256 = '{digest}'",  # noqa: S608  # ours
    )


DAMAGES = [
    damage("codes_are_of_products", "INSERT INTO product_codes VALUES ('stray', 0, 'WATER')"),
    damage("codes_are_of_products", "UPDATE products SET barcode = '96385074'"),
    damage(
        "balance_is_sum_of_entries",
        "UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'",
    ),
    damage(
        "balance_is_sum_of_entries",
        "UPDATE balances SET entry_count = entry_count + 1 WHERE username = 'kim'",
    ),
    damage("balance_is_sum_of_entries", "DELETE FROM balance_entries WHERE username = 'lee'"),
    damage(
        "balance_entries_run_on",
        "UPDATE balance_entries SET amount_minor = amount_minor + 1"
        " WHERE username = 'kim' AND sequence = 1",
    ),
    damage(
        "balance_entries_run_on",
        "UPDATE balance_entries SET sequence = 99 WHERE username = 'kim' AND sequence = 4",
    ),
    damage(
        "stock_is_sum_of_movements", "UPDATE products SET stock = stock + 1 WHERE sku = 'LATTE'"
    ),
    damage(
        "stock_is_sum_of_movements",
        "UPDATE products SET movement_count = 1 WHERE sku = 'LATTE'",
    ),
    damage(
        "stock_movements_run_on",
        "UPDATE stock_movements SET stock_after = stock_after + 1"
        " WHERE sku = 'LATTE' AND sequence = 1",
    ),
    damage(
        "stock_movements_run_on",
        "UPDATE stock_movements SET sequence = 77 WHERE sku = 'BEANS' AND sequence = 4",
    ),
    damage(
        "order_adds_up", "UPDATE orders SET subtotal_minor = subtotal_minor + 1 WHERE key = 'one'"
    ),
    damage("order_adds_up", "DELETE FROM order_lines WHERE order_id = '{two}'"),
    damage("order_adds_up", "UPDATE orders SET total_minor = total_minor + 1 WHERE key = 'one'"),
    damage(
        "order_lines_add_up",
        "UPDATE order_lines SET line_total_minor = line_total_minor + 1"
        " WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    damage(
        "order_lines_add_up",
        "UPDATE order_lines SET discount_minor = -1 WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    damage(
        "order_paid_once",
        "DELETE FROM balance_entries WHERE order_id = '{one}' AND kind = 'payment'",
    ),
    damage(
        "order_paid_once",
        "UPDATE balance_entries SET amount_minor = amount_minor - 1"
        " WHERE order_id = '{one}' AND kind = 'payment'",
    ),
    damage(
        "cancellation_refunded_once",
        "UPDATE cancellations SET refunded_minor = refunded_minor + 1 WHERE order_id = '{two}'",
    ),
    damage(
        "cancellation_refunded_once",
        "DELETE FROM balance_entries WHERE order_id = '{two}' AND kind = 'refund'",
    ),
    damage("cancellation_refunded_once", "DELETE FROM cancellations WHERE order_id = '{two}'"),
    damage(
        "order_took_its_stock",
        "DELETE FROM stock_movements WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    damage(
        "order_took_its_stock",
        "UPDATE stock_movements SET quantity = quantity - 1"
        " WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    damage("order_took_its_stock", "UPDATE orders SET historical = 1 WHERE order_id = '{one}'"),
    damage(
        "order_took_its_stock",
        "UPDATE stock_movements SET sku = 'BEANS', sequence = 50"
        " WHERE order_id = '{two}' AND kind = 'sale'",
    ),
    damage(
        "stock_returned_as_given_back",
        "DELETE FROM stock_movements WHERE order_id = '{two}' AND kind = 'return'",
    ),
    damage("stock_returned_as_given_back", "DELETE FROM cancellations WHERE order_id = '{three}'"),
    damage(
        "stock_moved_once_per_line",
        "INSERT INTO stock_movements (sku, sequence, kind, quantity, stock_after, order_id, at,"
        " recorded_at, actor, host, channel, reason) SELECT sku, 60, kind, quantity, stock_after,"
        " order_id, at, recorded_at, actor, host, channel, reason"
        " FROM stock_movements WHERE order_id = '{one}' AND sku = 'LATTE'",
    ),
    damage("coupons_within_limit", "UPDATE coupons SET claim_count = 1 WHERE code = 'TENTH'"),
    damage("coupons_within_limit", "UPDATE coupons SET claim_limit = 1 WHERE code = 'TENTH'"),
    damage(
        "coupons_within_limit",
        "UPDATE user_coupons SET number = 7 WHERE code = 'TENTH' AND username = 'lee'",
    ),
    damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET username = 'mo' WHERE code = 'TENTH' AND username = 'kim'",
    ),
    damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET order_id = '{two}', redeemed_at = 5"
        " WHERE code = 'TENTH' AND username = 'lee'",
    ),
    damage(
        "coupon_used_by_its_holder",
        "UPDATE user_coupons SET usable_until_at = redeemed_at - 1"
        " WHERE code = 'TENTH' AND username = 'kim'",
    ),
    damage(
        "coupon_used_once",
        "UPDATE orders SET coupon_code = 'TENTH' WHERE order_id = '{three}'",
        "DELETE FROM cancellations WHERE order_id = '{three}'",
    ),
    damage(
        "coupon_used_once",
        "UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL"
        " WHERE code = 'TENTH' AND username = 'kim'",
    ),
    damage(
        "coupon_used_once",
        "UPDATE user_coupons SET order_id = NULL, redeemed_at = NULL WHERE code = 'GIFT'",
    ),
    damage("order_has_its_event", "DELETE FROM outbox WHERE order_id = '{one}'"),
    damage("order_has_its_event", "UPDATE outbox SET type = 'other' WHERE order_id = '{one}'"),
    damage(
        "cancellation_has_its_event",
        "DELETE FROM outbox WHERE order_id = '{two}' AND sequence = 2",
    ),
    damage("event_has_its_order", "UPDATE outbox SET sequence = 3 WHERE order_id = '{one}'"),
    damage("event_has_its_order", "DELETE FROM cancellations WHERE order_id = '{two}'"),
    damage(
        "event_has_its_order",
        "DELETE FROM order_lines WHERE order_id = '{two}'",
        "DELETE FROM orders WHERE order_id = '{two}'",
    ),
    damage(
        "delivery_has_its_attempts",
        "UPDATE outbox SET state = 'delivered', settled_at = 5 WHERE order_id = '{one}'",
    ),
    damage(
        "events_delivered_in_order",
        "UPDATE outbox SET state = 'delivered', settled_at = 5, attempt_count = 1"
        " WHERE order_id = '{two}' AND sequence = 2",
    ),
    damage(
        "deliveries_are_counted",
        "INSERT INTO outbox_totals (shard, delivered_count) VALUES (99, 1)",
    ),
    damage(
        "money_is_in_the_ledger",
        "UPDATE balances SET balance_minor = balance_minor + 1 WHERE username = 'kim'",
    ),
    damage("closed_users_are_empty", "UPDATE balances SET balance_minor = 1 WHERE username = 'mo'"),
    damage(
        "sales_hours_match_orders", "UPDATE sales_hours SET units = units + 1 WHERE sku = 'LATTE'"
    ),
    damage("sales_hours_match_orders", "DELETE FROM sales_hours WHERE sku = 'LATTE'"),
    *(
        damage("sales_hours_match_orders", f"UPDATE sales_hours SET {column} = {column} + 1")  # noqa: S608 - ours
        for column in (
            "order_count",
            "sold_units",
            "gross_minor",
            "discount_minor",
            "refunded_minor",
        )
    ),
    damage("sales_hours_match_orders", "UPDATE sales_hours SET refunded_minor = 0"),
    damage(
        "sales_hours_match_orders",
        "UPDATE sales_hours SET bucket_start_at = bucket_start_at + 60000000 WHERE sku = 'LATTE'",
    ),
    damage(
        "sales_days_match_orders", "UPDATE sales_days SET revenue_minor = 1 WHERE sku = 'LATTE'"
    ),
    damage(
        "sales_days_match_orders",
        "INSERT INTO sales_days (bucket_start_at, sku, units, revenue_minor)"
        " VALUES (0, 'LATTE', 1, 0)",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET body_sha256 = 'wrong' WHERE order_id = '{one}'",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET body = CAST('{{}}' AS {bytes}) WHERE order_id = '{one}'",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET event_id = '0' WHERE order_id = '{one}'",
    ),
    replaced("no JSON"),
    replaced("[]"),
    replaced("7"),
    damage("constraints_and_triggers_exist"),
]
