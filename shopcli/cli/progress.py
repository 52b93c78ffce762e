"""Shows on standard error how far a long command is: a bar on a terminal, else lines."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_BAR_WIDTH = 24
_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 5.0


class Progress:
    """How far a command is.

    Args:
        noun: What is counted, as in "rows".
        silent: Show nothing.
    """

    def __init__(self, noun: str, *, silent: bool) -> None:
        self._noun = noun
        self._silent = silent
        self._is_terminal = not silent and sys.stderr.isatty()
        self._phase = ""
        self._started = self._shown = time.monotonic()
        self._is_drawn = False

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
        """Show that so much of a phase is done."""
        if self._silent:
            return
        now = time.monotonic()
        if phase != self._phase:
            self._phase, self._started = phase, now
            if not self._is_terminal:
                self._shown = now
        if now - self._shown < (_REDRAW_SECONDS if self._is_terminal else _LINE_SECONDS):
            return
        self._shown = now
        text = self._text(done, total, now - self._started)
        self._write(f"\r\x1b[K{text}" if self._is_terminal else f"{text}\n")
        self._is_drawn = self._is_terminal

    def clear(self) -> None:
        """Take the bar away, so that what follows stands on a line of its own."""
        if self._is_drawn:
            self._write("\r\x1b[K")
            self._is_drawn = False

    def _text(self, done: int, total: int | None, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        told = f"{self._phase} {done:,}"
        if total:
            told += f" of {total:,}"
        told += f" {self._noun}, {rate:,.0f}/s"
        if total and rate:
            told += f", {_clock((total - done) / rate)} left"
            if self._is_terminal:
                filled = min(_BAR_WIDTH, done * _BAR_WIDTH // total)
                told = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {told}"
        return told

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._silent = True  # nobody is left to look


def _clock(seconds: float) -> str:
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"
