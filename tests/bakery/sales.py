"""Turns a bakery's till roll into products, users, charges and orders; decides nothing at random.

The roll has a row per unit: date, time, transaction, item. It names no price, buyer or stock, so
those are made up from names and numbers alone, the same on every machine. Rows of the item `NONE`,
for which the till recorded nothing, are booked as a product of price 0: every transaction of the
roll is an order, and nothing is charged for what nobody knows.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

TIMEZONE = "Europe/London"
"""The till's: the bakery stands in Edinburgh."""

NOTHING_RECORDED = "NONE"
USER_COUNT = 200
_PRICE_LEAST, _PRICE_STEP, _PRICE_STEPS = 1500, 100, 60


@dataclass(frozen=True)
class Transaction:
    """One purchase at the till."""

    number: int
    placed_at: datetime
    quantities: dict[str, int]

    @property
    def key(self) -> str:
        """The idempotency key of its order."""
        return f"till-{self.number}"

    @property
    def user(self) -> str:
        """Who is taken to have bought it."""
        return f"guest-{_number(f'buyer of {self.number}') % USER_COUNT:03d}"


@dataclass(frozen=True)
class Bakery:
    """All that a till roll becomes."""

    items: dict[str, str]
    """Names of the products by SKU."""
    transactions: list[Transaction]

    @property
    def prices(self) -> dict[str, int]:
        """An invented price for each SKU."""
        return {
            sku: 0
            if item == NOTHING_RECORDED
            else _PRICE_LEAST + _number(sku) % _PRICE_STEPS * _PRICE_STEP
            for sku, item in self.items.items()
        }

    def needed(self) -> dict[str, int]:
        """How much each user spends in all."""
        prices, spent = self.prices, Counter[str]()
        for transaction in self.transactions:
            spent[transaction.user] += sum(
                prices[sku] * count for sku, count in transaction.quantities.items()
            )
        return dict(sorted(spent.items()))


def read(path: Path) -> Bakery:
    """Read a till roll."""
    items: dict[str, str] = {}
    moments: dict[int, datetime] = {}
    units: dict[int, Counter[str]] = {}
    zone = ZoneInfo(TIMEZONE)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number, sku = int(row["Transaction"]), _sku(row["Item"])
            items[sku] = row["Item"]
            moments[number] = datetime.fromisoformat(f"{row['Date']}T{row['Time']}").replace(
                tzinfo=zone
            )
            units.setdefault(number, Counter())[sku] += 1
    return Bakery(
        dict(sorted(items.items())),
        [Transaction(number, moments[number], dict(units[number])) for number in sorted(units)],
    )


def best_sellers(
    transactions: list[Transaction], start: datetime, end: datetime
) -> list[tuple[str, int]]:
    """(SKU, units) sold after `start` up to `end`, counted row by row; most first, ties by SKU."""
    counted: Counter[str] = Counter()
    for transaction in transactions:
        if start < transaction.placed_at <= end:
            counted.update(transaction.quantities)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _sku(item: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in item)
    return "-".join(part for part in kept.upper().split("-") if part)


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:6])
