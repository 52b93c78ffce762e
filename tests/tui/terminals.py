"""Real terminals to run the storefront in: a bare pty that counts bytes, and one with a screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte

import shopcli
from tests import warm_processes

PATIENCE_SECONDS = 40.0

COMMAND = [sys.executable, "-m", "shopcli", "tui"]


def environment(**more: str) -> dict[str, str]:
    """The environment of a new user with a terminal of 256 colours."""
    package = str(Path(shopcli.__file__).parents[1])
    return {
        **os.environ,
        "PYTHONPATH": package,
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        **more,
    }


class Pty:
    """A command on a bare pty; counts what it writes."""

    def __init__(self, command: list[str], size: tuple[int, int], more: dict[str, str]) -> None:
        self.master, inside = pty.openpty()
        width, height = size
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process = warm_processes.Popen(
            command,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment(**more),
            start_new_session=True,
            preexec_fn=warm_processes.take_terminal,
        )
        os.close(inside)
        self.written = b""

    def read_until(self, mark: bytes) -> None:
        """Read until something was written."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while mark not in self.written:
            assert time.monotonic() < deadline, self.written[-2000:]
            self.read(0.1)

    def read(self, seconds: float) -> int:
        """Read what is written within a span; how many bytes."""
        before, deadline = len(self.written), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                try:
                    self.written += os.read(self.master, 65_536)
                except OSError:  # the other end is closed
                    break
        return len(self.written) - before

    def read_until_quiet(self) -> None:
        """Read until nothing was written for a second."""
        while self.read(1.0):
            pass

    def press(self, keys: bytes) -> None:
        """Type bytes."""
        os.write(self.master, keys)

    def hang_up(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Close the terminal, as a lost connection does; the exit code of what ran in it.

        Args:
            seconds: In which it must have ended.
        """
        os.close(self.master)
        self.master = -1
        return self.process.wait(seconds)

    def end(self) -> None:
        """End what still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)


class Terminal(Pty):
    """A command in a terminal that shows what it writes, as other people's emulator draws it."""

    def __init__(self, command: list[str], size: tuple[int, int], more: dict[str, str]) -> None:
        super().__init__(command, size, more)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0

    @property
    def text(self) -> str:
        """What the terminal shows."""
        self.read(0.05)
        self._stream.feed(self.written[self._drawn :])
        self._drawn = len(self.written)
        return "\n".join(self._screen.display)

    def sees(self, *texts: str) -> None:
        """Wait until the terminal shows all of these."""

        def says() -> bool:
            shown = self.text  # read and drawn once for all of them
            return all(text in shown for text in texts)

        until(says, lambda: self.text)

    def no_longer_sees(self, gone: str) -> None:
        """Wait until the terminal does not show this any more."""
        until(lambda: gone not in self.text, lambda: self.text)


@contextlib.contextmanager
def terminal(command: list[str], *, size: tuple[int, int] = (80, 24)) -> Iterator[Terminal]:
    """Run a command in a terminal with a screen."""
    shown = Terminal(command, size, {})
    try:
        yield shown
    finally:
        shown.end()


@contextlib.contextmanager
def bare_pty(command: list[str], *, size: tuple[int, int] = (80, 24), **more: str) -> Iterator[Pty]:
    """Run a command on a bare pty."""
    terminal = Pty(command, size, more)
    try:
        yield terminal
    finally:
        terminal.end()


def until(holds: Callable[[], bool], say: Callable[[], str]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, say()
        select.select([], [], [], 0.05)
