"""Listens on the loopback interface, a thread for each connection; knows no protocol."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_END_SECONDS = 5


class Listener:
    """Serves connections inside a `with` block; at its end they are cut and the threads gone."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []
        self._ends: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    def serve(self, connection: socket.socket) -> None:
        """Go through one connection, in a thread of its own; an OSError just ends it."""
        raise NotImplementedError

    def keep(self, end: socket.socket) -> None:
        """Cut and close another socket too at the end."""
        self._ends.append(end)

    def spawn(self, target: Callable[..., None], *arguments: object) -> None:
        """Do something in a thread that ends with the listener."""

        def run() -> None:
            with suppress(OSError):
                target(*arguments)

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """Hang up, and take no connection any more."""
        # Wakes the thread that accepts; closing alone does not.
        hang_up(self._listener)
        self._listener.close()
        self.cut_now()

    def cut_now(self) -> None:
        """Hang up on all connections."""
        for end in self._ends:
            hang_up(end)

    def __enter__(self) -> Self:
        self.spawn(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        for thread in self._threads:
            thread.join(_END_SECONDS)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            self.keep(connection)
            self.spawn(self.serve, connection)


def hang_up(end: socket.socket) -> None:
    """End a connection in both directions, if it has not ended."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
