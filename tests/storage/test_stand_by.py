"""Reading from a stand-by, which ends a read that is in the way of news from its primary."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from shopcli import Shop
from shopcli.domain.errors import ReadOnly
from shopcli.engine.runtime import Runtime, retried
from shopcli.storage.database import connect
from shopcli.storage.failures import ReadConflict
from shopcli.storage.lock_waits import wait_until
from tests import factories, postgres_server
from tests.postgres_server import DatabaseServer

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.proof,  # two servers are made for it
]

COUNT = "SELECT COUNT(*) FROM users"
CONFLICTS = (
    "SELECT confl_snapshot FROM pg_stat_database_conflicts WHERE datname = current_database()"
)


@pytest.fixture(scope="module")
def primary() -> Iterator[tuple[str, str]]:
    """The addresses of a shop on a server, and of its image on a stand-by of that."""
    folder = postgres_server.make_folder()
    maintenance = postgres_server.start(folder)
    try:
        url = DatabaseServer(maintenance, "shop_test_standby").create()
        with Shop.create(url, currency="KRW", timezone="Asia/Seoul") as made:
            factories.stocked(made)
        with postgres_server.stand_by(folder, url, "max_standby_streaming_delay = 50ms\n") as image:
            yield url, image
    finally:
        postgres_server.stop(folder)


def _number(url: str, query: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _remove_rows(primary: str) -> None:
    with psycopg.connect(primary, autocommit=True) as connection:
        connection.execute("UPDATE users SET name = name || '.'")
        connection.execute("VACUUM users")


def _make_way(primary: str, image: str) -> None:
    """Remove rows that a read on the stand-by still wants, until it was ended for that."""
    before = _number(image, CONFLICTS)
    _remove_rows(primary)
    assert wait_until(lambda: _number(image, CONFLICTS) > before, 10)


def test_a_stand_by_is_read_from(primary: tuple[str, str]) -> None:
    """What the primary has is read and verified on its stand-by, which takes no orders."""
    with Shop.open(primary[1]) as shop:
        assert shop.verify().ok
        assert shop.balance("kim").balance == 100_000
        assert shop.maintenance.facts()["forbids_writes"] == "stand_by"
        with pytest.raises(ReadOnly):
            shop.order("kim", {"LATTE": 1})


@pytest.mark.parametrize("long", [True, False])
def test_a_read_ended_between_its_statements_is_told(primary: tuple[str, str], long: bool) -> None:  # noqa: FBT001 - a case
    """A report that a stand-by ends while it is idle is told as a matter of waiting."""
    database = connect(primary[1])

    def read() -> None:
        with database.read(long=long) as session:
            session.row(COUNT)
            _make_way(*primary)
            session.row(COUNT)

    with pytest.raises(ReadConflict):
        read()
    with database.read() as session:
        assert session.row(COUNT) == (1,)
    database.close()


def test_a_read_ended_within_a_statement_is_told(primary: tuple[str, str]) -> None:
    """So is one that is ended in the middle of a statement."""
    database = connect(primary[1])
    maker = threading.Thread(target=_remove_rows, args=primary[:1])

    def read() -> None:
        with database.read(long=True) as session:
            session.row(COUNT)
            maker.start()
            session.row("SELECT pg_sleep(60)")

    with pytest.raises(ReadConflict):
        read()
    maker.join()
    database.close()


def test_a_short_read_that_was_ended_runs_again(primary: tuple[str, str]) -> None:
    """Nobody is told of a read that gives its answer at the next try."""
    tries: list[int] = []

    @retried
    def count(runtime: Runtime) -> object:
        with runtime.reading() as session:
            counted = session.row(COUNT)
            tries.append(1)
            if len(tries) == 1:
                _make_way(*primary)
            assert session.row(COUNT) == counted
            return counted

    with Shop.open(primary[1]) as shop:
        assert count(shop.runtime) == (1,)
    assert len(tries) == 2
