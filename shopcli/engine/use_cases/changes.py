"""The use case that lists what operators changed."""

from __future__ import annotations

import json
from itertools import starmap
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import from_microseconds
from shopcli.domain.records import Change
from shopcli.domain.records.changes import RECENT_COUNT, last_of
from shopcli.domain.showing import excerpt
from shopcli.engine.lookups import (
    checked_code,
    checked_sku,
    checked_user,
    coupon_row,
    product_row,
    user_row,
)
from shopcli.engine.requests import checked_limit, window_bounds
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.settings import check_name
from shopcli.storage import settings as table

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session
    from shopcli.storage.settings import ChangeRow

CHANGED_KINDS = ("user", "product", "coupon", "setting", "outbox")
"""What operators change."""

_NAMES = {"price_minor": "price", "claim_limit": "limit"}
_INSTANTS = {"closes_at": "closes"}
_FLAGS = frozenset({"on_sale", "disabled"})
"""Columns whose public name or value is another than the stored one."""


@retried
def listing(
    runtime: Runtime,
    kind: str | None = None,
    name: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    limit: int | None = None,
) -> tuple[Change, ...]:
    """List what operators changed, newest first: who, from what, to what, and why.

    Args:
        runtime: What every use case is given.
        kind: user, product, coupon, setting or outbox; all if None.
        name: User name, SKU, coupon code, name of the setting, or what was changed of the outbox;
            of one kind only. All if None.
        since: Only changes at or after this instant. Without a zone, the shop's is meant.
        until: Only changes before this instant, likewise.
        limit: Largest number of changes, at least 1; all if None.

    Raises:
        UnknownUser: No such user; so too `UnknownProduct` and `UnknownCoupon`.
        InvalidInput: There is no such kind or setting, a name without a kind, or an argument is
            out of bounds.
    """
    if kind is not None and kind not in CHANGED_KINDS:
        raise InvalidInput(
            "'{value}' is nothing that is changed: that is one of {choices}.",
            details={
                "field": "kind",
                "value": excerpt(kind),
                "choices": list(CHANGED_KINDS),
                "reason": "changed_kind",
            },
        )
    if name is not None and kind is None:
        raise InvalidInput("A name needs its kind.", details={"field": "kind"})
    checks = {"user": checked_user, "product": checked_sku, "coupon": checked_code}
    subject = checks[kind](name) if kind in checks and name is not None else name
    bounds, row_limit = window_bounds(runtime, since, until), checked_limit(limit)
    with runtime.reading() as session:
        rows = table.changes(session, kind, subject, *bounds, row_limit)
        if not rows and kind is not None and subject is not None:
            _check_exists(session, kind, subject)
    return tuple(_record(runtime, row) for row in rows)


def last_change(
    runtime: Runtime, session: Session, kind: str, name: str, value: str
) -> Change | None:
    """The last change of one value of a subject; None where none is among the newest changes."""
    rows = table.changes(session, kind, name, *window_bounds(runtime, None, None), RECENT_COUNT)
    return last_of(value, (_record(runtime, row) for row in rows))


def _record(runtime: Runtime, row: ChangeRow) -> Change:
    return Change(
        at=from_microseconds(row.at),
        actor=row.actor,
        host=row.host,
        channel=row.channel,
        kind=row.subject_kind,
        name=row.subject,
        action=row.action,
        before=_values(row.before),
        after=_values(row.after),
        reason=row.reason,
        currency=runtime.identity.currency,
    )


def _check_exists(session: Session, kind: str, name: str) -> None:
    """Refuse the name of something that does not exist; of the outbox, anything may be named."""
    if kind == "user":
        user_row(session, name)
    elif kind == "product":
        product_row(session, name)
    elif kind == "coupon":
        coupon_row(session, name)
    elif kind == "setting":
        check_name(name)


def _values(stored: str | None) -> dict[str, object] | None:
    """The values of a change by their public names; None where none can be read."""
    try:
        values = None if stored is None else json.loads(stored)
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    return dict(starmap(_public, values.items()))


def _public(column: str, value: object) -> tuple[str, object]:
    if column in _FLAGS and value in (0, 1):
        return column, value == 1
    if column in _INSTANTS and isinstance(value, int):
        return _INSTANTS[column], from_microseconds(value)
    return _INSTANTS.get(column, _NAMES.get(column, column)), value
