"""Paths and hosts that cannot even be looked at or looked up, wherever one is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_lines import carry_out

TOO_LONG = "n" * 300
"""Longer than any name in a folder; `Path.exists` raises for it."""
NO_ROOM = "n" * 250
"""A name to which nothing can be added, as SQLite and the shop do."""
LINES = [
    "doctor --db {}",
    "init --db {}",
    "verify --db {}",
    "db backup {} --db shop.db",
    "db backup {} --force --keep 2 --db shop.db",
    "db upgrade --backup {} --db shop.db",
    "db restore {} --yes --db shop.db",
    "db copy {} --db shop.db",
    "import users {} --db shop.db",
    "export users -o {} --db shop.db",
    "run {} --db shop.db",
    "member --authorized-keys {} --db shop.db",
]


@pytest.mark.parametrize("path", [TOO_LONG, NO_ROOM, f"absent/{TOO_LONG}"])
def test_a_name_that_is_too_long_is_no_bug(tmp_path: Path, path: str) -> None:
    """It is refused with a code of the table, or taken; never with 70."""
    assert carry_out("init", "--db", "shop.db", cwd=tmp_path).returncode == 0

    typed = [line.format(path).split() for line in LINES]
    codes = {
        " ".join(words[:3]): carry_out(*words, "--json", cwd=tmp_path).returncode for words in typed
    }
    assert set(codes.values()) <= {0, 1, 2, 3}, codes


@pytest.mark.parametrize("host", ["a..b", ".", "n" * 70, "\u00ad", "\u3002"])
def test_a_host_that_can_be_no_name_is_refused(tmp_path: Path, host: str) -> None:
    """Python cannot even look it up; as an address of a server or to listen at it is no host."""
    shop = carry_out(
        "balance", "-u", "kim", "--json", "--db", f"postgresql://{host}/x", cwd=tmp_path
    )
    serve = carry_out("platform", "serve", "--json", "--port", "0", "--host", host, cwd=tmp_path)

    for done in (shop, serve):
        assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (2, "invalid_input")


def test_an_address_of_other_bytes_is_not_configured(tmp_path: Path) -> None:
    """What is no UTF-8 could not be written into the configuration."""
    done = carry_out("config", "set", "database", "\udcff.db", "--json", cwd=tmp_path)

    assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (2, "invalid_input")
