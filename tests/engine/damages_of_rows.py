"""More kinds of damage: of text, times, origins, terms, states, requests and the record of changes.

In the shop of `tests.engine.lived_in` ann has the entries 1 charge, 2 charge with a time, 3 payment
of four, 4 of five, 5 of six, 6 of past.
"""

from __future__ import annotations

from tests.engine.damages import Damage, damage

IN_2200 = 7_258_118_400_000_000

ANN = "username = 'ann'"
SWAPPED_ENTRIES = (
    f"UPDATE balance_entries SET sequence = 99 WHERE {ANN} AND sequence = 4",
    f"UPDATE balance_entries SET sequence = 4 WHERE {ANN} AND sequence = 5",
    f"UPDATE balance_entries SET sequence = 5 WHERE {ANN} AND sequence = 99",
    f"UPDATE balance_entries SET balance_after_minor = 48700 WHERE {ANN} AND sequence = 4",
    f"UPDATE balance_entries SET balance_after_minor = 47700 WHERE {ANN} AND sequence = 5",
    "UPDATE orders SET balance_after_minor = 48700 WHERE key = 'six'",
    "UPDATE orders SET balance_after_minor = 47700 WHERE key = 'five'",
)
FORGED_CHARGE = (
    f"UPDATE balance_entries SET amount_minor = amount_minor + 7 WHERE {ANN} AND sequence = 1",
    f"UPDATE balance_entries SET balance_after_minor = balance_after_minor + 7 WHERE {ANN}",
    f"UPDATE orders SET balance_after_minor = balance_after_minor + 7 WHERE {ANN}",
    f"UPDATE balances SET balance_minor = balance_minor + 7 WHERE {ANN}",
)
MOVED_SHARES = (
    "UPDATE order_lines SET discount_minor = 340 WHERE order_id = '{four}' AND sku = 'TEA'",
    "UPDATE order_lines SET discount_minor = 360 WHERE order_id = '{four}' AND sku = 'MUG'",
    *(
        f"UPDATE {table} SET revenue_minor = revenue_minor {step} WHERE sku = '{sku}'"
        for table in ("sales_hours", "sales_days")
        for sku, step in (("TEA", "+ 10"), ("MUG", "- 10"))
    ),
)
LATER_ORDER = (
    "UPDATE orders SET placed_at = placed_at + 5, recorded_at = recorded_at + 5 WHERE key = 'six'",
    *(
        f"UPDATE {table} SET at = at + 5, recorded_at = recorded_at + 5 WHERE order_id = '{{six}}'"
        for table in ("balance_entries", "stock_movements")
    ),
    "UPDATE outbox SET created_at = created_at + 5 WHERE order_id = '{six}'",
)
EXCHANGED_MOVEMENTS = (
    "UPDATE stock_movements SET order_id = '0' WHERE order_id = '{five}'",
    "UPDATE stock_movements SET order_id = '{five}' WHERE order_id = '{six}'",
    "UPDATE stock_movements SET order_id = '{six}' WHERE order_id = '0'",
)
PAID_TWICE = (
    "DROP INDEX uq_balance_entries_order_id_kind",
    (
        "INSERT INTO balance_entries (username, sequence, kind, amount_minor, balance_after_minor,"
        " order_id, at, recorded_at, actor, host, channel) SELECT username, entry_count + 1,"
        " 'payment', -1000, balance_minor - 1000, '{five}', 1, 1, 'a', 'b', 'c' FROM balances"
        " WHERE username = 'ann'"
    ),
    f"UPDATE balances SET balance_minor = balance_minor - 1000, entry_count = 7 WHERE {ANN}",
)
SWAPPED_POSITIONS = (
    "UPDATE order_lines SET position = 9 WHERE order_id = '{four}' AND sku = 'TEA'",
    "UPDATE order_lines SET position = 1 WHERE order_id = '{four}' AND sku = 'MUG'",
    "UPDATE order_lines SET position = 2 WHERE order_id = '{four}' AND sku = 'TEA'",
)
UNDELIVERED = (
    (
        "UPDATE outbox SET state = 'pending', settled_at = NULL, next_attempt_at = 0"
        " WHERE order_id = '{four}'"
    ),
    (
        "UPDATE outbox_totals SET delivered_count = delivered_count - 1"
        " WHERE shard = (SELECT MIN(shard) FROM outbox_totals)"
    ),
)

