"""The fixtures themselves: what other tests rely on without looking."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from tests.clocks import SettableClock
from tests.postgres_server import address_of
from tests.reused_databases import ReusedDatabases


def test_the_environment_is_that_of_a_new_user(isolated_environment: Path) -> None:
    """A test sees no setting of the machine it runs on, and a home folder of its own."""
    settings = [name for name in os.environ if name.startswith("SHOP_")]

    assert settings == []
    assert Path.home() == isolated_environment
    assert "NO_COLOR" not in os.environ


def test_a_fresh_database_is_empty(dialect: str, database_url: str) -> None:
    """A database handed to a test has no tables, whichever it is."""
    if dialect == "sqlite":
        path = Path(database_url.removeprefix("sqlite:///"))
        assert path.is_absolute()
        assert not path.exists()
        return
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []


@pytest.mark.parametrize("_attempt", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(
    dialect: str, database_url: str, _attempt: int
) -> None:
    """Two tests may create the same table, as each has a database of its own."""
    if dialect == "sqlite":
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        connection.execute("CREATE TABLE here (id INTEGER)")
        connection.close()
        return
    with psycopg.connect(database_url) as postgres:
        postgres.execute("CREATE TABLE here (id bigint)")


SPOILING = {
    "nothing": "SELECT 1",
    "rows": "INSERT INTO shop_settings VALUES ('here', 'x'); UPDATE shop SET currency = 'EUR'",
    "table": "CREATE TABLE here (id bigint)",
    "column": "ALTER TABLE users ADD COLUMN here bigint",
    "default": "ALTER TABLE users ALTER COLUMN name SET DEFAULT 'x'",
    "constraint": "ALTER TABLE shop DROP CONSTRAINT ck_shop_singleton",
    "trigger": "DROP TRIGGER tr_orders_no_delete ON orders",
    "trigger off": "ALTER TABLE orders DISABLE TRIGGER ALL",
    "index": "DROP INDEX ix_admin_changes_subject",
    "function": "CREATE OR REPLACE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NEW; END'",
    "rights": "GRANT SELECT ON users TO PUBLIC",
    "schema": "CREATE SCHEMA here",
    "sequence": "CREATE SEQUENCE here",
    "statistics": "ANALYZE shop",
    "size": "INSERT INTO shop_settings SELECT n::text, repeat(md5(n::text), 40)"
    " FROM generate_series(1, 200000) AS n",
    "default schema": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = pg_catalog',"
    " current_database()); END $$",
    "name": "ALTER SCHEMA public RENAME TO here",
    "right to connect": "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC',"
    " current_database()); END $$",
    "connections": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
}

DESCRIPTIONS = (
    (
        "SELECT table_schema, table_name, column_name, column_default, data_type"
        " FROM information_schema.columns WHERE table_schema <> 'pg_catalog' ORDER BY 1, 2, 3"
    ),
    "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1",
    (
        "SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 1"
    ),
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'shop%' ORDER BY 1",
    "SELECT relname, relacl, reltuples > 0 FROM pg_class WHERE oid >= 16384 ORDER BY 1",
    "SHOW search_path",
    "SELECT to_json(s) #>> '{}' FROM shop AS s",
    "SELECT datacl FROM pg_database WHERE datname = current_database()",
    "SELECT count(*) FROM shop_settings",
)


@pytest.mark.postgres
@pytest.mark.parametrize("spoiled", SPOILING)
def test_a_database_is_lent_as_its_template_is(
    postgres_shops: ReusedDatabases, spoiled: str
) -> None:
    """Whatever a test does to a database on Postgres, the next one sees nothing of it."""
    with postgres_shops.lent() as url, psycopg.connect(url, autocommit=True) as connection:
        before = _described(connection)
        connection.execute(SPOILING[spoiled].encode())
    with postgres_shops.lent() as again, psycopg.connect(again) as connection:
        assert again != url
        assert _described(connection) == before


@pytest.mark.postgres
def test_nobody_reaches_what_was_lent(postgres_shops: ReusedDatabases) -> None:
    """Connections left open end with the test, and its address leads nowhere."""
    with postgres_shops.lent() as url:
        left = psycopg.connect(url)
        left.execute("LOCK TABLE users")
    with postgres_shops.lent():
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)
    left.close()


def _described(connection: psycopg.Connection) -> list[object]:
    """Schema, settings, rights, statistics and rows, in words."""
    return [connection.execute(query.encode()).fetchall() for query in DESCRIPTIONS]


@pytest.mark.parametrize(
    ("server", "database"),
    [
        ("postgresql://me@h:5433/postgres", "postgresql://me@h:5433/new"),
        ("postgresql:///postgres?host=/run/pg&user=me", "postgresql:///new?host=/run/pg&user=me"),
    ],
)
def test_a_server_is_named_in_any_form(server: str, database: str) -> None:
    """Databases are made on the server that SHOP_TEST_POSTGRES_URL names, by a socket too."""
    assert address_of(server, "new") == database


def test_the_clock_stands_until_it_is_moved() -> None:
    """A settable clock answers in UTC and moves only when told."""
    clock = SettableClock()
    start = clock()

    assert clock() == start
    assert clock.advance(hours=3) == start + timedelta(hours=3)

    clock.set(datetime(2026, 1, 1, 9, 0, tzinfo=timezone(timedelta(hours=9))))
    assert clock() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock().tzinfo is UTC


def test_the_clock_refuses_a_time_without_a_zone() -> None:
    """A time without a zone is a mistake of the test."""
    with pytest.raises(ValueError, match="not an aware time"):
        SettableClock(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused
