"""A proxy between a shop and its Postgres that hangs up when it sees a given message."""

from __future__ import annotations

import socket
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from tests.listening import Listener, hang_up
from tests.raw_rows import raw_database


class CuttingProxy(Listener):
    """Listens on the loopback interface and passes all bytes on to the server of an address.

    Args:
        url: The address of a database whose server listens on a Unix socket or on TCP.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._server = conninfo_to_dict(url)
        self._message: bytes | None = None
        self._forwards = False
        self._drops_answers = False

    @property
    def url(self) -> str:
        """The same database, through the proxy."""
        user = quote(str(self._server.get("user", "postgres")))
        password = self._server.get("password")
        login = f"{user}:{quote(str(password))}" if password else user
        name = self._server["dbname"]
        return f"postgresql://{login}@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def cut_at(self, message: bytes, *, forward: bool) -> None:
        """Hang up, once, when the client sends this.

        Args:
            message: Part of what it sends.
            forward: Let the server have it and do it; only the answer gets lost.
        """
        self._message = message
        self._forwards = forward

    def serve(self, connection: socket.socket) -> None:
        """Pass everything on, both ways."""
        self._drops_answers = False
        server = self._connect()
        self.keep(server)
        self.spawn(self._pass_answers, connection, server)
        self._pass_requests(connection, server)

    def _connect(self) -> socket.socket:
        host = str(self._server.get("host") or "127.0.0.1")
        port = int(self._server.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                if self._message is not None and self._message in data:
                    self._message = None
                    self._drops_answers = True
                    if not self._forwards:
                        break
                server.sendall(data)
        finally:
            if not (self._drops_answers and self._forwards):
                hang_up(client)
                hang_up(server)

    def _pass_answers(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while (data := server.recv(65536)) and not self._drops_answers:
                client.sendall(data)
        finally:
            hang_up(client)
            hang_up(server)


def nobody_writes(url: str) -> bool:
    """Whether the server has finished all that was sent to a database before the cut."""
    with raw_database(url) as raw:
        return not raw.run(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"
        )
