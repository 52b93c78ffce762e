"""Receipts and repeats say what is of then and what has come since."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

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


def test_history_shows_the_time_it_is_filtered_by(stocked: Prompt, shop: Shop) -> None:
    """What happened in the past stands under that time, with when it was recorded beside it."""
    past = stocked.clock() - timedelta(days=40)
    shop.charge("kim", 700, at=past)
    local = past.astimezone(ZoneInfo(shop.timezone))

    rows = stocked("history", "-u", "kim", terminal=True).out.splitlines()
    since = f"{local + timedelta(days=1):%Y-%m-%d}"
    later = stocked("history", "-u", "kim", "--since", since, terminal=True).out

    assert "recorded" in rows[0]
    assert rows[-1].startswith(f"{local:%Y-%m-%d %H:%M}")
    assert "700" not in later
    assert "recorded" not in later
    assert f"{local:%Y-%m-%d}" not in later
