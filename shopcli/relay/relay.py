"""Delivers due events: lease, send, settle; each step is committed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopcli.domain.deliveries.values import HELD
from shopcli.domain.records import Flush, OutboxStatus
from shopcli.relay.endpoint import Endpoint, find_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shopcli.domain.deliveries.retry_schedule import Policy
    from shopcli.domain.deliveries.values import EndpointState, Settled
    from shopcli.engine import Deliveries, Shop
    from shopcli.relay.leases import Leases

BATCH = 200
REQUESTS = 20
CONCURRENCY = 4

_WAIT_SECONDS = 0.05


class Relay:
    """Delivers a shop's events to its platform.

    Args:
        shop: An open shop.
        environment: Variables with the endpoint and its secrets; by default this process's.
        policy: Delays and limits of delivery.
        batch: Most events leased at a time; by default 200, or the events of 20 requests if that
            is more.
        concurrency: Number of connections.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        environment: Mapping[str, str] | None = None,
        policy: Policy | None = None,
        batch: int | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self.shop = shop
        self.outbox = shop.outbox
        self.deliveries: Deliveries = self.outbox.deliveries
        if policy is not None:
            self.deliveries.policy = policy
        self.batch = batch
        self.concurrency = concurrency
        self.failure: str | None = None
        """Why the last send of the latest flush that failed did so; None if none failed."""
        self.held: str | None = None
        """Why deliveries were held at the end of the latest flush; None if they were not."""
        self._environment = environment

    def endpoint(self) -> Endpoint | None:
        """The endpoint in force, if any.

        Raises:
            InvalidInput: The address, a secret or a setting cannot be used.
        """
        return find_endpoint(self.shop, self._environment)

    def status(self) -> OutboxStatus:
        """Summary of deliveries, with the endpoint in force."""
        endpoint = self.endpoint()
        if endpoint is None:
            return self.outbox.status()
        return replace(self.outbox.status(endpoint.url), endpoint=endpoint.shown)

    def endpoint_failure(self) -> str | None:
        """Why the endpoint in force is stopped or in back-off; None if it is neither.

        Raises:
            InvalidInput: The address, a secret or a setting cannot be used.
        """
        endpoint = self.endpoint()
        return None if endpoint is None else self.deliveries.endpoint(endpoint.url).last_error

    def is_awaited(self, status: OutboxStatus) -> bool:
        """Whether anybody waits for the events: there is an endpoint, or was one earlier.

        Args:
            status: The status, as `status` returned it.
        """
        return status.endpoint is not None or self.deliveries.had_endpoint()

    def flush(self, progress: Callable[[int, int], None] | None = None) -> Flush:
        """Send all events that are due; stop early if the platform is down, or they are held.

        Args:
            progress: Called after each step with the numbers of events sent and failed so far.

        Raises:
            InvalidInput: The address, a secret or a setting cannot be used.
            ReadOnly: The shop is retired; where it has moved to sends its events.
        """
        self.deliveries.refuse_retired()
        endpoint = self.endpoint()
        sent = failed = 0
        self.failure = None
        for settled in self._steps(endpoint) if endpoint else ():
            sent += settled.delivered
            failed += settled.failed
            self.failure = settled.failure or self.failure
            if progress:
                progress(sent, failed)
        status = self.outbox.status()
        self.held = status.held
        return Flush(sent=sent, failed=failed, pending=status.pending + status.leased)

    def lease_size(self, endpoint: Endpoint) -> int:
        """Most events to lease at a time."""
        return self.batch or max(BATCH, REQUESTS * endpoint.batch_size)

    def leases(self, endpoint: Endpoint, owner: str, clock: Callable[[], int]) -> Leases:
        """Make the connections to an endpoint and the leases of one owner.

        Args:
            endpoint: The endpoint to send to.
            owner: Name of the owner of the leases.
            clock: Returns the time in microseconds.
        """
        # Imported here: HTTP is needed only if there is something to send.
        from shopcli.relay.dispatcher import Dispatcher
        from shopcli.relay.leases import Leases

        policy = self.deliveries.policy
        dispatcher = Dispatcher(endpoint, self.shop.now, policy, self.concurrency)
        return Leases(self.deliveries, dispatcher, endpoint.url, owner, clock)

    def _steps(self, endpoint: Endpoint) -> Iterator[Settled]:
        deliveries = self.deliveries
        deliveries.free_expired()
        state = deliveries.endpoint(endpoint.url)
        if state.breaker in {"stopped", HELD} or not deliveries.has_due(deliveries.now()):
            return
        deliveries.correct_statistics()
        leases = self.leases(endpoint, deliveries.new_owner(), deliveries.now)
        try:
            yield from self._until_nothing_is_due(leases, state, self.lease_size(endpoint))
        finally:
            leases.finish()

    def _until_nothing_is_due(
        self, leases: Leases, state: EndpointState, lease_size: int
    ) -> Iterator[Settled]:
        limit = 1 if state.breaker == "open" else lease_size
        may_take = True
        while True:
            if may_take and leases.count * 2 < limit:
                may_take = leases.take(limit - leases.count) > 0
            if not leases.count:
                return
            settled = leases.settle(_WAIT_SECONDS, keep=limit if may_take and limit > 1 else 0)
            if settled is None:
                continue
            yield settled
            if settled.endpoint.breaker == "closed":
                # Later events of the same orders may be due now.
                may_take, limit = True, lease_size
            else:
                may_take, limit = False, 1
                leases.halt()
