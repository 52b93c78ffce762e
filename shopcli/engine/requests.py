"""Validates arguments of use cases: keys, limits, instants, texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from shopcli.domain.errors import InvalidInput, KeyConflict
from shopcli.domain.moments import LATEST_MICROSECONDS, aware, from_microseconds, to_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.text import REASON_LENGTH_MAX, checked_key, checked_name

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


def checked_limit(limit: int | None) -> int:
    """A largest number of rows, at least 1; None means all."""
    return AMOUNT_MAX if limit is None else checked_amount(limit, "Limit", least=1)


def checked_moment(runtime: Runtime, moment: datetime | None, what: str) -> int | None:
    """An instant in microseconds since 1970; one without a zone is in the shop's.

    Raises:
        InvalidInput: Not a datetime, ambiguous, or out of range.
    """
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise InvalidInput(
            "{field:noun} must be a datetime, not {type}.",
            details={"field": what, "type": type(moment).__name__},
        )
    return to_microseconds(aware(moment, runtime.identity.timezone))


def since_instant(runtime: Runtime, moment: datetime | None) -> int:
    """The first instant of a window, inclusive; 0 if None."""
    return checked_moment(runtime, moment, "Since") or 0


class Bounds(NamedTuple):
    """A window in microseconds since 1970."""

    since_at: int
    """Included."""
    until_at: int
    """Excluded."""


def window_bounds(runtime: Runtime, since: datetime | None, until: datetime | None) -> Bounds:
    """The bounds of a window; one that is not given leaves that side open.

    Raises:
        InvalidInput: Not datetimes, ambiguous, out of range, or nothing lies between them.
    """
    since_at = since_instant(runtime, since)
    if until == from_microseconds(LATEST_MICROSECONDS):
        until = None  # where the last day there is ends
    until_at = checked_moment(runtime, until, "Until")
    if until_at is not None and until_at <= since_at:
        from shopcli.domain.times.windows import empty_window  # only where it is refused

        raise empty_window(since_at, until_at)
    return Bounds(since_at, LATEST_MICROSECONDS if until_at is None else until_at)


def optional_name(value: object, what: str) -> str | None:
    """A name of up to 200 characters, or None."""
    return None if value is None else checked_name(value, what)


def optional_reason(value: object) -> str | None:
    """A reason of up to 500 characters, or None."""
    return None if value is None else checked_name(value, "Reason", length_max=REASON_LENGTH_MAX)


def required_reason(value: object) -> str:
    """A reason of up to 500 characters.

    Raises:
        InvalidInput: No reason was given.
    """
    if value is None:
        raise InvalidInput("A reason is needed.", details={"reason": "no_reason"})
    return checked_name(value, "Reason", length_max=REASON_LENGTH_MAX)


def key_or_new(runtime: Runtime, key: object) -> str:
    """The caller's idempotency key, or a new one under which the request itself can be retried."""
    return runtime.ids.new() if key is None else checked_key(key)


def key_conflict(key: str, made: dict[str, str]) -> KeyConflict:
    """The error for a key that another request has used."""
    return KeyConflict(
        "The key {key} was used before for another request.", details={"key": key, **made}
    )
