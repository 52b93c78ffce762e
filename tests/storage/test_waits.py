"""A shop on Postgres when nothing comes back: frozen processes, silent hosts, absent stand-bys.

These tests measure nothing. Without a bound on the wait they would not end.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.errors import Busy, DatabaseUnreachable, OutcomeUnknown
from shopcli.engine.runtime import READ_COUNT_MAX, retried
from shopcli.storage.database import connect
from shopcli.storage.lock_waits import wait_until
from shopcli.storage.postgres.hosts import answering_first
from shopcli.storage.session import Session
from tests import factories, postgres_server, warm_processes
from tests.postgres_server import DatabaseServer
from tests.raw_rows import raw_database
from tests.storage.cutting_proxy import CuttingProxy

pytestmark = pytest.mark.postgres

WAIT_SECONDS = 3.0
PAST_ALL_BOUNDS_SECONDS = 300

_CHILD = """
import sys
from shopcli import Shop
with Shop.open(sys.argv[1], wait_max=600) as shop:
    try:
        shop.charge("kim", 500, key="K9")
    except KeyboardInterrupt as stop:
        print("stopped", *stop.__notes__, flush=True)
"""


@pytest.fixture
def url(postgres_shop_url: str) -> str:
    """The address of a shop with something to buy."""
    with Shop.open(postgres_shop_url) as shop:
        factories.stocked(shop)
    return postgres_shop_url


@pytest.fixture
def shop(url: str) -> Iterator[Shop]:
    """That shop, with little patience."""
    with Shop.open(url, wait_max=WAIT_SECONDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """The address of a shop on a server of these tests alone, which waits for a stand-by."""
    folder = postgres_server.make_folder()
    maintenance = postgres_server.start(folder)
    url = DatabaseServer(maintenance, "shop_test_waits").create()
    try:
        with Shop.create(url, currency="KRW", timezone="Asia/Seoul") as made:
            factories.stocked(made)
        yield url
    finally:
        postgres_server.stop(folder)


@contextmanager
def _stand_by_absent(url: str) -> Iterator[None]:
    """Let the server wait for a stand-by that does not come."""
    _wait_for(url, "absent")
    try:
        yield
    finally:
        _wait_for(url, "")


def _wait_for(url: str, name: str) -> None:
    with raw_database(url) as raw:
        raw.run(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        raw.run("SELECT pg_reload_conf()")
        shown = "SHOW synchronous_standby_names"
        assert wait_until(lambda: raw.run(shown) == [(name,)], 20)
    # Whether a commit waits is decided by the checkpointer, when it has read the setting.
    assert not name or wait_until(lambda: _commit_waits(url), 20)


def _commit_waits(url: str) -> bool:
    """Whether a commit waits for a stand-by; it is not kept waiting."""
    with (
        raw_database(url) as raw,
        psycopg.connect(url, autocommit=True) as connection,
        ThreadPoolExecutor(1) as executor,
    ):
        process_id = connection.info.backend_pid
        look = f"SELECT wait_event FROM pg_stat_activity WHERE pid = {process_id}"  # noqa: S608 - a number
        statement = "SELECT pg_logical_emit_message(true, 'shop', '')"
        committing = executor.submit(connection.execute, statement)
        is_settled = wait_until(
            lambda: committing.done() or raw.run(look) == [("SyncRep",)], PAST_ALL_BOUNDS_SECONDS
        )
        waits = is_settled and not committing.done()
        raw.run(f"SELECT pg_cancel_backend({process_id})")
    return waits


@contextmanager
def _frozen(shop: Shop) -> Iterator[None]:
    """Stop the process that serves a shop on a server of this machine; nobody tells the client."""
    with shop.runtime.database.read() as session:
        row = session.row("SELECT pg_backend_pid()")
    assert row is not None
    os.kill(row[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(row[0], signal.SIGCONT)


def _count_entries(url: str, key: str) -> int:
    with raw_database(url) as raw:
        rows = raw.run(f"SELECT COUNT(*) FROM balance_entries WHERE key = '{key}'")  # noqa: S608 - a key of a test
    return int(rows[0][0])


def test_a_change_on_a_frozen_server_is_unknown(own_server: str) -> None:
    """Who is not answered is told so in time, and the key does it once."""
    with Shop.open(own_server, wait_max=WAIT_SECONDS) as shop:
        with _frozen(shop), pytest.raises(OutcomeUnknown) as caught:
            shop.charge("kim", 500, key="K1")
        assert caught.value.details == {"key": "K1"}
        assert shop.charge("kim", 500, key="K1").amount == 500
    assert _count_entries(own_server, "K1") == 1


def test_a_read_on_a_frozen_server_is_unreachable(own_server: str) -> None:
    """It ends in time, and the next one has a connection of its own."""
    with Shop.open(own_server, wait_max=WAIT_SECONDS) as shop, _frozen(shop):
        with pytest.raises(DatabaseUnreachable):
            shop.balance("kim")
        assert shop.user("kim").user == "kim"


def test_a_long_statement_ends_by_the_servers_own_bound(shop: Shop) -> None:
    """A server that works is not cut off: it says itself that it stopped, and lets go."""
    for block in (shop.runtime.reading(), shop.runtime.writing("K1")):
        with pytest.raises(Busy), block as session:
            session.row("SELECT pg_sleep(:seconds)", {"seconds": PAST_ALL_BOUNDS_SECONDS})
    assert shop.balance("kim").balance == 100_000


def test_a_long_read_may_take_longer_than_the_bound(shop: Shop) -> None:
    """What checks everything is not bounded by what an answer is usually waited for."""
    with shop.runtime.reading(long=True) as session:
        slept = session.row("SELECT pg_sleep(:seconds), 1", {"seconds": 2 * WAIT_SECONDS})
    assert slept == ("", 1)


@pytest.mark.parametrize("verb", ["charge", "order", "cancel", "payout"])
def test_an_absent_stand_by_leaves_the_outcome_unknown(own_server: str, verb: str) -> None:
    """By one statement or by COMMIT: it may be lost with the server, so it is not said to be done.

    It is there all the same, holds no lock, and its key answers for it.
    """
    key = f"stand-by-{verb}"
    with Shop.open(own_server, wait_max=WAIT_SECONDS) as shop:
        order = shop.order("kim", {"LATTE": 1})
        verbs: dict[str, Callable[[], object]] = {
            "charge": lambda: shop.charge("kim", 500, key=key),
            "order": lambda: shop.order("kim", {"LATTE": 1}, key=key),
            "cancel": lambda: shop.cancel(factories.id_of(order), key=key),
            "payout": lambda: shop.payout("kim", None, reason="left", key=key),
        }
        with _stand_by_absent(own_server):
            with pytest.raises(OutcomeUnknown) as caught:
                verbs[verb]()
            assert caught.value.details == {"key": key}
            with raw_database(own_server) as raw:
                assert raw.run("SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'") == []
        again = verbs[verb]()
        assert getattr(again, "replayed", None) is True
        shop.charge("kim", 10_000)
        assert shop.verify().ok


def test_reads_go_on_without_a_stand_by(own_server: str) -> None:
    """Only what changes something waits for it."""
    with Shop.open(own_server, wait_max=WAIT_SECONDS) as shop, _stand_by_absent(own_server):
        assert shop.user("kim").user == "kim"


def _waits_for_a_stand_by(url: str) -> bool:
    with raw_database(url) as raw:
        return bool(raw.run("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))


def test_an_interrupt_ends_a_commit_that_waits(own_server: str) -> None:
    """A program of its own is stopped by its own interrupt, which says what may have happened."""
    with _stand_by_absent(own_server):
        child = warm_processes.Popen(
            [sys.executable, "-c", _CHILD, own_server], stdout=subprocess.PIPE, text=True
        )
        assert wait_until(lambda: _waits_for_a_stand_by(own_server), 300)
        child.send_signal(signal.SIGINT)
        told, _ = child.communicate(timeout=PAST_ALL_BOUNDS_SECONDS)
    assert told.startswith("stopped")
    assert "K9" in told
    assert _count_entries(own_server, "K9") == 1


@pytest.mark.parametrize("way", ["interrupt", "bound"])
def test_a_command_that_waits_ends_with_its_key(own_server: str, way: str) -> None:
    """At the prompt an interrupt is 130 and the bound 6; both name the key."""
    words = [sys.executable, "-m", "shopcli", "charge", "500", "-u", "kim", "--json"]
    environment = {
        **os.environ,
        "SHOP_DATABASE_URL": own_server,
        "SHOP_WAIT_MAX": "5s" if way == "bound" else "1h",
    }
    with _stand_by_absent(own_server):
        child = warm_processes.Popen(
            words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if way == "interrupt":
            assert wait_until(lambda: _waits_for_a_stand_by(own_server), 300)
            child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=PAST_ALL_BOUNDS_SECONDS)
    error = json.loads(err)["error"]
    assert (child.returncode, out) == (130 if way == "interrupt" else 6, "")
    assert error["code"] == ("interrupted" if way == "interrupt" else "outcome_unknown")
    assert _count_entries(own_server, error["details"]["key"]) == 1


@contextmanager
def _silent_host() -> Iterator[int]:
    """A port whose queue is full: who comes now is neither let in nor sent away."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    try:
        for _ in range(4):
            one = socket.socket()
            one.settimeout(0)
            one.connect_ex(listener.getsockname())
            waiting.append(one)
        yield listener.getsockname()[1]
    finally:
        for one in (*waiting, listener):
            one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue is refused")
