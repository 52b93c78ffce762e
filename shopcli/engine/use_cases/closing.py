"""Use cases of the books: close a period, and look at those that are closed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shopcli.domain.errors import InvalidInput, NothingToClose, UnknownClosing
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.closing import (
    Before,
    Sums,
    TableDigest,
    check_expected,
    check_size,
    digest_of,
    totals,
)
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import checked_amount
from shopcli.domain.records import Closing, Counted
from shopcli.engine.audit import origin_values
from shopcli.engine.requests import checked_limit, key_conflict, key_or_new, window_bounds
from shopcli.engine.runtime import retried
from shopcli.storage.bulk.statistics import correct_statistics
from shopcli.storage.ledger import closes as table
from shopcli.storage.ledger.closes import OWN, CloseRow, Covered

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.ledger.closing import Totals
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session

_NO_DIGEST = "0" * 64


def close(
    runtime: Runtime,
    counted: int | None = None,
    dry_run: bool = False,  # noqa: FBT001, FBT002  # part of the public contract
    key: str | None = None,
    expected: Closing | None = None,
) -> Closing:
    """Close the books: everything recorded since the last close, each entry in exactly one.

    It reads one snapshot and then writes what it came to, so nobody who sells waits for it. What
    is recorded meanwhile is covered by the next close, whatever any clock says.

    Args:
        runtime: What every use case is given.
        counted: What was counted in the drawer, 0 to 2**53 - 1 minor units; None: not counted.
        dry_run: Only look; the answer has no number, digest and key.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        expected: What a look (`dry_run`) answered: only just that is closed. A replay asks for
            nothing.

    Raises:
        TotalChanged: Something else than `expected` would be closed.
        NothingToClose: There is no new entry and no new cash move, and nothing was counted.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or a sum would pass 2**53 - 1 minor units.
    """
    if counted is not None:
        checked_amount(counted, "Amount", least=0, currency=runtime.identity.currency)
    if not isinstance(expected, Closing | None):
        raise InvalidInput(
            "What is expected must be the answer to a look.",
            details={"field": "expected", "reason": "no_look"},
        )
    if runtime.database.is_remote and not dry_run:
        _correct_statistics(runtime)
    return _close(runtime, counted, key_or_new(runtime, key), expected, dry_run=dry_run)


@retried
def _correct_statistics(runtime: Runtime) -> None:
    """Of tables that are believed to be empty each row would be looked for in all of them."""
    with runtime.writing() as session:
        correct_statistics(session)


@retried
def _close(
    runtime: Runtime, counted: int | None, key: str, expected: Closing | None, *, dry_run: bool
) -> Closing:
    request_fingerprint = fingerprint("close", counted)
    with runtime.reading(long=True) as session:
        made = table.by_key(session, key)
        if made is not None:
            if made.fingerprint != request_fingerprint:
                raise key_conflict(key, {"closing": str(made.number)})
            return _answer(made, replayed=True)
        before = before_next(table.last(session))
        covered = Covered(None, before.cash_move_number, table.last_cash_move(session))
        found = read(session, before, covered)
        check_size(found.sums)
        row = _looked_at(runtime, session, before, found, counted)
        row = row._replace(cash_move_number=covered.last_cash_move)
        nothing_moved = covered.last_cash_move == covered.after_cash_move
        if row.entry_count == 0 and nothing_moved and counted is None:
            raise NothingToClose(
                "Nothing was booked since the last close.", details={"last": before.number}
            )
        look = _answer(row, replayed=False, is_made=False)
        check_expected(expected, look)
        if dry_run:
            return look
        row = row._replace(key=key, fingerprint=request_fingerprint)
        row = row._replace(digest=digest_of_close(before, row, found))
        marks = table.marks(session)
    with runtime.writing(key) as session:
        table.insert(session, row._asdict(), marks)
    return _answer(row, replayed=False)


def before_next(last: CloseRow | None) -> Before:
    """What the next close begins with."""
    if last is None:
        return Before()
    counted = last.cash_counted_minor
    return Before(
        number=last.number,
        until_at=last.until_at,
        closing_minor=last.closing_minor,
        cash_minor=last.cash_expected_minor if counted is None else counted,
        cash_move_number=last.cash_move_number,
        grand_sales_minor=last.grand_sales_minor,
        grand_refunds_minor=last.grand_refunds_minor,
        digest=last.digest,
    )


def _looked_at(
    runtime: Runtime, session: Session, before: Before, found: Read, counted: int | None
) -> CloseRow:
    """The row of the next close, without digest and key."""
    now = runtime.now()
    pending, dead = table.deliveries(session)
    return CloseRow(
        number=before.number + 1,
        from_at=before.until_at,
        # A clock that is behind must not make a period that ends before it begins.
        until_at=max(now, before.until_at or 0),
        cash_move_number=before.cash_move_number,
        cash_counted_minor=counted,
        pending_count=pending,
        dead_count=dead,
        currency=runtime.identity.currency,
        timezone=runtime.identity.timezone,
        digest=_NO_DIGEST,
        key="",
        fingerprint="",
        reason=None,
        **found.columns,
        **origin_values(runtime, now),
    )


class Read(NamedTuple):
    """What a close covers: the columns that follow from it, and the digests of its tables."""

    columns: dict[str, Any]
    sums: Totals
    digests: tuple[str, ...]


def read(session: Session, before: Before, covered: Covered) -> Read:
    """Read all rows that a close covers, once."""
    found = Sums(table.reversed_kinds(session, covered))
    digests = []
    for table_name in table.DIGESTED:
        digest = TableDigest()
        for rows in table.covered_rows(session, covered, table_name):
            found.add(table_name, rows)
            digest.add(rows)
        digests.append(digest.text())
    sums = totals(before, found, table.moved(session, covered))
    return Read(_columns(found, sums), sums, tuple(digests))


def _columns(found: Sums, sums: Totals) -> dict[str, Any]:
    return {
        "entry_count": sums.entry_count,
        "first_entry": None if found.first_entry is None else found.first_entry.name,
        "last_entry": None if found.last_entry is None else found.last_entry.name,
        "opening_minor": sums.opening_minor,
        "methods": sums.methods,
        "adjusted_minor": sums.adjusted_minor,
        "sold_minor": sums.sold_minor,
        "refunded_minor": sums.refunded_minor,
        "closing_minor": sums.closing_minor,
        "order_count": found.order_count,
        "unit_count": found.unit_count,
        "discount_count": found.discounts.number,
        "discount_minor": found.discounts.amount_minor,
        "cancel_count": found.cancels.number,
        "cancel_minor": found.cancels.amount_minor,
        "refund_count": found.refunds.number,
        "refund_minor": found.refunds.amount_minor,
        "cash_opening_minor": sums.cash_opening_minor,
        "cash_in_minor": sums.cash_in_minor,
        "cash_out_minor": sums.cash_out_minor,
        "cash_expected_minor": sums.cash_expected_minor,
        "grand_sales_minor": sums.grand_sales_minor,
        "grand_refunds_minor": sums.grand_refunds_minor,
    }


def digest_of_close(before: Before, row: CloseRow, read_now: Read) -> str:
    """The digest of a close, of its own fields and all rows that it covers."""
    return digest_of(before.digest, [getattr(row, name) for name in OWN], read_now.digests)


@retried
def listing(
    runtime: Runtime,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Closing, ...]:
    """List the closes, newest first.

    Args:
        runtime: What every use case is given.
        limit: Keep only the newest, at least 1; all if None.
        since: Keep only those made at or after this instant. Without a zone, the shop's is meant.
        until: Keep only those made before this instant, likewise.

    Raises:
        InvalidInput: An argument is out of bounds.
    """
    row_limit, bounds = checked_limit(limit), window_bounds(runtime, since, until)
    with runtime.reading() as session:
        rows = table.newest(session, *bounds, row_limit)
    return tuple(_answer(row, replayed=False) for row in rows)


@retried
def get(runtime: Runtime, number: int) -> Closing:
    """One close, by its number.

    Raises:
        UnknownClosing: There is no close of this number.
        InvalidInput: It is no number from 1 on.
    """
    checked_amount(number, "Number", least=1)
    with runtime.reading() as session:
        row = table.by_number(session, number)
    if row is None:
        raise unknown_closing(number)
    return _answer(row, replayed=False)


def unknown_closing(number: int) -> UnknownClosing:
    """The error for a close that does not exist."""
    return UnknownClosing(
        "There is no close {number}.", details={"number": number, "suggestions": []}
    )


class ByMethod(NamedTuple):
    """What a close stored of the methods: the sum of each."""

    charged: dict[str, int]
    reversed: dict[str, int]
    paid_out: dict[str, int]


def by_method(stored: str) -> ByMethod:
    """Read what a close stored of the methods.

    Raises:
        ValueError: The shop never writes that.
        LookupError: Likewise.
        TypeError: Likewise.
    """
    found = json.loads(stored)
    return ByMethod(found["charged"], found["reversed"], found["paid_out"])


def _answer(row: CloseRow, *, replayed: bool, is_made: bool = True) -> Closing:
    methods = by_method(row.methods)
    counted, expected = row.cash_counted_minor, row.cash_expected_minor
    return Closing(
        number=row.number if is_made else None,
        from_=None if row.from_at is None else from_microseconds(row.from_at),
        until=from_microseconds(row.until_at),
        closed_at=from_microseconds(row.until_at),
        actor=row.actor,
        host=row.host,
        currency=row.currency,
        entries=row.entry_count,
        first_entry=row.first_entry,
        last_entry=row.last_entry,
        opening=row.opening_minor,
        charged=methods.charged,
        reversed=methods.reversed,
        paid_out=methods.paid_out,
        adjusted=row.adjusted_minor,
        sold=row.sold_minor,
        refunded=row.refunded_minor,
        closing=row.closing_minor,
        orders=row.order_count,
        units=row.unit_count,
        discounts=Counted(row.discount_count, row.discount_minor),
        cancels=Counted(row.cancel_count, row.cancel_minor),
        refunds=Counted(row.refund_count, row.refund_minor),
        cash_opening=row.cash_opening_minor,
        cash_in=row.cash_in_minor,
        cash_out=row.cash_out_minor,
        cash_expected=expected,
        cash_counted=counted,
        difference=None if counted is None else counted - expected,
        grand_sales=row.grand_sales_minor,
        grand_refunds=row.grand_refunds_minor,
        grand_net=row.grand_sales_minor - row.grand_refunds_minor,
        pending=row.pending_count,
        dead=row.dead_count,
        digest=row.digest if is_made else None,
        key=row.key if is_made else None,
        replayed=replayed,
        timezone=row.timezone,
    )
