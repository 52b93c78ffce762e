"""Bad input: a message with line and column, and nothing of the shop changed."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from shopcli.engine.imports.reading import source
from shopcli.wording.advice import advice
from tests.batch.files import counts, state, stock_up, take, write

HEAD = b"sku,name,price\n"
GOOD = b"TEA,Tea,100\n"

MALFORMED: dict[str, tuple[bytes, int, str | None]] = {
    "price that is no amount": (HEAD + GOOD + b"A,A,12x\n", 3, "price"),
    "price with a sign": (HEAD + b"A,A,-5\n", 2, "price"),
    "decimals the currency has not": (HEAD + b"A,A,1.50\n", 2, "price"),
    "price past the largest": (HEAD + b"A,A,9007199254740992\n", 2, "price"),
    "missing name": (HEAD + b"A,,5\n", 2, "name"),
    "too few cells": (HEAD + GOOD + b"A,A\n", 3, "price"),
    "too many cells": (HEAD + GOOD + b"A,A,5,6\n", 3, None),
    "unclosed quote": (HEAD + b'A,"A,5\n' + GOOD, 2, "name"),
    "text behind a quote": (HEAD + b'"A"x,A,5\n', 2, "sku"),
    "bad SKU": (HEAD + b"A:1,A,5\n", 2, "sku"),
    "escape in a name": (HEAD + b"A,\x1b[31mred,5\n", 2, "name"),
    "bidi in a name": (HEAD + "A,a\u202eb,5\n".encode(), 2, "name"),
    "NUL far down": (HEAD + GOOD * 1 + b"B,b\x00c,5\n", 3, None),
    "cp1252": (HEAD + "B,Caf\xe9,5\n".encode("cp1252"), 2, "name"),
    "a Korean encoding": (HEAD + "B,커피,5\n".encode("cp949"), 2, "name"),
    "a header of ten megabytes": (b"x" * 10_000_000, 1, None),
    "an empty first line": (b"\n" + HEAD + GOOD, 1, None),
    "same SKU twice": (HEAD + GOOD + b"B,B,5\n" + GOOD, 4, "sku"),
    "a line of ten megabytes": (HEAD + GOOD + b"B," + b"x" * 10_000_000 + b",5\n" + GOOD, 3, None),
    "unknown column": (b"sku,name,price,colour\nA,A,5,red\n", 1, "colour"),
    "missing column": (b"sku,name\nA,A\n", 1, "price"),
    "column twice": (b"sku,name,price,name\nA,A,5,B\n", 1, "name"),
    "cleared price": (HEAD + b"A,A,\\N\n", 2, "price"),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_products_are_refused_with_line_and_column(
    shop: Shop, tmp_path: Path, what: str
) -> None:
    """Each kind of damage names where it is; no row is applied, no rejects file is left."""
    data, line, column = MALFORMED[what]
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert (caught.value.code, caught.value.exit_code) == ("invalid_input", 2)
    errors = caught.value.details["errors"]
    assert line in {error["line"] for error in errors}
    if column is not None:
        assert (line, column) in {(error["line"], error["column"]) for error in errors}
    assert caught.value.details["error_count"] >= 1
    assert set(errors[0]) == {"line", "column", "code", "message"}
    assert not shop.products()
    assert [file.name for file in tmp_path.iterdir() if "rejects" in file.name] == []


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ("sku,name,price\n".encode("utf-16"), "UTF-16"),
        ("sku,name,price\n".encode("utf-16-le"), "UTF-16"),
        ("sku,name,price\n".encode("utf-32"), "UTF-32"),
        (b"PK\x03\x04 rest", "spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"", "empty"),
        (gzip.compress(HEAD + GOOD, mtime=0)[:-9], "gzip"),
    ],
    ids=["utf-16", "utf-16 without mark", "utf-32", "zip", "pdf", "sqlite", "empty", "gzip"],
)
def test_what_is_no_text_is_refused_by_its_name(
    shop: Shop, tmp_path: Path, data: bytes, named: str
) -> None:
    """Other encodings and kinds of file are called what they are."""
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    with pytest.raises(ShopError, match=named) as caught:
        take(shop, "products", path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.csv.gz"])
def test_an_empty_file_is_refused(shop: Shop, tmp_path: Path, name: str) -> None:
    """Whatever its format: what was to be written there was not."""
    (tmp_path / name).touch()
    with pytest.raises(ShopError, match="empty") as caught:
        take(shop, "users", tmp_path / name)
    assert caught.value.exit_code == 2


def test_paths_that_are_no_files(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file, a folder, a device and a FIFO without a writer are refused, none for ever."""
    monkeypatch.setattr(source, "FIFO_TIMEOUT_SECONDS", 0.01)
    os.mkfifo(tmp_path / "fifo.csv")
    for name in ("missing.csv", ".", "fifo.csv", "/dev/null"):
        with pytest.raises(ShopError) as caught:
            take(shop, "products", tmp_path / name, form="csv")
        assert caught.value.exit_code == 2


