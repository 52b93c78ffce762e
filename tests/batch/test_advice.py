"""What a person is told of a file that is not what an import reads: where it is and what helps."""

from __future__ import annotations

import io
import shlex
from pathlib import Path

import pytest

from shopcli import Shop, ShopError
from shopcli.domain.batch.records import BrokenRecord, split_record
from shopcli.wording.advice import advice
from tests.batch.files import take
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock

HEAD = "sku,name,price"

FIRST_LINES: dict[str, tuple[str, str]] = {
    "columns in capitals": ("SKU,Name,Price", "sku, name, price"),
    "one column in capitals": ("sku,name,Price", "price"),
    "no header": ("TEA,Tea,100", "first line"),
    "an empty line": (",,", "first line"),
    "tabs": ("sku\tname\tprice", "--format tsv"),
    "semicolons": ("sku;name;price", "semicolons"),
    "JSON": ('{"sku": "TEA", "name": "Tea", "price": 100}', "--format jsonl"),
    "a JSON array": ('[{"sku": "TEA"}]', "--format jsonl"),
}


@pytest.mark.parametrize("what", FIRST_LINES)
def test_a_first_line_that_is_no_header(shop: Shop, tmp_path: Path, what: str) -> None:
    """Capitals, a missing header and other formats are recognised, with what to type."""
    line, told = FIRST_LINES[what]
    path = tmp_path / "p.csv"
    path.write_text(f"{line}\nA,A,5\n", encoding="utf-8")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert caught.value.exit_code == 2
    assert [error["line"] for error in caught.value.details["errors"]] == [1]
    assert told in advice(caught.value)


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
    with pytest.raises(BrokenRecord) as caught:
        split_record('"",' * 100_000 + '"', "csv")
    assert caught.value.cell_index == 100_000


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


@pytest.mark.parametrize(
    ("encoding", "text", "named"),
    [
        ("cp949", "커피", "CP949"),
        ("cp949", "Latte 라떼 (hot)", "CP949"),
        ("cp1252", "Café", "Windows-1252"),
        ("cp1252", "Größe", "Windows-1252"),
        ("cp1252", "Kim\u2019s \u201cbest\u201d", "Windows-1252"),
    ],
)
def test_an_encoding_is_called_what_it_looks_like(
    shop: Shop, tmp_path: Path, encoding: str, text: str, named: str
) -> None:
    """What Korean and western spreadsheets save by default is told apart."""
    path = tmp_path / "p.csv"
    path.write_bytes(f"{HEAD}\nTEA,{text},100\n".encode(encoding))
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    (error,) = caught.value.details["errors"]
    assert (error["line"], error["column"]) == (2, "name")
    assert named in error["message"]


def test_a_key_that_is_no_column_of_json_lines(shop: Shop, tmp_path: Path) -> None:
    """JSON Lines have no header, so none is spoken of; the columns there are, are told."""
    path = tmp_path / "p.jsonl"
    path.write_text('{"sku": "A", "name": "A", "price": 5, "colour": "red"}\n', encoding="utf-8")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert "first line" not in advice(caught.value)
    assert "price" in advice(caught.value)


def test_a_workbook_is_not_taken_for_a_format(shop: Shop, tmp_path: Path) -> None:
    """A person with a workbook is told to save a sheet, not to name a format."""
    with pytest.raises(ShopError) as caught:
        take(shop, "products", tmp_path / "catalogue.xlsx")
    assert caught.value.exit_code == 2
    assert "CSV" in advice(caught.value)
    assert "--format" not in advice(caught.value)


def test_standard_input_is_called_so(shop: Shop) -> None:
    """A dash is what one types, not what it is called."""
    with pytest.raises(ShopError, match="Standard input is empty"):
        take(shop, "products", Path("-"), stream=io.BytesIO())


def test_keys_that_number_rows(shop_url: str, clock: SettableClock, tmp_path: Path) -> None:
    """Where keys are taken by other requests, it is told how to tell the keys of files apart."""
    prompt = Prompt(shop_url, clock)
    prompt.done("user", "add", "kim")
    for name, amount in (("monday", 5), ("tuesday", 7)):
        (tmp_path / f"{name}.csv").write_text(f"key,user,amount\n1,kim,{amount}\n")
    monday, tuesday = (str(tmp_path / f"{name}.csv") for name in ("monday", "tuesday"))
    prompt.done("import", "charges", monday)
    fix = prompt("import", "charges", tuesday, "--json").error["fix"]
    assert "--key-prefix" in fix.partition("shop import")[0]
    _, _, command = fix.partition("shop ")
    assert prompt(*shlex.split(command)).code == 5
    rejects = str(tmp_path / "tuesday.rejects.csv")
    assert shlex.split(command)[:3] == ["import", "charges", rejects]
    assert prompt("import", "charges", tuesday, "--key-prefix", "tue-").code == 0
    prompt.done("charge", "9", "-u", "kim", "--key", "wed-1")
    told = prompt("import", "charges", tuesday, "--key-prefix", "wed-").err
    assert "Keys that only number" not in told


def test_advice_in_the_answer_is_about_the_same_shop(
    shop_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    """What to type next names the database of the line: of each row, in JSON and rejects file."""
    prompt = Prompt(shop_url, clock)
    prompt.done("user", "add", "kim")
    file = tmp_path / "a b.csv"
    file.write_text("key,user,amount\nk1,kim,5\nk2,lee,5\n", encoding="utf-8")

    details = prompt("import", "charges", str(file), "--json").error["details"]

    *said, database = shlex.split(details["errors"][0]["message"])[-6:]
    assert [*said, database] == ["shop", "user", "add", "lee", "--db", prompt.url]
    assert details["errors"][0]["message"] in Path(details["rejects_file"]).read_text("utf-8")
    assert prompt(*said[1:], database, db=False).code == 0
    assert prompt(*shlex.split(details["again"])[1:], db=False).code == 0
