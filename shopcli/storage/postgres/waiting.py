"""A Postgres connection on which every wait is bounded and can be interrupted at once.

A frozen server, or one whose host is gone, cannot be detected from outside: its kernel may still
acknowledge packets, or nothing arrives at all. So the client counts. When the bound has passed it
asks the server to cancel, which also ends the server's wait for an absent stand-by; it waits
briefly for the reply, and closes the connection. The server's own time limits
(`storage.postgres.connections`) release its locks.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import psycopg
from psycopg import generators, waiting
from psycopg.pq import ExecStatus

from shopcli.storage.quiet_libraries import keep_quiet

if TYPE_CHECKING:
    from collections.abc import Generator

    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGresult

keep_quiet()

Answer = TypeVar("Answer")

LONG_SECONDS = 3600.0
"""Bound on waiting for a reply to long work: reports, changes of all rows or tables."""

_POLL_SECONDS = 0.1
_CANCEL_SECONDS = 1.0
_AFTER_CANCEL_SECONDS = 1.0
"""Bounds on sending a cancel request, and on waiting for the reply after it."""

_STAND_BY_WAIT = "SyncRepWaitForLSN"
"""The server's function that ends a wait for a stand-by (`syncrep.c`); its texts are localised."""


class NoAnswer(psycopg.OperationalError):
    """The server stayed silent for longer than the bound; the connection is closed."""


class _Overdue(Exception):
    """The bound has passed."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose waits are bounded.

    `wait_max_seconds` bounds the time in which no byte arrives. `unreplicated` is set when the
    server has ended its wait for a stand-by: it has committed, but no stand-by has confirmed.
    `login` is the user that it was opened for, which a closed connection does not tell any more.
    """

    wait_max_seconds = LONG_SECONDS
    unreplicated = False

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # the driver's own
        super().__init__(*arguments, **options)
        self.login = (self.pgconn.user or b"").decode(errors="replace")
        self.add_notice_handler(self._on_notice)

    def _on_notice(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.source_function == _STAND_BY_WAIT:
            self.unreplicated = True

    def wait(
        self, gen: PQGen[Answer], interval: float = _POLL_SECONDS, timeout: float | None = None
    ) -> Answer:
        """Run a generator of the driver to its end, within the bound.

        Raises:
            NoAnswer: The server stayed silent.
        """
        if timeout is not None:  # waiting for a notice, which may never come
            return super().wait(gen, interval, timeout)
        wait = _Wait(gen)
        try:
            return waiting.wait(wait.within(self.wait_max_seconds), self.pgconn.socket, interval)
        except _Overdue:
            pass
        except Exception:
            raise
        except BaseException:
            # Ctrl-C: nothing uses this reply any more.
            with suppress(Exception):
                self._cancel_and_read(wait, interval)
            raise
        answer = self._cancel_and_read(wait, interval)
        if answer is None:
            message = f"no answer within {self.wait_max_seconds:g} s"
            raise NoAnswer(message)
        return answer[0]

    def round_trip(self, query: bytes) -> PGresult:
        """Run statements without parameters; the result of the last. Raises as `round_trips`."""
        return self.round_trips(query)[-1]

    def round_trips(self, query: bytes) -> list[PGresult]:
        """Run statements without parameters, sent together; the result of each.

        Raises:
            psycopg.Error: One of them failed, or the connection did.
        """
        self.pgconn.send_query(query)
        results: list[PGresult] = self.wait(generators.execute(self.pgconn))
        if not results:
            message = "the connection was lost"
            raise psycopg.OperationalError(message)
        if results[-1].status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(results[-1])
        return results

    def _cancel_and_read(self, wait: _Wait[Answer], interval: float) -> tuple[Answer] | None:
        """Ask the server to cancel and return its reply; close the connection if none comes."""
        try:
            self._request_cancel()
            return (waiting.wait(wait.within(_AFTER_CANCEL_SECONDS), self.pgconn.socket, interval),)
        except _Overdue:
            self.pgconn.finish()
            return None
        except Exception:
            raise
        except BaseException:
            self.pgconn.finish()
            raise

    def _request_cancel(self) -> None:
        with suppress(psycopg.Error):
            if psycopg.capabilities.has_cancel_safe():
                self.cancel_safe(timeout=_CANCEL_SECONDS)
                return
            # Older client libraries have no timeout for a cancel request to a silent host.
            asking = threading.Thread(target=_cancel, args=[self.pgconn.get_cancel()], daemon=True)
            asking.start()
            asking.join(_CANCEL_SECONDS)


class _Wait(Generic[Answer]):
    """One wait, which can be resumed after its bound has passed."""

    __slots__ = ("_generator", "_waits_for")

    def __init__(self, generator: PQGen[Answer]) -> None:
        self._generator = generator
        self._waits_for: waiting.Wait | None = None

    def within(self, seconds: float) -> Generator[waiting.Wait, waiting.Ready | int, Answer]:
        """The generator; raises `_Overdue` when nothing arrives for this long.

        It counts the polls of its caller instead of reading a clock, which a test may freeze.
        """
        silent_seconds = 0.0
        send = self._generator.send
        try:
            if self._waits_for is None:
                self._waits_for = next(self._generator)
            while True:
                ready = yield self._waits_for
                if ready:
                    silent_seconds = 0.0
                else:
                    silent_seconds += _POLL_SECONDS
                    if silent_seconds >= seconds:
                        raise _Overdue
                self._waits_for = send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer


def _cancel(request: Any) -> None:  # noqa: ANN401  # of one of the driver's implementations
    with suppress(psycopg.Error):
        request.cancel()
