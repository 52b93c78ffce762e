"""100,000 products, and 100,000 orders of one user: all stays quick. Only on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shopcli import Shop
from shopcli.domain.moments import to_microseconds
from shopcli.engine import PAGE_SIZE_MAX
from shopcli.engine.use_cases.products import fold
from shopcli.storage.postgres.connections import PostgresSession
from shopcli.storage.sqlite.connections import SqliteSession
from shopcli.tui.app import make_app
from shopcli.tui.widgets.product_list import ProductList
from tests.bench.history import fill
from tests.bench.shops import stocked as stocked_for_bench
from tests.bench.shops import user
from tests.tui.stage import Stage, perform

PRODUCT_COUNT = 100_000
SEARCH_SECONDS_MAX = 0.1
NAMES = ("Latte", "아메리카노", "コーヒー豆", "Club-Maté", "Scone", "Water", "Kimbap 김밥")

pytestmark = pytest.mark.bench


@pytest.fixture
def large(shop: Shop) -> Shop:
    """The shop with its products written at once."""
    rows = (
        {
            "sku": f"P{number:06d}",
            "name": f"{NAMES[number % len(NAMES)]} {number}",
            "search_text": fold(f"P{number:06d}\n{NAMES[number % len(NAMES)]} {number}\n"),
            "category": f"shelf {number % 12}",
        }
        for number in range(PRODUCT_COUNT)
    )
    with shop.runtime.writing() as session:
        session.change_many(
            "INSERT INTO products (sku, name, price_minor, stock, movement_count, on_sale,"
            " category, search_text, created_at, recorded_at, actor, host, channel)"
            " VALUES (:sku, :name, 900, 0, 0, 1, :category, :search_text, 0, 0, 'a', 'b', 'c')",
            rows,
        )
    return shop


def test_search_answers_within_a_tenth_of_a_second(large: Shop) -> None:
    """Whatever is sought, rare or frequent or not there, the page is read in time."""
    for query in ("latte", "99999", "김밥 4", "P0999", "zzz", "e"):
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            large.browsing.products(query)
            taken.append(time.perf_counter() - started)
        assert min(taken) <= SEARCH_SECONDS_MAX, (query, taken)


def test_the_end_of_the_list_is_one_key_away(large: Shop) -> None:
    """Only pages in view are read: End, Home and a search answer at once."""

    async def play(stage: Stage) -> None:
        products = stage.screen.query_one("#products", ProductList)
        assert products.row_count == PRODUCT_COUNT
        await stage.press("end")
        await stage.sees("99999")
        await stage.press("home", "slash")
        await stage.type("김밥 9999")
        await stage.until(lambda: 0 < products.row_count < 10)

    perform(make_app(large), play)


LONG_JOURNAL = 100_000
STATEMENT_COUNT_MAX = 8
ROWS_AN_ENTRY_MAX = 4
"""An entry, the lines of its order, and what was done about it."""


def test_a_long_journal_is_read_by_pages(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 100,000 orders a page is read with few rows, the newest and one far behind alike."""
    sizes: list[int] = []
    for kind in (SqliteSession, PostgresSession):
        monkeypatch.setattr(kind, "rows", _noting(kind.rows, sizes))
    readings = []
    with stocked_for_bench(empty_database_url, user_count=2, product_count=2) as shop:
        newest = to_microseconds(shop.now()) - 1_000_000
        fill(shop, 2 * LONG_JOURNAL, newest=newest, round_size=2)
        first = shop.browsing.journal(user(0))
        assert first.older is not None
        for place in (None, replace(first.older, sequence=LONG_JOURNAL // 2)):
            sizes.clear()
            page = shop.browsing.journal(user(0), older_than=place)
            assert len(page.entries) == PAGE_SIZE_MAX
            readings.append((len(sizes), sum(sizes)))
    newest_page, far_page = readings
    assert newest_page == far_page
    assert PAGE_SIZE_MAX < sum(sizes) <= ROWS_AN_ENTRY_MAX * PAGE_SIZE_MAX
    assert len(sizes) <= STATEMENT_COUNT_MAX


def _noting(
    send: Callable[..., Sequence[object]], sizes: list[int]
) -> Callable[..., Sequence[object]]:
    def note(*given: Any) -> Sequence[object]:  # noqa: ANN401  # passed on
        found = send(*given)
        sizes.append(len(found))
        return found

    return note
