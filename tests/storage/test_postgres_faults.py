"""A shop on Postgres when the server, the connection or another session misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from shopcli.domain.errors import (
    Busy,
    DatabaseUnreachable,
    InvalidInput,
    NotAShop,
    OutcomeUnknown,
    ReadOnly,
    ShopError,
)
from shopcli.storage.addresses import parse_address
from shopcli.storage.database import Database, connect
from shopcli.storage.failures import SerializationFailure
from shopcli.storage.postgres.connections import translate
from shopcli.storage.postgres.transactions import PostgresDatabase
from shopcli.storage.schema.identity import recognise
from shopcli.storage.session import Session
from shopcli.wording.advice import advice
from tests.raw_rows import raw_database
from tests.storage.cutting_proxy import CuttingProxy

pytestmark = pytest.mark.postgres

INSERT = "INSERT INTO shop_settings (name, value) VALUES (:name, :value)"
UPDATE = "UPDATE shop_settings SET value = :value WHERE name = :name"
COUNT = "SELECT COUNT(*) FROM shop_settings"
ROW = {"name": "a", "value": "b"}
KILL_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def url(postgres_shop_url: str) -> str:
    """The address of a shop on Postgres."""
    return postgres_shop_url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """That shop, open."""
    opened = connect(url, timeout_seconds=0.2)
    yield opened
    opened.close()


@pytest.fixture
def proxy(url: str) -> Iterator[CuttingProxy]:
    """A proxy in front of it."""
    with CuttingProxy(url) as running:
        yield running


@pytest.fixture
def distant(proxy: CuttingProxy) -> Iterator[Database]:
    """That shop, open through the proxy."""
    opened = connect(proxy.url, timeout_seconds=2)
    yield opened
    opened.close()


def _kill_connections(url: str) -> None:
    """End all other sessions of a database, and see that they have ended."""
    with raw_database(url) as raw:
        while raw.run(KILL_OTHERS):
            continue


def _count(database: Database) -> int:
    with database.read() as session:
        row = session.row(COUNT)
    assert row is not None
    return int(row[0])


def _insert(database: Database) -> None:
    with database.write("K1") as session:
        session.change(INSERT, ROW)


def _insert_at_once(database: Database) -> None:
    with database.write_at_once("K1") as session:
        session.change(INSERT, ROW)


@pytest.mark.parametrize("forward", [False, True])
@pytest.mark.parametrize(
    ("insert", "cut_at"),
    [(_insert, b"COMMIT\0"), (_insert_at_once, b"INSERT INTO shop_settings")],
    ids=["commit", "single change"],
)
def test_a_cut_where_it_is_committed_leaves_the_outcome_unknown(
    database: Database,
    distant: Database,
    proxy: CuttingProxy,
    insert: Callable[[Database], None],
    cut_at: bytes,
    *,
    forward: bool,
) -> None:
    """Whether or not the server had the COMMIT, or the statement that commits itself.

    The caller is told the key to repeat with.
    """
    proxy.cut_at(cut_at, forward=forward)

    with pytest.raises(OutcomeUnknown) as caught:
        insert(distant)
    assert caught.value.details == {"key": "K1"}
    assert _count(database) == int(forward)


def test_a_cut_before_commit_changes_nothing(
    database: Database, distant: Database, proxy: CuttingProxy
) -> None:
    """A statement lost in the middle of a transaction is known not to have happened."""
    proxy.cut_at(b"INSERT INTO shop_settings", forward=False)

    with pytest.raises(DatabaseUnreachable):
        _insert(distant)
    assert _count(database) == 0


def test_a_cut_while_a_single_read_runs_is_no_unknown_outcome(
    distant: Database, proxy: CuttingProxy
) -> None:
    """What only reads changes nothing, however it ends."""
    proxy.cut_at(b"SELECT COUNT", forward=False)

    with pytest.raises(DatabaseUnreachable), distant.write_at_once("K1") as session:
        session.reading.row(COUNT)


def test_a_connection_killed_before_commit_changes_nothing(database: Database, url: str) -> None:
    """A farewell that came before COMMIT was sent settles it: nothing happened."""

    def insert_and_lose(session: Session) -> None:
        session.change(INSERT, ROW)
        _kill_connections(url)

    with pytest.raises(DatabaseUnreachable), database.write("K1") as session:
        insert_and_lose(session)
    assert _count(database) == 0


def test_connections_lost_while_idle_are_replaced(database: Database, url: str) -> None:
    """A restart of the server between two commands is not noticed."""
    for block in (_insert_at_once, _count):
        _count(database)
        _kill_connections(url)
        block(database)

    assert _count(database) == 1


def test_a_server_that_is_not_there_is_unreachable() -> None:
    """Nobody listens: try again later, and the password stays unknown."""
    database = connect("postgresql://kim:hush@127.0.0.1:1/db", timeout_seconds=1)

    with pytest.raises(DatabaseUnreachable) as caught:
        recognise(database)
    assert "hush" not in f"{caught.value.message} {advice(caught.value)} {caught.value.details}"


def test_a_missing_database_is_no_shop(url: str) -> None:
    """No database at all of that name."""
    with pytest.raises(NotAShop):
        recognise(connect(url.replace("/shop_test", "/no_such_shop_test")))


def test_an_address_libpq_does_not_know_is_invalid() -> None:
    """A misspelt option is a usage error, and the password stays unknown."""
    with pytest.raises(InvalidInput) as caught:
        recognise(connect("postgresql://kim:hush@/db?no_such_option=1"))
    assert "hush" not in str(caught.value)


def test_a_server_that_takes_no_writes_is_read_only(url: str) -> None:
    """A transaction that the server keeps read only refuses a change."""
    database = PostgresDatabase(parse_address(url), timeout_seconds=1)  # type: ignore[arg-type] # a Postgres address
    begin = database.begin_write.direct.replace(b"READ WRITE", b"READ ONLY")
    database.begin_write = database.begin_write._replace(direct=begin)

    with pytest.raises(ReadOnly):
        _insert(database)
    database.close()


def test_a_deadlock_asks_for_another_try(database: Database, url: str) -> None:
    """Whom the server chooses to give way may run the whole use case again."""
    patient = connect(url, timeout_seconds=10)
    with database.write() as session:
        session.change_many(INSERT, [{"name": "a", "value": "1"}, {"name": "b", "value": "1"}])

    def lock_crosswise(mine: Session, other: psycopg.Connection) -> None:
        mine.change("SET LOCAL deadlock_timeout = '10ms'")
        mine.change(UPDATE, {"name": "a", "value": "2"})
        other.execute("SET deadlock_timeout = '100s'")
        other.execute("UPDATE shop_settings SET value = '3' WHERE name = 'b'")
        with other.pipeline():
            other.execute("UPDATE shop_settings SET value = '3' WHERE name = 'a'")
            other.pgconn.send_flush_request()
            other.pgconn.flush()
            mine.change(UPDATE, {"name": "b", "value": "2"})

    other = psycopg.connect(url)
    try:
        with pytest.raises(SerializationFailure), patient.write() as session:
            lock_crosswise(session, other)
    finally:
        other.close()
        patient.close()


def test_threads_beyond_the_pool_wait_in_vain_at_most_the_timeout(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When all connections of a process are in use, the next caller is told so in time."""
    monkeypatch.setattr("shopcli.storage.postgres.transactions.CONNECTION_COUNT_MAX", 1)
    database = connect(url, timeout_seconds=0.1)

    with database.read(), pytest.raises(Busy), database.read():
        pass
    database.close()


