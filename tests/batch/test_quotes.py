"""Quoted cells: no row is read out of the inside of one; what is broken is so as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcli import Shop
from shopcli.domain.batch.records import BrokenRecord, Format, Records, split_record
from shopcli.domain.batch.text import join_cells
from tests.batch.files import counts, stock_up, take, write

HEAD = "key,user,amount,_note"
NOTES = {
    "a note of two lines": '1,kim,10,"thanks\n2,kim,500,"\n3,kim,20,x\n',
    "a note of three lines": '1,kim,10,"thanks\n2,kim,500,x\nbye"\n3,kim,20,x\n',
    "a note with quotes": '1,kim,10,"he said ""hi""\n2,kim,500,x"\n3,kim,20,x\n',
}
BROKEN = {
    "a quote never closed": '1,kim,10,"thanks\n2,kim,500,x\n3,kim,20,x\n',
    "quotes within quotes": '1,kim,10,"he said "hi",\n2,kim,500,x</p>",\n3,kim,20,x\n',
    "a blank before the quote": '1,kim,10, "thanks\n2,kim,500,x\nbye"\n3,kim,20,x\n',
    "a stray quote": '1,kim,10,he said "hi"\n3,kim,20,x\n',
}


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("gap", [0, 3000])
def test_a_quoted_cell_may_hold_line_ends(shop: Shop, tmp_path: Path, note: str, gap: int) -> None:
    """What stands inside a quoted cell is never a row, wherever in the file it stands."""
    stock_up(shop)
    path = tmp_path / "c.csv"
    rows = "".join(f"g{n},sato,1,\n" for n in range(gap))
    path.write_text(f"{HEAD}\n{rows}{NOTES[note]}")
    assert counts(take(shop, "charges", path)) == (gap + 2, gap + 2, 0, 0, 0, 0)
    assert shop.balance("kim").balance == 100_000 + 30


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_record_is_malformed_as_a_whole(shop: Shop, tmp_path: Path, what: str) -> None:
    """With malformed lines put aside, nothing out of a record whose quotes are broken is booked."""
    stock_up(shop)
    path = tmp_path / "c.csv"
    path.write_text(f"{HEAD}\n{BROKEN[what]}")
    summary = take(shop, "charges", path, max_errors=None)
    assert summary.rejected == 1
    assert summary.rejections[0]["line"] == 2
    booked = 0 if what == "a quote never closed" else 20
    assert shop.balance("kim").balance == 100_000 + booked
    assert summary.rejects_file is not None
    again = take(shop, "charges", Path(summary.rejects_file), max_errors=None)
    assert counts(again)[:2] == (1, 0)


@pytest.mark.parametrize(
    ("note", "swallowed", "lines"),
    [
        ("a note of two lines", 1, (2, 3)),
        ("a note of three lines", 1, (2, 4)),
        ("a note with quotes", 1, (2, 3)),
    ],
)
def test_rows_within_a_quoted_cell_are_told(
    shop: Shop, tmp_path: Path, note: str, swallowed: int, lines: tuple[int, int]
) -> None:
    """A line that would be a row, and is part of a cell that nobody reads, is not lost silently."""
    stock_up(shop)
    path = tmp_path / "c.csv"
    path.write_text(f"{HEAD}\n{NOTES[note]}")
    summary = take(shop, "charges", path)
    assert (summary.swallowed, summary.first_swallowed) == (swallowed, lines)


def test_a_plain_note_of_several_lines_is_not_told(shop: Shop, tmp_path: Path) -> None:
    """Lines within a cell that could be no rows are nothing to tell of."""
    stock_up(shop)
    path = write(tmp_path / "c.csv", HEAD, '1,kim,10,"thanks', "for all", 'of it"', "2,kim,20,")
    summary = take(shop, "charges", path)
    assert (summary.rows, summary.swallowed, summary.first_swallowed) == (2, 0, None)


def test_all_lines_of_a_broken_record_are_named(shop: Shop, tmp_path: Path) -> None:
    """The reject of a record whose quotes do not go together says which lines it took."""
    stock_up(shop)
    rows = ('1,kim,10,"thanks"', '2,kim,500,"x" y "', "3,kim,20,x", '4,kim,20,"', "5,kim,1,")
    path = write(tmp_path / "c.csv", HEAD, *rows)
    summary = take(shop, "charges", path, max_errors=None)
    assert summary.rejections[0]["line"] == 3
    assert "lines 3 to 5" in summary.rejections[0]["message"]
    assert summary.rejects_file is not None
    assert "lines 3 to 5" in Path(summary.rejects_file).read_text()


def test_a_name_may_not_hold_a_line_end(shop: Shop, tmp_path: Path) -> None:
    """A line end inside a cell that is read is told with the line its record begins on."""
    path = tmp_path / "p.csv"
    path.write_text('sku,name,price\nA,"Two\nlines",1\nB,Two,1\n')
    summary = take(shop, "products", path, max_errors=1)
    assert counts(summary) == (2, 1, 0, 0, 0, 1)
    assert (summary.rejections[0]["line"], summary.rejections[0]["column"]) == (2, "name")


def test_quoted_cells_of_tsv_are_read(shop: Shop, tmp_path: Path) -> None:
    """Spreadsheets quote cells of TSV that begin with a quote or hold commas; others are plain."""
    path = write(
        tmp_path / "p.tsv",
        "sku\tname\tprice\t_note",
        'COLA\t"Cola, large"\t140\t"two\nlines"',
        'ZERO\t"Cola ""Zero"""\t140\t',
        'PIE\t5" pie\t140\tsaid "hi"',
    )
    assert counts(take(shop, "products", path)) == (3, 3, 0, 0, 0, 0)
    names = {product.sku: product.name for product in shop.products()}
    assert names == {"COLA": "Cola, large", "ZERO": 'Cola "Zero"', "PIE": '5" pie'}


@given(
    cells=st.lists(st.text("ab,\"'\t\n =", max_size=6), min_size=1, max_size=4),
    form=st.sampled_from(["csv", "tsv"]),
)
def test_a_record_is_read_as_it_was_written(cells: list[str], form: Format) -> None:
    """Whatever cells hold, a record written is one record, and the same cells again."""
    text = join_cells(cells, form)
    records = Records(form)
    lines = [*text.split("\n"), "next"]
    found = [*records.take(1, lines), *records.finish()]
    assert found == [(1, text), (len(lines), "next")]
    assert split_record(text, form) == cells


@given(lines=st.lists(st.text('a,"', max_size=8), min_size=1, max_size=6))
def test_no_line_is_lost_or_read_twice(lines: list[str]) -> None:
    """Records are the lines, joined; one that is well quoted never ends within an open quote."""
    records = Records("csv")
    found = [*records.take(1, lines), *records.finish()]
    assert "\n".join(text for _, text in found) == "\n".join(lines)
    for _, text in found[:-1]:
        assert "not closed" not in _wrong_with(text)


def _wrong_with(text: str) -> str:
    try:
        split_record(text, "csv")
    except BrokenRecord as error:
        return error.message
    return ""
