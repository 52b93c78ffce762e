"""What a command at the prompt need not wait for: modules that a fresh process leaves unloaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import shopcli

HEAVY = (
    "alembic", "asyncio", "filelock", "http.client", "psycopg", "pydantic", "rich", "sqlalchemy",
    "shopcli.domain.facts", "shopcli.wording", "ssl", "textual", "typer",
)  # fmt: skip

STEPS = {
    "the package": "import shopcli",
    "its names": "from shopcli import Shop, ShopError",
    "to open a shop": "shop = Shop.open(sys.argv[1])",
    "to charge": "shop.add_user('kim'); shop.charge('kim', 10_000); shop.balance('kim')",
    "to order": (
        "shop.add_product('LATTE', name='Latte', price=4500, stock=20);"
        "shop.order('kim', {'LATTE': 2}); shop.products(); shop.top()"
    ),
}
"""What a program does, one after the other."""

REPORT = f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"


@pytest.mark.wheel
def test_a_shop_on_sqlite_loads_nothing_heavy(sqlite_template: Path, tmp_path: Path) -> None:
    """Importing, opening, charging and ordering load no library that only others need."""
    path = shutil.copy(sqlite_template, tmp_path / "shop.db")
    lines = ["import json, sys", *(f"{line}\n{REPORT}" for line in STEPS.values())]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(shopcli.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    loaded = zip(STEPS, map(json.loads, done.stdout.splitlines()), strict=True)
    assert {step: names for step, names in loaded if names} == {}
