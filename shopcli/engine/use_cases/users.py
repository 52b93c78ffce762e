"""Use cases about users: add, rename, block, close, show, list."""

from __future__ import annotations

import unicodedata
from itertools import islice
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

from shopcli.domain.errors import BalanceNotZero, InvalidInput, UserExists
from shopcli.domain.moments import DAY_MICROSECONDS
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records import User
from shopcli.domain.showing import excerpt
from shopcli.domain.text import checked_name
from shopcli.engine.audit import origin_values, record_change
from shopcli.engine.expectations import check_state as check_expected
from shopcli.engine.filters import Filters
from shopcli.engine.lookups import checked_user, unknown_user, user_row
from shopcli.engine.requests import checked_limit, optional_name, optional_reason
from shopcli.engine.runtime import retried
from shopcli.storage import users as table
from shopcli.storage.lists import users as users_chosen
from shopcli.storage.lists import users_called

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.domain.records import Change
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.bulk.pages import UserRow as ListedUserRow
    from shopcli.storage.lists import Chosen
    from shopcli.storage.session import Session
    from shopcli.storage.users import UserRow

USER_STATES = ("active", "blocked", "closed")
DAYS_MAX = 36_500

_CALLED_COUNT_MAX = 10
_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@retried
def add(runtime: Runtime, user: str, name: str | None = None) -> User:
    """Add a user with a balance of 0.

    Args:
        runtime: What every use case is given.
        user: User name, 1 to 64 letters, digits, `.`, `_` or `-`.
        name: Name to show, up to 200 characters; none if None.

    Raises:
        UserExists: The user name is taken.
        InvalidInput: An argument is out of bounds.
    """
    username, display_name = checked_user(user), optional_name(name, "Name")
    with runtime.writing() as session:
        if table.user(session, username) is not None:
            raise UserExists("There is already a user {user}.", details={"user": username})
        table.insert_user(
            session,
            {
                "username": username,
                "user_id": runtime.ids.new(),
                "name": display_name,
                **origin_values(runtime, runtime.now()),
            },
        )
        return User(username, display_name, "active", 0, runtime.identity.currency)


@retried
def get(runtime: Runtime, user: str) -> User:
    """Read one user.

    Raises:
        UnknownUser: No such user.
    """
    username = checked_user(user)
    with runtime.reading() as session:
        return _record(runtime, user_row(session, username))


@retried
def listing(
    runtime: Runtime,
    limit: int | None = None,
    *,
    query: str | None = None,
    state: str | None = None,
    below: int | None = None,
    idle: int | None = None,
) -> tuple[User, ...]:
    """List users by user name.

    Args:
        runtime: What every use case is given.
        limit: Largest number of users, at least 1; all if None.
        query: Text to find in user name or name, ignoring case; all users if None.
        state: Only users who are active, blocked or closed; all if None.
        below: Only users with a balance below this, in minor units; all if None.
        idle: Only users without a balance entry in the last so many days, 1 to 36,500, and added
            before; all if None.

    Raises:
        InvalidInput: An argument is out of bounds, or the query holds control characters.
    """
    row_limit = checked_limit(limit)
    wanted = Filters(query=query, state=state, below=below, idle=idle)
    chosen, is_found = chosen_users(runtime, wanted)
    with runtime.reading() as session:
        # What is found by a name is chosen here: no database folds the letters of every script.
        rows = table.users(session, AMOUNT_MAX if query else row_limit, chosen)
        return tuple(
            _record(runtime, row)
            for row in islice((row for row in rows if is_found(row)), row_limit)
        )


@retried
def called(runtime: Runtime, text: str) -> tuple[User, ...]:
    """List who has a text as user name or name, whole, in upper or lower case: at most ten.

    Who has it exactly as the user name is listed alone. No list of all users is read, as `listing`
    does for parts of names: so a letter is found in its other case only where the database, or all
    of the text in upper, lower or title case, has that.

    Raises:
        InvalidInput: The text is longer than a name, or holds control characters.
    """
    checked = checked_name(text, "Query")
    with runtime.reading() as session:
        exact = table.user(session, checked)
        if exact is not None:
            return (_record(runtime, exact),)
        rows = table.users(session, _CALLED_COUNT_MAX, users_called(session, _in_cases(checked)))
        return tuple(_record(runtime, row) for row in rows)


