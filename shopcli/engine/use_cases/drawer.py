"""Use cases of the drawer: cash put in and taken out that is no member's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.errors import BalanceLimit
from shopcli.domain.fingerprints import fingerprint as fingerprint_of
from shopcli.domain.ledger.entries import cash_move_id
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import CashMove, DrawerEntry
from shopcli.engine.audit import origin_values
from shopcli.engine.requests import (
    checked_limit,
    key_conflict,
    key_or_new,
    required_reason,
    window_bounds,
)
from shopcli.engine.runtime import retried
from shopcli.storage.ledger import drawer as table
from shopcli.storage.ledger.drawer import CashMoveRow

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.ledger.drawer import DrawerRow
    from shopcli.storage.session import Session


def cash_in(runtime: Runtime, amount: int, *, reason: str, key: str | None = None) -> CashMove:
    """Book money put into the drawer that is no member's, such as change.

    Args:
        runtime: What every use case is given.
        amount: Minor units, 1 to 2**53 - 1.
        reason: What it is, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        BalanceLimit: The drawer would pass 2**53 - 1 minor units.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or no reason was given.
    """
    return _book(runtime, "in", amount, reason=reason, key=key)


def cash_out(runtime: Runtime, amount: int, *, reason: str, key: str | None = None) -> CashMove:
    """Book money taken from the drawer that is no member's, such as purchases.

    Whether it holds so much is not judged, as it may hold what nobody has booked yet.

    Args:
        runtime: What every use case is given.
        amount: Minor units, 1 to 2**53 - 1.
        reason: What it is for, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        BalanceLimit: The drawer would fall below -(2**53 - 1) minor units.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or no reason was given.
    """
    return _book(runtime, "out", amount, reason=reason, key=key)


@retried
def listing(
    runtime: Runtime,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[DrawerEntry, ...]:
    """List the cash moves, newest first.

    Args:
        runtime: What every use case is given.
        limit: Keep only the newest, at least 1; all if None.
        since: Keep only those booked at or after this instant. Without a zone, the shop's is meant.
        until: Keep only those booked before this instant, likewise.

    Raises:
        InvalidInput: An argument is out of bounds.
    """
    row_limit, bounds = checked_limit(limit), window_bounds(runtime, since, until)
    with runtime.reading() as session:
        rows = table.newest(session, *bounds, row_limit)
    return tuple(
        DrawerEntry(
            entry=cash_move_id(row.number),
            at=from_microseconds(row.recorded_at),
            direction="in" if row.amount_minor > 0 else "out",
            amount=abs(row.amount_minor),
            drawer=row.drawer_after_minor,
            reason=row.reason,
            actor=row.actor,
            host=row.host,
            reverses=None if row.reversed_number is None else cash_move_id(row.reversed_number),
            currency=runtime.identity.currency,
        )
        for row in rows
    )


@retried
def _book(
    runtime: Runtime, direction: str, amount: int, *, reason: str, key: str | None
) -> CashMove:
    checked_amount(amount, "Amount", least=1, currency=runtime.identity.currency)
    final_reason, final_key = required_reason(reason), key_or_new(runtime, key)
    signed = amount if direction == "in" else -amount
    request_fingerprint = fingerprint_of("cash", direction, amount)
    with runtime.writing(final_key) as session:
        held = table.locked(session)
        made = table.by_key(session, final_key)
        if made is None:
            booked = move(
                runtime,
                session,
                held,
                kind=direction,
                amount_minor=signed,
                key=final_key,
                fingerprint=request_fingerprint,
                reason=final_reason,
            )
            return _answer(runtime, booked, final_key, replayed=False)
        if made.fingerprint != request_fingerprint:
            entry = cash_move_id(made.number)
            raise key_conflict(final_key, runtime.details_of_others({"entry": entry}))
        return _answer(runtime, made, final_key, replayed=True)


def move(  # the columns of its row
    runtime: Runtime,
    session: Session,
    held: DrawerRow,
    *,
    kind: str,
    amount_minor: int,
    key: str | None,
    fingerprint: str | None,
    reason: str,
) -> CashMoveRow:
    """Add a cash move to the drawer, which is locked.

    Raises:
        BalanceLimit: The drawer would hold, or lack, more than 2**53 - 1 minor units.
    """
    after = held.holds_minor + amount_minor
    if abs(after) > AMOUNT_MAX:
        raise BalanceLimit(
            "With {amount:money} the drawer would pass the largest amount, {limit:money}.",
            details={
                "limit": AMOUNT_MAX,
                "currency": runtime.identity.currency,
                "amount": amount_minor,
                "reason": "drawer",
            },
        )
    now = runtime.now()
    row = CashMoveRow(
        number=held.last_number + 1,
        kind=kind,
        amount_minor=amount_minor,
        drawer_after_minor=after,
        recorded_at=now,
        key=key,
        fingerprint=fingerprint,
        reason=reason,
    )
    table.insert(session, {**origin_values(runtime, now), **row._asdict()})
    return row


def _answer(runtime: Runtime, made: CashMoveRow, key: str, *, replayed: bool) -> CashMove:
    return CashMove(
        entry=cash_move_id(made.number),
        direction=made.kind,
        amount=abs(made.amount_minor),
        reason=made.reason,
        drawer=made.drawer_after_minor,
        currency=runtime.identity.currency,
        at=from_microseconds(made.recorded_at),
        key=key,
        replayed=replayed,
    )
