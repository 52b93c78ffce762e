"""Cells and columns: the quick way of reading a column agrees with the careful one."""

from __future__ import annotations

import csv
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcli.domain.batch.columns import read_column
from shopcli.domain.batch.grammar import (
    CLEAR,
    KINDS,
    LEAVE,
    Column,
    Grammar,
    cell,
    grammar,
    json_cell,
)
from shopcli.domain.batch.records import split_record
from shopcli.domain.batch.text import (
    escape_formula,
    join_cells,
    split_block,
    split_lines,
    unescape_formula,
)
from shopcli.domain.errors import InvalidInput, ShopError

RULES = {
    (kind, exponent): grammar(kind, exponent=exponent, currency="USD", timezone="Asia/Seoul")
    for kind in KINDS
    for exponent in (0, 2)
}
COLUMNS = [(rules, column) for rules in RULES.values() for column in rules.columns]

_ODD_CELLS = [
    "",
    "\\N",
    "0",
    "1",
    "12.34",
    "1_0",
    "-1",
    "+1",
    "1e3",
    "9007199254740991",
    "9007199254740992",
    "٣",
    "LATTE",
    "bad:sku",
    "e\u0301",
    "x" * 64,
    "x" * 65,
    "y" * 200,
    "y" * 201,
    " padded ",
    "tab\there",
    "\x1b[31m",
    "\u202e",
    "\udce9",
    "true",
    "FALSE",
    "maybe",
    "2026-11-22T09:30",
    "2026-11-22",
    "never",
]
CELLS = st.one_of(
    st.sampled_from(_ODD_CELLS),
    st.integers(0, 10**13).map(str),
    st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=["Cs"]), max_size=12),
    st.from_regex(r"[A-Z]{1,8}[0-9]{0,4}", fullmatch=True),
)


_PLAIN = st.from_regex(r"[A-Z]{1,8}[0-9]{0,4}", fullmatch=True)


@settings(max_examples=400)
@given(
    which=st.sampled_from(COLUMNS),
    cells=st.one_of(
        st.lists(CELLS, min_size=1, max_size=80), st.lists(_PLAIN, min_size=1, max_size=150)
    ),
)
def test_a_column_reads_as_its_cells_do(which: tuple[Grammar, Column], cells: list[str]) -> None:
    """What is read column by column is what is read cell by cell; else it is left to the latter."""
    rules, column = which
    values = read_column(column, cells, rules)
    if values is not None:
        assert values == [cell(column, text, rules) for text in cells]


def test_the_quick_way_is_taken_for_ordinary_columns() -> None:
    """Ordinary SKUs, names, prices and repeated users are not read one by one."""
    rules = RULES["products", 0]
    sku, name, price = rules.columns[:3]
    assert read_column(sku, [f"SKU{i}" for i in range(100)], rules) is not None
    assert read_column(name, [f"Name of {i}" for i in range(100)], rules) is not None
    assert read_column(price, [str(i) for i in range(100)], rules) == list(range(100))
    assert read_column(name, [f"아메리카노 {i}" for i in range(100)], rules) is not None
    category = rules.columns[4]
    assert read_column(category, ["", *map(str, range(100))], rules) is not None
    dollars = RULES["products", 2]
    assert read_column(dollars.columns[2], [f"{i}.05" for i in range(100)], dollars) == [
        100 * i + 5 for i in range(100)
    ]
    user = RULES["charges", 0].columns[1]
    assert read_column(user, ["김", "サト"] * 50, rules) is not None


@settings(max_examples=300)
@given(
    lines=st.lists(st.text("ab,'\"\t ", max_size=8), min_size=1, max_size=5),
    form=st.sampled_from(["csv", "tsv"]),
    width=st.integers(1, 4),
)
def test_a_block_is_split_as_its_lines_are(
    lines: list[str], form: Literal["csv", "tsv"], width: int
) -> None:
    """What is split at once is what is split line by line; else it is left to the latter."""
    columns = split_block("\n".join(lines), form, width)
    if columns is not None:
        cells = split_lines(lines, form)
        assert cells is not None
        assert [list(column) for column in zip(*cells, strict=True)] == columns
        if form == "csv":
            assert all(unescape_formula(cell) == cell for line in cells for cell in line)


def test_ordinary_lines_are_split_at_once() -> None:
    """Lines without quotes and of one width are."""
    assert split_block("a,b\nc,d e", "csv", 2) == [["a", "c"], ["b", "d e"]]
    assert split_block("a,b,c\nd", "csv", 2) is None
    assert split_block("a,b,c,d,e", "csv", 2) is None


@given(text=st.text(max_size=30))
def test_making_a_cell_inert_can_be_undone(text: str) -> None:
    """Any text comes back, and what goes out never begins as a formula."""
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(
        ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    )


@given(
    cells=st.lists(
        st.text(st.characters(blacklist_characters="\n\r\x00", blacklist_categories=["Cs"])),
        min_size=1,
        max_size=6,
    )
)
def test_a_line_of_csv_reads_as_it_was_written(cells: list[str]) -> None:
    """Our lines are read by us and by the standard library as the same cells."""
    line = join_cells(cells, "csv")
    if len(cells) > 1 or cells[0]:
        assert split_record(line, "csv") == cells
        assert next(csv.reader([line], strict=True)) == cells
    whole = split_lines([line, line], "csv")
    assert whole is None or whole == [split_record(line, "csv")] * 2


@pytest.mark.parametrize("line", ['a,"b', '"a"b,c', 'a,"b""'])
def test_a_broken_quote_is_refused(line: str) -> None:
    """A quote left open, or text behind a closing one, is an error of that line."""
    with pytest.raises(InvalidInput):
        split_record(line, "csv")
    assert split_lines(["x,y", line, "x,y"], "csv") is None


def test_cells_left_out_and_cleared_are_told_apart() -> None:
    """Nothing leaves a value, backslash N clears it where it may be cleared."""
    rules = RULES["products", 0]
    by_name = {column.name: column for column in rules.columns}
    assert cell(by_name["category"], "", rules) is LEAVE
    assert cell(by_name["category"], "\\N", rules) is CLEAR
    assert json_cell(by_name["category"], None, rules) is LEAVE
    for text in ("", "\\N"):
        with pytest.raises(ShopError):
            cell(by_name["price"], text, rules)


@pytest.mark.parametrize("value", [4.5, "4500", True, -1, 2**53])
def test_json_amounts_are_integers_in_minor_units(value: object) -> None:
    """Decimals, texts, booleans and amounts out of bounds are refused in JSON Lines."""
    rules = RULES["products", 2]
    with pytest.raises(InvalidInput):
        json_cell(rules.columns[2], value, rules)


_NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)
