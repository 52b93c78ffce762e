"""Shows the progress of a long command on standard error: a bar on a terminal, else lines."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from shopcli.cli.environment import terminal_draws

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

_BAR_WIDTH = 24
_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 5.0
_WIDTH = 80
"""Columns of a terminal whose width is not known."""

_ESTIMATED = frozenset({"checked"})
"""Phases whose total is estimated: the number of rows is known once all are read."""


class Progress:
    """The progress of a command.

    Args:
        noun: What is counted, as in "rows".
        silent: Show nothing.
        seconds: Monotonic clock.
    """

    def __init__(
        self, noun: str, *, silent: bool, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.phase = ""
        """The phase reported last."""
        self.done = 0
        """Units of the phase that are done."""
        self._noun = noun
        self._silent = silent
        self._seconds = seconds
        self._draws = not silent and sys.stderr.isatty() and terminal_draws()
        self._started = self._shown = seconds()
        self._is_drawn = self._is_listed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Note the progress of a phase, which begins with 0, and show it from time to time."""
        now = self._seconds()
        if phase != self.phase:
            self._started, self._is_listed = now, False
        self.phase, self.done = phase, done
        if self._silent or not done:
            return
        # Whoever was told of a part is told of the whole.
        ends = self._is_listed and done == total
        if not ends and now - self._shown < (_REDRAW_SECONDS if self._draws else _LINE_SECONDS):
            return
        self._shown = now
        text = self._text(done, total, now - self._started)
        self._write(f"\r{self._with_bar(text, done, total)}\x1b[K" if self._draws else f"{text}\n")
        self._is_drawn, self._is_listed = self._draws, not self._draws

    def clear(self) -> None:
        """Erase the bar, so that what follows begins on an empty line."""
        if self._is_drawn:
            self._write("\r\x1b[K")
            self._is_drawn = False

    def _text(self, done: int, total: int | None, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        told = f"{self.phase} {done:,}"
        if total:
            told += f" of {'about ' if self.phase in _ESTIMATED else ''}{total:,}"
        told += f" {self._noun}, {rate:,.0f}/s"
        if total and rate:
            told += f", {_clock(max(0, total - done) / rate)} left"
        return told

    def _with_bar(self, text: str, done: int, total: int | None) -> str:
        """Text with a bar, cut to the terminal: a line that wraps cannot be overwritten."""
        try:
            width = os.get_terminal_size(sys.stderr.fileno()).columns
        except OSError:
            width = 0
        room = (width or _WIDTH) - 1
        size = min(_BAR_WIDTH, room - len(text) - len("[] "))
        if total and size > 0:
            filled = min(size, done * size // total)
            return f"[{'#' * filled}{'.' * (size - filled)}] {text}"
        return text[:room]

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._silent = True  # standard error is closed


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
