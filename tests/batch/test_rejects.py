"""Rows that a rule or the grammar refuses: put aside as valid input again, the rest goes on."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from shopcli import Shop, ShopError
from tests.batch.files import assert_sound, counts, stock_up, take, write


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rejects_are_valid_input_again(shop: Shop, tmp_path: Path) -> None:
    """Mended rejects are imported as they are; what was done before stays done."""
    stock_up(shop)
    path = write(
        tmp_path / "orders.csv",
        "coupon,quantity,sku,user,key,_till",
        ",1,LATTE,kim,o1,x",
        ",30,LATTE,sato,o2,x",
        ",1,BAGEL,sato,o2,x",
        ",1,LATTE,nobody,o3,x",
        ",2,LATTE,kim,o1,x",
    )
    summary = take(shop, "orders", path)
    assert counts(summary) == (5, 1, 0, 0, 0, 3)
    assert summary.rejects_file == str(tmp_path / "orders.rejects.csv")
    rejects = Path(summary.rejects_file)
    assert [(row["_line"], row["_column"], row["_code"]) for row in _rows(rejects)] == [
        ("3", "quantity", "out_of_stock"),
        ("4", "quantity", "out_of_stock"),
        ("5", "user", "unknown_user"),
    ]
    again = take(shop, "orders", rejects)
    assert counts(again) == (3, 0, 0, 0, 0, 3)
    shop.restock("LATTE", 40)
    shop.charge("sato", 1_000_000)
    shop.add_user("nobody")
    shop.charge("nobody", 4500)
    mended = take(shop, "orders", rejects)
    assert counts(mended) == (3, 2, 0, 0, 0, 0)
    assert mended.rejects_file is None
    assert counts(take(shop, "orders", path)) == (5, 0, 0, 0, 3, 0)
    assert_sound(shop)


def test_a_rejects_file_is_never_written_over(shop: Shop, tmp_path: Path) -> None:
    """Another content gets another name; the same content is left where it is."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", "key,user,amount", "k,nobody,5")
    first = take(shop, "charges", path)
    assert take(shop, "charges", path).rejects_file == first.rejects_file
    write(path, "key,user,amount", "k,nobody,6")
    second = take(shop, "charges", path)
    assert second.rejects_file == str(tmp_path / "c.rejects-2.csv")
    assert first.rejects_file is not None
    assert _rows(Path(first.rejects_file))[0]["amount"] == "5"


def test_malformed_lines_can_be_put_aside(shop: Shop, tmp_path: Path) -> None:
    """Within --max-errors the good rows are applied and the others kept as they stood."""
    lines = ["sku,name,price", "A,A,5", "B,B,x", 'C,"=1+1",7', "D,D", "A,A,5", "E,E,9"]
    path = write(tmp_path / "p.csv", *lines)
    with pytest.raises(ShopError):
        take(shop, "products", path, max_errors=2)
    assert not shop.products()
    summary = take(shop, "products", path, max_errors=3)
    assert counts(summary) == (6, 3, 0, 0, 0, 3)
    assert shop.product("C").name == "=1+1"
    assert summary.rejects_file is not None
    rejects = _rows(Path(summary.rejects_file))
    assert {row["_line"]: (row["sku"], row["name"], row["price"]) for row in rejects} == {
        "3": ("B", "B", "x"),
        "5": ("", "D,D", ""),
        "6": ("A", "A", "5"),
    }


def test_malformed_cells_are_inert(shop: Shop, tmp_path: Path) -> None:
    """No cell of the rejects file begins as a formula, and a mended row has the name it had."""
    path = write(
        tmp_path / "p.csv",
        "sku,name,price,category",
        "A,=1+1,x,'=2+2",
        "B,@SUM(1),=3+3,+4",
        '"=cmd",B',
        '=C,"broken,5',
    )
    summary = take(shop, "products", path, max_errors=None)
    rejects = Path(summary.rejects_file or "")
    assert summary.rejected == 4
    for row in csv.reader(rejects.read_text().splitlines()):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    rejects.write_text(rejects.read_text().replace(",x,", ",5,"))
    again = take(shop, "products", rejects, max_errors=None)
    assert counts(again) == (4, 1, 0, 0, 0, 3)
    assert (shop.product("A").name, shop.product("A").category) == ("=1+1", "=2+2")


