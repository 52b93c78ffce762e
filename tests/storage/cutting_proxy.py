"""A proxy between a shop and its Postgres that hangs up when it sees a given message."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict


class CuttingProxy:
    """Listens on the loopback interface and passes all bytes on to the server of an address.

    Args:
        url: The address of a database whose server listens on a Unix socket or on TCP.
    """

    def __init__(self, url: str) -> None:
        self._server = conninfo_to_dict(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._message: bytes | None = None
        self._forwards = False
        self._drops_answers = False

    @property
    def url(self) -> str:
        """The same database, through the proxy."""
        port = self._listener.getsockname()[1]
        user = self._server.get("user", "postgres")
        return f"postgresql://{user}@127.0.0.1:{port}/{self._server['dbname']}?sslmode=disable"

    def cut_at(self, message: bytes, *, forward: bool) -> None:
        """Hang up, once, when the client sends this.

        Args:
            message: Part of what it sends.
            forward: Let the server have it and do it; only the answer gets lost.
        """
        self._message = message
        self._forwards = forward

    def cut_now(self) -> None:
        """Hang up on both sides of all connections."""
        for end in self._sockets:
            _hang_up(end)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Wakes the thread that accepts; closing alone does not.
        _hang_up(self._listener)
        self.cut_now()
        for thread in self._threads:
            thread.join()
        for end in (self._listener, *self._sockets):
            end.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._drops_answers = False
                server = self._connect()
                self._sockets += [client, server]
                self._start(lambda ends=(client, server): self._pass_requests(*ends))  # type: ignore[misc] # a default binds the loop's value
                self._start(lambda ends=(client, server): self._pass_answers(*ends))  # type: ignore[misc] # as above

    def _connect(self) -> socket.socket:
        host = str(self._server.get("host") or "127.0.0.1")
        port = int(self._server.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self._message is not None and self._message in data:
                    self._message = None
                    self._drops_answers = True
                    if not self._forwards:
                        break
                server.sendall(data)
        if not (self._drops_answers and self._forwards):
            _hang_up(client)
            _hang_up(server)

    def _pass_answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (data := server.recv(65536)) and not self._drops_answers:
                client.sendall(data)
        _hang_up(client)
        _hang_up(server)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
