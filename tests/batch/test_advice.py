"""What a person is told of a file that is not what an import reads: where it is and what helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.batch_text import broken_cell
from tests.batch.files import take

HEAD = "sku,name,price"

FIRST_LINES: dict[str, tuple[str, str]] = {
    "columns in capitals": ("SKU,Name,Price", "sku, name, price"),
    "one column in capitals": ("sku,name,Price", "price"),
    "no header": ("TEA,Tea,100", "first line"),
    "tabs": ("sku\tname\tprice", "--format tsv"),
    "semicolons": ("sku;name;price", "semicolons"),
    "JSON": ('{"sku": "TEA", "name": "Tea", "price": 100}', "--format jsonl"),
    "a JSON array": ('[{"sku": "TEA"}]', "--format jsonl"),
}


@pytest.mark.parametrize("what", FIRST_LINES)
def test_a_first_line_that_is_no_header(shop: Shop, tmp_path: Path, what: str) -> None:
    """Capitals, a missing header and other formats are recognised, with what to type."""
    line, advice = FIRST_LINES[what]
    path = tmp_path / "p.csv"
    path.write_text(f"{line}\nA,A,5\n", encoding="utf-8")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert caught.value.exit_code == 2
    assert [error["line"] for error in caught.value.details["errors"]] == [1]
    assert advice in caught.value.fix


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('"A","B,5', "name"),
        ('"A"",B,5', "sku"),
        ('A,"B ""quoted""",5"', "price"),
        ('A,B,"5"x', "price"),
        ('A,"B"x,5', "name"),
        ("A,B\x00,5", "name"),
    ],
)
def test_the_broken_cell_is_named(shop: Shop, tmp_path: Path, line: str, column: str) -> None:
    """Of a line that is no CSV the cell is told in which it breaks, not the first with a quote."""
    path = tmp_path / "p.csv"
    path.write_text(f"{HEAD}\nTEA,Tea,100\n{line}\n", encoding="utf-8")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    found = [(error["line"], error["column"]) for error in caught.value.details["errors"]]
    assert found == [(3, column)]


def test_a_broken_cell_behind_ignored_columns(shop: Shop, tmp_path: Path) -> None:
    """Columns that begin with an underscore are counted, and named as no column of the import's."""
    for line, column in (('x,A,"B,5', "name"), ('"x,A,B,5', None)):
        path = tmp_path / "p.csv"
        path.write_text(f"_till,{HEAD}\n{line}\n", encoding="utf-8")
        with pytest.raises(ShopError) as caught:
            take(shop, "products", path)
        (error,) = caught.value.details["errors"]
        assert (error["line"], error["column"]) == (2, column)


def test_a_long_line_of_cells_is_looked_at_once() -> None:
    """Finding the broken cell takes one pass, however many cells stand before it."""
    assert broken_cell('"",' * 100_000 + '"') == 100_000


def test_a_folder_is_called_one(shop: Shop, tmp_path: Path) -> None:
    """Also where its name does not tell a format."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ShopError, match="folder") as caught:
        take(shop, "products", folder)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ['[{"sku": "A", "name": "A", "price": 5}]', "[\n  {"])
def test_a_json_array_is_no_json_lines(shop: Shop, tmp_path: Path, text: str) -> None:
    """How to make lines of it is told with its first line."""
    path = tmp_path / "p.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert "jq" in caught.value.details["errors"][0]["message"]


def test_a_half_written_row_is_told_as_a_file_that_changes(shop: Shop, tmp_path: Path) -> None:
    """That somebody still writes the file is worth more than where its last line was cut."""
    path = tmp_path / "p.csv"
    path.write_text(f"{HEAD}\nTEA,Tea,100\n", encoding="utf-8")

    def progress(phase: str, done: int, _total: int | None) -> None:
        if (phase, done) == ("checked", 0):
            with path.open("a") as file:
                file.write("B,")

    with pytest.raises(ShopError, match="changed"):
        take(shop, "products", path, progress=progress)
    assert not shop.products()
