"""Checks derived from the tables, and checks of times, origins, states and due times.

A clock may step back, and the clocks of hosts differ, so times of different actions are never
compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Text, UniqueConstraint

from shopcli.storage.schema.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, ForeignKeyConstraint, Table

LEASE_MICROSECONDS_MAX = 31_000_000
"""A lease lasts at most 30 s; on Postgres its two times are separate readings of the clock."""

WAIT_MICROSECONDS_MAX = 31 * 86_400_000_000
"""A longer wait after an attempt than any schedule has, with room for schedules to change."""

HARMFUL = "IS_HARMFUL"
"""A placeholder before `(column)`: whether the text holds terminal control characters."""

# Columns that other checks compare, or whose words come from the shop itself.
_COMPARED = frozenset(
    {"fingerprint", "body_sha256", "search_text", "state", "kind", "type", "outcome", "breaker"}
)
_ALL_ROWS = 2**63 - 1
_SAME_ORIGIN = ("recorded_at", "actor", "host", "channel")


def _rules() -> dict[str, str]:
    tables = metadata.tables.values()
    return {
        "rows_meet_their_constraints": _union(map(_refusable, tables)),
        "references_lead_somewhere": _union(
            _dangling(table, key) for table in tables for key in table.foreign_key_constraints
        ),
        "stored_text_is_plain": _union(_harmful(table) for table in tables if harmful(table)),
        "keys_stand_once": _union(
            _repeated(table, names) for table in tables for names in _unique_keys(table)
        ),
        **_OF_TIMES,
        **_OF_DELIVERY,
    }


def _union(queries: Iterator[str]) -> str:
    return "\nUNION ALL\n".join(queries)


def _row(table: Table, alias: str) -> str:
    """The table and key of a row, as a violation names it."""
    key = " || ':' || ".join(
        f"COALESCE(CAST({alias}.{column.name} AS TEXT), '?')" for column in table.primary_key
    )
    return f"'{table.name} ' || {key}"


def _refusable(table: Table) -> str:
    """Rows that violate a CHECK or NOT NULL, even where the constraint is missing."""
    conditions = {
        str(check.name): str(check.sqltext)
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    for column in table.columns:
        if not column.nullable:
            conditions[f"{column.name} is missing"] = f"t.{column.name} IS NOT NULL"
    cases = " ".join(f"WHEN NOT ({text}) THEN '{name}'" for name, text in conditions.items())
    key = ", ".join(f"t.{column.name}" for column in table.primary_key)
    # The limit keeps both databases from copying the cases into the condition, where they would be
    # planned and computed a second time.
    return f"""
        SELECT {_row(table, "t")} || ': ' || broken
        FROM (SELECT {key}, CASE {cases} END AS broken FROM {table.name} t LIMIT {_ALL_ROWS}) t
        WHERE broken IS NOT NULL"""


def _dangling(table: Table, key: ForeignKeyConstraint) -> str:
    """Rows whose foreign key refers to a missing row."""
    target = key.referred_table.name
    columns = [(element.parent.name, element.column.name) for element in key.elements]
    matches = " AND ".join(f"p.{theirs} = t.{mine}" for mine, theirs in columns)
    refers = " AND ".join(f"t.{mine} IS NOT NULL" for mine, _ in columns)
    names = " || ':' || ".join(f"t.{mine}" for mine, _ in columns)
    return f"""
        SELECT {_row(table, "t")} || ': there is no {target} ' || {names}
        FROM {table.name} t LEFT JOIN {target} p ON {matches}
        WHERE {refers} AND p.{columns[0][1]} IS NULL"""


def _unique_keys(table: Table) -> list[list[str]]:
    """The columns of each unique constraint or index with the key of a request."""
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    indexes = [one for one in table.indexes if one.unique]
    columns = [
        *([column.name for column in one.columns] for one in constraints),
        *([column.name for column in one.columns] for one in indexes),
    ]
    return sorted(names for names in columns if "key" in names)


def _repeated(table: Table, names: list[str]) -> str:
    """Keys that several rows have. The index that forbids it is not read: it may be damaged.

    SQLite, which takes no hint for tables without row ids, reads it where it has all columns, so
    one more is counted; where it has their order, so they are computed; and where its condition is
    given, so rows without a key are left out in the end.
    """
    in_index = {*names, *(column.name for column in table.primary_key)}
    beside = next(column.name for column in table.columns if column.name not in in_index)
    columns = ", ".join(f"{name} || ''" for name in names)
    shown = " || ':' || ".join(f"MIN({name})" for name in names)
    return (
        f"SELECT '{table.name} ' || {shown} || ': stands ' || COUNT(*) || ' times'"
        f" FROM {table.name} GROUP BY {columns}"
        f" HAVING COUNT(*) > 1 AND MIN(key) IS NOT NULL AND COUNT({beside}) >= 0"
    )


def harmful(table: Table) -> list[Column[str]]:
    """The columns of free text, which no other check compares."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, Text)
        and column.name not in _COMPARED
        and not column.foreign_keys
    ]


def _harmful(table: Table) -> str:
    where = " OR ".join(f"{HARMFUL}(t.{column.name})" for column in harmful(table))
    return (
        f"SELECT {_row(table, 't')} || ': holds characters that could act on a terminal'"
        f" FROM {table.name} t WHERE {where}"
    )


def _differs(mine: str, theirs: str, *columns: str) -> str:
    return " OR ".join(f"{mine}.{name} IS DISTINCT FROM {theirs}.{name}" for name in columns)


_OF_TIMES = {
    "times_agree": """
        SELECT order_id || ': placed at another time than it was recorded' FROM orders
        WHERE historical = 0 AND placed_at IS DISTINCT FROM recorded_at
        UNION ALL
        SELECT sku || ': made at another time than it was recorded' FROM products
        WHERE created_at IS DISTINCT FROM recorded_at
        UNION ALL
        SELECT username || ': made at another time than it was recorded' FROM users
        WHERE created_at IS DISTINCT FROM recorded_at
        UNION ALL
        SELECT code || ': made at another time than it was recorded' FROM coupons
        WHERE created_at IS DISTINCT FROM recorded_at
        UNION ALL
        SELECT change_id || ': changed at another time than it was recorded' FROM admin_changes
        WHERE at IS DISTINCT FROM recorded_at""",
    "movements_agree_with_orders": f"""
        SELECT m.sku || ': movement ' || m.sequence || ' is not of its order'
        FROM stock_movements m LEFT JOIN orders o ON o.order_id = m.order_id
        WHERE m.kind = 'sale' AND (m.at IS DISTINCT FROM o.placed_at
                                   OR {_differs("m", "o", *_SAME_ORIGIN, "reason")})""",
    "corrections_say_why": """
        SELECT sku || ': movement ' || sequence || ' is not what its kind says' FROM stock_movements
        WHERE order_id IS NULL AND (at IS DISTINCT FROM recorded_at
                                    OR (kind = 'initial' AND sequence <> 1)
                                    OR (kind = 'adjustment' AND reason IS NULL))
        UNION ALL
        SELECT username || ': entry ' || sequence || ' is not what its kind says'
        FROM balance_entries
        WHERE (kind IN ('payout', 'adjustment', 'reversal') AND (at IS DISTINCT FROM recorded_at
                                                     OR reason IS NULL))
           OR (key IS NULL AND fingerprint IS NOT NULL)""",
    # The order that pays first takes the units first: both rows are locked until it commits.
    "orders_follow_one_another": """
        SELECT order_id || ': took ' || sku || ' and was paid in another order than the one before'
        FROM (SELECT m.order_id, m.sku, e.sequence AS entry,
                     COALESCE(LAG(e.sequence) OVER (PARTITION BY m.sku, e.username
                                                    ORDER BY m.sequence), 0) AS entry_before
              FROM stock_movements m
              JOIN balance_entries e ON e.order_id = m.order_id AND e.kind = 'payment'
              WHERE m.kind = 'sale') s
        WHERE entry < entry_before""",
    "users_have_balances": """
        SELECT u.username || ': has no balance'
        FROM users u LEFT JOIN balances b ON b.username = u.username WHERE b.username IS NULL""",
    "states_were_set_by_somebody": """
        SELECT b.username || ': is ' || b.state || ', and nobody made it so' FROM balances b
        WHERE b.state <> 'active'
          AND NOT EXISTS (SELECT 1 FROM admin_changes a
                          WHERE a.subject_kind = 'user' AND a.subject = b.username)
        UNION ALL
        SELECT c.code || ': is switched off, and nobody did so' FROM coupons c
        WHERE c.disabled <> 0
          AND NOT EXISTS (SELECT 1 FROM admin_changes a
                          WHERE a.subject_kind = 'coupon' AND a.subject = c.code)""",
    "coupons_come_back_by_rule": """
        SELECT c.order_id || ': its coupon came back, or did not, against the rule'
        FROM cancellations c JOIN orders o ON o.order_id = c.order_id
        LEFT JOIN user_coupons h ON h.code = o.coupon_code AND h.username = o.username
        WHERE c.coupon_restored IS DISTINCT FROM
              CASE WHEN o.coupon_code IS NULL THEN 0
                   WHEN h.usable_until_at < c.cancelled_at THEN 0 ELSE 1 END""",
}

