"""Use cases about balances: charge, payout, adjust, transfer, balance, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain import errors
from shopcli.domain.fingerprints import fingerprint
from shopcli.domain.ledger.accounts import check_balance, check_limit, check_state
from shopcli.domain.ledger.entries import entry_id
from shopcli.domain.moments import from_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import Balance, BalanceChange, BalanceEntry, Transfer
from shopcli.domain.text import checked_key
from shopcli.engine.audit import origin_values
from shopcli.engine.lookups import checked_user, unknown_user, user_row
from shopcli.engine.requests import (
    checked_limit,
    checked_moment,
    key_conflict,
    key_or_new,
    optional_reason,
    required_reason,
    window_bounds,
)
from shopcli.engine.runtime import retried
from shopcli.storage import users as table
from shopcli.storage.failures import ConstraintViolated, GuardFailed
from shopcli.storage.settings import money_terms

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.domain.ledger.accounts import MoneyTerms
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Reader, Session
    from shopcli.storage.users import EntryRow, MadeRow, MovedRow, Standing


def charge(
    runtime: Runtime,
    user: str,
    amount: int,
    key: str | None = None,
    at: datetime | None = None,
    reason: str | None = None,
    method: str | None = None,
) -> BalanceChange:
    """Add money to a balance.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        amount: Minor units, 1 to 2**53 - 1.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        at: When the money came in; now if None. Without a zone, the shop's is meant.
        reason: Text for the history, up to 500 characters.
        method: How the money came: one of the setting `methods`, the first of it if None.

    Raises:
        UnknownUser: No such user.
        UserBlocked: The user is blocked.
        UserClosed: The user is closed.
        ChargeLimit: The amount is above the setting `charge_max`.
        BalanceLimit: The balance would pass 2**53 - 1 minor units.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or the shop has no such method.
    """
    checked_amount(amount, "Amount", least=1, currency=runtime.identity.currency)
    given_at = checked_moment(runtime, at, "Time")
    request = _request(
        runtime,
        user,
        kind="charge",
        amount=amount,
        asked=(amount, given_at),
        key=key,
        at=given_at,
        reason=optional_reason(reason),
        method=method,
    )
    return _change(runtime, request)


def payout(
    runtime: Runtime,
    user: str,
    amount: int | None = None,
    *,
    reason: str,
    key: str | None = None,
    method: str | None = None,
) -> BalanceChange:
    """Pay money out of a balance; a blocked user can be paid too.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        amount: Minor units, 1 to 2**53 - 1; None pays out the whole balance.
        reason: Text for the history, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.
        method: How the money went: one of the setting `methods`, the first of it if None.

    Raises:
        InsufficientBalance: The balance is below the amount, or is 0.
        UnknownUser: No such user.
        UserClosed: The user is closed.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, no reason was given, or the shop has no such
            method.
    """
    if amount is not None:
        checked_amount(amount, "Amount", least=1, currency=runtime.identity.currency)
    request = _request(
        runtime,
        user,
        kind="payout",
        amount=None if amount is None else -amount,
        asked=("all" if amount is None else amount,),
        key=key,
        at=None,
        reason=required_reason(reason),
        method=method,
    )
    return _change(runtime, request)


def adjust(
    runtime: Runtime, user: str, by: int, *, reason: str, key: str | None = None
) -> BalanceChange:
    """Correct a balance up or down; it never falls below 0.

    Args:
        runtime: What every use case is given.
        user: Name of the user; a blocked one too.
        by: Minor units to add, negative to subtract; not 0, at most 2**53 - 1 either way.
        reason: Text for the history, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        InsufficientBalance: The balance would fall below 0.
        BalanceLimit: The balance would pass 2**53 - 1 minor units.
        UnknownUser: No such user.
        UserClosed: The user is closed.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or no reason was given.
    """
    checked_amount(by, "Amount", least=-AMOUNT_MAX, currency=runtime.identity.currency)
    if by == 0:
        raise errors.InvalidInput(
            "An adjustment of 0 changes nothing.", details={"reason": "adjustment_of_nothing"}
        )
    request = _request(
        runtime,
        user,
        kind="adjustment",
        amount=by,
        asked=(by,),
        key=key,
        at=None,
        reason=required_reason(reason),
    )
    return _change(runtime, request)


_INSTEAD = {"payout": "pay_all_out", "adjustment": "take_all"}
"""Which advice to give where the balance is too small; charging more is none here."""


class _Request(NamedTuple):
    """A checked request to change a balance; `amount` None takes out the whole balance."""

    username: str
    kind: str
    amount: int | None
    key: str
    fingerprint: str
    at: int | None
    reason: str | None
    method: str | None

    @property
    def is_by_terms(self) -> bool:
        """Whether the money comes from outside or goes there."""
        return self.kind in {"charge", "payout"}


def _request(
    runtime: Runtime,
    user: str,
    *,
    kind: str,
    amount: int | None,
    asked: tuple[object, ...],
    key: str | None,
    at: int | None,
    reason: str | None,
    method: str | None = None,
) -> _Request:
    username = checked_user(user)
    made = fingerprint(kind, username, *asked)
    return _Request(username, kind, amount, key_or_new(runtime, key), made, at, reason, method)


@retried
def _change(runtime: Runtime, request: _Request) -> BalanceChange:
    """Change the balance if every rule holds; else replay what the key made, or raise."""
    if request.amount is None:
        return _take_all(runtime, request)
    try:
        with runtime.writing_at_once(request.key) as session:
            return _enter(runtime, session, request, request.amount)
    except (GuardFailed, ConstraintViolated):
        with runtime.reading() as session:
            found = table.standing(session, request.username, request.kind, request.key)
            if found.made is not None:
                return _replay(runtime, request, found.made)
            runtime.known_terms.terms = money_terms(session)
            _judge(runtime, session, request, found)
        raise  # every rule holds by now: `retried` runs this again


def _take_all(runtime: Runtime, request: _Request) -> BalanceChange:
    with runtime.writing(request.key) as session:
        # Lock first: the amount read must still be the whole balance when it is taken.
        table.locked_balance(session, request.username)
        found = table.standing(session, request.username, request.kind, request.key)
        if found.made is not None:
            return _replay(runtime, request, found.made)
        runtime.known_terms.terms = money_terms(session)
        return _enter(runtime, session, request, _judge(runtime, session, request, found))


def _judge(runtime: Runtime, session: Reader, request: _Request, found: Standing) -> int:
    """The signed amount to enter; raises the error of the first rule that does not hold."""
    currency, terms = runtime.identity.currency, runtime.known_terms.terms
    username, balance = request.username, found.balance_minor
    if request.is_by_terms:
        terms.method(request.method)
    if found.state is None or balance is None:
        raise unknown_user(session, username)
    if request.kind == "charge" or found.state == "closed":
        check_state(username, found.state)
    amount = -max(balance, 1) if request.amount is None else request.amount
    if request.kind == "charge":
        terms.check_charge(amount, runtime.identity.exponent, currency)
    if amount < 0 and not balance:
        raise _nothing_to_take(username, -amount, currency)
    if amount < 0:
        check_balance(username, balance, -amount, currency, _INSTEAD[request.kind])
    else:
        check_limit(username, balance, amount, currency)
    return amount


def _nothing_to_take(username: str, required_minor: int, currency: str) -> errors.ShopError:
    return errors.InsufficientBalance(
        "{user} has {balance:money}: there is nothing to take.",
        details={
            "balance": 0,
            "required": required_minor,
            "currency": currency,
            "user": username,
            "missing": required_minor,
            "reason": "nothing_to_take",
        },
    )


def _enter(runtime: Runtime, session: Session, request: _Request, amount: int) -> BalanceChange:
    """Change the balance and add its entry in one guarded statement."""
    now = runtime.now()
    booked_at = now if request.at is None else request.at
    terms = runtime.known_terms.terms if request.is_by_terms else None
    method = None if terms is None else _method(runtime, request, amount, terms)
    entered = table.enter(
        session,
        {
            "username": request.username,
            "blocked_may": int(request.kind != "charge"),
            "kind": request.kind,
            "amount_minor": amount,
            "at": booked_at,
            "key": request.key,
            "fingerprint": request.fingerprint,
            "reason": request.reason,
            "method": method,
            **origin_values(runtime, now),
        },
        None if terms is None else {name: value or "" for name, value in terms._asdict().items()},
    )
    made = _Made(entered.sequence, entered.balance_after_minor, amount, booked_at, method)
    return _answer(runtime, request.username, request.key, made, replayed=False)


def _method(runtime: Runtime, request: _Request, amount: int, terms: MoneyTerms) -> str:
    """The method of the entry.

    Raises:
        GuardFailed: The terms do not allow the change; they may have been read a while ago.
    """
    try:
        if request.kind == "charge":
            terms.check_charge(amount, runtime.identity.exponent, runtime.identity.currency)
        return terms.method(request.method)
    except (errors.InvalidInput, errors.ChargeLimit) as refused:
        raise GuardFailed("terms") from refused


class _Made(NamedTuple):
    """What is told of a new entry; that of a replay is a row."""

    sequence: int
    balance_after_minor: int
    amount_minor: int
    at: int
    method: str | None


def _replay(runtime: Runtime, request: _Request, made: MadeRow) -> BalanceChange:
    """The record of the entry that the key made, as first returned."""
    if made.fingerprint != request.fingerprint:
        raise _key_conflict(runtime, request.key, made)
    return _answer(runtime, made.username, request.key, made, replayed=True)


def _key_conflict(runtime: Runtime, key: str, made: MadeRow) -> errors.KeyConflict:
    entry = entry_id(made.username, made.sequence)
    return key_conflict(key, runtime.details_of_others({"entry": entry}))


def _answer(
    runtime: Runtime, username: str, key: str, made: _Made | MadeRow, *, replayed: bool
) -> BalanceChange:
    return BalanceChange(
        user=username,
        amount=made.amount_minor,
        balance=made.balance_after_minor,
        currency=runtime.identity.currency,
        entry=entry_id(username, made.sequence),
        at=from_microseconds(made.at),
        key=key,
        replayed=replayed,
        method=made.method,
    )


@retried
def charged(runtime: Runtime, key: str) -> BalanceChange | None:
    """Read the charge that a key has made, as it was answered then; None if there is none so far.

    Args:
        runtime: What every use case is given.
        key: Idempotency key of the charge.

    Raises:
        InvalidInput: The key is out of bounds.
    """
    checked = checked_key(key)
    with runtime.reading() as session:
        made = table.charge_by_key(session, checked, runtime.owner)
    return None if made is None else _answer(runtime, made.username, checked, made, replayed=True)


class _Gift(NamedTuple):
    """A checked request to give money to another user."""

    username: str
    to: str
    amount: int
    key: str
    fingerprint: str
    reason: str | None


def transfer(
    runtime: Runtime,
    user: str,
    to: str,
    amount: int,
    *,
    reason: str | None = None,
    key: str | None = None,
) -> Transfer:
    """Move money from one user's balance to another's.

    Args:
        runtime: What every use case is given.
        user: Name of the user who gives.
        to: Name of the user who is given to; not the same.
        amount: Minor units, 1 to 2**53 - 1.
        reason: Text for both histories, up to 500 characters.
        key: Idempotency key, 1 to 200 printable ASCII characters; generated if None.

    Raises:
        InsufficientBalance: The balance of who gives is below the amount.
        BalanceLimit: The balance of who is given to would pass 2**53 - 1 minor units.
        NotAllowed: A till, or a member where the setting `transfers` is `no`.
        UnknownUser: One of the users does not exist.
        UserBlocked: One of the users is blocked.
        UserClosed: One of the users is closed.
        KeyConflict: The key was used for another request.
        InvalidInput: An argument is out of bounds, or both users are the same.
    """
    checked_amount(amount, "Amount", least=1, currency=runtime.identity.currency)
    username, receiver = checked_user(user), checked_user(to)
    if username == receiver:
        raise errors.InvalidInput(
            "{user} cannot give money to {user}.",
            details={"user": username, "reason": "transfer_to_oneself"},
        )
    made = fingerprint("transfer", username, receiver, amount)
    return _give(
        runtime,
        _Gift(username, receiver, amount, key_or_new(runtime, key), made, optional_reason(reason)),
    )


@retried
def _give(runtime: Runtime, gift: _Gift) -> Transfer:
    with runtime.writing(gift.key) as session:
        # Lock both first, in the order of their names: two who give to each other cannot deadlock.
        accounts = table.locked_balances(session, gift.username, gift.to)
        made = table.standing(session, gift.username, "transfer", gift.key).made
        if made is not None:
            if made.fingerprint != gift.fingerprint:
                raise _key_conflict(runtime, gift.key, made)
            return _transfer(runtime, gift, made, made.at, replayed=True)
        for username in (gift.username, gift.to):
            if username not in accounts:
                raise unknown_user(session, username)
            check_state(username, accounts[username].state)
        currency = runtime.identity.currency
        balance_minor = accounts[gift.username].balance_minor
        check_balance(gift.username, balance_minor, gift.amount, currency)
        _check_room(runtime, gift, accounts[gift.to].balance_minor)
        now = runtime.now()
        given = _enter_side(runtime, session, gift, gift.username, now)
        received = _enter_side(runtime, session, gift, gift.to, now)
        table.insert_transfer(session, gift.username, given.sequence, gift.to, received.sequence)
        return _transfer(runtime, gift, given, now, replayed=False)


def _check_room(runtime: Runtime, gift: _Gift, balance_minor: int) -> None:
    """Refuse a gift that the other balance cannot hold; only operators are told that balance."""
    if balance_minor + gift.amount > AMOUNT_MAX:
        raise errors.BalanceLimit(
            "With {added:money} more the balance of {user} would pass the largest, {limit:money}.",
            details={
                "limit": AMOUNT_MAX,
                "currency": runtime.identity.currency,
                "user": gift.to,
                "added": gift.amount,
                **runtime.details_of_others({"balance": balance_minor}),
            },
        )


def _enter_side(
    runtime: Runtime, session: Session, gift: _Gift, username: str, now: int
) -> MovedRow:
    """Change one of the two balances; the key is kept on the entry of who gives."""
    gives = username == gift.username
    return table.enter(
        session,
        {
            "username": username,
            "blocked_may": 0,
            "kind": "transfer",
            "amount_minor": -gift.amount if gives else gift.amount,
            "at": now,
            "key": gift.key if gives else None,
            "fingerprint": gift.fingerprint if gives else None,
            "reason": gift.reason,
            "method": None,
            **origin_values(runtime, now),
        },
    )


def _transfer(
    runtime: Runtime, gift: _Gift, given: MovedRow | MadeRow, at: int, *, replayed: bool
) -> Transfer:
    return Transfer(
        user=gift.username,
        to=gift.to,
        amount=gift.amount,
        balance=given.balance_after_minor,
        currency=runtime.identity.currency,
        entry=entry_id(gift.username, given.sequence),
        at=from_microseconds(at),
        key=gift.key,
        replayed=replayed,
    )


@retried
def balance(runtime: Runtime, user: str) -> Balance:
    """Read what a user can spend, in minor units.

    Raises:
        UnknownUser: No such user.
    """
    username = checked_user(user)
    with runtime.reading() as session:
        row = user_row(session, username)
    return Balance(username, row.balance_minor, runtime.identity.currency)


@retried
def history(
    runtime: Runtime,
    user: str,
    limit: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[BalanceEntry, ...]:
    """List a user's balance entries in the order they were recorded.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        limit: Keep only the newest entries, at least 1; all if None.
        since: Keep only entries at or after this instant. Without a zone, the shop's is meant.
        until: Keep only entries before this instant, likewise.

    Raises:
        UnknownUser: No such user.
        InvalidInput: An argument is out of bounds.
    """
    username, row_limit = checked_user(user), checked_limit(limit)
    bounds = window_bounds(runtime, since, until)
    with runtime.reading() as session:
        user_row(session, username)
        rows = table.history(session, username, *bounds, row_limit)
    return tuple(entry_record(runtime, row) for row in rows)


def entry_record(runtime: Runtime, row: EntryRow) -> BalanceEntry:
    """The public record of a balance entry."""
    reverses = row.reversed_sequence
    return BalanceEntry(
        id=entry_id(row.username, row.sequence),
        at=from_microseconds(row.at),
        recorded_at=from_microseconds(row.recorded_at),
        kind=row.kind,
        amount=row.amount_minor,
        balance_after=row.balance_after_minor,
        order=row.order_id,
        reason=row.reason,
        currency=runtime.identity.currency,
        method=row.method,
        reverses=None if reverses is None else entry_id(row.username, reverses),
    )
