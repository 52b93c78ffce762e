"""Windows of time: one grammar for every list and export that is bounded by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from tests import factories
from tests.cli.conftest import Prompt
from tests.clocks import DEFAULT_START

SEOUL = ZoneInfo("Asia/Seoul")
FILLED_ON = DEFAULT_START.astimezone(SEOUL).day

LISTS = {
    "history": "history -u kim",
    "orders": "orders -u kim",
    "orders of all": "orders --all",
    "product history": "product history LATTE",
    "outbox list": "outbox list",
    "export claims": "export claims",
    "export history": "export history",
    "export orders": "export orders",
    "export sales": "export sales",
}
"""A line of each command that takes a window."""

OTHERS = {
    "cash list": "cash list",
    "changes": "changes",
    "closing list": "closing list",
    "report money": "report money",
    "report sales": "report sales",
    "statement": "statement -u kim",
}
"""Lines of the other commands that take one."""

WINDOWED = {**LISTS, **OTHERS}

OF_NOW = ("balances", "coupons", "products", "users")


WINDOWS = {
    "--since 2026-11-26": (26, 27),
    "--since 2026-11-25 --until 2026-11-26": (25, 26),
    "--since 2026-11-25 --until 2026-11-26T12:00": (25,),
    "--since 2026-11-26T12:00 --until 2026-11-26T12:01": (26,),
    "--until 2026-11-25 --since 2026-11-25": (25,),
    "--on yesterday": (26,),
    "--since today": (27,),
    "--since 11:59": (27,),
    "--since 2d --until 1h": (26, 27),
    "--month 2026-11": (25, 26, 27),
    "--on 2026-11-24": (),
    "--month 2026-12": (),
}
"""The days that each window holds of the three."""

NO_WINDOWS = (
    "--since 2026-11-27 --until 2026-11-26",
    "--since now --until now",
    "--on today --month 2026-11",
    "--on today --since today",
    "--until today --month 2026-11",
    "--on 3d",
    "--month 2026",
    "--since soon",
    "--month 9999-12",
    "--on 9999-12-31",
    "--on 1969-12-31",
    "--until 0001-01-01",
    "--since 999999d",
    "--since 2016-12-31T23:59:60Z",
    "--since 9999-12-31T23:59:59-23:59",
)


@pytest.fixture
def three_days(stocked: Prompt) -> Prompt:
    """A charge, a claim, a restock and an order at noon of each of three days, in Seoul."""
    for day in (25, 26, 27):
        stocked.clock.set(datetime(2026, 11, day, 12, tzinfo=SEOUL))
        stocked.done("charge", "5000", "-u", "kim")
        stocked.done("coupon", "add", f"C{day}", "--percent", "5", "--limit", "3")
        stocked.done("claim", f"C{day}", "-u", "kim")
        stocked.done("product", "restock", "LATTE", "1")
        stocked.done("order", "LATTE", "-u", "kim")
    stocked.clock.set(datetime(2026, 11, 27, 18, tzinfo=SEOUL))
    return stocked


def _days(prompt: Prompt, line: str, window: str) -> set[int]:
    """The days of the rows of a list after the shop was filled, in Seoul."""
    rows = prompt.done(*line.split(), *window.split())
    times = ("at", "placed_at", "created_at", "ordered_at")
    moments = [next(row[name] for name in times if name in row) for row in rows]
    days = {datetime.fromisoformat(moment).astimezone(SEOUL).day for moment in moments}
    return days - {FILLED_ON}


@pytest.mark.parametrize("line", LISTS.values(), ids=LISTS)
def test_a_window_bounds_a_list(three_days: Prompt, line: str) -> None:
    """From its beginning on, up to its end, and a day that ends it as a whole."""
    assert {window: _days(three_days, line, window) for window in WINDOWS} == {
        window: set(days) for window, days in WINDOWS.items()
    }


@pytest.mark.parametrize("line", WINDOWED.values(), ids=list(WINDOWED))
def test_what_is_no_window_is_refused(stocked: Prompt, line: str) -> None:
    """With a fix, and nothing on standard output; a person is told as well."""
    for window in NO_WINDOWS:
        assert stocked(*line.split(), *window.split(), terminal=True).code == 2
        answer = stocked(*line.split(), *window.split(), "--json")
        assert (answer.code, answer.out) == (2, "")
        assert answer.error["code"] == "invalid_input"
        assert answer.error["fix"]


def test_a_window_may_end_with_the_times_there_are(shop: Shop) -> None:
    """The end of the last day there is, which is no time itself, bounds every list."""
    factories.stocked(shop)
    end = datetime(9999, 1, 1, tzinfo=UTC)
    for read in (
        partial(shop.history, "kim"),
        partial(shop.orders, "kim"),
        partial(shop.product_history, "LATTE"),
        partial(shop.statement, "kim"),
        shop.cash_moves,
        shop.changes,
        shop.report_money,
        shop.report_sales,
    ):
        assert read(until=end) == read()
        factories.refusal("invalid_input", read, until=end + timedelta(microseconds=1))


def test_what_a_window_came_to_is_told(three_days: Prompt) -> None:
    """On standard error, in the shop's zone; not with --json, and not without a window."""
    told = three_days("history", "-u", "kim", "--on", "2026-11-26")
    assert told.err == "window from 2026-11-26 00:00:00 to 2026-11-27 00:00:00 (Asia/Seoul)\n"
    assert "window" not in told.out
    assert three_days("history", "-u", "kim").err == ""


@pytest.mark.parametrize("what", OF_NOW)
def test_what_is_of_now_has_no_window(stocked: Prompt, what: str) -> None:
    """An export of what there is takes no window."""
    assert stocked.refused("export", what, "--on", "today") == (2, "invalid_input")


def test_words_for_times_are_taken_wherever_a_time_is_typed(stocked: Prompt) -> None:
    """A coupon closes at the end of today; a span of time is no instant for it."""
    stocked.clock.set(datetime(2026, 11, 27, 18, tzinfo=SEOUL))
    made = stocked.done(
        "coupon", "add", "DAY", "--percent", "5", "--limit", "3", "--closes", "today"
    )
    assert made["closes"] == "2026-11-27T14:59:59.999999Z"
    line = "coupon add WEEK --percent 5 --limit 3 --closes"
    assert stocked.refused(*line.split(), "1w") == (2, "invalid_input")
    assert stocked.done("top", "--as-of", "1h")["window_end"] == "2026-11-27T08:00:00.000000Z"


@pytest.mark.parametrize("form", ["tsv", "csv", "md"])
def test_the_window_of_the_best_sellers_is_told_in_the_shops_zone(
    three_days: Prompt, form: str
) -> None:
    """On standard error, as of every other window, whatever the format."""
    told = three_days("top", "--as-of", "2026-11-27T18:00", "--format", form)
    assert told.err.startswith(
        "window from 2026-11-24 18:00:00 to 2026-11-27 18:00:00 (Asia/Seoul)"
    )
