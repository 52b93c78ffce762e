"""Sends leased events over a few connections at once; must never touch the database.

Whatever was handed in comes back: with what came of sending it, or unsent when that would be
pointless (the platform is down, the lease nearly over, the relay about to end).
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from shopcli.domain.deliveries import LeasedEvent, Sending
from shopcli.domain.events import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shopcli.domain.retry_schedule import Policy, Verdict, judge, requested_delay_seconds
from shopcli.relay.transport import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from shopcli.relay.endpoint import Endpoint

_LEASE_MARGIN_SECONDS = 1.0
_COMPANY_SECONDS = 0.01
_BATCH_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Portion:
    """Events for one request, and the instant of `time.monotonic` when their lease nearly ends."""

    events: list[LeasedEvent]
    lease_end: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a handed-in portion; without a sending it was not sent."""

    portion: Portion
    sending: Sending | None


def attempt_delivery(sender: Sender, events: Sequence[LeasedEvent], deadline: float) -> Sending:
    """Send events once, in one request: one as it is, several as a batch.

    Args:
        sender: The connection.
        events: What to send; their bytes go out as they are.
        deadline: Instant of `time.monotonic` by which it must be over.
    """
    if len(events) == 1:
        message_id, content_type, body = events[0].event_id, CONTENT_TYPE, events[0].body
    else:
        # The same events make the same id, so a batch sent again is known again.
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
    """Threads that send, each with its own connection.

    Args:
        endpoint: Where to.
        clock: The shop's time.
        policy: Deadlines, and when to stop bothering a platform.
        concurrency: How many connections.
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
        self._work: SimpleQueue[Portion | None] = SimpleQueue()
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
        """Whether everything comes back unsent at present."""
        return self._is_halted

    def restart(self) -> None:
        """Send again after a halt."""
        self._is_halted = False
        self._failure_count = 0

    def submit(self, events: Iterable[LeasedEvent], leased_until: float) -> list[Portion]:
        """Hand in events leased until an instant of `time.monotonic`.

        Returns:
            The portions in which they come back.
        """
        lease_end = leased_until - _LEASE_MARGIN_SECONDS
        portions = [Portion(chosen, lease_end) for chosen in self._portions(events)]
        for portion in portions:
            self._work.put(portion)
        return portions

    def outcomes(self, wait_seconds: float, awaited: int = 0) -> list[Outcome]:
        """What has come back, enough to be worth a commit.

        Args:
            wait_seconds: Bound on the wait for the first.
            awaited: How many portions are waited for, a few milliseconds after the first.

        Raises:
            Exception: Whatever a bug in a sending thread raised.
        """
        if self._bug is not None:
            raise self._bug
        found: list[Outcome] = []
        try:
            found.append(self._done.get(timeout=wait_seconds))
            end = time.monotonic() + _COMPANY_SECONDS
            while len(found) < awaited and (left := end - time.monotonic()) > 0:
                found.append(self._done.get(timeout=left))
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            return found

    def halt(self) -> None:
        """Let requests in hand end; everything else comes back unsent."""
        self._is_halted = True

    def close(self) -> None:
        """End the threads once their requests in hand are over."""
        self.halt()
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(self._policy.attempt_seconds + _LEASE_MARGIN_SECONDS)

    def _send_all(self) -> None:
        sender = Sender(self._endpoint, self._clock)
        try:
            while (portion := self._work.get()) is not None:
                self._done.put(Outcome(portion, self._sent(sender, portion)))
        except Exception as error:  # noqa: BLE001  # raised again where somebody sees it
            self._bug = error
        finally:
            sender.close()

    def _portions(self, events: Iterable[LeasedEvent]) -> Iterator[list[LeasedEvent]]:
        """Events grouped for one request each.

        An event that failed before is sent alone, so that it spoils no batch twice.
        """
        portion: list[LeasedEvent] = []
        size = 0
        for event in events:
            if event.failure_count or self._endpoint.batch_size == 1:
                yield [event]
                continue
            size += len(event.body)
            if portion and (len(portion) == self._endpoint.batch_size or size > _BATCH_BYTES_MAX):
                yield portion
                portion, size = [], len(event.body)
            portion.append(event)
        if portion:
            yield portion

    def _sent(self, sender: Sender, portion: Portion) -> Sending | None:
        deadline = time.monotonic() + self._policy.attempt_seconds
        if self._is_halted or deadline > portion.lease_end:
            return None
        sending = attempt_delivery(sender, portion.events, deadline)
        self._learn(sending)
        return sending

    def _learn(self, sending: Sending) -> None:
        """Halt at once when the platform is down: the queue must not be thrown at it."""
        verdict = judge(sending.status)
        if verdict is Verdict.DELIVERED:
            self._failure_count = 0
        elif verdict is not Verdict.REJECTED:
            self._failure_count += 1
            told = requested_delay_seconds(self._policy, sending.status, sending.retry_after_seconds)
            if (
                verdict is not Verdict.TROUBLED
                or told is not None
                or self._failure_count >= self._policy.failures_to_open
            ):
                self._is_halted = True
