"""No room left: for the database, for what is put aside, for exports; nothing half done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from shopcli.storage.sqlite import connections as sqlite_connections
from shopcli.wording.advice import advice
from tests import warm_processes
from tests.batch.files import (
    assert_sound,
    command,
    counts,
    environment,
    run,
    stock_up,
    take,
    write,
)

ROW_COUNT = 30_000

_BOUNDED = (
    "import resource, sys; from shopcli.cli.main import run;"
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}));"
    "sys.exit(run(sys.argv[1:]))"
)


def _run_bounded(
    *words: str, url: str, cwd: Path, file_size: int
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line where no file may grow beyond a size."""
    return warm_processes.run(
        [sys.executable, "-c", _BOUNDED.format(file_size), *words, "--db", url],
        env=environment(),
        cwd=cwd,
        capture_output=True,
        timeout=100,
        check=False,
    )


def test_a_full_disk_below_the_database(
    shop: Shop, shop_url: str, dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that fills the disk says what was done and goes on once there is room."""
    if dialect != "sqlite":
        pytest.skip("a full disk below a Postgres server is the server's")
    rows = (f"P{n:06d},{'x' * 100} {n},5" for n in range(ROW_COUNT))
    path = write(tmp_path / "p.csv", "sku,name,price", *rows)
    prepare = sqlite_connections.prepare

    def prepare_small(connection: Any, file: str) -> None:  # noqa: ANN401 - of one of two libraries
        prepare(connection, file)
        connection.execute("PRAGMA max_page_count = 1500")

    with monkeypatch.context() as patched, Shop.open(shop_url) as small:
        patched.setattr(sqlite_connections, "prepare", prepare_small)
        with pytest.raises(ShopError, match="full") as caught:
            take(small, "products", path)
    assert (caught.value.code, caught.value.exit_code) == ("database_unreachable", 3)
    assert "space" in advice(caught.value)
    assert "again" in advice(caught.value)
    applied = len(shop.products())
    assert 0 < applied < ROW_COUNT
    assert caught.value.details["rows_done"] == applied
    assert "nothing was changed" not in caught.value.message
    assert_sound(shop)
    done = take(shop, "products", path)
    assert counts(done) == (ROW_COUNT, ROW_COUNT - applied, 0, applied, 0, 0)


def test_no_room_for_rejected_rows(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """What was applied is not said to be undone; once there is room the same command ends well."""
    shop.add_user("kim")
    rows = (f"c{n},nobody,5" for n in range(ROW_COUNT))
    write(tmp_path / "c.csv", "key,user,amount", "first,kim,5", *rows)
    words = ("import", "charges", "c.csv", "--json")
    done = _run_bounded(*words, url=shop_url, cwd=tmp_path, file_size=2_000_000)
    assert (done.returncode, done.stdout) == (5, b"")
    error = json.loads(done.stderr)["error"]
    assert "again" in error["fix"]
    assert "Nothing was applied" not in error["message"]
    assert [file.name for file in tmp_path.glob("*rejects*")] == []
    again = run(*words, url=shop_url, cwd=tmp_path)
    assert again.returncode == 5
    summary = json.loads(again.stdout)
    assert (summary["created"] + summary["replayed"], summary["rejected"]) == (1, ROW_COUNT)
    assert shop.balance("kim").balance == 5


def test_no_room_for_an_export(shop: Shop, shop_url: str, tmp_path: Path) -> None:
    """A file that cannot be finished does not appear, one that is there stays, nothing is left."""
    stock_up(shop)
    rows = (f"P{n:05d},Product {n},5" for n in range(5000))
    take(shop, "products", write(tmp_path / "in.csv", "sku,name,price", *rows))
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old.csv").write_text("mine")
    for name in ("new.csv", "new.csv.gz", "old.csv"):
        size = 5000 if name.endswith(".gz") else 50_000
        words = ("export", "products", "--force", "-o", name, "--json")
        done = _run_bounded(*words, url=shop_url, cwd=folder, file_size=size)
        assert (done.returncode, done.stdout) == (2, b"")
        assert json.loads(done.stderr)["error"]["code"] == "invalid_input"
    assert [file.name for file in folder.iterdir()] == ["old.csv"]
    assert (folder / "old.csv").read_text() == "mine"


def test_no_room_for_an_export_on_standard_output(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """A cut export does not look like a whole one: exit 2 and a message."""
    stock_up(shop)
    with Path("/dev/full").open("wb") as full:
        done = warm_processes.run(
            command("export", "products", url=shop_url, cwd=tmp_path),
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"error: ")
