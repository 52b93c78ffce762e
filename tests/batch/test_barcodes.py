"""Barcodes and rounded ids in files: each code one product, and no number that was rounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop
from tests.batch.files import counts, state, stock_up, take, write
from tests.factories import refusal

EAN = "4006381333931"
HEAD = "sku,name,price,barcode"


def codes(shop: Shop, *words: str) -> list[str | None]:
    """The SKUs that scans find."""
    found = [shop.browsing.scanned(word) for word in words]
    return [None if product is None else product.sku for product in found]


@pytest.mark.parametrize("way", ["dry run", "run"])
def test_a_barcode_goes_to_the_first_row_that_has_it(shop: Shop, tmp_path: Path, way: str) -> None:
    """A row with the code of an earlier row, of a product or of its SKU is rejected as such."""
    shop.add_product("OLD", name="Old", price=1, barcode="96385074")
    shop.add_product("12345670", name="Old", price=1)
    rows = [
        f"A,A,1,{EAN}",
        "B,B,1,x-1",
        f"C,C,1,0{EAN}",  # A's
        "D,D,1,0000096385074",  # OLD's
        "E,E,1,0012345670",  # the SKU of a product
        "F,F,1,F",
        "G,G,1,F",  # F's SKU and barcode
        "x-1,X,1,",  # B's barcode
        f"{EAN},N,1,",  # A's barcode
        "H,H,1,",
    ]
    path = write(tmp_path / "p.csv", HEAD, *rows)
    summary = take(shop, "products", path, dry_run=way == "dry run")
    assert counts(summary) == (10, 4, 0, 0, 0, 6)
    assert [(r["line"], r["code"], r["column"]) for r in summary.rejections] == [
        (line, "barcode_exists", "barcode") for line in (4, 5, 6, 8, 9, 10)
    ]
    if summary.dry_run:
        assert len(shop.products()) == 2
        return
    assert codes(shop, EAN, "x-1", "96385074", "F") == ["A", "B", "OLD", "F"]
    assert shop.verify().ok


def test_a_large_file_is_judged_as_a_small_one(shop: Shop, tmp_path: Path) -> None:
    """Also across batches the first row with a code has it, with and without a dry run."""
    numbers = [4_000_000_000_000 + 7 * n for n in range(6000)]
    rows = [f"S{n},N,1,{number}" for n, number in enumerate(numbers)]
    rows += [f"T{n},N,1,0{number}" for n, number in enumerate(numbers[:5])]
    path = write(tmp_path / "p.csv", HEAD, *rows)
    for dry_run in (True, False):
        summary = take(shop, "products", path, dry_run=dry_run)
        assert counts(summary) == (6005, 6000, 0, 0, 0, 5)
        assert {reject["code"] for reject in summary.rejections} == {"barcode_exists"}
    assert codes(shop, str(numbers[0]), str(numbers[-1])) == ["S0", "S5999"]
    again = take(shop, "products", path)
    assert counts(again) == (6005, 0, 0, 6000, 0, 5)
    assert shop.verify().ok


def test_barcodes_change_hands_in_one_file(shop: Shop, tmp_path: Path) -> None:
    """What one row gives up another takes; a row that is refused keeps what it has."""
    for sku, barcode in (("A", "11111111"), ("B", "22222222"), ("C", "33333333"), ("D", None)):
        shop.add_product(sku, name=sku, price=1, barcode=barcode)
    swap = write(tmp_path / "s.csv", "sku,barcode", "A,22222222", "B,11111111", "D,\\N")
    assert counts(take(shop, "products", swap, on_existing="update")) == (3, 0, 2, 1, 0, 0)
    assert codes(shop, "11111111", "22222222") == ["B", "A"]
    chain = write(tmp_path / "c.csv", "sku,barcode", "A,33333333", "B,22222222")
    assert counts(take(shop, "products", chain, on_existing="update")) == (2, 0, 0, 0, 0, 2)
    assert codes(shop, "11111111", "22222222", "33333333") == ["B", "A", "C"]
    clear = write(tmp_path / "d.csv", "sku,barcode", "C,\\N", "D,33333333")
    assert counts(take(shop, "products", clear, on_existing="update")) == (2, 0, 2, 0, 0, 0)
    assert codes(shop, "33333333") == ["D"]
    assert shop.verify().ok


def test_what_spreadsheets_put_round_codes_is_taken_off(shop: Shop, tmp_path: Path) -> None:
    """An apostrophe or a formula of one text round a SKU or barcode is not part of it."""
    path = write(
        tmp_path / "p.csv",
        HEAD,
        'A,A,1,="0400638133393"',
        "B,B,1,'0400638133394",
        'C,C,1,"=""0400638133395"""',
        "'0012,D,1,",
        '="0013",E,1,',
    )
    assert counts(take(shop, "products", path)) == (5, 5, 0, 0, 0, 0)
    assert {p.sku: p.barcode for p in shop.products()} == {
        "A": "0400638133393",
        "B": "0400638133394",
        "C": "0400638133395",
        "0012": None,
        "0013": None,
    }
    assert counts(take(shop, "products", path)) == (5, 0, 0, 5, 0, 0)


@pytest.mark.parametrize(
    ("kind", "head", "row", "column"),
    [
        ("products", HEAD, "A,A,1,4.00638E+12", "barcode"),
        ("products", HEAD, 'A,A,1,"4,00638E+12"', "barcode"),
        ("products", HEAD, "4.00638E+12,A,1,", "sku"),
        ("products", HEAD, "1001.0,A,1,", "sku"),
        ("users", "user", "1001.0", "user"),
        ("charges", "key,user,amount", "2.02611E+11,kim,5", "key"),
        ("charges", "key,user,amount", "1001.0,kim,5", "key"),
        ("charges", "key,user,amount", "k,1001.0,5", "user"),
        ("claims", "key,user,coupon", "2.02611E+11,kim,WELCOME10", "key"),
        ("orders", "key,user,sku,quantity", "2.02611E+11,kim,LATTE,1", "key"),
        ("orders", "key,user,sku,quantity", "k,kim,1001.0,1", "sku"),
    ],
)
def test_an_id_that_a_spreadsheet_rounded_is_malformed(
    shop: Shop, tmp_path: Path, kind: str, head: str, row: str, column: str
) -> None:
    """Rounded numbers in key, user, SKU and barcode tell several rows no more apart."""
    stock_up(shop)
    before = state(shop)
    path = write(tmp_path / "f.csv", head, row)
    refused = refusal("invalid_input", take, shop, kind, path)
    (error,) = refused.details["errors"]
    assert (error["line"], error["column"]) == (2, column)
    assert state(shop) == before


def test_an_id_that_looks_rounded_and_exists_is_taken(shop: Shop, tmp_path: Path) -> None:
    """A SKU and a user that were named so on purpose are found, but never made by a file."""
    shop.add_user("1001.0")
    shop.add_product("2.0", name="Version two", price=5, stock=3)
    charges = write(tmp_path / "c.csv", "key,user,amount", "k1,1001.0,50", "k2,1001.0,50")
    assert take(shop, "charges", charges).created == 2
    orders = write(tmp_path / "o.csv", "key,user,sku,quantity", "o1,1001.0,2.0,2")
    assert take(shop, "orders", orders).created == 1
    products = write(tmp_path / "p.csv", "sku,price", "2.0,6")
    assert take(shop, "products", products, on_existing="update").updated == 1
    more = write(tmp_path / "m.csv", "sku,name,price", "2.0,Two,6", "3.0,Three,6")
    refused = refusal("invalid_input", take, shop, "products", more)
    assert [error["line"] for error in refused.details["errors"]] == [3]
