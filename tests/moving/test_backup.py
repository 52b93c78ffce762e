"""A backup is one whole file, made while others go on, and there are no half ones."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.addresses import COMPANION_SUFFIXES
from shopcli.engine.moving.backup_names import Naming
from shopcli.storage.bulk import snapshots, whole_tables
from shopcli.storage.sqlite import connections, whole_files
from tests.clocks import SettableClock
from tests.moving.test_copy import LEASED, code_of, everything
from tests.raw_rows import raw_database


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """Where backups are put."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith("-lock"))


def test_a_backup_has_every_row(shop: Shop, shop_url: str, backups: Path) -> None:
    """It is one private file, a sound copy of the shop with an id of its own, that is held."""
    before = everything(shop_url)
    told: list[tuple[str, int, int | None]] = []
    file = backups / "shop.db"
    made = shop.maintenance.back_up(
        str(file), with_verify=True, progress=lambda *one: told.append(one)
    )

    assert (made.ok, made.failed, made.removed, made.file) == (True, (), (), str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.bytes == file.stat().st_size
    assert _names(backups) == ["shop.db"]
    assert {table.table: table.rows for table in made.tables} == {
        name: len(found) for name, found in before.items()
    }
    assert everything(f"sqlite:///{file}") == before == everything(shop_url)
    with Shop.open(str(file)) as copy:
        assert (copy.id, copy.maintenance.copy_id()) == (shop.id, made.copy)
        assert made.copy != shop.maintenance.copy_id()
        assert copy.outbox.status().held == made.held
        assert copy.outbox.deliveries.lease("somebody", 1) == ()
        assert copy.verify().ok, copy.verify()
    assert shop.outbox.status().held is None
    assert {phase for phase, _, _ in told} == {"copied", "compared", "verified"}


def test_leases_stay_with_the_shop(shop: Shop, backups: Path) -> None:
    """What a relay has leased waits in the backup, as if it had not been."""
    (leased,) = shop.outbox.deliveries.lease("a-relay", 1)
    made = shop.maintenance.back_up(str(backups / "shop.db"))
    with raw_database(f"sqlite:///{made.file}") as raw:
        names = ", ".join(LEASED)
        found = raw.run(f"SELECT {names} FROM outbox WHERE event_id = '{leased.event_id}'")  # noqa: S608 - ours
    assert found == [("pending", leased.attempt_number - 1, None, None, None)]
    with Shop.open(made.file) as copy:
        assert copy.verify().ok, copy.verify()


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_who_sells_meanwhile_is_not_in_it(
    shop: Shop, shop_url: str, backups: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One moment is backed up, and nobody who writes waits while rows are compared."""
    shop.close()
    with raw_database(shop_url) as raw:
        raw.run(f"PRAGMA journal_mode = {journal}")
    before = everything(shop_url)
    pages = whole_tables.pages

    def sell_and_read(*arguments: Any) -> Any:  # noqa: ANN401 - whatever it is
        shop.charge("kim", 1)
        return pages(*arguments)

    monkeypatch.setattr(whole_tables, "pages", sell_and_read)
    made = shop.maintenance.back_up(str(backups / "shop.db"))

    assert everything(f"sqlite:///{made.file}") == before
    assert everything(shop_url) != before


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_nobody_is_held_up_for_long_with_the_delete_journal(
    shop: Shop, shop_url: str, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes too long to read is given up, and leaves nothing."""
    shop.close()
    with raw_database(shop_url) as raw:
        raw.run("PRAGMA journal_mode = DELETE")
    monkeypatch.setattr(snapshots, "HELD_UP_SECONDS_MAX", 0.0)
    monkeypatch.setattr(whole_files, "PAGES_AT_ONCE", 1)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(backups / "shop.db"))
    assert code_of(caught) == ("busy", "holds_up")
    assert _names(backups) == []
    shop.charge("kim", 1)


def test_a_file_is_not_written_over(shop: Shop, backups: Path) -> None:
    """Only with force, and then in one step; what was there stays until the end."""
    file = backups / "shop.db"
    first = shop.maintenance.back_up(str(file))
    content = file.read_bytes()
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(file))
    assert code_of(caught) == ("invalid_input", "backup_exists")
    assert file.read_bytes() == content
    second = shop.maintenance.back_up(str(file), force=True)
    with Shop.open(str(file)) as copy:
        assert copy.maintenance.copy_id() == second.copy != first.copy
    assert _names(backups) == ["shop.db"]


