"""A shop's SQLite file: private, never made by looking, safe when the disk is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.errors import (
    Busy,
    DatabaseUnreachable,
    NoShop,
    OutcomeUnknown,
    ReadOnly,
    ShopError,
)
from shopcli.storage.addresses import SqliteAddress
from shopcli.storage.database import connect
from shopcli.storage.schema import making
from shopcli.storage.schema.identity import recognise
from shopcli.storage.sqlite import connections as sqlite_connections
from shopcli.storage.sqlite import schema as sqlite_schema
from shopcli.storage.sqlite.library import SqliteLibrary, sqlite_library
from shopcli.storage.sqlite.transactions import SqliteDatabase
from tests.storage.breaking import break_at

INSERT = "INSERT INTO shop_settings (name, value) VALUES (:name, :value)"
COUNT = "SELECT COUNT(*) FROM shop_settings"

# Runs as a login that may read but not write: the tests may run as root, which may do anything.
AS_READER = """
import os, sys
from shopcli.domain.errors import ShopError
from shopcli.storage.database import connect
from shopcli.storage.schema.identity import recognise
import shopcli.storage.sqlite.transactions
shopcli.storage.sqlite.transactions.sqlite_library()
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
database = connect(sys.argv[1], timeout_seconds=1)
print(recognise(database).currency)
try:
    with database.write() as session:
        session.change("DELETE FROM shop_settings")
except ShopError as error:
    print(error.code)
database.close()
"""


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    """The file of a shop."""
    copy = tmp_path / "shop.db"
    shutil.copy(sqlite_template, copy)
    return copy


@pytest.fixture
def database(path: Path) -> Any:  # noqa: ANN401 - a fixture's iterator
    """The open shop in it."""
    opened = SqliteDatabase(SqliteAddress(str(path)), timeout_seconds=0.2)
    yield opened
    opened.close()


def _count(database: SqliteDatabase) -> int:
    with database.read() as session:
        row = session.row(COUNT)
    assert row is not None
    return int(row[0])


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    """Whatever the umask, others can neither read the file nor list its new folders."""
    path = tmp_path / "new" / "folders" / "shop.db"
    before = os.umask(0)
    try:
        making.create(
            str(path), shop_id="S", currency="KRW", exponent=0, timezone="UTC", created_at=1
        )
        database = connect(str(path))
        with database.write() as session:
            session.change(INSERT, {"name": "a", "value": "b"})
            modes = {file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        database.close()
    finally:
        os.umask(before)

    assert modes == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "value"),
    [("foreign_keys", 1), ("recursive_triggers", 1), ("trusted_schema", 0)],
)
def test_settings_hold_on_every_connection(database: SqliteDatabase, name: str, value: int) -> None:
    """Each new connection is as safe as the first."""
    with database.read() as first, database.read() as second:
        assert first.rows(f"PRAGMA {name}") == [(value,)]
        assert second.rows(f"PRAGMA {name}") == [(value,)]


def test_the_journal_mode_is_the_librarys(database: SqliteDatabase) -> None:
    """WAL where the library may, DELETE where it may not."""
    facts = database.facts()

    assert facts["journal_mode"] == facts["preferred_journal_mode"]


def test_an_unmended_library_leaves_wal_mode(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library with the WAL-reset bug puts the file into the mode the bug does not touch."""
    module = sqlite_library().module
    unmended = SqliteLibrary(module, "sqlite3", "3.40.1", "DELETE")
    monkeypatch.setattr(sqlite_connections, "sqlite_library", lambda: unmended)
    database = SqliteDatabase(SqliteAddress(str(path)))
    with database.write() as session:
        session.change(INSERT, {"name": "a", "value": "b"})
    with database.read() as session:
        mode = session.rows("PRAGMA journal_mode")
    database.close()

    assert mode == [("delete",)]


