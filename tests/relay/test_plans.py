"""What waits is found by its index, however much has been delivered."""

from __future__ import annotations

from typing import Any

import pytest

from shopcli import Shop
from shopcli.storage.outbox import events as outbox
from shopcli.storage.outbox import upkeep as outbox_upkeep

LEASE: dict[str, Any] = {"owner": "x", "lease_microseconds": 1, "now": 1, "limit": 1}

SETTLED: dict[str, Any] = dict.fromkeys(outbox._SETTLED_COLUMNS, 1) | {  # noqa: SLF001  # the same
    "owner": "x",
    "event_ids": "[]",
}

STATEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "waiting counts": (outbox._WAITING_COUNTS, {}),  # noqa: SLF001  # its plan is the point
    "left leases": (outbox._LEFT_COUNT["sqlite"], {}),  # noqa: SLF001  # the same
    "oldest of the others": (outbox._OLDEST_OTHER, {}),  # noqa: SLF001  # the same
    "dead count": (outbox._DEAD_COUNT, {}),  # noqa: SLF001  # the same
    "has due": (outbox._HAS_DUE, {"now": 1}),  # noqa: SLF001  # the same
    "lease": (outbox._LEASE_DUE["sqlite"], LEASE),  # noqa: SLF001  # the same
    "lease of an order": (
        outbox._LEASE_OF_ORDER["sqlite"],  # noqa: SLF001  # the same
        LEASE | {"order_id": "x", "beyond": 2},
    ),
    "bring forward": (
        outbox._BRING_FORWARD["sqlite"],  # noqa: SLF001  # the same
        {"beyond": 1, "limit": 1},
    ),
    "expired": (
        outbox._EXPIRED_LEASES["sqlite"],  # noqa: SLF001  # the same
        {"limit": 1},
    ),
    "release of what is unknown": (
        outbox._RELEASE_UNKNOWN["sqlite"],  # noqa: SLF001  # the same
        {"owner": "x", "known": "[]"},
    ),
    **{
        f"list of what is {state or 'there'}": (
            outbox_upkeep._listing("sqlite", state, None)[0],  # noqa: SLF001  # the same
            {"since_at": 0, "until_at": 1, "row_limit": 1},
        )
        for state in (None, "pending", "leased", "dead", "delivered", "skipped")
    },
    "list of an order": (
        outbox_upkeep._listing("sqlite", None, "x")[0],  # noqa: SLF001  # the same
        {"since_at": 0, "until_at": 1, "row_limit": 1, "order_id": "x"},
    ),
    "settle": (outbox._SETTLE_ALIKE, SETTLED),  # noqa: SLF001  # the same
}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_reads_all_events(shop: Shop, name: str) -> None:
    """SQLite plans every statement of the relay without a scan of the whole outbox."""
    statement, parameters = STATEMENTS[name]
    with shop.runtime.reading() as session:
        rows = session.rows(f"EXPLAIN QUERY PLAN {statement}", parameters)
    plan = [str(row[3]) for row in rows]
    harmless = ("ix_outbox_", "VIRTUAL TABLE", "SCAN outbox USING INDEX sqlite_autoindex_outbox_1")
    scans = [
        step for step in plan if step.startswith("SCAN") and not any(map(step.count, harmless))
    ]
    assert plan
    assert scans == []