def test_a_name_that_is_taken_meanwhile_is_not_written_over(
    shop: Shop, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who make the same backup at once do not destroy each other's."""
    file = backups / "shop.db"
    pages = whole_tables.pages

    def come_between(*arguments: Any) -> Any:  # noqa: ANN401 - whatever it is
        file.write_bytes(b"another's")
        return pages(*arguments)

    monkeypatch.setattr(whole_tables, "pages", come_between)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(file))
    assert code_of(caught) == ("invalid_input", "backup_exists")
    assert file.read_bytes() == b"another's"
    assert _names(backups) == ["shop.db"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_shop_is_never_written_over(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """Neither the shop itself, by whatever name, nor another one that is in use."""
    own = Path(shop_url.removeprefix("sqlite:///"))
    link = tmp_path / "link.db"
    link.symlink_to(own)
    before = everything(shop_url)
    for name in (own, link):
        with pytest.raises(ShopError) as caught:
            shop.maintenance.back_up(str(name), force=True)
        assert code_of(caught) == ("shop_exists", "backup_onto_shop")
    with Shop.create(str(tmp_path / "other.db")) as other, pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(tmp_path / "other.db"), force=True)
    assert code_of(caught) == ("shop_exists", "backup_onto_other")
    assert other.verify().ok
    assert everything(shop_url) == before


def test_the_newest_of_a_name_are_kept(shop: Shop, clock: SettableClock, backups: Path) -> None:
    """Older backups of this shop named so go; whatever else is named so stays."""
    (backups / "shop-2001-01-01.db").write_bytes(b"no backup")
    Shop.create(str(backups / "shop-2002-02-02.db")).close()
    (backups / "shop-notes.db").write_bytes(b"")
    name = str(backups / "shop-{date}.db")
    made = []
    for _ in range(4):
        made.append(shop.maintenance.back_up(name, keep=2))
        clock.advance(timedelta(days=1))
    assert [len(one.removed) for one in made] == [0, 0, 1, 1]
    assert made[3].removed == (made[1].file,)
    others = ["shop-2001-01-01.db", "shop-2002-02-02.db", "shop-notes.db"]
    own = [Path(one.file).name for one in made[2:]]
    assert _names(backups) == sorted([*others, *own])


@pytest.mark.parametrize(
    ("file", "keep", "reason"),
    [
        ("shop.db", 3, "keep_undated"),
        ("shop-{date}.db", 0, "keep_none"),
        ("postgresql://db.example/shop", None, "backup_to_server"),
        ("no-folder-but-a-file/shop.db", None, "no_such_place"),
        ("not-mounted/shop.db", None, "no_folder"),
        ("not-mounted/shop-{date}.db", 3, "no_folder"),
    ],
)
def test_what_cannot_be_is_refused(
    shop: Shop, tmp_path: Path, file: str, keep: int | None, reason: str
) -> None:
    """Before anything is made."""
    (tmp_path / "no-folder-but-a-file").write_bytes(b"")
    name = file if "://" in file else str(tmp_path / file)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(name, keep=keep)
    assert code_of(caught) == ("invalid_input", reason)
    assert not (tmp_path / "not-mounted").exists()


def test_what_was_left_behind_is_cleared_away(shop: Shop, backups: Path) -> None:
    """Remains of backups of the same name go once they are old; those that may be at work stay."""
    for name in (".shop-2026-01-01.db.77.partial", ".shop-2026-01-01.db.77.partial-wal"):
        (backups / name).write_bytes(b"half")
        os.utime(backups / name, (0, 0))
    (backups / ".shop-2026-01-02.db.78.partial").write_bytes(b"at work")
    (backups / ".other.db.79.partial").write_bytes(b"another's")
    os.utime(backups / ".other.db.79.partial", (0, 0))
    made = shop.maintenance.back_up(str(backups / "shop-{date}.db"))
    left = {".other.db.79.partial", ".shop-2026-01-02.db.78.partial"}
    assert set(_names(backups)) == {*left, Path(made.file).name}


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_damaged_shop_is_told(shop: Shop, shop_url: str, backups: Path) -> None:
    """What SQLite finds wrong in the shop's file makes no backup."""
    shop.close()
    with raw_database(shop_url) as raw:
        raw.run("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = raw.run(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_orders_placed_at'"
        )
        ((size,),) = raw.run("PRAGMA page_size")
    path = Path(shop_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    place = (root - 1) * size + size - 12
    content[place : place + 12] = bytes(12)
    path.write_bytes(content)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(backups / "shop.db"))
    assert code_of(caught) == ("verify_failed", "damaged_source")
    assert _names(backups) == []


def test_a_full_disk_leaves_nothing(
    shop: Shop, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a half file, nor the loss of the backup that is to be replaced."""
    file = backups / "shop.db"
    shop.maintenance.back_up(str(file))
    content = file.read_bytes()

    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files, "_flush", full)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(file), force=True)
    assert caught.value.code == "database_unreachable"
    assert _names(backups) == ["shop.db"]
    assert file.read_bytes() == content


def test_names_say_when() -> None:
    """Places stand for digits and nothing else."""
    naming = Naming("shop-{date}-{time}.d[b]")
    at = SettableClock()()
    assert naming.matches(naming.name(at))
    assert naming.is_dated
    assert not naming.matches("shop-2026-01-01-1.d[b]")
    assert not naming.matches("shop-{date}-{time}.d[b]")
    assert not Naming("shop.db").is_dated


@pytest.mark.parametrize("name", ["{date}-{time}.db", "{date}.db"])
def test_a_name_may_begin_with_its_time(
    shop: Shop, backups: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The braces at its beginning are no variable that was not filled in."""
    monkeypatch.chdir(backups)
    made = shop.maintenance.back_up(name, keep=1)
    assert _names(backups) == [Path(made.file).name]
    assert Naming(name).matches(Path(made.file).name)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("suffix", COMPANION_SUFFIXES)
def test_no_file_beside_the_shop_is_written_over(
    shop: Shop, shop_url: str, tmp_path: Path, suffix: str
) -> None:
    """The log of SQLite holds sales, and lock files say whose turn it is."""
    own = Path(shop_url.removeprefix("sqlite:///"))
    beside = Path(f"{own}{suffix}")
    before = beside.read_bytes() if beside.exists() else None
    for write in (shop.maintenance.back_up, shop.maintenance.copy, Shop.create):
        with pytest.raises(ShopError) as caught:
            write(str(beside))
        assert code_of(caught) == ("invalid_input", "companion_file")
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(beside), force=True)
    assert code_of(caught) == ("invalid_input", "companion_file")
    assert (beside.read_bytes() if beside.exists() else None) == before


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_full_disk_leaves_no_backup(
    shop: Shop, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as that, whichever library drives SQLite, of the file that was asked for."""

    def connect_small(path: str, mode: str, **rest: Any) -> Any:  # noqa: ANN401 - of one of two libraries
        connection = connections.connect_file(path, mode, **rest)
        connection.execute("PRAGMA max_page_count = 40")
        return connection

    monkeypatch.setattr(whole_files, "connect_file", connect_small)
    with pytest.raises(ShopError) as caught:
        shop.maintenance.back_up(str(backups / "shop.db"))
    assert code_of(caught) == ("database_unreachable", "disk_full")
    assert caught.value.details["database"] == str(backups / "shop.db")
    assert _names(backups) == []


@pytest.mark.parametrize("name", ["shop-{dat}.db", "{dat}.db", "{}", "b-{date}/shop.db"])
def test_braces_stand_for_times_only(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A misspelled place is refused: a file of that name would be replaced each day."""
    monkeypatch.chdir(tmp_path)
    for file in (name, str(tmp_path / name)):
        with pytest.raises(ShopError) as caught:
            shop.maintenance.back_up(file)
        assert code_of(caught) == ("invalid_input", "backup_name")
    assert list(tmp_path.glob("*{*")) == []
