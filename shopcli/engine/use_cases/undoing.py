"""The use case that takes back what was booked by mistake, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain import errors
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.accounts import check_balance, check_limit, check_state
from shopcli.domain.ledger.entries import cash_move_id, entry_id, parse_entry
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import AMOUNT_MAX
from shopcli.domain.records import Undo
from shopcli.engine.audit import origin_values
from shopcli.engine.lookups import user_row
from shopcli.engine.requests import key_conflict, key_or_new, required_reason
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.drawer import move
from shopcli.storage import users
from shopcli.storage.ledger import drawer
from shopcli.storage.ledger import reversals as table

if TYPE_CHECKING:
    from shopcli.domain.ledger.entries import EntryName
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.ledger.drawer import CashMoveRow
    from shopcli.storage.ledger.reversals import UndoableRow
    from shopcli.storage.session import Session
    from shopcli.storage.users import BalanceRow, MovedRow

_UNDONE = frozenset({"charge", "payout", "adjustment", "transfer"})


class _Request(NamedTuple):
    """A checked request to undo; `key_is_given` where it is not new."""

    key: str
    key_is_given: bool
    reason: str


@retried
def undo(runtime: Runtime, entry: str, *, reason: str, key: str | None = None) -> Undo:
    """Take back a charge, payout, adjustment, transfer or cash move by an opposite entry.

    It is done once: undoing it again, under any key, returns the first result.

    Args:
        runtime: What every use case is given.
        entry: Its whole id, as in `kim:0042`, either side of a transfer, or `cash:7`.
        reason: Text for the history, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        UnknownEntry: There is no such entry.
        EntryNotReversible: It is a payment or refund, which is undone with its order, or itself a
            reversal.
        InsufficientBalance: Whoever would pay has too little.
        BalanceLimit: A balance, or the drawer, would pass 2**53 - 1 minor units.
        UserClosed: A user whose balance would change is closed.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, no reason was given, or a user named `cash`
            and the drawer have this entry.
    """
    request = _Request(key_or_new(runtime, key), key is not None, required_reason(reason))
    named = parse_entry(entry)
    if named.number > AMOUNT_MAX:
        raise _unknown(named)
    with runtime.writing(request.key) as session:
        found = table.entry(session, named.username, named.number)
        cash_move = drawer.by_number(session, named.number) if named.may_be_cash_move else None
        if found is not None and cash_move is not None:
            raise _ambiguous(named)
        if cash_move is not None:
            return _undo_cash_move(runtime, session, request, cash_move)
        if found is not None:
            return _undo_entry(runtime, session, request, found)
        if not named.may_be_cash_move:
            _check_user(session, named)
    raise _unknown(named)


def _check_user(session: Session, named: EntryName) -> None:
    """Refuse an entry of nobody.

    Raises:
        UnknownEntry: There is no such user.
    """
    try:
        user_row(session, named.username)
    except errors.UnknownUser as error:
        meant = error.details["suggestions"]
        raise errors.UnknownEntry(
            "There is no entry {entry}, and no user {user}.",
            details={
                "entry": entry_id(named.username, named.number),
                "user": named.username,
                "suggestions": [entry_id(name, named.number) for name in meant],
                "reason": "of_nobody",
            },
        ) from error


def _unknown(named: EntryName) -> errors.UnknownEntry:
    is_of_drawer = named.may_be_cash_move
    number = named.number
    entry = cash_move_id(number) if is_of_drawer else entry_id(named.username, number)
    return errors.UnknownEntry(
        "There is no entry {entry}.",
        details={
            "entry": entry,
            "suggestions": [],
            **({"reason": "drawer"} if is_of_drawer else {"user": named.username}),
        },
    )


def _ambiguous(named: EntryName) -> errors.InvalidInput:
    return errors.InvalidInput(
        "{entry} is a cash move, and an entry of the user {user}.",
        details={
            "field": "entry",
            "entry": cash_move_id(named.number),
            "user": named.username,
            "meant": named.of_user,
            "reason": "entry_of_cash",
        },
    )


def _undo_entry(runtime: Runtime, session: Session, request: _Request, entry: UndoableRow) -> Undo:
    sides = _sides(session, entry)
    first = entry_id(sides[0].username, sides[0].sequence)
    request_fingerprint = fingerprint("undo", first)
    # Lock first, in the order of names: what is read next stays so until it is written.
    accounts = users.locked_balances(session, sides[0].username, sides[-1].username)
    _check_key(runtime, session, request, request_fingerprint)
    done = table.reversal(session, entry.username, entry.sequence)
    other = next((side for side in sides if side.username != entry.username), None)
    if done is not None:
        before = other and table.reversal(session, other.username, other.sequence)
        return _answer(
            runtime,
            entry,
            done.sequence,
            done.balance_after_minor,
            at=done.at,
            key=done.key,
            replayed=True,
            other=other and other.username,
            other_balance=before and before.balance_after_minor,
        )
    if entry.kind not in _UNDONE:
        raise _not_reversible(runtime, session, entry)
    for side in sides:
        _check_side(runtime, side, accounts[side.username])
    now = runtime.now()
    table.insert(session, request.key, request_fingerprint)
    moved = {side.username: _enter_opposite(runtime, session, request, side, now) for side in sides}
    made = moved[entry.username]
    return _answer(
        runtime,
        entry,
        made.sequence,
        made.balance_after_minor,
        at=now,
        key=request.key,
        replayed=False,
        other=other and other.username,
        other_balance=other and moved[other.username].balance_after_minor,
    )


def _sides(session: Session, entry: UndoableRow) -> tuple[UndoableRow, ...]:
    """The entries to take back: the entry, or of a transfer both, that of the giver first."""
    transfer = table.transfer(session, entry.username, entry.sequence)
    if transfer is None:
        return (entry,)
    both = (
        table.entry(session, transfer.username, transfer.sequence),
        table.entry(session, transfer.to_username, transfer.to_sequence),
    )
    return tuple(side for side in both if side is not None)


def _check_key(
    runtime: Runtime, session: Session, request: _Request, request_fingerprint: str
) -> None:
    """Refuse a key that has undone something else."""
    bound = table.by_key(session, request.key) if request.key_is_given else None
    if bound is None or bound.fingerprint == request_fingerprint:
        return
    entry = ""
    if bound.reversed_number is not None:
        entry = cash_move_id(bound.reversed_number)
    elif bound.username is not None and bound.reversed_sequence is not None:
        entry = entry_id(bound.username, bound.reversed_sequence)
    raise key_conflict(request.key, runtime.details_of_others({"entry": entry}))


def _not_reversible(
    runtime: Runtime, session: Session, entry: UndoableRow
) -> errors.EntryNotReversible:
    undone = table.undone_by(session, entry.username, entry.sequence)
    return errors.EntryNotReversible(
        "{entry} is a {kind:noun}, which is not undone.",
        details={
            "entry": entry_id(entry.username, entry.sequence),
            "kind": entry.kind,
            "user": entry.username,
            **({} if entry.order_id is None else {"order": entry.order_id}),
            **({} if undone is None else _told_of_undone(runtime, session, undone)),
            "reason": entry.kind,
        },
    )


def _told_of_undone(runtime: Runtime, session: Session, undone: UndoableRow) -> dict[str, object]:
    """Details on what a reversal has taken back, with which it can be booked again."""
    sides = _sides(session, undone)
    return {
        "undone": {
            "entry": entry_id(undone.username, undone.sequence),
            "kind": undone.kind,
            "amount": undone.amount_minor,
            "method": undone.method,
            "user": sides[0].username,
            "to": sides[1].username if len(sides) > 1 else None,
        },
        "currency": runtime.identity.currency,
    }


def _check_side(runtime: Runtime, side: UndoableRow, account: BalanceRow) -> None:
    """Refuse where the user cannot pay it back, or be paid."""
    if account.state == "closed":
        check_state(side.username, account.state)
    currency = runtime.identity.currency
    if side.amount_minor > 0:
        check_balance(
            side.username, account.balance_minor, side.amount_minor, currency, "too_small_by_now"
        )
    else:
        check_limit(side.username, account.balance_minor, -side.amount_minor, currency)


def _enter_opposite(
    runtime: Runtime, session: Session, request: _Request, side: UndoableRow, now: int
) -> MovedRow:
    moved = users.enter(
        session,
        {
            "username": side.username,
            "blocked_may": 1,
            "kind": "reversal",
            "amount_minor": -side.amount_minor,
            "at": now,
            "key": None,
            "fingerprint": None,
            "reason": request.reason,
            "method": side.method,
            **origin_values(runtime, now),
        },
    )
    table.bind_entry(session, side.username, moved.sequence, side.sequence, request.key)
    return moved


def _answer(  # the fields of the record
    runtime: Runtime,
    entry: UndoableRow,
    sequence: int,
    balance_minor: int,
    *,
    at: int,
    key: str,
    replayed: bool,
    other: str | None,
    other_balance: int | None,
) -> Undo:
    return Undo(
        entry=entry_id(entry.username, sequence),
        reverses=entry_id(entry.username, entry.sequence),
        user=entry.username,
        amount=-entry.amount_minor,
        balance=balance_minor,
        currency=runtime.identity.currency,
        at=from_microseconds(at),
        key=key,
        replayed=replayed,
        drawer=None,
        other=other,
        other_balance=other_balance,
    )


def _undo_cash_move(
    runtime: Runtime, session: Session, request: _Request, cash_move: CashMoveRow
) -> Undo:
    reverses = cash_move_id(cash_move.number)
    request_fingerprint = fingerprint("undo", reverses)
    held = drawer.locked(session)
    _check_key(runtime, session, request, request_fingerprint)
    done = drawer.reversing(session, cash_move.number)
    if done is not None:
        number, drawer_minor, at, key = (
            done.number,
            done.drawer_after_minor,
            done.recorded_at,
            done.key,
        )
    elif cash_move.kind == "reversal":
        raise errors.EntryNotReversible(
            "{entry} is a {kind:noun}, which is not undone.",
            details={
                "entry": reverses,
                "kind": "reversal",
                "direction": "out" if cash_move.amount_minor > 0 else "in",
                "amount": abs(cash_move.amount_minor),
                "currency": runtime.identity.currency,
                "reason": "cash_reversal",
            },
        )
    else:
        table.insert(session, request.key, request_fingerprint)
        made = move(
            runtime,
            session,
            held,
            kind="reversal",
            amount_minor=-cash_move.amount_minor,
            key=None,
            fingerprint=None,
            reason=request.reason,
        )
        table.bind_cash_move(session, made.number, cash_move.number, request.key)
        number, drawer_minor, at, key = (
            made.number,
            made.drawer_after_minor,
            made.recorded_at,
            request.key,
        )
    return Undo(
        entry=cash_move_id(number),
        reverses=reverses,
        user=None,
        amount=-cash_move.amount_minor,
        balance=None,
        currency=runtime.identity.currency,
        at=from_microseconds(at),
        key=key,
        replayed=done is not None,
        drawer=drawer_minor,
    )
