"""What a close of the books adds up to, and its digest; pure.

Source of the fields: what a Z report holds elsewhere (DSFinV-K of Germany, the cash register rules
of Norway): numbered without a gap, totals by means of payment, cash that is expected and counted,
grand totals that never go back.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.errors import InvalidInput, TotalChanged
from shopcli.domain.ledger.entries import entry_id
from shopcli.domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shopcli.domain.records import Closing

CASH = "cash"
"""The method whose money is in the drawer."""

WITHOUT_METHOD = "none"
UNKNOWN_METHOD = "unknown"
"""What schema 0001 booked has no method, and is never taken for cash."""

Column = str | int | None


class Moved(NamedTuple):
    """The sum of the cash moves of one kind; of reversals also the kind they take back."""

    kind: str
    reversed_kind: str | None
    amount_minor: int


class Tally(NamedTuple):
    """How many, and how much in all."""

    number: int
    amount_minor: int

    def plus(self, amounts: Sequence[int]) -> Tally:
        """With some more."""
        return Tally(self.number + len(amounts), self.amount_minor + sum(amounts))


class Place(NamedTuple):
    """When an entry was recorded, and its id."""

    recorded_at: int
    name: str


Kind = tuple[str, str | None, str | None]
"""Of an entry: its kind, its method, and of a reversal the kind that it takes back."""


class Sums:
    """What the rows of a close come to, taken some at a time as its digest takes them.

    Args:
        reversed_kinds: The kind that each reversal takes back, by its user and number.
    """

    def __init__(self, reversed_kinds: Mapping[tuple[str, int], str]) -> None:
        self._reversed_kinds = reversed_kinds
        self.entry_count = 0
        self.sums: dict[Kind, int] = defaultdict(int)
        self.first_entry: Place | None = None
        self.last_entry: Place | None = None
        self.order_count = self.unit_count = 0
        self.discounts = self.cancels = self.refunds = Tally(0, 0)
        self._adders = {
            "balance_entries": self._add_entries,
            "orders": self._add_orders,
            "order_lines": self._add_lines,
            "cancellations": self._add_cancellations,
            "refunds": self._add_refunds,
        }

    def add(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows of a table with the columns that a digest takes; other tables add nothing."""
        adder = self._adders.get(table)
        if adder is not None:
            adder(rows)

    def _add_entries(self, rows: Sequence[Sequence[Any]]) -> None:
        self.entry_count += len(rows)
        sums, first, last = self.sums, self.first_entry, self.last_entry
        for username, sequence, kind, amount_minor, *_, recorded_at, _, _, _, _, method in rows:
            taken = None
            if kind == "reversal":
                taken = self._reversed_kinds.get((username, sequence))
            sums[kind, method, taken] += amount_minor
            if first is None or recorded_at <= first.recorded_at:
                place = Place(recorded_at, entry_id(username, sequence))
                first = place if first is None else min(first, place)
            if last is None or recorded_at >= last.recorded_at:
                place = Place(recorded_at, entry_id(username, sequence))
                last = place if last is None else max(last, place)
        self.first_entry, self.last_entry = first, last

    def _add_orders(self, rows: Sequence[Sequence[Any]]) -> None:
        self.order_count += len(rows)
        discounts = [discount for _, _, _, discount, *_ in rows if discount > 0]
        self.discounts = self.discounts.plus(discounts)

    def _add_lines(self, rows: Sequence[Sequence[Any]]) -> None:
        self.unit_count += sum(quantity for _, _, _, _, quantity, *_ in rows)

    def _add_cancellations(self, rows: Sequence[Sequence[Any]]) -> None:
        self.cancels = self.cancels.plus([refunded for _, refunded, *_ in rows])

    def _add_refunds(self, rows: Sequence[Sequence[Any]]) -> None:
        self.refunds = self.refunds.plus([refunded for _, _, _, _, refunded, *_ in rows])


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


