"""A platform for trials: a working receiver of events that can also simulate failures.

It checks signatures, stores each event once as a line of JSON before it responds, and reports each
event. It shows what a receiver must do, and is not meant for production.
"""

from __future__ import annotations

import _thread
import errno
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO, Self

from shopcli.domain.deliveries.events import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shopcli.domain.errors import InvalidInput
from shopcli.domain.moments import system_clock
from shopcli.relay.signature import SignatureError, check_stamp, verify

BODY_BYTES_MAX = 16 * 1024 * 1024

_LARGE_BYTES = 256 * 1024
"""Larger bodies are read one at a time, because many at once could exhaust the memory."""

_CHUNK_BYTES = 64 * 1024
_LENGTH_DIGITS_MAX = 15
_REQUEST_SECONDS = 30.0
_TIMED_OUT = 408
_TOO_MANY = 503
_GONE = 410
_REQUIRED = ("specversion", "id", "source", "type")


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """The failures that a platform simulates."""

    status: int | None = None
    """Respond with this status and store nothing."""
    every: int = 1
    """Fail only every n-th request."""
    slow_seconds: float = 0.0
    """Delay each response by this time."""
    drop: bool = False
    """Store the event, then close the connection without a response."""
    gone_after: int | None = None
    """Respond with 410 after this number of requests."""
    retry_after_seconds: int | None = None
    """Value of `Retry-After` in failure responses."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The outcome of an event; `event` is None if the whole request was refused or dropped."""

    outcome: str
    """stored, duplicate, dropped or refused."""
    status: int | None
    event: Mapping[str, Any] | None
    remark: str | None = None


