"""One holder's events: leased, out to be sent, settled or given back; the dispatcher sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopcli.domain.deliveries import Attempt, LeasedEvent, Settled
    from shopcli.engine.deliveries import Deliveries
    from shopcli.relay.dispatcher import Dispatcher, Outcome

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
        self._out: dict[tuple[str, int], LeasedEvent] = {}
        self._attempts: list[Attempt] = []
        self._unsent: list[LeasedEvent] = []

    @property
    def count(self) -> int:
        """How many events are leased."""
        return len(self._out)

    def take(self, limit: int, *, due_by: int | None = None) -> int:
        """Lease events due now, or by a later instant, and have them sent; how many."""
        if self._attempts or self._unsent:
            # What could not be booked comes first: its lease may be over, and taken again here.
            return 0
        if self._dispatcher.is_halted:
            if self._out:
                return 0
            self._dispatcher.restart()
        now = self._clock() if due_by is None else due_by
        events = self._deliveries.lease(self._owner, limit, now=now)
        self._out.update((_name(event), event) for event in events)
        self._dispatcher.submit(events, self._deliveries.policy.lease_seconds)
        return len(events)

    def halt(self) -> None:
        """Let requests in hand end; everything else comes back unsent."""
        self._dispatcher.halt()

    def settle(self, wait_seconds: float) -> Settled | None:
        """Book what came back and give back what was not sent; None if nothing came back.

        Fails without losing track: what could not be booked is booked at the next call.
        """
        return self._book(self._dispatcher.outcomes(wait_seconds, len(self._out)))

    def finish(self) -> Settled | None:
        """Let requests in hand end, book them, and give everything else back."""
        self._dispatcher.close()
        settled = self._book(self._dispatcher.outcomes(0))
        self._deliveries.release(self._owner, tuple(self._out.values()))
        self._out.clear()
        return settled

    def _book(self, outcomes: list[Outcome]) -> Settled | None:
        self._attempts += [one.attempt for one in outcomes if one.attempt is not None]
        self._unsent += [one.event for one in outcomes if one.attempt is None]
        settled = None
        if self._attempts:
            settled = self._deliveries.settle(
                self._owner, self._attempts, self._url, now=self._clock()
            )
            for attempt in self._attempts:
                del self._out[_name(attempt.event)]
            self._attempts = []
        if self._unsent:
            self._deliveries.release(self._owner, self._unsent)
            for event in self._unsent:
                del self._out[_name(event)]
            self._unsent = []
        return settled


def _name(event: LeasedEvent) -> tuple[str, int]:
    return event.event_id, event.attempt_number
