"""Connections with one deadline for all their operations; independent of HTTP.

A socket's timeout limits a single operation, so a server that sends a byte a second could block its
client for ever. Here name resolution, connecting, the TLS handshake, sending and receiving share a
deadline, an instant of `time.monotonic`. A name is resolved once, and what it resolved to is both
judged and connected to, so a name that leads elsewhere a moment later changes nothing.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from shopcli.relay.network_addresses import is_loopback, never_a_platform

if TYPE_CHECKING:
    import ssl

    from _typeshed import WriteableBuffer

Address = tuple[int, tuple[Any, ...]]


class Unreachable(Exception):
    """The connection could not be made; the text says why."""


class DeadlineExceeded(TimeoutError):
    """The deadline passed."""


class Wire:
    """A connected socket, plain or TLS, with one deadline for all its operations.

    Args:
        connection: The socket.
        deadline: Instant of `time.monotonic` after which operations fail.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self.deadline = deadline
        self._is_dry = False
        self._reader = _Reader(_Incoming(self), 16_384)

    def sendall(self, data: bytes) -> None:
        """Send all of the data."""
        self._connection.settimeout(remaining(self.deadline))
        self._connection.sendall(data)

    def receive_into(self, buffer: WriteableBuffer) -> int | None:
        """Wait for data and receive it; 0 if the other side has closed the connection."""
        if self._is_dry:
            return None
        self._connection.settimeout(remaining(self.deadline))
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The only reader of this connection, so that no response loses bytes read ahead."""
        return self._reader

    def read_ahead(self) -> bytes:
        """Return the bytes that are buffered but not yet read, without waiting for more."""
        self._is_dry = True
        try:
            return self._reader.peek(1)
        finally:
            self._is_dry = False

    def is_stale(self) -> bool:
        """Whether the other side has closed the connection or sent unexpected data."""
        self._connection.settimeout(0)
        try:
            self._connection.recv(1)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            # A TLS socket without data raises these. `ssl` need not be imported to compare names.
            return type(error).__name__ not in {"SSLWantReadError", "SSLWantWriteError"}
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Incoming(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        return self._wire.receive_into(buffer)


class _Reader(io.BufferedReader):
    def close(self) -> None:
        """Do nothing: the reader is used for more than one response."""


def remaining(deadline: float) -> float:
    """Seconds until a deadline.

    Raises:
        DeadlineExceeded: It has passed.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise DeadlineExceeded("no answer in time")
    return seconds


def connect(
    host: str, port: int, deadline: float, *, tls: ssl.SSLContext | None, loopback_only: bool
) -> Wire:
    """Connect to the first address of a host that may be a platform's and answers.

    Args:
        host: Name or address.
        port: TCP port.
        deadline: Instant of `time.monotonic` by which it must be connected, TLS included.
        tls: Context of TLS; None for a plain connection.
        loopback_only: Refuse addresses of other machines.

    Raises:
        Unreachable: Connection refused, unknown host, untrusted certificate, or not allowed.
        DeadlineExceeded: The deadline passed.
    """
    addresses = _permitted(_resolve(host, port, deadline))
    if loopback_only and not all(is_loopback(target[0]) for _, target in addresses):
        raise Unreachable("plain http is for this machine only; use https or platform.allow_http")
    problem: OSError | None = None
    for family, target in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(remaining(deadline))
            connection.connect(target)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                connection.settimeout(remaining(deadline))
                connection = tls.wrap_socket(connection, server_hostname=host)
        except TimeoutError:
            connection.close()
            raise DeadlineExceeded("no connection in time") from None
        except OSError as error:
            connection.close()
            problem = error
            continue
        except BaseException:
            connection.close()
            raise
        return Wire(connection, deadline)
    raise Unreachable(_why(problem))


def _why(problem: OSError | None) -> str:
    if isinstance(problem, ConnectionRefusedError):
        return "connection refused"
    verification = getattr(problem, "verify_message", "")
    if verification:
        return f"certificate not trusted: {verification}"
    if type(problem).__module__ == "ssl":
        return f"TLS failed: {getattr(problem, 'reason', None) or problem}"
    return f"no connection: {getattr(problem, 'strerror', None) or problem}"


def _resolve(host: str, port: int, deadline: float) -> list[Address]:
    """Resolve a host, in a thread: the system's resolver has no timeout."""
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        family = socket.AF_INET if literal.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IPv4
        return [(family, (host, port) if family == socket.AF_INET else (host, port, 0, 0))]
    found: list[Address] = []
    problems: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            problems.append(getattr(error, "strerror", None) or "not a host name")
        else:
            found.extend((family, target) for family, _, _, _, target in answers)

    thread = threading.Thread(target=look_up, name="resolve", daemon=True)
    thread.start()
    thread.join(remaining(deadline))
    if found:
        return found
    if problems:
        raise Unreachable(f"unknown host: {problems[0]}")
    if thread.is_alive():
        raise DeadlineExceeded("the name was not resolved in time")
    raise Unreachable("unknown host: no addresses")


def _permitted(addresses: list[Address]) -> list[Address]:
    """Those that may be a platform's: a name in a local network may have a link-local one too.

    Raises:
        Unreachable: None may be.
    """
    why = [never_a_platform(target[0]) for _, target in addresses]
    permitted = [address for address, fault in zip(addresses, why, strict=True) if not fault]
    if not permitted:
        raise Unreachable(f"no platform can be at {addresses[0][1][0]}: that address {why[0]}")
    return permitted
