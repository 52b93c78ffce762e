"""The relay that stays: leads or shares, sends as events come, survives what happens around it.

On SQLite one relay a file leads and the others stand by; on Postgres any number share the work.
A database or platform that is away is waited for; only being told ends the watch.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shopcli.domain.deliveries import EndpointState
from shopcli.domain.errors import InvalidInput, OutcomeUnknown, TryLater
from shopcli.engine import HEARTBEAT_SECONDS
from shopcli.relay.alarm import Alarm
from shopcli.relay.leadership import leader_lock
from shopcli.relay.leases import FAR_FUTURE, Work
from shopcli.relay.monotonic_clock import SteadyClock

if TYPE_CHECKING:
    from filelock import FileLock

    from shopcli.domain.deliveries import Settled
    from shopcli.relay.endpoint import Endpoint
    from shopcli.relay.relay import Relay

STAND_BY_SECONDS = 0.2
_UPKEEP_SECONDS = 1.0
_SETTLE_WAIT_SECONDS = 0.05
_TROUBLE_SECONDS = 1.0


class Watch:
    """One run of `shop outbox relay`.

    Args:
        relay: What to send with.
        stop: Set from a signal handler or another thread to end it.
        report: Told in a sentence when something changes: leading, endpoint, breaker, trouble.
        on_settled: Told what each step delivered.
    """

    def __init__(
        self,
        relay: Relay,
        stop: threading.Event,
        *,
        report: Callable[[str], None],
        on_settled: Callable[[Settled], None] | None = None,
    ) -> None:
        self._relay = relay
        self._deliveries = relay.deliveries
        self._stop = stop
        self._report = report
        self._on_settled = on_settled
        self._clock = SteadyClock(relay.deliveries.now)
        self._id = relay.deliveries.new_owner()
        self._work: Work | None = None
        self._endpoint: Endpoint | None = None
        self._lot = 0
        self._state = EndpointState()
        self._said = ""
        self._next_upkeep = 0.0
        self._next_beat = 0.0

    def run(self) -> None:
        """Send until told to stop; then finish what is in hand and give back the rest."""
        lock = self._take_the_lead()
        if self._stop.is_set():
            return
        alarm = Alarm(self._deliveries, self._stop)
        try:
            while not self._stop.is_set():
                if not self._guarded(self._step):
                    alarm.wait()
        finally:
            alarm.close()
            self._guarded(self._end)
            if lock is not None:
                lock.release()

    def _take_the_lead(self) -> FileLock | None:
        """On SQLite wait for the lock, then free what a dead leader held."""
        if self._deliveries.on_postgres:
            return None
        lock = leader_lock(self._relay.shop.url)
        while not self._try_lock(lock):
            self._say("standing by: another relay leads")
            if self._stop.wait(STAND_BY_SECONDS):
                return None
        while not self._guarded(self._lead):
            if self._stop.wait(STAND_BY_SECONDS):
                break
        return lock

    def _try_lock(self, lock: FileLock) -> bool:
        # Imported here: only relays lead.
        from filelock import Timeout

        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    def _lead(self) -> bool:
        freed = self._deliveries.lead(self._id)
        self._say(f"leading; events freed: {freed}" if freed else "leading")
        return True

    def _step(self) -> bool:
        """One turn; whether there was anything to do."""
        now = time.monotonic()
        if now >= self._next_upkeep:
            self._keep_up()
            self._next_upkeep = now + _UPKEEP_SECONDS
        work = self._work
        if work is None:
            return False
        work.recover()
        taken = self._take(work)
        if not work.count:
            return taken > 0
        keep = self._lot if self._state.breaker == "closed" else 0
        settled = work.settle(_SETTLE_WAIT_SECONDS, keep=keep)
        if settled is not None:
            self._learn(work, settled)
        return True

    def _take(self, work: Work) -> int:
        now = self._clock()
        if self._state.breaker == "closed":
            if work.count * 2 >= self._lot or not (work.count or self._deliveries.has_due(now)):
                return 0
            return work.take(self._lot - work.count)
        if work.count or self._deliveries.is_paused(self._state, now):
            return 0
        # One event tells whether the platform is back, even one whose own turn has not come.
        if not self._deliveries.has_due(FAR_FUTURE):
            return 0
        if not self._deliveries.take_probe(self._endpoint_url(), now):
            self._state = self._deliveries.endpoint(self._endpoint_url())
            return 0
        return work.take(1, due_by=FAR_FUTURE)

    def _learn(self, work: Work, settled: Settled) -> None:
        self._set_state(settled.endpoint)
        if settled.endpoint.breaker != "closed":
            work.halt()
        if self._on_settled:
            self._on_settled(settled)

    def _keep_up(self) -> None:
        """What need not be done at every turn: heartbeat, lost leases, endpoint, breaker."""
        if time.monotonic() >= self._next_beat:
            self._deliveries.beat(self._id)
            self._next_beat = time.monotonic() + HEARTBEAT_SECONDS
        self._deliveries.free_expired()
        self._follow(self._relay.endpoint())
        if self._endpoint is not None:
            self._set_state(self._deliveries.endpoint(self._endpoint.url))

    def _follow(self, endpoint: Endpoint | None) -> None:
        """Send to the endpoint now in force."""
        if endpoint == self._endpoint and (self._work is not None or endpoint is None):
            if endpoint is None:
                self._say("no endpoint: events stay pending")
            return
        work, self._work = self._work, None
        if work is not None:
            work.finish()
        self._endpoint = endpoint
        if endpoint is not None:
            self._work = self._relay.work(endpoint, self._id, self._clock)
            self._lot = self._relay.lot(endpoint)
            self._say(f"sending to {endpoint.shown}")

    def _set_state(self, state: EndpointState) -> None:
        if state.breaker != self._state.breaker:
            told = {
                "closed": "the platform answers again",
                "open": f"the platform is in trouble ({state.last_error}); probing",
                "stopped": "the platform wants no more events; `shop outbox resume` starts again",
            }
            self._say(told[state.breaker])
        self._state = state

    def _endpoint_url(self) -> str:
        return self._endpoint.url if self._endpoint else ""

    def _guarded(self, step: Callable[[], bool]) -> bool:
        """Run a step; what passes by itself is reported and waited for, never fatal."""
        try:
            return step()
        except (TryLater, OutcomeUnknown) as error:
            self._say(f"waiting: {error.message}")
        except InvalidInput as error:
            self._say(f"not sending: {error.message}")
        self._stop.wait(_TROUBLE_SECONDS)
        return False

    def _end(self) -> bool:
        work, self._work = self._work, None
        if work is not None:
            settled = work.finish()
            if settled is not None and self._on_settled:
                self._on_settled(settled)
        self._deliveries.sign_off(self._id)
        self._say("ended")
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._report(sentence)
