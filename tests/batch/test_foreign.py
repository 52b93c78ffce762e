"""Files as spreadsheets and other tills leave them: what is passed over, what is told, and how."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from shopcli import Shop
from shopcli.engine.imports.reading import cells, source
from shopcli.wording.advice import advice
from tests.batch.files import counts, stock_up, take, write
from tests.factories import refusal

HEAD = "sku,name,price"


def test_what_holds_nothing_is_passed_over(shop: Shop, tmp_path: Path) -> None:
    """Empty columns at the end, rows of bare commas and blank rows are no rows and no columns."""
    path = write(
        tmp_path / "p.csv", f"{HEAD},,,", "A,A,1,,,", ",,,,,", "", "  , ,,,,", "B,B,2,,,", ",,,,,"
    )
    assert counts(take(shop, "products", path)) == (2, 2, 0, 0, 0, 0)
    tabs = write(tmp_path / "p.tsv", "sku\tname\tprice\t", "C\tC\t3\t", "\t\t\t")
    assert counts(take(shop, "products", tabs)) == (1, 1, 0, 0, 0, 0)


def test_content_without_a_name_is_malformed(shop: Shop, tmp_path: Path) -> None:
    """A cell under no name is told with its value: it may be what was meant for another column."""
    path = write(tmp_path / "p.csv", f"{HEAD},", "A,A,1,", "B,B,2,surplus")
    refused = refusal("invalid_input", take, shop, "products", path)
    (error,) = refused.details["errors"]
    assert (error["line"], "surplus" in error["message"]) == (3, True)


def test_a_line_that_tells_spreadsheets_the_separator(shop: Shop, tmp_path: Path) -> None:
    """`sep=` is passed over where it is right, and says what to do where it is not."""
    path = write(tmp_path / "p.csv", "sep=,", HEAD, "A,A,1")
    assert counts(take(shop, "products", path)) == (1, 1, 0, 0, 0, 0)
    other = write(tmp_path / "q.csv", "sep=;", "sku;name;price", "A;A;1")
    assert "semicolons" in advice(refusal("invalid_input", take, shop, "products", other))


@pytest.mark.parametrize(
    ("price", "meant"),
    [('"1,50"', None), ("₩100", "100"), (" 100", "100"), ("-5", None), ('"10,000"', "10000")],
)
def test_a_refused_cell_says_what_to_type(
    shop: Shop, tmp_path: Path, price: str, meant: str | None
) -> None:
    """The value is in the message, and how to type it where only one thing can be meant."""
    path = write(tmp_path / "p.csv", HEAD, f"A,A,{price}")
    (error,) = refusal("invalid_input", take, shop, "products", path).details["errors"]
    assert price.strip('"') in error["message"]
    assert ("Type it like" if meant is None else f"Type {meant}.") in error["message"]


def test_a_row_of_totals_is_called_one(shop: Shop, tmp_path: Path) -> None:
    """What a spreadsheet adds up is told as such where it is malformed."""
    path = write(tmp_path / "p.csv", HEAD, "A,A,1", "Total,,1")
    (error,) = refusal("invalid_input", take, shop, "products", path).details["errors"]
    assert "totals" in error["message"]


def test_prices_alone_say_how_to_change_them(shop: Shop, tmp_path: Path) -> None:
    """A file without names changes products that exist, which its refusal says."""
    path = write(tmp_path / "p.csv", "sku,price", "A,1")
    assert "--on-existing update" in advice(refusal("invalid_input", take, shop, "products", path))


def test_a_blank_at_an_end_makes_no_other_key(shop: Shop, tmp_path: Path) -> None:
    """`1 ` is not a key beside `1`: nobody is charged twice by a blank."""
    stock_up(shop)
    for key in ("1 ", " 1", '"1 "'):
        path = write(tmp_path / "c.csv", "key,user,amount", "1,kim,10", f"{key},kim,10")
        (error,) = refusal("invalid_input", take, shop, "charges", path).details["errors"]
        assert (error["line"], error["column"]) == (3, "key")
        assert "'1'" in error["message"]
    refusal("invalid_input", shop.charge, "kim", 10, key="1 ")


def test_columns_are_bounded_and_looked_at_once(shop: Shop, tmp_path: Path) -> None:
    """A hundred thousand columns are refused by their number; two of one name by that name."""
    many = write(tmp_path / "m.csv", ",".join(f"c{n}" for n in range(100_000)), "x")
    assert "columns" in refusal("invalid_input", take, shop, "products", many).message
    twice = write(tmp_path / "t.csv", f"{HEAD},name", "A,A,1,B")
    refused = refusal("invalid_input", take, shop, "products", twice)
    assert refused.details["columns"] == ["name"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_of_nothing_has_an_end(
    shop: Shop, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many blank lines on end, or what unpacks to far more than it is, are refused."""
    monkeypatch.setattr(cells, "_BLANK_LINES_MAX", 1_000_000)
    head = f"{HEAD}\n" if form == "csv" else '{"sku": "A", "name": "A", "price": 1}\n'
    path = tmp_path / f"p.{form}"
    path.write_bytes(head.encode() + b"\n" * 3_000_000)
    refusal("invalid_input", take, shop, "products", path)
    monkeypatch.setattr(source, "_EXPANDED_BYTES", 1 << 20)
    packed = tmp_path / f"p.{form}.gz"
    packed.write_bytes(gzip.compress(head.encode() + b"A" * 30_000_000, mtime=0))
    assert "unpacks" in refusal("invalid_input", take, shop, "products", packed).message


def test_tsv_is_inert_and_read_back(shop: Shop, tmp_path: Path) -> None:
    """Formulas leave in no format as such; quotes and apostrophes come back as they were."""
    names = {"A": "=1+1", "B": '"Quoted" name', "C": "'=x", "D": "@sum", "E": '5" pie'}
    for sku, name in names.items():
        shop.add_product(sku, name=name, price=1)
    path = tmp_path / "p.tsv"
    shop.exports.save("products", path)
    assert "'=1+1" in path.read_text()
    assert counts(take(shop, "products", path)) == (5, 0, 0, 5, 0, 0)
