"""Queries for rows that break an invariant; each returns one text for each violation.

Every query only reads, and finds nothing in a sound shop. Comparisons must handle NULL: where a
constraint is missing, any column may hold it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from shopcli.storage.verifying.giving_back import GIVING_BACK
from shopcli.storage.verifying.rules import HARMFUL, RULES

if TYPE_CHECKING:
    from shopcli.storage.session import Dialect, Session

VIOLATION_COUNT_MAX = 100

# Only what the first release refused too: older rows may hold what was refused later.
_RANGES = "\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
_HARMFUL = {
    # The first GLOB is a fast test, as most texts are plain ASCII. GLOB stops at a NUL.
    "sqlite": rf"(\1 GLOB '*[^ -~]*' AND \1 GLOB '*[{_RANGES}]*' OR instr(\1, char(0)) > 0)",
    "postgres": rf"""\1 COLLATE "C" ~ '[{_RANGES}]'""",
}
_MARKED = re.compile(rf"{HARMFUL}\(([\w.]+)\)")

_WIDTH = "(SELECT sales_bucket_seconds * 1000000 AS width FROM shop)"
_LEAVES = "NOT EXISTS (SELECT 1 FROM cancellations x WHERE x.order_id = o.order_id)"

CHECKS: dict[str, str] = {
    "balance_is_sum_of_entries": """
        SELECT b.username || ': balance ' || b.balance_minor || ', entries sum to '
               || COALESCE(e.total, 0)
        FROM balances b LEFT JOIN (
            SELECT username, SUM(amount_minor) AS total, COUNT(*) AS entries FROM balance_entries
            GROUP BY username
        ) e ON e.username = b.username
        WHERE b.balance_minor IS DISTINCT FROM COALESCE(e.total, 0)
           OR b.entry_count IS DISTINCT FROM COALESCE(e.entries, 0) OR b.balance_minor < 0""",
    "balance_entries_run_on": """
        SELECT username || ': entry ' || sequence || ' does not follow from the one before'
        FROM (SELECT username, sequence, amount_minor, balance_after_minor,
                     COALESCE(LAG(balance_after_minor) OVER w, 0) AS balance_before,
                     COALESCE(LAG(sequence) OVER w, 0) AS sequence_before
              FROM balance_entries WINDOW w AS (PARTITION BY username ORDER BY sequence)) e
        WHERE balance_after_minor IS DISTINCT FROM balance_before + amount_minor
           OR sequence <> sequence_before + 1""",
    "stock_is_sum_of_movements": """
        SELECT p.sku || ': stock ' || p.stock || ', movements sum to ' || COALESCE(m.total, 0)
        FROM products p LEFT JOIN (
            SELECT sku, SUM(quantity) AS total, COUNT(*) AS movements FROM stock_movements
            GROUP BY sku
        ) m ON m.sku = p.sku
        WHERE p.stock IS DISTINCT FROM COALESCE(m.total, 0)
           OR p.movement_count IS DISTINCT FROM COALESCE(m.movements, 0) OR p.stock < 0""",
    "stock_movements_run_on": """
        SELECT sku || ': movement ' || sequence || ' does not follow from the one before'
        FROM (SELECT sku, sequence, quantity, stock_after,
                     COALESCE(LAG(stock_after) OVER w, 0) AS stock_before,
                     COALESCE(LAG(sequence) OVER w, 0) AS sequence_before
              FROM stock_movements WINDOW w AS (PARTITION BY sku ORDER BY sequence)) m
        WHERE stock_after IS DISTINCT FROM stock_before + quantity
           OR sequence <> sequence_before + 1""",
    "order_adds_up": """
        SELECT o.order_id || ': its lines do not add up to it'
        FROM orders o LEFT JOIN (
            SELECT order_id, SUM(line_total_minor) AS subtotal, SUM(discount_minor) AS discount,
                   COUNT(*) AS line_count, MIN(position) AS first_position,
                   MAX(position) AS last_position
            FROM order_lines GROUP BY order_id
        ) l ON l.order_id = o.order_id
        WHERE l.order_id IS NULL OR l.subtotal IS DISTINCT FROM o.subtotal_minor
           OR l.discount IS DISTINCT FROM o.discount_minor
           OR o.total_minor IS DISTINCT FROM o.subtotal_minor - o.discount_minor
           OR l.first_position <> 1 OR l.line_count <> l.last_position""",
    "order_lines_add_up": """
        SELECT order_id || ': line ' || sku || ' does not add up' FROM order_lines
        WHERE line_total_minor IS DISTINCT FROM quantity * unit_price_minor
           OR discount_minor < 0 OR discount_minor > line_total_minor""",
    "order_paid_once": """
        SELECT o.order_id || ': its payment is missing or differs'
        FROM orders o LEFT JOIN balance_entries e ON e.order_id = o.order_id AND e.kind = 'payment'
        WHERE e.order_id IS NULL OR e.amount_minor IS DISTINCT FROM -o.total_minor
           OR e.username IS DISTINCT FROM o.username
           OR e.balance_after_minor IS DISTINCT FROM o.balance_after_minor
           OR e.at IS DISTINCT FROM o.placed_at
           OR e.recorded_at IS DISTINCT FROM o.recorded_at OR e.actor IS DISTINCT FROM o.actor
           OR e.host IS DISTINCT FROM o.host OR e.channel IS DISTINCT FROM o.channel
        UNION ALL
        SELECT order_id || ': was paid several times' FROM balance_entries
        WHERE kind = 'payment' GROUP BY order_id HAVING COUNT(*) > 1""",
    "transfers_have_two_sides": """
        SELECT t.username || ': transfer ' || t.sequence || ' to ' || t.to_username
               || ' differs on its two sides'
        FROM transfers t
        LEFT JOIN balance_entries g ON g.username = t.username AND g.sequence = t.sequence
        LEFT JOIN balance_entries r ON r.username = t.to_username AND r.sequence = t.to_sequence
        WHERE g.kind IS DISTINCT FROM 'transfer' OR r.kind IS DISTINCT FROM 'transfer'
           OR g.amount_minor >= 0 OR r.amount_minor IS DISTINCT FROM -g.amount_minor
           OR r.at IS DISTINCT FROM g.at OR g.at IS DISTINCT FROM g.recorded_at
           OR r.recorded_at IS DISTINCT FROM g.recorded_at OR r.actor IS DISTINCT FROM g.actor
           OR r.host IS DISTINCT FROM g.host OR r.channel IS DISTINCT FROM g.channel
           OR r.reason IS DISTINCT FROM g.reason
        UNION ALL
        SELECT e.username || ': entry ' || e.sequence || ' is a transfer without its other side'
        FROM balance_entries e
        LEFT JOIN transfers g ON g.username = e.username AND g.sequence = e.sequence
        LEFT JOIN transfers r ON r.to_username = e.username AND r.to_sequence = e.sequence
        WHERE e.kind = 'transfer' AND g.username IS NULL AND r.username IS NULL""",
    "reversals_take_back_an_entry": """
        SELECT r.username || ': entry ' || r.sequence || ' does not take back entry '
               || r.reversed_sequence
        FROM reversed_entries r
        LEFT JOIN balance_entries n ON n.username = r.username AND n.sequence = r.sequence
        LEFT JOIN balance_entries o ON o.username = r.username AND o.sequence = r.reversed_sequence
        WHERE n.kind IS DISTINCT FROM 'reversal' OR n.amount_minor IS DISTINCT FROM -o.amount_minor
           OR n.method IS DISTINCT FROM o.method
           OR o.kind NOT IN ('charge', 'payout', 'adjustment', 'transfer')
        UNION ALL
        SELECT e.username || ': entry ' || e.sequence || ' is a reversal of nothing'
        FROM balance_entries e
        LEFT JOIN reversed_entries r ON r.username = e.username AND r.sequence = e.sequence
        WHERE e.kind = 'reversal' AND r.username IS NULL""",
    # A transfer's two entries are taken back by one request, at once.
    "reversals_are_whole": """
        SELECT t.username || ': transfer ' || t.sequence || ' was taken back on one side only'
        FROM transfers t
        LEFT JOIN reversed_entries g ON g.username = t.username AND g.reversed_sequence = t.sequence
        LEFT JOIN reversed_entries r ON r.username = t.to_username
                                    AND r.reversed_sequence = t.to_sequence
        LEFT JOIN balance_entries ge ON ge.username = g.username AND ge.sequence = g.sequence
        LEFT JOIN balance_entries re ON re.username = r.username AND re.sequence = r.sequence
        WHERE g.key IS DISTINCT FROM r.key OR ge.at IS DISTINCT FROM re.at
           OR ge.actor IS DISTINCT FROM re.actor OR ge.host IS DISTINCT FROM re.host
           OR ge.channel IS DISTINCT FROM re.channel OR ge.reason IS DISTINCT FROM re.reason
        UNION ALL
        SELECT 'key ' || q.key || ': undid ' || COALESCE(n.entries, 0) || ' entries and '
               || COALESCE(n.moves, 0) || ' cash moves'
        FROM reversals q LEFT JOIN (
            SELECT key, SUM(is_move) AS moves, SUM(1 - is_move) AS entries,
                   SUM(is_transfer) AS transfers
            FROM (SELECT r.key, 0 AS is_move,
                         CASE WHEN o.kind = 'transfer' THEN 1 ELSE 0 END AS is_transfer
                  FROM reversed_entries r
                  LEFT JOIN balance_entries o ON o.username = r.username
                                             AND o.sequence = r.reversed_sequence
                  UNION ALL SELECT key, 1, 0 FROM reversed_cash_moves) one
            GROUP BY key
        ) n ON n.key = q.key
        WHERE n.key IS NULL OR n.moves + n.entries - n.transfers / 2 <> 1""",
    "cash_moves_run_on": """
        SELECT 'cash:' || number || ' does not follow cash:' || number_before
        FROM (SELECT number, COALESCE(LAG(number) OVER (ORDER BY number), 0) AS number_before
              FROM cash_moves) m
        WHERE number <> number_before + 1
        UNION ALL
        SELECT 'cash:' || r.number || ' does not take back cash:' || r.reversed_number
        FROM reversed_cash_moves r
        LEFT JOIN cash_moves n ON n.number = r.number
        LEFT JOIN cash_moves o ON o.number = r.reversed_number
        WHERE n.kind IS DISTINCT FROM 'reversal' OR n.amount_minor IS DISTINCT FROM -o.amount_minor
           OR o.kind NOT IN ('in', 'out')
        UNION ALL
        SELECT 'cash:' || c.number || ' is a reversal of nothing'
        FROM cash_moves c LEFT JOIN reversed_cash_moves r ON r.number = c.number
        WHERE c.kind = 'reversal' AND r.number IS NULL""",
    # A GROUP BY, because a look-up for each line would read all movements of its product.
    "order_took_its_stock": """
        SELECT order_id || ': stock of ' || sku || ' was not moved as sold'
        FROM (SELECT l.order_id, l.sku, l.quantity
              FROM order_lines l JOIN orders o ON o.order_id = l.order_id WHERE o.historical = 0
              UNION ALL
              SELECT order_id, sku, quantity FROM stock_movements WHERE kind = 'sale') s
        GROUP BY order_id, sku HAVING SUM(quantity) IS DISTINCT FROM 0""",
    "stock_moved_once_per_line": """
        SELECT order_id || ': stock of ' || sku || ' was moved twice as ' || kind
        FROM stock_movements
        WHERE kind = 'sale' GROUP BY order_id, sku, kind HAVING COUNT(*) > 1""",
    "coupons_within_limit": """
        SELECT c.code || ': ' || c.claim_count || ' counted, ' || COUNT(h.number) || ' held, limit '
               || c.claim_limit
        FROM coupons c LEFT JOIN user_coupons h ON h.code = c.code
        GROUP BY c.code, c.claim_count, c.claim_limit
        HAVING COUNT(h.number) <> c.claim_count OR c.claim_count > c.claim_limit
            OR COALESCE(MAX(h.number), 0) <> c.claim_count
            OR COUNT(DISTINCT h.username) <> COUNT(h.number)""",
    "coupon_used_by_its_holder": """
        SELECT o.order_id || ': coupon ' || o.coupon_code || ' is not held by its buyer'
        FROM orders o LEFT JOIN user_coupons h ON h.code = o.coupon_code AND h.username = o.username
        WHERE o.coupon_code IS NOT NULL AND h.code IS NULL
        UNION ALL
        SELECT h.code || ': number ' || h.number || ' is bound to another order'
        FROM user_coupons h LEFT JOIN orders o ON o.order_id = h.order_id
        WHERE h.order_id IS NOT NULL
          AND (o.order_id IS NULL OR o.username IS DISTINCT FROM h.username
               OR o.coupon_code IS DISTINCT FROM h.code
               OR h.redeemed_at IS DISTINCT FROM o.placed_at
               OR (h.usable_until_at IS NOT NULL AND h.redeemed_at > h.usable_until_at))""",
    "coupon_used_once": f"""
        SELECT o.coupon_code || ': used by ' || o.username || ' in several orders' FROM orders o
        WHERE o.coupon_code IS NOT NULL AND {_LEAVES}
        GROUP BY o.coupon_code, o.username HAVING COUNT(*) > 1
        UNION ALL
        SELECT o.order_id || ': its coupon is not bound to it'
        FROM orders o JOIN user_coupons h ON h.code = o.coupon_code AND h.username = o.username
        LEFT JOIN cancellations c ON c.order_id = o.order_id
        WHERE (c.order_id IS NULL OR c.coupon_restored = 0)
          AND h.order_id IS DISTINCT FROM o.order_id""",
    "order_has_its_event": """
        SELECT o.order_id || ': its event is missing or differs' FROM orders o
        LEFT JOIN outbox e ON e.order_id = o.order_id AND e.sequence = 1
                          AND e.type = 'shop.order.paid'
        WHERE e.event_id IS NULL OR e.created_at IS DISTINCT FROM o.recorded_at""",
    "delivery_has_its_attempts": """
        SELECT e.event_id || ': delivered without a successful attempt' FROM outbox e
        LEFT JOIN delivery_attempts a ON a.event_id = e.event_id AND a.outcome = 'delivered'
                                     AND a.attempt_number = e.attempt_count
        WHERE e.state = 'delivered' AND a.event_id IS NULL""",
    "events_delivered_in_order": """
        SELECT later.event_id || ': delivered before the one ahead of it' FROM outbox later
        JOIN outbox earlier ON earlier.order_id = later.order_id
                           AND earlier.sequence = later.sequence - 1
        WHERE later.state = 'delivered' AND later.attempt_count = 1 AND earlier.state = 'pending'
          AND earlier.attempt_count = 0""",
    "deliveries_are_counted": """
        SELECT 'delivered ' || d.delivered || ', counted ' || t.counted
        FROM (SELECT COUNT(*) AS delivered FROM outbox WHERE state = 'delivered') d,
             (SELECT COALESCE(SUM(delivered_count), 0) AS counted FROM outbox_totals) t
        WHERE d.delivered IS DISTINCT FROM t.counted""",
    "money_is_in_the_ledger": """
        SELECT 'balances hold ' || b.total || ', entries say ' || e.total
        FROM (SELECT COALESCE(SUM(balance_minor), 0) AS total FROM balances) b,
             (SELECT COALESCE(SUM(amount_minor), 0) AS total FROM balance_entries) e
        WHERE b.total IS DISTINCT FROM e.total""",
    "the_copy_is_known": """
        SELECT 'the row that says which copy of the shop this is is missing'
        FROM (SELECT COUNT(*) AS copies FROM shop_copy) c WHERE c.copies = 0""",
    "closed_users_are_empty": """
        SELECT username || ': closed with a balance' FROM balances
        WHERE state = 'closed' AND balance_minor <> 0""",
}

_DAY = 86_400_000_000

CHECKS["sales_days_match_orders"] = f"""
    SELECT sku || ': sales of the day at ' || bucket || ' are off by '
           || SUM(units) || ' units, ' || SUM(revenue_minor) || ' minor units'
    FROM (
        SELECT l.sku, o.placed_at - o.placed_at % {_DAY} AS bucket, l.quantity AS units,
               l.line_total_minor - l.discount_minor AS revenue_minor
        FROM orders o JOIN order_lines l ON l.order_id = o.order_id WHERE {_LEAVES}
        UNION ALL
        SELECT l.sku, o.placed_at - o.placed_at % {_DAY}, -l.quantity, -l.refunded_minor
        FROM orders o JOIN refund_lines l ON l.order_id = o.order_id WHERE {_LEAVES}
        UNION ALL
        SELECT sku, bucket_start_at, -units, -revenue_minor FROM sales_days
    ) s
    GROUP BY sku, bucket
    HAVING SUM(units) IS DISTINCT FROM 0 OR SUM(revenue_minor) IS DISTINCT FROM 0"""

# What is given back leaves the bucket of its sale for best sellers, and is told in its own bucket.
CHECKS["sales_hours_match_orders"] = f"""
    SELECT sku || ': sales of the hour at ' || bucket || ' are off by ' || SUM(units)
           || ' units, ' || SUM(revenue_minor) || ' minor units; as reported by ' || SUM(orders)
           || ' orders, ' || SUM(sold) || ' units, ' || SUM(gross) || ' gross, ' || SUM(discount)
           || ' discount, ' || SUM(refunded) || ' refunded'
    FROM (
        SELECT l.sku, o.placed_at - o.placed_at % w.width AS bucket,
               CASE WHEN {_LEAVES} THEN l.quantity ELSE 0 END AS units,
               CASE WHEN {_LEAVES} THEN l.line_total_minor - l.discount_minor ELSE 0 END
                   AS revenue_minor,
               1 AS orders, l.quantity AS sold, l.line_total_minor AS gross,
               l.discount_minor AS discount, 0 AS refunded
        FROM orders o JOIN order_lines l ON l.order_id = o.order_id CROSS JOIN {_WIDTH} w
        UNION ALL
        SELECT l.sku, x.cancelled_at - x.cancelled_at % w.width, 0, 0, 0, 0, 0, 0,
               l.line_total_minor - l.discount_minor
        FROM cancellations x JOIN order_lines l ON l.order_id = x.order_id CROSS JOIN {_WIDTH} w
        UNION ALL
        SELECT l.sku, x.cancelled_at - x.cancelled_at % w.width, 0, 0, 0, 0, 0, 0,
               -l.refunded_minor
        FROM cancellations x JOIN refund_lines l ON l.order_id = x.order_id CROSS JOIN {_WIDTH} w
        UNION ALL
        SELECT l.sku, r.refunded_at - r.refunded_at % w.width, 0, 0, 0, 0, 0, 0, l.refunded_minor
        FROM refunds r JOIN refund_lines l ON l.order_id = r.order_id AND l.number = r.number
        CROSS JOIN {_WIDTH} w
        UNION ALL
        SELECT l.sku, o.placed_at - o.placed_at % w.width, -l.quantity, -l.refunded_minor, 0, 0, 0,
               0, 0
        FROM orders o JOIN refund_lines l ON l.order_id = o.order_id CROSS JOIN {_WIDTH} w
        WHERE {_LEAVES}
        UNION ALL
        SELECT sku, bucket_start_at, -units, -revenue_minor, -order_count, -sold_units,
               -gross_minor, -discount_minor, -refunded_minor
        FROM sales_hours
    ) s
    GROUP BY sku, bucket
    HAVING SUM(units) IS DISTINCT FROM 0 OR SUM(revenue_minor) IS DISTINCT FROM 0
        OR SUM(orders) IS DISTINCT FROM 0 OR SUM(sold) IS DISTINCT FROM 0
        OR SUM(gross) IS DISTINCT FROM 0 OR SUM(discount) IS DISTINCT FROM 0
        OR SUM(refunded) IS DISTINCT FROM 0"""

CHECKS |= GIVING_BACK
CHECKS |= RULES


@lru_cache(maxsize=256)
def statement(dialect: Dialect, name: str) -> str:
    """The query of a check, which returns at most 100 violations.

    A sound shop has none, so the best plan reads everything: with a bare LIMIT Postgres would plan
    as if a hundred were found early.
    """
    query = CHECKS[name]
    if dialect == "sqlite":
        # SQLite before 3.39 has only the short form.
        query = query.replace("IS DISTINCT FROM", "IS NOT")
    query = _MARKED.sub(_HARMFUL[dialect], query)
    return f"WITH found AS MATERIALIZED ({query}) SELECT * FROM found LIMIT {VIOLATION_COUNT_MAX}"


def violations(session: Session, name: str) -> list[str]:
    """The violations of one check, at most 100."""
    return [str(text) for (text,) in session.rows(statement(session.dialect, name))]