@dataclass(slots=True)
class Journal:
    """The stored events, each id once: only in memory, or also in a file of JSON Lines."""

    path: Path | None = None
    _ids: set[str] = field(default_factory=set)
    _file: BinaryIO | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Open the file and read the ids stored earlier."""
        if self.path is None:
            return
        if self.path.is_symlink():
            raise OSError(errno.ELOOP, "the file is a symbolic link, which is not followed")
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self.path, flags, 0o600)
        self._file = os.fdopen(descriptor, "a+b")
        self._file.seek(0)
        for line in self._file:
            try:
                self._ids.add(json.loads(line)["id"])
            except (ValueError, KeyError, TypeError):
                continue

    def add(self, event: Mapping[str, Any]) -> bool:
        """Store an event; return False if it was stored before."""
        with self._lock:
            if event["id"] in self._ids:
                return False
            if self._file is not None:
                line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
                self._file.write(line.encode() + b"\n")
                self._file.flush()
            self._ids.add(event["id"])
            return True

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return len(self._ids)


class Platform:
    """A receiver of events as an HTTP server with its own threads.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 for any free port.
        keys: Accept only requests signed with one of these; if none, accept all.
        store: File of JSON Lines to append events to.
        misbehaviour: The failures to simulate.
        report: Called with the outcome of each event, from the server's threads.
        clock: Returns the time, to check the age of signatures.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        keys: tuple[bytes, ...] = (),
        store: Path | None = None,
        misbehaviour: Misbehaviour | None = None,
        report: Callable[[Arrival], None] | None = None,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        self.keys = keys
        self.misbehaviour = misbehaviour or Misbehaviour()
        self.journal = Journal(store)
        self.clock = clock
        self._report = report
        self._count = 0
        self._lock = threading.Lock()
        self.ending = threading.Event()
        self._server = _Server((host, port), _Handler)
        self._server.platform = self
        self._thread: threading.Thread | None = None
        try:
            self.journal.open()
        except OSError as error:
            self._server.server_close()
            raise InvalidInput(
                "The events cannot be stored in {file}: {why}.",
                details={
                    "file": str(store),
                    "why": error.strerror or str(error),
                    "reason": "unwritable_file",
                },
            ) from None

    @property
    def url(self) -> str:
        """URL that the platform listens on."""
        host, port = self._server.server_address[:2]
        shown = host.decode() if isinstance(host, bytes) else str(host)
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"

    def start(self) -> None:
        """Serve in a new thread."""
        self._thread = threading.Thread(target=self.serve, name="platform", daemon=True)
        self._thread.start()

    def serve(self) -> None:
        """Serve in this thread until `stop_serving` is called in another."""
        self._server.serve_forever(poll_interval=0.05)

    def stop_serving(self) -> None:
        """Make `serve` return; must not be called in the thread that serves."""
        self.ending.set()
        self._server.shutdown()

    def close(self) -> None:
        """Stop serving, and close the socket and the file."""
        self.ending.set()
        if self._thread is not None:
            self.stop_serving()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        self.journal.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_worth_reading(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers can be accepted, and its body must be read."""
        if not self.keys:
            return True
        try:
            check_stamp(headers, int(self.clock().timestamp()))
        except SignatureError:
            return False
        return True

    def receive(self, headers: Mapping[str, str], body: bytes) -> int | None:
        """Process a request.

        Args:
            headers: Headers with names in lower case.
            body: The body; empty if it was not worth reading.

        Returns:
            The status to respond with; None to close the connection instead.
        """
        with self._lock:
            self._count += 1
            count = self._count
        misbehaviour = self.misbehaviour
        self.ending.wait(misbehaviour.slow_seconds)
        if misbehaviour.gone_after is not None and count > misbehaviour.gone_after:
            return self._refuse(_GONE, "gone")
        is_difficult = count % misbehaviour.every == 0
        if misbehaviour.status is not None and is_difficult:
            return self._refuse(misbehaviour.status, "as told")
        status = self._accept(headers, body)
        if misbehaviour.drop and is_difficult:
            self._tell(Arrival("dropped", None, None, "ended the connection without an answer"))
            return None
        return status

    def _accept(self, headers: Mapping[str, str], body: bytes) -> int:
        if self.keys:
            try:
                verify(self.keys, headers, body, int(self.clock().timestamp()))
            except SignatureError as error:
                return self._refuse(401, str(error))
        try:
            events = _events_in(headers.get("content-type", ""), body)
        except ValueError as error:
            return self._refuse(400, str(error))
        for event in events:
            outcome = "stored" if self.journal.add(event) else "duplicate"
            self._tell(Arrival(outcome, 204, event))
        return 204

    def _refuse(self, status: int, remark: str) -> int:
        self._tell(Arrival("refused", status, None, remark))
        return status

    def _tell(self, arrival: Arrival) -> None:
        if self._report is not None:
            self._report(arrival)


def serve_platform(platform: Platform) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then close.

    Args:
        platform: A platform that has not been started.
    """
    import signal  # only for a server in the foreground

    from shopcli.relay.signals import ending_signals

    def end(_number: int, _frame: object) -> None:
        # In a new thread: the one that serves would wait for itself. Not by `Thread.start`: the
        # signal may come where that one's lock is taken, and would wait for itself too.
        _thread.start_new_thread(platform.stop_serving, ())

    previous = {number: signal.signal(number, end) for number in ending_signals()}
    try:
        platform.serve()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        platform.close()


def _events_in(content_type: str, body: bytes) -> list[dict[str, Any]]:
    """Parse the events in a body.

    Raises:
        ValueError: The body is neither an event nor a batch of events in structured JSON.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in {CONTENT_TYPE, BATCH_CONTENT_TYPE}:
        raise ValueError("the content type is not that of an event")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if b"\\ud" in body.lower() and not _is_text(document):
        raise ValueError("the body holds half a character")
    events = document if media_type == BATCH_CONTENT_TYPE else [document]
    if not isinstance(events, list):
        raise ValueError("the body is not a batch")  # noqa: TRY004 (of a request, not of a caller)
    for event in events:
        if not isinstance(event, dict) or not all(
            isinstance(event.get(name), str) and event[name] for name in _REQUIRED
        ):
            raise ValueError("the body is not an event")
    return events


def _is_text(document: object) -> bool:
    """Whether a document can be encoded in UTF-8: it has no lone surrogates."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    platform: Platform

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 (as its base takes them)
        super().__init__(*given)
        self.large_body = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors of connections: clients may disconnect at any time."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _REQUEST_SECONDS
    wbufsize = 65_536
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        """Receive events."""
        text = self.headers.get("Content-Length", "")
        is_number = text.isascii() and text.isdigit()
        # `int` refuses numbers of several thousand digits.
        length = int(text) if is_number and len(text) <= _LENGTH_DIGITS_MAX else BODY_BYTES_MAX + 1
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            self._answer(413 if is_number else 411)
        elif length <= _LARGE_BYTES:
            self._receive(length)
        elif self.server.large_body.acquire(timeout=_REQUEST_SECONDS):
            try:
                self._receive(length)
            finally:
                self.server.large_body.release()
        else:
            self.close_connection = True
            self._answer(_TOO_MANY)

    def _receive(self, length: int) -> None:
        platform = self.server.platform
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body(length, is_kept=platform.is_worth_reading(headers))
        if body is None:
            self.close_connection = True
            self._answer(_TIMED_OUT)
            return
        status = platform.receive(headers, body)
        if status is None:
            self.close_connection = True
            return
        self._answer(status)

    def _body(self, length: int, *, is_kept: bool) -> bytes | None:
        """Read the body to its end; empty if it is not kept, None if it came too slowly."""
        body = bytearray()
        ends_at = time.monotonic() + _REQUEST_SECONDS
        while length:
            chunk = self.rfile.read1(min(length, _CHUNK_BYTES))
            if not chunk or time.monotonic() > ends_at:
                return None
            length -= len(chunk)
            if is_kept:
                body += chunk
        return bytes(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: each event is reported instead."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        wait = self.server.platform.misbehaviour.retry_after_seconds
        if wait is not None and status not in {204, _GONE}:
            self.send_header("Retry-After", str(wait))
        if status != 204:  # noqa: PLR2004 (no content in HTTP)
            self.send_header("Content-Length", "0")
        self.end_headers()
