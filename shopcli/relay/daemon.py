"""The relay as a daemon: sends events as they come, and waits out outages.

On SQLite one relay leads and the others stand by; on Postgres any number share the events. The
daemon waits for a database or platform that is down, and runs until it is told to stop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shopcli.domain.deliveries.values import HELD, EndpointState
from shopcli.domain.errors import InvalidInput, OutcomeUnknown, ReadOnly, TryLater
from shopcli.engine import HEARTBEAT_SECONDS
from shopcli.relay.alarm import Alarm
from shopcli.relay.leadership import is_leader, leader_lock
from shopcli.relay.leases import FAR_FUTURE, Leases
from shopcli.relay.monotonic_clock import SteadyClock

if TYPE_CHECKING:
    from filelock import FileLock

    from shopcli.domain.deliveries.values import Settled
    from shopcli.relay.endpoint import Endpoint
    from shopcli.relay.relay import Relay

STAND_BY_SECONDS = 0.2
_UPKEEP_SECONDS = 1.0
_SETTLE_WAIT_SECONDS = 0.05
_TROUBLE_SECONDS = 1.0


class RelayDaemon:
    """One run of `shop outbox relay`.

    Args:
        relay: What to send with.
        stop: Set by a signal handler or another thread to end the run.
        report: Called with a sentence when something changes: leading, endpoint, breaker, errors.
        on_settled: Called with the result of each step.
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
        self._leases: Leases | None = None
        self._endpoint: Endpoint | None = None
        self._lease_size = 0
        self._state = EndpointState()
        self._said = ""
        self._next_upkeep = 0.0
        self._next_beat = 0.0

    def run(self) -> None:
        """Send until `stop` is set; then finish the requests in flight and release the rest."""
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
        """On SQLite, wait for the lock, then free the leases of a leader that died."""
        if self._deliveries.on_postgres:
            return None
        lock = leader_lock(self._relay.shop.url)
        while not is_leader(lock):
            self._say("standing by: another relay leads")
            if self._stop.wait(STAND_BY_SECONDS):
                return None
        while not self._guarded(self._lead):
            if self._stop.wait(STAND_BY_SECONDS):
                break
        return lock

    def _lead(self) -> bool:
        freed = self._deliveries.lead(self._id)
        self._say(f"leading; events freed: {freed}" if freed else "leading")
        return True

    def _step(self) -> bool:
        """Do one turn; return whether there was anything to do."""
        now = time.monotonic()
        if now >= self._next_upkeep:
            self._keep_up()
            self._next_upkeep = now + _UPKEEP_SECONDS
        leases = self._leases
        if leases is None:
            return False
        leases.recover()
        taken = self._take(leases)
        if not leases.count:
            return taken > 0
        keep = self._lease_size if self._state.breaker == "closed" else 0
        settled = leases.settle(_SETTLE_WAIT_SECONDS, keep=keep)
        if settled is not None:
            self._learn(leases, settled)
        return True

    def _take(self, leases: Leases) -> int:
        now = self._clock()
        if self._state.breaker == "closed":
            if leases.count * 2 >= self._lease_size or not (
                leases.count or self._deliveries.has_due(now)
            ):
                return 0
            return leases.take(self._lease_size - leases.count)
        if leases.count or self._deliveries.is_paused(self._state, now):
            return 0
        # The probe is any one event, even one that is not due yet.
        if not self._deliveries.has_due(FAR_FUTURE):
            return 0
        if not self._deliveries.take_probe(self._endpoint_url(), now):
            self._state = self._deliveries.endpoint(self._endpoint_url())
            return 0
        return leases.take(1, due_by=FAR_FUTURE)

    def _learn(self, leases: Leases, settled: Settled) -> None:
        if self._state.breaker != HELD:  # a hold is not ended by an answer to what was sent before
            self._set_state(settled.endpoint)
        if self._state.breaker != "closed":
            leases.halt()
        if self._on_settled:
            self._on_settled(settled)

    def _keep_up(self) -> None:
        """Do what not every turn needs: heartbeat, expired leases, endpoint, breaker."""
        if time.monotonic() >= self._next_beat:
            self._deliveries.beat(self._id)
            self._next_beat = time.monotonic() + HEARTBEAT_SECONDS
        self._deliveries.free_expired()
        self._follow(self._relay.endpoint())
        if self._endpoint is not None:
            self._set_state(self._deliveries.endpoint(self._endpoint.url))
        if self._state.breaker == HELD and self._leases is not None:
            self._leases.halt()

    def _follow(self, endpoint: Endpoint | None) -> None:
        """Change to the endpoint now in force."""
        if endpoint == self._endpoint and (self._leases is not None or endpoint is None):
            if endpoint is None:
                self._say("no endpoint: events stay pending")
            return
        leases, self._leases = self._leases, None
        if leases is not None:
            leases.finish()
        self._endpoint = endpoint
        if endpoint is not None:
            self._leases = self._relay.leases(endpoint, self._id, self._clock)
            self._lease_size = self._relay.lease_size(endpoint)
            self._say(f"sending to {endpoint.shown}")

    def _set_state(self, state: EndpointState) -> None:
        if state.breaker != self._state.breaker:
            was_held = self._state.breaker == HELD
            sentences = {
                HELD: f"deliveries are held ({state.last_error}); `shop outbox resume` ends that",
                "closed": "deliveries go on" if was_held else "the platform answers again",
                "open": f"the platform is in trouble ({state.last_error}); probing",
                "stopped": "the platform wants no more events; `shop outbox resume` starts again",
            }
            self._say(sentences[state.breaker])
        self._state = state

    def _endpoint_url(self) -> str:
        return self._endpoint.url if self._endpoint else ""

    def _guarded(self, step: Callable[[], bool]) -> bool:
        """Run a step; report errors that pass by themselves, and wait a moment."""
        try:
            return step()
        except (TryLater, OutcomeUnknown) as error:
            self._say(f"waiting: {error.message}")
        except InvalidInput as error:
            self._say(f"not sending: {error.message}")
        except ReadOnly as error:
            if error.details.get("reason") != "retired":
                raise
            # Should its move fail, it will be taken back.
            self._say(f"not sending: {error.message}")
        self._stop.wait(_TROUBLE_SECONDS)
        return False

    def _end(self) -> bool:
        leases, self._leases = self._leases, None
        if leases is not None:
            settled = leases.finish()
            if settled is not None and self._on_settled:
                self._on_settled(settled)
        self._deliveries.sign_off(self._id)
        self._say("ended")
        return True

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._report(sentence)
