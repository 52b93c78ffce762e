"""Ctrl-C while a program is still being loaded leaves nothing that a later step stumbles over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shopcli import Shop

INTERRUPT = """
import sys
from importlib.machinery import PathFinder
from types import SimpleNamespace

class Interrupting:
    # Interrupts, once, at the end of a module that is being loaded.
    def __init__(self, name):
        self.name = name
    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        self.name = None
        spec = PathFinder.find_spec(name, path)
        run = spec.loader.exec_module
        def interrupted(module):
            run(module)
            raise KeyboardInterrupt
        spec.loader.exec_module = interrupted
        return spec

sys.meta_path.insert(0, Interrupting(sys.argv.pop(1)))
"""

TABLES = "shopcli.storage.schema.tables.trade"
AGAIN = """
try:
    import shopcli.storage.schema.tables
except KeyboardInterrupt:
    from shopcli.storage.schema.tables import metadata, products
    print(metadata.tables["products"] is products, len(metadata.tables))
"""
LINE = """
from shopcli.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def _run(code: str, module: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", INTERRUPT + code, module, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_tables_are_loaded_whole_or_not_at_all() -> None:
    """Who uses them again after a Ctrl-C has all of them, each once."""
    from shopcli.storage.schema.tables import metadata

    done = _run(AGAIN, TABLES)
    assert (done.stdout.split(), done.stderr) == (["True", str(len(metadata.tables))], "")


@pytest.mark.parametrize("module", [TABLES, "sqlalchemy.types"])
def test_a_move_that_is_stopped_while_it_is_loaded(tmp_path: Path, module: str) -> None:
    """It ends as by any Ctrl-C: nothing has begun, whatever had been loaded by then."""
    old, new = str(tmp_path / "shop.db"), tmp_path / "new.db"
    Shop.create(old, currency="KRW", timezone="UTC").close()
    done = _run(LINE, module, "db", "copy", str(new), "--then", "retire", "--db", old, "--json")
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert json.loads(done.stderr)["error"]["code"] == "interrupted"
    assert not new.exists()
    with Shop.open(old) as shop:
        shop.add_user("kim")
