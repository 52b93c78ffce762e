"""Sends leased events over several connections; must never touch the database.

Every event submitted is returned: with the result of sending it, or unsent (if the platform is
down, its lease is nearly over, or the relay is about to end).
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from shopcli.domain.deliveries.events import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shopcli.domain.deliveries.retry_schedule import Policy, Verdict, judge, requested_delay_seconds
from shopcli.domain.deliveries.values import LeasedEvent, Sending
from shopcli.relay.transport import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from shopcli.relay.endpoint import Endpoint

_LEASE_MARGIN_SECONDS = 1.0
_GATHER_SECONDS = 0.01
_BATCH_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class EventRequest:
    """Events for one request; not sent if it could end after `lease_end` (`time.monotonic`)."""

    events: list[LeasedEvent]
    lease_end: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a submitted request; `sending` is None if it was not sent."""

    request: EventRequest
    sending: Sending | None


def attempt_delivery(sender: Sender, events: Sequence[LeasedEvent], deadline: float) -> Sending:
    """Send events once, in one request: a single event as it is, several as a batch.

    Args:
        sender: The connection.
        events: The events; their bodies are sent unchanged.
        deadline: Instant of `time.monotonic` by which the attempt must end.
    """
    if len(events) == 1:
        message_id, content_type, body = events[0].event_id, CONTENT_TYPE, events[0].body
    else:
        # The same events always get the same id, so the receiver recognises a repeated batch.
        names = ".".join(event.event_id for event in events)
        message_id = f"batch-{hashlib.sha256(names.encode()).hexdigest()[:32]}"
        content_type = BATCH_CONTENT_TYPE
        body = b"[" + b",".join([event.body for event in events]) + b"]"
    answer = sender.post(message_id, content_type, body, deadline)
    return Sending(
        events=events,
        started_at=answer.sent_at,
        duration_microseconds=answer.duration_microseconds,
        status=answer.status,
        reason=answer.reason,
        answer=answer.text,
        retry_after_seconds=answer.retry_after_seconds,
    )


class Dispatcher:
    """Threads that send requests, each over its own connection.

    Args:
        endpoint: The endpoint to send to.
        clock: The shop's clock.
        policy: Deadlines, and the number of failures after which to halt.
        concurrency: Number of connections.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        clock: Callable[[], datetime],
        policy: Policy,
        concurrency: int,
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._policy = policy
        self._queue: SimpleQueue[EventRequest | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome] = SimpleQueue()
        self._is_halted = False
        self._failure_count = 0
        self._bug: Exception | None = None
        self._threads = [
            threading.Thread(target=self._send_all, name=f"sender-{number}", daemon=True)
            for number in range(concurrency)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_halted(self) -> bool:
        """Whether all requests are returned unsent at present."""
        return self._is_halted

    def restart(self) -> None:
        """Send again after a halt."""
        self._is_halted = False
        self._failure_count = 0

    def submit(self, events: Iterable[LeasedEvent], leased_until: float) -> list[EventRequest]:
        """Queue events that are leased until an instant of `time.monotonic`.

        Returns:
            The requests that they are sent in.
        """
        lease_end = leased_until - _LEASE_MARGIN_SECONDS
        requests = [EventRequest(chosen, lease_end) for chosen in self._grouped(events)]
        for request in requests:
            self._queue.put(request)
        return requests

    def outcomes(self, wait_seconds: float, awaited: int = 0) -> list[Outcome]:
        """Return the results that are ready, if possible enough for a commit to be worth it.

        Args:
            wait_seconds: Longest wait for the first result.
            awaited: Number of results to wait for, a few milliseconds after the first.

        Raises:
            Exception: An exception that ended a sending thread.
        """
        if self._bug is not None:
            raise self._bug
        found: list[Outcome] = []
        try:
            found.append(self._done.get(timeout=wait_seconds))
            end = time.monotonic() + _GATHER_SECONDS
            while len(found) < awaited and (left := end - time.monotonic()) > 0:
                found.append(self._done.get(timeout=left))
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            return found

    def halt(self) -> None:
        """Finish the requests in flight; return all others unsent."""
        self._is_halted = True

    def close(self) -> None:
        """End the threads after the requests in flight."""
        self.halt()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(self._policy.attempt_seconds + _LEASE_MARGIN_SECONDS)

    def _send_all(self) -> None:
        sender = Sender(self._endpoint, self._clock)
        try:
            while (request := self._queue.get()) is not None:
                self._done.put(Outcome(request, self._sent(sender, request)))
        except Exception as error:  # noqa: BLE001  # raised again by `outcomes`
            self._bug = error
        finally:
            sender.close()

    def _grouped(self, events: Iterable[LeasedEvent]) -> Iterator[list[LeasedEvent]]:
        """Group events into requests.

        An event that failed before is sent alone, so that it does not fail another batch.
        """
        request: list[LeasedEvent] = []
        size = 0
        for event in events:
            if event.failure_count or self._endpoint.batch_size == 1:
                yield [event]
                continue
            size += len(event.body)
            if request and (len(request) == self._endpoint.batch_size or size > _BATCH_BYTES_MAX):
                yield request
                request, size = [], len(event.body)
            request.append(event)
        if request:
            yield request

    def _sent(self, sender: Sender, request: EventRequest) -> Sending | None:
        deadline = time.monotonic() + self._policy.attempt_seconds
        if self._is_halted or deadline > request.lease_end:
            return None
        sending = attempt_delivery(sender, request.events, deadline)
        self._learn(sending)
        return sending

    def _learn(self, sending: Sending) -> None:
        """Halt at once if the platform is down, so that the queue is not sent to it."""
        verdict = judge(sending.status)
        if verdict is Verdict.DELIVERED:
            self._failure_count = 0
        elif verdict is not Verdict.REJECTED:
            self._failure_count += 1
            requested = requested_delay_seconds(
                self._policy, sending.status, sending.retry_after_seconds
            )
            if (
                verdict is not Verdict.TROUBLED
                or requested is not None
                or self._failure_count >= self._policy.failures_to_open
            ):
                self._is_halted = True
