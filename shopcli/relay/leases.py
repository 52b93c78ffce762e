"""The leases of one owner: takes events, has them sent, settles or releases them."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from shopcli.domain.deliveries.settlement import has_delivered
from shopcli.domain.errors import OutcomeUnknown, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shopcli.domain.deliveries.values import LeasedEvent, Settled
    from shopcli.engine import Deliveries
    from shopcli.relay.dispatcher import Dispatcher, EventRequest, Outcome

FAR_FUTURE = 2**53 - 1
"""A time in microseconds by which every event is due."""


class Leases:
    """The events that one owner has leased and not yet settled.

    Args:
        deliveries: Deliveries of the shop, in the engine.
        dispatcher: Sends the events.
        url: The endpoint's URL.
        owner: Name of the owner of the leases.
        clock: Returns the time in microseconds.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        dispatcher: Dispatcher,
        url: str,
        owner: str,
        clock: Callable[[], int],
    ) -> None:
        self._deliveries = deliveries
        self._dispatcher = dispatcher
        self._url = url
        self._owner = owner
        self._clock = clock
        self._in_flight: set[EventRequest] = set()
        self._count = 0
        self._sent: list[Outcome] = []
        self._unsent: list[Outcome] = []
        self._may_have_more = False
        self._has_lost_a_lease = False

    @property
    def count(self) -> int:
        """Number of events leased."""
        return self._count

    def take(self, limit: int, *, due_by: int | None = None) -> int:
        """Lease and submit events due now, or by `due_by`; return their number."""
        if self._sent or self._unsent:
            # Settle earlier results first: their leases may be over, and could be taken again here.
            return 0
        if self._dispatcher.is_halted:
            if self._in_flight:
                return 0
            self._dispatcher.restart()
        self.recover()
        lease = _Lease(self._deliveries, self._owner, limit)
        try:
            lease.take(self._clock() if due_by is None else due_by)
        finally:
            self._has_lost_a_lease = lease.is_lost
        return self._submit(lease)

    def recover(self) -> None:
        """Release events that may have been leased by a statement whose result was lost."""
        if self._has_lost_a_lease:
            known = [event for request in self._in_flight for event in request.events]
            self._deliveries.release_unknown(self._owner, known)
            self._has_lost_a_lease = False

    def halt(self) -> None:
        """Finish the requests in flight; return all others unsent."""
        self._dispatcher.halt()

    def settle(self, wait_seconds: float, *, keep: int = 0) -> Settled | None:
        """Settle what was sent and release what was not; None if nothing was settled.

        Results that cannot be settled because of an error are kept for the next call.

        Args:
            wait_seconds: Longest wait for a result.
            keep: Number of events to keep leased: more are leased when fewer than half of them are
                left, if the last lease was full and all results are successes.
        """
        # The other half is sent while this one is settled.
        outcomes = self._dispatcher.outcomes(wait_seconds, (len(self._in_flight) + 1) // 2)
        left = self._count - sum(len(one.request.events) for one in outcomes)
        if left * 2 >= keep or not (self._may_have_more and self._all_succeeded(outcomes)):
            return self._settle_outcomes(outcomes)
        lease, now = _Lease(self._deliveries, self._owner, keep - left), self._clock()
        if not self._deliveries.on_postgres:
            settled = self._settle_outcomes(outcomes)
            lease.try_to_take(now)
            self._submit(lease)
            return settled
        # Lease while settling: on Postgres, unlike SQLite, writers do not wait for one another.
        thread = threading.Thread(target=lease.try_to_take, args=(now,), name="lease")
        thread.start()
        try:
            return self._settle_outcomes(outcomes)
        finally:
            thread.join()
            self._submit(lease)

    def finish(self) -> Settled | None:
        """Finish the requests in flight, settle them, and release all other events."""
        self._dispatcher.close()
        settled = self._settle_outcomes(self._dispatcher.outcomes(0))
        self._release(self._in_flight)
        self._in_flight.clear()
        self._count = 0
        with suppress(TryLater, OutcomeUnknown):  # otherwise the leases expire
            self.recover()
        return settled

    def _all_succeeded(self, outcomes: list[Outcome]) -> bool:
        """Whether all results are successes, and no earlier ones wait to be settled."""
        return bool(outcomes) and not (
            self._sent
            or self._unsent
            or self._dispatcher.is_halted
            or any(one.sending is None or not has_delivered(one.sending) for one in outcomes)
        )

    def _submit(self, lease: _Lease) -> int:
        self._has_lost_a_lease |= lease.is_lost
        self._may_have_more = len(lease.events) == lease.limit
        self._count += len(lease.events)
        self._in_flight.update(self._dispatcher.submit(lease.events, lease.leased_until))
        return len(lease.events)

    def _settle_outcomes(self, outcomes: list[Outcome]) -> Settled | None:
        self._sent += [one for one in outcomes if one.sending is not None]
        self._unsent += [one for one in outcomes if one.sending is None]
        settled = None
        if self._sent:
            sendings = [one.sending for one in self._sent if one.sending is not None]
            settled = self._deliveries.settle(self._owner, sendings, self._url, now=self._clock())
            self._forget(self._sent)
        if self._unsent:
            self._release(one.request for one in self._unsent)
            self._forget(self._unsent)
        return settled

    def _release(self, requests: Iterable[EventRequest]) -> None:
        events = [event for request in requests for event in request.events]
        self._deliveries.release(self._owner, events)

    def _forget(self, outcomes: list[Outcome]) -> None:
        """Remove requests whose events are no longer leased."""
        for outcome in outcomes:
            self._in_flight.remove(outcome.request)
            self._count -= len(outcome.request.events)
        outcomes.clear()


class _Lease:
    """Events leased by one statement.

    Args:
        deliveries: Deliveries of the shop, in the engine.
        owner: Name of the owner of the lease.
        limit: Most events to lease.
    """

    def __init__(self, deliveries: Deliveries, owner: str, limit: int) -> None:
        self._deliveries = deliveries
        self._owner = owner
        self.limit = limit
        self.events: Sequence[LeasedEvent] = ()
        self.leased_until = 0.0
        """Instant of `time.monotonic`."""
        self.is_lost = False
        """Whether events may have been leased by a statement whose result was lost."""

    def take(self, now: int) -> None:
        """Lease events due by a time."""
        self.leased_until = time.monotonic() + self._deliveries.policy.lease_seconds
        try:
            self.events = self._deliveries.lease(self._owner, self.limit, now=now)
        except OutcomeUnknown:
            self.is_lost = True
            raise

    def try_to_take(self, now: int) -> None:
        """Lease events, but none on an error: the next lease will raise it again."""
        with suppress(Exception):
            self.take(now)
