"""A shop is restored whole from a backup, into an empty database or over the same shop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.errors import NoShop, SchemaNew
from shopcli.storage.schema.identity import SCHEMA_VERSION
from shopcli.wording.advice import advice
from tests.clocks import SettableClock
from tests.moving.test_copy import code_of, everything
from tests.postgres_server import DatabaseServer
from tests.raw_rows import raw_database
from tests.schemas import kept


@pytest.fixture
def backup(shop: Shop, tmp_path: Path) -> Path:
    """A backup of the shop, after which something was sold."""
    made = shop.maintenance.back_up(str(tmp_path / "backup.db"))
    return Path(made.file)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path.as_posix()}/fresh.db"
        return
    server: DatabaseServer = request.getfixturevalue("database_server")
    with server.database() as url:
        yield url


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_shop_is_restored_into_an_empty_database(
    shop: Shop, shop_url: str, backup: Path, fresh_url: str
) -> None:
    """Every row is there, and the shop goes on, but delivers nothing yet."""
    before, content = everything(shop_url), backup.read_bytes()
    made = Shop.restore(fresh_url, str(backup))

    assert everything(fresh_url) == before
    assert (made.shop, made.replaced, made.file) == (shop.id, False, str(backup))
    assert made.snapshot_at is not None
    with Shop.open(fresh_url) as restored:
        assert restored.outbox.status().held == made.held
        assert restored.maintenance.copy_id() == made.copy != shop.maintenance.copy_id()
        assert restored.verify().ok, restored.verify()
    assert backup.read_bytes() == content
    assert sorted(one.name for one in backup.parent.glob("backup.db*")) == ["backup.db"]


def test_a_shop_is_restored_over_itself(
    shop: Shop, shop_url: str, backup: Path, clock: SettableClock
) -> None:
    """Whoever has it open goes on with the rows of the backup, and delivers nothing any more."""
    before = everything(shop_url)
    with Shop.open(shop_url, clock=clock) as other:
        other.charge("kim", 777)
        other.outbox.deliveries.beat("a-relay")
        lost = other.order("kim", {"TEA": 1}).order
        balance = everything(shop_url)["balances"]
        with pytest.raises(ShopError) as caught:
            Shop.restore(shop_url, str(backup))
        assert code_of(caught) == ("shop_exists", "restore_over")
        with pytest.raises(ShopError) as caught:
            Shop.restore(shop_url, str(backup), over="0000")
        assert code_of(caught) == ("invalid_input", "other_ending")
        assert everything(shop_url)["balances"] == balance

        made = Shop.restore(shop_url, str(backup), over=shop.id[-4:])

        assert made.replaced
        assert everything(shop_url) == before
        for one in (shop, other):
            assert one.outbox.status().held == made.held
            assert one.maintenance.copy_id() == made.copy
            with pytest.raises(ShopError) as caught:
                one.receipt(str(lost))
            assert caught.value.code == "unknown_order"
        other.charge("kim", 1)
        shop.order("kim", {"TEA": 1})
        assert shop.verify().ok, shop.verify()
        assert shop.outbox.deliveries.live_relays() == ()


def test_a_retired_shop_is_restored(
    shop: Shop, shop_url: str, backup: Path, tmp_path: Path
) -> None:
    """What comes out of a backup can be changed, and so can the shop that it was put over."""
    shop.maintenance.copy(str(tmp_path / "moved.db"), then_retire=True)
    later = shop.maintenance.back_up(str(tmp_path / "later.db"))
    with Shop.open(later.file) as copy:
        assert copy.maintenance.retired_to() is None
        copy.charge("kim", 1)
        assert copy.verify().ok, copy.verify()
    with pytest.raises(ShopError) as caught:
        Shop.restore(shop_url, str(backup))
    assert str(tmp_path / "moved.db") == caught.value.details["to"]
    made = Shop.restore(shop_url, str(backup), over=shop.id)
    assert made.was_retired_to == str(tmp_path / "moved.db")
    assert shop.maintenance.retired_to() is None
    shop.charge("kim", 1)
    assert shop.verify().ok, shop.verify()


def test_another_shop_is_not_replaced(shop: Shop, backup: Path, alike_url: str) -> None:
    """Whatever is said, a backup goes only over the shop that it is of."""
    with Shop.create(alike_url) as other:
        before = everything(alike_url)
        for over in (None, shop.id, other.id):
            with pytest.raises(ShopError) as caught:
                Shop.restore(alike_url, str(backup), over=over)
            assert code_of(caught) == ("shop_exists", "restore_over_other")
    assert everything(alike_url) == before


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, ("invalid_input", "no_backup")),
        (b"", ("not_a_shop", "empty_backup")),
        (b"hello, world\n" * 400, ("not_a_shop", "empty_backup")),
        (b"SQLite format 3\0", ("not_a_shop", "empty_backup")),
    ],
)
def test_what_is_no_backup_is_refused(
    shop: Shop, shop_url: str, tmp_path: Path, content: bytes | None, code: tuple[str, str]
) -> None:
    """The shop that is there is left alone, and nothing is made beside the file."""
    file = tmp_path / "odd" / "backup.db"
    file.parent.mkdir()
    if content is not None:
        file.write_bytes(content)
    before = everything(shop_url)
    with pytest.raises(ShopError) as caught:
        Shop.restore(shop_url, str(file), over=shop.id)
    assert code_of(caught) == code
    assert everything(shop_url) == before
    assert [one.name for one in file.parent.iterdir()] == ([] if content is None else ["backup.db"])


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_backup_with_a_reference_that_leads_nowhere_is_damaged(
    backup: Path, fresh_url: str
) -> None:
    """It says which rows, and to take an older one; SQLite's own check looks for no reference."""
    with raw_database(f"sqlite:///{backup}") as raw:
        raw.unguard()
        raw.run("UPDATE order_lines SET order_id = 'none' || order_id WHERE sku = 'TEA'")
    with pytest.raises(ShopError) as caught:
        Shop.restore(fresh_url, str(backup))
    assert code_of(caught) == ("verify_failed", "damaged_backup")
    assert "rows of order_lines refer to none of orders" in caught.value.message
    with pytest.raises(NoShop):
        Shop.open(fresh_url)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_damaged_or_newer_backup_is_refused(
    shop: Shop, shop_url: str, backup: Path, tmp_path: Path
) -> None:
    """Before the shop is touched: a page that was lost, half a file, a schema not known."""
    before = everything(shop_url)
    with raw_database(f"sqlite:///{backup}") as raw:
        ((root,),) = raw.run(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_orders_placed_at'"
        )
        ((size,),) = raw.run("PRAGMA page_size")
        raw.connection.close()  # type: ignore[attr-defined]  # of a file
    whole = backup.read_bytes()
    place = root * size - 12
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(whole[:place] + bytes(12) + whole[place + 12 :])
    half = tmp_path / "half.db"
    half.write_bytes(whole[: len(whole) // 2])
    for file, code in ((damaged, "verify_failed"), (half, "not_a_shop")):
        with pytest.raises(ShopError) as caught:
            Shop.restore(shop_url, str(file), over=shop.id)
        assert code_of(caught) == (code, "damaged_backup")
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with raw_database(f"sqlite:///{newer}") as raw:
        raw.run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNew):
        Shop.restore(shop_url, str(newer), over=shop.id)
    with pytest.raises(ShopError) as caught:
        Shop.restore(shop_url, shop_url, over=shop.id)
    assert code_of(caught) == ("invalid_input", "restore_from_itself")
    assert everything(shop_url) == before


@pytest.mark.parametrize("version", kept.KEPT_VERSIONS)
def test_an_older_backup_is_brought_up_to_date(
    version: str, empty_database_url: str, tmp_path: Path
) -> None:
    """The backup itself stays as it was, and an older shop is replaced as well."""
    file = tmp_path / "old-backup.db"
    kept.restore(version, f"sqlite:///{file}")
    content = file.read_bytes()
    kept.restore(version, empty_database_url)
    with raw_database(f"sqlite:///{file}") as raw:
        ((shop_id,),) = raw.run("SELECT shop_id FROM shop")
    with raw_database(empty_database_url) as raw:
        raw.run(f"UPDATE shop SET shop_id = '{shop_id}'")  # noqa: S608 - ours
    made = Shop.restore(empty_database_url, str(file), over=shop_id)
    assert made.replaced
    assert Shop.schema_status(empty_database_url).schema_version == SCHEMA_VERSION
    with Shop.open(empty_database_url) as shop:
        assert shop.verify().ok, shop.verify()
        shop.order("kim", {"WATER": 1})
    assert file.read_bytes() == content


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_who_reads_and_sells_meanwhile_sees_one_of_the_two(
    shop: Shop, shop_url: str, backup: Path, journal: str
) -> None:
    """Never a mixture: readers see the old shop or the restored one, sales wait and go on."""
    shop.close()
    with raw_database(shop_url) as raw:
        raw.run(f"PRAGMA journal_mode = {journal}")
    shop.add_user("marker")
    seen, failures, stop = set[bool](), list[BaseException](), threading.Event()

    def look() -> None:
        try:
            with Shop.open(shop_url) as other:
                while not stop.is_set():
                    seen.add(any(one.user == "marker" for one in other.users()))
                    other.charge("kim", 1)
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        while True not in seen and not failures:
            stop.wait(0.005)
        Shop.restore(shop_url, str(backup), over=shop.id)
        while False not in seen and not failures:
            stop.wait(0.005)
    finally:
        stop.set()
        thread.join(30)
    assert failures == []
    assert shop.verify().ok, shop.verify()


_KILLED = """
import os, signal, sys
from shopcli import Shop
from shopcli.storage.sqlite import whole_files
whole_files.PAGES_AT_ONCE = 1
url, file, shop_id, after = sys.argv[1:]
steps = 0
def step(phase, done, total):
    global steps
    if phase == "written":
        steps += 1
        if steps == int(after):
            os.kill(os.getpid(), signal.SIGKILL)
Shop.restore(url, file, over=shop_id, progress=step)
"""


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("after", [1, 40, 100_000])
def test_killed_while_it_is_put_there_it_is_the_old_shop_or_the_new(
    shop: Shop, shop_url: str, backup: Path, after: int
) -> None:
    """Half of the pages are none of them."""
    restored = everything(shop_url)
    shop.charge("kim", 12_345)
    old = everything(shop_url)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, shop_url, str(backup), shop.id, str(after)],
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == (0 if after > 10_000 else -signal.SIGKILL)
    assert everything(shop_url) == (restored if after > 10_000 else old)
    assert shop.verify().ok, shop.verify()
    shop.charge("kim", 1)