def test_a_fifo_with_a_writer_is_read(shop: Shop, tmp_path: Path) -> None:
    """What a shell gives for <(command) works."""
    path = tmp_path / "fifo.csv"
    os.mkfifo(path)
    done: list[Any] = []
    reader = threading.Thread(target=lambda: done.append(take(shop, "products", path)))
    reader.start()
    writer = os.open(path, os.O_WRONLY)
    os.write(writer, HEAD + GOOD + b"B,B,5\n")
    os.close(writer)
    reader.join(30)
    assert counts(done[0])[:2] == (2, 2)


def test_a_file_that_changes_while_it_is_read(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is applied of a file somebody still writes to."""
    path = write(tmp_path / "p.csv", "sku,name,price", "A,A,5")

    def progress(phase: str, _done: int, _total: int | None) -> None:
        if phase == "checked" and path.stat().st_size == 21:
            with path.open("a") as file:
                file.write("B,B,6\n")

    with pytest.raises(ShopError, match="changed"):
        take(shop, "products", path, progress=progress)
    assert not shop.products()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark(
    shop: Shop, tmp_path: Path, end: bytes, mark: bytes
) -> None:
    """LF, CRLF and CR, with or without a byte order mark, with or without an end at the end."""
    path = tmp_path / "p.csv"
    path.write_bytes(mark + end.join([b"price,sku,name,_note", b'5,A,"A, b",x', b"", b"6,B,C,"]))
    assert counts(take(shop, "products", path)) == (2, 2, 0, 0, 0, 0)
    assert shop.product("A").name == "A, b"


def test_mixed_line_ends_count_as_lines(shop: Shop, tmp_path: Path) -> None:
    """Each of the three ends a line, and blank lines are counted though not read."""
    path = tmp_path / "p.csv"
    path.write_bytes(b"sku,name,price\r\nA,A,5\rB,B,6\n\n\nC,C,x\n")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert [error["line"] for error in caught.value.details["errors"]] == [6]


def test_rows_of_one_key_that_disagree(shop: Shop, tmp_path: Path) -> None:
    """An order's rows must name one user and one coupon, also where they lie apart."""
    stock_up(shop)
    before = state(shop)
    for apart in ([], ["o9,sato,BAGEL,1,"]):
        rows = ["o1,kim,LATTE,1,", *apart, "o1,sato,BAGEL,1,"]
        path = write(tmp_path / "o.csv", "key,user,sku,quantity,coupon", *rows)
        with pytest.raises(ShopError) as caught:
            take(shop, "orders", path)
        (error,) = caught.value.details["errors"]
        assert (error["line"], error["column"]) == (len(rows) + 1, "user")
        assert error["message"].endswith(f"lines are 2, {len(rows) + 1}.")
    assert state(shop) == before


def test_a_charge_key_with_two_contents(shop: Shop, tmp_path: Path) -> None:
    """A key that stands twice is malformed, unless the very same rows are said to be one."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", "key,user,amount", "k,kim,5", "x,kim,7", "k,kim,6")
    for same_key_once in (False, True):
        with pytest.raises(ShopError) as caught:
            take(shop, "charges", path, same_key_once=same_key_once)
        (error,) = caught.value.details["errors"]
        assert (error["line"], error["column"]) == (4, "key")
        assert error["message"].endswith("already, otherwise. Give each its own.")
    path = write(tmp_path / "c.csv", "key,user,amount", "k,kim,5", "x,kim,7", "k,kim,5")
    with pytest.raises(ShopError) as caught:
        take(shop, "charges", path)
    assert [(e["line"], e["column"]) for e in caught.value.details["errors"]] == [(4, "key")]
    for dry_run in (True, False):
        summary = take(shop, "charges", path, dry_run=dry_run, same_key_once=True)
        assert counts(summary) == (3, 2, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("kind", "header", "rows", "told"),
    [
        ("users", "user,name", ("kim,Kim", "kim,Kim"), "The user kim stands on line 2 already."),
        ("users", "user,name", ("kim,Kim", "kim,Min"), "The user kim stands on line 2 already,"),
        ("products", "sku,name,price", ("A,a,1", "A,a,2"), "The SKU A stands on line 2 already,"),
        ("coupons", "code,percent,limit", ("X,5,3", "x,5,3"), "The coupon X stands on line 2"),
    ],
    ids=["same user", "other user", "product", "coupon"],
)
def test_what_stands_twice_is_told_with_the_way_out(
    shop: Shop, tmp_path: Path, kind: str, header: str, rows: tuple[str, str], told: str
) -> None:
    """One of two lines that are the same is left out; of two that differ, the wrong one."""
    with pytest.raises(ShopError) as caught:
        take(shop, kind, write(tmp_path / "f.csv", header, *rows))
    (error,) = caught.value.details["errors"]
    assert error["message"].startswith(told)
    is_other = "otherwise." in error["message"]
    assert is_other == (rows[0].upper() != rows[1].upper())
    way_out = "the line that is wrong" if is_other else "one of the two"
    assert error["message"].endswith(f" Leave out {way_out}.")


def test_ambiguous_local_times(tmp_path: Path) -> None:
    """A time that a clock change made ambiguous is refused, one with its offset is not."""
    url = str(tmp_path / "berlin.db")
    with Shop.create(url, currency="EUR", timezone="Europe/Berlin") as shop:
        shop.add_user("kim")
        path = write(tmp_path / "c.csv", "key,user,amount,at", "k,kim,5,2026-10-25T02:30")
        with pytest.raises(ShopError) as caught:
            take(shop, "charges", path)
        assert [(e["line"], e["column"]) for e in caught.value.details["errors"]] == [(2, "at")]
        write(path, "key,user,amount,at", "k,kim,5.20,2026-10-25T02:30+01:00")
        assert take(shop, "charges", path).created == 1
        assert shop.balance("kim").balance == 520


def test_json_lines_report_lines_and_keys(shop: Shop, tmp_path: Path) -> None:
    """Each line is one object; decimals, doubled keys and what is no JSON are told by line."""
    path = write(
        tmp_path / "p.jsonl",
        '{"sku": "A", "name": "A", "price": 5, "currency": "KRW", "_note": "x"}',
        '{"sku": "B", "name": "B", "price": 5.5}',
        '{"sku": "C", "name": "C", "price": 1, "sku": "D"}',
        "[1]",
        "{",
        '{"sku": "E", "price": 1}',
        '{"sku": "F", "name": "F", "price": 1, "currency": "EUR"}',
    )
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    found = {(error["line"], error["column"]) for error in caught.value.details["errors"]}
    assert found == {(2, "price"), (3, None), (4, None), (5, None), (6, "name"), (7, "currency")}


def test_columns_of_the_other_way_to_import_orders(shop: Shop, tmp_path: Path) -> None:
    """`ordered_at` needs --historical, which takes no coupon; in JSON Lines as well."""
    line = '{"key": "a", "user": "kim", "sku": "A", "quantity": 1'
    cases: list[tuple[str, list[str], bool]] = [
        ("o.csv", ["key,user,sku,quantity,ordered_at", "a,kim,A,1,2026-01-01"], False),
        ("o.csv", ["key,user,sku,quantity,ordered_at,coupon", "a,kim,A,1,2026-01-01,X"], True),
        ("o.jsonl", [line + ', "ordered_at": "2026-01-01"}'], False),
        ("o.jsonl", [line + ', "ordered_at": "2026-01-01", "coupon": "X"}'], True),
    ]
    for name, lines, historical in cases:
        path = write(tmp_path / name, *lines)
        with pytest.raises(ShopError) as caught:
            take(shop, "orders", path, historical=historical, max_errors=None)
        assert caught.value.exit_code == 2


def test_semicolons_are_recognised(shop: Shop, tmp_path: Path) -> None:
    """What spreadsheets of many countries write is refused with what to do."""
    path = write(tmp_path / "p.csv", "sku;name;price", "A;A;5")
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert "semicolons" in advice(caught.value)


def test_at_most_a_hundred_errors_are_told(shop: Shop, tmp_path: Path) -> None:
    """The first hundred errors with their lines, and how many there are."""
    path = write(tmp_path / "p.csv", "sku,name,price", *(f"S{i},S,x" for i in range(250)))
    with pytest.raises(ShopError) as caught:
        take(shop, "products", path)
    assert [error["line"] for error in caught.value.details["errors"]] == list(range(2, 102))
    assert caught.value.details["error_count"] == 250
