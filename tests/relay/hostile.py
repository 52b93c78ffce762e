"""Platforms that misbehave on the wire: one script of bytes and pauses for each connection."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

from tests.listening import Listener

Script = Callable[[socket.socket], None]

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class HostilePlatform(Listener):
    """Listens on loopback and plays a script for each request it reads.

    Args:
        script: Given the connection once a whole request was read; what it leaves open is closed.
    """

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script
        self.url = f"http://127.0.0.1:{self.port}/events"
        self.requests: list[bytes] = []
        self.is_ending = threading.Event()

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each request, in order."""
        return [header(request, "webhook-id") for request in self.requests]

    def serve(self, connection: socket.socket) -> None:
        """Play the script for each request."""
        with connection:
            while (request := read_request(connection)) is not None:
                self.requests.append(request)
                self._script(connection)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_ending.set()
        super().__exit__(kind, error, trace)


def read_request(connection: socket.socket) -> bytes | None:
    """One request with its body; None if the sender went away."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    whole = data.index(b"\r\n\r\n") + 4 + int(header(data, "content-length"))
    while len(data) < whole:
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    return data


def header(request: bytes, name: str) -> str:
    """A header's value, empty if it is not there."""
    for line in request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return ""


def body(request: bytes) -> bytes:
    """What follows the headers."""
    return request.partition(b"\r\n\r\n")[2]


def answering(*answers: bytes) -> Script:
    """Send each of these in turn, the last one for ever after."""
    left = list(answers)

    def play(connection: socket.socket) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return play


def status(code: int, *headers: str) -> bytes:
    """An answer without a body."""
    lines = [f"HTTP/1.1 {code} Whatever", *headers, "Content-Length: 0"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def dripping(data: bytes, seconds: float = 0.05) -> Script:
    """Send a byte at a time."""

    def play(connection: socket.socket) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            # The pace is the behaviour under test, not a wait for something.
            time.sleep(seconds)

    return play


def hanging_up(after: bytes = b"", *, with_reset: bool = False) -> Script:
    """Send something, then end the connection."""

    def play(connection: socket.socket) -> None:
        connection.sendall(after)
        if with_reset:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.close()
        else:
            connection.shutdown(socket.SHUT_RDWR)

    return play


def SILENCE(connection: socket.socket) -> None:  # noqa: N802 (used as a constant)
    """Answer nothing until the sender goes away."""
    connection.recv(1)


def unused_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
