"""Ends the storefront within seconds when it is told to, or when its terminal is gone.

The event loop may be held up by whatever it was doing, so signals are taken by the interpreter
itself, a thread waits for the terminal to go, and another one ends the process in the end.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

HANGUP_EXIT_CODE = 129
TERMINATED_EXIT_CODE = 143

ORDERLY_SECONDS = 3.0
"""How long an orderly end may take before the process is ended."""

LAST_WORD_SECONDS = 0.8
"""How long it may then take to say what became of a payment, and again without the shop."""

_SIGNALS = {"SIGHUP": HANGUP_EXIT_CODE, "SIGTERM": TERMINATED_EXIT_CODE}
_LEAVE_FULL_SCREEN = b"\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h"


class LastWord(Protocol):
    """Says what became of payments."""

    def __call__(self, *, may_ask: bool) -> int | None:
        """Say it, and give back the exit code if that is another.

        Args:
            may_ask: Whether the shop may be asked, which takes as long as it takes.
        """


class Ending:
    """How one run of the storefront ends before its user ends it.

    Args:
        end: Begins the orderly end with an exit code; called in any thread.
        last_word: Says what became of payments and gives back the exit code if that is another.
    """

    def __init__(self, end: Callable[[int], None], last_word: LastWord) -> None:
        self._end = end
        self._last_word = last_word
        self._begun = threading.Lock()
        self._is_over = threading.Event()
        self._mode: list[Any] | None = None

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Take signals and watch the terminal for the length of a `with` block."""
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
        """Begin to end, once: what comes after the first reason changes nothing."""
        if not self._is_over.is_set() and self._begun.acquire(blocking=False):
            threading.Thread(
                target=self._see_to_it, args=(exit_code,), name="ending", daemon=True
            ).start()

    def _see_to_it(self, exit_code: int) -> None:
        self._end(exit_code)
        if self._is_over.wait(ORDERLY_SECONDS):
            return
        codes: list[int] = []

        def speak(may_ask: bool) -> None:  # noqa: FBT001  # an argument of a thread
            codes.append(self._last_word(may_ask=may_ask) or exit_code)

        self._leave_full_screen()
        for may_ask in (True, False):  # a shop that does not answer must not keep it silent
            speaker = threading.Thread(target=speak, args=(may_ask,), name="last-word", daemon=True)
            speaker.start()
            speaker.join(LAST_WORD_SECONDS)
            if codes:
                break
        if not self._is_over.is_set():
            os._exit(codes[0] if codes else exit_code)

    def _await_hangup(self) -> None:
        if not hasattr(select, "poll"):
            return
        poll = select.poll()
        poll.register(0, 0)  # nothing but the end of the other side
        if dict(poll.poll()).get(0, 0) & select.POLLHUP:  # else a system that cannot watch it
            self.begin(HANGUP_EXIT_CODE)

    def _leave_full_screen(self) -> None:
        """Give the terminal back, as far as it takes anything."""
        with contextlib.suppress(Exception):  # the process ends here whatever happens
            if self._mode is not None:
                import termios

                termios.tcsetattr(0, termios.TCSANOW, self._mode)
            if select.select([], [2], [], 0)[1]:
                os.write(2, _LEAVE_FULL_SCREEN)


def _terminal_mode() -> list[Any] | None:
    if sys.platform == "win32":
        return None
    import termios

    try:
        return list(termios.tcgetattr(0))
    except termios.error:
        return None