def totals(before: Before, covered: Sums, moves: Iterable[Moved]) -> Totals:
    """Add up what a close covers."""
    sums: dict[str, int] = defaultdict(int)
    by_method: dict[str, dict[str, int]] = {"charge": {}, "reversal": {}, "payout": {}}
    for (kind, given_method, reversed_kind), amount_minor in covered.sums.items():
        sums[kind] += amount_minor
        if kind in by_method and reversed_kind != "transfer":
            method = _method(given_method, reversed_kind)
            amounts = by_method[kind]
            sign = 1 if kind == "charge" else -1
            amounts[method] = amounts.get(method, 0) + sign * amount_minor
    moved: dict[str, int] = defaultdict(int)
    for move in moves:
        moved[move.reversed_kind or move.kind] += move.amount_minor
    charged, reversed_, paid_out = (
        dict(sorted(by_method[kind].items())) for kind in ("charge", "reversal", "payout")
    )
    cash_expected = before.cash_minor + charged.get(CASH, 0) - reversed_.get(CASH, 0)
    cash_expected += moved["in"] + moved["out"] - paid_out.get(CASH, 0)
    return Totals(
        entry_count=covered.entry_count,
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


def _method(method: str | None, reversed_kind: str | None) -> str:
    if method is not None:
        return method
    return WITHOUT_METHOD if reversed_kind == "adjustment" else UNKNOWN_METHOD


def check_size(found: Totals) -> None:
    """Refuse sums that pass the largest amount.

    Raises:
        InvalidInput: One does.
    """
    amounts = [value for value in found if isinstance(value, int)]
    for by_method in (found.charged, found.reversed, found.paid_out):
        amounts += by_method.values()
    if max(map(abs, amounts)) > AMOUNT_MAX:
        raise InvalidInput(
            "A sum of this close would pass the largest amount, {limit:number}.",
            details={"limit": AMOUNT_MAX, "reason": "close_too_large"},
        )


def check_expected(expected: Closing | None, found: Closing) -> None:
    """Refuse a close that covers something else than was looked at before, if that was given.

    Entries are only ever added, so where nothing differs, each that is covered was covered by the
    look. Of cash moves there may be one more, together with what took it back.

    Raises:
        TotalChanged: It covers something else; details hold the sums of the balances, and counts.
    """
    if expected is None or _covered(expected) == _covered(found):
        return
    raise TotalChanged(
        "The books changed meanwhile: {entries} entries, balances of {total:money};"
        " {entries_expected} and {expected:money} were expected.",
        details={
            "expected": expected.closing,
            "total": found.closing,
            "entries_expected": expected.entries,
            "entries": found.entries,
            "currency": found.currency,
            "reason": "close",
        },
    )


_NOT_COVERED = frozenset(
    (
        *("number", "until", "closed_at", "actor", "host", "timezone"),
        *("cash_counted", "difference", "pending", "dead", "digest", "key", "replayed"),
    )
)
"""The fields of a close that do not follow from what it covers."""


def _covered(closing: Closing) -> dict[str, object]:
    return {name: value for name, value in vars(closing).items() if name not in _NOT_COVERED}


class TableDigest:
    """The SHA-256 of the rows of a table, as one JSON array, taken some rows at a time."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._start = "["

    def add(self, rows: Sequence[Sequence[Column]]) -> None:
        """Take some rows."""
        # Many rows in one call: to encode them one by one takes twice as long.
        self._hash.update((self._start + _ENCODE(rows)[1:-1]).encode())
        self._start = ","

    def text(self) -> str:
        """64 hexadecimal digits."""
        end = self._hash.copy()
        end.update(b"[]" if self._start == "[" else b"]")
        return end.hexdigest()


def digest_of(before: str, own: Sequence[Column], tables: Iterable[str]) -> str:
    """The digest of a close: 64 hexadecimal digits; the recipe is in `shopcli/help/closing.md`.

    Args:
        before: The digest of the close before; empty for the first.
        own: The close's own fields.
        tables: The digests of the tables.
    """
    lines = [before, _ENCODE(own), *tables]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