def test_an_unmended_library_does_not_join_others_in_wal_mode(
    path: Path, database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While others use WAL mode, a library that must not refuses to take part."""
    if database.facts()["journal_mode"] != "WAL":
        pytest.skip("no process here may use WAL mode")
    unmended = SqliteLibrary(sqlite_library().module, "sqlite3", "3.40.1", "DELETE")
    with database.read():
        monkeypatch.setattr(sqlite_connections, "sqlite_library", lambda: unmended)
        with pytest.raises(Busy):
            recognise(SqliteDatabase(SqliteAddress(str(path)), timeout_seconds=0.1))


def test_a_commit_waits_for_readers_in_delete_mode(path: Path) -> None:
    """In the DELETE journal mode a reader holds a commit up, but not for ever."""
    database = SqliteDatabase(SqliteAddress(str(path)), timeout_seconds=0.2)
    _rewrite_in_delete_mode(database)
    with database.read() as reader:
        reader.rows(COUNT)
        with pytest.raises(Busy), database.write("key") as session:
            session.change(INSERT, {"name": "a", "value": "b"})
    with database.write() as session:
        session.change(INSERT, {"name": "c", "value": "d"})

    assert _count(database) == 1
    database.close()


def test_what_is_acknowledged_is_flushed(database: SqliteDatabase) -> None:
    """With a journal that is deleted at COMMIT its folder is flushed too: FULL does not do that."""
    wanted = {"WAL": "FULL", "DELETE": "EXTRA"}
    facts = database.facts()
    assert facts["synchronous"] == wanted[facts["journal_mode"]]
    database.close()
    _rewrite_in_delete_mode(database)
    database.close()

    facts = database.facts()
    assert (facts["journal_mode"], facts["synchronous"]) == ("DELETE", "EXTRA")


def _rewrite_in_delete_mode(database: SqliteDatabase) -> None:
    session = database.pool.take()
    session.connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    database.pool.give_back(session)


@pytest.mark.parametrize("committed", [False, True])
def test_a_disk_error_at_commit_leaves_the_outcome_unknown(
    database: SqliteDatabase,
    committed: bool,  # noqa: FBT001 - a case
) -> None:
    """Whether or not the commit reached the disk, the caller is told the key to repeat with."""
    break_at(database, "COMMIT", 1034, after=committed)

    with pytest.raises(OutcomeUnknown) as caught, database.write("K1") as session:
        session.change(INSERT, {"name": "a", "value": "b"})
    assert caught.value.details.items() >= {"key": "K1"}.items()
    assert _count(database) == int(committed)


def test_a_disk_error_before_commit_changes_nothing(database: SqliteDatabase) -> None:
    """A failing statement is known not to have happened."""
    break_at(database, "UPDATE shop_settings SET value = 1", 778)

    def change_twice() -> None:
        with database.write("K1") as session:
            session.change(INSERT, {"name": "a", "value": "b"})
            session.change("UPDATE shop_settings SET value = 1")

    with pytest.raises(DatabaseUnreachable):
        change_twice()
    assert _count(database) == 0


def test_a_full_disk_changes_nothing(database: SqliteDatabase) -> None:
    """A transaction that does not fit is undone, and the next one that fits works."""
    session = database.pool.take()
    session.connection.execute("PRAGMA max_page_count=1").fetchall()
    database.pool.give_back(session)

    with pytest.raises(DatabaseUnreachable) as caught, database.write("K1") as session:
        session.change(INSERT, {"name": "a", "value": "b" * 1_000_000})
    assert "full" in caught.value.message
    with database.write() as session:
        session.change(INSERT, {"name": "a", "value": "b"})
    assert _count(database) == 1


def test_a_reader_without_the_right_to_write_reads(path: Path) -> None:
    """In a folder and file that take no writes, reads work and writes say read_only."""
    folder = Path("/tmp") / f"shop-read-only-{os.getpid()}"  # noqa: S108 - others must reach it
    folder.mkdir(mode=0o755)
    try:
        copy = folder / "shop.db"
        shutil.copy(path, copy)
        copy.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_READER, str(copy)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)

    assert done.stderr == ""
    assert done.stdout.split() == ["KRW", "read_only"]


def test_a_file_moved_into_place_is_noticed(database: SqliteDatabase, tmp_path: Path) -> None:
    """After a backup is put in place, log files removed, nothing goes to the old file any more."""
    backup = tmp_path / "backup.db"
    with database.write() as session:
        session.change(INSERT, {"name": "a", "value": "b"})
    database.close()
    shutil.copy(tmp_path / "shop.db", backup)
    with database.write() as session:
        session.change(INSERT, {"name": "c", "value": "d"})
    assert _count(database) == 2
    for log in tmp_path.glob("shop.db-*"):
        log.unlink()
    backup.replace(tmp_path / "shop.db")

    assert _count(database) == 1


def test_a_removed_file_is_noticed(database: SqliteDatabase, path: Path) -> None:
    """Once the file is gone there is no shop, though connections were open."""
    assert _count(database) == 0
    path.unlink()

    with pytest.raises(NoShop):
        _count(database)


@pytest.mark.parametrize(
    ("free_count", "error"), [(0, DatabaseUnreachable), (1, ReadOnly)], ids=["full", "not full"]
)
def test_a_disk_without_room_for_a_file_is_no_matter_of_permissions(
    path: Path, monkeypatch: pytest.MonkeyPatch, free_count: int, error: type[ShopError]
) -> None:
    """Where SQLite cannot make its files, the disk is blamed only if it has no room for one."""
    disk = SimpleNamespace(f_favail=free_count, f_files=100)
    monkeypatch.setattr(os, "statvfs", lambda _path: disk)
    Path(f"{path}-wal").mkdir()  # no file can be made here, whoever tries
    database = SqliteDatabase(SqliteAddress(str(path)), timeout_seconds=0.2)
    with pytest.raises(error), database.write() as session:
        session.change(INSERT, {"name": "x", "value": "y"})
    database.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")
@pytest.mark.parametrize(
    ("free_bytes", "reason"), [(0, "disk_full"), (1 << 30, "disk_failed")], ids=["full", "not full"]
)
def test_a_full_disk_without_the_index_of_the_wal_is_told_as_full(
    path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, reason: str
) -> None:
    """SQLite calls it an error of the disk where it finds no room for that file, also to read."""
    import resource

    disk = SimpleNamespace(f_bavail=free_bytes, f_frsize=1, f_blocks=1 << 30)
    monkeypatch.setattr(os, "statvfs", lambda _path: disk)
    database = SqliteDatabase(SqliteAddress(str(path)), timeout_seconds=0.2)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(DatabaseUnreachable) as caught:
            _count(database)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_soft, hard))
    assert caught.value.details["reason"] == reason
    database.close()


def _end() -> None:
    raise KeyboardInterrupt


def _everything_below(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*"))


def test_a_file_that_comes_to_nothing_is_not_left(tmp_path: Path) -> None:
    """Neither it, nor the files beside it, nor the folders that were made for it."""
    target = tmp_path / "new" / "folder" / "shop.db"
    with pytest.raises(KeyboardInterrupt), making.filling(str(target)):
        _end()
    assert _everything_below(tmp_path) == []


def test_what_was_there_before_stays(tmp_path: Path) -> None:
    """An empty file, and whatever else is in the folder."""
    target = tmp_path / "shop.db"
    for one in (target, tmp_path / "notes.txt"):
        one.touch()
    with pytest.raises(KeyboardInterrupt), making.filling(str(target)):
        _end()
    assert {"notes.txt", "shop.db"} <= set(_everything_below(tmp_path))


def test_a_shop_that_was_committed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends its maker afterwards."""
    real = sqlite_schema._transaction  # noqa: SLF001 - to end right behind it

    @contextmanager
    def ending(path: str, timeout_seconds: float, *, fills: bool) -> Iterator[Any]:
        with real(path, timeout_seconds, fills=fills) as connection:
            yield connection
        _end()

    monkeypatch.setattr(sqlite_schema, "_transaction", ending)
    target = tmp_path / "shop.db"
    with pytest.raises(KeyboardInterrupt):
        Shop.create(str(target))
    with Shop.open(str(target)) as shop:
        assert shop.verify().ok
