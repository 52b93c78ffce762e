"""Verify: finds nothing in a sound shop, and each kind of damage in a damaged one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.records import Verification
from tests.clocks import SettableClock
from tests.engine import lived_in as everything
from tests.engine.damages import DAMAGES, Damage
from tests.engine.damages_of_rows import DAMAGES_OF_ROWS
from tests.postgres_server import DatabaseServer
from tests.raw_rows import RawDatabase, raw_database
from tests.reused_databases import ReusedDatabases

ALL_DAMAGES = [*DAMAGES, *DAMAGES_OF_ROWS]


def _fill(url: str, folder: Path) -> None:
    clock = SettableClock()
    with Shop.open(url, clock=clock) as shop:
        everything.fill(shop, clock, folder)
        assert _failed(shop.verify()) == set()


@pytest.fixture(scope="module")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a file with every kind of row, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("filled")
    _copy(sqlite_template.parent, folder)
    _fill(_sqlite_url(folder), folder)
    return folder


@pytest.fixture(scope="module")
def filled_postgres(
    database_server: DatabaseServer,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The same as a Postgres database."""
    with database_server.database(template=postgres_template) as url:
        _fill(url, tmp_path_factory.mktemp("filled"))
        yield url


@pytest.fixture
def lived_in(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a shop in which every kind of row exists, of this test alone."""
    if dialect == "sqlite":
        _copy(request.getfixturevalue("filled_sqlite"), tmp_path)
        yield _sqlite_url(tmp_path)
        return
    server: DatabaseServer = request.getfixturevalue("database_server")
    with server.database(template=request.getfixturevalue("filled_postgres")) as url:
        yield url


@pytest.fixture(scope="module")
def unguarded_sqlite(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of such a file that takes damage."""
    folder = tmp_path_factory.mktemp("unguarded")
    _copy(filled_sqlite, folder)
    _unguard(_sqlite_url(folder))
    return folder


@pytest.fixture(scope="module")
def unguarded_postgres(
    database_server: DatabaseServer, filled_postgres: str
) -> Iterator[ReusedDatabases]:
    """Lends such databases that take damage."""
    with database_server.database(template=filled_postgres) as url:
        _unguard(url)
        shops = ReusedDatabases(database_server, url)
        yield shops
        shops.drop()


@pytest.fixture
def damaged(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a shop in which every kind of row exists, and nothing guards them."""
    if dialect == "sqlite":
        _copy(request.getfixturevalue("unguarded_sqlite"), tmp_path)
        yield _sqlite_url(tmp_path)
        return
    shops: ReusedDatabases = request.getfixturevalue("unguarded_postgres")
    with shops.lent() as url:
        yield url


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder.as_posix()}/shop.db"


def _copy(folder: Path, to: Path) -> None:
    for part in folder.glob("shop.db*"):
        shutil.copy(part, to)


def _unguard(url: str) -> None:
    with raw_database(url) as raw:
        raw.unguard()


def _failed(found: Verification) -> set[str]:
    assert found.ok is all(check.ok for check in found.checks)
    for check in found.checks:
        assert check.ok is (not check.violations)
    return {check.name for check in found.checks if not check.ok}


def _failed_at(url: str) -> set[str]:
    with Shop.open(url) as shop:
        return _failed(shop.verify())


def _order_ids(raw: RawDatabase) -> dict[str, str]:
    return dict(raw.run("SELECT key, order_id FROM orders"))


@pytest.mark.parametrize(
    "damage", ALL_DAMAGES, ids=[f"{number}-{row.check}" for number, row in enumerate(ALL_DAMAGES)]
)
def test_each_kind_of_damage_is_found(damaged: str, dialect: str, damage: Damage) -> None:
    """Behind triggers, keys and checks switched off, every broken invariant is named."""
    kinds = {"bytes": "bytea", "char": "chr"} if dialect == "postgres" else {}
    with raw_database(damaged) as raw:
        names = {"bytes": "blob", "char": "char", **_order_ids(raw), **kinds}
        raw.unguard()
        for statement in damage.statements:
            raw.run(statement.format(**names))

    assert damage.check in _failed_at(damaged)


def test_every_check_has_its_damage(shop: Shop) -> None:
    """No check is vacuous: for each one there is damage above that it finds."""
    told = {
        "codes_name_one_product",  # what was shared since schema 0001 is no violation
        "file_is_whole",  # damaged below
    }
    names = {check.name for check in shop.verify().checks}
    assert names - told == {row.check for row in ALL_DAMAGES}


def test_a_sound_shop_passes_and_is_left_alone(lived_in: str) -> None:
    """Verifying answers ok with every check by name."""
    with Shop.open(lived_in) as shop:
        found = shop.verify()

    assert found.ok
    assert len({check.name for check in found.checks}) == len(found.checks) > 40


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("balance_is_sum_of_entries", "balance_entries SET amount_minor = 9223372036854775807"),
        ("order_lines_add_up", "order_lines SET quantity = 9223372036854775807"),
        ("event_bodies_are_frozen", "orders SET placed_at = 9223372036854775807"),
        ("attempts_are_counted", "outbox SET attempt_count = -9223372036854775807"),
    ],
)
def test_what_cannot_be_computed_is_told(damaged: str, check: str, change: str) -> None:
    """Numbers too large for any sum are violations, not the end of verifying."""
    with raw_database(damaged) as raw:
        raw.unguard()
        raw.run(f"UPDATE {change}")

    assert check in _failed_at(damaged)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_bytes_that_are_no_text_are_told(damaged: str) -> None:
    """SQLite keeps any bytes as text; what cannot be read is a violation."""
    with raw_database(damaged) as raw:
        raw.unguard()
        raw.run("UPDATE products SET name = CAST(x'ff41' AS TEXT) WHERE sku = 'TEA'")

    assert "products_are_found_by_their_names" in _failed_at(damaged)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_bit_that_turned_in_the_index_of_keys_is_told(shop: Shop, shop_url: str) -> None:
    """The index does not find the first charge any more; the file and both charges are told."""
    shop.add_user("kim")
    shop.charge("kim", 5, key="sample-charge")
    shop.close()
    path = Path(shop_url.removeprefix("sqlite:///"))
    with raw_database(shop_url) as raw:
        raw.run("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = raw.run(
            "SELECT rootpage FROM sqlite_master WHERE name = 'uq_balance_entries_kind_key'"
        )
        ((size,),) = raw.run("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    content[content.index(b"sample-charge", (root - 1) * size, root * size)] |= 0x80
    path.write_bytes(content)
    assert _failed_at(shop_url) == {"file_is_whole"}
    with Shop.open(shop_url) as again:
        assert not again.charge("kim", 5, key="sample-charge").replayed
    assert _failed_at(shop_url) == {"file_is_whole", "keys_stand_once"}


Forge = Callable[[dict[str, Any]], object]

FORGERIES: dict[str, Forge] = {
    "sku": lambda body: body["data"]["lines"][0].update(sku="BEANS"),
    "name": lambda body: body["data"]["lines"][0].update(name="else"),
    "quantity": lambda body: body["data"]["lines"][0].update(quantity=9),
    "discount of a line": lambda body: body["data"]["lines"][0].update(discount=1),
    "line": lambda body: body["data"]["lines"].pop(),
    "user": lambda body: body["data"].update(user_id="somebody"),
    "total": lambda body: body["data"].update(total=1),
    "subject": lambda body: body.update(subject="another order"),
    "time": lambda body: body.update(time="2026-01-01T00:00:00.000000Z"),
    "placed at": lambda body: body["data"].update(placed_at="2026-01-01T00:00:00.000000Z"),
    "coupon": lambda body: body["data"].update(coupon="GIFT"),
    "currency": lambda body: body["data"].update(currency="USD"),
    "source": lambda body: body.update(source="urn:shopcli:another"),
    "reason": lambda body: body["data"].update(reason="else"),
    "refunded": lambda body: body["data"].update(refunded=1),
    "one more": lambda body: body["data"].update(note="hello"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_body_forged_with_its_hash_is_found(damaged: str, dialect: str, forge: Forge) -> None:
    """The body of an event is compared with the rows, whatever its hash says."""
    with raw_database(damaged) as raw:
        two = _order_ids(raw)["two"]
        where = f"WHERE order_id = '{two}' AND sequence = 2"
        ((stored,),) = raw.run(f"SELECT body FROM outbox {where}")  # noqa: S608 - ours
        body = json.loads(bytes(stored))
        forge(body)
        forged = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        literal = f"x'{forged.hex()}'" if dialect == "sqlite" else f"'\\x{forged.hex()}'::bytea"
        digest = hashlib.sha256(forged).hexdigest()
        raw.unguard()
        raw.run(f"UPDATE outbox SET body = {literal}, body_sha256 = '{digest}' {where}")  # noqa: S608 - ours

    assert _failed_at(damaged) >= {"event_bodies_are_frozen"}


def test_the_last_of_many_bodies_is_looked_at(shop: Shop, shop_url: str) -> None:
    """All events are verified, not the first of them."""
    shop.add_user("kim")
    shop.charge("kim", 10**6)
    shop.add_product("TEA", name="Tea", price=1, stock=10**6)
    for _ in range(1_100):
        shop.order("kim", {"TEA": 1})
    assert shop.verify().ok
    with raw_database(shop_url) as raw:
        raw.unguard()
        raw.run(
            "UPDATE outbox SET body_sha256 = 'x'"
            " WHERE order_id = (SELECT MAX(order_id) FROM orders)"
        )

    failed = [check for check in shop.verify().checks if not check.ok]
    assert [len(check.violations) for check in failed if "bodies" in check.name] == [1]
