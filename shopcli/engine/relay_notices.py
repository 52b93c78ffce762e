"""Tells a relay, after a commit, that there is something to send; must never fail or hold an order.

For programs that embed the shop on Postgres. Commands and the storefront deliver, or wake, after
their answer is out; on SQLite a relay looks often enough by itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.engine.runtime import Runtime

CHANNEL = "api"
LOOK_SECONDS = 1.0
"""How long it is remembered whether a relay lives: without one, an order costs no round trip."""

NOTICE_SECONDS = 0.02
"""Least time between two notices: each costs a round trip, a quarter of an order (measured). What
is committed between them is found all the same, as a relay looks more often after a notice."""


def send(runtime: Runtime) -> None:
    """Send a notice if a relay's heartbeat was fresh within the last second.

    At worst two threads look at the same time.

    Args:
        runtime: Of whoever has just committed an event.
    """
    if not are_needed(runtime):
        return
    now, known = time.monotonic(), runtime.known_relays
    if now < known.quiet_until:
        return
    # Imported here: an order on SQLite, or at the prompt, needs nothing of deliveries.
    from shopcli.engine.deliveries import Deliveries

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
    except Exception as error:  # noqa: BLE001  # what comes after an answer cannot change it
        from logging import getLogger  # only after a failure

        getLogger(__name__).debug("not woken: %s", type(error).__name__)
        # The order is committed; a relay that hears nothing looks four times a second.
        return


def are_needed(runtime: Runtime) -> bool:
    """Whether orders have nobody else who tells a relay of them."""
    return runtime.origin.channel == CHANNEL and runtime.database.dialect == "postgres"
