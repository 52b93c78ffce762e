"""What a close of the books adds up to, and its digest; pure.

Source of the fields: what a Z report holds elsewhere (DSFinV-K of Germany, the cash register rules
of Norway): numbered without a gap, totals by means of payment, cash that is expected and counted,
grand totals that never go back.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CASH = "cash"
"""The method whose money is in the drawer."""

WITHOUT_METHOD = "none"
UNKNOWN_METHOD = "unknown"
"""What schema 0001 booked has no method, and is never taken for cash."""

Column = str | int | None


class Booked(NamedTuple):
    """The sum of the entries of one kind and method; of reversals also the kind they take back."""

    kind: str
    reversed_kind: str | None
    method: str | None
    entry_count: int
    amount_minor: int


class Moved(NamedTuple):
    """The sum of the cash moves of one kind; of reversals also the kind they take back."""

    kind: str
    reversed_kind: str | None
    amount_minor: int


class Tally(NamedTuple):
    """How many, and how much in all."""

    number: int
    amount_minor: int


class Sold(NamedTuple):
    """What the covered orders, cancellations and refunds come to."""

    order_count: int
    unit_count: int
    discounts: Tally
    cancels: Tally
    refunds: Tally


class Before(NamedTuple):
    """What the close before leaves to the next one; all 0 before the first."""

    number: int = 0
    until_at: int | None = None
    closing_minor: int = 0
    cash_minor: int = 0
    cash_move_number: int = 0
    grand_sales_minor: int = 0
    grand_refunds_minor: int = 0
    digest: str = ""


class Totals(NamedTuple):
    """The amounts of a close, in minor units."""

    entry_count: int
    opening_minor: int
    charged: Mapping[str, int]
    reversed: Mapping[str, int]
    paid_out: Mapping[str, int]
    adjusted_minor: int
    sold_minor: int
    refunded_minor: int
    closing_minor: int
    cash_opening_minor: int
    cash_in_minor: int
    cash_out_minor: int
    cash_expected_minor: int
    grand_sales_minor: int
    grand_refunds_minor: int

    @property
    def methods(self) -> str:
        """What came and went by each method, as the JSON text that is stored."""
        maps = {
            "charged": dict(self.charged),
            "reversed": dict(self.reversed),
            "paid_out": dict(self.paid_out),
        }
        return json.dumps(maps, ensure_ascii=False, separators=(",", ":"))


def totals(before: Before, entries: Iterable[Booked], moves: Iterable[Moved]) -> Totals:
    """Add up what a close covers.

    Raises:
        InvalidInput: A sum would pass the largest amount.
    """
    count = 0
    sums: dict[str, int] = defaultdict(int)
    by_method: dict[str, dict[str, int]] = {"charge": {}, "reversal": {}, "payout": {}}
    for entry in entries:
        count += entry.entry_count
        sums[entry.kind] += entry.amount_minor
        if entry.kind in by_method and entry.reversed_kind != "transfer":
            method = _method(entry)
            amounts = by_method[entry.kind]
            sign = 1 if entry.kind == "charge" else -1
            amounts[method] = amounts.get(method, 0) + sign * entry.amount_minor
    moved: dict[str, int] = defaultdict(int)
    for move in moves:
        moved[move.reversed_kind or move.kind] += move.amount_minor
    charged, reversed_, paid_out = (
        dict(sorted(by_method[kind].items())) for kind in ("charge", "reversal", "payout")
    )
    cash_expected = before.cash_minor + charged.get(CASH, 0) - reversed_.get(CASH, 0)
    cash_expected += moved["in"] + moved["out"] - paid_out.get(CASH, 0)
    found = Totals(
        entry_count=count,
        opening_minor=before.closing_minor,
        charged=charged,
        reversed=reversed_,
        paid_out=paid_out,
        adjusted_minor=sums["adjustment"],
        sold_minor=-sums["payment"],
        refunded_minor=sums["refund"],
        closing_minor=before.closing_minor + sum(sums.values()),
        cash_opening_minor=before.cash_minor,
        cash_in_minor=moved["in"],
        cash_out_minor=-moved["out"],
        cash_expected_minor=cash_expected,
        grand_sales_minor=before.grand_sales_minor - sums["payment"],
        grand_refunds_minor=before.grand_refunds_minor + sums["refund"],
    )
    _check_size(found)
    return found


def _method(entry: Booked) -> str:
    if entry.method is not None:
        return entry.method
    return WITHOUT_METHOD if entry.reversed_kind == "adjustment" else UNKNOWN_METHOD


def _check_size(found: Totals) -> None:
    amounts = [value for value in found if isinstance(value, int)]
    for by_method in (found.charged, found.reversed, found.paid_out):
        amounts += by_method.values()
    if max(map(abs, amounts)) > AMOUNT_MAX:
        raise InvalidInput(
            "A sum of this close would pass the largest amount, {limit:number}.",
            details={"limit": AMOUNT_MAX, "reason": "close_too_large"},
        )


class Digest:
    """The SHA-256 of a close, taken line by line; the recipe is in `shopcli/help/closing.md`.

    Args:
        before: The digest of the close before; empty for the first.
        own: The close's own fields.
    """

    def __init__(self, before: str, own: Sequence[Column]) -> None:
        self._hash = hashlib.sha256()
        self._hash.update(f"{before}\n{_ENCODE(own)}\n".encode())

    def add_table(self, pages: Iterable[Sequence[Sequence[Column]]]) -> None:
        """Take the rows of a table, given some at a time, as one JSON array on a line."""
        start = "["
        for rows in pages:
            if rows:
                # Many rows in one call: to encode them one by one takes twice as long.
                self._hash.update((start + _ENCODE(rows)[1:-1]).encode())
                start = ","
        self._hash.update(b"[]\n" if start == "[" else b"]\n")

    def text(self) -> str:
        """The digest: 64 hexadecimal digits."""
        return self._hash.hexdigest()


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
