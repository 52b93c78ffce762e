"""Tables on a terminal of any width: what is shown is whole, what is left out is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from shopcli.cli.terminal import Column, draw_table
from tests.cli.conftest import Prompt, Screen


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words alone, without the escape sequences of bold ones."""
    monkeypatch.setenv("NO_COLOR", "1")


ROWS = [
    {"sku": "GREEN-TEA-25", "name": "녹차 스물다섯 봉지", "price": 12_500, "stock": 168},
    {"sku": "WATER", "name": "W" * 60, "price": 9_007_199_254, "stock": 0},
]
COLUMNS = [
    Column("sku"),
    Column("name", wraps=True, spare=3),
    Column("price", right=True, spare=1),
    Column("stock", right=True, spare=2),
]


def _drawn(width: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    monkeypatch.setenv("COLUMNS", str(width))
    screen = Screen(terminal=True)
    left_out = draw_table(
        screen, ROWS, COLUMNS, lambda _, value: str(value), currency_of=lambda _: ""
    )
    return screen.getvalue().splitlines(), left_out


def test_a_column_is_whole_or_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """At any width every number and code of a column that is shown stands there whole."""
    for width in range(20, 201):
        lines, left_out = _drawn(width, monkeypatch)
        assert all(cell_len(line.rstrip()) <= width for line in lines), width
        words = set(" ".join(lines).split())
        for column in COLUMNS:
            is_shown = column.key not in left_out
            assert (column.key in words) == is_shown, width
            if is_shown and not column.wraps:
                assert {str(row[column.key]) for row in ROWS} <= words, width
        assert "name" in left_out or "".join(lines).count("W") == 60 + 1, width


def test_columns_are_left_out_by_what_they_are_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    """The narrower the terminal, the more is left out; the SKU never."""
    told = [_drawn(width, monkeypatch)[1] for width in (80, 40, 30, 22)]

    assert told == [[], ["name"], ["name", "stock"], ["name", "price", "stock"]]


@given(st.integers(1, 10**30), st.integers(20, 40))
@settings(max_examples=50)
def test_what_fits_nowhere_runs_over(number: int, width: int) -> None:
    """A code wider than the terminal is left to the terminal's own line break, uncut."""
    screen = Screen(terminal=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("COLUMNS", str(width))
        draw_table(screen, [{"code": f"X{number}"}], [Column("code")], lambda _, value: str(value))

    assert f"X{number}" in screen.getvalue().split()


LISTS = [
    "products",
    "product history LATTE",
    "user list",
    "history",
    "orders",
    "orders --all",
    "coupons",
    "coupon list",
    "top",
    "changes",
    "outbox list",
]
TEXTS = {"name", "reason", "change", "last_error", "lines", "source"}


@pytest.mark.parametrize("line", LISTS)
def test_every_list_is_whole_at_every_width(
    stocked: Prompt, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No cell of any list is cut or marked as cut, and columns that are missing are named."""
    for words in (
        "claim TENTH",
        "product set LATTE --price 1234567",
        "charge 9007199254000",
        "order LATTE:2 BAGEL:1 --coupon TENTH",
        "order BAGEL",
    ):
        stocked.done(*words.split(), "-u", "kim")
    whole = _words(stocked, line, 300, monkeypatch)[0]

    for width in (20, 27, 33, 40, 47, 60, 72, 80, 100, 120):
        shown, told = _words(stocked, line, width, monkeypatch)
        assert "…" not in " ".join(shown)
        if not told:
            assert sorted(shown) == sorted(whole)
        else:
            # Without texts, which are wrapped, no word is new: nothing was broken in two.
            assert set(shown) <= set(whole) | {"김민지", "민지", "김"}


def _words(
    stocked: Prompt, line: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], str]:
    monkeypatch.setenv("COLUMNS", str(width))
    answer = stocked(*line.split(), "-u", "kim", terminal=True)
    assert answer.code == 0
    return answer.out.split(), answer.err
