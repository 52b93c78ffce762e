"""Checks of refunds and cancellations: their money, stock and events, each bound to one of them."""

from __future__ import annotations

_ORIGIN = "recorded_at, {0}.actor, {0}.host, {0}.channel, {0}.reason"
_REFUND_ORIGIN = f"r.{_ORIGIN.format('r')}"
_CANCEL_ORIGIN = f"c.{_ORIGIN.format('c')}"
_MOVEMENT_ORIGIN = f"m.{_ORIGIN.format('m')}"

_BACK = "(SELECT SUM(r.refunded_minor) FROM refunds r WHERE r.order_id = c.order_id)"
_LAST_NUMBER = "(SELECT COUNT(*) FROM refunds r WHERE r.order_id = {}.order_id)"
_OF_NO_REFUND = """NOT EXISTS (SELECT 1 FROM refunds r
                  WHERE r.username = e.username AND r.entry_sequence = e.sequence)"""

_RETURNS = f"""
    SELECT order_id, sku, quantity, at, recorded_at, actor, host, channel, reason, 1 AS side,
           ROW_NUMBER() OVER (PARTITION BY order_id, sku ORDER BY place) AS return_number
    FROM (
        SELECT l.order_id, l.sku, l.number AS place, l.restocked AS quantity, r.refunded_at AS at,
               {_REFUND_ORIGIN}
        FROM refund_lines l JOIN refunds r ON r.order_id = l.order_id AND r.number = l.number
        WHERE l.restocked <> 0
        UNION ALL
        SELECT c.order_id, l.sku, (SELECT COUNT(*) + 1 FROM refunds r
                                   WHERE r.order_id = c.order_id),
               l.quantity - COALESCE(b.units, 0), c.cancelled_at, {_CANCEL_ORIGIN}
        FROM cancellations c JOIN orders o ON o.order_id = c.order_id
        JOIN order_lines l ON l.order_id = c.order_id
        LEFT JOIN (SELECT order_id, sku, SUM(quantity) AS units FROM refund_lines
                   GROUP BY order_id, sku) b ON b.order_id = l.order_id AND b.sku = l.sku
        WHERE o.historical = 0 AND l.quantity <> COALESCE(b.units, 0)
    ) given
    UNION ALL
    SELECT m.order_id, m.sku, m.quantity, m.at, {_MOVEMENT_ORIGIN}, -1,
           ROW_NUMBER() OVER (PARTITION BY m.order_id, m.sku ORDER BY m.sequence)
    FROM stock_movements m WHERE m.kind = 'return'"""

