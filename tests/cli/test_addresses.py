"""Addresses at the prompt: what is none makes nothing and shows no secret; a path lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NEARLY = [
    '"postgresql://kim:hush@host/db"',
    "postgresql:/kim:hush@host/db",
    "postgresql://kim:hush/hush@host/db",
    "host=h user=kim password=hush",
    "mysql://kim:hush@host/db",
    "kim:hush@host/db",
]
COMMANDS = ["init", "doctor", "config", "config show --json", "products", "products --json", ""]


def _run(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shopcli", *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("address", NEARLY)
def test_no_command_shows_what_is_nearly_an_address(address: str, tmp_path: Path) -> None:
    """Each command answers without the secret, and nothing is made."""
    for command in COMMANDS:
        done = _run(*command.split(), cwd=tmp_path, SHOP_DATABASE_URL=address)
        assert "hush" not in done.stdout + done.stderr, command
        assert done.returncode in {0, 1, 2}, (command, done.stderr)
    assert _run("init", "--db", address, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["balance"], ["init"], ["outbox", "status"]])
@pytest.mark.parametrize("address", ["postgresql://kim:hush@host/db", *NEARLY])
def test_a_complaint_repeats_no_secret(
    address: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An address where none belongs is not repeated with its password."""
    from shopcli.cli.main import perform

    assert perform([*words, address, f"--url={address}"]) == 2
    assert "hush" not in capsys.readouterr().err


def test_the_database_set_lasts_wherever_it_is_used(tmp_path: Path) -> None:
    """A path is kept absolute, so that another folder makes no other shop of it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert _run("config", "set", "database", "eur.db", cwd=tmp_path).returncode == 0
    assert _run("init", cwd=elsewhere).returncode == 0

    assert (tmp_path / "eur.db").is_file()
    assert list(elsewhere.iterdir()) == []
    assert _run("config", "set", "database", "postgres:/x", cwd=tmp_path).returncode == 2


NOWHERE = "postgresql://kim@shop.invalid:1/snacks"


@pytest.mark.parametrize("words", ["products", "init", "doctor", "db status", "db upgrade"])
def test_an_open_way_to_the_server_is_told_once(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command that goes to another host without sslmode says so, on stderr, to a person."""
    from shopcli.cli.main import perform

    def told(*options: str) -> tuple[int, int]:
        perform([*words.split(), *options])
        said = capsys.readouterr()
        return said.err.count("no sslmode"), said.out.count("no sslmode")

    assert told("--db", NOWHERE) == (1, 0)
    assert told("--db", NOWHERE, "--json") == (0, 0)
    assert told("--db", f"{NOWHERE}?sslmode=require") == (0, 0)
    assert told("--db", NOWHERE.replace("shop.invalid", "localhost")) == (0, 0)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert told("--db", NOWHERE) == (0, 0)
