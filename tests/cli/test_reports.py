"""Reports at the prompt: the agreed keys, totals, and tables that fit the terminal."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Prompt

SALES = "units orders gross discount net refunded"
MONEY = "charged reversed paid_out adjusted transferred sold refunded"
KEYS = {"product": "sku name"}


@pytest.fixture
def sold(stocked: Prompt, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """A shop with two orders, of which one was cancelled."""
    monkeypatch.setenv("NO_COLOR", "1")
    stocked.done("order", "LATTE:2", "BAGEL", "-u", "kim")
    order = stocked.done("order", "LATTE", "-u", "kim")["order"]
    stocked.done("cancel", order)
    return stocked


@pytest.mark.parametrize(
    "by", ["product", "category", "hour", "day", "week", "month", "user", "coupon"]
)
def test_sales_have_the_agreed_keys(sold: Prompt, by: str) -> None:
    """As JSON and as the header of TSV, also where there are no rows."""
    report = sold.done("report", "sales", "--by", by)
    heads = KEYS.get(by, by)

    assert list(report) == ["since", "until", "by", "currency", "rows", "totals"]
    assert list(report["rows"][0]) == [*heads.split(), *SALES.split()]
    assert list(report["totals"]) == SALES.split()
    empty = sold("report", "sales", "--by", by, "--on", "2020-01-01")
    assert empty.out.splitlines() == ["\t".join([*heads.split(), *SALES.split()])]


@pytest.mark.parametrize("by", ["day", "method", "user", "actor"])
def test_money_has_the_agreed_keys(sold: Prompt, by: str) -> None:
    """Likewise."""
    report = sold.done("report", "money", "--by", by)

    assert list(report) == ["since", "until", "by", "currency", "rows", "totals"]
    assert list(report["rows"][0]) == [by, *MONEY.split()]
    assert list(report["totals"]) == MONEY.split()
    assert report["totals"]["charged"] == 50_000
    assert (report["totals"]["sold"], report["totals"]["refunded"]) == (16_800, 4_500)


def test_a_window_is_told_as_instants(sold: Prompt) -> None:
    """`since` is included and `until` excluded; standard error says what was understood."""
    report = sold.done("report", "sales", "--on", "2026-03-12")
    assert (report["since"], report["until"]) == (
        "2026-03-11T15:00:00.000000Z",
        "2026-03-12T15:00:00.000000Z",
    )
    told = sold("report", "sales", "--on", "2026-03-12").err
    assert "2026-03-12 00:00:00" in told
    assert sold.done("report", "sales")["since"] is None


def test_a_pipe_has_rows_and_standard_error_the_totals(sold: Prompt) -> None:
    """No row of TSV is a total, so that rows can be added up."""
    answer = sold("report", "sales", "--by", "product")

    assert [(row["sku"], row["units"], row["net"]) for row in answer.table] == [
        ("BAGEL", "1", "3300"),
        ("LATTE", "3", "13500"),
    ]
    assert "16,800 KRW" not in answer.out
    assert "net 16,800" in answer.err


def test_a_table_ends_with_the_totals(sold: Prompt) -> None:
    """What has no key is told as such, not as an empty cell."""
    lines = sold("report", "sales", "--by", "coupon", terminal=True).out.splitlines()

    assert lines[-2].split()[:3] == ["(none)", "4", "2"]
    assert lines[-1].split()[:3] == ["total", "4", "2"]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(
    "line", ["report sales", "report money", "statement -u kim", "report sales --by week", "top"]
)
def test_a_report_fits_its_terminal(
    sold: Prompt, monkeypatch: pytest.MonkeyPatch, width: int, line: str
) -> None:
    """Whole columns go, and that is told; what a column is about stays, and money is whole."""
    monkeypatch.setenv("COLUMNS", str(width))
    answer = sold(*line.split(), terminal=True)

    assert answer.code == 0
    assert all(len(one.rstrip()) <= width for one in answer.out.splitlines())
    shown = answer.out.split("\n", maxsplit=1)[0]
    told = [title for title in ("net", "sold", "amount", "units") if title in shown]
    assert told, "a report without figures"
    assert width > 40 or "too narrow" in answer.err


def test_a_statement_shows_what_was_bought(sold: Prompt) -> None:
    """Opening, entries with lines, closing: the document, the rows of TSV, and the table."""
    told = sold.done("statement", "-u", "kim")
    assert list(told) == ["user", "since", "until", "currency", "opening", "closing", "entries"]
    assert (told["opening"], told["closing"]) == (0, 50_000 - 12_300)
    assert [len(entry["lines"]) for entry in told["entries"]] == [0, 2, 1, 1]
    piped = sold("statement", "-u", "kim")
    assert [row["lines"] for row in piped.table] == ["", "LATTE:2 BAGEL:1", "LATTE:1", "LATTE:1"]
    assert "closing 37,700 KRW" in piped.err
    lines = sold("statement", "-u", "kim", terminal=True).out.splitlines()
    assert lines[1].split() == ["opening", "0"]
    assert lines[-1].split() == ["closing", "37,700"]


def test_what_is_low_is_listed(sold: Prompt) -> None:
    """With the mark that it is low by, and what a week sells of it."""
    (row,) = sold.done("report", "stock")
    assert row == {
        "sku": "BAGEL",
        "name": "Bagel",
        "stock": 1,
        "low_stock": 5,
        "sold_7_days": 1,
    }


def test_best_sellers_have_bars_on_a_terminal_only(
    sold: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as units are many; the first thing to go, and nothing that is told."""
    monkeypatch.setenv("COLUMNS", "120")
    lines = sold("top", terminal=True).out.splitlines()
    assert lines[1].count("█") == 16
    assert lines[2].count("█") == 8
    assert "█" not in sold("top").out
    monkeypatch.setenv("COLUMNS", "50")
    narrow = sold("top", terminal=True)
    assert "█" not in narrow.out
    assert "too narrow" not in narrow.err


@pytest.mark.parametrize(
    "line",
    [
        "report sales --by sku",
        "report money --by product",
        "report sales --on today --month 2026-03",
        "report sales --since 2026-03-02 --until 2026-03-01",
    ],
)
def test_what_is_no_report_is_refused(sold: Prompt, line: str) -> None:
    """A key that there is none of, two windows, and one that holds nothing."""
    assert sold.refused(*line.split()) == (2, "invalid_input")
