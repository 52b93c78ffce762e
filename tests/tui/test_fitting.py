"""Texts of any script fit into cells: aligned, both ends kept, no number halved."""

from __future__ import annotations

import re
from unicodedata import bidirectional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from shopcli import Shop
from shopcli.domain.showing import inert
from shopcli.tui.app import make_app
from shopcli.tui.widgets.columns import Column, in_lines, whole_sentences, widths_for
from shopcli.tui.widgets.fitting import cut, cut_address, fitted
from tests.tui.stage import Stage, perform

LETTERS = (
    "ab Z9,.",
    "한글 커피 500",
    "抹茶ラテ ",
    "שלום 25",
    "شاي بالنعناع ",
    "e\u0301o\u0308 n\u0303",
    "🎉👍🏽☕\ufe0f❤",
    "กาแฟเย็น",
    "हिन्दी चाय",
    "—·",
)
texts = st.lists(st.sampled_from(LETTERS).flatmap(lambda one: st.text(one, max_size=8))).map(
    "".join
)
numbered = st.lists(st.sampled_from(["oat", "milk", "1,234", "50", "0.5", "l", " ", "-"])).map(
    "".join
)
widths = st.integers(0, 40)


@given(texts, widths)
def test_any_text_takes_exactly_the_cells_it_is_given(text: str, width: int) -> None:
    """So that what stands in the next column is aligned."""
    assert cell_len(fitted(inert(text), width)) == width


@given(texts, widths)
def test_a_cut_keeps_what_is_at_both_ends(text: str, width: int) -> None:
    """What fits is not touched; else the middle goes, and no letter loses its marks."""
    found = cut(text, width)
    if cell_len(text) <= width:
        assert found == text
    elif width:
        head, _, tail = found.rpartition("…")
        assert text.startswith(head)
        assert text.rstrip().endswith(tail)


@given(numbered, widths)
def test_no_number_is_cut_into_another(text: str, width: int) -> None:
    """1,234 is never shown as 1 or 234: it is there, or it is not."""
    number = re.compile(r"(?<!\w)[0-9][0-9.,]*[0-9]")
    head, _, tail = cut(text, width).partition("…")
    inside = {place for one in number.finditer(text) for place in range(one.start() + 1, one.end())}
    assert len(head) == len(text) or len(head) not in inside
    assert len(text.rstrip()) - len(tail) not in inside


@pytest.mark.parametrize(
    ("text", "width", "told"),
    [
        ("Sourdough bread from the oven, 800 g", 17, "Sourdough b…800 g"),
        ("Sourdough bread from the oven, 400 g", 26, "Sourdough bread fro… 400 g"),
        ("Latte macchiato, large", 17, "Latte macch…large"),
        ("Balance 1,234,567", 12, "Balance…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 4, "👩‍👩‍👧‍👦…"),
        ("e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301…"),
    ],
)
def test_names_are_cut_in_the_middle(text: str, width: int, told: str) -> None:
    """Names differ at their ends, and a unit is nothing without its number."""
    assert cut(text, width) == told


@given(texts, st.integers(1, 40))
def test_what_runs_from_right_to_left_is_kept_apart(text: str, width: int) -> None:
    """Behind such a text stands a mark, before which no terminal draws what follows."""
    shown = fitted(text, width)
    if any(bidirectional(one) in {"R", "AL"} for one in shown):
        last = max(place for place, one in enumerate(shown) if bidirectional(one) in {"R", "AL"})
        assert "\u200e" in shown[last:]


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 36), (200, 60)])
def test_prices_stand_in_one_column_whatever_the_script(shop: Shop, size: tuple[int, int]) -> None:
    """Wide, joined and right-to-left names leave the columns where they are."""
    names = (
        "Latte",
        "아메리카노",
        "שוקולד חם 250",
        "شاي بالنعناع",
        "👍🏽 café",
        "กาแฟเย็น",
        "x " * 50,
    )
    for number, name in enumerate(names):
        shop.add_product(f"P{number}", name=name, price=7_700 + number, stock=3)

    async def play(stage: Stage) -> None:
        lines = stage.text.splitlines()
        ends = set()
        for number, _ in enumerate(names):
            price = f"7,70{number}"
            line = next(one for one in lines if price in one)
            ends.add(cell_len(line[: line.index(price)]))
        assert len(ends) == 1

    perform(make_app(shop), play, size=size)


def test_codes_grow_where_there_is_room() -> None:
    """A SKU too long for the list gets the room that the names do not need, not 12 cells."""
    columns = (Column("PRODUCT"), Column("SKU", 12, whole=True), Column("PRICE", 7, right=True))

    assert widths_for(columns, (0, 64, 7), 100) == (25, 64, 7)
    assert widths_for(columns, (0, 90, 7), 100) == (24, 65, 7)
    assert widths_for(columns, (0, 80, 7), 50) == (24, 15, 7)
    assert widths_for(columns, (0, 80, 7), 40) == (17, 12, 7)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (4, ["balance 46,100", "Latte, Bagel,", "sesame, 12:00"]),
        (3, ["balance 46,100", "Latte, Bagel,", "sesame, 12:00"]),
        (2, ["balance 46,100", "Latte, Bagel,\u2026"]),
        (1, ["balance\u2026"]),
    ],
)
def test_what_does_not_fit_into_its_lines_is_seen_to_go_on(count: int, told: list[str]) -> None:
    """Nothing ends as if that were all."""
    assert in_lines("balance 46,100 Latte, Bagel, sesame, 12:00", 14, count) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (3, ["Nothing is 1.5.", "Press esc to see", "all."]),
        (2, ["Nothing is 1.5."]),
        (1, ["Nothing is 1.5."]),
        (0, []),
    ],
)
def test_what_an_empty_list_says_ends_with_a_sentence(count: int, told: list[str]) -> None:
    """What has no room is left out from its first word on."""
    assert whole_sentences("Nothing is 1.5. Press esc to see all.", 16, count) == told


def test_an_address_keeps_its_host() -> None:
    """Its scheme goes before its host does, and of its path the end stays where there is room."""
    url = "https://events.example.org/shops/one"

    assert cut_address(url, 36) == url
    assert cut_address(url, 32) == "https://events.example.org…s/one"
    assert cut_address(url, 28) == "https://events.example.org…"
    assert cut_address(url, 26) == "events.example.org…ops/one"
    assert cut_address("https://events.example.org", 20) == "events.example.org"
    assert cut_address(url, 12) == "events.e…org"
    assert all(len(cut_address(url, width)) <= width for width in range(40))
