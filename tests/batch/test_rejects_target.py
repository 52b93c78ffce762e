"""Where rejected rows go: a new file, a device, never beside what is no file."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import run, stock_up, take, write
from tests.factories import refusal

ROWS = ("key,user,amount", "c1,kim,5", "c2,nobody,5")


@pytest.fixture
def charges(shop: Shop, tmp_path: Path) -> Path:
    """A file of which one row is rejected."""
    stock_up(shop)
    return write(tmp_path / "c.csv", *ROWS)


@pytest.mark.skipif(os.name != "posix", reason="makes a pipe and a socket")
@pytest.mark.parametrize("kind", ["empty", "folder", "here", "pipe", "socket", "nul", "long"])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "real"])
def test_what_cannot_be_the_file_is_refused_before(
    shop: Shop, charges: Path, tmp_path: Path, kind: str, *, dry_run: bool
) -> None:
    """A folder, a pipe, a socket or no name is refused; nothing is booked, nothing lies beside."""
    folder = tmp_path / "below"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path is short
        try:
            bound.bind("socket")
        finally:
            os.chdir(here)
        targets = {
            "empty": "",
            "folder": str(folder),
            "here": ".",
            "nul": "a\0b",
            "long": "a" * 300,
        }
        wanted = targets.get(kind, str(folder / kind))
        before = sorted(tmp_path.rglob("*"))
        error = refusal(
            "invalid_input", take, shop, "charges", charges, rejects=wanted, dry_run=dry_run
        )
    assert error.details["field"] == "rejects"
    assert shop.balance("kim").balance == 100_000
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix", reason="needs devices")
def test_a_device_is_written_to(shop: Shop, shop_url: str, charges: Path, tmp_path: Path) -> None:
    """Rejected rows may be thrown away or shown; no file is named that there is not."""
    before = sorted(Path("/dev").glob("*-2"))
    thrown = run(
        "import", "charges", str(charges), "--rejects", "/dev/null", "--json", url=shop_url,
        cwd=tmp_path,
    )  # fmt: skip
    error = json.loads(thrown.stderr)["error"]
    assert (thrown.returncode, json.loads(thrown.stdout)["rejects_file"]) == (5, None)
    assert "/dev/null" not in error["fix"]
    reading, writing = os.pipe()
    summary = take(shop, "charges", charges, rejects=f"/dev/fd/{writing}")
    os.close(writing)
    with os.fdopen(reading, "rb") as shown:
        assert shown.read().splitlines()[1].startswith(b"c2,nobody,5,3,user,unknown_user")
    assert (summary.rejected, summary.rejects_file) == (1, None)
    assert sorted(Path("/dev").glob("*-2")) == before


def test_a_name_that_is_taken_is_numbered(shop: Shop, charges: Path, tmp_path: Path) -> None:
    """What lies there stays; the same rows again go nowhere else."""
    taken = write(tmp_path / "r.csv", "mine")
    first, again = (take(shop, "charges", charges, rejects=taken).rejects_file for _ in range(2))
    assert first == again == str(tmp_path / "r-2.csv")
    assert taken.read_bytes() == b"mine\n"