EXCHANGED_REFUNDS = tuple(
    f"UPDATE {table} SET number = {to} WHERE order_id = '{{eight}}' AND number = {number}"
    for number, to in ((1, 9), (2, 1), (9, 2))
    for table in ("refunds", "refund_lines")
)
CANCELLED_IN_BETWEEN = tuple(
    statement
    for sequence, to in (("MAX", 99), ("MIN", 98))
    for statement in (
        (
            f"UPDATE balance_entries SET sequence = {to} WHERE username = 'kim' AND sequence ="
            f" (SELECT {sequence}(entry_sequence) FROM refunds WHERE order_id = '{{nine}}')"
        ),
        (
            f"UPDATE refunds SET entry_sequence = {to} WHERE order_id = '{{nine}}' AND"
            f" entry_sequence = (SELECT {sequence}(entry_sequence) FROM refunds"
            " WHERE order_id = '{nine}')"
        ),
    )
)

CONSTRAINTS = [
    damage("rows_meet_their_constraints", f"UPDATE balance_entries SET kind = 'gift' WHERE {ANN}"),
    damage("rows_meet_their_constraints", "UPDATE stock_movements SET kind = 'gift'"),
    damage("rows_meet_their_constraints", "UPDATE outbox SET state = 'lost'"),
    damage("rows_meet_their_constraints", "UPDATE products SET price_minor = -1"),
    damage("rows_meet_their_constraints", "UPDATE coupons SET percent = NULL, cap_minor = NULL"),
    damage("references_lead_somewhere", f"DELETE FROM users WHERE {ANN}"),
    damage("references_lead_somewhere", "DELETE FROM products WHERE sku = 'TEA'"),
    damage("references_lead_somewhere", "DELETE FROM coupons WHERE code = 'CAPPED'"),
    damage("references_lead_somewhere", "DELETE FROM orders WHERE key = 'six'"),
    damage("references_lead_somewhere", "DELETE FROM outbox WHERE order_id = '{four}'"),
    damage("the_copy_is_known", "DELETE FROM shop_copy"),
    damage("rows_meet_their_constraints", "UPDATE shop_copy SET held_reason = 'no time'"),
    damage("users_have_balances", "DELETE FROM balances WHERE username = 'mo'"),
]

TEXTS = [
    damage("stored_text_is_plain", f"UPDATE {table} SET {column} = {column} || {{char}}({code})")
    for table, column, code in (
        ("products", "name", 27),
        ("products", "category", 0x202E),
        ("users", "name", 0x9B),
        ("stock_movements", "reason", 27),
        ("balance_entries", "reason", 7),
        ("cancellations", "reason", 0x2066),
        ("admin_changes", "reason", 27),
        ("orders", "key", 127),
        ("orders", "actor", 10),
        ("shop_settings", "value", 27),
        ("outbox", "last_error", 27),
        ("delivery_attempts", "answer", 0x85),
    )
]

