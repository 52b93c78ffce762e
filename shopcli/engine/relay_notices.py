"""Notifies listening relays after a commit that there are events to send; never fails an order.

For programs that embed the shop on Postgres. Commands and the storefront send their events, or
notify, after they have shown the result; on SQLite relays poll often enough.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime

CHANNEL = "api"
LOOK_SECONDS = 1.0
"""How long the answer to "is a relay running?" is cached; if none is, orders cost no round trip."""

NOTICE_SECONDS = 0.02
"""Shortest time between two notices: each costs a round trip, a quarter of an order (measured). A
relay polls more often after a notice, so it also finds what is committed in between."""


def send(runtime: Runtime) -> None:
    """Send a notice if a relay was found running within the last second.

    Threads share the cached answer without a lock: at worst two of them ask at once.

    Args:
        runtime: The runtime that has just committed an event.
    """
    if not are_needed(runtime):
        return
    now, known = time.monotonic(), runtime.known_relays
    if now < known.quiet_until:
        return
    # Imported here: an order on SQLite, or at the prompt, needs nothing of deliveries.
    from shopcli.engine.use_cases.deliveries import Deliveries

    deliveries = Deliveries(runtime)
    known.quiet_until = now + NOTICE_SECONDS
    try:
        if now >= known.look_again_at:
            known.look_again_at = now + LOOK_SECONDS
            known.one_lives = bool(deliveries.live_relays())
        if known.one_lives:
            deliveries.wake()
        else:
            known.quiet_until = known.look_again_at
    except Exception as error:  # noqa: BLE001  # the order is committed and must be returned
        from logging import getLogger  # only after a failure

        getLogger(__name__).debug("not woken: %s", type(error).__name__)
        # Without a notice a relay finds the event by polling, four times a second.
        return


def are_needed(runtime: Runtime) -> bool:
    """Whether notices are this module's task: only for embedding programs, on Postgres."""
    return runtime.origin.channel == CHANNEL and runtime.database.dialect == "postgres"
