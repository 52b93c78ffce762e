"""The journal of a user: one list of orders, money and coupons, newest recorded first, by pages.

Each order has one entry, its payment, and what a cancellation gave back is told with it. So the
journal is the balance entries by number, without those of cancellations, among which the events of
coupons are put by time. A page begins at a place, and costs as much however long the journal is.
"""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from typing import TYPE_CHECKING

from shopcli.domain.ledger.entries import entry_id, span_of
from shopcli.domain.moments import LATEST_MICROSECONDS, from_microseconds
from shopcli.domain.money import AMOUNT_MAX, checked_amount
from shopcli.domain.records.journal import (
    EntryBinding,
    JournalEntry,
    JournalPage,
    JournalPlace,
)
from shopcli.domain.times.dated import dated
from shopcli.engine.journal_events import CouponEvent, coupon_events, is_cancellation, kind_of
from shopcli.engine.journal_search import Search
from shopcli.engine.lookups import checked_user, user_row
from shopcli.engine.runtime import retried
from shopcli.engine.use_cases.browsing import PAGE_SIZE_MAX
from shopcli.engine.use_cases.products import folded_query
from shopcli.engine.use_cases.receipts import record as order_record
from shopcli.storage import orders as order_table
from shopcli.storage import refunds as refund_table
from shopcli.storage.reading import journal as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shopcli.domain.records import BalanceEntry, Order
    from shopcli.domain.times.dated import Span
    from shopcli.engine.journal_events import Event
    from shopcli.engine.runtime import Runtime
    from shopcli.storage.orders import CancellationRow
    from shopcli.storage.reading.journal import EntryRow
    from shopcli.storage.session import Session

LOOK_COUNT_MAX = 5_000
"""Most events that one search looks through: the next begins where it has ended."""

_CHUNK = 1_000
"""Entries that a search reads at once."""

_TOP = JournalPlace(AMOUNT_MAX, LATEST_MICROSECONDS, "")


