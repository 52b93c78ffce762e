"""Definitions: those of a shop are compared with the release's, not their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.storage.database import Database, connect
from shopcli.storage.schema import completeness, definitions
from shopcli.storage.schema.expressions import condition
from shopcli.storage.schema.triggers import triggers
from tests.clocks import SettableClock
from tests.raw_rows import raw_database
from tests.schemas import everything

CHECK = "constraints_and_triggers_exist"
CHANGED = "definitions_are_the_releases"

SQLITE = {
    "a CHECK lets all pass": ("orders", "historical IN (0, 1)", "historical IS NOT 9"),
    "a CHECK with another bound": ("products", "price_minor BETWEEN 0", "price_minor BETWEEN -1"),
    "a column may be NULL": ("orders", "actor TEXT NOT NULL", "actor TEXT"),
    "a column of another type": ("users", "name TEXT", "name ANY"),
    "a column folds case": (
        "users",
        "username TEXT NOT NULL",
        "username TEXT NOT NULL COLLATE NOCASE",
    ),
    "a UNIQUE of other columns": (
        "orders",
        'uq_orders_key UNIQUE ("key")',
        'uq_orders_key UNIQUE ("key", placed_at)',
    ),
    "a reference to elsewhere": (
        "orders",
        "FOREIGN KEY(username) REFERENCES users (username)",
        "FOREIGN KEY(username) REFERENCES balances (username)",
    ),
    "a reference that deletes": (
        "orders",
        "FOREIGN KEY(username) REFERENCES users (username)",
        "FOREIGN KEY(username) REFERENCES users (username) ON DELETE CASCADE",
    ),
    "one more CHECK": (
        "orders",
        "PRIMARY KEY",
        "CHECK (total_minor < 9), CONSTRAINT pk PRIMARY KEY",
    ),
    "one more CHECK by the name of another table's": (
        "orders",
        "CONSTRAINT pk_orders",
        "CONSTRAINT ck_products_stock CHECK (total_minor < 9), CONSTRAINT pk_orders",
    ),
    "the same name twice": (
        "orders",
        "CONSTRAINT pk_orders",
        "CONSTRAINT ck_orders_historical CHECK (1), CONSTRAINT pk_orders",
    ),
    "one more UNIQUE": ("orders", "actor TEXT NOT NULL", "actor TEXT NOT NULL UNIQUE"),
}
SQLITE_ADDED = {
    "a column": "ALTER TABLE orders ADD COLUMN extra TEXT",
    "a column that is computed": (
        "ALTER TABLE orders ADD COLUMN extra INTEGER GENERATED ALWAYS AS (total_minor) VIRTUAL"
    ),
    "a unique index": "CREATE UNIQUE INDEX extra ON outbox (order_id, state)",
    "an index that can fail": "CREATE INDEX extra ON orders (json_extract(actor, '$.a'))",
    "a trigger by the name of another": (
        "CREATE TRIGGER extra BEFORE INSERT ON orders BEGIN SELECT RAISE(IGNORE); END"
    ),
}


def _frozen(condition: str) -> tuple[str, str]:
    """Put another condition before the one of the trigger that keeps events as they are."""
    (trigger,) = [one for one in triggers("sqlite") if one.name == "tr_outbox_frozen"]
    made = trigger.statement("sqlite").replace(" WHEN (", f" WHEN {condition} (", 1)
    return f"DROP TRIGGER {trigger.name}", made


def _altered(manner: str) -> str:
    return (
        "DO $do$ DECLARE made text; BEGIN SELECT 'ALTER FUNCTION ' || p.oid::regprocedure"  # noqa: S608 - the cases below
        f" || ' {manner}' INTO made FROM pg_proc p WHERE proname = 'shop_place_order';"
        " EXECUTE made; END $do$"
    )


POSTGRES = {
    "a trigger's function does nothing": (
        (
            "CREATE OR REPLACE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NEW; END $$"
        ),
    ),
    "a trigger's condition never holds": (
        "DROP TRIGGER tr_orders_no_update ON orders",
        (
            "CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON orders FOR EACH ROW WHEN (false)"
            " EXECUTE FUNCTION shop_refuse()"
        ),
    ),
    "a trigger comes too late": (
        "DROP TRIGGER tr_orders_no_update ON orders",
        (
            "CREATE TRIGGER tr_orders_no_update AFTER UPDATE OF actor ON orders FOR EACH ROW"
            " EXECUTE FUNCTION shop_refuse()"
        ),
    ),
    "a trigger of another table": (
        "DROP TRIGGER tr_orders_no_update ON orders",
        (
            "CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON relays FOR EACH ROW"
            " EXECUTE FUNCTION shop_refuse()"
        ),
    ),
    "a strange trigger": (
        "CREATE TRIGGER extra BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shop_refuse()",
    ),
    "a rule": ("CREATE RULE nothing AS ON DELETE TO orders DO INSTEAD NOTHING",),
    "a CHECK lets all pass": (
        "ALTER TABLE orders DROP CONSTRAINT ck_orders_historical",
        "ALTER TABLE orders ADD CONSTRAINT ck_orders_historical CHECK (historical IS NOT NULL)",
    ),
    "a CHECK with another bound": (
        "ALTER TABLE products DROP CONSTRAINT ck_products_stock",
        (
            "ALTER TABLE products ADD CONSTRAINT ck_products_stock CHECK"
            " (stock BETWEEN -1 AND 9007199254740991)"
        ),
    ),
    "a CHECK of rows to come": (
        "ALTER TABLE orders DROP CONSTRAINT ck_orders_historical",
        (
            "ALTER TABLE orders ADD CONSTRAINT ck_orders_historical CHECK (historical IN (0, 1))"
            " NOT VALID"
        ),
    ),
    "a UNIQUE of other columns": (
        "ALTER TABLE orders DROP CONSTRAINT uq_orders_key",
        "ALTER TABLE orders ADD CONSTRAINT uq_orders_key UNIQUE (key, placed_at)",
    ),
    "a unique index that is none": (
        "DROP INDEX uq_balance_entries_kind_key",
        (
            "CREATE INDEX uq_balance_entries_kind_key ON balance_entries (kind, key)"
            " WHERE key IS NOT NULL"
        ),
    ),
    "an index of fewer rows": (
        "DROP INDEX uq_balance_entries_kind_key",
        (
            "CREATE UNIQUE INDEX uq_balance_entries_kind_key ON balance_entries (kind, key)"
            " WHERE key IS NOT NULL AND kind = 'charge'"
        ),
    ),
    "a reference that deletes": (
        "ALTER TABLE orders DROP CONSTRAINT fk_orders_username",
        (
            "ALTER TABLE orders ADD CONSTRAINT fk_orders_username FOREIGN KEY (username)"
            " REFERENCES users (username) ON DELETE CASCADE"
        ),
    ),
    "a column may be NULL": ("ALTER TABLE orders ALTER COLUMN actor DROP NOT NULL",),
    "a column of another type": (
        "ALTER TABLE delivery_attempts ALTER COLUMN status_code TYPE int",
    ),
    "a column with a default": ("ALTER TABLE orders ALTER COLUMN historical SET DEFAULT 1",),
    "a column that folds case": (
        'ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "default"',
    ),
    "a table that a crash empties": ("ALTER TABLE relays SET UNLOGGED",),
    "a table that hides rows": ("ALTER TABLE orders ENABLE ROW LEVEL SECURITY",),
    "a procedure with the rights of its owner": (_altered("SECURITY DEFINER"),),
    "a procedure that NULL answers": (_altered("STRICT"),),
    "a procedure with a twin": (
        (
            "CREATE FUNCTION shop_refuse(ignored text) RETURNS bigint LANGUAGE sql"
            " AS 'SELECT 1::bigint'"
        ),
    ),
    "a column more": ("ALTER TABLE orders ADD COLUMN extra text",),
    "a column less": ("ALTER TABLE outbox DROP COLUMN last_error",),
    "a column that is computed": (
        ("ALTER TABLE orders ADD COLUMN extra bigint GENERATED ALWAYS AS (total_minor * 2) STORED"),
    ),
    "a column that is now computed": (
        "ALTER TABLE relays DROP COLUMN process_id",
        (
            "ALTER TABLE relays ADD COLUMN process_id bigint NOT NULL"
            " GENERATED ALWAYS AS (started_at) STORED"
        ),
    ),
    "a column that counts by itself": (
        "ALTER TABLE relays ALTER COLUMN process_id ADD GENERATED BY DEFAULT AS IDENTITY",
    ),
    "one more CHECK": ("ALTER TABLE orders ADD CHECK (total_minor < 9) NOT VALID",),
    "one more CHECK by the name of another table's": (
        "ALTER TABLE orders ADD CONSTRAINT ck_products_stock CHECK (total_minor < 9)",
    ),
    "one more UNIQUE": ("ALTER TABLE outbox ADD UNIQUE (order_id, state)",),
    "one more reference": (
        "ALTER TABLE orders ADD FOREIGN KEY (username) REFERENCES users ON DELETE CASCADE",
    ),
    "one more exclusion": ("ALTER TABLE orders ADD EXCLUDE USING btree (actor WITH =)",),
    "a unique index more": ("CREATE UNIQUE INDEX extra ON outbox (order_id, state)",),
    "an index that can fail": ("CREATE INDEX extra ON orders ((1 / total_minor))",),
    "a reference to another schema": (
        "CREATE SCHEMA other",
        "CREATE TABLE other.users (username text PRIMARY KEY)",
        "ALTER TABLE orders DROP CONSTRAINT fk_orders_username",
        (
            "ALTER TABLE orders ADD CONSTRAINT fk_orders_username FOREIGN KEY (username)"
            " REFERENCES other.users (username)"
        ),
    ),
    "a trigger by the name of another table's": (
        "DROP TRIGGER tr_orders_no_update ON orders",
        (
            "CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON orders FOR EACH ROW WHEN (false)"
            " EXECUTE FUNCTION shop_refuse()"
        ),
        (
            "CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON relays FOR EACH ROW"
            " EXECUTE FUNCTION shop_refuse()"
        ),
    ),
    "a table that shows another's rows": ("CREATE TABLE heir () INHERITS (orders)",),
    "references that are not looked after": ("ALTER TABLE orders DISABLE TRIGGER ALL",),
    "triggers that no login of the database fires": (
        (
            "DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
            " session_replication_role = replica', current_database()); END $do$"
        ),
    ),
    "a procedure of another body": (
        (
            "DO $do$ DECLARE made text; BEGIN"
            " SELECT replace(pg_get_functiondef(p.oid), 'stock >= wanted.quantity', 'true')"
            " INTO made FROM pg_proc p WHERE proname = 'shop_place_order'; EXECUTE made; END $do$"
        ),
    ),
}
POSTGRES_MISSING = {
    "a trigger that is off": ("ALTER TABLE orders DISABLE TRIGGER tr_orders_no_update",),
    "a procedure that is gone": (
        (
            "DO $do$ DECLARE made text; BEGIN SELECT 'DROP FUNCTION ' || p.oid::regprocedure"
            " INTO made FROM pg_proc p WHERE proname = 'shop_place_order'; EXECUTE made; END $do$"
        ),
    ),
}


def _failed(url: str) -> set[str]:
    with Shop.open(url) as shop:
        return {check.name for check in shop.verify().checks if not check.ok}


@pytest.mark.parametrize(("table", "text", "other"), SQLITE.values(), ids=SQLITE)
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_changed_table_is_found(shop_url: str, table: str, text: str, other: str) -> None:
    """What stands in the text of a table is compared part by part (SQLite)."""
    with raw_database(shop_url) as raw:
        raw.run("PRAGMA writable_schema = ON")
        raw.run(
            f"UPDATE sqlite_master SET sql = replace(sql, '{text}', '{other}')"  # noqa: S608 - the cases above
            f" WHERE name = '{table}'"
        )
        ((made,),) = raw.run(f"SELECT sql FROM sqlite_master WHERE name = '{table}'")  # noqa: S608 - as above
        assert other in made

    assert CHANGED in _failed(shop_url)


@pytest.mark.parametrize("statement", SQLITE_ADDED.values(), ids=SQLITE_ADDED)
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_was_added_to_a_table_is_found(shop_url: str, statement: str) -> None:
    """A column, index or trigger that this release does not make is told (SQLite)."""
    with raw_database(shop_url) as raw:
        raw.run(statement)

    assert CHANGED in _failed(shop_url)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    "statements",
    [
        (
            "DROP TRIGGER tr_orders_no_update",
            (
                "CREATE TRIGGER tr_orders_no_update BEFORE UPDATE ON orders FOR EACH ROW WHEN 0"
                " BEGIN SELECT RAISE(ABORT, 'tr_orders_no_update'); END"
            ),
        ),
        (
            (
                "CREATE TRIGGER extra AFTER INSERT ON orders BEGIN"
                " UPDATE balances SET balance_minor = balance_minor + 1; END"
            ),
        ),
        (
            "DROP INDEX uq_balance_entries_kind_key",
            (
                "CREATE UNIQUE INDEX uq_balance_entries_kind_key ON balance_entries (kind, key)"
                " WHERE key = 'x'"
            ),
        ),
        _frozen("NOT"),
        _frozen("0 AND"),
    ],
    ids=[
        "a trigger never fires",
        "a strange trigger",
        "an index of fewer rows",
        "a trigger fires where it should not",
        "a trigger never fires in spite of its condition",
    ],
)
def test_another_trigger_or_index_is_found(shop_url: str, statements: tuple[str, ...]) -> None:
    """A trigger or index of the same name, or a trigger of another, is told (SQLite)."""
    with raw_database(shop_url) as raw:
        for statement in statements:
            raw.run(statement)

    assert CHANGED in _failed(shop_url)


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
@pytest.mark.parametrize("statements", POSTGRES.values(), ids=POSTGRES)
def test_a_changed_definition_is_found(shop_url: str, statements: tuple[str, ...]) -> None:
    """What the catalogue says of each guard is compared with the release's (Postgres)."""
    with raw_database(shop_url) as raw:
        for statement in statements:
            raw.run(statement)

    assert _failed(shop_url) & {CHANGED, CHECK}


