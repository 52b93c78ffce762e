"""One holder's events: leased, out to be sent, settled or given back; the dispatcher sends."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from shopcli.domain.errors import OutcomeUnknown, TryLater
from shopcli.domain.settlement import has_delivered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shopcli.domain.deliveries import LeasedEvent, Settled
    from shopcli.engine import Deliveries
    from shopcli.relay.dispatcher import Dispatcher, Outcome, Portion

FAR_FUTURE = 2**53 - 1
"""An instant at which every event is due."""


class Work:
    """What one holder has leased and not yet settled.

    Args:
        deliveries: The engine's side.
        dispatcher: Sends.
        url: The endpoint sent to.
        owner: Name of the holder.
        clock: The time in microseconds.
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
        self._out: set[Portion] = set()
        self._count = 0
        self._sent: list[Outcome] = []
        self._unsent: list[Outcome] = []
        self._may_have_more = False
        self._has_lost_a_lease = False

    @property
    def count(self) -> int:
        """How many events are leased."""
        return self._count

    def take(self, limit: int, *, due_by: int | None = None) -> int:
        """Lease events due now, or by a later instant, and have them sent; how many."""
        if self._sent or self._unsent:
            # What could not be booked comes first: its lease may be over, and taken again here.
            return 0
        if self._dispatcher.is_halted:
            if self._out:
                return 0
            self._dispatcher.restart()
        self.recover()
        lot = _Lot(self._deliveries, self._owner, limit)
        try:
            lot.lease(self._clock() if due_by is None else due_by)
        finally:
            self._has_lost_a_lease = lot.is_lost
        return self._submit(lot)

    def recover(self) -> None:
        """Give back what a lease may have taken whose answer was lost, so that it can be taken."""
        if self._has_lost_a_lease:
            known = [event for portion in self._out for event in portion.events]
            self._deliveries.release_unknown(self._owner, known)
            self._has_lost_a_lease = False

    def halt(self) -> None:
        """Let requests in hand end; everything else comes back unsent."""
        self._dispatcher.halt()

    def settle(self, wait_seconds: float, *, keep: int = 0) -> Settled | None:
        """Book what came back and give back what was not sent; None if nothing came back.

        Fails without losing track: what could not be booked is booked at the next call.

        Args:
            wait_seconds: Bound on the wait for something to come back.
            keep: While all goes well, less than half as many are out and the last lease was full,
                more are leased.
        """
        # The other half is sent while this one is booked.
        outcomes = self._dispatcher.outcomes(wait_seconds, (len(self._out) + 1) // 2)
        left = self._count - sum(len(one.portion.events) for one in outcomes)
        if left * 2 >= keep or not (self._may_have_more and self._goes_well(outcomes)):
            return self._book(outcomes)
        lot, now = _Lot(self._deliveries, self._owner, keep - left), self._clock()
        if not self._deliveries.on_postgres:
            settled = self._book(outcomes)
            lot.try_to_lease(now)
            self._submit(lot)
            return settled
        # Writers wait for one another on SQLite, not here.
        thread = threading.Thread(target=lot.try_to_lease, args=(now,), name="lease")
        thread.start()
        try:
            return self._book(outcomes)
        finally:
            thread.join()
            self._submit(lot)

    def finish(self) -> Settled | None:
        """Let requests in hand end, book them, and give everything else back."""
        self._dispatcher.close()
        settled = self._book(self._dispatcher.outcomes(0))
        self._release(self._out)
        self._out.clear()
        self._count = 0
        with suppress(TryLater, OutcomeUnknown):  # else they are free when their time is over
            self.recover()
        return settled

    def _goes_well(self, outcomes: list[Outcome]) -> bool:
        """Whether everything that came back was delivered, and nothing waits to be booked."""
        return bool(outcomes) and not (
            self._sent
            or self._unsent
            or self._dispatcher.is_halted
            or any(one.sending is None or not has_delivered(one.sending) for one in outcomes)
        )

    def _submit(self, lot: _Lot) -> int:
        self._has_lost_a_lease |= lot.is_lost
        self._may_have_more = len(lot.events) == lot.limit
        self._count += len(lot.events)
        self._out.update(self._dispatcher.submit(lot.events, lot.leased_until))
        return len(lot.events)

    def _book(self, outcomes: list[Outcome]) -> Settled | None:
        self._sent += [one for one in outcomes if one.sending is not None]
        self._unsent += [one for one in outcomes if one.sending is None]
        settled = None
        if self._sent:
            sendings = [one.sending for one in self._sent if one.sending is not None]
            settled = self._deliveries.settle(self._owner, sendings, self._url, now=self._clock())
            self._forget(self._sent)
        if self._unsent:
            self._release(one.portion for one in self._unsent)
            self._forget(self._unsent)
        return settled

    def _release(self, portions: Iterable[Portion]) -> None:
        events = [event for portion in portions for event in portion.events]
        self._deliveries.release(self._owner, events)

    def _forget(self, outcomes: list[Outcome]) -> None:
        """Let go of what is no longer leased."""
        for outcome in outcomes:
            self._out.remove(outcome.portion)
            self._count -= len(outcome.portion.events)
        outcomes.clear()


class _Lot:
    """Events leased together.

    Args:
        deliveries: The engine's side.
        owner: Name of the holder.
        limit: At most so many.
    """

    def __init__(self, deliveries: Deliveries, owner: str, limit: int) -> None:
        self._deliveries = deliveries
        self._owner = owner
        self.limit = limit
        self.events: Sequence[LeasedEvent] = ()
        self.leased_until = 0.0
        """Instant of `time.monotonic`."""
        self.is_lost = False
        """Whether events may have been leased that nobody was told of."""

    def lease(self, now: int) -> None:
        """Take events due by then."""
        self.leased_until = time.monotonic() + self._deliveries.policy.lease_seconds
        try:
            self.events = self._deliveries.lease(self._owner, self.limit, now=now)
        except OutcomeUnknown:
            self.is_lost = True
            raise

    def try_to_lease(self, now: int) -> None:
        """Take events, or none where something is wrong: who leases next will meet it too."""
        with suppress(Exception):
            self.lease(now)
