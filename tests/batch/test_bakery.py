"""Five months of a bakery's sales move in by import; windows agree with the raw file."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shopcli import Shop
from tests.batch.files import assert_sound, counts, take
from tests.batch.files import chance as choices

EDINBURGH = ZoneInfo("Europe/London")
NOTHING = "NONE"
"""What the till recorded when it recorded nothing: booked as a product of price 0."""

INSTANT_COUNT = 200


def _sku(item: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in item)


def _price(item: str) -> int:
    return 0 if item == NOTHING else 900 + sum(map(ord, item)) % 40 * 100


class Bakery:
    """The raw file, counted by the standard library.

    Args:
        path: Of the file.
        every: Takes one transaction of so many.
    """

    def __init__(self, path: Path, *, every: int = 1) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if int(row["Transaction"]) % every == 0]
        self.items = sorted({row["Item"] for row in rows})
        self.sales = sorted(
            (
                datetime.fromisoformat(f"{row['Date']}T{row['Time']}")
                .replace(tzinfo=EDINBURGH)
                .astimezone(UTC),
                row["Transaction"],
                row["Item"],
            )
            for row in rows
        )
        self.moments = [moment for moment, _, _ in self.sales]

    @property
    def transaction_count(self) -> int:
        """How many orders the sales make."""
        return len({transaction for _, transaction, _ in self.sales})

    def top(self, start: datetime, end: datetime) -> list[tuple[str, int]]:
        """The five items sold most in (start, end], by units, then SKU."""
        sold = self.sales[bisect_right(self.moments, start) : bisect_right(self.moments, end)]
        units = Counter(_sku(item) for _, _, item in sold)
        return sorted(units.items(), key=lambda pair: (-pair[1], pair[0]))[:5]

    def write(self, folder: Path) -> dict[str, Path]:
        """The import files: invented users and prices, the transactions in no order at all."""
        sales = [*self.sales]
        choices(1).shuffle(sales)
        rows = {
            "users": ["user", *(f"guest{number}" for number in range(40))],
            "charges": [
                "key,user,amount",
                *(f"start{number},guest{number},100000000" for number in range(40)),
            ],
            "products": [
                "sku,name,price",
                *(f'{_sku(item)},"{item}",{_price(item)}' for item in self.items),
            ],
            "orders": [
                "key,user,sku,quantity,ordered_at,unit_price",
                *(
                    f"t{transaction},guest{int(transaction) % 40},{_sku(item)},1,"
                    f"{moment.astimezone(EDINBURGH):%Y-%m-%dT%H:%M:%S},{_price(item)}"
                    for moment, transaction, item in sales
                ),
            ],
        }
        paths = {}
        for kind, lines in rows.items():
            paths[kind] = folder / f"{kind}.csv"
            paths[kind].write_text("\n".join(lines) + "\n", encoding="utf-8")
        return paths


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.proof)])
def test_the_bakery_moves_in(
    bakery_csv: Path, empty_database_url: str, tmp_path: Path, every: int
) -> None:
    """Transactions, 9,531 in all, are orders; 200 windows and the exported sales agree."""
    bakery = Bakery(bakery_csv, every=every)
    paths = bakery.write(tmp_path)
    orders = bakery.transaction_count
    assert orders == 9531 or every > 1
    with Shop.create(empty_database_url, timezone="Europe/London") as shop:
        for kind in ("users", "charges", "products"):
            assert take(shop, kind, paths[kind]).rejected == 0
        summary = take(shop, "orders", paths["orders"], historical=True, events="skip")
        assert counts(summary) == (len(bakery.sales), orders, 0, 0, 0, 0)
        chance = choices(2)
        first, last = bakery.moments[0], bakery.moments[-1]
        span = int((last - first).total_seconds())
        for _ in range(INSTANT_COUNT):
            as_of = first + timedelta(seconds=chance.randint(0, span + 86_400))
            as_of = chance.choice([as_of, chance.choice(bakery.moments)])
            top = shop.top(as_of=as_of)
            assert [(row.sku, row.units) for row in top.rows] == bakery.top(
                as_of - timedelta(days=3), as_of
            )
        shop.exports.save("sales", tmp_path / "sales.csv")
        with (tmp_path / "sales.csv").open(encoding="utf-8", newline="") as file:
            sold = Counter(
                {(row["order"], row["sku"]): int(row["quantity"]) for row in csv.DictReader(file)}
            )
        by_transaction = Counter((t, _sku(item)) for _, t, item in bakery.sales)
        assert sorted(sold.values()) == sorted(by_transaction.values())
        assert_sound(shop)
