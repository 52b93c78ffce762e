"""Turns what callers pass into checked values: users, SKUs, keys, limits, instants, texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, KeyConflict
from shopcli.domain.moments import aware, to_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.text import REASON_LENGTH_MAX, checked_key, checked_name

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime


def checked_limit(limit: int | None) -> int:
    """A bound on rows; None is all of them."""
    return AMOUNT_MAX if limit is None else checked_amount(limit, "Limit", least=1)


def checked_moment(runtime: Runtime, moment: datetime | None, what: str) -> int | None:
    """An instant in microseconds; a datetime without a zone is meant in the shop's.

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
    """The first instant of a listing, inclusive."""
    return checked_moment(runtime, moment, "Since") or 0


def optional_name(value: object, what: str) -> str | None:
    """A text for people, or None."""
    return None if value is None else checked_name(value, what)


def optional_reason(value: object) -> str | None:
    """Why, or None."""
    return None if value is None else checked_name(value, "Reason", length_max=REASON_LENGTH_MAX)


def required_reason(value: object) -> str:
    """Why; corrections must say.

    Raises:
        InvalidInput: No reason was given.
    """
    if value is None:
        raise InvalidInput("A reason is needed.", details={"reason": "no_reason"})
    return checked_name(value, "Reason", length_max=REASON_LENGTH_MAX)


def key_or_new(runtime: Runtime, key: object) -> str:
    """The caller's idempotency key, or a new one for this request's own repeats."""
    return runtime.ids.new() if key is None else checked_key(key)


def key_conflict(key: str, made: dict[str, str]) -> KeyConflict:
    """The refusal of a key that another request has used."""
    return KeyConflict(
        "The key {key} was used before for another request.", details={"key": key, **made}
    )