@pytest.mark.postgres
@pytest.mark.parametrize("dialect", ["postgres"])
@pytest.mark.parametrize("statements", POSTGRES_MISSING.values(), ids=POSTGRES_MISSING)
def test_a_missing_definition_is_found(shop_url: str, statements: tuple[str, ...]) -> None:
    """What is switched off or gone is missing (Postgres)."""
    with raw_database(shop_url) as raw:
        for statement in statements:
            raw.run(statement)

    assert CHECK in _failed(shop_url)


def test_what_operators_may_choose_is_not_told(shop_url: str, dialect: str) -> None:
    """An index of one's own, and how full pages are kept, is nobody's business."""
    with raw_database(shop_url) as raw:
        raw.run("CREATE INDEX mine ON orders (actor)")
        if dialect == "postgres":
            raw.run("ALTER INDEX ix_orders_placed_at SET (fillfactor = 70)")
            raw.run("ALTER TABLE orders SET (autovacuum_enabled = off)")

    assert _failed(shop_url) == set()


def test_a_new_shop_with_some_of_everything_is_sound(
    shop_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    """Whatever the engine did, verify finds nothing."""
    with Shop.open(shop_url, clock=clock) as shop:
        everything.fill(shop, clock, tmp_path)

    assert _failed(shop_url) == set()


def test_nothing_is_changed_in_a_new_shop(database: Database) -> None:
    """Each definition is found in the form it is made in."""
    with database.read() as session:
        assert completeness.compared_guards(session).changed == []


def test_how_sqlite_keeps_rows_is_part_of_a_table() -> None:
    """A table whose rows are kept by their key is another one than a table with row numbers."""
    with_numbers = "CREATE TABLE orders (a TEXT) STRICT"
    without = "CREATE TABLE orders (a TEXT) STRICT, WITHOUT ROWID"

    names = {piece.key.name for piece in definitions.of_sqlite_table("orders", without)}
    assert names == {"column orders.a", "strict orders", "without rowid orders"}
    assert len(list(definitions.of_sqlite_table("orders", with_numbers))) == 2
    assert "without rowid order_lines" in completeness.expected_guards("sqlite")


def test_another_order_of_search_changes_nothing(shop_url: str, dialect: str) -> None:
    """Postgres names schemas where they are not searched first; that is no difference."""
    if dialect == "sqlite":
        return
    database = connect(
        f"{shop_url}{'&' if '?' in shop_url else '?'}options=-csearch_path%3Dpg_catalog%2Cpublic"
    )
    try:
        with database.read() as session:
            assert completeness.compared_guards(session).changed == []
    finally:
        database.close()


SAME = [
    ("a BETWEEN 0 AND 5", "((a >= 0) AND (a <= '5'::bigint))"),
    ("state IN ('x', 'y')", "(state = ANY (ARRAY['x'::text, 'y'::text]))"),
    ("kind IN ('x')", "(kind = 'x'::text)"),
    ("a = 1 OR b = 2 AND c <> 3", "((a = 1) OR ((b = 2) AND (c <> 3)))"),
    ("amount >= -5", "(amount >= '-5'::integer)"),
    ("(a IS NULL) <> (b IS NOT NULL)", "((a IS NULL) <> (b IS NOT NULL))"),
    ("NEW.a IS DISTINCT FROM OLD.a", "(new.a IS DISTINCT FROM old.a)"),
    ("NOT (length(a) = 0)", "(NOT (length(a) = 0))"),
    ("a = b - c * 2", "(a = (b - (c * 2)))"),
    ('"a" != 1', "(a <> 1)"),
]

DIFFERENT = [
    ("a BETWEEN 0 AND 5", "((a >= 0) AND (a <= 6))"),
    ("state IN ('x', 'y')", "(state = ANY (ARRAY['x'::text, 'Y'::text]))"),
    ("(a = 1 OR b = 2) AND c = 3", "((a = 1) OR ((b = 2) AND (c = 3)))"),
    ("a IS NULL", "(a IS NOT NULL)"),
    ("a = b - c", "(a = (c - b))"),
    ("a > 0", "((a > 0) OR true)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_conditions_of_one_meaning_are_equal(one: str, other: str) -> None:
    """Brackets, casts and Postgres' other words for BETWEEN and IN make no difference."""
    assert condition(one) == condition(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_conditions_of_different_meanings_differ(one: str, other: str) -> None:
    """A changed bound, word, bracket or order is seen."""
    assert condition(one) != condition(other)
