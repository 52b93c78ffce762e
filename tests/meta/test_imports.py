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
    "ssl", "textual", "typer",
)  # fmt: skip

IMPORT = "import shopcli"
NAMES = "from shopcli import Shop, ShopError"
OPEN = "shop = Shop.open(sys.argv[1])"
CHARGE = "shop.add_user('kim'); shop.charge('kim', 10_000); shop.balance('kim')"
ORDER = (
    "shop.add_product('LATTE', name='Latte', price=4500, stock=20);"
    "shop.order('kim', {'LATTE': 2}); shop.products(); shop.top()"
)
REPORT = f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"


def _heavy_modules_after(lines: tuple[str, ...], *arguments: str) -> list[str]:
    """Run lines in a fresh process and list the heavy modules it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(("import json, sys", *lines, REPORT)), *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(shopcli.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded: list[str] = json.loads(done.stdout)
    return loaded


@pytest.mark.wheel
@pytest.mark.parametrize("lines", [(IMPORT,), (NAMES,)], ids=["package", "names"])
def test_importing_the_package_loads_nothing_heavy(lines: tuple[str, ...]) -> None:
    """Importing the package and its names loads no library that an order does not need."""
    assert _heavy_modules_after(lines) == []


@pytest.mark.wheel
@pytest.mark.parametrize(
    "lines",
    [(NAMES, OPEN), (NAMES, OPEN, CHARGE), (NAMES, OPEN, CHARGE, ORDER)],
    ids=["open", "charge", "order"],
)
def test_a_shop_on_sqlite_loads_nothing_heavy(
    lines: tuple[str, ...], sqlite_template: Path, tmp_path: Path
) -> None:
    """Opening, charging and ordering on SQLite loads no library that only others need."""
    path = shutil.copy(sqlite_template, tmp_path / "shop.db")

    assert _heavy_modules_after(lines, str(path)) == []
