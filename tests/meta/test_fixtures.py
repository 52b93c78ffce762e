"""The fixtures themselves: what other tests rely on without looking."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest

from tests.clocks import SettableClock


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