TIMES = [
    damage("times_agree", "UPDATE orders SET placed_at = placed_at - 1 WHERE key = 'six'"),
    damage("times_agree", f"UPDATE users SET created_at = created_at - 1 WHERE {ANN}"),
    damage("times_agree", "UPDATE admin_changes SET at = at + 1"),
    damage("event_bodies_are_frozen", *LATER_ORDER),
    damage("movements_agree_with_orders", *EXCHANGED_MOVEMENTS),
    damage("movements_agree_with_orders", "UPDATE stock_movements SET at = 5 WHERE kind = 'sale'"),
    damage(
        "stock_returned_as_given_back", "UPDATE stock_movements SET at = 5 WHERE kind = 'return'"
    ),
    damage(
        "stock_returned_as_given_back",
        "UPDATE stock_movements SET actor = 'else' WHERE kind = 'return'",
    ),
    damage(
        "movements_agree_with_orders", "UPDATE stock_movements SET reason = 'x' WHERE kind = 'sale'"
    ),
    damage("order_paid_once", "UPDATE orders SET actor = 'somebody else' WHERE key = 'six'"),
    damage("order_paid_once", "UPDATE balance_entries SET recorded_at = 5 WHERE kind = 'payment'"),
    damage("order_paid_once", *PAID_TWICE),
    damage("cancellation_refunded_once", "UPDATE balance_entries SET at = 5 WHERE kind = 'refund'"),
    damage("cancellation_refunded_once", "UPDATE cancellations SET reason = 'x'"),
    damage(
        "cancellation_refunded_once",
        "UPDATE cancellations SET cancelled_at = cancelled_at + 1",
        "UPDATE balance_entries SET at = at + 1 WHERE kind = 'refund'",
        "UPDATE stock_movements SET at = at + 1 WHERE kind = 'return'",
    ),
    damage("orders_follow_one_another", *SWAPPED_ENTRIES),
    damage(
        "corrections_say_why",
        "UPDATE stock_movements SET kind = 'initial' WHERE kind = 'restock'",
    ),
    damage(
        "corrections_say_why",
        "UPDATE stock_movements SET kind = 'adjustment' WHERE kind = 'restock'",
    ),
    damage("corrections_say_why", "UPDATE stock_movements SET at = 5 WHERE kind = 'adjustment'"),
    damage("corrections_say_why", "UPDATE balance_entries SET at = 5 WHERE kind = 'payout'"),
    damage(
        "transfers_have_two_sides",
        "UPDATE balance_entries SET reason = 'x' WHERE kind = 'transfer' AND amount_minor > 0",
    ),
    damage(
        "transfers_have_two_sides",
        "UPDATE balance_entries SET actor = 'x' WHERE kind = 'transfer' AND amount_minor < 0",
    ),
    damage("transfers_have_two_sides", "DELETE FROM transfers"),
    damage(
        "reversals_take_back_an_entry",
        "UPDATE reversed_entries SET reversed_sequence = 1 WHERE key = 'u1'",
    ),
    damage(
        "reversals_take_back_an_entry",
        "UPDATE balance_entries SET method = 'cash' WHERE kind = 'reversal' AND method = 'card'",
    ),
    damage(
        "reversals_take_back_an_entry",
        "UPDATE balance_entries SET kind = 'payment' WHERE username = 'noor' AND sequence = 2",
    ),
    damage("reversals_take_back_an_entry", "DELETE FROM reversed_entries WHERE key = 'u1'"),
    damage(
        "reversals_are_whole", "DELETE FROM reversed_entries WHERE key = 'u2' AND username = 'lee'"
    ),
    damage(
        "reversals_are_whole",
        "UPDATE balance_entries SET reason = 'x' WHERE kind = 'reversal' AND username = 'lee'",
    ),
    damage("reversals_are_whole", "INSERT INTO reversals (key, fingerprint) VALUES ('u9', 'x')"),
    damage("corrections_say_why", "UPDATE balance_entries SET at = 5 WHERE kind = 'reversal'"),
    damage("entries_are_as_requested", "UPDATE reversals SET fingerprint = 'x' WHERE key = 'u2'"),
    damage("entries_are_as_requested", "UPDATE reversals SET fingerprint = 'x' WHERE key = 'u3'"),
    damage("entries_are_as_requested", "UPDATE cash_moves SET amount_minor = 5 WHERE number = 1"),
    *(
        damage("closes_are_what_they_cover", statement)
        for statement in (
            "UPDATE closes SET sold_minor = sold_minor + 1 WHERE number = 1",
            "UPDATE closes SET methods = '{{}}' WHERE number = 1",
            "UPDATE closes SET actor = 'x' WHERE number = 2",
            "UPDATE closes SET currency = 'USD' WHERE number = 1",
            "UPDATE closes SET timezone = 'UTC' WHERE number = 1",
            "UPDATE closes SET key = 'x' WHERE number = 1",
            "UPDATE closes SET reason = 'x' WHERE number = 1",
            "UPDATE closes SET recorded_at = recorded_at - 1 WHERE number = 1",
            "UPDATE closes SET digest = substr(digest, 2) || 'x' WHERE number = 1",
            "UPDATE closes SET cash_counted_minor = 5 WHERE number = 1",
            "UPDATE closes SET from_at = from_at - 1 WHERE number = 2",
            "UPDATE closes SET until_at = 5 WHERE number = 1",
            "UPDATE closes SET number = 3 WHERE number = 2",
            "UPDATE closes SET fingerprint = 'x' WHERE number = 2",
            "UPDATE close_marks SET sequence = sequence - 1 WHERE number = 1 AND sequence > 1",
            "DELETE FROM close_marks WHERE number = 2",
            "UPDATE order_lines SET name = 'x'",
            "UPDATE cancellations SET key = key || 'x'",
            "UPDATE refunds SET key = key || 'x'",
            "UPDATE cash_moves SET actor = 'x'",
            "UPDATE balance_entries SET actor = 'x' WHERE kind = 'charge'",
            "UPDATE orders SET key = key || 'x'",
        )
    ),
    damage("cash_moves_run_on", "UPDATE cash_moves SET number = 9 WHERE number = 3"),
    damage(
        "keys_stand_once",
        "DROP INDEX uq_balance_entries_kind_key",
        "UPDATE balance_entries SET key = 'again' WHERE kind = 'charge' AND key IS NOT NULL",
    ),
    damage("cash_moves_run_on", "UPDATE cash_moves SET amount_minor = 5 WHERE number = 3"),
    damage("cash_moves_run_on", "UPDATE reversed_cash_moves SET reversed_number = 1"),
    damage("cash_moves_run_on", "DELETE FROM reversed_cash_moves"),
    damage(
        "corrections_say_why",
        "UPDATE balance_entries SET fingerprint = 'x' WHERE kind = 'transfer' AND key IS NULL",
    ),
    damage(
        "corrections_say_why",
        "UPDATE balance_entries SET fingerprint = 'x' WHERE kind = 'payment'",
    ),
    damage(
        "entries_are_as_requested",
        "UPDATE balance_entries SET fingerprint = 'x' WHERE kind = 'transfer' AND key IS NOT NULL",
    ),
    damage("order_has_its_event", "UPDATE outbox SET created_at = 5 WHERE order_id = '{six}'"),
    damage(
        "cancellation_has_its_event", "UPDATE outbox SET created_at = 5 WHERE order_id = '{two}'"
    ),
]

TERMS = [
    damage("discounts_follow_terms", "UPDATE orders SET coupon_code = NULL WHERE key = 'four'"),
    damage("coupon_used_by_its_holder", "UPDATE orders SET coupon_code = NULL WHERE key = 'four'"),
    damage("discounts_follow_terms", "UPDATE orders SET coupon_code = 'GIFT' WHERE key = 'past'"),
    damage("discounts_follow_terms", "UPDATE coupons SET cap_minor = 900 WHERE code = 'CAPPED'"),
    damage("discounts_follow_terms", "UPDATE coupons SET cap_minor = NULL WHERE code = 'CAPPED'"),
    damage("discounts_follow_terms", "UPDATE coupons SET percent = 20 WHERE code = 'TENTH'"),
    damage("discounts_follow_terms", "UPDATE coupons SET amount_minor = 99 WHERE code = 'GIFT'"),
    damage("discounts_follow_terms", "UPDATE coupons SET min_order_minor = 9000"),
    damage("discounts_are_shared_out", *MOVED_SHARES),
    damage("claims_follow_terms", "UPDATE user_coupons SET usable_until_at = usable_until_at + 1"),
    damage(
        "claims_follow_terms",
        "UPDATE user_coupons SET usable_until_at = NULL WHERE code = 'CAPPED'",
    ),
    damage("claims_follow_terms", "UPDATE user_coupons SET usable_until_at = 5 WHERE number = 2"),
    damage(
        "claims_follow_terms",
        "UPDATE user_coupons SET claimed_at = redeemed_at + 5, usable_until_at = NULL"
        " WHERE code = 'TENTH' AND number = 1",
    ),
    damage("claims_follow_terms", "UPDATE user_coupons SET fingerprint = 'x' WHERE number = 2"),
    damage("claims_follow_terms", "UPDATE user_coupons SET claim_limit = 77"),
    damage("claims_follow_terms", "UPDATE user_coupons SET claim_limit = 1 WHERE number = 2"),
    damage("claims_follow_terms", "UPDATE coupons SET claim_limit = 200 WHERE code = 'TENTH'"),
    damage("claims_follow_terms", "UPDATE coupons SET valid_days = 30 WHERE code = 'CAPPED'"),
    damage("claims_follow_terms", f"UPDATE coupons SET opens_at = {IN_2200}"),
    damage("claims_follow_terms", "UPDATE coupons SET closes_at = 5 WHERE code = 'TENTH'"),
    damage("claims_follow_terms", "UPDATE coupons SET use_by_at = 5 WHERE code = 'TENTH'"),
    damage(
        "coupon_used_by_its_holder",
        "DELETE FROM user_coupons WHERE code = 'CAPPED'",
        "UPDATE coupons SET claim_count = 0 WHERE code = 'CAPPED'",
    ),
    damage(
        "coupons_come_back_by_rule",
        "UPDATE cancellations SET coupon_restored = 1 WHERE order_id = '{three}'",
    ),
    damage(
        "coupons_come_back_by_rule",
        "UPDATE cancellations SET coupon_restored = 1 WHERE order_id = '{two}'",
    ),
]

