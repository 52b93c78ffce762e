"""Ends the storefront within seconds of a signal, or of the loss of its terminal.

The event loop may be blocked, so signals are handled by the interpreter itself, one thread waits
for the loss of the terminal, and another ends the process where the loop does not.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

HANGUP_EXIT_CODE = 129
INTERRUPTED_EXIT_CODE = 130
TERMINATED_EXIT_CODE = 143

ORDERLY_SECONDS = 3.0
"""How long an orderly end may take before the process is ended."""

QUIT_SECONDS = 6.0
"""The same where its user has left: what waits for a lock is refused by then, and that is told."""

LOST_SECONDS = 1.2
"""The same where the terminal is gone: nobody waits to be told what becomes of what was sent."""

REPORT_SECONDS = 0.8
"""How long reporting payments may take after that, and once more without the shop."""

_SIGNALS = {
    "SIGHUP": HANGUP_EXIT_CODE,
    "SIGINT": INTERRUPTED_EXIT_CODE,
    "SIGTERM": TERMINATED_EXIT_CODE,
}
_LEAVE_FULL_SCREEN = b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h"


class ReportOutcomes(Protocol):
    """Reports what became of payments and other changes."""

    def __call__(self, *, may_ask: bool) -> int | None:
        """Report it; return an exit code where it changes the one given.

        Args:
            may_ask: Whether the shop may be asked, which may block.
        """


class Ending:
    """Ends one run of the storefront, also where that cannot end by itself.

    Args:
        end: Begins an orderly end with an exit code; called in any thread.
        report_outcomes: Reports payments and other changes; returns an exit code to use instead.
        report_wait: Says, on a terminal that is free again, that what was sent is waited for.
    """

    def __init__(
        self,
        end: Callable[[int], None],
        report_outcomes: ReportOutcomes,
        report_wait: Callable[[], None],
    ) -> None:
        self._end = end
        self._report_outcomes = report_outcomes
        self._report_wait = report_wait
        self._begun = threading.Lock()
        self._left = threading.Lock()
        self._is_over = threading.Event()
        self._mode: list[Any] | None = None

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Handle signals and watch the terminal for the length of a `with` block."""
        self._mode = _terminal_mode()
        before = {}
        for name, exit_code in _SIGNALS.items():
            number = getattr(signal, name, None)
            if number is not None:
                before[number] = signal.signal(number, lambda *_, code=exit_code: self.begin(code))
        threading.Thread(target=self._await_hangup, name="terminal-watch", daemon=True).start()
        try:
            yield
        finally:
            self._is_over.set()
            for number, handler in before.items():
                signal.signal(number, handler)

    def begin(self, exit_code: int) -> None:
        """Begin to end, sooner than `left` does; calls after the first change nothing."""
        if not self._is_over.is_set() and self._begun.acquire(blocking=False):
            # A signal may come where `Thread.start` holds its lock, and would wait for itself.
            _thread.start_new_thread(self._end_or_exit, (exit_code,))

    def left(self) -> None:
        """Bound the end that its user has begun; may be called more than once."""
        if not self._is_over.is_set() and self._left.acquire(blocking=False):
            _thread.start_new_thread(self._await_or_exit, ())

    def _end_or_exit(self, exit_code: int) -> None:
        self._end(exit_code)
        if self._is_over.wait(LOST_SECONDS):
            return
        if _is_hung_up(2, 0):
            os._exit(exit_code)
        if not self._is_over.wait(ORDERLY_SECONDS - LOST_SECONDS):
            self._exit(exit_code)

    def _await_or_exit(self) -> None:
        if self._is_over.wait(LOST_SECONDS) or self._begun.locked():
            return
        if _is_hung_up(2, 0):
            os._exit(HANGUP_EXIT_CODE)
        with contextlib.suppress(OSError, ValueError):  # closed, or of nobody
            self._report_wait()
        if self._is_over.wait(QUIT_SECONDS - LOST_SECONDS):
            return
        if self._begun.acquire(blocking=False):
            self._exit(0)

    def _exit(self, exit_code: int) -> None:
        """Report what became of what was sent, and end the process."""
        codes: list[int] = []

        def report(may_ask: bool) -> None:  # noqa: FBT001  # an argument of a thread
            code = self._report_outcomes(may_ask=may_ask) or exit_code
            with contextlib.suppress(OSError, ValueError):  # closed, or of nobody
                sys.stderr.flush()  # nothing else does, as the process ends at once
            codes.append(code)

        self._leave_full_screen()
        for may_ask in (True, False):  # the report must come even if the shop does not answer
            reporter = threading.Thread(
                target=report, args=(may_ask,), name="report-outcomes", daemon=True
            )
            reporter.start()
            reporter.join(REPORT_SECONDS)
            if codes:
                break
        if not self._is_over.is_set():
            os._exit(codes[0] if codes else exit_code)

    def _await_hangup(self) -> None:
        if _is_hung_up(0, None):
            self.begin(HANGUP_EXIT_CODE)

    def _leave_full_screen(self) -> None:
        """Restore the terminal, as far as it still accepts output."""
        with contextlib.suppress(Exception):  # the process ends here whatever happens
            if self._mode is not None:
                import termios

                termios.tcsetattr(0, termios.TCSANOW, self._mode)
            if select.select([], [2], [], 0)[1]:
                os.write(2, _LEAVE_FULL_SCREEN)


def _is_hung_up(stream: int, seconds: float | None) -> bool:
    """Whether the other side of a stream is gone; False where that cannot be seen.

    Args:
        stream: The number of its file.
        seconds: How long to wait for that; None waits for as long as it takes.
    """
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(stream, 0)  # only that
    events = poll.poll(None if seconds is None else seconds * 1000)
    return bool(dict(events).get(stream, 0) & (select.POLLHUP | select.POLLERR))


def _terminal_mode() -> list[Any] | None:
    if sys.platform == "win32":
        return None
    import termios

    try:
        return list(termios.tcgetattr(0))
    except termios.error:
        return None
