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


class Waker:
    """Wakes relays that listen, as long as there are any.

    Args:
        runtime: Of the open shop.
    """

    __slots__ = ("_look_again_at", "_quiet_until", "_relay_lives", "_runtime")

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._relay_lives = False
        self._look_again_at = self._quiet_until = 0.0

    def wake(self) -> None:
        """Send a notice if a relay's heartbeat was fresh within the last second.

        Threads may share this; at worst two of them look at the same time.
        """
        now = time.monotonic()
        if now < self._quiet_until:
            return
        # Imported here: an order on SQLite, or at the prompt, needs nothing of deliveries.
        from shopcli.engine.deliveries import Deliveries

        deliveries = Deliveries(self._runtime)
        self._quiet_until = now + NOTICE_SECONDS
        try:
            if now >= self._look_again_at:
                self._look_again_at = now + LOOK_SECONDS
                self._relay_lives = bool(deliveries.live_relays())
            if self._relay_lives:
                deliveries.wake()
            else:
                self._quiet_until = self._look_again_at
        except Exception as error:  # noqa: BLE001  # what comes after an answer cannot change it
            from logging import getLogger  # only after a failure

            getLogger(__name__).debug("not woken: %s", type(error).__name__)
            # The order is committed; a relay that hears nothing looks four times a second.
            return


def waker(runtime: Runtime) -> Waker | None:
    """A waker where orders have nobody else to wake a relay for them, else None."""
    needs_one = runtime.origin.channel == CHANNEL and runtime.database.dialect == "postgres"
    return Waker(runtime) if needs_one else None
