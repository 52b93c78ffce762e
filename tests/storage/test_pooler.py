"""A shop behind a PgBouncer in transaction mode: each transaction may be on another connection."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from shopcli import Relay, Shop
from shopcli.domain.errors import Busy, InvalidInput, OutcomeUnknown, ReadOnly
from shopcli.relay.daemon import RelayDaemon
from shopcli.storage.addresses import PostgresAddress, parse_address
from shopcli.storage.database import Database, connect
from shopcli.storage.failures import ConstraintViolated
from shopcli.storage.lock_waits import wait_until
from shopcli.storage.postgres.connections import (
    HOT_PLANS,
    REPORT_PLANS,
    Bounds,
    is_behind_pooler,
    open_connection,
)
from shopcli.storage.postgres.listening import listen
from shopcli.storage.postgres.transactions import PostgresDatabase
from shopcli.wording.advice import advice
from tests import factories
from tests.concurrency import contenders
from tests.concurrency.crowd import Crowd
from tests.postgres_server import DatabaseServer
from tests.relay.hostile import OK, HostilePlatform, answering
from tests.storage import pooler
from tests.storage.cutting_proxy import CuttingProxy, nobody_writes
from tests.storage.verbs import KEYED

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(pooler.program() is None, reason="no pgbouncer (apt-get install pgbouncer)"),
]

CURRENT = "SELECT current_setting(:name)"


@pytest.fixture
def direct_url(postgres_shop_url: str) -> str:
    """A shop of this test alone, by its server."""
    return postgres_shop_url


@pytest.fixture
def url(direct_url: str) -> Iterator[str]:
    """The same shop, by way of a pooler."""
    with pooler.pooled(direct_url) as address:
        yield address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """That shop's database, open."""
    opened = connect(url, timeout_seconds=3)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    """Eight processes that can race."""
    made = Crowd(8)
    yield made
    made.disband()


def _address(url: str) -> PostgresAddress:
    address = parse_address(url)
    assert isinstance(address, PostgresAddress)
    return address


def test_a_pooler_is_noticed(direct_url: str, url: str) -> None:
    """Whether one stands between is told without asking for it in the address."""
    for address, answer in ((direct_url, False), (url, True)):
        connection = open_connection(_address(address), Bounds(lock=3, answer=15))
        assert is_behind_pooler(connection) is answer
        connection.close()


def test_settings_hold_within_each_transaction_and_stay_behind_on_none(
    url: str, database: Database
) -> None:
    """What plans and waits depend on is set in every block; who comes next finds the defaults."""
    for block, plans in (
        (database.write, HOT_PLANS),
        (database.write_at_once, HOT_PLANS),
        (database.read, REPORT_PLANS),
    ):
        for _ in range(3):
            with block() as session:
                for name, value in {**plans, "lock_timeout": "3s", "jit": "off"}.items():
                    assert session.row(CURRENT, {"name": name}) == (value,)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        for _ in range(4):
            for name in (*HOT_PLANS, "lock_timeout", "synchronous_commit"):
                row = other.execute(
                    "SELECT setting = reset_val FROM pg_settings WHERE name = %s", [name]
                ).fetchone()
                assert row == (True,), name


def test_a_commit_is_durable_whatever_the_server_says(direct_url: str, url: str) -> None:
    """Where a database would answer a commit before it is on disk, each write asks it not to."""
    with psycopg.connect(direct_url, autocommit=True) as owner:
        name = owner.info.dbname
        owner.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    database = connect(url)

    for block in (database.write, database.write_at_once):
        with block() as session:
            assert session.row(CURRENT, {"name": "synchronous_commit"}) == ("on",)
    database.close()


def test_nothing_is_prepared(database: Database) -> None:
    """A statement that runs often leaves none behind for who comes next to stumble over."""
    for _ in range(8):
        with database.read() as session:
            assert session.row("SELECT COUNT(*) FROM pg_prepared_statements") == (0,)


def test_a_statement_prepared_elsewhere_is_a_matter_of_the_address(direct_url: str) -> None:
    """Who insists on prepared statements is told what to write into the address instead."""
    database = connect(direct_url)

    with pytest.raises(InvalidInput) as caught, database.read() as session:
        session.row("EXECUTE made_on_another_connection")
    assert "prepare_threshold=none" in advice(caught.value)
    database.close()


def test_a_pooler_that_lets_nobody_in_is_busy(direct_url: str) -> None:
    """A pooler with as many clients as it takes answers `busy`: it can be reached."""
    with (
        pooler.pooled(direct_url, client_count_max=1) as url,
        psycopg.connect(url),
        pytest.raises(Busy) as refused,
    ):
        Shop.open(url)
    assert refused.value.details["reason"] == "no_connection"


