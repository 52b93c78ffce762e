"""A Postgres connection on which no wait is endless, and each can be interrupted at once.

A server that is frozen, or whose host is gone, is told by nobody: the kernel at the other end goes
on answering, or nobody does. So the one who waits must count. Whoever has waited long enough asks
the server to stop, which also ends its waiting for an absent stand-by, listens for a moment more,
and hangs up. On the server, time limits of its own (`storage.postgres_connections`) let go of what
is locked there.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import psycopg
from psycopg import generators, waiting
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from collections.abc import Generator

    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGresult

Answer = TypeVar("Answer")

LONG_SECONDS = 3600.0
"""Bound on waiting for an answer to what may take long: reports, changes of all rows or tables."""

_LOOK_SECONDS = 0.1
_CANCEL_SECONDS = 1.0
_LAST_WORD_SECONDS = 1.0
"""Bounds on asking a server to stop, and on waiting for what it says to that."""

_STAND_BY_WAIT = "SyncRepWaitForLSN"
"""Where in the server a wait for a stand-by is given up (its `syncrep.c`); texts are translated."""


class NoAnswer(psycopg.OperationalError):
    """The server kept silent for longer than the bound; the connection is closed."""


class _Overdue(Exception):
    """The bound has passed."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose waits are bounded.

    `wait_max_seconds` bounds the time in which nothing at all arrives; `unreplicated` is set when
    the server has given up its wait for a stand-by: it has committed, and nobody else knows of it.
    """

    wait_max_seconds = LONG_SECONDS
    unreplicated = False

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # the driver's own
        super().__init__(*arguments, **options)
        self.add_notice_handler(self._hear)

    def _hear(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.source_function == _STAND_BY_WAIT:
            self.unreplicated = True

    def wait(
        self, gen: PQGen[Answer], interval: float = _LOOK_SECONDS, timeout: float | None = None
    ) -> Answer:
        """Consume a generator of the driver's, within the bound.

        Raises:
            NoAnswer: The server kept silent.
        """
        if timeout is not None:  # waiting for a notice, which need not come
            return super().wait(gen, interval, timeout)
        wait = _Wait(gen)
        try:
            return waiting.wait(wait.within(self.wait_max_seconds), self.pgconn.socket, interval)
        except _Overdue:
            pass
        except Exception:
            raise
        except BaseException:
            # Ctrl-C: nobody listens to this answer any more.
            with suppress(Exception):
                self._have_the_last_word(wait, interval)
            raise
        answer = self._have_the_last_word(wait, interval)
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

    def _have_the_last_word(self, wait: _Wait[Answer], interval: float) -> tuple[Answer] | None:
        """Ask the server to stop, and hear what it says; if it says nothing, hang up."""
        try:
            self._ask_to_stop()
            return (waiting.wait(wait.within(_LAST_WORD_SECONDS), self.pgconn.socket, interval),)
        except _Overdue:
            self.pgconn.finish()
            return None
        except Exception:
            raise
        except BaseException:
            self.pgconn.finish()
            raise

    def _ask_to_stop(self) -> None:
        with suppress(psycopg.Error):
            if psycopg.capabilities.has_cancel_safe():
                self.cancel_safe(timeout=_CANCEL_SECONDS)
                return
            # An older client library waits for a silent host as long as that keeps silent.
            asking = threading.Thread(target=_cancel, args=[self.pgconn.get_cancel()], daemon=True)
            asking.start()
            asking.join(_CANCEL_SECONDS)


class _Wait(Generic[Answer]):
    """One wait, which can be gone on with after it was given up."""

    __slots__ = ("_generator", "_waits_for")

    def __init__(self, generator: PQGen[Answer]) -> None:
        self._generator = generator
        self._waits_for: waiting.Wait | None = None

    def within(self, seconds: float) -> Generator[waiting.Wait, waiting.Ready | int, Answer]:
        """The generator, as long as something arrives at least so often.

        Counts the looks of whoever drives it instead of asking a clock, which may stand still.
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
                    silent_seconds += _LOOK_SECONDS
                    if silent_seconds >= seconds:
                        raise _Overdue
                self._waits_for = send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer


def _cancel(request: Any) -> None:  # noqa: ANN401  # of one of the driver's implementations
    with suppress(psycopg.Error):
        request.cancel()
