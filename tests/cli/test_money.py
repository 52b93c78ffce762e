"""What is money is so by the type of its field, wherever it is printed."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass
from typing import get_args, get_type_hints

import pytest

from shopcli.cli.output import Output, money_fields
from shopcli.cli.terminal import Column
from shopcli.domain import records
from shopcli.domain.money import Minor
from tests.cli.conftest import Screen

COUNTS = {
    "Backup": {"bytes", "rows"},
    "Claim": {"number", "limit"},
    "Coupon": {"percent", "limit", "claimed", "redeemed", "valid_days"},
    "Closing": {"number", "entries", "orders", "units", "pending", "dead"},
    "CopiedTable": {"rows"},
    "Counted": {"count"},
    "Flush": {"sent", "failed", "pending"},
    "Hold": {"leased"},
    "JournalEntry": {"refund_number", "claim_number", "claim_limit"},
    "JournalPage": {"entry_count", "total", "looked_through"},
    "JournalPlace": {"sequence", "coupon_at"},
    "OrderLine": {"quantity"},
    "OrderRefund": {"number"},
    "OutboxEvent": {"sequence", "attempts"},
    "OutboxStatus": {"pending", "leased", "delivered", "dead", "oldest_pending_seconds"},
    "Product": {"stock", "low_stock"},
    "RefundLine": {"quantity", "restocked"},
    "Restoration": {"rows"},
    "SalesTotals": {"units", "orders"},
    "ShopCopy": {"rows"},
    "StockRow": {"stock", "low_stock", "sold_7_days"},
    "StockMovement": {"quantity", "stock_after"},
    "TopRow": {"rank", "stock", "units"},
    "UsualBasket": {"order_count"},
    "Unretirement": {"new_shop_rows"},
    "UserCoupon": {"number"},
}
"""Integers of records that are no money."""


@dataclass(frozen=True)
class Statement:
    """A record that the printer has not heard of."""

    user: str
    opening: Minor
    closing: Minor | None
    entries: int


def test_each_integer_is_money_or_counted() -> None:
    """Each integer of a record is money by its type, or listed here as a count."""
    found: dict[str, set[str]] = {}
    for name, kind in inspect.getmembers(records, inspect.isclass):
        if not dataclasses.is_dataclass(kind):
            continue
        hints = get_type_hints(kind)
        integers = {key for key, hint in hints.items() if hint is int or int in get_args(hint)}
        if counts := integers - money_fields(kind):
            found[name] = counts

    assert found == COUNTS


def test_new_amounts_are_printed_in_major_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that is money by its type is so in TSV and in a table, whatever it is called."""
    monkeypatch.setenv("NO_COLOR", "1")
    statement = Statement("kim", 123456, None, 123456)

    piped = printed([statement], terminal=False)
    seen = printed([statement], terminal=True).split("\n")

    assert piped == "user\topening\tclosing\tentries\nkim\t1234.56\t\t123456\n"
    assert (seen[0].split(), seen[1].split()) == (
        ["user", "opening", "USD", "entries"],
        ["kim", "1,234.56", "123456"],
    )


def printed(rows: list[Statement], *, terminal: bool) -> str:
    """Rows as they come out in a shop with cents."""
    screen = Screen(terminal=terminal)
    output = Output(stream=screen)
    output.exponent, output.currency = 2, "USD"
    output.rows(rows, Statement, [Column(key) for key in ("user", "opening", "entries")])
    return screen.getvalue()
