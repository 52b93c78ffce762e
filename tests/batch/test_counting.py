"""What the answer of an import counts is told with it: rows of the file, or orders of several."""

from __future__ import annotations

from pathlib import Path

from tests.batch.files import write
from tests.cli.conftest import Prompt
from tests.clocks import SettableClock


def test_orders_and_rows_are_told_apart(
    shop_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    """An order of three rows is one that was created, a refused one of two is two rows rejected."""
    prompt = Prompt(shop_url, clock)
    prompt.done("user", "add", "kim")
    prompt.done("charge", "90000", "-u", "kim")
    for sku in ("LATTE", "BAGEL", "TEA"):
        prompt.done("product", "add", sku, "--name", sku, "--price", "100", "--stock", "50")
    made = [f"o1,kim,{sku},1" for sku in ("LATTE", "BAGEL", "TEA")]
    refused = [f"o2,kim,{sku},99" for sku in ("LATTE", "BAGEL")]
    path = str(write(tmp_path / "o.csv", "key,user,sku,quantity", *made, *refused))

    told = prompt("import", "orders", path, terminal=True)
    assert told.out.strip() == "5 rows, 1 order created, 2 rows rejected"
    again = prompt("import", "orders", path, "--json").document
    assert [again[name] for name in ("rows", "created", "replayed", "rejected")] == [5, 0, 1, 2]


def test_other_rows_are_counted_as_they_are(
    shop_url: str, clock: SettableClock, tmp_path: Path
) -> None:
    """Where a row is one of its kind nothing else is counted."""
    prompt = Prompt(shop_url, clock)
    path = str(write(tmp_path / "u.csv", "user", "kim", "lee"))
    assert prompt("import", "users", path, terminal=True).out.strip() == "2 rows, 2 created"