_GUARDED = {
    "amount": ("charges", "key,user,amount", "k,kim,{cell}", "-5", "5", {}),
    "stock": ("products", "sku,stock", "LATTE,{cell}", "+5", "5", {"stock": "add"}),
    "quantity": ("orders", "key,user,sku,quantity", "k,kim,LATTE,{cell}", "-1", "1", {}),
    "user": ("charges", "key,user,amount", "k,{cell},5", "@kim", "kim", {}),
    "sku": ("products", "sku,stock", "{cell},5", "@LATTE", "LATTE", {"stock": "add"}),
    "barcode": ("products", "sku,name,price,barcode", "N,N,5,{cell}", "=1+\t1", "1", {}),
    "coupon": ("claims", "key,user,coupon", "k,kim,{cell}", "@WELCOME10", "WELCOME10", {}),
    "code": ("coupons", "code,amount,limit", "{cell},5,1", "@NEW", "NEW", {}),
    "at": ("charges", "key,user,amount,at", "k,kim,5,{cell}", "-2026-01-01", "2026-01-01", {}),
    "on_sale": ("products", "sku,name,price,on_sale", "N,N,5,{cell}", "-true", "true", {}),
    "currency": ("charges", "key,user,amount,currency", "k,kim,5,{cell}", "-KRW", "KRW", {}),
    "_state": ("users", "user,_state", "noor,{cell}", "-active", "active", {}),
}
"""Of each kind of column: kind, header, row, a cell that is guarded, the same mended, choices."""


@pytest.mark.parametrize("column", _GUARDED)
def test_a_guard_is_taken_off_again(shop: Shop, tmp_path: Path, column: str) -> None:
    """The same is said of a cell in its rejects file, and what stands behind the guard can go."""
    kind, header, row, bad, mended, choices = _GUARDED[column]
    stock_up(shop)
    path = write(tmp_path / "f.csv", header, row.format(cell=bad))
    first = take(shop, kind, path, max_errors=None, **choices)
    rejects = Path(first.rejects_file or "")
    again = take(shop, kind, rejects, max_errors=None, **choices)
    told, told_again = (
        [(one["line"], one["column"], one["message"]) for one in summary.rejections]
        for summary in (first, again)
    )
    assert told == told_again
    text = rejects.read_text(encoding="utf-8")
    assert f"'{bad}" in text
    header_line, _, kept = text.partition("\n")
    rejects.write_text(f"{header_line}\n{kept.replace(bad, mended, 1)}", encoding="utf-8")
    summary = take(shop, kind, rejects, **choices)
    assert (summary.created + summary.updated, summary.rejected) == (1, 0)
    assert_sound(shop)


def test_rejects_of_json_lines_are_json_lines(shop: Shop, tmp_path: Path) -> None:
    """The rejects are in the format of the input, amounts as integers."""
    record = {"key": "k1", "user": "nobody", "amount": 500, "at": "2026-01-01T00:00:00Z"}
    path = write(tmp_path / "c.jsonl", json.dumps(record))
    summary = take(shop, "charges", path)
    assert summary.rejects_file == str(tmp_path / "c.rejects.jsonl")
    found = json.loads(Path(summary.rejects_file).read_text())
    assert (found["amount"], found["_line"], found["_code"]) == (500, 1, "unknown_user")
    shop.add_user("nobody")
    assert take(shop, "charges", Path(summary.rejects_file)).created == 1


def test_all_rows_of_an_order_that_disagrees_are_put_aside(shop: Shop, tmp_path: Path) -> None:
    """Each row is kept as it stood, so that one of them can be mended."""
    stock_up(shop)
    path = write(
        tmp_path / "o.csv",
        "key,user,sku,quantity",
        "o1,kim,LATTE,1",
        "o2,kim,LATTE,1",
        "o1,sato,BAGEL,2",
    )
    summary = take(shop, "orders", path, max_errors=None)
    assert counts(summary) == (3, 1, 0, 0, 0, 2)
    assert summary.rejects_file is not None
    rejects = _rows(Path(summary.rejects_file))
    assert sorted((row["_line"], row["user"]) for row in rejects) == [("2", "kim"), ("4", "sato")]