@pytest.mark.parametrize("version", kept.KEPT_VERSIONS)
def test_an_older_shop_is_backed_up_before_its_upgrade(
    version: str, empty_database_url: str, tmp_path: Path
) -> None:
    """The copy is what the shop was, and is made only where there is something to upgrade."""
    kept.restore(version, empty_database_url)
    file = tmp_path / "before.db"
    if not empty_database_url.startswith("sqlite"):
        with pytest.raises(ShopError) as caught:
            Shop.upgrade(empty_database_url, backup=str(file))
        assert code_of(caught) == ("invalid_input", "backup_of_old_server")
        assert not Shop.schema_status(empty_database_url).is_current
        return
    with raw_database(empty_database_url) as raw:
        before = raw.dump()
    Shop.upgrade(empty_database_url, backup=str(file))
    with raw_database(f"sqlite:///{file}") as raw:
        assert raw.dump() == before
    assert Shop.upgrade(empty_database_url, backup=str(tmp_path / "none.db")).is_current
    assert not (tmp_path / "none.db").exists()
    restored = f"sqlite:///{tmp_path}/restored.db"
    Shop.restore(restored, str(file))
    with Shop.open(restored) as shop:
        assert shop.verify().ok, shop.verify()


@pytest.mark.parametrize("file", ["{date}-{time}.db", "./old-{date}.db"])
def test_the_copy_before_an_upgrade_is_named_as_a_backup_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """Places stand for the time of the shop's clocks, and nothing else stands in braces."""
    shop, folder = str(tmp_path / "shop.db"), tmp_path / "copies"
    folder.mkdir()
    monkeypatch.chdir(folder)
    kept.restore("0002", f"sqlite:///{shop}")
    with pytest.raises(ShopError) as caught:
        Shop.upgrade(shop, backup=file.replace("{date}", "{dat}"))
    assert code_of(caught) == ("invalid_input", "upgrade_backup_name")
    assert "shop db upgrade --backup shop-{date}-{time}.db" in advice(caught.value)
    assert list(folder.iterdir()) == []
    made = Shop.upgrade(shop, backup=file).backup
    (copy,) = folder.glob("*.db")
    assert made == str(copy)
    assert re.fullmatch(r"(old-)?\d{4}-\d\d-\d\d(-\d{6})?\.db", copy.name)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_is_no_place_for_a_shop_is_left_alone(
    shop: Shop, backup: Path, tmp_path: Path
) -> None:
    """Who restores is told to name another place, or how to keep the damaged file."""
    whole = backup.read_bytes()
    place = tmp_path / "odd.db"
    for content, reason in (
        (b"no database" * 99, "nothing_to_fill"),
        (whole[: len(whole) // 2], "damaged_to_fill"),
    ):
        place.write_bytes(content)
        with pytest.raises(ShopError) as caught:
            Shop.restore(str(place), str(backup), over=shop.id)
        assert code_of(caught) == ("not_a_shop", reason)
        assert place.read_bytes() == content


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_killed_restorations_left_is_cleared_away(
    shop: Shop, shop_url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole copies of a shop do not pile up among temporary files; what may be at work stays."""
    folder = tmp_path / "temporary"
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for name in ("shop-restore-old", "shop-restore-new", "another"):
        (folder / name).mkdir(parents=True)
        (folder / name / "ready.db").touch()
    for name in ("shop-restore-old", "another"):
        os.utime(folder / name, (0, 0))
    Shop.restore(shop_url, str(backup), over=shop.id)
    assert sorted(one.name for one in folder.iterdir()) == ["another", "shop-restore-new"]
