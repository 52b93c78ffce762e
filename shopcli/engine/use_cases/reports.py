"""Use cases that add up a window: sales, from buckets and what bounds cut of them, and money."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds
from shopcli.domain.records.reports import (
    MoneyReport,
    MoneyTotals,
    SalesReport,
    SalesTotals,
    money_row,
    sales_row,
)
from shopcli.domain.sales.reports import (
    MONEY_KEYS,
    PERIODS,
    SALES_KEYS,
    Span,
    by_period,
    period_of,
    split,
)
from shopcli.domain.showing import excerpt
from shopcli.engine.requests import window_bounds
from shopcli.engine.runtime import retried
from shopcli.storage.reading import reports as table
from shopcli.storage.reading.reports import Booked, Sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shopcli.domain.records.reports import SalesRow
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.reading.reports import KeySums
    from shopcli.storage.session import Session

_COLUMNS = {"user": "username", "coupon": "coupon_code"}


_KINDS = ("charge", "reversal", "payout", "adjustment", "transfer", "payment", "refund")
_NEGATIVE = frozenset({"reversal", "payout", "payment"})
"""Kinds whose entries take money from a balance, or take back what mostly gave some."""


@retried
def sales(
    runtime: Runtime,
    by: str = "product",
    since: datetime | None = None,
    until: datetime | None = None,
) -> SalesReport:
    """Add up what was sold and given back in a window; exact for any window and time zone.

    What was sold counts when it was sold, whatever was given back later; what was given back
    (cancellations too) counts when it was given back. An order counts for each product and category
    in it, and once in the totals.

    Args:
        runtime: What every use case is given.
        by: product, category (as they are now), hour, day, week, month (of the shop's clocks), user
            or coupon.
        since: Begin of the window, included; no bound if None. Without a zone, the shop's is meant.
        until: End of the window, excluded, likewise.

    Raises:
        InvalidInput: An argument is out of bounds.
    """
    _check_key(by, SALES_KEYS)
    window = Span(*window_bounds(runtime, since, until))
    with runtime.reading(long=True) as session:
        found = _sales(runtime, session, by, window)
    return SalesReport(
        *_instants(window),
        by=by,
        currency=runtime.identity.currency,
        rows=found.rows,
        totals=SalesTotals(*_figures(found.totals)),
    )


class _Found(NamedTuple):
    rows: tuple[SalesRow, ...]
    totals: Sums


def _sales(runtime: Runtime, session: Session, by: str, window: Span) -> _Found:
    names: Mapping[str | None, tuple[str, ...]] = {}
    if by in _COLUMNS:
        summed = _added(table.orders_by(session, _COLUMNS[by], window))
    elif by in PERIODS:
        summed = sales_by_period(runtime, session, by, window)
    else:
        summed = _sales_by_product(runtime, session, window)
        products = table.named(session, [sku for sku in summed if sku is not None])
        if by == "category":
            count = table.order_counts_by_category(session, window)
            summed = _added((products[sku].category, sums) for sku, sums in summed.items() if sku)
            summed = {
                key: sums._replace(order_count=count.get(key, 0)) for key, sums in summed.items()
            }
        else:
            names = {sku: (row.name,) for sku, row in products.items()}
    totals = Sums()
    for sums in summed.values():
        totals = totals.plus(sums)
    if by in {"product", "category"}:
        totals = totals._replace(order_count=table.order_count(session, window))
    row = sales_row(by)
    return _Found(
        tuple(
            row(key, *names.get(key, ()), *_figures(summed[key]))
            for key in sorted(summed, key=_nulls_last)
            if any(summed[key])
        ),
        totals,
    )


def _sales_by_product(runtime: Runtime, session: Session, window: Span) -> dict[str | None, Sums]:
    whole, ends = split(window, runtime.identity.sales_bucket_microseconds)
    found = table.buckets_by_sku(session, whole)
    for end in ends:
        found += table.lines_by_sku(session, end)
    return _added(found)


def sales_by_period(
    runtime: Runtime, session: Session, period: str, window: Span
) -> dict[str | None, Sums]:
    """What was sold and given back by hour, day, week or month of the shop's clocks."""
    width = runtime.identity.sales_bucket_microseconds
    name = period_of(period, runtime.identity.timezone)
    whole, ends = split(window, width)
    cut = [*ends]
    found: list[tuple[str | None, Sums]] = []
    for start, sums in table.buckets_by_start(session, whole, width):
        bucket = Span(int(start or 0), int(start or 0) + width)
        named = name(bucket.first)
        if named == name(bucket.last - 1):
            found.append((named, sums))
        else:
            cut.append(bucket)
    for span in cut:
        for named, part in by_period(span, name):
            found += [
                (named, sums._replace(order_count=0))
                for _, sums in table.lines_by_sku(session, part)
            ]
            found.append((named, Sums(order_count=table.order_count(session, part))))
    return _added(found)


@retried
def money(
    runtime: Runtime,
    by: str = "day",
    since: datetime | None = None,
    until: datetime | None = None,
) -> MoneyReport:
    """Add up what came in and went out in a window, by when it happened.

    Args:
        runtime: What every use case is given.
        by: day (of the shop's clocks), method, user, or actor (who booked it). The method of what
            schema 0001 booked is `unknown`; what has no method is None.
        since: Begin of the window, included; no bound if None. Without a zone, the shop's is meant.
        until: End of the window, excluded, likewise.

    Raises:
        InvalidInput: An argument is out of bounds.
    """
    _check_key(by, MONEY_KEYS)
    window = Span(*window_bounds(runtime, since, until))
    with runtime.reading(long=True) as session:
        booked = _booked(runtime, session, by, window)
    summed: dict[str | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_KINDS, 0))
    totals = dict.fromkeys(_KINDS, 0)
    for key, kind, amount in booked:
        signed = -amount if kind in _NEGATIVE else amount
        summed[None if key is None else str(key)][kind] += signed
        totals[kind] += signed
    row = money_row(by)
    return MoneyReport(
        *_instants(window),
        by=by,
        currency=runtime.identity.currency,
        rows=tuple(
            row(key, *summed[key].values())
            for key in sorted(summed, key=_nulls_last)
            if any(summed[key].values())
        ),
        totals=MoneyTotals(*totals.values()),
    )


