"""The shop goes on while a file is imported: others get their turn between the batches."""

from __future__ import annotations

import subprocess
from pathlib import Path

from shopcli import Shop
from tests.batch.files import assert_sound, command, environment, stock_up, write

ROW_COUNT = 80_000
ORDER_COUNT = 5


def test_orders_are_placed_while_a_file_is_imported(
    shop: Shop, shop_url: str, tmp_path: Path
) -> None:
    """Single orders commit while rows are there already and others still to come."""
    stock_up(shop, amount=100_000_000)
    shop.restock("LATTE", ROW_COUNT)
    own = len(shop.products())
    rows = (f"P{n:06d},Product {n},5" for n in range(ROW_COUNT))
    path = write(tmp_path / "p.csv", "sku,name,price", *rows)
    process = subprocess.Popen(
        command("import", "products", str(path), "--json", url=shop_url, cwd=tmp_path),
        env=environment(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    in_between = placed = 0
    while process.poll() is None:
        before = _product_count(shop) - own
        shop.order("kim", {"LATTE": 1})
        placed += 1
        after = _product_count(shop) - own
        in_between += before > 0 and after < ROW_COUNT
    out, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert b'"created": 80000' in out
    assert in_between >= ORDER_COUNT
    assert len(shop.orders("kim")) == placed
    assert_sound(shop)


def _product_count(shop: Shop) -> int:
    with shop.runtime.database.read() as session:
        row = session.row("SELECT count(*) FROM products")
    return 0 if row is None else int(row[0])
