"""The schema: made once, the same as the tables, recognised, and nothing else touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from shopcli.domain.errors import (
    CurrencyMismatch,
    InvalidInput,
    NoShop,
    NotAShop,
    SchemaNew,
    SchemaOld,
)
from shopcli.storage.database import Database, connect
from shopcli.storage.schema import completeness, making
from shopcli.storage.schema import identity as recognition
from shopcli.storage.schema.identity import Identity, recognise
from shopcli.storage.schema.tables import metadata
from shopcli.wording.advice import advice
from tests.raw_rows import raw_database


def _create(url: str, *, shop_id: str = "OTHER", currency: str = "KRW") -> Identity:
    return making.create(
        url, shop_id=shop_id, currency=currency, exponent=0, timezone="UTC", created_at=2
    )


def _recognise(url: str) -> Identity:
    database = connect(url)
    try:
        return recognise(database)
    finally:
        database.close()


def test_the_shop_is_recognised(database: Database) -> None:
    """A shop says who it is."""
    identity = recognise(database)

    assert identity.shop_id
    assert identity == Identity(
        identity.shop_id, "KRW", 0, "Asia/Seoul", recognition.SCHEMA_VERSION
    )


def test_making_the_same_shop_again_changes_nothing(shop_url: str) -> None:
    """The first id and time zone stay."""
    first = _recognise(shop_url)

    assert _create(shop_url, shop_id="SECOND") == first
    assert _recognise(shop_url) == first


def test_another_currency_is_refused(shop_url: str) -> None:
    """The currency of a shop is fixed for ever."""
    with pytest.raises(CurrencyMismatch) as caught:
        _create(shop_url, currency="USD")

    assert caught.value.details == {"currency": "KRW", "requested": "USD"}


def test_the_migrations_make_the_tables(shop_url: str) -> None:
    """Migrated columns, types, indexes and references are those of the metadata."""
    with making._schema_transaction(shop_url) as connection:  # noqa: SLF001 - the engine of Alembic
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_no_guard_is_missing(database: Database) -> None:
    """Every constraint, index and trigger is there by its name, and STRICT on SQLite."""
    with database.read() as session:
        assert completeness.compared_guards(session).missing == []
    assert len(completeness.expected_guards(database.dialect)) > 140


def test_a_missing_guard_is_found(shop_url: str, dialect: str, database: Database) -> None:
    """A dropped trigger or index is named."""
    on_table = " ON orders" if dialect == "postgres" else ""
    with raw_database(shop_url) as raw:
        raw.run(f"DROP TRIGGER tr_orders_no_update{on_table}")
        raw.run("DROP INDEX ix_orders_placed_at")

    with database.read() as session:
        missing = completeness.compared_guards(session).missing

    assert missing == ["ix_orders_placed_at", "tr_orders_no_update"]


def test_check_texts_are_those_of_the_metadata(tmp_path: Path) -> None:
    """SQLite keeps the conditions as written, so they can be compared word by word."""
    path = str(tmp_path / "shop.db")
    _create(path)
    with making._schema_transaction(path) as connection:  # noqa: SLF001 - as above
        inspector = sa.inspect(connection)
        found = {
            (table, str(check["name"]), check["sqltext"])
            for table in metadata.tables
            for check in inspector.get_check_constraints(table)
        }
    wanted = {
        (table.name, str(constraint.name), str(constraint.sqltext))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }

    assert found == wanted


def test_known_versions_are_the_migrations() -> None:
    """The list that recognition uses without Alembic is Alembic's."""
    config = Config()
    config.set_main_option("script_location", "shopcli.storage.schema:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    versions = [script.revision for script in scripts.walk_revisions()]

    assert tuple(reversed(versions)) == recognition.SCHEMA_VERSIONS


def test_an_empty_database_holds_no_shop(empty_database_url: str) -> None:
    """No file, or no tables: there is no shop yet."""
    with pytest.raises(NoShop):
        _recognise(empty_database_url)


def test_an_empty_file_holds_no_shop(tmp_path: Path) -> None:
    """A file of no bytes is no shop, and stays as it is."""
    path = tmp_path / "shop.db"
    path.touch()

    with pytest.raises(NoShop):
        _recognise(str(path))
    assert path.stat().st_size == 0


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """Recognising and writing leave a missing file missing."""
    path = tmp_path / "folder" / "shop.db"
    database = connect(str(path))

    with pytest.raises(NoShop):
        recognise(database)
    with pytest.raises(NoShop), database.write():
        pass
    assert list(tmp_path.iterdir()) == []


def test_foreign_tables_are_left_alone(empty_database_url: str) -> None:
    """Neither recognising nor making a shop touches a database with other tables."""
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    with raw_database(empty_database_url) as raw:
        raw.run("CREATE TABLE shop (name TEXT)")

    with pytest.raises(NotAShop):
        _recognise(empty_database_url)
    with pytest.raises(NotAShop):
        _create(empty_database_url)
    with raw_database(empty_database_url) as raw:
        assert raw.tables() == ["shop"]


@pytest.mark.parametrize("content", [b"hello, world\n" * 400, b"\0" * 8192, b"SQLite format 3\0"])
def test_other_files_are_left_alone(tmp_path: Path, content: bytes) -> None:
    """A file that is no database is refused, unchanged, and nothing is put beside it."""
    path = tmp_path / "shop.db"
    path.write_bytes(content)

    with pytest.raises(NotAShop):
        _recognise(str(path))
    with pytest.raises(NotAShop):
        _create(str(path))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_file_is_refused_with_the_way_to_restore(tmp_path: Path) -> None:
    """A truncated shop is called damaged, and the fix is a backup."""
    path = tmp_path / "shop.db"
    _create(str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(NotAShop) as caught:
        _recognise(str(path))
    assert "backup" in advice(caught.value)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs the /proc of Linux")
def test_a_folder_that_takes_no_files_is_told_at_once() -> None:
    """Where the lock's file cannot be made, nobody is said to hold it."""
    with pytest.raises(InvalidInput) as refused:
        _create("/proc/self/mem")
    assert refused.value.details["reason"] == "unmakable_path"


def test_a_folder_is_no_shop(tmp_path: Path) -> None:
    """A folder is refused by both."""
    with pytest.raises(NotAShop):
        _recognise(str(tmp_path))
    with pytest.raises(NotAShop):
        _create(str(tmp_path))


@pytest.mark.parametrize(("version", "error"), [("9999", SchemaNew), ("0000", SchemaOld)])
def test_other_releases_are_told_apart(
    shop_url: str,
    version: str,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shop of an older release wants an upgrade, one of a newer release a newer shop."""
    monkeypatch.setattr(recognition, "SCHEMA_VERSIONS", ("0000", "0001"))
    with raw_database(shop_url) as raw:
        raw.run(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - a case

    with pytest.raises(error):
        _recognise(shop_url)
    assert not making.status(shop_url).is_current


def test_upgrading_a_current_shop_changes_nothing(shop_url: str) -> None:
    """An upgrade of what is up to date is a no-op."""
    assert making.upgrade(shop_url).is_current
    assert making.status(shop_url).is_current


def test_upgrading_a_newer_shop_is_refused(shop_url: str) -> None:
    """An older release does not touch the tables of a newer one."""
    with raw_database(shop_url) as raw:
        raw.run("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaNew):
        making.upgrade(shop_url)


def test_threads_make_shops_at_the_same_time(
    empty_database_url: str, tmp_path: Path, isolated_environment: Path
) -> None:
    """Threads of one process make one shop together, and others beside it."""
    urls = [empty_database_url] * 3 + [f"sqlite:///{tmp_path}/beside{n}.db" for n in range(3)]
    with ThreadPoolExecutor(len(urls)) as executor:
        made = list(executor.map(_create, urls))

    assert [_recognise(url) for url in urls] == made