def _booked(runtime: Runtime, session: Session, by: str, window: Span) -> list[Booked]:
    if by in {"user", "actor"}:
        column = _COLUMNS.get(by, by)
        booked = table.entries_by(session, column, window)
        return booked + table.payments_by(session, column, window)
    if by == "day":
        name = period_of(by, runtime.identity.timezone)
        booked = [
            entry._replace(key=name(int(entry.key or 0)))
            for entry in table.entries(session, window)
        ]
        sold = sales_by_period(runtime, session, by, window)
    else:
        booked = table.entries_by_method(session, window)
        by_product = _sales_by_product(runtime, session, window)
        sold = _added((None, sums) for sums in by_product.values())
    for key, sums in sold.items():
        booked.append(Booked(key, "payment", sums.discount_minor - sums.gross_minor))
        booked.append(Booked(key, "refund", sums.refunded_minor))
    return booked


def _nulls_last(key: str | None) -> tuple[bool, str]:
    return (key is None, key or "")


def _added(found: Iterable[KeySums] | Iterable[tuple[str | None, Sums]]) -> dict[str | None, Sums]:
    """The sums of each key, which may come several times."""
    summed: dict[str | None, Sums] = defaultdict(Sums)
    for key, sums in found:
        named = None if key is None else str(key)
        summed[named] = summed[named].plus(sums)
    return summed


def _figures(sums: Sums) -> tuple[int, int, int, int, int, int]:
    net = sums.gross_minor - sums.discount_minor
    return (
        sums.units,
        sums.order_count,
        sums.gross_minor,
        sums.discount_minor,
        net,
        sums.refunded_minor,
    )


def _check_key(by: object, keys: tuple[str, ...]) -> None:
    if by not in keys:
        raise InvalidInput(
            "'{value}' is nothing to add up by: that is one of {choices}.",
            details={
                "field": "by",
                "value": excerpt(by),
                "choices": list(keys),
                "reason": "choice",
            },
        )


def _instants(window: Span) -> tuple[datetime | None, datetime | None]:
    """The bounds of a window; None where it has none."""
    return (
        from_microseconds(window.first) if window.first else None,
        from_microseconds(window.last) if window.last < LATEST_MICROSECONDS else None,
    )
