"""A proxy that speaks TLS in front of a Postgres server, as the embedded one has none."""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import suppress

from tests.listening import hang_up
from tests.storage.cutting_proxy import CuttingProxy

_ASKS_FOR_TLS = struct.pack("!ii", 8, 80877103)
_ASKS_FOR_GSS = struct.pack("!ii", 8, 80877104)


class TlsProxy(CuttingProxy):
    """Ends TLS with a certificate, and passes what was encrypted on to the server of an address.

    Args:
        url: The address of a database whose server listens on a Unix socket or on TCP.
        context: The certificate; None for a server that does not encrypt.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        super().__init__(url)
        self._context = context
        self.heard = bytearray()
        """What the client sent after its wish for TLS was answered."""

    def address(self, host: str, options: str) -> str:
        """The same database through the proxy, by a name of this machine."""
        whole, _, _ = self.url.partition("?")
        return f"{whole.replace('@127.0.0.1:', f'@{host}:')}?{options}"

    def serve(self, connection: socket.socket) -> None:
        """Answer the wish for TLS, then pass everything on, both ways."""
        wish = connection.recv(8, socket.MSG_WAITALL)
        while wish == _ASKS_FOR_GSS:
            connection.sendall(b"N")
            wish = connection.recv(8, socket.MSG_WAITALL)
        if wish != _ASKS_FOR_TLS or self._context is None:
            connection.sendall(b"N")
            self.heard += connection.recv(65_536)
            hang_up(connection)
            return
        connection.sendall(b"S")
        with self._context.wrap_socket(connection.dup(), server_side=True) as client:
            server = self._connect()
            self.keep(server)
            self.spawn(self._pass_answers, client, server)
            try:
                # `recv` would answer with what is encrypted once the other way was hung up.
                with suppress(ValueError):
                    while data := client.read(65_536):
                        self.heard += data
                        server.sendall(data)
            finally:
                hang_up(connection)
                hang_up(server)