REQUESTS = [
    damage("orders_are_as_requested", "UPDATE orders SET fingerprint = 'x' WHERE key = 'six'"),
    damage("orders_are_as_requested", "UPDATE orders SET fingerprint = 'x' WHERE key = 'past'"),
    damage("orders_are_as_requested", "UPDATE cancellations SET fingerprint = 'x'"),
    damage(
        "orders_are_as_requested", "UPDATE order_lines SET sku = 'MUG' WHERE order_id = '{six}'"
    ),
    damage(
        "entries_are_as_requested",
        f"UPDATE balance_entries SET fingerprint = 'x' WHERE {ANN} AND sequence = 1",
    ),
    damage(
        "entries_are_as_requested",
        f"UPDATE balance_entries SET fingerprint = NULL WHERE {ANN} AND sequence = 1",
    ),
    damage("entries_are_as_requested", *FORGED_CHARGE),
    damage(
        "entries_are_as_requested",
        f"UPDATE balance_entries SET at = at - 1 WHERE {ANN} AND sequence = 1",
    ),
    damage(
        "entries_are_as_requested",
        f"UPDATE balance_entries SET at = at - 1 WHERE {ANN} AND sequence = 2",
    ),
    damage(
        "entries_are_as_requested",
        "UPDATE balance_entries SET kind = 'adjustment', reason = 'x' WHERE kind = 'charge'",
    ),
    damage(
        "entries_are_as_requested",
        "UPDATE balance_entries SET kind = 'adjustment' WHERE kind = 'payout'",
    ),
]