@retried
def journal(
    runtime: Runtime,
    user: str,
    query: str | None = None,
    older_than: JournalPlace | None = None,
    limit: int = PAGE_SIZE_MAX,
    *,
    meant: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> JournalPage:
    """List the events of a user, newest recorded first: orders, money, coupons claimed and expired.

    An order is one event, with its payment and, where it was cancelled, what came back.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        query: Words that each must occur in an event: in kind, state, product, coupon, id of the
            order, key, reason, method or other user; case is ignored. So does an amount, with its
            sign or without, a time of day such as `14:05`, a day of any year such as `10-26`, and
            `today`. A month such as `2026-10` or a day such as `2026-10-26` is when it happened,
            in the shop's zone. All events if None. At most `LOOK_COUNT_MAX` are looked through.
        older_than: The place of the page before, `older`; the newest events if None.
        limit: Largest number of events to return, 1 to `PAGE_SIZE_MAX`.
        meant: Other words for words of the query, either of which may occur: how a kind is called
            in the language of the reader, with the kind.

    Raises:
        UnknownUser: No such user.
        InvalidInput: An argument is out of bounds, or the query holds control characters.
    """
    username = checked_user(user)
    zone, now = runtime.identity.timezone, from_microseconds(runtime.now())
    happened, words = dated(folded_query(query).split(), zone, now)
    search = Search(words, meant, runtime)
    checked_amount(limit, "Limit", least=1, most=PAGE_SIZE_MAX)
    with runtime.reading() as session:
        user_row(session, username)
        entry_count = table.entry_count(session, username)
        of_coupons = coupon_events(table.claims(session, username), runtime.now())
        walk = _Walk(
            session,
            username,
            of_coupons,
            older_than or _TOP,
            happened=happened,
            searches=bool(search),
        )
        found, looked = _found(walk, search, limit)
        total = None
        if older_than is None and not search and happened is None:
            cancelled = table.cancellation_count(session, username)
            total = entry_count - cancelled + len(of_coupons)
        return JournalPage(
            entries=_records(runtime, session, username, found),
            older=None if walk.is_at_end else walk.place,
            total=total,
            entry_count=entry_count,
            looked_through=looked,
        )


@retried
def bindings(
    runtime: Runtime, user: str, entries: Sequence[BalanceEntry]
) -> dict[str, EntryBinding]:
    """Read what the transfers and reversals of a list are bound to, by their ids.

    Args:
        runtime: What every use case is given.
        user: Name of the user.
        entries: Of this user, in the order of recording or against it.

    Raises:
        UnknownUser: No such user.
        InvalidInput: The name is out of bounds.
    """
    username = checked_user(user)
    span = span_of([entry.id for entry in entries])
    with runtime.reading() as session:
        user_row(session, username)
        rows = [] if span is None else table.bindings(session, username, *span)
    return {
        entry_id(username, row.sequence): EntryBinding(row.other_username, row.reversed_kind)
        for row in rows
    }


def _found(walk: _Walk, search: Search, limit: int) -> tuple[list[Event], int]:
    """The next events that are searched, and how many were looked through."""
    found: list[Event] = []
    looked = 0
    while len(found) < limit and (not search or looked < LOOK_COUNT_MAX):
        if search:
            looked += walk.pass_over(search, LOOK_COUNT_MAX - looked)
        event = walk.next(_CHUNK if search else limit - len(found))
        if event is None:
            break
        looked += 1
        if search.may_be_among([event]):
            found.append(event)
    return found, looked


class _Walk:
    """Goes through a journal from a place on, and knows the place it has come to.

    Args:
        session: Where to read.
        username: Of the user.
        of_coupons: All events of the user's coupons, newest first.
        place: Where to begin.
        happened: Only what happened in this time; all if None.
        searches: Whether to read what the orders are found by.
    """

    def __init__(
        self,
        session: Session,
        username: str,
        of_coupons: Iterable[CouponEvent],
        place: JournalPlace,
        *,
        happened: Span | None,
        searches: bool,
    ) -> None:
        self._session = session
        self._username = username
        self._entries: deque[EntryRow] = deque()
        self._coupons = deque(
            event
            for event in of_coupons
            if event.place < (place.coupon_at, place.coupon_event)
            and (happened is None or happened.since_at <= event.at < happened.until_at)
        )
        self._sequence = place.sequence
        self._read_to = place.sequence
        self._coupon = (place.coupon_at, place.coupon_event)
        self._happened = happened
        self._searches = searches

    @property
    def place(self) -> JournalPlace:
        """Where what comes next begins."""
        return JournalPlace(self._sequence, *self._coupon)

    @property
    def is_at_end(self) -> bool:
        """Whether nothing older follows."""
        return not self._coupons and not self._entries and self._read_to <= 1

    def next(self, row_count: int) -> Event | None:
        """The next event; None at the end.

        Args:
            row_count: How many entries to read at once, if some must be read.
        """
        self._read(row_count)
        entry = self._entries[0] if self._entries else None
        if self._coupons and (entry is None or self._coupons[0].at > entry.recorded_at):
            event = self._coupons.popleft()
            self._coupon = event.place
            return event
        if entry is not None:
            self._take()
            self._skip()
        return entry

    def pass_over(self, search: Search, most: int) -> int:
        """Leave out entries that are read at once, where a word is in none of them.

        Args:
            search: What is searched.
            most: How many entries to read for it; the last ones read may be more.

        Returns:
            How many were left out.
        """
        count = 0
        while count < most and not self._entries and self._read_to > 1:
            rows = self._rows(_CHUNK)
            if not rows:
                break
            has_coupon = bool(self._coupons) and self._coupons[0].at > rows[-1].recorded_at
            if has_coupon or search.may_be_among(rows):
                self._entries.extend(rows)
                self._skip()
                break
            self._sequence = rows[-1].sequence
            count += len(rows)
        return count

    def _rows(self, row_count: int) -> list[EntryRow]:
        """The next entries."""
        rows = table.entries(
            self._session,
            self._username,
            self._read_to,
            row_count,
            happened=self._happened,
            with_text=self._searches,
        )
        self._read_to = 1 if len(rows) < row_count else rows[-1].sequence
        return rows

    def _read(self, row_count: int) -> None:
        """Read entries, if none is there, until one is an event of its own."""
        while not self._entries and self._read_to > 1:
            self._entries.extend(self._rows(row_count))
            self._skip()

    def _take(self) -> None:
        self._sequence = self._entries.popleft().sequence

    def _skip(self) -> None:
        """Leave out what belongs to another event."""
        while self._entries and is_cancellation(self._entries[0]):
            self._take()


def _records(
    runtime: Runtime,
    session: Session,
    username: str,
    events: Sequence[Event],
) -> tuple[JournalEntry, ...]:
    ids = sorted({e.order_id for e in events if not isinstance(e, CouponEvent) and e.order_id})
    orders: dict[str, Order] = {}
    cancelled: dict[str, CancellationRow] = {}
    if ids:
        lines = order_table.lines(session, ids)
        refunds = refund_table.of_orders(session, ids)
        cancelled = table.cancellations(session, ids)
        orders = {
            order_id: order_record(runtime, row, lines[order_id], refunds.get(order_id, ()))
            for order_id, row in table.orders(session, ids).items()
        }
    return tuple(
        _coupon_record(runtime, event)
        if isinstance(event, CouponEvent)
        else _entry_record(
            runtime,
            username,
            event,
            orders.get(event.order_id or ""),
            cancelled.get(event.order_id or ""),
        )
        for event in events
    )


def _coupon_record(runtime: Runtime, event: CouponEvent) -> JournalEntry:
    claim = event.claim
    return JournalEntry(
        id=event.id,
        kind=event.kind,
        at=from_microseconds(event.at),
        recorded_at=from_microseconds(event.at),
        amount=0,
        balance_after=None,
        currency=runtime.identity.currency,
        order=None,
        refund_number=None,
        balance_after_cancellation=None,
        coupon=claim.code,
        coupon_restored=False,
        claim_number=claim.number,
        claim_limit=claim.claim_limit,
        usable_until=None
        if claim.usable_until_at is None
        else from_microseconds(claim.usable_until_at),
        other=None,
        reverses=None,
        reversed_kind=None,
        reason=None,
        method=None,
        key=claim.key,
    )


def _entry_record(
    runtime: Runtime,
    username: str,
    row: EntryRow,
    order: Order | None,
    cancellation: CancellationRow | None,
) -> JournalEntry:
    is_order = row.kind == "payment"
    back = cancellation if is_order else None
    reverses = row.reversed_sequence
    return JournalEntry(
        id=entry_id(username, row.sequence),
        kind=kind_of(row),
        at=from_microseconds(row.at),
        recorded_at=from_microseconds(row.recorded_at),
        amount=row.amount_minor + (0 if back is None else back.refunded_minor),
        balance_after=row.balance_after_minor,
        currency=runtime.identity.currency,
        order=order,
        refund_number=row.refund_number,
        balance_after_cancellation=None if back is None else back.balance_after_minor,
        coupon=order.coupon if is_order and order is not None else None,
        coupon_restored=back is not None and bool(back.coupon_restored),
        claim_number=None,
        claim_limit=None,
        usable_until=None,
        other=row.other_username,
        reverses=None if reverses is None else entry_id(username, reverses),
        reversed_kind=row.reversed_kind,
        reason=row.reason,
        method=row.method,
        key=order.key if is_order and order is not None else row.key,
    )
