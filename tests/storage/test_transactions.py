"""Transactions: all or nothing, nothing lost, one snapshot, bounded waits; on both databases."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shopcli.domain.errors import Busy, ReadOnly, ShopError
from shopcli.storage.database import Database, connect
from shopcli.storage.failures import ConstraintViolated, TableMissing

READ = "SELECT value FROM shop_settings WHERE name = 'counter'"
STORE = "UPDATE shop_settings SET value = :value WHERE name = 'counter'"
INSERT = "INSERT INTO shop_settings (name, value) VALUES (:name, :value)"
COUNT = "SELECT COUNT(*) FROM shop_settings"

# Reads, then writes what it read plus one: only a lock held in between keeps this right.
CONTENDER = f"""
import sys
from shopcli.storage.database import connect
database = connect(sys.argv[1], timeout_seconds=30)
lock = " FOR NO KEY UPDATE" if database.dialect == "postgres" else ""
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with database.write() as session:
        value = int(session.row({READ!r} + lock)[0])
        session.change({STORE!r}, {{"value": str(value + 1)}})
database.close()
"""


@pytest.fixture
def counter(database: Database) -> Database:
    """A database with a counter that stands at 0."""
    with database.write() as session:
        session.change(INSERT, {"name": "counter", "value": "0"})
    return database


def _value(database: Database) -> str:
    with database.read() as session:
        row = session.row(READ)
    assert row is not None
    return str(row[0])


def test_a_block_commits_at_its_end(counter: Database) -> None:
    """What was written in a block is there after it."""
    with counter.write() as session:
        touched = session.change(STORE, {"value": "1"})

    assert touched == 1
    assert _value(counter) == "1"


def test_an_exception_undoes_the_block(counter: Database) -> None:
    """Whatever is raised in a block, nothing of the block stays, and it is raised on."""

    def change_and_fail() -> None:
        with counter.write() as session:
            session.change(STORE, {"value": "1"})
            raise LookupError

    with pytest.raises(LookupError):
        change_and_fail()

    assert _value(counter) == "0"


def test_a_refusing_constraint_is_named_and_undoes_the_block(counter: Database) -> None:
    """The name is the same on both databases."""

    def change_and_collide() -> None:
        with counter.write() as session:
            session.change(STORE, {"value": "1"})
            session.change(INSERT, {"name": "counter", "value": "again"})

    with pytest.raises(ConstraintViolated) as caught:
        change_and_collide()

    assert caught.value.name == "pk_shop_settings"
    assert _value(counter) == "0"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE shop SET exponent = 5", "ck_shop_exponent"),
        ("INSERT INTO shop_settings (name) VALUES ('a')", "nn_shop_settings_value"),
        ("DELETE FROM shop", "tr_shop_no_delete"),
    ],
)
def test_each_kind_of_refusal_has_a_name(database: Database, statement: str, name: str) -> None:
    """Checks, missing values and triggers, in a transaction and at once."""
    for block in (database.write, database.write_at_once):
        with pytest.raises(ConstraintViolated) as caught, block() as session:
            session.change(statement)
        assert caught.value.name == name


def test_a_missing_table_is_told(database: Database) -> None:
    """A statement about a table that is not there is no bug of the driver."""
    with pytest.raises(TableMissing), database.read() as session:
        session.rows("SELECT * FROM nothing_of_this_name")


def test_one_statement_commits_at_once(counter: Database) -> None:
    """A single statement needs no transaction around it."""
    with counter.write_at_once("key") as session:
        row = session.row(f"{STORE} RETURNING value", {"value": "7"})

    assert row is not None
    assert row[0] == "7"
    assert _value(counter) == "7"


def test_many_rows_go_together(database: Database) -> None:
    """The number of touched rows is that of all parameter sets."""
    rows = [{"name": f"n{number}", "value": "100%"} for number in range(50)]
    with database.write() as session:
        touched = session.change_many(INSERT, rows)
        none = session.change_many(INSERT, [])

    with database.read() as session:
        found = session.row(f"{COUNT} WHERE value LIKE '100%' AND name <> ':name'")
    assert (touched, none) == (50, 0)
    assert found is not None
    assert found[0] == 50


def test_sums_of_integers_are_integers(database: Database) -> None:
    """Both databases answer int, not Decimal."""
    with database.read() as session:
        row = session.row(
            "SELECT SUM(n), SUM(n) FILTER (WHERE n < 0)"
            " FROM (SELECT CAST(:n AS bigint) AS n UNION ALL SELECT :n) AS t",
            {"n": 2**53 - 1},
        )

    assert row is not None
    assert tuple(row) == (2**54 - 2, None)
    assert type(row[0]) is int


def test_a_snapshot_does_not_move(counter: Database) -> None:
    """All reads of a block see the state of the first, whatever is committed meanwhile."""
    with counter.read() as reader:
        reader.row(COUNT)
        with counter.write() as writer:
            writer.change(STORE, {"value": "1"})
        row = reader.row(READ)

    assert row is not None
    assert row[0] == "0"
    assert _value(counter) == "1"


def test_no_update_is_lost(counter: Database, shop_url: str) -> None:
    """Processes that read, add one and write end at the sum of what they added."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CONTENDER, shop_url, "100"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    errors = [process.communicate("\n")[1] for process in processes]

    assert errors == [""] * 4
    assert _value(counter) == "400"