_CHANGED = "EXISTS (SELECT 1 FROM admin_changes a WHERE a.subject_kind = 'outbox' AND {})"
_DISCARDED = _CHANGED.format("a.subject = e.event_id AND a.action = 'discard'")
_REPLAYED = _CHANGED.format("a.subject = 'delivered' AND a.action = 'replay'")
_DUE_AGAIN = _CHANGED.format(
    "a.subject IN (e.event_id, 'dead', 'delivered', 'skipped')"
    " AND a.action IN ('retry', 'replay') AND a.recorded_at >= e.next_attempt_at"
)
_LAST_ATTEMPT = """EXISTS (SELECT 1 FROM delivery_attempts t
                  WHERE t.event_id = e.event_id AND t.attempt_number = e.attempt_count
                    AND t.outcome = '{}')"""
_OF_DELIVERY = {
    "event_states_have_reasons": f"""
        SELECT e.event_id || ': is ' || e.state || ' without a reason' FROM outbox e
        WHERE (e.state = 'skipped' AND (e.sequence <> 1 OR e.attempt_count <> 0 OR NOT EXISTS (
                  SELECT 1 FROM orders o WHERE o.order_id = e.order_id AND o.historical = 1)))
           OR (e.state = 'delivered' AND e.last_error IS NOT NULL)
           OR (e.state = 'dead' AND NOT {_DISCARDED}
               AND (e.failure_count < 1 OR NOT {_LAST_ATTEMPT.format("failed")}))
           OR (e.state = 'pending' AND e.attempt_count > 0 AND NOT {_REPLAYED}
               AND {_LAST_ATTEMPT.format("delivered")})""",
    "events_are_due_in_time": f"""
        SELECT e.event_id || ': is due without a reason at ' || e.next_attempt_at FROM outbox e
        WHERE e.state IN ('pending', 'leased') AND NOT {_DUE_AGAIN}
          AND ((e.attempt_count = 0 AND e.next_attempt_at NOT IN (0, e.created_at))
            OR (e.attempt_count > 0 AND e.next_attempt_at <> 0
                AND e.next_attempt_at <> e.created_at AND e.next_attempt_at > (
                  SELECT COALESCE(MAX(t.started_at + t.duration_microseconds), 0)
                         + {WAIT_MICROSECONDS_MAX}
                  FROM delivery_attempts t WHERE t.event_id = e.event_id)))
        UNION ALL
        SELECT e.event_id || ': is leased for longer than any lease' FROM outbox e
        WHERE e.state = 'leased' AND e.leased_until_at - e.leased_at > {LEASE_MICROSECONDS_MAX}""",
    "attempts_are_counted": """
        SELECT e.event_id || ': ' || e.attempt_count || ' attempts counted, ' || COALESCE(a.made, 0)
               || ' made'
        FROM outbox e LEFT JOIN (
            SELECT event_id, COUNT(*) AS made, MIN(attempt_number) AS first_number,
                   MAX(attempt_number) AS last_number
            FROM delivery_attempts GROUP BY event_id
        ) a ON a.event_id = e.event_id
        WHERE COALESCE(a.made, 0) IS DISTINCT FROM
              e.attempt_count - CASE WHEN e.state = 'leased' THEN 1 ELSE 0 END
           OR a.first_number < 1 OR a.last_number > e.attempt_count
        UNION ALL
        SELECT event_id || ': attempt ' || attempt_number || ' is ' || outcome || ' by status '
               || COALESCE(CAST(status_code AS TEXT), 'none')
        FROM delivery_attempts
        WHERE (outcome = 'delivered') <> (COALESCE(status_code, 0) BETWEEN 200 AND 299)""",
}

RULES = _rules()
"""The name of each check -> its query."""
