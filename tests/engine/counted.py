"""Counts reports again from the raw rows of a shop, in plain Python; knows no bucket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.raw_rows import RawDatabase, raw_database

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Line(NamedTuple):
    order_id: str
    sku: str
    quantity: int
    gross: int
    discount: int


class Counted(NamedTuple):
    """A report as plain values: rows by their key, and totals."""

    rows: list[tuple[Any, ...]]
    totals: tuple[int, ...]


class _Books:
    """All orders, lines and what was given back of each."""

    def __init__(self, raw: RawDatabase) -> None:
        self.names: dict[str, str] = dict(raw.run("SELECT sku, name FROM products"))
        self.categories: dict[str, str | None] = dict(raw.run("SELECT sku, category FROM products"))
        self.lines: dict[str, list[_Line]] = defaultdict(list)
        for row in raw.run(
            "SELECT order_id, sku, quantity, line_total_minor, discount_minor FROM order_lines"
        ):
            self.lines[row[0]].append(_Line(*row))
        self.orders = {
            order_id: (username, code, _moment(placed_at))
            for order_id, username, code, placed_at in raw.run(
                "SELECT order_id, username, coupon_code, placed_at FROM orders"
            )
        }
        parts = [
            (order_id, sku, _moment(at), amount)
            for order_id, sku, at, amount in raw.run(
                "SELECT l.order_id, l.sku, r.refunded_at, l.refunded_minor FROM refund_lines l"
                " JOIN refunds r ON r.order_id = l.order_id AND r.number = l.number"
            )
        ]
        back: dict[tuple[str, str], int] = defaultdict(int)
        for order_id, sku, _, amount in parts:
            back[order_id, sku] += amount
        self.given_back = parts + [
            (order_id, line.sku, _moment(at), line.gross - line.discount - back[order_id, line.sku])
            for order_id, at in raw.run("SELECT order_id, cancelled_at FROM cancellations")
            for line in self.lines[order_id]
        ]


def count_sales(
    url: str, timezone: str, by: str, since: datetime | None, until: datetime | None
) -> Counted:
    """What a report of sales must say."""
    with raw_database(url) as raw:
        books = _Books(raw)
    key_of = _key(books, ZoneInfo(timezone), by)
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    orders: dict[Any, set[str]] = defaultdict(set)
    for order_id, (_, _, placed_at) in books.orders.items():
        if not _within(placed_at, since, until):
            continue
        for line in books.lines[order_id]:
            key = key_of(order_id, line.sku, placed_at)
            orders[key].add(order_id)
            for place, amount in enumerate((line.quantity, line.gross, line.discount)):
                sums[key][place] += amount
    for order_id, sku, at, amount in books.given_back:
        if _within(at, since, until):
            sums[key_of(order_id, sku, at)][3] += amount
    rows = []
    for key in sorted(sums, key=lambda key: (key is None, key)):
        units, gross, discount, refunded = sums[key]
        if any((*sums[key], *orders[key])):
            head = (key, books.names[key]) if by == "product" else (key,)
            figures = (units, len(orders[key]), gross, discount, gross - discount, refunded)
            rows.append((*head, *figures))
    columns = [sum(row[place] for row in rows) for place in range(-6, 0)]
    columns[1] = len(set().union(*orders.values()))
    return Counted(rows, tuple(columns))


_PLACES = ("charge", "reversal", "payout", "adjustment", "transfer", "payment", "refund")


def count_money(
    url: str, timezone: str, by: str, since: datetime | None, until: datetime | None
) -> Counted:
    """What a report of money must say: every entry of the ledger, once."""
    with raw_database(url) as raw:
        entries = raw.run(
            "SELECT e.username, e.actor, e.kind, e.amount_minor, e.at, e.method, o.kind"
            " FROM balance_entries e LEFT JOIN reversed_entries r"
            " ON r.username = e.username AND r.sequence = e.sequence LEFT JOIN balance_entries o"
            " ON o.username = e.username AND o.sequence = r.reversed_sequence"
        )
    here = ZoneInfo(timezone)
    sums: dict[Any, list[int]] = defaultdict(lambda: [0] * len(_PLACES))
    for username, actor, kind, amount, recorded, method, reversed_kind in entries:
        at = _moment(recorded)
        if not _within(at, since, until):
            continue
        way = (method or "unknown") if (reversed_kind or kind) in {"charge", "payout"} else None
        day = at.astimezone(here).strftime("%Y-%m-%d")
        key = {"user": username, "actor": actor, "method": way, "day": day}[by]
        sign = -1 if kind in {"reversal", "payout", "payment"} else 1
        sums[key][_PLACES.index(kind)] += sign * amount
    ordered = sorted(sums, key=lambda key: (key is None, key))
    rows = [(key, *sums[key]) for key in ordered if any(sums[key])]
    totals = tuple(sum(row[place + 1] for row in rows) for place in range(len(_PLACES)))
    return Counted(rows, totals)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _key(books: _Books, here: ZoneInfo, by: str) -> Callable[[str, str, datetime], str | None]:
    formats = {"hour": "%Y-%m-%dT%H:00", "day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}
    if by in formats:
        return lambda _order, _sku, at: at.astimezone(here).strftime(formats[by])
    named: dict[str, Callable[[str, str, datetime], str | None]] = {
        "product": lambda _order, sku, _at: sku,
        "category": lambda _order, sku, _at: books.categories[sku],
        "user": lambda order, _sku, _at: books.orders[order][0],
        "coupon": lambda order, _sku, _at: books.orders[order][1],
    }
    return named[by]
