"""Delivers an order's events right after its commit, within the grace period; never fails.

The order is already committed. On any error its events stay pending, and the next flush or relay
sends them.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from shopcli.domain.errors import InvalidInput, NotAllowed
from shopcli.relay.environment import URL_VARIABLE, variables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopcli.engine import Deliveries, Shop
    from shopcli.relay.endpoint import Endpoint

_LEASE_MARGIN_SECONDS = 3.0
_LEAST_SECONDS = 0.05

_log = logging.getLogger(__name__)


def deliver_after(
    shop: Shop,
    order_id: str,
    *,
    environment: Mapping[str, str] | None = None,
    remark: Callable[[str], None] | None = None,
) -> bool:
    """Send the pending events of an order, unless a relay runs or the endpoint backs off.

    Args:
        shop: The shop of the order.
        order_id: The order just placed or cancelled.
        environment: Variables with the endpoint and its secrets; by default this process's.
        remark: Called with a sentence if the configuration of the endpoint is invalid, or the login
            of the database may not send.

    Returns:
        Whether any event was delivered.
    """
    try:
        if not _is_configured(shop, environment):
            return False
        # Imported here: many shops have no platform.
        from shopcli.relay.endpoint import find_endpoint

        endpoint = find_endpoint(shop, environment)
        return endpoint is not None and _deliver(shop, order_id, endpoint)
    except InvalidInput as error:
        if remark is not None:
            remark(f"Its event waits: {error.message}")
        return False
    except NotAllowed:
        if remark is not None:
            remark("Its event waits for a relay: this login may not send it.")
        return False
    except Exception as error:  # noqa: BLE001  # a failed delivery must not fail the order
        _log.debug("not delivered: %s", type(error).__name__)
        return False


def _is_configured(shop: Shop, environment: Mapping[str, str] | None) -> bool:
    return bool(variables_of(environment).get(URL_VARIABLE) or shop.settings().get("platform.url"))


def _deliver(shop: Shop, order_id: str, endpoint: Endpoint) -> bool:
    deadline = time.monotonic() + endpoint.grace_seconds
    deliveries = shop.outbox.deliveries
    # Imported here, as above.
    from shopcli.relay.leadership import relay_runs

    if relay_runs(deliveries, shop.url):
        deliveries.wake()
        return False
    if not _may_try(deliveries, endpoint.url):
        return False
    return _send(shop, deliveries, order_id, endpoint, deadline)


def _may_try(deliveries: Deliveries, url: str) -> bool:
    state, now = deliveries.endpoint(url), deliveries.now()
    if deliveries.is_paused(state, now):
        return False
    return state.breaker == "closed" or deliveries.take_probe(url, now)


def _send(
    shop: Shop, deliveries: Deliveries, order_id: str, endpoint: Endpoint, deadline: float
) -> bool:
    # Imported here: only now is HTTP needed.
    from shopcli.relay.dispatcher import attempt_delivery
    from shopcli.relay.transport import Sender

    owner = deliveries.new_owner()
    sender = Sender(endpoint, shop.now)
    delivered = 0
    try:
        while (seconds := deadline - time.monotonic()) > _LEAST_SECONDS:
            events = deliveries.lease(
                owner, 1, order_id=order_id, lease_seconds=seconds + _LEASE_MARGIN_SECONDS
            )
            if not events:
                break
            sending = attempt_delivery(sender, events, deadline)
            settled = deliveries.settle(owner, [sending], endpoint.url)
            if not settled.delivered:
                break
            delivered += 1
    except BaseException as ended:
        if not isinstance(ended, Exception):  # Ctrl-C, SIGTERM: nobody else would send for a while
            with suppress(Exception):  # otherwise the lease expires
                deliveries.give_back(owner)
        raise
    finally:
        sender.close()
    return delivered > 0
