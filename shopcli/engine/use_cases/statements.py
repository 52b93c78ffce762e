"""The use case of a user's statement: what lies between two instants, in recording order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcli.domain.giving_back import rest
from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds
from shopcli.domain.records.statements import Statement, StatementEntry
from shopcli.engine.lookups import checked_user, user_row
from shopcli.engine.requests import window_bounds
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.balances import entry_record
from shopcli.engine.use_cases.giving_back import sold_lines
from shopcli.engine.use_cases.receipts import line_records
from shopcli.storage import orders, refunds, users
from shopcli.storage.refunds import Back

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from shopcli.domain.records import OrderLine
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.session import Session
    from shopcli.storage.users import EntryRow


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
        bounds_of_rows = (opening.sequence, closing.sequence)
        rows = users.entries_between(session, username, *bounds_of_rows)
        what = _What(session, rows, refunds.of_entries(session, username, *bounds_of_rows))
    return Statement(
        user=username,
        since=from_microseconds(bounds.since_at) if bounds.since_at else None,
        until=from_microseconds(bounds.until_at) if bounds.until_at < LATEST_MICROSECONDS else None,
        currency=runtime.identity.currency,
        opening=opening.balance_after_minor,
        closing=closing.balance_after_minor,
        entries=tuple(
            StatementEntry(**vars(entry_record(runtime, row)), lines=what.of(row)) for row in rows
        ),
    )


@retried
def is_recorded_before(runtime: Runtime, user: str, moment: datetime) -> bool:
    """Say whether the first entry of a user was recorded before an instant; reads one row.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        moment: The instant. Without a zone, the shop's is meant.

    Raises:
        UnknownUser: No such user.
        InvalidInput: The instant is out of bounds.
    """
    username, bounds = checked_user(user), window_bounds(runtime, moment, None)
    with runtime.reading() as session:
        user_row(session, username)
        began_at = users.began_at(session, username)
    return began_at is not None and began_at < bounds.since_at


class _What:
    """What was bought with some entries, or given back."""

    def __init__(
        self, session: Session, rows: Sequence[EntryRow], parts: Mapping[int, Mapping[str, Back]]
    ) -> None:
        order_ids = {row.order_id for row in rows if row.order_id is not None}
        self._sold = orders.lines(session, sorted(order_ids))
        self._parts = parts
        cancelled = {
            row.order_id
            for row in rows
            if row.order_id is not None and row.kind == "refund" and row.sequence not in parts
        }
        self._before = refunds.of_orders(session, sorted(cancelled)) if cancelled else {}

    def of(self, row: EntryRow) -> tuple[OrderLine, ...]:
        """The lines of a payment; of a refund those that came back, of a cancellation the rest."""
        lines = self._sold.get(row.order_id or "", [])
        if row.kind != "refund":
            return line_records(lines)
        back = self._parts.get(row.sequence)
        if back is None:
            before = refunds.units(self._before.get(row.order_id or "", []))
            left = rest(sold_lines(lines), before)
            back = {part.sku: Back(part.quantity, part.refunded_minor) for part in left}
        return line_records(
            line._replace(
                quantity=back[line.sku].quantity,
                line_total_minor=line.unit_price_minor * back[line.sku].quantity,
                discount_minor=line.unit_price_minor * back[line.sku].quantity
                - back[line.sku].refunded_minor,
            )
            for line in lines
            if line.sku in back
        )