REFUNDS = [
    damage(
        "refunds_are_paid_once",
        "UPDATE balance_entries SET reason = 'x' WHERE reason = 'never came'",
    ),
    damage("refunds_are_paid_once", "UPDATE refunds SET actor = 'x'"),
    damage("refunds_are_paid_once", "UPDATE refunds SET refunded_at = refunded_at - 1"),
    damage(
        "refunds_are_paid_once",
        "UPDATE refunds SET balance_after_minor = 5 WHERE order_id = '{eight}' AND number = 1",
    ),
    damage(
        "refunds_are_paid_once",
        "UPDATE refunds SET username = 'lee' WHERE order_id = '{eight}' AND number = 1",
    ),
    damage(
        "cancellation_refunded_once",
        "DELETE FROM refund_lines WHERE order_id = '{eight}'",
        "DELETE FROM refunds WHERE order_id = '{eight}'",
    ),
    damage("refunds_are_paid_once", *EXCHANGED_REFUNDS),
    damage(
        "cancellation_refunded_once",
        "DELETE FROM refunds WHERE order_id = '{nine}' AND number = 2",
        "DELETE FROM refund_lines WHERE order_id = '{nine}' AND number = 2",
    ),
    damage(
        "cancellation_refunded_once",
        "UPDATE cancellations SET refunded_minor = 13500 WHERE order_id = '{nine}'",
    ),
    damage("cancellation_refunded_once", *CANCELLED_IN_BETWEEN),
    damage(
        "stock_returned_as_given_back",
        "UPDATE refund_lines SET restocked = 0 WHERE order_id = '{eight}' AND number = 1",
    ),
    damage(
        "stock_returned_as_given_back",
        "UPDATE refund_lines SET restocked = quantity WHERE order_id = '{eight}'",
    ),
    damage(
        "stock_returned_as_given_back",
        "UPDATE stock_movements SET reason = 'x' WHERE kind = 'return' AND reason = 'once more'",
    ),
    damage(
        "stock_returned_as_given_back",
        "UPDATE stock_movements SET quantity = 2 WHERE order_id = '{nine}' AND kind = 'return'",
    ),
    damage(
        "refunds_are_shares",
        "UPDATE refund_lines SET refunded_minor = refunded_minor + 1 WHERE sku = 'BEANS'",
    ),
    damage(
        "refunds_are_shares",
        "UPDATE refund_lines SET refunded_minor = refunded_minor + 1 WHERE order_id = '{eight}'",
        "UPDATE refunds SET refunded_minor = refunded_minor + 1 WHERE order_id = '{eight}'",
    ),
    damage("refunds_are_shares", "UPDATE refund_lines SET quantity = 3 WHERE sku = 'BEANS'"),
    damage(
        "refunds_are_shares",
        "UPDATE refund_lines SET restocked = 0 WHERE order_id = '{nine}' AND number = 2",
    ),
    damage(
        "refunds_are_shares",
        "UPDATE refund_lines SET sku = 'MUG' WHERE order_id = '{eight}' AND number = 1",
    ),
    damage(
        "refunds_are_shares",
        "UPDATE refunds SET number = 7 WHERE order_id = '{eight}' AND number = 2",
        "UPDATE refund_lines SET number = 7 WHERE order_id = '{eight}' AND number = 2",
    ),
    damage("orders_are_as_requested", "UPDATE refunds SET fingerprint = 'x'"),
    damage(
        "orders_are_as_requested",
        "UPDATE refunds SET lost = 1 - lost WHERE order_id = '{nine}' AND number = 1",
    ),
    damage(
        "sales_days_match_orders",
        "DELETE FROM refund_lines WHERE order_id = '{eight}' AND sku = 'BEANS'",
    ),
    damage(
        "sales_hours_match_orders",
        "UPDATE refund_lines SET refunded_minor = 0 WHERE order_id = '{eight}' AND sku = 'BEANS'",
    ),
    damage(
        "refund_has_its_event", "DELETE FROM outbox WHERE order_id = '{eight}' AND sequence = 3"
    ),
    damage(
        "refund_has_its_event",
        "UPDATE outbox SET type = 'shop.order.paid' WHERE order_id = '{eight}' AND sequence = 2",
    ),
    damage(
        "refund_has_its_event",
        "UPDATE outbox SET created_at = 5 WHERE order_id = '{eight}' AND sequence = 2",
    ),
    damage(
        "cancellation_has_its_event",
        "UPDATE outbox SET sequence = 7 WHERE order_id = '{nine}' AND sequence = 4",
    ),
    damage(
        "event_has_its_order",
        "DELETE FROM refund_lines WHERE order_id = '{eight}' AND number = 2",
        "DELETE FROM refunds WHERE order_id = '{eight}' AND number = 2",
    ),
    damage(
        "event_has_its_order",
        "UPDATE outbox SET sequence = 7 WHERE order_id = '{nine}' AND sequence = 4",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE refunds SET reason = 'x' WHERE order_id = '{eight}' AND number = 1",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE refund_lines SET restocked = quantity WHERE order_id = '{eight}'",
    ),
    damage(
        "event_bodies_are_frozen",
        "UPDATE refunds SET refunded_minor = 7 WHERE order_id = '{nine}' AND number = 2",
    ),
]

EVENTS = [
    damage(
        "event_bodies_are_frozen",
        "UPDATE outbox SET body = CAST('' AS {bytes}) WHERE order_id = '{one}'",
    ),
    damage(
        "bodies_were_pruned",
        "UPDATE outbox SET body = CAST('' AS {bytes}) WHERE order_id = '{four}'",
    ),
    damage("event_bodies_are_frozen", "UPDATE shop SET currency = 'JPY'"),
    damage("event_bodies_are_frozen", "UPDATE shop SET shop_id = 'x'"),
    damage("event_bodies_are_frozen", f"UPDATE users SET user_id = 'x' WHERE {ANN}"),
    damage("event_bodies_are_frozen", *SWAPPED_POSITIONS),
    damage("event_bodies_are_frozen", "UPDATE order_lines SET name = 'Name of TEA!'"),
    damage(
        "event_states_have_reasons",
        "UPDATE outbox SET state = 'skipped', settled_at = created_at WHERE order_id = '{one}'",
    ),
    damage(
        "event_states_have_reasons",
        "UPDATE outbox SET state = 'dead', settled_at = created_at WHERE order_id = '{one}'",
    ),
    damage("event_states_have_reasons", *UNDELIVERED),
    damage(
        "event_states_have_reasons",
        "UPDATE outbox SET last_error = 'x' WHERE state = 'delivered'",
    ),
    damage(
        "delivery_has_its_attempts",
        "UPDATE delivery_attempts SET outcome = 'failed', status_code = 500",
    ),
    damage(
        "events_are_due_in_time",
        f"UPDATE outbox SET next_attempt_at = {IN_2200} WHERE order_id = '{{one}}'",
    ),
    damage(
        "events_are_due_in_time",
        f"UPDATE outbox SET next_attempt_at = {IN_2200} WHERE order_id = '{{five}}'",
    ),
    damage(
        "events_are_due_in_time",
        "UPDATE outbox SET state = 'leased', lease_owner = 'x', leased_at = 5,"
        f" attempt_count = 1, leased_until_at = {IN_2200} WHERE order_id = '{{one}}'",
    ),
    damage("attempts_are_counted", "DELETE FROM delivery_attempts"),
    damage("attempts_are_counted", "UPDATE outbox SET attempt_count = 2 WHERE state = 'pending'"),
    damage("attempts_are_counted", "UPDATE delivery_attempts SET status_code = 500"),
]