def test_a_host_that_answers_comes_before_one_that_does_not(url: str) -> None:
    """Of two hosts the silent one is tried last; a command does not wait for it each time."""
    with CuttingProxy(url) as proxy, _silent_host() as silent:
        port = proxy.url.split("127.0.0.1:")[1].partition("/")[0]
        given = {"host": "127.0.0.1,127.0.0.1", "port": f"{silent},{port}"}
        assert answering_first(given, 5)["port"] == f"{port},{silent}"
        for others in ({"host": "/one,/two"}, {"host": "one"}, {}):
            assert answering_first(others, 1) == others
        address = proxy.url.replace(f"127.0.0.1:{port}", f"127.0.0.1:{silent},127.0.0.1:{port}")
        with Shop.open(address) as shop:
            assert shop.balance("kim").balance == 100_000


def test_a_server_that_never_speaks_is_unreachable() -> None:
    """A host that lets in and says nothing is given up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(DatabaseUnreachable):
            Shop.open(f"postgresql://kim@127.0.0.1:{port}/db", wait_max=WAIT_SECONDS)


def _give_way(session: Session) -> None:
    session.row("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")


def test_a_read_that_must_give_way_runs_again(shop: Shop) -> None:
    """A stand-by may end any read; it is tried again, and then told as a matter of waiting."""
    tries: list[int] = []

    @retried
    def read(give_way_count: int) -> str:
        with shop.runtime.reading() as session:
            tries.append(1)
            if len(tries) <= give_way_count:
                _give_way(session)
            return "read"

    assert read(READ_COUNT_MAX - 1) == "read"
    tries.clear()
    with pytest.raises(Busy):
        read(READ_COUNT_MAX)
    assert len(tries) == READ_COUNT_MAX


def test_a_wait_is_given_in_seconds(url: str) -> None:
    """What is no bound is refused before anything is asked."""
    for wrong in (0, -1, float("nan"), 3601):
        with pytest.raises(Exception) as caught:  # noqa: PT011 - its code is looked at
            Shop.open(url, wait_max=wrong)
        assert getattr(caught.value, "code", None) == "invalid_input"


def test_the_servers_bounds_are_within_the_clients(url: str) -> None:
    """So a server that works answers before its client hangs up."""
    database = connect(url, timeout_seconds=3, wait_max_seconds=10)
    with database.write() as session:
        row = session.row(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        )
    with database.read(long=True) as session:
        long = session.row("SELECT current_setting('statement_timeout')")
    with database.read() as session:
        again = session.row("SELECT current_setting('statement_timeout')")
    database.close()
    assert (row, long, again) == (("9s", "3s"), ("1h",), ("9s",))