def test_threads_share_a_database(counter: Database, shop_url: str) -> None:
    """One database object serves many threads, each with a connection of its own."""
    shared = connect(shop_url, timeout_seconds=30)
    lock = " FOR NO KEY UPDATE" if shared.dialect == "postgres" else ""

    def count_up(_: int) -> None:
        with shared.write() as session:
            row = session.row(READ + lock)
            assert row is not None
            session.change(STORE, {"value": str(int(row[0]) + 1)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(200)))
    shared.close()

    assert _value(counter) == "200"


def test_waiting_for_a_writer_is_bounded(counter: Database) -> None:
    """A writer that finds the row locked gives up in time, and nothing is changed."""
    with counter.write() as holder:
        holder.change(STORE, {"value": "1"})
        started = time.monotonic()
        with pytest.raises(Busy), counter.write() as waiting:
            waiting.change(STORE, {"value": "2"})
        waited = time.monotonic() - started

    assert 0.15 < waited < 5
    assert _value(counter) == "1"


def test_a_writer_waits_its_turn(counter: Database, shop_url: str) -> None:
    """One that waits gets the lock when the holder is done."""
    patient = connect(shop_url, timeout_seconds=30)
    began = threading.Event()

    def write() -> None:
        began.set()
        with patient.write() as session:
            session.change(STORE, {"value": "2"})

    thread = threading.Thread(target=write)
    with counter.write() as session:
        session.change(STORE, {"value": "1"})
        thread.start()
        began.wait()
    thread.join()
    patient.close()

    assert _value(counter) == "2"


def test_a_closed_database_opens_again(counter: Database) -> None:
    """Closing lets go of the connections, not of the address."""
    counter.close()

    assert _value(counter) == "0"


def test_errors_leave_no_transaction_behind(counter: Database) -> None:
    """After any refusal the next block works, on the same connection."""
    for _ in range(40):
        with pytest.raises((ConstraintViolated, ShopError)), counter.write() as session:
            session.change(INSERT, {"name": "counter", "value": "again"})
        with pytest.raises((ConstraintViolated, ShopError)), counter.write_at_once() as session:
            session.change(INSERT, {"name": "counter", "value": "again"})

    assert _value(counter) == "0"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
# Python warns of a fork with threads, which is what is tried here.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(counter: Database) -> None:
    """Parent and child both go on after a fork, and neither disturbs the other."""
    with counter.write() as session:
        session.change(STORE, {"value": "1"})
        child = os.fork()
        if child == 0:
            try:
                with counter.read() as reading:
                    row = reading.row(READ)
                os._exit(0 if row is not None and row[0] == "0" else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)
        session.change(STORE, {"value": "2"})

    assert os.waitstatus_to_exitcode(status) == 0
    assert _value(counter) == "2"


def test_a_reading_block_writes_nothing(counter: Database) -> None:
    """A change in a reading block is refused, or undone at its end."""
    with contextlib.suppress(ReadOnly), counter.read() as session:
        session.change(STORE, {"value": "1"})

    assert _value(counter) == "0"


def test_facts_name_the_database(database: Database) -> None:
    """A diagnosis says what runs underneath."""
    assert database.facts()["database"] == database.dialect