CHANGES = [
    damage("prices_were_on_offer", "UPDATE products SET price_minor = 4 WHERE sku = 'MUG'"),
    damage("prices_were_on_offer", "UPDATE products SET name = 'Cup' WHERE sku = 'MUG'"),
    damage("prices_were_on_offer", "DELETE FROM admin_changes WHERE subject = 'TEA'"),
    damage(
        "prices_were_on_offer",
        "UPDATE order_lines SET unit_price_minor = 999, line_total_minor = 999"
        " WHERE order_id = '{six}'",
    ),
    damage("changes_lead_to_the_present", "UPDATE products SET price_minor = 4 WHERE sku = 'TEA'"),
    damage("changes_lead_to_the_present", "UPDATE products SET category = 'x' WHERE sku = 'TEA'"),
    damage(
        "changes_lead_to_the_present",
        "DELETE FROM admin_changes WHERE subject = 'TEA' AND before LIKE '%1000%'",
        "UPDATE admin_changes SET before = '{{\"price_minor\": 7}}' WHERE subject = 'TEA'",
    ),
    damage("changes_lead_to_the_present", "UPDATE admin_changes SET after = 'no JSON'"),
    damage("changes_lead_to_the_present", "UPDATE admin_changes SET before = '[]'"),
    damage(
        "changes_lead_to_the_present",
        "UPDATE coupons SET claim_limit = 20 WHERE code = 'CAPPED'",
    ),
    damage("changes_lead_to_the_present", "UPDATE shop_settings SET value = '9000d'"),
    damage("changes_lead_to_the_present", "DELETE FROM shop_settings"),
    damage(
        "changes_lead_to_the_present",
        "INSERT INTO shop_settings (name, value) VALUES ('low_stock', '9')",
    ),
    damage("settings_are_valid", "INSERT INTO shop_settings (name, value) VALUES ('nope', '9')"),
    damage(
        "settings_are_valid",
        "UPDATE shop_settings SET value = 'soon' WHERE name = 'cancel_within'",
        "INSERT INTO shop_settings (name, value) VALUES ('low_stock', '-1')",
    ),
    damage(
        "changes_lead_to_the_present", "UPDATE balances SET state = 'active' WHERE username = 'mo'"
    ),
    damage("changes_lead_to_the_present", "UPDATE users SET name = 'x' WHERE username = 'mo'"),
    damage("states_were_set_by_somebody", f"UPDATE balances SET state = 'blocked' WHERE {ANN}"),
    damage("states_were_set_by_somebody", "UPDATE coupons SET disabled = 1 WHERE code = 'TENTH'"),
    damage(
        "products_are_found_by_their_names",
        "UPDATE products SET search_text = 'x' WHERE sku = 'TEA'",
    ),
    damage(
        "definitions_are_the_releases",
        "DROP INDEX ix_orders_placed_at",
        "CREATE INDEX ix_orders_placed_at ON orders (key)",
    ),
]

DAMAGES_OF_ROWS: list[Damage] = [
    *CONSTRAINTS,
    *TEXTS,
    *TIMES,
    *TERMS,
    *REQUESTS,
    *REFUNDS,
    *EVENTS,
    *CHANGES,
]