def test_waiting_for_a_lock_counts_at_once_too(database: Database) -> None:
    """The bound on waiting also holds for a single statement."""
    _insert(database)

    def collide() -> None:
        with database.write_at_once() as other:
            other.change(UPDATE, ROW)

    with database.write() as holder:
        holder.change(UPDATE, ROW)
        with pytest.raises(Busy):
            collide()


def test_prepared_statements_can_be_off(url: str) -> None:
    """Behind a pooler the shop works without prepared statements."""
    database = connect(f"{url}{'&' if '?' in url else '?'}prepare_threshold=none")
    for _ in range(3):
        _count(database)
    with database.read() as session:
        prepared = session.row("SELECT COUNT(*) FROM pg_prepared_statements")
    database.close()

    assert prepared is not None
    assert prepared[0] == 0


def test_errors_that_tell_of_a_bug_are_left_alone(database: Database) -> None:
    """A statement with a mistake is no domain error."""
    with pytest.raises(psycopg.errors.SyntaxError) as caught, database.read() as session:
        session.rows("SELEC 1")
    assert not isinstance(caught.value, ShopError)


@pytest.mark.parametrize(
    ("statement", "translation"),
    [
        ("SELECT :a, :b_2", "SELECT %(a)s, %(b_2)s"),
        ("SELECT :a::bigint", "SELECT %(a)s::bigint"),
        ("SELECT x::text", "SELECT x::text"),
        ("SELECT ':a', \":b\", 'it''s :c'", "SELECT ':a', \":b\", 'it''s :c'"),
        ("SELECT 5 % :a", "SELECT 5 %% %(a)s"),
        ("SELECT 'a%'", "SELECT 'a%%'"),
        ("SELECT 1 -- of :a\n, :b", "SELECT 1 -- of :a\n, %(b)s"),
        ("SELECT /* :a */ :b", "SELECT /* :a */ %(b)s"),
    ],
)
def test_parameters_are_translated(statement: str, translation: str) -> None:
    """Only what is a parameter becomes one."""
    assert translate(statement) == translation
