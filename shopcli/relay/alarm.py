"""Wakes an idle relay: by polling, and on Postgres also by notifications."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shopcli.engine import Deliveries

SQLITE_POLL_SECONDS = 0.01
"""A poll on SQLite is one index look-up in this process, about 30 microseconds."""

POSTGRES_POLL_SECONDS = 0.25

AFTER_NOTICE_POLL_SECONDS = (0.01, 0.01, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Polls after a notification: in a burst, not every commit sends one."""


class Alarm:
    """Ends the waits of an idle relay: to stop, after a notification, or to poll.

    Args:
        deliveries: Deliveries of the shop, whose database may send notifications.
        stop: Set to end the relay.
    """

    def __init__(self, deliveries: Deliveries, stop: threading.Event) -> None:
        self._stop = stop
        self._ended = threading.Event()
        self._is_notified = threading.Event()
        self._thread: threading.Thread | None = None
        self._poll_seconds_left = list[float]()
        if deliveries.on_postgres:
            self._thread = threading.Thread(
                target=deliveries.listen,
                args=(self._ended, self._is_notified.set),
                name="listen",
                daemon=True,
            )
            self._thread.start()

    def wait(self) -> None:
        """Wait until the relay should look for events again."""
        if self._thread is None:
            self._stop.wait(SQLITE_POLL_SECONDS)
            return
        if self._stop.is_set():
            return
        seconds = (
            self._poll_seconds_left.pop(0) if self._poll_seconds_left else POSTGRES_POLL_SECONDS
        )
        if self._is_notified.wait(seconds):
            self._is_notified.clear()
            self._poll_seconds_left = list(AFTER_NOTICE_POLL_SECONDS)

    def close(self) -> None:
        """Stop listening for notifications."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(1.0)
