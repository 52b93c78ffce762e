"""The page about moving, carried out as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import shopcli
from shopcli import Shop, ShopError
from tests.command_lines import carry_out
from tests.moving.test_copy import everything
from tests.postgres_server import DatabaseServer

PAGE = (Path(shopcli.__file__).parent / "help" / "moving.md").read_text("utf-8")


def _carried_out(lines: str, new: str, old: str, folder: Path) -> list[str]:
    """Type the lines; what each told beside its answer."""
    told = []
    for line in lines.splitlines():
        program, *words = shlex.split(line.replace("$NEW", new))
        assert program == "shop"
        done = carry_out(*words, cwd=folder, environment={"SHOP_DATABASE_URL": old})
        assert done.returncode == 0, (line, done.stderr)
        told.append(done.stderr.decode())
    return told


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_page_moves_a_shop(
    shop: Shop, shop_url: str, tmp_path: Path, dialect: str, database_server: DatabaseServer
) -> None:
    """Step by step: the rehearsal, the move, the new address, deliveries; and the way back."""
    assert dialect == "sqlite"
    steps = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(steps) == 6
    with (
        database_server.database() as rehearsed,
        database_server.database() as unused,
        database_server.database() as url,
    ):
        named, rehearsal, *move, back = steps
        assert named.startswith("NEW=postgresql://")
        before = everything(shop_url)
        told = [
            *_carried_out(rehearsal, rehearsed, shop_url, tmp_path),
            *_carried_out(move[0] + back, unused, shop_url, tmp_path),
            *_carried_out("".join(move), url, shop_url, tmp_path),
        ]

        assert everything(rehearsed) == before
        moved_rows = everything(url)
        resumed = len(moved_rows.pop("admin_changes")) - len(before.pop("admin_changes"))
        assert (moved_rows, resumed) == (before, 1)
        assert any("Nobody can sell" in one for one in told)
        with Shop.open(url) as moved:
            assert moved.outbox.status().held is None
        with pytest.raises(ShopError):
            shop.charge("kim", 1)
