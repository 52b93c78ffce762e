"""What the page about backups says of the server's own tools, carried out as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

import shopcli
from shopcli import Shop
from tests.command_lines import carry_out
from tests.moving.test_copy import everything
from tests.postgres_server import DatabaseServer

PAGE = (Path(shopcli.__file__).parent / "help" / "backups.md").read_text("utf-8")


def _tools(url: str) -> Path:
    """The folder of the programs that are of the server's release."""
    with psycopg.connect(url) as raw:
        row = raw.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
        release = str(raw.info.server_version // 10_000)
    found = shutil.which("pg_dump", path=row[0] if row else None) or shutil.which("pg_dump")
    if found is None:
        pytest.skip("pg_dump is not here: it comes with the package postgresql-client")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    if f" {release}." not in told:
        pytest.skip(f"the server is of release {release}, and pg_dump is not: {told.strip()}")
    return Path(found).parent


@pytest.mark.parametrize("dialect", ["postgres"])
def test_a_dump_that_is_restored_beside_the_shop_is_held(
    shop: Shop, shop_url: str, tmp_path: Path, dialect: str, database_server: DatabaseServer
) -> None:
    """Line by line: it holds every row and every guard, and sends nothing once it is told so."""
    assert dialect == "postgres"
    tools = _tools(shop_url)
    (lines,) = re.findall(r"^```sh\n(pg_dump.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    with database_server.database() as url:
        addresses = {"$SHOP_DATABASE_URL": shop_url, "$EMPTY_DATABASE_URL": url}
        for line in lines.splitlines():
            words = shlex.split(line)
            for name, address in addresses.items():
                words = [word.replace(name, address) for word in words]
            if words[0] == "shop":
                done = carry_out(*words[1:], cwd=tmp_path)
            else:
                words[0] = str(tools / words[0])
                done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
            assert done.returncode == 0, (line, done.stderr)
        held = everything(url)
        before = everything(shop_url)
        assert len(held.pop("admin_changes")) == len(before.pop("admin_changes")) + 1
        assert held == before
        with Shop.open(url) as restored:
            assert restored.id == shop.id
            assert restored.outbox.status().held == "a copy"
            assert restored.outbox.deliveries.lease("somebody", 1) == ()
    assert shop.outbox.status().held is None
