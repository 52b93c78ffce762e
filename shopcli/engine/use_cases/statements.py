"""The use case of a user's statement: what lies between two instants, in recording order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds
from shopcli.domain.records.statements import Statement, StatementEntry
from shopcli.engine.lookups import checked_user, user_row
from shopcli.engine.requests import window_bounds
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.balances import entry_record
from shopcli.engine.use_cases.receipts import line_records
from shopcli.storage import orders, users

if TYPE_CHECKING:
    from datetime import datetime

    from shopcli.engine.runtime import Runtime


@retried
def statement(
    runtime: Runtime,
    user: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statement:
    """Read what changed a user's balance in a window, with what was bought.

    The boundary of an instant is the user's last entry, by number, that was recorded before it; the
    statement is what lies between two boundaries. So it never changes once its window has passed.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        since: Begin of the window; no bound if None. Without a zone, the shop's is meant.
        until: End of the window, likewise.

    Raises:
        UnknownUser: No such user.
        InvalidInput: An argument is out of bounds.
    """
    username, bounds = checked_user(user), window_bounds(runtime, since, until)
    with runtime.reading() as session:
        user_row(session, username)
        opening = users.boundary(session, username, bounds.since_at)
        closing = users.boundary(session, username, bounds.until_at)
        rows = users.entries_between(session, username, opening.sequence, closing.sequence)
        lines = orders.lines(session, [row.order_id for row in rows if row.order_id is not None])
    return Statement(
        user=username,
        since=from_microseconds(bounds.since_at) if bounds.since_at else None,
        until=from_microseconds(bounds.until_at) if bounds.until_at < LATEST_MICROSECONDS else None,
        currency=runtime.identity.currency,
        opening=opening.balance_after_minor,
        closing=closing.balance_after_minor,
        entries=tuple(
            StatementEntry(
                **vars(entry_record(runtime, row)),
                lines=line_records(lines.get(row.order_id or "", ())),
            )
            for row in rows
        ),
    )
