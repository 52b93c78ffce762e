"""Receipts and repeats say what is of then and what has come since."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from tests.cli.conftest import Prompt


def test_a_receipt_of_a_cancelled_order_tells_the_refund(stocked: Prompt) -> None:
    """How much was given back, when and why stand on it, for people and programs."""
    order = stocked.done("order", "LATTE:2", "-u", "kim", "--key", "o1")
    assert (order["refunded"], order["cancelled_at"], order["reason"]) == (0, None, None)
    stocked.clock.advance(minutes=30)
    stocked.done("cancel", order["order"], "--reason", "too cold")

    told = stocked.done("receipt", order["order"])
    text = stocked("receipt", order["order"], terminal=True).out

    assert told == {
        **order,
        "state": "cancelled",
        "refunded": 9000,
        "cancelled_at": told["cancelled_at"],
        "reason": "too cold",
    }
    local = stocked("history", "-u", "kim", terminal=True).out.splitlines()[-1].split()[1]
    assert told["cancelled_at"] is not None
    assert "refunded 9,000 KRW" in text
    assert "too cold" in text
    assert local in text
    assert stocked.done("orders", "-u", "kim") == [told]
    # The order's own repeat answers as the first time, whatever became of it.
    again = stocked.done("order", "LATTE:2", "-u", "kim", "--key", "o1")
    assert again == {**order, "replayed": True}


def test_a_balance_of_then_is_called_so(stocked: Prompt) -> None:
    """What a repeat or a receipt shows as balance is not mistaken for the one of now."""
    lines: dict[str, tuple[str, ...]] = {
        "charge": ("charge", "5", "-u", "kim", "--key", "c"),
        "order": ("order", "LATTE", "-u", "kim", "--key", "o"),
    }
    first = {name: stocked(*line, terminal=True).out for name, line in lines.items()}
    order = stocked.done("receipt", "--key", "o")["order"]
    first["cancel"] = stocked("cancel", order, terminal=True).out
    lines["cancel"] = ("cancel", order)
    again = {name: stocked(*line, terminal=True).out for name, line in lines.items()}

    assert [name for name, text in first.items() if "balance then" in text] == []
    assert [name for name, text in again.items() if "balance then" in text] == list(lines)
    assert "balance then" in stocked("receipt", order, terminal=True).out


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_a_receipt_is_whole_on_paper(
    stocked: Prompt, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """In a pipe, as Markdown and on any terminal: the whole id, each line, and all sums."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    stocked.done("product", "set", "BAGEL", "--name", "a|b =1+1 <b> *x*")
    stocked.done("claim", "TENTH", "-u", "kim")
    order = stocked.done("order", "LATTE:2", "BAGEL", "--coupon", "TENTH", "-u", "kim")

    words = ("receipt", order["order"])
    shown = stocked(*words, terminal=True)
    told = [stocked(*words, "--format", form).out for form in ("table", "md")]

    for text in (shown.out, *told):
        assert order["order"] in text
        for part in ("9,000", "3,300", "12,300", "-1,230", "11,070", "TENTH", "subtotal", "total"):
            assert part in text.split(), part
    assert all(len(line) <= int(columns) for line in shown.out.split("\n\n")[1].splitlines())
    assert "a|b =1+1 <b> *x*" in told[0]
    rows = [line for line in told[1].splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
    assert "&lt;b&gt;" in told[1]
    assert stocked(*words).table[0]["lines"] == "LATTE:2 BAGEL:1"


def test_a_printed_receipt_tells_of_each_refund(stocked: Prompt) -> None:
    """What was given back, when and why, and the rest that a cancellation gave."""
    order = stocked.done("order", "LATTE:2", "-u", "kim")["order"]
    stocked.done("refund", order, "LATTE", "--reason", "spilt", "--lost")
    stocked.done("cancel", order, "--reason", "too cold")

    for form in ("table", "md"):
        told = stocked("receipt", order, "--format", form).out
        assert told.count("refunded 4,500 KRW") == 2
        for part in ("spilt", "not back in stock", "too cold", "1 x LATTE"):
            assert part in told
    assert [one["order"] for one in stocked.done("orders", "--all", "--state", "refunded")] == [
        order
    ]


def test_history_shows_the_time_it_is_filtered_by(stocked: Prompt, shop: Shop) -> None:
    """What happened in the past stands under that time, with when it was recorded beside it."""
    past = stocked.clock() - timedelta(days=40)
    shop.charge("kim", 700, at=past)
    local = past.astimezone(ZoneInfo(shop.timezone))

    rows = stocked("history", "-u", "kim", terminal=True).out.splitlines()
    since = f"{local + timedelta(days=1):%Y-%m-%d}"
    later = stocked("history", "-u", "kim", "--since", since, terminal=True).out

    assert "recorded" in rows[0]
    assert rows[-1].split()[1:3] == f"{local:%Y-%m-%d %H:%M}".split()
    assert "700" not in later
    assert "recorded" not in later
    assert f"{local:%Y-%m-%d}" not in later
