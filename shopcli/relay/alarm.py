"""How an idle relay learns that there is something to send: it looks, cheaply, or is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.engine import Deliveries

SQLITE_LOOK_SECONDS = 0.01
"""A look on SQLite is one index look-up in this process, some 30 microseconds."""

POSTGRES_LOOK_SECONDS = 0.25

AFTER_NOTICE_LOOK_SECONDS = (0.01, 0.01, 0.01, 0.02, 0.04, 0.08, 0.16)
"""After a notice a relay looks soon again: in a burst, not each commit sends one."""


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
        self._looks_left = list[float]()
        if deliveries.on_postgres:
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
            self._stop.wait(SQLITE_LOOK_SECONDS)
            return
        if self._stop.is_set():
            return
        seconds = self._looks_left.pop(0) if self._looks_left else POSTGRES_LOOK_SECONDS
        if self._bell.wait(seconds):
            self._bell.clear()
            self._looks_left = list(AFTER_NOTICE_LOOK_SECONDS)

    def close(self) -> None:
        """End the listening."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(1.0)
