"""The search path on Postgres is the shop's own, whatever others make in the database."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from shopcli import Shop
from shopcli.domain.errors import NotAShop, ReadOnly, SchemaOld
from shopcli.engine.moving import retiring
from shopcli.storage.addresses import parse_address
from shopcli.storage.database import connect
from shopcli.storage.postgres.schema import schema_transaction
from shopcli.storage.schema import making
from tests import factories
from tests.postgres_server import DatabaseServer
from tests.storage import pooler

pytestmark = pytest.mark.postgres

TILL, STRANGER = "shop_test_till", "shop_test_stranger"

SHADOWS = (
    "CREATE TABLE {0}.shop_settings (name text, value text)",
    "INSERT INTO {0}.shop_settings VALUES ('platform.url', 'https://stranger.example/')",
    (
        "CREATE VIEW {0}.balances AS SELECT 'kim'::text AS username, 'active'::text AS state,"
        " 999999::bigint AS balance_minor, 1::bigint AS entry_count"
    ),
    "CREATE TABLE {0}.users (username text)",
    "GRANT ALL ON SCHEMA {0} TO PUBLIC",
    "GRANT ALL ON ALL TABLES IN SCHEMA {0} TO PUBLIC",
)
EVERY_RIGHT = (
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO {0}",
    "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {0}",
)


def _run(url: str, *statements: str, name: str = TILL, role: str | None = None) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if role is not None:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        for statement in statements:
            connection.execute(statement.format(f'"{name}"').encode())


def _as(url: str, role: str) -> str:
    """The same address with another login."""
    return f"{url}{'&' if '?' in url else '?'}user={role}"


def _searching(url: str, *schemas: str) -> str:
    """The same address with schemas to search."""
    path = quote("-csearch_path=" + ",".join(f'"{name}"' for name in schemas), safe="")
    return f"{url}{'&' if '?' in url else '?'}options={path.replace('%20', '%5C%20')}"


@pytest.fixture
def shadowed_url(database_server: DatabaseServer, postgres_template: str) -> Iterator[str]:
    """A till's address of a shop in a database in which a stranger made a schema of its name."""
    with database_server.database(template=postgres_template) as url:
        with psycopg.connect(url, autocommit=True) as owner:
            for role in (TILL, STRANGER):
                owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            owner.execute(
                sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                    sql.Identifier(owner.info.dbname), sql.Identifier(STRANGER)
                )
            )
        _run(url, *EVERY_RIGHT)
        _run(url, "CREATE SCHEMA {0}", *SHADOWS, role=STRANGER)
        try:
            yield _as(url, TILL)
        finally:
            _run(url, f'DROP OWNED BY "{STRANGER}", "{TILL}" CASCADE')
            _run(url, f'DROP ROLE "{STRANGER}"', f'DROP ROLE "{TILL}"')


def _trade(shop: Shop) -> None:
    factories.user(shop, "kim", balance=5000)
    factories.product(shop, "LATTE", price=1000, stock=3)
    shop.order("kim", {"LATTE": 1})


def test_a_schema_of_the_logins_name_shadows_nothing(shadowed_url: str) -> None:
    """Settings and balances are the shop's, though a stranger's would be searched first."""
    with psycopg.connect(shadowed_url) as without_pin:
        assert without_pin.execute("SELECT count(*) FROM shop_settings").fetchone() == (1,)

    with Shop.open(shadowed_url) as shop:
        assert shop.settings()["platform.url"] is None
        _trade(shop)
        assert shop.balance("kim").balance == 4000
        assert shop.verify().ok


@pytest.mark.skipif(pooler.program() is None, reason="no pgbouncer (apt-get install pgbouncer)")
def test_behind_a_pooler_each_transaction_searches_the_shops_schema(
    database_server: DatabaseServer, postgres_template: str
) -> None:
    """The pin travels with each transaction, and stays behind on no connection."""
    with database_server.database(template=postgres_template) as url:
        owner = _owner(url)
        _run(url, "CREATE SCHEMA {0}", *SHADOWS, name=owner)
        with pooler.pooled(url) as pooled:
            with Shop.open(pooled) as shop:
                _trade(shop)
                assert shop.balance("kim").balance == 4000
                assert shop.verify().ok
            with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as other:
                assert other.execute("SHOW search_path").fetchone() == ('"$user", public',)


def _owner(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.info.user


@pytest.mark.parametrize("block", ["read", "write", "write_at_once", "schema"])
def test_a_pin_holds_in_every_block(postgres_shop_url: str, block: str) -> None:
    """The shop's schema is searched, then what Postgres itself has, temporary tables last."""
    if block == "schema":
        address = parse_address(postgres_shop_url)
        with schema_transaction(address, 5) as connection:  # type: ignore[arg-type] # of Postgres
            assert connection.exec_driver_sql("SHOW search_path").scalar() == "public, pg_temp"
        return
    database = connect(postgres_shop_url)
    with getattr(database, block)() as session:
        assert session.reading.row("SHOW search_path") == ("public, pg_temp",)
    database.close()


@pytest.mark.parametrize("schema", ["shop", "Odd, Shop's"])
def test_a_shop_lives_in_another_schema(empty_url: str, schema: str) -> None:
    """A shop is made, used and verified in whatever schema is searched first."""
    _run(empty_url, "CREATE SCHEMA {0}", name=schema)
    url = _searching(empty_url, schema)

    with Shop.create(url, currency="KRW", timezone="UTC") as shop:
        _trade(shop)
        assert [check for check in shop.verify().checks if not check.ok] == []
    with psycopg.connect(empty_url) as raw:
        assert raw.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'orders'"
        ).fetchall() == [(schema,)]  # fmt: skip


