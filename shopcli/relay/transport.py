"""Sends one signed request and reads the response, within a deadline; does not judge it.

Redirects are not followed, proxies not used, bodies not decompressed. The response is not trusted:
at most 64 KiB of it are read, and 1 KiB is kept, safe to show.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from shopcli.domain.moments import to_microseconds
from shopcli.domain.showing import inert
from shopcli.relay.own_headers import without_values
from shopcli.relay.signature import sign
from shopcli.relay.sockets import DeadlineExceeded, Unreachable, Wire, connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime

    from shopcli.relay.endpoint import Endpoint

ANSWER_BYTES_READ_MAX: Final = 65_536
ANSWER_CHARACTERS_KEPT: Final = 1_024
USER_AGENT: Final = "shopcli"

_BODY_SECONDS = 2.0
_IDLE_SECONDS_MAX = 2.0
_INFORMATIONAL_MAX = 20
_REASON_CHARACTERS = 200
_SWITCHING = 101


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. `status` is None if no status line was received, and `reason` then says why."""

    status: int | None
    reason: str | None
    text: str | None
    retry_after_seconds: float | None
    sent_at: int
    duration_microseconds: int


class Sender:
    """A keep-alive connection to an endpoint; not thread-safe.

    Args:
        endpoint: The endpoint to send to.
        clock: Returns the shop's time, for the timestamp of the signature.
    """

    def __init__(self, endpoint: Endpoint, clock: Callable[[], datetime]) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._wire: Wire | None = None
        self._last_used = 0.0
        self._tls: ssl.SSLContext | None = None
        self._head = (
            f"POST {endpoint.target} HTTP/1.1\r\nHost: {endpoint.host_header}\r\n"
            f"User-Agent: {USER_AGENT}\r\nAccept-Encoding: identity\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in endpoint.headers)
        )

    def post(self, message_id: str, content_type: str, body: bytes, deadline: float) -> Answer:
        """Send a request. Errors are returned as an answer without a status.

        Args:
            message_id: The value of `webhook-id`, the same on each attempt.
            content_type: The value of `Content-Type`.
            body: The body, sent and signed unchanged.
            deadline: Instant of `time.monotonic` by which the response must be read.
        """
        moment, started = self._clock(), time.monotonic()
        response: http.client.HTTPResponse | None = None
        problem = text = retry_after = None
        try:
            wire = self._connected(deadline)
            wire.sendall(self._request(message_id, content_type, body, int(moment.timestamp())))
            for _ in range(_INFORMATIONAL_MAX):
                # Assigned before `begin`, which can fail after the status line was received.
                response = _answer_of(wire)
                response.begin()
                if response.status // 100 != 1 or response.status == _SWITCHING:
                    break
            if response is not None:
                retry_after = _retry_after_seconds(response.getheader("Retry-After"), moment)
                text = self._read(response, wire)
        except (OSError, http.client.HTTPException, Unreachable, ValueError) as error:
            problem = _why(error)
            self.close()
        status, reason = _status_line(response)
        self._last_used = time.monotonic()
        return Answer(
            status=status,
            reason=self._shown(reason or problem or "", _REASON_CHARACTERS) or None,
            text=text,
            retry_after_seconds=retry_after,
            sent_at=to_microseconds(moment),
            duration_microseconds=int((self._last_used - started) * 1_000_000),
        )

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _connected(self, deadline: float) -> Wire:
        if self._wire is not None:
            idle_seconds = time.monotonic() - self._last_used
            if idle_seconds < _IDLE_SECONDS_MAX and not self._wire.is_stale():
                self._wire.deadline = deadline
                return self._wire
            self.close()
        endpoint = self._endpoint
        plain = endpoint.scheme == "http"
        self._wire = connect(
            endpoint.host,
            endpoint.port,
            deadline,
            tls=None if plain else self._trust(),
            loopback_only=plain and not endpoint.allow_http,
        )
        return self._wire

    def _trust(self) -> ssl.SSLContext:
        if self._tls is None:
            import ssl  # only for https

            try:
                self._tls = ssl.create_default_context(cafile=self._endpoint.ca_file)
            except OSError:
                reason = f"no certificates can be read from {self._endpoint.ca_file}"
                raise Unreachable(reason) from None
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        return self._tls

    def _request(self, message_id: str, content_type: str, body: bytes, timestamp: int) -> bytes:
        head = (
            f"{self._head}Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
            f"webhook-id: {message_id}\r\nwebhook-timestamp: {timestamp}\r\n"
        )
        keys = self._endpoint.keys
        if keys:
            head += f"webhook-signature: {sign(keys, message_id, timestamp, body)}\r\n"
        return f"{head}\r\n".encode("ascii") + body

    def _read(self, response: http.client.HTTPResponse, wire: Wire) -> str | None:
        """Read the start of the body; keep the connection only if that is all of it."""
        wire.deadline = min(wire.deadline, time.monotonic() + _BODY_SECONDS)
        raw = b""
        try:
            while len(raw) < ANSWER_BYTES_READ_MAX and not response.isclosed():
                piece = response.read1(ANSWER_BYTES_READ_MAX - len(raw))
                if not piece:
                    break
                raw += piece
            whole = response.isclosed() or response.length == 0
        except (OSError, http.client.HTTPException, ValueError):
            whole = False
        if not whole or response.will_close or response.status == _SWITCHING or _has_more(wire):
            self.close()
        if not raw:
            return None
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            return f"({len(raw)} bytes, compressed)"
        return self._shown(raw.decode("utf-8", "replace"), ANSWER_CHARACTERS_KEPT)

    def _shown(self, text: str, length_max: int) -> str:
        """The beginning of a text of the platform's: inert, and without its own headers' values."""
        return inert(without_values(text, self._endpoint.headers)[:length_max])[:length_max]


def _answer_of(wire: Wire) -> http.client.HTTPResponse:
    # Of a socket, HTTPResponse uses only `makefile`.
    return http.client.HTTPResponse(_as_socket(wire), method="POST")


def _as_socket(wire: Wire) -> socket.socket:
    return wire  # type: ignore[return-value]  # has what HTTPResponse uses


def _status_line(response: http.client.HTTPResponse | None) -> tuple[int | None, str | None]:
    """Status and reason, if received: they count even if the rest of the response was lost."""
    status: object = response.status if response else None
    if response is None or not isinstance(status, int):
        return None, None
    return status, response.reason


def _why(error: Exception) -> str:
    if isinstance(error, (DeadlineExceeded, Unreachable)):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "the connection was reset"
    if isinstance(error, http.client.HTTPException):
        return f"not an answer in HTTP: {type(error).__name__}"
    return f"the connection failed: {type(error).__name__}"


def _has_more(wire: Wire) -> bool:
    """Whether bytes follow the response: they would be taken for the next one."""
    return bool(wire.read_ahead())


def _retry_after_seconds(value: str | None, moment: datetime) -> float | None:
    """Seconds that a `Retry-After`, a number or a date, requests; None if it is invalid."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 12 else float(10**12)  # noqa: PLR2004 (digits)
    try:
        until = parsedate_to_datetime(text)
        return (until - moment).total_seconds() if until.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None
