"""Inputs of many blocks and transactions: nothing is lost, doubled or altered at their seams."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.engine.imports import batches
from shopcli.engine.imports.reading import source
from tests.batch.files import assert_sound, counts, take, write

COUNT = 700
NAMES = [r"C:\new\table", r"a \\ b", "it's", "Kim's 'best'", "아메리카노", "50 % off", "\\", "x"]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few lines, and at most two of them in a transaction."""
    monkeypatch.setattr(source, "_BLOCK_CHARACTERS", 300)
    monkeypatch.setattr(batches, "_PARTS_MAX", 2)


@pytest.mark.usefixtures("small_blocks")
def test_texts_arrive_as_they_are(shop: Shop, tmp_path: Path) -> None:
    """Names, categories and stock of a long file are stored exactly, whatever marks they hold."""
    rows = {
        f"P{n:04d}": (NAMES[n % len(NAMES)], n, n % 3, "" if n % 5 else "Drinks")
        for n in range(COUNT)
    }
    lines = [",".join([sku, *map(str, cells)]) for sku, cells in rows.items()]
    path = write(tmp_path / "p.csv", "sku,name,price,stock,category", *lines)
    assert counts(take(shop, "products", path)) == (COUNT, COUNT, 0, 0, 0, 0)
    found = {
        product.sku: (product.name, product.price, product.stock, product.category or "")
        for product in shop.products()
    }
    assert found == rows
    assert [product.sku for product in shop.products(r"new\table")][:2] == ["P0000", "P0008"]
    assert counts(take(shop, "products", path)) == (COUNT, 0, 0, COUNT, 0, 0)
    assert_sound(shop)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(("doubled", "line"), [("P0000", 702), ("P0699", 702)])
def test_what_comes_twice_is_found(shop: Shop, tmp_path: Path, doubled: str, line: int) -> None:
    """A SKU that stands in an earlier block of a sorted file is told with both its lines."""
    lines = [f"P{n:04d},N{n},{n}" for n in range(COUNT)]
    path = write(tmp_path / "p.csv", "sku,name,price", *lines, f"{doubled},X,1")
    with pytest.raises(ShopError) as refused:
        take(shop, "products", path)
    assert [error["line"] for error in refused.value.details["errors"]] == [line]
    assert not shop.products()


@pytest.mark.usefixtures("small_blocks")
def test_a_malformed_line_is_told_by_its_number(shop: Shop, tmp_path: Path) -> None:
    """Odd lines within and at the seams of blocks neither shift numbers nor hide others."""
    lines = [f"P{n:04d},N{n},{n}" for n in range(COUNT)]
    lines[10] = "P0010,,1"
    lines[333] = "P0333,N,1,2"
    lines[334] = ""
    lines[-1] = "P0699,N,x"
    path = write(tmp_path / "p.csv", "sku,name,price", *lines)
    with pytest.raises(ShopError) as refused:
        take(shop, "products", path)
    found = [(error["line"], error["column"]) for error in refused.value.details["errors"]]
    assert found == [(12, "name"), (335, None), (701, "price")]
    assert counts(take(shop, "products", path, max_errors=3)) == (699, 696, 0, 0, 0, 3)