def test_a_shop_is_found_behind_other_schemas(empty_url: str) -> None:
    """The schema that holds the shop is taken, not the first of those searched."""
    Shop.create(empty_url, currency="KRW", timezone="UTC").close()
    _run(empty_url, "CREATE SCHEMA {0}", "CREATE VIEW {0}.shop AS SELECT 1 AS shop_id")

    with Shop.open(_searching(empty_url, TILL, "public")) as shop:
        _trade(shop)


def test_two_shops_that_are_searched_are_refused(empty_url: str) -> None:
    """Which of two shops is meant is not guessed; named alone, each is used."""
    Shop.create(empty_url, currency="KRW", timezone="UTC").close()
    _run(empty_url, "CREATE SCHEMA {0}")
    Shop.create(_searching(empty_url, TILL), currency="USD", timezone="UTC").close()

    for call in (Shop.open, lambda url: Shop.create(url, currency="KRW", timezone="UTC")):
        with pytest.raises(NotAShop) as refusal:
            call(_searching(empty_url, TILL, "public"))
        assert set(str(refusal.value.details["schemas"]).split(", ")) == {TILL, "public"}
    for schema, currency in ((TILL, "USD"), ("public", "KRW")):
        with Shop.open(_searching(empty_url, schema)) as shop:
            assert shop.currency == currency


def test_nothing_to_search_is_refused(empty_url: str) -> None:
    """Where no schema of the search path is there, no shop is looked for or made."""
    for call in (Shop.open, lambda url: Shop.create(url, currency="KRW", timezone="UTC")):
        with pytest.raises(NotAShop):
            call(_searching(empty_url, "nowhere"))


def test_functions_search_the_shops_schema_alone(postgres_shop_url: str) -> None:
    """Whoever calls the procedure, whatever he searches, it writes the shop's tables."""
    with psycopg.connect(postgres_shop_url) as raw:
        pins = raw.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'shop\\_%' ORDER BY 1"
        ).fetchall()
    assert pins == [
        ("shop_place_order", ["search_path=public, pg_temp"]),
        ("shop_refuse", ["search_path=public, pg_temp"]),
    ]


@pytest.mark.parametrize("change", ["RESET search_path", "SET search_path = public",
                                    "SET enable_seqscan = off"])  # fmt: skip
def test_a_function_with_another_search_path_is_found(postgres_shop_url: str, change: str) -> None:
    """Verify compares what a function searches, and every other setting of it."""
    _run(
        postgres_shop_url,
        f"DO $do$ DECLARE one text; BEGIN SELECT oid::regprocedure INTO one FROM pg_proc"  # noqa: S608 - the cases above
        f" WHERE proname = 'shop_place_order'; EXECUTE 'ALTER FUNCTION ' || one || ' {change}';"
        " END $do$",
    )

    with Shop.open(postgres_shop_url) as shop:
        failed = {check.name for check in shop.verify().checks if not check.ok}
    assert failed == {"definitions_are_the_releases"}


def test_a_renamed_schema_is_told_and_mended(empty_url: str) -> None:
    """A shop whose schema was renamed is refused, not half used; an upgrade makes it whole."""
    _run(empty_url, "CREATE SCHEMA {0}", name="Old, one")
    with Shop.create(_searching(empty_url, "Old, one"), currency="KRW", timezone="UTC") as shop:
        _trade(shop)
    _run(empty_url, 'ALTER SCHEMA {0} RENAME TO "New one"', name="Old, one")
    url = _searching(empty_url, "New one")

    with pytest.raises(SchemaOld):
        Shop.open(url)
    assert not making.status(url).is_current

    making.upgrade(url)

    assert making.status(url).is_current
    with Shop.open(url) as shop:
        shop.order("kim", {"LATTE": 1})
        assert [check for check in shop.verify().checks if not check.ok] == []


def test_a_retired_shop_in_a_renamed_schema_still_refuses(empty_url: str) -> None:
    """What refuses its changes is made anew with the rest, and can be taken away again."""
    _run(empty_url, "CREATE SCHEMA {0}", name="before")
    with Shop.create(_searching(empty_url, "before"), currency="KRW", timezone="UTC") as shop:
        _trade(shop)
        retiring.retire(shop.runtime, "new.db")
    _run(empty_url, "ALTER SCHEMA {0} RENAME TO after", name="before")
    url = _searching(empty_url, "after")

    assert not making.status(url).is_current
    making.upgrade(url)

    assert making.status(url).is_current
    with Shop.open(url) as shop:
        with pytest.raises(ReadOnly) as refused:
            shop.charge("kim", 1)
        assert refused.value.details["to"] == "new.db"
        assert shop.verify().ok, shop.verify()
        shop.maintenance.unretire()
        shop.charge("kim", 1)


@pytest.fixture
def empty_url(database_server: DatabaseServer) -> Iterator[str]:
    """The address of an empty database of this test alone."""
    with database_server.database() as url:
        yield url
