"""How an idle relay learns that there is something to send: it looks, cheaply, or is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.engine.deliveries import Deliveries

SQLITE_LOOK_SECONDS = 0.01
"""A look on SQLite is one index look-up in this process, some 30 microseconds."""

POSTGRES_LOOK_SECONDS = 0.25


class Alarm:
    """Ends the waits of a relay: when told to stop, when woken, or when it is time to look again.

    Args:
        deliveries: Whose database may send notices.
        stop: Set to end the relay.
    """

    def __init__(self, deliveries: Deliveries, stop: threading.Event) -> None:
        self._stop = stop
        self._ended = threading.Event()
        self._bell = threading.Event()
        self._thread: threading.Thread | None = None
        self._look_seconds = SQLITE_LOOK_SECONDS
        if deliveries.on_postgres:
            self._look_seconds = POSTGRES_LOOK_SECONDS
            self._thread = threading.Thread(
                target=deliveries.listen,
                args=(self._ended, self._bell.set),
                name="listen",
                daemon=True,
            )
            self._thread.start()

    def wait(self) -> None:
        """Wait until it is worth looking again."""
        if self._thread is None:
            self._stop.wait(self._look_seconds)
            return
        if not self._stop.is_set():
            self._bell.wait(self._look_seconds)
            self._bell.clear()

    def close(self) -> None:
        """End the listening."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(1.0)
