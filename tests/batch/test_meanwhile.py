"""The shop goes on while a file is imported: others get their turn between the batches."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.engine.imports.reading import cells
from tests import warm_processes
from tests.batch.files import assert_sound, command, environment, stock_up, take, write

ROW_COUNT = 80_000
PART_ROW_COUNT = 20
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
    process = warm_processes.Popen(
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


def test_what_was_done_before_makes_no_batch_large(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows behind many replayed ones are not written all at once: others would wait for them."""
    monkeypatch.setattr(cells, "CHUNK_ROW_COUNT", PART_ROW_COUNT)
    stock_up(shop)
    before = [f"k{n},kim,5" for n in range(60 * PART_ROW_COUNT)]
    take(shop, "charges", write(tmp_path / "before.csv", "key,user,amount", *before))
    both = [*before, *(f"new{n},kim,5" for n in range(60 * PART_ROW_COUNT))]
    reached: list[int] = []
    summary = take(
        shop,
        "charges",
        write(tmp_path / "both.csv", "key,user,amount", *both),
        progress=lambda phase, done, _total: reached.append(done) if phase == "applied" else None,
    )
    assert (summary.replayed, summary.created) == (len(before), len(before))
    steps = [after - done for done, after in pairwise(reached) if done < len(before)]
    assert max(steps) <= 4 * PART_ROW_COUNT
    assert_sound(shop)


def _product_count(shop: Shop) -> int:
    with shop.runtime.database.read() as session:
        row = session.row("SELECT count(*) FROM products")
    return 0 if row is None else int(row[0])