def _in_cases(text: str) -> set[str]:
    """A text in the cases in which it may be stored, each with its ASCII letters in lower case."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    changes = (str, str.lower, str.upper, str.title, str.casefold)
    return {change(form).translate(_ASCII_LOWER) for form in forms for change in changes}


def chosen_users(
    runtime: Runtime, filters: Filters
) -> tuple[Chosen, Callable[[UserRow | ListedUserRow], bool]]:
    """The conditions of a list or an export of users, and whether a row is found by its names.

    Raises:
        InvalidInput: A filter is out of bounds, or the query holds control characters.
    """
    _check_state(filters.state)
    if filters.below is not None:
        checked_amount(filters.below, "Amount", currency=runtime.identity.currency)
    since_at = None
    if filters.idle is not None:
        days = checked_amount(filters.idle, "Days", least=1, most=DAYS_MAX)
        since_at = runtime.now() - days * DAY_MICROSECONDS
    chosen = users_chosen(filters.state, filters.below, since_at)
    if not (filters.query or "").strip():
        return chosen, lambda _: True
    from shopcli.engine.use_cases.products import fold, folded_query  # only where one is sought

    wanted = folded_query(filters.query)
    return chosen, lambda row: wanted in fold(row.username) or wanted in fold(row.name or "")


@retried
def change(
    runtime: Runtime,
    user: str,
    *,
    name: str | None = None,
    forget_name: bool = False,
    state: str | None = None,
    reason: str | None = None,
    expected_state: str | None = None,
    expected_change: Change | None = None,
) -> User:
    """Change a user's name or state; None leaves a value.

    Args:
        runtime: What every use case is given.
        user: User name.
        name: New name to show, up to 200 characters.
        forget_name: Delete the name to show; not together with `name`.
        state: active, blocked (no charges, claims, orders) or closed (nothing; balance must be 0).
        reason: Text for the audit record, up to 500 characters.
        expected_state: The state as it was looked at: nothing is changed where it is another. Any
            if None.
        expected_change: The change that had made it so: nothing is changed where another one has
            since. Any if None.

    Raises:
        UnknownUser: No such user.
        TotalChanged: The state is not the expected one.
        BalanceNotZero: The user is to be closed and still has money.
        InvalidInput: An argument is out of bounds.
    """
    username, reason = checked_user(user), optional_reason(reason)
    new_name = _new_name(name, forgets=forget_name)
    _check_state(state)
    _check_state(expected_state)
    with runtime.writing() as session:
        locked = table.locked_balance(session, username)
        if locked is None:
            raise unknown_user(session, username)
        current = user_row(session, username)
        if expected_state is not None:
            is_as_made = _is_last(runtime, session, username, expected_change)
            check_expected(username, current.state, expected_state, is_as_made=is_as_made)
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        target_name = None if forget_name else new_name if new_name is not None else current.name
        if target_name != current.name:
            table.rename(session, username, target_name)
            # The audit record must not keep a name that is deleted.
            after["name"] = "set" if target_name is not None else "forgotten"
        if state is not None and state != current.state:
            if state == "closed":
                _check_empty(username, current.balance_minor, runtime.identity.currency)
            table.set_state(session, username, state)
            before["state"], after["state"] = current.state, state
        if after:
            record_change(
                runtime,
                session,
                subject_kind="user",
                subject=username,
                action="set",
                before=before or None,
                after=after,
                reason=reason,
            )
        now = current._replace(name=target_name, state=state or current.state)
        return _record(runtime, now)


def _new_name(name: str | None, *, forgets: bool) -> str | None:
    new_name = optional_name(name, "Name")
    if new_name is not None and forgets:
        raise InvalidInput("Give a name or forget it, not both.")
    return new_name


def _is_last(runtime: Runtime, session: Session, username: str, made: Change | None) -> bool:
    """Whether a change of a user's state is the last one; so too where any may be."""
    if made is None:
        return True
    from shopcli.engine.use_cases.changes import last_change  # only where one was looked at

    return last_change(runtime, session, "user", username, "state") == made


def _check_empty(username: str, balance_minor: int, currency: str) -> None:
    if balance_minor != 0:
        raise BalanceNotZero(
            "{user} still has {balance:money}.",
            details={"balance": balance_minor, "currency": currency, "user": username},
        )


def _check_state(state: str | None) -> None:
    if state is not None and state not in USER_STATES:
        raise InvalidInput(
            "'{value}' is no state of a user: that is one of {choices}.",
            details={
                "field": "state",
                "value": excerpt(state),
                "choices": list(USER_STATES),
                "reason": "choice",
            },
        )


def _record(runtime: Runtime, row: UserRow) -> User:
    return User(row.username, row.name, row.state, row.balance_minor, runtime.identity.currency)
