"""History is never rewritten: the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest

from shopcli.storage.database import Database
from shopcli.storage.failures import ConstraintViolated
from shopcli.storage.schema import triggers
from shopcli.storage.schema.tables import APPEND_ONLY, NEVER_DELETED, metadata

# One row in every guarded table; each row that others refer to comes first.
ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("users", {"username": "kim", "user_id": "U1"}),
    ("balances", {"username": "kim", "state": "active"}),
    ("users", {"username": "lee", "user_id": "U2"}),
    ("balances", {"username": "lee", "state": "active"}),
    ("products", {"sku": "LATTE", "on_sale": 1}),
    ("coupons", {"code": "TEN", "percent": 10, "claim_limit": 1, "disabled": 0}),
    ("orders", {"order_id": "O1", "username": "kim", "historical": 0}),
    ("order_lines", {"order_id": "O1", "sku": "LATTE", "quantity": 1, "position": 1}),
    ("user_coupons", {"code": "TEN", "number": 1, "username": "kim", "claim_limit": 1}),
    ("balance_entries", {"username": "kim", "sequence": 1, "kind": "charge", "amount_minor": 1}),
    (
        "balance_entries",
        {"username": "lee", "sequence": 1, "kind": "transfer", "amount_minor": 1, "key": None},
    ),
    ("transfers", {"username": "kim", "sequence": 1, "to_username": "lee", "to_sequence": 1}),
    (
        "balance_entries",
        {"username": "kim", "sequence": 2, "kind": "reversal", "amount_minor": -1, "key": None},
    ),
    ("reversals", {"key": "K1"}),
    (
        "reversed_entries",
        {"username": "kim", "sequence": 2, "reversed_sequence": 1, "key": "K1"},
    ),
    (
        "cash_moves",
        {
            "number": 1,
            "kind": "in",
            "amount_minor": 1,
            "key": "K1",
            "fingerprint": "F1",
            "reason": "r",
        },
    ),
    (
        "cash_moves",
        {"number": 2, "kind": "reversal", "amount_minor": -1, "reason": "r"},
    ),
    ("reversed_cash_moves", {"number": 2, "reversed_number": 1, "key": "K1"}),
    ("closes", {"number": 1, "digest": "0" * 64, "key": "K1", "fingerprint": "F1"}),
    ("close_marks", {"username": "kim", "sequence": 1, "number": 1}),
    ("stock_movements", {"sku": "LATTE", "sequence": 1, "kind": "restock", "quantity": 1}),
    ("cancellations", {"order_id": "O1", "coupon_restored": 0}),
    (
        "refunds",
        {"order_id": "O1", "number": 1, "username": "kim", "entry_sequence": 1, "reason": "R"},
    ),
    ("refund_lines", {"order_id": "O1", "number": 1, "sku": "LATTE", "quantity": 1}),
    ("outbox", {"event_id": "E1", "order_id": "O1", "sequence": 1, "state": "pending"}),
    ("delivery_attempts", {"event_id": "E1", "attempt_number": 1, "outcome": "failed"}),
    ("admin_changes", {"change_id": "C1"}),
)


def _filled(table_name: str, given: dict[str, object]) -> dict[str, object]:
    """A row with a harmless value in every column that may not be empty."""
    values = dict(given)
    for column in metadata.tables[table_name].columns:
        if not column.nullable and column.name not in values:
            kind = column.type.python_type
            values[column.name] = b"{}" if kind is bytes else kind()
    if table_name in ("balance_entries", "orders", "cancellations", "user_coupons"):
        values.setdefault("key", "K1")
        values.setdefault("fingerprint", "F1")
    return values


@pytest.fixture
def filled(database: Database) -> Database:
    """A shop with a row in every guarded table."""
    with database.write() as session:
        for table_name, given in ROWS:
            values = _filled(table_name, given)
            columns = ", ".join(values)
            parameters = ", ".join(f":{name}" for name in values)
            session.change(
                f"INSERT INTO {table_name} ({columns}) VALUES ({parameters})",  # noqa: S608 - our names
                values,
            )
    return database


def _refused_by(database: Database, statement: str) -> str:
    with pytest.raises(ConstraintViolated) as caught, database.write() as session:
        session.change(statement)
    return caught.value.name


def test_ledgers_are_never_edited(filled: Database) -> None:
    """No row of a ledger can be changed, not even to what it is."""
    for table in APPEND_ONLY:
        column = next(iter(table.columns)).name
        statement = f"UPDATE {table.name} SET {column} = {column}"  # noqa: S608 - our names
        assert _refused_by(filled, statement) == f"tr_{table.name}_no_update"


def test_rows_are_never_deleted(filled: Database) -> None:
    """Neither ledgers nor current state lose a row."""
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        statement = f"DELETE FROM {table.name}"  # noqa: S608 - our names
        assert _refused_by(filled, statement) == f"tr_{table.name}_no_delete"


def test_tables_are_never_emptied(filled: Database) -> None:
    """Postgres can empty a table without a DELETE; that is refused too."""
    if filled.dialect == "sqlite":
        assert _refused_by(filled, "REPLACE INTO users SELECT * FROM users") == "tr_users_no_delete"
        return
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        name = _refused_by(filled, f"TRUNCATE {table.name} CASCADE")
        assert name.endswith("_no_truncate")


@pytest.mark.parametrize(
    "change",
    [
        "event_id = 'E2'",
        "order_id = 'O2'",
        "sequence = 2",
        "type = 'other'",
        "body_sha256 = 'other'",
        "created_at = 9",
        "body = :body",
        "body = :empty",
        "state = 'delivered', settled_at = 1, body = :body",
    ],
)
def test_events_are_frozen(filled: Database, change: str) -> None:
    """Id, order, place, type, hash, time and body of an event stay as they were written."""
    statement = f"UPDATE outbox SET {change}"  # noqa: S608 - the cases above
    with pytest.raises(ConstraintViolated) as caught, filled.write() as session:
        session.change(statement, {"body": b"other", "empty": b""})

    # A row that others refer to may be held by them first.
    assert caught.value.name in {
        "tr_outbox_frozen",
        "fk_delivery_attempts_event_id",
        "fk_outbox_order_id",
    }


def test_a_delivered_event_may_drop_its_body(filled: Database) -> None:
    """Once delivered, the body may be emptied; its hash stays."""
    with filled.write() as session:
        touched = session.change(
            "UPDATE outbox SET state = 'delivered', settled_at = 1, body = :empty", {"empty": b""}
        )

    assert touched == 1


def test_deliveries_move_an_event_on(filled: Database) -> None:
    """State, attempts and times of an event change freely."""
    with filled.write() as session:
        touched = session.change(
            "UPDATE outbox SET attempt_count = 1, next_attempt_at = 5, last_error = 'refused'"
        )

    assert touched == 1


def test_every_table_is_guarded_or_known_to_change() -> None:
    """A new table must be put on one of the lists, or here."""
    free = {
        "outbox_totals",
        "platform_endpoint",
        "product_codes",  # derived from the products, and given up with a barcode
        "relays",
        "sales_days",
        "sales_hours",
        "shop_settings",
    }
    guarded = {table.name for table in (*APPEND_ONLY, *NEVER_DELETED)}

    assert set(metadata.tables) - guarded == free
    assert {trigger.table for trigger in triggers.triggers("sqlite")} == guarded