GIVING_BACK: dict[str, str] = {
    "refunds_are_paid_once": """
        SELECT r.order_id || ': the entry of refund ' || r.number || ' is missing or differs'
        FROM refunds r LEFT JOIN orders o ON o.order_id = r.order_id
        LEFT JOIN balance_entries e ON e.username = r.username AND e.sequence = r.entry_sequence
        WHERE e.kind IS DISTINCT FROM 'refund' OR e.order_id IS DISTINCT FROM r.order_id
           OR r.username IS DISTINCT FROM o.username
           OR e.amount_minor IS DISTINCT FROM r.refunded_minor
           OR e.balance_after_minor IS DISTINCT FROM r.balance_after_minor
           OR e.at IS DISTINCT FROM r.refunded_at OR r.refunded_at IS DISTINCT FROM r.recorded_at
           OR e.recorded_at IS DISTINCT FROM r.recorded_at OR e.actor IS DISTINCT FROM r.actor
           OR e.host IS DISTINCT FROM r.host OR e.channel IS DISTINCT FROM r.channel
           OR e.reason IS DISTINCT FROM r.reason
        UNION ALL
        SELECT order_id || ': refund ' || number || ' was paid before the one before it'
        FROM (SELECT order_id, number, entry_sequence,
                     LAG(entry_sequence) OVER (PARTITION BY order_id ORDER BY number) AS earlier
              FROM refunds) s
        WHERE entry_sequence <= earlier""",
    # DISTINCT, so that SQLite finds these entries once and not for each cancellation.
    "cancellation_refunded_once": f"""
        SELECT c.order_id || ': its refund is missing or differs'
        FROM cancellations c JOIN orders o ON o.order_id = c.order_id
        LEFT JOIN (SELECT DISTINCT * FROM balance_entries e
                   WHERE e.kind = 'refund' AND {_OF_NO_REFUND}) e
               ON e.order_id = c.order_id
        WHERE e.order_id IS NULL OR e.amount_minor IS DISTINCT FROM c.refunded_minor
           OR c.refunded_minor IS DISTINCT FROM o.total_minor - COALESCE({_BACK}, 0)
           OR e.username IS DISTINCT FROM o.username
           OR e.balance_after_minor IS DISTINCT FROM c.balance_after_minor
           OR e.at IS DISTINCT FROM c.cancelled_at OR c.cancelled_at <> c.recorded_at
           OR e.recorded_at IS DISTINCT FROM c.recorded_at OR e.actor IS DISTINCT FROM c.actor
           OR e.host IS DISTINCT FROM c.host OR e.channel IS DISTINCT FROM c.channel
           OR e.reason IS DISTINCT FROM c.reason
           OR EXISTS (SELECT 1 FROM refunds r
                      WHERE r.order_id = c.order_id AND r.entry_sequence > e.sequence)
        UNION ALL
        SELECT e.order_id || ': refunded twice by one cancellation' FROM balance_entries e
        WHERE e.kind = 'refund' AND {_OF_NO_REFUND} GROUP BY e.order_id HAVING COUNT(*) > 1
        UNION ALL
        SELECT e.order_id || ': refunded without a refund or a cancellation'
        FROM balance_entries e
        WHERE e.kind = 'refund' AND {_OF_NO_REFUND}
          AND NOT EXISTS (SELECT 1 FROM cancellations c WHERE c.order_id = e.order_id)""",
    "stock_returned_as_given_back": f"""
        SELECT order_id || ': stock of ' || sku || ' was not returned as it was given back'
        FROM ({_RETURNS}) s
        GROUP BY order_id, sku, quantity, at, recorded_at, actor, host, channel, reason,
                 return_number
        HAVING SUM(side) <> 0""",
    "refund_has_its_event": """
        SELECT r.order_id || ': the event of refund ' || r.number || ' is missing or differs'
        FROM refunds r
        LEFT JOIN outbox e ON e.order_id = r.order_id AND e.sequence = r.number + 1
                          AND e.type = 'shop.order.refunded'
        WHERE e.event_id IS NULL OR e.created_at IS DISTINCT FROM r.recorded_at""",
    "cancellation_has_its_event": f"""
        SELECT c.order_id || ': its cancellation event is missing or differs' FROM cancellations c
        LEFT JOIN outbox e ON e.order_id = c.order_id AND e.type = 'shop.order.cancelled'
                          AND e.sequence = {_LAST_NUMBER.format("c")} + 2
        WHERE e.event_id IS NULL OR e.created_at IS DISTINCT FROM c.recorded_at""",
    "event_has_its_order": f"""
        SELECT e.event_id || ': no order, refund or cancellation stands behind it' FROM outbox e
        LEFT JOIN orders o ON o.order_id = e.order_id
        LEFT JOIN refunds f ON f.order_id = e.order_id AND f.number = e.sequence - 1
        LEFT JOIN cancellations c ON c.order_id = e.order_id
        WHERE o.order_id IS NULL
           OR (e.sequence <> 1 AND f.order_id IS NULL
               AND (c.order_id IS NULL OR e.sequence <> {_LAST_NUMBER.format("e")} + 2))""",
}
"""The name of each check -> its query; comparisons handle NULL, as those of `checks`."""
