"""The outbox, its delivery attempts, and the state of the receiving side.

`attempt_count` numbers the attempts and is never reset; it fences out a slow lease holder.
`failure_count` is the event's place in the retry schedule, which an operator can start again.
`due_again_at` is when a settled event was last made pending again: it waits since then.
`outbox_totals` counts the delivered events (the sum over its shards), so that no statement has to
count millions of rows.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)

from shopcli.storage.schema.tables.columns import (
    Bytes,
    Count,
    count_column,
    table,
    text_column,
    within,
)

outbox = table(
    "outbox",
    text_column("event_id"),
    text_column("order_id"),
    count_column("sequence"),
    text_column("type"),
    Column("body", Bytes, nullable=False),
    text_column("body_sha256"),
    count_column("created_at"),
    text_column("state"),
    count_column("attempt_count"),
    Column("failure_count", Count, nullable=False, server_default=text("0")),
    count_column("next_attempt_at"),
    text_column("lease_owner", null=True),
    count_column("leased_at", null=True),
    count_column("leased_until_at", null=True),
    count_column("settled_at", null=True),
    text_column("last_error", null=True),
    count_column("due_again_at", null=True),
    PrimaryKeyConstraint("event_id", name="pk_outbox"),
    UniqueConstraint("order_id", "sequence", name="uq_outbox_order_id_sequence"),
    ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_outbox_order_id"),
    CheckConstraint(
        "state IN ('pending', 'leased', 'delivered', 'dead', 'skipped')", name="ck_outbox_state"
    ),
    CheckConstraint(
        "(state = 'leased') = (lease_owner IS NOT NULL AND leased_at IS NOT NULL"
        " AND leased_until_at IS NOT NULL)",
        name="ck_outbox_lease",
    ),
    CheckConstraint(
        "(state IN ('delivered', 'dead', 'skipped')) = (settled_at IS NOT NULL)",
        name="ck_outbox_settled",
    ),
    within("outbox", "sequence", least=1),
    within("outbox", "attempt_count"),
    within("outbox", "failure_count"),
    Index(
        "ix_outbox_waiting",
        "state",
        "next_attempt_at",
        "event_id",
        "created_at",
        sqlite_where=text("state IN ('pending', 'leased')"),
        postgresql_where=text("state IN ('pending', 'leased')"),
    ),
    Index(
        "ix_outbox_dead",
        "event_id",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
)

delivery_attempts = table(
    "delivery_attempts",
    text_column("event_id"),
    count_column("attempt_number"),
    text_column("relay_id"),
    count_column("started_at"),
    count_column("duration_microseconds"),
    text_column("outcome"),
    count_column("status_code", null=True),
    text_column("reason", null=True),
    text_column("answer", null=True),
    PrimaryKeyConstraint("event_id", "attempt_number", name="pk_delivery_attempts"),
    ForeignKeyConstraint(["event_id"], ["outbox.event_id"], name="fk_delivery_attempts_event_id"),
    CheckConstraint(
        "outcome IN ('delivered', 'failed', 'lost')", name="ck_delivery_attempts_outcome"
    ),
    rowid=False,
)

outbox_totals = table(
    "outbox_totals",
    count_column("shard"),
    count_column("delivered_count"),
    PrimaryKeyConstraint("shard", name="pk_outbox_totals"),
)

platform_endpoint = table(
    "platform_endpoint",
    text_column("url"),
    text_column("breaker"),
    count_column("failure_count"),
    count_column("next_try_at"),
    count_column("changed_at"),
    text_column("last_error", null=True),
    PrimaryKeyConstraint("url", name="pk_platform_endpoint"),
    CheckConstraint(
        "breaker IN ('closed', 'open', 'stopped')", name="ck_platform_endpoint_breaker"
    ),
)

relays = table(
    "relays",
    text_column("relay_id"),
    text_column("actor"),
    text_column("host"),
    count_column("process_id"),
    count_column("started_at"),
    count_column("heartbeat_at"),
    PrimaryKeyConstraint("relay_id", name="pk_relays"),
)
