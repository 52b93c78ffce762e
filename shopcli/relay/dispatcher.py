"""Sends leased events over a few connections at once; must never touch the database.

Whatever was handed in comes back: as an attempt, or unsent when sending it would be pointless (the
platform is down, the lease nearly over, the relay about to end).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from shopcli.domain.deliveries import Attempt, LeasedEvent
from shopcli.domain.events import CONTENT_TYPE
from shopcli.domain.retry_schedule import Policy, Verdict, judge, told_delay_seconds
from shopcli.relay.transport import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from shopcli.relay.endpoint import Endpoint

_LEASE_MARGIN_SECONDS = 1.0
_COMPANY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a handed-in event; without an attempt it was not sent."""

    event: LeasedEvent
    attempt: Attempt | None


def attempt_delivery(sender: Sender, event: LeasedEvent, deadline: float) -> Attempt:
    """Send one event once.

    Args:
        sender: The connection.
        event: What to send; its bytes go out as they are.
        deadline: Instant of `time.monotonic` by which it must be over.
    """
    answer = sender.post(event.event_id, CONTENT_TYPE, event.body, deadline)
    return Attempt(
        event=event,
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
        self._work: SimpleQueue[tuple[LeasedEvent, float] | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome] = SimpleQueue()
        self._is_halted = False
        self._failure_count = 0
        self._threads = [
            threading.Thread(target=self._send_all, name=f"sender-{number}", daemon=True)
            for number in range(concurrency)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, events: Iterable[LeasedEvent], lease_seconds: float) -> None:
        """Hand in events just leased; begins anew after a halt."""
        self._is_halted = False
        lease_end = time.monotonic() + lease_seconds - _LEASE_MARGIN_SECONDS
        for event in events:
            self._work.put((event, lease_end))

    def outcomes(self, wait_seconds: float, awaited: int = 0) -> list[Outcome]:
        """What has come back, in portions worth a commit.

        Args:
            wait_seconds: Bound on the wait for the first.
            awaited: How many are out: their company is waited for, a few milliseconds.
        """
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
        while (item := self._work.get()) is not None:
            event, lease_end = item
            deadline = time.monotonic() + self._policy.attempt_seconds
            if self._is_halted or deadline > lease_end:
                self._done.put(Outcome(event, None))
                continue
            attempt = attempt_delivery(sender, event, deadline)
            self._learn(attempt)
            self._done.put(Outcome(event, attempt))
        sender.close()

    def _learn(self, attempt: Attempt) -> None:
        """Halt at once when the platform is down: the queue must not be thrown at it."""
        verdict = judge(attempt.status)
        if verdict is Verdict.DELIVERED:
            self._failure_count = 0
        elif verdict is not Verdict.REJECTED:
            self._failure_count += 1
            told = told_delay_seconds(self._policy, attempt.status, attempt.retry_after_seconds)
            if (
                verdict is not Verdict.TROUBLED
                or told is not None
                or self._failure_count >= self._policy.failures_to_open
            ):
                self._is_halted = True