def test_a_key_used_for_another_request_is_rejected(shop: Shop, tmp_path: Path) -> None:
    """A conflict with what is in the shop is a rule's refusal, not malformed input."""
    stock_up(shop)
    shop.order("kim", {"LATTE": 1}, key="o1")
    path = write(tmp_path / "o.csv", "key,user,sku,quantity", "o1,kim,LATTE,2", "o2,kim,LATTE,1")
    summary = take(shop, "orders", path)
    assert counts(summary) == (2, 1, 0, 0, 0, 1)
    assert summary.rejections[0]["code"] == "key_conflict"
    assert counts(take(shop, "orders", path, key_prefix="till2-")) == (2, 2, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("form", "bad", "mended"),
    [
        ("csv", "o1,kim,BAGEL,x", "o1,kim,BAGEL,1"),
        ("csv", "o1,kim,BAGEL,1,000", "o1,kim,BAGEL,1"),
        ("csv", "o1,kim,BAGEL", "o1,kim,BAGEL,1"),
        ("csv", 'o1,kim,"BAGEL,1', "o1,kim,BAGEL,1"),
        ("tsv", "o1\tkim\tBAGEL\t1\t000", "o1\tkim\tBAGEL\t1"),
        ("jsonl", '{"key":"o1","user":"kim","sku":"BAGEL","quantity":"1"}', ""),
        ("jsonl", '{"key":"o1","user":"kim","sku":"BAGEL","quantity":1', ""),
    ],
)
@pytest.mark.parametrize("is_apart", [False, True])
def test_no_order_is_placed_by_half(
    shop: Shop, tmp_path: Path, form: str, bad: str, mended: str, *, is_apart: bool
) -> None:
    """Where a row of an order is malformed its others are put aside too, however often."""
    stock_up(shop)
    good, other = ["o1,kim,LATTE,1", "o1,kim,MUG,1"], "o2,kim,LATTE,2"
    lines = [good[0], other, good[1]] if is_apart else [*good, other]
    if form == "jsonl":
        names = ("key", "user", "sku")
        lines = [
            json.dumps({**dict(zip(names, line.split(","), strict=False)), "quantity": 1})
            for line in lines
        ]
    head = [] if form == "jsonl" else ["key,user,sku,quantity"]
    if form == "tsv":
        lines, head = [[one.replace(",", "\t") for one in several] for several in (lines, head)]
    path = write(tmp_path / f"o.{form}", *head, *lines, bad)
    assert counts(take(shop, "orders", path, max_errors=1)) == (4, 1, 0, 0, 0, 3)
    for _ in range(2):
        rejects = Path(take(shop, "orders", path, max_errors=None).rejects_file or "")
        assert [order.key for order in shop.orders()] == ["o2"]
        path = rejects
    if mended:
        again = write(tmp_path / f"m.{form}", *head, *lines, mended)
        assert counts(take(shop, "orders", again)) == (4, 1, 0, 0, 1, 0)
    assert_sound(shop)


REFUSED_AT: dict[str, tuple[str, dict[str, Any], tuple[str, str], str, list[str]]] = {
    "discount above the subtotal": (
        "orders",
        {"historical": True},
        ("key,user,sku,quantity,ordered_at,discount", "o1,kim,LATTE,1,2026-01-02,4501"),
        "discount",
        ["4,501 KRW", "4,500 KRW", "unit_price"],
    ),
    "order above what there can be": (
        "orders",
        {"historical": True},
        (
            "key,user,sku,quantity,ordered_at,unit_price",
            "o1,kim,LATTE,2,2026-01-02,9007199254740991",
        ),
        "quantity",
        ["18,014,398,509,481,982 KRW"],
    ),
    "stock above what there can be": (
        "products",
        {"on_existing": "update", "stock": "add"},
        ("sku,name,price,stock", "LATTE,Latte,4500,9007199254740991"),
        "stock",
        ["20"],
    ),
}


@pytest.mark.parametrize(
    ("kind", "options", "lines", "column", "told"), REFUSED_AT.values(), ids=REFUSED_AT
)
def test_a_row_is_refused_at_its_column(
    shop: Shop,
    tmp_path: Path,
    kind: str,
    options: dict[str, Any],
    lines: tuple[str, str],
    column: str,
    told: list[str],
) -> None:
    """Told are the amounts in major units, what there is, and what to correct."""
    stock_up(shop)
    summary = take(shop, kind, write(tmp_path / "rows.csv", *lines), **options)
    (row,) = _rows(Path(summary.rejects_file or ""))
    assert (row["_column"], row["_code"]) == (column, "invalid_input")
    assert [text for text in told if text not in row["_error"]] == []


def test_a_limit_below_what_was_claimed_names_its_column(shop: Shop, tmp_path: Path) -> None:
    """Of a coupon that exists."""
    stock_up(shop)
    shop.claim("kim", "WELCOME10")
    shop.claim("sato", "WELCOME10")
    path = write(tmp_path / "c.csv", "code,percent,amount,limit", "WELCOME10,10,,1")
    summary = take(shop, "coupons", path, on_existing="update")
    (row,) = _rows(Path(summary.rejects_file or ""))
    assert (row["_column"], row["_code"]) == ("limit", "limit_below_claimed")