@pytest.mark.parametrize("forward", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("name", ["order", "order from the cache", "charge", "claim"])
def test_a_verb_whose_answer_is_lost_can_be_repeated_by_its_key(
    direct_url: str,
    url: str,
    name: str,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """A change that is sent with its COMMIT is unknown until it is answered, and is done once."""
    verb = KEYED[name]
    with Shop.open(direct_url) as shop:
        factories.stocked(shop)
        factories.coupon(shop, "TENTH")
    with CuttingProxy(url) as proxy, Shop.open(f"{proxy.url}&prepare_threshold=none") as distant:
        order = verb.first(distant)
        proxy.cut_at(verb.commits, forward=forward)

        with pytest.raises(OutcomeUnknown) as caught:
            verb.do(distant, "K1", order)

        assert caught.value.details["key"] == "K1"
        assert wait_until(lambda: nobody_writes(direct_url), 20)
        again = verb.do(distant, "K1", order)
        assert getattr(again, "replayed", None) is forward
        assert distant.verify().ok


def test_a_refusal_leaves_no_transaction_open(url: str, database: Database) -> None:
    """A statement that fails ends its transaction, and the connection goes on."""
    for _ in range(3):
        with pytest.raises(ConstraintViolated), database.write_at_once("K1") as session:
            session.change("INSERT INTO users (username) VALUES (NULL)")
        with database.write_at_once("K1") as session:
            assert session.reading.row("SELECT 1") == (1,)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        row = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            " AND datname = current_database()"
        ).fetchone()
    assert row == (0,)


def test_what_reads_at_once_cannot_write(database: Database) -> None:
    """A statement given to `reading` is in a transaction that only reads."""
    with pytest.raises(ReadOnly), database.write_at_once() as session:
        session.reading.rows("UPDATE shop_settings SET value = value RETURNING 1")


def test_many_processes_trade_through_it(url: str, crowd: Crowd) -> None:
    """Orders, charges, claims, cancellations from many processes at once leave the books right."""
    with Shop.open(url) as shop:
        factories.stocked(shop)
        for name in ("lee", "park"):
            factories.user(shop, name, balance=50_000)
        factories.coupon(shop, "TENTH", limit=5)

    codes = crowd.all_of(url, contenders.trade_at_random, [(seed, 60) for seed in range(8)])

    counted = Counter(code for each in codes for code in each)
    assert counted[None] > 100, counted
    assert not set(counted) & {"internal", "database_unreachable", "outcome_unknown"}, counted
    with Shop.open(url) as shop:
        assert shop.verify().ok


def test_one_product_in_every_order(url: str, crowd: Crowd) -> None:
    """Where all wait for one row, each unit is sold once, and the rest is refused by name."""
    with Shop.open(url) as shop:
        factories.product(shop, "LATTE", stock=100)
        for number in range(8):
            factories.user(shop, f"user{number}", balance=1_000_000)

    outcomes = crowd.all_of(
        url, contenders.buy_often, [(f"user{number}", [[("LATTE", 1)]] * 20) for number in range(8)]
    )

    counted = Counter(outcome.code for each in outcomes for outcome in each)
    assert counted == {None: 100, "out_of_stock": 60}
    with Shop.open(url) as shop:
        assert shop.product("LATTE").stock == 0
        assert shop.verify().ok


def test_a_shop_is_made_and_filled_through_it(database_server: DatabaseServer) -> None:
    """Tables, triggers and procedures are made, and files are read, by way of a pooler."""
    files = {
        "products": "sku,name,price,stock\n" + "".join(f"P{n},N{n},10,9\n" for n in range(50)),
        "users": "user\n" + "".join(f"user{n}\n" for n in range(50)),
        "charges": "key,user,amount\n" + "".join(f"c{n},user{n},500\n" for n in range(50)),
        "orders": "key,user,sku,quantity\n" + "".join(f"o{n},user{n},P{n},2\n" for n in range(50)),
    }
    with (
        database_server.database() as direct,
        pooler.pooled(direct) as url,
        Shop.create(url, currency="KRW", timezone="Asia/Seoul") as shop,
    ):
        for kind, text in files.items():
            for _ in ("first", "again"):
                summary = shop.imports.run(kind, f"{kind}.csv", stream=io.BytesIO(text.encode()))
                assert summary.rejected == 0, kind
        assert len(shop.orders()) == 50
        assert shop.product("P7").stock == 7
        assert shop.verify().ok


def test_a_relay_looks_where_it_cannot_listen(url: str) -> None:
    """No notice gets through, so the relay finds what is due by itself, and nobody listens."""
    stop, said = threading.Event(), list[str]()
    with HostilePlatform(answering(OK)) as platform, Shop.open(url) as shop:
        factories.stocked(shop)
        environment = {"SHOP_PLATFORM_URL": platform.url}
        watch = RelayDaemon(Relay(shop, environment=environment), stop, report=said.append)
        thread = threading.Thread(target=watch.run)
        thread.start()
        try:
            for _ in range(3):
                shop.order("kim", {"LATTE": 1})
            assert wait_until(lambda: len(platform.requests) == 3, 20)
            assert wait_until(lambda: shop.outbox.status().delivered == 3, 20)
        finally:
            stop.set()
            thread.join()


def test_listening_ends_at_once_behind_a_pooler(database: Database) -> None:
    """A LISTEN would stay on a connection that others use, so none is sent."""
    assert isinstance(database, PostgresDatabase)

    listen(database, "shopcli_outbox", threading.Event(), lambda: pytest.fail("told"))

    for _ in range(4):
        with database.read() as session:
            assert session.rows("SELECT pg_listening_channels()") == []
