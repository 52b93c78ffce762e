"""Files that the shop needs beside its own and cannot write: each is refused with a known error."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

from shopcli.domain.addresses import RELAY_LOCK_SUFFIX
from shopcli.storage.addresses import SqliteAddress, parse_address
from tests.cli.conftest import Prompt


def _lock_path(prompt: Prompt) -> Path:
    address = parse_address(prompt.url)
    assert isinstance(address, SqliteAddress)
    return Path(f"{address.path}{RELAY_LOCK_SUFFIX}")


ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"])
"""On Postgres a relay has no lock file."""


@ON_SQLITE
@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.EROFS, (2, "read_only")),
        (errno.EACCES, (2, "read_only")),
        (errno.ENOSPC, (3, "database_unreachable")),
        (errno.EIO, (3, "database_unreachable")),
    ],
)
def test_a_relay_that_cannot_lock_says_why(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, number: int, outcome: tuple[int, str]
) -> None:
    """A read-only file system, missing rights and a full disk are no bugs of the shop."""
    path = _lock_path(prompt)

    def fail(_lock: FileLock, **_how: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(FileLock, "acquire", fail)
    answer = prompt("outbox", "relay", "--json")
    assert (answer.code, answer.error["code"]) == outcome
    assert answer.error["details"]["file"] == str(path)


@ON_SQLITE
def test_a_folder_in_the_place_of_the_lock_is_told(prompt: Prompt) -> None:
    """Whatever lies where the lock should be, the relay names it and ends."""
    path = _lock_path(prompt)
    path.mkdir()
    answer = prompt("outbox", "relay", "--json")
    assert (answer.code, answer.error["code"]) == (3, "database_unreachable")
    assert answer.error["details"]["file"] == str(path)


@pytest.mark.parametrize("line", ["import users users.csv", "demo"])
def test_no_folder_for_temporary_files(
    stocked: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Where none can be written, nothing is begun."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users.csv").write_text("user\nzoe\n")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert stocked.refused(*line.split()) == (2, "invalid_input")
    assert [user["user"] for user in stocked.done("user", "list")] == ["kim"]


def test_a_configuration_that_cannot_be_kept_leaves_no_draft(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the old file stays, alone."""
    file = tmp_path / "config.toml"
    file.write_text("user = 'kim'\n")
    file.chmod(0o600)
    monkeypatch.setenv("SHOP_CONFIG", str(file))
    before = sorted(tmp_path.iterdir())

    def fail(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", fail)
    assert prompt.refused("config", "set", "user", "lee") == (2, "invalid_input")
    assert sorted(tmp_path.iterdir()) == before
    assert file.read_text() == "user = 'kim'\n"


def test_a_configuration_out_of_reach_is_told_when_a_value_is_taken_out(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that cannot be looked up is refused, as where it is read."""
    monkeypatch.setenv("SHOP_CONFIG", str(tmp_path / ("x" * 300)))
    assert prompt.refused("config", "unset", "user") == (2, "invalid_input")


def test_a_store_of_events_that_cannot_be_opened_is_named(prompt: Prompt, tmp_path: Path) -> None:
    """The port is not blamed for the file."""
    answer = prompt(
        "platform", "serve", "--port", "0", "--store", str(tmp_path), "--json", db=False
    )
    assert (answer.code, answer.error["code"]) == (2, "invalid_input")
    assert answer.error["details"]["file"] == str(tmp_path)
